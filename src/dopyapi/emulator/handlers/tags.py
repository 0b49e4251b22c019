"""Tags, and what they are on."""

from __future__ import annotations

from typing import Any

from .. import tagging
from ..context import Context, Reply, handles
from ..errors import not_found, refused_form, unprocessable
from ..paging import listed, objects
from ..store import Document


@handles("tags_list")
def list_tags(context: Context) -> Reply:
    """All tags with their counts."""
    return listed(context, "tags", Shown(context))


class Shown:
    """Tags as clients see them, counted only where they are on the page."""

    def __init__(self, context: Context) -> None:
        self._context, self._selection = context, context.store.select("tag")

    def count(self) -> int:
        """How many there are."""
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them, as JSON."""
        tags = self._selection.documents(limit, offset)
        return objects([tagging.shown(self._context, tag) for tag in tags]).page(limit)


@handles("tags_create")
def create(context: Context) -> Reply:
    """Create a tag; one that exists already is answered as it is."""
    name = context.body.get("name")
    if not tagging.valid(name):
        said = f"tag name {name!r} is invalid: use 1 to 255 letters, digits, underscores, dashes and colons"
        raise refused_form("tags_create", said)
    return 201, {"tag": tagging.shown(context, tagging.ensure(context, str(name)))}


@handles("tags_get")
def get(context: Context) -> Reply:
    """One tag."""
    return 200, {"tag": tagging.shown(context, tagging.named(context, context.path["tag_id"]))}


@handles("tags_delete")
def delete(context: Context) -> Reply:
    """Delete a tag everywhere."""
    tagging.delete(context, tagging.named(context, context.path["tag_id"]))
    return 204, None


@handles("tags_assign_resources")
def assign(context: Context) -> Reply:
    """Tag resources; a missing tag is created."""
    name = context.path["tag_id"]
    if not tagging.valid(name):
        raise unprocessable(
            f"{name!r} is not a valid tag: use 1 to 255 letters, digits, underscores, dashes and colons"
        )
    found = _resources(context)
    tagging.ensure(context, str(name))
    for document in found:
        tagging.attach(context, document, [str(name)])
    return 204, None


@handles("tags_unassign_resources")
def unassign(context: Context) -> Reply:
    """Untag resources."""
    tag = tagging.named(context, context.path["tag_id"])
    for document in _resources(context):
        tagging.detach(context, document, [tag.key])
    return 204, None


def _resources(context: Context) -> list[Document]:
    found = []
    for item in context.body.get("resources") or []:
        found.append(_resource(context, item))
    return found


def _resource(context: Context, item: Any) -> Document:
    if not isinstance(item, dict):
        raise unprocessable("resources must be objects with resource_id and resource_type")
    kind, key = item.get("resource_type"), item.get("resource_id")
    kinds = tagging.accepted_kinds()
    if kind not in kinds:
        raise unprocessable(f"resource_type must be one of {', '.join(kinds)}, not {kind!r}")
    document = context.store.get(str(kind), str(key))
    if document is None and kind in ("volume_snapshot", "image"):
        # A Droplet's snapshot is an image, whichever of its two names is used.
        document = context.store.get("image" if kind == "volume_snapshot" else "volume_snapshot", str(key))
    if document is None:
        raise not_found(f"The resource you requested could not be found: there is no {kind} {key}.")
    return document
