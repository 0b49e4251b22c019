"""What Tab shows of what exists: names and slugs, asked for while the user waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from .session import session_of

PATIENCE = 2.0
"""Seconds after which nothing is shown rather than waited for."""
LONGEST = 60
"""Characters of what is told of a value beside it."""


def names_of(cls: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """What shows the names of what there is of a class, as an option's or argument's ``shell_complete``.

    Args:
        cls: the class's name.
    """

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return live(ctx, cls, incomplete)

    return complete


def live(ctx: click.Context, cls: str | Any, incomplete: str, parents: Sequence[Any] = ()) -> list[CompletionItem]:
    """Names of what there is of a class.

    Args:
        ctx: of the command that is typed.
        cls: the class, or its name.
        incomplete: what has been typed of the name; where several are typed with commas, of the last.
        parents: what they are in, such as the domain of a record.
    """
    before, last = _parted(incomplete)

    def items() -> list[CompletionItem]:
        import dopyapi

        kind = getattr(dopyapi, cls) if isinstance(cls, str) else cls
        return [_prefixed(before, item) for item in _items(kind, last, parents)]

    return asked(ctx, items)


def asked(ctx: click.Context, items: Callable[[], list[CompletionItem]]) -> list[CompletionItem]:
    """What is found out by asking the API; nothing where that takes too long, or fails."""
    import warnings

    try:
        import dopyapi

        client = session_of(ctx).client
        client._timeout, client.retry = (PATIENCE, PATIENCE), dopyapi.RetryPolicy(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return items()
    except Exception:  # a completion that fails must not write into the line that is typed
        return []


def anything(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """``KIND:NAME``: first the kinds, then the names of one."""
    from .app import by_any_name
    from .derived.references import class_at
    from .index import GROUPS

    before, last = _parted(incomplete)
    kind, colon, name = last.partition(":")
    if not colon:
        kinds = [aliases[0] for aliases, place, _ in GROUPS.values() if place in ASSIGNED and aliases]
        return [CompletionItem(f"{before}{each}:") for each in kinds if each.startswith(kind)]
    group = by_any_name(kind)
    if group is None:
        return []
    found = live(ctx, class_at(group[1]), name)
    return [_prefixed(f"{before}{kind}:", item) for item in found]


ASSIGNED = {
    f"{module}:{name}"
    for module, name in (
        ("databases", "DatabaseCluster"),
        ("doks", "DOKS"),
        ("domains", "Domain"),
        ("droplets", "Droplet"),
        ("floating_ips", "FloatingIP"),
        ("images", "Image"),
        ("loadbalancers", "LoadBalancer"),
        ("reserved_ips", "ReservedIP"),
        ("volumes", "Volume"),
    )
}
"""What is in projects, or has tags."""


def columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Columns and members that there are."""
    from .output.columns import COMPUTED, SHOWN

    cls = getattr(getattr(ctx.parent, "command", None), "cls", None)
    if cls is None:
        return []
    before, last = _parted(incomplete)
    minus = "-" if last.startswith("-") else ""
    shown = [name.rstrip("?") for name in SHOWN.get(cls.__name__, "").split()]
    names = dict.fromkeys([*shown, *(field.wire for field in cls._fields.values())])
    names |= {} if shown else dict.fromkeys(COMPUTED)
    return [CompletionItem(f"{before}{minus}{n}") for n in names if n.startswith(last.removeprefix("-"))]


def _parted(incomplete: str) -> tuple[str, str]:
    before, comma, last = incomplete.rpartition(",")
    return before + comma, last


def _prefixed(before: str, item: CompletionItem) -> CompletionItem:
    return CompletionItem(before + item.value, help=item.help)


def _items(kind: Any, incomplete: str, parents: Sequence[Any]) -> list[CompletionItem]:
    from .derived.targets import OWN

    found = list(getattr(kind, OWN.get(kind.__name__, "list")).all(*parents))
    if kind.__name__ == "Image":
        found += list(kind.list_distribution.all())
    return list(named(found, incomplete))


def named(found: Iterable[Any], incomplete: str) -> Iterable[CompletionItem]:
    """Those of these that go by a name that begins so, each once."""
    seen: set[str] = set()
    for each in found:
        name = _name(each)
        if name and name.startswith(incomplete) and name not in seen:
            seen.add(name)
            yield CompletionItem(name, help=_about(each))


def _name(each: Any) -> str:
    from .derived.targets import ALSO, KNOWN_BY, NATURAL

    if isinstance(each, dict):
        names: Sequence[str] = ("name", "sink_name", "index_name", "subject_name", "id")
        return str(next((each[name] for name in names if each.get(name)), ""))
    kind = type(each).__name__
    if getattr(type(each), "_id_attr", None) in NATURAL:
        return str(each._get_id())
    names = (*(("slug",) if kind == "Image" else ()), "name", *ALSO.get(kind, ()), *KNOWN_BY.get(kind, ()))
    known = (getattr(each, name, None) for name in names)
    return str(next((value for value in known if value), None) or _identifier(each))


def _identifier(each: Any) -> Any:
    return each._get_id() if hasattr(each, "_get_id") else getattr(each, "id", "")


def _about(each: Any) -> str | None:
    fields = getattr(type(each), "_fields", {})
    told = [n for n in ("description", "status", "type") if n in fields and fields[n].name in fields]
    said = [str(each.json().get(name) or "") for name in told]
    return next((" ".join(text.split())[:LONGEST] for text in said if text), None)
