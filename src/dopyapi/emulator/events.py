"""What happens by itself: changes of state that wait in the store until the clock reaches them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from .context import Context, moment
from .store import Store

Event = Callable[[Context, dict[str, Any]], None]
_EVENTS: dict[str, Event] = {}
_FAILURES: dict[str, Event] = {}
_LOG = logging.getLogger("dopyapi.emulator")
_MOST_AT_ONCE = 200_000


def on_event(name: str) -> Callable[[Event], Event]:
    """Register what an event called ``name`` does. Its context's ``now`` is the moment it was due."""

    def register(event: Event) -> Event:
        _EVENTS[name] = event
        return event

    return register


def on_failure(name: str) -> Callable[[Event], Event]:
    """Register what happens in the place of an event that fails; nothing does where nothing is registered."""

    def register(event: Event) -> Event:
        _FAILURES[name] = event
        return event

    return register


def names() -> list[str]:
    """What can happen by itself, actions aside."""
    return [name for name in _EVENTS if name != "action.due"]


def cancel(store: Store, subject: str) -> None:
    """Drop what was still to happen to a subject, such as ``droplet/123``."""
    store.write("delete from event where subject = ?", (subject,))
    store.next_due_known = False


def apply_due(context: Context, *, keep: bool = True) -> None:
    """Let everything happen that is due by now, in order; what that schedules happens too if it is due as well.

    Each event is a transaction of its own: one that fails is logged and dropped, the others stand. Without ``keep``
    they are part of what is under way: one that fails is raised, and nothing is kept yet.
    """
    store = context.store
    until = context.now.timestamp()
    if not store.may_be_due(until):
        return
    for _ in range(_MOST_AT_ONCE):
        row = store.db.execute("select n, due, name, data from event order by due, n limit 1").fetchone()
        if row is None or row[1] > until:
            store.next_due, store.next_due_known = row[1] if row else None, True
            return
        number, due, name, data = row
        try:
            _forget(store, number)
            as_it_was_due = context.as_of(moment(due))
            _happen(as_it_was_due, name, msgspec.json.decode(data))
            as_it_was_due.settle()
            if keep:
                store.commit()
        except Exception:
            if not keep:
                raise
            _LOG.exception("event %r failed", name)
            store.rollback()
            _forget(store, number)
            store.commit()
    store.next_due_known = False


def _happen(context: Context, name: str, data: dict[str, Any]) -> None:
    event = _FAILURES.get(name) if data.pop("fails", False) else _EVENTS[name]
    if event is not None:
        event(context, data)


def _forget(store: Store, number: int) -> None:
    store.write("delete from event where n = ?", (number,))
    store.next_due_known = False
