"""An answer, and what becomes of it on its way to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .clock import Clock

Lost = Literal["refused", "reset", "silent", "half"]
"""How an answer is lost: the connection is not taken, or breaks; nothing comes; half of the body comes."""
PIECES = 10
"""In how many pieces a slow body comes."""


class Delivery(NamedTuple):
    """How an answer travels when it does not simply arrive; whoever carries it sees to that.

    Attributes:
        delay: seconds before it leaves.
        slow: seconds that its body takes, piece by piece.
        lost: how it never arrives, or not as a whole; None when it does.
        twice: whether it arrives twice.
    """

    delay: float = 0.0
    slow: float = 0.0
    lost: Lost | None = None
    twice: bool = False


class Answer(NamedTuple):
    """What a client gets: header names are lower-case.

    Attributes:
        status: 0 when the client gets no answer at all.
        delivery: how it travels, where a fault meddles with that; None when it simply arrives.
    """

    status: int
    headers: dict[str, str]
    """Headers, lower-case names."""
    body: bytes
    """What it says."""
    delivery: Delivery | None = None


class Answering(Protocol):
    """What answers requests: an emulator, or a recording.

    Attributes:
        clock: its time.
        identity: what tells it from every other one.
    """

    clock: Clock
    identity: str

    def handle(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, base_url: str = ...
    ) -> Answer:
        """Answer one request; it never raises, and may be called from any thread."""


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(moment: datetime) -> str:
    """A moment in UTC as a ``date`` header has it, in English whatever the locale."""
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} "
        f"{moment.hour:02}:{moment.minute:02}:{moment.second:02} GMT"
    )
