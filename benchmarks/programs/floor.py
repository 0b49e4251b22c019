"""The floor: the least that any program must do, by bare sockets and the best decoder there is."""

from __future__ import annotations

import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import common
import msgspec

AT_ONCE = 8
LARGEST = 200


class Droplet(msgspec.Struct):
    """What is read of each."""

    id: int
    name: str
    status: str
    memory: int
    created_at: str


class Single(msgspec.Struct):
    droplet: Droplet


class Several(msgspec.Struct):
    droplets: list[Droplet]


class Raws(msgspec.Struct):
    droplets: list[msgspec.Raw]


SINGLE, SEVERAL, RAWS = (msgspec.json.Decoder(kind) for kind in (Single, Several, Raws))


class Bare:
    """One connection."""

    def __init__(self, a: Any) -> None:
        port = int(a.url.rpartition(":")[2])
        tls = ssl.create_default_context(cafile=a.ca)
        self.sock = tls.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = f"HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {a.token}\r\n\r\n"

    def send(self, path: str) -> None:
        self.sock.sendall(f"GET {path} {self.head}".encode())

    def receive(self) -> bytes:
        pieces = [self.sock.recv(262_144)]
        while b"\r\n\r\n" not in pieces[0]:
            pieces[0] += self.sock.recv(262_144)
        head, _, pieces[0] = pieces[0].partition(b"\r\n\r\n")
        missing = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(pieces[0])
        while missing:
            pieces.append(self.sock.recv(262_144))
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def get(self, path: str) -> bytes:
        self.send(path)
        return self.receive()


def single(a: Any) -> Any:
    bare = Bare(a)
    path = f"/v2/droplets/{common.NUMBER}"
    return lambda: SINGLE.decode(bare.get(path))


def pages(a: Any) -> list[str]:
    return [f"/v2/droplets?page={n}&per_page={LARGEST}" for n in range(1, -(-a.total // LARGEST) + 1)]


def whole(a: Any) -> list[Droplet]:
    bare = Bare(a)
    return [droplet for path in pages(a) for droplet in SEVERAL.decode(bare.get(path)).droplets]


def at_once(a: Any) -> list[Droplet]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        bares = list(pool.map(lambda _: Bare(a), range(AT_ONCE)))
        wanted = pages(a)

        def part(n: int) -> list[Droplet]:
            return [d for path in wanted[n::AT_ONCE] for d in SEVERAL.decode(bares[n].get(path)).droplets]

        return [droplet for droplets in pool.map(part, range(AT_ONCE)) for droplet in droplets]


def many(a: Any) -> dict[str, float]:
    bares = [Bare(a) for _ in range(common.IN_FLIGHT)]
    path = f"/v2/droplets/{common.NUMBER}"
    for bare in bares:
        bare.get(path)
    cpu, clock = time.process_time(), time.perf_counter()
    done = 0
    while done < a.times:
        for bare in bares:
            bare.send(path)
        for bare in bares:
            SINGLE.decode(bare.receive())
        done += len(bares)
    scale = a.times / done
    return {"clock": (time.perf_counter() - clock) * scale, "cpu": (time.process_time() - cpu) * scale}


if __name__ == "__main__":
    common.perform(
        {
            "warm": lambda a: common.warm(single(a), a.times),
            "delayed": lambda a: common.delayed(single(a), a.times),
            "listed": lambda a: common.listed(single(a), lambda: whole(a), common.read_attributes, a.total),
            "listed at once": lambda a: common.listed(single(a), lambda: at_once(a), common.read_attributes, a.total),
            "many": many,
            "held": lambda a: common.held(
                lambda: [bytes(raw) for p in pages(a) for raw in RAWS.decode(Bare(a).get(p)).droplets],
                lambda found: None,
                a.total,
            ),
        }
    )
