"""Images of the account: snapshots, backups and custom images, beside the public ones of the catalogue.

Documents of the kind ``image``; the facet is their type, the parent the Droplet they were made of. A deleted image
stays as a ``deleted_image``, for the Droplets that still show it.
"""

from __future__ import annotations

from typing import Any

from . import hooks
from .catalogue import BY_KEY, image_bytes
from .context import Context
from .store import Document, Store, expands

_FIRST_ID = 212_004_871


def add(
    context: Context,
    type: str,
    name: str,
    *,
    distribution: str,
    region: str,
    source: Document | None = None,
    **fields: Any,
) -> Document:
    """Store an image of the account.

    Parameters:
        type: ``snapshot``, ``backup`` or ``custom``.
        source: the Droplet it was made of.
        fields: what differs from an available image without a description.
    """
    number = context.store.next_number("image", _FIRST_ID)
    body: dict[str, Any] = {
        "id": number,
        "name": name,
        "type": type,
        "distribution": distribution,
        "slug": None,
        "public": False,
        "regions": [region],
        "created_at": context.stamp,
        "min_disk_size": None,
        "size_gigabytes": None,
        "description": "",
        "tags": [],
        "status": "available",
        "error_message": "",
        **fields,
    }
    parent = source.subject if source else None
    return hooks.created(context, context.store.add("image", number, body, name=name, parent=parent, facet=type))


def described(store: Store, key: object) -> dict[str, Any] | None:
    """An image by id, or by slug when it is public, as the API shows it."""
    public = BY_KEY.get(str(key))
    if public:
        return public.shown()
    found = store.get("image", str(key))
    return found.body if found else None


def raw(store: Store, key: object) -> bytes | None:
    """The same as JSON bytes."""
    return image_bytes(str(key)) if str(key) in BY_KEY else store.raw("image", str(key))


@expands("image", of_kind="image")
def _image(store: Store, key: str) -> bytes:
    return b'"image":' + (raw(store, key) or store.raw("deleted_image", key) or b"{}")


def delete(context: Context, image: Document) -> None:
    """Delete an image of the account, which deletes the snapshot that it is too."""
    hooks.destroyed(context, image)
    context.store.add("deleted_image", image.key, {**image.body, "tags": [], "status": "deleted"})


def of_droplet(image: Document) -> str | None:
    """The id of the Droplet that an image was made of."""
    return image.parent.partition("/")[2] if image.parent else None


def as_droplet_snapshot(image: Document) -> dict[str, Any]:
    """How lists of a Droplet's snapshots and backups show an image."""
    names = "id name distribution slug public regions created_at min_disk_size type size_gigabytes"
    return {name: image.body[name] for name in names.split()}


def as_snapshot(image: Document) -> dict[str, Any]:
    """How ``/v2/snapshots`` shows an image."""
    names = "name created_at regions min_disk_size size_gigabytes tags"
    return {
        "id": image.key,
        **{name: image.body[name] for name in names.split()},
        "resource_id": of_droplet(image) or "0",
        "resource_type": "droplet",
    }
