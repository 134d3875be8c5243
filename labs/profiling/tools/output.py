"""Where the profilers write: results/profiling/LAB-VARIANT-SIZE/, each file whole or not at all."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from subject import ROOT, Refused

RESULTS = Path(os.environ.get("PROFILING_RESULTS") or ROOT / "results" / "profiling")


def folder_of(lab, variant, size, preset=None):
    return RESULTS / "-".join(str(part) for part in (lab, variant, size, preset) if part)


def show(path):
    """A path as a person types it who stands in the repository."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def make_folder(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{show(folder)} cannot be made: {error.strerror or error}") from None


@contextmanager
def whole(path):
    """Give a name to write to; when all went well it becomes `path`, and otherwise it goes."""
    # The ending stays: some tools choose their format by it.
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    make_folder(path.parent)
    try:
        yield part
        if not part.is_file():
            raise Refused(f"nothing was written to {show(path)}")
        part.replace(path)
    except OSError as error:
        raise Refused(f"{show(path)} cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def write(path, text):
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def run(words, what, **keywords):
    """Run another program; its own last words become the reason if it fails."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **keywords)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise Refused(f"{what} failed with status {done.returncode}: {said[-1]}")
    return done.stdout
