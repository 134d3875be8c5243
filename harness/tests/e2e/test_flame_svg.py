"""Flame graphs as a reader's browser shows them: a click zooms, a search is counted, keys work."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

needs_browser = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed: ./setup --test")

SVG = "{http://www.w3.org/2000/svg}"

# What a test can do in the page, and how its answers leave it: as the text of an element.
HANDS = """
<script><![CDATA[
(() => {
const svg = document.querySelector("svg.fortyfold-flame");
const all = selector => [...svg.querySelectorAll(selector)];
const word = text => all(".boxes text").find(one => one.firstChild.textContent.trim() === text);
const middle = element => {
  const box = element.getBoundingClientRect();
  return {bubbles: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2};
};
const mouse = (kind, text) => {
  const found = word(text);
  if (!found) throw new Error("no box " + text);
  svg.querySelector(".graph").dispatchEvent(new MouseEvent(kind, middle(found)));
};
const click = text => mouse("click", text), hover = text => mouse("mousemove", text);
const press = (key, options = {}) => {
  const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...options});
  (document.activeElement || svg).dispatchEvent(event);
  return event.defaultPrevented;
};
const button = text => all("button").find(one => one.textContent.includes(text)).click();
const search = text => { svg.querySelector("input").value = text; svg.querySelector("input").focus(); press("Enter"); };
/* A window that is not shown may get no events of focus. */
const focus = element => { element.focus(); if (!document.hasFocus()) element.dispatchEvent(new FocusEvent("focus")); };
const seen = () => ({
  words: all(".boxes text:not(.share)").map(one => one.firstChild.textContent),
  way: svg.querySelector(".way").textContent,
  found: svg.querySelector(".found").textContent,
  tip: svg.querySelector(".tip").style.display === "none" ? null : svg.querySelector(".tip").innerText,
  spoken: svg.querySelector(".spoken").textContent,
  ring: svg.querySelector(".ring").getAttribute("display") !== "none",
  missed: all(".boxes rect.missed").length,
  boxes: all(".boxes rect").length,
  typing: document.activeElement === svg.querySelector("input"),
  all_y: word("all").getBoundingClientRect().top,
});
/* Boxes whose words are wider than they are. */
const overflowing = () => {
  const rects = all(".boxes rect").map(one => one.getBoundingClientRect());
  return all(".boxes text").filter(one => {
    const text = one.getBoundingClientRect(), y = text.top + text.height / 2;
    return !rects.some(box => box.top <= y && y <= box.bottom && box.left <= text.left + 0.5 && text.right <= box.right + 0.5);
  }).map(one => one.textContent);
};
window.addEventListener("load", () => {
  const answers = [];
  const note = (what = seen()) => answers.push(what);
  try {
    STEPS
  } catch (error) {
    answers.push("failed: " + error);
  }
  const room = document.createElementNS("http://www.w3.org/2000/svg", "text");
  room.setAttribute("class", "answers");
  room.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(answers))));
  svg.append(room);
});
})();
]]></script>
"""


@pytest.fixture(scope="session")
def draw(program, tmp_path_factory):
    """Writes a made-up profile as a file; returns its path."""
    tool = program.parent / "bench-draw"
    if not tool.exists():
        pytest.fail(f"{tool} is not built: run make test, or make {os.path.relpath(tool)}")

    def run(case, *options, ending="svg"):
        path = tmp_path_factory.mktemp("flame") / f"{pathlib.Path(case).stem}.{ending}"
        done = subprocess.run([tool, case, path, *options], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return path

    return run


@pytest.fixture(scope="session")
def browse(tmp_path_factory):
    """Opens a page without a window; returns (its text after loading, what it said on the console)."""

    def run(page, *options):
        profile = tmp_path_factory.mktemp("profile")
        # --no-sandbox: as root, in a container, Chromium has no other way; the page is our own.
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--enable-logging=stderr",
             "--virtual-time-budget=20000", "--window-size=1200,900", *options, page.as_uri()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    return run


@pytest.fixture(scope="session")
def ask(browse):
    """Does the steps in a picture, as a reader would; returns what they noted."""

    def run(picture, steps, *options):
        text = picture.read_text(encoding="utf-8")
        page = picture.with_suffix(".asked.svg")
        page.write_text(text.rstrip().removesuffix("</svg>") + HANDS.replace("STEPS", steps) + "</svg>", encoding="utf-8")
        text, said = browse(page, "--dump-dom", *options)
        assert said == []
        found = re.search(r'class="answers">([^<]*)<', text)
        assert found, "the page did not finish loading"
        answers = json.loads(base64.b64decode(found.group(1)))
        assert not any(isinstance(answer, str) and answer.startswith("failed") for answer in answers), answers
        return answers

    return run


@pytest.fixture(scope="session")
def small(draw):
    return draw("small")


@needs_browser
def test_a_click_zooms_and_reset_restores(small, ask):
    before, zoomed, further, restored = ask(small, """
        note(); click("compute_distance_matrix"); note(); click("sqrt"); note(); button("Reset"); note();""")
    assert {"all", "main", "solve", "compute_distance_matrix", "sqrt", "idle"} <= set(before["words"])
    assert zoomed["way"] == "all › main › solve › compute_distance_matrix"
    assert "idle" not in zoomed["words"] and "sum" not in zoomed["words"]
    assert {"all", "solve", "sqrt"} <= set(zoomed["words"]), "those above it stay"
    assert further["way"].endswith("› sqrt")
    assert restored == before


@needs_browser
def test_a_step_of_the_way_zooms_out(small, ask):
    zoomed, out = ask(small, """
        click("sqrt"); note();
        all(".step").find(one => one.textContent === "solve").dispatchEvent(new MouseEvent("click", {bubbles: true}));
        note();""")
    assert zoomed["way"] == "all › main › solve › compute_distance_matrix › sqrt"
    assert out["way"] == "all › main › solve"
    assert "sum" in out["words"]


@needs_browser
def test_a_search_highlights_and_totals(small, ask):
    nothing, found, both, zoomed, file, gone, broken = ask(small, """
        note();
        search("compute_"); note();
        search("compute_distance|sqrt"); note();
        click("compute_distance_matrix"); note(); button("Reset");
        search("NUMPY/CORE"); note();
        press("Escape"); note();
        search("sum("); note();""")
    assert nothing["missed"] == 0 and nothing["found"] == ""
    # 880 in compute_distance_matrix, 40 in compute_error.
    assert found["found"] == "found: 92.0 % of all, 920 samples, 2 functions"
    assert 0 < found["missed"] < found["boxes"]
    assert both["found"] == "found: 88.0 % of all, 880 samples, 2 functions", "sqrt is in it, and counts once"
    assert both["missed"] == both["boxes"] - 2 - 0, both
    assert zoomed["found"].endswith("; 100.0 % of compute_distance_matrix")
    assert file["found"] == "found: 4.2 % of all, 42 samples, 1 function"
    assert gone == nothing | {"typing": gone["typing"], "tip": gone["tip"], "ring": gone["ring"], "spoken": gone["spoken"]}
    assert broken["found"] == "found: 0.0 % of all, 0 samples, 0 functions (read as plain text: it is no regular expression)"


@needs_browser
def test_a_tooltip_says_what_a_box_is(small, ask):
    (plain, inside, text) = ask(small, """
        hover("compute_distance_matrix"); note(); click("solve"); hover("compute_distance_matrix"); note();
        hover("sqrt"); note(seen().tip);""")
    tip = plain["tip"].splitlines()
    assert tip[:2] == ["compute_distance_matrix", "naive.py"]
    assert "88.0 % of all: 880 samples, about 0.880 s" in tip
    assert "79.0 % of all in itself, the rest in what it called" in tip
    assert "line 31: 76.1 %, line 32: 23.9 %" in tip
    assert "91.5 % of solve" in inside["tip"].splitlines()
    assert "9.0 % of all: 90 samples, about 0.0900 s" in text.splitlines()


@needs_browser
def test_keys_alone_are_enough(small, ask):
    steps = ask(small, """
        focus(svg.querySelector(".graph")); note();
        press("ArrowUp"); press("ArrowUp"); note();
        press("ArrowRight"); note();
        press("ArrowLeft"); press("ArrowUp"); press("Enter"); note();
        press("ArrowDown"); note();
        press("Escape"); press("Escape"); press("Escape"); note();
        note(press("f", {ctrlKey: true})); note();
        press("Escape");
        focus(svg.querySelector(".graph"));
        note(press("/")); note(); focus(svg.querySelector(".graph"));
        press("?"); note(); press("Escape"); note();
        note(press("x"));""")
    begun, solve, idle, zoomed, down, out, caught, typing, slash, typing_too, helped, unhelped, other = steps
    assert begun["ring"] and begun["tip"].startswith("all\n")
    assert solve["spoken"].startswith("solve. naive.py. 96.2 % of all")
    assert idle["spoken"].startswith("idle. ")
    assert zoomed["way"] == "all › main › solve › compute_distance_matrix" and zoomed["ring"]
    assert down["spoken"].startswith("solve. ")
    assert out["way"].startswith("The wider a box")
    assert caught and typing["typing"] and slash and typing_too["typing"]
    assert "How to read it" in helped["tip"] and unhelped["tip"] is None
    assert not other, "keys that mean nothing here are the browser's"


@needs_browser
def test_callers_below_or_above(small, draw, ask):
    below, above = ask(small, """note(); button("Flip"); note();""")
    assert below["all_y"] > above["all_y"] and below["words"] == above["words"]
    (icicle,) = ask(draw("small", "icicle"), "note();")
    assert icicle["all_y"] == above["all_y"] and "below the one that called it" in icicle["way"]


@needs_browser
def test_lines_can_be_boxes(draw, ask):
    words, tip = ask(draw("small", "lines"), """
        note(all(".boxes text").map(one => one.textContent)); hover("compute_distance_matrix"); note(seen().tip);""")
    assert sum(word.startswith("compute_dist") for word in words) == 3
    assert any("naive.py:52" in word for word in words)
    assert tip.splitlines()[1] == "naive.py:31"


@needs_browser
@pytest.mark.parametrize("width", [400, 1200, 2500])
def test_words_stay_in_their_boxes(draw, ask, width):
    for case in ("crowd", "hostile", "small"):
        (over, seen) = ask(draw(case), "note(overflowing()); note();", f"--window-size={width},900")
        assert over == [], case
        assert len(seen["words"]) >= 4


@needs_browser
@pytest.mark.parametrize("width", [420, 700, 1200])
def test_the_lines_above_and_below_have_room(draw, ask, width):
    (head, edge) = ask(draw("small"), """
        const box = selector => svg.querySelector(selector).getBoundingClientRect();
        note({title: box(".title").right, tools: box("input").left, words: svg.querySelector(".title").textContent,
              rights: all(".head .way, .foot text, .legend > *").map(one => one.getBoundingClientRect().right)});
        note(svg.getBoundingClientRect().right);
    """, f"--window-size={width},900")
    assert head["words"] != "" and head["title"] < head["tools"]
    assert max(head["rights"]) <= edge


@needs_browser
def test_words_stay_in_their_boxes_without_the_script(draw, ask, tmp_path):
    for case in ("crowd", "hostile"):
        text = draw(case).read_text(encoding="utf-8")
        still = tmp_path / f"{case}.svg"
        still.write_text(re.sub(r"<script.*?</script>", "", text, flags=re.S), encoding="utf-8")
        (over, count) = ask(still, "note(overflowing()); note(all('.boxes text').length);")
        assert over == [] and count > 10, case


@needs_browser
def test_a_comparison_says_what_changed(draw, ask):
    new, tip, fresh, old, gone = ask(draw("improved", "small"), """
        note(); hover("compute_distance_matrix"); note(seen().tip); hover("norm"); note(seen().tip);
        button("Widths"); note(); hover("sqrt"); note(seen().tip);""")
    assert "norm" in new["words"] and "sqrt" not in new["words"]
    assert tip.splitlines()[:3] == ["compute_distance_matrix", "naive.py → numpy.py", "88.0 % → 50.0 %, −38.0 points"]
    assert "none → 30.0 %, +30.0 points (only in NEW)" in fresh
    assert "sqrt" in old["words"] and "norm" not in old["words"]
    assert "9.0 % → none, −9.0 points (only in OLD)" in gone
    assert "of OLD" in old["way"]


@needs_browser
def test_a_deep_recursion_can_be_used(draw, ask):
    folded, tip, zoomed = ask(draw("deep"), """
        note(); hover("down ↻"); note(seen().tip); click("bottom"); note();""")
    assert folded["words"] == ["all", "<module>", "down ↻", "bottom"]
    assert "up to 4,999 more frames are drawn as this one" in tip
    assert zoomed["way"] == "all › <module> › down › bottom"
    (kept, over) = ask(draw("deep", "keep"), "note(seen().boxes); note(overflowing().length);")
    assert kept == 5003 and over == 0


@needs_browser
def test_fifty_thousand_stacks_are_drawn(draw, ask):
    before, zoomed, found = ask(draw("wide"), """
        note(); click(seen().words[3]); note(); search("function_30_"); note();""")
    assert before["words"][0] == "all" and 1000 < before["boxes"] < 100000
    assert zoomed["way"].startswith(f"all › {before['words'][1]} › ") and zoomed["words"] != before["words"]
    said = re.match(r"found: ([\d.]+) % of all, ([\d,]+) samples, (\d+) functions; ", found["found"])
    assert said and 0 < float(said.group(1)) < 50 and int(said.group(3)) == 12, found["found"]


@needs_browser
@pytest.mark.parametrize("expression", ["read", "^compute_.*(all|of)", "crypto"])
def test_a_search_counts_each_sample_once(draw, ask, expression):
    """Against the stacks themselves: a sample is found if any of its frames is."""
    stacks = unfold(draw("crowd", ending="folded"))
    every, found, functions = sum(stacks.values()), 0, set()
    for stack, samples in stacks.items():
        names = {tuple(re.sub(r":\d+( \[library\])?$|^\[|\]$", "", frame).rsplit(":", 1)) for frame in stack.split(";")}
        hits = {name for name in names if any(re.search(expression, part, re.I) for part in name)}
        found += samples if hits else 0
        functions |= hits
    (seen,) = ask(draw("crowd"), f"search({json.dumps(expression)}); note();")
    share, rest = seen["found"].removeprefix("found: ").split(" % of all, ")
    assert rest == f"{found:,} samples, {len(functions):,} functions"
    assert abs(float(share) - 100 * found / every) <= 0.05001


@needs_browser
def test_one_box_is_a_picture_too(draw, ask):
    seen, tip = ask(draw("one"), "note(); hover('only'); note(seen().tip);")
    assert seen["words"] == ["all", "only"]
    assert "100.0 % of all: 1 sample" in tip


STILL = """<!doctype html><meta charset="utf-8"><img src="data:image/svg+xml;base64,DATA"><script>
window.addEventListener("load", () => {
  const image = document.images[0], canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const bytes = new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  document.body.append(`colours ${new Set(bytes).size} of ${canvas.width} × ${canvas.height}`);
});
</script>"""


@needs_browser
@pytest.mark.parametrize("case", [("small",), ("improved", "small"), ("wide",)])
def test_it_is_a_picture_in_a_page(draw, browse, tmp_path, case):
    """In an <img> no script runs: what is drawn is in the file."""
    page = tmp_path / "page.html"
    page.write_text(STILL.replace("DATA", base64.b64encode(draw(*case).read_bytes()).decode()))
    text, said = browse(page, "--dump-dom")
    assert said == []
    colours = re.search(r"colours (\d+) of 1200 × (\d+)", text)
    assert colours and int(colours.group(1)) > 10 and int(colours.group(2)) > 100


@needs_browser
def test_it_prints(small, browse, tmp_path):
    paper = tmp_path / "flame.pdf"
    browse(small, f"--print-to-pdf={paper}")
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1


@pytest.mark.parametrize("case", [("small",), ("hostile",), ("crowd",), ("improved", "small"), ("deep",)])
def test_it_is_xml_and_stands_alone(draw, case):
    path = draw(*case)
    root = xml.etree.ElementTree.parse(path).getroot()
    text = path.read_text(encoding="utf-8")
    assert root.tag == SVG + "svg" and root.find(SVG + "title").text
    assert set(re.findall(r"https?://[^\"'\s]*", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
    assert not re.search(r"@import|url\(|<image|xlink:href|\beval\(|fetch\(|XMLHttpRequest", text)
    assert len(root.findall(f".//{SVG}script")) == 2, "no name becomes a script"
    data = json.loads(root.find(f".//{SVG}script[@class='profile']").text)
    boxes = data["boxes"]
    assert sum(boxes[2::4]) == data["samples"]
    assert all(0 <= name < len(data["names"]) for name in boxes[1::4])
    levels = boxes[0::4]
    assert levels[0] == 0 and all(b <= a + 1 for a, b in zip(levels, levels[1:]))


def strictly(file):
    """speedscope's file format, by its specification (type "sampled"); raises AssertionError."""
    assert file["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    assert set(file) <= {"$schema", "shared", "profiles", "name", "activeProfileIndex", "exporter"}
    assert isinstance(file["name"], str) and isinstance(file["exporter"], str)
    assert set(file["shared"]) == {"frames"}
    frames = file["shared"]["frames"]
    for frame in frames:
        assert set(frame) <= {"name", "file", "line", "col"} and isinstance(frame["name"], str)
        assert isinstance(frame.get("file", ""), str) and isinstance(frame.get("line", 1), int)
    assert 0 <= file["activeProfileIndex"] < len(file["profiles"])
    for profile in file["profiles"]:
        assert set(profile) == {"type", "name", "unit", "startValue", "endValue", "samples", "weights"}
        assert profile["type"] == "sampled" and isinstance(profile["name"], str)
        assert profile["unit"] in {"none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"}
        assert len(profile["samples"]) == len(profile["weights"]) > 0
        assert all(weight > 0 for weight in profile["weights"])
        assert profile["endValue"] - profile["startValue"] == sum(profile["weights"])
        for stack in profile["samples"]:
            assert stack and all(type(i) is int and 0 <= i < len(frames) for i in stack)


def unfold(path):
    """{(frame, …): samples} of a folded file."""
    stacks = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, count = line.rsplit(" ", 1)
        assert stack not in stacks, "a stack stands in one line"
        stacks[stack] = int(count)
    return stacks


@pytest.mark.parametrize("case", ["small", "crowd", "hostile", "one"])
def test_speedscope_is_strictly_so(draw, case):
    file = json.loads(draw(case, ending="speedscope.json").read_text(encoding="utf-8"))
    strictly(file)
    (profile,) = file["profiles"]
    stacks = unfold(draw(case, ending="folded"))
    assert sorted(profile["weights"]) == sorted(stacks.values())
    assert len({tuple(stack) for stack in profile["samples"]}) == len(stacks), "each stack once"
    if case == "small":
        frames = file["shared"]["frames"]
        read = {";".join(f"{frame.get('file', '')}:{frame['name']}" for frame in (frames[i] for i in stack)): weight
                for stack, weight in zip(profile["samples"], profile["weights"])}
        assert read[":main;:idle"] == 38
        assert read[":main;naive.py:solve;naive.py:compute_distance_matrix;libm.so.6:sqrt"] == 90


def test_folded_files_come_back_through_the_tool(draw):
    """What one call wrote, the next one reads: the same stacks, the same picture's data."""
    first = draw("crowd", ending="folded")
    again = draw(str(first), ending="folded")
    assert unfold(first) == unfold(again)
