"""``dopy registry login``: docker let into a container registry."""

from __future__ import annotations

import json
from typing import Any

import click

from dopyapi._core.errors import PreconditionFailedError, ResourceNotFoundError

from .. import dockers
from ..base import Command
from ..completing import names_of
from ..failing import FAILED, NOT_FOUND, Failure
from ..session import session

HELP = """Let docker into a registry: put its password into docker's configuration.

Without a NAME, the only registry that the account has. Where docker has its passwords kept by a credential helper
(credsStore, credHelpers), that one gets it. What else stands in the file stays.

\b
dopy registry login
dopy registry login my-images --read-only --expiry-seconds 3600
"""


def _login(name: str | None, read_only: bool, expiry_seconds: int | None, print_only: bool) -> None:
    from dopyapi.registry.credentials import configuration

    session().client  # noqa: B018 - becomes the current account
    path = dockers.path()
    config = {} if print_only else configuration(str(path))  # what is wrong with it is said before anything is asked
    credentials = _credentials(name, read_only, expiry_seconds)
    auths = credentials.get_json().get("auths") or {}
    if not auths:
        raise Failure("the API gave no credentials")
    if print_only:
        click.echo(json.dumps(credentials.get_json(), indent=2))
        return
    may = "pull" if read_only else "pull and push"
    until = f"for {expiry_seconds} s" if expiry_seconds else "without expiry"
    helpers = {host: dockers.helper_of(config, host) for host in auths}
    kept = {host: helper for host, helper in helpers.items() if helper and dockers.installed(helper)}
    for host, helper in kept.items():
        dockers.store(helper, host, auths[host])
        click.echo(f"docker may {may} at {host}, {until}: kept by {helper}")
    if len(kept) == len(auths):
        return
    left = {host: auths[host] for host in auths if host not in kept}
    type(credentials)({"auths": left}).apply(path)
    for host in left:
        click.echo(f"docker may {may} at {host}, {until}: kept in {path}")
        if helpers[host]:
            click.echo(
                f"dopy: {path} names the credential helper {helpers[host]}, which is not installed. docker asks that "
                f"and not the file: install it, or take credsStore or credHelpers out of the file",
                err=True,
            )


def _credentials(name: str | None, read_only: bool, expiry_seconds: int | None) -> Any:
    import dopyapi

    registry = dopyapi.Registry({} if name is None else {"name": name})
    try:
        return registry.get_docker_credentials(read_write=not read_only, expiry_seconds=expiry_seconds)
    except PreconditionFailedError:
        if name is not None:
            raise
        names = [each.name for each in dopyapi.Registry.list.all()]
        raise Failure("the account has several registries: say which", FAILED, names) from None
    except ResourceNotFoundError:
        said = f"there is no registry {name!r}" if name else "the account has no registry"
        raise Failure(f"{said}; `{session().again()} registries create NAME` makes one", NOT_FOUND) from None


command = Command(
    "login",
    callback=_login,
    params=[
        click.Argument(["name"], required=False, metavar="[NAME]", shell_complete=names_of("Registry")),
        click.Option(["--read-only"], is_flag=True, help="Let docker pull, and not push."),
        click.Option(
            ["--expiry-seconds"],
            type=click.IntRange(min=1),
            metavar="NUMBER",
            help="For how long.  [default: without expiry]",
        ),
        click.Option(["--print", "print_only"], is_flag=True, help="Show the credentials; write nothing."),
    ],
    help=HELP,
)
