#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "statement.h"

/* One statement a process. */
static PyObject *timer;

static PyObject *attribute_of(const char *module, const char *name)
{
    PyObject *object = PyImport_ImportModule(module);
    PyObject *attribute = object == NULL ? NULL : PyObject_GetAttrString(object, name);
    Py_XDECREF(object);
    return attribute;
}

/* As timeit's command line does; after timeit was imported, so that no file there shadows it. */
static bool search_current_folder(void)
{
    PyObject *path = PySys_GetObject("path"), *here = PyUnicode_FromString(".");
    bool good = path != NULL && here != NULL && PyList_Insert(path, 0, here) == 0;
    Py_XDECREF(here);
    return good;
}

bool statement_compile(const char *setup, const char *statement, bool by_cpu)
{
    PyObject *make = attribute_of("timeit", "Timer");
    PyObject *clock = attribute_of("time", by_cpu ? "process_time" : "perf_counter");
    Py_CLEAR(timer);
    if (make != NULL && clock != NULL && search_current_folder()) {
        timer = PyObject_CallFunction(make, "ssO", statement, setup, clock);
    }
    Py_XDECREF(clock);
    Py_XDECREF(make);
    return timer != NULL;
}

/* Lets a traceback show the lines of the compiled loop. Timer.print_exc() files them before it
 * prints; what it prints is not wanted here. Keeps the exception that is set. */
static void file_source(void)
{
    PyObject *type, *error, *trace;
    PyErr_Fetch(&type, &error, &trace);
    PyObject *make = attribute_of("io", "StringIO");
    PyObject *nowhere = make == NULL ? NULL : PyObject_CallNoArgs(make);
    PyObject *done = nowhere == NULL ? NULL : PyObject_CallMethod(timer, "print_exc", "O", nowhere);
    PyErr_Clear(); /* a traceback without those lines is good enough */
    Py_XDECREF(done);
    Py_XDECREF(nowhere);
    Py_XDECREF(make);
    PyErr_Restore(type, error, trace);
}

bool statement_loop(uint64_t number, double *seconds)
{
    if (timer == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no statement was compiled");
        return false;
    }
    PyObject *elapsed = PyObject_CallMethod(timer, "timeit", "K", (unsigned long long)number);
    *seconds = elapsed == NULL ? 0 : PyFloat_AsDouble(elapsed);
    Py_XDECREF(elapsed);
    if (PyErr_Occurred() != NULL) {
        file_source();
        return false;
    }
    return true;
}
