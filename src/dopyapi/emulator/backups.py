"""Backups of Droplets: which policies there are, and the calendar they run by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from . import events, images
from .clock import stamp
from .context import Context, moment
from .errors import unprocessable
from .store import Document

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
HOURS = (0, 4, 8, 12, 16, 20)
WINDOW_HOURS = 4
RETENTION_DAYS = {"daily": 7, "weekly": 28}


def policy_from(given: Any) -> dict[str, Any]:
    """A policy from a request, with the defaults filled in: weekly on Sunday at midnight."""
    given = given if isinstance(given, dict) else {}
    plan, weekday, hour = given.get("plan") or "weekly", given.get("weekday"), given.get("hour")
    if plan not in RETENTION_DAYS:
        raise unprocessable(f"backup_policy.plan must be daily or weekly, not {plan!r}")
    if weekday is not None and weekday not in DAYS:
        raise unprocessable(f"backup_policy.weekday must be one of {', '.join(DAYS)}, not {weekday!r}")
    if hour is not None and (isinstance(hour, bool) or hour not in HOURS):
        raise unprocessable(f"backup_policy.hour must be one of {', '.join(map(str, HOURS))}, not {hour!r}")
    policy: dict[str, Any] = {"plan": plan}
    if plan == "weekly":
        policy["weekday"] = weekday or "SUN"
    policy["hour"] = hour or 0
    policy["window_length_hours"] = WINDOW_HOURS
    policy["retention_period_days"] = RETENTION_DAYS[plan]
    return policy


def enable(context: Context, droplet: Document, policy: dict[str, Any]) -> None:
    """Switch backups on, or to another policy; the Droplet has to be saved afterwards."""
    droplet.hidden["backup"] = policy
    if "backups" not in droplet.body["features"]:
        droplet.body["features"].insert(0, "backups")
    _plan_next(context, droplet)


def disable(context: Context, droplet: Document) -> None:
    """Switch backups off; those that exist stay."""
    droplet.hidden.pop("backup", None)
    droplet.body["features"] = [name for name in droplet.body["features"] if name != "backups"]
    droplet.body["next_backup_window"] = None
    events.cancel(context.store, subject(droplet))


def record(droplet: Document) -> dict[str, Any]:
    """A Droplet's policy as the API shows it."""
    found: dict[str, Any] = {"droplet_id": droplet.body["id"], "backup_enabled": "backup" in droplet.hidden}
    if found["backup_enabled"]:
        found["backup_policy"] = droplet.hidden["backup"]
        found["next_backup_window"] = droplet.body["next_backup_window"]
    return found


def subject(droplet: Document) -> str:
    """What the coming backup of a Droplet is called among the events."""
    return f"{droplet.subject}/backup"


def _plan_next(context: Context, droplet: Document) -> None:
    policy = droplet.hidden["backup"]
    start = context.now.replace(hour=policy["hour"], minute=0, second=0, microsecond=0)
    while start <= context.now or ("weekday" in policy and DAYS[start.isoweekday() % 7] != policy["weekday"]):
        start += timedelta(days=1)
    end = start + timedelta(hours=WINDOW_HOURS)
    droplet.body["next_backup_window"] = {"start": stamp(start), "end": stamp(end)}
    events.cancel(context.store, subject(droplet))
    context.at(start, "droplet.backup", subject(droplet), droplet=droplet.key)


@events.on_event("droplet.backup")
def _back_up(context: Context, data: dict[str, Any]) -> None:
    from .droplets import snapshot

    droplet = context.store.get("droplet", data["droplet"])
    if droplet is None or "backup" not in droplet.hidden:
        return
    snapshot(context, droplet, f"{droplet.body['name']} {context.now:%Y-%m-%d}", "backup")
    _plan_next(context, droplet)
    context.store.save(droplet)
    oldest = context.now - timedelta(days=droplet.hidden["backup"]["retention_period_days"])
    for image in context.store.select("image", parent=droplet.subject, facet="backup"):
        if image.body["created_at"] <= stamp(moment(oldest.timestamp())):
            images.delete(context, image)
