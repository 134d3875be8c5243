#include "profile/code.h"

#include <stdlib.h>
#include <string.h>

#include "profile/memory.h"
#include "profile/object.h"

/* A program that makes code without end must not fill our memory: beyond so many all are dropped
 * and those in use read again. */
enum { SLOTS_FIRST = 256, CODES_MOST = 1 << 14 };

/* What of a code object never changes while it lives, beside its first line: the type, the length
 * and the pointers to its parts. Between lie counters that the interpreter turns. */
static const struct {
    size_t from, to;
} lasting[] = {{OBJECT_TYPE, 48}, {96, CODE_BYTES}};

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for the program's functions");
}

static void empty(struct code *code)
{
    free(code->file);
    free(code->name);
    free(code->ranges);
    for (size_t i = 0; i < 2; i++) {
        free(code->parts[i].then);
        free(code->parts[i].now);
    }
    struct code kept = {.address = code->address, .checked = code->checked};
    memcpy(kept.now, code->now, sizeof kept.now);
    *code = kept;
}

void code_clear(struct code_cache *cache)
{
    for (size_t i = 0; i < cache->slots_count; i++) {
        if (cache->slots[i] != NULL) {
            empty(cache->slots[i]);
            free(cache->slots[i]);
        }
    }
    free(cache->slots);
    free(cache->due);
    free(cache->pieces);
    *cache = (struct code_cache){.labels = cache->labels,
                                 .profile = cache->profile,
                                 .check = cache->check,
                                 .look = cache->look};
}

void code_trim(struct code_cache *cache)
{
    if (cache->count > CODES_MOST) {
        code_clear(cache);
    }
}

void code_doubt(struct code_cache *cache)
{
    if (cache->has_loaded) {
        code_clear(cache);
    }
}

static size_t probe(struct code *const *slots, size_t slots_count, uint64_t address)
{
    size_t slot = (size_t)(address * 0x9e3779b97f4a7c15ULL >> 32) & (slots_count - 1);
    while (slots[slot] != NULL && slots[slot]->address != address) {
        slot = (slot + 1) & (slots_count - 1);
    }
    return slot;
}

/* Twice the slots: they are at most half full. */
static enum status grow(struct code_cache *cache)
{
    size_t wider = cache->slots_count == 0 ? SLOTS_FIRST : 2 * cache->slots_count;
    struct code **slots = calloc(wider, sizeof *slots);
    if (slots == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < cache->slots_count; i++) {
        if (cache->slots[i] != NULL) {
            slots[probe(slots, wider, cache->slots[i]->address)] = cache->slots[i];
        }
    }
    free(cache->slots);
    cache->slots = slots;
    cache->slots_count = wider;
    return STATUS_OK;
}

static enum status find(struct code_cache *cache, uint64_t address, struct code **code)
{
    if (2 * cache->count >= cache->slots_count) {
        enum status status = grow(cache);
        if (status != STATUS_OK) {
            return status;
        }
    }
    size_t slot = probe(cache->slots, cache->slots_count, address);
    if (cache->slots[slot] == NULL) {
        cache->slots[slot] = calloc(1, sizeof **cache->slots);
        if (cache->slots[slot] == NULL) {
            return no_memory();
        }
        cache->slots[slot]->address = address;
        cache->count++;
    }
    *code = cache->slots[slot];
    return STATUS_OK;
}

static enum status add_due(struct code_cache *cache, struct code *code)
{
    if (cache->due_count == cache->due_room) {
        size_t room = cache->due_room == 0 ? 64 : 2 * cache->due_room;
        struct code **more = realloc(cache->due, room * sizeof *more);
        if (more == NULL) {
            return no_memory();
        }
        cache->due = more;
        cache->due_room = room;
    }
    cache->due[cache->due_count++] = code;
    return STATUS_OK;
}

/* A code that is in the cache and may be expected: what is kept of generated code is longer, and
 * soon gone. */
static struct code *expected(const struct code_cache *cache, uint64_t address)
{
    struct code *code = cache->slots_count == 0
                            ? NULL
                            : cache->slots[probe(cache->slots, cache->slots_count, address)];
    return code != NULL && code->is_whole && !code->is_generated ? code : NULL;
}

size_t code_expect(struct code_cache *cache, const struct code_guess *guess,
                   struct memory_piece *pieces)
{
    size_t count = 0;
    cache->look++;
    cache->has_loaded = false;
    for (size_t i = 0; i < guess->count; i++) {
        struct code *code = expected(cache, guess->addresses[i]);
        if (code != NULL) {
            pieces[count++] = (struct memory_piece){code->address, code->now, CODE_BYTES};
        }
    }
    return count;
}

void code_foresee(struct code_cache *cache, const struct code_guess *guess)
{
    for (size_t i = 0; i < guess->count; i++) {
        struct code *code = expected(cache, guess->addresses[i]);
        if (code != NULL) {
            code->fresh = cache->look;
        }
    }
}

void code_remember(const struct code_cache *cache, struct code_guess *guess)
{
    guess->count = 0;
    for (size_t i = 0; i < cache->due_count && guess->count < CODES_EXPECTED_MOST; i++) {
        guess->addresses[guess->count++] = cache->due[i]->address;
    }
}

/* Reads what is there now and was not read in this look: of each code its header, of generated code
 * its name and lines. */
static enum status look(struct code_cache *cache, pid_t pid, bool *good)
{
    if (cache->pieces_room < 3 * cache->due_count) {
        size_t room = 3 * cache->due_room;
        struct memory_piece *more = realloc(cache->pieces, room * sizeof *more);
        if (more == NULL) {
            return no_memory();
        }
        cache->pieces = more;
        cache->pieces_room = room;
    }
    struct memory_piece *pieces = cache->pieces;
    size_t count = 0;
    for (size_t i = 0; i < cache->due_count; i++) {
        struct code *code = cache->due[i];
        if (code->fresh == cache->look) {
            continue;
        }
        pieces[count++] = (struct memory_piece){code->address, code->now, CODE_BYTES};
        for (size_t j = 0; code->is_generated && j < 2; j++) {
            const struct code_part *part = &code->parts[j];
            pieces[count++] = (struct memory_piece){part->address + OBJECT_SIZE, part->now,
                                                    part->size - OBJECT_SIZE};
        }
    }
    *good = memory_gather(pid, pieces, count);
    if (!*good) { /* the parts of a dropped code may be gone: then it is a new one */
        *good = true;
        for (size_t i = 0; *good && i < cache->due_count; i++) {
            struct code *code = cache->due[i];
            code->is_whole = code->is_whole && !code->is_generated;
            *good = memory_read(pid, code->address, code->now, CODE_BYTES);
        }
    }
    return STATUS_OK;
}

static bool part_lasts(const struct code_part *part)
{
    size_t data = part->data_at - OBJECT_SIZE;
    return memcmp(part->then, part->now, 8) == 0 &&
           memcmp(part->then + data, part->now + data, part->size - part->data_at) == 0;
}

/* Is what is kept still what is there? */
static bool lasts(const struct code *code, const struct layout *layout)
{
    bool same = code->is_whole && memcmp(code->header + layout->code_first_line,
                                         code->now + layout->code_first_line, 4) == 0;
    for (size_t i = 0; same && i < sizeof lasting / sizeof *lasting; i++) {
        size_t from = lasting[i].from;
        same = memcmp(code->header + from, code->now + from, lasting[i].to - from) == 0;
    }
    return same &&
           (!code->is_generated || (part_lasts(&code->parts[0]) && part_lasts(&code->parts[1])));
}

/* Is it a code object, and alive? The memory of a dropped object keeps its bytes, but the
 * allocator puts an address where the count of references was; counts are small. */
static bool is_code(const unsigned char *header, const struct interpreter *interpreter)
{
    uint64_t references = memory_u64(header, 0), type = memory_u64(header, OBJECT_TYPE);
    return references != 0 && references >> 32 == 0 &&
           (interpreter->code_type == 0 ? type != 0 : type == interpreter->code_type);
}

static bool keep_part(pid_t pid, uint64_t address, size_t data_at, size_t size,
                      struct code_part *part)
{
    *part = (struct code_part){.address = address, .size = size, .data_at = data_at};
    part->then = malloc(size - OBJECT_SIZE);
    part->now = malloc(size - OBJECT_SIZE);
    return part->then != NULL && part->now != NULL &&
           memory_read(pid, address + OBJECT_SIZE, part->then, size - OBJECT_SIZE);
}

static size_t frame_words(const unsigned char *header, const struct layout *layout)
{
    return layout->code_frame_size != 0
               ? memory_u32(header, layout->code_frame_size)
               : (size_t)memory_u32(header, layout->code_locals) +
                     memory_u32(header, layout->code_stack_size) + layout->frame_specials_words;
}

/* Reads a code whose header is in ->now. What cannot be read leaves it not whole. */
static void load(struct code_cache *cache, pid_t pid, const struct interpreter *interpreter,
                 struct code *code)
{
    const struct layout *layout = &interpreter->layout;
    unsigned char header[CODE_BYTES];
    memcpy(header, code->now, sizeof header);
    cache->has_loaded = true;
    empty(code);
    memcpy(code->header, header, sizeof header);
    if (!is_code(header, interpreter)) {
        return;
    }
    uint64_t name_at = memory_u64(header, layout->code_name);
    uint64_t lines_at = memory_u64(header, layout->code_lines);
    size_t name_size = 0, lines_size = 0;
    char *path = object_text(pid, layout, memory_u64(header, layout->code_file), NULL);
    unsigned char *lines = object_bytes(pid, lines_at, &lines_size);
    code->name = object_text(pid, layout, name_at, &name_size);
    code->first_line = (int)memory_u32(header, layout->code_first_line);
    code->instructions = code->address + layout->code_bytecode;
    code->frame_words = frame_words(header, layout);
    code->first_frame = UINT32_MAX;
    if (path != NULL && code->name != NULL && lines != NULL) {
        code->file = labels_file(cache->labels, path, &code->kind);
        code->is_generated = *path == '<';
        code->is_hidden = strcmp(path, "__init__") == 0;
        code->is_driver_call = labels_is_call(cache->labels, path, code->name);
        code->is_whole =
            code->file != NULL && lines_decode(lines, lines_size, code->first_line, &code->ranges,
                                               &code->ranges_count) == STATUS_OK;
    }
    if (code->is_whole && code->is_generated && code->name != NULL) {
        size_t length = strlen(code->name);
        bool is_ascii = name_size == layout->text_data_ascii + length;
        code->is_whole =
            keep_part(pid, name_at, is_ascii ? layout->text_data_ascii : layout->text_data_other,
                      name_size, &code->parts[0]) &&
            keep_part(pid, lines_at, BYTES_DATA, BYTES_DATA + lines_size, &code->parts[1]);
    }
    code->is_generated = code->is_generated && code->is_whole;
    free(path);
    free(lines);
}

enum status code_check(struct code_cache *cache, pid_t pid, const struct interpreter *interpreter,
                       const uint64_t *addresses, size_t count, struct code **codes, bool *good)
{
    enum status status = STATUS_OK;
    *good = true;
    cache->check++;
    cache->due_count = 0;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (i > 0 && addresses[i] == addresses[i - 1]) { /* recursion */
            codes[i] = codes[i - 1];
            continue;
        }
        status = find(cache, addresses[i], &codes[i]);
        if (status == STATUS_OK && codes[i]->checked != cache->check) {
            codes[i]->checked = cache->check;
            status = add_due(cache, codes[i]);
        }
    }
    if (status == STATUS_OK) {
        status = look(cache, pid, good);
    }
    for (size_t i = 0; status == STATUS_OK && *good && i < cache->due_count; i++) {
        struct code *code = cache->due[i];
        if (!lasts(code, &interpreter->layout)) {
            load(cache, pid, interpreter, code);
        }
        *good = code->is_whole && is_code(code->now, interpreter);
    }
    return status;
}

enum status code_frame(struct code_cache *cache, struct code *code, uint64_t instruction,
                       uint32_t *frame)
{
    /* Before its first instruction a function is at its first line. */
    uint64_t unit = (instruction - code->instructions) / 2;
    struct line_range *range = instruction < code->instructions || unit > UINT32_MAX
                                   ? NULL
                                   : lines_find(code->ranges, code->ranges_count, (uint32_t)unit);
    uint32_t *known = range == NULL ? &code->first_frame : &range->frame;
    enum status status = STATUS_OK;
    if (*known == UINT32_MAX) {
        int line = range == NULL || range->line == 0 ? code->first_line : range->line;
        const struct profile_frame new = {code->file, code->name, line, code->kind};
        status = profile_intern(cache->profile, &new, known);
    }
    *frame = *known;
    return status;
}
