"""What an answer holds of a thing: what was sent of what its schema knows, and what the schema demands besides."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from typing import Any

from ..catalogue import REGIONS, SIZES, region
from ..checks import check_value
from ..context import Context
from .shapes import constraint, is_nullable, members, narrowed, required

_USABLE = (
    *("active", "running", "online", "available", "up", "enabled", "ready", "deployed", "succeeded", "success"),
    *("completed", "created", "verified", "valid", "public", "private", "unknown"),
)
"""States in which a thing can be used, the plainest first: nothing is invented on the way there."""
SECRETS = frozenset({"secret_key", "secret", "token", "api_key", "password", "private_key", "bgp_auth_key"})
"""What production makes itself, and shows once."""
_TIMES = ("created_at", "updated_at")
_DEEPEST = 6


def taken(node: dict[str, Any], sent: Any, depth: int = 0) -> Any:
    """What was sent, without all that the schema of the answer does not know."""
    if depth > _DEEPEST:
        return None
    fields = members(narrowed(node, sent) if isinstance(sent, Mapping) else node)
    if isinstance(sent, Mapping):
        if not fields:
            return dict(sent) if constraint(node, "additionalProperties") is not False else {}
        # Inside what was sent a list that has to be there is empty where it is not: that is how clients send it.
        lists: dict[str, Any] = {name: [] for name in required(node) if depth and _may_be_empty(fields.get(name, {}))}
        return lists | {
            name: taken(fields[name], value, depth + 1)
            for name, value in sent.items()
            if name in fields and value is not None
        }
    if isinstance(sent, list):
        items = constraint(node, "items") or {}
        return [taken(items, item, depth + 1) for item in sent]
    return sent


def _may_be_empty(node: dict[str, Any]) -> bool:
    return constraint(node, "type") == "array" and not constraint(node, "minItems")


def fits(node: dict[str, Any], value: Any) -> bool:
    """Whether a value is one that the schema allows."""
    return check_value(node, value, "value") is None


def filled(
    context: Context,
    node: dict[str, Any],
    known: Mapping[str, Any],
    shown: Collection[str] = (),
    depth: int = 0,
) -> dict[str, Any]:
    """An object of a schema with what is known of it, and what it has to have besides.

    Parameters:
        known: values by name; those that the schema does not know are left out.
        shown: ways to members that the official example of the answer has: ``egresses``, ``region.slug``.
    """
    found: dict[str, Any] = {}
    node = narrowed(node, known)
    needed = required(node)
    for name, schema in members(node).items():
        inside = below(shown, name)
        value = known.get(name)
        if name in known and value is not None:
            found[name] = _complete(context, schema, name, value, inside, depth)
        elif name in needed or inside is not None:
            found[name] = made(context, schema, name, inside or (), depth)
        elif name in known and is_nullable(schema):
            found[name] = None
    return found


def made(context: Context, node: dict[str, Any], name: str, shown: Collection[str] = (), depth: int = 0) -> Any:
    """A value of a schema that nobody has given."""
    if name in _TIMES or constraint(node, "format") == "date-time":
        return context.stamp
    default = constraint(node, "default")
    if default is not None and fits(node, default):
        return default
    choices = constraint(node, "enum")
    if choices:
        return _choice([choice for choice in choices if choice is not None])
    kind = constraint(node, "type")
    if members(node) or kind == "object":
        return filled(context, node, {}, shown, depth + 1) if depth < _DEEPEST else {}
    if kind == "array":
        least = constraint(node, "minItems") or 0
        return [made(context, constraint(node, "items") or {}, name, (), depth + 1) for _ in range(least)]
    if is_nullable(node):
        return None
    if kind in ("integer", "number"):
        return constraint(node, "minimum") or 0
    if kind == "boolean":
        return False
    return _text(context, node, name)


def _complete(
    context: Context, node: dict[str, Any], name: str, value: Any, shown: Collection[str] | None, depth: int
) -> Any:
    """A value as the answer has it: with what its schema demands, and a slug as what it stands for."""
    if isinstance(value, str) and members(node):
        described = _described(name, value)
        return filled(context, node, described, shown or (), depth + 1)
    if isinstance(value, Mapping) and members(node) and depth < _DEEPEST:
        return filled(context, node, value, shown or (), depth + 1)
    if isinstance(value, list) and depth < _DEEPEST:
        items = constraint(node, "items") or {}
        if members(items):
            return [
                filled(context, items, item, shown or (), depth + 1) if isinstance(item, Mapping) else item
                for item in value
            ]
    return value


def _described(name: str, slug: str) -> Mapping[str, Any]:
    if name == "region" and slug in REGIONS:
        return region(slug)
    if name == "size" and slug in SIZES:
        size = SIZES[slug]
        return {"slug": slug, "memory": size.memory, "vcpus": size.vcpus, "disk": size.disk}
    return {"slug": slug, "name": slug, "id": slug}


def below(shown: Collection[str], name: str) -> list[str] | None:
    """What examples show below a member; None when they do not show the member at all."""
    found: list[str] | None = None
    for way in shown:
        head, _, rest = way.partition(".")
        if head.removesuffix("[]") == name:
            found = found if found is not None else []
            if rest:
                found.append(rest)
    return found


def _choice(choices: list[Any]) -> Any:
    by_text = {str(choice).lower().rpartition("_")[2]: choice for choice in reversed(choices)}
    by_text |= {str(choice).lower(): choice for choice in reversed(choices)}
    for state in _USABLE:
        if state in by_text:
            return by_text[state]
    return choices[0]


def _text(context: Context, node: dict[str, Any], name: str) -> str:
    format = constraint(node, "format")
    if name in SECRETS:
        return os.urandom(20).hex()
    if format == "uuid":
        return context.store.new_uuid()
    if format in ("ipv4", "ip"):
        return "192.0.2.1"
    if format == "ipv6":
        return "2001:db8::1"
    if format == "hostname":
        return "example.com"
    if format == "email":
        return "nobody@example.com"
    if format in ("uri", "url", "uri-reference"):
        return "https://example.com/"
    least = constraint(node, "minLength") or 0
    pattern = constraint(node, "pattern")
    if pattern:
        for tried in ("", "a", "a1", "1", "default", context.store.new_uuid(), "192.0.2.0/24", "2026-01-01"):
            if len(tried) >= least and re.search(pattern, tried):
                return tried
    return name[:1] * least if least else ""
