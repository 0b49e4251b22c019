"""Answers that leave in one piece, past uvicorn: byte for byte what uvicorn would have sent."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dopyapi.emulator import Answer, asgi, wire
from dopyapi.testing import emulator
from dopyapi.testing.serving import Served

pytest.importorskip("uvicorn")

CHANGES = re.compile(rb"(x-request-id|date|ratelimit-remaining|ratelimit-reset): [^\r]*|[0-9a-f-]{36}")
HEADERS = "host: x\r\nauthorization: Bearer any\r\n"


@pytest.fixture
def by_uvicorn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The status of each answer that uvicorn has put together."""
    found: list[int] = []
    start = asgi.start

    def counted(answer: Answer) -> Any:
        found.append(answer.status)
        return start(answer)

    monkeypatch.setattr(asgi, "start", counted)
    return found


@pytest.fixture
def say() -> Iterator[Callable[..., bytes]]:
    """Send bytes over a connection of their own, and return what comes until it ends."""
    with emulator() as emulated, emulated.serve() as served:

        def send(data: str) -> bytes:
            return _said(served, data)

        yield send


def _said(served: Served, data: str) -> bytes:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 10) as client:
        client.sendall(data.encode())
        answer = b""
        while answer.count(b"HTTP/1.1 2") < data.count(" HTTP/1.1\r\n") - 1:
            answer += client.recv(65536)
        client.shutdown(socket.SHUT_WR)
        while more := client.recv(65536):
            answer += more
    return answer


def _request(method: str, path: str, body: str = "", more: str = "", version: str = "1.1") -> str:
    length = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/{version}\r\n{HEADERS}{length}{more}\r\n{body}"


USUAL = {
    "found": ("GET", "/v2/account"),
    "listed": ("GET", "/v2/sizes?per_page=200"),
    "created": ("POST", "/v2/tags", '{"name":"web"}'),
    "not found": ("GET", "/v2/droplets/1"),
    "refused": ("POST", "/v2/tags", "{"),
    "no body": ("DELETE", "/v2/tags/none"),
    "not emulated": ("GET", "/v2/apps"),
    "not JSON": ("GET", "/"),
}


@pytest.mark.parametrize("asked", USUAL.values(), ids=USUAL)
def test_it_is_what_uvicorn_sends(asked, say, by_uvicorn, monkeypatch):
    at_once = say(_request(*asked))
    assert by_uvicorn == []
    if asked[0] == "POST":
        say(_request("DELETE", "/v2/tags/web"))
    monkeypatch.setattr(wire, "head_of", lambda answer: None)
    assert CHANGES.sub(b"", at_once) == CHANGES.sub(b"", say(_request(*asked)))
    assert len(by_uvicorn) == 1


UNUSUAL = {
    "no body is to come": _request("HEAD", "/v2/account"),
    "the connection ends with it": _request("GET", "/v2/account", more="connection: close\r\n"),
    "an old protocol": _request("GET", "/v2/account", version="1.0"),
}


@pytest.mark.parametrize("asked", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_left_to_uvicorn(asked, say, by_uvicorn):
    answer = say(asked)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert by_uvicorn == [200]
    assert answer.endswith(b"\r\n\r\n") == asked.startswith("HEAD")
    assert (b"connection: close" in answer) == (not asked.startswith("HEAD"))


def test_requests_that_come_together_are_answered_in_their_order(say, by_uvicorn):
    names = [f"name-{n}" for n in range(20)]
    answers = say("".join(_request("POST", "/v2/tags", f'{{"name":"{name}"}}') for name in names))
    assert re.findall(rb'"name":"(name-\d+)"', answers) == [name.encode() for name in names]
    assert answers.count(b"HTTP/1.1 201 Created\r\n") == 20


def test_who_waits_to_be_asked_for_the_body_is_asked(say):
    body = '{"name":"late"}'
    answer = say(_request("POST", "/v2/tags", body, "expect: 100-continue\r\n"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n")


def test_a_head_says_what_the_answer_has():
    answer = Answer(201, {"content-type": "application/json", "content-length": "2"}, b"{}")
    assert wire.head_of(answer) == (
        b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
    )
    assert wire.head_of(Answer(204, {"date": "now"}, b"")) == b"HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"{}"),
        (200, {"content-length": "3"}, b"{}"),
        (204, {}, b"{}"),
        (200, {"content-length": "2", "transfer-encoding": "chunked"}, b"{}"),
        (200, {"content-length": "2", "connection": "close"}, b"{}"),
        (200, {"content-length": "2", "x-more": "a\r\nx-made-up: b"}, b"{}"),
        (200, {"content-length": "2", "x-more\r\n": "a"}, b"{}"),
        (200, {"content-length": "2", "x-more": "\0"}, b"{}"),
        (299, {"content-length": "2"}, b"{}"),
    ],
)
def test_no_head_is_made_of_what_is_unusual(status, headers, body):
    assert wire.head_of(Answer(status, headers, body)) is None


def test_another_uvicorn_sends_answers_by_itself():
    connection: Any = wire.protocol().__new__(wire.protocol())
    connection.cycle = SimpleNamespace(scope={})  # which knows nothing of what ours knows
    assert not connection.sends(Answer(204, {}, b""), {"method": "GET"})
    assert not connection.sends(Answer(204, {}, b""), connection.cycle.scope)
