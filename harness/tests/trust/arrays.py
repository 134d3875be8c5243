import numpy as np

A = np.ones(1000)
B = np.ones(1000)


def add():
    np.add(A, B)
