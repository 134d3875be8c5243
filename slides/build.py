#!/usr/bin/python3
"""Makes the slide decks, and the README's tables, from measured runs.

    build.py                   every slides/*.md → slides/*.html (one file each, no network)
    build.py --baselines       from the committed runs, whatever is in results/
    build.py --run mds=DIR     quote this run under that name
    build.py --readme          bring the figures of README.md and of the ladders' handouts up to date;
                               --check only says whether they are

Exit status: 0 done; 1 a number or picture is missing (or, with --check, README.md is stale);
2 wrong usage, or a tool is missing.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from figures import Figures, Missing, Run, fill, newest, read_toml
from records import Record

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
README = ROOT / "README.md"
REVEAL = HERE / "node_modules" / "reveal.js"


class NoTool(Exception):
    """A program or a package that we need is not there."""


def find_record(results, entry, baselines_only):
    """Your own record, where there is one, or else the committed one."""
    own = results / entry["own"]
    if own.is_file() and not baselines_only:
        return Record(own, f"results/{Path(entry['own']).parent}", own=True)
    name = Path(entry["record"]).parent
    if not (results / "baselines" / entry["record"]).is_file():
        raise Missing(f"results/baselines/{name} is not there; 'make baselines BASELINES={name}' measures it")
    return Record(results / "baselines" / entry["record"], f"results/baselines/{name}")


def find_runs(results, chosen, baselines_only):
    """Name → Run or Record for each entry of runs.toml."""
    runs = {}
    for name, entry in read_toml(HERE / "runs.toml").items():
        if "record" in entry:
            runs[name] = find_record(results, entry, baselines_only)
            continue
        if name in chosen:
            runs[name] = Run(Path(chosen[name]), chosen[name], own=True)
            continue
        baseline = results / "baselines" / entry["baseline"]
        if not (baseline / "run.json").is_file():
            raise Missing(
                f"results/baselines/{entry['baseline']} is not there; "
                f"'make baselines BASELINES={entry['baseline']}' measures it"
            )
        run = Run(baseline, f"results/baselines/{entry['baseline']}", own=False)
        runs[name] = run if baselines_only else newest(results, run, entry.get("variants"))
    return runs


def pandoc(text, output, reveal):
    """One HTML file from Markdown: scripts, letters, styles and pictures go into it."""
    command = [
        "pandoc", "--from=markdown", "--to=revealjs", "--standalone", "--self-contained",
        f"--variable=revealjs-url:{reveal}", "--variable=theme:white", f"--css={HERE / 'deck.css'}",
        "--slide-level=2", "--no-highlight", "--columns=500", "--fail-if-warnings", f"--output={output}",
    ]  # fmt: skip
    done = subprocess.run(command, input=text, text=True, capture_output=True, cwd=HERE)
    if done.returncode != 0:
        raise NoTool(f"pandoc failed: {done.stderr.strip()}")


def build_deck(deck, figures, folder, reveal):
    if shutil.which("pandoc") is None:
        raise NoTool("pandoc is not installed; ./setup installs it")
    if not (reveal / "dist" / "reveal.js").is_file():
        raise NoTool("reveal.js is not there: 'make slides' fetches it with npm")
    name = deck.relative_to(ROOT) if deck.is_relative_to(ROOT) else deck
    text = fill(deck.read_text(encoding="utf-8"), name, figures)
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"{deck.stem}.html"
    pandoc(text, output, reveal)
    print(output.relative_to(ROOT) if output.is_relative_to(ROOT) else output)


def packages():
    """The table of ./setup, as Markdown."""
    done = subprocess.run([ROOT / "setup", "--list"], text=True, capture_output=True, check=True)
    rows = [line.split(None, 2) for line in done.stdout.splitlines()[1:]]
    lines = [f"| {tier} | `{package}` | {reason} |" for tier, package, reason in rows]
    return "\n".join(["| tier | package | what for |", "|---|---|---|", *lines])


def factor(number):
    """Three digits, thousands apart: 0.972, 23.4, 13,400."""
    return f"{float(f'{number:.3g}'):,.0f}" if number >= 100 else f"{number:#.3g}"


def bought(results, name, variant):
    """One line: what a rung's single change bought at each size, and the rung's speedup."""
    path = results / "baselines" / name / "run.json"
    if not path.is_file():
        return f"*(not measured yet: `make baselines BASELINES={name}`)*"
    run = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in run["cells"] if cell["variant"] == variant and cell["status"] == "ok"]
    steps = [(cell["size"], cell["step"]) for cell in cells if cell.get("step")]
    if not steps:
        reasons = [cell["reason"] for cell in run["cells"] if cell["variant"] == variant and cell["status"] != "ok"]
        return f"*(not measured on that machine: {reasons[0]})*" if reasons else f"*(no figures: {name} has none of it)*"
    parts = [f"{factor(step['ratio'])}× at N = {size:,}" for size, step in steps]
    size, last = steps[-1]
    text = f"**After `{last['baseline']}`: {', '.join(parts)}**"
    if last["low"] is not None:
        text += f" (95 % interval at {size:,}: {factor(last['low'])}–{factor(last['high'])})"
    whole = [(cell["size"], cell["speedup"]) for cell in cells if cell["speedup"]]
    if whole and whole[-1][1]["baseline"] != last["baseline"]:
        size, speedup = whole[-1]
        text += f". After `{speedup['baseline']}`: {factor(speedup['ratio'])}× at N = {size:,}"
    return text + f". First import {seconds(cells[-1]['import_s'])}, first call {seconds(cells[-1]['first_call_s'])}."


def smacof(results, record):
    """A table of a record of `make bench-ladder`: SMACOF beside the search, a problem a line."""
    path = results / "baselines" / record
    if not path.is_file():
        return "*(not measured yet: `make bench-ladder`)*"
    found = [item for item in json.loads(path.read_text(encoding="utf-8"))["smacof"] if "ratio" in item]
    if not found:
        return "*(not measured on that machine: scikit-learn is not there)*"
    lines = ["| N | the search ends at stress | SMACOF ends at stress | both pass | the search | SMACOF | times the search's |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for item in found:
        one, other = item["search"], item["smacof"]
        lines.append(
            f"| {item['size']:,} | {one['end']:,.0f} after {seconds(one['end_s'])} "
            f"| {other['end']:,.0f} after {seconds(other['end_s'])} | {item['level']:,.0f} "
            f"| {seconds(one['passes_s'])} | {seconds(other['passes_s'])} | {factor(item['ratio'])} |"
        )
    return "\n".join(lines)


def seconds(number):
    """1.23 s, 45.6 ms, 789 µs."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if number >= scale or unit == "µs":
            return f"{number / scale:.3g} {unit}"


def readme(path, results, check):
    """Put between markers what was generated: after `<!-- table NAME -->` what a committed run
    printed, after `<!-- packages -->` the table of ./setup, after `<!-- bought NAME VARIANT -->` what
    that rung bought in a committed run, after `<!-- smacof RECORD -->` what SMACOF took beside the
    search; each ends with `<!-- end -->`."""
    old = path.read_text(encoding="utf-8")

    def replace(match):
        if match[1] == "packages":
            return f"<!-- packages -->\n{packages()}\n<!-- end -->"
        kind, _, name = match[1].partition(" ")
        if kind == "bought":
            return f"<!-- {match[1]} -->\n{bought(results, *name.split(' '))}\n<!-- end -->"
        if kind == "smacof":
            return f"<!-- {match[1]} -->\n{smacof(results, name)}\n<!-- end -->"
        table = results / "baselines" / name / "table.txt"
        if not table.is_file():
            raise Missing(f"{path.name}: {table} is not there; 'make baselines' makes it")
        printed = table.read_text(encoding="utf-8").rstrip()
        return f"<!-- {match[1]} -->\n```text\n{printed}\n```\n<!-- end -->"

    marked = r"<!-- (packages|table \S+|bought \S+ \S+|smacof \S+) -->\n.*?<!-- end -->"
    new, count = re.subn(marked, replace, old, flags=re.DOTALL)
    if count == 0:
        raise Missing(f"{path.name} has no marker <!-- table NAME -->")
    if new != old and check:
        raise Missing(f"{path.name} is older than the runs it shows; 'make readme' refreshes it")
    if new != old:
        path.write_text(new, encoding="utf-8")


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("deck", nargs="*", type=Path, help="default: every deck in slides/")
    add("--baselines", action="store_true", help="quote the committed runs only")
    add("--run", action="append", default=[], metavar="NAME=DIR", help="quote this run")
    add("--results", type=Path, default=ROOT / "results", help="where runs are")
    add("--output", type=Path, default=HERE, help="where the decks go")
    add("--reveal", type=Path, default=REVEAL, help="where reveal.js is")
    add("--readme", nargs="?", type=Path, const=README, help="refresh this file's table")
    add("--check", action="store_true", help="with --readme: change nothing")
    options = parser.parse_args(words)
    if any("=" not in run for run in options.run):
        parser.error("--run takes NAME=DIR")
    return options


def documents(path):
    """The file that was named, or every one that shows figures."""
    return sorted([README, *ROOT.glob("labs/*/LADDER.md")]) if path == README else [path]


def decks_of(options):
    """A deck is a Markdown file with a title block; slides/README.md is none."""
    return options.deck or [
        path for path in sorted(HERE.glob("*.md")) if path.read_text(encoding="utf-8").startswith("---\n")
    ]


def main(words):
    options = parse(words)
    try:
        if options.readme:
            for document in documents(options.readme):
                readme(document, options.results, options.check)
            return 0
        chosen = dict(run.split("=", 1) for run in options.run)
        runs = find_runs(options.results, chosen, options.baselines)
        claims = read_toml(ROOT / "reference" / "claims.toml")["claim"]
        for name, run in runs.items():
            print(f"{name}: {run.name} ({run.stamp()})", file=sys.stderr)
        for deck in decks_of(options):
            build_deck(deck, Figures(runs, claims), options.output, options.reveal)
    except Missing as missing:
        print(f"slides: {missing}", file=sys.stderr)
        return 1
    except NoTool as missing:
        print(f"slides: {missing}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
