"""dopyapi."""

from __future__ import annotations

import asyncio
from typing import Any

import common

import dopyapi as do


def client(a: Any) -> do.Client:
    return do.Client(a.token, a.url, ca=a.ca)


def single(a: Any) -> Any:
    do.authenticate(a.token, a.url, ca=a.ca)
    return lambda: do.Droplet.fetch(common.NUMBER)


def whole(a: Any) -> list[do.Droplet]:
    with do.using(client(a)):
        return list(do.Droplet.list.all())


async def many(a: Any) -> dict[str, float]:
    async with client(a) as made:
        fetch = do.Droplet.fetch.on(made)
        return await common.many(lambda: fetch.aio(common.NUMBER), a.times)


if __name__ == "__main__":
    common.perform(
        {
            "warm": lambda a: common.warm(single(a), a.times),
            "delayed": lambda a: common.delayed(single(a), a.times),
            "listed": lambda a: common.listed(single(a), lambda: whole(a), common.read_attributes, a.total),
            "many": lambda a: asyncio.run(many(a)),
            "held": lambda a: common.held(lambda: whole(a), common.read_attributes, a.total),
        }
    )
