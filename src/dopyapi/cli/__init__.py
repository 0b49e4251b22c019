"""``dopy``, the command line: what ``gh`` is to GitHub.

screen.py index.py naming.py   the first screen, and which resource has which group of commands
app.py session.py base.py      the root of all commands; the account of one run; what every command has
accounts/                      whose account that is: contexts, tokens, doctl's, the private emulator
derived/                       commands made of the SDK's declarations
commands/                      commands written by hand, each in a file of its own
fleet/                         all of an account at one moment, which these look at: costs/ maps/ audits/
output/                        tables, JSON, YAML, CSV; columns, filters, queries
failing.py streams.py          what an error says, and the exit status; standard output, whatever becomes of it
debugging.py hiding.py         what --debug shows; what is never shown
"""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with its exit status.

    Args:
        arguments: what follows the command's name; those of this process unless given.
    """
    from .streams import finished, ready

    status = 130
    try:
        ready()
        status = _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # while it was still loading
        sys.stderr.write("\ndopy: interrupted\n")
    except BrokenPipeError:
        status = 0
    finished(status)


def _run(given: list[str]) -> int:
    completing = "_DOPY_COMPLETE" in os.environ
    if not completing and (not given or given in (["--help"], ["-h"], ["help"])):
        # The screen that is seen first needs nothing of what commands need, and so is there at once.
        from .screen import text

        sys.stdout.write(text())
        return 0
    try:
        import click  # noqa: F401
    except ModuleNotFoundError:
        sys.stderr.write("dopy: the command line needs more than the SDK: pip install 'dopyapi[cli]'\n")
        return 1
    from .app import run

    return run(given)
