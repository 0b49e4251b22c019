"""What the examples share: which account they work on.

--emulator           an emulator of its own, which ends with the script: no account, no bill
--emulator FILE      the same, and what is there stays in FILE for the next script
(nothing)            your account: DIGITALOCEAN_TOKEN or DO_TOKEN
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import dopyapi as do

FLEET = Path(__file__).with_name("fleet.yaml")


def parser(description: str) -> argparse.ArgumentParser:
    """A parser that knows ``--emulator``; its help is the script's own docstring.

    Args:
        description: the script's docstring.
    """
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "--emulator",
        nargs="?",
        const=":memory:",
        metavar="FILE",
        help="work on an emulator instead of an account; what is there stays in FILE, where that is given",
    )
    return made


@contextmanager
def account(emulator: str | None, *, seed: Path | None = None, days: float = 0) -> Generator[None]:
    """Make an account the current one for the block.

    Args:
        emulator: what ``--emulator`` said; ``None`` for the account of the environment's token.
        seed: what an emulator that is empty begins with.
        days: for how long that has been there. Its clock stands still then, so that nothing can be waited for.
    """
    if emulator is None:
        do.authenticate()
        yield
        return
    options = ["--data", emulator, *(["--seed", str(seed)] if seed else []), *(["--clock", "virtual"] if days else [])]
    with do.testing.server(*options) as server:
        if days:
            server.advance(days * 86400)
        do.authenticate(server.token, server.url)
        yield


def run(main: Callable[[], int | None]) -> None:
    """Run a script's main function, and end with its status; what DigitalOcean refuses is one line, and status 1.

    Args:
        main: returns the status, or nothing for 0.
    """
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except do.DOPyError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
