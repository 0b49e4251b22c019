"""Until an SSH server answers, at whichever address is asked for."""

from __future__ import annotations

from typing import Any

from dopyapi._core.accounts import client_for
from dopyapi._core.errors import WaitTimeout
from dopyapi._core.ports import greetings
from dopyapi._core.steps import Steps, sleep
from dopyapi._core.waiting import CONNECT_TIMEOUT, OnProgress, intervals

from .addresses import WORDS, address


def answering(droplet: Any, kind: str, port: int, timeout: float, on_progress: OnProgress | None) -> Steps[str]:
    """Wait until a Droplet runs, has an address of this kind, and an SSH server greets there.

    Args:
        droplet: the Droplet.
        kind: `public`, `private` or `ipv6`.
        port: where the server listens.
        timeout: seconds to wait at most.
        on_progress: told how the Droplet's start goes.

    Returns:
        The address.

    Raises:
        NeverReady: it is off, or cannot be started.
        WaitTimeout: no server has greeted by then, and why.
    """
    client = client_for(droplet)
    deadline = client.clock.now() + timeout
    yield from droplet.wait_ready.steps(timeout=timeout, on_progress=on_progress)
    pauses = intervals(None)
    while True:
        found = address(droplet.json(), kind)
        reason = f"it has no {WORDS[kind]}"
        if found is not None:
            place = client.reach(found, port)
            patience = min(CONNECT_TIMEOUT, max(deadline - client.clock.now(), 0.1))
            (said,) = ("",) if place is None else (yield from greetings([place], patience))
            if not said:
                return found
            reason = f"port {port} of {found} {said}"
        pause = next(pauses)
        if client.clock.now() + pause >= deadline:
            raise WaitTimeout(f"{droplet.name} cannot be reached by SSH after {timeout:g} s: {reason}", [droplet])
        yield from sleep(pause, client.clock)
        if found is None:
            yield from droplet._refresh(keep=False)
