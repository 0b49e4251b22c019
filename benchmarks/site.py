"""The API that all clients ask: ready bytes from an event loop, over TLS. It is a process of its own, and counts its
own processor time, so that each row can say whether it was this server that was waited for.

python -m benchmarks.site FOLDER [--delay 0.05]      prints its port; ends when its input does

The token says which account is meant, and who asks: ``distinct-1000-7`` has a thousand Droplets of the fleet
``distinct``. Its requests are counted as the API counts them, against a limit that no process of the suite comes to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import sys
import time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from .data import of_fleet

LIMIT, AN_HOUR = 1_000_000, 3600
"""Requests of a token in an hour."""
EXTENT = 20
"""Droplets on a page unless a request says otherwise."""


@cache
def fleet(kind: str, total: int) -> list[bytes]:
    """Each Droplet of an account as JSON."""
    return [json.dumps(of_fleet(kind, n), separators=(",", ":")).encode() for n in range(total)]


def page(items: list[bytes], query: str, base: str) -> bytes:
    """A page of a listing, with the links that some clients follow."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    number, size = int(given.get("page", 1)), int(given.get("per_page", EXTENT))
    last = max(-(-len(items) // size), 1)
    links = {}
    if number < last:
        links = {name: f"{base}?page={n}&per_page={size}" for name, n in (("next", number + 1), ("last", last))}
    tail = json.dumps({"links": {"pages": links}, "meta": {"total": len(items)}})[1:].encode()
    return b'{"droplets":[' + b",".join(items[(number - 1) * size : number * size]) + b"]," + tail


@lru_cache(maxsize=512)
def answer(kind: str, total: int, target: str, base: str) -> tuple[bytes, bytes]:
    """The answer to a request, but for what the head says of limits; made once, where there is room for it."""
    path, _, query = target.partition("?")
    if path.rstrip("/").endswith("/droplets"):
        body = page(fleet(kind, total), query, base)
    else:
        body = b'{"droplet":' + fleet(kind, 10)[1] + b"}"
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    head += "x-request-id: 6e1a4c2f-1f0f-4f5b-9c8e-3a2b1c0d9e8f\r\n"
    return head.encode(), b"\r\n\r\n" + body


class Account:
    """Whom a token stands for, and how often it has asked."""

    def __init__(self, token: str) -> None:
        self.kind, total, *_ = token.split("-")
        self.total = int(total)
        self._asked = 0
        self._reset = int(time.time()) + AN_HOUR

    def told(self) -> bytes:
        """What an answer says of the limits; this one counts."""
        self._asked += 1
        return b"ratelimit-limit: %d\r\nratelimit-remaining: %d\r\nratelimit-reset: %d" % (
            LIMIT,
            LIMIT - self._asked,
            self._reset,
        )


account = cache(Account)


class Talk(asyncio.Protocol):
    """One connection."""

    delay = 0.0
    requests = 0

    def __init__(self) -> None:
        self._pending = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:  # requests of the suite have no body
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        line, _, rest = head.partition(b"\r\n")
        target = line.split(b" ")[1].decode()
        if target == "/load":
            body = json.dumps({"cpu": time.process_time(), "requests": Talk.requests}).encode()
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            return
        Talk.requests += 1
        headers = dict(line.split(b": ", 1) for line in rest.lower().split(b"\r\n"))
        asks = account(headers[b"authorization"].rpartition(b" ")[2].decode())
        begin, rest = answer(asks.kind, asks.total, target, f"https://{headers[b'host'].decode()}/v2/droplets")
        wire = begin + asks.told() + rest
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._transport.write, wire)
        else:
            self._transport.write(wire)


async def serve(folder: Path, delay: float) -> None:
    """Listen, and say where."""
    Talk.delay = delay
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Talk, "127.0.0.1", 0, ssl=tls, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--delay", type=float, default=0.0)
    given = parser.parse_args()
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(given.folder, given.delay))
    else:
        uvloop.run(serve(given.folder, given.delay))


if __name__ == "__main__":
    main()
