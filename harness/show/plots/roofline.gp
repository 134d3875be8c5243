# Kernels below the machine's roofs. Called: gnuplot -c roofline.gp PLOTS png|svg TARGET < numbers

plots = ARG1; ending = ARG2; target = ARG3
load '/dev/stdin'
height = points_count > 22 ? 290 + 20 * points_count : 760
array style[1] = [1]
load plots.'/style.gp'

set logscale xy
set lmargin at screen 0.075
set rmargin at screen 0.70
set bmargin at screen 80.0 / height
set xrange [x_low:x_high]
set format x '%g'
set format y '%g'
set xlabel 'arithmetic intensity: floating-point operations a byte' textcolor rgb '#333333'
set label 1005 'GFLOP/s' at screen 0.022, graph 0.5 center rotate by 90 textcolor rgb '#333333'

peak = 0
do for [i = 1:roofs_count] { peak = roof[i] > peak ? roof[i] : peak }
set yrange [y_low:y_high]

# Slopes end where they meet the highest roof; they lie so close that their names stand in a list.
set label 100 'slopes, from the left' at screen 0.715, 1 - (170.0 + 20 * points_count) / height \
    left textcolor rgb '#666666' font ',12'
do for [i = 1:slopes_count] {
    if (slope[i] > 0) {
        from = x_low * slope[i] > y_low ? x_low : y_low / slope[i]
        set arrow i from first from, from * slope[i] to first peak / slope[i], peak nohead back \
            linewidth 2 linecolor rgb '#8a8a8a'
        set label 100 + i slope_name[i] at screen 0.745, \
            1 - (170.0 + 20 * (points_count + i)) / height left textcolor rgb '#666666' font ',12'
    }
}
do for [i = 1:roofs_count] {
    set arrow 50 + i from graph 0, first roof[i] to graph 1, first roof[i] nohead back \
        linewidth 2 dashtype 2 linecolor rgb '#8a8a8a'
    set label 150 + i roof_name[i] at graph 0.99 - 0.33 * (i - 1), first roof[i] right offset 0, 0.55 \
        textcolor rgb '#666666' font ',11'
}

tint(c) = int('0x'.palette[(int(c) - 1) % 7 + 1][2:7])
dark(c) = inks[(int(c) - 1) % 7 + 1]

# The list of kernels, numbered as their points.
array colour_at[points_count]
array name_at[points_count]
array speed_at[points_count]
stats $data using (colour_at[int($1)] = $4, speed_at[int($1)] = $3, name_at[int($1)] = strcol(5), $1) nooutput
do for [i = 1:points_count] {
    y = 1 - (150.0 + 20 * (i - 1)) / height
    set label 200 + i sprintf('%d', i) at screen 0.735, y right textcolor rgb dark(colour_at[i]) font ',12'
    set label 300 + i name_at[i] at screen 0.745, y left textcolor rgb dark(colour_at[i]) font ',12'
}

plot $data using 2:3:(tint($4)) with points pointtype 7 pointsize mark_scale * 1.3 linecolor rgb variable, \
     $data using 6:7:(sprintf('%d', int($1))):(tint($4)) with labels center font ',12' textcolor rgb variable
