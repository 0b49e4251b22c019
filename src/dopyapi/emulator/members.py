"""What is in a VPC: Droplets, and whatever else says so in its body."""

from __future__ import annotations

from typing import Any

from . import hooks, urns
from .context import Context
from .paging import Chained, Listing, objects
from .store import Document


def members(context: Context, vpc: Document, kind: str = "") -> Listing:
    """The members of a VPC as clients see them, or those of one kind, by its name here or in URNs.

    Droplets are found by their parent. Of the other kinds that ``urns`` says are in VPCs, ``vpc_uuid`` or
    ``private_network_uuid`` in the body counts, whoever sets it. What keeps it elsewhere answers
    ``@hooks.on("members", "vpc")`` with a list of items.
    """
    droplets = _Droplets(context, vpc)
    if kind == "droplet":
        return droplets
    others = [_item(document) for document in _others(context, vpc)] + hooks.collect("members", context, vpc)
    if kind:
        wanted = urns.kind_meant(kind)
        return objects([item for item in others if item["urn"].split(":")[1] == wanted])
    return Chained(droplets, objects(others))


def _item(document: Document) -> dict[str, Any]:
    return {
        "urn": urns.of(document),
        "name": document.body.get("name") or document.name,
        "created_at": document.body.get("created_at"),
    }


def _others(context: Context, vpc: Document) -> list[Document]:
    kinds = [kind for kind in urns.in_vpcs() if kind != "droplet"]
    found = []
    for document in context.store.select(*kinds):
        if vpc.key in (document.body.get("vpc_uuid"), document.body.get("private_network_uuid")):
            found.append(document)
    return found


class _Droplets:
    """The Droplets of a VPC, made into items only for the page."""

    def __init__(self, context: Context, vpc: Document) -> None:
        self._selection = context.store.select("droplet", parent=vpc.subject)

    def count(self) -> int:
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        return objects([_item(document) for document in self._selection.documents(limit, offset)]).page(limit)
