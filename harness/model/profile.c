#include "model/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Three tables with open addressing: texts, frames, nodes. The last two hold index + 1; 0 is free.
 * A table is at most three quarters full, so that a search ends at a free slot soon. */
struct table {
    uint32_t *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t used;
};

/* Texts are never released one by one: they stand one behind the other in pages. */
struct page {
    struct page *older;
    size_t used, capacity;
    char bytes[];
};

struct profile_index {
    struct table texts_table, frames_table, nodes_table;
    const char **texts;
    size_t texts_count, texts_capacity;
    size_t frames_capacity, nodes_capacity;
    struct page *pages;
    /* The stack that was added last: the next one mostly begins like it, and those frames need no
     * search (a recursion 5,000 deep would else cost as many). */
    uint32_t *last_frames, *last_nodes;
    size_t last_depth, last_capacity;
};

enum { PAGE_BYTES = 1 << 16, FIRST_SLOTS = 256 };

/* Multiplies by an odd number near 2^64 / golden ratio and keeps the well mixed upper half. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0;
    for (; *text != '\0'; text++) {
        hash = mix(hash, (unsigned char)*text);
    }
    return hash;
}

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a profile of so many different stacks; "
                                         "sample for a shorter time (--duration)");
}

/* Makes room for one more item in an array; `*items` and `*capacity` stay as they are otherwise. */
static enum status reserve(void **items, size_t *capacity, size_t count, size_t item_size)
{
    if (count < *capacity) {
        return STATUS_OK;
    }
    size_t wanted = *capacity + *capacity / 2 + 64;
    void *grown = wanted >= UINT32_MAX ? NULL : realloc(*items, wanted * item_size);
    if (grown == NULL) {
        return no_memory();
    }
    *items = grown;
    *capacity = wanted;
    return STATUS_OK;
}

/* Where item `i` of a table belongs. */
typedef uint64_t hash_item(const struct profile *profile, size_t i);

static void put(struct table *table, uint64_t hash, size_t i)
{
    size_t at = hash & (table->capacity - 1);
    while (table->slots[at] != 0) {
        at = (at + 1) & (table->capacity - 1);
    }
    table->slots[at] = (uint32_t)i + 1;
}

/* Makes room for one more item in a table that holds the items 0 … used − 1. */
static enum status widen(struct table *table, const struct profile *profile, hash_item *hash)
{
    if (4 * (table->used + 1) <= 3 * table->capacity) {
        return STATUS_OK;
    }
    size_t capacity = table->capacity == 0 ? FIRST_SLOTS : 2 * table->capacity;
    uint32_t *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL) {
        return no_memory();
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    for (size_t i = 0; i < table->used; i++) {
        put(table, hash(profile, i), i);
    }
    return STATUS_OK;
}

static uint64_t hash_text_item(const struct profile *profile, size_t i)
{
    return hash_text(profile->index->texts[i]);
}

/* The texts of interned frames are interned, too: their addresses stand for them. */
static uint64_t hash_frame(const struct profile_frame *frame)
{
    uint64_t hash = mix((uint64_t)frame->kind, (uint32_t)frame->line);
    return mix(mix(hash, (uintptr_t)frame->file), (uintptr_t)frame->function);
}

static uint64_t hash_frame_item(const struct profile *profile, size_t i)
{
    return hash_frame(&profile->frames[i]);
}

static uint64_t hash_node(uint32_t parent, uint32_t frame)
{
    return mix(0, (uint64_t)parent << 32 | frame);
}

static uint64_t hash_node_item(const struct profile *profile, size_t i)
{
    return hash_node(profile->nodes[i].parent, profile->nodes[i].frame);
}

/* A copy of the text in a page; NULL without memory. */
static char *store_text(struct profile_index *index, const char *text)
{
    size_t size = strlen(text) + 1;
    struct page *page = index->pages;
    if (page == NULL || page->capacity - page->used < size) {
        size_t capacity = size > PAGE_BYTES ? size : PAGE_BYTES;
        page = malloc(sizeof *page + capacity);
        if (page == NULL) {
            return NULL;
        }
        *page = (struct page){.older = index->pages, .capacity = capacity};
        index->pages = page;
    }
    char *copy = page->bytes + page->used;
    page->used += size;
    return memcpy(copy, text, size);
}

static enum status intern_text(struct profile *profile, const char *text, const char **interned)
{
    struct profile_index *index = profile->index;
    struct table *table = &index->texts_table;
    enum status status = widen(table, profile, hash_text_item);
    if (status != STATUS_OK) {
        return status;
    }
    uint64_t hash = hash_text(text);
    for (size_t at = hash & (table->capacity - 1); table->slots[at] != 0;
         at = (at + 1) & (table->capacity - 1)) {
        *interned = index->texts[table->slots[at] - 1];
        if (strcmp(*interned, text) == 0) {
            return STATUS_OK;
        }
    }
    status = reserve((void **)&index->texts, &index->texts_capacity, index->texts_count,
                     sizeof *index->texts);
    if (status != STATUS_OK) {
        return status;
    }
    *interned = store_text(index, text);
    if (*interned == NULL) {
        return no_memory();
    }
    index->texts[index->texts_count] = *interned;
    put(table, hash, index->texts_count++);
    table->used++;
    return STATUS_OK;
}

static enum status make_index(struct profile *profile)
{
    if (profile->index == NULL) {
        profile->index = calloc(1, sizeof *profile->index);
    }
    return profile->index == NULL ? no_memory() : STATUS_OK;
}

enum status profile_intern(struct profile *profile, const struct profile_frame *frame,
                           uint32_t *index)
{
    struct profile_frame copy = *frame;
    enum status status = make_index(profile);
    if (status != STATUS_OK) {
        return status;
    }
    struct table *table = &profile->index->frames_table;
    if ((status = intern_text(profile, frame->file, &copy.file)) != STATUS_OK ||
        (status = intern_text(profile, frame->function, &copy.function)) != STATUS_OK ||
        (status = widen(table, profile, hash_frame_item)) != STATUS_OK) {
        return status;
    }
    uint64_t hash = hash_frame(&copy);
    for (size_t at = hash & (table->capacity - 1); table->slots[at] != 0;
         at = (at + 1) & (table->capacity - 1)) {
        *index = table->slots[at] - 1;
        const struct profile_frame *known = &profile->frames[*index];
        if (known->file == copy.file && known->function == copy.function &&
            known->line == copy.line && known->kind == copy.kind) {
            return STATUS_OK;
        }
    }
    status = reserve((void **)&profile->frames, &profile->index->frames_capacity,
                     profile->frames_count, sizeof *profile->frames);
    if (status != STATUS_OK) {
        return status;
    }
    *index = (uint32_t)profile->frames_count;
    profile->frames[profile->frames_count++] = copy;
    put(table, hash, *index);
    table->used++;
    return STATUS_OK;
}

enum status profile_child(struct profile *profile, uint32_t parent, uint32_t frame, uint32_t *node)
{
    enum status status = make_index(profile);
    if (status != STATUS_OK) {
        return status;
    }
    struct table *table = &profile->index->nodes_table;
    if ((status = widen(table, profile, hash_node_item)) != STATUS_OK) {
        return status;
    }
    uint64_t hash = hash_node(parent, frame);
    for (size_t at = hash & (table->capacity - 1); table->slots[at] != 0;
         at = (at + 1) & (table->capacity - 1)) {
        *node = table->slots[at] - 1;
        if (profile->nodes[*node].parent == parent && profile->nodes[*node].frame == frame) {
            return STATUS_OK;
        }
    }
    status = reserve((void **)&profile->nodes, &profile->index->nodes_capacity,
                     profile->nodes_count, sizeof *profile->nodes);
    if (status != STATUS_OK) {
        return status;
    }
    *node = (uint32_t)profile->nodes_count;
    profile->nodes[profile->nodes_count++] = (struct profile_node){parent, frame, 0};
    put(table, hash, *node);
    table->used++;
    return STATUS_OK;
}

/* Room for a stack of that depth beside the last one. */
static enum status reserve_last(struct profile_index *index, size_t depth)
{
    if (depth <= index->last_capacity) {
        return STATUS_OK;
    }
    size_t capacity = depth + depth / 2;
    uint32_t *frames = realloc(index->last_frames, capacity * sizeof *frames);
    if (frames != NULL) {
        index->last_frames = frames;
    }
    uint32_t *nodes = realloc(index->last_nodes, capacity * sizeof *nodes);
    if (nodes != NULL) {
        index->last_nodes = nodes;
    }
    if (frames == NULL || nodes == NULL) {
        return no_memory();
    }
    index->last_capacity = capacity;
    return STATUS_OK;
}

enum status profile_add(struct profile *profile, const uint32_t *frames, size_t depth,
                        uint64_t samples_count)
{
    if (depth == 0) {
        return STATUS_OK; /* nobody was running */
    }
    enum status status = make_index(profile);
    if (status != STATUS_OK || (status = reserve_last(profile->index, depth)) != STATUS_OK) {
        return status;
    }
    struct profile_index *index = profile->index;
    size_t alike = 0;
    while (alike < depth && alike < index->last_depth &&
           index->last_frames[alike] == frames[alike]) {
        alike++;
    }
    index->last_depth = alike;
    uint32_t node = alike == 0 ? PROFILE_NO_NODE : index->last_nodes[alike - 1];
    for (size_t i = alike; i < depth; i++) {
        if ((status = profile_child(profile, node, frames[i], &node)) != STATUS_OK) {
            return status;
        }
        index->last_frames[i] = frames[i];
        index->last_nodes[i] = node;
        index->last_depth = i + 1;
    }
    if (node != PROFILE_NO_NODE) {
        profile->stacks_count += profile->nodes[node].samples_count == 0 && samples_count > 0;
        profile->nodes[node].samples_count += samples_count;
        profile->samples_count += samples_count;
    }
    return STATUS_OK;
}

size_t profile_depth(const struct profile *profile, uint32_t node)
{
    size_t depth = 0;
    for (; node != PROFILE_NO_NODE; node = profile->nodes[node].parent) {
        depth++;
    }
    return depth;
}

void profile_stack(const struct profile *profile, uint32_t node, uint32_t *frames)
{
    for (size_t i = profile_depth(profile, node); i > 0; node = profile->nodes[node].parent) {
        frames[--i] = profile->nodes[node].frame;
    }
}

void profile_free(struct profile *profile)
{
    if (profile == NULL) {
        return;
    }
    struct profile_index *index = profile->index;
    if (index != NULL) {
        for (struct page *page = index->pages, *older; page != NULL; page = older) {
            older = page->older;
            free(page);
        }
        free(index->texts_table.slots);
        free(index->frames_table.slots);
        free(index->nodes_table.slots);
        free(index->texts);
        free(index->last_frames);
        free(index->last_nodes);
        free(index);
    }
    free(profile->frames);
    free(profile->nodes);
    free(profile->title);
    free(profile->interpreter);
    *profile = (struct profile){0};
}
