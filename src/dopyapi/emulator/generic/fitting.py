"""Whether what was sent may be shown again: what is taken is held against the schema of the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..._facts import resolved
from ..checks import check_value
from ..errors import unprocessable
from .shapes import constraint, members

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_AUTHORITY = rf"//(?:(?:{_PLAIN}|:)*@)?(?:\[[0-9A-Fa-f:.]+\]|{_PLAIN}*)(?::\d*)?(?=[/?#]|$)"
_SEGMENTS = rf"(?:{_PLAIN}|[:@/])*"
_URI = (
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}|(?!//)){_SEGMENTS}(?:\?(?:{_PLAIN}|[:@/?])*)?(?:#(?:{_PLAIN}|[:@/?])*)?"
)
"""As RFC 3986 has it."""
_FORMATS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "hostname": re.compile(rf"{_LABEL}(\.{_LABEL})*\.?"),
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "uri": re.compile(_URI),
    "ipv4": re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
}


def check_taken(node: dict[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse what no answer could show.

    Raises:
        Refused: a value is not of its kind, its choices or its format, or lacks what it must have.
    """
    fields = members(node)
    for name, value in known.items():
        wrong = check_value(fields[name], value, name) or _misformed(fields[name], value, name)
        if wrong:
            raise unprocessable(wrong)


def _misformed(node: dict[str, Any], value: Any, where: str) -> str | None:
    if isinstance(value, Mapping):
        fields = members(node)
        forms = resolved(node).get("oneOf") or resolved(node).get("anyOf") or ()
        if forms and not fields and not any(constraint(form, "type") in (None, "object") for form in forms):
            return f"{where} must not be an object"
        further = constraint(node, "additionalProperties")
        if isinstance(further, dict):
            others = ((name, inner) for name, inner in value.items() if name not in fields)
            wrong = next((wrong for name, inner in others if (wrong := check_value(further, inner, name))), None)
            if wrong:
                return f"{where}.{wrong}"
        steps = ((fields[name], inner, f"{where}.{name}") for name, inner in value.items() if name in fields)
        return next((wrong for step in steps if (wrong := _misformed(*step))), None)
    if isinstance(value, list):
        least, most = constraint(node, "minItems") or 0, constraint(node, "maxItems") or len(value)
        if not least <= len(value) <= most:
            return f"{where} has {len(value)} items, which is out of bounds"
        items = constraint(node, "items") or {}
        inside = (_misformed(items, item, f"{where}[{at}]") for at, item in enumerate(value))
        return next((wrong for wrong in inside if wrong), None)
    kind = constraint(node, "format")
    if not isinstance(value, str) or kind is None or _is(kind, value):
        return None
    return f"{where} must be a {kind}, not {value[:60]!r}"


def _is(kind: str, value: str) -> bool:
    if kind == "date-time":
        try:
            return datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            return False
    pattern = _FORMATS.get(kind)
    return pattern is None or (pattern.fullmatch(value) is not None and (kind != "hostname" or len(value) <= 253))
