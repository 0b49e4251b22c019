"""A transport that sends together what is written together."""

from __future__ import annotations

import asyncio
from typing import Any

_WORTH_A_COPY = 65_536
"""Most bytes that are put together; of more, another system call costs less."""
_MOST_WAITING = 16


class Joining:
    """A transport around another: what is written within one turn of the loop is sent at its end, by one system call.

    Uvicorn writes the head of an answer and its body one after the other. Sent apart, each wakes the client, which can
    do nothing with a head alone.

    Parameters:
        transport: what really sends. All that is not about sending is left to it.
    """

    __slots__ = ("_loop", "_transport", "_waiting", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @property
    def is_filled(self) -> bool:
        """Whether so many answers wait that other connections should have their turn."""
        return len(self._waiting) >= _MOST_WAITING

    def write(self, data: bytes) -> None:
        """Send something at the end of this turn."""
        if not data:
            return
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)

    def flush(self) -> None:
        """Send what was written now; what was written to a connection that has ended is lost."""
        waiting, self._waiting = self._waiting, []
        if not waiting or self.is_closing():
            return
        # Not by writelines(): asyncio's of 3.12 and later never ends with an empty piece, and knew no pause at first.
        if sum(map(len, waiting)) <= _WORTH_A_COPY:
            waiting = [b"".join(waiting)]
        for piece in waiting:
            self._transport.write(piece)

    def close(self) -> None:
        """Send what was written, and end the connection."""
        self.flush()
        self._transport.close()
