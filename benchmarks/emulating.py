"""What the emulator costs: its start, a GET of a Droplet over a socket and in the process, and what a fleet takes.

python -m benchmarks.emulating raw     the floor: an ASGI application that answers with ready bytes, on the same server
"""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dopyapi.emulator import Emulator
from dopyapi.emulator.wire import Message, Receive, Send

from .measure import Figure, Table

ROUNDS = 3
STARTS = 7
CALLS = 3000
CONNECTIONS = 8
FLEET = 10_000
FLOOR = "raw ASGI application"


def measure() -> Table:
    """Servers are processes of their own; the client is one thread with plain sockets."""
    found = {"python -c pass": _median([_bare() for _ in range(STARTS)])}
    starts = [_start() for _ in range(STARTS)]
    found["start of the server to the first answer"] = _median([first for first, _ in starts])
    found["its first request"] = _median([request for _, request in starts])
    rates: dict[str, list[float]] = {FLOOR: [], "GET of a Droplet": []}
    waits: list[float] = []
    for _ in range(ROUNDS):
        for name, arguments in ((FLOOR, ["benchmarks.emulating", "raw"]), ("GET of a Droplet", ["dopyapi.emulator"])):
            with _serving(*arguments) as port:
                rates[name].append(_rate(port, _droplet(port)))
                if name != FLOOR:
                    waits += _waits(port, _droplet(port))
    figures = [Figure(name, seconds * 1e3, "ms") for name, seconds in found.items()]
    floor = _median(rates[FLOOR])
    figures.append(Figure("GET of a Droplet, one connection, median", _median(waits) * 1e3, "ms"))
    figures.append(Figure(f"{FLOOR}, {CONNECTIONS} connections", floor, "/s"))
    rate = _median(rates["GET of a Droplet"])
    figures.append(Figure(f"GET of a Droplet, {CONNECTIONS} connections", rate, "/s", FLOOR, rate / floor))
    figures.append(Figure("GET of a Droplet, in the process", _in_process() * 1e6, "us"))
    figures.append(Figure(f"memory of a server with {FLEET:,} Droplets", _memory(), "MB"))
    return Table("The emulator", "One worker; servers in processes of their own; medians of runs in turn.", figures)


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _bare() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


def _start() -> tuple[float, float]:
    """Seconds from the start of a server to its first answer, and what of that is the request."""
    started = time.perf_counter()
    with _serving("dopyapi.emulator") as port:
        listening = time.perf_counter()
        _ask(port, "GET", "/v2/account")
        return time.perf_counter() - started, time.perf_counter() - listening


@contextmanager
def _serving(module: str, *arguments: str) -> Iterator[int]:
    further = () if module.startswith("benchmarks") else ("--port", "0", "--quiet", "--speed", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments, *further],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().rstrip().rpartition(":")[2])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _ask(port: int, method: str, path: str, body: Any = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    data = None if body is None else json.dumps(body)
    headers = {"authorization": "Bearer t", "content-type": "application/json"}
    connection.request(method, path, data, headers)
    answer = connection.getresponse().read()
    connection.close()
    return json.loads(answer) if answer else None


def _droplet(port: int) -> bytes:
    """A request for a Droplet that there is."""
    spec = {"name": "web", "region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    made = _ask(port, "POST", "/v2/droplets", spec)["droplet"]
    number = made.get("id", 1)
    return b"GET /v2/droplets/%d HTTP/1.1\r\nhost: x\r\nauthorization: Bearer t\r\n\r\n" % number


def _rate(port: int, request: bytes) -> float:
    """Requests a second over several connections that are kept open."""
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    size = len(_answer(sockets[0], request))
    started = time.perf_counter()
    for _ in range(CALLS // CONNECTIONS):
        for each in sockets:
            each.sendall(request)
        for each in sockets:
            _receive(each, size)
    seconds = time.perf_counter() - started
    for each in sockets:
        each.close()
    return CALLS // CONNECTIONS * CONNECTIONS / seconds


def _waits(port: int, request: bytes) -> list[float]:
    """Seconds that a request takes, one after the other on one connection."""
    found = []
    with socket.create_connection(("127.0.0.1", port)) as each:
        size = len(_answer(each, request))
        for _ in range(CALLS // 3):
            started = time.perf_counter()
            each.sendall(request)
            _receive(each, size)
            found.append(time.perf_counter() - started)
    return found


def _answer(sock: socket.socket, request: bytes) -> bytes:
    """A first answer, whose length says where the others end."""
    sock.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        data += sock.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(
        next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")).split(b":")[1]
    )
    while len(body) < length:
        body += sock.recv(65536)
    return head + b"\r\n\r\n" + body


def _receive(sock: socket.socket, size: int) -> None:
    # Headers that count have as many digits as before, or one less: the body's end tells.
    data = sock.recv(65536)
    while len(data) < size - 4 or not data.endswith(b"}"):
        data += sock.recv(65536)


def _in_process() -> float:
    """Seconds of a GET without a socket."""
    headers = {"authorization": "Bearer t", "content-type": "application/json"}
    with Emulator(speed=0) as emulator:
        spec = b'{"name":"web","region":"ams3","size":"s-1vcpu-1gb","image":"debian-12-x64"}'
        number = json.loads(emulator.handle("POST", "/v2/droplets", "", headers, spec).body)["droplet"]["id"]
        path = f"/v2/droplets/{number}"
        runs = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(CALLS):
                emulator.handle("GET", path, "", headers, b"")
            runs.append((time.perf_counter() - started) / CALLS)
    return _median(runs)


def _memory() -> float:
    """Megabytes of a process that holds a fleet and has listed some of it."""
    program = (
        "import json, resource, uvicorn; from dopyapi.emulator import Emulator\n"
        "e = Emulator(speed=0); h = {'authorization': 'Bearer t', 'content-type': 'application/json'}\n"
        "b = {'region': 'ams3', 'size': 's-1vcpu-1gb', 'image': 'debian-12-x64'}\n"
        f"for at in range({FLEET} // 10):\n"
        "    names = [f'web-{at}-{n}' for n in range(10)]\n"
        "    body = json.dumps({**b, 'names': names}).encode()\n"
        "    assert e.handle('POST', '/v2/droplets', '', h, body).status == 202\n"
        "for page in range(1, 51): e.handle('GET', '/v2/droplets', f'per_page=200&page={page}', h, b'')\n"
        "print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True, timeout=120)
    return float(done.stdout)


def _serve_raw() -> None:
    from dopyapi.emulator.listening import listening

    body = json.dumps({"droplet": {"name": "x" * 2900}}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    with listening("127.0.0.1", 0) as at:
        at.serve(app, at.url)


if __name__ == "__main__":
    _serve_raw()
