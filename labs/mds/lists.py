"""The naive search on Python's own lists and floats: no element of an array is touched in the loop.

NumPy's arrays hold plain doubles; whoever reads an element has an object made of it each time, and
arithmetic on such objects goes through NumPy's machinery for arrays. A list holds the objects.
"""

from math import sqrt

START_RADIUS = 1.0
END_RADIUS = 1e-3
TOLERANCE = 1e-4
DIRECTIONS = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]


def plain(array):
    """Lists of floats from an array, or the lists themselves."""
    return array.tolist() if hasattr(array, "tolist") else [list(row) for row in array]


def compute_distance_matrix(xs, d_current, i):
    """Bring row i and column i of the distance matrix up to date."""
    for k in range(len(xs)):
        dx = xs[k][0] - xs[i][0]
        dy = xs[k][1] - xs[i][1]
        distance = sqrt(dx * dx + dy * dy)
        d_current[i][k] = distance
        d_current[k][i] = distance


def compute_mds_error(d_goal, d_current, i):
    """Return the row error of point i."""
    error = 0.0
    for goal, current in zip(d_goal[i], d_current[i]):
        difference = goal - current
        error += difference * difference
    return error


def total_error(d_goal, xs, d_current):
    """Fill the whole distance matrix and return the sum of all row errors."""
    for i in range(len(xs)):
        compute_distance_matrix(xs, d_current, i)
    error = 0.0
    for i in range(len(xs)):
        error += compute_mds_error(d_goal, d_current, i)
    return error


def move_point(d_goal, xs, d_current, i, radius):
    """Make the best move of point i and return its row error there."""
    x, y = xs[i]
    best_error = None
    for step_x, step_y in DIRECTIONS:
        xs[i] = [x + step_x * radius, y + step_y * radius]
        compute_distance_matrix(xs, d_current, i)
        error = compute_mds_error(d_goal, d_current, i)
        if best_error is None or error < best_error:
            best_error = error
            best_point = xs[i]
    xs[i] = best_point
    compute_distance_matrix(xs, d_current, i)
    return best_error


def solve(d_goal, xs, epochs, move=move_point):
    """Return (points, their total error, epochs done)."""
    d_goal, xs = plain(d_goal), plain(xs)
    d_current = [[0.0] * len(xs) for _ in xs]
    error = total_error(d_goal, xs, d_current)
    previous_error = float("inf")
    radius = START_RADIUS
    done = 0
    while done < epochs and radius > END_RADIUS:
        if error >= previous_error or previous_error - error <= TOLERANCE * error:
            radius *= 0.5
        previous_error = error
        for i in range(len(xs)):
            before = compute_mds_error(d_goal, d_current, i)
            error += 2 * (move(d_goal, xs, d_current, i, radius) - before)
        done += 1
    error = total_error(d_goal, xs, d_current)
    return xs, error, done
