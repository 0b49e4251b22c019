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


# Made here, once: two threads that let msgspec look at the same Struct for the first time end the process.
_OPERATION = msgspec.json.Decoder(Operation)
_OPERATIONS = msgspec.json.Decoder(list[Operation])

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
"""What JSON of each type becomes in Python."""


def _read(name: str) -> bytes:
    # By whoever loaded this module, from a zip too; importlib.resources takes longer to import than all of this.
    content: bytes = __loader__.get_data(f"{__file__.removesuffix('__init__.py')}{name}")  # type: ignore[name-defined]
    return content


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the document's order."""
    return tuple(_OPERATIONS.decode(_read("operations.json")))


@cache
def _lines() -> bytes:
    return _read("operations.json")


def _line(at: int) -> Operation:
    """The operation whose line begins there; the others are not decoded for it."""
    text = _lines()
    return _OPERATION.decode(text[at : text.index(b"\n", at)].rstrip(b","))


@cache
def operation(id: str) -> Operation:
    """The operation with this ``operationId``.

    Raises:
        KeyError: there is none.
    """
    at = _lines().find(f'{{"id":"{id}",'.encode())
    if at < 0:
        raise KeyError(id)
    return _line(at)


def operation_at(method: str, path: str) -> Operation | None:
    """The operation of a method and a path with its places, ``/v2/droplets/{id}``, whatever these are called."""
    text, wanted = _lines(), _PLACE.sub("{}", path)
    start = f'"method":"{method}","path":"'
    head = (start + wanted.partition("{}")[0]).encode()
    at = text.find(head)
    while at >= 0:
        found = text[at + len(start) : text.index(b'"', at + len(start))].decode()
        if _PLACE.sub("{}", found) == wanted:
            return _line(text.rindex(b"\n", 0, at) + 1)
        at = text.find(head, at + 1)
    return None


_PLACE = re.compile(r"\{\w+\}")


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
