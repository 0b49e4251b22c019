"""DNS records that lead where nobody of ours is.

A record of an address is found when all of this is so:

1. The address is a public one, and no Droplet, load balancer, reserved address or Kubernetes cluster has it.
2. It is in none of the networks of ``--ours``: other teams, other accounts.
3. It was ours, or is certainly one of DigitalOcean's:
   - an action in this account was about it as a reserved address: critical, since it was ours and is no longer;
   - it is in the public network of one of our Droplets, as the API gives that with its netmask, or in one of the
     networks that DigitalOcean publishes as its own: a warning, since whoever has it now is DigitalOcean's customer.

So a record that points at another provider's machine is never found; one that points at a Droplet of somebody else's
is, until ``--ours`` says that it is meant.

An alias (CNAME) is found when it leads to a CDN endpoint or a Kubernetes cluster of DigitalOcean's that this account
does not have, or to a name in its own domain that has no record.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_network
from typing import Any

from ..fleet import Fleet
from ..fleet.addresses import Address, interfaces, parsed
from .finding import Finding, Limits
from .ranges import digitaloceans

FIRST_ADDRESS = int(IPv4Address("1.0.0.0"))
PRIVATE = [
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10"),
    )
]
TAKEOVER = "whoever gets that address serves this name"


def stale_addresses(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """A and AAAA records of addresses that are no longer ours."""
    once = _once_reserved(fleet)
    networks = {network for droplet in fleet["droplets"] for _, network in interfaces(droplet, "public") if network}
    for record, address in _suspicious(fleet, limits):
        name = _full_name(record)
        if address in once:
            what, level = f"points at {address}, which was a reserved address of this account", "critical"
        elif any(address in network for network in networks) or digitaloceans(address):
            what, level = (
                f"points at {address}, an address of DigitalOcean's that nothing in this account has",
                "warning",
            )
        else:
            continue
        yield Finding(
            level=level,
            resource="domain record",
            id=str(record["id"]),
            name=name,
            what=f"{record['type']} record {what}",
            why=TAKEOVER,
            fix=(_deletion(record),),
        )


def evidence(fleet: Fleet, limits: Limits) -> tuple[str, ...]:
    """What would tell more: the actions, where a record points at an address that is not ours."""
    return ("actions",) if any(True for _ in _suspicious(fleet, limits)) else ()


def _suspicious(fleet: Fleet, limits: Limits) -> Iterator[tuple[dict[str, Any], Address]]:
    """Records of public addresses that nothing in the account has."""
    ours = _ours(fleet)
    for record in fleet["records"]:
        address = parsed(record.get("data")) if record.get("type") in ("A", "AAAA") else None
        if address is None or address in ours or _inside(address):
            continue
        if not any(address in network for network in limits.ours):
            yield record, address


def _inside(address: Address) -> bool:
    """Whether an address is one that nobody has in public: of a VPC, of the machine itself, none at all."""
    return int(address) <= 1 or any(address in network for network in PRIVATE)


def _ours(fleet: Fleet) -> set[Address]:
    """The addresses of the account."""
    found = {address for droplet in fleet["droplets"] for address, _ in interfaces(droplet)}
    texts = [each.get(name) for each in fleet["load_balancers"] for name in ("ip", "ipv6")]
    texts += [each.get("ip") for listing in ("reserved_ips", "reserved_ipv6") for each in fleet[listing]]
    texts += [each.get("ipv4") for each in fleet["clusters"]]
    return found | {address for address in map(parsed, texts) if address is not None}


def _once_reserved(fleet: Fleet) -> set[Address]:
    """The reserved addresses that actions were about, which they name by their number."""
    numbers = (
        action.get("resource_id")
        for action in fleet["actions"]
        if action.get("resource_type") in ("reserved_ip", "floating_ip")
    )
    return {IPv4Address(n) for n in numbers if isinstance(n, int) and FIRST_ADDRESS <= n < 2**32}


def stale_aliases(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """CNAME records that lead to what is gone."""
    cdns = {str(each.get("endpoint") or "").lower() for each in fleet["cdns"]}
    clusters = {str(each["id"]) for each in fleet["clusters"]}
    by_domain: dict[str, list[dict[str, Any]]] = {}
    for record in fleet["records"]:
        by_domain.setdefault(record["domain"].lower(), []).append(record)
    for record in fleet["records"]:
        if record.get("type") != "CNAME":
            continue
        target = str(record.get("data") or "").rstrip(".").lower()
        domain = record["domain"].lower()
        if target in ("@", ""):
            continue
        gone = None
        if target.endswith(".cdn.digitaloceanspaces.com"):
            gone = None if target in cdns else "a CDN endpoint"
        elif target.endswith(".k8s.ondigitalocean.com"):
            gone = None if target.split(".")[0] in clusters else "a Kubernetes cluster"
        elif target.endswith(f".{domain}") and not _exists(target, domain, by_domain[domain]):
            gone = "a name of this domain"
        if gone is not None:
            yield Finding(
                level="warning",
                resource="domain record",
                id=str(record["id"]),
                name=_full_name(record),
                what=f"CNAME record leads to {target}, {gone} that is not there",
                why="nobody answers under this name"
                if gone == "a name of this domain"
                else "nobody answers under this name, until somebody else makes one that is called so",
                fix=(_deletion(record),),
            )


def _exists(name: str, domain: str, records: list[dict[str, Any]]) -> bool:
    """Whether a domain may have this name: by a record, by a wildcard, or in a part that others serve."""
    names = {_full_name(record).lower(): record for record in records}
    if name in names or any(each.endswith(f".{name}") for each in names):
        return True
    delegated = {_full_name(record).lower() for record in records if record.get("type") == "NS"} - {domain}
    parent = name
    while parent != domain:
        if parent in delegated:
            return True
        parent = parent.partition(".")[2]
        if f"*.{parent}" in names:
            return True
    return False


def _full_name(record: dict[str, Any]) -> str:
    return str(record["domain"] if record["name"] == "@" else f"{record['name']}.{record['domain']}")


def _deletion(record: dict[str, Any]) -> str:
    return f"records delete {shlex.quote(record['domain'])} {record['id']}"
