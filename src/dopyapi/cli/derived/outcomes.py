"""One thing done to many at the same time, and what came of each; waits that say how to go on when they are stopped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from dopyapi._core.errors import DOPyError, NeverReady, WaitTimeout
from dopyapi._core.steps import Steps, drive, together

from ..failing import DONE, Interrupted, say, status, worst
from ..output import View, show
from ..safety.dry_run import Withheld
from ..session import session


@dataclass
class Outcome:
    """What came of doing something to one target.

    Attributes:
        target: what it was done to.
        label: how it is called.
        value: what the operation has given.
        problem: why it could not be done.
    """

    target: Any
    label: str
    value: Any = None
    problem: BaseException | None = None


def each(targets: Sequence[Any], steps_of: Callable[[Any], Steps[Any]]) -> list[Outcome]:
    """Do something to all of these, several at a time, under the one rate budget of the account.

    Args:
        targets: objects, or the names of what is to be.
        steps_of: what is done to one.
    """
    return drive(together([_caught(target, steps_of) for target in targets]))


def _caught(target: Any, steps_of: Callable[[Any], Steps[Any]]) -> Steps[Outcome]:
    outcome = Outcome(target, label_of(target))
    try:
        outcome.value = yield from steps_of(target)
    except (DOPyError, click.ClickException) as problem:
        outcome.problem = problem
    except Withheld:
        pass
    return outcome


def label_of(target: Any) -> str:
    """How something is called."""
    if isinstance(target, str):
        return target
    naming = next((name for name in ("name", "origin", "invoice_period") if name in target._fields), None)
    known = target._peek_key(target._fields[naming]) if naming else None
    identifier = target._get_id()
    return str(known if known not in (None, "") else identifier if identifier is not None else type(target).__name__)


def waited(
    outcomes: list[Outcome],
    until: str | None,
    timeout: float,
    how_to_go_on: str,
    given: Mapping[str, Any] | None = None,
    *,
    targets: bool = False,
) -> None:
    """Wait for what was begun; what does not end well is noted with the others.

    Args:
        outcomes: those of what was begun.
        until: what to wait until; as usual for its kind unless given.
        timeout: seconds to wait at most.
        how_to_go_on: the command that goes on waiting, without names.
        given: further arguments of the wait.
        targets: wait for what it was done to, rather than for what that gave.
    """
    from dopyapi.waiting import wait_all

    if session().dry_run:
        return
    begun = [(o, o.target if targets else o.value) for o in outcomes if o.problem is None]
    going = [(outcome, value) for outcome, value in begun if hasattr(type(value), "_untils")]
    more = {name: value for name, value in {"until": until, **(given or {})}.items() if value is not None}
    while going:
        pending = [value for _, value in going]
        try:
            wait_all(pending, timeout=timeout, on_progress=progress(), **more)
        except NeverReady as problem:
            failed = next((pair for pair in going if _is_of(problem.resource, pair[1])), None)
            if failed is None:
                raise
            failed[0].problem = problem
            going.remove(failed)
        except WaitTimeout as problem:
            for outcome, value in going:
                if any(_is_of(each, value) for each in problem.pending):
                    outcome.problem = problem
            return
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                click.echo(err=True)  # the display and ^C have that line
            raise Interrupted(_stopped(how_to_go_on, pending)) from None
        else:
            return


def _is_of(resource: Any, value: Any) -> bool:
    return resource is value or resource == value or any(resource == part for part in value._parts())


def _stopped(how_to_go_on: str, pending: list[Any]) -> str:
    names = " ".join(str(part._get_id()) for value in pending for part in value._parts())
    return f"interrupted; it goes on at DigitalOcean. To go on waiting: {how_to_go_on} {names}"


def progress() -> Any:
    """What shows a wait: a line on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return None
    from dopyapi.progress import ProgressDisplay

    return ProgressDisplay()


def report(outcomes: list[Outcome], view: View, *, done: str, alone: bool = False, partly: bool = False) -> None:
    """Show what came of it, a line for each, and end with the status that tells.

    Args:
        outcomes: what came of each.
        view: how to show it.
        done: the word for what has been done where there is nothing else to show.
        alone: whether one result is shown by itself, as what it is.
        partly: whether more requests may follow the first, which a dry run cannot know.
    """
    if session().dry_run:
        _show_withheld(partly=partly)
    else:
        good = [outcome for outcome in outcomes if outcome.problem is None]
        if good:
            _show(good, view, done, alone and len(outcomes) == 1)
    failed = [outcome for outcome in outcomes if outcome.problem is not None]
    for outcome in failed:
        if outcome.problem is not None:
            say(outcome.problem, outcome.label if len(outcomes) > 1 else "")
    code = worst([DONE if o.problem is None else status(o.problem) for o in outcomes])
    if code != DONE:
        click.get_current_context().exit(code)


def _show(good: list[Outcome], view: View, done: str, alone: bool) -> None:
    good = [part for outcome in good for part in _parted(outcome)]
    values = [outcome.value for outcome in good]
    if alone and not _says_only_that_it_is_done(values[0]):
        show(values[0], view)
        return
    if all(hasattr(value, "_from_raw") for value in values):
        cls = type(values[0])
        if view.format != "table" or view.columns or view.query or not cls.__name__.startswith("Action"):
            show(values, view, cls)
            return
        from ..output.cells import plain

        rows = [{"name": outcome.label, **plain(outcome.value)} for outcome in good]
        show(rows, View(view.format, "name,type,status,id"))
        return
    show([_row(outcome, done) for outcome in good], view)


def _parted(outcome: Outcome) -> list[Outcome]:
    """One outcome for each of several that were begun by one request, such as the actions of a tag's Droplets."""
    parts = outcome.value._parts() if hasattr(outcome.value, "_parts") else []
    if len(parts) <= 1:
        return [outcome]
    return [Outcome(outcome.target, f"{part.resource_type} {part.resource_id}", part) for part in parts]


def _says_only_that_it_is_done(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and set(value) == {"status"})


def _row(outcome: Outcome, done: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": outcome.label}
    identifier = None if isinstance(outcome.target, str) else outcome.target._get_id()
    if identifier is not None and str(identifier) != outcome.label:
        row["id"] = identifier
    value = outcome.value
    if _says_only_that_it_is_done(value):
        row["status"] = done
    elif isinstance(value, dict):
        row |= {name: each for name, each in value.items() if name not in row}
    else:
        row["value"] = value
    return row


def _show_withheld(*, partly: bool) -> None:
    from ..safety.dry_run import told

    click.echo(told(session().withheld or [], partly=partly), nl=False)
