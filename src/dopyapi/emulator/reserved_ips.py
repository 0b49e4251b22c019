"""Reserved IPs: public addresses that move between the Droplets of a region.

Documents of the kind ``reserved_ip``, which floating IPs are too, and ``reserved_ipv6``. The key is the address, the
parent the Droplet (``droplet/123``) that it is assigned to. Which project one is in, the projects say: a hook
``on("project", "reserved_ip")`` answers its identifier in a list.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

from . import actions, hooks, networks
from .associated import Associated
from .context import Context
from .errors import unprocessable
from .store import Document

KINDS = ("reserved_ip", "reserved_ipv6")
_SECONDS = 5
_FIRST_V6 = 758_604_968
_PRICE = "5.00"


def reserve(context: Context, region: str, request: dict[str, Any] | None = None) -> Document:
    """A new IPv4 address, kept for a region."""
    ip = networks.public_v4(context)["ip_address"]
    added = context.store.add("reserved_ip", ip, {"ip": ip, "locked": False}, name=ip, refs={"region": region})
    return hooks.created(context, added, request)


def reserve_v6(context: Context, region: str, request: dict[str, Any] | None = None) -> Document:
    """A new IPv6 address, kept for a region."""
    ip = networks.public_v6(context)["ip_address"]
    body = {"ip": ip, "region_slug": region, "reserved_at": context.stamp}
    hidden = {"number": context.store.next_number("reserved_ipv6", _FIRST_V6)}
    return hooks.created(context, context.store.add("reserved_ipv6", ip, body, name=ip, hidden=hidden), request)


def region_of(address: Document) -> str:
    """Slug of the region that an address is kept for."""
    return str(address.refs.get("region") or address.body["region_slug"])


def number_of(address: Document) -> int:
    """What stands for an address where only numbers do: an IPv4 address is one."""
    return int(address.hidden["number"]) if "number" in address.hidden else int(IPv4Address(address.key))


def project_of(context: Context, address: Document) -> str:
    """The project that an address is in."""
    return str(hooks.collect("project", context, address)[0])


def shown(context: Context, address: Document) -> bytes:
    """An address as clients see it, with the whole Droplet."""
    droplet = context.store.raw(*address.parent.split("/", 1)) if address.parent else None
    tail = b',"droplet":' + (droplet or b"null")
    if address.kind == "reserved_ip":
        tail += b',"project_id":"%s"' % project_of(context, address).encode()
    return context.store.render(address)[:-1] + tail + b"}"


class Shown:
    """The addresses of a kind as clients see them, made only for the page."""

    def __init__(self, context: Context, kind: str) -> None:
        self._context, self._selection = context, context.store.select(kind)

    def count(self) -> int:
        """How many there are."""
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them."""
        return [shown(self._context, address) for address in self._selection.documents(limit, offset)]


def of_droplet(context: Context, kind: str, droplet: Document) -> Document | None:
    """The address of a kind that a Droplet has."""
    return context.store.select(kind, parent=droplet.subject).first()


def begin(
    context: Context, address: Document, type: str, resource_type: str, droplet: Document | None = None
) -> Document:
    """Start ``assign_ip`` or ``unassign_ip``; the checks are the caller's."""
    action = actions.start(
        context,
        address,
        type,
        seconds=_SECONDS,
        region=region_of(address),
        resource_type=resource_type,
        occupies=droplet,
        data={"droplet": droplet.key} if droplet else None,
    )
    context.store.save(address)
    action.body["resource_id"] = number_of(address)
    if address.kind == "reserved_ip":
        action.body["project_id"] = project_of(context, address)
    return context.store.save(action)


def refuse_if_pending(context: Context, address: Document, called: str) -> None:
    """422 while something happens to an address."""
    actions.refuse_if_pending(context, address, f"The {called} already has a pending event.")


@hooks.on("action started", "reserved_ip")
def _lock(context: Context, address: Document, action: Document) -> None:
    address.body["locked"] = True


@hooks.on("action ended", "reserved_ip")
def _unlock(context: Context, address: Document, action: Document) -> None:
    address.body["locked"] = False


def _assigned(context: Context, address: Document, data: dict[str, Any]) -> None:
    droplet = context.store.get("droplet", data["droplet"])
    if droplet is None:
        raise actions.ActionError
    address.parent = droplet.subject


def _unassigned(context: Context, address: Document, data: dict[str, Any]) -> None:
    address.parent = None


for _kind in KINDS:
    actions.effect(_kind, "assign_ip")(_assigned)
    actions.effect(_kind, "unassign_ip")(_unassigned)


@hooks.on("destroyed", "droplet")
def _let_go(context: Context, droplet: Document) -> None:
    for kind in KINDS:
        for address in context.store.select(kind, parent=droplet.subject):
            address.parent = None
            context.store.save(address)


@hooks.on("associated", "droplet")
def _associated(context: Context, droplet: Document) -> list[Associated]:
    address = of_droplet(context, "reserved_ip", droplet)
    if address is None:
        return []
    # One address under both of its names; it is destroyed under whichever comes first.
    number, destroy = str(number_of(address)), _destroying(address.key)
    return [Associated(section, number, address.key, _PRICE, destroy) for section in ("reserved_ips", "floating_ips")]


def _destroying(ip: str) -> Callable[[Context], None]:
    def destroy(context: Context) -> None:
        address = context.store.get("reserved_ip", ip)
        if address is not None:
            refuse_if_pending(context, address, "reserved IP")
            hooks.destroyed(context, address)

    return destroy


def refuse_droplet(context: Context, address: Document | None, kind: str, region: str, droplet: Document) -> None:
    """422 for a Droplet that an address cannot be assigned to."""
    if droplet.refs["region"] != region:
        raise unprocessable(f"the address is kept for {region}, and the Droplet is in {droplet.refs['region']}")
    has = of_droplet(context, kind, droplet)
    if has is not None and address is not None and has.key == address.key:
        raise unprocessable(f"{has.key} is already assigned to this Droplet")
    if has is not None:
        raise unprocessable(f"a Droplet can have one reserved address at a time, and this one has {has.key}")
