"""Nodes, edges, and the VPCs that they are in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..printable import printable

KINDS = {
    "dns": "DNS name",
    "load_balancer": "load balancer",
    "reserved_ip": "reserved IP",
    "droplet": "Droplet",
    "cluster": "Kubernetes",
    "database": "database",
    "volume": "volume",
}
"""What there is, from the outside in, and what people call it."""


@dataclass(frozen=True)
class Node:
    """Something that an account has.

    Attributes:
        key: what it goes by in the text of the graph.
        kind: one of `KINDS`.
        id: its identifier.
        name: how it is called.
        details: lines about it.
        vpc: identifier of its VPC, if it is in one.
        tags: names of its tags.
        urn: how projects call it.
        firewalls: of a Droplet, the names of the firewalls that protect it.
        off: whether it is powered off.
    """

    key: str
    kind: str
    id: str
    name: str
    details: tuple[str, ...] = ()
    vpc: str | None = None
    tags: tuple[str, ...] = ()
    urn: str = ""
    firewalls: tuple[str, ...] = ()
    off: bool = False

    @property
    def unprotected(self) -> bool:
        """Whether it is a Droplet without a firewall."""
        return self.kind == "droplet" and not self.firewalls

    @property
    def lines(self) -> list[str]:
        """What stands in its box."""
        told = [self.name, *self.details]
        if self.kind == "droplet":
            told.append(f"firewall: {', '.join(self.firewalls)}" if self.firewalls else "no firewall")
        return [printable(line) for line in told if line]


@dataclass(frozen=True)
class Edge:
    """One leads to another."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Vpc:
    """A network, and what is drawn inside of it."""

    key: str
    id: str
    name: str
    details: tuple[str, ...] = ()
    default: bool = False

    @property
    def lines(self) -> list[str]:
        """What stands at its border."""
        return [printable(line) for line in (f"VPC {self.name}", *self.details) if line]


@dataclass
class Graph:
    """A map of an account; everything in it is in order."""

    vpcs: list[Vpc] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    peerings: list[Edge] = field(default_factory=list)

    def inside(self, vpc: Vpc | None) -> list[Node]:
        """The nodes in a VPC, or in none."""
        wanted = vpc.id if vpc else None
        known = {each.id for each in self.vpcs}
        return [node for node in self.nodes if (node.vpc if node.vpc in known else None) == wanted]


def key_of(kind: str, identifier: object) -> str:
    """A key that every format takes as it is."""
    return f"{kind}_{re.sub('[^A-Za-z0-9]', '_', str(identifier))}"


def natural(text: str) -> list[tuple[int, int, str]]:
    """What to sort by, so that web-2 comes before web-10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)]
