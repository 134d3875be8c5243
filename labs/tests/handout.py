"""The commands of a handout: indented lines, as a reader types them."""

import re


def commands(text, indent=7):
    """Every command of a handout's text, in order; one that goes on after a backslash is one."""
    # What lies between ``` is output.
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    found, unfinished = [], ""
    for line in text.splitlines():
        # Before the numbered steps, an indent of 4 makes a command.
        match = re.fullmatch(rf"(?: {{{indent}}}| {{4}})(?! )(.*)", line)
        if not match:
            assert not unfinished, f"a command goes on after: {unfinished}"
            continue
        unfinished += match[1]
        if unfinished.endswith("\\"):
            unfinished = unfinished[:-1]
            continue
        found.append(unfinished)
        unfinished = ""
    return found
