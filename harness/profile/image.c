#include "profile/image.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct function {
    uint64_t begin, end;
    const char *name;
};

struct image {
    const unsigned char *bytes;
    size_t size;
    bool is_mapped; /* by us, to be unmapped */
    const Elf64_Ehdr *header;
    const Elf64_Phdr *segments;
    const Elf64_Shdr *sections; /* may be NULL */
    struct function *functions; /* sorted; NULL: not asked for yet */
    size_t functions_count;
    bool has_functions;
};

/* `count` items of `size` bytes at `offset`, or NULL when the file is too short for them. */
static const void *inside(const struct image *image, uint64_t offset, uint64_t size, uint64_t count)
{
    if (offset > image->size || size == 0 || count > (image->size - offset) / size) {
        return NULL;
    }
    return image->bytes + offset;
}

static struct image *make(const unsigned char *bytes, size_t size, bool is_mapped)
{
    struct image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        return NULL;
    }
    *image = (struct image){.bytes = bytes, .size = size, .is_mapped = is_mapped};
    const Elf64_Ehdr *header = inside(image, 0, sizeof *header, 1);
    if (header == NULL || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phentsize != sizeof(Elf64_Phdr) ||
        (image->segments =
             inside(image, header->e_phoff, sizeof *image->segments, header->e_phnum)) == NULL) {
        image_free(image);
        return NULL;
    }
    image->header = header;
    if (header->e_shentsize == sizeof(Elf64_Shdr)) {
        image->sections = inside(image, header->e_shoff, sizeof *image->sections, header->e_shnum);
    }
    return image;
}

struct image *image_open(const char *path)
{
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    void *bytes = MAP_FAILED;
    if (file >= 0 && fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    if (file >= 0) {
        close(file);
    }
    if (bytes == MAP_FAILED) {
        return NULL;
    }
    struct image *image = make(bytes, (size_t)info.st_size, true);
    if (image == NULL) {
        munmap(bytes, (size_t)info.st_size);
    }
    return image;
}

struct image *image_vdso(void)
{
    const unsigned char *bytes = (const unsigned char *)(uintptr_t)getauxval(AT_SYSINFO_EHDR);
    if (bytes == NULL) {
        return NULL;
    }
    /* The section headers are the last thing in it. */
    const Elf64_Ehdr *header = (const void *)bytes;
    return make(bytes, header->e_shoff + (size_t)header->e_shnum * sizeof(Elf64_Shdr), false);
}

/* The texts that a section of symbols uses, checked to end with a 0. */
static const char *texts_of(const struct image *image, const Elf64_Shdr *section, uint64_t *size)
{
    if (section->sh_link >= image->header->e_shnum) {
        return NULL;
    }
    const Elf64_Shdr *texts = &image->sections[section->sh_link];
    const char *at = inside(image, texts->sh_offset, 1, texts->sh_size);
    *size = texts->sh_size;
    return at != NULL && texts->sh_size > 0 && at[texts->sh_size - 1] == '\0' ? at : NULL;
}

/* Calls `see` with every symbol that the file defines, until it answers true. */
static bool each_symbol(const struct image *image, uint32_t kind,
                        bool (*see)(void *context, const Elf64_Sym *symbol, const char *name),
                        void *context)
{
    for (size_t i = 0; image->sections != NULL && i < image->header->e_shnum; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        uint64_t texts_size = 0, count = section->sh_size / sizeof(Elf64_Sym);
        if (section->sh_type != kind) {
            continue;
        }
        const Elf64_Sym *symbols = inside(image, section->sh_offset, sizeof *symbols, count);
        const char *texts = texts_of(image, section, &texts_size);
        for (uint64_t j = 0; symbols != NULL && texts != NULL && j < count; j++) {
            if (symbols[j].st_shndx != SHN_UNDEF && symbols[j].st_name < texts_size &&
                see(context, &symbols[j], texts + symbols[j].st_name)) {
                return true;
            }
        }
    }
    return false;
}

struct wanted {
    const char *name;
    uint64_t value;
};

static bool is_wanted(void *context, const Elf64_Sym *symbol, const char *name)
{
    struct wanted *wanted = context;
    if (strcmp(name, wanted->name) != 0) {
        return false;
    }
    wanted->value = symbol->st_value;
    return true;
}

uint64_t image_symbol(const struct image *image, const char *name)
{
    struct wanted wanted = {name, 0};
    if (!each_symbol(image, SHT_DYNSYM, is_wanted, &wanted)) {
        each_symbol(image, SHT_SYMTAB, is_wanted, &wanted);
    }
    return wanted.value;
}

uint64_t image_section(const struct image *image, const char *name)
{
    size_t names_at = image->sections == NULL ? SHN_UNDEF : image->header->e_shstrndx;
    if (names_at == SHN_UNDEF || names_at >= image->header->e_shnum) {
        return 0;
    }
    const Elf64_Shdr *names = &image->sections[names_at];
    const char *texts = inside(image, names->sh_offset, 1, names->sh_size);
    if (texts == NULL || names->sh_size == 0 || texts[names->sh_size - 1] != '\0') {
        return 0;
    }
    for (size_t i = 0; i < image->header->e_shnum; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        if (section->sh_name < names->sh_size && strcmp(texts + section->sh_name, name) == 0) {
            return section->sh_addr;
        }
    }
    return 0;
}

bool image_bias(const struct image *image, uint64_t start, uint64_t offset, uint64_t *bias)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < image->header->e_phnum; i++) {
        const Elf64_Phdr *segment = &image->segments[i];
        uint64_t from = segment->p_offset & ~(page - 1);
        if (segment->p_type == PT_LOAD && offset >= from &&
            offset < segment->p_offset + segment->p_filesz) {
            *bias = start - (segment->p_vaddr - segment->p_offset + offset);
            return true;
        }
    }
    return false;
}

static bool keep_function(void *context, const Elf64_Sym *symbol, const char *name)
{
    struct image *image = context;
    unsigned kind = ELF64_ST_TYPE(symbol->st_info);
    if ((kind != STT_FUNC && kind != STT_GNU_IFUNC) || symbol->st_value == 0 || *name == '\0') {
        return false;
    }
    /* Doubling: there is room as long as the count is no power of two. */
    size_t count = image->functions_count;
    if ((count & (count - 1)) == 0) {
        size_t room = count == 0 ? 1 : 2 * count;
        struct function *more = realloc(image->functions, room * sizeof *more);
        if (more == NULL) {
            return true;
        }
        image->functions = more;
    }
    image->functions[image->functions_count++] =
        (struct function){symbol->st_value, symbol->st_value + symbol->st_size, name};
    return false;
}

static int by_address(const void *a, const void *b)
{
    const struct function *first = a, *second = b;
    if (first->begin != second->begin) {
        return first->begin < second->begin ? -1 : 1;
    }
    /* Of names for one address the shortest: write, not __write. */
    size_t lengths[2] = {strlen(first->name), strlen(second->name)};
    bool marked[2] = {first->name[0] == '_', second->name[0] == '_'};
    return marked[0] != marked[1]     ? (marked[0] ? 1 : -1)
           : lengths[0] != lengths[1] ? (lengths[0] < lengths[1] ? -1 : 1)
                                      : strcmp(first->name, second->name);
}

static void gather_functions(struct image *image)
{
    image->has_functions = true;
    each_symbol(image, SHT_DYNSYM, keep_function, image);
    each_symbol(image, SHT_SYMTAB, keep_function, image);
    if (image->functions_count > 1) {
        qsort(image->functions, image->functions_count, sizeof *image->functions, by_address);
    }
    size_t kept = 0;
    for (size_t i = 0; i < image->functions_count; i++) {
        if (kept == 0 || image->functions[kept - 1].begin != image->functions[i].begin) {
            image->functions[kept++] = image->functions[i];
        }
    }
    image->functions_count = kept;
}

const char *image_function(struct image *image, uint64_t value)
{
    if (!image->has_functions) {
        gather_functions(image);
    }
    size_t low = 0, high = image->functions_count; /* functions[low − 1].begin ≤ value */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (image->functions[middle].begin <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    /* A function of assembly may have no size: it then ends where the next begins. */
    const struct function *last = low == 0 ? NULL : &image->functions[low - 1];
    bool holds = last != NULL && (value < last->end || last->end == last->begin);
    return holds ? last->name : NULL;
}

void image_free(struct image *image)
{
    if (image != NULL) {
        free(image->functions);
        if (image->is_mapped) {
            munmap((void *)(uintptr_t)image->bytes, image->size);
        }
        free(image);
    }
}
