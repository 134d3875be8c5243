# The distribution of the samples: a row a variant, a panel a size. Called: gnuplot -c spread.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
height = 272 + (rows > 12 ? 44 : 78) * (rows < 4 ? 4 : rows)
load plots.'/style.gp'

left_edge = 0.045 + 0.0093 * label_columns
gap = 0.022
wide = (0.975 - left_edge - gap * (panels - 1)) / panels
top = 1 - 172.0 / height
set tmargin at screen top
set bmargin at screen 100.0 / height
set yrange [rows + 0.5:0.5]
set xrange [x_low:x_high]
set border 1
unset ytics
unset grid
set xtics format '%g %%' font ',12' textcolor rgb '#333333'
# Few enough ticks for a narrow panel.
span = x_high - x_low
rough = span / (panels > 3 ? 2.5 : panels > 1 ? 4.0 : 8.0)
power = 10.0 ** floor(log10(rough))
lead = rough / power
step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10)
set xtics 0 - ceil(-x_low / step) * step, step

held(x) = x < x_low ? x_low : x > x_high ? x_high : x
# The last column: 0 counts, 1 was left out, 2 stands in where a panel has no points.
kind(x, bad) = bad > 0 ? bad + 1 : x < x_low || x > x_high ? 1 : 0
tone(i, bad) = bad ? 0x9a3412 : int(sprintf('0x60%s', colour(int(i))[2:7]))
light(i) = sprintf('#d0%s', colour(i)[2:7])

set multiplot
do for [p = 1:panels] {
    at = left_edge + (p - 1) * (wide + gap)
    set lmargin at screen at
    set rmargin at screen at + wide
    set label 50 size[p] at graph 0.5, graph 1 center offset 0, 0.7 textcolor rgb '#333333' font ',14'
    set arrow 51 from first 0, graph 0 to first 0, graph 1 nohead back linewidth 1.5 linecolor rgb '#888888'
    do for [i = 1:rows] {
        k = (p - 1) * rows + i
        if (p == 1) { set label 100 + i label[i] at graph 0, first i right offset -1, 0 textcolor rgb ink(i) font ',16' }
        else { unset label 100 + i }
        unset object i
        if (has_box[k]) {
            set object i rectangle from first held(box_low[k]), i - 0.4 to first held(box_high[k]), i + 0.4 \
                behind fillcolor rgb light(i) fillstyle solid border rgb colour(i)
        }
    }
    plot $points index p - 1 using (kind($2, $4) == 0 ? $2 : NaN):3:(tone($1, 0)) with points pointtype 7 pointsize mark_scale * 0.9 linecolor rgb variable, \
         $points index p - 1 using (kind($2, $4) == 1 ? held($2) : NaN):3:(tone($1, 0)) with points pointtype 9 pointsize mark_scale * 1.1 linecolor rgb variable, \
         $points index p - 1 using (kind($2, $4) == 2 ? held($2) : NaN):3:(tone($1, 1)) with points pointtype 2 pointsize mark_scale * 1.1 linewidth 2 linecolor rgb variable
    if (p == 1) { unset label 1001; unset label 1002; unset label 1003; unset label 1004 }
}
unset multiplot
