#include "profile/layout.h"

#include <stdint.h>
#include <string.h>

#include "profile/layout_311.h"
#include "profile/layout_312.h"
#include "profile/layout_313.h"

/* No structure that we read is larger: an offset beyond means that the words are something else. */
enum { OFFSET_MOST = 1 << 20 };

const struct layout *layout_known(int minor)
{
    return minor == layout_311.minor ? &layout_311 : minor == layout_312.minor ? &layout_312 : NULL;
}

bool layout_from_offsets(const uint64_t *words, int minor, struct layout *layout,
                         bool *free_threaded)
{
    *free_threaded = false;
    if (minor != layout_313_rest.minor || memcmp(&words[WORD_COOKIE], "xdebugpy", 8) != 0 ||
        (words[WORD_VERSION] >> 16) != (0x0300U | (unsigned)minor)) {
        return false;
    }
    *free_threaded = words[WORD_FREE_THREADED] != 0;
    *layout = layout_313_rest;
    for (size_t i = 0; i < sizeof offsets_rules_313 / sizeof *offsets_rules_313; i++) {
        uint64_t offset = words[offsets_rules_313[i].word];
        if (offset > OFFSET_MOST) {
            return false;
        }
        uint32_t narrow = (uint32_t)offset;
        memcpy((char *)layout + offsets_rules_313[i].field, &narrow, sizeof narrow);
    }
    /* What is read in one piece must hold these fields. */
    return !*free_threaded && layout->thread_stack_top == layout->thread_chunk + 8 &&
           layout->thread_stack_top + 8 <= THREAD_BYTES && layout->frame_owner < FRAME_BYTES &&
           layout->frame_instruction + 8 <= FRAME_BYTES && layout->code_lines + 8 <= CODE_BYTES;
}
