"""Read-only replicas of clusters."""

from __future__ import annotations

from typing import Any

from .. import events, hooks, tagging
from ..catalogue.databases import ENGINES as OFFERED
from ..catalogue.databases import node_size
from ..context import Context
from ..errors import not_found, unprocessable
from ..store import Document
from . import backups
from .cluster import (
    check_name,
    check_region,
    check_storage,
    check_vpc,
    refuse_before_first_backup,
    remember,
    window,
)
from .connections import refresh

ENGINES = ("pg", "mysql", "mongodb", "advanced_pg", "advanced_mysql")
_FORK_SECONDS, _UNSEEN_SECONDS = 240, 5


def create(context: Context, cluster: Document, body: dict[str, Any]) -> Document:
    """A new replica; it is seen a moment later, and online when it has caught up."""
    engine = OFFERED[cluster.hidden["engine"]]
    check_name(context, body["name"], "replica")
    if not engine.has_size(1, body["size"]):
        raise unprocessable(f"invalid size {body['size']!r} for a replica; see the options")
    if node_size(body["size"]).memory_gib < node_size(cluster.body["size"]).memory_gib:
        raise unprocessable(f"a replica must be at least as large as its cluster, whose size is {cluster.body['size']}")
    region = check_region(engine, body.get("region") or cluster.body["region"])
    vpc = check_vpc(context, body.get("private_network_uuid"), region)
    storage = check_storage(body["size"], body.get("storage_size_mib"), cluster.body["storage_size_mib"])
    refuse_before_first_backup(cluster)
    key = context.store.new_uuid()
    shown: dict[str, Any] = {
        "id": key,
        "name": body["name"],
        "region": region,
        "size": body["size"],
        "status": "forking",
        "tags": [],
        "created_at": context.stamp,
        "private_network_uuid": vpc.key,
        "storage_size_mib": storage,
        "do_settings": {"service_cnames": list((body.get("do_settings") or {}).get("service_cnames") or [])},
    }
    primary = next(user for user in cluster.body["users"] if user["role"] == "primary")
    hidden = {
        "engine": engine.slug,
        "host": body["name"],
        "number": cluster.hidden["number"],
        "password": primary["password"],
        "rules": [],
        "unseen": context.speed > 0,
    }
    replica = context.store.add(
        "database", key, shown, name=body["name"], parent=cluster.subject, facet="replica", hidden=hidden
    )
    refresh(replica)
    context.store.save(replica)
    if body.get("tags"):
        tagging.attach(context, replica, tagging.checked(body["tags"]))
    context.after(_UNSEEN_SECONDS, "database.replica_seen", replica.subject, key=key)
    context.after(_FORK_SECONDS, "database.replica_online", replica.subject, key=key)
    return replica


@events.on_event("database.replica_seen")
def _seen(context: Context, data: dict[str, Any]) -> None:
    replica = context.store.get("database", data["key"])
    if replica is not None:
        replica.hidden["unseen"] = False
        context.store.save(replica)


@events.on_event("database.replica_online")
def _online(context: Context, data: dict[str, Any]) -> None:
    replica = context.store.get("database", data["key"])
    if replica is not None:
        replica.body["status"] = "online"
        context.store.save(replica)


def of(context: Context, cluster: Document) -> list[Document]:
    """The replicas of a cluster that can be seen."""
    found = context.store.select("database", parent=cluster.subject, facet="replica")
    return [replica for replica in found if not replica.hidden.get("unseen")]


def named(context: Context, cluster: Document, name: object) -> Document:
    """A replica of a cluster, or a 404."""
    found = next((replica for replica in of(context, cluster) if replica.name == name), None)
    if found is None:
        raise not_found("not found")
    return found


def promote(context: Context, cluster: Document, replica: Document) -> None:
    """Make a replica a cluster of its own, with what its cluster has."""
    if replica.body["status"] != "online":
        raise unprocessable(f"replica is not online: its status is {replica.body['status']}; try again later")
    same = ("engine", "version", "semantic_version", "db_names", "version_end_of_life", "version_end_of_availability")
    replica.body |= {name: cluster.body[name] for name in same}
    replica.body |= {"num_nodes": 1, "users": [dict(user) for user in cluster.body["users"]]}
    replica.body |= {"maintenance_window": window(context), "rules": replica.hidden["rules"]}
    replica.hidden |= {"pools": [], "config": dict(cluster.hidden["config"])}
    replica.hidden.pop("password")
    replica.parent, replica.facet = f"vpc/{replica.body['private_network_uuid']}", "cluster"
    refresh(replica)
    backups.begin(context, replica)
    context.store.save(replica)
    hooks.run("created", context, replica, {})
    remember(context, replica, "cluster_master_promotion")
