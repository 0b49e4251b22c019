"""A docstring as help: its first line, what follows, and what it says of each argument.

Docstrings speak to people who write Python. What they say that makes no sense on a command line is said otherwise here,
by rules: names of arguments become options, and what only programs do is left out.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SECTIONS = ("Args:", "Returns:", "Raises:", "Example:", "Examples:", "Attributes:", "Yields:")
_NAMES = re.compile(r"(\w+, )*\w+,")
_ENTRY = re.compile(r"(\w+(?:, \w+)*): (.*)")

REWORDED: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(Create|Add) the (.+?),? (?:from|of) these and (?:from|of) the attributes already set on it", r"\1 the \2"),
    (r"[;,] all of (?:them|it) unless a page is asked for", ""),
    (r", each a dict(?: with [^;.]*)?(?=[;.])", ""),
    (r", as (?:a dict|objects?)(?=[;.])", ""),
    (r"; the object then shows them, and keeps what else was set on it", ""),
    (r": one that is given, or one with these attributes; they win over those of the given", ""),
    (r"\bList one page of ", "List "),
    (r"\bList one page\.", "List all."),
    (
        r"\bone or many objects, or their URNs(?: such as `+do:droplet:5`+)?",
        "such as droplet:web-1, or a URN; may be repeated",
    ),
    (r"\bas an object or by its (?:identifier|name)", "by its name or identifier"),
    (r"\bas objects or identifiers", "by their names or identifiers"),
    (r"\bobject or slug\b", "slug"),
    (r"\bobject or (identifier|number)\b", r"name or \1"),
    (r"\bobjects or identifiers\b", "names or identifiers"),
    (r"\bobject(s?), (slug|numbers) or\b", r"name\1, \2 or"),
    (r", see `+dopyapi\.(\w+)`+", r"; `dopy \1 list` shows them"),
    (r"[;,] see `wait_ready` for the latter", "; --wait waits for the latter"),
    (r"; `wait_ready` waits for (?:it|the end)", "; --wait waits for it"),
    (r",? see `wait`", " --wait waits for that"),
    (r"[;,] see `[A-Z][\w.]*`", ""),
    (r"; DigitalOcean prefers `delete_node\(.*?\)`", "; `delete-node --replace 1` replaces one"),
    (r"the current month's is `get_preview\(\)`", "`get-preview` shows the current month's"),
    (r"; it needs `dopyapi\[\w+\]`", ""),
    (r" Set it and `save\(\)` to [^.;]*; `create\(\)` cannot[^.]*\.", ""),
    (r" `Client\(reach=...\)` says where a port really is\.", ""),
    (r"`+Account\(\)\.team\.urn`+", "team.urn of `dopy account get -o json`"),
    (r"; `migration_source` makes one of a [^.;]*", ""),
    (
        r"such as `\[\"192.0.2.1\", \"192.0.2.2\"\]`; a dict has",
        "such as 192.0.2.1; may be repeated; a JSON object has",
    ),
    (r"such as `+\{\"(\w+)\": True\}`+", r"such as \1=true"),
    (r"one of `upgrades\(\)`, or its slug", "one of `upgrades`"),
    (r"`+True`+ makes", "makes"),
    (r"`+False`+ ends that", "--no-auto-scale ends that"),
    (r"`+False`+ where", "no where"),
    (r", or `None` where it has none", ", or nothing where it has none"),
    (r", and return its ", ", and show its "),
    (
        r"`((?:get|list|create|upsert|delete|update)_\w+|clusterlint\w*|replicate)(?:\(\))?`",
        lambda m: f"`{m[1].replace('_', '-')}`",
    ),
    (r"`+([^`]+)`+", r"\1"),
)
"""What is said otherwise, in this order."""


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
    paragraphs = [plain(" ".join(p.split())) for p in "\n".join(lines[:begin]).strip().split("\n\n")]
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
                    found.arguments[each] = entry[2]
            elif name:
                for each in name.split(", "):
                    found.arguments[each] += f" {line.strip()}"
    found.arguments = {each: sentence(plain(text)) for each, text in found.arguments.items()}
    return found


def attributes_of(cls: Any) -> dict[str, str]:
    """What is written below each attribute in its class, which Python does not keep: the sources are read for it."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if not base.__module__.startswith("dopyapi.") or not inspect.get_annotations(base):
            continue
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        except (OSError, TypeError, SyntaxError):  # no sources are there, as in a frozen program: no help then
            continue
        statements = body.body if isinstance(body, ast.ClassDef) else []
        for statement, below in zip(statements, statements[1:], strict=False):
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                found[statement.target.id] = " ".join(str(below.value.value).split())
    return found


def plain(text: str) -> str:
    """In the words of the command line, and without the marks of code around names, which say nothing there."""
    for said, instead in REWORDED:
        text = re.sub(said, instead, text)
    return text


def sentence(text: str) -> str:
    """With a capital letter, unless it begins with a name of the API's or a value."""
    first = text.split(" ", 1)[0].rstrip(",.;:")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
