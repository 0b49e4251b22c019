"""``dopy completion``: what makes Tab work."""

from __future__ import annotations

import click

from ..base import Command
from ..shells import SHELLS, script

HOW = {
    "bash": 'eval "$(dopy completion bash)"            in ~/.bashrc',
    "zsh": 'eval "$(dopy completion zsh)"             in ~/.zshrc, after compinit',
    "fish": "dopy completion fish | source             in ~/.config/fish/config.fish",
}


def _print(shell: str) -> None:
    click.echo(script(shell), nl=False)


command = Command(
    "completion",
    callback=_print,
    params=[click.Argument(["shell"], type=click.Choice(list(SHELLS)))],
    help="Print the completion script of a shell.\n\n\b\n" + "\n".join(HOW.values()),
)
