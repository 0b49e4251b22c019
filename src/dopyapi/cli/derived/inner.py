"""What is inside a resource and has no class of its own in commands: node pools, database users, log sinks.

They are typed by name or identifier, and looked up before anything is done to them: what does not exist is said, where
the SDK would take it for deleted already.
"""

from __future__ import annotations

from typing import Any

import click

from dopyapi._core.operations import Declaration

from ..failing import NOT_FOUND, Failure

LISTED = {
    "node_pool": "list_node_pools",
    "user": "list_users",
    "db": "list_dbs",
    "pool": "list_pools",
    "replica": "list_replicas",
    "topic": "list_topics",
    "logsink": "list_logsinks",
    "index": "list_indexes",
    "schema": "list_schemas",
}
"""Listings of what is inside, by what operations call it."""
SAYS = {"id": "node_pool", "logsink_id": "logsink", "pool": "pool", "name": "", "index_name": "", "subject_name": ""}
"""Parameters that say which is meant; where nothing stands, the operation's name says of what."""
IDENTIFIED = ("id", "sink_id", "logsink_id", "name")
KEYS = (*IDENTIFIED, "sink_name", "index_name", "subject_name", "subject")


def within(target: Any, declaration: Declaration[Any, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an operation, those that name something inside its target as the API knows them.

    Args:
        target: what the operation is of.
        declaration: the operation.
        given: its arguments, as they were typed.

    Raises:
        Failure: there is nothing of that name or identifier.
    """
    found = dict(given)
    for name, word in given.items():
        noun = _noun(type(target), declaration.name, name)
        if noun is None or not isinstance(word, str) or (not SAYS[name] and any(SAYS.get(each) for each in given)):
            continue  # beside an identifier, a name is a new one
        inside = _inside(target, noun, word)
        found[name] = _identifier(inside, name)
        if "nodes" in given or "node_id" in given:
            _nodes(inside, found)
    return found


def _noun(cls: Any, operation: str, parameter: str) -> str | None:
    verb, _, rest = operation.partition("_")
    noun = SAYS.get(parameter)
    if noun is None or verb in ("create", "add", "replicate", "snapshot", "rename", "get", "list", "promote"):
        # What only reads says by itself that there is nothing of that name, but a node pool is known by its identifier.
        noun = noun if noun == "node_pool" and cls.__name__ == "DOKS" else None
        return noun
    if not noun:
        noun = rest if verb in ("delete", "update", "reset") else None
    return noun if noun in LISTED and hasattr(cls, LISTED[noun]) else None


def _inside(target: Any, noun: str, word: str) -> Any:
    items = list(getattr(target, LISTED[noun]).all())
    matching = [item for item in items if any(_at(item, key) == word for key in KEYS)]
    if len(matching) == 1:
        return matching[0]
    from .outcomes import label_of

    what, there = noun.replace("_", " "), [str(_name(item)) for item in items]
    if matching:
        raise Failure(f"{len(matching)} of the {what}s of {label_of(target)} are called {word!r}: say which by its id")
    hint = f"; there is {', '.join(there[:20])}" if there else ""
    raise Failure(f"{label_of(target)} has no {what} {word!r}{hint}", NOT_FOUND)


def _nodes(pool: Any, found: dict[str, Any]) -> None:
    """Names of nodes as their identifiers."""
    known = {str(_at(node, "name")): str(_at(node, "id")) for node in _at(pool, "nodes") or ()}
    for name in ("node_id", "nodes"):
        word = found.get(name)
        if isinstance(word, str):
            found[name] = _node(word, known)
        elif word:
            found[name] = [_node(each, known) for each in word]


def _node(word: str, known: dict[str, str]) -> str:
    if word in known or word in known.values():
        return known.get(word, word)
    raise Failure(f"the node pool has no node {word!r}; there is {', '.join(known) or 'none'}", NOT_FOUND)


def _at(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, dict) else getattr(item, key, None)


def _name(item: Any) -> Any:
    names = ("name", "sink_name", "index_name", "subject_name", "id")
    return next((found for found in (_at(item, key) for key in names) if found), item)


def _identifier(item: Any, parameter: str) -> Any:
    keys = IDENTIFIED if parameter in ("id", "logsink_id") else (parameter, "name", "index_name", "subject_name")
    return next((found for found in (_at(item, key) for key in keys) if found), None)


def inside(ctx: click.Context, operation: str, parameter: str, incomplete: str) -> list[Any]:
    """What there is inside the target that has been typed, as Tab shows it."""
    from ..completing import asked, named
    from .targets import find

    cls = getattr(getattr(ctx.parent, "command", None), "cls", None)
    # While an option still wants its value, what stands by its place has not been taken yet.
    words = ctx.params.get("targets") or ctx.args[:1]
    noun = _noun_of(cls, operation, parameter) if cls is not None and words else None
    if noun is None:
        return []

    def items() -> list[Any]:
        target = find(cls, [words] if isinstance(words, str) else words[:1])[0]
        return list(named(getattr(target, LISTED[noun]).all(), incomplete))

    return asked(ctx, items)


def _noun_of(cls: Any, operation: str, parameter: str) -> str | None:
    """The same as for a call, also of what only reads."""
    verb, _, rest = operation.partition("_")
    noun = SAYS.get(parameter)
    noun = rest if noun == "" and verb in ("get", "delete", "promote", "reset", "update") else noun
    if (cls.__name__, operation, parameter) in (("DatabaseCluster", "reset_password", "name"),):
        noun = "user"
    return noun if noun in LISTED and hasattr(cls, LISTED[noun]) else None
