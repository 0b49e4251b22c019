"""Floating IPs: what reserved IPs were called before 2022. Both names still stand for the same addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._core.declare import collection, member, new_by
from ._core.page import Page
from ._core.waiting import TIMEOUT, OnProgress
from .droplets import Droplet
from .regions import Region
from .reserved_ips import Address


class FloatingIP(Address):
    """An IPv4 address that stays yours, whichever Droplet it is assigned to; see `ReservedIP` for today's name.

    In DigitalOcean's API reference: Floating IP Actions, Floating IPs.
    """

    _url, _single, _plural = "floating_ips", "floating_ip", "floating_ips"
    _places = {"floating_ip": "ip"}

    load = member.load("/floating_ips/{floating_ip}")
    delete = member.delete_by("/floating_ips/{floating_ip}")

    @member.create("/floating_ips")
    def create(
        self,
        *,
        droplet_id: Droplet | int | None = None,
        region: Region | str | None = None,
        project_id: str | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Reserve an address for a Droplet or for a region.

        Args:
            droplet_id: assign it to this Droplet, object or number; or
            region: reserve it here.
            project_id: project to put it into; the default one unless given.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; `droplet` stays `None` until the address has been assigned,
            see `wait`.

        Raises:
            UnprocessableError: the Droplet is busy, has an address already, or does not exist.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.list("/floating_ips")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[FloatingIP]:
        """List the floating IPs of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...
