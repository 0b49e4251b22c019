"""``get``: one resource, or some, with all that is known of them."""

from __future__ import annotations

from typing import Any

import click

from ..base import Command
from ..output import options, show
from ..output.view import taken_view
from ..session import session
from .examples import with_example
from .places import arguments, named, targets_typed


def command(cls: Any, name: str) -> click.Command:
    """The command.

    Args:
        cls: the class.
        name: of the command.
    """

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        session().client  # noqa: B018 - becomes the current account
        found = targets_typed(cls, typed)
        if not named(cls):
            for each in found:
                each.load()
        show(found[0] if len(found) == 1 else found, view, cls)

    params = [*arguments(cls), *options()]
    line = "Show one, or some, with all that is known." if named(cls) else "Show it."
    return Command(name, callback=callback, params=params, help=with_example(line, cls, name))
