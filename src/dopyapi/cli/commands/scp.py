"""``dopy scp``: files copied to and from Droplets."""

from __future__ import annotations

from typing import Any

import click

from ..base import Command
from ..derived.targets import find
from ..reaching.clients import alias_of, remote, scp
from ..reaching.options import Going, going_options
from ..session import session

HELP = """Copy files to and from Droplets; NAME:PATH is a file on a Droplet.

The real scp is run. A file of this machine with a colon in its name is written ./like:this.

\b
dopy scp web-1:/var/log/nginx/error.log .
dopy scp -r site/ deploy@web-1:/srv/www
"""


def _scp(files: tuple[str, ...], recursive: bool, **typed: Any) -> None:
    import dopyapi

    if len(files) < 2:
        raise click.UsageError("say what to copy, and where to")
    places = [remote(each) for each in files]
    names = list(dict.fromkeys(place.name for place in places if place is not None))
    if not names:
        raise click.UsageError("none of these is on a Droplet: write NAME:PATH for one that is")
    going = Going(typed)
    session().client  # noqa: B018 - becomes the current account
    droplets = {name: find(dopyapi.Droplet, [name])[0] for name in names}
    addresses = {name: going.address(droplet) for name, droplet in droplets.items()}
    # The option goes for all connections, so that of two Droplets neither can have its own.
    alias = alias_of(droplets[names[0]].id) if len({each.id for each in droplets.values()}) == 1 else None
    given = [
        file if place is None else (place, addresses[place.name]) for file, place in zip(files, places, strict=True)
    ]
    going.go(scp(going.way, alias, recursive, given))


command = Command(
    "scp",
    callback=_scp,
    params=[
        click.Argument(["files"], nargs=-1, required=True, metavar="FROM... TO"),
        click.Option(["-r", "--recursive"], is_flag=True, help="Copy folders whole."),
        *going_options(),
    ],
    help=HELP,
)
