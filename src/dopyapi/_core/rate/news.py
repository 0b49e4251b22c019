"""What an answer says about the token's budget."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ..retry import retry_after
from ..steps import Response


class News(Struct, frozen=True):
    """The budget as the API sees it, for all who use the token.

    Attributes:
        limit: requests an hour.
        remaining: what is left of them.
        reset: when the oldest of those that were made expires; seconds since the epoch.
        wait: seconds that nobody may send for, after a 429.
        refused: whether the answer was a 429.
    """

    limit: int
    remaining: int
    reset: float
    wait: float | None = None
    refused: bool = False


def news_of(response: Response) -> News | None:
    """What an answer says; ``None`` where it says nothing of the budget."""
    headers = response.headers
    limit, news = headers.get("ratelimit-limit"), None
    if limit is not None:
        try:
            said = int(limit), int(headers["ratelimit-remaining"]), float(headers["ratelimit-reset"])
        except (KeyError, ValueError):
            said = 0, 0, 0.0
        if 0 <= said[1] <= said[0] and said[0]:
            news = News(*said)
    if response.status != 429:
        return news
    return replace(news or NOTHING, wait=retry_after(response), refused=True)


NOTHING = News(0, 0, 0.0)
"""No news, but for what is set in its copies."""
