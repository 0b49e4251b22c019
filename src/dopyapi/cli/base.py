"""What every command has: the options that say whose account it acts on."""

from __future__ import annotations

from typing import Any

import click

from .session import session_of

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _set(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value:
        setattr(session_of(ctx), str(param.name), value)


def _contexts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from .accounts import names

    return [name for name in names() if name.startswith(incomplete)]


def account_options(*, hidden: bool) -> list[click.Parameter]:
    """The options that may stand before a command, and behind it."""
    settings: dict[str, Any] = {"callback": _set, "expose_value": False, "hidden": hidden, "is_eager": True}
    context = click.Option(["--context"], metavar="NAME", shell_complete=_contexts, **settings)
    flags = [click.Option([f"--{name}"], is_flag=True, **settings) for name in ("emulator", "debug")]
    return [context, *flags]


class Command(click.Command):
    """A command of ``dopy``, written by hand or made of a declaration."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        params = [*(settings.pop("params", None) or []), *account_options(hidden=True)]
        settings["context_settings"] = {**SETTINGS, **(settings.get("context_settings") or {})}
        super().__init__(name, params=params, **settings)


class Group(click.Group):
    """A group of commands of ``dopy``; what is missing may be on another group of that name's."""

    command_class = Command

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings["context_settings"] = {**SETTINGS, **(settings.get("context_settings") or {})}
        super().__init__(*arguments, **settings)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that is meant; one that there is none of is said, with what is like it."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            ctx.fail(unknown(name, self.list_commands(ctx), ctx.command_path))
        return super().resolve_command(ctx, args)


def unknown(name: str, known: list[str], path: str) -> str:
    """That there is no such command, and what is like it."""
    from difflib import get_close_matches

    like = get_close_matches(name, known, 3, 0.6)
    hint = f": did you mean {' or '.join(like)}?" if like else f"; `{path} --help` lists them"
    return f"there is no command {name!r}{hint}"
