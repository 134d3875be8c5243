/* Framed messages between the harness and a worker, over a stream socket.
 *
 * A frame is a header and `size` bytes of body. The harness draws a fresh token for each command
 * and the worker's answer carries it: a frame that student code forged, or that a forked child
 * sent, has another token and ends the worker (field: both were seen to desynchronise a protocol
 * without tokens). Native byte order: both ends are on one machine.
 *
 * Bodies are packed fields, written by pack_…() and read in the same order by unpack_…().
 */
#ifndef FORTYFOLD_BASE_WIRE_H
#define FORTYFOLD_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Commands (harness → worker) and answers (worker → harness). Bodies, field by field: */
enum wire_kind {
    WIRE_READY = 1, /* ← string python, string executable, string host object */
    WIRE_DESCRIBE,  /* → nothing; ← WIRE_DONE: string numpy version ("" where absent) */
    WIRE_TOML,      /* → string path; ← WIRE_DONE: string JSON text */
    WIRE_REQUIRE,   /* → string module or program; ← WIRE_DONE: u64 1 when it is there */
    WIRE_LOAD,    /* → string folder, string file, string function; ← WIRE_DONE: f64 import_s */
    WIRE_PROBLEM, /* → string folder, string file; ← WIRE_DONE: nothing */
    WIRE_MAKE,    /* → problem; ← WIRE_DONE: value (a group: the arguments) */
    WIRE_SOLVE,   /* → problem; ← WIRE_DONE: value (what the loaded function returns) */
    WIRE_CALIBRATE, /* → problem, f64 target_s, u64 pool bytes; ← WIRE_DONE: f64 first_call_s,
                       f64 warmup_s (what followed until calibrated), u64 calls */
    WIRE_PREPARE,   /* → problem, u64 calls; ← WIRE_DONE: nothing */
    WIRE_RUN, /* → u64 pick (< calls); ← WIRE_DONE: struct wire_times, u64 values, value… */
    WIRE_STATEMENT, /* → string setup, string statement, u64 1: by CPU time; ← WIRE_DONE: nothing */
    WIRE_LOOP,      /* → u64 number; ← WIRE_DONE: f64 seconds of so many loops */
    WIRE_DONE,      /* ← the command's answer */
    WIRE_RAISED, /* ← u64 enum wire_raised, string traceback */
    WIRE_KIND_COUNT
};
/* "problem" is: u64 size, u64 seed, string parameters (JSON object). */

enum wire_raised { WIRE_RAISED_EXCEPTION, WIRE_RAISED_MEMORY, WIRE_RAISED_RESULT };

/* What was read around the calls of one sample; totals over all calls. */
struct wire_times {
    uint64_t calls_count;
    uint64_t real_ns;
    uint64_t cpu_ns;
    uint64_t user_us;
    uint64_t sys_us;
    uint64_t involuntary_switches_count;
    uint64_t delayed_ns; /* runnable, but waiting for a processor (main thread); ~0 unknown */
    uint64_t major_faults_count; /* pages read from disk */
    uint64_t minor_faults_count; /* pages given by the kernel */
};

struct wire_header {
    uint32_t magic;
    uint32_t kind;
    uint64_t token;
    uint64_t size; /* of the body, bytes */
};

enum { WIRE_MAGIC = 0x34305846 };

/* The exit status of a worker that cannot answer, since student code closed its socket. */
enum { WIRE_EXIT_LOST = 197 };

/* A body being written. Starts as {0}; pack_free() releases it. Memory failure is kept in
 * `failed` and seen by the sender, so that calls can be chained without checks. */
struct pack {
    unsigned char *bytes;
    size_t size, capacity;
    bool failed;
};

void pack_bytes(struct pack *pack, const void *bytes, size_t size);
void pack_u64(struct pack *pack, uint64_t number);
void pack_f64(struct pack *pack, double number);
void pack_string(struct pack *pack, const char *text); /* length, then the bytes without a 0 */
void pack_free(struct pack *pack);

/* A body being read. A field that is not there gives 0 or "", and sets `failed`. */
struct unpack {
    const unsigned char *at;
    size_t left;
    bool failed;
};

uint64_t unpack_u64(struct unpack *unpack);
double unpack_f64(struct unpack *unpack);
void unpack_bytes(struct unpack *unpack, void *into, size_t size);
/* A copy that the caller frees; NULL when there is no memory. Inner zero bytes become '?'. */
char *unpack_string(struct unpack *unpack);

/* Sends one frame, whole. Fails with STATUS_IO when the other end is gone, STATUS_NO_MEMORY when
 * the pack failed. Never raises SIGPIPE. */
enum status wire_send(int fd, enum wire_kind kind, uint64_t token, const struct pack *pack);

/* Reads at least `least` bytes and at most `most`, waiting as long as it takes; *size: how many.
 * STATUS_IO at end of file. */
enum status wire_read_some(int fd, void *into, size_t least, size_t most, size_t *size);

/* Reads exactly `size` bytes. */
enum status wire_read(int fd, void *into, size_t size);

#endif
