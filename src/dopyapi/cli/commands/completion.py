"""``dopy completion``: what makes Tab work."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..base import Command
from ..failing import USAGE, Failure

HOW = {
    "bash": 'eval "$(dopy completion bash)"            in ~/.bashrc',
    "zsh": 'eval "$(dopy completion zsh)"             in ~/.zshrc, after compinit',
    "fish": "dopy completion fish | source             in ~/.config/fish/config.fish",
}


def _print(shell: str) -> None:
    kind = get_completion_class(shell)
    if kind is None:
        raise Failure(f"there is no completion for {shell!r}", USAGE)
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "dopy", "_DOPY_COMPLETE").source())


command = Command(
    "completion",
    callback=_print,
    params=[click.Argument(["shell"], type=click.Choice(list(HOW)))],
    help="Print the completion script of a shell.\n\n\b\n" + "\n".join(HOW.values()),
)
