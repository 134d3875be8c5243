#include "convert.h"

#include <stdint.h>
#include <string.h>

/* One element of a buffer as a double. The pointer may be unaligned. */
typedef double (*element_reader)(const char *at);

#define READER(name, type)                                                                         \
    static double read_##name(const char *at)                                                      \
    {                                                                                              \
        type element;                                                                              \
        memcpy(&element, at, sizeof element);                                                      \
        return (double)element;                                                                    \
    }
READER(i1, int8_t)
READER(i2, int16_t)
READER(i4, int32_t)
READER(i8, int64_t)
READER(u1, uint8_t)
READER(u2, uint16_t)
READER(u4, uint32_t)
READER(u8, uint64_t)
READER(f4, float)
READER(f8, double)
READER(f16, long double)

static double read_f2(const char *at)
{
    return PyFloat_Unpack2(at, PY_LITTLE_ENDIAN);
}

/* struct-module letters by what they are; the item size tells which width. */
static const struct {
    const char *letters;
    Py_ssize_t size;
    element_reader read;
} readers[] = {
    {"bhilqn", 1, read_i1},  {"bhilqn", 2, read_i2}, {"bhilqn", 4, read_i4}, {"bhilqn", 8, read_i8},
    {"?BHILQN", 1, read_u1}, {"BHILQN", 2, read_u2}, {"BHILQN", 4, read_u4}, {"BHILQN", 8, read_u8},
    {"e", 2, read_f2},       {"fd", 4, read_f4},     {"fd", 8, read_f8},     {"g", 16, read_f16},
};

static element_reader find_reader(const char *format, Py_ssize_t size)
{
    if (format == NULL) {
        format = "B";
    }
    /* '@' and '=' are native order; '<' is native where we run (checked), '>' is not. */
    if (strchr("@=", format[0]) != NULL || (PY_LITTLE_ENDIAN && format[0] == '<')) {
        format++;
    }
    if (format[0] == '\0' || format[1] != '\0') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (readers[i].size == size && strchr(readers[i].letters, format[0]) != NULL) {
            return readers[i].read;
        }
    }
    return NULL;
}

static bool refuse(enum status status)
{
    PyErr_SetString(status == STATUS_NO_MEMORY ? PyExc_MemoryError : PyExc_ValueError,
                    status_explanation(status));
    return false;
}

static bool convert_number(double number, struct value *out)
{
    enum status status = value_array(0, NULL, out);
    if (status != STATUS_OK) {
        return refuse(status);
    }
    out->numbers[0] = number;
    return true;
}

static bool fill_from_buffer(const Py_buffer *view, element_reader read, struct value *out)
{
    size_t shape[VALUE_RANK_MAX];
    if (view->ndim > VALUE_RANK_MAX) {
        PyErr_Format(PyExc_ValueError, "returned an array of %d dimensions; at most %d are read",
                     view->ndim, VALUE_RANK_MAX);
        return false;
    }
    for (int i = 0; i < view->ndim; i++) {
        shape[i] = (size_t)view->shape[i];
    }
    enum status status = value_array((size_t)view->ndim, shape, out);
    if (status != STATUS_OK) {
        return refuse(status);
    }
    if (out->count == 0) {
        return true;
    }
    char *items = PyMem_Malloc((size_t)view->len);
    if (items == NULL) {
        PyErr_NoMemory();
        return false;
    }
    bool good = PyBuffer_ToContiguous(items, view, view->len, 'C') == 0;
    for (size_t i = 0; good && i < out->count; i++) {
        out->numbers[i] = read(items + i * (size_t)view->itemsize);
    }
    PyMem_Free(items);
    return good;
}

static bool convert_buffer(PyObject *object, struct value *out)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) != 0) {
        PyErr_Clear();
        PyErr_Format(PyExc_TypeError,
                     "returned %s whose elements are not plain numbers; return an array of floats",
                     Py_TYPE(object)->tp_name);
        return false;
    }
    element_reader read = find_reader(view.format, view.itemsize);
    bool good = read != NULL;
    if (good) {
        good = fill_from_buffer(&view, read, out);
    } else {
        PyErr_Format(PyExc_TypeError,
                     "returned %s with elements of type '%s'; return an array of real numbers",
                     Py_TYPE(object)->tp_name, view.format);
    }
    PyBuffer_Release(&view);
    return good;
}

static bool convert(PyObject *object, unsigned depth, struct value *out);

static bool convert_sequence(PyObject *object, unsigned depth, struct value *out)
{
    if (depth >= VALUE_DEPTH_MAX) {
        PyErr_Format(PyExc_ValueError, "returned lists nested deeper than %d", VALUE_DEPTH_MAX);
        return false;
    }
    size_t count = (size_t)PySequence_Fast_GET_SIZE(object);
    enum status status = value_group(count, out);
    if (status != STATUS_OK) {
        return refuse(status);
    }
    for (size_t i = 0; i < count; i++) {
        if (!convert(PySequence_Fast_GET_ITEM(object, i), depth + 1, &out->members[i])) {
            return false;
        }
    }
    return true;
}

static bool convert(PyObject *object, unsigned depth, struct value *out)
{
    memset(out, 0, sizeof *out);
    if (object == Py_None) {
        return true;
    }
    if (PyFloat_CheckExact(object)) {
        return convert_number(PyFloat_AS_DOUBLE(object), out);
    }
    if (PyLong_CheckExact(object) || PyBool_Check(object)) {
        double number = PyLong_AsDouble(object);
        return !(number == -1.0 && PyErr_Occurred()) && convert_number(number, out);
    }
    if (PyList_CheckExact(object) || PyTuple_CheckExact(object)) {
        return convert_sequence(object, depth, out);
    }
    if (PyObject_CheckBuffer(object) && !PyBytes_Check(object) && !PyByteArray_Check(object)) {
        return convert_buffer(object, out);
    }
    PyErr_Format(PyExc_TypeError,
                 "returned an object of type '%s'; return a number, an array, or lists or tuples "
                 "of them",
                 Py_TYPE(object)->tp_name);
    return false;
}

bool convert_result(PyObject *object, struct value *out)
{
    enum status status = STATUS_OK;
    bool good = convert(object, 0, out);
    if (good) {
        status = value_canonical(out);
        good = status == STATUS_OK || refuse(status);
    }
    if (!good) {
        value_free(out);
    }
    return good;
}

bool convert_arguments(PyObject *tuple, struct value *out)
{
    size_t count = (size_t)PyTuple_GET_SIZE(tuple);
    enum status status = value_group(count, out);
    if (status != STATUS_OK) {
        return refuse(status);
    }
    for (size_t i = 0; i < count; i++) {
        if (!convert_result(PyTuple_GET_ITEM(tuple, i), &out->members[i])) {
            value_free(out);
            return false;
        }
    }
    return true;
}

static bool is_constant(PyObject *object)
{
    return object == Py_None || PyFloat_CheckExact(object) || PyLong_CheckExact(object) ||
           PyBool_Check(object) || PyUnicode_CheckExact(object) || PyBytes_CheckExact(object);
}

static PyObject *copy_list(PyObject *list)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    PyObject *copy = PyList_New(count);
    for (Py_ssize_t i = 0; copy != NULL && i < count; i++) {
        PyObject *item = convert_copy(PyList_GET_ITEM(list, i));
        if (item == NULL) {
            Py_CLEAR(copy);
        } else {
            PyList_SET_ITEM(copy, i, item);
        }
    }
    return copy;
}

/* A tuple of constants is a constant. */
static PyObject *copy_tuple(PyObject *tuple)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    bool same = true;
    PyObject *copy = PyTuple_New(count);
    for (Py_ssize_t i = 0; copy != NULL && i < count; i++) {
        PyObject *item = convert_copy(PyTuple_GET_ITEM(tuple, i));
        if (item == NULL) {
            Py_CLEAR(copy);
        } else {
            same = same && item == PyTuple_GET_ITEM(tuple, i);
            PyTuple_SET_ITEM(copy, i, item);
        }
    }
    if (copy != NULL && same) {
        Py_DECREF(copy);
        return Py_NewRef(tuple);
    }
    return copy;
}

PyObject *convert_copy(PyObject *object)
{
    if (is_constant(object)) {
        return Py_NewRef(object);
    }
    if (PyTuple_CheckExact(object)) {
        return copy_tuple(object);
    }
    if (PyList_CheckExact(object)) {
        return copy_list(object);
    }
    PyObject *module = PyImport_ImportModule("copy");
    PyObject *copy = module == NULL ? NULL : PyObject_CallMethod(module, "deepcopy", "O", object);
    Py_XDECREF(module);
    return copy;
}

size_t convert_bytes(PyObject *object)
{
    Py_buffer view;
    if (is_constant(object)) {
        return 0;
    }
    size_t bytes = 64;
    if (PyList_CheckExact(object) || PyTuple_CheckExact(object)) {
        Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
        for (Py_ssize_t i = 0; i < count; i++) {
            bytes += 8 + convert_bytes(PySequence_Fast_GET_ITEM(object, i));
        }
        return bytes;
    }
    if (PyObject_CheckBuffer(object) && PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) == 0) {
        bytes += (size_t)view.len;
        PyBuffer_Release(&view);
        return bytes;
    }
    PyErr_Clear();
    return 4096;
}
