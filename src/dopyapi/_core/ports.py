"""Whether something answers at a port, and greets as SSH servers do.

All places are tried at once from one thread, so that 200 of them that keep silent take as long as one. Connections
are direct: proxies carry requests to the API, not these. Host keys are not looked at; whoever logs in does that.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from .steps import Steps, work

GREETING = b"SSH-"
LONGEST_PRELUDE = 8192
"""Bytes that a server may say before its greeting."""
MOST_OPEN = 256
"""Connections at a time."""
TICK = 0.1
"""Seconds after which a wait that was given up is noticed."""

Place = tuple[str, int]


def greetings(places: Sequence[Place], timeout: float) -> Steps[list[str]]:
    """Try all places at the same time; why each is not ready, in words, and nothing of those that greeted.

    Args:
        places: address and port of each.
        timeout: seconds for which each may be silent.
    """
    given_up = threading.Event()
    try:
        return (yield from work(lambda: _Knocking(places, timeout, given_up.is_set).run()))
    finally:
        given_up.set()


class _Knocking:
    """All attempts of one time."""

    def __init__(self, places: Sequence[Place], timeout: float, given_up: Callable[[], bool]) -> None:
        self._places, self._timeout, self._given_up = places, timeout, given_up
        self._reasons = [""] * len(places)
        self._open: dict[int, _Attempt] = {}

    def run(self) -> list[str]:
        """Try until each has greeted, failed or been silent for too long."""
        waiting = list(range(len(self._places)))[::-1]
        with selectors.DefaultSelector() as selector:
            try:
                while (waiting or self._open) and not self._given_up():
                    while waiting and len(self._open) < MOST_OPEN and self._opened(selector, waiting[-1]):
                        waiting.pop()
                    for key, _ in selector.select(self._pause()):
                        self._heard(selector, key.data)
                    now = monotonic()
                    for number in [n for n, a in self._open.items() if a.deadline <= now]:
                        said = "says nothing" if self._open[number].connected else "does not answer"
                        self._end(selector, number, f"{said} within {self._timeout:g} s")
            finally:
                for number in list(self._open):
                    self._end(selector, number, "was not tried to the end")
        return self._reasons

    def _pause(self) -> float:
        nearest = min((attempt.deadline for attempt in self._open.values()), default=0.0)
        return min(max(nearest - monotonic(), 0.0), TICK)

    def _opened(self, selector: selectors.BaseSelector, number: int) -> bool:
        """Begin one; ``False`` where it has to wait for others to end."""
        host, port = self._places[number]
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE) and self._open:
                return False
            self._reasons[number] = f"cannot be tried: {error.strerror or error}"
            return True
        sock.setblocking(False)
        self._open[number] = _Attempt(sock, monotonic() + self._timeout)
        selector.register(sock, selectors.EVENT_WRITE, number)
        failed = sock.connect_ex(address)
        if failed not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
            self._end(selector, number, _in_words(failed))
        return True

    def _heard(self, selector: selectors.BaseSelector, number: int) -> None:
        """Something has happened at one of them."""
        attempt = self._open[number]
        if not attempt.connected:
            failed = attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                self._end(selector, number, _in_words(failed))
            else:
                attempt.connected = True
                selector.modify(attempt.sock, selectors.EVENT_READ, number)
            return
        try:
            data = attempt.sock.recv(LONGEST_PRELUDE)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(selector, number, _in_words(error.errno or 0))
            return
        attempt.said += data
        # A server may say other lines before its greeting, which begins one.
        if attempt.said.startswith(GREETING) or b"\n" + GREETING in attempt.said:
            self._end(selector, number, "")
        elif not data:
            self._end(selector, number, "closes the connection without a greeting")
        elif len(attempt.said) >= LONGEST_PRELUDE:
            self._end(selector, number, "speaks something else than SSH")

    def _end(self, selector: selectors.BaseSelector, number: int, reason: str) -> None:
        attempt = self._open.pop(number)
        self._reasons[number] = reason
        with suppress(KeyError):  # Ctrl-C may come before it was registered
            selector.unregister(attempt.sock)
        attempt.sock.close()


class _Attempt:
    """A connection on its way to a greeting."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline = sock, deadline
        self.connected = False
        self.said = b""


def _in_words(number: int) -> str:
    if number == errno.ECONNREFUSED:
        return "refuses the connection"
    return f"cannot be reached: {os.strerror(number)}"
