"""An account: where it was found, and a client of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dopyapi._core.secrets import Secret

from ..failing import USAGE, Failure

if TYPE_CHECKING:
    from dopyapi._core.client import Client

OWN, DOCTL, ENVIRONMENT, EMULATOR = "dopy", "doctl", "environment", "emulator"


@dataclass(frozen=True)
class Account:
    """An account that a command can act on.

    Attributes:
        name: of the context; of the variable, where its token comes from the environment.
        source: ``dopy``, ``doctl``, ``environment`` or ``emulator``.
        kept: where its token is.
        token: gives it.
        api_url: where its API is, if it is said.
    """

    name: str
    source: str
    kept: str
    token: Callable[[], Secret] = field(repr=False)
    api_url: str | None = None

    @property
    def described(self) -> str:
        """What it is called in messages."""
        if self.source == ENVIRONMENT:
            return f"the token in {self.name}"
        whose = "doctl's " if self.source == DOCTL else ""
        return f"the token of {whose}context {self.name!r}"

    def client(self, **options: Any) -> Client:
        """A client of it.

        Raises:
            Failure: its token cannot be had, or the address of its API is none.
        """
        from dopyapi._core.client import BASE_URL, URL_VARIABLE, Client

        token = self.token()
        try:
            return Client(token, self.api_url or BASE_URL, **options)
        except ValueError as problem:
            where = f"the context {self.name!r}" if self.api_url else URL_VARIABLE
            raise Failure(f"{where}: {problem}", USAGE) from None
