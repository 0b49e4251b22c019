"""``dopy`` in the process of the tests, where a process of its own would show nothing more: the same call of ``run``.

What is written to standard output and error is taken as bytes, so that it is what a pipe would get.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import Context
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from .process import Result

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pipe(io.TextIOWrapper):
    """A pipe that can be read afterwards."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether it stands for a terminal."""
        return self.terminal

    @property
    def text(self) -> str:
        """What has been written to it."""
        self.flush()
        buffer: Any = self.buffer
        written: bytes = buffer.getvalue()
        return written.decode()


@contextmanager
def piped(given: str = "", *, terminal: bool = False) -> Iterator[tuple[Pipe, Pipe]]:
    """Standard output and error are pipes meanwhile, and standard input is a text."""
    out, err = Pipe(terminal=terminal), Pipe()
    with patch.object(sys, "stdout", out), patch.object(sys, "stderr", err):
        with patch.object(sys, "stdin", io.StringIO(given)):
            yield out, err


def run(
    arguments: tuple[str, ...], environment: Mapping[str, str], given: str = "", *, terminal: bool = False
) -> Result:
    """Run one command.

    Args:
        arguments: what follows ``dopy``.
        environment: of the command.
        given: standard input.
        terminal: whether standard output is one.
    """
    from dopyapi._core import accounts
    from dopyapi.cli.app import run as run_command

    kept = accounts._default
    with patch.dict(os.environ, environment, clear=True), piped(given, terminal=terminal) as (out, err):
        try:
            # An empty context, as a process has: the account that the test itself uses is not current there.
            status = Context().run(run_command, list(arguments))
        finally:
            accounts._default = kept
    return Result(status, out.text, err.text)
