"""Which addresses a thing has, and which networks they are in."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def parsed(text: Any) -> Address | None:
    """An address, if it is one."""
    try:
        return ip_address(str(text))
    except ValueError:
        return None


def interfaces(droplet: dict[str, Any], kind: str | None = None) -> Iterator[tuple[Address, Network | None]]:
    """The addresses of a Droplet, each with the network that it is in.

    Args:
        droplet: its JSON.
        kind: only `public` or `private` ones.
    """
    networks = droplet.get("networks") or {}
    for each in [*(networks.get("v4") or ()), *(networks.get("v6") or ())]:
        address = parsed(each.get("ip_address"))
        if address is not None and kind in (None, each.get("type")):
            yield address, _network(address, each.get("netmask"))


def public(droplet: dict[str, Any]) -> list[Address]:
    """The public addresses of a Droplet."""
    return [address for address, _ in interfaces(droplet, "public")]


def _network(address: Address, netmask: Any) -> Network | None:
    try:
        return ip_network(f"{address}/{netmask}", strict=False)
    except ValueError:
        return None
