"""An emulator in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from .._core.errors import DOPyError
from ..emulator import Fault, Faults
from ..emulator.tls import CERTIFICATE
from .control import Controlled
from .emulated import TOKEN


@dataclass(frozen=True)
class Server(Controlled):
    """An emulator that listens; ``reset()``, ``seed(...)``, ``advance(...)``, ``faults`` and more reach it from here.

    Attributes:
        url: where, without ``/v2``.
        token: a token that it takes.
        pid: its process.
        ca: the certificate of its authority; None without TLS.
    """

    url: str
    token: str
    pid: int
    ca: Path | None = None


@contextmanager
def server(*arguments: str, faults: Faults | Iterable[Fault] = (), tls: bool = False) -> Generator[Server]:
    """An emulator in a process of its own, on a free port of the loopback interface; it ends with the block.

    Args:
        arguments: further arguments of ``python -m dopyapi.emulator``.
        faults: what goes wrong.
        tls: speak TLS; `ca` is the file to trust.
    """
    plan = faults if isinstance(faults, Faults) else Faults(faults)
    with TemporaryDirectory(prefix="dopyapi-") as folder:
        further = _of_plan(plan, Path(folder))
        if tls or "--tls" in arguments or "--hosts" in arguments:
            further += ["--tls", "--tls-folder", folder]
        command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--quiet", *further, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = next((word for word in line.split() if word.startswith(("http://", "https://"))), None)
            if url is None:
                raise DOPyError(f"the emulator did not start: {line.strip() or 'it said nothing'}")
            ca = Path(folder) / CERTIFICATE if url.startswith("https:") else None
            yield Server(url.rstrip("/"), _token(arguments), process.pid, ca)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _token(arguments: Sequence[str]) -> str:
    """A token that a server with these arguments takes."""
    for argument, value in pairwise((*arguments, "")):
        if argument == "--token":
            return value
        if argument.startswith("--token="):
            return argument.partition("=")[2]
    return TOKEN


def _of_plan(plan: Faults, folder: Path) -> list[str]:
    """The arguments by which a server is given a plan."""
    if not plan:
        return []
    import msgspec

    file = folder / "faults.json"
    file.write_bytes(msgspec.json.encode(plan.to_data()))
    return ["--faults", str(file)]
