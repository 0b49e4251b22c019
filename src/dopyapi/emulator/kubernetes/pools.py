"""Node pools: what a request for one has to be, and how they change."""

from __future__ import annotations

from typing import Any

from .. import hooks, tagging
from ..catalogue import SIZES, Size
from ..context import Context
from ..errors import not_found
from ..store import Document
from . import nodes
from .nodes import Pool
from .settings import invalid

LEAST_MEMORY = 2048
"""MiB of memory that a node needs at least."""
_MOST_NODES = 512
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def sizes() -> list[Size]:
    """The sizes that nodes can have, cheapest first."""
    return [size for size in SIZES.values() if size.regions and size.memory >= LEAST_MEMORY]


def find(cluster: Document, key: object) -> Pool:
    """A pool of a cluster, or a 404."""
    for pool in cluster.body["node_pools"]:
        if pool["id"] == key:
            found: Pool = pool
            return found
    raise not_found()


# What a request says.


def checked(given: Any, region: str, present: Pool | None = None) -> dict[str, Any]:
    """Everything that a request says of a pool; of an update, what it leaves out stays."""
    if not isinstance(given, dict):
        raise invalid(f"a node pool must be an object, not {given!r}")
    now = present or {}
    for needed in ("name", "count"):
        if given.get(needed) in (None, ""):
            raise invalid(f"worker_node_pool_spec.{needed} is required")
    found: dict[str, Any] = {
        "name": str(given["name"]),
        "size": present["size"] if present else _size(given.get("size"), region),
        "labels": _labels(given["labels"]) if given.get("labels") is not None else now.get("labels"),
        "taints": _taints(given["taints"]) if given.get("taints") is not None else now.get("taints", []),
    }
    if given.get("tags") is not None or present is None:
        found["tags"] = tagging.checked(given.get("tags"))
    return found | _scale(given, now)


def _size(slug: object, region: str) -> str:
    size = SIZES.get(str(slug))
    if size is None or size not in sizes():
        raise invalid(f"invalid size slug {slug!r}: nodes need {LEAST_MEMORY} MB of memory, see /v2/kubernetes/options")
    if region not in size.regions:
        raise invalid(f"the size {size.slug} is not available in {region}")
    return size.slug


def _scale(given: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    count = _number(given, "count", 0)
    scales = now.get("auto_scale", False) if given.get("auto_scale") is None else bool(given["auto_scale"])
    if not scales:
        return {"count": count, "auto_scale": False, "min_nodes": 0, "max_nodes": 0}
    least, most = (_number(given, bound, now.get(bound, 0)) for bound in ("min_nodes", "max_nodes"))
    if not most or least > most:
        raise invalid("with auto_scale, max_nodes must be at least 1 and no less than min_nodes")
    if not least <= count <= most:
        raise invalid(f"count must be from min_nodes to max_nodes, that is from {least} to {most}, not {count}")
    return {"count": count, "auto_scale": True, "min_nodes": least, "max_nodes": most}


def _number(given: dict[str, Any], which: str, default: int) -> int:
    value = given.get(which)
    if value is None:
        return default
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= _MOST_NODES:
        raise invalid(f"worker_node_pool_spec.{which} must be a number from 0 to {_MOST_NODES}, not {value!r}")
    return number


def _labels(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise invalid("labels must be an object of texts")
    return dict(given)


def _taints(given: Any) -> list[dict[str, str]]:
    found = []
    for taint in given if isinstance(given, list) else [given]:
        if not isinstance(taint, dict) or not taint.get("key") or taint.get("effect") not in _EFFECTS:
            raise invalid(f"a taint needs a key and an effect, one of {', '.join(_EFFECTS)}: {taint!r} has not")
        found.append({"key": taint["key"], "value": taint.get("value") or "", "effect": taint["effect"]})
    return found


def needed(pools: list[dict[str, Any]]) -> int:
    """How many nodes these pools begin with."""
    return sum(max(pool["count"], pool["min_nodes"]) for pool in pools)


def refuse_empty(pools: list[Pool]) -> None:
    """422 for a cluster without any node."""
    if not pools:
        raise invalid("a cluster must have at least one node pool")
    if not sum(pool["count"] for pool in pools):
        raise invalid("a cluster must have at least one node across all of its node pools")


# What becomes of it.


def add(context: Context, cluster: Document, spec: dict[str, Any]) -> Pool:
    """A new pool whose nodes are starting; the cluster is saved."""
    pool = {
        "id": context.store.new_uuid(),
        "name": spec["name"],
        "size": spec["size"],
        "count": spec["count"],
        "tags": _tags(cluster, spec["tags"]),
        "labels": spec["labels"],
        "taints": spec["taints"],
        "auto_scale": spec["auto_scale"],
        "min_nodes": spec["min_nodes"],
        "max_nodes": spec["max_nodes"],
        "nodes": [],
    }
    cluster.body["node_pools"].append(pool)
    nodes.reconcile(context, cluster, pool)
    context.store.save(cluster)
    return pool


def inherited(cluster: Document) -> list[str]:
    """The tags that pools have from their cluster, beside those that every worker has."""
    return [tag for tag in cluster.body["tags"] if tag not in ("k8s", f"k8s:{cluster.key}")]


def _tags(cluster: Document, own: list[str]) -> list[str]:
    """The tags of a pool: the cluster's, its own, and those of every worker."""
    workers = ["k8s", f"k8s:{cluster.key}", "k8s:worker"]
    asked = [tag for tag in (*inherited(cluster), *own) if tag not in workers]
    return list(dict.fromkeys([*asked, *workers]))


def update(context: Context, cluster: Document, pool: Pool, spec: dict[str, Any]) -> None:
    """Change a pool; its nodes come and go from now on. The cluster is saved."""
    tags = spec.pop("tags", None)
    others = [each for each in cluster.body["node_pools"] if each is not pool]
    refuse_empty([*others, spec])
    nodes.refuse_beyond_limit(context, spec["count"] - len(nodes.staying(cluster, pool)))
    pool |= spec
    if tags is not None:
        retag(context, pool, _tags(cluster, tags))
    nodes.reconcile(context, cluster, pool)
    cluster.body["updated_at"] = context.stamp
    context.store.save(cluster)


def retag(context: Context, pool: Pool, wanted: list[str]) -> None:
    """Give a pool other tags, and its Droplets with it; what else those carry stays."""
    before, pool["tags"] = pool["tags"], wanted
    for node in pool["nodes"]:
        droplet = context.store.get("droplet", node["droplet_id"])
        if droplet is not None:
            tagging.detach(context, droplet, [tag for tag in before if tag not in wanted])
            tagging.attach(context, droplet, wanted)


@hooks.on("destroyed", "tag")
def _tag_gone(context: Context, tag: Document, *more: Any) -> None:
    """New nodes do not bring back a tag that was deleted; the Droplets of the others lose it by themselves."""
    for cluster in context.store.select("kubernetes_cluster"):
        pools = cluster.body["node_pools"]
        if any(name.lower() == tag.key for pool in pools for name in pool["tags"]):
            for pool in pools:
                pool["tags"] = [name for name in pool["tags"] if name.lower() != tag.key]
            context.store.save(cluster)


def remove(context: Context, cluster: Document, pool: Pool) -> None:
    """Delete a pool with its nodes and their Droplets."""
    others = [each for each in cluster.body["node_pools"] if each is not pool]
    refuse_empty(others)
    nodes.discard(context, cluster, pool, pool["nodes"])
    cluster.body["node_pools"] = others
    cluster.body["updated_at"] = context.stamp
    context.store.save(cluster)
