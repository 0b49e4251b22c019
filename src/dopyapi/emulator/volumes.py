"""Volumes: block storage that one Droplet at a time can use, and the snapshots of it.

Documents of the kind ``volume``: the parent is the region, where the name is unique. Both sides know of an attachment,
the volume by ``droplet_ids`` and the Droplet by ``volume_ids``; only ``attach`` and ``detach`` change either. Snapshots
are of the kind ``volume_snapshot`` with the volume as parent, and outlive it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import actions, hooks, tagging
from .associated import Associated
from .context import Context
from .errors import not_found, unprocessable
from .store import Document

MOST_ON_A_DROPLET = 15
MOST_GIB = 16_384
PENDING = "Volume already has a pending event."
_PRICE_PER_GIB, _SNAPSHOT_PRICE_PER_GIB = 0.10, 0.06


def find(context: Context, id: object) -> Document:
    """The volume with this id, or a 404."""
    found = context.store.get("volume", str(id))
    if found is None:
        raise not_found()
    return found


def named(context: Context, name: object, region: object) -> Document | None:
    """The volume of this name in a region."""
    return context.store.select("volume", name=str(name), parent=str(region)).first()


def create(
    context: Context,
    *,
    name: str,
    region: str,
    size: int,
    description: str = "",
    filesystem_type: str = "",
    filesystem_label: str = "",
    tags: list[str] | None = None,
    request: dict[str, Any] | None = None,
) -> Document:
    """Store a new volume; the checks are the caller's."""
    key = context.store.new_uuid()
    body: dict[str, Any] = {
        "id": key,
        "droplet_ids": [],
        "name": name,
        "description": description,
        "size_gigabytes": size,
        "filesystem_type": filesystem_type,
        "filesystem_label": filesystem_label,
        "created_at": context.stamp,
        "tags": [],
    }
    volume = context.store.add("volume", key, body, name=name, parent=region, refs={"region": region})
    tagging.attach(context, volume, tags or [])
    return hooks.created(context, volume, request)


def snapshot(context: Context, volume: Document, name: str, tags: list[str]) -> Document:
    """Store a snapshot of a volume as it is now."""
    key, size = context.store.new_uuid(), volume.body["size_gigabytes"]
    body: dict[str, Any] = {
        "id": key,
        "name": name,
        "regions": [volume.refs["region"]],
        "created_at": context.stamp,
        "resource_id": volume.key,
        "resource_type": "volume",
        "min_disk_size": size,
        # What is in use on a disk that does not exist: all of it, as in the official example.
        "size_gigabytes": size,
        "tags": [],
    }
    hidden = {name: volume.body[name] for name in ("filesystem_type", "filesystem_label")}
    taken = context.store.add(
        "volume_snapshot", key, body, name=name, parent=volume.subject, facet="snapshot", hidden=hidden
    )
    tagging.attach(context, taken, tags)
    return hooks.created(context, taken)


def attach(context: Context, volume: Document, droplet: Document) -> None:
    """Let a Droplet have a volume; both are saved."""
    volume.body["droplet_ids"] = [droplet.body["id"]]
    droplet.body["volume_ids"].append(volume.key)
    context.store.save(volume)
    context.store.save(droplet)


def detach(context: Context, volume: Document, droplet: Document | None) -> None:
    """Take a volume from its Droplet, which may be gone already; both are saved."""
    volume.body["droplet_ids"] = []
    context.store.save(volume)
    if droplet is not None:
        droplet.body["volume_ids"] = [key for key in droplet.body["volume_ids"] if key != volume.key]
        context.store.save(droplet)


def refuse_if_taken(context: Context, volume: Document) -> None:
    """422 for a volume that cannot be attached now."""
    if volume.body["droplet_ids"]:
        raise unprocessable(f"This volume is already attached to Droplet {volume.body['droplet_ids'][0]}.")
    actions.refuse_if_pending(context, volume, PENDING)


def requested(context: Context, given: Any, region: str) -> list[Document]:
    """The volumes that a new Droplet of a region shall have: ids, names, or objects with either; each once."""
    found: dict[str, Document] = {}
    for item in given or []:
        key = (item.get("id") or item.get("name")) if isinstance(item, dict) else item
        volume = context.store.get("volume", str(key)) or named(context, key, region)
        if volume is None:
            elsewhere = context.store.select("volume", name=str(key)).first()
            raise unprocessable(
                f"the volume {key} is not in {region}" if elsewhere else f"the volume {key} does not exist"
            )
        if volume.refs["region"] != region:
            raise unprocessable(f"the volume {key} is not in {region}")
        found[volume.key] = volume
    return list(found.values())


@hooks.on("created", "droplet")
def _attach_requested(context: Context, droplet: Document, request: dict[str, Any]) -> None:
    for volume in requested(context, request.get("volumes"), droplet.refs["region"]):
        attach(context, volume, droplet)
        actions.record(context, volume, "attach_volume", region=volume.refs["region"], numbered=False)


@hooks.on("destroyed", "droplet")
def _detach_all(context: Context, droplet: Document) -> None:
    for volume in _attached(context, droplet):
        detach(context, volume, None)


def _attached(context: Context, droplet: Document) -> list[Document]:
    found = [context.store.get("volume", key) for key in droplet.body["volume_ids"]]
    return [volume for volume in found if volume is not None]


@hooks.on("associated", "droplet")
def _associated(context: Context, droplet: Document) -> list[Associated]:
    found = []
    for volume in _attached(context, droplet):
        cost = f"{volume.body['size_gigabytes'] * _PRICE_PER_GIB:.2f}"
        found.append(Associated("volumes", volume.key, volume.body["name"], cost, _destroying(volume)))
        for taken in context.store.select("volume_snapshot", parent=volume.subject):
            cost = f"{taken.body['size_gigabytes'] * _SNAPSHOT_PRICE_PER_GIB:.2f}"
            found.append(Associated("volume_snapshots", taken.key, taken.body["name"], cost, _deleting(taken)))
    return found


def _destroying(volume: Document) -> Callable[[Context], None]:
    def destroy(context: Context) -> None:
        actions.refuse_if_pending(context, volume, PENDING)
        for number in volume.body["droplet_ids"]:
            detach(context, volume, context.store.get("droplet", number))
        hooks.destroyed(context, volume)

    return destroy


def _deleting(taken: Document) -> Callable[[Context], None]:
    return lambda context: hooks.destroyed(context, taken)
