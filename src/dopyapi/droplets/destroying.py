"""Destroying a Droplet together with what hangs on it."""

from __future__ import annotations

from typing import Any

from .._core.declare import member
from .._core.resource import ActiveRecord, Array
from .._core.values import Document


class DropletDestroying(ActiveRecord):
    """Deletions that take associated resources along."""

    __slots__ = ()

    @member.get("/droplets/{id}/destroy_with_associated_resources")
    def list_associated_resources(self) -> Document:
        """What could be destroyed with it: `reserved_ips`, `snapshots`, `volumes`, `volume_snapshots`."""
        ...

    @member.delete("/droplets/{id}/destroy_with_associated_resources/selective", body=True)
    def delete_with(
        self,
        *,
        reserved_ips: Array[str] | None = None,
        snapshots: Array[str] | None = None,
        volumes: Array[str] | None = None,
        volume_snapshots: Array[str] | None = None,
    ) -> dict[str, Any]:
        """Delete it and those of its associated resources that are named.

        Args:
            reserved_ips, snapshots, volumes, volume_snapshots: their identifiers.

        Returns:
            ``{"status": "deleted"}``; `get_delete_status` says how far it is.
        """
        ...

    @member.delete("/droplets/{id}/destroy_with_associated_resources/dangerous", headers={"x-dangerous": "true"})
    def delete_with_everything(self) -> dict[str, Any]:
        """Delete it and all of its associated resources: volumes and snapshots too, for good.

        Returns:
            ``{"status": "deleted"}``; `get_delete_status` says how far it is.
        """
        ...

    @member.get("/droplets/{id}/destroy_with_associated_resources/status")
    def get_delete_status(self) -> Document:
        """How far the deletion with associated resources is."""
        ...

    @member.post("/droplets/{id}/destroy_with_associated_resources/retry")
    def retry_delete(self) -> dict[str, Any]:
        """Try again what a deletion with associated resources could not delete."""
        ...
