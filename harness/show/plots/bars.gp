# One size: one row a variant. Called: gnuplot -c bars.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
# A row needs 27 points for its letters: with more than a picture holds, the picture grows.
height = series_count > 17 ? 253 + 27 * series_count : 720
load plots.'/style.gp'

set logscale x
set lmargin at screen 0.06 + 0.0093 * label_columns
set rmargin at screen 0.945 - 0.0088 * words_columns
set yrange [series_count + 0.6:0.4]
set xlabel axis textcolor rgb '#333333'
unset ytics
set border 1

# A bar has no natural foot on a logarithmic axis: a speedup's is 1, a time's the left edge.
thick = series_count > 15 ? 8 : series_count > 4 ? 120.0 / series_count : 30
foot = is_speedup ? 1 : value_low
do for [i = 1:series_count] {
    set label i label[i] at graph -0.015, first i right textcolor rgb ink(i) font ',16'
    set label 200 + i words[i] at graph 1.02, first i left textcolor rgb (count[i] > 0 ? '#333333' : '#8a3b00') font ',15'
}
if (is_speedup) {
    set arrow 1001 from first 1, graph 0 to first 1, graph 1 nohead back linewidth 1.5 dashtype 2 linecolor rgb '#6b6b6b'
}

plot for [i = 1:series_count] $data index i - 1 using (foot):"row":(column("value") - foot):(0) \
         with vectors nohead linewidth thick linecolor rgb int(sprintf('0xb0%s', colour(i)[2:7])), \
     for [i = 1:series_count] $data index i - 1 using "low":"row":(column("high") - column("low")):(0) \
         with vectors nohead linewidth 5 linecolor rgb colour(i), \
     for [i = 1:series_count] $data index i - 1 using "value":"row" \
         with points pointtype mark(i) pointsize scale(i) * 1.2 linewidth 2 linecolor rgb colour(i)
