"""Droplets that are alike as one: forty web servers behind one load balancer are one box."""

from __future__ import annotations

import re
from dataclasses import replace

from .graph import Edge, Graph, Node, key_of, natural

FEWEST = 4
"""So many that are alike are drawn as one."""


def folded(graph: Graph) -> Graph:
    """The graph with those Droplets as one that differ in their numbers and addresses only.

    Alike are Droplets of one VPC with the same name but for its last number, the same size, tags and firewalls, and
    the same neighbours.

    Args:
        graph: all of it.
    """
    leading: dict[str, set[tuple[str, str]]] = {}
    led: dict[str, set[tuple[str, str]]] = {}
    for edge in graph.edges:
        leading.setdefault(edge.target, set()).add((edge.source, edge.label))
        led.setdefault(edge.source, set()).add((edge.target, edge.label))
    alike: dict[object, list[Node]] = {}
    for node in graph.nodes:
        if node.kind == "droplet":
            here = (frozenset(leading.get(node.key, ())), frozenset(led.get(node.key, ())))
            same = (node.vpc, _stem(node.name), node.details[:1], frozenset(node.tags), node.firewalls, node.off, here)
            alike.setdefault(same, []).append(node)
    groups = {group[0].key: _one(group) for group in alike.values() if len(group) >= FEWEST}
    becomes = {
        node.key: groups[group[0].key].key for group in alike.values() if group[0].key in groups for node in group
    }
    nodes = [groups.get(node.key, node) for node in graph.nodes if node.key in groups or node.key not in becomes]
    edges = [
        Edge(becomes.get(edge.source, edge.source), becomes.get(edge.target, edge.target), edge.label)
        for edge in graph.edges
    ]
    return Graph(graph.vpcs, nodes, list(dict.fromkeys(edges)), graph.peerings)


def _stem(name: str) -> str:
    """A name without its last number."""
    return re.sub(r"\d+(?=\D*$)", "{}", name)


def _one(group: list[Node]) -> Node:
    names = sorted((node.name for node in group), key=natural)
    first = group[0]
    size = first.details[0] if first.details else ""
    return replace(
        first,
        key=key_of("droplets", first.id),
        name=_names(names),
        details=(f"{len(group)} Droplets, {size}",),
    )


def _names(names: list[str]) -> str:
    """Names that differ in a number: as a range where they are one, else the first and the last."""
    found = [re.search(r"\d+(?=\D*$)", name) for name in names]
    numbers = [int(each[0]) for each in found if each]
    if numbers == list(range(numbers[0], numbers[0] + len(names))) if numbers else False:
        return _stem(names[0]).replace("{}", f"{{{numbers[0]}..{numbers[-1]}}}")
    return names[0] if names[0] == names[-1] else f"{names[0]} to {names[-1]}"
