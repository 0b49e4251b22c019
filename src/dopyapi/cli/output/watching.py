"""A table that is kept up to date."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click


def keep(render: Callable[[], str], every: float) -> None:
    """Show what is rendered, again and again, until the user has seen enough.

    On a terminal it is drawn anew in its place; elsewhere it is written when it has changed.

    Args:
        render: what to show.
        every: seconds between.
    """
    if sys.stdout.isatty():
        _drawn(render, every)
        return
    last = None
    while True:
        text = render()
        if text != last:
            click.echo(text if last is None else f"\n{text}", nl=False)
            sys.stdout.flush()
            last = text
        time.sleep(every)


def _drawn(render: Callable[[], str], every: float) -> None:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console()
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            clock = time.strftime("%H:%M:%S")
            live.update(Text.from_ansi(f"every {every:g} s, at {clock}; Ctrl-C ends it\n\n{render()}"), refresh=True)
            time.sleep(every)
