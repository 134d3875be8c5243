# Where a total goes: a bar a variant, its parts as shares of the whole, the whole in words at its end;
# beside it, where it is known, the fixed part of a small call. Called: gnuplot -c total.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
height = 242 + (rows > 12 ? 34 : 62) * (rows < 4 ? 4 : rows)
load plots.'/style.gp'

# Paul Tol's muted scheme: told apart by colour-blind readers, and unlike the variants' colours,
# which mean something else. Letters are dark or white by the colour below them.
array tint[5] = ['#bbbbbb', '#88ccee', '#ddcc77', '#cc6677', '#117733']
array letters[5] = ['#222222', '#222222', '#222222', '#ffffff', '#ffffff']
thick = 0.33
left_edge = 0.06 + 0.0093 * label_columns
split = has_fixed ? 0.66 : 0.90
legend = 1 - 158.0 / height
above = 1 - 196.0 / height
top = 1 - 212.0 / height
bottom = 30.0 / height

unset border
unset grid
unset ytics
unset xtics
set yrange [rows + 0.5:0.5]
set xrange [0:1]
set tmargin at screen top
set bmargin at screen bottom
set multiplot

# Left: the parts, and above them what each colour means.
set lmargin at screen left_edge
set rmargin at screen split
array step[5] = [0, 0.148, 0.229, 0.322, 0.416]
set label 399 'from starting Python to a warm call' at screen left_edge, above left textcolor rgb '#777777' font ',13'
do for [j = 1:parts] {
    set object 400 + j rectangle from screen left_edge + step[j], legend - 8.0 / height to screen left_edge + step[j] + 0.0125, legend + 8.0 / height \
        fillcolor rgb tint[j] fillstyle solid noborder
    set label 400 + j part[j] at screen left_edge + step[j] + 0.018, legend left textcolor rgb '#333333' font ',13'
}
do for [i = 1:rows] {
    set label i label[i] at graph -0.015, first i right textcolor rgb '#333333' font ',16'
    set label 100 + i total[i] at graph 1.015, first i left textcolor rgb '#111111' font ',15'
    from = 0.0
    do for [j = 1:parts] {
        k = (i - 1) * parts + j
        set object k rectangle from first from, i - thick to first from + share[k], i + thick \
            fillcolor rgb tint[j] fillstyle solid border rgb '#ffffff'
        held = share[k] * (split - left_edge) >= 0.075 ? words[k] : '' # where there is room for it
        set label 1100 + k held at first from + share[k] / 2, i center front textcolor rgb letters[j] font ',13'
        from = from + share[k]
    }
}
plot NaN notitle

# Right: the fixed part of a call at the smallest size.
if (has_fixed) {
    do for [k = 1:rows * parts] {
        unset object k
        unset label 1100 + k
    }
    do for [j = 1:parts] {
        unset object 400 + j
        unset label 400 + j
    }
    unset label 399; unset label 1001; unset label 1002; unset label 1003; unset label 1004
    set lmargin at screen split + 0.105
    set rmargin at screen 0.915
    set label 500 small at screen split + 0.105, above left textcolor rgb '#777777' font ',13'
    do for [i = 1:rows] {
        unset label i
        set label 100 + i call[i] at graph 1.03, first i left textcolor rgb '#111111' font ',15'
        set label 1100 + i fixed_words[i] at first (fixed[i] < 0 ? 0.5 : fixed[i] / 2), i \
            center front textcolor rgb (fixed[i] < 0 ? '#777777' : '#ffffff') font ',13'
        set object 2 * i rectangle from first 0, i - thick to first 1, i + thick \
            fillcolor rgb (fixed[i] < 0 ? '#eeeeee' : '#c9dfd0') fillstyle solid border rgb '#ffffff'
        if (fixed[i] >= 0) {
            set object 2 * i + 1 rectangle from first 0, i - thick to first fixed[i], i + thick \
                fillcolor rgb '#332288' fillstyle solid border rgb '#ffffff'
        }
    }
    plot NaN notitle
}
unset multiplot
