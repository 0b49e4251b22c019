"""How a thing that may have been made is recognised among those that are there.

What is looked at is the listing at the path of the creation. An item is evidence when it carries the name that was
asked for, was made after the first attempt, and has every property that was asked for and that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verdict = Literal["sure", "doubtful", "no"]

SLACK = 2.0
"""Seconds by which times of the API, in whole seconds, may seem to be before our own."""
UNCOMPARED = frozenset({"version"})
"""Properties that the API answers in other words than they were asked in: ``latest``, ``16``."""
SIGNS = ("slug", "id", "uuid", "name")
"""What stands for an object where only its identifier was sent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one kind of creation."""

    items: str
    """The envelope's key in the listing."""
    answer: str
    """The envelope's key in the answer to the creation."""
    by: tuple[str, ...] = ("name",)
    """What was sent that says which one it is."""
    made: str | None = "created_at"
    """The attribute that says when it was made; ``None``: there can be only one of that name."""
    tagged: bool = False
    """Whether tags that it is made with are labels and nothing else."""
    query: Callable[[Mapping[str, Any]], dict[str, str]] | None = None
    """What narrows the listing."""
    paged: bool = True
    """Whether the listing has pages."""
    first_page: bool = False
    """Whether the newest come first, so that the first page will do."""
    begun: bool = False
    """Whether the answer names the action that makes it, which is to be looked up."""
    shown_once: str = ""
    """What only the lost answer had, and how to get another one."""


def _droplets(body: Mapping[str, Any]) -> dict[str, str]:
    found = {"type": "gpus"} if str(body.get("size", "")).startswith("gpu") else {}
    return found if body.get("names") is not None else {**found, "name": str(body.get("name"))}


_ACTIONS = Evidence("actions", "action", ("type",), "started_at", first_page=True)
_USER = Evidence(
    "users",
    "user",
    made=None,
    paged=False,
    shown_once="its password was in the lost answer: reset_auth() gives it a new one",
)

KNOWN: dict[str, Evidence] = {
    "account/keys": Evidence("ssh_keys", "ssh_key", ("public_key", "name"), None),
    "cdn/endpoints": Evidence("endpoints", "endpoint", ("origin",)),
    "certificates": Evidence("certificates", "certificate"),
    "databases": Evidence("databases", "database", tagged=True, paged=False),
    "databases/*/dbs": Evidence("dbs", "db", made=None, paged=False),
    "databases/*/pools": Evidence("pools", "pool", made=None, paged=False),
    "databases/*/replicas": Evidence("replicas", "replica", paged=False),
    "databases/*/topics": Evidence("topics", "topic", made=None, paged=False),
    "databases/*/users": _USER,
    "domains": Evidence("domains", "domain", made=None),
    "domains/*/records": Evidence("domain_records", "domain_record", ("type", "name", "data"), None),
    "droplets": Evidence("droplets", "droplet", tagged=True, query=_droplets, begun=True),
    "droplets/*/actions": _ACTIONS,
    "firewalls": Evidence("firewalls", "firewall"),
    "floating_ips": Evidence("floating_ips", "floating_ip", ("droplet_id",), None),
    "floating_ips/*/actions": _ACTIONS,
    "images": Evidence("images", "image", tagged=True, query=lambda body: {"private": "true"}),
    "images/*/actions": _ACTIONS,
    "kubernetes/clusters": Evidence("kubernetes_clusters", "kubernetes_cluster", tagged=True),
    "kubernetes/clusters/*/node_pools": Evidence("node_pools", "node_pool", made=None, paged=False),
    "load_balancers": Evidence("load_balancers", "load_balancer"),
    "projects": Evidence("projects", "project"),
    "registries": Evidence("registries", "registry", made=None, paged=False),
    "registry": Evidence("registry", "registry", made=None, paged=False),
    "reserved_ips": Evidence("reserved_ips", "reserved_ip", ("droplet_id",), None),
    "reserved_ips/*/actions": _ACTIONS,
    "tags": Evidence("tags", "tag", made=None),
    "volumes": Evidence("volumes", "volume", tagged=True),
    "volumes/*/actions": _ACTIONS,
    "volumes/*/snapshots": Evidence("snapshots", "snapshot", tagged=True),
    "vpc_peerings": Evidence("vpc_peerings", "vpc_peering"),
    "vpcs": Evidence("vpcs", "vpc"),
    "vpcs/*/peerings": Evidence("peerings", "peering"),
}
"""By path; ``*`` stands for an identifier."""

REPEATABLE = frozenset(
    {
        "firewalls/*/droplets",
        "firewalls/*/rules",
        "firewalls/*/tags",
        "kubernetes/registries",
        "kubernetes/registry",
        "load_balancers/*/droplets",
        "projects/*/resources",
        "registries/validate-name",
        "registry/validate-name",
        "tags/*/resources",
    }
)
"""Posts that do the same when done twice: they add to a set, or only ask."""


def place_of(path: str) -> str:
    """A path as the tables here name it."""
    parts = path.strip("/").split("/")
    if len(parts) > 2 and "/".join(parts) not in KNOWN:
        parts[-2] = "*"
    return "/".join(parts)


def names_of(evidence: Evidence, body: Mapping[str, Any]) -> list[str] | None:
    """The names of all that was asked for, or ``None`` where nothing says which it would be."""
    names = body.get("names")
    if names is not None and evidence.by == ("name",):
        return [str(name) for name in names]
    if any(body.get(field) is None for field in evidence.by):
        return None
    return [name_of(evidence, body)]


def name_of(evidence: Evidence, item: Mapping[str, Any]) -> str:
    """What tells one item from those of other names."""
    return "\n".join(_named(field, item) for field in evidence.by)


def _named(field: str, item: Mapping[str, Any]) -> str:
    if field == "droplet_id":
        value = item.get("droplet_id") or (item.get("droplet") or {}).get("id")
    else:
        value = item.get(field)
    text = str(value)
    if field == "public_key":
        return " ".join(text.split()[:2])  # what follows is a comment
    if field in ("name", "data", "origin"):
        return text.rstrip(".").lower()
    return text


def judged(
    evidence: Evidence,
    body: Mapping[str, Any],
    item: Mapping[str, Any],
    window: tuple[float, float],
    marker: str | None,
) -> Verdict:
    """Whether an item of a right name is what was asked for.

    Args:
        window: the first attempt, as seconds since the epoch: before the first of them it cannot be ours, after the
            second it can; in between the clocks do not agree.
        marker: the tag that it must carry.
    """
    if marker is not None:
        return "sure" if marker in map(_folded, item.get("tags") or ()) else "no"
    verdict: Verdict = "sure"
    if evidence.made is not None:
        made = _moment(item.get(evidence.made))
        if made is None:
            return "doubtful"
        if made < window[0] - SLACK:
            return "no"
        if made < window[1] - SLACK:
            verdict = "doubtful"
    for field, asked in body.items():
        if field not in UNCOMPARED and field not in evidence.by and field in item and not _agree(asked, item[field]):
            return "doubtful"
    return verdict


def _moment(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None


def _folded(value: Any) -> str:
    return str(value).lower()


def _agree(asked: Any, found: Any) -> bool:
    """Whether what is there can be what was asked for; what is not said is no contradiction."""
    if asked is None or found is None:
        return True
    if isinstance(found, Mapping):
        if isinstance(asked, Mapping):
            return all(_agree(asked[name], found[name]) for name in asked if name in found)
        return any(_folded(found.get(sign)) == _folded(asked) for sign in SIGNS)
    if isinstance(found, list):
        if not isinstance(asked, list) or len(asked) > len(found):
            return False
        if any(isinstance(each, Mapping | list) for each in asked):
            return True  # the API fills in what was left out, and may put them in another order
        signs = {_folded(sign) for each in found for sign in _signs(each)}
        return all(_folded(each) in signs for each in asked)
    if isinstance(asked, Mapping | list):
        return True
    return _folded(asked) == _folded(found)


def _signs(value: Any) -> list[Any]:
    return [value[sign] for sign in SIGNS if sign in value] if isinstance(value, Mapping) else [value]
