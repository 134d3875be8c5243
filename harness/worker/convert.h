/* Python objects as values, and copies of argument objects. Includes Python.h.
 *
 * Only plain data is read: exact int, float, bool, None, list and tuple, and what exports a buffer
 * of numbers (NumPy arrays and scalars, array.array, memoryview). No method of a result is ever
 * called: a result that computes itself when it is looked at would escape the clock.
 */
#ifndef FORTYFOLD_WORKER_CONVERT_H
#define FORTYFOLD_WORKER_CONVERT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stddef.h>

#include "model/value.h"

/* The canonical value of an object. False with a TypeError or ValueError set when it holds
 * anything but numbers, is nested deeper than VALUE_DEPTH_MAX, or is too large. */
bool convert_result(PyObject *object, struct value *out);

/* The arguments (a tuple) as a group of canonical values. */
bool convert_arguments(PyObject *tuple, struct value *out);

/* A copy that shares nothing that can be changed, or the object itself (a new reference) when
 * nothing in it can be. NULL with an exception set. */
PyObject *convert_copy(PyObject *object);

/* About how many bytes a copy takes. */
size_t convert_bytes(PyObject *object);

#endif
