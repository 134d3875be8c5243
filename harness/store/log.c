#include "store/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "store/header.h"
#include "store/samples.h"

enum { SAMPLE_DIGITS = 10 }; /* a nanosecond in 10 s */

static const char *const kind_names[EVENT_KIND_COUNT] = {
    [EVENT_STEP] = NULL, /* not logged */
    [EVENT_WORKER] = "worker",   [EVENT_ROUND] = "round", [EVENT_PEAK] = "peak",
    [EVENT_FAILED] = "failed",   [EVENT_LIMIT] = "limit", [EVENT_BLOCK] = "block",
    [EVENT_WARNING] = "warning",
};

/* The header is written with all digits (0): other parameters would be another problem. */
static enum status append(struct log *log, const json_t *json, size_t digits)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(digits));
    char *line = text == NULL ? NULL : text_format("%s\n", text);
    free(text);
    if (line == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a line of the log");
    }
    size_t size = strlen(line);
    ssize_t wrote = write(log->fd, line, size);
    free(line);
    if (wrote < 0 || (size_t)wrote != size) {
        return status_fail(STATUS_IO, "cannot write the log: %s",
                           wrote < 0 ? strerror(errno) : "the disk is full");
    }
    /* A kill loses nothing that was written; a power cut, at most the last second. */
    if (clock_now_ns() - log->synced_ns > CLOCK_NS_PER_S) {
        fdatasync(log->fd);
        log->synced_ns = clock_now_ns();
    }
    return STATUS_OK;
}

/* Two writers would both measure, and write each round twice. The lock ends with the process. */
static enum status lock(const char *folder, const struct log *log)
{
    if (flock(log->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return status_fail(STATUS_BAD_INPUT, "%s is still being measured by another process",
                           folder);
    }
    return STATUS_OK;
}

enum status log_create(const char *folder, const struct run *run, struct log *log)
{
    *log = (struct log){.fd = -1, .run = run};
    char *path = text_format("%s/log.jsonl", folder);
    char *results = text_format("%s/run.json", folder);
    if (path == NULL || results == NULL) {
        free(path);
        free(results);
        return status_fail(STATUS_NO_MEMORY, "no memory for a path");
    }
    enum status status = STATUS_OK;
    bool alone = access(path, F_OK) != 0 && access(results, F_OK) == 0;
    free(results);
    if (!alone) {
        log->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    }
    if (alone) { /* a run that came without its log: it must not be written over */
        status = status_fail(STATUS_BAD_INPUT, "%s already holds a run; choose another --output",
                             folder);
    } else if (log->fd < 0 && errno == EEXIST) {
        status = status_fail(STATUS_BAD_INPUT,
                             "%s already holds a run; go on with --resume, or choose another "
                             "--output",
                             folder);
    } else if (log->fd < 0) {
        status = status_fail(STATUS_IO, "cannot write %s: %s", path, strerror(errno));
    } else {
        json_t *header = header_to_json(run);
        status = append(log, header, 0);
        json_decref(header);
    }
    free(path);
    return status;
}

static json_t *round_to_json(const struct run *run, const struct event *event)
{
    json_t *samples = json_object();
    for (size_t i = 0; i < event->count; i++) {
        json_object_set_new(samples, run->variants[event->order[i]].name,
                            sample_to_json(&event->samples[i]));
    }
    return samples;
}

static json_t *event_to_json(const struct run *run, const struct event *event)
{
    json_t *json = json_object();
    json_set_text(json, "event", kind_names[event->kind]);
    json_set_double(json, "at_s", clock_s_from_ns(clock_now_ns()));
    if (event->kind == EVENT_WARNING) {
        json_set_text(json, "code", event->code);
        json_set_text(json, "message", event->reason);
        json_set_text(json, "remedy", event->remedy);
        return json;
    }
    json_set_u64(json, "block", event->block);
    if (event->kind == EVENT_BLOCK) {
        return json;
    }
    json_set_u64(json, "size", event->size);
    if (event->kind == EVENT_ROUND) {
        json_set_u64(json, "round", event->round);
        /* Insertion order is kept: the order in which they ran. */
        json_object_set_new(json, "samples", round_to_json(run, event));
        return json;
    }
    json_set_text(json, "variant", run->variants[event->variant].name);
    if (event->kind == EVENT_WORKER) {
        json_set_double(json, "startup_s", event->startup_s);
        json_set_double(json, "import_s", event->import_s);
        json_set_double(json, "first_call_s", event->first_call_s);
        json_set_double(json, "warmup_s", event->warmup_s);
        json_set_u64(json, "calls_count", event->calls_count);
        json_set_u64(json, "hash_seed", event->hash_seed);
        json_set_text(json, "interpreter", event->interpreter);
    } else if (event->kind == EVENT_LIMIT) {
        json_set_double(json, "limit_s", event->limit_s);
        json_set_text(json, "reason", event->reason);
    } else if (event->kind == EVENT_PEAK) {
        json_set_u64(json, "peak_rss_bytes", event->peak_rss_bytes);
    } else {
        json_set_text(json, "status", cell_status_name(event->status));
        json_set_text(json, "reason", event->reason);
    }
    return json;
}

enum status log_notice(void *context, const struct event *event)
{
    struct log *log = context;
    if (kind_names[event->kind] == NULL || log->failed != STATUS_OK) {
        return log->failed;
    }
    json_t *json = event_to_json(log->run, event);
    log->failed = append(log, json, SAMPLE_DIGITS);
    json_decref(json);
    return log->failed;
}

static enum event_kind kind_of(const char *name)
{
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        if (kind_names[kind] != NULL && strcmp(kind_names[kind], name) == 0) {
            return (enum event_kind)kind;
        }
    }
    return EVENT_KIND_COUNT;
}

static enum status apply_round(json_t *json, struct event *event, struct run *run)
{
    json_t *samples = json_object_get(json, "samples"), *sample;
    const char *name;
    size_t *order = calloc(json_object_size(samples) + 1, sizeof *order);
    struct sample *read = calloc(json_object_size(samples) + 1, sizeof *read);
    enum status status = STATUS_OK;
    if (order == NULL || read == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a round");
        goto out;
    }
    json_object_foreach(samples, name, sample)
    {
        order[event->count] = header_variant(run, name);
        sample_from_json(sample, &read[event->count++]);
    }
    event->order = order;
    event->samples = read;
    status = event_apply(event, run);
out:
    free(order);
    free(read);
    return status;
}

static enum status apply_line(json_t *json, struct run *run)
{
    struct event event = {.kind = kind_of(json_peek_text(json, "event")),
                          .block = (uint32_t)json_get_u64(json, "block"),
                          .round = (uint32_t)json_get_u64(json, "round"),
                          .size = json_get_u64(json, "size"),
                          .startup_s = json_get_double(json, "startup_s"),
                          .import_s = json_get_double(json, "import_s"),
                          .first_call_s = json_get_double(json, "first_call_s"),
                          .warmup_s = json_get_double(json, "warmup_s"),
                          .limit_s = json_get_double(json, "limit_s"),
                          .calls_count = json_get_u64(json, "calls_count"),
                          .hash_seed = (uint32_t)json_get_u64(json, "hash_seed"),
                          .peak_rss_bytes = json_get_u64(json, "peak_rss_bytes"),
                          .status = sample_cell_status(json_peek_text(json, "status")),
                          .reason = json_peek_text(json, "reason"),
                          .code = json_peek_text(json, "code"),
                          .interpreter = json_string_value(json_object_get(json, "interpreter")),
                          .remedy = json_peek_text(json, "remedy")};
    if (event.kind == EVENT_KIND_COUNT) {
        return status_fail(STATUS_BAD_INPUT, "the log has an event that this program does not "
                                             "know");
    }
    if (event.kind == EVENT_ROUND) {
        return apply_round(json, &event, run);
    }
    if (event.kind == EVENT_WARNING) {
        event.reason = json_peek_text(json, "message");
    }
    event.variant = header_variant(run, json_peek_text(json, "variant"));
    return event_apply(&event, run);
}

struct replay {
    struct run *run;
    bool header_read;
    double last_s; /* of the event before; 0: none */
    double spent_s;
};

/* One line of the log, in place (its '\n' was replaced by 0). */
static enum status replay_line(struct replay *replay, const char *line)
{
    json_t *json = json_loads(line, 0, NULL);
    if (json == NULL) {
        return status_fail(STATUS_BAD_INPUT, "the log has a line that is no JSON");
    }
    enum status status;
    if (!replay->header_read) {
        replay->header_read = true;
        status = header_from_json(json, replay->run);
        if (status == STATUS_OK && replay->run->lab_folder == NULL) {
            status = status_fail(STATUS_BAD_INPUT, "it does not tell its lab's folder");
        }
    } else {
        double at_s = json_get_double(json, "at_s");
        /* A gap of over an hour, or backwards, is a pause between two sittings. */
        double gap_s = at_s - replay->last_s;
        replay->spent_s += replay->last_s > 0 && gap_s > 0 && gap_s < 3600 ? gap_s : 0;
        replay->last_s = at_s;
        status = apply_line(json, replay->run);
    }
    json_decref(json);
    return status;
}

static enum status replay_file(struct log *log, struct replay *replay)
{
    off_t kept = 0;
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t length;
    enum status status = STATUS_OK;
    int fd = dup(log->fd);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (file == NULL) {
        return status_fail(STATUS_IO, "cannot read the log: %s", strerror(errno));
    }
    while (status == STATUS_OK && (length = getline(&line, &capacity, file)) > 0) {
        number++;
        if (line[length - 1] != '\n') {
            break; /* torn by a kill: what it would have said is measured again */
        }
        line[length - 1] = '\0';
        status = replay_line(replay, line);
        kept += length;
    }
    if (status != STATUS_OK) {
        char *why = strdup(status_explanation(status));
        status = status_fail(status, "log.jsonl, line %zu: %s", number, why == NULL ? "" : why);
        free(why);
    } else if (!replay->header_read) {
        status = status_fail(STATUS_BAD_INPUT, "the log is empty");
    } else if (ftruncate(log->fd, kept) != 0) {
        status = status_fail(STATUS_IO, "cannot mend the log: %s", strerror(errno));
    }
    free(line);
    fclose(file);
    return status;
}

enum status log_resume(const char *folder, struct run *run, struct log *log, double *spent_s)
{
    *log = (struct log){.fd = -1, .run = run};
    struct replay replay = {.run = run};
    char *path = text_format("%s/log.jsonl", folder);
    if (path == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a path");
    }
    log->fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    enum status status =
        log->fd < 0 ? status_fail(STATUS_BAD_INPUT, "%s has no run to resume: cannot open %s (%s)",
                                  folder, path, strerror(errno))
                    : lock(folder, log);
    status = status == STATUS_OK ? replay_file(log, &replay) : status;
    *spent_s = replay.spent_s;
    free(path);
    return status;
}

void log_close(struct log *log)
{
    if (log != NULL && log->fd >= 0) {
        fdatasync(log->fd);
        close(log->fd);
        log->fd = -1;
    }
}
