"""What an object's schema says of its members, its parts merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._facts import resolved


def members(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schemas of an object's members by name; of alternatives those of all of them."""
    node = resolved(node)
    found: dict[str, dict[str, Any]] = {}
    for part in (*node.get("allOf", ()), *node.get("oneOf", ()), *node.get("anyOf", ())):
        for name, schema in members(part).items():
            found.setdefault(name, schema)
    found.update(node.get("properties", {}))
    return found


def narrowed(node: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Of an object that has one of several forms, the form that fits best what is known of it."""
    whole = resolved(node)
    forms = [form for form in whole.get("oneOf", ()) if members(form)]
    if len(forms) < 2 or whole.get("properties") or whole.get("allOf"):
        return whole

    def likeness(form: dict[str, Any]) -> tuple[int, int]:
        return -len(required(form) - set(known)), len(set(members(form)) & set(known))

    return max(forms, key=likeness)


def required(node: dict[str, Any]) -> set[str]:
    """The members that an object must have."""
    node = resolved(node)
    found = set(node.get("required", ()))
    for part in node.get("allOf", ()):
        found |= required(part)
    options = node.get("oneOf") or node.get("anyOf")
    if options:
        found |= set.intersection(*(required(option) for option in options))
    return found


def constraint(node: dict[str, Any], name: str) -> Any:
    """What a schema says by such a name (``enum``, ``format``, ``type``), itself or in one of its parts."""
    node = resolved(node)
    if name in node:
        return node[name]
    for part in (*node.get("allOf", ()), *node.get("oneOf", ()), *node.get("anyOf", ())):
        found = constraint(part, name)
        if found is not None:
            return found
    return None


def is_nullable(node: dict[str, Any]) -> bool:
    """Whether null will do."""
    node = resolved(node)
    return bool(node.get("nullable")) or any(is_nullable(part) for part in node.get("allOf", ()))
