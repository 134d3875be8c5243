/* Code: the code objects of a process's Python, read once and kept, and checked at every use.
 *
 * A code object's address says nothing by itself: when generated code is dropped, the next piece
 * may lie at the same address, its name at the same address too. So each use compares what is
 * kept with what is there: of every code the pointers to its parts, of generated code (whose file
 * is "<string>" or the like) also the name and the table of lines.
 *
 * Ownership: a cache owns its codes, and puts the frames that it names into the profile, which
 * must outlive it. Codes stay valid until code_trim() or code_clear().
 */
#ifndef FORTYFOLD_PROFILE_CODE_H
#define FORTYFOLD_PROFILE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/profile.h"
#include "profile/interpreter.h"
#include "profile/labels.h"
#include "profile/lines.h"
#include "profile/memory.h"

/* A part of generated code, kept to be compared: the object's bytes from its length on. */
struct code_part {
    uint64_t address;
    size_t size;
    size_t
        data_at; /* where its contents begin; between length and them is a hash, which may change */
    unsigned char *then, *now;
};

struct code {
    uint64_t address;
    unsigned char header[CODE_BYTES]; /* as it was when it was read, and as it is */
    unsigned char now[CODE_BYTES];
    bool is_whole; /* everything below was read */
    bool is_generated;
    bool is_driver_call;
    bool is_hidden; /* the interpreter's own (since 3.12, around a call of a class): not shown */
    enum frame_kind kind;
    char *file;
    char *name;
    int first_line;
    uint64_t instructions; /* address of the first */
    size_t frame_words;    /* how much of the stack a frame of it takes */
    struct line_range *ranges;
    size_t ranges_count;
    uint32_t first_frame; /* the profile's frame for its first line; UINT32_MAX: not asked yet */
    struct code_part parts[2]; /* of generated code: its name and its table of lines */
    uint64_t checked;          /* the check that saw it last, */
    uint64_t fresh;            /* and the look in which now[] was read */
};

struct code_cache {
    const struct labels *labels;
    struct profile *profile;
    struct code **slots; /* a hash table by address */
    size_t slots_count, count;
    uint64_t check, look;
    bool has_loaded;   /* something, in this look */
    struct code **due; /* scratch: the distinct codes of a stack */
    size_t due_count, due_room;
    struct memory_piece *pieces;
    size_t pieces_room;
};

/* The codes of a thread's last stack, which will mostly be those of the next. */
enum { CODES_EXPECTED_MOST = 16 };
struct code_guess {
    uint64_t addresses[CODES_EXPECTED_MOST];
    size_t count;
};

/* A new look: nothing that was read before is as it is. Gives the pieces (up to
 * CODES_EXPECTED_MOST) that hold what code_check() will want to see of the codes in the guess, to
 * be read along with others in one call, and returns how many. */
size_t code_expect(struct code_cache *cache, const struct code_guess *guess,
                   struct memory_piece *pieces);

/* The pieces of code_expect() were read, while the thread stood still. */
void code_foresee(struct code_cache *cache, const struct code_guess *guess);

/* Remembers the codes of the last code_check() for next time. */
void code_remember(const struct code_cache *cache, struct code_guess *guess);

/* Finds the codes at `addresses` (a stack's; repeats are cheap) as they are now. The thread that
 * runs them must stand still. False when one of them is no code, or is just being freed.
 * STATUS_NO_MEMORY. */
enum status code_check(struct code_cache *cache, pid_t pid, const struct interpreter *interpreter,
                       const uint64_t *addresses, size_t count, struct code **codes, bool *good);

/* The profile's frame for a code at an instruction (an address; as the layout's
 * frame_instruction). STATUS_NO_MEMORY. */
enum status code_frame(struct code_cache *cache, struct code *code, uint64_t instruction,
                       uint32_t *frame);

/* The thread did not stand still, after all: forgets what may have been read amiss. */
void code_doubt(struct code_cache *cache);

/* Call it between two stacks: forgets all when there are too many (a program that makes code
 * without end must not fill our memory). */
void code_trim(struct code_cache *cache);

/* Forgets all (after an exec). All zero is legal. */
void code_clear(struct code_cache *cache);

#endif
