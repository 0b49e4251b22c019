"""A graph of what an account has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..fleet import Fleet
from ..fleet.addresses import interfaces, parsed
from ..fleet.guarding import protecting
from .graph import KINDS, Edge, Graph, Node, Vpc, key_of, natural

NEEDS = (
    "clusters",
    "databases",
    "droplets",
    "firewalls",
    "load_balancers",
    "peerings",
    "records",
    "reserved_ips",
    "reserved_ipv6",
    "volumes",
    "vpcs",
)
"""The listings that a map is made of."""
MOST_RULES = 4
"""Forwarding rules that are written out."""


def build(fleet: Fleet) -> Graph:
    """The graph of everything.

    Args:
        fleet: what there is.
    """
    making = _Making(fleet)
    for add in (making.droplets, making.clusters, making.load_balancers, making.reserved, making.databases):
        add()
    making.volumes()
    making.names()
    return making.graph()


class _Making:
    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], Edge] = {}
        self.by_address: dict[Any, str] = {}
        """The key of what has an address, or a host name."""
        self.of_droplet: dict[int, str] = {}
        """The key of what a Droplet is drawn as: itself, or the cluster that it is a node of."""

    def add(self, node: Node, addresses: Iterable[Any] = ()) -> str:
        self.nodes[node.key] = node
        for address in addresses:
            if address:
                self.by_address[parsed(address) or str(address).lower()] = node.key
        return node.key

    def lead(self, source: str, target: str | None, label: str = "") -> None:
        if target is not None and target != source and (source, target) not in self.edges:
            self.edges[source, target] = Edge(source, target, label)

    def droplets(self) -> None:
        nodes = {f"k8s:{cluster['id']}": key_of("cluster", cluster["id"]) for cluster in self.fleet["clusters"]}
        for droplet in self.fleet["droplets"]:
            tags = tuple(droplet.get("tags") or ())
            cluster = next((nodes[tag] for tag in tags if tag in nodes), None)
            addresses = [str(address) for address, _ in interfaces(droplet, "public")]
            if cluster is not None:
                self.of_droplet[droplet["id"]] = cluster
                self.by_address |= {parsed(address): cluster for address in addresses}
                continue
            off = droplet.get("status") == "off"
            self.of_droplet[droplet["id"]] = self.add(
                Node(
                    key_of("droplet", droplet["id"]),
                    "droplet",
                    str(droplet["id"]),
                    droplet["name"],
                    (f"{droplet['size_slug']}{', off' if off else ''}", *addresses),
                    droplet.get("vpc_uuid") or None,
                    tags,
                    f"do:droplet:{droplet['id']}",
                    tuple(sorted(str(f["name"]) for f in protecting(droplet, self.fleet["firewalls"]))),
                    off,
                ),
                [str(address) for address, _ in interfaces(droplet)],
            )

    def clusters(self) -> None:
        for cluster in self.fleet["clusters"]:
            pools = cluster.get("node_pools") or ()
            self.add(
                Node(
                    key_of("cluster", cluster["id"]),
                    "cluster",
                    cluster["id"],
                    cluster["name"],
                    ("Kubernetes", *(f"{pool['name']}: {pool['count']} x {pool['size']}" for pool in pools)),
                    cluster.get("vpc_uuid") or None,
                    tuple(cluster.get("tags") or ()),
                    f"do:kubernetes:{cluster['id']}",
                ),
                [cluster.get("ipv4"), f"{cluster['id']}.k8s.ondigitalocean.com"],
            )

    def load_balancers(self) -> None:
        for balancer in self.fleet["load_balancers"]:
            rules = [
                f"{rule['entry_protocol']}:{rule['entry_port']} to {rule['target_protocol']}:{rule['target_port']}"
                for rule in balancer.get("forwarding_rules") or ()
            ]
            more = [f"and {len(rules) - MOST_RULES} more"] if len(rules) > MOST_RULES else []
            key = self.add(
                Node(
                    key_of("load_balancer", balancer["id"]),
                    "load_balancer",
                    balancer["id"],
                    balancer["name"],
                    ("load balancer", balancer.get("ip") or "", *rules[:MOST_RULES], *more),
                    balancer.get("vpc_uuid") or None,
                    tuple(filter(None, [balancer.get("tag")])),
                    f"do:loadbalancer:{balancer['id']}",
                ),
                [balancer.get("ip"), balancer.get("ipv6")],
            )
            for droplet in balancer.get("droplet_ids") or ():
                self.lead(key, self.of_droplet.get(droplet), f"tag {balancer['tag']}" if balancer.get("tag") else "")
            for other in balancer.get("target_load_balancer_ids") or ():
                self.lead(key, key_of("load_balancer", other))

    def reserved(self) -> None:
        for address in [*self.fleet["reserved_ips"], *self.fleet["reserved_ipv6"]]:
            droplet = (address.get("droplet") or {}).get("id")
            key = self.add(
                Node(
                    key_of("reserved_ip", address["ip"]),
                    "reserved_ip",
                    address["ip"],
                    address["ip"],
                    ("reserved IP", "" if droplet else "assigned to nothing"),
                    urn=f"do:floatingip:{address['ip']}",
                ),
                [address["ip"]],
            )
            self.lead(key, self.of_droplet.get(droplet) if droplet else None)

    def databases(self) -> None:
        for database in self.fleet["databases"]:
            hosts = [(database.get(name) or {}).get("host") for name in ("connection", "private_connection")]
            key = self.add(
                Node(
                    key_of("database", database["id"]),
                    "database",
                    database["id"],
                    database["name"],
                    (
                        f"{database['engine']} {database.get('version') or ''}".strip(),
                        f"{database.get('num_nodes') or 1} x {database.get('size')}",
                    ),
                    database.get("private_network_uuid") or None,
                    tuple(database.get("tags") or ()),
                    f"do:dbaas:{database['id']}",
                ),
                hosts,
            )
            for rule in database.get("rules") or ():
                for source in self._trusted(rule):
                    self.lead(source, key, "trusted")

    def _trusted(self, rule: dict[str, Any]) -> Iterator[str]:
        """Who may connect by a rule of a database."""
        kind, value = rule.get("type"), str(rule.get("value"))
        if kind == "droplet" and value.isdigit() and int(value) in self.of_droplet:
            yield self.of_droplet[int(value)]
        elif kind == "k8s" and key_of("cluster", value) in self.nodes:
            yield key_of("cluster", value)
        elif kind == "tag":
            yield from (node.key for node in self.nodes.values() if value in node.tags and node.kind == "droplet")

    def volumes(self) -> None:
        for volume in self.fleet["volumes"]:
            droplets = [self.of_droplet[each] for each in volume.get("droplet_ids") or () if each in self.of_droplet]
            where = self.nodes[droplets[0]].vpc if droplets else None
            key = self.add(
                Node(
                    key_of("volume", volume["id"]),
                    "volume",
                    volume["id"],
                    volume["name"],
                    (f"{volume['size_gigabytes']} GiB", "" if droplets else "attached to nothing"),
                    where,
                    tuple(volume.get("tags") or ()),
                    f"do:volume:{volume['id']}",
                )
            )
            for droplet in droplets:
                self.lead(droplet, key)

    def names(self) -> None:
        """Names that lead to something that is here, by an address or by another name."""
        leads: dict[str, set[str]] = {}
        domains: dict[str, str] = {}
        for record in self.fleet["records"]:
            if record.get("type") not in ("A", "AAAA", "CNAME"):
                continue
            name = str(record["domain"] if record["name"] == "@" else f"{record['name']}.{record['domain']}").lower()
            target = str(record.get("data") or "").rstrip(".").lower()
            leads.setdefault(name, set()).add(str(record["domain"]).lower() if target == "@" else target)
            domains[name] = str(record["domain"])
        here = {name for name, targets in leads.items() if any(self._place(target) for target in targets)}
        while more := {name for name in leads.keys() - here if leads[name] & here}:
            here |= more
        keys = {name: f"dns_{number}" for number, name in enumerate(sorted(here, key=natural), 1)}
        for name, key in keys.items():
            self.add(Node(key, "dns", name, name, urn=f"do:domain:{domains[name]}"))
            for target in sorted(leads[name]):
                self.lead(key, self._place(target) or keys.get(target))

    def _place(self, target: str) -> str | None:
        return self.by_address.get(parsed(target) or target)

    def graph(self) -> Graph:
        order = list(KINDS)
        nodes = sorted(self.nodes.values(), key=lambda n: (order.index(n.kind), natural(n.name), n.key))
        at = {node.key: number for number, node in enumerate(nodes)}
        edges = [edge for edge in self.edges.values() if edge.source in at and edge.target in at]
        vpcs = [_vpc(each) for each in self.fleet["vpcs"]]
        keys = {vpc.id: vpc.key for vpc in vpcs}
        peerings = [_peering(each, keys) for each in self.fleet["peerings"] if _between(each, keys)]
        used = {node.vpc for node in nodes} | {
            vpc.id for vpc in vpcs if any(vpc.key in (peering.source, peering.target) for peering in peerings)
        }
        return Graph(
            # The default VPC of a region is there by itself; where it is empty, it is nobody's.
            sorted((v for v in vpcs if v.id in used or not v.default), key=lambda v: (natural(v.name), v.key)),
            nodes,
            sorted(edges, key=lambda edge: (at[edge.source], at[edge.target])),
            sorted(peerings, key=lambda each: (each.source, each.target)),
        )


def _vpc(vpc: dict[str, Any]) -> Vpc:
    details = " ".join(filter(None, [vpc.get("region"), vpc.get("ip_range")]))
    return Vpc(key_of("vpc", vpc["id"]), vpc["id"], vpc["name"], (details,), bool(vpc.get("default")))


def _between(peering: dict[str, Any], keys: dict[str, str]) -> bool:
    """Whether both ends of a peering are in this account."""
    ends = peering.get("vpc_ids") or ()
    return len(ends) == 2 and all(each in keys for each in ends)


def _peering(peering: dict[str, Any], keys: dict[str, str]) -> Edge:
    first, second = sorted(keys[each] for each in peering["vpc_ids"])
    return Edge(first, second, str(peering["name"]))
