"""Operations of the official document that nothing in the package claims yet: ``unclaimed.txt``, which only shrinks.

python -m tests.spec.unclaimed --write
"""

from __future__ import annotations

import sys
from pathlib import Path

from dopyapi import _facts

from .declarations import claimed
from .procedures import PROCEDURES

FILE = Path(__file__).parent / "unclaimed.txt"
HEAD = "# At most {} operations of the official document are unclaimed. python -m tests.spec.unclaimed --write"


def unclaimed() -> list[str]:
    """Their ``operationId``, sorted."""
    return sorted({o.id for o in _facts.operations()} - claimed().keys() - PROCEDURES.keys())


def listed() -> tuple[int, list[str]]:
    """What the file says: the most there may be, and which there are."""
    head, *names = FILE.read_text().splitlines()
    return int(next(word for word in head.split() if word.isdigit())), names


def text(names: list[str], most: int) -> str:
    """The file's content; the number at its top never grows."""
    return "\n".join([HEAD.format(min(most, len(names))), *names]) + "\n"


def main() -> None:
    names = unclaimed()
    most = listed()[0] if FILE.exists() else len(names)
    if "--write" in sys.argv:
        FILE.write_text(text(names, most))
    sys.stdout.write(f"{len(names)} operations are unclaimed; at most {most} may be\n")


if __name__ == "__main__":
    main()
