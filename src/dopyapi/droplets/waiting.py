"""Waiting until a Droplet runs and can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .._core.accounts import client_for
from .._core.declare import procedure
from .._core.errors import NeverReady
from .._core.fields import Static
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps, sleep
from .._core.waiting import TIMEOUT, OnProgress, intervals, waiting
from .values import Networks

if TYPE_CHECKING:
    from .droplet import Droplet

Until = Literal["active", "ip"]
NETWORK_DELAY = 30.0
"""Seconds for which a new Droplet's addresses may lag behind its status."""


class DropletWaiting(ActiveRecord):
    """Waits for a Droplet, and what is only known after one."""

    status: Static[str]
    """`new`, `active`, `off` or `archive`."""
    features: Static[Array[str]]
    """What is enabled on it, such as `ipv6`."""
    networks: Static[Networks]
    """Its addresses: `networks.v4` and `networks.v6`, each a list."""

    @procedure
    def wait_ready(
        self,
        *,
        until: Until = "active",
        timeout: float = TIMEOUT,
        every: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Steps[Droplet]:
        """Wait until the Droplet runs.

        Args:
            until: `active`, or `ip`: active and its public address is known.
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The Droplet itself, up to date.

        Raises:
            NeverReady: it is off, archived or gone, or its creation failed.
            WaitTimeout: it was not ready after the timeout.
        """
        droplet: Any = self
        yield from waiting([droplet], until, timeout, every, on_progress)
        ready: Droplet = droplet
        return ready

    @procedure
    def get_public_ip(self) -> Steps[str | None]:
        """Wait until it is active, and return its public IPv4 address, or `None` where it has none."""
        return (yield from self._address("v4", "public"))

    @procedure
    def get_private_ip(self) -> Steps[str | None]:
        """Wait until it is active, and return its private IPv4 address, or `None` where it has none."""
        return (yield from self._address("v4", "private"))

    @procedure
    def get_public_ipv6(self) -> Steps[str | None]:
        """Wait until it is active, and return its public IPv6 address, or `None` where it has none."""
        return (yield from self._address("v6", "public"))

    def _address(self, version: str, type: str) -> Steps[str | None]:
        yield from waiting([self], "active")
        clock = client_for(self).clock
        deadline = clock.now() + NETWORK_DELAY
        pause = iter(intervals(None))
        while True:
            found = next((n.ip_address for n in self.networks.get(version, ()) if n.type == type), None)
            # A Droplet can be active before its addresses are known.
            if found is not None or not self._expects(version) or clock.now() >= deadline:
                return found
            yield from sleep(next(pause), clock)
            yield from self._refresh(keep=True)

    def _expects(self, version: str) -> bool:
        """Whether addresses of this version are still to come."""
        return not self.networks.get(version) and (version == "v4" or "ipv6" in self.features)

    _final = False

    def _settled(self, until: str) -> bool:
        status = self.status
        if status in ("off", "archive"):
            raise NeverReady(f"{self!r} is {status}, so it does not become {until}: power_on() it first", self)
        if status != "active":
            return False
        return until == "active" or any(n.type == "public" for n in self.networks.get("v4", ()))

    # Names fixed by the API reference.
    getPrivateIP = get_private_ip
    getPublicIP = get_public_ip
    getPublicIPv6 = get_public_ipv6
    waitReady = wait_ready
