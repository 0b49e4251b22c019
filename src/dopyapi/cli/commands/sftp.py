"""``dopy sftp``: the files of a Droplet, interactively."""

from __future__ import annotations

from typing import Any

import click

from ..base import Command
from ..derived.targets import find
from ..reaching.clients import Remote, alias_of, login, remote, sftp
from ..reaching.options import Going, droplet_names, going_options
from ..session import session

HELP = """Look at the files of a Droplet, and copy them to and fro.

The real sftp is run. With a path it begins in that folder, or fetches that file.

\b
dopy sftp web-1
dopy sftp web-1:/etc/nginx
"""


def _sftp(name: str, **typed: Any) -> None:
    import dopyapi

    place = remote(name) or Remote(*login(name), "")
    going = Going(typed, place.user)
    session().client  # noqa: B018 - becomes the current account
    (droplet,) = find(dopyapi.Droplet, [place.name])
    going.go(sftp(going.way, going.address(droplet), alias_of(droplet.id), place.path))


command = Command(
    "sftp",
    callback=_sftp,
    params=[
        click.Argument(["name"], metavar="[USER@]NAME_OR_ID[:PATH]", shell_complete=droplet_names),
        *going_options(),
    ],
    help=HELP,
)
