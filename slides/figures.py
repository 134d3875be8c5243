"""What a deck may quote: the runs it is made from, and the value of each placeholder.

A value comes from a run.json or from reference/claims.toml. Whatever is not there, or was not
measured, raises Missing; nothing is ever left out silently.
"""

import json
import re
import tomllib

import quantities

SCHEMA = "fortyfold/1"

# As verdict_judge() in harness/analyze/verdict.c has them; a test compares the two files.
ROUNDING_SHARE = 0.1
WIDE_FACTOR = 2


class Missing(Exception):
    """A deck asks for what no run holds. The text says what, and what to do."""


def need(table, key, where):
    """The value of a key that must be there and not be null."""
    if not isinstance(table, dict) or table.get(key) is None:
        raise Missing(f'{where} has no "{key}"')
    return table[key]


class Document:
    """A JSON file. `name` is its folder as people are told of it; `own`: not a committed one."""

    def __init__(self, file, name, own):
        self.name, self.own, self.where = name, own, f"{name}/{file.name}"
        try:
            self.data = json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise Missing(f"{self.where} cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise Missing(f"{self.where} is not JSON: {error}") from None

    def get(self, *keys):
        value, where = self.data, self.where
        for key in keys:
            value = need(value, key, where)
            where += f": {key}"
        return value


class Run(Document):
    """One run.json, in the folder `path`."""

    def __init__(self, path, name, own):
        super().__init__(path / "run.json", name, own)
        self.path = path
        if not isinstance(self.data, dict) or self.data.get("schema") != SCHEMA:
            raise Missing(f'{self.where} is not of schema "{SCHEMA}"')

    def sizes(self):
        return sorted({cell["size"] for cell in self.get("cells")})

    def size(self, word):
        """A size from "80", "largest" or "smallest"."""
        if word in ("largest", "smallest"):
            return (max if word == "largest" else min)(self.sizes())
        if not word.isdigit():
            raise Missing(f'"{word}" is no size: a number, "largest" or "smallest"')
        return int(word)

    def cell(self, variant, size):
        """The cell of a variant at a size, if it is ok."""
        for cell in self.get("cells"):
            if cell["variant"] == variant and cell["size"] == size:
                break
        else:
            raise Missing(f"{self.name}/run.json has no cell of {variant} at {size}")
        if cell["status"] != "ok":
            raise Missing(f"{self.name}/run.json: {variant} at {size} is not ok but {cell['status']}")
        return cell

    def label(self, variant):
        for entry in self.get("lab", "variants"):
            if entry["name"] == variant:
                return entry["label"]
        raise Missing(f"{self.name}/run.json has no variant {variant}")

    def stamp(self):
        """Host, interpreter, date and run, as they stand under each table and picture."""
        origin = "measured here" if self.own else "committed baseline"
        return (
            f"{self.get('host', 'hostname')} · {self.get('host', 'cpu')} · "
            f"Python {self.get('software', 'python')} · {self.get('started')[:10]} · "
            f"{origin}, {self.name}"
        )


def same_plan(run, other, variants):
    """Whether `run` measured all that `other` did, as far as these variants go: a run of a part
    of it cannot fill a deck."""
    return (
        run.get("lab", "name") == other.get("lab", "name")
        and all(run.get("plan", key) == other.get("plan", key) for key in ("preset", "sizes", "parameters"))
        and set(variants or other.get("plan", "variants")) <= set(run.get("plan", "variants"))
    )


def newest(results, baseline, variants=None):
    """The reader's newest whole run of what the baseline measured, or the baseline."""
    found = baseline
    for path in sorted([*results.glob("*/run.json"), *results.glob("claims/*/run.json")]):
        if path.parent.is_symlink():
            continue  # results/latest
        try:
            run = Run(path.parent, f"results/{path.parent.relative_to(results)}", own=True)
            finished = run.get("finished") and run.get("ended_by") != "interrupt"
            finished = finished and (path.parent / "speedup.svg").is_file()  # not --no-pictures
            if finished and same_plan(run, baseline, variants):
                found = max(found, run, key=lambda one: one.get("started"))
        except Missing:
            continue  # not a run, or not a whole one: nothing to quote
    return found


CELL_FIELDS = {
    "real": lambda cell: quantities.seconds(cell["summary"]["median_s"]),
    "best": lambda cell: quantities.seconds(cell["summary"]["best_s"]),
    "user": lambda cell: quantities.seconds(cell["summary"]["user_s"]),
    "sys": lambda cell: quantities.seconds(cell["summary"]["sys_s"]),
    "cpu": lambda cell: quantities.seconds(cell["summary"]["cpu_s"]),
    "peak": lambda cell: quantities.mebibytes(cell["summary"]["peak_rss_bytes"]),
    "speedup": lambda cell: quantities.ratio(cell["speedup"]["ratio"]),
    "interval": lambda cell: quantities.interval(cell["speedup"]["low"], cell["speedup"]["high"]),
    "verdict": lambda cell: cell["speedup"]["verdict"],
    "residual": lambda cell: quantities.residual(cell["residual"]["max_absolute"]),
}


def cell_value(run, variant, size, field):
    if field not in CELL_FIELDS:
        raise Missing(f'a cell has no "{field}"; it has {", ".join(CELL_FIELDS)}')
    size = run.size(size)
    cell = run.cell(variant, size)
    try:
        return CELL_FIELDS[field](cell)
    except (KeyError, TypeError):
        raise Missing(f"{run.name}/run.json: {variant} at {size} has no {field}") from None


def clocks(run):
    """By which clock the speedups of a run are taken."""
    words = {"real": "real time", "cpu": "CPU time"}
    baseline = run.get("lab", "baseline")
    used = {
        cell["speedup"]["clock"]
        for cell in run.get("cells")
        if cell["speedup"] is not None and cell["variant"] != baseline
    }
    return " and ".join(words[clock] for clock in sorted(used, reverse=True))


def stamped(run):
    return f"\n\n[{run.stamp()}]{{.stamp}}\n"


def cell_table(run, size):
    """A row a variant, the baseline first."""
    baseline = run.get("lab", "baseline")
    rows = ["| | time of a call | speedup | 95 % interval |", "|:--|--:|--:|:--|"]
    for variant in run.get("plan", "variants"):
        time = cell_value(run, variant, size, "real")
        if variant == baseline:
            speedup, interval = "1", "baseline"
        else:
            speedup = cell_value(run, variant, size, "speedup")
            interval = cell_value(run, variant, size, "interval")
        rows.append(f"| {run.label(variant)} | {time} | {speedup} | {interval} |")
    return "\n".join(rows) + stamped(run)


def picture(run, name):
    path = run.path / f"{name}.svg"
    if not path.is_file():
        raise Missing(f"{run.name} has no picture {name}.svg (was gnuplot missing?)")
    return f"![]({path.resolve()}){{alt=\"{name} of {run.get('lab', 'title')}\"}}" + stamped(run)


def judge(claim, low, high):
    """verdict_judge() of harness/analyze/verdict.c; `low` and `high` are the interval's ends."""
    above = low > claim["high"] * (1 + ROUNDING_SHARE)
    below = high < claim["low"] * (1 - ROUNDING_SHARE)
    if not above and not below:
        return "not resolved" if high > WIDE_FACTOR * low else "reproduced"
    return "exceeded" if above else "not reproduced"


def claim_value(claim, run, field):
    """A published ratio beside this run's; `field`: see `values`."""
    if claim["quantity"] != "ratio":
        raise Missing(f"claim {claim['id']} is in seconds of another machine: no figure to judge")
    if run.get("lab", "baseline") != claim["baseline"]:
        raise Missing(f"{run.name}/run.json has another baseline than claim {claim['id']}")
    cell = run.cell(claim["candidate"], claim["size"])
    run.cell(claim["baseline"], claim["size"])
    if cell["speedup"] is None or cell["speedup"]["real"]["low"] is None:
        raise Missing(f"{run.name}/run.json: {claim['candidate']} has no interval: measure 2 blocks")
    real = cell["speedup"]["real"]
    ends = [quantities.factor(claim[end]).removesuffix(".0") for end in ("low", "high")]
    values = {
        "title": claim["title"],
        "source": claim["source"],
        "configuration": claim["configuration"],
        "published": "–".join(dict.fromkeys(ends)) + "×",
        "measured": quantities.ratio(real["ratio"]),
        "interval": quantities.interval(real["low"], real["high"]),
        "verdict": judge(claim, real["low"], real["high"]),
    }
    return need(values, field, "a claim")


def claim_table(claims, run):
    rows = ["| claim | published | here | verdict |", "|:--|--:|--:|:--|"]
    for claim in claims:
        if claim["quantity"] == "ratio" and claim["lab"] == run.get("lab", "name"):
            value = {
                field: claim_value(claim, run, field)
                for field in ("title", "published", "measured", "interval", "verdict")
            }
            what = value["title"].split(":")[0]
            here = f"{value['measured']}\\ {value['interval']}"
            rows.append(f"| {what} | {value['published']} | {here} | **{value['verdict']}** |")
    if len(rows) == 2:
        raise Missing(f"reference/claims.toml has no ratio for lab {run.get('lab', 'name')}")
    return "\n".join(rows) + stamped(run)


class Figures:
    """The values of placeholders. `runs`: name in the deck → Run, or a Record with `value`; claims: of claims.toml."""

    def __init__(self, runs, claims):
        self.runs, self.claims = runs, claims

    def value(self, name):
        """The text for `mds.cell.numpy.80.speedup` and the like."""
        words = name.split(".")
        if words[0] == "claims" and len(words) == 3:
            return self.claim(*words[1:])
        if words[0] not in self.runs:
            raise Missing(f'no source is named "{words[0]}"; there are {", ".join(self.runs)}, claims')
        run = self.runs[words[0]]
        if not isinstance(run, Run):
            return run.value(words[1:])
        match words[1:]:
            case ["cell", variant, size, field]:
                return cell_value(run, variant, size, field)
            case ["table", size]:
                return cell_table(run, size)
            case ["picture", picture_name]:
                return picture(run, picture_name)
            case ["claims"]:
                return claim_table(self.claims, run)
            case ["stamp"]:
                return run.stamp()
            case ["size", word]:
                return quantities.count(run.size(word))
            case ["blocks"]:
                return quantities.count(run.get("blocks_done_count"))
            case ["samples"]:
                return quantities.count(run.get("plan", "samples_count"))
            case ["clock"]:
                return clocks(run)
            case ["plan", "parameters", key]:
                return str(run.get("plan", "parameters", key))
            case ["host", key]:
                return str(run.get("host", key))
            case ["software", key]:
                return str(run.get("software", key))
        raise Missing("no such placeholder; slides/README.md lists them")

    def claim(self, identity, field):
        for claim in self.claims:
            if claim["id"] == identity:
                for run in (source for source in self.runs.values() if isinstance(source, Run)):
                    plan = (run.get("lab", "name"), run.get("plan", "preset"))
                    if plan == (claim["lab"], claim["preset"]):
                        return claim_value(claim, run, field)
                raise Missing(f"no source is a run of claim {identity}")
        raise Missing(f"reference/claims.toml has no claim {identity}")


def fill(text, file, figures):
    """Replace each {{placeholder}}. Every failure is listed: file, line, placeholder, reason."""
    lines, complaints = [], []

    def replace(match):
        try:
            return figures.value(match[1].strip())
        except Missing as missing:
            complaints.append(f"{file}:{number}: {match[0]}: {missing}")
            return match[0]

    for number, line in enumerate(text.split("\n"), start=1):
        lines.append(re.sub(r"\{\{(.*?)\}\}", replace, line))
        if not complaints and re.search(r"\{\{|\}\}", lines[-1]):
            complaints.append(f"{file}:{number}: a placeholder is not closed: {line.strip()}")
    if complaints:
        raise Missing("\n".join(complaints))
    return "\n".join(lines)


def read_toml(path):
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise Missing(f"{path} cannot be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise Missing(f"{path}: {error}") from None
