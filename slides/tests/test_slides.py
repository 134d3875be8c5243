"""The decks: every number is a run's, nothing is fetched, and what is missing fails the build."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLIDES = ROOT / "slides"
BASELINES = ROOT / "results" / "baselines"
sys.path.insert(0, str(SLIDES))

import figures  # noqa: E402
import quantities  # noqa: E402


def edit(path, change):
    """Read a run.json, let `change` change it, write it back."""
    run = json.loads(path.read_text(encoding="utf-8"))
    change(run)
    path.write_text(json.dumps(run), encoding="utf-8")


def cell_of(run, variant, size):
    return next(c for c in run["cells"] if c["variant"] == variant and c["size"] == size)


@pytest.fixture
def results(tmp_path):
    """A results folder with the committed runs. A claim run takes minutes: a checkout that has none
    yet gets one in which the largest problem of mds-quick passes for the claim's."""
    folder = tmp_path / "results"
    shutil.copytree(BASELINES, folder / "baselines")
    claim = folder / "baselines" / "mds-claim"
    if not claim.exists():
        shutil.copytree(BASELINES / "mds-quick", claim)

        def pretend(run):
            run["plan"] |= {"preset": "claim", "sizes": [500], "parameters": {"epochs": 39}}
            run["cells"] = [cell | {"size": 500} for cell in run["cells"] if cell["size"] == 80]

        edit(claim / "run.json", pretend)
    return folder


@pytest.fixture
def reveal(tmp_path):
    """Empty files of reveal.js's names: tests need neither npm nor its three megabytes."""
    stub = tmp_path / "reveal.js"
    for file in ("dist/reset.css", "dist/reveal.css", "dist/theme/white.css", "dist/reveal.js",
                 "plugin/notes/notes.js", "plugin/search/search.js", "plugin/zoom/zoom.js"):
        (stub / file).parent.mkdir(parents=True, exist_ok=True)
        (stub / file).write_text("/* stands for the real one */\n")
    return stub


@pytest.fixture
def build(results, reveal, tmp_path):
    def call(*words):
        return subprocess.run(
            [sys.executable, SLIDES / "build.py", "--results", results, "--reveal", reveal,
             "--output", tmp_path / "out", *words],
            text=True, capture_output=True, timeout=120,
        )  # fmt: skip

    return call


@pytest.fixture
def deck(build, tmp_path):
    """The finished deck, as text; with the real reveal.js where `make slides` has fetched it."""
    real = SLIDES / "node_modules" / "reveal.js"
    done = build("--baselines", *(["--reveal", real] if real.is_dir() else []))
    assert done.returncode == 0, done.stderr
    return (tmp_path / "out" / "fortyfold.html").read_text(encoding="utf-8")


@pytest.fixture
def profiling(deck, tmp_path):
    """The deck on profiling, which is made in the same call."""
    return (tmp_path / "out" / "profiling.html").read_text(encoding="utf-8")


class Page(HTMLParser):
    """What a browser would load, and the text."""

    def __init__(self, html):
        super().__init__()
        self.loads, self.images, self.slides, self.notes = [], [], 0, 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        for name in ("src", "data-src", "srcset", "poster", "data", "action"):
            if attributes.get(name):
                self.loads.append(attributes[name])
        if tag == "link":
            self.loads.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes.get("src", ""))
        self.slides += tag == "section"
        self.notes += tag == "aside" and attributes.get("class") == "notes"


@pytest.mark.parametrize("name", ["deck", "profiling"])
def test_nothing_is_fetched_and_every_picture_is_inside(name, request):
    deck = request.getfixturevalue(name)
    page = Page(deck)
    assert [load[:60] for load in page.loads if not load.startswith("data:")] == []
    assert len(page.images) >= 4
    styles = "".join(re.findall(r"<style.*?</style>", deck, flags=re.DOTALL))
    assert re.findall(r"""url\(\s*["']?(?!data:|#)[^)]{0,60}""", styles) == []
    assert re.findall(r"""@import\s+(?!url\(["']?data:).{0,60}""", styles) == []


def test_about_ten_slides_with_notes_and_stamps(deck):
    page = Page(deck)
    assert 10 <= page.slides <= 13
    assert page.notes == page.slides - 1  # all but the title
    run = json.loads((BASELINES / "mds-quick" / "run.json").read_text(encoding="utf-8"))
    stamps = re.findall(r'class="stamp">(.*?)</span>', deck, flags=re.DOTALL)
    assert len(stamps) == 4
    for stamp in stamps:
        assert f"Python {run['software']['python']}" in stamp
        assert "results/baselines/" in stamp
        assert re.search(r"\d{4}-\d\d-\d\d", stamp)
        assert run["host"]["hostname"] in stamp


def test_the_profiling_deck_has_graphs_notes_and_stamps(profiling):
    page = Page(profiling)
    assert 8 <= page.slides <= 11
    assert page.notes == page.slides - 1
    stamps = re.findall(r'class="stamp">(.*?)</span>', profiling, flags=re.DOTALL)
    names = [re.search(r"results/baselines/(\S+)", stamp)[1] for stamp in stamps]
    assert names == ["profiling-quick"] * 2 + ["profiling-flame"] * 3 + ["profiling-distortion"]


def test_the_profiling_deck_quotes_its_records(profiling):
    distortion = json.loads((BASELINES / "profiling-distortion" / "distortion.json").read_text(encoding="utf-8"))
    for way in distortion["summary"].values():
        assert f"{way['slowdown']:.2f}×" in profiling
        for share in way["shares"].values():
            assert f"{100 * share:.1f}\xa0%" in profiling or f"{100 * share:.1f} %" in profiling
    flame = json.loads((BASELINES / "profiling-flame" / "flame.json").read_text(encoding="utf-8"))
    for figures in flame["variants"].values():
        assert f"{100 * figures['shares']['compute_distance_matrix']:.1f} %" in profiling


def test_your_own_record_is_preferred_to_the_committed_one(build, results, tmp_path):
    own = results / "profiling"
    own.mkdir()
    shutil.copy(results / "baselines" / "profiling-distortion" / "distortion.json", own)
    edit(own / "distortion.json", lambda record: record.update(processor="Abacus"))
    assert "distortion: results/profiling (Abacus" in build(SLIDES / "profiling.md").stderr
    assert "measured here, results/profiling<" in (tmp_path / "out" / "profiling.html").read_text()
    assert "distortion: results/baselines/profiling-distortion" in build("--baselines").stderr


def test_a_record_that_is_not_there_is_told_with_a_remedy(build, results):
    shutil.rmtree(results / "baselines" / "profiling-flame")
    done = build()
    assert done.returncode == 1
    assert "results/baselines/profiling-flame is not there; 'make baselines BASELINES=profiling-flame'" in done.stderr


def test_the_numbers_are_those_of_the_run(deck):
    run = json.loads((BASELINES / "mds-quick" / "run.json").read_text(encoding="utf-8"))
    for variant in ("numpy", "c_functions", "c"):
        cell = cell_of(run, variant, 80)
        assert quantities.ratio(cell["speedup"]["ratio"]) in deck
        assert quantities.seconds(cell["summary"]["median_s"]) in deck


@pytest.mark.parametrize("name", ["fortyfold.md", "profiling.md"])
def test_no_measured_number_stands_in_the_source(name):
    """Digits outside placeholders are of the algorithm or the layout: there are few, all known."""
    text = (SLIDES / name).read_text(encoding="utf-8").split("---\n", 2)[2]
    text = re.sub(r"\{\{.*?\}\}|```.*?```|\{[^}]*\}", "", text, flags=re.DOTALL)
    text = re.sub(r"^\d\. ", "", text, flags=re.MULTILINE)
    assert re.findall(r".*\d+(?:\.\d+)?\s*(?:×|%(?! interval)|ms|µs|s\b|times faster).*", text) == []


def test_a_missing_number_fails_and_is_named(build, results):
    def lose(run):
        cell_of(run, "numpy", 80)["summary"]["median_s"] = None

    edit(results / "baselines" / "mds-quick" / "run.json", lose)
    done = build("--baselines")
    assert done.returncode == 1
    assert re.search(r"slides/fortyfold\.md:\d+: \{\{mds\.table\.largest\}\}: .*numpy at 80 has no real",
                     done.stderr)


def test_a_cell_that_is_not_ok_fails(build, results):
    def spoil(run):
        cell_of(run, "c", 80).update(status="wrong", summary=None, speedup=None, residual=None)

    edit(results / "baselines" / "mds-quick" / "run.json", spoil)
    done = build("--baselines")
    assert done.returncode == 1
    assert "c at 80 is not ok but wrong" in done.stderr


@pytest.mark.parametrize("placeholder, reason", [
    ("nobody.stamp", 'no source is named "nobody"'),
    ("mds.cell.fortran.80.real", "no cell of fortran at 80"),
    ("mds.cell.numpy.81.real", "no cell of numpy at 81"),
    ("mds.cell.numpy.some.real", '"some" is no size'),
    ("mds.cell.numpy.80.beauty", 'a cell has no "beauty"'),
    ("mds.picture.portrait", "no picture portrait.svg"),
    ("mds.plan.parameters.colour", 'has no "colour"'),
    ("mds.wish", "no such placeholder"),
    ("flame.wish", "no such placeholder"),
    ("flame.graph.portrait", "no graph portrait.svg"),
    ("flame.share.naive.nobody", 'has no "nobody"'),
    ("distortion.worst.guess", 'has no "guess"'),
    ("claims.nobody.verdict", "no claim nobody"),
    ("claims.mds-naive-seconds.verdict", "in seconds of another machine"),
])  # fmt: skip
def test_an_unknown_placeholder_fails_and_is_named(build, tmp_path, placeholder, reason):
    deck = tmp_path / "own.md"
    deck.write_text("---\ntitle: own\n---\n\n## Slide\n\n{{" + placeholder + "}}\n")
    done = build("--baselines", deck)
    assert done.returncode == 1
    assert f"own.md:7: {{{{{placeholder}}}}}: " in done.stderr and reason in done.stderr
    assert not (tmp_path / "out" / "own.html").exists()


def test_a_placeholder_that_is_not_closed_fails(build, tmp_path):
    deck = tmp_path / "own.md"
    deck.write_text("---\ntitle: own\n---\n\n## Slide {{mds.stamp}\n")
    done = build("--baselines", deck)
    assert done.returncode == 1 and "own.md:5: a placeholder is not closed" in done.stderr


def test_the_readers_own_run_is_preferred_if_it_is_whole(build, results, tmp_path):
    def later(run):
        run["started"] = "2999-01-01T00:00:00+00:00"
        run["host"]["hostname"] = "lectern"

    own = results / "mds-own"
    shutil.copytree(results / "baselines" / "mds-quick", own)
    edit(own / "run.json", later)
    (results / "latest").symlink_to("mds-own")
    done = build()
    assert done.returncode == 0, done.stderr
    assert "mds: results/mds-own (lectern" in done.stderr
    assert "measured here, results/mds-own" in (tmp_path / "out" / "fortyfold.html").read_text()
    assert "results/mds-own" not in build("--baselines").stderr

    for change in (lambda run: run.update(ended_by="interrupt"),
                   lambda run: run.update(ended_by="plan", finished=None),
                   lambda run: run["plan"].update(sizes=[10])):  # fmt: skip
        edit(own / "run.json", change)
        assert "mds: results/baselines/mds-quick" in build().stderr


def test_a_baseline_that_is_not_there_is_told_with_a_remedy(build, results):
    shutil.rmtree(results / "baselines" / "mds-claim")
    done = build()
    assert done.returncode == 1
    assert "results/baselines/mds-claim is not there; 'make baselines BASELINES=mds-claim'" in done.stderr


def test_without_reveal_the_message_says_how_to_get_it(build, tmp_path):
    done = build("--reveal", tmp_path / "nowhere")
    assert done.returncode == 2 and "make slides" in done.stderr


def spellings(write, *numbers):
    """How numbers may be written: run.json keeps ten digits of them, the table was made of all."""
    ways = {write(*(number * (1 + nudge) for number in numbers)) for nudge in (-1e-9, 0, 1e-9)}
    return f"(?:{'|'.join(re.escape(way.replace(' ', '')) for way in sorted(ways))})"


@pytest.mark.parametrize("name", sorted(path.parent.name for path in BASELINES.glob("*/run.json")))
def test_figures_are_written_as_the_harness_writes_them(name):
    """Each row of what the harness printed, against run.json by our functions."""
    run = json.loads((BASELINES / name / "run.json").read_text(encoding="utf-8"))
    table = (BASELINES / name / "table.txt").read_text(encoding="utf-8")
    # Where only some speedups are of CPU time, those are marked. Right-aligned times may leave one
    # space before them: compare without regard to spaces.
    rows = [line.replace("] CPU", "]").replace(" ", "") for line in table.split("\n")]
    measured = [cell for cell in run["cells"] if cell["status"] == "ok"]
    assert measured
    for cell in measured:
        summary, speedup = cell["summary"], cell["speedup"]
        expected = [spellings(quantities.seconds, summary[key]) for key in ("median_s", "user_s", "sys_s", "best_s")]
        if cell["variant"] == run["lab"]["baseline"]:
            expected += ["baseline"]
        elif speedup is None:
            expected += ["nobaseline"]
        else:
            expected += [spellings(quantities.ratio, speedup["ratio"])]
            expected += [spellings(quantities.interval, speedup["low"], speedup["high"])]
            expected += ["notresolved" if speedup["verdict"] == "not resolved" else ""]
        expected += [spellings(quantities.residual, cell["residual"]["max_absolute"])]
        pattern = re.compile(re.escape(cell["variant"]) + "".join(expected) + "$")
        assert any(pattern.search(row) for row in rows), pattern.pattern


@pytest.mark.parametrize("name", sorted(path.parent.name for path in BASELINES.glob("*/run.json")))
def test_committed_runs_are_whole_and_name_no_place_of_their_machine(name):
    text = (BASELINES / name / "run.json").read_text(encoding="utf-8")
    run = json.loads(text)
    assert f"{run['lab']['name']}-{run['plan']['preset']}" == name
    for cell in run["cells"]:
        # Left out by lab.toml, or for another family of processors: no failure.
        excused = str(cell["reason"]).startswith("lab.toml runs it up to") or "/neon" in str(cell["reason"])
        assert cell["status"] == "ok" or (cell["status"] == "skipped" and excused), cell
    assert run["lab"]["folder"] == f"labs/{run['lab']['name']}"
    for file in ("samples.csv", "table.txt", "speedup.png", "speedup.svg", "time.png", "time.svg"):
        assert (BASELINES / name / file).stat().st_size > 0


@pytest.mark.parametrize("low, high, published, verdict", [
    (14.5, 15.9, (15, 15), "reproduced"),
    (16.4, 16.6, (15, 15), "reproduced"),  # within a tenth
    (16.6, 17.0, (15, 15), "exceeded"),
    (10.0, 13.4, (15, 15), "not reproduced"),
    (14.0, 29.0, (15, 15), "not resolved"),
    (35.0, 36.0, (30, 40), "reproduced"),
])  # fmt: skip
def test_verdicts(low, high, published, verdict):
    assert figures.judge({"low": published[0], "high": published[1]}, low, high) == verdict


def test_verdicts_use_the_harness_own_thresholds():
    text = (ROOT / "harness" / "analyze" / "verdict.c").read_text(encoding="utf-8")
    assert float(re.search(r"rounding_share = ([\d.]+)", text)[1]) == figures.ROUNDING_SHARE
    assert float(re.search(r"wide_factor = ([\d.]+)", text)[1]) == figures.WIDE_FACTOR


def test_no_registry_is_named():
    lock = (SLIDES / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock and '"integrity": "sha512-' in lock


def readme_check(path, results=BASELINES.parent, *words):
    return subprocess.run(
        [sys.executable, SLIDES / "build.py", "--results", results, "--readme", path, *words],
        text=True, capture_output=True, timeout=60,
    )  # fmt: skip


def test_the_readme_shows_what_the_committed_run_printed():
    done = readme_check(ROOT / "README.md", BASELINES.parent, "--check")
    assert done.returncode == 0, done.stderr


def test_a_stale_readme_is_told_and_mended(results, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("a\n<!-- table mds-quick -->\nold\n<!-- end -->\nz\n")
    assert readme_check(readme, results, "--check").returncode == 1
    assert "old" in readme.read_text()
    assert readme_check(readme, results).returncode == 0
    assert "c_functions" in readme.read_text() and readme.read_text().endswith("-->\nz\n")
    assert readme_check(readme, results, "--check").returncode == 0
