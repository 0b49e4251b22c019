"""``dopy dns``: names pointed at addresses."""

from __future__ import annotations

from typing import Any

import click

from ..base import Group
from ..completing import names_of
from ..failing import FAILED, NOT_FOUND, Failure
from ..output import list_options, options, show
from ..output.view import taken_view
from ..records.words import is_of, shown, type_of_record, types
from ..session import session

COLUMNS = "name,type,data,ttl,result,id"

command = Group(
    "dns",
    no_args_is_help=True,
    help="""Point names at addresses.

\b
dopy dns upsert example.com www A 192.0.2.10
dopy dns upsert example.com www A --droplet web-1
dopy dns list example.com
""",
)


def _upsert(
    domain: str,
    name: str,
    type: str,
    data: tuple[str, ...],
    droplets: tuple[str, ...],
    private: bool,
    dry_run: bool,
    **typed: Any,
) -> None:
    """See to it that a name says this, and nothing else of that type.

    A record is created where there is none, and updated where it says something else; where all is as wanted, nothing
    is done. Several words of DATA are several records; others of that name and type are deleted then.

    \b
    dopy dns upsert example.com www A 192.0.2.10
    dopy dns upsert example.com www A 192.0.2.10 192.0.2.11 --ttl 60
    dopy dns upsert example.com @ MX mail.example.com --priority 10
    dopy dns upsert example.com www AAAA --droplet web-1
    """
    import dopyapi

    from ..records.tally import Tally

    view = taken_view(typed)
    client = session().client
    words = [*data, *(_address(each, type, private) for each in droplets)]
    if not words:
        raise click.UsageError("say what it shall point at: DATA, or --droplet NAME")
    withheld: list[Any] = []
    if dry_run:
        from ..records.rehearsal import Rehearsing

        client._transport = Rehearsing(client.transport, withheld)
    tally = Tally(client)
    records = _settled(dopyapi.DomainRecord, domain, name, type, words, typed)
    if dry_run:
        from ..safety.dry_run import told

        click.echo(told(withheld), nl=False)
        return
    rows = [{**each.json(), "result": tally.of(each.id)} for each in records]
    rows += [{"name": records[0].name, "type": type, "id": each, "result": "deleted"} for each in tally.deleted]
    show(rows, view if view.columns or view.format not in ("table", "csv") else _with_columns(view))


def _settled(kind: Any, domain: str, name: str, type: str, words: list[str], given: dict[str, Any]) -> list[Any]:
    """The records, as they are in the end."""
    from dopyapi._core.errors import ClientError, ResourceNotFoundError

    try:
        if len(words) > 1:
            found: list[Any] = kind.upsert_set(domain, type, name, words, **given)
            return found
        return [kind.upsert(domain, type, name, words[0], **given)]
    except ResourceNotFoundError:
        raise _no_domain(domain) from None
    except ClientError as problem:
        if "upsert_set" not in str(problem):
            raise
        there = _there(domain, name, type)
        lines = [f"{each.data}  ({each.id})" for each in there]
        raise Failure(
            f"{shown(domain, name, type)} has {len(there)} records that say different things: give all the DATA that "
            f"they shall have, or delete some: `{session().again()} dns delete {domain} {name} {type} DATA`",
            FAILED,
            lines,
        ) from None


def _there(domain: str, name: str, type: str) -> list[Any]:
    """The records of a name and type."""
    import dopyapi

    asked: Any = {"type": type}
    return [each for each in dopyapi.DomainRecord.list.all(domain, **asked) if is_of(each, domain, name, type)]


def _with_columns(view: Any) -> Any:
    from dataclasses import replace

    return replace(view, columns=COLUMNS)


def _no_domain(domain: str) -> Failure:
    return Failure(f"the account has no domain {domain!r}: `{session().again()} domains create {domain}`", NOT_FOUND)


def _address(name: str, type: str, private: bool) -> str:
    """The address of a Droplet that a record of this type says."""
    import dopyapi

    from ..derived.targets import find
    from ..reaching.addresses import WORDS, address, others

    if type not in ("A", "AAAA") or (type == "AAAA" and private):
        raise click.UsageError("--droplet gives the address of an A or AAAA record, and --private that of an A record")
    kind = "ipv6" if type == "AAAA" else "private" if private else "public"
    (droplet,) = find(dopyapi.Droplet, [name])
    found = address(droplet.json(), kind)
    if found is None:
        raise Failure(f"{droplet.name} has no {WORDS[kind]}", FAILED, others(droplet.json(), kind))
    return found


def _list(domain: str, name: str | None, type: str | None, **typed: Any) -> None:
    """List the records of a domain.

    \b
    dopy dns list example.com --type A
    """
    import dopyapi
    from dopyapi._core.errors import ResourceNotFoundError
    from dopyapi.domains.rules import plain_domain, qualified

    view = taken_view(typed)
    session().client  # noqa: B018 - becomes the current account
    asked: dict[str, Any] = {"type": type, "name": qualified(name, plain_domain(domain)) if name else None}
    try:
        found = list(dopyapi.DomainRecord.list.all(domain, **{n: v for n, v in asked.items() if v is not None}))
    except ResourceNotFoundError:
        raise _no_domain(domain) from None
    show(found, view, dopyapi.DomainRecord)


def _delete(domain: str, name: str, type: str, data: tuple[str, ...], yes: bool, **typed: Any) -> None:
    """Delete the records of a name and type: all of them, or those that say DATA.

    \b
    dopy dns delete example.com www A
    dopy dns delete example.com www A 192.0.2.10 --yes
    """
    from dopyapi._core.errors import ResourceNotFoundError
    from dopyapi.domains.rules import comparable, plain_domain

    from ..derived.calls import start
    from ..derived.outcomes import each, report
    from ..safety.asking import ask

    view = taken_view(typed)
    start(typed)
    zone = plain_domain(domain)
    try:
        there = _there(domain, name, type)
    except ResourceNotFoundError:
        raise _no_domain(domain) from None
    wanted = {comparable({"type": type, "data": word}, zone) for word in data}
    gone = [one for one in there if not data or comparable(one.json(), zone) in wanted]
    missing = wanted - {comparable(one.json(), zone) for one in gone}
    if not gone or missing:
        said = f" that says {', '.join(sorted(missing))}" if missing else ""
        lines = [f"{one.data}  ({one.id})" for one in there]
        raise Failure(f"there is no record {shown(domain, name, type)}{said}; none was deleted", NOT_FOUND, lines)
    if not session().dry_run:
        ask("delete", "record", gone, yes=yes)
    report(each(gone, lambda record: record.delete.steps()), view, done="deleted")


def _places() -> list[click.Parameter]:
    return [
        click.Argument(["domain"], metavar="DOMAIN", shell_complete=names_of("Domain")),
        click.Argument(["name"], metavar="NAME"),
        click.Argument(["type"], metavar="TYPE", callback=type_of_record, shell_complete=types),
    ]


def _numbers() -> list[click.Parameter]:
    helps = {
        "ttl": "Seconds for which it may be cached, 30 at least; what it has stays unless given.",
        "priority": "MX and SRV need it.",
        "port": "SRV needs it.",
        "weight": "SRV needs it.",
        "flags": "CAA needs them, 0 to 255.",
    }
    return [click.Option([f"--{name}"], type=int, metavar="NUMBER", help=told) for name, told in helps.items()]


_DRY = click.Option(["--dry-run"], is_flag=True, help="Show what would be sent; send nothing.")
command.add_command(
    command.command_class(
        "upsert",
        callback=_upsert,
        help=_upsert.__doc__,
        params=[
            *_places(),
            click.Argument(["data"], nargs=-1, metavar="[DATA]..."),
            *_numbers(),
            click.Option(["--tag"], type=click.Choice(["issue", "issuewild", "iodef"]), help="CAA needs it."),
            click.Option(
                ["--droplet", "droplets"],
                multiple=True,
                metavar="NAME_OR_ID",
                shell_complete=names_of("Droplet"),
                help="The address of this Droplet. May be repeated.",
            ),
            click.Option(["--private"], is_flag=True, help="With --droplet: its address within the VPC."),
            _DRY,
            *options(),
        ],
    )
)
command.add_command(
    command.command_class(
        "list",
        callback=_list,
        help=_list.__doc__,
        params=[
            click.Argument(["domain"], metavar="DOMAIN", shell_complete=names_of("Domain")),
            click.Option(["--name"], metavar="NAME", help="Only those of this name."),
            click.Option(
                ["--type"],
                metavar="TYPE",
                callback=type_of_record,
                shell_complete=types,
                help="Only those of this type.",
            ),
            *list_options(),
        ],
    )
)
command.add_command(
    command.command_class(
        "delete",
        callback=_delete,
        help=_delete.__doc__,
        params=[
            *_places(),
            click.Argument(["data"], nargs=-1, metavar="[DATA]..."),
            _DRY,
            click.Option(["-y", "--yes"], is_flag=True, help="Do not ask."),
            *options(),
        ],
    )
)
