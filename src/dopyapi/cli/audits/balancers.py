"""Load balancers with nothing behind them."""

from __future__ import annotations

from collections.abc import Iterator

from ..fleet import Fleet
from ..fleet.prices import of_load_balancer
from .finding import Finding, Limits


def without_droplets(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Load balancers that forward to no Droplet and to no other load balancer."""
    used = {tag for droplet in fleet["droplets"] for tag in droplet.get("tags") or ()}
    for balancer in fleet["load_balancers"]:
        tag = balancer.get("tag")
        if balancer.get("droplet_ids") or balancer.get("target_load_balancer_ids") or (tag and tag in used):
            continue
        yield Finding(
            level="warning",
            resource="load balancer",
            id=balancer["id"],
            name=balancer["name"],
            what=f"no Droplet has its tag {tag}" if tag else "no Droplets behind it",
            why="it costs what it costs, and answers nobody",
            fix=(f"load-balancers delete {balancer['id']}",),
            wasteful=True,
            price=of_load_balancer(balancer),
        )
