"""Actions: changes that take time, on resources of any kind.

``start`` answers at once with an action in progress; when its time has come, what was registered with ``effect`` for
that kind and type is done to the resource, and the action is completed - or errored, when the effect raises
``ActionError``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import events, hooks
from .context import Context
from .errors import not_found, unprocessable
from .store import Document

_FIRST_ID = 2_418_300_117
_OCCUPIED = "occupied by"

Effect = Callable[[Context, Document, dict[str, Any]], None]
_EFFECTS: dict[tuple[str, str], Effect] = {}
_TIMED: set[str] = set()


class ActionError(Exception):
    """Raised by an effect: the action ends as ``errored``."""


def effect(kind: str, *types: str) -> Callable[[Effect], Effect]:
    """Register what actions of some types do to a resource of a kind in the end.

    The effect gets the resource (saved for it afterwards) and the data that ``start`` was given.
    """

    def register(done: Effect) -> Effect:
        for type in types:
            _EFFECTS[kind, type] = done
        timed(kind, *types)
        return done

    return register


def timed(kind: str, *types: str) -> None:
    """Note that there are actions of these types, whose durations can be set."""
    _TIMED.update(f"{kind}.{type}" for type in types)


def names() -> list[str]:
    """The actions whose durations can be set: ``droplet.reboot`` ..."""
    return list(_TIMED)


def start(
    context: Context,
    document: Document,
    type: str,
    *,
    seconds: float,
    region: str | None = None,
    resource_type: str | None = None,
    numbered: bool = True,
    occupies: Document | None = None,
    data: dict[str, Any] | None = None,
) -> Document:
    """Begin an action on a resource.

    Parameters:
        type: of the action, such as ``reboot``.
        seconds: how long production takes for it.
        region: slug of where it happens.
        resource_type: as clients see it, when that is not the kind.
        numbered: whether the resource has a number to show as ``resource_id``; null otherwise.
        occupies: another resource that takes no further action meanwhile, such as the Droplet of a volume.
        data: what the effect needs to know.
    """
    action = _record(context, document, type, region, resource_type, numbered, None)
    whose = {"action": action.key, "kind": document.kind, "key": document.key}
    takes = f"{document.kind}.{type}"
    context.after(seconds, "action.due", document.subject, takes=takes, **whose, data=data or {})
    hooks.run("action started", context, document, action)
    if occupies is not None:
        context.store.link(_OCCUPIED, occupies.subject, action.subject)
        hooks.run("action started", context, occupies, action)
        context.store.save(occupies)
    return action


def record(
    context: Context,
    document: Document,
    type: str,
    *,
    region: str | None = None,
    resource_type: str | None = None,
    numbered: bool = True,
) -> Document:
    """Note an action that is already done."""
    return _record(context, document, type, region, resource_type, numbered, context.stamp)


def _record(
    context: Context,
    document: Document,
    type: str,
    region: str | None,
    resource_type: str | None,
    numbered: bool,
    completed_at: str | None,
) -> Document:
    number = context.store.next_number("action", _FIRST_ID)
    body: dict[str, Any] = {
        "id": number,
        "status": "completed" if completed_at else "in-progress",
        "type": type,
        "started_at": context.stamp,
        "completed_at": completed_at,
        "resource_id": int(document.key) if numbered and document.key.isdigit() else None,
        "resource_type": resource_type or document.kind,
        "region_slug": region,
    }
    return context.store.add(
        "action",
        number,
        body,
        parent=document.subject,
        facet=body["status"],
        refs={"region": region} if region else {},
    )


def pending(context: Context, document: Document) -> Document | None:
    """The action that still runs on a resource or keeps it busy, if any does."""
    own = context.store.select("action", parent=document.subject, facet="in-progress").first()
    if own is not None:
        return own
    others = context.store.members(_OCCUPIED, document.subject)
    return context.store.get("action", others[0].partition("/")[2]) if others else None


def refuse_if_pending(context: Context, document: Document, message: str) -> None:
    """422 while another action runs on a resource."""
    if pending(context, document) is not None:
        raise unprocessable(message)


def of(context: Context, document: Document, action_id: object) -> bytes:
    """An action of this resource as clients see it, or a 404."""
    found = context.store.get("action", str(action_id))
    if found is None or found.parent != document.subject:
        raise not_found("The resource you were accessing could not be found.")
    return context.store.render(found)


def _finish(context: Context, action: Document, status: str) -> None:
    action.body["status"] = action.facet = status
    action.body["completed_at"] = context.stamp
    context.store.save(action)
    for subject in context.store.owners(_OCCUPIED, action.subject):
        context.store.unlink(_OCCUPIED, subject, action.subject)
        occupied = context.store.get(*subject.split("/", 1))
        if occupied is not None:
            hooks.run("action ended", context, occupied, action)
            context.store.save(occupied)


@events.on_event("action.due")
def _due(context: Context, data: dict[str, Any]) -> None:
    _end(context, data, _EFFECTS)


@events.on_failure("action.due")
def _failed(context: Context, data: dict[str, Any]) -> None:
    _end(context, data, None)


def _end(context: Context, data: dict[str, Any], effects: dict[tuple[str, str], Effect] | None) -> None:
    action = context.store.get("action", data["action"])
    document = context.store.get(data["kind"], data["key"])
    if action is None or action.facet != "in-progress":
        return
    status = "errored"
    if document is not None and effects is not None:
        done = effects.get((document.kind, action.body["type"]))
        try:
            if done is not None:
                done(context, document, data["data"])
            status = "completed"
        except ActionError:
            pass
    _finish(context, action, status)
    if document is not None and context.store.exists(document.kind, document.key):
        hooks.run("action ended", context, document, action)
        context.store.save(document)


@hooks.on("destroyed")
def _abandon(context: Context, document: Document) -> None:
    for action in context.store.select("action", parent=document.subject, facet="in-progress"):
        _finish(context, action, "errored")
