"""The life of a cluster: creating, online, resizing, migrating, gone."""

from __future__ import annotations

import re
from typing import Any

from .. import events, hooks, networks, tagging
from ..catalogue.databases import ENGINES, Engine, node_size
from ..context import Context
from ..errors import not_found, precondition_failed, unprocessable
from ..store import Document
from . import backups, sources, users
from .connections import default_databases, refresh

CREATION_SECONDS, FORK_SECONDS, RESIZE_SECONDS, MIGRATION_SECONDS, UPGRADE_SECONDS = 180, 240, 240, 300, 240
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = 21_408_117
_MOST_STORAGE_MIB = 16 * 1024 * 1024


def find(context: Context, *, replicas: bool = False) -> Document:
    """The cluster that a request is about, or a 404; ``replicas`` lets a replica stand for one."""
    found = context.store.get("database", str(context.path["database_cluster_uuid"]))
    if found is None or (found.facet != "cluster" and not replicas):
        raise not_found("cluster not found")
    return found


def supported(cluster: Document, *engines: str) -> None:
    """422 for what clusters of this engine cannot do."""
    if cluster.hidden["engine"] not in engines:
        raise unprocessable("operation is not supported for this cluster type")


def online(cluster: Document) -> None:
    """422 while a cluster is being created or changed."""
    if cluster.body["status"] != "online":
        raise unprocessable(f"cluster is not online: its status is {cluster.body['status']}; try again later")


def remember(context: Context, cluster: Document, type: str) -> None:
    """Note an event of a cluster."""
    number = context.store.next_number("database event")
    body = {
        "id": f"pe{number:06x}",
        "cluster_name": cluster.body["name"],
        "event_type": type,
        "create_time": context.stamp,
    }
    context.store.add("database_event", f"{cluster.key}/{number}", body, parent=cluster.subject)


def create(context: Context, body: dict[str, Any]) -> Document:
    """A new cluster, from nothing or from another one's backup."""
    engine = ENGINES[body["engine"]]
    restored = backups.chosen(context, body) if body.get("backup_restore") else None
    check_name(context, body["name"])
    version = engine.version(str(body.get("version") or engine.default_version))
    if version is None:
        known = ", ".join(version.number for version in engine.versions)
        raise unprocessable(f"invalid version {body['version']!r}: {engine.slug} has {known}")
    nodes = check_layout(engine, body["num_nodes"], body["size"])
    region = check_region(engine, body["region"])
    vpc = check_vpc(context, body.get("private_network_uuid"), region)
    storage = check_storage(body["size"], body.get("storage_size_mib"))
    rules = sources.checked(context, body.get("rules"))
    key = context.store.new_uuid()
    shown: dict[str, Any] = {
        "id": key,
        "name": body["name"],
        "engine": engine.slug,
        "version": version.number,
        "semantic_version": version.full,
        "num_nodes": nodes,
        "size": body["size"],
        "region": region,
        "status": "forking" if restored else "creating",
        "created_at": context.stamp,
        "private_network_uuid": vpc.key,
        "tags": [],
        "db_names": restored["db_names"] if restored else default_databases(engine.slug),
        "users": [users.primary(engine.slug), *(restored["users"] if restored else ())],
        "maintenance_window": window(context),
        "version_end_of_life": version.end_of_life,
        "version_end_of_availability": version.end_of_availability,
        "storage_size_mib": storage,
        "do_settings": {"service_cnames": list((body.get("do_settings") or {}).get("service_cnames") or [])},
        # Whoever keeps projects hears of what is created, and says which one it is in.
        "project_id": str(body.get("project_id") or ""),
    }
    hidden = {"engine": engine.slug, "host": body["name"], "number": _NUMBER, "pools": [], "rules": [], "config": {}}
    cluster = context.store.add(
        "database", key, shown, name=body["name"], parent=vpc.subject, facet="cluster", hidden=hidden
    )
    sources.replace(context, cluster, rules)
    refresh(cluster)
    context.store.save(cluster)
    if body.get("tags"):
        tagging.attach(context, cluster, tagging.checked(body["tags"]))
    hooks.run("created", context, cluster, body)
    remember(context, cluster, "cluster_create")
    context.after(FORK_SECONDS if restored else CREATION_SECONDS, "database.online", cluster.subject, key=key)
    return cluster


def change(context: Context, cluster: Document, status: str, seconds: float, **later: Any) -> None:
    """Put a cluster into a state that ends by itself, with other values."""
    cluster.body["status"] = status
    context.store.save(cluster)
    remember(context, cluster, "cluster_update")
    context.after(seconds, "database.changed", cluster.subject, key=cluster.key, later=later)


@events.on_event("database.online")
def _online(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("database", data["key"])
    if cluster is not None:
        cluster.body["status"] = "online"
        backups.begin(context, cluster)
        context.store.save(cluster)


@events.on_event("database.changed")
def _changed(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("database", data["key"])
    if cluster is None:
        return
    later = dict(data["later"])
    cluster.body["status"] = "online"
    if "region" in later:
        vpc = networks.default_vpc(context, later["region"])
        cluster.parent, later["private_network_uuid"] = vpc.subject, vpc.key
    cluster.body |= later
    refresh(cluster)
    context.store.save(cluster)


def destroy(context: Context, cluster: Document) -> None:
    """Destroy a cluster with its replicas and its history."""
    for replica in context.store.select("database", parent=cluster.subject, facet="replica"):
        hooks.destroyed(context, replica)
    for kind in ("database_event", "database_topic", "database_schema", "database_logsink"):
        for document in context.store.select(kind, parent=cluster.subject):
            context.store.remove(document)
    hooks.destroyed(context, cluster)


# Checks, which replicas and changes need too.


def check_name(context: Context, name: object, what: str = "cluster") -> None:
    """Refuse a name that no cluster or replica can have, or that one has."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise unprocessable(
            f"invalid {what} name {name!r}: use 1 to 63 lowercase letters, digits and dashes, beginning with a letter"
        )
    if context.store.select("database", name=name).first() is not None:
        raise unprocessable(f"{what} name is not available")


def check_layout(engine: Engine, nodes: Any, size: object) -> int:
    """Refuse a number of nodes or a size that an engine does not have, or not together."""
    count = int(nodes)
    if count not in engine.layouts:
        known = ", ".join(map(str, engine.layouts))
        raise unprocessable(f"invalid num_nodes {count}: {engine.slug} clusters have {known} nodes")
    if not engine.has_size(count, size):
        some = ", ".join(engine.layouts[count][:6])
        raise unprocessable(
            f"invalid size {size!r} for a {engine.slug} cluster of {count} nodes: use {some} or another of the options"
        )
    return count


def check_region(engine: Engine, region: object) -> str:
    """Refuse a region that an engine does not run in."""
    if region not in engine.regions:
        raise unprocessable(f"invalid region {region!r}: {engine.slug} runs in {', '.join(engine.regions)}")
    return str(region)


def check_vpc(context: Context, key: object, region: str) -> Document:
    """The VPC with this identifier, the region's default where there is none; refused where it is elsewhere."""
    if not key:
        return networks.default_vpc(context, region)
    vpc = context.store.get("vpc", str(key))
    if vpc is None:
        raise unprocessable(f"private_network_uuid: the VPC {key} does not exist")
    if vpc.parent != region:
        raise unprocessable(f"private_network_uuid: the VPC {vpc.name} is in {vpc.parent}, not in {region}")
    return vpc


def check_storage(size: str, wanted: Any, least: int = 0) -> int:
    """How much storage a cluster gets: what comes with its size, or more."""
    given = max(node_size(size).storage_mib, least)
    if wanted in (None, 0, ""):
        return given
    amount = int(wanted)
    if not given <= amount <= _MOST_STORAGE_MIB:
        raise unprocessable(f"invalid storage_size_mib {amount}: it must be from {given} to {_MOST_STORAGE_MIB}")
    return amount


def window(context: Context) -> dict[str, Any]:
    """When a new cluster is maintained, until it is told otherwise."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hour = f"{(context.now.hour + 12) % 24:02}:{context.now.minute:02}:{context.now.second:02}"
    return {"day": days[(context.now.weekday() + 3) % 7], "hour": hour, "pending": False, "description": []}


def refuse_before_first_backup(cluster: Document) -> None:
    """412 where there is no backup to copy a cluster from."""
    if not cluster.hidden.get("backups"):
        raise precondition_failed("the cluster has no backup yet: its first one has not completed; try again later")
