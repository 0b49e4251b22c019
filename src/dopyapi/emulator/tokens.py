"""The tokens that an emulator takes, and what each may do."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

from .errors import forbidden
from .faults import nearest

if TYPE_CHECKING:
    from .._facts import Operation

Scopes = Collection[str] | Literal["read"] | None
"""What a token may do: these scopes, ``"read"`` for all that only read, None for everything."""


class Tokens:
    """Tokens and their scopes. As long as none is demanded, any will do, with full access.

    Parameters:
        token: one with full access.
        tokens: further ones, with their scopes.
    """

    def __init__(self, token: str | None = None, tokens: Mapping[str, Scopes] | None = None) -> None:
        self._scopes: dict[str, frozenset[str] | None] = {} if token is None else {token: None}
        for name, scopes in (tokens or {}).items():
            if not name:
                raise ValueError("a token cannot be empty")
            self._scopes[name] = checked(scopes)
        self._any = token is None and tokens is None

    @property
    def demanded(self) -> bool:
        """Whether only known tokens are taken."""
        return not self._any

    def issue(self, scopes: Scopes = None) -> str:
        """A new token."""
        token = f"dop_v1_{os.urandom(32).hex()}"
        self._scopes[token] = checked(scopes)
        return token

    def scopes_of(self, token: str) -> frozenset[str] | None:
        """What a token may do; None for everything.

        Raises:
            LookupError: it is not a token that is taken.
        """
        if self._any and token:
            return self._scopes.get(token)
        return self._scopes[token]


def checked(scopes: Scopes) -> frozenset[str] | None:
    """The scopes as a set, if there are such scopes.

    Raises:
        ValueError: there is one that is not known, with the nearest known one.
    """
    if scopes is None:
        return None
    from .._facts.scopes import known, read_only

    if isinstance(scopes, str):
        if scopes != "read":
            raise ValueError(f"scopes are a list such as ['droplet:read'], or 'read', or None, not {scopes!r}")
        return read_only()
    for scope in scopes:
        if scope not in known():
            raise ValueError(f"there is no scope {scope!r}{nearest(str(scope), known())}")
    return frozenset(scopes)


def refuse_if_missing(
    operation: Operation,
    granted: Collection[str],
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
) -> None:
    """403, naming what is missing, where a token's scopes do not suffice."""
    from .._facts.scopes import missing

    lacking = missing(operation, granted, body, query)
    if lacking:
        named = " and ".join(sorted(lacking))
        raise forbidden(
            "You are not authorized to perform this operation: "
            f"{operation.id} needs the scope{'s' if len(lacking) > 1 else ''} {named}, which this token lacks."
        )
