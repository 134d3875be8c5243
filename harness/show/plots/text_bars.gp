# One size in letters, for a terminal. Called: gnuplot -c text_bars.gp PLOTS dumb COLUMNSxROWS < numbers

plots = ARG1; room = ARG3
load '/dev/stdin'
set encoding utf8
cut = strstrt(room, 'x')
rows = int(room[cut + 1:])
# Two lines a variant, or one where that is too much; never less.
is_dense = 2 * series_count + 4 > rows
set terminal dumb mono noenhanced size int(room[1:cut - 1]), (is_dense ? series_count + 5 : 2 * series_count + 4)

set logscale x
set yrange [series_count + (is_dense ? 0.9 : 0.5):0.5]
set border 1
set tics nomirror scale 0.5
unset ytics
set label 1001 heading at screen 0, 1 left offset 1, -0.5
set tmargin 2
unset key
foot = is_speedup ? 1 : value_low
set lmargin label_columns + 2
set rmargin words_columns + 2
do for [i = 1:series_count] {
    set label i label[i] at graph 0, first i right offset -1, 0
    set label 200 + i words[i] at graph 1, first i left offset 1, 0
}
plot for [i = 1:series_count] $data index i - 1 using (foot):"row":(column("value") - foot):(0) with vectors nohead linetype 1, \
     for [i = 1:series_count] $data index i - 1 using "value":"row" with points pointtype i
