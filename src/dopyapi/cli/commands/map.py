"""``dopy map``: how networks, Droplets and databases hang together."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..base import Command
from ..completing import names_of
from ..failing import DONE, NOT_ALLOWED, NOT_FOUND, Failure
from ..session import session

if TYPE_CHECKING:
    from ..fleet import Fleet
    from ..maps.graph import Node

HELP = """Draw how networks, Droplets and databases hang together.

\b
dopy map                             a tree, on a terminal
dopy map --tag web --svg web.svg     a picture, drawn by Graphviz
dopy map >> README.md                Mermaid, which GitHub draws

With --tag, --vpc or --project: what fits, what leads there, and what that leads to. DNS names are drawn that lead to
something of the account. A Droplet with a dashed border is one that no firewall protects. Four Droplets or more that
differ in their numbers only are drawn as one.
"""


def _map(
    format: str | None,
    svg: Path | None,
    png: Path | None,
    tag: str | None,
    vpc: str | None,
    project: str | None,
    each: bool,
) -> int:
    from ..fleet import fetch
    from ..maps import dot, graphviz, mermaid, tree
    from ..maps.building import NEEDS, build
    from ..maps.choosing import part
    from ..maps.folding import folded

    session().client  # noqa: B018 - becomes the current account
    fleet = fetch([*NEEDS, *(["project_resources", "projects"] if project else [])])
    graph = part(build(fleet), _tests(fleet, tag, vpc, project))
    graph = graph if each else folded(graph)
    for file, kind in ((svg, "svg"), (png, "png")):
        if file is not None:
            graphviz.draw(dot.text(graph), kind, file)
            click.echo(f"{file}", err=True)
    if format is not None or not (svg or png):
        writers = {"mermaid": mermaid.text, "dot": dot.text, "tree": tree.text}
        click.echo(writers[format or ("tree" if sys.stdout.isatty() else "mermaid")](graph), nl=False)
    for name in fleet.refused:
        click.echo(f"dopy: the token may not read {name.replace('_', ' ')}: they are not on the map", err=True)
    return NOT_ALLOWED if fleet.refused else DONE


def _tests(fleet: Fleet, tag: str | None, vpc: str | None, project: str | None) -> list[Callable[[Node], bool]]:
    """What the filters ask of a node."""
    tests: list[Callable[[Node], bool]] = []
    if tag is not None:
        tests.append(lambda node: tag in node.tags)
    if vpc is not None:
        network = _called(fleet, "vpcs", "VPC", vpc)
        tests.append(lambda node: node.vpc == network)
    if project is not None:
        wanted = _called(fleet, "projects", "project", project)
        urns = {_plain(r["urn"]) for r in fleet["project_resources"] if r["project"]["id"] == wanted}
        tests.append(lambda node: node.urn in urns)
    return tests


def _plain(urn: str) -> str:
    """A URN in the one form that the map writes; reserved IPs have two."""
    return urn.replace("do:reservedip:", "do:floatingip:")


def _called(fleet: Fleet, listing: str, kind: str, word: str) -> str:
    """The identifier of what goes by this name or identifier."""
    if listing in fleet.refused:
        raise fleet.refused[listing]
    found = [each for each in fleet[listing] if word in (each["id"], each["name"])]
    if len(found) == 1:
        return str(found[0]["id"])
    if not found:
        there = ", ".join(sorted(str(each["name"]) for each in fleet[listing])) or "none"
        raise Failure(f"there is no {kind} {word!r}; there is {there}", NOT_FOUND)
    lines = [f"{each['id']}  {each['name']}" for each in found]
    raise Failure(f"{len(found)} {kind}s are called {word!r}: say which by its id", details=lines)


_FILE = click.Path(dir_okay=False, path_type=Path)
command = Command(
    "map",
    callback=_map,
    params=[
        click.Option(
            ["--format"],
            type=click.Choice(["tree", "mermaid", "dot"]),
            help="Which text.  [default: a tree on a terminal, Mermaid elsewhere]",
        ),
        click.Option(["--svg"], type=_FILE, metavar="FILE", help="Write a picture, drawn by Graphviz."),
        click.Option(["--png"], type=_FILE, metavar="FILE", help="The same, in pixels."),
        click.Option(["--tag"], metavar="NAME", help="Only what has this tag.", shell_complete=names_of("Tag")),
        click.Option(["--vpc"], metavar="NAME", help="Only what is in this VPC.", shell_complete=names_of("VPC")),
        click.Option(
            ["--project"], metavar="NAME", help="Only what is in this project.", shell_complete=names_of("Project")
        ),
        click.Option(["--each"], is_flag=True, help="Draw each Droplet by itself, those that are alike, too."),
    ],
    help=HELP,
    short_help="Draw how networks, Droplets and databases hang together.",
)
