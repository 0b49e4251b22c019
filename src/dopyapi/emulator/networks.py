"""Addresses, and the VPCs they are taken from: above all the one that what is new in a region joins by itself.

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
_PRIVATE = tuple(IPv4Network(range) for range in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_LARGEST, _SMALLEST = 16, 28
_GENERATED = tuple(
    (IPv4Address(first), IPv4Address(last))
    # 10.0 to 10.99 come last: people like to choose among them.
    for first, last in (
        ("10.100.0.0", "10.255.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("10.0.0.0", "10.99.255.255"),
    )
)


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
    """The VPC that resources of a region join by themselves.

    It takes its name and range when somebody first sees it, so that it never holds a range which a user chose before.
    """
    found = context.store.select("vpc", parent=region, facet="default").first()
    if found is not None:
        return found
    name, number = f"default-{region}", 1
    while named_vpc(context, name) is not None:  # somebody has called another one so
        number += 1
        name = f"default-{region}-{number}"
    return add_vpc(context, region, name, free_range(context), default=True, boundless=True)


def named_vpc(context: Context, name: str) -> Document | None:
    """The VPC with this name."""
    return context.store.select("vpc", name=name).first()


def add_vpc(
    context: Context,
    region: str,
    name: str,
    ip_range: str,
    *,
    description: str = "",
    default: bool = False,
    boundless: bool = False,
) -> Document:
    """Store a VPC; the checks on its name and range are the caller's.

    VPCs are documents of the kind ``vpc`` with their region as parent and ``default`` as the facet of defaults.

    Parameters:
        boundless: whether Droplets still get addresses when the range is used up.
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
    facet, hidden = "default" if default else "extra", {"boundless": True} if boundless else None
    return context.store.add("vpc", key, body, name=name, parent=region, facet=facet, hidden=hidden)


def make_default_vpc(context: Context, vpc: Document) -> None:
    """Let new resources of the region join this VPC; those in the former default stay there."""
    former = context.store.select("vpc", parent=vpc.parent, facet="default").first()
    if former is not None and former.key != vpc.key:
        former.body["default"], former.facet = False, "extra"
        context.store.save(former)
    vpc.body["default"], vpc.facet = True, "default"
    context.store.save(vpc)


def checked_range(context: Context, given: str) -> str:
    """The range of a new VPC: private, of a size that is allowed, and nobody else's."""
    try:
        network = IPv4Network(given)
    except ValueError:
        raise unprocessable(f"ip_range {given!r} is not a network in CIDR notation, such as 10.10.10.0/24") from None
    if not _LARGEST <= network.prefixlen <= _SMALLEST:
        raise unprocessable(f"ip_range {given} must be from /{_LARGEST} to /{_SMALLEST}")
    if not any(network.subnet_of(private) for private in _PRIVATE):
        allowed = ", ".join(map(str, _PRIVATE))
        raise unprocessable(f"ip_range {given} must be in one of the private ranges of RFC 1918: {allowed}")
    for vpc in context.store.select("vpc"):
        if network.overlaps(IPv4Network(vpc.body["ip_range"])):
            raise unprocessable(
                f"This range/size overlaps with another VPC network in your account: {vpc.name} {vpc.body['ip_range']}."
            )
    return str(network)


def free_range(context: Context, prefix: int = 20) -> str:
    """A private range of that length that overlaps no other VPC."""
    bits = 32 - prefix
    taken: set[int] = set()
    for vpc in context.store.select("vpc"):
        network = IPv4Network(vpc.body["ip_range"])
        taken.update(range(int(network.network_address) >> bits, (int(network.broadcast_address) >> bits) + 1))
    for first, last in _GENERATED:
        for block in range(int(first) >> bits, (int(last) >> bits) + 1):
            if block not in taken:
                return f"{IPv4Address(block << bits)}/{prefix}"
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
    if "boundless" not in vpc.hidden:
        raise unprocessable(f"the VPC {vpc.name} has no free addresses left in {vpc.body['ip_range']}")
    return str(IPv4Address(_OVERFLOW + beyond))
