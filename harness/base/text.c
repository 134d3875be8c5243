#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *text_format(const char *format, ...)
{
    char *text = NULL;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&text, format, list);
    va_end(list);
    return length < 0 ? NULL : text;
}

char *text_read_file(const char *path, size_t limit)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    size_t size = 0, capacity = 4096;
    char *text = malloc(capacity);
    while (text != NULL && size < limit) {
        if (size + 1 >= capacity) {
            capacity *= 2;
            char *grown = realloc(text, capacity);
            if (grown == NULL) {
                break;
            }
            text = grown;
        }
        ssize_t got = read(fd, text + size, capacity - size - 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            free(text);
            text = NULL;
        }
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
    }
    close(fd);
    if (text != NULL) {
        text[size < limit ? size : limit] = '\0';
    }
    return text;
}

enum status text_print_file(const char *path, enum status (*print)(const void *context, FILE *out),
                            const void *context)
{
    char *temporary = text_format("%s.part-%ld", path, (long)getpid());
    FILE *file = temporary == NULL ? NULL : fopen(temporary, "we");
    if (file == NULL) {
        free(temporary);
        return status_fail(STATUS_IO, "cannot write %s: %s", path, strerror(errno));
    }
    enum status status = print(context, file);
    errno = 0;
    bool good = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
    int error = errno;
    good = fclose(file) == 0 && good;
    if (status == STATUS_OK && (!good || rename(temporary, path) != 0)) {
        error = good ? errno : error;
        status = status_fail(STATUS_IO, "cannot write %s: %s", path,
                             error != 0 ? strerror(error) : "the disk is full");
    }
    if (status != STATUS_OK) {
        unlink(temporary);
    }
    free(temporary);
    return status;
}

struct written {
    const char *text;
    size_t size;
};

static enum status print_text(const void *context, FILE *out)
{
    const struct written *written = context;
    fwrite(written->text, 1, written->size, out); /* the stream remembers a failure */
    return STATUS_OK;
}

enum status text_write_file(const char *path, const char *text, size_t size)
{
    return text_print_file(path, print_text, &(struct written){text, size});
}

char *text_first_line(const char *path)
{
    char *text = text_read_file(path, 4096);
    if (text != NULL) {
        text[strcspn(text, "\n")] = '\0';
    }
    return text;
}

char *text_trim(char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = '\0';
    }
    return text;
}

char **text_split(const char *text, char separator, size_t *count)
{
    size_t parts = 1;
    for (const char *at = text; *at != '\0'; at++) {
        parts += *at == separator;
    }
    char **split = calloc(parts, sizeof *split);
    *count = 0;
    while (split != NULL) {
        const char *end = strchrnul(text, separator);
        if (end > text) {
            split[(*count)++] = strndup(text, (size_t)(end - text));
        }
        if (*end == '\0') {
            break;
        }
        text = end + 1;
    }
    return split;
}

enum status text_make_folders(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL) {
        return STATUS_NO_MEMORY;
    }
    enum status status = STATUS_OK;
    for (char *at = copy + (*copy != '\0'); status == STATUS_OK; at++) {
        char kept = *at;
        if (kept != '/' && kept != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            status = status_fail(STATUS_IO, "cannot make the folder %s: %s", copy, strerror(errno));
        }
        *at = kept;
        if (kept == '\0') {
            break;
        }
    }
    free(copy);
    return status;
}

bool text_parse_u64(const char *text, uint64_t *out)
{
    if (!isdigit((unsigned char)text[0])) {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *out = number;
    return errno == 0 && *end == '\0';
}

bool text_parse_double(const char *text, double *out)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}
