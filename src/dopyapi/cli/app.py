"""The root of all commands: each group is loaded when it is asked for."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from . import screen
from .base import Group, account_options
from .index import GROUPS
from .session import Session
from .written import WRITTEN


class Root(Group):
    """``dopy`` itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names on the first screen."""
        return [*GROUPS, *WRITTEN]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command by its name, in one or in many."""
        if name in WRITTEN:
            return written(WRITTEN[name][0])
        group = by_any_name(name)
        if group is None:
            return None
        from .derived.group import group_of

        return group_of(*group)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is meant; that nobody reads on, as behind ``| head``, is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            ctx.exit()

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands with a line each, none of which is loaded for it; or options."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        lines = {name: line for name, (_, _, line) in GROUPS.items()} | {n: line for n, (_, line) in WRITTEN.items()}
        found = {name: line for name, line in lines.items() if name.startswith(incomplete)}
        if not found:  # another name of a group, once that is what has been begun
            found = {a: line for aliases, _, line in GROUPS.values() for a in aliases if a.startswith(incomplete)}
        return [CompletionItem(name, help=line) for name, line in found.items()]

    def get_help(self, ctx: click.Context) -> str:
        """The first screen."""
        return screen.text().rstrip("\n")


def by_any_name(name: str) -> tuple[str, str] | None:
    """Name and place of the group that is meant, if there is one."""
    wanted = name.lower().replace("_", "-")
    for shown, (aliases, place, _) in GROUPS.items():
        if wanted == shown or wanted in aliases:
            return shown, place
    if not wanted.replace("-", "").isalnum():
        return None
    from .naming import derived  # a resource that is newer than the table

    for group in derived():
        if wanted == group.name or wanted in group.aliases:
            return group.name, group.place
    return None


def written(module: str) -> click.Command:
    """A command that is written by hand."""
    command: click.Command = import_module(f"dopyapi.cli.commands.{module}").command
    return command


def root() -> Root:
    """All of it."""
    made = Root("dopy", params=account_options(hidden=False), no_args_is_help=True)
    made.params.append(
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
    )
    return made


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from dopyapi import __version__

        click.echo(f"dopy {__version__}")
        ctx.exit()


def _warned(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    """A warning as people read it; which line of ours has given it is nothing to them."""
    from .failing import warn

    warn(str(message))


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: what follows ``dopy``.

    Returns:
        The exit status.
    """
    from .failing import status_of

    session = Session()
    warnings.showwarning = _warned
    asked = os.environ.get("_DOPY_COMPLETE")
    if asked:
        from .shells import answer

        return answer(root(), session, asked)
    try:
        outcome: Any = root().main(arguments, prog_name="dopy", standalone_mode=False, obj=session)
    except BaseException as problem:  # whatever ends it is said in a line
        return status_of(problem, session)
    return outcome if isinstance(outcome, int) and not isinstance(outcome, bool) else 0
