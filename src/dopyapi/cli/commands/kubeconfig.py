"""``dopy kubeconfig``: kubectl let into clusters."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from ..base import Group
from ..completing import names_of
from ..failing import FAILED, NOT_FOUND, USAGE, Failure
from ..session import session

command = Group(
    "kubeconfig",
    no_args_is_help=True,
    help="""Let kubectl into Kubernetes clusters.

\b
dopy kubeconfig save prod
kubectl get nodes
""",
)


_FILE = click.Option(
    ["--file"],
    metavar="FILE",
    help="The kubeconfig file.  [default: that of kubectl: of $KUBECONFIG, else ~/.kube/config]",
)
_ALIAS = click.Option(
    ["--alias"], metavar="NAME", help="Name of the context.  [default: do-REGION-NAME@TEAM, unlike any other's]"
)
_EXPIRY = click.Option(
    ["--expiry-seconds"],
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How long the token is valid.  [default: a week]",
)
_RENEW = click.Option(
    ["--renew"],
    is_flag=True,
    help="Keep no token in the file: kubectl asks dopy for one whenever it needs one.",
)


def _save(
    names: tuple[str, ...],
    file: str | None,
    alias: str | None,
    set_current: bool,
    expiry_seconds: int | None,
    renew: bool,
) -> None:
    """Put clusters into the kubeconfig file, beside what is there.

    Contexts are named after the cluster and the team, so that clusters of two teams never take each other's place. Of
    several clusters the first becomes the current one. What else is in the file stays, but for comments.

    \b
    dopy kubeconfig save prod
    dopy kubeconfig save prod staging --no-set-current --expiry-seconds 3600
    dopy kubeconfig save prod --alias prod --renew
    """
    if alias is not None and len(names) > 1:
        raise click.UsageError("--alias names one context, and several clusters are given")
    from dopyapi.doks import kubeconfig as files

    path = _path(file)
    _present(path)  # what cannot be read is said before anything is asked for
    chosen = _found(names)
    owner = _owner()
    for cluster in chosen:
        name, content = _config(cluster, owner, _present(path), alias, expiry_seconds or 0, renew)
        current = set_current and cluster is chosen[0]
        files.merge_into(path, content, context=name, set_current=current)
        click.echo(f"{path}: {name}{', current from now on' if current else ''}")


def _show(name: str, alias: str | None, expiry_seconds: int | None, renew: bool) -> None:
    """Show the kubeconfig of one cluster, with the token that is in it; nothing is written.

    \b
    dopy kubeconfig show prod --expiry-seconds 600 > prod.yaml
    """
    from dopyapi.doks import kubeconfig as files

    (cluster,) = _found((name,))
    named, content = _config(cluster, _owner(), {}, alias, expiry_seconds or 0, renew)
    click.echo(files.merged(b"", files.given(content), "the kubeconfig", context=named, set_current=True), nl=False)


def _remove(names: tuple[str, ...], file: str | None) -> None:
    """Take clusters out of the kubeconfig file; the clusters themselves stay.

    A name is that of a context, or name or identifier of a cluster, which need not exist any more.

    \b
    dopy kubeconfig remove prod
    """
    from dopyapi._core.files import write_whole
    from dopyapi.doks import kubeconfig as files

    from ..kubeconfigs.contexts import matching, without

    path = _path(file)
    gone: list[str] = []
    with files.changing(path) if path.exists() else nullcontext():
        present = _present(path)
        for word in names:
            found = matching(present, word)
            if not found:
                raise Failure(f"{path} has no context of {word!r}; nothing was removed", NOT_FOUND)
            if len(found) > 1:
                raise Failure(
                    f"{path} has {len(found)} contexts of {word!r}: say which; nothing was removed", FAILED, found
                )
            gone += found
        write_whole(path, files.as_yaml(without(present, gone)))
    for each in dict.fromkeys(gone):
        click.echo(f"{path}: {each} removed")


def _token(name: str, expiry_seconds: int | None) -> None:
    """Give kubectl a token for a cluster, as it asks for with --renew."""
    from ..kubeconfigs.users import credential

    (cluster,) = _found((name,))
    given = cluster.credentials(expiry_seconds=expiry_seconds or 0)
    click.echo(json.dumps(credential(given["token"], given.get("expires_at"))))


def _path(file: str | None) -> Path:
    from dopyapi.doks import kubeconfig as files

    return files.default_path() if file is None else Path(file).expanduser()


def _present(path: Path) -> dict[str, Any]:
    """What is in the file.

    Raises:
        Failure: it is no kubeconfig.
    """
    from dopyapi.doks import kubeconfig as files

    try:
        found = files.parsed(path.read_bytes() if path.exists() else b"")
    except IsADirectoryError:
        raise Failure(f"{path} is a folder: name a file", USAGE) from None
    if found is None:
        raise Failure(f"{path} is no kubeconfig file, and was left as it is: move it away, or name another --file")
    return found


def _found(names: tuple[str, ...]) -> list[Any]:
    from dopyapi.doks import DOKS

    from ..derived.targets import find

    session().client  # noqa: B018 - becomes the current account
    return find(DOKS, names)


def _owner() -> Any:
    import dopyapi

    from ..kubeconfigs.contexts import Owner

    account = dopyapi.Account()
    account.load()
    team = account.team
    return Owner(team.name, team.uuid) if team and team.get("name") else Owner(account.email, account.uuid)


def _config(
    cluster: Any, owner: Any, present: dict[str, Any], alias: str | None, expiry: int, renew: bool
) -> tuple[str, bytes]:
    """Name of a cluster's context, and its kubeconfig.

    Raises:
        Failure: it cannot be entered yet, or the name is another cluster's.
        DOError: the API's kubeconfig cannot be read.
    """
    from dopyapi.doks import kubeconfig as files

    from ..kubeconfigs import contexts
    from ..kubeconfigs.users import account_options, asking

    state = cluster.status.state if cluster.status else ""
    if state == "provisioning":
        raise Failure(f"{cluster.name} is still being made: `{session().again()} kubernetes wait-ready {cluster.name}`")
    new = files.given(cluster.kubeconfig(expiry))
    server = contexts.server_of(new, new["contexts"][0]["context"])
    if alias is None:
        name = contexts.free(present, contexts.usual(cluster.region, cluster.name, owner), owner, server)
    elif contexts.may_take(present, alias, owner, server):
        name = alias
    else:
        raise Failure(f"the file has {alias!r} for another cluster: take another --alias, or remove that one first")
    if renew:
        new["users"][0]["user"] = asking(cluster.id, account_options(), expiry)
    about = {"team": owner.uuid, "cluster": cluster.name, "id": cluster.id}
    return name, files.as_yaml(contexts.marked(new, present, name, about))


_NAMES = click.Argument(["names"], nargs=-1, required=True, metavar="NAME_OR_ID...", shell_complete=names_of("DOKS"))
_NAME = click.Argument(["name"], metavar="NAME_OR_ID", shell_complete=names_of("DOKS"))
_CURRENT = click.Option(
    ["--set-current/--no-set-current"], default=True, help="Whether kubectl uses it from now on.  [default: it does]"
)
command.add_command(
    command.command_class(
        "save", callback=_save, help=_save.__doc__, params=[_NAMES, _FILE, _ALIAS, _CURRENT, _EXPIRY, _RENEW]
    )
)
command.add_command(
    command.command_class("show", callback=_show, help=_show.__doc__, params=[_NAME, _ALIAS, _EXPIRY, _RENEW])
)
command.add_command(
    command.command_class(
        "remove",
        callback=_remove,
        help=_remove.__doc__,
        params=[click.Argument(["names"], nargs=-1, required=True, metavar="NAME..."), _FILE],
    )
)
command.add_command(
    command.command_class(
        "token",
        callback=_token,
        help=_token.__doc__,
        hidden=True,
        params=[click.Argument(["name"], metavar="ID"), _EXPIRY],
    )
)
