"""What is left of a token's budget, as far as is known."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class UnsharedRateWarning(RuntimeWarning):
    """The rate budget is not shared at present: the file or server that keeps it cannot be used."""


class Rate(Struct, frozen=True):
    """What is left of a token's budget. All is ``None`` before the first answer, and what nothing limits stays so.

    Attributes:
        limit: requests an hour, as the last answer said.
        remaining: what was left of them then, for all who use the token.
        reset: when the oldest request of the last hour expires, in UTC.
        asked: when that answer came, in UTC.
        minute_limit: requests a minute.
        minute_remaining: how many more may be sent now without a wait, as those count who share the budget.
        shared: where the count is kept.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: datetime | None = None
    asked: datetime | None = None
    minute_limit: int | None = None
    minute_remaining: int | None = None
    shared: str | None = None

    def __repr__(self) -> str:
        return f"<Rate: {self}>"

    def __str__(self) -> str:
        if self.limit is None:
            return "unknown before the first answer"
        text = f"{self.remaining:,} of {self.limit:,} an hour left"
        if self.minute_limit is not None:
            text += f", {self.minute_remaining} of {self.minute_limit} a minute"
        if self.reset is not None:
            text += f"; the oldest request expires at {self.reset:%H:%M:%S} UTC"
        return text
