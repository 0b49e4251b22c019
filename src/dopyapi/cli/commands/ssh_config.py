"""``dopy ssh-config``: a Host block for each Droplet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base import Command
from ..reaching.addresses import chosen, options
from ..reaching.clients import ROOT
from ..reaching.hosts import Entry, blocks
from ..reaching.options import login_options
from ..session import session

USUAL = "~/.ssh/config"
HELP = f"""Write a Host block for each Droplet, so that `ssh web-1`, rsync, git and editors know it.

Without --write the blocks are shown. With it they are kept between two markers in {USUAL}, or in the FILE that is
given; what stands outside the markers is never touched, and the file is for its owner only.

\b
dopy ssh-config --write
dopy ssh-config --tag web --user deploy --prefix prod- --write ~/.ssh/droplets
"""


def _ssh_config(
    write: str | None, section: str | None, tag: str | None, filters: tuple[str, ...], **typed: Any
) -> None:
    import dopyapi

    from ..output.cells import plain
    from ..output.choosing import matching

    entry = Entry(
        chosen(typed["private"], typed["ipv6"]),
        typed["user"] or ROOT,
        typed["identity"],
        typed["port"],
        typed["prefix"],
    )
    session().client  # noqa: B018 - becomes the current account
    asked: dict[str, Any] = {} if tag is None else {"tag_name": tag}
    droplets = matching([plain(each) for each in dopyapi.Droplet.list.all(**asked)], filters)
    content, notes = blocks(droplets, entry)
    for note in notes:
        click.echo(f"dopy: {note}", err=True)
    if write is None:
        click.echo(content, nl=False)
        return
    from ..reaching.marked import keep

    path = Path(write).expanduser()
    changed = keep(path, section or _section(), content)
    count = sum(line.startswith("Host ") for line in content.splitlines())
    click.echo(f"{path}: {count} {'host' if count == 1 else 'hosts'}{'' if changed else ', as before'}")


def _section() -> str:
    """The section of the account that is used: each has its own."""
    from ..accounts.account import ENVIRONMENT
    from ..accounts.choosing import used

    account = used()
    return "default" if account is None or account.source == ENVIRONMENT else account.name


command = Command(
    "ssh-config",
    callback=_ssh_config,
    params=[
        click.Option(
            ["--write"],
            is_flag=False,
            flag_value=USUAL,
            metavar="[FILE]",
            help=f"Keep them in this file.  [default: {USUAL}]",
        ),
        click.Option(["--tag"], metavar="NAME", help="Only Droplets with this tag."),
        click.Option(
            ["--filter", "filters"],
            multiple=True,
            metavar="FIELD=VALUE",
            help="Only what fits; also FIELD!=VALUE and FIELD~PART. May be repeated.",
        ),
        click.Option(["--prefix"], default="", metavar="TEXT", help="What the names of the hosts begin with."),
        click.Option(
            ["--section"],
            metavar="NAME",
            help="Which section of the file, where several are kept.  [default: that of the context]",
        ),
        *options(),
        *login_options(),
    ],
    help=HELP,
)
