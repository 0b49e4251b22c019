"""Which account a call uses: the default one, that of a ``with using(...)`` block, or the one an object came from."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from .client import Client
from .steps import Steps, through

R = TypeVar("R")

_default: Client | None = None
_using: ContextVar[Client | None] = ContextVar("dopyapi_using", default=None)
_on: ContextVar[Client | None] = ContextVar("dopyapi_on", default=None)


def set_default(client: Client | None) -> None:
    """Make this the account of every call that names no other."""
    global _default
    _default = client


def peek() -> Client | None:
    """The current client, if there is one already."""
    return _on.get() or _using.get() or _default


def current() -> Client:
    """The client for a call that names no other.

    Raises:
        AuthenticationNeeded: ``authenticate()`` was not called and no token is in the environment.
    """
    client = peek()
    if client is None:
        client = Client()
        set_default(client)
    return client


def client_for(owner: Any) -> Client:
    """The client for a call on this object or class: the explicit one, else the object's own, else the current."""
    own = None if isinstance(owner, type) else getattr(owner, "_client", None)
    return _on.get() or own or current()


@contextmanager
def using(client: Client) -> Generator[Client]:
    """Make a client current within a block; right in tasks, and in the threads that dopyapi starts.

    Args:
        client: the account.

    Example:
        ```python
        import dopyapi as do

        with do.using(do.Client(token="another")):
            do.Droplet.list()
        ```
    """
    token = _using.set(client)
    try:
        yield client
    finally:
        _using.reset(token)


def on(client: Client, steps: Steps[R]) -> Steps[R]:
    """The same steps, by this client."""
    return through(steps, setting=(_on, client))
