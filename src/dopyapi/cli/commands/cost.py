"""``dopy cost``: what a month costs, by product and by project."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..base import Command
from ..output import options, show
from ..output.view import taken_view
from ..session import session

HELP = """Show what this month costs, by product and by project, and what it will have cost by its end.

\b
dopy cost
dopy cost --by resource
dopy cost --month 2026-10 -o csv
dopy cost --png november.png

What it has cost is what DigitalOcean's invoice says. What it will have cost follows from prices: of /v2/sizes, of the
hours that the invoice has charged, or list prices, which are marked; where there is none it is unknown.
"""


def _month(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise click.BadParameter(f"{value!r} is no month such as 2026-10")
    return value


def _cost(by: str | None, month: str | None, png: Path | None, **typed: Any) -> None:
    from ..costs import bill, plot, screen
    from ..costs.grouping import overview

    view = taken_view(typed)
    if png is not None:
        plot.check()  # before anything is asked for
    session().client  # noqa: B018 - becomes the current account
    groups = [by] if by else ["product", "project"]
    past = bill.of_month(month) if month else None
    seen = overview(past or bill.current(projects="project" in groups))
    for name in seen.bill.fleet.refused:
        click.echo(f"dopy: the token may not read {name.replace('_', ' ')}: less is known of the month's end", err=True)
    if png is not None:
        plot.draw(seen, groups, png)
        click.echo(f"{png}", err=True)
    if view.format in ("csv", "ids", "name") or view.columns:
        # One table: rows by product and rows by project together would count everything twice.
        rows = [row.shown(groups[0], running=seen.bill.running) for row in seen.rows(groups[0])]
        if view.format in ("ids", "name"):
            rows = [{"name": row[groups[0]]} for row in rows]
        show(rows, view)
    elif view.format != "table" or view.query:
        show(seen.shown(groups), replace(view, columns=None))
    else:
        click.echo(screen.text(seen, groups), nl=False)


command = Command(
    "cost",
    callback=_cost,
    params=[
        click.Option(
            ["--by"],
            type=click.Choice(["product", "project", "resource"]),
            help="Put it together by this.  [default: by product, and by project]",
        ),
        click.Option(["--month"], metavar="YYYY-MM", callback=_month, help="A month that is over."),
        click.Option(
            ["--png"],
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write it as a picture, too; needs dopyapi[plot].",
        ),
        *options(),
    ],
    help=HELP,
    short_help="Show what this month costs, by product and project.",
)
