"""``dopy``, the command line: what ``gh`` is to GitHub.

screen.py index.py naming.py   the first screen, and which resource has which group of commands
app.py session.py base.py      the root of all commands; the account of one run; what every command has
derived/                       commands made of the SDK's declarations
commands/                      commands written by hand, each in a file of its own
output/                        tables, JSON, YAML, CSV; columns, filters, queries
failing.py                     what an error says, and the exit status
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with its exit status.

    Args:
        arguments: what follows the command's name; those of this process unless given.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given in (["--help"], ["-h"], ["help"]):
        # The screen that is seen first needs nothing of what commands need, and so is there at once.
        from .screen import text

        sys.stdout.write(text())
        sys.exit(0)
    try:
        import click  # noqa: F401
    except ModuleNotFoundError:
        sys.stderr.write("dopy: the command line needs more than the SDK: pip install 'dopyapi[cli]'\n")
        sys.exit(1)
    from .app import run

    sys.exit(run(given))
