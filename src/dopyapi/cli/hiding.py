"""What is shown of requests and answers holds no secret."""

from __future__ import annotations

from typing import Any

HIDDEN = "..."


def hidden(value: Any, within: tuple[str, ...] = ()) -> Any:
    """JSON without its secrets.

    Args:
        value: of a request or an answer.
        within: names of the fields that it stands in.
    """
    from dopyapi._facts.secrets import BESIDE

    if isinstance(value, dict):
        secret = bool(within) and _secret(within[-1], within[:-1])
        return {
            name: each if secret and name in BESIDE else hidden(each, (*within, str(name).lower()))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [hidden(each, within) for each in value]
    if isinstance(value, str) and value and any(_secret(name, within[:n]) for n, name in enumerate(within)):
        return HIDDEN
    return value


def _secret(name: str, within: tuple[str, ...]) -> bool:
    from dopyapi._facts.secrets import HARMLESS, SECRET, SOUNDS_SECRET, WITHIN

    if name in SECRET or any((name, outer) in WITHIN for outer in within):
        return True
    return name not in HARMLESS and bool(SOUNDS_SECRET.search(name))
