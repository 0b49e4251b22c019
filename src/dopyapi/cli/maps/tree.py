"""A graph as a tree, for people who look at a terminal."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from ..printable import printable
from .graph import KINDS, Graph, Node

COLOURS = {
    "dns": "magenta",
    "load_balancer": "blue",
    "reserved_ip": "yellow",
    "droplet": "green",
    "cluster": "magenta",
    "database": "cyan",
    "volume": "white",
}


@dataclass
class Branch:
    """A line of a tree, in parts with a style each, and what hangs on it."""

    parts: list[tuple[str, str]]
    under: list[Branch] = field(default_factory=list)


def tree(graph: Graph) -> Branch:
    """The graph as a tree: VPCs with what is in them, then what is in none.

    What leads to something is said behind it; what hangs on something hangs below it.
    """
    root = Branch([("DigitalOcean", "bold")])
    drawing = _Drawing(graph)
    for vpc in graph.vpcs:
        branch = Branch([(f"VPC {printable(vpc.name)}", "bold"), (f" {' '.join(vpc.lines[1:])}", "dim")])
        peers = [p for p in graph.peerings if vpc.key in (p.source, p.target)]
        for peering in peers:
            other = next(v for v in graph.vpcs if v.key in (peering.source, peering.target) and v.key != vpc.key)
            branch.under.append(
                Branch([(f"<-> VPC {printable(other.name)}", ""), (f" {printable(peering.label)}", "dim")])
            )
        branch.under += [drawing.branch(node) for node in graph.inside(vpc) if not drawing.hangs(node)]
        root.under.append(branch)
    outside = [drawing.branch(node) for node in graph.inside(None) if not drawing.hangs(node)]
    if outside:
        root.under.append(Branch([("in no VPC", "bold")], outside))
    if not root.under:
        root.under.append(Branch([("nothing that could be drawn", "dim")]))
    return root


class _Drawing:
    def __init__(self, graph: Graph) -> None:
        self.nodes = {node.key: node for node in graph.nodes}
        self.to: dict[str, list[str]] = {}
        self.by: dict[str, list[str]] = {}
        for edge in graph.edges:
            self.to.setdefault(edge.source, []).append(edge.target)
            self.by.setdefault(edge.target, []).append(edge.source)

    def hangs(self, node: Node) -> bool:
        """Whether it is said where something else is: a name or address that leads there, a volume that is attached."""
        if node.kind in ("dns", "reserved_ip"):
            return bool(self.to.get(node.key))
        return node.kind == "volume" and bool(self.by.get(node.key))

    def branch(self, node: Node) -> Branch:
        parts = [(printable(node.name), f"bold {COLOURS[node.kind]}")]
        parts.append((f"  {KINDS[node.kind]}", "dim"))
        words = [line for line in node.details if line and line not in KINDS.values()]
        if words:
            parts.append((f"  {printable(', '.join(words))}", ""))
        if node.kind == "droplet":
            parts.append(
                (f"  firewall {printable(', '.join(node.firewalls))}", "dim")
                if node.firewalls
                else ("  no firewall", "red")
            )
        leading = self._leading(node.key, set())
        if leading:
            parts.append((f"  <- {', '.join(leading)}", "dim"))
        under = [self.branch(self.nodes[key]) for key in self.to.get(node.key, ()) if self.nodes[key].kind == "volume"]
        leads = [self.nodes[key] for key in self.to.get(node.key, ()) if self.nodes[key].kind != "volume"]
        if leads:
            said: list[tuple[str, str]] = []
            for each in leads:
                said += [(", " if said else "-> ", "dim"), (printable(each.name), COLOURS[each.kind])]
            under.append(Branch(said))
        return Branch(parts, under)

    def _leading(self, key: str, seen: set[str]) -> list[str]:
        """The names and addresses that lead to something, by others too."""
        found = []
        for source in self.by.get(key, ()):
            node = self.nodes[source]
            if node.kind in ("dns", "reserved_ip") and source not in seen:
                seen.add(source)
                found += [*self._leading(source, seen), printable(node.name)]
        return found


def text(graph: Graph) -> str:
    """The tree as text, in colour where a terminal shows it."""
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    def made(branch: Branch, on: Tree | None) -> Tree:
        label = Text.assemble(*branch.parts)
        here = Tree(label, guide_style="dim") if on is None else on.add(label)
        for each in branch.under:
            made(each, here)
        return here

    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout,
        highlight=False,
        no_color=bool(os.environ.get("NO_COLOR")),
        width=None if terminal else 100_000,  # a pipe has no edge
    )
    with console.capture() as capture:
        console.print(made(tree(graph), None))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
