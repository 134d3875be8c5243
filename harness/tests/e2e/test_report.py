"""The report as a reader's browser shows it: every picture drawn, no error, nothing fetched, prints."""

import json
import re
import shutil
import subprocess

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed: ./setup --test")

# What is asked of each picture runs in the page itself; its answer is read from the page's text.
# A picture is drawn on a canvas: one colour all over is an empty picture.
QUESTION = """
<script>
window.addEventListener("load", () => {
  const answers = [...document.images].map(image => {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = Math.round(320 * image.naturalHeight / Math.max(1, image.naturalWidth)) || 1;
    const pen = canvas.getContext("2d");
    let colours = new Set();
    if (image.naturalWidth > 0) {
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      const bytes = new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      colours = new Set(bytes);
    }
    return {alt: image.alt, width: image.naturalWidth, colours: colours.size};
  });
  const room = document.createElement("pre");
  room.id = "answers";
  room.textContent = JSON.stringify({answers, overflow: document.documentElement.scrollWidth - innerWidth});
  document.body.append(room);
});
</script>
"""

PICTURES = {"speedup", "time", "total", "spread", "drift"}


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
             "--virtual-time-budget=20000", *options, page.as_uri()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    return run


@pytest.fixture(scope="session")
def look(browse, tmp_path_factory):
    """Asks the page about its pictures; returns {answers, overflow}."""

    def run(report):
        page = tmp_path_factory.mktemp("page") / "report.html"
        page.write_text(report.read_text(encoding="utf-8").replace("</body>", QUESTION + "</body>"),
                        encoding="utf-8")
        text, said = browse(page, "--dump-dom", "--window-size=1200,900")
        assert said == []
        found = re.search(r'<pre id="answers">(.*?)</pre>', text)
        assert found, "the page did not finish loading"
        return json.loads(found.group(1))

    return run


@pytest.fixture(scope="module")
def measured(fortyfold, tmp_path_factory):
    """A small run with several sizes."""
    folder = tmp_path_factory.mktemp("run") / "mds"
    done = fortyfold("run", "mds", "--size", "4,8,16", "--blocks", "2", "--samples", "3", "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder


LAB = """
title = "Failing"
summary = "One variant right, one wrong, one that raises"
minutes = 1
tier = "demo"
baseline = "right"
[problem]
file = "problem.py"
oracle = "variant:right"
absolute = 0.0
relative = 0.0
[presets.quick]
sizes = [3]
"""


@pytest.fixture(scope="module")
def failing(fortyfold, tmp_path_factory):
    """A run at one size, of which some variants fail."""
    lab = tmp_path_factory.mktemp("lab")
    sources = {"right": "return sum(range(100 * n))", "wrong": "return 1",
               "raises": "raise ValueError('<script>alert(1)</script>')"}
    text = LAB
    for name, body in sources.items():
        (lab / f"{name}.py").write_text(f"def solve(n):\n    {body}\n")
        text += f'[[variant]]\nname = "{name}"\nlabel = "{name}"\nfile = "{name}.py"\nfunction = "solve"\n'
    (lab / "lab.toml").write_text(text)
    (lab / "problem.py").write_text("def make(size, seed):\n    return (size,)\n")
    folder = tmp_path_factory.mktemp("run") / "failing"
    done = fortyfold("run", lab, "--blocks", "2", "--samples", "3", "--output", folder)
    assert done.returncode in (1, 3), done.stderr
    return folder


def check_pictures(seen, wanted):
    assert len(seen["answers"]) == wanted
    for picture in seen["answers"]:
        assert picture["width"] > 0, picture
        assert picture["colours"] > 10, f"nothing is drawn: {picture}"
        assert picture["alt"], picture
    assert seen["overflow"] <= 0, "the page is wider than its window"


def test_every_picture_is_drawn(measured, look):
    pictures = PICTURES | {"steps"}  # the lab says which variant changes which
    check_pictures(look(measured / "report.html"), len(pictures))
    assert pictures <= {path.stem for path in measured.glob("*.png")}


def test_one_size_and_failures(failing, look):
    check_pictures(look(failing / "report.html"), len(PICTURES))


def test_nothing_is_said_on_the_console(measured, failing, browse):
    for folder in (measured, failing):
        _, said = browse(folder / "report.html", "--dump-dom")
        assert said == []


def test_no_text_becomes_a_script(failing, browse):
    text, _ = browse(failing / "report.html", "--dump-dom")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_it_prints(measured, browse, tmp_path):
    paper = tmp_path / "report.pdf"
    browse(measured / "report.html", f"--print-to-pdf={paper}")
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 2 <= pages <= 8


def test_it_has_its_parts(measured):
    text = (measured / "report.html").read_text(encoding="utf-8")
    for part in ("Figures", "Where a total goes", "Samples", "Machine and software", "Again"):
        assert re.search(rf"<h2[^>]*>{part}</h2>", text), part
    assert "--seed" in text
    assert len(re.findall(r"<table", text)) >= 5
    assert ":::" not in text, "a part was not understood by pandoc"


def many_samples(run, blocks, rounds):
    """The run with its samples repeated, as if it had had so many blocks and rounds."""
    plan = run["plan"]
    for cell in run["cells"]:
        pattern = cell["samples"]
        cell["samples"] = [
            {**pattern[(block * rounds + number) % len(pattern)], "block": block, "round": number}
            for block in range(blocks) for number in range(rounds)]
        cell["workers"] = [cell["workers"][0]] * blocks
    plan["order"] = [{"block": block, "size": size, "round": number, "variants": plan["variants"]}
                     for block in range(blocks) for size in plan["sizes"] for number in range(rounds)]
    run["blocks_done_count"] = blocks
    plan["blocks_count"] = blocks
    plan["samples_count"] = rounds
    return run


def test_of_many_samples_what_is_drawn_is_thinned_out(measured, fortyfold, run_json, look, tmp_path):
    """How long a report of so many takes is measured by `make bench-trust`."""
    run = many_samples(run_json(measured), 20, 420)
    count = sum(len(cell["samples"]) for cell in run["cells"])
    assert count >= 100_000
    (tmp_path / "run.json").write_text(json.dumps(run), encoding="utf-8")
    done = fortyfold("report", tmp_path)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "report.html"
    assert page.stat().st_size < 5_000_000
    check_pictures(look(page), len(PICTURES | {"steps"}))
