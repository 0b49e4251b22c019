"""Destroying a Droplet together with what belongs to it.

What belongs to it, its products say: a hook ``on("associated", "droplet")`` answers ``Associated`` items. The
destruction runs for a while; what became of each item can be read from its status.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .. import droplets, events, hooks, images
from ..associated import SECTIONS, Associated
from ..billing.prices import SNAPSHOT, cents
from ..context import Context, Reply, handles
from ..errors import Refused, bad_request, conflict, not_found
from ..store import Document

_SECONDS = 20


@hooks.on("associated", "droplet")
def _snapshots(context: Context, droplet: Document) -> list[Associated]:
    found = []
    for image in context.store.select("image", parent=droplet.subject, facet="snapshot"):
        cost = str(cents(Decimal(str(image.body["size_gigabytes"])) * SNAPSHOT))
        found.append(Associated("snapshots", image.key, image.body["name"], cost, _deleting(image)))
    return found


def _deleting(image: Document) -> Any:
    return lambda context: images.delete(context, image)


def _belonging(context: Context, droplet: Document) -> list[Associated]:
    found: list[Associated] = hooks.collect("associated", context, droplet)
    return found


@handles("droplets_list_associatedResources")
def list_associated(context: Context) -> Reply:
    """What belongs to a Droplet, and what it costs."""
    found = _belonging(context, droplets.find(context, context.path["droplet_id"]))
    return 200, {section: [item.shown() for item in found if item.section == section] for section in SECTIONS}


@handles("droplets_destroy_withAssociatedResourcesDangerous")
def destroy_all(context: Context) -> Reply:
    """Destroy a Droplet and everything that belongs to it."""
    droplet = droplets.find(context, context.path["droplet_id"])
    if context.headers.get("x-dangerous", "").lower() != "true":
        raise bad_request("this destroys everything that belongs to the Droplet: send the header X-Dangerous: true")
    return _begin(context, droplet, _belonging(context, droplet))


@handles("droplets_destroy_withAssociatedResourcesSelective")
def destroy_some(context: Context) -> Reply:
    """Destroy a Droplet and what is named of what belongs to it."""
    droplet = droplets.find(context, context.path["droplet_id"])
    belonging = {(item.section, item.id): item for item in _belonging(context, droplet)}
    chosen = []
    for section in SECTIONS:
        for id in context.body.get(section) or []:
            item = belonging.get((section, str(id)))
            if item is None:
                raise not_found(f"The resource you requested could not be found: {id} is not among the {section}.")
            chosen.append(item)
    return _begin(context, droplet, chosen)


def _begin(context: Context, droplet: Document, items: list[Associated]) -> Reply:
    droplets.refuse_if_being_destroyed(context, droplet)
    before = context.store.get("destruction", droplet.key)
    if before is not None:
        context.store.remove(before)
    status: dict[str, Any] = {
        "droplet": {"id": droplet.key, "name": droplet.body["name"], "destroyed_at": None},
        "resources": {
            section: [{"id": i.id, "name": i.name, "destroyed_at": None} for i in items if i.section == section]
            for section in SECTIONS
        },
        "completed_at": None,
        "failures": 0,
    }
    context.store.add("destruction", droplet.key, status)
    droplet.body["locked"] = True
    context.store.save(droplet)
    context.after(_SECONDS, "droplet.destruction", f"destruction/{droplet.key}", key=droplet.key)
    return 202, None


@events.on_event("droplet.destruction")
def _carry_out(context: Context, data: dict[str, Any]) -> None:
    status, droplet = context.store.get("destruction", data["key"]), context.store.get("droplet", data["key"])
    if status is None:
        return
    belonging = {(i.section, i.id): i for i in _belonging(context, droplet)} if droplet else {}
    failures = 0
    for section, items in status.body["resources"].items():
        for item in items:
            if item["destroyed_at"] is not None:
                continue
            found = belonging.get((section, item["id"]))
            try:
                if found is not None:
                    found.destroy(context)
                item["destroyed_at"] = context.stamp
                item.pop("error_message", None)
            except Refused as refused:
                item["error_message"] = refused.message
                failures += 1
    # The Droplet goes last, so that a retry still finds what belongs to it.
    droplet = context.store.get("droplet", data["key"])
    if not failures:
        status.body["droplet"]["destroyed_at"] = context.stamp
        if droplet is not None:
            droplets.destroy(context, droplet)
    elif droplet is not None:
        droplet.body["locked"] = False
        context.store.save(droplet)
    status.body |= {"failures": failures, "completed_at": context.stamp}
    context.store.save(status)


@handles("droplets_get_DestroyAssociatedResourcesStatus")
def status(context: Context) -> Reply:
    """How far a destruction has come."""
    return 200, _destruction(context).body


def _destruction(context: Context) -> Document:
    found = context.store.get("destruction", context.path["droplet_id"])
    if found is None:
        raise not_found("The resource you were accessing could not be found.")
    return found


@handles("droplets_destroy_retryWithAssociatedResources")
def retry(context: Context) -> Reply:
    """Try again what failed."""
    found = _destruction(context)
    if found.body["completed_at"] is None:
        raise conflict("a destroy is already in progress")
    if found.body["failures"]:
        found.body |= {"completed_at": None, "failures": 0}
        context.store.save(found)
        context.after(_SECONDS, "droplet.destruction", f"destruction/{found.key}", key=found.key)
    return 202, None
