/* The worker: the harness's other side, inside the distribution's own python3 executable.
 *
 * This object is preloaded (LD_PRELOAD) into python3. It takes the place of __libc_start_main, so
 * that the C main below runs instead of python3's, with the interpreter that the executable
 * contains: Debian's libpython is 1.3 to 1.9 times slower than its executable (measured), and a
 * speedup over a slow Python is worth nothing.
 *
 * Arguments: the socket's descriptor, the executable's path, the hash seed.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wire.h"
#include "calibrate.h"
#include "python.h"
#include "statement.h"

/* The bounds of a body that the harness sends; it sends no arrays. */
enum { BODY_LIMIT = 1 << 24 };

struct handler {
    enum wire_kind kind;
    bool (*handle)(struct unpack *in, struct pack *out);
};

static void unpack_problem(struct unpack *in, struct problem *problem)
{
    problem->size = unpack_u64(in);
    problem->seed = unpack_u64(in);
    problem->parameters = unpack_string(in);
}

static void pack_value(struct pack *out, const struct value *value)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (value_encode(value, &bytes, &size) != STATUS_OK) {
        out->failed = true;
    }
    pack_bytes(out, bytes, bytes == NULL ? 0 : size);
    free(bytes);
}

static bool handle_describe(struct unpack *in, struct pack *out)
{
    (void)in;
    char *numpy = NULL;
    bool good = python_describe(&numpy);
    if (good) {
        pack_string(out, numpy);
    }
    free(numpy);
    return good;
}

static bool handle_toml(struct unpack *in, struct pack *out)
{
    char *path = unpack_string(in), *json = NULL;
    bool good = path != NULL && python_toml(path, &json);
    if (good) {
        pack_string(out, json);
    }
    free(json);
    free(path);
    return good;
}

static bool handle_require(struct unpack *in, struct pack *out)
{
    char *name = unpack_string(in);
    bool there = false;
    bool good = name != NULL && python_require(name, &there);
    pack_u64(out, there);
    free(name);
    return good;
}

static bool handle_load(struct unpack *in, struct pack *out)
{
    char *folder = unpack_string(in), *file = unpack_string(in), *function = unpack_string(in);
    double import_s = 0;
    bool good = folder != NULL && file != NULL && function != NULL &&
                python_load(folder, file, function, &import_s);
    pack_f64(out, import_s);
    free(folder);
    free(file);
    free(function);
    return good;
}

static bool handle_problem(struct unpack *in, struct pack *out)
{
    (void)out;
    char *folder = unpack_string(in), *file = unpack_string(in);
    bool good = folder != NULL && file != NULL && python_problem(folder, file);
    free(folder);
    free(file);
    return good;
}

static bool answer_value(struct unpack *in, struct pack *out,
                         bool (*compute)(const struct problem *, struct value *))
{
    struct problem problem;
    struct value value = {0};
    unpack_problem(in, &problem);
    bool good = problem.parameters != NULL && compute(&problem, &value);
    if (good) {
        pack_value(out, &value);
    }
    value_free(&value);
    free(problem.parameters);
    return good;
}

static bool handle_make(struct unpack *in, struct pack *out)
{
    return answer_value(in, out, python_make);
}

static bool handle_solve(struct unpack *in, struct pack *out)
{
    return answer_value(in, out, python_solve);
}

static bool handle_calibrate(struct unpack *in, struct pack *out)
{
    struct problem problem;
    struct calibration found;
    unpack_problem(in, &problem);
    double target_s = unpack_f64(in);
    uint64_t pool_bytes = unpack_u64(in);
    bool good = problem.parameters != NULL && calibrate(&problem, target_s, pool_bytes, &found);
    if (good) {
        pack_f64(out, found.first_call_s);
        pack_f64(out, found.warmup_s);
        pack_u64(out, found.calls);
    }
    free(problem.parameters);
    return good;
}

static bool handle_prepare(struct unpack *in, struct pack *out)
{
    (void)out;
    struct problem problem;
    unpack_problem(in, &problem);
    bool good = problem.parameters != NULL && python_prepare(&problem, unpack_u64(in));
    free(problem.parameters);
    return good;
}

static bool handle_run(struct unpack *in, struct pack *out)
{
    struct wire_times times;
    struct value values[2] = {{0}, {0}};
    size_t count = 0;
    bool good = python_run(unpack_u64(in), &times, values, &count);
    if (good) {
        pack_bytes(out, &times, sizeof times);
        pack_u64(out, count);
    }
    for (size_t i = 0; i < 2; i++) {
        if (good && i < count) {
            pack_value(out, &values[i]);
        }
        value_free(&values[i]);
    }
    return good;
}

static bool handle_statement(struct unpack *in, struct pack *out)
{
    (void)out;
    char *setup = unpack_string(in), *statement = unpack_string(in);
    bool good = setup != NULL && statement != NULL &&
                statement_compile(setup, statement, unpack_u64(in) != 0);
    free(setup);
    free(statement);
    return good;
}

static bool handle_loop(struct unpack *in, struct pack *out)
{
    double seconds = 0;
    bool good = statement_loop(unpack_u64(in), &seconds);
    pack_f64(out, seconds);
    return good;
}

static const struct handler handlers[] = {
    {WIRE_DESCRIBE, handle_describe},   {WIRE_TOML, handle_toml},
    {WIRE_REQUIRE, handle_require},     {WIRE_LOAD, handle_load},
    {WIRE_PROBLEM, handle_problem},     {WIRE_MAKE, handle_make},
    {WIRE_SOLVE, handle_solve},         {WIRE_CALIBRATE, handle_calibrate},
    {WIRE_PREPARE, handle_prepare},     {WIRE_RUN, handle_run},
    {WIRE_STATEMENT, handle_statement}, {WIRE_LOOP, handle_loop},
};

static bool dispatch(uint32_t kind, struct unpack *in, struct pack *out)
{
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        if (handlers[i].kind == kind) {
            return handlers[i].handle(in, out);
        }
    }
    return false;
}

/* Carries out one command. False when the harness is gone or does not speak our language. */
static bool serve_one(int fd, pid_t self)
{
    /* Most commands are short and come with one system call. The next one is sent only after our
     * answer, so that nothing can follow the body. */
    unsigned char early[256];
    struct wire_header header;
    size_t got;
    if (wire_read_some(fd, early, sizeof header, sizeof early, &got) != STATUS_OK) {
        return false;
    }
    memcpy(&header, early, sizeof header);
    got -= sizeof header;
    if (header.magic != WIRE_MAGIC || header.size > BODY_LIMIT || got > header.size) {
        return false;
    }
    unsigned char *body = malloc((size_t)header.size + 1);
    if (body != NULL) {
        memcpy(body, early + sizeof header, got);
    }
    if (body == NULL || wire_read(fd, body + got, (size_t)header.size - got) != STATUS_OK) {
        free(body);
        return false;
    }
    struct unpack in = {body, (size_t)header.size, false};
    struct pack out = {0};
    enum wire_kind answer = WIRE_DONE;
    if (!dispatch(header.kind, &in, &out)) {
        char *text = NULL;
        pack_free(&out);
        answer = WIRE_RAISED;
        pack_u64(&out, python_raised(&text));
        pack_string(&out, text != NULL ? text : "no reason given");
        free(text);
    }
    free(body);
    /* Student code may fork and let the child return to us: only the worker itself may speak. */
    if (getpid() != self) {
        _exit(0);
    }
    bool sent = wire_send(fd, answer, header.token, &out) == STATUS_OK;
    pack_free(&out);
    return sent;
}

/* The folder of the module `kernels`: python/ beside this object. Any address in this object tells
 * dladdr which file it came from. */
static char *kernels_folder(void)
{
    static const char name[] = "/python";
    Dl_info info;
    if (dladdr(name, &info) == 0 || info.dli_fname == NULL) {
        return NULL;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - info.dli_fname);
    char *folder = malloc(length + sizeof name);
    if (folder != NULL) {
        memcpy(folder, info.dli_fname, length);
        memcpy(folder + length, name, sizeof name);
    }
    return folder;
}

static int worker_main(int argc, char **argv, char **environment)
{
    (void)environment;
    unsetenv("LD_PRELOAD"); /* the worker's children are ordinary programs */
    if (argc != 4) {
        fprintf(stderr, "this object is started by fortyfold\n");
        return 2;
    }
    /* High, so that student code which counts on 3 being its first descriptor finds it so. */
    int fd = fcntl(atoi(argv[1]), F_DUPFD_CLOEXEC, 200);
    close(atoi(argv[1]));
    char *kernels = kernels_folder();
    bool good = python_start(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), kernels);
    free(kernels);
    if (!good) {
        return 3;
    }
    struct pack ready = {0};
    pack_string(&ready, python_version());
    pack_string(&ready, argv[2]);
    pack_string(&ready, python_host());
    good = wire_send(fd, WIRE_READY, 0, &ready) == STATUS_OK;
    pack_free(&ready);
    pid_t self = getpid();
    while (good) {
        good = serve_one(fd, self);
    }
    /* Nobody listens. Finalising takes 2 to 10 ms and can only lose what is not needed any more. */
    _exit(WIRE_EXIT_LOST);
}

typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void),
                              void (*)(void), void *);

/* The C library's own name and signature; python3 calls it from its first instructions. */
__attribute__((visibility("default"))) int
__libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                  void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    (void)main;
    start_function start;
    void *symbol = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&start, &symbol, sizeof start);
    return start(worker_main, argc, argv, init, fini, rtld_fini, stack_end);
}
