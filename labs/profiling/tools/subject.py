"""What is looked at: a variant of a lab, called with the arguments that the lab's problem makes.

Plain Python, without the harness: the profilers of this lab run inside the program they look at.
"""

import importlib.util
import inspect
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEED = 1


class Refused(Exception):
    """What was asked for cannot be done; the text says why, and what to do."""


def load_file(folder, file):
    """Import a file of a lab by its path: labs use the same file names."""
    # No name that a module of a lab's own could have.
    name = f"subject:{folder.name}:{Path(file).stem}"
    spec = importlib.util.spec_from_file_location(name, folder / file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def read_lab(lab):
    """Return (the lab's folder, what its lab.toml says)."""
    folder = ROOT / "labs" / lab
    if not (folder / "lab.toml").is_file():
        known = sorted(path.parent.name for path in (ROOT / "labs").glob("*/lab.toml"))
        raise Refused(f"there is no lab {lab!r}; there are: {', '.join(known)}")
    with (folder / "lab.toml").open("rb") as file:
        return folder, tomllib.load(file)


def describe(folder, lab, variant):
    """Return (file, function, problem's file, parameters) of a variant, or of the lab's exercise."""
    problem, exercise = lab["problem"], lab.get("exercise", {})
    parameters = problem.get("parameters", {})
    for entry in lab["variant"]:
        if entry["name"] == variant and "interpreter" in entry:
            raise Refused(
                f"{variant} runs in {entry['interpreter']}, and these profilers look at programs in "
                f"{Path(sys.executable).name}; take another variant"
            )
        if entry["name"] == variant:
            return entry["file"], entry["function"], problem["file"], parameters
    files = exercise_files(exercise)
    if variant in files:
        function = exercise.get("function", lab["variant"][0]["function"])
        if "problem" in exercise:
            return files[variant], function, exercise["problem"], exercise.get("parameters", {})
        return files[variant], function, problem["file"], parameters
    known = [entry["name"] for entry in lab["variant"]] + list(files)
    raise Refused(f"the lab {folder.name} has no variant {variant!r}; it has: {', '.join(known)}")


def exercise_files(exercise):
    """The programs of an exercise by the names that `check` gives them, and the student's by its own."""
    files = {}
    if exercise:
        files = {"exercise": exercise["file"], "yours": exercise["file"], "solution": exercise["solution"]}
    if exercise.get("baseline", "").endswith(".py"):
        files["start"] = exercise["baseline"]
    return files


class Subject:
    """A function and its arguments."""

    def __init__(self, lab, variant, size, preset=None):
        self.folder, self.toml = read_lab(lab)
        self.lab, self.variant, self.size, self.preset = lab, variant, size, preset
        file, function, problem, self.parameters = describe(self.folder, self.toml, variant)
        if preset:
            if preset not in self.toml["presets"]:
                known = ", ".join(self.toml["presets"])
                raise Refused(f"the lab {lab} has no preset {preset!r}; it has: {known}")
            self.parameters = self.parameters | self.toml["presets"][preset].get("parameters", {})
        # Variants import each other by name, and the C kernels.
        sys.path[:0] = [str(self.folder), str(ROOT / "bin" / "python")]
        try:
            self.problem = load_file(self.folder, problem)
            self.module = load_file(self.folder, file)
            self.function = getattr(self.module, function)
        except ModuleNotFoundError as missing:
            raise Refused(
                f"{file} needs the module {missing.name}, which is not there; make builds what is the "
                "lab's own, ./setup installs NumPy, ./setup --ladder what compiles the rest"
            ) from None

    def __str__(self):
        preset = f", preset {self.preset}" if self.preset else ""
        return f"{self.lab}/{self.variant}, size {self.size}{preset}"

    def make(self):
        """Fresh arguments, always the same: a variant may change its own."""
        return self.problem.make(self.size, SEED, **self.parameters)

    def lab_functions(self):
        """Every function and method that is written in a file of the lab's folder."""
        found = {}
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if file is None or Path(file).parent != self.folder:
                continue
            for value in vars(module).values():
                members = vars(value).values() if inspect.isclass(value) else [value]
                for member in members:
                    if inspect.isfunction(member) and member.__code__.co_filename == file:
                        found[member.__code__] = member
        return list(found.values())
