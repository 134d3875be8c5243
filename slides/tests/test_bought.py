"""The line that a ladder's handout has on each rung, and its table of SMACOF."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import build  # noqa: E402

STEP = {"ratio": 2.5, "low": 2.4, "high": 2.6, "baseline": "numpy"}


def line(tmp_path, *cells):
    folder = tmp_path / "baselines" / "mds-ladder"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"cells": cells}))
    return build.bought(tmp_path, "mds-ladder", "c")


def cell(size, **given):
    return {"variant": "c", "size": size, "status": "ok", "reason": None, "step": STEP, "speedup": None,
            "import_s": 0.012, "first_call_s": 0.0000034} | given  # fmt: skip


def test_a_rung_tells_what_it_bought_and_what_its_start_costs(tmp_path):
    speedup = STEP | {"baseline": "naive", "ratio": 1234.5}
    text = line(tmp_path, cell(20, step=STEP | {"ratio": 0.5}), cell(1000, speedup=speedup))
    assert text == (
        "**After `numpy`: 0.500× at N = 20, 2.50× at N = 1,000** (95 % interval at 1,000: 2.40–2.60). "
        "After `naive`: 1,230× at N = 1,000. First import 12 ms, first call 3.4 µs."
    )


def test_a_rung_that_was_skipped_says_why(tmp_path):
    text = line(tmp_path, cell(20, status="skipped", reason="it needs a NEON", step=None))
    assert text == "*(not measured on that machine: it needs a NEON)*"


def test_a_rung_without_a_run_names_the_command(tmp_path):
    assert "make baselines BASELINES=mds-ladder" in build.bought(tmp_path, "mds-ladder", "c")


SMACOF = {
    "size": 1000, "level": 27411.4, "ratio": 113.4,
    "search": {"end": 27384.0, "end_s": 0.00704, "passes_s": 0.00492},
    "smacof": {"end": 26904.0, "end_s": 2.99, "passes_s": 0.555},
}  # fmt: skip


def beside(tmp_path, *problems):
    (tmp_path / "baselines").mkdir()
    (tmp_path / "baselines/ladder.json").write_text(json.dumps({"smacof": problems}))
    return build.smacof(tmp_path, "ladder.json")


def test_smacof_is_shown_with_both_ends_and_the_times_to_a_stress_that_both_pass(tmp_path):
    assert beside(tmp_path, SMACOF).splitlines()[2:] == [
        "| 1,000 | 27,384 after 7.04 ms | 26,904 after 2.99 s | 27,411 | 4.92 ms | 555 ms | 113 |"
    ]


def test_without_scikit_learn_or_a_record_the_handout_says_so(tmp_path):
    assert "not measured on that machine" in beside(tmp_path, {"size": 500, "verdict": "skipped"})
    assert "make bench-ladder" in build.smacof(tmp_path, "other.json")
