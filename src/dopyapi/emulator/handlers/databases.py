"""Database clusters: creating, reading, changing, destroying."""

from __future__ import annotations

import base64
import re

from .. import databases
from ..catalogue.databases import AUTHORITY, ENGINES, node_size, options
from ..context import Context, Reply, handles, one
from ..databases import backups, cluster
from ..databases.connections import refresh
from ..errors import unprocessable
from ..paging import whole

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?")
_HOSTNAME = re.compile(
    r"(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+"
)
_MOST_NAMES = 16


@handles("databases_list_options")
def list_options(context: Context) -> Reply:
    """What clusters can be made of."""
    return 200, options()


@handles("databases_list_clusters")
def list_clusters(context: Context) -> Reply:
    """All clusters at once, or those with a tag."""
    tag = context.query.get("tag_name") or None
    return whole("databases", context.store.select("database", facet="cluster", tag=tag))


@handles("databases_create_cluster")
def create(context: Context) -> Reply:
    """Create a cluster."""
    body = context.body
    for name in ("name", "engine", "num_nodes", "size", "region"):
        if not body.get(name):
            raise unprocessable(f"{name} is required")
    _check_names((body.get("do_settings") or {}).get("service_cnames"))
    return 201, one("database", context.store.render(databases.create(context, body)))


@handles("databases_get_cluster")
def get(context: Context) -> Reply:
    """One cluster."""
    return 200, one("database", context.store.render(databases.find(context)))


@handles("databases_destroy_cluster")
def destroy(context: Context) -> Reply:
    """Destroy a cluster with its replicas."""
    databases.destroy(context, databases.find(context))
    return 204, None


@handles("databases_update_clusterSize")
def resize(context: Context) -> Reply:
    """Give a cluster nodes of another size, or another number of them."""
    found, body = databases.find(context), context.body
    databases.online(found)
    engine = ENGINES[found.hidden["engine"]]
    nodes = cluster.check_layout(engine, body["num_nodes"], body["size"])
    if node_size(body["size"]).memory_gib < node_size(found.body["size"]).memory_gib:
        raise unprocessable(f"a cluster cannot become smaller: its size is {found.body['size']}")
    storage = cluster.check_storage(body["size"], body.get("storage_size_mib"), found.body["storage_size_mib"])
    later = {"size": body["size"], "num_nodes": nodes, "storage_size_mib": storage}
    cluster.change(context, found, "resizing", cluster.RESIZE_SECONDS, **later)
    return 202, None


@handles("databases_update_region")
def migrate(context: Context) -> Reply:
    """Move a cluster to another region."""
    found = databases.find(context)
    databases.online(found)
    region = cluster.check_region(ENGINES[found.hidden["engine"]], context.body["region"])
    if region == found.body["region"]:
        raise unprocessable(f"the cluster is in {region} already")
    cluster.change(context, found, "migrating", cluster.MIGRATION_SECONDS, region=region)
    return 202, None


@handles("databases_update_major_version")
def upgrade(context: Context) -> Reply:
    """Move a cluster to a later version of its engine; it stays online meanwhile."""
    found = databases.find(context)
    databases.online(found)
    engine, wanted = ENGINES[found.hidden["engine"]], str(context.body.get("version") or "")
    version = engine.version(wanted)
    later = [offered.number for offered in engine.versions if _number(offered.number) > _number(found.body["version"])]
    if version is None or wanted not in later:
        raise unprocessable(
            f"invalid version {wanted!r}: the cluster has {found.body['version']} and can become "
            + (", ".join(later) or "no other")
        )
    changed = {
        "version": version.number,
        "semantic_version": version.full,
        "version_end_of_life": version.end_of_life,
        "version_end_of_availability": version.end_of_availability,
    }
    cluster.change(context, found, "online", cluster.UPGRADE_SECONDS, **changed)
    return 204, None


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@handles("databases_update_maintenanceWindow")
def set_window(context: Context) -> Reply:
    """Set when a cluster is maintained."""
    found, day, hour = databases.find(context), str(context.body["day"]).lower(), str(context.body["hour"])
    if day not in _DAYS:
        raise unprocessable(f"invalid day {day!r}: it must be one of {', '.join(_DAYS)}")
    time = _HOUR.fullmatch(hour)
    if time is None:
        raise unprocessable(f"invalid hour {hour!r}: it must be a time such as 14:00")
    shown = f"{int(time[1]):02}:{time[2]}{time[3] or ':00'}"
    found.body["maintenance_window"] |= {"day": day, "hour": shown}
    context.store.save(found)
    return 204, None


@handles("databases_install_update")
def install(context: Context) -> Reply:
    """Install what waits for the maintenance window."""
    found = databases.find(context)
    databases.online(found)
    found.body["maintenance_window"] |= {"pending": False, "description": []}
    context.store.save(found)
    databases.remember(context, found, "cluster_maintenance_perform")
    return 204, None


@handles("databases_get_ca")
def authority(context: Context) -> Reply:
    """The certificate of the authority behind a cluster's own."""
    databases.find(context, replicas=True)
    return 200, {"ca": {"certificate": base64.b64encode(AUTHORITY.encode()).decode()}}


@handles("databases_list_events_logs")
def list_events(context: Context) -> Reply:
    """What has happened to a cluster, oldest first."""
    return whole("events", context.store.select("database_event", parent=databases.find(context).subject))


@handles("databases_list_backups")
def list_backups(context: Context) -> Reply:
    """The backups of a cluster."""
    found = databases.find(context)
    databases.supported(found, *backups.ENGINES)
    return 200, backups.shown(context, found)


@handles("databases_get_do_settings")
def get_do_settings(context: Context) -> Reply:
    """Further names of a cluster."""
    return 200, {"do_settings": databases.find(context, replicas=True).body["do_settings"]}


@handles("databases_update_do_settings")
def update_do_settings(context: Context) -> Reply:
    """Set further names of a cluster."""
    found = databases.find(context, replicas=True)
    names = (context.body["do_settings"] or {}).get("service_cnames") or []
    _check_names(names)
    found.body["do_settings"] = {"service_cnames": list(names)}
    refresh(found)
    context.store.save(found)
    return 204, None


def _check_names(names: object) -> None:
    if not names:
        return
    if not isinstance(names, list) or len(names) > _MOST_NAMES:
        raise unprocessable(f"do_settings.service_cnames must be a list of at most {_MOST_NAMES} names")
    for name in names:
        if not isinstance(name, str) or not _HOSTNAME.fullmatch(name):
            raise unprocessable(f"do_settings.service_cnames: {name!r} is not a host name such as db.example.com")
