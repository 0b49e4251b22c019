"""Other versions for a cluster: at once, or by itself while it is maintained."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..clock import stamp
from ..context import Context
from ..events import on_event
from ..store import Document
from . import nodes, versions
from .settings import DAYS

CONTROL_PLANE_SECONDS, WORKERS_SECONDS = 90, 75


def begin(context: Context, cluster: Document, slug: str) -> None:
    """Upgrade a running cluster: its control plane first, then every node is replaced."""
    cluster.body["status"] = {"state": "upgrading", "message": f"upgrading to {slug}"}
    cluster.body["updated_at"] = context.stamp
    context.store.save(cluster)
    context.after(CONTROL_PLANE_SECONDS, "kubernetes.upgrade", cluster.subject, cluster=cluster.key, version=slug)


@on_event("kubernetes.upgrade")
def _workers(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is None:
        return
    cluster.body["version"] = data["version"]
    outdated: list[str] = []
    for pool in cluster.body["node_pools"]:
        old = nodes.staying(cluster, pool)
        if cluster.body["surge_upgrade"]:
            outdated += [node["id"] for node in old]
        else:
            nodes.discard(context, cluster, pool, old)
        nodes.make(context, cluster, pool, len(old))
    cluster.hidden["outdated"] = outdated
    context.store.save(cluster)
    context.after(WORKERS_SECONDS, "kubernetes.upgraded", cluster.subject, cluster=cluster.key)


@on_event("kubernetes.upgraded")
def _done(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is None:
        return
    outdated = set(cluster.hidden.pop("outdated", ()))
    cluster.body["status"] = {"state": "running", "message": "running"}
    cluster.body["updated_at"] = context.stamp
    for pool in cluster.body["node_pools"]:
        nodes.discard(context, cluster, pool, [node for node in pool["nodes"] if node["id"] in outdated])
        nodes.reconcile(context, cluster, pool)
    plan_maintenance(context, cluster)
    context.store.save(cluster)


# Upgrades to new patches, by itself.


def plan_maintenance(context: Context, cluster: Document) -> None:
    """Let the cluster be upgraded when it is next maintained, if it is to be; it has to be saved afterwards."""
    if not cluster.body["auto_upgrade"] or versions.patch(cluster.body["version"]) is None:
        cluster.hidden.pop("maintenance", None)
        return
    moment = next_window(context.now, cluster.body["maintenance_policy"])
    if cluster.hidden.get("maintenance") != stamp(moment):
        cluster.hidden["maintenance"] = stamp(moment)
        context.at(moment, "kubernetes.maintenance", cluster.subject, cluster=cluster.key, due=stamp(moment))


def next_window(now: datetime, policy: dict[str, Any]) -> datetime:
    """When a cluster is next maintained."""
    hour, minute = map(int, policy["start_time"].split(":"))
    moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while moment <= now or (policy["day"] != "any" and DAYS[1 + moment.weekday()] != policy["day"]):
        moment += timedelta(days=1)
    return moment


@on_event("kubernetes.maintenance")
def _maintained(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is None or cluster.hidden.get("maintenance") != data["due"]:
        return  # it is maintained at another time by now
    del cluster.hidden["maintenance"]
    patch = versions.patch(cluster.body["version"])
    if patch is not None and cluster.body["status"]["state"] == "running":
        begin(context, cluster, patch)
    else:
        plan_maintenance(context, cluster)
        context.store.save(cluster)
