"""The official document's examples of requests: those of its bodies, and those in its command lines."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tools import facts

from dopyapi import _facts

from . import document

DATA = re.compile(r"(?:-d|--data(?:-raw|-binary)?)\s+'((?:[^']|'\\'')*)'")
ADDRESS = re.compile(r"https?://[^\s\"'\\]+")


class Example(NamedTuple):
    """One request as the document shows it.

    Attributes:
        operation: what it is for.
        name: of the example.
        query, body: what it sends.
    """

    operation: _facts.Operation
    name: str
    query: dict[str, Any]
    body: Any

    def __str__(self) -> str:
        return f"{self.operation.id}-{self.name}"


@cache
def examples() -> tuple[Example, ...]:
    """Every example that sends something, a body or a query."""
    if not document.PLACE.exists():
        return ()
    source = facts.Document(document.content())
    found: list[Example] = []
    for operation in _facts.operations():
        written = document.content()["paths"][operation.path][operation.method.lower()]
        form = source.resolve(written.get("requestBody", {})).get("content", {}).get("application/json", {})
        named = {n: source.resolve(e).get("value") for n, e in form.get("examples", {}).items()}
        named["example"] = form.get("example")
        named["schema"] = source.resolve(form.get("schema", {})).get("example")
        found += [Example(operation, n, {}, body) for n, body in named.items() if body is not None]
        for sample in written.get("x-codeSamples", ()):
            if sample["lang"].lower() in ("curl", "shell"):
                found += commanded(operation, sample["source"])
    return tuple(found)


def commanded(operation: _facts.Operation, command: str) -> list[Example]:
    """What a command line sends, where it can be read."""
    address = ADDRESS.search(command)
    query = dict(parse_qsl(urlsplit(address[0]).query)) if address else {}
    data = DATA.search(command)
    body = None
    if data is not None:
        try:
            body = json.loads(data[1].replace("'\\''", "'"))
        except ValueError:
            return []  # with a variable of the shell in it, or not JSON at all
    return [Example(operation, "curl", query, body)] if query or body is not None else []
