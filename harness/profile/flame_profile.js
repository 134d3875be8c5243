/* The profile that is in the picture, and what is said of its boxes. The first of three parts that
   svg.c puts into one function, so that nothing is left in a page that holds the picture: this one,
   flame_draw.js, flame_use.js. The measures come from the file, too. Nothing is loaded, nothing
   stored. */
const svg = document.currentScript.closest("svg");
const data = JSON.parse(svg.querySelector("script.profile").textContent);
const {look, names} = data;
const compared = data.samplesOld !== undefined;
const whole = svg === document.documentElement; // else the picture is part of a page
const SVG = "http://www.w3.org/2000/svg", HTML = "http://www.w3.org/1999/xhtml";
const NAME = {function: 0, file: 1, line: 2, kind: 3, shade: 4, oldFile: 5};

/* The boxes, each before those that it called. Box 0 is everything. A side is NEW (0) or OLD (1). */
const per = 4, count = data.boxes.length / per + 1;
const level = new Int32Array(count), name = new Int32Array(count), parent = new Int32Array(count);
const end = new Int32Array(count); // the first box behind those that it called
const sides = compared ? 2 : 1;
const self = [], total = [], start = [];
for (let side = 0; side < sides; side++) {
  self.push(new Float64Array(count)); total.push(new Float64Array(count)); start.push(new Float64Array(count));
}

function arrange() {
  const path = [0];
  name[0] = parent[0] = -1;
  for (let i = 1, at = 0; i < count; i++, at += per) {
    level[i] = data.boxes[at] + 1;
    name[i] = data.boxes[at + 1];
    parent[i] = path[level[i] - 1];
    path[level[i]] = i;
    for (let side = 0; side < sides; side++) total[side][i] = self[side][i] = data.boxes[at + 2 + side];
  }
  end.fill(count);
  const last = [];
  for (let i = 0; i < count; i++) {
    for (let up = last.length - 1; up >= level[i]; up--) end[last[up]] = i;
    last.length = level[i];
    last.push(i);
  }
  for (let side = 0; side < sides; side++) {
    for (let i = count - 1; i > 0; i--) total[side][parent[i]] += total[side][i];
    const next = new Float64Array(count);
    for (let i = 1; i < count; i++) {
      start[side][i] = start[side][parent[i]] + next[parent[i]];
      next[parent[i]] += total[side][i];
    }
  }
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────── */
const words = i => i === 0 ? "all" : names[name[i]][NAME.function];
const number = n => Math.round(n).toLocaleString("en-US");
const percent = share => (100 * share).toFixed(share > 0 && share < 0.001 ? 2 : 1) + " %";
const share = (i, side = shown) => total[side][i] / total[side][0];
const escape = text => text.replace(/[&<>"]/g, c => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"})[c]);

function place(i) {
  if (i === 0) return "";
  const entry = names[name[i]], line = entry[NAME.line] > 0 ? ":" + entry[NAME.line] : "";
  const old = compared ? entry[NAME.oldFile] : entry[NAME.file];
  return (old === entry[NAME.file] ? "" : old + " → ") + entry[NAME.file] + line;
}

function samples(n, rate) {
  const seconds = rate > 0 ? `, about ${(n / rate).toPrecision(3)} s` : "";
  return `${number(n)} ${n === 1 ? "sample" : "samples"}${seconds}`;
}

/* What a box has to say: lines for the tooltip, which a screen reader says, too. */
function facts(i) {
  const lines = [];
  if (compared) {
    const [now, before] = [share(i, 0), share(i, 1)], points = 100 * (now - before);
    const gone = total[0][i] === 0, fresh = total[1][i] === 0;
    lines.push(`${fresh ? "none" : percent(before)} → ${gone ? "none" : percent(now)}, ` +
               `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)} points` +
               (gone ? " (only in OLD)" : fresh ? " (only in NEW)" : ""));
    lines.push(`OLD: ${samples(total[1][i], data.rateOld)}`, `NEW: ${samples(total[0][i], data.rate)}`);
  } else {
    lines.push(`${percent(share(i))} of all: ${samples(total[0][i], data.rate)}`);
    if (zoomed > 0 && i >= zoomed && i < end[zoomed]) {
      lines.push(`${percent(total[0][i] / total[0][zoomed])} of ${words(zoomed)}`);
    }
    if (i > 0) lines.push(`${percent(self[0][i] / total[0][0])} of all in itself, the rest in what it called`);
    lines.push(...lineFacts(i));
  }
  const folded = i > 0 && data.folded[i - 1];
  if (folded) lines.push(`calls itself: up to ${number(folded)} more ${folded === 1 ? "frame is" : "frames are"} drawn as this one`);
  return lines;
}

function lineFacts(i) {
  const only = i > 0 && !compared ? data.boxes[(i - 1) * per + 3] : 0;
  const flat = only > 0 ? [only, 1] : i > 0 && data.lines[i - 1];
  if (!flat) return [];
  const pairs = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at], flat[at + 1]]);
  pairs.sort((a, b) => b[1] - a[1]);
  const all = pairs.reduce((sum, pair) => sum + pair[1], 0);
  const said = pairs.slice(0, 5).map(([line, n]) => `line ${line}: ${percent(n / all)}`).join(", ");
  return [`${said}${pairs.length > 5 ? `, and ${pairs.length - 5} more lines` : ""}`];
}
