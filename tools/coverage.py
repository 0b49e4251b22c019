"""Write docs/emulator-coverage.md: how each operation of the API is answered, and what is known to differ.

python tools/coverage.py            write the page, and the list of what answers 501
python tools/coverage.py --check    say whether they are as they would be written
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from dopyapi._facts import Operation, operations
from dopyapi.emulator import generic
from dopyapi.emulator.context import HANDLERS
from dopyapi.emulator.differences import EVERYWHERE, OF_PRODUCTS
from dopyapi.emulator.generic.exceptions import NOT_PLAIN
from dopyapi.emulator.handlers import load

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "emulator-coverage.md"
NOT_EMULATED = ROOT / "tests" / "emulator" / "not_emulated.txt"
BEHAVIOUR, GENERIC, NONE = "behaviour", "generic", "501"

HEAD = """# What the emulator answers

Made by `tools/coverage.py`; do not edit. Every operation of the official document, and how the emulator answers it:

- **behaviour**: written by hand: states, checks, conflicts, what follows, time. The header `x-emulated` says so.
- **generic**: a general, stateful rule: what is created is there, in the shape of its schema, can be listed, filtered,
  read, changed and deleted, and ends with what it belongs to. Nothing follows from it, no state changes by itself, and
  checks are those of the schema. `--strict` answers 501 instead.
- **501**: not emulated yet; the answer names the operation. This list only shrinks.

"""


def how(operation: Operation) -> str:
    """How an operation is answered."""
    if operation.id in HANDLERS:
        return BEHAVIOUR
    return GENERIC if generic.handler(operation.id) is not None else NONE


def page() -> str:
    """The page."""
    load()
    by_tag: dict[str, list[Operation]] = {}
    for operation in operations():
        by_tag.setdefault(operation.tag, []).append(operation)
    counts = Counter(how(operation) for operation in operations())
    lines = [HEAD, "| | operations |", "|---|---|"]
    lines += [f"| {name} | {counts[name]} |" for name in (BEHAVIOUR, GENERIC, NONE)]
    lines += [f"| all | {counts.total()} |", "", "## Known to differ, everywhere", ""]
    lines += [f"- {text}" for text in EVERYWHERE]
    for tag in sorted(by_tag):
        lines += ["", f"## {tag}", ""]
        lines += [f"- {text}" for text in OF_PRODUCTS.get(tag, ())]
        if tag in OF_PRODUCTS:
            lines.append("")
        lines += ["| operation | request | answered |", "|---|---|---|"]
        lines += [
            f"| `{one.id}` | {one.method} `{one.path}` | {how(one)}{_why(one)} |"
            for one in sorted(by_tag[tag], key=lambda one: (one.path, one.method))
        ]
    return "\n".join(lines) + "\n"


def _why(operation: Operation) -> str:
    return f": {NOT_PLAIN[operation.id]}" if operation.id in NOT_PLAIN else ""


def not_emulated() -> str:
    """What answers 501, one operation a line."""
    load()
    return "".join(f"{one}\n" for one in sorted(o.id for o in operations() if how(o) == NONE))


def main() -> int:
    """Write or check; returns the exit status."""
    wanted = {PAGE: page(), NOT_EMULATED: not_emulated()}
    if "--check" in sys.argv:
        stale = [str(file.relative_to(ROOT)) for file, text in wanted.items() if file.read_text() != text]
        print("\n".join(f"{file} is not what tools/coverage.py writes" for file in stale) or "up to date")
        return bool(stale)
    for file, text in wanted.items():
        file.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
