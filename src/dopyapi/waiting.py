"""Waiting for many resources at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ._core.declare import free_procedure
from ._core.resource import Resource
from ._core.steps import Steps
from ._core.waiting import CONNECT_TIMEOUT, SSH_PORT, TIMEOUT, OnProgress, Progress, waiting

if TYPE_CHECKING:
    from .droplets.waiting import Until

__all__ = ["Progress", "wait_all"]

W = TypeVar("W", bound=Resource)


class WaitAll(Protocol):
    """The call forms of `wait_all`: what goes in comes out."""

    def __call__(
        self,
        resources: Iterable[W],
        *,
        until: Until = ...,
        timeout: float = ...,
        every: float | None = ...,
        on_progress: OnProgress | None = ...,
        port: int = ...,
        connect_timeout: float = ...,
    ) -> list[W]: ...

    async def aio(
        self,
        resources: Iterable[W],
        *,
        until: Until = ...,
        timeout: float = ...,
        every: float | None = ...,
        on_progress: OnProgress | None = ...,
        port: int = ...,
        connect_timeout: float = ...,
    ) -> list[W]: ...

    def steps(
        self,
        resources: Iterable[W],
        *,
        until: Until = ...,
        timeout: float = ...,
        every: float | None = ...,
        on_progress: OnProgress | None = ...,
        port: int = ...,
        connect_timeout: float = ...,
    ) -> Steps[list[W]]: ...


def _wait_all(
    resources: Iterable[Any],
    *,
    until: str = "active",
    timeout: float = TIMEOUT,
    every: float | None = None,
    on_progress: OnProgress | None = None,
    port: int = SSH_PORT,
    connect_timeout: float = CONNECT_TIMEOUT,
) -> Steps[list[Any]]:
    """Wait until all of these are ready: Droplets that run, actions that have completed.

    Many of one kind are polled together, by one listing at a time.

    Args:
        resources: what to wait for; several kinds may be mixed.
        until: of Droplets: `active`; `ip` when their public addresses are to be known too; `ssh` when SSH servers
            are to answer there, all of them tried at once. Of everything else: that it is ready.
        timeout: seconds to wait at most.
        every: seconds between polls; growing unless given.
        on_progress: called with a `Progress` at every poll.
        port: where the SSH servers listen.
        connect_timeout: seconds for which a port may be silent before it is tried again later.

    Returns:
        The same resources, up to date.

    Raises:
        NeverReady: one of them cannot become ready any more, and why.
        ActionFailed: one of them is an action that ended as `errored`.
        WaitTimeout: some were not ready after the timeout.
    """
    return (yield from waiting(resources, until, timeout, every, on_progress, port, connect_timeout))


_wait_all.__name__ = "wait_all"
_operation: Any = free_procedure(_wait_all)
wait_all: WaitAll = _operation
"""Wait until all of these are ready."""
