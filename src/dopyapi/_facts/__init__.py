"""The table of facts: what the official document says of every operation, without its prose.

Made by ``tools/facts.py``. The emulator routes and checks by it, and so does the test-suite; the table is data and
knows neither of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec


class Success(msgspec.Struct, frozen=True):
    """One documented success of an operation."""

    type: str | None = None
    schema: dict[str, Any] = {}
    shown: list[list[str]] = []
    """For each official example the property paths that occur in it, such as ``droplets[].id``."""


class Operation(msgspec.Struct, frozen=True):
    """One operation of the API."""

    id: str
    method: str
    path: str
    tag: str
    ok: dict[str, Success]
    errors: list[str]
    path_params: dict[str, dict[str, Any]] = {}
    query: dict[str, dict[str, Any]] = {}
    query_required: list[str] = []
    headers: dict[str, dict[str, Any]] = {}
    headers_required: list[str] = []
    body_type: str | None = None
    body: dict[str, Any] | None = None
    body_required: bool = False
    scopes: list[list[str]] = []
    """Alternatives, each a set of scopes that suffices."""
    deprecated: bool = False
    host: str | None = None
    """Where it is served, when that is not the API's own host."""


def _read(name: str) -> bytes:
    # By whoever loaded this module, from a zip too; importlib.resources takes longer to import than all of this.
    content: bytes = __loader__.get_data(f"{__file__.removesuffix('__init__.py')}{name}")  # type: ignore[name-defined]
    return content


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the document's order."""
    return tuple(msgspec.json.decode(_read("operations.json"), type=list[Operation]))


class _Index:
    """The lines of the table, one for each operation, by what stands at their beginning; nothing else is decoded."""

    def __init__(self) -> None:
        self.by_id: dict[str, bytes] = {}
        self.by_path: dict[tuple[str, str], str] = {}
        for line in _read("operations.json").split(b"\n"):
            head = _HEAD.match(line)
            if head is not None:
                id, method, path = head[1].decode(), head[2].decode(), head[3].decode()
                self.by_id[id] = line.rstrip(b",")
                self.by_path[method, _PLACE.sub("{}", path)] = id


_HEAD = re.compile(rb'\{"id":"([^"]+)","method":"([^"]+)","path":"([^"]+)"')
_PLACE = re.compile(r"\{\w+\}")


@cache
def _index() -> _Index:
    return _Index()


@cache
def operation(id: str) -> Operation:
    """The operation with this ``operationId``; the others are not decoded for it.

    Raises:
        KeyError: there is none.
    """
    return msgspec.json.decode(_index().by_id[id], type=Operation)


def operation_at(method: str, path: str) -> Operation | None:
    """The operation of a method and a path with its places, ``/v2/droplets/{id}``, whatever these are called."""
    id = _index().by_path.get((method, _PLACE.sub("{}", path)))
    return None if id is None else operation(id)


@cache
def _schemas() -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(_read("schemas.json"), type=dict[str, msgspec.Raw])


@cache
def schema(name: str) -> dict[str, Any]:
    """A named schema; its references to others are ``{"$ref": name}``."""
    found: dict[str, Any] = msgspec.json.decode(_schemas()[name])
    return found


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, when the node only refers to one."""
    while "$ref" in node:
        node = schema(node["$ref"])
    return node
