"""The table of rules. To add one: a function over a fleet in one of the files beside this one, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..fleet import Fleet
from . import addresses, balancers, certificates, dns, firewalls, machines, storage
from .finding import Finding, Limits


class Rule(NamedTuple):
    """One rule.

    Attributes:
        kind: its name, for `--only` and `--skip`.
        line: what it finds, in a line.
        needs: the listings that it has to know; it is left out where one may not be read.
        find: what does it.
        evidence: which further listings would tell more, once the others are there.
    """

    kind: str
    line: str
    needs: tuple[str, ...]
    find: Callable[[Fleet, Limits], Iterable[Finding]]
    evidence: Callable[[Fleet, Limits], tuple[str, ...]] = lambda fleet, limits: ()


RULES = (
    Rule("unattached-volume", "volumes that no Droplet has", ("volumes",), storage.unattached_volumes),
    Rule(
        "old-snapshot",
        "snapshots older than --snapshot-age that no Droplet runs from",
        ("snapshots", "droplets"),
        storage.old_snapshots,
    ),
    Rule(
        "unassigned-reserved-ip",
        "reserved addresses that no Droplet has",
        ("reserved_ips", "reserved_ipv6"),
        addresses.unassigned,
    ),
    Rule("droplet-off", "Droplets that are off, and cost what they cost", ("droplets", "sizes"), machines.powered_off),
    Rule(
        "droplet-without-firewall",
        "Droplets that no firewall protects",
        ("droplets", "firewalls", "clusters"),
        firewalls.unprotected,
    ),
    Rule(
        "ssh-open",
        "Droplets whose port 22 is open to the world",
        ("droplets", "firewalls"),
        firewalls.open_to_the_world,
    ),
    Rule(
        "load-balancer-without-droplets",
        "load balancers with nothing behind them",
        ("load_balancers", "droplets"),
        balancers.without_droplets,
    ),
    Rule(
        "certificate-expiring",
        "certificates that end within --expiry",
        ("certificates",),
        certificates.expiring,
    ),
    Rule(
        "dns-address-gone",
        "A and AAAA records of addresses that are no longer yours",
        ("records", "droplets", "load_balancers", "reserved_ips", "reserved_ipv6", "clusters"),
        dns.stale_addresses,
        dns.evidence,
    ),
    Rule(
        "dns-alias-gone",
        "CNAME records of a CDN endpoint, a cluster or a name that is gone",
        ("records", "cdns", "clusters"),
        dns.stale_aliases,
    ),
)
"""In the order in which they are told."""

KINDS = tuple(rule.kind for rule in RULES)


def chosen(only: Sequence[str], skip: Sequence[str]) -> list[Rule]:
    """The rules that are asked for."""
    return [rule for rule in RULES if (not only or rule.kind in only) and rule.kind not in skip]


def findings(rules: Iterable[Rule], fleet: Fleet, limits: Limits) -> list[Finding]:
    """What the rules find, those left out that need to know what may not be read."""
    return [
        replace(finding, kind=rule.kind)
        for rule in rules
        if not unknown(rule, fleet)
        for finding in rule.find(fleet, limits)
    ]


def unknown(rule: Rule, fleet: Fleet) -> list[str]:
    """The listings that a rule needs and that may not be read."""
    return [name for name in rule.needs if name in fleet.refused]
