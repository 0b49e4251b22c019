"""Droplets that let in whom they should not."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from ipaddress import collapse_addresses, ip_network
from typing import Any

from ..fleet import Fleet
from ..fleet.addresses import Network, public
from ..fleet.guarding import protecting
from .finding import Finding, Limits

SSH = 22


def unprotected(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Droplets without a firewall, but for nodes of Kubernetes clusters, which DigitalOcean protects itself."""
    nodes = {f"k8s:{cluster['id']}" for cluster in fleet["clusters"]}
    for droplet in fleet["droplets"]:
        if protecting(droplet, fleet["firewalls"]) or nodes & set(droplet.get("tags") or ()):
            continue
        reachable = public(droplet)
        add = f"firewalls add-droplets FIREWALL --ids {droplet['id']}"
        yield Finding(
            level="warning" if reachable else "info",
            resource="droplet",
            id=str(droplet["id"]),
            name=droplet["name"],
            what="no firewall protects it",
            why="whatever listens on it can be reached from the whole internet"
            if reachable
            else "whatever listens on it can be reached from its whole network",
            fix=(add if fleet["firewalls"] else _new_firewall(droplet),),
        )


def _new_firewall(droplet: dict[str, Any]) -> str:
    return (
        f"firewalls create {shlex.quote(droplet['name'] + '-firewall')} --droplet-ids {droplet['id']}"
        " --inbound-rules protocol=tcp,ports=22,sources.addresses=YOUR_ADDRESS"
        " --outbound-rules protocol=tcp,ports=all,destinations.addresses=0.0.0.0/0"
        " --outbound-rules protocol=udp,ports=all,destinations.addresses=0.0.0.0/0"
    )


def open_to_the_world(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Droplets whose firewalls, all of them together, let the whole world at port 22."""
    for droplet in fleet["droplets"]:
        firewalls = protecting(droplet, fleet["firewalls"])
        rules = [(firewall, rule) for firewall in firewalls for rule in firewall.get("inbound_rules") or ()]
        letting = [(firewall, rule) for firewall, rule in rules if covers(rule, SSH)]
        worlds = whole(source for _, rule in letting for source in sources(rule))
        if not worlds:
            continue
        # What lets in the world by itself; or, where only all of it together does, all of it.
        guilty = [(f, r) for f, r in letting if whole(sources(r))] or letting
        reached = {f"IPv{address.version}" for address in public(droplet)} & set(worlds)
        names = ", ".join(dict.fromkeys(str(firewall["name"]) for firewall, _ in guilty))
        ports = ", ".join(dict.fromkeys(_ports(rule) for _, rule in guilty))
        yield Finding(
            level="critical" if reached else "warning",
            resource="droplet",
            id=str(droplet["id"]),
            name=droplet["name"],
            what=f"port 22 is open to the whole internet ({' and '.join(worlds)}) by firewall {names}, {ports}",
            why="everybody may try to log in"
            if reached
            else f"everybody may try to log in once it has a public {' or '.join(worlds)} address",
            fix=tuple(
                f"firewalls remove-rules {firewall['id']} --tags {shlex.quote(_written(rule))}"
                for firewall, rule in guilty
            ),
        )


def covers(rule: dict[str, Any], port: int) -> bool:
    """Whether a rule is about a TCP port."""
    if rule.get("protocol") not in ("tcp", "all"):
        return False
    ports = str(rule.get("ports") or "0")
    if ports in ("all", "0"):
        return True
    first, _, last = ports.partition("-")
    return first.isdigit() and int(first) <= port <= int(last or first)


def sources(rule: dict[str, Any]) -> Iterator[Network]:
    """The networks that a rule lets in."""
    for text in (rule.get("sources") or {}).get("addresses") or ():
        try:
            yield ip_network(text, strict=False)
        except ValueError:
            continue  # nothing that we understand, and so nothing that we accuse


def whole(networks: Iterable[Network]) -> list[str]:
    """Of which protocols these networks are all of the internet, in one piece or in several."""
    there = list(networks)
    found = []
    for version in (4, 6):
        of_version: list[Any] = [network for network in there if network.version == version]
        if any(network.prefixlen == 0 for network in collapse_addresses(of_version)):
            found.append(f"IPv{version}")
    return found


def _ports(rule: dict[str, Any]) -> str:
    ports = str(rule.get("ports") or "0")
    return "all ports" if ports in ("all", "0") else f"port{'s' if '-' in ports else ''} {ports}"


def _written(rule: dict[str, Any]) -> str:
    """A rule as the command line takes it."""
    where = {name: value for name, value in (rule.get("sources") or {}).items() if value}
    return json.dumps({"protocol": rule["protocol"], "ports": rule["ports"], "sources": where}, separators=(",", ":"))
