"""Reserved IPs, which are floating IPs under their former name: one store, two envelopes. IPv6 ones beside them."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address
from typing import Any, NamedTuple

import msgspec

from .. import actions, hooks, reserved_ips
from ..catalogue import OPEN
from ..context import Context, Ready, Reply, handles, one
from ..errors import not_found, unprocessable
from ..paging import listed
from ..store import Document
from .account import limit
from .droplet_actions import PENDING as DROPLET_PENDING

_encode = msgspec.json.Encoder().encode


class _Name(NamedTuple):
    """What a path calls an address."""

    kind: str
    single: str
    plural: str
    called: str


_FLOATING = _Name("reserved_ip", "floating_ip", "floating_ips", "floating IP")
_RESERVED = _Name("reserved_ip", "reserved_ip", "reserved_ips", "reserved IP")
_V6 = _Name("reserved_ipv6", "reserved_ipv6", "reserved_ipv6s", "reserved IPv6")


def _name(context: Context) -> _Name:
    path = context.operation.path if context.operation else ""
    return _FLOATING if "/floating_ips" in path else _V6 if "/reserved_ipv6" in path else _RESERVED


def _own(context: Context) -> Document:
    name = _name(context)
    ip = str(context.path[name.single])
    if name is _V6:
        try:
            ip = str(IPv6Address(ip))  # one address may be written in several ways
        except AddressValueError:
            raise not_found() from None
    found = context.store.get(name.kind, ip)
    if found is None:
        raise not_found()
    return found


@handles("floatingIPs_list", "reservedIPs_list", "reservedIPv6_list")
def list_addresses(context: Context) -> Reply:
    """All addresses."""
    name = _name(context)
    return listed(context, name.plural, reserved_ips.Shown(context, name.kind))


@handles("floatingIPs_get", "reservedIPs_get", "reservedIPv6_get")
def get(context: Context) -> Reply:
    """One address."""
    return 200, one(_name(context).single, reserved_ips.shown(context, _own(context)))


@handles("floatingIPs_create", "reservedIPs_create")
def create(context: Context) -> Reply:
    """Reserve an address for a region, or for a Droplet and its region."""
    name, body = _name(context), context.body
    droplet = _droplet(context, body) if body.get("droplet_id") is not None else None
    if droplet is None and not body.get("region"):
        raise unprocessable("droplet_id or region is required")
    if droplet is not None:
        region = str(body.get("region") or droplet.refs["region"])
        _check(context, None, name, region, droplet)
    else:
        region = _region(body["region"])
    most = min(limit(context, "reserved_ip_limit"), limit(context, "floating_ip_limit"))
    if context.store.count(name.kind) >= most:
        raise unprocessable(f"reserving another {name.called} will exceed your limit of {most}")
    address = reserved_ips.reserve(context, region, body)
    links: dict[str, Any] = {}
    if droplet is not None:
        action = reserved_ips.begin(context, address, "assign_ip", name.single, droplet)
        links = {
            "droplets": [_link(context, "droplet", "droplets", int(droplet.key))],
            "actions": [_link(context, "assign_ip", "actions", int(action.key))],
        }
    shown = reserved_ips.shown(context, address)
    return 202, Ready(b'{"%s":%s,"links":%s}' % (name.single.encode(), shown, _encode(links)))


def _link(context: Context, rel: str, place: str, number: int) -> dict[str, Any]:
    return {"id": number, "rel": rel, "href": context.url(f"/v2/{place}/{number}")}


@handles("reservedIPv6_create")
def create_v6(context: Context) -> Reply:
    """Reserve an IPv6 address for a region."""
    address = reserved_ips.reserve_v6(context, _region(context.body["region_slug"]), context.body)
    return 201, one("reserved_ipv6", reserved_ips.shown(context, address))


def _region(slug: Any) -> str:
    if slug not in OPEN:
        raise unprocessable(f"the region {slug!r} is not available; choose one of {', '.join(OPEN)}")
    return str(slug)


def _droplet(context: Context, body: dict[str, Any]) -> Document:
    found = context.store.get("droplet", str(body.get("droplet_id")))
    if found is None:
        raise unprocessable(f"the Droplet {body.get('droplet_id')} does not exist")
    return found


def _check(context: Context, address: Document | None, name: _Name, region: str, droplet: Document) -> None:
    reserved_ips.refuse_droplet(context, address, name.kind, region, droplet)
    actions.refuse_if_pending(context, droplet, DROPLET_PENDING)


@handles("floatingIPs_delete", "reservedIPs_delete", "reservedIPv6_delete")
def delete(context: Context) -> Reply:
    """Give an address back; an IPv6 one has to be unassigned before."""
    name, address = _name(context), _own(context)
    reserved_ips.refuse_if_pending(context, address, name.called)
    if name is _V6 and address.parent:
        raise unprocessable(f"the {name.called} is assigned to a Droplet: unassign it first")
    hooks.destroyed(context, address)
    return 204, None


# Actions.


@handles("floatingIPsAction_list", "reservedIPsActions_list")
def list_actions(context: Context) -> Reply:
    """What was done to an address, newest first."""
    chosen = context.store.select("action", parent=_own(context).subject, newest=True)
    return listed(context, "actions", chosen)


@handles("floatingIPsAction_get", "reservedIPsActions_get")
def get_action(context: Context) -> Reply:
    """One action of an address."""
    return 200, one("action", actions.of(context, _own(context), context.path["action_id"]))


@handles("floatingIPsAction_post", "reservedIPsActions_post", "reservedIPv6Actions_post")
def act(context: Context) -> Reply:
    """Assign an address to a Droplet, wherever it was before, or take it away."""
    name, address, type = _name(context), _own(context), context.body.get("type")
    droplet = None
    if type == "assign":
        if context.body.get("droplet_id") is None:
            raise unprocessable("droplet_id is required: the Droplet to assign the address to")
        droplet = _droplet(context, context.body)
    elif type != "unassign":
        raise unprocessable(f"type must be assign or unassign, not {type!r}")
    reserved_ips.refuse_if_pending(context, address, name.called)
    if droplet is not None:
        _check(context, address, name, reserved_ips.region_of(address), droplet)
    elif address.parent is None:
        raise unprocessable(f"The {name.called} is not assigned to a Droplet.")
    action = reserved_ips.begin(context, address, f"{type}_ip", name.single, droplet)
    return 201, one("action", context.store.render(action))
