"""Destroying a cluster together with what it has made."""

from __future__ import annotations

from typing import Any

from .._core.declare import member
from .._core.resource import ActiveRecord, Array, Resource
from .._core.values import Document


class DOKSDestroying(ActiveRecord):
    """Deletions that take associated resources along."""

    __slots__ = ()

    @member.get("/kubernetes/clusters/{cluster_id}/destroy_with_associated_resources")
    def list_associated_resources(self) -> Document:
        """What could be destroyed with it: `load_balancers`, `volumes`, `volume_snapshots`."""
        ...

    @member.delete("/kubernetes/clusters/{cluster_id}/destroy_with_associated_resources/selective", body=True)
    def delete_with(
        self,
        *,
        load_balancers: Array[Resource | str] | None = None,
        volumes: Array[Resource | str] | None = None,
        volume_snapshots: Array[Resource | str] | None = None,
    ) -> dict[str, Any]:
        """Delete it and those of its associated resources that are named; the others stay, and cost.

        Args:
            load_balancers, volumes, volume_snapshots: objects or identifiers.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @member.delete("/kubernetes/clusters/{cluster_id}/destroy_with_associated_resources/dangerous")
    def delete_with_everything(self) -> dict[str, Any]:
        """Delete it and all of its associated resources: volumes and snapshots too, for good.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...
