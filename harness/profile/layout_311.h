/* CPython 3.11: its headers as released in 3.11.0, unchanged to 3.11.14 in what stands here.
 * Each number is offsetof() of the field that layout.h names, in Include/cpython/pystate.h
 * (PyThreadState, _PyCFrame), Include/cpython/code.h (PyCodeObject),
 * Include/internal/pycore_{runtime,interp,frame}.h (the rest). */
#ifndef FORTYFOLD_PROFILE_LAYOUT_311_H
#define FORTYFOLD_PROFILE_LAYOUT_311_H

#include "profile/layout.h"

static const struct layout layout_311 = {
    .minor = 11,
    .runtime_interpreters = 40,
    .interpreter_next = 0,
    .interpreter_threads = 16,
    .interpreter_modules = 888,
    .thread_next = 8,
    .thread_ident = 152,
    .thread_native = 160,
    .thread_chunk = 296,
    .thread_stack_top = 304,
    .thread_frame = 56,
    .has_cframe = true,
    .cframe_frame = 8, /* after use_tracing */
    .frame_code = 32,
    .frame_previous = 48,
    .frame_instruction = 56,
    .frame_owner = 69, /* after is_entry */
    .frame_unbegun = -2,
    .returns = {83, 0},
    .code_first_line = 72,
    .code_file = 112,
    .code_name = 128,
    .code_lines = 136,
    .code_bytecode = 184,
    .code_frame_size = 0,
    .code_locals = 76,
    .code_stack_size = 68,
    .frame_specials_words = 9,
    .text_data_ascii = 48,
    .text_data_other = 72,
};

#endif
