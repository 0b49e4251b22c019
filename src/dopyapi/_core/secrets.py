"""Strings that must not be seen."""

from __future__ import annotations


class Secret(str):
    """A string that works as one everywhere but shows itself nowhere.

    Debuggers and tracebacks print ``repr`` of what they find, so the token is kept in this form in every local
    variable and header of ours.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, ("***",)
