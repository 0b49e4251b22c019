"""VPCs: private networks of a region, one of which is its default."""

from __future__ import annotations

import re
from typing import Any

from .. import hooks, networks
from ..catalogue import OPEN
from ..context import Context, Reply, handles
from ..errors import forbidden, not_found, unprocessable
from ..members import members
from ..paging import listed
from ..store import Document

_NAME = re.compile(r"[a-zA-Z0-9.\-]+")
_LONGEST_DESCRIPTION = 255


def find(context: Context, key: object) -> Document:
    """The VPC with this id, or a 404."""
    found = context.store.get("vpc", str(key))
    if found is None:
        raise not_found()
    return found


def _own(context: Context) -> Document:
    return find(context, context.path["vpc_id"])


@handles("vpcs_list")
def list_vpcs(context: Context) -> Reply:
    """All VPCs, the default of each open region included."""
    for region in OPEN:
        networks.default_vpc(context, region)
    return listed(context, "vpcs", context.store.select("vpc"))


@handles("vpcs_create")
def create(context: Context) -> Reply:
    """Create a VPC; the default of its region is another."""
    body = context.body
    name, description = _name(context, body), _description(body)
    region = str(body.get("region"))
    if region not in OPEN:
        raise unprocessable(f"region {region!r} is not available; choose one of {', '.join(OPEN)}")
    given = body.get("ip_range")
    ip_range = networks.checked_range(context, str(given)) if given else networks.free_range(context)
    vpc = networks.add_vpc(context, region, name, ip_range, description=description or "")
    hooks.created(context, vpc, body)
    return 201, {"vpc": vpc.body}


@handles("vpcs_get")
def get(context: Context) -> Reply:
    """One VPC."""
    return 200, {"vpc": _own(context).body}


@handles("vpcs_update")
def update(context: Context) -> Reply:
    """Change all that can be changed of a VPC; a description that is not sent is emptied."""
    return _changed(context, _own(context), {"description": "", **context.body})


@handles("vpcs_patch")
def patch(context: Context) -> Reply:
    """Change some of a VPC."""
    return _changed(context, _own(context), context.body)


def _changed(context: Context, vpc: Document, body: dict[str, Any]) -> Reply:
    if body.get("name") is not None:
        vpc.name = vpc.body["name"] = _name(context, body, vpc)
    description = _description(body)
    if description is not None:
        vpc.body["description"] = description
    default = None if body.get("default") is None else str(body["default"]).lower() == "true"
    if default is False and vpc.body["default"]:
        raise unprocessable(f"{vpc.name} stays the default VPC of {vpc.parent} until another one is made its default")
    context.store.save(vpc)
    if default:
        networks.default_vpc(context, str(vpc.parent))  # the one that it takes the place of
        networks.make_default_vpc(context, vpc)
    return 200, {"vpc": vpc.body}


def _name(context: Context, body: dict[str, Any], own: Document | None = None) -> str:
    name = str(body.get("name") or "")
    if not _NAME.fullmatch(name):
        raise unprocessable(f"name {name!r} may only contain alphanumeric characters, dashes, and periods")
    found = networks.named_vpc(context, name)
    if found is not None and (own is None or found.key != own.key):
        raise unprocessable("a VPC with the same name already exists in your account")
    return name


def _description(body: dict[str, Any]) -> str | None:
    if body.get("description") is None:
        return None
    text = str(body["description"])
    if len(text) > _LONGEST_DESCRIPTION:
        raise unprocessable(f"description has {len(text)} characters; {_LONGEST_DESCRIPTION} are the most")
    return text


@handles("vpcs_delete")
def delete(context: Context) -> Reply:
    """Delete a VPC that nothing is in and that is not its region's default."""
    vpc = _own(context)
    if vpc.body["default"]:
        raise forbidden("Can not delete default VPCs")
    if members(context, vpc).count():
        raise forbidden("Can not delete VPC with members")
    if context.store.members("peering", vpc.subject):
        raise forbidden("Can not delete VPC with peerings")
    hooks.destroyed(context, vpc)
    return 204, None


@handles("vpcs_list_members")
def list_members(context: Context) -> Reply:
    """What is in a VPC, or what of one type."""
    return listed(context, "members", members(context, _own(context), context.query.get("resource_type", "")))
