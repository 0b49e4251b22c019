"""What is sent: JSON, a file, or members one by one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

HINT = "-d"


def body_of(typed: Sequence[str]) -> Any:
    """The body that is meant.

    Args:
        typed: each JSON, ``@FILE`` (``@-`` is standard input) or ``KEY=VALUE``. Objects and members are put together;
            a dotted key is within an object, ``KEY[]=VALUE`` one item of a list.

    Returns:
        JSON, or the bytes of a file that is none; None where nothing was typed.

    Raises:
        click.BadParameter: they make no body.
    """
    if not typed:
        return None
    if len(typed) == 1:
        whole = _whole(typed[0])
        if whole is not _MEMBER:
            return whole
    body: dict[str, Any] = {}
    for each in typed:
        part = _whole(each)
        if part is _MEMBER:
            _put(body, each)
        elif isinstance(part, dict):
            body.update(part)
        else:
            raise click.BadParameter(f"{each[:40]!r} is no object, and cannot be put together", param_hint=HINT)
    return body


_MEMBER = object()


def _whole(typed: str) -> Any:
    """JSON or what is in a file; ``_MEMBER`` where it is neither."""
    if typed.startswith("@"):
        return _parsed(_read(typed[1:]), typed)
    if typed.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(typed)
        except ValueError as problem:
            raise click.BadParameter(f"that is no JSON: {problem}", param_hint=HINT) from None
    return _MEMBER


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as problem:
        raise click.BadParameter(f"{name!r} cannot be read: {problem.strerror}", param_hint=HINT) from None


def _parsed(content: bytes, typed: str) -> Any:
    try:
        return json.loads(content)
    except ValueError as problem:
        if typed.endswith(".json"):
            raise click.BadParameter(f"{typed[1:]} is no JSON: {problem}", param_hint=HINT) from None
    if typed.endswith((".yaml", ".yml")):
        import yaml

        try:
            return yaml.safe_load(content)
        except yaml.YAMLError as problem:
            mark = getattr(problem, "problem_mark", None)
            where = f", line {mark.line + 1}" if mark is not None else ""
            raise click.BadParameter(f"{typed[1:]} is no YAML{where}", param_hint=HINT) from None
    return content


def _put(body: dict[str, Any], typed: str) -> None:
    """Put a member at its place."""
    name, equals, value = typed.partition("=")
    path = name.removesuffix("[]").split(".")
    if not equals or not all(path):
        raise click.BadParameter(f"{typed[:40]!r} is neither KEY=VALUE nor JSON nor @FILE", param_hint=HINT)
    for step in path[:-1]:
        inner = body.setdefault(step, {})
        if not isinstance(inner, dict):
            raise click.BadParameter(f"{name}: {step} is both a value and an object", param_hint=HINT)
        body = inner
    if name.endswith("[]"):
        items = body.setdefault(path[-1], [])
        if not isinstance(items, list):
            raise click.BadParameter(f"{name}: {path[-1]} is both a value and a list", param_hint=HINT)
        items.append(_value(value))
    else:
        body[path[-1]] = _value(value)


def _value(typed: str) -> Any:
    """JSON where it is that, else a text; ``@FILE`` is the text of a file."""
    if typed.startswith("@"):
        try:
            return _read(typed[1:]).decode()
        except UnicodeDecodeError:
            raise click.BadParameter(f"{typed[1:]!r} is no text", param_hint=HINT) from None
    try:
        return json.loads(typed)
    except ValueError:
        return typed
