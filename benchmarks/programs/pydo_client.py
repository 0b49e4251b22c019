"""pydo, and pydo.aio."""

from __future__ import annotations

import asyncio
from typing import Any

import common
import pydo

LARGEST = 200


def client(a: Any) -> pydo.Client:
    return pydo.Client(a.token, endpoint=a.url, connection_verify=a.ca)


def single(a: Any) -> Any:
    made = client(a)
    return lambda: made.droplets.get(droplet_id=common.NUMBER)["droplet"]


def whole(a: Any) -> list[dict[str, Any]]:
    made, found, page = client(a), [], 1
    while True:
        answer = made.droplets.list(per_page=LARGEST, page=page)
        found += answer["droplets"]
        if not answer["links"]["pages"].get("next"):
            return found
        page += 1


async def many(a: Any) -> dict[str, float]:
    from pydo.aio import Client

    async with Client(a.token, endpoint=a.url, connection_verify=a.ca) as made:
        return await common.many(lambda: made.droplets.get(droplet_id=common.NUMBER), a.times)


if __name__ == "__main__":
    common.perform(
        {
            "warm": lambda a: common.warm(single(a), a.times),
            "delayed": lambda a: common.delayed(single(a), a.times),
            "listed": lambda a: common.listed(single(a), lambda: whole(a), common.read_members, a.total),
            "many": lambda a: asyncio.run(many(a)),
            "held": lambda a: common.held(lambda: whole(a), common.read_members, a.total),
        }
    )
