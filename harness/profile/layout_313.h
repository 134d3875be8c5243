/* CPython 3.13 describes itself: _PyRuntime begins with a struct _Py_DebugOffsets
 * (Include/internal/pycore_runtime.h). Here is where each word of it stands, and the few numbers
 * that it leaves out, which are offsetof() in the headers named in layout_311.h. */
#ifndef FORTYFOLD_PROFILE_LAYOUT_313_H
#define FORTYFOLD_PROFILE_LAYOUT_313_H

#include <stddef.h>

#include "profile/layout.h"

/* Words of _Py_DebugOffsets, counted from 0: the cookie, version, free_threaded, then a group a
 * structure, each of which begins with the structure's size. */
enum offsets_word {
    WORD_COOKIE = 0, /* "xdebugpy" */
    WORD_VERSION = 1,
    WORD_FREE_THREADED = 2,
    WORD_RUNTIME = 3,
    WORD_INTERPRETER = 6,
    WORD_THREAD = 19,
    WORD_FRAME = 28,
    WORD_CODE = 34,
    WORD_TEXT = 67
};

struct offsets_rule {
    int word;
    size_t field; /* of struct layout */
};

static const struct offsets_rule offsets_rules_313[] = {
    {WORD_RUNTIME + 2, offsetof(struct layout, runtime_interpreters)},
    {WORD_INTERPRETER + 2, offsetof(struct layout, interpreter_next)},
    {WORD_INTERPRETER + 3, offsetof(struct layout, interpreter_threads)},
    {WORD_INTERPRETER + 5, offsetof(struct layout, interpreter_modules)},
    {WORD_THREAD + 2, offsetof(struct layout, thread_next)},
    {WORD_THREAD + 4, offsetof(struct layout, thread_frame)},
    {WORD_THREAD + 5, offsetof(struct layout, thread_ident)},
    {WORD_THREAD + 6, offsetof(struct layout, thread_native)},
    {WORD_THREAD + 7, offsetof(struct layout, thread_chunk)},
    {WORD_FRAME + 1, offsetof(struct layout, frame_previous)},
    {WORD_FRAME + 2, offsetof(struct layout, frame_code)},
    {WORD_FRAME + 3, offsetof(struct layout, frame_instruction)},
    {WORD_FRAME + 5, offsetof(struct layout, frame_owner)},
    {WORD_CODE + 1, offsetof(struct layout, code_file)},
    {WORD_CODE + 3, offsetof(struct layout, code_name)},
    {WORD_CODE + 4, offsetof(struct layout, code_lines)},
    {WORD_CODE + 5, offsetof(struct layout, code_first_line)},
    {WORD_CODE + 9, offsetof(struct layout, code_bytecode)},
    {WORD_TEXT + 3, offsetof(struct layout, text_data_ascii)},
};

static const struct layout layout_313_rest = {
    .minor = 13,
    .has_cframe = false,
    .frame_unbegun = 0,
    .returns = {36, 103},
    .thread_stack_top = 240, /* PyThreadState.datastack_top, right after datastack_chunk */
    .code_frame_size = 76,   /* PyCodeObject.co_framesize */
    .frame_specials_words = 9,
    .text_data_other = 56, /* sizeof(PyCompactUnicodeObject) */
};

#endif
