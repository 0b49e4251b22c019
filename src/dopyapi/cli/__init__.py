"""``dopy``, the command line: what ``gh`` is to GitHub.

What is where:

    screen.py index.py naming.py   the first screen, and which resource has which group of commands
    app.py session.py base.py      the root of all commands; the account of one run; what every command has
    accounts/                      whose account that is: contexts, tokens, doctl's, the private emulator
    derived/                       commands made of the SDK's declarations
    commands/ written.py           commands written by hand, each in a file of its own; their list
    output/ printable.py           tables, JSON, YAML, CSV; columns, filters, queries; text that is safe to print
    safety/                        questions, what a deletion drags along, dry runs, prices
    completing.py shells.py        what Tab shows, in bash, zsh and fish
    fleet/                         an account's listings together, for those who look at all of it:
    audits/ costs/ maps/           `dopy audit`, `dopy cost`, `dopy map`
    reaching/ inventories/ kubeconfigs/ dockers.py records/ rotation/ raw/     what commands written by hand are made of
    failing.py streams.py          what an error says, and the exit status; standard output, whatever becomes of it
    debugging.py hiding.py         what --debug shows; what is never shown
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with its exit status.

    Args:
        arguments: what follows the command's name; those of this process unless given.
    """
    from .streams import finished, ready

    # What ends with the process need not be searched for garbage three times more, which takes a tenth of its time.
    atexit.register(gc.freeze)
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
    from .._core.uncollected import Uncollected

    with Uncollected():
        from .app import run

    return run(given)
