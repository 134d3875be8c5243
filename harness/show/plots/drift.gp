# The samples in the order as they were run: a panel a variant. Called: gnuplot -c drift.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
height = 260 + (rows > 12 ? 56 : 92) * (rows < 4 ? 4 : rows)
load plots.'/style.gp'

left_edge = 0.085 + 0.0093 * label_columns
tall = (height - 150.0 - 112.0) / rows
set lmargin at screen left_edge
set rmargin at screen 0.975
set xrange [0.5 - last * 0.005:last + 0.5 + last * 0.005]
set yrange [y_low:y_high]
set border 2
unset xtics
unset grid
rough = (y_high - y_low) / (tall > 120 ? 4.0 : 2.2)
power = 10.0 ** floor(log10(rough))
lead = rough / power
step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10)
set ytics 0 - ceil(-y_low / step) * step, step format '%g %%' font ',12'

held(y) = y < y_low ? y_low : y > y_high ? y_high : y
# The points' last column: 0 counts, 1 was left out, 2 stands in where a variant has no points.
beyond(y) = y < y_low || y > y_high
tone(i) = int(sprintf('0x60%s', colour(i)[2:7]))

# Blocks: a line where each begins, named where there is room.
do for [b = 1:blocks] {
    start = real(word(block_starts, b)) - 0.5
    set arrow 600 + b from first start, graph 0 to first start, graph 1 nohead back linewidth 1 linecolor rgb '#d5d5d5'
}
set arrow 599 from graph 0, first 0 to graph 1, first 0 nohead back linewidth 1 linecolor rgb '#888888'

set multiplot
do for [i = 1:rows] {
    set tmargin at screen 1 - (150.0 + (i - 1) * tall + 5) / height
    set bmargin at screen 1 - (150.0 + i * tall - 5) / height
    set label 50 label[i] at screen left_edge - 0.062, graph 0.5 right textcolor rgb ink(i) font ',16'
    if (i == rows) {
        set border 3
        do for [b = 1:blocks] {
            if (blocks <= 12 || b % (blocks / 6) == 1) {
                set label 600 + b sprintf(blocks <= 12 ? 'block %d' : '%d', b) at first real(word(block_starts, b)), graph 0 left offset 0, -1 \
                    textcolor rgb '#333333' font ',12'
            }
        }
        set label 51 taken.' samples, in the order as they were taken; lines begin a block of fresh processes' \
            at graph 0.5, graph 0 center offset 0, -2.3 textcolor rgb '#333333' font ',13'
    }
    plot $points index i - 1 using 1:($3 == 0 && !beyond($2) ? $2 : NaN) with points pointtype 7 pointsize mark_scale * 0.8 linecolor rgb tone(i), \
         $points index i - 1 using 1:($3 == 0 && beyond($2) ? held($2) : NaN) with points pointtype 9 pointsize mark_scale * 1.0 linecolor rgb tone(i), \
         $points index i - 1 using 1:($3 == 1 ? held($2) : NaN) with points pointtype 2 pointsize mark_scale * 1.1 linewidth 2 linecolor rgb '#9a3412', \
         $medians index i - 1 using 1:2 with lines linewidth 3 linecolor rgb colour(i)
    if (i == 1) { unset label 1001; unset label 1002; unset label 1003; unset label 1004 }
}
unset multiplot
