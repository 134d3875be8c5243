"""The search on lists with its loops inverted: for each other point all four moves, not the reverse.

What the moves share (the other point, its goal, half of each square) is fetched and computed once;
and only the move that was chosen is written to the distance matrix.
"""

from math import sqrt

import lists


def move_point(d_goal, xs, d_current, i, radius):
    """Make the best move of point i and return its row error there."""
    x, y = xs[i]
    right, up, left, down = x + radius, y + radius, x - radius, y - radius
    e0 = e1 = e2 = e3 = 0.0
    for k, (goal, (xk, yk)) in enumerate(zip(d_goal[i], xs)):
        if k != i:
            dx, dy = x - xk, y - yk
            dx, dy = dx * dx, dy * dy
            e0 += (goal - sqrt((right - xk) * (right - xk) + dy)) ** 2
            e1 += (goal - sqrt(dx + (up - yk) * (up - yk))) ** 2
            e2 += (goal - sqrt((left - xk) * (left - xk) + dy)) ** 2
            e3 += (goal - sqrt(dx + (down - yk) * (down - yk))) ** 2
    errors = [e0, e1, e2, e3]
    best = errors.index(min(errors))  # of equally good ones the first
    xs[i] = [[right, y], [x, up], [left, y], [x, down]][best]
    lists.compute_distance_matrix(xs, d_current, i)
    return errors[best]


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return lists.solve(d_goal, xs, epochs, move_point)
