# What each change bought: a bar a variant, from 1 to its ratio. Called: gnuplot -c steps.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
height = 283 + 44 * (rows < 6 ? 6 : rows)
load plots.'/style.gp'

set logscale x
set lmargin at screen 0.335
set rmargin at screen 0.745
set yrange [rows + 0.6:0.4]
set xlabel 'times faster than the variant that it comes after' textcolor rgb '#333333'
unset ytics
set border 1

# Faster, slower, not resolved (enum verdict): blue, vermilion, grey.
array tints[3] = ['0x0072B2', '0xD55E00', '0x8a8a8a']
array pales[3] = ['0xb00072B2', '0xb0D55E00', '0xb08a8a8a']
do for [i = 1:rows] {
    set label i label[i] at graph -0.02, first i - 0.18 right textcolor rgb '#222222' font ',15'
    set label 200 + i after[i] at graph -0.02, first i + 0.3 right textcolor rgb '#777777' font ',12'
    set label 400 + i words[i] at graph 1.02, first i left textcolor rgb '#333333' font ',14'
}
set arrow 1001 from first 1, graph 0 to first 1, graph 1 nohead back linewidth 1.5 dashtype 2 linecolor rgb '#6b6b6b'

tint(i) = int(tints[verdict[i] + 1])
pale(i) = int(pales[verdict[i] + 1])
plot for [i = 1:rows] '+' using (1):(i):(value[i] - 1):(0) every ::0::0 \
         with vectors nohead linewidth 14 linecolor rgb pale(i), \
     for [i = 1:rows] '+' using (low[i]):(i):(high[i] - low[i]):(0) every ::0::0 \
         with vectors nohead linewidth 5 linecolor rgb tint(i), \
     for [i = 1:rows] '+' using (value[i]):(i) every ::0::0 \
         with points pointtype 7 pointsize 1.3 * mark_scale linecolor rgb tint(i)
