"""The table of facts: what the official document says of every operation, without its prose.

Made by ``tools/facts.py``. The emulator routes and checks by it, and so does the test-suite; the table is data and
knows neither of them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
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
    return files(__name__).joinpath(name).read_bytes()


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the document's order."""
    return tuple(msgspec.json.decode(_read("operations.json"), type=list[Operation]))


@cache
def operation(id: str) -> Operation:
    """The operation with this ``operationId``."""
    return next(o for o in operations() if o.id == id)


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
