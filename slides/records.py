"""What a deck may quote besides runs: the records of the profiling lab, distortion.json and flame.json.

As in figures.py, whatever is not there raises Missing.
"""

from figures import Document, Missing

WAYS = {"clock": "own clock", "cprofile": "cProfile", "sampled": "sampled"}


def percent(share):
    """27.1 %"""
    return f"{100 * share:.1f} %"


class Record(Document):
    """One record's JSON file."""

    def __init__(self, path, name, own=False):
        super().__init__(path, name, own)
        self.path = path

    def stamp(self):
        origin = "measured here" if self.own else "committed baseline"
        return (
            f"{self.get('processor')} · Python {self.get('python')} · {self.get('measured')[:10]} · "
            f"{origin}, {self.name}"
        )

    def stamped(self):
        return f"\n\n[{self.stamp()}]{{.stamp}}\n"

    def value(self, words):
        """The text for the words after the record's name."""
        match words:
            case ["stamp"]:
                return self.stamp()
            case ["shares"]:
                return self.shares()
            case ["share", column, row]:
                return percent(self.get(*self.place(column), "shares", row))
            case ["slowdown", way]:
                return f"{self.get('summary', way, 'slowdown'):.2f}×"
            case ["worst", way]:
                return f"{self.get('summary', way, 'worst_points'):.1f}"
            case ["graph", name]:
                return self.graph(name)
            case ["size"]:
                return f"{self.get('size'):,}"
        raise Missing("no such placeholder; slides/README.md lists them")

    def place(self, column):
        """Where shares stand: of a way of looking, or of a variant."""
        return ["variants" if "variants" in self.data else "summary", column]

    def shares(self):
        """A row for each part of the program, a column for each way of looking."""
        ways = [way for way in WAYS if way in self.get("summary")]
        rows = [f"| share of the time | {' | '.join(WAYS[way] for way in ways)} |", "|:--" + "|--:" * len(ways) + "|"]
        for part in self.get("summary", "clock", "shares"):
            cells = (percent(self.get("summary", way, "shares", part)) for way in ways)
            rows.append(f"| `{part}` | {' | '.join(cells)} |")
        slow = (self.value(["slowdown", way]) for way in ways)
        rows.append(f"| *time it takes* | {' | '.join(slow)} |")
        return "\n".join(rows) + self.stamped()

    def graph(self, name):
        path = self.path.parent / f"{name}.svg"
        if not path.is_file():
            raise Missing(f"{self.name} has no graph {name}.svg")
        return f"![]({path.resolve()}){{.flame alt=\"flame graph: {name}\"}}" + self.stamped()
