"""Answers that leave in one piece, past uvicorn: byte for byte what uvicorn would have sent."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dopyapi.emulator import Answer, Emulator, Fault, asgi, heads, wire
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


@pytest.fixture
def by_tasks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of each request that uvicorn has made a task for."""
    found: list[str] = []
    ready_answer = asgi.ready_answer

    def noted(scope: Any) -> Any:
        found.append(scope["path"])
        return ready_answer(scope)

    monkeypatch.setattr(asgi, "ready_answer", noted)
    return found


@pytest.fixture
def dialogue() -> Iterator[Callable[..., list[bytes]]]:
    """Send requests over one connection, each when those before it have been answered, and return the answers."""
    with emulator(log=100) as emulated, emulated.serve() as served:

        def hold(*requests: str) -> list[bytes]:
            host, _, port = served.url.removeprefix("http://").partition(":")
            with socket.create_connection((host, int(port)), 10) as client, client.makefile("rb") as answers:
                found = []
                for request in requests:
                    client.sendall(request.encode())
                    for _ in range(request.count(" HTTP/1.")):
                        found.append(_answer(answers, asked_by_head=request.startswith("HEAD")))
            return found

        hold.emulated = emulated  # type: ignore[attr-defined]
        yield hold


def _answer(lines: Any, *, asked_by_head: bool) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = lines.readline()
        assert line, "the connection has ended"
        head += line
    length = re.search(rb"content-length: (\d+)", head)
    return head + (lines.read(int(length[1])) if length and not asked_by_head else b"")


@pytest.mark.parametrize("asked", USUAL.values(), ids=USUAL)
def test_a_later_request_without_a_body_needs_no_task(asked, dialogue, by_uvicorn, by_tasks, monkeypatch):
    before = _request("GET", "/v2/regions")
    later = dialogue(before, _request(*asked))[1]
    assert by_tasks == ["/v2/regions", *([asked[1]] if asked[0] == "POST" else [])]
    assert by_uvicorn == []
    if asked[0] == "POST":
        dialogue(_request("DELETE", "/v2/tags/web"))
    monkeypatch.setattr(wire, "head_of", lambda answer: None)
    assert CHANGES.sub(b"", later) == CHANGES.sub(b"", dialogue(before, _request(*asked))[1])
    assert by_uvicorn == [200, int(later[9:12])]


FOR_A_TASK = {
    "HEAD": (_request("HEAD", "/v2/tags?page=1"), b"200"),
    "the last": (_request("GET", "/v2/tags?page=1", more="connection: close\r\n"), b"200"),
    "an old protocol": (_request("GET", "/v2/tags?page=1", version="1.0"), b"200"),
    "an old protocol to go on": (
        _request("GET", "/v2/tags?page=1", more="connection: keep-alive\r\n", version="1.0"),
        b"200",
    ),
    "by way of a proxy": (_request("GET", "/v2/tags?page=1", more="x-forwarded-proto: https\r\n"), b"200"),
    "a URL with its host": (_request("GET", "http://x/v2/tags?page=1"), b"200"),
    "a URL with a fragment": (_request("GET", "/v2/tags?page=1#there"), b"200"),
    "no body, by its length": (_request("GET", "/v2/tags?page=1", more="content-length: 0\r\n"), b"200"),
    "another protocol": (_request("GET", "/v2/tags?page=1", more="connection: upgrade\r\nupgrade: x\r\n"), b"200"),
}


@pytest.mark.parametrize(("asked", "status"), FOR_A_TASK.values(), ids=FOR_A_TASK)
def test_all_else_has_a_task_and_is_carried_out_once(asked, status, dialogue, by_tasks):
    answer = dialogue(_request("GET", "/v2/regions"), asked)[1]
    assert answer.startswith(b"HTTP/1.1 %b " % status)
    assert by_tasks == ["/v2/regions", "/v2/tags"]
    log = dialogue.emulated.emulator.log
    assert [(one.path, one.query) for one in log] == [("/v2/regions", ""), ("/v2/tags", "page=1")]


def test_an_answer_that_cannot_leave_in_one_piece_is_not_worked_out_again(dialogue, by_tasks):
    dialogue.emulated.emulator.faults.add(Fault(path="/v2/tags", slow=0.01))
    answers = dialogue(_request("GET", "/v2/regions"), _request("GET", "/v2/tags"), _request("GET", "/v2/regions"))
    assert [answer[9:12] for answer in answers] == [b"200"] * 3
    assert by_tasks == ["/v2/regions", "/v2/tags"]
    assert [one.path for one in dialogue.emulated.emulator.log] == ["/v2/regions", "/v2/tags", "/v2/regions"]


def test_many_requests_at_once_leave_others_their_turn(dialogue, by_tasks):
    many = [_request("GET", f"/v2/droplets/{n}") for n in range(100)]
    answers = dialogue(_request("GET", "/v2/regions"), "".join(many))
    assert [answer[9:12] for answer in answers] == [b"200", *[b"404"] * 100]
    assert by_tasks[:2] == ["/v2/regions", "/v2/droplets/16"]


def test_requests_with_and_without_a_body_that_come_together_keep_their_order(say):
    both = [
        _request("POST", "/v2/tags", f'{{"name":"name-{n}"}}') + _request("GET", f"/v2/tags/name-{n}")
        for n in range(20)
    ]
    answers = say("".join(both))
    assert re.findall(rb'"name":"(name-\d+)"', answers) == [b"name-%d" % (n // 2) for n in range(40)]


def test_who_waits_to_be_asked_for_the_body_is_asked(say):
    body = '{"name":"late"}'
    answer = say(_request("POST", "/v2/tags", body, "expect: 100-continue\r\n"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n")


def test_a_head_says_what_the_answer_has():
    answer = Answer(201, {"content-type": "application/json", "content-length": "2"}, b"{}")
    assert heads.head_of(answer) == (
        b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
    )
    assert heads.head_of(Answer(204, {"date": "now"}, b"")) == b"HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n"


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
    assert heads.head_of(Answer(status, headers, body)) is None


def test_another_uvicorn_sends_answers_by_itself():
    kind: Any = wire.protocol()
    connection = kind.__new__(kind)
    connection.scope = {}
    assert not connection.answered(Emulator())
    connection.cycle = SimpleNamespace(scope={})  # which knows nothing of what ours knows
    assert not connection.sends(Answer(204, {}, b""), {"method": "GET"})
    assert not connection.sends(Answer(204, {}, b""), connection.cycle.scope)
