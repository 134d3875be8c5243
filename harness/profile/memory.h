/* Memory of another process, read without its help (process_vm_readv).
 *
 * Units: addresses and sizes are bytes, addresses are the other process's.
 * Ownership: the caller owns every buffer. What cannot be read is not an error here: a program
 * under observation may be anywhere; callers look again or give the sample up.
 */
#ifndef FORTYFOLD_PROFILE_MEMORY_H
#define FORTYFOLD_PROFILE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct memory_piece {
    uint64_t address;
    void *to;
    size_t size; /* above 0 */
};

/* The whole piece, or false (errno says why: EFAULT for an address that is not there). */
bool memory_read(pid_t pid, uint64_t address, void *to, size_t size);

/* All pieces with as few system calls as may be (one for 64), or false. 0 pieces are legal. */
bool memory_gather(pid_t pid, const struct memory_piece *pieces, size_t count);

/* The 8 bytes at `address`, or 0 where they cannot be read. */
uint64_t memory_word(pid_t pid, uint64_t address);

/* Fields of a structure that was read into `bytes`; no alignment is asked for. */
uint64_t memory_u64(const unsigned char *bytes, size_t offset);
uint32_t memory_u32(const unsigned char *bytes, size_t offset);

#endif
