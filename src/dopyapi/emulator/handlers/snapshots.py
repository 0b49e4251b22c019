"""Snapshots of Droplets, which are images, and of volumes, in one list."""

from __future__ import annotations

from .. import hooks, images
from ..context import Context, Reply, handles
from ..errors import not_found
from ..paging import listed, objects
from ..store import Document

_KINDS = {"droplet": ("image",), "volume": ("volume_snapshot",)}


def shown(snapshot: Document) -> dict[str, object]:
    """A snapshot of either kind as the API shows it."""
    return images.as_snapshot(snapshot) if snapshot.kind == "image" else snapshot.body


class Shown:
    """Snapshots as clients see them, made only for the page."""

    def __init__(self, context: Context, kinds: tuple[str, ...]) -> None:
        # Documents of the kind volume_snapshot carry the facet "snapshot" too.
        self._selection = context.store.select(*kinds, facet="snapshot")

    def count(self) -> int:
        """How many there are."""
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them, as JSON."""
        return objects([shown(found) for found in self._selection.documents(limit, offset)]).page(limit)


@handles("snapshots_list")
def list_snapshots(context: Context) -> Reply:
    """All snapshots, or those of one type of resource."""
    kinds = _KINDS.get(context.query.get("resource_type", ""), ("image", "volume_snapshot"))
    return listed(context, "snapshots", Shown(context, kinds))


def _named(context: Context) -> Document:
    key = context.path["snapshot_id"]
    found = context.store.get("image", key) or context.store.get("volume_snapshot", key)
    if found is None or found.facet != "snapshot":
        raise not_found()
    return found


@handles("snapshots_get")
def get(context: Context) -> Reply:
    """One snapshot."""
    return 200, {"snapshot": shown(_named(context))}


@handles("snapshots_delete")
def delete(context: Context) -> Reply:
    """Delete a snapshot; a Droplet's is gone from the images too."""
    found = _named(context)
    if found.kind == "image":
        images.delete(context, found)
    else:
        hooks.destroyed(context, found)
    return 204, None
