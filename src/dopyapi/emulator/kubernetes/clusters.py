"""Clusters: how they come, change and go."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from .. import droplets, hooks, networks, tagging
from ..catalogue import SIZES
from ..context import Context
from ..errors import conflict, not_found
from ..events import on_event, on_failure
from ..store import Document
from . import nodes, pools, settings, upgrading, versions

CONTROL_PLANE_SECONDS = 180

tagging.taggable("kubernetes_cluster", "kubernetes_clusters", "/v2/kubernetes/clusters/")


def find(context: Context, key: object) -> Document:
    """The cluster with this id, or a 404."""
    found = context.store.get("kubernetes_cluster", str(key))
    if found is None:
        raise not_found()
    return found


def refuse_unless_running(cluster: Document) -> None:
    """409 for what only a running cluster can do."""
    state = cluster.body["status"]["state"]
    if state != "running":
        raise conflict(f"the cluster is {state}; try again when it is running")


def server(cluster: Document) -> str:
    """The address of a cluster's API server."""
    return f"https://{cluster.key}.k8s.ondigitalocean.com"


def create(context: Context, body: dict[str, Any]) -> Document:
    """Store a new cluster with its node pools; it runs when its control plane does."""
    name, region = settings.name(body.get("name")), settings.region(body.get("region"))
    version = versions.resolve(body.get("version"))
    specs = [pools.checked(given, region) for given in body.get("node_pools") or []]
    pools.refuse_empty(specs)
    vpc = settings.vpc(context, body, region)
    subnets, tags = settings.subnets(body, vpc), tagging.checked(body.get("tags"))
    key = context.store.new_uuid()
    asked_ha = body.get("ha")
    shown: dict[str, Any] = {
        "id": key,
        "name": name,
        "region": region,
        "version": version,
        **subnets,
        "vpc_uuid": vpc.key,
        "worker_subnet_uuid": body.get("worker_subnet_uuid") or str(uuid5(UUID(vpc.key), "default subnet")),
        "ipv4": "",
        "endpoint": "",
        "tags": [],
        "node_pools": [],
        "maintenance_policy": settings.maintenance(body.get("maintenance_policy"), key),
        "auto_upgrade": bool(body.get("auto_upgrade")),
        "isolated_workers": bool(body.get("isolated_workers")),
        "status": {"state": "provisioning", "message": "provisioning"},
        "created_at": context.stamp,
        "updated_at": context.stamp,
        "surge_upgrade": bool(body.get("surge_upgrade")),
        "ha": versions.ha_by_default(version) if asked_ha is None else bool(asked_ha),
        "registry_enabled": False,
        "registries": [],
        **settings.components(body, {}, _gpu(specs)),
    }
    nodes.refuse_beyond_limit(context, pools.needed(specs))
    cluster = context.store.add("kubernetes_cluster", key, shown, name=name, parent=vpc.subject)
    tagging.attach(context, cluster, [*tags, "k8s", f"k8s:{key}"])
    hooks.created(context, cluster, body)
    for spec in specs:
        pools.add(context, cluster, spec)
    context.after(CONTROL_PLANE_SECONDS, "kubernetes.control_plane", cluster.subject, cluster=key)
    return cluster


def _gpu(specs: list[dict[str, Any]]) -> str:
    """Who made the GPUs of these pools, if they have any."""
    models = [str((SIZES[spec["size"]].gpu_info or {}).get("model", "")) for spec in specs]
    return next((model.partition("_")[0] for model in models if model), "")


@on_event("kubernetes.control_plane")
def _running(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is None:
        return
    cluster.body["endpoint"] = server(cluster)
    if not cluster.body["ha"]:
        cluster.body["ipv4"] = networks.public_v4(context)["ip_address"]
    cluster.body["status"] = {"state": "running", "message": "running"}
    cluster.body["updated_at"] = context.stamp
    nodes.settle(context, cluster)
    upgrading.plan_maintenance(context, cluster)
    context.store.save(cluster)


@on_failure("kubernetes.control_plane")
def _not_running(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is not None:
        cluster.body["status"] = {"state": "error", "message": "the control plane could not be made"}
        cluster.body["updated_at"] = context.stamp
        context.store.save(cluster)


def update(context: Context, cluster: Document, body: dict[str, Any]) -> None:
    """Change what a request names; what it leaves out stays."""
    shown = cluster.body
    if body.get("ha") is False and shown["ha"]:
        raise settings.invalid("high availability cannot be disabled")
    changes: dict[str, Any] = {"name": settings.name(body.get("name")), "updated_at": context.stamp}
    changes |= {which: bool(body[which]) for which in _SWITCHES if body.get(which) is not None}
    if body.get("maintenance_policy") is not None:
        wanted = shown["maintenance_policy"] | body["maintenance_policy"]
        changes["maintenance_policy"] = settings.maintenance(wanted, cluster.key)
    changes |= settings.components(body, shown)
    tags = tagging.checked(body["tags"]) if body.get("tags") is not None else None
    shown |= changes
    cluster.name = shown["name"]
    if shown["ha"]:
        shown["ipv4"] = ""
    if tags is not None:
        _retag(context, cluster, tags)
    upgrading.plan_maintenance(context, cluster)
    context.store.save(cluster)


_SWITCHES = ("auto_upgrade", "surge_upgrade", "ha")


def _retag(context: Context, cluster: Document, wanted: list[str]) -> None:
    """Give a cluster other tags, and its pools with it."""
    own = ["k8s", f"k8s:{cluster.key}"]
    wanted = [tag for tag in wanted if tag not in own]
    before = pools.inherited(cluster)
    tagging.replace(context, cluster, [*wanted, *own])
    cluster.body["tags"] = [*wanted, *own]
    for pool in cluster.body["node_pools"]:
        kept = [tag for tag in pool["tags"] if tag not in before and tag not in wanted]
        pools.retag(context, pool, [*wanted, *kept])


def destroy(context: Context, cluster: Document) -> None:
    """Delete a cluster with its nodes."""
    members = context.store.members("node", cluster.subject)
    for subject in members:
        context.store.unlink("node", cluster.subject, subject)
    for subject in members:
        droplet = context.store.get("droplet", subject.partition("/")[2])
        if droplet is not None:
            droplets.destroy(context, droplet)
    hooks.destroyed(context, cluster)
