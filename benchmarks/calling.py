"""Processor time of one call on an open TLS connection, beside that of a bare socket doing the same exchange."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .measure import Table, cpu_time, figures, fresh, in_turn

ROUNDS = 3
WARM_UP = 50
CALLS = 500
FLOOR = "bare ssl socket"
FORMS = {
    FLOOR: "floor",
    "Client.exchange()": "exchange",
    "Client.exchange(), awaited": "aexchange",
    "Droplet.fetch()": "fetch",
    "Droplet.fetch.aio(), awaited": "afetch",
}


@contextmanager
def server() -> Iterator[tuple[int, str]]:
    """A TLS server in a process of its own: its port, and the file of its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        both, certificate = Path(folder, "both.pem"), Path(folder, "certificate.pem")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "1", "-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run([*command, "-keyout", both, "-out", certificate], check=True, capture_output=True)
        both.write_text(both.read_text() + certificate.read_text())
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serve_tls", both],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
        )
        try:
            assert process.stdin
            assert process.stdout
            yield int(process.stdout.readline()), str(certificate)
        finally:
            process.communicate(timeout=10)  # closes its input, which ends it


def measure() -> Table:
    """Each form in fresh processes, in turn."""
    about = "Microseconds of the client's processor time per call, over an open TLS connection to another process."
    if shutil.which("openssl") is None:
        return Table("A warm call", "Not measured: the openssl program, which makes the certificate, is not here.", [])
    with server() as (port, certificate):
        found = in_turn(
            {
                name: lambda form=form: fresh(["-m", "benchmarks.calling", form, str(port), certificate])
                for name, form in FORMS.items()
            },
            ROUNDS,
        )
    return Table("A warm call", about, figures({n: v * 1e6 for n, v in found.items()}, "us", FLOOR))


def floor(port: int, certificate: str) -> float:
    """What a program must at least do: write the request, read the answer."""
    tls = ssl.create_default_context(cafile=certificate)
    request = (
        f"GET /v2/droplets/1 HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: application/json\r\n"
        "accept-encoding: gzip\r\nauthorization: Bearer token\r\nuser-agent: dopyapi\r\n\r\n"
    ).encode()
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        tls.wrap_socket(plain, server_hostname="127.0.0.1") as sock,
    ):

        def exchange() -> None:
            sock.sendall(request)
            received = b""
            while b"\r\n\r\n" not in received:
                received += sock.recv(65536)
            head, _, body = received.partition(b"\r\n\r\n")
            length = int(head.rpartition(b"content-length: ")[2])
            while len(body) < length:
                body += sock.recv(65536)

        for _ in range(WARM_UP):
            exchange()
        return cpu_time(exchange, CALLS)


def call(form: str, port: int, certificate: str) -> float:
    """One form of a call, through all of dopyapi."""
    import dopyapi as do
    from dopyapi._core.steps import adrive, drive

    client = do.Client("token", f"https://127.0.0.1:{port}", ca=certificate)
    fetch = do.Droplet.fetch.on(client)
    if form in ("exchange", "fetch"):
        with client:
            work = (lambda: drive(client.exchange("GET", "/droplets/1"))) if form == "exchange" else (lambda: fetch(1))
            for _ in range(WARM_UP):
                work()
            return cpu_time(work, CALLS)

    async def awaited() -> float:
        async with client:
            for n in range(WARM_UP + CALLS):
                if n == WARM_UP:
                    started = time.process_time()
                await (adrive(client.exchange("GET", "/droplets/1")) if form == "aexchange" else fetch.aio(1))
            return (time.process_time() - started) / CALLS

    return asyncio.run(awaited())


if __name__ == "__main__":
    form, port, certificate = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print(json.dumps(floor(port, certificate) if form == "floor" else call(form, port, certificate)))
