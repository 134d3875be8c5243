# A curve over the sizes, one line a variant. Called: gnuplot -c curve.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
# The name of a line takes 30 points: with more than a picture holds, the picture grows.
height = series_count > 15 ? 253 + 30 * series_count : 720
if (law_columns > 0) { heading = heading.', and how it grows' }
load plots.'/style.gp'

set logscale xy
right = 1 - 0.0093 * label_columns - (law_columns > 0 ? 0.0075 * law_columns + 0.012 : 0) - 0.045
set rmargin at screen right
set lmargin at screen 0.06 + 0.0092 * tick_columns
set xlabel 'problem size N' textcolor rgb '#333333'
set label 1005 axis at screen 0.022, graph 0.5 center rotate by 90 textcolor rgb '#333333'
set format y '%g'
law_at = 1 - 0.0075 * law_columns - 0.02

# The name of a line stands at its end, on the right edge; where it had to be moved to be readable,
# or where the line ends early, a thin line leads to it.
edge = 1.0
do for [i = 1:series_count] {
    if (count[i] > 0) {
        set label i label[i] at graph edge + 0.022, first label_y[i] left textcolor rgb ink(i) font ',16'
        if (strlen(law[i]) > 0) {
            set label 100 + i law[i] at screen law_at, first label_y[i] left textcolor rgb '#555555' font ',13'
        }
        set arrow i from first end_x[i], end_y[i] to graph edge + 0.018, first label_y[i] \
            nohead linewidth 1 dashtype 3 linecolor rgb colour(i)
    }
}
if (is_speedup) {
    set arrow 1001 from graph 0, first 1 to graph 1, first 1 nohead back linewidth 1.5 dashtype 2 linecolor rgb '#6b6b6b'
}
# Where two lines cross, a ring, and its size where a line that rises leaves room.
do for [i = 1:marks_count] {
    set label 300 + i mark_words[i] at first mark_x[i], mark_y[i] left offset 0.9, -0.9 front \
        point pointtype 6 pointsize mark_scale * 2.6 linewidth 2 linecolor rgb '#111111' \
        textcolor rgb '#111111' font ',14'
}

band(i) = count[i] > 0 && style[i] > 0 && is_speedup && !is_crowded
breadth = is_crowded ? 2 : 3
smaller = is_crowded ? 0.75 : 1
plot for [i = 1:series_count] $data index i - 1 using "size":(band(i) ? column("low") : NaN):"high" \
         with filledcurves fillstyle transparent solid 0.22 noborder fillcolor rgb colour(i), \
     for [i = 1:series_count] $data index i - 1 using "size":(is_speedup && style[i] == 0 ? NaN : column("value")) \
         with lines linewidth breadth dashtype dash(i) linecolor rgb colour(i), \
     for [i = 1:series_count] $data index i - 1 using "size":"value" \
         with points pointtype mark(i) pointsize smaller * scale(i) linewidth 2 linecolor rgb colour(i)
