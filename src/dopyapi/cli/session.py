"""One run of the command line: whose account it acts on, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dopyapi._core.client import Client


@dataclass
class Session:
    """What the options that every command has say.

    Attributes:
        context: name of the account to use; ``None`` for the usual one.
        emulator: whether to use this machine's private emulator instead of an account.
        debug: whether to show each exchange.
        withheld: of a dry run: what would have been sent.
    """

    context: str | None = None
    emulator: bool = False
    debug: bool = False
    withheld: list[Any] | None = None
    _client: Client | None = field(default=None, repr=False)

    @property
    def dry_run(self) -> bool:
        """Whether what would change something is only shown."""
        return self.withheld is not None

    @property
    def client(self) -> Client:
        """The account's client, which is also the current one from then on."""
        if self._client is None:
            from dopyapi._core.accounts import set_default

            from .accounts import client_of

            self._client = client = client_of(self)
            if self.debug:
                from .debugging import show

                show(client)
            set_default(client)
        return self._client

    def again(self) -> str:
        """How a further call of the same account begins."""
        options = [f"--context {self.context}"] if self.context else ["--emulator"] if self.emulator else []
        return " ".join(["dopy", *options])


def session() -> Session:
    """The session of the command that runs."""
    return session_of(click.get_current_context())


def session_of(ctx: click.Context) -> Session:
    """The session that a command belongs to; made of its options where nothing runs yet, as in completion."""
    root = ctx.find_root()
    if not isinstance(root.obj, Session):
        given = {name: root.params.get(name) for name in ("context", "emulator", "debug")}
        root.obj = Session(given["context"], bool(given["emulator"]), bool(given["debug"]))
    made: Session = root.obj
    return made
