"""``dopy map``: what is drawn, in which part, and in each format."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dopyapi.cli.commands.map import _tests
from dopyapi.cli.failing import Failure
from dopyapi.cli.fleet import fetch
from dopyapi.cli.maps import dot, graphviz, mermaid
from dopyapi.cli.maps.building import NEEDS, build
from dopyapi.cli.maps.choosing import part
from dopyapi.cli.maps.folding import folded
from dopyapi.cli.maps.graph import Edge, Graph, Node, Vpc
from dopyapi.cli.maps.tree import text
from dopyapi.testing import Emulated

from .conftest import Dopy

SEED = Path(__file__).with_name("map.yaml")
HOSTILE = 'a"b\\n\\c<d>&amp;e#35;f]})g|`h\x1b[31mi\nj;%%k'
drawn = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
TREE = """\
DigitalOcean
├── VPC backend ams3 10.10.10.0/24
│   ├── <-> VPC jobs ams-fra
│   ├── front  load balancer  192.0.2.50, http:80 to http:8080  <- shop.example.com, www.example.com, example.com
│   │   └── -> web-1, web-2, web-10
│   ├── db-1  Droplet  s-2vcpu-4gb, 203.0.113.5  firewall db  <- ssh.example.com, 192.0.2.10
│   │   └── data  volume  100 GiB
│   ├── web-1  Droplet  s-1vcpu-2gb, 203.0.113.2  firewall web
│   │   └── -> orders
│   ├── web-2  Droplet  s-1vcpu-2gb, 203.0.113.3  firewall web
│   │   └── -> orders
│   ├── web-10  Droplet  s-1vcpu-2gb, 203.0.113.4  firewall web
│   │   └── -> orders
│   └── orders  database  pg 16, 1 x db-s-1vcpu-2gb
├── VPC default-nyc3 nyc3 10.100.0.0/20
│   └── try-out  Droplet  s-1vcpu-1gb, off, 203.0.113.6  no firewall
├── VPC jobs fra1 10.20.0.0/20
│   ├── <-> VPC backend ams-fra
│   └── jobs  Kubernetes  workers: 2 x s-2vcpu-4gb
├── VPC spare fra1 10.30.0.0/20
└── in no VPC
    ├── 192.0.2.11  reserved IP  assigned to nothing
    └── forgotten  volume  10 GiB, attached to nothing
"""


@pytest.fixture(autouse=True)
def _seeded(digitalocean: Emulated) -> None:
    digitalocean.emulator.seed(SEED)


def _leads(graph: Graph) -> set[str]:
    names = {node.key: f"{node.kind} {node.name}" for node in graph.nodes}
    return {f"{names[edge.source]} -> {names[edge.target]}" for edge in graph.edges}


def test_everything_is_there_and_leads_where_it_leads(digitalocean: Emulated) -> None:
    asked: list[str] = []
    digitalocean.client.on_request.append(lambda request: asked.append(request.url))
    graph = build(fetch(NEEDS))
    assert len(asked) == len(NEEDS) + 1  # one for each listing, and one for the records of the one domain
    assert _leads(graph) == {
        "dns example.com -> load_balancer front",
        "dns www.example.com -> dns example.com",
        "dns shop.example.com -> dns www.example.com",
        "dns ssh.example.com -> reserved_ip 192.0.2.10",
        "reserved_ip 192.0.2.10 -> droplet db-1",
        "load_balancer front -> droplet web-1",
        "load_balancer front -> droplet web-2",
        "load_balancer front -> droplet web-10",
        "droplet web-1 -> database orders",
        "droplet web-2 -> database orders",
        "droplet web-10 -> database orders",
        "droplet db-1 -> volume data",
    }
    assert [node.name for node in graph.nodes if node.kind == "droplet"] == [
        "db-1",
        "try-out",
        "web-1",
        "web-2",
        "web-10",
    ]
    # What nodes of a cluster are is the cluster; names that lead nowhere of ours are not drawn.
    assert not any("workers" in node.name or "loop" in node.name or "elsewhere" in node.name for node in graph.nodes)
    assert [vpc.name for vpc in graph.vpcs] == ["backend", "default-nyc3", "jobs", "spare"]
    assert dot.text(graph) == dot.text(build(fetch(NEEDS)))
    assert mermaid.text(graph) == mermaid.text(build(fetch(NEEDS)))


def test_a_tree_on_a_terminal_and_mermaid_elsewhere(dopy: Dopy) -> None:
    narrow = dopy.on_terminal("map", columns=80)
    assert (narrow.status, narrow.rows[:3]) == (0, TREE.splitlines()[:3])
    assert max(map(len, narrow.rows)) <= 80
    coloured = re.compile(r"\x1b\[(\d+;)*3\d")
    assert coloured.search(narrow.raw)
    wide = dopy.on_terminal("map", columns=120, env={"NO_COLOR": "1"})
    assert wide.text == TREE
    assert not coloured.search(wide.raw)
    piped = dopy("map")
    assert piped.lines[0] == "flowchart LR"
    assert dopy("map", "--format", "tree").out == TREE


def test_a_part_is_what_fits_and_what_hangs_on_it(dopy: Dopy) -> None:
    shop = dopy("map", "--project", "Shop", "--format", "tree").lines
    assert [line.split("── ")[1].split("  ")[0] for line in shop[1:]] == [
        *("VPC backend ams3 10.10.10.0/24", "front", "-> web-1", "web-1", "-> orders", "orders"),
        *("in no VPC", "forgotten"),
    ]
    fleet = fetch([*NEEDS, "projects", "project_resources"])
    whole = build(fleet)

    def names(**asked: str | None) -> list[str]:
        tests = _tests(fleet, asked.get("tag"), asked.get("vpc"), asked.get("project"))
        return [node.name for node in part(whole, tests).nodes]

    assert names(vpc="jobs") == ["jobs"]
    assert names(vpc=next(vpc.id for vpc in whole.vpcs if vpc.name == "jobs")) == ["jobs"]
    assert "web-10" in names(tag="web")
    assert not {"web-10", "try-out", "forgotten"} & set(names(tag="shop", vpc="backend"))
    assert {"ssh.example.com", "192.0.2.10", "data"} < set(names(tag="shop", vpc="backend"))
    assert names(tag="nothing") == []
    assert text(part(whole, _tests(fleet, "nothing", None, None))).splitlines()[1:] == [
        "└── nothing that could be drawn"
    ]
    missing = dopy("map", "--vpc", "backnd")
    assert missing.status == 3
    assert missing.err.startswith("dopy: there is no VPC 'backnd'; there is backend, default-ams3, ")


def test_droplets_that_are_alike_are_one() -> None:
    def droplet(name: str, **given: Any) -> Node:
        return Node(f"d_{name}", "droplet", name, name, ("small", "an address"), **given)

    alike = [droplet(f"web-{number}-x") for number in (1, 2, 3, 4)]
    others = [droplet("web-5-x", firewalls=("f",)), droplet("web-6-x"), *(droplet(f"db-{n}") for n in (1, 2, 3))]
    front, data = Node("front", "load_balancer", "f", "front"), Node("data", "volume", "d", "data")
    edges = [Edge("front", node.key, "tag") for node in [*alike, *others]]
    edges.append(Edge("d_web-6-x", "data"))
    one = folded(Graph([], [front, *alike, *others, data], edges))
    assert [node.name for node in one.nodes] == [
        *("front", "web-{1..4}-x", "web-5-x", "web-6-x", "db-1", "db-2", "db-3", "data"),
    ]
    assert one.nodes[1].details == ("4 Droplets, small",)
    assert len(one.edges) == len(edges) - 3
    assert one.edges[0] == Edge("front", one.nodes[1].key, "tag")
    gap = folded(Graph([], [droplet(f"web-{number}") for number in (1, 2, 10, 11)]))
    assert [node.name for node in gap.nodes] == ["web-1 to web-11"]


@drawn
def test_pictures_are_drawn_by_graphviz(dopy: Dopy) -> None:
    made = dopy("map", "--svg", "map.svg", "--png", "map.png")
    assert (made.status, made.out, made.err.split()) == (0, "", ["map.svg", "map.png"])
    svg = ElementTree.fromstring((dopy.home / "map.svg").read_text())
    titles = [each.text for each in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(str(title).startswith("cluster_vpc_") for title in titles) == 4
    words = {each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"VPC backend", "front", "web-10", "orders", "firewall: web", "no firewall", "peering ams-fra"} <= words
    assert (dopy.home / "map.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_graphviz_it_says_how_to_install_it(dopy: Dopy) -> None:
    refused = dopy("map", "--svg", "map.svg", env={"PATH": str(dopy.home)})
    assert refused.status == 1
    assert refused.err.splitlines()[:2] == [
        "dopy: map.svg needs Graphviz; --format mermaid needs nothing. To install it:",
        "  Debian, Ubuntu: sudo apt install graphviz",
    ]
    assert not (dopy.home / "map.svg").exists()


def test_what_graphviz_says_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "dot"
    fake.write_text("#!/bin/sh\necho 'Error: no fonts' >&2\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(Failure, match="Graphviz could not draw it: Error: no fonts"):
        graphviz.draw("digraph {}", "svg", tmp_path / "a.svg")


def _hostile() -> Graph:
    nodes = [
        Node(f"{kind}_{number}", kind, "1", HOSTILE, vpc="v", firewalls=(HOSTILE,) if kind == "droplet" else ())
        for number, kind in enumerate(mermaid.SHAPES)
    ]
    other = Vpc("vpc_2", "w", "empty")
    edges = [Edge(nodes[0].key, nodes[1].key, HOSTILE)]
    return Graph([Vpc("vpc_1", "v", HOSTILE), other], nodes, edges, [Edge("vpc_1", "vpc_2", HOSTILE)])


PLAIN = 'a"b\\n\\c<d>&amp;e#35;f]})g|`h [31mi j;%%k'
"""The hostile name as it is to be read: in one line, without control characters."""


@drawn
def test_names_are_escaped_in_dot() -> None:
    done = subprocess.run(["dot", "-Tsvg"], input=dot.text(_hostile()).encode(), capture_output=True, check=True)
    assert done.stderr == b""
    texts = [each.text for each in ElementTree.fromstring(done.stdout).iter("{http://www.w3.org/2000/svg}text")]
    read = [str(text).replace("\xa0", " ") for text in texts]
    assert read.count(PLAIN) == len(mermaid.SHAPES) + 1  # the nodes, and the edge
    assert {f"VPC {PLAIN}", f"firewall: {PLAIN}", f"peering {PLAIN}"} <= set(read)


def test_names_are_escaped_in_mermaid() -> None:
    lines = mermaid.text(_hostile()).splitlines()
    statement = re.compile(
        r'flowchart LR|\s+end|\s+subgraph \w+\["[^"]*"\]|\s+\w+(\[|\(\[|\{\{|\[/|\(|\[\(|\[\[)"[^"]*"'
        r'(\]|\]\)|\}\}|/\]|\)|\)\]|\]\]):::\w+|\s+\w+ (-->|<-\.->)(\|"[^"]*"\|)? \w+|\s+classDef .+'
    )
    assert [line for line in lines if not statement.fullmatch(line)] == []
    labels = re.findall(r'"([^"]*)"', "\n".join(lines))
    assert not any(set(re.sub(r"#\d+;|<br/>", "", label)) & set('<>&#`|[]{}();"') for label in labels)
    decoded = [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label) for label in labels]
    assert [label for label in decoded if PLAIN not in label] == ["VPC empty"]


@pytest.mark.digitalocean(tokens={"narrow": ["droplet:read"]})
def test_what_may_not_be_read_is_said(dopy: Dopy) -> None:
    told = dopy("map", env={"DIGITALOCEAN_TOKEN": "narrow"})
    assert told.status == 4
    assert "dopy: the token may not read load balancers: they are not on the map" in told.err.splitlines()
    assert "web-10" in told.out
