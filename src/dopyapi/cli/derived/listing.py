"""Listings: complete by default, filtered, sorted, watched."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import click

from dopyapi._core.operations import CollectionListing, Declaration, MemberListing

from ..base import Command
from ..output import list_options, show
from ..output.view import rendered, taken_view
from ..session import session
from .documentation import help_of
from .examples import with_example
from .options import arguments_of, taken
from .places import arguments, targets_typed


def lists(declaration: Declaration[Any, Any]) -> bool:
    """Whether an operation is a listing that can be walked."""
    return isinstance(declaration, CollectionListing | MemberListing) or hasattr(declaration.operation, "all")


def command(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    """The command of a listing.

    Args:
        cls: the class.
        name: of the command.
        declaration: the listing.
    """
    told = help_of(declaration.__doc__)
    parameters = taken(declaration, told.arguments)
    places = [each for each in parameters if each.required]
    of_one = isinstance(declaration, MemberListing)

    def items(typed: dict[str, Any]) -> Iterable[Any]:
        owner = targets_typed(cls, typed)[0] if of_one else cls
        listing = getattr(owner, declaration.name)
        return (_with_name(each) for each in listing.all(**arguments_of(parameters, typed)))

    def callback(watch: bool, every: float, **typed: Any) -> None:
        view = taken_view(typed)
        session().client  # noqa: B018 - becomes the current account
        # What is filtered or sorted has to be there whole; of the rest no more is fetched than is shown.
        cut = view.limit if not (view.filters or view.sort) else None

        def found() -> list[Any]:
            return list(islice(items(typed), cut))

        kind = _kind(declaration, cls)
        if watch:
            from ..output.watching import keep

            keep(lambda: str(rendered(found(), view, kind)), every)
        else:
            show(found(), view, kind)

    params: list[click.Parameter] = [
        *(arguments(cls, many=False) if of_one else []),
        *(each.argument() for each in places),
        *(each.option() for each in parameters if each not in places),
        click.Option(
            ["--limit", "view_limit"], type=click.IntRange(min=1), metavar="NUMBER", help="So many at the most."
        ),
        *list_options(),
        click.Option(["--watch"], is_flag=True, help="Keep the table up to date until Ctrl-C."),
        click.Option(
            ["--every"], type=click.FloatRange(min=0.2), default=5.0, metavar="SECONDS", help="How often, with --watch."
        ),
    ]
    return Command(name, callback=callback, params=params, help=with_example(told.text, cls, name))


def _with_name(item: Any) -> Any:
    """What a listing gives by name, as an object with that name."""
    if isinstance(item, tuple):
        from ..output.cells import plain

        value = plain(item[1])
        return {"id": item[0], **value} if isinstance(value, dict) else {"id": item[0], "value": value}
    return item


def _kind(declaration: Declaration[Any, Any], cls: Any) -> Any:
    """The class of what is listed, for its columns also where there is nothing."""
    from typing import get_args

    arguments_: tuple[Any, ...] = get_args(declaration.endpoint.returns) if declaration.endpoint else ()
    kind = arguments_[0] if arguments_ else None
    return kind if hasattr(kind, "_from_raw") else cls if kind is Any else None
