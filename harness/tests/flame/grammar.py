"""Which stacks can a program have? The rule: the line in which a caller stands must name what it
calls. It is read from the program's own source, so that a stack whose frames do not belong
together, or whose lines are wrong, breaks it.
"""

import re
from pathlib import Path

TORTURE = Path(__file__).with_name("torture.py")

# "file:function:line [kind]"; marks are "[words]".
FRAME = re.compile(r"(?P<file>[^:]+):(?P<function>.+?)(?::(?P<line>\d+))?(?: \[library\])?$")


def read(path):
    """Return the stacks of a folded file: [(frames, count)…]; a frame is (file, function, line),
    of a mark ("", words, 0)."""
    stacks = []
    for text in Path(path).read_text(encoding="utf-8").splitlines():
        names, count = text.rsplit(" ", 1)
        frames = []
        for name in names.split(";"):
            if name.startswith("[") and name.endswith("]"):
                frames.append(("", name[1:-1], 0))
                continue
            found = FRAME.match(name)
            frames.append((found["file"], found["function"], int(found["line"] or 0)))
        stacks.append((frames, int(count)))
    return stacks


class Grammar:
    def __init__(self, source=TORTURE):
        self.file = source.name
        self.lines = [""] + source.read_text(encoding="utf-8").splitlines()

    def words_of(self, function):
        """Any of these in the caller's line names the function."""
        last = function.rsplit(".", 1)[-1]
        return {
            "<genexpr>": ["for"],
            "<listcomp>": ["["],
            "__init__": ["Thing("],
            "get": [".get("],
            "run": ["asyncio.run("],
            "repeat": ["repeat("],
            "<module>": [],
        }.get(last, [last])

    def line_of(self, line):
        return self.lines[line] if 0 < line < len(self.lines) else ""

    def generated(self, caller, callee):
        """Do name and line of generated code belong together?"""
        found = re.fullmatch(r"made_(\d+)(_inner)?", callee[1])
        if found is None:
            return callee[1] == "<module>" and self.line_of(caller[2]).strip().startswith("exec(")
        k = int(found[1])
        if found[2]:
            first = 3 + k % 5
            return caller[1] == f"made_{k}" and callee[2] in (first, first + 1 + k % 7)
        return caller[1] == "generated" and callee[2] in (1, 2 + k % 5)

    def edge(self, caller, callee):
        """May the caller, where it stands, have called this?"""
        if callee[1].endswith("__del__"):
            return True  # it may begin anywhere
        if callee[0] == "<string>" and (caller[0] == self.file or callee[1].startswith("made_")):
            return self.generated(caller, callee)
        if caller[0] == "<string>" and caller[1] == "<module>":
            return True  # a .pth file of a package
        if caller[0] != self.file:
            # A library calls back what it was given.
            return callee[0] != self.file or callee[1] in ("several", "wait", "crowd_work", "fold")
        if callee[0] != self.file:
            return True  # which functions of a library run is not ours to say
        text = self.line_of(caller[2])
        if caller[1] == callee[1] == "<module>":
            return False
        if callee[1] == caller[1] and callee[1] not in ("down", "wait"):
            return False
        words = self.words_of(callee[1])
        if caller[1] == "repeat":
            return "subject()" in text
        return any(word in text for word in words)

    def inside(self, frame):
        """Is the line within the function?"""
        file, function, line = frame
        if file != self.file or function.endswith(">"):
            return True  # "<module>", "<genexpr>": no def begins them
        name = function.rsplit(".", 1)[-1]
        if f"class {name}:" in self.lines:
            return self.in_body_of_class(name, line)
        at = line
        while at > 0 and not re.match(r"\s*(async )?def ", self.line_of(at)):
            at -= 1
        return f"def {name}(" in self.line_of(at)

    def in_body_of_class(self, name, line):
        """A class's body runs once, when the program begins: its lines are the head and its defs."""
        at = line
        while at > 0 and not re.match(r"\S", self.line_of(at)):
            at -= 1
        own = line == at or re.match(r"    (async )?def ", self.line_of(line)) is not None
        return own and self.line_of(at) == f"class {name}:"

    def wrong(self, frames):
        """Say what is impossible about a stack; None when nothing is."""
        frames = [f for f in frames if f[0] or f[1] != "idle"]
        python = [f for f in frames if f[0] and (f[2] > 0)]
        if any(f[2] == 0 for f in frames[:-1] if f[0]):
            return "compiled code has called something"
        for frame in python:
            if not self.inside(frame):
                return f"line {frame[2]} is not in {frame[1]}"
        for caller, callee in zip(python, python[1:]):
            if not self.edge(caller, callee):
                return f"{caller[1]}:{caller[2]} does not call {callee[1]}"
        if sum(f[1] == "down" for f in python) > 5001 or sum(f[1] == "wait" for f in python) > 21:
            return "too many calls"
        if any(f[1] == "work" for f in python):
            if sum(f[1] == "down" for f in python) != 5001:
                return "frames of a recursion are lost"
        return None


def check(path, source=TORTURE):
    """Return (samples, {what is impossible: samples})."""
    grammar = Grammar(source)
    total, faults = 0, {}
    for frames, count in read(path):
        total += count
        fault = grammar.wrong(frames)
        if fault is not None:
            faults[fault] = faults.get(fault, 0) + count
    return total, faults
