"""Reading the table's schemas: what an object may hold, what it must, and of which types a value may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dopyapi import _facts

Schema = dict[str, Any]
ONE_OF = ("oneOf", "anyOf")


def resolved(schema: Schema) -> Schema:
    """The schema itself, when it only refers to one."""
    return _facts.resolved(schema)


def properties(schema: Schema) -> dict[str, Schema]:
    """Every property that an object of this schema may have, in any of its alternatives."""
    schema = resolved(schema)
    found: dict[str, Schema] = dict(schema.get("properties", {}))
    for part in parts(schema):
        for name, value in properties(part).items():
            found[name] = {"anyOf": [found[name], value]} if name in found and found[name] != value else value
    return found


def parts(schema: Schema) -> Iterator[Schema]:
    """What a schema is put together from."""
    for kind in ("allOf", *ONE_OF):
        yield from schema.get(kind, [])


def demands(schema: Schema) -> list[set[str]]:
    """The sets of properties of which an object must have one whole set, one for each alternative."""
    schema = resolved(schema)
    found = [set(schema.get("required", []))]
    for part in schema.get("allOf", []):
        found = [one | other for one in found for other in demands(part)]
    for kind in ONE_OF:
        if schema.get(kind):
            options = [demand for part in schema[kind] for demand in demands(part)]
            found = [one | option for one in found for option in options]
    return found


def alternative(schema: Schema, name: str, value: Any) -> Schema | None:
    """The alternative of a body that a member such as ``type`` chooses, if there is one."""
    schema = resolved(schema)
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if schema.get("discriminator", {}).get("propertyName") == name and mapping:
        return _facts.schema(mapping[value]) if value in mapping else None
    options = [part for kind in ONE_OF for part in schema.get(kind, [])]
    for part in options:
        allowed = resolved(properties(part).get(name, {})).get("enum")
        if allowed and value in allowed:
            return resolved(part)
    return None if options else schema


def types(schema: Schema) -> set[str]:
    """The JSON types that a value may be of; empty where the schema says nothing."""
    schema = resolved(schema)
    written = schema.get("type")
    found = set(written) if isinstance(written, list) else {written} if written else set()
    for kind in ONE_OF:
        for part in schema.get(kind, []):
            found |= types(part)
    for part in schema.get("allOf", []):
        found |= types(part)
    if not found and "properties" in schema:
        found = {"object"}
    if not found and "enum" in schema:
        found = {"string" if isinstance(v, str) else "integer" for v in schema["enum"] if v is not None}
    return found - {"null"}


def is_moment(schema: Schema) -> bool:
    """Whether a string is a date and time."""
    schema = resolved(schema)
    return schema.get("format") == "date-time" or any(is_moment(part) for part in parts(schema))


def items(schema: Schema) -> Schema:
    """What a list holds."""
    schema = resolved(schema)
    if "items" in schema:
        found: Schema = schema["items"]
        return found
    return next((found for part in parts(schema) if (found := items(part))), {})


def answer(operation: _facts.Operation, status: str | None = None) -> Schema:
    """The schema of an operation's success."""
    for code, success in operation.ok.items():
        if (status is None or code == status) and success.schema:
            return success.schema
    return {}
