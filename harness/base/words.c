#include "base/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for the words of a command");
}

/* What is inside double quotes, up to the closing one. A backslash there protects only itself, the
 * quote, and what a shell would expand. */
static const char *read_double(const char *at, FILE *word)
{
    for (; *at != '\0' && *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0' && strchr("\"\\$`", at[1]) != NULL) {
            at++;
        }
        fputc(*at, word);
    }
    return *at == '"' ? at + 1 : NULL;
}

static const char *read_single(const char *at, FILE *word)
{
    const char *end = strchr(at, '\'');
    if (end != NULL) {
        fwrite(at, 1, (size_t)(end - at), word);
    }
    return end == NULL ? NULL : end + 1;
}

/* Reads one word from `*at`, which is not a blank, and moves `*at` behind it. */
static enum status read_word(const char **at, FILE *word)
{
    while (**at != '\0' && strchr(" \t", **at) == NULL) {
        char c = **at;
        ++*at;
        if (strchr("|&;<>()\n", c) != NULL) {
            return status_fail(STATUS_BAD_INPUT,
                               "no shell reads the command, so an unquoted %s means nothing: quote "
                               "it, or write sh -c '...'",
                               c == '\n' ? "line end" : (char[]){c, '\0'});
        }
        if (c == '\'' || c == '"') {
            *at = c == '"' ? read_double(*at, word) : read_single(*at, word);
            if (*at == NULL) {
                return status_fail(STATUS_BAD_INPUT, "a quote %c is not closed in the command", c);
            }
        } else if (c == '\\' && **at != '\0') {
            fputc(**at, word);
            ++*at;
        } else {
            fputc(c, word);
        }
    }
    return STATUS_OK;
}

/* A word as a new string. */
static enum status take_word(const char **at, char **word)
{
    size_t size = 0;
    *word = NULL;
    FILE *stream = open_memstream(word, &size);
    if (stream == NULL) {
        return no_memory();
    }
    enum status status = read_word(at, stream);
    if (fclose(stream) != 0 && status == STATUS_OK) {
        status = no_memory();
    }
    return status;
}

enum status words_split(const char *text, char ***words)
{
    /* Two characters make at most one word, and a blank after it. */
    char **list = calloc(strlen(text) / 2 + 2, sizeof *list);
    size_t count = 0;
    enum status status = list == NULL ? no_memory() : STATUS_OK;
    const char *at = text + strspn(text, " \t");
    while (status == STATUS_OK && *at != '\0') {
        status = take_word(&at, &list[count++]);
        if (status == STATUS_OK) {
            at += strspn(at, " \t");
        }
    }
    if (status == STATUS_OK && count == 0) {
        status = status_fail(STATUS_BAD_INPUT, "the command is empty");
    }
    if (status != STATUS_OK) {
        words_free(list);
        return status;
    }
    *words = list;
    return STATUS_OK;
}

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./,:@%";
    return *word != '\0' && word[strspn(word, plain)] == '\0';
}

/* In single quotes everything means itself, but the single quote. */
static void print_quoted(const char *word, FILE *out)
{
    fputc('\'', out);
    for (; *word != '\0'; word++) {
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    }
    fputc('\'', out);
}

char *words_join(char *const *words)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        fputs(i > 0 ? " " : "", out);
        if (is_plain(words[i])) {
            fputs(words[i], out);
        } else {
            print_quoted(words[i], out);
        }
    }
    if (fclose(out) != 0) {
        free(line);
        return NULL;
    }
    return line;
}

char **words_copy(char *const *words, size_t count)
{
    char **copy = calloc(count + 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < count; i++) {
        copy[i] = strdup(words[i]);
        if (copy[i] == NULL) {
            words_free(copy);
            return NULL;
        }
    }
    return copy;
}

void words_free(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        free(words[i]);
    }
    free(words);
}
