"""Addresses, and the VPC that every Droplet of a region joins unless told otherwise.

Public addresses come from ranges that are reserved for documentation and measurements, so that none of them is ever a
real machine: one that leaks out of a test reaches nobody.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address
from typing import Any

from .context import Context
from .errors import unprocessable
from .store import Document

_PUBLIC = tuple(
    IPv4Network(range)
    for range in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "198.18.0.0/15", "240.0.0.0/5")
)
_V6 = int(IPv6Address("2001:db8::"))
_OVERFLOW = int(IPv4Address("100.64.0.2"))
_DEFAULT_RANGES = IPv4Network("10.0.0.0/8")


def public_v4(context: Context) -> dict[str, Any]:
    """A public IPv4 network as Droplets show it, with an address nobody had before."""
    number = context.store.next_number("public v4", 0)
    for network in _PUBLIC:
        # Each block of 256 has a gateway at .1 and neither its first nor its last address.
        blocks = network.num_addresses // 256
        if number < blocks * 253:
            block, host = divmod(number, 253)
            start = int(network.network_address) + block * 256
            return {
                "ip_address": str(IPv4Address(start + 2 + host)),
                "netmask": "255.255.255.0",
                "gateway": str(IPv4Address(start + 1)),
                "type": "public",
            }
        number -= blocks * 253
    raise unprocessable("no public IPv4 addresses are left")


def public_v6(context: Context) -> dict[str, Any]:
    """A public IPv6 network as Droplets show it."""
    number = context.store.next_number("public v6", 1)
    network = _V6 + (number << 64)
    return {
        "ip_address": str(IPv6Address(network + 2)),
        "netmask": 64,
        "gateway": str(IPv6Address(network + 1)),
        "type": "public",
    }


def default_vpc(context: Context, region: str) -> Document:
    """The VPC that resources of a region join, created with the first of them."""
    found = context.store.select("vpc", parent=region, facet="default").first()
    return found or add_vpc(context, region, f"default-{region}", free_range(context), default=True)


def add_vpc(
    context: Context, region: str, name: str, ip_range: str, *, description: str = "", default: bool = False
) -> Document:
    """Store a VPC; the checks on its name and range are the caller's.

    VPCs are documents of the kind ``vpc`` with their region as parent and ``default`` as the facet of defaults.
    """
    key = context.store.new_uuid()
    body = {
        "id": key,
        "urn": f"do:vpc:{key}",
        "name": name,
        "description": description,
        "region": region,
        "ip_range": ip_range,
        "created_at": context.stamp,
        "default": default,
    }
    facet = "default" if default else "extra"
    return context.store.add("vpc", key, body, name=name, parent=region, facet=facet)


def free_range(context: Context, prefix: int = 20) -> str:
    """A private range of that length that overlaps no other VPC."""
    taken = [IPv4Network(vpc.body["ip_range"]) for vpc in context.store.select("vpc")]
    for candidate in _DEFAULT_RANGES.subnets(new_prefix=prefix):
        # 10.0 to 10.99 stay free for the ranges that people choose themselves.
        if candidate.network_address.packed[1] >= 100 and not any(candidate.overlaps(other) for other in taken):
            return str(candidate)
    raise unprocessable("no free private range is left")


def private_v4(context: Context, vpc: Document) -> dict[str, Any]:
    """A private IPv4 network as Droplets show it, with a free address of the VPC."""
    network = IPv4Network(vpc.body["ip_range"])
    first, last = int(network.network_address) + 2, int(network.broadcast_address) - 1
    number = first + context.store.next_number(f"private v4 {vpc.key}", 0)
    address = str(IPv4Address(number)) if number <= last else _returned(context, vpc) or _overflowed(vpc, number - last)
    return {
        "ip_address": address,
        "netmask": str(network.netmask),
        "gateway": str(IPv4Address(first - 1)),
        "type": "private",
    }


def give_back(context: Context, vpc_uuid: str, addresses: list[dict[str, Any]]) -> None:
    """Let the private ones among these addresses be used again, once all others have been."""
    for address in addresses:
        if address["type"] == "private":
            context.store.link("free address", f"vpc/{vpc_uuid}", address["ip_address"])


def _returned(context: Context, vpc: Document) -> str | None:
    free = context.store.members("free address", vpc.subject)
    if free:
        context.store.unlink("free address", vpc.subject, free[0])
    return free[0] if free else None


def _overflowed(vpc: Document, beyond: int) -> str:
    # Fleets larger than any VPC are for measuring the emulator: they go on in the shared address space.
    if vpc.facet != "default":
        raise unprocessable(f"the VPC {vpc.name} has no free addresses left in {vpc.body['ip_range']}")
    return str(IPv4Address(_OVERFLOW + beyond))
