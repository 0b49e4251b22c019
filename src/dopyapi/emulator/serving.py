"""Serving an emulator over HTTP."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import pointing
from .arguments import PROGRAM
from .arguments import parser as arguments_parser
from .asgi import App
from .clock import VirtualClock
from .durations import Durations
from .lag import Lag
from .limits import Limits
from .listening import ListeningError, listening
from .plan import Faults
from .server import Emulator

if TYPE_CHECKING:
    from .tokens import Scopes


def main(
    arguments: Sequence[str] | None = None,
    *,
    program: str = PROGRAM,
    on_listening: Callable[[str, Path | None], None] | None = None,
) -> int:
    """Serve until interrupted; returns the process's exit status.

    Parameters:
        arguments: those of this process unless given.
        program: the command that it is called by.
        on_listening: is told where it listens, and the authority to trust, once it has the account.
    """
    parser = arguments_parser(program)
    options = parser.parse_args(arguments)
    if options.scopes is not None and options.token is None:
        parser.error("--scopes says what a token may do: give --token too")
    try:
        limits = None if options.limits is None else Limits.parse(options.limits)
    except ValueError as error:
        parser.error(f"argument --limits: {error}")
    encrypted = options.tls or bool(options.hosts)
    place = listening(options.host, options.port, encrypted=encrypted, names=options.hosts, folder=options.tls_folder)
    try:
        with place as at:
            try:
                emulator = _emulator(options, limits)
            except (ValueError, OSError) as error:
                return _failed(f"cannot start: {error}")
            further = () if options.quiet else pointing.lines(at.url, options.token, at.ca, options.hosts)
            with emulator:
                if on_listening is not None:
                    on_listening(at.url, at.ca)
                at.serve(App(emulator), "\n".join((f"dopyapi emulator listening on {at.url}", *further)))
    except ListeningError as error:
        return _failed(str(error))
    return 0


def _failed(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return 1


def _emulator(options: argparse.Namespace, limits: Limits | None) -> Emulator:
    emulator = Emulator(
        options.data,
        speed=options.speed,
        limits=limits,
        tokens=None if options.token is None else {options.token: _scopes(options.scopes)},
        strict=options.strict,
        faults=Faults() if options.faults is None else Faults.from_file(options.faults),
        lag=Lag(options.list_lag, options.get_lag, options.address_lag, options.end_lag),
        durations=Durations.parse(options.duration),
        clock=VirtualClock() if options.clock == "virtual" else None,
        hosts=options.hosts,
    )
    try:
        # An account that was kept from the last time has its seed already.
        if not any(emulator.state.counts().values()):
            for file in options.seed:
                emulator.seed(Path(file))
    except BaseException:
        emulator.close()
        raise
    return emulator


def _scopes(text: str | None) -> Scopes:
    if text is None or text == "read":
        return text
    return [scope.strip() for scope in text.split(",") if scope.strip()]
