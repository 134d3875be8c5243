#include "profile/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/text.h"
#include "profile/memory.h"
#include "profile/object.h"

/* Dicts and instances, the same in CPython 3.11 to 3.13 unless said otherwise (Include/internal/
 * pycore_dict.h, pycore_object.h, pycore_moduleobject.h, Include/cpython/dictobject.h). */
enum {
    MODULE_DICT = 16,     /* PyModuleObject.md_dict */
    DICT_KEYS = 32,       /* PyDictObject.ma_keys */
    DICT_VALUES = 40,     /* PyDictObject.ma_values: NULL unless the keys are shared */
    KEYS_INDEX_LOG = 9,   /* PyDictKeysObject.dk_log2_index_bytes */
    KEYS_KIND = 10,       /* .dk_kind */
    KEYS_COUNT = 24,      /* .dk_nentries */
    KEYS_INDICES = 32,    /* .dk_indices, which the entries follow */
    KIND_GENERAL = 0,     /* an entry is hash, key, value; else key, value */
    TYPE_BASIC_SIZE = 32, /* PyTypeObject.tp_basicsize */
    LONG_DIGIT = 24,      /* the first digit of an int, 30 bits */
    VALUES_313 = 8,       /* PyDictValues.values since 3.13; before, 0 */
    ENTRIES_MOST = 1 << 16,
    COMMAND_MOST = 80 /* letters of a command in a label */
};

/* PyHeapTypeObject.ht_cached_keys of 3.11, 3.12, 3.13. */
static const uint32_t cached_keys[] = {872, 880, 880};

struct table {
    uint64_t *entries; /* key, value; key, value; … */
    size_t count;
};

/* The entries of a dict's keys; shared values come from the array `values` (0: none). */
static bool read_keys(pid_t pid, uint64_t keys, uint64_t values, struct table *table)
{
    unsigned char header[KEYS_INDICES];
    *table = (struct table){0};
    if (keys == 0 || !memory_read(pid, keys, header, sizeof header) ||
        header[KEYS_INDEX_LOG] > 24) {
        return false;
    }
    uint64_t count = memory_u64(header, KEYS_COUNT);
    bool is_general = header[KEYS_KIND] == KIND_GENERAL;
    uint64_t at = keys + KEYS_INDICES + ((uint64_t)1 << header[KEYS_INDEX_LOG]);
    size_t words = is_general ? 3 : 2;
    if (count == 0 || count > ENTRIES_MOST) {
        return false;
    }
    uint64_t *raw = calloc((size_t)count, words * sizeof *raw);
    uint64_t *split = calloc((size_t)count, sizeof *split);
    bool good = raw != NULL && split != NULL &&
                memory_read(pid, at, raw, (size_t)count * words * sizeof *raw) &&
                (values == 0 || memory_read(pid, values, split, (size_t)count * sizeof *split));
    for (size_t i = 0; good && i < count; i++) {
        uint64_t key = raw[i * words + words - 2], value = raw[i * words + words - 1];
        raw[2 * i] = key;
        raw[2 * i + 1] = values != 0 ? split[i] : value;
    }
    free(split);
    if (!good) {
        free(raw);
        return false;
    }
    *table = (struct table){raw, (size_t)count};
    return true;
}

static bool read_dict(pid_t pid, uint64_t dict, struct table *table)
{
    return read_keys(pid, memory_word(pid, dict + DICT_KEYS), memory_word(pid, dict + DICT_VALUES),
                     table);
}

/* The value under a name; 0 where there is none. */
static uint64_t look_up(pid_t pid, const struct layout *layout, const struct table *table,
                        const char *name)
{
    uint64_t value = 0;
    for (size_t i = 0; value == 0 && i < table->count; i++) {
        uint64_t key = table->entries[2 * i];
        /* Lengths are compared first: most names need no further reading. */
        if (key != 0 && memory_word(pid, key + TEXT_LENGTH) == strlen(name)) {
            char *text = object_text(pid, layout, key, NULL);
            value = text != NULL && strcmp(text, name) == 0 ? table->entries[2 * i + 1] : 0;
            free(text);
        }
    }
    return value;
}

static uint64_t in_dict(pid_t pid, const struct layout *layout, uint64_t dict, const char *name)
{
    struct table table;
    if (dict == 0 || !read_dict(pid, dict, &table)) {
        return 0;
    }
    uint64_t value = look_up(pid, layout, &table, name);
    free(table.entries);
    return value;
}

/* An instance's attribute: in its dict where it has one, else beside it. */
static uint64_t attribute(pid_t pid, const struct layout *layout, uint64_t object, const char *name)
{
    uint64_t type = memory_word(pid, object + OBJECT_TYPE);
    uint64_t dict = memory_word(pid, object - 24), values = 0;
    if (type == 0) {
        return 0;
    }
    if (layout->minor == 11 && dict == 0) {
        values = memory_word(pid, object - 32);
    } else if (layout->minor == 12 && (dict & 1) != 0) {
        values = dict + 1;
        dict = 0;
    } else if (layout->minor >= 13 && dict == 0) {
        values = object + memory_word(pid, type + TYPE_BASIC_SIZE);
    }
    if (dict != 0) {
        /* Since 3.13 a dict may go on using the values beside the object. */
        uint64_t shared = memory_word(pid, dict + DICT_VALUES);
        struct table table;
        uint64_t skip = layout->minor >= 13 && shared != 0 ? VALUES_313 : 0;
        if (!read_keys(pid, memory_word(pid, dict + DICT_KEYS), shared == 0 ? 0 : shared + skip,
                       &table)) {
            return 0;
        }
        uint64_t value = look_up(pid, layout, &table, name);
        free(table.entries);
        return value;
    }
    struct table table;
    uint64_t keys = memory_word(pid, type + cached_keys[layout->minor - 11]);
    if (values == 0 ||
        !read_keys(pid, keys, values + (layout->minor >= 13 ? VALUES_313 : 0), &table)) {
        return 0;
    }
    uint64_t value = look_up(pid, layout, &table, name);
    free(table.entries);
    return value;
}

struct search {
    struct process *process;
    uint64_t modules;
};

static bool take_first(void *context, uint64_t interpreter_state, uint64_t thread)
{
    struct search *search = context;
    (void)thread;
    search->modules =
        memory_word(search->process->pid,
                    interpreter_state + search->process->interpreter.layout.interpreter_modules);
    return true;
}

/* threading._active: a dict from pthread_self() to Thread. */
static uint64_t find_active(struct process *process)
{
    const struct layout *layout = &process->interpreter.layout;
    struct search search = {process, 0};
    if (process->active == 0 &&
        interpreter_threads(process->pid, &process->interpreter, take_first, &search)) {
        uint64_t module = in_dict(process->pid, layout, search.modules, "threading");
        uint64_t dict = module == 0 ? 0 : memory_word(process->pid, module + MODULE_DICT);
        process->active = in_dict(process->pid, layout, dict, "_active");
    }
    return process->active;
}

/* The value of an int of up to three digits, and an address has no more. */
static uint64_t int_value(pid_t pid, uint64_t object)
{
    uint32_t digits[3] = {0};
    uint64_t size = memory_word(pid, object + OBJECT_SIZE);
    /* The count of digits; since 3.12 in the bits from 3 on. A number's address tells which: a
     * thread's identity has two digits or, above 2^60, three. */
    size_t count = size > 3 ? (size_t)(size >> 3) : (size_t)size;
    if (count == 0 || count > 3 ||
        !memory_read(pid, object + LONG_DIGIT, digits, count * sizeof *digits)) {
        return 0;
    }
    return digits[0] | (uint64_t)digits[1] << 30 | (uint64_t)digits[2] << 60;
}

char *names_of_python(struct thread *thread)
{
    struct process *process = thread->process;
    const struct layout *layout = &process->interpreter.layout;
    pid_t pid = process->pid;
    uint64_t ident = memory_word(pid, thread->state + layout->thread_ident);
    uint64_t active = find_active(process);
    struct table table;
    char *name = NULL;
    if (active == 0 || ident == 0 || !read_dict(pid, active, &table)) {
        return NULL;
    }
    for (size_t i = 0; name == NULL && i < table.count; i++) {
        if (table.entries[2 * i] != 0 && int_value(pid, table.entries[2 * i]) == ident) {
            uint64_t text = attribute(pid, layout, table.entries[2 * i + 1], "_name");
            name = object_text(pid, layout, text, NULL);
        }
    }
    free(table.entries);
    return name;
}

char *names_of_kernel(const struct thread *thread)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)thread->tid);
    char *comm = text_first_line(path);
    char *name = text_format("%s %d", comm == NULL ? "thread" : comm, (int)thread->tid);
    free(comm);
    return name;
}

char *names_process(pid_t pid)
{
    char path[64], command[COMMAND_MOST + 2];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t length = file == NULL ? 0 : fread(command, 1, COMMAND_MOST + 1, file);
    if (file != NULL) {
        fclose(file);
    }
    while (length > 0 && command[length - 1] == '\0') {
        length--;
    }
    bool is_cut = length > COMMAND_MOST;
    while (is_cut && (length > COMMAND_MOST || ((unsigned char)command[length] & 0xc0U) == 0x80)) {
        length--; /* not within a letter */
    }
    for (size_t i = 0; i < length; i++) { /* its words end with a 0 each */
        unsigned char letter = (unsigned char)command[i];
        command[i] = letter < 0x20 || letter == 0x7f ? ' ' : command[i];
    }
    command[length] = '\0';
    if (length == 0) {
        return text_format("process %d", (int)pid);
    }
    return text_format("process %d: %s%s", (int)pid, command, is_cut ? "…" : "");
}

const char *names_of_call(long number)
{
    static const struct {
        long number;
        const char *name;
    } calls[] = {
        {SYS_futex, "futex"},
        {SYS_clock_nanosleep, "clock_nanosleep"},
        {SYS_nanosleep, "nanosleep"},
        {SYS_epoll_pwait, "epoll_pwait"},
        {SYS_ppoll, "ppoll"},
        {SYS_pselect6, "pselect6"},
        {SYS_read, "read"},
        {SYS_write, "write"},
        {SYS_pread64, "pread64"},
        {SYS_pwrite64, "pwrite64"},
        {SYS_recvfrom, "recvfrom"},
        {SYS_recvmsg, "recvmsg"},
        {SYS_sendto, "sendto"},
        {SYS_sendmsg, "sendmsg"},
        {SYS_accept, "accept"},
        {SYS_accept4, "accept4"},
        {SYS_connect, "connect"},
        {SYS_wait4, "wait4"},
        {SYS_waitid, "waitid"},
        {SYS_fsync, "fsync"},
        {SYS_openat, "openat"},
        {SYS_flock, "flock"},
        {SYS_io_uring_enter, "io_uring_enter"},
#ifdef SYS_poll /* the older calls are not on every machine */
        {SYS_poll, "poll"},
        {SYS_select, "select"},
        {SYS_epoll_wait, "epoll_wait"},
#endif
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (calls[i].number == number) {
            return calls[i].name;
        }
    }
    return NULL;
}
