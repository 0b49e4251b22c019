"""``dopy`` as a real process: through a pipe, and on a terminal whose screen can be read."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyte

COMMAND = [sys.executable, "-m", "dopyapi.cli"]
PATIENCE = 60.0


@dataclass(frozen=True)
class Result:
    """What a command has written, and how it ended.

    Attributes:
        status: exit status.
        out: standard output.
        err: standard error.
    """

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Standard output, line by line."""
        return self.out.splitlines()


@dataclass(frozen=True)
class Screen:
    """What a command has left on a terminal.

    Attributes:
        status: exit status.
        rows: the lines of the screen, those that scrolled away included.
        raw: all that was written, with its control sequences.
    """

    status: int
    rows: list[str]
    raw: str

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.rows) + "\n"


def run(arguments: Sequence[str], environment: Mapping[str, str], *, given: str = "", cwd: Any = None) -> Result:
    """Run it through pipes.

    Args:
        arguments: what follows ``dopy``.
        environment: of the process, all of it.
        given: standard input.
        cwd: the folder that it runs in.
    """
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=dict(environment),
        input=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=cwd,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def on_terminal(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    columns: int = 80,
    rows: int = 50,
    answers: Sequence[tuple[str, str]] = (),
    interrupt_at: str | None = None,
) -> Screen:
    """Run it on a pseudo-terminal.

    Args:
        arguments: what follows ``dopy``.
        environment: of the process, all of it.
        columns, rows: size of the terminal.
        answers: what to type when a text has been written, one after the other.
        interrupt_at: a text at which Ctrl-C is pressed.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {"TERM": "xterm-256color", **environment}
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches it
    )  # fmt: skip
    os.close(slave)
    try:
        raw = _read(master, process, list(answers), interrupt_at)
    finally:
        if process.poll() is None:
            process.kill()
        status = process.wait(PATIENCE)
        os.close(master)
    return Screen(status, _seen(raw, columns, rows), raw)


def _read(master: int, process: subprocess.Popen[bytes], answers: list[tuple[str, str]], interrupt: str | None) -> str:
    raw = b""
    deadline, looked = time.monotonic() + PATIENCE, 0
    ended = False
    while time.monotonic() < deadline:
        ready, _, _ = select.select([master], [], [], 0.05)
        if not ready:
            if ended:
                break
            ended = process.poll() is not None  # what it wrote last may have come since
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other side is gone
            break
        if not piece:
            break
        raw += piece
        text = raw.decode(errors="replace")
        if answers and answers[0][0] in text[looked:]:
            looked = len(text)
            os.write(master, answers.pop(0)[1].encode())
        if interrupt is not None and interrupt in text:
            interrupt = None
            os.write(master, b"\x03")
    else:
        raise TimeoutError(f"still running after {PATIENCE:g} s: {raw[-2000:].decode(errors='replace')}")
    return raw.decode(errors="replace")


def _seen(raw: str, columns: int, rows: int) -> list[str]:
    screen = pyte.HistoryScreen(columns, rows, history=10_000)
    pyte.Stream(screen).feed(raw)
    gone = ["".join(line[n].data for n in range(columns)).rstrip() for line in screen.history.top]
    shown = [line.rstrip() for line in screen.display]
    while shown and not shown[-1]:
        shown.pop()
    return [*gone, *shown]


def typed(
    command: Sequence[str], environment: Mapping[str, str], answers: Sequence[tuple[str, str]], *, cwd: Any = None
) -> str:
    """Run a program on a terminal and type into it: what it has written, with its control sequences.

    Args:
        command: the program and its arguments.
        environment: of the process, all of it.
        answers: what to type when a text has been written, one after the other.
        cwd: the folder that it runs in.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    process = subprocess.Popen(
        command, env=dict(environment), stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=cwd,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    try:
        return _read(master, process, list(answers), None)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        os.close(master)
