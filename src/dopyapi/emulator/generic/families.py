"""Which operations are about one kind of thing, and where its parts are in their answers.

A family is a collection, ``/v2/uptime/checks``, and its members, ``/v2/uptime/checks/{check_id}``. It is plain when
things are created by POST to the collection, when answers hold the thing as an object of its own, and when that object
has the identifier by which the path asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from ..._facts import Operation, Success, operations, resolved
from ..context import HANDLERS
from .exceptions import NOT_PLAIN
from .shapes import constraint, members

Action = str
_PLACE = re.compile(r"{(\w+)}")
_CHANGES = {"PUT": "replace", "PATCH": "change", "POST": "replace"}


class Family(NamedTuple):
    """One kind of thing.

    Attributes:
        collection: the path of its collection.
        place: what a path calls the identifier of one.
        identifier: what the thing itself calls it.
        key: under what the answer of a creation has it; empty where it is the whole answer.
        operations: by what they do: ``create``, ``list``, ``read``, ``replace``, ``change``, ``delete``.
        parent: the family whose members it belongs to.
        places: what the path of the collection calls the identifiers of those that it goes through, the nearest last.
        schema: of the thing.
    """

    collection: str
    place: str
    identifier: str
    key: str
    operations: dict[Action, Operation]
    parent: Family | None
    places: tuple[str, ...]
    schema: dict[str, Any]

    @property
    def kind(self) -> str:
        """Of its documents."""
        return "generic:" + self.collection.removeprefix("/v2/")


@cache
def families() -> tuple[Family, ...]:
    """Every plain family without behaviour of its own."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations():
        if operation.host is None and operation.path.startswith("/v2/"):
            by_path.setdefault(operation.path, {})[operation.method] = operation
    found: dict[str, Family] = {}
    # Shorter paths first: what belongs to something comes after it.
    for path in sorted(by_path, key=lambda path: path.count("/")):
        if path.endswith("}") or "POST" not in by_path[path]:
            continue
        family = _family(path, by_path, found)
        if family is not None:
            found[path] = family
    return tuple(found.values())


def _family(path: str, by_path: dict[str, dict[str, Operation]], known: dict[str, Family]) -> Family | None:
    create = by_path[path]["POST"]
    if create.id in HANDLERS or create.id in NOT_PLAIN or create.body_type not in ("application/json", None):
        return None
    belongs, parent = _parent(path, known)
    member = _member_path(path, by_path)
    answer = _answer(create)
    if not belongs or member is None or answer is None:
        return None
    place = member.rpartition("{")[2].rstrip("}")
    key = _envelope(answer, place)
    if key is None:
        return None
    schema = _schema(key, answer, by_path[member].get("GET"))
    identifier = _identifier(schema, place)
    sent = members(create.body or {})
    if identifier is None or not (sent.keys() & members(schema).keys()):
        return None
    operations = dict(_about(path, member, by_path, create, key))
    if not operations.keys() & {"read", "list"}:
        return None
    return Family(path, place, identifier, key, operations, parent, tuple(_PLACE.findall(path)), schema)


def _parent(path: str, known: dict[str, Family]) -> tuple[bool, Family | None]:
    """Whether it is clear whom a collection belongs to, and whom: nobody, or members of a family."""
    above = path.rpartition("/")[0]
    if "{" not in above:
        return True, None
    if not above.endswith("}"):
        return False, None
    family = known.get(above.rpartition("/")[0])
    return family is not None and "read" in family.operations, family


def _member_path(path: str, by_path: dict[str, dict[str, Operation]]) -> str | None:
    for other, methods in by_path.items():
        head, _, tail = other.rpartition("/")
        if head == path and tail.startswith("{") and tail.endswith("}") and methods.keys() - {"POST"}:
            return other
    return None


def _about(
    path: str, member: str, by_path: dict[str, dict[str, Operation]], create: Operation, key: str
) -> Iterator[tuple[Action, Operation]]:
    yield "create", create
    listing = by_path[path].get("GET")
    if listing is not None and _usable(listing) and list_key(listing) is not None:
        yield "list", listing
    for method, operation in by_path[member].items():
        if not _usable(operation):
            continue
        if method == "DELETE":
            yield "delete", operation
            continue
        answer = _answer(operation)
        fits = answer is not None and (
            _envelope(answer, "") == key or key in members(answer.schema) or any(key in ways for ways in answer.shown)
        )
        if method == "GET" and fits:
            yield "read", operation
        elif method in _CHANGES and (fits or answer is None):
            yield _CHANGES[method], operation


def _usable(operation: Operation) -> bool:
    return operation.id not in HANDLERS and operation.id not in NOT_PLAIN


def _answer(operation: Operation) -> Success | None:
    """The first success of an operation, if it is JSON."""
    success = next(iter(operation.ok.values()), None)
    return success if success is not None and success.type == "application/json" and success.schema else None


def _envelope(answer: Success, place: str) -> str | None:
    """Under what an answer has the thing: its only object; empty when the answer is the thing; None if neither."""
    fields = members(answer.schema)
    if not fields:
        return None
    if place and _identifier(answer.schema, place) is not None:
        return ""
    objects = [name for name, node in fields.items() if members(node)]
    rest = fields.keys() - set(objects) - {"links", "meta"}
    return objects[0] if len(objects) == 1 and not rest else None


def _schema(key: str, created: Success, read: Operation | None) -> dict[str, Any]:
    """That of a thing: as it is read, which is the whole of it; else as it is created."""
    whole = _answer(read) if read is not None and _usable(read) else None
    for answer in (whole, created):
        if answer is not None and (not key or key in members(answer.schema)):
            return members(answer.schema)[key] if key else answer.schema
    return created.schema


def list_key(operation: Operation) -> str | None:
    """Under what a listing has its items: its only list of objects."""
    answer = _answer(operation)
    if answer is None:
        return None
    lists = [
        name
        for name, node in members(answer.schema).items()
        if resolved(node).get("type") == "array" and members(resolved(node).get("items", {}))
    ]
    return lists[0] if len(lists) == 1 else None


def _identifier(schema: dict[str, Any], place: str) -> str | None:
    """What a thing calls the identifier that a path calls ``place``: ``alert_uuid`` is its ``uuid``."""
    fields = members(schema)
    short = place.rpartition("_")[2]
    for name in (place, short, {"id": "uuid", "uuid": "id"}.get(short, "")):
        if name in fields and not members(fields[name]) and constraint(fields[name], "type") in ("string", "integer"):
            return name
    return None
