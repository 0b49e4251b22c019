"""``dopy snapshots rotate``: a new snapshot of something, and the oldest of those before gone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from ..base import Command
from ..failing import NOT_FOUND, Failure, Interrupted
from ..output import options
from ..output.view import taken_view
from ..reaching.options import droplet_names
from ..session import session

HELP = """Take a snapshot of Droplets or volumes, and delete the oldest of those that were taken so before.

Only snapshots that this command has taken are ever deleted: their names are NAME-rotated-TIME. And only when the new
one is completed: where that fails, all others stay.

\b
dopy snapshots rotate web-1 --keep 7
dopy snapshots rotate --tag web --keep 7 --yes
dopy snapshots rotate data-1 --type volume --keep 3 --dry-run
dopy snapshots rotate web-1 --keep 3 --no-take
"""
WAITED = 3600.0


def _rotate(
    targets: tuple[str, ...],
    keep: int,
    tag: str | None,
    kind: str | None,
    prefix: str | None,
    take: bool,
    wait_timeout: float,
    yes: bool,
    **typed: Any,
) -> None:
    from ..derived.calls import start
    from ..derived.outcomes import each, report
    from ..rotation import names, running
    from ..rotation.plan import Plan

    view = taken_view(typed)
    if not targets and tag is None:
        raise click.UsageError("say of what: NAME..., or --tag")
    start(typed)
    now = datetime.now(UTC)
    plans = {}
    for target in _targets(targets, tag, kind):
        begins = prefix if prefix is not None else names.prefix_of(target.name)
        plans[id(target)] = Plan(target, begins, keep, names.new(begins, now) if take else "")
    chosen = [plan.target for plan in plans.values()]
    for outcome in each(chosen, lambda target: running.looked_at(plans[id(target)])):
        if outcome.problem is not None:
            raise outcome.problem
    if session().dry_run:
        _show_what_would_be(list(plans.values()))
        return
    _ask(list(plans.values()), yes)
    outcomes = each(chosen, lambda target: _taken(plans[id(target)])) if take else []
    if take:
        _wait(outcomes, wait_timeout)
    good = [outcome.target for outcome in outcomes if outcome.problem is None] if take else chosen
    ended = {id(o.target): o for o in each(good, lambda target: running.pruned(plans[id(target)]))}
    report([ended.get(id(o.target), o) for o in outcomes] if take else list(ended.values()), view, done="rotated")


def _targets(words: Sequence[str], tag: str | None, kind: str | None) -> list[Any]:
    """The Droplets and volumes that are meant, each once."""
    import dopyapi

    found = [_target(word, kind) for word in words]
    if tag is not None:
        tagged = list(dopyapi.Droplet.list.all(tag_name=tag))
        if not tagged and not found:
            raise Failure(f"no Droplet has the tag {tag!r}", NOT_FOUND)
        found += tagged
    return list({(type(each).__name__, each.id): each for each in found}.values())


def _target(word: str, kind: str | None) -> Any:
    import dopyapi

    from ..derived.targets import find

    classes = {"droplet": dopyapi.Droplet, "volume": dopyapi.Volume}
    found = {}
    for name, cls in classes.items():
        if kind in (None, name):
            try:
                found[name] = find(cls, [word])[0]
            except Failure as problem:
                if problem.status != NOT_FOUND:
                    raise
    if len(found) > 1:
        raise Failure(f"there is a Droplet and a volume {word!r}: say which by --type")
    if not found:
        raise Failure(f"there is no {kind or 'Droplet and no volume'} {word!r}", NOT_FOUND)
    return next(iter(found.values()))


def _taken(plan: Any) -> Any:
    taken = yield from plan.target.snapshot.steps(plan.name)
    return taken


def _wait(outcomes: list[Any], seconds: float) -> None:
    """Wait for the snapshots of Droplets; those of volumes are there at once."""
    from ..derived.outcomes import waited

    slow = [outcome for outcome in outcomes if type(outcome.target).__name__ == "Droplet"]
    try:
        waited(slow, None, seconds, f"{session().again()} actions wait")
    except Interrupted as problem:
        raise Interrupted(f"{problem.message}. Nothing has been deleted; --no-take does only that") from None


def _ask(plans: list[Any], yes: bool) -> None:
    from ..safety.asking import ask

    doomed = [snapshot for plan in plans for snapshot in plan.doomed]
    if doomed:
        ask("delete", "snapshot", [f"{each.name}  {each.created_at:%Y-%m-%d %H:%M}" for each in doomed], yes=yes)
    elif not yes and not sys.stdin.isatty():
        click.echo("dopy: there is nothing to delete yet; when there is, a script has to say --yes", err=True)


def _show_what_would_be(plans: list[Any]) -> None:
    from ..derived.outcomes import each
    from ..rotation import running
    from ..safety.dry_run import told

    by_target = {id(plan.target): plan for plan in plans}
    for plan in plans:
        new = [f"take {plan.name}"] if plan.name else []
        for line in [*new, *(f"delete {snapshot.name}" for snapshot in plan.doomed)]:
            click.echo(f"{plan.target.name}: would {line}")
    for plan in plans:
        if plan.name:
            each([plan.target], lambda target: _taken(by_target[id(target)]))
        each([plan.target], lambda target: running.withheld(by_target[id(target)]))
    click.echo(told(session().withheld or []), nl=False)


command = Command(
    "rotate",
    callback=_rotate,
    params=[
        click.Argument(["targets"], nargs=-1, metavar="[NAME_OR_ID]...", shell_complete=droplet_names),
        click.Option(
            ["--keep"],
            type=click.IntRange(min=1),
            required=True,
            metavar="NUMBER",
            help="How many stay of each, the new one among them.",
        ),
        click.Option(["--tag"], metavar="NAME", help="All Droplets with this tag."),
        click.Option(
            ["--type", "kind"],
            type=click.Choice(["droplet", "volume"]),
            help="What the names are names of, if of both.",
        ),
        click.Option(
            ["--prefix"], metavar="TEXT", help="What the snapshots' names begin with.  [default: NAME-rotated-]"
        ),
        click.Option(["--take/--no-take"], default=True, help="Whether to take a new one.  [default: it is taken]"),
        click.Option(
            ["--wait-timeout"],
            type=click.FloatRange(min=0, min_open=True),
            default=WAITED,
            metavar="SECONDS",
            help=f"Wait for the new ones so long at the most.  [default: {WAITED:g}]",
        ),
        click.Option(["--dry-run"], is_flag=True, help="Show what would be taken and deleted; send nothing."),
        click.Option(["-y", "--yes"], is_flag=True, help="Do not ask."),
        *options(),
    ],
    help=HELP,
)
