"""What stands by its place on a command line: what something is in, and which one it is."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..completing import live
from .targets import find

TARGETS = "targets"


def parents_of(cls: Any) -> list[str]:
    """Names of what has to be said before one of a class can be named: the domain of a record."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [
        p.name for p in parameters if p.name != "data" and p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
    ]


def named(cls: Any) -> bool:
    """Whether there are several of a class, so that one has to be said which."""
    return bool(cls._fetch_attrs) and cls._id_attr not in parents_of(cls)


def arguments(cls: Any, *, many: bool = True) -> list[click.Parameter]:
    """The arguments that say which of a class are meant."""
    found: list[click.Parameter] = [_parent(name) for name in parents_of(cls)]
    if named(cls):
        metavar = {"name": "NAME", "slug": "SLUG", "ip": "ADDRESS"}.get(cls._id_attr, "NAME_OR_ID")

        def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
            parents = [ctx.params.get(name) for name in parents_of(cls)]
            return live(ctx, cls, incomplete, parents) if all(parents) else []

        settings: dict[str, Any] = {"metavar": f"{metavar}...", "nargs": -1} if many else {"metavar": metavar}
        found.append(click.Argument([TARGETS], required=True, shell_complete=complete, **settings))
    return found


def _parent(name: str) -> click.Argument:
    metavar = name.removesuffix("_name").removesuffix("_uuid").upper()

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        cls = {"domain": "Domain", "registry_name": "Registry"}.get(name)
        return live(ctx, cls, incomplete) if cls else []

    return click.Argument([name], metavar=metavar, shell_complete=complete)


def parents_typed(cls: Any, typed: Mapping[str, Any]) -> list[Any]:
    """What was typed for what they are in."""
    return [_invoice(typed[name]) if name == "invoice_uuid" else typed[name] for name in parents_of(cls)]


def _invoice(word: str) -> Any:
    """An invoice by its identifier, or by its month."""
    import dopyapi

    return word if word == "preview" else find(dopyapi.Invoice, [word])[0].invoice_uuid


def targets_typed(cls: Any, typed: Mapping[str, Any]) -> list[Any]:
    """The objects that were typed."""
    parents = parents_typed(cls, typed)
    if not named(cls):
        return [cls(*parents)]
    words = typed[TARGETS]
    given: Sequence[str] = [words] if isinstance(words, str) else words
    return find(cls, [name for word in given for name in expanded(word)], parents)


def going_on(cls: Any) -> str:
    """The command that goes on waiting for those of a class, without their names."""
    from ..index import GROUPS
    from ..naming import kebab, plural
    from ..session import session

    place = f":{cls.__name__}"
    named_group = next((shown for shown, (_, at, _) in GROUPS.items() if at.endswith(place)), None)
    verb = "wait" if cls.__name__ in ("Action", "GarbageCollection") else "wait-ready"
    return f"{session().again()} {named_group or plural(kebab(cls.__name__))} {verb}"


def expanded(word: str) -> list[str]:
    """``web-{1..3}`` as three names, for shells that do not do so by themselves."""
    before, brace, rest = word.partition("{")
    inner, end, after = rest.partition("}")
    if not brace or not end:
        return [word]
    first, dots, last = inner.partition("..")
    if dots and first.isdigit() and last.isdigit():
        step = 1 if int(first) <= int(last) else -1
        width = len(first) if first.startswith("0") else 0
        parts = [f"{n:0{width}d}" for n in range(int(first), int(last) + step, step)]
    elif "," in inner:
        parts = inner.split(",")
    else:
        return [word]
    return [name for part in parts for name in expanded(f"{before}{part}{after}")]
