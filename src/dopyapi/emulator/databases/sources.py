"""Trusted sources: what may connect to a cluster."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Any

from .. import hooks
from ..context import Context
from ..errors import unprocessable
from ..store import Document

TYPES = ("droplet", "k8s", "ip_addr", "tag", "app")
_MOST = 100


def checked(context: Context, rules: Any) -> list[dict[str, Any]]:
    """Rules from a request; null is none."""
    found = [_checked(context, rule) for rule in rules or []]
    if len(found) > _MOST:
        raise unprocessable(f"a cluster has at most {_MOST} trusted sources, not {len(found)}")
    return found


def _checked(context: Context, rule: Any) -> dict[str, Any]:
    kind, value = (rule.get("type"), str(rule.get("value") or "")) if isinstance(rule, dict) else (None, "")
    if kind not in TYPES:
        raise unprocessable(f"rules: type must be one of {', '.join(TYPES)}, not {kind!r}")
    if not value:
        raise unprocessable(f"rules: a {kind} rule needs a value")
    if kind == "ip_addr":
        _check_address(value)
    if kind == "droplet" and context.store.get("droplet", value) is None:
        raise unprocessable(f"rules: there is no Droplet {value}")
    found = {"type": kind, "value": value}
    for member in ("uuid", "description"):
        if rule.get(member):
            found[member] = str(rule[member])
    return found


def _check_address(value: str) -> None:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise unprocessable(f"rules: {value!r} is not an IP address") from None
    if not isinstance(network, IPv4Network):
        raise unprocessable(f"rules: {value!r} is an IPv6 address, which a trusted source cannot be")


def replace(context: Context, cluster: Document, rules: list[dict[str, Any]]) -> None:
    """Let exactly these connect; rules that stay keep their identifier. The cluster has to be saved afterwards."""
    before = {(rule["type"], rule["value"]): rule for rule in cluster.hidden.get("rules", ())}
    after: dict[tuple[str, str], dict[str, Any]] = {}
    for rule in rules:
        what = (rule["type"], rule["value"])
        kept = before.get(what)
        made = {
            "uuid": kept["uuid"] if kept else context.store.new_uuid(),
            "cluster_uuid": cluster.key,
            "type": rule["type"],
            "value": rule["value"],
            "created_at": kept["created_at"] if kept else context.stamp,
        }
        if rule.get("description"):
            made["description"] = rule["description"]
        after[what] = made
    cluster.hidden["rules"] = list(after.values())
    if cluster.facet == "cluster":
        cluster.body["rules"] = cluster.hidden["rules"]
    for member in context.store.members("database source", cluster.subject):
        context.store.unlink("database source", cluster.subject, member)
    for kind, value in after:
        if kind == "droplet":
            context.store.link("database source", cluster.subject, f"droplet/{value}")


@hooks.on("destroyed", "droplet")
def _without(context: Context, droplet: Document) -> None:
    for subject in context.store.owners("database source", droplet.subject):
        cluster = context.store.get("database", subject.partition("/")[2])
        if cluster is not None:
            left = [r for r in cluster.hidden["rules"] if (r["type"], r["value"]) != ("droplet", droplet.key)]
            replace(context, cluster, left)
            context.store.save(cluster)
