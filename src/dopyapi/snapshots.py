"""Snapshots: saved images of Droplets and volumes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ._core.declare import collection, member, unsupported
from ._core.fields import Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array


class Snapshot(ActiveRecord):
    """A saved image of a Droplet or of a block storage volume.

    In DigitalOcean's API reference: Snapshots.
    """

    _url, _single, _plural = "snapshots", "snapshot", "snapshots"

    id: Key[str]
    """Unique identifier: a number for a Droplet's snapshot, a UUID for a volume's."""
    name: Key[str] = attr(fetch="list")
    """Its name; it can also find the snapshot."""
    created_at: Static[datetime]
    """When it was taken."""
    regions: Static[Array[str]]
    """Slugs of the regions where it can be used."""
    resource_id: Static[str]
    """Identifier of what it was taken of."""
    resource_type: Static[str]
    """`droplet` or `volume`."""
    min_disk_size: Static[int]
    """Gigabytes of disk that it needs at least."""
    size_gigabytes: Static[float]
    """Gigabytes that it takes, and is billed for."""
    tags: Static[Array[str] | None]
    """Names of its tags."""

    load = member.load("/snapshots/{id}")
    delete = member.delete_by("/snapshots/{id}")
    create = unsupported("create", "take one with Droplet.snapshot() or Volume.snapshot()")
    save = unsupported("save", "a snapshot is fixed; rename a Droplet's through its Image")

    @collection.list("/snapshots")
    def list(
        cls, *, page: int = 1, per_page: int = 20, resource_type: Literal["droplet", "volume"] | None = None
    ) -> Page[Snapshot]:
        """List snapshots.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            resource_type: only those of Droplets or of volumes.
        """
        ...

    @collection.list("/snapshots?resource_type=droplet")
    def list_droplet_snapshots(cls, *, page: int = 1, per_page: int = 20) -> Page[Snapshot]:
        """List the snapshots of Droplets.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/snapshots?resource_type=volume")
    def list_volume_snapshots(cls, *, page: int = 1, per_page: int = 20) -> Page[Snapshot]:
        """List the snapshots of volumes.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    def _tag_type(self) -> str:
        return "volume_snapshot" if self.resource_type == "volume" else "image"

    # Names fixed by the API reference.
    listDropletSnapshots = list_droplet_snapshots
    listVolumeSnapshots = list_volume_snapshots
