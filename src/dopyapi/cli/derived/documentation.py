"""A docstring as help: its first line, what follows, and what it says of each argument."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

SECTIONS = ("Args:", "Returns:", "Raises:", "Example:", "Examples:", "Attributes:", "Yields:")
_NAMES = re.compile(r"(\w+, )*\w+,")
_ENTRY = re.compile(r"(\w+(?:, \w+)*): (.*)")


@dataclass
class Help:
    """What a docstring says.

    Attributes:
        line: in a line.
        text: that and what follows it, as paragraphs.
        arguments: what it says of each argument.
    """

    line: str = ""
    text: str = ""
    arguments: dict[str, str] = field(default_factory=dict)


def help_of(docstring: str | None) -> Help:
    """Read a docstring."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    begin = next((n for n, line in enumerate(lines) if line in SECTIONS), len(lines))
    paragraphs = [_plain(" ".join(p.split())) for p in "\n".join(lines[:begin]).strip().split("\n\n")]
    found = Help(paragraphs[0], "\n\n".join(paragraphs))
    section = name = before = ""
    for line in lines[begin:]:
        if line in SECTIONS:
            section, name = line, ""
        elif section in ("Args:", "Attributes:") and line.strip():
            if _NAMES.fullmatch(line.strip()):
                before += f"{line.strip()} "  # names that are described together, over several lines
                continue
            begins = before or len(line) - len(line.lstrip()) <= 4
            entry = _ENTRY.fullmatch(before + line.strip()) if begins else None
            before = ""
            if entry:
                name = entry[1]
                for each in name.split(", "):
                    found.arguments[each] = _plain(entry[2])
            elif name:
                for each in name.split(", "):
                    found.arguments[each] += f" {_plain(line.strip())}"
    return found


def _plain(text: str) -> str:
    """Without the marks of code, which say nothing on a terminal."""
    return re.sub(r"``?([^`]+)``?", r"\1", text)
