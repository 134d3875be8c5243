#include "kernels/kernel.h"
#include "kernels/room.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Test(room, is_aligned_and_can_be_written_to_the_last_byte)
{
    static const size_t sizes[] = {0, 1, 63, 64, 65, 100000, 1 << 20, (3 << 20) + 1};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        unsigned char *room = room_make(sizes[s]);
        cr_assert_not_null(room, "%zu bytes", sizes[s]);
        cr_expect_eq((uintptr_t)room % KERNEL_ALIGNMENT, 0, "%zu bytes", sizes[s]);
        memset(room, 7, sizes[s]);
        room_free(room);
    }
}

Test(room, says_that_there_is_no_memory)
{
    cr_expect_null(room_make(SIZE_MAX));
    cr_expect_null(room_make(SIZE_MAX - 1));
    cr_expect_null(room_make(SIZE_MAX - (2 << 20)));
    cr_expect_null(room_make(SIZE_MAX / 2));
    room_free(NULL);
}

/* "hg" among the flags of the mapping that holds the address: huge pages were advised. */
static bool is_advised(const void *address)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    bool is_here = false, advised = false;
    char line[512];

    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long first, last;
        if (sscanf(line, "%lx-%lx ", &first, &last) == 2)
            is_here = (uintptr_t)address >= first && (uintptr_t)address < last;
        else if (is_here && strncmp(line, "VmFlags:", 8) == 0)
            advised = advised || strstr(line, " hg") != NULL;
    }
    fclose(file);
    return advised;
}

Test(room, asks_for_huge_pages_where_it_is_large)
{
    char *small = room_make(4096), *large = room_make(5 << 20);

    cr_assert(small != NULL && large != NULL);
    cr_expect_eq((uintptr_t)large % (2 << 20), 0);
    cr_expect_not(is_advised(small));
    if (access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0) {
        cr_expect(is_advised(large));
        cr_expect(is_advised(large + (5 << 20) - 1));
    }
    room_free(large);
    room_free(small);
}
