"""Which account a command acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dopyapi._core.client import Client

    from ..session import Session


def names() -> list[str]:
    """Names of the accounts that are known."""
    return []


def client_of(session: Session) -> Client:
    """The client of a session's account.

    Raises:
        AuthenticationNeeded: there is none.
    """
    from dopyapi._core.client import Client

    options: dict[str, Any] = {}
    if session.emulator:
        from .private import private_client

        client = private_client()
    else:
        client = Client(**options)
    if session.withheld is not None:
        from ..safety.dry_run import Withholding

        client._transport = Withholding(client.transport, session.withheld)
    return client
