"""Volumes: block storage that Droplets use as further disks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ._core.accounts import client_for
from ._core.clock import Clock
from ._core.declare import action, collection, member, new_by, procedure, unsupported
from ._core.errors import ClientError, ResourceNotFoundError, UnprocessableError, WaitTimeout
from ._core.fields import Dynamic, Key, Ref, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps, sleep
from ._core.waiting import TIMEOUT, intervals
from .actions import Action
from .regions import Region
from .snapshots import Snapshot

if TYPE_CHECKING:
    from .droplets import Droplet

PENDING = "pending event"
"""In the words that the API refuses an action with while another runs."""


# The actions as the API has them; attach() and detach() of a volume send these as often as it takes.
def _attaching(self: Any, droplet_id: Any, tags: Any = None) -> Action: ...
def _detaching(self: Any, droplet_id: Any) -> Action: ...


_attaching.__name__, _detaching.__name__ = "attach", "detach"


class Volume(ActiveRecord):
    """A disk of its own, from 1 to 16384 gigabytes, that one Droplet of its region at a time can use.

    In DigitalOcean's API reference: Block Storage, Block Storage Actions.
    """

    _url, _single, _plural = "volumes", "volume", "volumes"
    _places = {"volume_id": "id"}

    id: Key[str]
    """Unique identifier, a UUID."""
    region: Ref[Region]
    """Where it is."""
    droplet_ids: Static[Array[int]]
    """Numbers of the Droplets that it is attached to; so far one at most."""
    name: Dynamic[str] = attr(fetch="query")
    """Name, unique in its region: lower-case letters, digits and dashes; it can also find the volume."""
    description: Dynamic[str]
    """Free text."""
    size_gigabytes: Dynamic[int]
    """Gigabytes that it has."""
    created_at: Static[datetime]
    """When it was created."""
    filesystem_type: Dynamic[str]
    """File system that it was formatted with, `ext4` or `xfs`; empty where it was not."""
    filesystem_label: Dynamic[str]
    """Label of the file system."""
    tags: Dynamic[Array[str]]
    """Names of its tags."""

    # For create() only; the API does not show it again.
    snapshot_id: Dynamic[str]
    """Identifier of the snapshot that it is made from."""

    load = member.load("/volumes/{volume_id}")
    delete = member.delete_by("/volumes/{volume_id}")
    save = unsupported("save", "the API cannot update a volume; use resize(), and Tag.tag() for its tags")

    @member.create("/volumes")
    def create(
        self,
        *,
        name: str | None = None,
        size_gigabytes: int | None = None,
        region: Region | str | None = None,
        description: str | None = None,
        snapshot_id: Snapshot | str | None = None,
        filesystem_type: Literal["ext4", "xfs"] | None = None,
        filesystem_label: str | None = None,
        tags: Array[str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the volume from these and from the attributes already set on it.

        Args:
            name: lower-case letters, digits and dashes, a letter first; unique in the region.
            size_gigabytes: from 1 to 16384; a volume made from a snapshot has the size of that.
            region: where; a volume made from a snapshot is where that is.
            description: free text.
            snapshot_id: make it from this snapshot of a volume: object or identifier.
            filesystem_type: format it.
            filesystem_label: label of the file system, up to 16 characters with `ext4` and 12 with `xfs`.
            tags: names of tags, created where they do not exist.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ConflictError: the region has a volume of that name.
            UnprocessableError: a name, size or region that the API does not accept.
        """
        ...

    new = new_by(create)

    @collection.list("/volumes")
    def list(
        cls, *, page: int = 1, per_page: int = 20, name: str | None = None, region: Region | str | None = None
    ) -> Page[Volume]:
        """List the volumes of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            name: only those of this name.
            region: only those of this region.
        """
        ...

    @collection.list("/volumes")
    def list_by_name(
        cls, name: str, *, page: int = 1, per_page: int = 20, region: Region | str | None = None
    ) -> Page[Volume]:
        """List the volumes of a name, one a region at most.

        Args:
            name: the name.
            page: which page.
            per_page: how many on a page, 200 at most.
            region: only that of this region.
        """
        ...

    @collection.procedure
    def get_by_name(cls: Any, name: str, region: Region | str) -> Steps[Volume]:
        """The volume of a name in a region.

        Args:
            name: the name.
            region: object or slug.

        Raises:
            ResourceNotFoundError: there is none.
        """
        _require(name, region)
        page: Page[Volume] = yield from cls.list.steps(name=name, region=region)
        found = next((volume for volume in page if volume.name == name), None)
        if found is None:
            where = region._identifier() if isinstance(region, Region) else region
            raise ResourceNotFoundError(
                f"there is no volume called {name!r} in {where}", id="not_found", method="GET", path="/volumes"
            )
        return found

    @collection.procedure
    def delete_by_name(cls: Any, name: str, region: Region | str) -> Steps[dict[str, Any]]:
        """Delete the volume of a name in a region; what is already gone counts as deleted.

        Args:
            name: the name.
            region: object or slug.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ConflictError: it is attached to a Droplet.
        """
        _require(name, region)
        answer: dict[str, Any] = yield from cls._delete_by_name.steps(name, region)
        return answer

    # Snapshots

    @member.list("/volumes/{volume_id}/snapshots")
    def list_snapshots(self, *, page: int = 1, per_page: int = 20) -> Page[Snapshot]:
        """List the snapshots taken of it.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.post("/volumes/{volume_id}/snapshots")
    def snapshot(self, name: str, tags: Array[str] | None = None) -> Snapshot:
        """Take a snapshot, which stays when the volume is deleted.

        Args:
            name: the snapshot's name.
            tags: names of tags for it.

        Returns:
            The snapshot.
        """
        ...

    @collection.get("/volumes/snapshots/{snapshot_id}")
    def get_snapshot(cls, snapshot_id: Snapshot | str) -> Snapshot:
        """One snapshot of a volume.

        Args:
            snapshot_id: its identifier.
        """
        ...

    @collection.delete("/volumes/snapshots/{snapshot_id}")
    def delete_snapshot(cls, snapshot_id: Snapshot | str) -> dict[str, Any]:
        """Delete a snapshot of a volume.

        Args:
            snapshot_id: its identifier, or the snapshot.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    # Actions

    @procedure
    def attach(
        self,
        droplet: Droplet | int,
        *,
        tags: Array[str] | None = None,
        timeout: float = TIMEOUT,
        every: float | None = None,
    ) -> Steps[Action]:
        """Attach it to a Droplet, once that has finished what else is being done to it.

        Args:
            droplet: the Droplet, or its number; it has to be in the same region.
            tags: names of tags to put on the volume.
            timeout: seconds to wait at most for other actions to end.
            every: seconds between attempts; growing unless given.

        Returns:
            The action, which is in progress.

        Raises:
            WaitTimeout: another action still ran after the timeout.
            UnprocessableError: it is attached already, or cannot be.
        """
        arguments = {"droplet_id": droplet} if tags is None else {"droplet_id": droplet, "tags": tags}
        clock = client_for(self).clock
        return (yield from _when_free(lambda: self._attach.steps(**arguments), self, clock, timeout, every))

    @procedure
    def detach(
        self, droplet: Droplet | int | None = None, *, timeout: float = TIMEOUT, every: float | None = None
    ) -> Steps[Action]:
        """Detach it from its Droplet, once that has finished what else is being done to it; unmount it first.

        Args:
            droplet: the Droplet, or its number; the one that has it unless given.
            timeout: seconds to wait at most for other actions to end.
            every: seconds between attempts; growing unless given.

        Returns:
            The action, which is in progress.

        Raises:
            ClientError: no Droplet has it.
            WaitTimeout: another action still ran after the timeout.
        """
        if droplet is None:
            yield from self._refresh(keep=True)
            if not self.droplet_ids:
                raise ClientError(f"{self!r} is attached to no Droplet, so there is nothing to detach it from")
            droplet = self.droplet_ids[0]
        clock = client_for(self).clock
        return (yield from _when_free(lambda: self._detach.steps(droplet), self, clock, timeout, every))

    @action
    def resize(self, size_gigabytes: int, region: Region | str | None = None) -> Action:
        """Make it larger; the file system on it has to be grown afterwards.

        Args:
            size_gigabytes: how much it shall have, more than now and 16384 at most.
            region: where it is, to be sure.
        """
        ...

    @collection.procedure
    def attach_by_name(
        cls: Any,
        name: str,
        region: Region | str,
        droplet: Droplet | int,
        *,
        tags: Array[str] | None = None,
        timeout: float = TIMEOUT,
        every: float | None = None,
    ) -> Steps[Action]:
        """Attach the volume of a name in a region to a Droplet; see `attach`.

        Args:
            name: the volume's name.
            region: object or slug.
            droplet: the Droplet, or its number.
            tags: names of tags to put on the volume.
            timeout: seconds to wait at most for other actions to end.
            every: seconds between attempts; growing unless given.
        """
        _require(name, region)
        more = {} if tags is None else {"tags": tags}
        clock = client_for(cls).clock
        return (
            yield from _when_free(
                lambda: cls._act_by_name.steps("attach", name, region, droplet, **more), name, clock, timeout, every
            )
        )

    @collection.procedure
    def detach_by_name(
        cls: Any,
        name: str,
        region: Region | str,
        droplet: Droplet | int,
        *,
        timeout: float = TIMEOUT,
        every: float | None = None,
    ) -> Steps[Action]:
        """Detach the volume of a name in a region from a Droplet; see `detach`.

        Args:
            name: the volume's name.
            region: object or slug.
            droplet: the Droplet, or its number.
            timeout: seconds to wait at most for other actions to end.
            every: seconds between attempts; growing unless given.
        """
        _require(name, region)
        clock = client_for(cls).clock
        return (
            yield from _when_free(
                lambda: cls._act_by_name.steps("detach", name, region, droplet), name, clock, timeout, every
            )
        )

    @collection.procedure
    def resize_by_name(cls: Any, name: str, region: Region | str, size_gigabytes: int) -> Steps[Action]:
        """Make the volume of a name in a region larger: it is looked up, as the API resizes by identifier only.

        Args:
            name: the volume's name.
            region: object or slug.
            size_gigabytes: how much it shall have.

        Raises:
            ResourceNotFoundError: there is none.
        """
        volume = yield from cls.get_by_name.steps(name, region)
        started: Action = yield from volume.resize.steps(size_gigabytes)
        return started

    # What these send

    _attach = action(_attaching)
    _detach = action(_detaching)

    @collection.post("/volumes/actions")
    def _act_by_name(cls, type: str, volume_name: str, region: Any, droplet_id: Any, tags: Any = None) -> Action: ...

    @collection.delete("/volumes")
    def _delete_by_name(cls, name: str, region: Any) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    listByName = list_by_name
    listSnapshots = list_snapshots


def _require(name: str, region: Region | str) -> None:
    """Refuse half of what says which volume: the API would act on another, or on none."""
    if not name or not region:
        raise ClientError(f"name={name!r} and region={region!r} do not say which volume is meant: both are needed")


def _when_free(
    attempt: Callable[[], Steps[Action]], what: object, clock: Clock, timeout: float, every: float | None
) -> Steps[Action]:
    """Try, and while the API says that something else is being done to the Droplet or volume, try again."""
    end = clock.now() + timeout
    pause = iter(intervals(every))
    while True:
        try:
            return (yield from attempt())
        except UnprocessableError as refusal:
            left = end - clock.now()
            if PENDING not in refusal.message:
                raise
            if left <= 0:
                raise WaitTimeout(f"{what!r} still waits after {timeout:g} s: {refusal.message}", [what]) from refusal
        yield from sleep(min(next(pause), left), clock)
