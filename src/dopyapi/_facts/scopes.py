"""Which scopes a token needs for a request.

What the document declares of an operation stands in the table of operations. What it says beside that stands here: of
single fields and parameters in ``scopes.json`` (made by ``tools/scopes.py``), and in prose in the tables below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec

from . import Operation, _read, operations

Scopes = frozenset[str]

DROPLET_ACTIONS = {
    "password_reset": "droplet:admin",
    "rebuild": "droplet:admin",
    "resize": "droplet:create",
    "restore": "droplet:admin",
    "snapshot": "image:create",
}
"""What actions of a Droplet need besides ``droplet:update``."""
BY_TYPE = frozenset({"dropletActions_post", "dropletActions_post_byTag"})

FROM_AN_IMAGE = "droplets_create"
"""Needs to read the account's own images where it names one of them, by a number; public ones, by a slug, are read by
everybody. The document does not tell them apart."""

ALWAYS = {"droplets_destroy_byTag": "tag:read"}
"""What an operation needs besides what it declares."""

INSTEAD = {"projects_assign_resources": "project:update", "projects_assign_resources_default": "project:update"}
"""A scope that does as well as all that an operation declares."""

TAGGED = {
    "database": "database:update",
    "droplet": "droplet:update",
    "image": "image:update",
    "volume": "block_storage:update",
    "volume_snapshot": "block_storage_snapshot:update",
}
"""What tagging and untagging need for each type of resource, as far as there is such a scope."""
TAGGING = frozenset({"tags_assign_resources", "tags_unassign_resources"})

ASSIGNED = {
    "app": "app:read",
    "dbaas": "database:read",
    "domain": "domain:read",
    "droplet": "droplet:read",
    "floatingip": "reserved_ip:read",
    "kubernetes": "kubernetes:read",
    "loadbalancer": "load_balancer:read",
    "reservedip": "reserved_ip:read",
    "volume": "block_storage:read",
    "vpc": "vpc:read",
}
"""What putting a resource into a project needs, by the kind in its URN."""


class Needs(msgspec.Struct, frozen=True):
    """What the fields and parameters of one operation need.

    Paths lead from the body to a field, with ``[]`` for the members of a list: ``inbound_rules.[].sources.tags``.
    """

    always: list[str] = []
    """Of what every such request has."""
    body: dict[str, list[str]] = {}
    query: dict[str, list[str]] = {}


_NEEDS = msgspec.json.Decoder(dict[str, Needs])


@cache
def needs() -> dict[str, Needs]:
    """The needs of fields and parameters, by operation id."""
    return _NEEDS.decode(_read("scopes.json"))


@cache
def known() -> Scopes:
    """Every scope that the document knows."""
    declared = {scope for o in operations() for alternative in o.scopes for scope in alternative}
    of_fields = {
        scope
        for need in needs().values()
        for scopes in (need.always, *need.body.values(), *need.query.values())
        for scope in scopes
    }
    return frozenset(declared | of_fields | {*DROPLET_ACTIONS.values()})


@cache
def read_only() -> Scopes:
    """The scopes of a token that may only read."""
    return frozenset(scope for scope in known() if scope.endswith(":read"))


def required(operation: Operation, body: Mapping[str, Any] | None = None, query: Collection[str] = ()) -> list[Scopes]:
    """The sets of scopes each of which suffices; one empty set when none is needed.

    Parameters:
        body: what is sent; without it, what every such request needs.
        query: names of the parameters that are sent.
    """
    alternatives = [frozenset(alternative) for alternative in operation.scopes] or [frozenset[str]()]
    if operation.id in INSTEAD:
        alternatives.append(frozenset({INSTEAD[operation.id]}))
    further = further_needs(operation, body or {}, query)
    return [alternative | further for alternative in alternatives]


def missing(
    operation: Operation,
    granted: Collection[str],
    body: Mapping[str, Any] | None = None,
    query: Collection[str] | None = None,
) -> Scopes:
    """What a token with these scopes lacks, by the alternative of which it lacks least; empty when it suffices."""
    held = frozenset(granted)
    return min((needed - held for needed in required(operation, body, query or ())), key=len)


def further_needs(operation: Operation, body: Mapping[str, Any], query: Collection[str] = ()) -> Scopes:
    """What a request needs besides what its operation declares."""
    found: set[str] = set()
    need = needs().get(operation.id)
    if need is not None:
        if operation.id != FROM_AN_IMAGE or str(body.get("image")).isdigit():
            found.update(need.always)
        for name, scopes in need.query.items():
            if name in query:
                found.update(scopes)
        for path, scopes in need.body.items():
            if _is_given(body, path.split(".")):
                found.update(scopes)
    if operation.id in ALWAYS:
        found.add(ALWAYS[operation.id])
    if operation.id in BY_TYPE:
        found.update(_of(DROPLET_ACTIONS, [body.get("type")]))
    elif operation.id in TAGGING:
        found.update(_of(TAGGED, [r.get("resource_type") for r in _objects(body.get("resources"))]) & known())
    elif operation.id in INSTEAD:
        urns = [urn for urn in _list(body.get("resources")) if isinstance(urn, str)]
        found.update(_of(ASSIGNED, [urn.split(":")[1] for urn in urns if urn.count(":") >= 2]))
    return frozenset(found)


def _is_given(value: Any, steps: list[str]) -> bool:
    """Whether there is something at a path of the body; null and what is empty is as good as nothing."""
    if not steps:
        return bool(value) or value == 0
    if steps[0] == "[]":
        return any(_is_given(item, steps[1:]) for item in _list(value))
    return isinstance(value, Mapping) and _is_given(value.get(steps[0]), steps[1:])


def _of(table: Mapping[str, str], names: list[Any]) -> set[str]:
    return {table[name] for name in names if isinstance(name, str) and name in table}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _list(value) if isinstance(item, Mapping)]
