"""Which firewalls a Droplet is behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def protecting(droplet: dict[str, Any], firewalls: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The firewalls of a Droplet: those that it is added to, and those of its tags."""
    tags = set(droplet.get("tags") or ())
    return [
        firewall
        for firewall in firewalls
        if droplet["id"] in (firewall.get("droplet_ids") or ()) or tags & set(firewall.get("tags") or ())
    ]
