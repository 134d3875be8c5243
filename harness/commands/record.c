#include "commands/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a run");
}

static char *now_text(const char *format)
{
    char text[64];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    return strftime(text, sizeof text, format, &local) == 0 ? NULL : strdup(text);
}

char *record_timestamp(void)
{
    char *text = now_text("%Y-%m-%dT%H:%M:%S%z");
    size_t length = text == NULL ? 0 : strlen(text);
    char *stamp =
        length < 5 ? NULL : text_format("%.*s:%s", (int)(length - 2), text, text + length - 2);
    free(text);
    return stamp;
}

static bool is_plain(const char *word)
{
    return *word != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789_-+=./,:@%")] == '\0';
}

/* A word for a shell: as it is, or in quotes, a quote in it as '\\''. */
static void print_word(const char *word, FILE *out)
{
    if (is_plain(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++) {
        fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
    }
    fputc('\'', out);
}

char *record_command(char **words, int count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    fputs("bin/fortyfold", out);
    for (int i = 0; i < count; i++) {
        fputc(' ', out);
        print_word(words[i], out);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

enum status record_folder(const char *output, const char *kind, struct run *run)
{
    const char *dash = kind == NULL ? "" : "-";
    kind = kind == NULL ? "" : kind;
    char *stamp = now_text("%Y%m%d-%H%M%S");
    char *results = paths_in_root("results");
    enum status status = stamp == NULL || results == NULL ? no_memory() : STATUS_OK;
    for (unsigned number = 1; status == STATUS_OK && run->folder == NULL; number++) {
        free(run->id);
        run->id = number == 1
                      ? text_format("%s%s%s-%s", kind, dash, run->lab_name, stamp)
                      : text_format("%s%s%s-%s-%u", kind, dash, run->lab_name, stamp, number);
        char *folder = run->id == NULL  ? NULL
                       : output != NULL ? strdup(output)
                                        : text_format("%s/%s", results, run->id);
        if (folder == NULL) {
            status = no_memory();
        } else if (output != NULL || access(folder, F_OK) != 0) {
            status = text_make_folders(folder);
            run->folder = folder;
            folder = NULL;
        }
        free(folder);
    }
    free(results);
    free(stamp);
    return status;
}

void record_point_latest(const struct run *run)
{
    char *results = paths_in_root("results");
    char *link = results == NULL ? NULL : text_format("%s/latest", results);
    char *fresh = results == NULL ? NULL : text_format("%s/.latest-%ld", results, (long)getpid());
    if (link != NULL && fresh != NULL && symlink(run->id, fresh) == 0 && rename(fresh, link) != 0) {
        unlink(fresh);
    }
    free(fresh);
    free(link);
    free(results);
}
