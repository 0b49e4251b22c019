"""Peerings: two VPCs whose members reach each other."""

from __future__ import annotations

import re
from typing import Any

from .. import events, hooks
from ..context import Context, Reply, handles
from ..errors import conflict, forbidden, not_found, unprocessable
from ..paging import listed, objects
from ..store import Document
from . import vpcs

_NAME = re.compile(r"[a-zA-Z0-9\-]+")
_PROVISIONING_SECONDS, _DELETING_SECONDS = 20, 10


def _own(context: Context) -> Document:
    found = context.store.get("vpc_peering", context.path["vpc_peering_id"])
    if found is None or ("vpc_id" in context.path and str(context.path["vpc_id"]) not in found.body["vpc_ids"]):
        raise not_found()
    return found


@handles("vpcPeerings_list")
def list_peerings(context: Context) -> Reply:
    """All peerings, or those that a VPC of a region is part of."""
    chosen, region = context.store.select("vpc_peering"), context.query.get("region")
    if not region:
        return listed(context, "vpc_peerings", chosen)
    there = set(context.store.select("vpc", parent=region).keys())
    found = [peering.body for peering in chosen if there & set(peering.body["vpc_ids"])]
    return listed(context, "vpc_peerings", objects(found))


@handles("vpcs_list_peerings")
def list_of_vpc(context: Context) -> Reply:
    """The peerings of a VPC."""
    return listed(context, "peerings", objects([peering.body for peering in _of(context, _vpc(context))]))


def _vpc(context: Context) -> Document:
    return vpcs.find(context, context.path["vpc_id"])


def _of(context: Context, vpc: Document) -> list[Document]:
    keys = [subject.partition("/")[2] for subject in context.store.members("peering", vpc.subject)]
    found = [context.store.get("vpc_peering", key) for key in keys]
    return sorted((peering for peering in found if peering is not None), key=lambda peering: peering.n)


@handles("vpcPeerings_create")
def create(context: Context) -> Reply:
    """Peer two VPCs."""
    given = context.body.get("vpc_ids")
    if not isinstance(given, list) or len(given) != 2:
        raise unprocessable("vpc_ids must be the ids of two VPCs")
    return 202, {"vpc_peering": _added(context, [_peer(context, key) for key in given]).body}


@handles("vpcs_create_peerings")
def create_for_vpc(context: Context) -> Reply:
    """Peer a VPC with another one."""
    return 202, {"peering": _added(context, [_vpc(context), _peer(context, context.body.get("vpc_id"))]).body}


def _peer(context: Context, key: Any) -> Document:
    found = context.store.get("vpc", str(key))
    if found is None:
        raise not_found(f"The resource you requested could not be found: there is no VPC {key}.")
    return found


def _added(context: Context, pair: list[Document]) -> Document:
    name = _name(context)
    if pair[0].key == pair[1].key:
        raise unprocessable("a VPC cannot be peered with itself: vpc_ids must be the ids of two VPCs")
    for peering in _of(context, pair[0]):
        if pair[1].key in peering.body["vpc_ids"]:
            raise conflict(f"the VPCs {pair[0].name} and {pair[1].name} are peered already, by {peering.name}")
    key = context.store.new_uuid()
    body = {
        "id": key,
        "name": name,
        "vpc_ids": [vpc.key for vpc in pair],
        "created_at": context.stamp,
        "status": "PROVISIONING",
    }
    peering = context.store.add("vpc_peering", key, body, name=name)
    for vpc in pair:
        context.store.link("peering", vpc.subject, peering.subject)
    hooks.created(context, peering, context.body)
    context.after(_PROVISIONING_SECONDS, "vpc_peering.active", peering.subject, key=key)
    return peering


def _name(context: Context, own: Document | None = None) -> str:
    name = str(context.body.get("name") or "")
    if not _NAME.fullmatch(name):
        raise unprocessable(f"name {name!r} may only contain alphanumeric characters and dashes")
    found = context.store.select("vpc_peering", name=name).first()
    if found is not None and (own is None or found.key != own.key):
        raise conflict(f"a VPC peering with the name {name} already exists")
    return name


@events.on_event("vpc_peering.active")
def _active(context: Context, data: dict[str, Any]) -> None:
    peering = context.store.get("vpc_peering", data["key"])
    if peering is not None and peering.body["status"] == "PROVISIONING":
        peering.body["status"] = "ACTIVE"
        context.store.save(peering)


@handles("vpcPeerings_get")
def get(context: Context) -> Reply:
    """One peering."""
    return 200, {"vpc_peering": _own(context).body}


@handles("vpcPeerings_patch")
def rename(context: Context) -> Reply:
    """Rename a peering."""
    return 200, {"vpc_peering": _renamed(context).body}


@handles("vpcs_patch_peerings")
def rename_of_vpc(context: Context) -> Reply:
    """Rename a peering of a VPC."""
    return 200, {"peering": _renamed(context).body}


def _renamed(context: Context) -> Document:
    peering = _own(context)
    peering.name = peering.body["name"] = _name(context, peering)
    return context.store.save(peering)


@handles("vpcPeerings_delete")
def delete(context: Context) -> Reply:
    """Delete a peering; it goes on for a moment, and then is gone."""
    peering = _own(context)
    if peering.body["status"] != "ACTIVE":
        raise forbidden(f"the VPC peering is {peering.body['status']} and cannot be deleted now")
    peering.body["status"] = "DELETING"
    context.store.save(peering)
    context.after(_DELETING_SECONDS, "vpc_peering.gone", peering.subject, key=peering.key)
    return 202, {"vpc_peering": peering.body}


@events.on_event("vpc_peering.gone")
def _gone(context: Context, data: dict[str, Any]) -> None:
    peering = context.store.get("vpc_peering", data["key"])
    if peering is not None:
        hooks.destroyed(context, peering)
