"""Nodes of node pools: each is a Droplet, and comes and goes with it."""

from __future__ import annotations

import re
from typing import Any

from .. import droplets, hooks, images
from ..catalogue import SIZES
from ..context import Context
from ..events import on_event
from ..handlers.account import limit
from ..store import Document
from .settings import invalid

READY_SECONDS = 60
"""From the order of a Droplet until its node takes work."""
DRAIN_SECONDS, DELETE_SECONDS = 30, 5
_IMAGE = "debian-12-x64"
_LEAVING = ("draining", "deleting")
_NOT_HOSTNAME = re.compile(r"[^a-z0-9]+")

Pool = dict[str, Any]
Node = dict[str, Any]


def refuse_beyond_limit(context: Context, additional: int) -> None:
    """422 for more nodes than the account may have Droplets."""
    if additional > 0 and not _room(context, additional):
        raise invalid(f"{additional} additional nodes but not enough available droplet limit")


def _room(context: Context, additional: int) -> bool:
    return context.store.count("droplet") + additional <= limit(context, "droplet_limit")


def staying(cluster: Document, pool: Pool) -> list[Node]:
    """The nodes of a pool that are not about to go."""
    outdated = cluster.hidden.get("outdated", ())
    return [node for node in pool["nodes"] if node["status"]["state"] not in _LEAVING and node["id"] not in outdated]


def reconcile(context: Context, cluster: Document, pool: Pool) -> None:
    """Let a pool have as many nodes as it shall: new ones start, surplus ones are drained, the newest first."""
    present = staying(cluster, pool)
    make(context, cluster, pool, pool["count"] - len(present))
    drain(context, cluster, pool, present[pool["count"] :])


def make(context: Context, cluster: Document, pool: Pool, number: int) -> None:
    """Start nodes; the cluster has to be saved afterwards."""
    store = context.store
    vpc, image = store.get("vpc", cluster.body["vpc_uuid"]), images.described(store, _IMAGE)
    stem = _NOT_HOSTNAME.sub("-", pool["name"].lower()).strip("-") or "pool"
    for _ in range(number):
        key = store.new_uuid()
        plan = droplets.Plan(
            name=f"{stem}-{key[:5]}",
            region=cluster.body["region"],
            size=SIZES[pool["size"]],
            image=image or {},
            vpc=vpc,
            tags=tuple(pool["tags"]),
            agent=False,
            public=not cluster.body["isolated_workers"],
        )
        droplet, _action = droplets.create(context, plan)
        store.link("node", cluster.subject, droplet.subject)
        pool["nodes"].append(
            {
                "id": key,
                "name": plan.name,
                "status": {"state": "provisioning"},
                "droplet_id": droplet.key,
                "created_at": context.stamp,
                "updated_at": context.stamp,
            }
        )
        context.after(READY_SECONDS, "kubernetes.node", cluster.subject, cluster=cluster.key, node=key)


def drain(context: Context, cluster: Document, pool: Pool, leaving: list[Node], *, skip_drain: bool = False) -> None:
    """Let nodes go once their work is elsewhere; the cluster has to be saved afterwards."""
    for node in leaving:
        _become(context, node, "deleting" if skip_drain else "draining")
        seconds = DELETE_SECONDS if skip_drain else DRAIN_SECONDS
        context.after(seconds, "kubernetes.node.gone", cluster.subject, cluster=cluster.key, node=node["id"])


def discard(context: Context, cluster: Document, pool: Pool, going: list[Node]) -> None:
    """Take nodes away with their Droplets, now; the cluster is saved."""
    gone = {node["id"] for node in going}
    pool["nodes"] = [node for node in pool["nodes"] if node["id"] not in gone]
    context.store.save(cluster)
    for node in going:
        # Without the relation, its end is not taken for an accident.
        context.store.unlink("node", cluster.subject, f"droplet/{node['droplet_id']}")
        droplet = context.store.get("droplet", node["droplet_id"])
        if droplet is not None:
            droplets.destroy(context, droplet)


def settle(context: Context, cluster: Document) -> None:
    """Let the nodes take work whose Droplets run."""
    for pool in cluster.body["node_pools"]:
        for node in pool["nodes"]:
            droplet = context.store.get("droplet", node["droplet_id"])
            if node["status"]["state"] == "provisioning" and droplet and droplet.body["status"] == "active":
                _become(context, node, "running")


def find(cluster: Document, key: object) -> tuple[Pool, Node] | None:
    """A node of a cluster, and its pool."""
    for pool in cluster.body["node_pools"]:
        for node in pool["nodes"]:
            if node["id"] == key:
                return pool, node
    return None


def say(context: Context, cluster: Document, message: str) -> None:
    """Leave a status message; the cluster has to be saved afterwards."""
    cluster.hidden.setdefault("messages", []).append({"message": message, "timestamp": context.stamp})


def _become(context: Context, node: Node, state: str) -> None:
    node["status"] = {"state": state}
    node["updated_at"] = context.stamp


def _meant(context: Context, data: dict[str, Any]) -> tuple[Document, Pool, Node] | None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    found = find(cluster, data["node"]) if cluster else None
    return (cluster, *found) if cluster and found else None


@on_event("kubernetes.node")
def _ready(context: Context, data: dict[str, Any]) -> None:
    found = _meant(context, data)
    if found is None:
        return
    cluster, _, node = found
    # Without a control plane there is nothing to join yet: that takes its nodes along when it is ready.
    if node["status"]["state"] == "provisioning" and cluster.body["status"]["state"] != "provisioning":
        _become(context, node, "running")
        context.store.save(cluster)


@on_event("kubernetes.node.gone")
def _gone(context: Context, data: dict[str, Any]) -> None:
    found = _meant(context, data)
    if found is not None:
        cluster, pool, node = found
        discard(context, cluster, pool, [node])
        reconcile(context, cluster, pool)
        context.store.save(cluster)


@hooks.on("destroyed", "droplet")
def _lost(context: Context, droplet: Document) -> None:
    """Somebody has destroyed a node's Droplet: another one takes its place."""
    for owner in context.store.owners("node", droplet.subject):
        cluster = context.store.get("kubernetes_cluster", owner.partition("/")[2])
        if cluster is None:
            continue
        for pool in cluster.body["node_pools"]:
            lost = [node for node in pool["nodes"] if node["droplet_id"] == droplet.key]
            pool["nodes"] = [node for node in pool["nodes"] if node not in lost]
            for node in lost:
                missing = pool["count"] - len(staying(cluster, pool))
                say(context, cluster, f"The Droplet {droplet.key} of the node {node['name']} was destroyed.")
                if missing > 0 and not _room(context, missing - 1):  # the lost one is still counted
                    say(context, cluster, f"The node pool {pool['name']} lacks nodes: the Droplet limit is reached.")
                else:
                    make(context, cluster, pool, missing)
        context.store.save(cluster)
