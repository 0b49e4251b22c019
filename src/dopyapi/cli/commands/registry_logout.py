"""``dopy registry logout``: docker's password for a container registry taken away from this machine."""

from __future__ import annotations

import json

import click

from .. import dockers
from ..base import Command

USUAL = "registry.digitalocean.com"
HELP = """Take docker's password for a registry away from this machine; at DigitalOcean it stays valid.

\b
dopy registry logout
"""


def _logout(host: str) -> None:
    from dopyapi._core.files import write_whole
    from dopyapi.registry.credentials import configuration

    path = dockers.path()
    config = configuration(str(path))
    helper = dockers.helper_of(config, host)
    asked = helper is not None and dockers.installed(helper)
    if helper is not None and asked:
        dockers.erase(helper, host)
        click.echo(f"{helper}: {host} removed")
    left, had = dockers.without(config, host)
    if had:
        write_whole(path, json.dumps(left, indent="\t").encode() + b"\n")
        click.echo(f"{path}: {host} removed")
    elif not asked:
        click.echo(f"{path}: there was nothing of {host}")


command = Command(
    "logout",
    callback=_logout,
    params=[click.Option(["--host"], default=USUAL, metavar="HOST", help=f"Which registry.  [default: {USUAL}]")],
    help=HELP,
)
