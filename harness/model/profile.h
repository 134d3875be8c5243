/* A profile: the tree of call stacks that were seen, and how many samples showed each.
 *
 * Units: samples. A sampler that looks `rate_hz` times a second sees a second of running as that
 * many samples; shares are what a profile is for.
 *
 * A stack is a node and those above it: stacks that begin alike share their beginning, so that a
 * recursion 5,000 deep, seen at every depth, is 5,000 nodes. A parent stands before its children.
 *
 * Ownership: `profile` owns every frame, node and text in it; profile_free() releases them.
 */
#ifndef FORTYFOLD_MODEL_PROFILE_H
#define FORTYFOLD_MODEL_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Whose code a frame is: the colours of a flame graph, and what a reader asks first. */
enum frame_kind {
    FRAME_LAB,     /* Python, of the lab or the script that was asked about */
    FRAME_LIBRARY, /* Python, of the standard library or a package */
    FRAME_NATIVE,  /* compiled: a kernel, NumPy, BLAS, libc, the interpreter itself */
    FRAME_MARK,    /* no code: a process, a thread, "idle" */
    FRAME_KINDS
};

struct profile_frame {
    const char *file;     /* "naive.py", "libblas.so.3"; "" for a mark */
    const char *function; /* qualified name, symbol, or the mark's words; never NULL */
    int line;             /* where it was at that moment; 0: none */
    enum frame_kind kind;
};

/* The parent of a node that has none. */
#define PROFILE_NO_NODE UINT32_MAX

struct profile_node {
    uint32_t parent; /* index into profile->nodes, smaller than its own; or PROFILE_NO_NODE */
    uint32_t frame;  /* index into profile->frames */
    uint64_t samples_count; /* whose stack ended here; those of the nodes below are not in it */
};

struct profile {
    struct profile_frame *frames;
    size_t frames_count;
    struct profile_node *nodes;
    size_t nodes_count;
    size_t stacks_count; /* distinct: nodes where a stack ended */
    /* How it came about; texts may be NULL, numbers 0 (a folded file says none of it). */
    char *title;                 /* "mds/naive, 100 points" or the command */
    char *interpreter;           /* "CPython 3.11.2" */
    double rate_hz;              /* asked for */
    double elapsed_s;            /* from first to last sample */
    uint64_t samples_count;      /* taken: the sum over stacks */
    uint64_t missed_count;       /* moments that passed while the sampler could not look */
    uint64_t rejected_count;     /* looks whose stack was not consistent, left out */
    struct profile_index *index; /* finds frames and nodes again; profile.c's own */
};

/* The index of a frame equal to `frame`, which is copied where it is new. STATUS_NO_MEMORY. */
enum status profile_intern(struct profile *profile, const struct profile_frame *frame,
                           uint32_t *index);

/* Counts `samples_count` samples of the stack `frames` (indices, root first, depth ≥ 1).
 * STATUS_NO_MEMORY. */
enum status profile_add(struct profile *profile, const uint32_t *frames, size_t depth,
                        uint64_t samples_count);

/* The child of `parent` (PROFILE_NO_NODE: a first node) with that frame, made where it is new, with
 * no samples. Meant for who makes one tree from another; a sampler adds. STATUS_NO_MEMORY. */
enum status profile_child(struct profile *profile, uint32_t parent, uint32_t frame, uint32_t *node);

/* How many frames the stack that ends at `node` has. */
size_t profile_depth(const struct profile *profile, uint32_t node);

/* Writes the stack that ends at `node` into `frames`: profile_depth() indices, root first. */
void profile_stack(const struct profile *profile, uint32_t node, uint32_t *frames);

/* NULL and all zero are legal. */
void profile_free(struct profile *profile);

#endif
