"""Waiting until a Droplet runs and can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .._core.accounts import client_for
from .._core.declare import procedure
from .._core.errors import NeverReady
from .._core.fields import Static
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps, sleep
from .._core.waiting import CONNECT_TIMEOUT, SSH_PORT, TIMEOUT, OnProgress, intervals, waiting
from .values import Networks

if TYPE_CHECKING:
    from .droplet import Droplet

Until = Literal["active", "ip", "ssh"]
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
        port: int = SSH_PORT,
        connect_timeout: float = CONNECT_TIMEOUT,
    ) -> Steps[Droplet]:
        """Wait until the Droplet runs, or further: until it can be reached.

        Until `ssh`, its port is tried from here, directly and past any proxy, until an SSH server greets: at its
        public IPv4 address; at its public IPv6 address or else its private one where it has no such after half a
        minute. Nobody logs in, and host keys are not looked at. `Client(reach=...)` says where a port really is.

        Args:
            until: `active`; `ip`: active and its public IPv4 address is known; `ssh`: an SSH server answers.
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.
            port: where the SSH server listens.
            connect_timeout: seconds for which the port may be silent before it is tried again later.

        Returns:
            The Droplet itself, up to date.

        Raises:
            NeverReady: it is off, archived or gone.
            ActionFailed: its creation failed.
            WaitTimeout: it was not ready after the timeout, and why its port was not.
        """
        droplet: Any = self
        yield from waiting([droplet], until, timeout, every, on_progress, port, connect_timeout)
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
        pause = intervals(None)
        while True:
            found = self._known_address(version, type)
            # A Droplet can be active before its addresses are known.
            if found is not None or not self._expects(version) or clock.now() >= deadline:
                return found
            yield from sleep(next(pause), clock)
            yield from self._refresh(keep=True)

    def _expects(self, version: str) -> bool:
        """Whether addresses of this version are still to come."""
        return not self.networks.get(version) and (version == "v4" or "ipv6" in self.features)

    _untils = ("active", "ip", "ssh")

    def _settled(self, until: str) -> bool:
        status = self.status
        if status in ("off", "archive"):
            raise NeverReady(f"{self!r} is {status}, so it does not become {until}: power_on() it first", self)
        if status != "active":
            return False
        return until != "ip" or self._known_address("v4", "public") is not None

    def _door(self, until: str, seconds: float) -> str | None:
        if until != "ssh":
            return ""
        address = self._known_address("v4", "public")
        if address is None and seconds >= NETWORK_DELAY:  # before that, the public one may be late
            address = self._known_address("v6", "public") or self._known_address("v4", "private")
        return address

    def _known_address(self, version: str, type: str) -> str | None:
        addresses = self.networks.get(version, ()) if self.networks else ()
        return next((n.ip_address for n in addresses if n.type == type), None)

    # Names fixed by the API reference.
    getPrivateIP = get_private_ip
    getPublicIP = get_public_ip
    getPublicIPv6 = get_public_ipv6
    waitReady = wait_ready
