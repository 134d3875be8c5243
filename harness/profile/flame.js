/* Zoom, search and tooltips of a flame graph. It draws into the picture that is there already,
   from the JSON beside it; the measures come from there, too. Nothing is loaded, nothing stored. */
(() => {
"use strict";
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

/* ── Drawing ───────────────────────────────────────────────────────────────────────────────── */
let zoomed = 0, focused = 0, shown = 0, icicle = data.icicle, pattern = null;
let matched = null; // by name: whether the search has found it
let width = 0, rows = data.rows;
const pen = document.createElementNS(HTML, "canvas").getContext("2d");
const widths = new Map();

function make(tag, attributes, parentNode, space = SVG) {
  const element = document.createElementNS(space, tag);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parentNode) parentNode.append(element);
  return element;
}

function measure(text) {
  let found = widths.get(text);
  if (found === undefined) widths.set(text, found = pen.measureText(text).width);
  return found;
}

/* As much of the text as fits, with an ellipsis; nothing if hardly a letter would. */
function fitting(text, room) {
  if (measure(text) <= room) return text;
  const letters = Array.from(text);
  let low = 0, high = letters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(letters.slice(0, middle).join("") + "…").width <= room) low = middle; else high = middle - 1;
  }
  return low < 3 ? "" : letters.slice(0, low).join("") + "…";
}

const rowY = row => look.top + look.row * (icicle ? row : rows - 1 - row);

function colour(i) {
  if (i === 0) return "all";
  if (!compared) return `k${names[name[i]][NAME.kind]}s${names[name[i]][NAME.shade]}`;
  const points = 100 * (share(i, 0) - share(i, 1));
  const step = look.steps.filter(least => Math.abs(points) >= least).length;
  return step === 0 ? "z" : (points > 0 ? "p" : "m") + step;
}

function boxText(i, x, y, w) {
  if (w < look.textFrom) return "";
  let room = w - 9, out = "";
  const baseline = y + 14;
  if (w >= look.shareFrom) {
    room -= 64;
    out = `<text class="share" x="${(x + w - 6).toFixed(2)}" y="${baseline}">${percent(share(i))}</text>`;
  }
  const label = fitting(words(i) + (i > 0 && data.folded[i - 1] ? " ↻" : ""), room);
  if (label === "") return out;
  const file = place(i), fits = file !== "" && measure(label) + 10 + measure(file) <= room;
  return out + `<text x="${(x + 4).toFixed(2)}" y="${baseline}">${escape(label)}` +
         (fits ? `<tspan class="file" dx="7">${escape(file)}</tspan>` : "") + "</text>";
}

const inSearch = i => matched === null || (i > 0 && matched[name[i]]);

function boxMarkup(i, x, w, above) {
  const y = rowY(level[i]), classes = colour(i) + (above ? " above" : "") + (inSearch(i) ? "" : " missed");
  const gap = w > 4 ? 1 : 0;
  return `<rect class="${classes}" x="${x.toFixed(2)}" y="${y}" width="${(w - gap).toFixed(2)}" height="${look.row - 1}"/>` +
         boxText(i, x, y, w - gap);
}

/* Gives the graph as many rows as it needs now. Callers below: what is at the bottom stays there. */
function fit(needed) {
  const grown = (needed - rows) * look.row;
  rows = needed;
  height = stillHeight + (rows - data.rows) * look.row;
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  ground.setAttribute("height", rows * look.row);
  float.setAttribute("height", height);
  for (const [part, y] of below) part.setAttribute("transform", `translate(${look.margin} ${y + (rows - data.rows) * look.row})`);
  if (whole && !icicle && grown !== 0 && scrollY > 0) scrollBy(0, grown);
}

/* Boxes too narrow to be seen alone are joined with those beside them: the number of things drawn
   depends on the window, not on the profile. */
function draw() {
  const left = look.margin, room = width - 2 * look.margin;
  const base = start[shown][zoomed], scale = room / total[shown][zoomed];
  let deepest = level[zoomed];
  for (let i = zoomed; i < end[zoomed];) {
    if (total[shown][i] * scale < look.least) { i = end[i]; continue; }
    deepest = Math.max(deepest, level[i++]);
  }
  fit(deepest + 1);
  const markup = [], runs = [];
  const closeRun = (row, run) => markup.push(`<rect class="${run.classes}" x="${run.from.toFixed(2)}" y="${rowY(row)}" ` +
    `width="${(run.to - run.from).toFixed(2)}" height="${look.row - 1}"/>`);
  const path = [];
  for (let i = parent[zoomed]; i >= 0; i = parent[i]) path.push(i);
  for (const i of path.reverse()) markup.push(boxMarkup(i, left, room, true));
  for (let i = zoomed; i < end[zoomed];) {
    const w = total[shown][i] * scale, x = left + (start[shown][i] - base) * scale;
    if (w < 0.1 || level[i] > deepest) { i = end[i]; continue; }
    if (w >= look.alone) {
      markup.push(boxMarkup(i, x, w, false));
    } else {
      const classes = colour(i) + (inSearch(i) ? "" : " missed"), run = runs[level[i]];
      if (run && x - run.to <= 0.5 && run.classes === classes) run.to = x + w;
      else {
        if (run) closeRun(level[i], run);
        runs[level[i]] = {classes, from: x, to: x + w};
      }
    }
    i++;
  }
  runs.forEach((run, row) => closeRun(row, run));
  boxes.innerHTML = markup.join("");
  drawWay();
  frame(ring, document.activeElement === graph ? focused : -1);
  frame(hover, -1);
  reset.disabled = zoomed === 0 && pattern === null;
}

/* Where a box is drawn now; null when it is not. */
function rectangle(i) {
  const room = width - 2 * look.margin;
  if (i <= zoomed && end[i] >= end[zoomed]) return {x: look.margin, y: rowY(level[i]), w: room};
  if (i < zoomed || i >= end[zoomed]) return null;
  const scale = room / total[shown][zoomed];
  return {x: look.margin + (start[shown][i] - start[shown][zoomed]) * scale, y: rowY(level[i]), w: total[shown][i] * scale};
}

function frame(element, i) {
  const at = i < 0 ? null : rectangle(i);
  element.setAttribute("display", at ? "inline" : "none");
  if (!at) return;
  for (const [key, value] of [["x", at.x], ["y", at.y], ["width", Math.max(at.w - 1, 1)], ["height", look.row - 1]]) {
    element.setAttribute(key, value);
  }
}

/* The box at a point of the picture, or −1. */
function boxAt(x, y) {
  const row = Math.floor((y - look.top) / look.row), target = icicle ? row : rows - 1 - row;
  const room = width - 2 * look.margin, across = (x - look.margin) / room;
  if (target < 0 || target >= rows || across < 0 || across >= 1) return -1;
  if (target <= level[zoomed]) {
    let i = zoomed;
    while (level[i] > target) i = parent[i];
    return i;
  }
  const value = start[shown][zoomed] + across * total[shown][zoomed];
  let i = zoomed;
  while (level[i] < target) {
    let child = i + 1;
    while (child < end[i] && start[shown][child] + total[shown][child] <= value) child = end[child];
    if (child >= end[i] || start[shown][child] > value) return -1;
    i = child;
  }
  return i;
}

/* ── The lines above the graph ─────────────────────────────────────────────────────────────── */
function drawWay() {
  way.textContent = "";
  if (zoomed === 0) {
    way.textContent = hint;
    return;
  }
  const path = [];
  for (let i = zoomed; i >= 0; i = parent[i]) path.unshift(i);
  const room = width - 2 * look.margin;
  let used = 0, from = path.length - 1;
  while (from > 0 && used + measure(words(path[from])) + 24 < room - 80) used += measure(words(path[from--])) + 24;
  const steps = from > 0 ? [0, ...path.slice(from + 1)] : path;
  steps.forEach((i, at) => {
    if (at > 0) make("tspan", {}, way).textContent = at === 1 && from > 0 ? " › … › " : " › ";
    const step = make("tspan", at < steps.length - 1 ? {class: "step", role: "button"} : {class: "strong"}, way);
    step.textContent = fitting(words(i), room / 2) || words(i).slice(0, 3);
    step.addEventListener("click", () => zoom(i));
  });
}

function say() {
  let text = "";
  if (pattern !== null) {
    let sum = 0, within = 0;
    for (let i = 0; i < count;) {
      if (i > 0 && matched[name[i]]) {
        sum += total[shown][i];
        if (i >= zoomed && i < end[zoomed]) within += total[shown][i];
        else if (i < zoomed && end[i] >= end[zoomed]) within += total[shown][zoomed];
        i = end[i]; // what it called is in it already
      } else i++;
    }
    const functions = matched.reduce((n, found) => n + found, 0);
    text = `found: ${percent(sum / total[shown][0])} of all, ${number(sum)} samples, ` +
           `${number(functions)} ${functions === 1 ? "function" : "functions"}`;
    if (zoomed > 0) text += `; ${percent(within / total[shown][zoomed])} of ${words(zoomed)}`;
    if (literal) text += " (read as plain text: it is no regular expression)";
  }
  found.textContent = text;
}

/* ── What can be done ──────────────────────────────────────────────────────────────────────── */
function zoom(i) {
  if (total[shown][i] === 0) return;
  zoomed = i;
  focused = i;
  draw();
  say();
  hideTip();
  if (document.activeElement === graph) showFocus();
}

let literal = false;
function search(text) {
  pattern = text === "" ? null : text;
  matched = null;
  literal = false;
  if (pattern !== null) {
    let expression;
    try { expression = new RegExp(pattern, "i"); } catch {
      literal = true;
      expression = new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
    }
    matched = names.map(entry => expression.test(entry[NAME.function]) || expression.test(entry[NAME.file]) ||
      (entry[NAME.line] > 0 && expression.test(`${entry[NAME.file]}:${entry[NAME.line]}`)));
  }
  draw();
  say();
}

function resetAll() {
  field.value = "";
  pattern = matched = null;
  zoom(0);
}

function flip() {
  icicle = !icicle;
  hint = icicle ? hint.replace("stands on top of", "stands below") : hint.replace("stands below", "stands on top of");
  draw();
  toRoot();
}

function toRoot() {
  if (whole) scrollTo(0, icicle ? 0 : document.documentElement.scrollHeight);
}

/* ── Tooltip and focus ─────────────────────────────────────────────────────────────────────── */
const view = () => whole ? {top: scrollY, bottom: scrollY + innerHeight} : {top: 0, bottom: height};

function showTip(i, x, y) {
  tip.textContent = "";
  make("b", {}, tip, HTML).textContent = words(i);
  const where = place(i);
  if (where !== "") make("i", {}, tip, HTML).textContent = where;
  for (const line of facts(i)) make("div", {}, tip, HTML).textContent = line;
  putTip(x, y);
}

function putTip(x, y) {
  tip.style.display = "block";
  const {top, bottom} = view(), box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 14, width - box.width - 8)) + "px";
  const below = y + 18;
  tip.style.top = Math.max(top + 4, below + box.height + 8 < bottom ? below : y - box.height - 12) + "px";
}

function hideTip() {
  tip.style.display = "none";
}

function showFocus() {
  const at = rectangle(focused);
  frame(ring, focused);
  if (!at) return;
  if (whole && (at.y < scrollY + look.head || at.y + look.row > scrollY + innerHeight)) scrollTo(0, at.y - innerHeight / 2);
  showTip(focused, at.x + Math.min(at.w / 2, 60), at.y + look.row);
  spoken.textContent = [words(focused), place(focused), ...facts(focused)].join(". ");
}

const visible = i => i > 0 && total[shown][i] > 0;
function firstChild(i) {
  return i + 1 < end[i] && visible(i + 1) ? i + 1 : widestChild(i);
}
function widestChild(i) {
  let best = -1;
  for (let child = i + 1; child < end[i]; child = end[child]) {
    if (visible(child) && (best < 0 || total[shown][child] > total[shown][best])) best = child;
  }
  return best;
}
function neighbour(i, direction) {
  if (i <= zoomed) return -1;
  let before = -1;
  for (let child = parent[i] + 1; child < end[parent[i]]; child = end[child]) {
    if (direction < 0 && child === i) return before;
    if (direction > 0 && child > i && visible(child)) return child;
    if (visible(child)) before = child;
  }
  return -1;
}

function keyInGraph(event) {
  const up = icicle ? parent[focused] : firstChild(focused), down = icicle ? firstChild(focused) : parent[focused];
  const moves = {ArrowUp: () => up, ArrowDown: () => down, ArrowLeft: () => neighbour(focused, -1),
                 ArrowRight: () => neighbour(focused, 1), Home: () => zoomed};
  if (event.key in moves) {
    const to = moves[event.key]();
    if (to >= 0) focused = to;
    showFocus();
  } else if (event.key === "Enter" || event.key === " ") {
    zoom(focused);
  } else return false;
  return true;
}

function key(event) {
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "f" || document.activeElement === field) return; // twice: the browser's own
    field.focus();
    field.select();
  } else if (event.altKey) {
    return;
  } else if (event.key === "Escape") {
    if (help.open) toggleHelp();
    else if (pattern !== null) { field.value = ""; search(""); graph.focus(); }
    else if (zoomed > 0) zoom(parent[zoomed]);
    else { hideTip(); frame(ring, -1); }
  } else if (document.activeElement === field) {
    if (event.key !== "Enter") return;
    search(field.value);
  } else if (event.key === "/") {
    field.focus();
  } else if (event.key === "?") {
    toggleHelp();
  } else if (event.target.tagName === "button" || !keyInGraph(event)) {
    return;
  }
  event.preventDefault();
}

const help = {open: false};
function toggleHelp() {
  help.open = !help.open;
  if (!help.open) return hideTip();
  tip.textContent = "";
  make("b", {}, tip, HTML).textContent = "How to read it";
  for (const line of ["A box is a function. The wider it is, the more samples had it on the stack.",
                      "Look for a wide box with little or nothing of its own width called from it: there the time goes.",
                      "Left and right mean nothing: the widest comes first."]) {
    make("div", {}, tip, HTML).textContent = line;
  }
  for (const [keys, meaning] of [["click, Enter", "zoom into a box"], ["Escape", "undo the search, then the zoom, step by step"],
                                 ["arrow keys", "go from box to box"], ["/ or Ctrl-F", "search: a regular expression"],
                                 ["?", "this help"]]) {
    const row = make("div", {}, tip, HTML);
    make("kbd", {}, row, HTML).textContent = keys;
    row.append(" " + meaning);
  }
  putTip(width, view().top + look.head);
}

/* ── Begin ─────────────────────────────────────────────────────────────────────────────────── */
arrange();
const still = svg.querySelector(".boxes");
const graph = make("g", {class: "graph", tabindex: 0, role: "application",
                         "aria-label": "flame graph: arrow keys go from box to box, Enter zooms, Escape goes back"});
still.replaceWith(graph);
const ground = make("rect", {"fill-opacity": 0}, graph);
const boxes = make("g", {class: "boxes"}, graph);
const hover = make("rect", {class: "hover", display: "none"}, graph);
const ring = make("rect", {class: "ring", rx: 2, display: "none"}, graph);
const head = svg.querySelector(".head"), foot = svg.querySelector(".foot"), changes = svg.querySelector(".changes");
const way = svg.querySelector(".way");
let hint = way.textContent;
/* Parts below the graph, and where they were. */
const below = [foot, changes].filter(part => part).map(part => [part, +/ ([\d.]+)\)/.exec(part.getAttribute("transform"))[1]]);
const stillHeight = +svg.getAttribute("height"), stillWidth = +svg.getAttribute("width");
let height = stillHeight;

const bar = make("foreignObject", {y: 8, height: 34}, head);
const tools = make("div", {class: "tools"}, bar, HTML);
function button(words, title, action) {
  const made = make("button", {type: "button", title}, tools, HTML);
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}
const field = make("input", {type: "text", placeholder: "Search (/)", "aria-label": "Search: a regular expression",
                             spellcheck: "false", autocomplete: "off"}, tools, HTML);
const reset = button("Reset", "All of it, nothing searched", resetAll);
if (compared) {
  const widthsOf = button("Widths: NEW", "As wide as in NEW or in OLD", () => {
    shown = 1 - shown;
    widthsOf.textContent = shown === 0 ? "Widths: NEW" : "Widths: OLD";
    hint = shown === 0 ? hint.replace("of OLD", "of NEW") : hint.replace("of NEW", "of OLD");
    if (total[shown][zoomed] === 0) zoomed = 0;
    draw();
    say();
  });
}
button("Flip", "Callers below or above", flip);
button("?", "How to read it, and keys", toggleHelp);
const answer = make("foreignObject", {y: 40, height: 22}, head);
const found = make("div", {class: "found", role: "status"}, answer, HTML);
const float = make("foreignObject", {class: "float", x: 0, y: 0}, svg);
const tip = make("div", {class: "tip"}, float, HTML);
const spoken = make("div", {class: "spoken", "aria-live": "polite"}, float, HTML);
tip.style.display = "none";

function resize() {
  const box = whole ? document.documentElement : svg.parentElement;
  width = Math.max(320, whole ? innerWidth - (innerWidth - (box.clientWidth || innerWidth)) : box.clientWidth || stillWidth);
  svg.setAttribute("width", width);
  const toolsWidth = Math.min(460, width - 2 * look.margin);
  for (const [element, w] of [[bar, toolsWidth], [answer, Math.min(620, width - 2 * look.margin)]]) {
    element.setAttribute("x", width - look.margin - w);
    element.setAttribute("width", w);
  }
  ground.setAttribute("y", look.top);
  ground.setAttribute("width", width);
  float.setAttribute("width", width);
  const style = getComputedStyle(svg);
  pen.font = `${look.font}px ${style.fontFamily}`;
  widths.clear();
  draw();
}

/* A point of the window as a point of the picture. */
function point(event) {
  const box = svg.getBoundingClientRect();
  return {x: (event.clientX - box.left) * width / box.width, y: (event.clientY - box.top) * height / box.height};
}

graph.addEventListener("mousemove", event => {
  const {x, y} = point(event), i = boxAt(x, y);
  frame(hover, i);
  if (i < 0) hideTip(); else showTip(i, x, y);
});
graph.addEventListener("mouseleave", () => { frame(hover, -1); hideTip(); });
graph.addEventListener("click", event => {
  const {x, y} = point(event), i = boxAt(x, y);
  frame(ring, -1);
  if (i >= 0) zoom(i);
});
let pointed = false; // a mouse gives focus as well, and needs no ring
graph.addEventListener("pointerdown", () => { pointed = true; });
graph.addEventListener("focus", () => { if (!pointed) showFocus(); pointed = false; });
graph.addEventListener("blur", () => { frame(ring, -1); hideTip(); });
let typing;
field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => search(field.value), 120); });
(whole ? window : svg).addEventListener("keydown", key);
addEventListener("resize", resize);
addEventListener("beforeprint", hideTip);
if (whole) addEventListener("scroll", () => head.setAttribute("transform", `translate(0 ${scrollY})`));
document.fonts?.ready.then(resize);
resize();
toRoot();
})();
