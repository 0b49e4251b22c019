"""Which commands a class of resources has."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from dopyapi._core.endpoint import ActionsEndpoint
from dopyapi._core.operations import Declaration
from dopyapi._core.schema import NAMED

from ..app import written
from ..base import Group
from ..screen import cut
from ..written import ADDED
from .documentation import help_of

INSTEAD = {"show": "get", "ls": "list", "rm": "delete", "wait": "wait-ready", "edit": "update"}
"""Other words for commands that have none of that name."""
NOT_SHOWN = {"get", "head", "post", "put", "action", "fetch", "new", "load", "save", "create", "create_many"}
"""Declarations that are commands under another name, or belong to `dopy api`."""


class ResourceGroup(Group):
    """The commands of one class; each is made when it is asked for.

    Args:
        name: of the group.
        cls: the class.
    """

    def __init__(self, name: str, cls: Any) -> None:
        super().__init__(name, help=help_of(cls.__doc__).line, no_args_is_help=True)
        self.cls = cls
        self.added = ADDED.get(name, {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(dict.fromkeys([*names_of(self.cls), *self.added]))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """One of them."""
        known = names_of(self.cls)
        wanted = name.replace("_", "-")
        if wanted in self.added:
            return written(self.added[wanted][0])
        if wanted not in known:
            wanted = INSTEAD.get(wanted, wanted)
        return made(self.cls, wanted) if wanted in known else None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands with a line each, none of which is made for it; or options."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        lines = self._lines()
        return [CompletionItem(name, help=lines[name]) for name in sorted(lines) if name.startswith(incomplete)]

    def _lines(self) -> dict[str, str]:
        lines: dict[str, str] = {n: line for n, (_, line) in self.added.items()}
        return lines | {n: _line(self.cls, n) for n in names_of(self.cls)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names with a line each, which are known without making the commands."""
        lines = self._lines()
        width = formatter.width - 6 - max(map(len, lines), default=0)
        with formatter.section("Commands"):
            formatter.write_dl([(name, cut(lines[name], width)) for name in sorted(lines)])


def group_of(name: str, place: str) -> ResourceGroup:
    """The group of a class.

    Args:
        name: of the group.
        place: ``module:Class``.
    """
    module, _, cls = place.partition(":")
    import_module(f"dopyapi.{module}")
    return ResourceGroup(name, NAMED[cls])


def declarations_of(cls: Any) -> dict[str, Declaration[Any, Any]]:
    """The operations of a class by their names, those that it refuses left out."""
    found: dict[str, Declaration[Any, Any]] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Declaration):
                found[name] = value
            elif name in found:
                del found[name]  # overridden by something else
    return {name: value for name, value in found.items() if type(value).__name__ != "_Unsupported"}


def names_of(cls: Any) -> dict[str, str]:
    """The commands of a class: the operation of each, by the command's name."""
    operations = declarations_of(cls)
    names: dict[str, str] = {}
    if "load" in operations and _loads(cls):
        names["get"] = "load"
    if "new" in operations:
        names["create"] = "new"
    if "save" in operations and cls._dynamic_attrs and _owns(cls, "save"):
        names["update"] = "save"
    for name, declaration in operations.items():
        if name.startswith("_") or name in NOT_SHOWN or (declaration.name != name and name not in ("delete",)):
            continue  # private, in another form, or another name for the same
        if name in ("list", "delete") and not _owns(cls, name):
            continue
        if isinstance(declaration.endpoint, ActionsEndpoint) and not cls._action_attrs:
            continue
        names[name.replace("_", "-")] = name
    return names


def _owns(cls: Any, name: str) -> bool:
    """Whether the class itself says so, and not only the base of all."""
    return any(name in vars(base) for base in cls.__mro__ if base.__module__ != "dopyapi._core.resource")


def _loads(cls: Any) -> bool:
    return _owns(cls, "load")


def _line(cls: Any, name: str) -> str:
    operation = names_of(cls)[name]
    return LINES.get(name) or help_of(declarations_of(cls)[operation].__doc__).line


LINES = {"get": "Show one.", "update": "Change attributes of it.", "delete": "Delete it."}
"""What those do that have another name in the SDK."""


def made(cls: Any, name: str) -> click.Command:
    """One command of a class."""
    from . import calls, creating, listing, showing, updating

    operation = names_of(cls)[name]
    declaration = declarations_of(cls)[operation]
    if name == "get":
        return showing.command(cls, name)
    if name == "create":
        return creating.command(cls, name, declaration)
    if name == "update":
        return updating.command(cls, name)
    if listing.lists(declaration):
        return listing.command(cls, name, declaration)
    return calls.command(cls, name, declaration)
