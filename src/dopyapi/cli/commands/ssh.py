"""``dopy ssh``: a shell on a Droplet, or a command there."""

from __future__ import annotations

from typing import Any

import click

from ..base import Command
from ..derived.targets import find
from ..reaching.clients import alias_of, login, ssh
from ..reaching.options import Going, droplet_names, going_options
from ..session import session

HELP = """Open a shell on a Droplet, or run a command there.

The real ssh is run, with your keys, agent and configuration; its exit status is that of this command. A host key is
remembered by the Droplet's number, since addresses are given to other Droplets later.

\b
dopy ssh web-1
dopy ssh deploy@web-1 -- systemctl status nginx
dopy ssh web-1 --wait -o "LocalForward 8080 localhost:80"
"""


def _ssh(name: str, command: tuple[str, ...], **typed: Any) -> None:
    import dopyapi

    user, name = login(name)
    going = Going(typed, user)
    session().client  # noqa: B018 - becomes the current account
    (droplet,) = find(dopyapi.Droplet, [name])
    going.go(ssh(going.way, going.address(droplet), alias_of(droplet.id), command))


command = Command(
    "ssh",
    callback=_ssh,
    params=[
        click.Argument(["name"], metavar="[USER@]NAME_OR_ID", shell_complete=droplet_names),
        click.Argument(["command"], nargs=-1, metavar="[-- COMMAND...]", type=click.UNPROCESSED),
        *going_options(),
    ],
    help=HELP,
)
