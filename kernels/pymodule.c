/* The extension module `kernels`: the kernels as Python functions, over the buffer protocol, so
 * that it needs no NumPy and takes anything that exposes doubles (NumPy arrays, array.array,
 * memoryview).
 *
 * Ownership: a function borrows its arguments' memory for the call only. Long calls release the
 * global interpreter lock; the arrays must not be changed by other threads meanwhile.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels/dispatch.h"
#include "kernels/pydocs.h"
#include "kernels/workspace.h"

#include <math.h>
#include <string.h>

/* What the machine or FORTYFOLD_KERNEL chose; NULL where the latter has no kernel of an operation.
 */
static const struct kernel *chosen[KERNEL_OPERATION_COUNT];

/* Above this a double cannot count steps one by one. */
static const double steps_max = 9007199254740992.0;

static const double timestep_default = 1e-5;

/* Particles, or steps of them, that take less than 0.1 ms. */
static const double units_short = 10000;

/* Sees at a glance that particles are fit to be moved; the same for every kernel. */
static const struct kernel *checker;

/* More threads than any machine of today has processors are a slip. */
static const Py_ssize_t threads_max = 4096;

enum access { READ, WRITE };

/* The words of the keywords, and the names of kernels that were last asked for: strings of a
 * program's text are one object each, so that to know one again takes no comparison of letters. */
static PyObject *kernel_word, *threads_word;
static struct {
    PyObject *name;
    enum kernel_operation operation;
    const struct kernel *kernel;
} recent[8];

/* What may be said of a call by keyword. */
struct options {
    const struct kernel *kernel;
    unsigned threads;
};

/* --- Arguments ---------------------------------------------------------------------------- */

static bool check_count(const char *function, Py_ssize_t count, Py_ssize_t least, Py_ssize_t most)
{
    if (count >= least && count <= most)
        return true;
    if (least == most)
        PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments, %zd were given", function, least,
                     count);
    else
        PyErr_Format(PyExc_TypeError, "%s() takes %zd to %zd arguments, %zd were given", function,
                     least, most, count);
    return false;
}

/* Sets an exception, releases the view, returns false. */
static bool refuse(PyObject *exception, Py_buffer *view, const char *name, const char *shape,
                   const char *instead)
{
    PyErr_Format(exception, "%s: a C-contiguous float64 array of shape %s is expected, not %s",
                 name, shape, instead);
    PyBuffer_Release(view);
    return false;
}

static bool is_double(const Py_buffer *view)
{
    const char *format = view->format;

    if (format == NULL || view->itemsize != sizeof(double))
        return false;
    if (format[0] == '@' || format[0] == '=' || format[0] == (PY_LITTLE_ENDIAN ? '<' : '>'))
        format++;
    return strcmp(format, "d") == 0;
}

/* The kernel that a call without `kernel=` takes; sets an exception and returns NULL when the
 * environment variable names one that the operation lacks. */
static const struct kernel *kernel_of(enum kernel_operation operation)
{
    char message[512] = "";

    if (chosen[operation] == NULL &&
        dispatch_choose(operation, NULL, message, sizeof message) == NULL)
        PyErr_SetString(PyExc_ValueError, message);
    return chosen[operation];
}

static bool option_kernel(enum kernel_operation operation, PyObject *value, struct options *options)
{
    static size_t next;
    char message[512] = "";

    if (value == Py_None)
        return true;
    for (size_t i = 0; i < sizeof recent / sizeof *recent; i++)
        if (recent[i].name == value && recent[i].operation == operation) {
            options->kernel = recent[i].kernel;
            return true;
        }
    const char *name = PyUnicode_AsUTF8(value);
    if (name == NULL)
        return false;
    options->kernel = dispatch_choose(operation, name, message, sizeof message);
    if (options->kernel == NULL)
        return PyErr_Format(PyExc_ValueError, "kernel=%s", message) != NULL;
    Py_XSETREF(recent[next].name, Py_NewRef(value));
    recent[next].operation = operation;
    recent[next].kernel = options->kernel;
    next = (next + 1) % (sizeof recent / sizeof *recent);
    return true;
}

static bool option_threads(PyObject *value, struct options *options)
{
    const Py_ssize_t threads = PyNumber_AsSsize_t(value, PyExc_OverflowError);

    if (threads == -1 && PyErr_Occurred())
        return false;
    if (threads >= 1 && threads <= threads_max) {
        options->threads = (unsigned)threads;
        return true;
    }
    PyErr_Format(PyExc_ValueError, "threads: a number from 1 to %zd is expected, not %zd",
                 threads_max, threads);
    return false;
}

/* Reads the keywords `kernel` and `threads`: `values` are those of `names`, which may be NULL. */
static bool read_options(enum kernel_operation operation, PyObject *const *values, PyObject *names,
                         struct options *options)
{
    const Py_ssize_t count = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    bool good = true;

    *options = (struct options){.kernel = NULL, .threads = 1};
    for (Py_ssize_t i = 0; good && i < count; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (name == kernel_word || PyUnicode_Compare(name, kernel_word) == 0)
            good = option_kernel(operation, values[i], options);
        else if (name == threads_word || PyUnicode_Compare(name, threads_word) == 0)
            good = option_threads(values[i], options);
        else
            good = PyErr_Format(PyExc_TypeError, "%s() has no argument %R; it has kernel, threads",
                                dispatch_operation_name(operation), name) != NULL;
    }
    if (!good)
        return false;
    if (options->kernel == NULL)
        options->kernel = kernel_of(operation);
    if (options->kernel == NULL || options->kernel->threaded || options->threads == 1)
        return options->kernel != NULL;
    PyErr_Format(PyExc_ValueError, "threads: the kernel %s takes one; kernel=\"openmp\" takes more",
                 options->kernel->name);
    return false;
}

/* A kernel's workspace over n elements, without room where it needs none; false, with MemoryError
 * set, when there is no memory. */
static bool take_workspace(const struct kernel *kernel, size_t n, struct workspace *workspace)
{
    const size_t bytes = kernel->workspace_bytes == NULL ? 0 : kernel->workspace_bytes(n);

    *workspace = bytes == 0 ? (struct workspace){0} : workspace_take(bytes);
    if (workspace->room == NULL && bytes > 0)
        PyErr_NoMemory();
    return workspace->room != NULL || bytes == 0;
}

/* Borrows an array of doubles. `shape` is how its shape is written in messages, `rank` its
 * dimensions; a size ≥ 0 in rows or columns is required. On failure an exception is set and the
 * view is released. */
static bool borrow(PyObject *object, const char *name, const char *shape, int rank, Py_ssize_t rows,
                   Py_ssize_t columns, enum access access, Py_buffer *view)
{
    if (!PyObject_CheckBuffer(object)) {
        PyErr_Format(PyExc_TypeError,
                     "%s: a C-contiguous float64 array of shape %s is expected, not %s", name,
                     shape, Py_TYPE(object)->tp_name);
        return false;
    }
    if (PyObject_GetBuffer(object, view, PyBUF_FULL_RO) < 0)
        return false;
    if (!is_double(view))
        return refuse(PyExc_TypeError, view, name, shape, "one of another type of number");
    if (view->ndim != rank)
        return refuse(PyExc_ValueError, view, name, shape, "one of another number of dimensions");
    if (rows >= 0 && view->shape[0] != rows)
        return refuse(PyExc_ValueError, view, name, shape, "one with another number of rows");
    if (columns >= 0 && view->shape[1] != columns)
        return refuse(PyExc_ValueError, view, name, shape, "one with another number of columns");
    if (!PyBuffer_IsContiguous(view, 'C'))
        return refuse(PyExc_ValueError, view, name, shape,
                      "a strided one (numpy.ascontiguousarray() copies it)");
    if ((uintptr_t)view->buf % _Alignof(double) != 0)
        return refuse(PyExc_ValueError, view, name, shape, "one off its natural alignment");
    if (access == WRITE && view->readonly)
        return refuse(PyExc_ValueError, view, name, shape, "a read-only one: it is written to");
    return true;
}

/* Borrows d_goal, which says what N is. */
static bool borrow_goal(PyObject *object, Py_buffer *view)
{
    if (!borrow(object, "d_goal", "(N, N)", 2, -1, -1, READ, view))
        return false;
    return view->shape[0] == view->shape[1] ||
           refuse(PyExc_ValueError, view, "d_goal", "(N, N)", "one that is not square");
}

static void release(Py_buffer *views, int count)
{
    for (int i = 0; i < count; i++)
        PyBuffer_Release(&views[i]);
}

/* Sets ValueError and returns false when two arrays share memory. */
static bool check_apart(const Py_buffer *a, const char *a_name, const Py_buffer *b,
                        const char *b_name)
{
    const char *a_first = a->buf, *b_first = b->buf;

    if (a_first + a->len <= b_first || b_first + b->len <= a_first)
        return true;
    PyErr_Format(PyExc_ValueError, "%s and %s share memory; pass a copy of one", a_name, b_name);
    return false;
}

static bool check_finite(const Py_buffer *view, const char *name)
{
    const double *numbers = view->buf;
    const Py_ssize_t count = view->len / (Py_ssize_t)sizeof(double);

    for (Py_ssize_t i = 0; i < count; i++)
        if (!isfinite(numbers[i])) {
            PyErr_Format(PyExc_ValueError, "%s: number %zd is not finite", name, i);
            return false;
        }
    return true;
}

/* A whole number at least 0; any object with __index__. */
static bool whole_number(PyObject *object, const char *name, Py_ssize_t *number)
{
    *number = PyNumber_AsSsize_t(object, PyExc_OverflowError);
    if (*number == -1 && PyErr_Occurred())
        return false;
    if (*number >= 0)
        return true;
    PyErr_Format(PyExc_ValueError, "%s: %zd is negative", name, *number);
    return false;
}

static bool row_index(PyObject *object, Py_ssize_t n, Py_ssize_t *i)
{
    *i = PyNumber_AsSsize_t(object, PyExc_IndexError);
    if (*i == -1 && PyErr_Occurred())
        return false;
    if (*i >= 0 && *i < n)
        return true;
    PyErr_Format(PyExc_IndexError, "i: %zd is not one of %zd points", *i, n);
    return false;
}

/* --- Particles ---------------------------------------------------------------------------- */

static bool step_count(PyObject *const *args, Py_ssize_t count, double *timestep, uint64_t *steps)
{
    const double duration = PyFloat_AsDouble(args[3]);

    if (duration == -1 && PyErr_Occurred())
        return false;
    *timestep = count > 4 ? PyFloat_AsDouble(args[4]) : timestep_default;
    if (*timestep == -1 && PyErr_Occurred())
        return false;
    if (!(*timestep > 0) || !isfinite(*timestep)) {
        PyErr_SetString(PyExc_ValueError, "timestep: a finite time above 0 is expected");
        return false;
    }
    const double quotient = rint(duration / *timestep);
    if (!(duration >= 0) || !(quotient <= steps_max)) {
        PyErr_SetString(PyExc_ValueError,
                        "duration: a time of at least 0 and at most 2**53 timesteps is expected");
        return false;
    }
    *steps = (uint64_t)quotient;
    return true;
}

static bool check_particles(const Py_buffer *views, uint64_t steps)
{
    const size_t n = (size_t)views[0].shape[0];

    if (!check_apart(&views[0], "x", &views[1], "y") ||
        !check_apart(&views[0], "x", &views[2], "w") ||
        !check_apart(&views[1], "y", &views[2], "w"))
        return false;
    if (checker->function.particles_check(views[0].buf, views[1].buf, views[2].buf, n))
        return true;
    if (!check_finite(&views[0], "x") || !check_finite(&views[1], "y") ||
        !check_finite(&views[2], "w"))
        return false;
    const size_t bad = particles_at_origin(views[0].buf, views[1].buf, n);
    if (bad == n || steps == 0)
        return true;
    PyErr_Format(PyExc_ZeroDivisionError,
                 "particle %zu is at the origin, where it has no direction", bad);
    return false;
}

static PyObject *particles_evolve(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                  PyObject *names_given)
{
    static const char *const names[] = {"x", "y", "w"};
    Py_buffer views[3];
    int held = 0;
    double timestep;
    uint64_t steps;
    struct options options;
    PyObject *result = NULL;

    (void)module;
    if (!check_count("particles_evolve", count, 4, 5) ||
        !read_options(KERNEL_PARTICLES_EVOLVE, args + count, names_given, &options) ||
        !step_count(args, count, &timestep, &steps))
        return NULL;
    for (; held < 3; held++) {
        const Py_ssize_t n = held == 0 ? -1 : views[0].shape[0];
        if (!borrow(args[held], names[held], "(N)", 1, n, -1, held < 2 ? WRITE : READ,
                    &views[held]))
            goto out;
    }
    if (!check_particles(views, steps))
        goto out;
    const size_t n = (size_t)views[0].shape[0];
    /* Giving up the lock and taking it again costs 0.1 µs, which a short call would notice. */
    const double units = (double)n * (options.kernel->stepless ? 1 : (double)steps);
    const bool is_long = options.kernel->threaded || units > units_short;
    PyThreadState *state = is_long ? PyEval_SaveThread() : NULL;
    options.kernel->function.particles_evolve(views[0].buf, views[1].buf, views[2].buf, n, steps,
                                              timestep, options.threads);
    if (is_long)
        PyEval_RestoreThread(state);
    result = PyLong_FromUnsignedLongLong(steps);
out:
    release(views, held);
    return result;
}

/* --- MDS ---------------------------------------------------------------------------------- */

static bool check_goal(const Py_buffer *view)
{
    const size_t n = (size_t)view->shape[0];
    size_t row = 0, column = 0;
    bool is_valid;

    Py_BEGIN_ALLOW_THREADS;
    is_valid = mds_goal_is_valid(view->buf, n, &row, &column);
    Py_END_ALLOW_THREADS;
    if (is_valid)
        return true;
    PyErr_Format(PyExc_ValueError,
                 "d_goal: symmetric finite distances of at least 0, and 0 on the diagonal, are "
                 "expected; see d_goal[%zu, %zu]",
                 row, column);
    return false;
}

/* Carries out the search; false, with MemoryError set, when there is no memory for scratch. */
static bool solve(const struct options *options, const Py_buffer *goal, const Py_buffer *xs,
                  Py_ssize_t epochs, struct mds_outcome *outcome)
{
    const struct kernel *kernel = options->kernel;
    const size_t n = (size_t)xs->shape[0];
    struct workspace workspace;

    if (!take_workspace(kernel, n, &workspace))
        return false;
    Py_BEGIN_ALLOW_THREADS;
    kernel->function.mds_solve(goal->buf, xs->buf, n, (uint64_t)epochs, options->threads,
                               workspace.room, outcome);
    Py_END_ALLOW_THREADS;
    workspace_give_back(workspace);
    return true;
}

static PyObject *mds_solve(PyObject *module, PyObject *const *args, Py_ssize_t count,
                           PyObject *names)
{
    Py_buffer views[2];
    int held = 0;
    Py_ssize_t epochs;
    struct mds_outcome outcome;
    struct options options;
    PyObject *result = NULL;

    (void)module;
    if (!check_count("mds_solve", count, 3, 3) ||
        !read_options(KERNEL_MDS_SOLVE, args + count, names, &options) ||
        !whole_number(args[2], "epochs", &epochs) || !borrow_goal(args[0], &views[0]))
        return NULL;
    held++;
    const Py_ssize_t n = views[0].shape[0];
    if (!borrow(args[1], "xs", "(N, 2)", 2, n, 2, WRITE, &views[1]))
        goto out;
    held++;
    if (check_apart(&views[0], "d_goal", &views[1], "xs") && check_finite(&views[1], "xs") &&
        check_goal(&views[0]) && solve(&options, &views[0], &views[1], epochs, &outcome))
        result = Py_BuildValue("(dK)", outcome.error, (unsigned long long)outcome.epochs_done);
out:
    release(views, held);
    return result;
}

static PyObject *mds_update_distances(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    Py_buffer views[2];
    int held = 0;
    Py_ssize_t i;
    PyObject *result = NULL;

    (void)module;
    if (!check_count("mds_update_distances", count, 3, 3) ||
        !borrow(args[0], "xs", "(N, 2)", 2, -1, 2, READ, &views[0]))
        return NULL;
    held++;
    const Py_ssize_t n = views[0].shape[0];
    const struct kernel *kernel = kernel_of(KERNEL_MDS_UPDATE_DISTANCES);
    if (kernel == NULL || !borrow(args[1], "d_current", "(N, N)", 2, n, n, WRITE, &views[1]))
        goto out;
    held++;
    if (!row_index(args[2], n, &i) || !check_apart(&views[0], "xs", &views[1], "d_current"))
        goto out;
    kernel->function.mds_update_distances(views[0].buf, views[1].buf, (size_t)n, (size_t)i);
    result = Py_NewRef(Py_None);
out:
    release(views, held);
    return result;
}

static PyObject *mds_row_error(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    Py_buffer views[2];
    int held = 0;
    Py_ssize_t i;
    PyObject *result = NULL;

    (void)module;
    if (!check_count("mds_row_error", count, 3, 3) || !borrow_goal(args[0], &views[0]))
        return NULL;
    held++;
    const Py_ssize_t n = views[0].shape[0];
    const struct kernel *kernel = kernel_of(KERNEL_MDS_ROW_ERROR);
    if (kernel == NULL || !borrow(args[1], "d_current", "(N, N)", 2, n, n, READ, &views[1]))
        goto out;
    held++;
    if (!row_index(args[2], n, &i))
        goto out;
    const double *goal = views[0].buf, *current = views[1].buf;
    result = PyFloat_FromDouble(
        kernel->function.mds_row_error(goal + i * n, current + i * n, (size_t)n));
out:
    release(views, held);
    return result;
}

/* --- The module --------------------------------------------------------------------------- */

static PyObject *describe(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);

    (void)module;
    for (size_t i = 0; list != NULL && i < dispatch_count(); i++) {
        const struct kernel *kernel = dispatch_kernel(i);
        PyObject *entry = Py_BuildValue(
            "{s:s, s:s, s:s, s:O, s:O, s:O, s:s, s:d, s:d}", "operation",
            dispatch_operation_name(kernel->operation), "name", kernel->name, "isa",
            dispatch_isa_name(kernel->isa), "supported",
            dispatch_machine() & 1u << kernel->isa ? Py_True : Py_False, "chosen",
            chosen[kernel->operation] == kernel ? Py_True : Py_False, "threaded",
            kernel->threaded ? Py_True : Py_False, "unit", kernel->unit, "flops_per_unit",
            kernel->flops_per_unit, "bytes_per_unit", kernel->bytes_per_unit);
        if (entry == NULL || PyList_Append(list, entry) < 0)
            Py_CLEAR(list);
        Py_XDECREF(entry);
    }
    return list;
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef methods[] = {
    {"particles_evolve", FAST(particles_evolve), METH_FASTCALL | METH_KEYWORDS,
     particles_evolve_doc},
    {"mds_solve", FAST(mds_solve), METH_FASTCALL | METH_KEYWORDS, mds_solve_doc},
    {"mds_update_distances", FAST(mds_update_distances), METH_FASTCALL, mds_update_distances_doc},
    {"mds_row_error", FAST(mds_row_error), METH_FASTCALL, mds_row_error_doc},
    {"describe", describe, METH_NOARGS, describe_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "kernels",
    .m_doc = module_doc,   .m_size = -1, /* the choice of kernels is one for the process */
    .m_methods = methods,
};

/* A forced kernel need not exist for every operation; the others say so when they are called. */
PyMODINIT_FUNC PyInit_kernels(void)
{
    char message[512] = "no kernel was built";
    bool any = false;

    checker = dispatch_best(KERNEL_PARTICLES_CHECK);
    kernel_word = PyUnicode_InternFromString("kernel");
    threads_word = PyUnicode_InternFromString("threads");
    if (kernel_word == NULL || threads_word == NULL)
        return NULL;
    for (int op = 0; op < KERNEL_OPERATION_COUNT; op++) {
        chosen[op] = dispatch_choose((enum kernel_operation)op, NULL, message, sizeof message);
        any = any || chosen[op] != NULL;
    }
    if (!any) {
        PyErr_SetString(PyExc_ImportError, message);
        return NULL;
    }
    return PyModule_Create(&definition);
}
