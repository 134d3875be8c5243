# The looks that all pictures share. Needs: plots, ending, target, and the numbers (see plot.c).
# Colours: Okabe and Ito's palette, distinct for colour-blind readers and in print, less its yellow,
# which vanishes on white. Every variant also has its own mark. The baseline is grey.

set encoding utf8
set termoption noenhanced

# The two terminals differ in what a point of a letter and a unit of a mark are; these factors make
# their pictures look alike.
if (!exists('height')) { height = 720 }
mark_scale = ending eq 'svg' ? 0.55 : 1
if (ending eq 'png') {
    set terminal pngcairo size 1280,height noenhanced font 'DejaVu Sans,15' background '#ffffff'
} else {
    set terminal svg size 1280,height dynamic noenhanced font 'DejaVu Sans,15' fontscale 1.333 background '#ffffff'
}
set output target

array palette[7] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000']
# The same hues, dark enough for letters.
array inks[7] = ['#0067A3', '#B64F00', '#007A58', '#A34F83', '#9A6700', '#2F86B8', '#000000']
array marks[7] = [7, 5, 9, 13, 11, 15, 4]
array scales[7] = [1.5, 1.4, 1.7, 1.8, 1.7, 1.6, 1.4]

colour(i) = style[i] == 0 ? '#6b6b6b' : palette[(style[i] - 1) % 7 + 1]
ink(i) = style[i] == 0 ? '#555555' : inks[(style[i] - 1) % 7 + 1]
rgb(i) = int('0x'.colour(i)[2:7])
turn(i) = style[i] == 0 ? 0 : (style[i] - 1) / 7
mark(i) = style[i] == 0 ? 6 : marks[(style[i] - 1) % 7 + 1] - (turn(i) % 2)
scale(i) = mark_scale * (style[i] == 0 ? 1.4 : scales[(style[i] - 1) % 7 + 1])
# After seven variants the colours begin again, with hollow marks and broken lines; and again after
# fourteen, with other breaks.
array dashes[5] = [1, 4, 3, 5, 2]
dash(i) = style[i] == 0 ? 2 : dashes[turn(i) < 4 ? turn(i) + 1 : 5]

set border 3 linewidth 1.5 linecolor rgb '#444444'
set tics nomirror out scale 0.75, 0 textcolor rgb '#333333'
set grid linewidth 1 linetype 1 linecolor rgb '#e4e4e4'
unset key

set tmargin at screen 1 - 133.0 / height
set bmargin at screen (strlen(note) > 0 ? 119.0 / height : 90.0 / height)

set label 1001 lab at screen 0.022, 1 - 40.0 / height left font ',22' textcolor rgb '#111111'
set label 1002 heading at screen 0.022, 1 - 79.0 / height left font ',16' textcolor rgb '#333333'
set label 1003 origin at screen 0.022, 1 - 112.0 / height left font ',12' textcolor rgb '#777777'
set label 1004 note at screen 0.022, 20.0 / height left font ',12' textcolor rgb '#8a3b00'
