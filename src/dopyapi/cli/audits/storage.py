"""Volumes and snapshots that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..fleet import Fleet
from ..fleet.prices import of_snapshot, of_volume
from .finding import Finding, Limits


def unattached_volumes(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Volumes that are attached to no Droplet."""
    for volume in fleet["volumes"]:
        if not volume.get("droplet_ids"):
            yield Finding(
                level="warning",
                resource="volume",
                id=volume["id"],
                name=volume["name"],
                what=f"{volume['size_gigabytes']} GiB in {_region(volume)}, attached to no Droplet",
                why="a volume costs the same whether a Droplet uses it or not",
                fix=(f"volumes delete {volume['id']}",),
                wasteful=True,
                price=of_volume(volume),
            )


def old_snapshots(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Snapshots that are older than is asked for, but for those that a Droplet was made from."""
    in_use = {str((droplet.get("image") or {}).get("id")) for droplet in fleet["droplets"]}
    for snapshot in fleet["snapshots"]:
        days = (fleet.now - datetime.fromisoformat(snapshot["created_at"])).days
        if days >= limits.snapshot_age and str(snapshot["id"]) not in in_use:
            yield Finding(
                level="info",
                resource=f"{snapshot.get('resource_type') or ''} snapshot".strip(),
                id=str(snapshot["id"]),
                name=snapshot["name"],
                what=f"{snapshot['size_gigabytes']:g} GB, {days} days old",
                why=f"it is older than {limits.snapshot_age} days, and no Droplet runs from it",
                fix=(f"snapshots delete {snapshot['id']}",),
                wasteful=True,
                price=of_snapshot(snapshot),
            )


def _region(volume: dict[str, object]) -> str:
    region = volume.get("region")
    return str(region.get("slug")) if isinstance(region, dict) else str(region)
