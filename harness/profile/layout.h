/* Layout: where CPython keeps what a stack is made of. One header a version (layout_3NN.h) holds
 * the numbers; this one says what they mean.
 *
 * Units: bytes from the start of the structure that a field's comment names. All hold for 64-bit
 * Linux builds; a debug build (Py_TRACE_REFS) or one without the global lock has others and is
 * refused by interpreter.c.
 */
#ifndef FORTYFOLD_PROFILE_LAYOUT_H
#define FORTYFOLD_PROFILE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

struct layout {
    int minor; /* 11 for CPython 3.11 */

    uint32_t runtime_interpreters; /* _PyRuntimeState.interpreters.head */

    uint32_t interpreter_next;    /* PyInterpreterState.next */
    uint32_t interpreter_threads; /* PyInterpreterState.threads.head */
    uint32_t interpreter_modules; /* PyInterpreterState.modules, since 3.12 .imports.modules */

    uint32_t thread_next;      /* PyThreadState.next */
    uint32_t thread_ident;     /* PyThreadState.thread_id: pthread_self() */
    uint32_t thread_native;    /* PyThreadState.native_thread_id: gettid() */
    uint32_t thread_chunk;     /* PyThreadState.datastack_chunk */
    uint32_t thread_stack_top; /* PyThreadState.datastack_top */
    uint32_t thread_frame;     /* PyThreadState.cframe, since 3.13 .current_frame */
    bool has_cframe;           /* thread_frame points to a _PyCFrame, not to the frame itself */
    uint32_t cframe_frame;     /* _PyCFrame.current_frame */

    uint32_t frame_code;        /* _PyInterpreterFrame.f_code, since 3.13 .f_executable */
    uint32_t frame_previous;    /* _PyInterpreterFrame.previous */
    uint32_t frame_instruction; /* _PyInterpreterFrame.prev_instr, since 3.13 .instr_ptr */
    uint32_t frame_owner;       /* _PyInterpreterFrame.owner */
    /* What frame_instruction holds before the first instruction, from the code's first byte on. */
    int32_t frame_unbegun;
    unsigned char returns[2]; /* RETURN_VALUE and RETURN_CONST of Include/opcode.h; 0: none */

    uint32_t code_first_line; /* PyCodeObject.co_firstlineno */
    uint32_t code_file;       /* PyCodeObject.co_filename */
    uint32_t code_name;       /* PyCodeObject.co_qualname */
    uint32_t code_lines;      /* PyCodeObject.co_linetable */
    uint32_t code_bytecode;   /* PyCodeObject.co_code_adaptive */
    /* A frame's length in words: co_framesize since 3.12; before, co_nlocalsplus + co_stacksize
     * + FRAME_SPECIALS_SIZE, and code_frame_size is 0. */
    uint32_t code_frame_size;
    uint32_t code_locals;     /* PyCodeObject.co_nlocalsplus */
    uint32_t code_stack_size; /* PyCodeObject.co_stacksize */
    uint32_t frame_specials_words;

    uint32_t text_data_ascii; /* sizeof(PyASCIIObject): where an ASCII text's characters begin */
    uint32_t text_data_other; /* sizeof(PyCompactUnicodeObject): those of other texts */
};

/* The same in all three versions (Include/object.h, cpython/bytesobject.h, cpython/unicodeobject.h,
 * cpython/pystate.h, internal/pycore_frame.h). */
enum {
    OBJECT_TYPE = 8,        /* PyObject.ob_type */
    OBJECT_SIZE = 16,       /* PyVarObject.ob_size */
    BYTES_DATA = 32,        /* PyBytesObject.ob_sval */
    TEXT_LENGTH = 16,       /* PyASCIIObject.length, in characters */
    TEXT_STATE = 32,        /* PyASCIIObject.state: 2 bits interned, 3 kind, compact, ascii */
    CHUNK_PREVIOUS = 0,     /* _PyStackChunk.previous */
    CHUNK_TOP = 16,         /* _PyStackChunk.top, in words from .data on; of a full chunk only */
    CHUNK_DATA = 24,        /* _PyStackChunk.data */
    THREAD_BYTES = 320,     /* enough of a PyThreadState for every field above */
    FRAME_BYTES = 72,       /* a _PyInterpreterFrame up to its locals */
    CODE_BYTES = 144,       /* a PyCodeObject up to and with co_linetable */
    OWNED_BY_THREAD = 0,    /* enum _frameowner: in the thread's stack chunks, */
    OWNED_BY_GENERATOR = 1, /* in a generator or coroutine, */
    OWNED_BY_C_STACK = 3,   /* an entry from C into the interpreter (3.12 on): no Python code */
};

/* The layout of CPython 3.`minor`, NULL where none is known. For 3.13 it is read from the
 * interpreter itself: see layout_from_offsets(). */
const struct layout *layout_known(int minor);

/* A layout from the `count` 8-byte words at the start of _PyRuntime of a CPython 3.13
 * (struct _Py_DebugOffsets). False when they do not look like it, or when the build has no global
 * lock (*free_threaded). */
enum { LAYOUT_OFFSETS_WORDS = 73 };
bool layout_from_offsets(const uint64_t *words, int minor, struct layout *layout,
                         bool *free_threaded);

#endif
