# A curve in letters, for a terminal. Called: gnuplot -c text_curve.gp PLOTS dumb COLUMNSxROWS < numbers

plots = ARG1; room = ARG3
load '/dev/stdin'
set encoding utf8
cut = strstrt(room, 'x')
rows = int(room[cut + 1:])
least = series_count + 6
set terminal dumb mono noenhanced size int(room[1:cut - 1]), (least > rows ? least : rows)

set logscale xy
set tics nomirror scale 0.5
set border 3
unset xlabel
set label 1001 heading at screen 0, 1 left offset 1, -0.5
set tmargin 2
unset key
# Marks are letters, and each line's name begins with its letter. gnuplot's own begin again after Z:
# small ones are labels, which it cannot put on a line without points.
letter(i) = sprintf('%c', i <= 26 ? 64 + i : 97 + (i - 27) % 26)
small = ''
do for [i = 1:series_count] {
    if (count[i] > 0) {
        set label i letter(i).' '.label[i] at graph 1, first label_y[i] left offset 2, 0
    }
    if (count[i] > 0 && i > 26) {
        small = small.sprintf(', $data index %d using "size":"value":(letter(%d)) with labels', i - 1, i)
    }
}
set rmargin label_columns + 5
capitals = series_count < 26 ? series_count : 26
eval 'plot for [i = 1:series_count] $data index i - 1 using "size":"value" with lines linetype 0,'. \
     'for [i = 1:capitals] $data index i - 1 using "size":"value" with points pointtype i'.small
