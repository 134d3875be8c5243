#include "profile/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

/* The kernel would take 1,024 (UIO_MAXIOV); lists so long would lie on pages of their own, which a
 * look that comes ten milliseconds after the last has to fetch again. */
enum { PIECES_AT_ONCE = 64 };

bool memory_read(pid_t pid, uint64_t address, void *to, size_t size)
{
    struct iovec here = {to, size}, there = {(void *)(uintptr_t)address, size};
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (got >= 0 && (size_t)got != size) {
        errno = EFAULT; /* it ends in the middle of a mapping */
    }
    return got >= 0 && (size_t)got == size;
}

static bool gather_some(pid_t pid, const struct memory_piece *pieces, size_t count)
{
    struct iovec here[PIECES_AT_ONCE], there[PIECES_AT_ONCE];
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        here[i] = (struct iovec){pieces[i].to, pieces[i].size};
        there[i] = (struct iovec){(void *)(uintptr_t)pieces[i].address, pieces[i].size};
        total += pieces[i].size;
    }
    ssize_t got = process_vm_readv(pid, here, count, there, count, 0);
    return got >= 0 && (size_t)got == total;
}

bool memory_gather(pid_t pid, const struct memory_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i += PIECES_AT_ONCE) {
        size_t some = count - i < PIECES_AT_ONCE ? count - i : PIECES_AT_ONCE;
        if (!gather_some(pid, pieces + i, some)) {
            return false;
        }
    }
    return true;
}

uint64_t memory_word(pid_t pid, uint64_t address)
{
    uint64_t word = 0;
    return memory_read(pid, address, &word, sizeof word) ? word : 0;
}

uint64_t memory_u64(const unsigned char *bytes, size_t offset)
{
    uint64_t word;
    memcpy(&word, bytes + offset, sizeof word);
    return word;
}

uint32_t memory_u32(const unsigned char *bytes, size_t offset)
{
    uint32_t word;
    memcpy(&word, bytes + offset, sizeof word);
    return word;
}
