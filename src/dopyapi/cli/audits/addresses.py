"""Reserved addresses that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from ..fleet import Fleet
from ..fleet.prices import of_reserved_ip
from .finding import Finding, Limits


def unassigned(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Reserved addresses that are assigned to no Droplet, and are not just being assigned."""
    for listing, group in (("reserved_ips", "reserved-ips"), ("reserved_ipv6", "reserved-ipv6s")):
        for address in fleet[listing]:
            if address.get("droplet") or address.get("locked"):
                continue
            four = listing == "reserved_ips"
            yield Finding(
                level="warning",
                resource="reserved IP" if four else "reserved IPv6",
                id=address["ip"],
                name=address["ip"],
                what=f"reserved in {_region(address)}, assigned to no Droplet",
                why="a reserved address is free while a Droplet has it, and costs while none does"
                if four
                else "an address that nobody uses is there for nobody",
                fix=(f"{group} delete {address['ip']}",),
                wasteful=True,
                price=of_reserved_ip(address) if four else None,
            )


def _region(address: dict[str, object]) -> str:
    region = address.get("region")
    return str(region.get("slug")) if isinstance(region, dict) else str(address.get("region_slug") or region)
