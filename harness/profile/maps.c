#include "profile/maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/text.h"

/* Opened through the process's own root: it may live in a container. */
static struct image *open_image(pid_t pid, const char *path, uint64_t start, uint64_t end)
{
    if (strcmp(path, "[vdso]") == 0) {
        return image_vdso();
    }
    if (*path != '/') {
        return NULL;
    }
    char *seen = text_format("/proc/%d/root%s", (int)pid, path);
    struct image *image = seen == NULL ? NULL : image_open(seen);
    free(seen);
    if (image == NULL) { /* replaced by an upgrade: the old file is still mapped */
        seen = text_format("/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid, start, end);
        image = seen == NULL ? NULL : image_open(seen);
        free(seen);
    }
    return image;
}

static const struct library *find_library(struct maps *maps, const char *path,
                                          const struct library *like, uint64_t start, uint64_t end)
{
    struct images *images = maps->images;
    for (size_t i = 0; i < images->count; i++) {
        const struct library *known = images->list[i];
        if (known->inode == like->inode && known->device == like->device &&
            strcmp(known->path, path) == 0) {
            return known;
        }
    }
    struct library **more = realloc(images->list, (images->count + 1) * sizeof *more);
    struct library *library = calloc(1, sizeof *library);
    if (more != NULL) {
        images->list = more;
    }
    if (more == NULL || library == NULL || (library->path = strdup(path)) == NULL) {
        free(library);
        return NULL;
    }
    const char *slash = strrchr(library->path, '/');
    library->name = slash == NULL ? library->path : slash + 1;
    library->inode = like->inode;
    library->device = like->device;
    library->image = open_image(maps->pid, path, start, end);
    images->list[images->count++] = library;
    return library;
}

/* "start-end rwxp offset major:minor inode   path" */
static void take_line(struct maps *maps, char *line)
{
    struct mapping new = {0};
    struct library like = {0};
    char rights[5] = "";
    unsigned major_number, minor_number;
    int path_at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &new.start,
               &new.end, rights, &new.offset, &major_number, &minor_number, &like.inode,
               &path_at) < 7 ||
        rights[2] != 'x') {
        return;
    }
    char *path = line + path_at;
    path[strcspn(path, "\n")] = '\0';
    like.device = makedev(major_number, minor_number);
    char *deleted = strstr(path, " (deleted)");
    if (deleted != NULL) {
        *deleted = '\0';
    }
    new.library = find_library(maps, *path == '\0' ? "[anon]" : path, &like, new.start, new.end);
    struct mapping *more = realloc(maps->list, (maps->count + 1) * sizeof *more);
    if (more != NULL) {
        maps->list = more;
        if (new.library != NULL) {
            maps->list[maps->count++] = new;
        }
    }
}

bool maps_read(struct maps *maps)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)maps->pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    maps->count = 0;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        take_line(maps, line);
    }
    free(line);
    fclose(file);
    return maps->count > 0;
}

const struct mapping *maps_find(const struct maps *maps, uint64_t address)
{
    size_t low = 0, high = maps->count; /* list[low − 1].start ≤ address */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maps->list[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && address < maps->list[low - 1].end ? &maps->list[low - 1] : NULL;
}

void maps_free(struct maps *maps)
{
    free(maps->list);
    maps->list = NULL;
    maps->count = 0;
}

void images_free(struct images *images)
{
    for (size_t i = 0; i < images->count; i++) {
        image_free(images->list[i]->image);
        free(images->list[i]->path);
        free(images->list[i]);
    }
    free(images->list);
    *images = (struct images){0};
}
