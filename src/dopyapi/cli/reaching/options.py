"""What ssh, sftp, scp and ssh-config have in common: options, a Droplet that can be gone to, and going there."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any

import click

from dopyapi._core.waiting import SSH_PORT

from ..completing import names_of
from ..failing import FAILED, Failure
from ..session import session
from .addresses import WORDS, address, chosen, options, others
from .clients import ROOT, Way

WAITED = 600.0


droplet_names = names_of("Droplet")
"""Names of Droplets, for Tab."""


def login_options() -> list[click.Parameter]:
    """The options that say how to log in."""
    return [
        click.Option(
            ["-u", "--user"],
            metavar="NAME",
            envvar="DOPY_SSH_USER",
            help=f"Who logs in; also DOPY_SSH_USER.  [default: {ROOT}]",
        ),
        click.Option(
            ["-i", "--identity"],
            metavar="FILE",
            envvar="DOPY_SSH_IDENTITY",
            help="Private key to log in with; also DOPY_SSH_IDENTITY.",
        ),
        click.Option(
            ["-p", "--port"], type=click.IntRange(1, 65535), metavar="NUMBER", help="Where its SSH server listens."
        ),
    ]


def going_options() -> list[click.Parameter]:
    """The options of what goes to a Droplet."""
    return [
        *options(),
        *login_options(),
        click.Option(
            ["-o", "--option", "ssh_options"],
            multiple=True,
            metavar="NAME=VALUE",
            help="An option as in ssh's configuration. May be repeated.",
        ),
        click.Option(["--wait"], is_flag=True, help="Wait until its SSH server answers."),
        click.Option(
            ["--wait-timeout"],
            type=click.FloatRange(min=0, min_open=True),
            default=WAITED,
            metavar="SECONDS",
            help=f"So long at the most.  [default: {WAITED:g}]",
        ),
        click.Option(["--print", "--dry-run", "print_only"], is_flag=True, help="Show the command; do not run it."),
    ]


class Going:
    """What the options of `going_options` say.

    Args:
        typed: their values, which are taken out of it.
        user: who logs in, where something else than an option says so.
    """

    def __init__(self, typed: dict[str, Any], user: str | None = None) -> None:
        self.kind = chosen(typed.pop("private"), typed.pop("ipv6"))
        given = user or typed.pop("user")
        typed.pop("user", None)
        self.way = Way(given or ROOT, typed.pop("identity"), typed.pop("port"), typed.pop("ssh_options"))
        self.wait, self.timeout = typed.pop("wait"), typed.pop("wait_timeout")
        self.print_only = typed.pop("print_only")

    def address(self, droplet: Any) -> str:
        """Where a Droplet is reached; with ``--wait`` once it is.

        Raises:
            Failure: it is off, or has no such address, or is emulated in this process.
        """
        port = self.way.port or SSH_PORT
        if self.wait:
            from dopyapi._core.steps import drive

            from ..derived.outcomes import progress
            from .waiting import answering

            found = drive(answering(droplet, self.kind, port, self.timeout, progress()))
        else:
            found = reachable(droplet, self.kind)
        if not self.print_only and session().client.reach(found, port) is None:
            raise Failure(f"{droplet.name} is emulated: nothing is behind {found}; --print shows the command", FAILED)
        return found

    def go(self, command: Sequence[str]) -> None:
        """Become this program, or show how it would be called."""
        if self.print_only:
            click.echo(shlex.join(command))
        else:
            become(command)


def reachable(droplet: Any, kind: str) -> str:
    """Where a Droplet is reached now.

    Raises:
        Failure: it does not run, or has no such address.
    """
    status, found = droplet.status, address(droplet.json(), kind)
    if status == "new":
        raise Failure(f"{droplet.name} is still being created: add --wait", FAILED)
    if status != "active":
        raise Failure(f"{droplet.name} is {status}: `{session().again()} droplet power-on {droplet.id}` first", FAILED)
    if found is None:
        raise Failure(f"{droplet.name} has no {WORDS[kind]}", FAILED, others(droplet.json(), kind))
    return found


def become(command: Sequence[str]) -> None:
    """Replace this process by a program.

    Raises:
        Failure: there is no such program.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvp(command[0], list(command))  # noqa: S606 - no shell: what is typed reaches the program as it is
    except FileNotFoundError:
        raise Failure(f"there is no {command[0]} on the PATH: install OpenSSH's client", FAILED) from None
