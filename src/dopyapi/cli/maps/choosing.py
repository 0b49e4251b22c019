"""The part of a graph that is asked for: what fits, what leads there, and what that leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .graph import Edge, Graph, Node


def part(graph: Graph, tests: Iterable[Callable[[Node], bool]]) -> Graph:
    """What fits all tests, with whatever leads there and whatever it leads to.

    Args:
        graph: all of it.
        tests: what nodes have to fit; without any, all do.
    """
    tests = list(tests)
    if not tests:
        return graph
    fitting = {node.key for node in graph.nodes if all(test(node) for test in tests)}
    kept = _reached(fitting, graph.edges) | _reached(fitting, [Edge(e.target, e.source) for e in graph.edges])
    nodes = [node for node in graph.nodes if node.key in kept]
    vpcs = [vpc for vpc in graph.vpcs if any(node.vpc == vpc.id for node in nodes)]
    shown = {vpc.key for vpc in vpcs}
    return Graph(
        vpcs,
        nodes,
        [edge for edge in graph.edges if edge.source in kept and edge.target in kept],
        [edge for edge in graph.peerings if edge.source in shown and edge.target in shown],
    )


def _reached(first: set[str], edges: Iterable[Edge]) -> set[str]:
    reached, edges = set(first), list(edges)
    pending = list(first)
    while pending:
        here = pending.pop()
        for edge in edges:
            if edge.source == here and edge.target not in reached:
                reached.add(edge.target)
                pending.append(edge.target)
    return reached
