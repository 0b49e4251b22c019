"""Whatever is thrown at the emulator, it says no in a way that HTTP knows, and is well afterwards."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dopyapi as do
from dopyapi._facts import operations
from dopyapi.emulator import Emulator

HEAD = b"Host: localhost\r\nAuthorization: Bearer t\r\n"
JSON = HEAD + b"Content-Type: application/json\r\n"
OPERATIONS = [(operation.method, operation.path) for operation in operations() if operation.host is None]


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, int]]:
    with do.testing.emulator() as e, e.serve() as served:
        host, port = served.url.removeprefix("http://").split(":")
        yield host, int(port)


def said(place: tuple[str, int], *parts: bytes, ends: bool = False) -> bytes:
    """What comes back for these bytes, until the server closes; empty when it just closes."""
    with socket.create_connection(place, timeout=10) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            found = b""
            while chunk := connection.recv(65536):
                found += chunk
                if b"\r\n\r\n" in found and b"HTTP/1.1 100" not in found[:20] and _is_whole(found):
                    break
        except (ConnectionResetError, BrokenPipeError):
            return b""
    return found


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return True


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def is_well(place: tuple[str, int]) -> bool:
    return status(said(place, b"GET /v2/account HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")) == 200


def posted(body: bytes, path: bytes = b"/v2/droplets", more: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST " + path + b" HTTP/1.1\r\n" + JSON + more + length + b"Connection: close\r\n\r\n" + body


BODIES = {
    "not JSON": b"{",
    "nothing": b"",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": json.dumps({"name": "a"}).encode("utf-16"),
    "deep lists": b"[" * 100_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"name":' * 50_000 + b"1" + b"}" * 50_000,
    "a lone surrogate": b'{"name": "\\ud800", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}',
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"size": Infinity}',
    "a huge number": b'{"name": "a", "image": 1' + b"0" * 400 + b', "size": "s-1vcpu-1gb"}',
    "beyond 64 bits": b'{"name": "a", "image": 99999999999999999999, "size": "s-1vcpu-1gb"}',
    "a huge exponent": b'{"name": "a", "image": 1e999, "size": "s-1vcpu-1gb"}',
    "a NUL in a name": b'{"name": "a\\u0000b", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}',
    "a list": b"[1, 2]",
    "a string": b'"text"',
    "a number": b"7",
    "wrong kinds": b'{"name": {"a": 1}, "size": [], "image": true, "tags": 5, "ssh_keys": {"x": 1}}',
    "a key of a thousand letters": b'{"' + b"a" * 1000 + b'": 1}',
    "compressed, it says": b"\x1f\x8b\x08\x00garbage",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_bodies(place: tuple[str, int], body: bytes) -> None:
    answer = said(place, posted(body))
    assert 400 <= status(answer) < 500, answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"]
    assert is_well(place)


def test_a_body_that_is_too_large_is_not_kept(place: tuple[str, int]) -> None:
    answer = said(place, posted(b"[" + b"1," * (9 * 1024 * 1024) + b"1]"))
    assert answer == b"" or status(answer) == 413
    assert is_well(place)


REQUESTS = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
    "a method of ones own": b"BREW /v2/droplets HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a method too long": b"G" * 5000 + b" /v2/droplets HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a path too long": b"GET /v2/" + b"a" * 200_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "many headers": b"GET /v2/x HTTP/1.1\r\n" + HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(3000)) + b"\r\n",
    "a header too long": b"GET /v2/x HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 500_000 + b"\r\n\r\n",
    "percent nothing": b"GET /v2/droplets/%zz%f HTTP/1.1\r\n" + HEAD + b"\r\n",
    "percent not UTF-8": b"GET /v2/tags/%ff%fe HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a NUL": b"GET /v2/tags/%00 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "slashes": b"GET //v2//droplets// HTTP/1.1\r\n" + HEAD + b"\r\n",
    "dots": b"GET /v2/droplets/../../etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n",
    "beyond 64 bits": b"GET /v2/droplets/99999999999999999999999 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a negative number": b"GET /v2/droplets/-1 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a fraction": b"GET /v2/droplets/1.5 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "other digits": b"GET /v2/droplets/%D9%A1 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a page beyond all": b"GET /v2/nothing?page=99999999999999999999 HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a length that is none": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Content-Length: x\r\n\r\n",
    "a negative length": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Content-Length: -5\r\n\r\n",
    "two lengths": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a chunk that is none": b"POST /v2/tags HTTP/1.1\r\n"
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk too long": b"POST /v2/tags HTTP/1.1\r\n"
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"f" * 40
    + b"\r\n",
    "unsigned": b"GET /v2/account HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic !!!\r\n\r\n",
    "a token not ASCII": b"GET /v2/account HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bas\xff\xfe\r\n\r\n",
}


@pytest.mark.parametrize("sent", REQUESTS.values(), ids=REQUESTS.keys())
def test_requests(place: tuple[str, int], sent: bytes) -> None:
    answer = said(place, sent)
    assert answer == b"" or 400 <= status(answer) < 500, answer[:200]
    assert is_well(place)


TRUNCATED = {
    "in the line": b"GET /v2/dro",
    "in the headers": b"GET /v2/droplets HTTP/1.1\r\nHost: lo",
    "in the body": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b'Content-Length: 100\r\n\r\n{"name"',
    "in a chunk": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"name"',
    "between chunks": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "after JSON that is whole": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b'Content-Length: 99\r\n\r\n{"name":"a"}',
    "after a whole chunk": b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    b'c\r\n{"name":"a"}\r\n',
}


@pytest.mark.parametrize("sent", TRUNCATED.values(), ids=TRUNCATED.keys())
def test_what_ends_too_early_is_not_done(place: tuple[str, int], sent: bytes) -> None:
    answer = said(place, sent, ends=True)
    if b"\r\n\r\n" in sent:
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["id"] == "bad_request"
    assert is_well(place)
    tags = said(place, b"GET /v2/tags HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert json.loads(tags.partition(b"\r\n\r\n")[2])["tags"] == []


def test_a_chunk_that_is_none_after_json_that_is_whole_is_refused(place: tuple[str, int]) -> None:
    sent = b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    assert said(place, sent + b'c\r\n{"name":"a"}\r\n', b"zz\r\n").startswith(b"HTTP/1.1 400 ")
    tags = said(place, b"GET /v2/tags HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert json.loads(tags.partition(b"\r\n\r\n")[2])["tags"] == []


def test_chunks_are_put_together(place: tuple[str, int]) -> None:
    body = b'{"name":'
    chunks = b"%x;note=1\r\n%s\r\n" % (len(body), body) + b'6\r\n"odd"}\r\n0\r\nTrailer: x\r\n\r\n'
    sent = b"POST /v2/tags HTTP/1.1\r\n" + JSON + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert status(said(place, sent, chunks)) == 201
    said(place, b"DELETE /v2/tags/odd HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")


def test_several_at_once_on_one_connection_are_answered_in_order(place: tuple[str, int]) -> None:
    one = b"GET /v2/tags/%d HTTP/1.1\r\n" + HEAD + b"\r\n"
    last = b"GET /v2/account HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    with socket.create_connection(place, timeout=10) as connection:
        connection.sendall(b"".join(one % n for n in range(20)) + last)
        found = b""
        while chunk := connection.recv(65536):
            found += chunk
    assert found.count(b"HTTP/1.1 404") == 20
    assert found.index(b"HTTP/1.1 200") > found.rindex(b"HTTP/1.1 404")


def test_who_says_nothing_holds_up_nobody(place: tuple[str, int]) -> None:
    idle = [socket.create_connection(place, timeout=10) for _ in range(50)]
    for connection in idle:
        connection.sendall(b"POST /v2/tags HTTP/1.1\r\nContent-Le")
    assert is_well(place)
    for connection in idle:
        connection.close()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
SEGMENT = st.text(max_size=20) | st.integers().map(str)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as made:
        yield made


@settings(
    max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_request_makes_it_fail(emulator: Emulator, data: Any) -> None:
    from urllib.parse import quote

    method, template = data.draw(st.sampled_from(OPERATIONS))
    known = next(o for o in operations() if (o.method, o.path) == (method, template))
    path = "/".join(quote(data.draw(SEGMENT)) if "{" in part else part for part in template.split("/"))
    fields = sorted((known.body or {}).get("properties", {})) or ["name"]
    body = data.draw(VALUES | st.dictionaries(st.sampled_from(fields), VALUES, max_size=5))
    query = data.draw(st.sampled_from(["", "page=x&per_page=-1", "page=2&page=3", "a=%ff", "tag_name=", "name=%00"]))
    sent = b"" if body is None else json.dumps(body).encode()
    answer = emulator.handle(method, path, query, {"authorization": "Bearer t"}, sent)
    assert answer.status < 500 or answer.status == 501, (answer.body, path, sent)
