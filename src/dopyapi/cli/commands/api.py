"""``dopy api``: any request."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from ..base import Command
from ..failing import USAGE, Failure
from ..output import list_options, show
from ..output.view import View, taken_view
from ..session import session

if TYPE_CHECKING:
    from dopyapi._core.client import Client

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
READS = ("GET", "HEAD")


def _send(words: tuple[str, ...], data: tuple[str, ...], all_: bool, dry_run: bool, yes: bool, **typed: Any) -> None:
    from ..raw.bodies import body_of
    from ..raw.places import url_of, whole

    view = taken_view(typed)
    method, path = _said(words, bool(data))
    body = body_of(data)
    if all_ and method != "GET":
        raise Failure(f"--all walks the pages of a listing: it goes with GET, not with {method}", USAGE)
    if method in READS and body is not None and not isinstance(body, dict):
        raise Failure(f"{method} has no body: -d KEY=VALUE is its query", USAGE)
    if method == "DELETE" and not dry_run:
        from ..safety.asking import ask

        ask("DELETE", "what is at", [whole(path)], yes=yes)
    if dry_run:
        session().withheld = []
    client, url = url_of(session().client, method, path)
    if all_:
        from ..raw.walking import everything

        _show(everything(client, url, body or {}), view)
    elif method in READS:
        answer = _answered(client, method, url, None, body)
        _show(_headers(answer) if method == "HEAD" else answer, view)
    else:
        _show(_answered(client, method, url, body, None), view)


def _said(words: tuple[str, ...], sends: bool) -> tuple[str, str]:
    """The method and the path.

    Raises:
        Failure: there are not both, and the method does not follow.
    """
    if len(words) == 1 and words[0].upper() not in METHODS:
        return "POST" if sends else "GET", words[0]
    if len(words) != 2:
        raise Failure("it takes a method and a path:  dopy api GET /v2/droplets", USAGE)
    method, path = words[0].upper(), words[1]
    if method not in METHODS:
        raise Failure(f"{words[0]!r} is no method: there are {', '.join(METHODS)}", USAGE)
    return method, path


def _answered(client: Client, method: str, url: str, body: Any, query: Any) -> Any:
    """What came, or None where a dry run has kept the request."""
    from dopyapi._core.steps import drive

    from ..safety.dry_run import Withheld, told

    try:
        return drive(client.exchange(method, url, body=body, query=query))
    except Withheld:
        click.echo(told(session().withheld or []), nl=False)
        return None


def _headers(answer: Any) -> dict[str, Any]:
    return {"status": answer.status, **answer.headers}


def _show(answer: Any, view: View) -> None:
    """Show JSON as it is asked for, and everything else as it came."""
    if answer is None or isinstance(answer, dict):
        found = answer
    elif not answer.body:
        return
    else:
        try:
            found = json.loads(answer.body)
        except ValueError:
            _pass_on(answer, view)
            return
    if found is None:
        return
    if view.format in ("table", "csv", "ids", "name") or view.filters or view.sort or view.columns:
        found = _inside(found)
    show(found, view)


def _pass_on(answer: Any, view: View) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if view.query:
        raise Failure(f"--query: the answer is {kind or 'of unknown type'}, and no JSON", USAGE)
    if sys.stdout.isatty() and b"\0" in answer.body:
        raise Failure(f"the answer is {kind}, which is nothing for a terminal: put > FILE behind it")
    show(answer.body, View())


def _inside(found: Any) -> Any:
    """The items of a listing, or the one thing that is shown."""
    from ..raw.walking import listed

    name = listed(found)
    if name is not None:
        return found[name] or []
    if isinstance(found, dict) and len(found) == 1 and isinstance(next(iter(found.values())), dict):
        return next(iter(found.values()))
    return found


def _json_first(options: list[click.Parameter]) -> list[click.Parameter]:
    for option in options:
        if isinstance(option, click.Option) and option.name == "view_format":
            option.default = "json"
            option.help = "How to show it.  [default: json]"
    return options


command = Command(
    "api",
    callback=_send,
    params=[
        click.Argument(["words"], nargs=-1, required=True, metavar="[METHOD] PATH"),
        click.Option(
            ["-d", "--data"],
            multiple=True,
            metavar="BODY",
            help="What is sent: JSON, @FILE, or KEY=VALUE, which may be repeated; of GET, the query.",
        ),
        click.Option(["--all", "all_"], is_flag=True, help="Walk all pages of a listing."),
        click.Option(["--dry-run"], is_flag=True, help="Show what would be sent and what it costs; send nothing."),
        click.Option(["-y", "--yes"], is_flag=True, help="Do not ask, before DELETE."),
        *_json_first(list_options()),
    ],
    short_help="Send any request to the API.",
    help="Send any request to the API, with the account, retries and errors of every other command:\n\n\b\n"
    "  dopy api GET /v2/droplets --all -o name\n"
    "  dopy api POST /v2/tags -d name=web\n"
    "  dopy api POST droplets/5/actions -d type=resize -d size=s-2vcpu-2gb\n"
    "  dopy api PUT /v2/firewalls/bb4b2611 -d @firewall.json\n\n"
    "A path is as the API reference has it; /v2 may be left out. Without a method it is GET, or POST where something"
    " is sent. KEY=VALUE takes numbers, true, false, null and JSON as such, and the rest as text; a.b=1 is within an"
    ' object, tags[]=web an item of a list, name="5" a text, text=@FILE what is in a file. @- is standard input.',
)
