"""``dopy audit``: what costs money or trust for nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import click

from ..base import Command
from ..failing import DONE, FAILED, NOT_ALLOWED
from ..output import View, list_options, show
from ..output.view import taken_view
from ..session import session

if TYPE_CHECKING:
    from ..audits.rules import Rule
    from ..fleet import Fleet

LEVELS = ("info", "warning", "critical")
COLUMNS = "kind,level,resource,id,name,what,why,monthly_cost,cost_source,fix"
HELP = """Find what costs money or trust for nothing, and how to mend it.

\b
dopy audit
dopy audit --only ssh-open --only unattached-volume
dopy audit --level warning -o json     in CI: exit status 1 if there is such a finding

What it looks for:

\b
{kinds}

Prices are of /v2/sizes, or list prices where it says so; anything else is unknown. It only reads.
"""


def _audit(
    level: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    snapshot_age: int,
    expiry: int,
    ours: tuple[Any, ...],
    **typed: Any,
) -> int:
    from ..audits.finding import Limits, at_least, gravest
    from ..audits.rules import chosen, findings

    view = taken_view(typed)
    session().client  # noqa: B018 - becomes the current account
    rules, limits = chosen(only, skip), Limits(snapshot_age, expiry, ours)
    fleet = _known(rules, limits)
    found = gravest(findings(rules, fleet, limits))
    _show([finding.shown(session().again()) for finding in found], view)
    complete = _told_what_is_left_out(rules, fleet)
    if level is not None and at_least(found, level):
        return FAILED
    return DONE if complete else NOT_ALLOWED


def _known(rules: list[Rule], limits: Any) -> Fleet:
    """What the rules have to know, fetched together; then what would tell more."""
    from ..audits.rules import unknown
    from ..fleet import fetch

    fleet = fetch({name for rule in rules for name in rule.needs})
    more = {name for rule in rules if not unknown(rule, fleet) for name in rule.evidence(fleet, limits)}
    if more:
        fleet.found |= fetch(more).found
    return fleet


def _show(items: list[dict[str, Any]], view: View) -> None:
    from ..audits.report import report
    from ..output.choosing import matching, ordered

    if view.format != "table" or view.columns or view.query:
        show(items, replace(view, columns=COLUMNS) if view.format == "csv" and not view.columns else view)
        return
    items = matching(items, view.filters)
    items = ordered(items, view.sort) if view.sort else items
    click.echo(report(items, terminal=sys.stdout.isatty()), nl=False)


def _told_what_is_left_out(rules: list[Rule], fleet: Fleet) -> bool:
    """Say which rules had to be left out; an audit is never silently a part of one."""
    from ..audits.rules import unknown

    left_out = [(rule.kind, unknown(rule, fleet)) for rule in rules if unknown(rule, fleet)]
    for kind, names in left_out:
        hint = f"the token may not read {', '.join(names)}".replace("_", " ")
        click.echo(f"dopy: not looked for {kind}: {hint}; --skip {kind} says that it need not", err=True)
    return not left_out


def _networks(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for value in values for part in value.split(","))
    except ValueError as problem:
        raise click.BadParameter(f"{problem}: give addresses or networks such as 203.0.113.0/24") from None


class _Audit(Command):
    """Knows the kinds of findings when it is asked for them, and not before."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ..audits.rules import RULES

        width = max(len(rule.kind) for rule in RULES)
        kinds = "\n".join(f"{rule.kind:<{width}}  {rule.line}" for rule in RULES)
        self.help = HELP.replace("{kinds}", kinds)
        super().format_help_text(ctx, formatter)


def _kinds(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    from ..audits.rules import KINDS

    kinds = tuple(part.strip() for value in values for part in value.split(","))
    for kind in kinds:
        if kind not in KINDS:
            from difflib import get_close_matches

            like = get_close_matches(kind, KINDS, 1)
            known = f"did you mean {like[0]}?" if like else f"there is {', '.join(KINDS)}"
            raise click.BadParameter(f"there is no kind {kind!r}: {known}")
    return kinds


def _complete_kind(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from ..audits.rules import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


_KIND: dict[str, Any] = {"multiple": True, "metavar": "KIND", "callback": _kinds, "shell_complete": _complete_kind}
command = _Audit(
    "audit",
    callback=_audit,
    params=[
        click.Option(
            ["--level"],
            type=click.Choice(LEVELS),
            help="End with exit status 1 if something of this level or above is found.",
        ),
        click.Option(["--only"], help="Look only for this. May be repeated.", **_KIND),
        click.Option(["--skip"], help="Do not look for this. May be repeated.", **_KIND),
        click.Option(
            ["--snapshot-age"],
            type=click.IntRange(min=0),
            default=90,
            metavar="DAYS",
            help="From when on a snapshot is old.  [default: 90]",
        ),
        click.Option(
            ["--expiry"],
            type=click.IntRange(min=0),
            default=30,
            metavar="DAYS",
            help="How long before its end a certificate is found.  [default: 30]",
        ),
        click.Option(
            ["--ours"],
            multiple=True,
            metavar="NETWORK",
            callback=_networks,
            help="Addresses that records may point at though this account does not have them. May be repeated.",
        ),
        *list_options(),
    ],
    help=HELP,
    short_help="Find what costs money or trust for nothing.",
)
