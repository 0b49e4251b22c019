"""What Tab shows of what exists: names and slugs, asked for while the user waits."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from .session import session_of

PATIENCE = 2.0
"""Seconds after which nothing is shown rather than waited for."""


def live(ctx: click.Context, cls: str | Any, incomplete: str) -> list[CompletionItem]:
    """Names of what there is of a class.

    Args:
        ctx: of the command that is typed.
        cls: the class, or its name.
        incomplete: what has been typed of the name.
    """
    import dopyapi

    try:
        kind = getattr(dopyapi, cls) if isinstance(cls, str) else cls
        client = session_of(ctx).client
        client._timeout, client.retry = (PATIENCE, PATIENCE), dopyapi.RetryPolicy(0)
        return _items(kind, incomplete)
    except Exception:  # a completion that fails must not write into the line that is typed
        return []


def _items(kind: Any, incomplete: str) -> list[CompletionItem]:
    from .derived.targets import NATURAL, OWN

    listing = getattr(kind, OWN.get(kind.__name__, "list"))
    found = list(listing.all())
    if kind.__name__ == "Image":
        found += list(kind.list_distribution.all())
    items = []
    for each in found:
        natural = kind._id_attr in NATURAL
        name = each._get_id() if natural else getattr(each, "name", None) or each._get_id()
        if kind.__name__ == "Image" and each.slug:
            name = each.slug
        if name is not None and str(name).startswith(incomplete):
            items.append(CompletionItem(str(name), help=_about(each)))
    return items


def _about(each: Any) -> str | None:
    known = {f.name for f in type(each)._fields.values()}
    said = [str(getattr(each, n)) for n in ("description", "status", "type") if n in known and getattr(each, n)]
    return " ".join(said[0].split())[:60] if said else None
