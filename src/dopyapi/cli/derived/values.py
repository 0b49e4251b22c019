"""What is typed for a mapping or a value: ``key=value,key=value``, JSON, or ``@file``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


def text_of(typed: str) -> str:
    """What is typed for a text: itself, or with ``@file`` what is in the file.

    A single ``@`` is itself, and ``@@x`` is ``@x``.
    """
    if not typed.startswith("@") or typed == "@":
        return typed
    if typed.startswith("@@"):
        return typed[1:]
    place = Path(typed[1:]).expanduser()
    try:
        return place.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise click.BadParameter(f"{str(place)!r} cannot be read: {problem}; @@ begins a text with @") from None


def mapping_of(typed: str) -> dict[str, Any]:
    """What is typed for an object.

    Raises:
        click.BadParameter: it is none, and what is wrong.
    """
    read = text_of(typed).strip()
    if read.startswith(("{", "[")) or typed.startswith("@"):
        return _parsed(read, typed)
    found: dict[str, Any] = {}
    for part in read.split(","):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{part!r} is not KEY=VALUE; there is also JSON, and @FILE")
        _put(found, name.strip().split("."), _scalar(value))
    return found


def _parsed(read: str, typed: str) -> dict[str, Any]:
    try:
        value = json.loads(read)
    except ValueError as problem:
        import yaml

        try:
            value = yaml.safe_load(read)
        except yaml.YAMLError:
            raise click.BadParameter(f"{typed[:40]!r} is no JSON: {problem}") from None
    if not isinstance(value, dict):
        raise click.BadParameter(f"{typed[:40]!r} is not an object")
    return value


def _put(found: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at a place; what comes there again makes a list."""
    for name in path[:-1]:
        inner = found.setdefault(name, {})
        if not isinstance(inner, dict):
            raise click.BadParameter(f"{'.'.join(path)} is both a value and an object")
        found = inner
    last = path[-1]
    if last in found:
        found[last] = [*found[last], value] if isinstance(found[last], list) else [found[last], value]
    else:
        found[last] = value


def _scalar(typed: str) -> Any:
    """A number, a truth, nothing, or a text."""
    try:
        value = json.loads(typed)
    except ValueError:
        return typed
    return value if not isinstance(value, dict | list) else typed


def value_of(kinds: tuple[type[Any], ...], typed: str) -> Any:
    """What is typed for a value, as one.

    Args:
        kinds: its classes; the first whose members these are is taken.
        typed: what is typed.
    """
    from .references import resolved

    given = resolved(mapping_of(typed))
    refused: list[str] = []
    for kind in kinds:
        known = _members(kind)
        strange = [name for name in given if name not in known]
        if not strange:
            return _made(kind, given)
        refused.append(f"{kind.__name__} has no {strange[0]!r}, but {', '.join(known)}")
    raise click.BadParameter("; ".join(refused))


def _members(kind: type[Any]) -> dict[str, Any]:
    import dataclasses
    import typing

    try:
        hints = typing.get_type_hints(kind)
    except NameError:
        hints = {}
    return {each.name: hints.get(each.name, Any) for each in dataclasses.fields(kind) if not each.name.startswith("_")}


def _made(kind: type[Any], given: dict[str, Any]) -> Any:
    import dataclasses
    import typing

    members = _members(kind)
    arguments: dict[str, Any] = {}
    for name, value in given.items():
        hints = typing.get_args(members[name]) or (members[name],)
        inner = next((hint for hint in hints if dataclasses.is_dataclass(hint)), None)
        if isinstance(value, dict) and isinstance(inner, type):
            value = _made(inner, value)
        elif str in hints and int not in hints and isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)  # port 22 is the text "22" where ports are text
        arguments[name] = value
    try:
        return kind(**arguments)
    except TypeError as problem:
        raise click.BadParameter(str(problem)) from None
