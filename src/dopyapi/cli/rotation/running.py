"""What is done to one Droplet or volume."""

from __future__ import annotations

from typing import Any

from dopyapi._core.accounts import client_for
from dopyapi._core.errors import DOPyError
from dopyapi._core.steps import Steps, sleep
from dopyapi._core.waiting import intervals

from ..failing import FAILED, Failure
from ..safety.dry_run import Withheld
from .plan import Plan

LAG = 30.0
"""Seconds for which a listing may lag behind what is done."""


def looked_at(plan: Plan) -> Steps[None]:
    """Settle what goes."""
    snapshots = yield from plan.target.list_snapshots.all().steps()
    plan.look(snapshots)


def pruned(plan: Plan) -> Steps[dict[str, Any]]:
    """Delete what goes, once the new snapshot is there.

    Returns:
        A line of the result.

    Raises:
        Failure: the new snapshot is not there, and so nothing was deleted; or some could not be.
    """
    snapshots = yield from _with_the_new_one(plan)
    gone, failed = 0, []
    for snapshot in plan.left_over(snapshots):
        try:
            yield from snapshot.delete.steps()
            gone += 1
        except DOPyError as problem:
            failed.append(f"{snapshot.name} ({snapshot.id}): {problem}")
    if failed:
        raise Failure(f"{len(failed)} of {gone + len(failed)} old snapshots could not be deleted", FAILED, failed)
    return {"snapshot": plan.name or None, "kept": len(plan.rotating(snapshots)) - gone, "deleted": gone}


def _with_the_new_one(plan: Plan) -> Steps[list[Any]]:
    """The snapshots once the new one is among them; a listing may lag behind what is done."""
    clock = client_for(plan.target).clock
    deadline, pauses = clock.now() + LAG, intervals(None)
    while True:
        snapshots: list[Any] = yield from plan.target.list_snapshots.all().steps()
        if not plan.name or plan.arrived(snapshots):
            return snapshots
        if clock.now() >= deadline:
            raise Failure(f"there is no snapshot {plan.name} although it was taken; nothing was deleted", FAILED)
        yield from sleep(next(pauses), clock)


def withheld(plan: Plan) -> Steps[None]:
    """Ask for what a dry run shows: every deletion."""
    for snapshot in plan.doomed:
        try:
            yield from snapshot.delete.steps()
        except Withheld:
            continue
