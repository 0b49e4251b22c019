"""Prism, a stock server for OpenAPI documents: as a mock of the official document, and as a proxy that judges."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from . import node

DOCUMENT = Path(__file__).parents[3] / "shared" / "openapi" / "digitalocean-v2.json"
_SECONDS = 90.0


@contextmanager
def mock() -> Iterator[int]:
    """The port of a mock of the document."""
    with _running("mock") as port:
        yield port


@contextmanager
def proxy(exchanges: list[dict[str, Any]]) -> Iterator[int]:
    """The port of a proxy in front of what was answered: request number ``x-number`` has that answer."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            one = exchanges[int(self.headers["x-number"])]
            self.send_response_only(one["status"])
            for name, value in one["said"].items():
                self.send_header(name, value)
            bare = one["status"] == 204 or self.command == "HEAD"
            if one["status"] != 204:
                self.send_header("content-length", str(len(one["answer"])))
            self.end_headers()
            if not bare:
                self.wfile.write(one["answer"])

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    upstream.daemon_threads = True
    thread = threading.Thread(target=upstream.serve_forever)
    thread.start()
    try:
        with _running("proxy", f"http://127.0.0.1:{upstream.server_port}") as port:
            yield port
    finally:
        upstream.shutdown()
        thread.join()
        upstream.server_close()


@contextmanager
def _running(command: str, *arguments: str) -> Iterator[int]:
    program = node.package("@stoplight/prism-cli") / "dist" / "index.js"
    if not DOCUMENT.exists():
        pytest.skip("the official document is not here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["node", program, command, "-h", "127.0.0.1", "-p", str(port), "-v", "error", DOCUMENT, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, "prism ended"
            assert time.monotonic() < deadline, "prism did not start"
            time.sleep(0.2)


def ask(port: int, exchanges: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int, str, list[dict[str, Any]]]]:
    """Send each request; yields it with the status, the body, and what Prism found to be against the document."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for number, one in enumerate(exchanges):
            target = f"{one['path']}?{one['query']}" if one["query"] else one["path"]
            headers = {**one["headers"], "authorization": "Bearer x", "x-number": str(number)}
            connection.request(one["method"], target, one["body"] or None, headers)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
            found = answer.getheader("sl-violations")
            yield one, answer.status, body, json.loads(found) if found else []
    finally:
        connection.close()
