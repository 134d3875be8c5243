/* Draws the boxes, zoomed and searched, and what stands above them. The second part of the script. */
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
    way.textContent = fitting(hint, width - 2 * look.margin);
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
