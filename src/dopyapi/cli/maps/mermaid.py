"""A graph as Mermaid, which GitHub, GitLab and many editors draw."""

from __future__ import annotations

from ..printable import printable
from .graph import Edge, Graph, Node

SHAPES = {
    "dns": ("([", "])"),
    "load_balancer": ("{{", "}}"),
    "reserved_ip": ("[/", "/]"),
    "droplet": ("[", "]"),
    "cluster": ("(", ")"),
    "database": ("[(", ")]"),
    "volume": ("[[", "]]"),
}
"""What stands around the label of each kind."""
CLASSES = """
    classDef dns fill:#ffffff,stroke:#333333,color:#111111
    classDef load_balancer fill:#cfe2ff,stroke:#1f4e8c,color:#111111
    classDef reserved_ip fill:#fff3cd,stroke:#8a6d00,color:#111111
    classDef droplet fill:#e6f4ea,stroke:#1b5e20,color:#111111,stroke-width:3px
    classDef bare fill:#e6f4ea,stroke:#1b5e20,color:#111111,stroke-dasharray:5 4
    classDef cluster fill:#dcd3f5,stroke:#4527a0,color:#111111
    classDef database fill:#b9c7d9,stroke:#22334a,color:#111111
    classDef volume fill:#e0e0e0,stroke:#444444,color:#111111
"""
_ENTITIES = {ord(letter): f"#{ord(letter)};" for letter in '#&"<>`\\;{}[]()|'}
"""What Mermaid, or the HTML that it makes, would take for its own."""


def text(graph: Graph) -> str:
    """The graph as Mermaid."""
    lines = ["flowchart LR"]
    for vpc in graph.vpcs:
        lines.append(f'    subgraph {vpc.key}["{_label(vpc.lines)}"]')
        lines += [f"        {_node(node)}" for node in graph.inside(vpc)]
        lines.append("    end")
    lines += [f"    {_node(node)}" for node in graph.inside(None)]
    lines += [f"    {edge.source} -->{_named(edge)} {edge.target}" for edge in graph.edges]
    lines += [f"    {edge.source} <-.->{_named(edge)} {edge.target}" for edge in graph.peerings]
    return "\n".join(lines) + "\n" + (CLASSES[1:] if graph.nodes else "")


def _node(node: Node) -> str:
    before, after = SHAPES[node.kind]
    return f'{node.key}{before}"{_label(node.lines)}"{after}:::{"bare" if node.unprotected else node.kind}'


def _named(edge: Edge) -> str:
    return f'|"{_label([edge.label])}"|' if edge.label else ""


def _label(lines: list[str]) -> str:
    return "<br/>".join(printable(line).translate(_ENTITIES) for line in lines)
