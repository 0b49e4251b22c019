"""One rate budget for all who use a token.

governor.py     lets requests through when there is room, and learns from the answers
line.py         what was sent lately under some limits, and when there is room for more
news.py         what an answer says of the budget
limits.py       the limits, and how users name them and the place of the count
store.py        what every place of the count can do
process.py      the count in this process; machine.py in a file; redis.py (and .lua) in Redis
fallback.py     goes on with a count of its own while a shared one cannot be reached
rate.py         what users see of it
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from ..secrets import Secret
from .governor import Governor
from .limits import RateLimits, limits_of
from .process import process_store

if TYPE_CHECKING:
    from ..client import Client
    from .store import Budget


def governor_of(client: Client, rate: str | os.PathLike[str] | RateLimits) -> Governor:
    """What lets a client's requests through.

    Raises:
        ValueError: there is no such place to keep the count.
        ImportError: it needs a package that is not installed.
    """
    limits = limits_of(rate, client.base_url)
    return Governor(client.base_url, client.root, limits, _store(client, cast(str, limits.shared)), client.clock)


def _store(client: Client, shared: str) -> Budget:
    local = process_store(client.whose, client.clock)
    if shared == "process":
        return local
    from .fallback import Shared

    if "://" in shared:
        from .redis import RedisStore

        return Shared(RedisStore(Secret(shared), client.account, client.clock), local)
    from .machine import MachineStore

    return Shared(MachineStore(None if shared == "machine" else shared, client.account), local)
