/* What a reader can do: zoom, search, look, with mouse or keys. The last part of the script, which
   begins it all. */
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
                      "Where a wide box has called nothing, or only narrow boxes, there the time goes.",
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
const way = svg.querySelector(".way"), title = svg.querySelector(".head .title");
const fullTitle = svg.querySelector("title").textContent;
let hint = way.textContent;
/* Parts below the graph, and where they were. */
const below = [foot, changes].filter(part => part).map(part => [part, +/ ([\d.]+)\)/.exec(part.getAttribute("transform"))[1]]);
/* What is cut, or left out, where the window is too narrow for it. */
const footLines = [...foot.querySelectorAll("text")].map(line => [line, line.textContent]);
const footMarkup = new Map(footLines.map(([line]) => [line, line.innerHTML]));
const legend = [...head.querySelectorAll(".legend > *")];
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
  field.style.width = `${Math.max(60, Math.min(190, width / 5))}px`; // the title needs room as well
  for (const [element, w] of [[bar, toolsWidth], [answer, Math.min(620, width - 2 * look.margin)]]) {
    element.setAttribute("x", width - look.margin - w);
    element.setAttribute("width", w);
  }
  ground.setAttribute("y", look.top);
  ground.setAttribute("width", width);
  float.setAttribute("width", width);
  const family = getComputedStyle(svg).fontFamily;
  const used = (tools.getBoundingClientRect().right - tools.firstChild.getBoundingClientRect().left) || toolsWidth;
  pen.font = `600 18px ${family}`;
  widths.clear();
  title.textContent = fitting(fullTitle, width - used - 3 * look.margin);
  pen.font = `${look.font}px ${family}`;
  widths.clear();
  for (const [line, text] of footLines) {
    if (measure(text) > width - 2 * look.margin) line.textContent = fitting(text, width - 2 * look.margin);
    else line.innerHTML = footMarkup.get(line);
  }
  for (const part of legend) { // a colour goes with the words behind it
    const last = part.localName === "rect" && part.nextElementSibling?.localName === "text" ? part.nextElementSibling : part;
    const end = +last.getAttribute("x") + (last.localName === "text" ? measure(last.textContent) : 16);
    part.style.display = end > width - look.margin ? "none" : "";
  }
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
