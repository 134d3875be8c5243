#include "show/gnuplot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/text.h"
#include "show/clean.h"
#include "show/notes.h"

static const char *const endings[] = {"png", "svg"};

enum { ENDINGS_COUNT = sizeof endings / sizeof *endings };

void gnuplot_string(const char *name, const char *text, FILE *out)
{
    fprintf(out, "%s = ", name);
    clean_print_gnuplot(text, out);
    fputc('\n', out);
}

enum status gnuplot_head(const struct run *run, const char *heading, const char *note, FILE *out)
{
    char *origin = notes_origin(run);
    if (origin == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    gnuplot_string("lab", run->lab_title != NULL ? run->lab_title : run->lab_name, out);
    gnuplot_string("heading", heading, out);
    gnuplot_string("origin", origin, out);
    gnuplot_string("note", note, out);
    free(origin);
    return STATUS_OK;
}

/* Paths go as arguments, not inside the script's text: no quoting can go wrong. */
enum status gnuplot_run(const char *assets, const char *script, const char *input,
                        const char *terminal, const char *target, char **printed)
{
    char *plots = text_format("%s/plots", assets);
    char *path = text_format("%s/plots/%s.gp", assets, script);
    const char *const argv[] = {"gnuplot", "-c", path, plots, terminal, target, NULL};
    enum status status = plots == NULL || path == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a picture")
                             : command_run(argv, input, printed);
    free(path);
    free(plots);
    return status;
}

static enum status write_one(const char *assets, const char *script, const char *input,
                             const char *folder, const char *name, const char *ending)
{
    char *path = text_format("%s/%s.%s", folder, name, ending);
    char *draft = text_format("%s/.%s.%s.%ld", folder, name, ending, (long)getpid());
    enum status status = STATUS_OK;
    if (path == NULL || draft == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
        goto out;
    }
    if (input == NULL) {
        unlink(path);
        goto out;
    }
    status = gnuplot_run(assets, script, input, ending, draft, NULL);
    if (status == STATUS_OK && rename(draft, path) != 0) {
        status = status_fail(STATUS_IO, "%s cannot be written: %s", path, strerror(errno));
    }
    if (status != STATUS_OK) {
        unlink(draft);
    }
out:
    free(draft);
    free(path);
    return status;
}

enum status gnuplot_write(const char *assets, const char *script, const char *input,
                          const char *folder, const char *name)
{
    enum status status = STATUS_OK;
    for (size_t e = 0; e < ENDINGS_COUNT && status == STATUS_OK; e++) {
        status = write_one(assets, script, input, folder, name, endings[e]);
    }
    return status;
}
