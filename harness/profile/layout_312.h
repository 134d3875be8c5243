/* CPython 3.12: its headers as released in 3.12.0. Each number is offsetof() of the field that
 * layout.h names; the headers are those named in layout_311.h. */
#ifndef FORTYFOLD_PROFILE_LAYOUT_312_H
#define FORTYFOLD_PROFILE_LAYOUT_312_H

#include "profile/layout.h"

static const struct layout layout_312 = {
    .minor = 12,
    .runtime_interpreters = 40,
    .interpreter_next = 0,
    .interpreter_threads = 72,
    .interpreter_modules = 944,
    .thread_next = 8,
    .thread_ident = 136,
    .thread_native = 144,
    .thread_chunk = 232,
    .thread_stack_top = 240,
    .thread_frame = 56,
    .has_cframe = true,
    .cframe_frame = 0,
    .frame_code = 0,
    .frame_previous = 8,
    .frame_instruction = 56,
    .frame_owner = 70,
    .frame_unbegun = -2,
    .returns = {83, 121},
    .code_first_line = 68,
    .code_file = 112,
    .code_name = 128,
    .code_lines = 136,
    .code_bytecode = 192,
    .code_frame_size = 76,
    .frame_specials_words = 9,
    .text_data_ascii = 40, /* wstr is gone */
    .text_data_other = 56,
};

#endif
