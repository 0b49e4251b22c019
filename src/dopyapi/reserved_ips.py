"""Reserved IPs: public addresses that can be moved between the Droplets of a region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ._core.declare import action, collection, member, new_by, procedure, unsupported
from ._core.fields import Dynamic, Key, Ref, Static
from ._core.page import Page
from ._core.resource import ActiveRecord
from ._core.steps import Steps
from ._core.waiting import TIMEOUT, OnProgress, waiting
from .actions import Action
from .droplets import Droplet
from .regions import Region

_UPDATED = "the API cannot update an address; assign() it to a Droplet, or unassign() it"


class Assignable(ActiveRecord):
    """What can be assigned to a Droplet and taken away again."""

    __slots__ = ()

    @action
    def assign(self, droplet_id: Droplet | int) -> Action:
        """Assign it to a Droplet of its region, wherever it is assigned now.

        Args:
            droplet_id: the Droplet, or its number.
        """
        ...

    @action
    def unassign(self) -> Action:
        """Take it away from its Droplet; it stays reserved for the region."""
        ...

    save = unsupported("save", _UPDATED)


class Address(Assignable):
    """An IPv4 address, under either of its names."""

    _id_attr = "ip"

    ip: Key[str]
    """The address; it says which one this is."""
    region: Ref[Region]
    """Where it is reserved."""
    droplet: Static[Droplet | None]
    """The Droplet that it is assigned to; `None` where it is to none."""
    locked: Static[bool]
    """Whether an action keeps others from starting."""
    project_id: Dynamic[str]
    """Identifier of the project that it is in."""

    # For create() only; the API shows the Droplet itself.
    droplet_id: Dynamic[int]
    """Number of the Droplet to assign it to."""

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Address]:
        """Wait until no action keeps it busy: one that was created for a Droplet is assigned to it then.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The address itself, up to date.

        Raises:
            ActionFailed: it could not be assigned when it was created.
            NeverReady: it is gone.
            WaitTimeout: it was still busy after the timeout.
        """
        yield from waiting([self], "unlocked", timeout, every, on_progress)
        return self

    _untils = ("unlocked",)

    def _settled(self, until: str) -> bool:
        return not self.locked


class ReservedIP(Address):
    """An IPv4 address that stays yours, whichever Droplet it is assigned to.

    In DigitalOcean's API reference: Reserved IP Actions, Reserved IPs.
    """

    _url, _single, _plural = "reserved_ips", "reserved_ip", "reserved_ips"
    _urn_kind = "floatingip"
    _places = {"reserved_ip": "ip"}

    load = member.load("/reserved_ips/{reserved_ip}")
    delete = member.delete_by("/reserved_ips/{reserved_ip}")

    @member.create("/reserved_ips")
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

    @collection.list("/reserved_ips")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[ReservedIP]:
        """List the reserved addresses of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...


class ReservedIPv6(Assignable):
    """An IPv6 address that stays yours, whichever Droplet it is assigned to.

    In DigitalOcean's API reference: Reserved IPv6, Reserved IPv6 Actions.
    """

    _url, _single, _plural, _id_attr = "reserved_ipv6", "reserved_ipv6", "reserved_ipv6s", "ip"
    _places = {"reserved_ipv6": "ip"}

    ip: Key[str]
    """The address; it says which one this is."""
    region_slug: Dynamic[str]
    """Slug of the region where it is reserved."""
    reserved_at: Static[datetime]
    """When it was reserved."""
    droplet: Static[Droplet | None]
    """The Droplet that it is assigned to; `None` where it is to none."""

    load = member.load("/reserved_ipv6/{reserved_ipv6}")
    delete = member.delete_by("/reserved_ipv6/{reserved_ipv6}")

    @member.create("/reserved_ipv6")
    def create(
        self, *, region_slug: Region | str | None = None, extra_body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Reserve an address for a region.

        Args:
            region_slug: where, object or slug.
            extra_body: further members of the request.

        Returns:
            The API's answer.
        """
        ...

    new = new_by(create)

    @collection.list("/reserved_ipv6")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[ReservedIPv6]:
        """List the reserved IPv6 addresses of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    list_actions = unsupported("list_actions", "the API lists none of an IPv6 address; Action.list() has all")
    get_action = unsupported("get_action", "the API has none under an IPv6 address; Action.fetch(number) finds any")

    # Names fixed by the API reference.
    listActions = list_actions
    getAction = get_action
