"""Docstrings in which several names share a line, as tools that know one name a line want them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import griffe

SECTION = re.compile(r"^( *)(Args|Parameters|Attributes|Raises):$")
SHARED = re.compile(r"^([\w*]+(?:, *[\w*]+)+): +(.*)$", re.DOTALL)


def spread(docstring: str) -> str:
    """A docstring with a line for each name, where ``a, b: text`` explains two at once."""
    return "\n".join(_lines(docstring.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    entry: list[str] = []
    margin: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if margin is not None and line.strip() and indent > margin:
            if entry and indent == len(entry[0]) - len(entry[0].lstrip()):
                yield from _spread(entry)
                entry = []
            entry.append(line)
            continue
        yield from _spread(entry)
        entry = []
        if line.strip():
            margin = len(section[1]) if (section := SECTION.match(line)) else None
        yield line
    yield from _spread(entry)


def _spread(entry: list[str]) -> Iterator[str]:
    if not entry:
        return
    indent = entry[0][: len(entry[0]) - len(entry[0].lstrip())]
    shared = SHARED.match(" ".join(line.strip() for line in entry))
    if shared is None:
        yield from entry
        return
    for name in shared[1].split(","):
        yield f"{indent}{name.strip()}: {shared[2]}"


class Spreading(griffe.Extension):
    """Spreads every docstring as it is read."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called by griffe."""
        if obj.docstring is not None:
            obj.docstring.value = spread(obj.docstring.value)
