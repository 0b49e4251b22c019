"""A graph as DOT, the language of Graphviz."""

from __future__ import annotations

from ..printable import printable
from .graph import Graph, Node, Vpc

STYLES = {
    "dns": 'shape=box style="rounded,filled" fillcolor="#ffffff" color="#333333"',
    "load_balancer": 'shape=hexagon style=filled fillcolor="#cfe2ff" color="#1f4e8c" margin="0.05,0.05"',
    "reserved_ip": 'shape=cds style=filled fillcolor="#fff3cd" color="#8a6d00" margin="0.2,0.1"',
    "droplet": 'shape=box style=filled fillcolor="#e6f4ea" color="#1b5e20" penwidth=2.6',
    "cluster": 'shape=component style=filled fillcolor="#dcd3f5" color="#4527a0" margin="0.25,0.1"',
    "database": 'shape=cylinder style=filled fillcolor="#b9c7d9" color="#22334a" margin="0.2,0.1"',
    "volume": 'shape=box3d style=filled fillcolor="#e0e0e0" color="#444444"',
}
"""How each kind looks: told apart by its shape and its lightness, where there is no colour."""
BARE = 'style="filled,dashed" penwidth=1.2'
"""How a Droplet looks that no firewall protects."""
BORDER = 'style=rounded color="#777777" bgcolor="#fafafa" margin=16'
"""How a VPC looks."""
HEAD = """digraph digitalocean {
    graph [rankdir=LR compound=true fontname="Helvetica,Arial,sans-serif" fontsize=13 nodesep=0.3 ranksep=0.9 pad=0.3]
    node [fontname="Helvetica,Arial,sans-serif" fontsize=11 margin="0.15,0.08"]
    edge [fontname="Helvetica,Arial,sans-serif" fontsize=9 color="#555555" arrowsize=0.7]
"""


def text(graph: Graph) -> str:
    """The graph as DOT."""
    lines = [HEAD.rstrip()]
    for vpc in graph.vpcs:
        lines += [
            f"    subgraph {quoted('cluster_' + vpc.key)} {{",
            f"        label={_label(vpc.lines, left=True)} labeljust=l {BORDER}",
            *(f"        {_node(node)}" for node in graph.inside(vpc)),
        ]
        if not graph.inside(vpc):
            lines.append(f'        {quoted(vpc.key)} [label="empty" shape=plaintext fontcolor="#777777"]')
        lines.append("    }")
    lines += [f"    {_node(node)}" for node in graph.inside(None)]
    for edge in graph.edges:
        named = f" [label={quoted(edge.label)}]" if edge.label else ""
        lines.append(f"    {quoted(edge.source)} -> {quoted(edge.target)}{named}")
    lines += [_peering(graph, edge.source, edge.target, edge.label) for edge in graph.peerings]
    return "\n".join([*lines, "}"]) + "\n"


def _peering(graph: Graph, source: str, target: str, label: str) -> str:
    """A line between two boxes, which DOT draws between something in the one and something in the other."""
    ends = [_anchor(graph, next(vpc for vpc in graph.vpcs if vpc.key == key)) for key in (source, target)]
    return (
        f"    {quoted(ends[0])} -> {quoted(ends[1])} [label={quoted('peering ' + label)} dir=both style=dashed"
        f" constraint=false ltail={quoted('cluster_' + source)} lhead={quoted('cluster_' + target)}]"
    )


def _anchor(graph: Graph, vpc: Vpc) -> str:
    inside = graph.inside(vpc)
    return inside[0].key if inside else vpc.key


def _node(node: Node) -> str:
    style = f"{STYLES[node.kind]} {BARE}" if node.unprotected else STYLES[node.kind]
    faded = ' fontcolor="#777777"' if node.off else ""
    return f"{quoted(node.key)} [label={_label(node.lines)} {style}{faded}]"


def _label(lines: list[str], *, left: bool = False) -> str:
    end = "\\l" if left else "\\n"
    return '"' + end.join(_escaped(line) for line in lines) + (end if left else "") + '"'


def quoted(text: str) -> str:
    """A text as DOT takes it."""
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    # Graphviz reads HTML's entities in labels: an ampersand has to be written as one.
    return printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
