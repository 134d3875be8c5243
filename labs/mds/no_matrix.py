"""Another algorithm for the same search: without the distance matrix.

The matrix saves the distances of a point before its move. But nobody needs them: the total error
after an epoch can be summed as it goes. When point i has moved, the points j < i stand where they
stay for this epoch, so the chosen move's sum over j < i is final.
"""

from math import inf, sqrt

START_RADIUS = 1.0
END_RADIUS = 1e-3
TOLERANCE = 1e-4


def pairs_below(d_goal, x, y):
    """Return the total error, every pair of points counted once."""
    total = 0.0
    for i in range(len(x)):
        row, xi, yi = d_goal[i], x[i], y[i]
        for j in range(i):
            dx, dy = xi - x[j], yi - y[j]
            difference = row[j] - sqrt(dx * dx + dy * dy)
            total += difference * difference
    return total


def epoch(d_goal, x, y, radius):
    """Move every point once; return the total error afterwards, every pair counted once."""
    total = 0.0
    for i in range(len(x)):
        row, xi, yi = d_goal[i], x[i], y[i]
        right, up, left, down = xi + radius, yi + radius, xi - radius, yi - radius
        e0 = e1 = e2 = e3 = 0.0
        b0 = b1 = b2 = b3 = 0.0  # the sums over j < i
        for j in range(len(x)):
            if j == i:
                b0, b1, b2, b3 = e0, e1, e2, e3
                continue
            goal, xj, yj = row[j], x[j], y[j]
            dx, dy = xi - xj, yi - yj
            dx, dy = dx * dx, dy * dy
            d0 = goal - sqrt((right - xj) * (right - xj) + dy)
            d1 = goal - sqrt(dx + (up - yj) * (up - yj))
            d2 = goal - sqrt((left - xj) * (left - xj) + dy)
            d3 = goal - sqrt(dx + (down - yj) * (down - yj))
            e0 += d0 * d0
            e1 += d1 * d1
            e2 += d2 * d2
            e3 += d3 * d3
        # Of equally good moves the first.
        if e0 <= e1 and e0 <= e2 and e0 <= e3:
            x[i] = right
            total += b0
        elif e1 <= e2 and e1 <= e3:
            y[i] = up
            total += b1
        elif e2 <= e3:
            x[i] = left
            total += b2
        else:
            y[i] = down
            total += b3
    return total


def search(d_goal, x, y, epochs, total, one_epoch):
    """Carry out the search on x and y, in place; return (total error, epochs done)."""
    previous = inf
    radius = START_RADIUS
    done = 0
    while done < epochs and radius > END_RADIUS:
        if total >= previous or previous - total <= TOLERANCE * total:
            radius *= 0.5
        previous = total
        total = one_epoch(d_goal, x, y, radius)
        done += 1
    return 2.0 * total, done


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    if hasattr(xs, "tolist"):
        d_goal, xs = d_goal.tolist(), xs.tolist()
    x, y = [point[0] for point in xs], [point[1] for point in xs]
    error, done = search(d_goal, x, y, epochs, pairs_below(d_goal, x, y), epoch)
    return [[a, b] for a, b in zip(x, y)], error, done
