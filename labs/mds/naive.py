"""Pattern search MDS as a beginner writes it: everything in loops, one pair of points at a time.

The search looks for points in the plane whose distances are d_goal. Each epoch moves every point
once by the radius, in that of four directions which leaves the smallest row error, even if staying
were better. The radius halves when an epoch did not lower the total error by more than 1e-4 of it.
"""

import numpy as np

START_RADIUS = 1.0
END_RADIUS = 1e-3
TOLERANCE = 1e-4

# +x, +y, -x, -y: of equally good moves the first is made.
DIRECTIONS = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]


def compute_distance_matrix(xs, d_current, i):
    """Bring row i and column i of the distance matrix up to date."""
    for k in range(len(xs)):
        distance = np.linalg.norm(xs[k] - xs[i])
        d_current[i, k] = distance
        d_current[k, i] = distance


def compute_mds_error(d_goal, d_current, i):
    """Return the row error of point i: how far its distances are from their goals."""
    error = 0.0
    for goal, current in zip(d_goal[i], d_current[i]):
        difference = goal - current
        error += difference * difference
    return error


def total_error(d_goal, xs, d_current, distance_matrix, mds_error):
    """Fill the whole distance matrix and return the sum of all row errors."""
    for i in range(len(xs)):
        distance_matrix(xs, d_current, i)
    error = 0.0
    for i in range(len(xs)):
        error += mds_error(d_goal, d_current, i)
    return error


def try_move(d_goal, xs, d_current, i, place, distance_matrix, mds_error):
    """Move point i to a place, to see how good it is; return its row error there."""
    xs[i] = place
    distance_matrix(xs, d_current, i)
    return mds_error(d_goal, d_current, i)


def make_move(xs, d_current, i, place, distance_matrix):
    """Move point i to a place, to stay; the matrix still holds the last place that was tried."""
    xs[i] = place
    distance_matrix(xs, d_current, i)


def move_point(d_goal, xs, d_current, i, radius, distance_matrix, mds_error):
    """Make the best move of point i and return its row error there."""
    x, y = xs[i]
    best_error = None
    for step_x, step_y in DIRECTIONS:
        place = x + step_x * radius, y + step_y * radius
        error = try_move(d_goal, xs, d_current, i, place, distance_matrix, mds_error)
        if best_error is None or error < best_error:
            best_error = error
            best_place = place
    make_move(xs, d_current, i, best_place, distance_matrix)
    return best_error


def solve(
    d_goal,
    xs,
    epochs,
    distance_matrix=compute_distance_matrix,
    mds_error=compute_mds_error,
):
    """Return (points, their total error, epochs done).

    The last two arguments are the functions that the other versions of this program replace.
    """
    xs = xs.copy()
    d_current = np.zeros(d_goal.shape)
    error = total_error(d_goal, xs, d_current, distance_matrix, mds_error)
    previous_error = np.inf
    radius = START_RADIUS
    done = 0
    while done < epochs and radius > END_RADIUS:
        if error >= previous_error or previous_error - error <= TOLERANCE * error:
            radius *= 0.5
        previous_error = error
        for i in range(len(xs)):
            before = mds_error(d_goal, d_current, i)
            after = move_point(
                d_goal, xs, d_current, i, radius, distance_matrix, mds_error
            )
            # A pair stands twice in the total error, once in each point's row.
            error += 2 * (after - before)
        done += 1
    # What the updates above rounded away does not stay in the result.
    error = total_error(d_goal, xs, d_current, distance_matrix, mds_error)
    return xs, error, done
