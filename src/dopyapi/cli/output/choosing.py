"""Which items are shown, in which order, and what of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from .cells import at, text

OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "!=": lambda value, wanted: value != wanted,
    "=": lambda value, wanted: value == wanted,
    "~": lambda value, wanted: wanted.lower() in value.lower(),
}


def matching(items: Iterable[Any], filters: Sequence[str]) -> list[Any]:
    """The items that fit all filters.

    Args:
        items: their JSON.
        filters: ``field=value``, ``field!=value``, or ``field~part``; a field may be a path or a column. Of a list,
            one of its items has to fit; an object is compared by its slug, name or identifier.
    """
    tests = [_test(each) for each in filters]
    return [item for item in items if all(test(item) for test in tests)]


def _test(written: str) -> Callable[[Any], bool]:
    from .columns import column

    operator = next((o for o in OPERATORS if o in written), None)
    name, _, wanted = written.partition(operator or "=")
    if operator is None or not name.strip():
        raise click.BadParameter(f"{written!r} is not FIELD=VALUE, FIELD!=VALUE or FIELD~PART", param_hint="--filter")
    value, fits, number = column(name.strip()).value, OPERATORS[operator], _number(wanted)

    def test(item: Any) -> bool:
        found = value(item)
        texts = [text(each) for each in found] if isinstance(found, list) else [text(found)]
        if isinstance(found, dict):
            texts = [text(each) for each in (at(found, n) for n in ("slug", "name", "id", "uuid")) if each is not None]
        if isinstance(found, bool):
            texts.append(str(found).lower())
        if number is not None and isinstance(found, int | float) and operator != "~":
            return (found == number) is (operator == "=")  # 6 is 6.0
        if operator == "!=":
            return all(fits(each, wanted) for each in texts)
        return any(fits(each, wanted) for each in texts)

    return test


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def ordered(items: list[Any], by: str) -> list[Any]:
    """The items by a column; ``-name`` begins with the last."""
    from .columns import column

    value = column(by.removeprefix("-")).value

    def key(item: Any) -> tuple[int, Any]:
        found = value(item)
        if isinstance(found, int | float):
            return 0, found
        return (2, "") if found is None else (1, text(found).lower())

    try:
        return sorted(items, key=key, reverse=by.startswith("-"))
    except TypeError:
        return sorted(items, key=lambda item: text(value(item)), reverse=by.startswith("-"))


def expression(written: str) -> Any:
    """An expression of JMESPath.

    Raises:
        click.BadParameter: it is none, and where it ends to be one.
    """
    import jmespath

    try:
        return jmespath.compile(written)
    except jmespath.exceptions.JMESPathError as problem:
        raise click.BadParameter(
            f"{written!r} is no JMESPath: {' '.join(str(problem).split())}", param_hint="--query"
        ) from None
