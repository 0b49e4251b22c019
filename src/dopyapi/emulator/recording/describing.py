"""How what the API shows of a thing becomes what a seed says to have one: collection by collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..checks import fields_of
from ..seeding.collections import COLLECTIONS

Item = dict[str, Any]
_DROPLET_FEATURES = ("backups", "ipv6", "monitoring")
_PRIMARY_DATABASE = "defaultdb"


_ELSEWHERE = frozenset({"project_id"})
"""Fields that say what is said where it belongs: a project lists its resources."""


def plain(name: str, item: Item) -> Item:
    """The fields that both the answer and the seed have; what is empty is left out."""
    spec = COLLECTIONS[name]
    known = (fields_of(spec.operation) | set(spec.extras)) - set(spec.parts) - _ELSEWHERE
    return {field: value for field, value in item.items() if field in known and value not in (None, "", [], {})}


def _slug(item: Item) -> str | None:
    region = item.get("region")
    slug = region.get("slug") if isinstance(region, dict) else region
    return slug if isinstance(slug, str) else None


def _tag(item: Item) -> Item:
    return {"name": item.get("name")}


def _record(item: Item) -> Item | None:
    # Every domain has these by existing.
    own = item.get("type") == "NS" and str(item.get("data", "")).rstrip(".").endswith("digitalocean.com")
    if item.get("type") == "SOA" or own:
        return None
    made = plain("records", item)
    if item.get("type") in ("CNAME", "MX", "NS", "SRV") and item.get("data") not in ("@", None):
        made["data"] = f"{str(item['data']).rstrip('.')}."
    return made


def _droplet(item: Item) -> Item:
    made = plain("droplets", item)
    image = item.get("image") or {}
    made |= {"region": _slug(item), "size": item.get("size_slug"), "image": image.get("slug") or image.get("id")}
    features = item.get("features") or ()
    made |= {feature: True for feature in _DROPLET_FEATURES if feature in features}
    if made.get("status") not in ("active", "off"):
        made.pop("status", None)
    return made


def _volume(item: Item) -> Item:
    made = plain("volumes", item) | {"region": _slug(item)}
    attached = made.pop("droplet_ids", None)
    if attached:
        made["droplet"] = attached[0]
    return made


def _reserved_ip(item: Item) -> Item:
    droplet = item.get("droplet") or {}
    place = {"droplet_id": droplet["id"]} if droplet.get("id") else {"region": _slug(item)}
    return {"ip": item.get("ip"), **place}


def _certificate(item: Item) -> Item | None:
    return plain("certificates", item) if item.get("type") == "lets_encrypt" else None


def _load_balancer(item: Item) -> Item:
    made = plain("load_balancers", item)
    made.pop("status", None)
    if made.get("size_unit"):
        made.pop("size", None)
    if made.get("tag"):
        made.pop("droplet_ids", None)
    if _slug(item):
        made["region"] = _slug(item)
    for rule in made.get("forwarding_rules", ()):
        if not rule.get("certificate_id"):
            rule.pop("certificate_id", None)
    return made


def _firewall(item: Item) -> Item:
    made = plain("firewalls", item)
    for field in ("status", "pending_changes"):
        made.pop(field, None)
    return made


def _database(item: Item) -> Item:
    wanted = ("id", "created_at", "name", "engine", "version", "size", "region", "num_nodes", "private_network_uuid")
    made = {field: item[field] for field in (*wanted, "tags") if item.get(field)}
    made["users"] = database_parts(item.get("users") or ())
    made["dbs"] = database_parts({"name": name} for name in item.get("db_names") or ())
    return {field: value for field, value in made.items() if value != []}


def database_parts(shown: Iterable[Item]) -> list[Item]:
    """Users or logical databases, without those that come with each cluster."""
    own = (one["name"] for one in shown if one.get("name") and one.get("role") != "primary")
    return [{"name": name} for name in own if name != _PRIMARY_DATABASE]


def _kubernetes(item: Item) -> Item:
    wanted = ("id", "created_at", "name", "region", "version", "vpc_uuid", "cluster_subnet", "service_subnet")
    made = {field: item[field] for field in (*wanted, "auto_upgrade", "surge_upgrade", "ha") if item.get(field)}
    made |= {"tags": _own_tags(item)} if _own_tags(item) else {}
    made["node_pools"] = [_node_pool(pool) for pool in item.get("node_pools") or ()]
    return made


def _node_pool(pool: Item) -> Item:
    wanted = ("name", "size", "count", "labels", "taints", "auto_scale", "min_nodes", "max_nodes")
    made = {field: pool[field] for field in wanted if pool.get(field)}
    return made | ({"tags": _own_tags(pool)} if _own_tags(pool) else {})


def _own_tags(item: Item) -> list[str]:
    """Tags that somebody gave; those of the service come by themselves."""
    return [tag for tag in item.get("tags") or () if tag != "k8s" and not tag.startswith("k8s:")]


def _registry(item: Item) -> Item:
    tier = item.get("subscription_tier_slug") or ((item.get("subscription") or {}).get("tier") or {}).get("slug")
    return plain("registries", item) | {"subscription_tier_slug": tier or "basic"}


def _project(item: Item) -> Item:
    made = plain("projects", item)
    return {field: value for field, value in made.items() if field not in ("owner_id", "owner_uuid", "updated_at")}


def _cdn(item: Item) -> Item:
    made = plain("cdn_endpoints", item)
    made.pop("endpoint", None)
    return made


_WAYS: dict[str, Callable[[Item], Item | None]] = {
    "tags": _tag,
    "records": _record,
    "droplets": _droplet,
    "volumes": _volume,
    "reserved_ips": _reserved_ip,
    "certificates": _certificate,
    "load_balancers": _load_balancer,
    "firewalls": _firewall,
    "databases": _database,
    "kubernetes_clusters": _kubernetes,
    "registries": _registry,
    "cdn_endpoints": _cdn,
    "projects": _project,
}
"""The collections of which more than names of fields differs; None is what a seed cannot have."""


def describe(name: str, item: Item) -> Item | None:
    """What a seed says to have an item of a collection; None where a seed cannot."""
    way = _WAYS.get(name)
    return plain(name, item) if way is None else way(item)
