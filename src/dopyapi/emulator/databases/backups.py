"""Backups of clusters: the first when it is online, then daily, kept for a week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .. import events
from ..clock import stamp
from ..context import Context
from ..errors import precondition_failed, unprocessable
from ..store import Document

ENGINES = ("pg", "mysql", "mongodb", "opensearch", "advanced_pg", "advanced_mysql")
_SECONDS = 120
_INTERVAL_HOURS, _KEPT_DAYS = 24, 7


def begin(context: Context, cluster: Document) -> None:
    """Start a backup; the cluster has to be saved afterwards."""
    if cluster.hidden["engine"] not in ENGINES:
        return
    ready = context.now + timedelta(seconds=_SECONDS * context.speed)
    cluster.hidden["backup_runs"] = [context.now.timestamp(), ready.timestamp()]
    context.at(ready, "database.backed_up", cluster.subject, key=cluster.key)


@events.on_event("database.backed_up")
def _backed_up(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("database", data["key"])
    if cluster is None:
        return
    cluster.hidden.pop("backup_runs", None)
    body = cluster.body
    made = {
        "created_at": context.stamp,
        "size_gigabytes": round(0.0336 + 0.004 * len(body["db_names"]), 4),
        "db_names": list(body["db_names"]),
        "users": [user for user in body["users"] if user["role"] != "primary"],
    }
    oldest = stamp(context.now - timedelta(days=_KEPT_DAYS))
    kept = [backup for backup in cluster.hidden.get("backups", ()) if backup["created_at"] > oldest]
    cluster.hidden["backups"] = [*kept, made]
    context.store.save(cluster)
    context.at(_next(context, cluster), "database.backup_due", cluster.subject, key=cluster.key)


@events.on_event("database.backup_due")
def _due(context: Context, data: dict[str, Any]) -> None:
    cluster = context.store.get("database", data["key"])
    if cluster is not None:
        begin(context, cluster)
        context.store.save(cluster)


def _scheduled(cluster: Document) -> datetime:
    return datetime.fromisoformat(cluster.body["created_at"])


def _next(context: Context, cluster: Document) -> datetime:
    daily = _scheduled(cluster)
    due = context.now.replace(hour=daily.hour, minute=daily.minute, second=0, microsecond=0)
    while due <= context.now:
        due += timedelta(hours=_INTERVAL_HOURS)
    return due


def shown(context: Context, cluster: Document) -> dict[str, Any]:
    """The backups of a cluster as the API lists them, or a 412 while there are none."""
    found = cluster.hidden.get("backups")
    if not found:
        raise precondition_failed("the cluster has no backups yet: its first one has not completed; try again later")
    daily = _scheduled(cluster)
    answer: dict[str, Any] = {
        "backups": [
            {"created_at": b["created_at"], "size_gigabytes": b["size_gigabytes"], "incremental": False} for b in found
        ],
        "scheduled_backup_time": {
            "backup_hour": daily.hour,
            "backup_minute": daily.minute,
            "backup_interval_hours": _INTERVAL_HOURS,
        },
    }
    if runs := cluster.hidden.get("backup_runs"):
        start, end = runs
        answer["backup_progress"] = str(int(100 * (context.now.timestamp() - start) / max(end - start, 1)))
    return answer


def chosen(context: Context, body: dict[str, Any]) -> dict[str, Any]:
    """The backup that a new cluster is to be made of."""
    restore = body["backup_restore"]
    name, wanted = restore.get("database_name"), restore.get("backup_created_at")
    source = context.store.select("database", name=str(name), facet="cluster").first()
    if source is None:
        raise unprocessable(f"backup_restore: there is no cluster {name!r}")
    if source.hidden["engine"] not in ENGINES:
        raise unprocessable("operation is not supported for this cluster type")
    if source.body["engine"] != body["engine"]:
        raise unprocessable(f"backup_restore: {name} is a {source.body['engine']} cluster, not {body['engine']}")
    found: list[dict[str, Any]] = source.hidden.get("backups") or []
    if not found:
        raise precondition_failed("the cluster has no backups yet: its first one has not completed; try again later")
    if not wanted:
        return found[-1]
    try:
        moment = datetime.fromisoformat(str(wanted))
    except ValueError:
        raise unprocessable(f"backup_restore.backup_created_at must be a time in ISO 8601, not {wanted!r}") from None
    fits = [
        b
        for b in found
        if datetime.fromisoformat(b["created_at"]) <= moment.replace(tzinfo=moment.tzinfo or context.now.tzinfo)
    ]
    if not fits:
        raise unprocessable(
            f"backup_restore: {name} has no backup of {wanted}; its first is of {found[0]['created_at']}"
        )
    return fits[-1]
