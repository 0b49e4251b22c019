"""VPCs: private networks, and peerings between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ._core.declare import collection, member, new_by, procedure
from ._core.errors import NeverReady
from ._core.fields import Dynamic, Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps
from ._core.values import Document
from ._core.waiting import TIMEOUT, OnProgress, waiting
from .regions import Region


class VPCMember(Document):
    """A resource in a VPC."""

    urn: str
    """What it is, `do:droplet:5` say."""
    name: str
    """What it is called."""
    created_at: str
    """When it was created, ISO 8601."""


class VPC(ActiveRecord):
    """A private network of a region: resources in one VPC do not reach those in another.

    In DigitalOcean's API reference: VPCs.
    """

    _url, _single, _plural = "vpcs", "vpc", "vpcs"
    _places = {"vpc_id": "id"}

    id: Key[str]
    """Unique identifier."""
    urn: Static[str]
    """Uniform resource name: `do:vpc:` and the identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Name of letters, digits, dashes and periods, of its own in the account; it can also find the VPC."""
    region: Dynamic[str]
    """Slug of the region where it is."""
    ip_range: Dynamic[str]
    """Its addresses in CIDR notation, such as `10.10.10.0/24`."""
    description: Dynamic[str]
    """Free text, up to 255 characters."""
    default: Dynamic[bool]
    """Whether what is created in the region joins it unless told otherwise.

    Set it and `save()` to make this VPC the default of its region; `create()` cannot, but for the first of a region.
    """
    created_at: Static[datetime]
    """When it was created."""

    load = member.load("/vpcs/{vpc_id}")
    save = member.save("/vpcs/{vpc_id}", only=("name", "description", "default"))
    delete = member.delete_by("/vpcs/{vpc_id}")

    @member.create("/vpcs", only=("name", "description", "region", "ip_range"))
    def create(
        self,
        *,
        name: str | None = None,
        region: Region | str | None = None,
        ip_range: str | None = None,
        description: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create a VPC; the first of a region becomes its default.

        Args:
            name: name of letters, digits, dashes and periods, that no other VPC has.
            region: where.
            ip_range: its addresses in CIDR notation: from /16 to /28, in a private range, and no other VPC's; a /20
                that is free unless given.
            description: free text, up to 255 characters.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            UnprocessableError: the name or the range is taken or not allowed.
        """
        ...

    new = new_by(create)

    @collection.list("/vpcs")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[VPC]:
        """List the VPCs of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.update("/vpcs/{vpc_id}")
    def patch(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        default: bool | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Change only what is given.

        Args:
            name: another name.
            description: another description.
            default: ``True`` makes it the default of its region.
            extra_body: further members of the request.

        Returns:
            The API's answer.
        """
        ...

    @member.list("/vpcs/{vpc_id}/members", key="members")
    def list_members(self, *, page: int = 1, per_page: int = 20, resource_type: str | None = None) -> Page[VPCMember]:
        """List what is in it, each a dict with `urn`, `name` and `created_at`.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            resource_type: only members of this type, such as `droplet`.
        """
        ...

    @member.list("/vpcs/{vpc_id}/peerings", key="peerings")
    def list_peerings(self, *, page: int = 1, per_page: int = 20) -> Page[VPCPeering]:
        """List its peerings.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    # The other VPC goes out as vpc_id, so the place in the path cannot have that name.
    @member.post("/vpcs/{id}/peerings", key="peering")
    def create_peering(
        self, name: str, vpc_id: VPC | str, *, extra_body: Mapping[str, Any] | None = None
    ) -> VPCPeering:
        """Peer it with another VPC, so that their members reach each other.

        Args:
            name: name of the peering, of letters, digits and dashes, that no other has.
            vpc_id: the other VPC, or its identifier.
            extra_body: further members of the request.

        Returns:
            The peering, which is still being set up; see `VPCPeering.wait_ready`.
        """
        ...

    @member.patch("/vpcs/{vpc_id}/peerings/{vpc_peering_id}", key="peering")
    def rename_peering(
        self, vpc_peering_id: VPCPeering | str, name: str, *, extra_body: Mapping[str, Any] | None = None
    ) -> VPCPeering:
        """Rename one of its peerings.

        Args:
            vpc_peering_id: the peering, or its identifier.
            name: another name.
            extra_body: further members of the request.

        Returns:
            The peering as it is now; an object that was given stays as it was.
        """
        ...

    # Names fixed by the API reference.
    listMembers = list_members


class VPCPeering(ActiveRecord):
    """A connection of two VPCs, whose members then reach each other.

    In DigitalOcean's API reference: VPC Peerings.
    """

    _url, _single, _plural = "vpc_peerings", "vpc_peering", "vpc_peerings"
    _places = {"vpc_peering_id": "id"}

    id: Key[str]
    """Unique identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Name of letters, digits and dashes, of its own in the account; it can also find the peering."""
    vpc_ids: Dynamic[Array[str]]
    """Identifiers of the two VPCs; they cannot change once created."""
    created_at: Static[datetime]
    """When it was created."""
    status: Static[str]
    """`PROVISIONING`, `ACTIVE` or `DELETING`."""

    load = member.load("/vpc_peerings/{vpc_peering_id}")
    save = member.save("/vpc_peerings/{vpc_peering_id}", only=("name",), method="PATCH")

    @member.create("/vpc_peerings")
    def create(
        self,
        *,
        name: str | None = None,
        vpc_ids: Array[VPC | str] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Peer two VPCs.

        Args:
            name: name of letters, digits and dashes, that no other peering has.
            vpc_ids: the two VPCs, as objects or identifiers.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the peering is still being set up unless `wait` was given.

        Raises:
            ConflictError: the name is taken, or the two are peered already.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.list("/vpc_peerings")
    def list(cls, *, page: int = 1, per_page: int = 20, region: Region | str | None = None) -> Page[VPCPeering]:
        """List the peerings of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            region: only those that a VPC of this region is part of.
        """
        ...

    @procedure
    def delete(self, url: str | None = None, data: Any = None) -> Steps[dict[str, Any]]:
        """Delete it, which goes on for a moment; what is already gone counts as deleted.

        Args:
            url: where to send the request, instead of the resource's own place.
            data: a body to send with it.

        Returns:
            ``{"status": "deleted"}``.
        """
        yield from self._delete.steps(url, data)
        return {"status": "deleted"}

    _delete = member.delete_by("/vpc_peerings/{vpc_peering_id}")

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[VPCPeering]:
        """Wait until it connects the two VPCs.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The peering itself, up to date.

        Raises:
            NeverReady: it is being deleted, or gone.
            WaitTimeout: it was not ready after the timeout.
        """
        yield from waiting([self], "ACTIVE", timeout, every, on_progress)
        return self

    _untils = ("ACTIVE",)

    def _settled(self, until: str) -> bool:
        if self.status == "DELETING":
            raise NeverReady(f"{self!r} is being deleted", self)
        return self.status == "ACTIVE"
