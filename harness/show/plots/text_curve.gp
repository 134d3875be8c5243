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
# Marks are letters, which gnuplot begins again after Z; each line's name begins with its letter.
do for [i = 1:series_count] {
    if (count[i] > 0) {
        set label i sprintf('%c %s', 65 + (i - 1) % 26, label[i]) at graph 1, first label_y[i] left offset 2, 0
    }
}
set rmargin label_columns + 5
plot for [i = 1:series_count] $data index i - 1 using "size":"value" with lines linetype 0, \
     for [i = 1:series_count] $data index i - 1 using "size":"value" with points pointtype i
