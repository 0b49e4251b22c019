"""Whether a request is what the official document asks for.

Lenient, as production is: required fields, kinds of values, and the choices of top-level fields; null counts as
absent, unknown fields and queries are ignored, and what the document is known to ask wrongly (``DOCUMENT_ERRORS``) is
not asked.
Strict, as a lint: everything the document forbids, with the nearest name for an unknown one.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Any

from .._facts import TYPES, Operation, operation, resolved
from .._facts.errata import DOCUMENT_ERRORS, OPEN_CHOICES, PAGED
from .context import Context
from .errors import unprocessable

_ARTICLES = {"object": "an object", "array": "a list", "integer": "an integer"}


class _Shape:
    """An object schema with its ``allOf`` parts merged: what it has, and what it must have."""

    __slots__ = ("closed", "properties", "required")

    def __init__(self, node: dict[str, Any], value: Any) -> None:
        self.properties: dict[str, Any] = {}
        self.required: set[str] = set()
        self.closed = True
        self._take(node, value)

    def _take(self, node: dict[str, Any], value: Any) -> None:
        node = resolved(node)
        self.properties.update(node.get("properties", {}))
        self.required.update(node.get("required", ()))
        if node.get("additionalProperties"):
            self.closed = False
        for part in node.get("allOf", ()):
            self._take(part, value)
        options = node.get("oneOf") or node.get("anyOf")
        if not options:
            return
        chosen = _chosen(node, value)
        if chosen is not None:
            self._take(chosen, value)
            return
        # Without a discriminator any form will do: all their fields are known, and required is what all require.
        forms = [_Shape(option, value) for option in options]
        for form in forms:
            for name, schema in form.properties.items():
                self.properties.setdefault(name, schema)
            self.closed = self.closed and form.closed
        self.required |= set.intersection(*(form.required for form in forms))


def _chosen(node: dict[str, Any], value: Any) -> dict[str, Any] | None:
    how = node.get("discriminator")
    if not how or not isinstance(value, dict):
        return None
    said = value.get(how["propertyName"])
    name = how.get("mapping", {}).get(said) if isinstance(said, str) else None
    return {"$ref": name} if name else None


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None


def check_body(context: Context, operation: Operation, value: Any) -> None:
    """Refuse a body that the operation cannot take."""
    if operation.body is None:
        return
    if value is None:
        if operation.body_required or _Shape(operation.body, value).required:
            required = sorted(_Shape(operation.body, value).required)
            raise unprocessable("a JSON body is required" + (f", with {', '.join(required)}" if required else ""))
        return
    if not isinstance(value, dict):  # no operation takes anything else
        raise unprocessable(f"the body must be an object, not {_brief(value)}")
    if not context.strict and None in value.values():
        _empty_lists(operation.body, value)
    excused = DOCUMENT_ERRORS.get(operation.id, frozenset())
    wrong = _problem(operation.body, value, "", excused, context.strict)
    if wrong:
        raise unprocessable(wrong)


def _empty_lists(body: dict[str, Any], value: dict[str, Any]) -> None:
    """Put an empty list where a required one is null, as clients in the field send it."""
    shape = _Shape(body, value)
    for name in shape.required:
        schema = resolved(shape.properties.get(name, {}))
        if name in value and value[name] is None and schema.get("type") == "array" and not schema.get("minItems"):
            value[name] = []


@cache
def takes(operation_id: str, name: str) -> bool:
    """Whether the body of an operation has such a field."""
    return name in fields_of(operation_id)


@cache
def fields_of(operation_id: str) -> frozenset[str]:
    """The fields that the body of an operation has."""
    body = operation(operation_id).body
    return frozenset(_Shape(body, {}).properties if body is not None else ())


def check_query(context: Context, operation: Operation) -> None:
    """Refuse a query that lacks what is required; in strict mode also one the document does not know."""
    for name in operation.query_required:
        if not context.query.get(name):
            raise unprocessable(f"the query parameter {name} is required")
    if not context.strict:
        return
    for name, value in context.pairs:
        schema = operation.query.get(name) or operation.query.get(name.removesuffix("[]"))
        if schema is None and name in ("page", "per_page") and operation.id in PAGED:
            continue
        if schema is None:
            raise unprocessable(f"unknown query parameter {name!r}{_nearest(name, operation.query)}")
        choices = resolved(schema).get("enum")
        if choices and value not in map(str, choices):
            raise unprocessable(f"{name} must be one of {', '.join(map(str, choices))}, not {value!r}")


def _problem(node: dict[str, Any], value: Any, where: str, excused: frozenset[str], strict: bool) -> str | None:
    if not strict and node.get("$ref") in OPEN_CHOICES:
        node = {"type": "string"}
    node = resolved(node)
    if value is None:
        if strict and where and not _nullable(node):
            return f"{where} must not be null"
        return None
    if wrong := _mistyped(node, value, where, strict):
        return wrong
    if isinstance(value, dict):
        return _object_problem(node, value, where, excused, strict)
    if isinstance(value, list) and "items" in node:
        for at, item in enumerate(value):
            if isinstance(item, dict) and not strict:
                continue  # clients send [{"id": ...}] where the document has [id]
            if wrong := _problem(node["items"], item, f"{where}[{at}]", excused, strict):
                return wrong
        return None
    return _value_problem(node, value, where, excused, strict)


def _object_problem(
    node: dict[str, Any], value: dict[str, Any], where: str, excused: frozenset[str], strict: bool
) -> str | None:
    shape = _Shape(node, value)
    if not where or strict:
        for name in sorted(shape.required - excused):
            if value.get(name) is None and not (name in value and strict):
                return f"{_dotted(where, name)} is required"
    for name, item in value.items():
        schema = shape.properties.get(name)
        if schema is None:
            if strict and shape.closed and shape.properties and name not in excused:
                return f"unknown field {_dotted(where, name)!r}{_nearest(name, shape.properties)}"
            continue
        if not strict and name in excused:
            continue
        if wrong := _problem(schema, item, _dotted(where, name), excused, strict):
            return wrong
    return None


def _mistyped(node: dict[str, Any], value: Any, where: str, strict: bool) -> str | None:
    options = node.get("oneOf") or node.get("anyOf")
    if options and "type" not in node and not isinstance(value, dict):
        kinds = {resolved(option).get("type") for option in options}
        if None in kinds or any(_fits(kind, value, strict) for kind in kinds):
            return None
        accepted = [_ARTICLES.get(kind, f"a {kind}") for kind in sorted(map(str, kinds))]
        return f"{where} must be {' or '.join(accepted)}, not {_brief(value)}"
    kind = node.get("type")
    if kind is None:
        parts = (_mistyped(resolved(part), value, where, strict) for part in node.get("allOf", ()))
        return next((wrong for wrong in parts if wrong), None)
    if _fits(kind, value, strict):
        return None
    return f"{where} must be {_ARTICLES.get(kind, f'a {kind}')}, not {_brief(value)}"


def _fits(kind: Any, value: Any, strict: bool) -> bool:
    if kind not in TYPES:
        return True
    if isinstance(value, bool):
        return kind == "boolean" or (not strict and kind == "string")
    if isinstance(value, TYPES[kind]):
        return True
    if strict:
        return False
    if kind in ("integer", "number") and isinstance(value, str):
        return bool(re.fullmatch(r"-?\d{1,18}(\.\d+)?", value)) or value == ""
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    if kind == "boolean" and isinstance(value, str):
        return value.lower() in {"true", "false"}
    return kind == "string" and isinstance(value, int | float)


def _value_problem(node: dict[str, Any], value: Any, where: str, excused: frozenset[str], strict: bool) -> str | None:
    top = "." not in where and "[" not in where
    choices = node.get("enum")
    if choices and value not in choices and (strict or (top and value != "")):
        return f"{where} must be one of {', '.join(map(str, choices))}, not {_brief(value)}"
    if not strict:
        return None
    if isinstance(value, str):
        pattern = _pattern(node["pattern"]) if "pattern" in node else None
        if pattern and not pattern.search(value):
            return f"{where} must match {node['pattern']}, which {_brief(value)} does not"
        if len(value) > node.get("maxLength", len(value)) or len(value) < node.get("minLength", 0):
            return f"{where} has {len(value)} characters, which is out of bounds"
    elif not node.get("minimum", value) <= value <= node.get("maximum", value):
        return f"{where} is out of bounds: {_brief(value)}"
    return None


def _nullable(node: dict[str, Any]) -> bool:
    return bool(node.get("nullable")) or any(_nullable(resolved(part)) for part in node.get("allOf", ()))


def _dotted(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _nearest(name: str, known: dict[str, Any]) -> str:
    found = get_close_matches(name, known, 1, 0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def check_value(node: dict[str, Any], value: Any, where: str) -> str | None:
    """What is wrong with a value that the document describes apart from its operation, by all that it says."""
    return _problem(node, value, where, frozenset(), True)
