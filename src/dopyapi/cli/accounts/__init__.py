"""Which account a command acts on.

account.py    an account, and a client of it
choosing.py   which of those that are known is meant
contexts.py   the contexts of dopy's own; tokens.py: their tokens; doctl.py: those of doctl
places.py     where all of it is kept
private.py    the emulator that each user has for trying things
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dopyapi._core.client import Client

    from ..session import Session


def names() -> list[str]:
    """Names of the contexts that are known, for completion: nothing is said, whatever is wrong."""
    import io
    from contextlib import redirect_stderr

    from ..failing import Failure
    from .choosing import known

    try:
        with redirect_stderr(io.StringIO()):
            return [account.name for account in known()]
    except Failure:
        return []


def client_of(session: Session) -> Client:
    """The client of a session's account.

    Raises:
        AuthenticationNeeded: there is none.
        Failure: there is no such context, or its token cannot be had.
    """
    from .choosing import chosen

    client = chosen(session).client()
    if session.withheld is not None:
        from ..safety.dry_run import Withholding

        client._transport = Withholding(client.transport, session.withheld)
    return client
