"""``dopy inventory``: Ansible's dynamic inventory."""

from __future__ import annotations

import json
from typing import Any

import click

from ..base import Command
from ..completing import names_of
from ..failing import NOT_FOUND, Failure
from ..inventories.groups import KINDS
from ..reaching.addresses import chosen, options
from ..session import session

USUAL = tuple(kind for kind in KINDS if kind != "project")
VARIABLES = "DOPY_INVENTORY_"
HELP = """Be Ansible's dynamic inventory: Droplets, in groups by tag, region, VPC, status, size and image.

Ansible runs an inventory that is an executable file, with --list. This one is two lines; what it shall do otherwise is
said there, or by variables such as DOPY_INVENTORY_PRIVATE=1:

\b
#!/bin/sh
exec dopy inventory --tag web "$@"

\b
ansible-inventory -i ./droplets --graph
ansible -i ./droplets tag_web -m ping

The groups are called tag_web, region_ams3, vpc_NAME, status_active, size_s_1vcpu_1gb, image_ubuntu_24_04_x64, and
project_NAME where --group-by names projects, too. What is known of a Droplet are variables: do_id, do_tags, ...
"""


def _inventory(host: str | None, tag: str | None, group_by: str | None, filters: tuple[str, ...], **typed: Any) -> None:
    from ..inventories import groups, hosts

    kinds = _kinds(group_by)
    login = hosts.Login(chosen(typed["private"], typed["ipv6"]), typed["user"], typed["identity"], typed["port"])
    session().client  # noqa: B018 - becomes the current account
    there, notes = hosts.named(_droplets(tag, filters, kinds), login)
    if host is not None:
        if host not in there:
            raise Failure(f"there is no host {host!r} among {len(there)}", NOT_FOUND)
        click.echo(json.dumps(hosts.variables(there[host], login), indent=2))
        return
    made, mixed = groups.grouped(there, kinds)
    for note in [*notes, *mixed]:
        click.echo(f"dopy: {note}", err=True)
    # With _meta, Ansible does not ask for each host by itself. Hosts of no group would be missing without `all`.
    shown: dict[str, Any] = {
        "_meta": {"hostvars": {name: hosts.variables(each, login) for name, each in there.items()}}
    }
    shown["all"] = {"hosts": list(there)}
    shown |= {name: {"hosts": members} for name, members in made.items()}
    click.echo(json.dumps(shown, indent=2))


def _kinds(group_by: str | None) -> list[str]:
    wanted = [word.strip() for word in group_by.split(",") if word.strip()] if group_by is not None else list(USUAL)
    unknown = [word for word in wanted if word not in KINDS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(KINDS)}", param_hint="--group-by")
    return wanted


def _droplets(tag: str | None, filters: tuple[str, ...], kinds: list[str]) -> list[dict[str, Any]]:
    """The Droplets as JSON, with the names of their VPCs and projects."""
    import dopyapi
    from dopyapi._core.steps import drive, together

    from ..output.cells import plain
    from ..output.choosing import matching

    asked: dict[str, Any] = {} if tag is None else {"tag_name": tag}
    listings: list[Any] = [dopyapi.Droplet.list.all(**asked).steps()]
    listings += [dopyapi.VPC.list.all().steps()] if "vpc" in kinds else []
    droplets, *vpcs = drive(together(listings))
    names = {each.id: each.name for each in (vpcs[0] if vpcs else [])}
    projects = _projects() if "project" in kinds else {}
    made = []
    for droplet in droplets:
        shown = plain(droplet)
        if shown.get("vpc_uuid") in names:
            shown["vpc_name"] = names[shown["vpc_uuid"]]
        if shown["id"] in projects:
            shown["project_name"] = projects[shown["id"]]
        made.append(shown)
    return matching(made, filters)


def _projects() -> dict[int, str]:
    """Names of projects, by the numbers of the Droplets in them."""
    import dopyapi
    from dopyapi._core.steps import drive, together

    there = list(dopyapi.Project.list.all())
    resources = drive(together([each.list_resources.all().steps() for each in there]))
    found: dict[int, str] = {}
    for project, held in zip(there, resources, strict=True):
        for each in held:
            kind, _, identifier = str(each["urn"]).removeprefix("do:").partition(":")
            if kind == "droplet" and identifier.isdigit():
                found[int(identifier)] = project.name
    return found


command = Command(
    "inventory",
    callback=_inventory,
    params=[
        click.Option(["--list"], is_flag=True, expose_value=False, help="Show all; this is what Ansible asks for."),
        click.Option(
            ["--host"], metavar="NAME", shell_complete=names_of("Droplet"), help="Show the variables of one host."
        ),
        click.Option(["--tag"], metavar="NAME", envvar=f"{VARIABLES}TAG", help="Only Droplets with this tag."),
        click.Option(
            ["--filter", "filters"],
            multiple=True,
            metavar="FIELD=VALUE",
            envvar=f"{VARIABLES}FILTER",
            help="Only what fits; also FIELD!=VALUE and FIELD~PART. May be repeated.",
        ),
        click.Option(
            ["--group-by"],
            metavar="KINDS",
            envvar=f"{VARIABLES}GROUP_BY",
            help=f"Which groups there are, of {', '.join(KINDS)}.  [default: {','.join(USUAL)}]",
        ),
        *options(VARIABLES),
        click.Option(["--user"], metavar="NAME", envvar=f"{VARIABLES}USER", help="Who logs in: ansible_user."),
        click.Option(["--identity"], metavar="FILE", envvar=f"{VARIABLES}IDENTITY", help="Private key to log in with."),
        click.Option(
            ["--port"],
            type=click.IntRange(1, 65535),
            metavar="NUMBER",
            envvar=f"{VARIABLES}PORT",
            help="Where the SSH servers listen.",
        ),
    ],
    help=HELP + f"\nEach option but --list and --host is also a variable: {VARIABLES}TAG for --tag.",
)
