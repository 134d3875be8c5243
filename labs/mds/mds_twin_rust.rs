// The search of no_matrix.py in Rust, for comparison with mds_twin_c.c: the same algorithm, line by
// line, called the same way (by_ctypes.py). Strict arithmetic in both, for any processor of the
// architecture. No crates: rustc alone builds it.
// flags: -C opt-level=3 -C panic=abort

const START_RADIUS: f64 = 1.0;
const END_RADIUS: f64 = 1e-3;
const TOLERANCE: f64 = 1e-4;

fn pairs_below(d_goal: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for i in 0..n {
        let row = &d_goal[i * n..(i + 1) * n];
        for ((goal, xj), yj) in row.iter().zip(&x[..i]).zip(&y[..i]) {
            let (dx, dy) = (x[i] - xj, y[i] - yj);
            let difference = goal - (dx * dx + dy * dy).sqrt();
            total += difference * difference;
        }
    }
    total
}

/// Adds what the pairs of a point and the others in x and y give to the errors of the four moves.
fn add_pairs(row: &[f64], x: &[f64], y: &[f64], place: [f64; 2], radius: f64, error: &mut [f64; 4]) {
    let (right, up) = (place[0] + radius, place[1] + radius);
    let (left, down) = (place[0] - radius, place[1] - radius);
    let [mut e0, mut e1, mut e2, mut e3] = *error;
    for ((goal, xj), yj) in row.iter().zip(x).zip(y) {
        let dx = (place[0] - xj) * (place[0] - xj);
        let dy = (place[1] - yj) * (place[1] - yj);
        let d0 = goal - ((right - xj) * (right - xj) + dy).sqrt();
        let d1 = goal - (dx + (up - yj) * (up - yj)).sqrt();
        let d2 = goal - ((left - xj) * (left - xj) + dy).sqrt();
        let d3 = goal - (dx + (down - yj) * (down - yj)).sqrt();
        e0 += d0 * d0;
        e1 += d1 * d1;
        e2 += d2 * d2;
        e3 += d3 * d3;
    }
    *error = [e0, e1, e2, e3];
}

fn epoch(d_goal: &[f64], x: &mut [f64], y: &mut [f64], radius: f64) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for i in 0..n {
        let row = &d_goal[i * n..(i + 1) * n];
        let place = [x[i], y[i]];
        let mut error = [0.0; 4];
        add_pairs(&row[..i], &x[..i], &y[..i], place, radius, &mut error);
        let below = error;
        add_pairs(&row[i + 1..], &x[i + 1..], &y[i + 1..], place, radius, &mut error);
        let mut best = 0;
        for m in 1..4 {
            if error[m] < error[best] {
                best = m;
            }
        }
        let axis = if best % 2 == 0 { &mut x[i] } else { &mut y[i] };
        *axis += if best < 2 { radius } else { -radius };
        total += below[best];
    }
    total
}

fn search(d_goal: &[f64], x: &mut [f64], y: &mut [f64], epochs: u64) -> (f64, u64) {
    let mut total = pairs_below(d_goal, x, y);
    let mut previous = f64::INFINITY;
    let mut radius = START_RADIUS;
    let mut done = 0;
    while done < epochs && radius > END_RADIUS {
        if total >= previous || previous - total <= TOLERANCE * total {
            radius *= 0.5;
        }
        previous = total;
        total = epoch(d_goal, x, y, radius);
        done += 1;
    }
    (2.0 * total, done)
}

/// As mds_twin_solve in mds_twin_c.c.
///
/// # Safety
/// d_goal holds n × n numbers, x and y hold n each, error holds one; x and y overlap nothing.
#[no_mangle]
pub unsafe extern "C" fn mds_twin_solve(
    d_goal: *const f64,
    x: *mut f64,
    y: *mut f64,
    n: usize,
    epochs: u64,
    error: *mut f64,
) -> u64 {
    let d_goal = std::slice::from_raw_parts(d_goal, n * n);
    let x = std::slice::from_raw_parts_mut(x, n);
    let y = std::slice::from_raw_parts_mut(y, n);
    let (total, done) = search(d_goal, x, y, epochs);
    *error = total;
    done
}
