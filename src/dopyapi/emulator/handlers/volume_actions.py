"""What is done to volumes: attach, detach, resize. Attaching and detaching keep the Droplet busy too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import actions, tagging, volumes
from ..context import Context, Reply, handles, one
from ..errors import not_found, unprocessable
from ..paging import listed
from ..store import Document
from .droplet_actions import PENDING as DROPLET_PENDING
from .volumes import sized

_SECONDS = {"attach": 5, "detach": 5, "resize": 8}


@handles("volumeActions_list")
def list_actions(context: Context) -> Reply:
    """What was done to a volume, newest first."""
    volume = volumes.find(context, context.path["volume_id"])
    return listed(context, "actions", context.store.select("action", parent=volume.subject, newest=True))


@handles("volumeActions_get")
def get(context: Context) -> Reply:
    """One action of a volume."""
    volume = volumes.find(context, context.path["volume_id"])
    return 200, one("action", actions.of(context, volume, context.path["action_id"]))


@handles("volumeActions_post_byId")
def act(context: Context) -> Reply:
    """Do something to a volume."""
    return _begun(context, volumes.find(context, context.path["volume_id"]), ("attach", "detach", "resize"))


@handles("volumeActions_post")
def act_by_name(context: Context) -> Reply:
    """Attach or detach the volume of a name in a region."""
    name, region = context.body.get("volume_name"), context.body.get("region")
    if not name or not region:
        raise unprocessable("volume_name and region are both required where the volume is not said by its id")
    volume = volumes.named(context, name, region)
    if volume is None:
        raise not_found()
    return _begun(context, volume, ("attach", "detach"))


def _begun(context: Context, volume: Document, types: tuple[str, ...]) -> Reply:
    body, type, region = context.body, context.body.get("type"), volume.refs["region"]
    if type not in types:
        raise unprocessable(f"type must be one of {', '.join(types)}, not {type!r}")
    if body.get("region") and body["region"] != region:
        raise unprocessable(f"the volume is in {region}, not in {body['region']}")
    droplet, data = _BEGINNINGS[type](context, volume, body)
    action = actions.start(
        context,
        volume,
        f"{type}_volume",
        seconds=_SECONDS[type],
        region=region,
        numbered=False,
        occupies=droplet,
        data=data,
    )
    return 202, one("action", context.store.render(action))


Begun = tuple[Document | None, dict[str, Any]]
"""The Droplet that is busy with it, and what the effect needs to know."""


def _attaching(context: Context, volume: Document, body: dict[str, Any]) -> Begun:
    droplet = _droplet(context, body)
    tags = tagging.checked(body.get("tags"))
    if droplet.refs["region"] != volume.refs["region"]:
        raise unprocessable(
            f"a volume can only be attached to a Droplet of its region: the volume is in {volume.refs['region']},"
            f" the Droplet in {droplet.refs['region']}"
        )
    volumes.refuse_if_taken(context, volume)
    actions.refuse_if_pending(context, droplet, DROPLET_PENDING)
    if len(droplet.body["volume_ids"]) >= volumes.MOST_ON_A_DROPLET:
        raise unprocessable(f"a Droplet can have {volumes.MOST_ON_A_DROPLET} volumes, and this one has")
    tagging.attach(context, volume, tags)
    return droplet, {"droplet": droplet.key}


def _detaching(context: Context, volume: Document, body: dict[str, Any]) -> Begun:
    if str(body.get("droplet_id")) not in map(str, volume.body["droplet_ids"]):
        raise unprocessable("Attachment not found")
    droplet = _droplet(context, body)
    actions.refuse_if_pending(context, volume, volumes.PENDING)
    actions.refuse_if_pending(context, droplet, DROPLET_PENDING)
    return droplet, {"droplet": droplet.key}


def _resizing(context: Context, volume: Document, body: dict[str, Any]) -> Begun:
    size = sized(body.get("size_gigabytes"))
    actions.refuse_if_pending(context, volume, volumes.PENDING)
    if size <= volume.body["size_gigabytes"]:
        raise unprocessable(f"a volume can only grow: it has {volume.body['size_gigabytes']} GiB, {size} are not more")
    return None, {"size": size}


_BEGINNINGS: dict[str, Callable[[Context, Document, dict[str, Any]], Begun]] = {
    "attach": _attaching,
    "detach": _detaching,
    "resize": _resizing,
}


def _droplet(context: Context, body: dict[str, Any]) -> Document:
    found = context.store.get("droplet", str(body.get("droplet_id")))
    if found is None:
        raise unprocessable(f"the Droplet {body.get('droplet_id')} does not exist")
    return found


@actions.effect("volume", "attach_volume")
def _attached(context: Context, volume: Document, data: dict[str, Any]) -> None:
    droplet = context.store.get("droplet", data["droplet"])
    if droplet is None:
        raise actions.ActionError
    volumes.attach(context, volume, droplet)


@actions.effect("volume", "detach_volume")
def _detached(context: Context, volume: Document, data: dict[str, Any]) -> None:
    volumes.detach(context, volume, context.store.get("droplet", data["droplet"]))


@actions.effect("volume", "resize_volume")
def _resized(context: Context, volume: Document, data: dict[str, Any]) -> None:
    volume.body["size_gigabytes"] = data["size"]
