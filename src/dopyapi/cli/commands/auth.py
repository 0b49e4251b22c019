"""``dopy auth``: log in, and choose among accounts."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import click

from dopyapi._core import errors
from dopyapi._core.secrets import Secret

from ..accounts import choosing, contexts, names, tokens
from ..accounts.account import DOCTL, EMULATOR, OWN, Account
from ..base import Command, Group, account_options
from ..failing import NOT_ALLOWED, USAGE, Failure
from ..hiding import never_show
from ..output import View, options, show
from ..output.view import taken_view
from ..session import session

DEFAULT = "default"
COLUMNS = "name,current,from,token,api_url"


class _Login(Command):
    """A command that says nothing of what stands behind it: that may be a token."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as problem:
            option = problem.option_name if isinstance(problem, click.NoSuchOption) else ""
            if "token" in option or "extra argument" in problem.message:
                raise Failure(
                    "a token is not taken as an argument, where everybody on this machine can see it:"
                    " it is asked for, or read from standard input",
                    USAGE,
                ) from None
            raise


def _log_in(api_url: str | None, insecure_storage: bool) -> None:
    if session().emulator:
        raise Failure("the private emulator needs no login", USAGE)
    from dopyapi._core.client import BASE_URL, Client

    name = contexts.check_name(session().context or DEFAULT)
    token = _token()
    try:
        client = Client(token, api_url or BASE_URL)
    except ValueError as problem:
        raise Failure(f"--api-url: {problem}", USAGE) from None
    whose = _whose(client)
    with contexts.changing() as config:
        kept = tokens.keep(name, token, in_file=insecure_storage)
        former = config.contexts.get(name)
        if former is not None and former.kept != kept == tokens.FILE:
            with suppress(Failure):  # a keyring that has gone has taken it along
                tokens.forget(name, former.kept)
        config.contexts[name] = contexts.Context(kept, None if client.base_url == BASE_URL else client.base_url)
        config.current = name
    where = "the keyring" if kept == tokens.KEYRING else f"{tokens.place()}, which only you can read"
    click.echo(f"Logged in{_at(client)}{f' as {whose}' if whose else ''}: context {name!r}, its token in {where}.")
    if not whose:
        click.echo(
            "The token may not say whose account it is, which needs the scope account:read; it works all the same."
        )
    _say_what_goes_first()


def _at(client: Any) -> str:
    """Where the API is, if that is not DigitalOcean's own place."""
    from dopyapi._core.client import BASE_URL

    return "" if client.base_url == BASE_URL else f" at {client.base_url}"


def _token() -> Secret:
    """The token, from whoever is asked; it is shown nowhere.

    Raises:
        Failure: it is none.
    """
    if sys.stdin.isatty():
        click.echo("A token is made at https://cloud.digitalocean.com/account/api/tokens.", err=True)
        typed = click.prompt("Token (not shown)", hide_input=True, err=True)
    else:
        typed = sys.stdin.read()
    token = never_show(typed.strip())
    del typed
    if not token:
        raise Failure("there is no token on standard input", USAGE)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Failure("that is no token: a token is one word of letters, digits and _", USAGE)
    return token


def _whose(client: Any) -> str | None:
    """Whose account it is, as far as the token may say so.

    Raises:
        Failure: the token is not accepted.
    """
    try:
        account = _account(client)
    except errors.ClientForbiddenError:
        return None
    except errors.UnauthorizedError:
        raise Failure(f"the API{_at(client)} does not accept this token; nothing has been kept", NOT_ALLOWED) from None
    team = (account.get("team") or {}).get("name")
    return f"{account.get('email') or account.get('uuid')}{f' (team {team})' if team else ''}"


def _account(client: Any) -> dict[str, Any]:
    """What the API says of the account."""
    import json

    from dopyapi._core.steps import drive

    if session().debug and not client.on_request:
        from ..debugging import show as show_exchanges

        show_exchanges(client)
    body = drive(client.exchange("GET", "/account")).body
    try:
        account: dict[str, Any] = json.loads(body)["account"]
    except (ValueError, LookupError, TypeError):
        raise Failure(f"what answers at {client.base_url} is not DigitalOcean's API") from None
    return account


def _say_what_goes_first() -> None:
    """Say it where another account than the chosen one is used."""
    given = choosing.from_environment()
    if given is not None:
        click.echo(f"While {given.name} is set, the token in it goes first, unless there is --context.", err=True)


def _list(**typed: Any) -> None:
    view = taken_view(typed)
    current = _current()
    given = choosing.from_environment()
    rows = [_row(account, current) for account in ([given] if given else []) + choosing.known()]
    if not rows and view.format == "table":
        click.echo("There is no account: `dopy auth login` makes one known.", err=True)
        return
    show(rows, view if view.columns or view.query else View(**{**vars(view), "columns": COLUMNS}))


def _current() -> Account | None:
    try:
        return choosing.named(context) if (context := session().context) else choosing.usual()
    except (Failure, errors.AuthenticationNeeded):
        return None


def _row(account: Account, current: Account | None) -> dict[str, Any]:
    chosen = current is not None and (account.name, account.source) == (current.name, current.source)
    return {
        "name": account.name,
        "current": chosen,
        "from": account.source,
        "token": account.kept,
        "api_url": account.api_url,
    }


def _use(name: str) -> None:
    account = choosing.named(name)
    with contexts.changing() as config:
        config.current = name
    click.echo(f"{account.name!r}{_of_doctl(account)} is the current context.")
    _say_what_goes_first()


def _of_doctl(account: Account) -> str:
    return " of doctl's" if account.source == DOCTL else ""


def _log_out(name: str | None) -> None:
    config = contexts.read()
    name = name or session().context or config.current
    if name is None:
        raise Failure("no context is chosen: `dopy auth logout NAME`", USAGE, choosing.listed())
    account = choosing.named(name)
    if account.source != OWN:
        raise Failure(f"the context {name!r} is doctl's: `doctl auth remove --context {name}`", USAGE)
    with contexts.changing() as config:
        tokens.forget(name, config.contexts[name].kept)
        del config.contexts[name]
        if config.current == name:
            config.current = None
    click.echo(f"Logged out of {name!r}; the token is forgotten here. It is good until it is revoked at DigitalOcean.")
    following = _current()
    click.echo(
        f"Now {following.described} is used." if following else "No context is chosen now: `dopy auth use NAME`."
    )


def _status(**typed: Any) -> None:
    view = taken_view(typed)
    account = choosing.chosen(session())
    client = session().client
    status: dict[str, Any] = {
        "context": account.name,
        "from": account.source,
        "token": account.kept,
        "api_url": account.api_url if account.source == EMULATOR else client.base_url,
    }
    try:
        said = _account(client)
    except errors.ClientForbiddenError:
        status["account"] = "the token may not say (it needs the scope account:read)"
    else:
        status |= {"account": said.get("email"), "team": (said.get("team") or {}).get("name")}
        status |= {name: said.get(name) for name in ("status", "droplet_limit")}
    left = client.rate
    if left.limit is not None:
        status["requests_left"] = f"{left}"
    show(status, view)


def _known(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in names() if name.startswith(incomplete)]


command = Group(
    "auth",
    help="Log in, and choose among accounts.\n\nWhat goes first: --context NAME; a token in DO_TOKEN,"
    " DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN; the context in DIGITALOCEAN_CONTEXT; the one chosen by"
    " `dopy auth use`; the current one of doctl.",
    params=account_options(hidden=True),
    no_args_is_help=True,
)
command.add_command(
    _Login(
        "login",
        callback=_log_in,
        params=[
            click.Option(["--api-url"], metavar="URL", help="Where the API of this account is, if not DigitalOcean's."),
            click.Option(
                ["--insecure-storage"], is_flag=True, help="Keep the token in a file even where there is a keyring."
            ),
        ],
        short_help="Make an account known by its token.",
        help="Make an account known by its token, which is asked for, or read from standard input:\n\n\b\n"
        "  dopy auth login --context work\n"
        "  pass show do/work | dopy auth login --context work\n\n"
        "The token is tried first. It is kept in the keyring of the system, else in a file that only you can read."
        " The context is the current one from then on; without --context it is called default.",
    )
)
command.add_command(
    Command("list", callback=_list, params=options(), help="List the accounts that are known, doctl's among them.")
)
command.add_command(
    Command(
        "use",
        callback=_use,
        params=[click.Argument(["name"], shell_complete=_known)],
        help="Choose the account of all further commands:  dopy auth use work",
    )
)
command.add_command(
    Command(
        "logout",
        callback=_log_out,
        params=[click.Argument(["name"], required=False, shell_complete=_known)],
        help="Forget an account and its token; the current one unless named.",
    )
)
command.add_command(
    Command("status", callback=_status, params=options(), help="Show which account is used, and whose it is.")
)
