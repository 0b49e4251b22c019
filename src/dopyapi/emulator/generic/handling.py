"""Doing what is asked of a plain family: create, read, list, replace, change, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ..._facts import Operation
from ..context import Context, Handler, Reply
from ..errors import conflict, not_found
from ..hooks import created, destroyed
from ..paging import links, window
from ..store import Document
from .families import Family, list_key
from .fitting import check_taken
from .shapes import constraint, members
from .values import SECRETS, below, filled, taken

_GONE = "The resource you requested could not be found."


def handler_of(family: Family, action: str, operation: Operation) -> Handler:
    """What answers one operation of a family."""
    act = _ACTIONS[action]

    def handle(context: Context) -> Reply:
        _refuse_without_parents(context, family)
        return act(context, family, operation)

    return handle


def _refuse_without_parents(context: Context, family: Family) -> None:
    """404 when something that the path goes through is not there."""
    _owner(context, family)


def _owner(context: Context, family: Family) -> str | None:
    """The subject of the thing that those of a family belong to here."""
    if family.parent is None:
        return None
    # The same identifier is called otherwise in the paths of what belongs to the thing.
    keys = [str(context.path[place]) for place in family.places]
    above: list[Family] = []
    while (family.parent if not above else above[0].parent) is not None:
        next_up = family.parent if not above else above[0].parent
        assert next_up is not None
        above.insert(0, next_up)
    owner: str | None = None
    for each, key in zip(above, keys, strict=True):
        owner = _named(context, each, key, owner).subject
    return owner


def _named(context: Context, family: Family, key: str, owner: str | None) -> Document:
    for found in context.store.select(family.kind, name=key).documents():
        if found.parent == owner:
            return found
    raise not_found(_GONE)


def _find(context: Context, family: Family) -> Document:
    return _named(context, family, str(context.path[family.place]), _owner(context, family))


def _create(context: Context, family: Family, operation: Operation) -> Reply:
    status, success = next(iter(operation.ok.items()))
    known = taken(family.schema, context.body)
    check_taken(family.schema, known)
    node = members(family.schema)[family.identifier]
    identifier = known.get(family.identifier) or _new_identifier(context, family, node)
    owner = _owner(context, family)
    for other in context.store.select(family.kind, name=str(identifier)).documents():
        if other.parent == owner:
            raise conflict(f"{family.identifier} {identifier!r} is already in use")
    known[family.identifier] = identifier
    known |= {place: value for place, value in context.path.items() if place in members(family.schema)}
    shown = _shown(family.key, success.shown)
    body = filled(context, family.schema, known, shown)
    answer = members(success.schema)[family.key] if family.key else success.schema
    told = {**_shaped(context, family, answer, body, shown), family.identifier: identifier}
    kept = {name: value for name, value in body.items() if name not in SECRETS}
    number = context.store.next_number(family.kind)
    made = context.store.add(family.kind, number, kept, name=str(identifier), parent=owner)
    created(context, made, context.body)
    return int(status), _wrapped(family.key, told, context, success.schema, success.shown)


def _new_identifier(context: Context, family: Family, node: dict[str, Any]) -> Any:
    if constraint(node, "type") == "integer":
        return context.store.next_number(f"{family.kind} id", 1000)
    uuid = context.store.new_uuid()
    return uuid if constraint(node, "pattern") is None or "-" in str(constraint(node, "pattern")) else UUID(uuid).hex


def _read(context: Context, family: Family, operation: Operation) -> Reply:
    status, success = next(iter(operation.ok.items()))
    return int(status), _answered(context, family, _find(context, family), success)


def _list(context: Context, family: Family, operation: Operation) -> Reply:
    status, success = next(iter(operation.ok.items()))
    key = list_key(operation)
    assert key is not None
    node = constraint(members(success.schema)[key], "items") or {}
    shown = [way.removeprefix(f"{key}[].") for ways in success.shown for way in ways if way.startswith(f"{key}[].")]
    owner = _owner(context, family)
    chosen = context.store.select(family.kind, parent=owner) if owner else context.store.select(family.kind)
    wanted = {
        name: value
        for name, value in context.query.items()
        if name in members(node) and name not in ("page", "per_page")
    }
    page, per_page = window(context)
    if wanted:
        fitting = [document for document in chosen if all(_is(document.body.get(n), v) for n, v in wanted.items())]
        total, documents = len(fitting), fitting[(page - 1) * per_page : page * per_page]
    else:
        total, documents = chosen.count(), chosen.documents(per_page, (page - 1) * per_page)
    items = [_shaped(context, family, node, document.body, shown) for document in documents]
    return int(status), {key: items, **_around(context, success.schema, total, page, per_page)}


def _is(value: Any, text: str) -> bool:
    if isinstance(value, list):
        return any(_is(item, text) for item in value)
    return str(value).lower() == text.lower()


def _around(context: Context, schema: dict[str, Any], total: int, page: int, per_page: int) -> dict[str, Any]:
    """What a listing says besides its items, as far as its schema knows of it."""
    known = members(schema)
    pages = max(1, -(-total // per_page))
    counts = {"total": total, "page": page, "pages": pages, "per_page": per_page, "count": total}
    found: dict[str, Any] = {}
    if "links" in known:
        found["links"] = links(context, total, page, per_page)
    if "meta" in known:
        inside = members(known["meta"]) or {"total": {}}
        found["meta"] = {name: value for name, value in counts.items() if name in inside}
    for name in ("total", "count", "total_count"):
        if name in known:
            found[name] = total
    return found


def _replace(context: Context, family: Family, operation: Operation) -> Reply:
    """What is sent takes the place of what was; what is not sent stays."""
    found = _find(context, family)
    sent = taken(family.schema, context.body)
    check_taken(family.schema, sent)
    sent.pop(family.identifier, None) if family.identifier != "name" else None
    found.body |= {name: value for name, value in sent.items() if name not in SECRETS}
    if "updated_at" in members(family.schema):
        found.body["updated_at"] = context.stamp
    found.name = str(found.body[family.identifier])
    context.store.save(found)
    status, success = next(iter(operation.ok.items()))
    return int(status), None if success.type is None else _answered(context, family, found, success)


def _delete(context: Context, family: Family, operation: Operation) -> Reply:
    found = _find(context, family)
    status, success = next(iter(operation.ok.items()))
    answer = None if success.type is None else _answered(context, family, found, success)
    _remove(context, found)
    return int(status), answer


def _remove(context: Context, document: Document) -> None:
    """Take a thing away, with all that belongs to it."""
    for kind in context.store.kinds():
        if kind.startswith("generic:"):
            for part in context.store.select(kind, parent=document.subject).documents():
                _remove(context, part)
    destroyed(context, document)


def _answered(context: Context, family: Family, document: Document, success: Any) -> Any:
    fields = members(success.schema)
    key = family.key if family.key in fields else ""
    if not key and any(family.key in ways for ways in success.shown):
        key, fields = family.key, {family.key: family.schema}
    node = fields[key] if key else success.schema
    if not members(node):
        return {}
    body = _shaped(context, family, node, document.body, _shown(key, success.shown))
    return _wrapped(key, body, context, success.schema, success.shown)


def _shaped(
    context: Context, family: Family, node: dict[str, Any], body: Mapping[str, Any], shown: Sequence[str]
) -> Any:
    """A thing as one answer has it: all that its schema has, and what its example shows of the whole thing."""
    whole = filled(context, family.schema, body, shown)
    further = {name: value for name, value in whole.items() if below(shown, name) is not None}
    return _both(further, filled(context, node, body, shown))


def _both(one: Any, other: Any) -> Any:
    """Two views of one thing as one; where they differ the second counts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _both(one.get(name, other.get(name)), other.get(name, one.get(name))) for name in one | other}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_both(left, right) for left, right in zip(one, other, strict=True)]
    return other


def _wrapped(key: str, body: dict[str, Any], context: Context, schema: dict[str, Any], shown: Any) -> Any:
    if not key:
        return body
    others = [way for ways in shown for way in ways if way.partition(".")[0] != key]
    return {**filled(context, schema, {}, others), key: body}


def _shown(key: str, shown: list[list[str]]) -> list[str]:
    """The ways to what the examples of an answer show of the thing itself."""
    start = f"{key}." if key else ""
    return [way.removeprefix(start) for ways in shown for way in ways if way.startswith(start)]


_ACTIONS = {
    "create": _create,
    "read": _read,
    "list": _list,
    "replace": _replace,
    "change": _replace,
    "delete": _delete,
}
