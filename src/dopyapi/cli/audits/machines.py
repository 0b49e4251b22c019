"""Droplets that run for nobody."""

from __future__ import annotations

from collections.abc import Iterator

from ..fleet import Fleet
from ..fleet.prices import by_size, of_droplet
from .finding import Finding, Limits


def powered_off(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Droplets that are off."""
    sizes = by_size(fleet["sizes"])
    for droplet in fleet["droplets"]:
        if droplet.get("status") == "off":
            yield Finding(
                level="warning",
                resource="droplet",
                id=str(droplet["id"]),
                name=droplet["name"],
                what=f"{droplet['size_slug']}, powered off",
                why="a Droplet costs the same on or off; a snapshot keeps what is on it for less",
                fix=(f"droplets snapshot {droplet['id']} --wait", f"droplets delete {droplet['id']}"),
                wasteful=True,
                price=of_droplet(droplet, sizes),
            )
