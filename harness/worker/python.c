#include "convert.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "prelude.h"
#include "python.h"

/* One interpreter a process, one variant an interpreter: this state is the worker's. */
static struct {
    PyObject *prelude;  /* the module with the helpers */
    PyObject *function; /* the variant */
    PyObject *make;     /* the problem's make() */
    PyObject *first;    /* the arguments as they were made, a tuple; the pool is copied from it */
    PyObject **pool;    /* one tuple a call, or all the same one */
    uint64_t calls;
    enum wire_raised raised;
} state;

static bool configure(PyConfig *config, const char *executable, uint32_t hash_seed)
{
    PyStatus status = PyConfig_SetBytesString(config, &config->program_name, executable);
    if (!PyStatus_Exception(status)) {
        status = PyConfig_SetBytesString(config, &config->executable, executable);
    }
    config->use_hash_seed = 1;
    config->hash_seed = hash_seed;
    config->site_import = 1;
    config->write_bytecode = 0;
    config->buffered_stdio = 0; /* a crash must not swallow what was printed */
    config->faulthandler = 1;
    config->install_signal_handlers = 1; /* as python3 does */
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(config);
    }
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "Python cannot start: %s\n",
                status.err_msg != NULL ? status.err_msg : "no reason given");
        return false;
    }
    return true;
}

static bool start_prelude(const char *kernels)
{
    PyObject *code = Py_CompileString(prelude_source, "<fortyfold>", Py_file_input);
    state.prelude = code == NULL ? NULL : PyImport_ExecCodeModule("_fortyfold", code);
    Py_XDECREF(code);
    if (state.prelude == NULL) {
        return false;
    }
    PyGC_Disable();
    PyObject *path = PySys_GetObject("path");
    PyObject *folder = kernels == NULL ? NULL : PyUnicode_DecodeFSDefault(kernels);
    bool good = folder == NULL || (path != NULL && PyList_Insert(path, 0, folder) == 0);
    Py_XDECREF(folder);
    return good && !PyErr_Occurred();
}

bool python_start(const char *executable, uint32_t hash_seed, const char *kernels)
{
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    if (PyStatus_Exception(Py_PreInitialize(&before))) {
        fprintf(stderr, "Python cannot start: pre-initialisation failed\n");
        return false;
    }
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    bool good = configure(&config, executable, hash_seed);
    PyConfig_Clear(&config);
    if (good && !start_prelude(kernels)) {
        PyErr_Print();
        good = false;
    }
    return good;
}

const char *python_version(void)
{
    static char version[32];
    snprintf(version, sizeof version, "%s", Py_GetVersion());
    version[strcspn(version, " ")] = '\0';
    return version;
}

const char *python_host(void)
{
    Dl_info info;
    /* ISO C has no function-to-object pointer cast; POSIX's dladdr asks for one. */
    void *symbol;
    int (*function)(void) = Py_IsInitialized;
    memcpy(&symbol, &function, sizeof symbol);
    return dladdr(symbol, &info) != 0 && info.dli_fname != NULL ? info.dli_fname : "";
}

static bool take_string(PyObject *object, char **out)
{
    const char *text = object == NULL ? NULL : PyUnicode_AsUTF8(object);
    *out = text == NULL ? NULL : strdup(text);
    Py_XDECREF(object);
    return *out != NULL;
}

bool python_describe(char **numpy_version)
{
    return take_string(PyObject_CallMethod(state.prelude, "describe", NULL), numpy_version);
}

bool python_toml(const char *path, char **json)
{
    return take_string(PyObject_CallMethod(state.prelude, "toml", "s", path), json);
}

bool python_require(const char *name, bool *there)
{
    PyObject *answer = PyObject_CallMethod(state.prelude, "require", "s", name);
    *there = answer == Py_True;
    Py_XDECREF(answer);
    return answer != NULL;
}

bool python_load(const char *folder, const char *file, const char *function, double *import_s)
{
    uint64_t begin = clock_now_ns();
    PyObject *found = PyObject_CallMethod(state.prelude, "load", "sss", folder, file, function);
    *import_s = clock_s_from_ns(clock_now_ns() - begin);
    Py_XSETREF(state.function, found);
    return found != NULL;
}

bool python_problem(const char *folder, const char *file)
{
    PyObject *found = PyObject_CallMethod(state.prelude, "load", "sss", folder, file, "make");
    Py_XSETREF(state.make, found);
    return found != NULL;
}

static PyObject *make_arguments(const struct problem *problem)
{
    if (state.make == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no problem was loaded");
        return NULL;
    }
    return PyObject_CallMethod(state.prelude, "make", "OKKs", state.make,
                               (unsigned long long)problem->size, (unsigned long long)problem->seed,
                               problem->parameters);
}

bool python_make(const struct problem *problem, struct value *out)
{
    PyObject *made = make_arguments(problem);
    bool good = made != NULL && convert_arguments(made, out);
    Py_XDECREF(made);
    return good;
}

bool python_solve(const struct problem *problem, struct value *out)
{
    PyObject *made = make_arguments(problem);
    PyObject *result = NULL;
    if (made != NULL && state.function != NULL) {
        result = PyObject_CallObject(state.function, made);
    }
    bool good = result != NULL && convert_result(result, out);
    Py_XDECREF(result);
    Py_XDECREF(made);
    return good;
}

static void drop_pool(void)
{
    for (uint64_t i = 0; state.pool != NULL && i < state.calls; i++) {
        Py_XDECREF(state.pool[i]);
    }
    PyMem_Free(state.pool);
    state.pool = NULL;
    state.calls = 0;
}

/* Blocks that are held while a sample runs, so that CPython's small-object allocator (Objects/
 * obmalloc.c) is in an ordinary state. What we free before a sample (a JSON text, garbage) leaves
 * pools that are full but for one block at the head of their lists; a program that makes and
 * releases one small object in turn would then unlink and link such a pool every time, which makes
 * sum(range(1000)) 12 % slower (measured by make bench-parity). Held blocks fill those holes. Their
 * number varies, because every other block of 32 bytes straddles a cache line: each sample draws
 * its place anew, and no variant is always lucky. */
enum { SMALL_STEP = 16, SMALL_MOST = 512, BALLAST_BLOCKS = 16, BALLAST_VARIES = 8 };

static void *ballast[SMALL_MOST / SMALL_STEP][BALLAST_BLOCKS];

static void ballast_load(void)
{
    /* The nanoseconds of now: nobody needs these numbers to be good, or the same again. */
    size_t draw = (size_t)clock_now_ns();
    for (size_t class = 0; class < SMALL_MOST / SMALL_STEP; class ++) {
        size_t count = BALLAST_BLOCKS - (draw >> class % 8) % BALLAST_VARIES;
        for (size_t i = 0; i < count; i++) {
            ballast[class][i] = PyObject_Malloc((class + 1) * SMALL_STEP);
        }
    }
}

static void ballast_drop(void)
{
    for (size_t class = 0; class < SMALL_MOST / SMALL_STEP; class ++) {
        for (size_t i = BALLAST_BLOCKS; i-- > 0;) {
            PyObject_Free(ballast[class][i]);
            ballast[class][i] = NULL;
        }
    }
}

bool python_prepare(const struct problem *problem, uint64_t calls)
{
    ballast_drop();
    drop_pool();
    Py_XSETREF(state.first, make_arguments(problem));
    if (state.first == NULL) {
        return false;
    }
    state.pool = PyMem_Calloc((size_t)calls, sizeof *state.pool);
    if (state.pool == NULL) {
        PyErr_NoMemory();
        return false;
    }
    state.calls = calls;
    for (uint64_t i = 0; i < calls; i++) {
        state.pool[i] = convert_copy(state.first);
        if (state.pool[i] == NULL) {
            return false;
        }
    }
    /* Not through the prelude: nothing of Python's needs to run here. Unused entries of the
     * young generations are what a collection inside the clock would have found. */
    PyGC_Collect();
    ballast_load();
    return true;
}

size_t python_argument_bytes(void)
{
    if (state.first == NULL) {
        return 0;
    }
    PyObject *copy = convert_copy(state.first);
    PyErr_Clear();
    bool shared = copy == state.first;
    Py_XDECREF(copy);
    return shared ? 0 : convert_bytes(state.first);
}

struct readings {
    struct rusage usage;
    uint64_t cpu_ns, real_ns, delayed_ns;
};

/* The second number of /proc/self/schedstat: nanoseconds that the main thread was runnable and had
 * no processor. ~0 where the kernel does not tell. */
static uint64_t read_delayed_ns(void)
{
    static int fd = -2;
    char text[128];
    if (fd == -2) {
        fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
    }
    ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
    unsigned long long delayed_ns = UINT64_MAX;
    if (got > 0) {
        text[got] = '\0';
        if (sscanf(text, "%*u %llu", &delayed_ns) != 1) {
            delayed_ns = UINT64_MAX;
        }
    }
    return delayed_ns;
}

static uint64_t microseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

/* The dearest reading is taken farthest from the calls. */
static void read_before(struct readings *readings)
{
    readings->delayed_ns = read_delayed_ns();
    getrusage(RUSAGE_SELF, &readings->usage);
    readings->cpu_ns = clock_cpu_ns();
    readings->real_ns = clock_now_ns();
}

static void read_after(const struct readings *before, uint64_t calls, struct wire_times *times)
{
    struct readings after;
    after.real_ns = clock_now_ns();
    after.cpu_ns = clock_cpu_ns();
    getrusage(RUSAGE_SELF, &after.usage);
    after.delayed_ns = read_delayed_ns();
    bool told = before->delayed_ns != UINT64_MAX && after.delayed_ns != UINT64_MAX;
    *times = (struct wire_times){
        .calls_count = calls,
        .real_ns = after.real_ns - before->real_ns,
        .cpu_ns = after.cpu_ns - before->cpu_ns,
        .user_us = microseconds(after.usage.ru_utime) - microseconds(before->usage.ru_utime),
        .sys_us = microseconds(after.usage.ru_stime) - microseconds(before->usage.ru_stime),
        .delayed_ns = told ? after.delayed_ns - before->delayed_ns : UINT64_MAX,
        .major_faults_count = (uint64_t)(after.usage.ru_majflt - before->usage.ru_majflt),
        .minor_faults_count = (uint64_t)(after.usage.ru_minflt - before->usage.ru_minflt),
        .involuntary_switches_count = (uint64_t)(after.usage.ru_nivcsw - before->usage.ru_nivcsw),
    };
}

/* The calls, and nothing else between the readings. A result is released at once, as timeit does,
 * unless it will be compared. `pick` was drawn by the harness, in another process. */
static bool timed_calls(uint64_t pick, struct wire_times *times, PyObject *kept[2])
{
    struct readings before;
    PyObject *function = state.function;
    PyObject **pool = state.pool;
    uint64_t calls = state.calls, final = calls - 1;
    size_t arguments_count = (size_t)PyTuple_GET_SIZE(pool[0]);
    /* Looked up once: through PyObject_Vectorcall() an empty C function takes 1.3 times as long. */
    vectorcallfunc call = PyVectorcall_Function(function);
    call = call == NULL ? PyObject_Vectorcall : call;
    read_before(&before);
    for (uint64_t i = 0; i < calls; i++) {
        PyObject *const *arguments = ((PyTupleObject *)pool[i])->ob_item;
        PyObject *result = call(function, arguments, arguments_count, NULL);
        if (result == NULL) {
            return false;
        }
        if (i == final) {
            kept[0] = result;
        } else if (i == pick) {
            kept[1] = result;
        } else {
            Py_DECREF(result);
        }
    }
    read_after(&before, calls, times);
    return true;
}

bool python_run(uint64_t pick, struct wire_times *times, struct value values[2], size_t *count)
{
    PyObject *kept[2] = {NULL, NULL};
    *count = 0;
    if (state.pool == NULL || state.function == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "nothing was prepared");
        return false;
    }
    bool good = timed_calls(pick, times, kept);
    for (size_t i = 0; good && i < 2; i++) {
        if (kept[i] != NULL) {
            good = convert_result(kept[i], &values[*count]);
            state.raised = good ? state.raised : WIRE_RAISED_RESULT;
            *count += good;
        }
    }
    Py_XDECREF(kept[0]);
    Py_XDECREF(kept[1]);
    if (PyErr_Occurred() == NULL) {
        drop_pool();
    }
    return good;
}

bool python_settle(void)
{
    drop_pool();
    PyObject *done = PyObject_CallMethod(state.prelude, "settle", NULL);
    Py_XDECREF(done);
    return done != NULL;
}

/* The end matters most: the exception's own line is there. */
static char *last_bytes(const char *text, size_t limit)
{
    size_t length = strlen(text);
    return strdup(length > limit ? text + (length - limit) : text);
}

enum wire_raised python_raised(char **text)
{
    enum wire_raised raised = state.raised;
    state.raised = WIRE_RAISED_EXCEPTION;
    *text = NULL;
    PyObject *type, *error, *trace;
    PyErr_Fetch(&type, &error, &trace);
    if (type == NULL) {
        return raised;
    }
    if (PyErr_GivenExceptionMatches(type, PyExc_MemoryError)) {
        raised = WIRE_RAISED_MEMORY;
        drop_pool();
    }
    PyErr_NormalizeException(&type, &error, &trace);
    if (error != NULL && trace != NULL) {
        PyException_SetTraceback(error, trace);
    }
    PyObject *told = NULL;
    if (error != NULL && raised == WIRE_RAISED_RESULT) {
        told = PyObject_Str(error);
    } else if (error != NULL) {
        told = PyObject_CallMethod(state.prelude, "explain", "O", error);
    }
    const char *utf8 = told == NULL ? NULL : PyUnicode_AsUTF8(told);
    *text = last_bytes(utf8 != NULL ? utf8 : PyExceptionClass_Name(type), 8192);
    PyErr_Clear();
    Py_XDECREF(told);
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(trace);
    drop_pool();
    return raised;
}
