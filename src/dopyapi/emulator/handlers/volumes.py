"""Volumes and their snapshots."""

from __future__ import annotations

import re
from typing import Any

from .. import actions, hooks, tagging, volumes
from ..catalogue import OPEN
from ..context import Context, Reply, handles, one
from ..errors import conflict, forbidden, not_found, unprocessable
from ..paging import listed
from ..store import Document
from .account import limit

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_LABELS = {"ext4": 16, "xfs": 12}
"""File systems, and how long their labels may be."""


@handles("volumes_list")
def list_volumes(context: Context) -> Reply:
    """All volumes, or those of a name, a region, or both."""
    name, region = (context.query.get(field) or None for field in ("name", "region"))
    return listed(context, "volumes", context.store.select("volume", name=name, parent=region))


@handles("volumes_get", steady=True)
def get(context: Context) -> Reply:
    """One volume."""
    raw = context.store.raw("volume", context.path["volume_id"])
    if raw is None:
        raise not_found()
    return 200, one("volume", raw)


@handles("volumes_create")
def create(context: Context) -> Reply:
    """Create a volume, empty or from a snapshot."""
    body = context.body
    name, source = body["name"], _source(context, body.get("snapshot_id"))
    if not _NAME.fullmatch(str(name)):
        raise unprocessable(
            "failed to create volume: invalid volume name. names must be lowercase and alphanumeric"
            " (dashes too), begin with a letter and have up to 64 characters"
        )
    region, size = _region(body.get("region"), source), _size(body.get("size_gigabytes"), source)
    filesystem_type, filesystem_label = _filesystem(body, source)
    tags = tagging.checked(body.get("tags"))
    if volumes.named(context, name, region) is not None:
        raise conflict(f"failed to create volume: there is a volume called {name} in {region} already")
    if context.store.count("volume") >= limit(context, "volume_limit"):
        raise forbidden("failed to create volume: volume/snapshot capacity limit exceeded")
    made = volumes.create(
        context,
        name=name,
        region=region,
        size=size,
        description=str(body.get("description") or ""),
        filesystem_type=filesystem_type,
        filesystem_label=filesystem_label,
        tags=tags,
        request=body,
    )
    return 201, one("volume", context.store.render(made))


def _source(context: Context, key: Any) -> Document | None:
    if not key:
        return None
    found = context.store.get("volume_snapshot", str(key))
    if found is None:
        raise not_found(f"failed to create volume: there is no volume snapshot {key}")
    return found


def _region(slug: Any, source: Document | None) -> str:
    places = source.body["regions"] if source else OPEN
    if not slug and source is None:
        raise unprocessable("region is required")
    region = str(slug or places[0])
    if region not in OPEN:
        raise unprocessable(f"the region {region!r} is not available; choose one of {', '.join(OPEN)}")
    if region not in places:
        raise unprocessable(f"the snapshot is in {', '.join(places)}, not in {region}: the volume has to be there too")
    return region


def _size(given: Any, source: Document | None) -> int:
    if source is not None:
        return int(source.body["min_disk_size"])  # a size that is given does not apply
    if given is None:
        raise unprocessable("size_gigabytes is required")
    return sized(given)


def sized(given: Any) -> int:
    """A volume's size from a request."""
    try:
        size = int(given)
    except (TypeError, ValueError):
        size = 0
    if isinstance(given, bool) or not 1 <= size <= volumes.MOST_GIB:
        raise unprocessable(f"size_gigabytes must be a number from 1 to {volumes.MOST_GIB}, not {given!r}")
    return size


def _filesystem(body: dict[str, Any], source: Document | None) -> tuple[str, str]:
    kind, label = (str(body.get(field) or "") for field in ("filesystem_type", "filesystem_label"))
    if not kind and not label and source is not None:
        return source.hidden["filesystem_type"], source.hidden["filesystem_label"]
    if kind and kind not in _LABELS:
        raise unprocessable(f"filesystem_type must be one of {', '.join(_LABELS)}, not {kind!r}")
    if label and not kind:
        raise unprocessable("filesystem_label needs a filesystem_type")
    if label and len(label) > _LABELS[kind]:
        raise unprocessable(f"filesystem_label may have {_LABELS[kind]} characters with {kind}; {label!r} is longer")
    return kind, label


@handles("volumes_delete")
def delete(context: Context) -> Reply:
    """Delete a volume that no Droplet has."""
    return _deleted(context, volumes.find(context, context.path["volume_id"]))


@handles("volumes_delete_byName")
def delete_by_name(context: Context) -> Reply:
    """Delete the volume of a name in a region."""
    name, region = context.query.get("name"), context.query.get("region")
    if not name or not region:
        raise unprocessable("the query parameters name and region are both required")
    found = volumes.named(context, name, region)
    if found is None:
        raise not_found()
    return _deleted(context, found)


def _deleted(context: Context, volume: Document) -> Reply:
    if volume.body["droplet_ids"]:
        raise conflict(
            "A volume that's attached to a Droplet cannot be deleted. Please detach it first before deleting."
        )
    actions.refuse_if_pending(context, volume, volumes.PENDING)
    hooks.destroyed(context, volume)
    return 204, None


# Snapshots.


@handles("volumeSnapshots_list")
def list_snapshots(context: Context) -> Reply:
    """The snapshots of a volume."""
    volume = volumes.find(context, context.path["volume_id"])
    return listed(context, "snapshots", context.store.select("volume_snapshot", parent=volume.subject))


@handles("volumeSnapshots_create")
def take_snapshot(context: Context) -> Reply:
    """Take a snapshot; it is there at once."""
    volume, name = volumes.find(context, context.path["volume_id"]), context.body["name"]
    if not isinstance(name, str) or not name.strip():
        raise unprocessable("failed to create snapshot: name must not be blank")
    taken = volumes.snapshot(context, volume, name, tagging.checked(context.body.get("tags")))
    return 201, one("snapshot", context.store.render(taken))


def _snapshot(context: Context) -> Document:
    found = context.store.get("volume_snapshot", context.path["snapshot_id"])
    if found is None:
        raise not_found()
    return found


@handles("volumeSnapshots_get_byId")
def get_snapshot(context: Context) -> Reply:
    """One snapshot of a volume."""
    return 200, one("snapshot", context.store.render(_snapshot(context)))


@handles("volumeSnapshots_delete_byId")
def delete_snapshot(context: Context) -> Reply:
    """Delete a snapshot of a volume."""
    hooks.destroyed(context, _snapshot(context))
    return 204, None
