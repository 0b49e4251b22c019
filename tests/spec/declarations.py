"""Every operation that the package declares, and the operation of the official document that it claims."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl

from dopyapi import _facts
from dopyapi._core.endpoint import WAITS, ActionEndpoint, ActionsEndpoint, Endpoint
from dopyapi._core.operations import Declaration
from dopyapi._core.resource import Resource
from tests.contract.test_names import DONE

from . import schemas

# Modules of what the API has grown since the reference was written; like DONE, this only grows.
GROWN: tuple[str, ...] = ("reserved_ips",)
PLACE = re.compile(r"{[^}]*}")
# Arguments of every operation of a kind, which are none of the API's.
OURS = {"extra_body", *WAITS}
OF_TAKES_URL = {"url", "data"}


@dataclass(frozen=True)
class Declared:
    """An operation of a class, inherited ones included.

    Attributes:
        cls, name: whose it is, and its name there.
    """

    cls: type[Resource]
    name: str
    declaration: Declaration[Any, Any]

    def __str__(self) -> str:
        return f"{self.cls.__name__}.{self.name}"

    @property
    def endpoint(self) -> Endpoint:
        """Method and path, as declared."""
        assert self.declaration.endpoint is not None
        return self.declaration.endpoint

    @cached_property
    def path(self) -> str:
        """The path with the class's own place in it, without a query."""
        return self.endpoint.path.replace("{_url}", self.cls._url).partition("?")[0]

    @cached_property
    def where(self) -> tuple[str, str]:
        """Method and path, whatever the places in it are called."""
        return self.endpoint.method, PLACE.sub("{}", self.path)

    @property
    def described(self) -> str:
        """Method and path, and the type of an action."""
        kind = f" with type {self.constants['type']}" if isinstance(self.endpoint, ActionEndpoint) else ""
        return " ".join(self.where) + kind

    @property
    def claims(self) -> _facts.Operation | None:
        """The document's operation; of an action, if it knows one of that type."""
        operation = documented().get(self.where)
        return operation if operation is None or self.body_of(operation) is not None else None

    def body_of(self, operation: _facts.Operation) -> schemas.Schema | None:
        """The schema of what goes out."""
        body = operation.body or {}
        if isinstance(self.endpoint, ActionEndpoint):
            return schemas.alternative(body, "type", self.constants["type"])
        return body

    @cached_property
    def constants(self) -> dict[str, Any]:
        """What always goes out, in the query or in the body."""
        return self.endpoint.constants | dict(parse_qsl(self.endpoint.path.partition("?")[2]))

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What a caller can give that goes to the query or to the body."""
        places = set(re.findall(r"{(\w+)}", self.endpoint.path))
        ours = OURS | (OF_TAKES_URL if self.endpoint.takes_url else set())
        return {
            n: p
            for n, p in self.declaration.signature.parameters.items()
            if n not in places | ours and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        }


@cache
def documented() -> dict[tuple[str, str], _facts.Operation]:
    """The document's operations by method and path, whatever the places in it are called."""
    return {(o.method, PLACE.sub("{}", o.path.removeprefix("/v2"))): o for o in _facts.operations()}


@cache
def resources() -> tuple[type[Resource], ...]:
    """The resource classes of the modules that are done."""
    homes = tuple(importlib.import_module(f"dopyapi.{name}").__name__ for name in DONE + GROWN)
    return tuple(c for c in _below(Resource) if _within(c.__module__, homes) and "_url" in vars(c))


def _within(module: str, homes: tuple[str, ...]) -> bool:
    """Whether a module is one of these, or in one of these packages."""
    return any(module == home or module.startswith(home + ".") for home in homes)


def _below(cls: type[Resource]) -> Iterator[type[Resource]]:
    for child in cls.__subclasses__():
        yield child
        yield from _below(child)


@cache
def all_declared() -> tuple[Declared, ...]:
    """Every operation that has an endpoint, of every class; an alias is no operation of its own."""
    found: dict[tuple[type[Resource], int], Declared] = {}
    for cls in resources():
        for base in cls.__mro__:
            for name in vars(base):
                value = inspect.getattr_static(cls, name)
                if not isinstance(value, Declaration) or value.endpoint is None:
                    continue
                if isinstance(value.endpoint, ActionsEndpoint) and not cls._action_attrs:
                    continue  # refused before anything is sent
                found.setdefault((cls, id(value)), Declared(cls, name, value))
    return tuple(found.values())


def claimed() -> dict[str, list[Declared]]:
    """The declarations by the ``operationId`` that they claim."""
    found: dict[str, list[Declared]] = {}
    for declared in all_declared():
        if declared.claims is not None:
            found.setdefault(declared.claims.id, []).append(declared)
    return found
