"""What a blocking request looks like on the wire: as urllib3 would have sent it, and never two requests in one."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from urllib3.connection import HTTPConnection, HTTPSConnection

from dopyapi._core.connections import SENT_TOGETHER, PlainConnection, TLSConnection, head_of
from dopyapi._core.secrets import Secret

from .loopback import Server
from .network import Asking

ORDINARY = {"user-agent": "dopyapi", "accept-encoding": "gzip", "authorization": "Bearer secret-token"}


def sent(connection: HTTPConnection, method: str = "GET", target: str = "/v2/x", **given: Any) -> list[bytes]:
    """The lines of a request's head, sorted, and its body."""
    ours, other = socket.socketpair()
    with ours, other:
        connection.sock = ours
        connection.timeout = 5.0
        connection.request(method, target, **{"headers": ORDINARY, **given})
        ours.shutdown(socket.SHUT_WR)
        head, _, body = b"".join(iter(lambda: other.recv(65536), b"")).partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    return [first, *sorted(lines), body]


@pytest.mark.parametrize("port", [None, 80, 443, 8443])
@pytest.mark.parametrize("host", ["api.example", "api.example.", "127.0.0.1", "::1", "bücher.example"])
@pytest.mark.parametrize(("ours", "theirs"), [(PlainConnection, HTTPConnection), (TLSConnection, HTTPSConnection)])
def test_the_host_is_named_as_urllib3_names_it(ours, theirs, host, port):
    assert sent(ours(host, port)) == sent(theirs(host, port))


@pytest.mark.parametrize("port", [443, 8443])
@pytest.mark.parametrize("host", ["api.example", "2001:db8::1"])
def test_in_a_tunnel_the_host_is_its_end(host, port):
    found = []
    for kind in (TLSConnection, HTTPSConnection):
        connection = kind("proxy.example", 3128)
        connection.set_tunnel(host, port)
        found.append(sent(connection))
    assert found[0] == found[1]
    assert not any(b"proxy.example" in line for line in found[0])


def test_the_zone_of_an_address_stays_here():
    assert b"Host: [fe80::1]:8080" in sent(PlainConnection("fe80::1%eth0", 8080))


def test_brackets_around_an_address_are_not_doubled():
    connection = TLSConnection("proxy.example", 3128)
    connection.set_tunnel("[2001:db8::1]", 443)
    assert b"Host: [2001:db8::1]" in sent(connection)


@pytest.mark.parametrize("body", [None, b"", b'{"a":1}', b"x" * SENT_TOGETHER, b"x" * (SENT_TOGETHER + 1)])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "PURGE"])
def test_the_length_of_a_body_is_said_as_urllib3_says_it(method, body):
    ours = sent(PlainConnection("a.example"), method, body=body)
    assert ours == sent(HTTPConnection("a.example"), method, body=body)
    assert (b"Content-Length: 0" in ours) == (body == b"" or (body is None and method[0] == "P"))


@pytest.mark.parametrize(
    "further",
    [
        {"Host": "other.example"},
        {"content-length": "3"},
        {"transfer-encoding": "chunked"},
        {"x-note": "caf\xe9\xff\x80"},
        {"x-note": "a\tb"},
        {"x-note": ""},
        {"X-Upper": " spaces stay "},
    ],
    ids=str,
)
@pytest.mark.parametrize("body", [None, b"abc"])
def test_headers_go_out_as_urllib3_sends_them(further, body):
    given = {"headers": {**ORDINARY, **further}, "body": body}
    assert sent(PlainConnection("a.example"), "PUT", **given) == sent(HTTPConnection("a.example"), "PUT", **given)


@pytest.mark.parametrize("target", ["/v2/x?a=b+c&d=%2F", "http://api.example/v2/x", "/a:b@c;d=1,2", "/~x'()*!$"])
def test_targets_go_out_as_they_are(target):
    assert sent(PlainConnection("a.example"), target=target)[0] == f"GET {target} HTTP/1.1".encode()


@pytest.mark.parametrize("character", [chr(n) for n in (*range(9), *range(10, 32), 127)])
def test_nothing_ends_its_line_too_early(character):
    for header in ({"x": f"a{character}b"}, {"x": character}, {f"a{character}b": "x"}, {"x": f"a\r\n{character} b"}):
        with pytest.raises(ValueError, match="header"):
            head_of("GET", "/", "", header)
    with pytest.raises(ValueError, match="path"):
        head_of("GET", f"/a{character}b", "", {})
    with pytest.raises(ValueError, match="method"):
        head_of(f"GET{character}", "/", "", {})


@pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "a: b", "naïve", "a,b", 'a"'])
def test_names_are_names(name):
    with pytest.raises(ValueError, match="not the name of a header"):
        head_of("GET", "/", "", {name: "x"})


@pytest.mark.parametrize(
    ("method", "target"), [("", "/"), ("GET /", "/"), ("GÉT", "/"), ("GET", "/a b"), ("GET", "/ü")]
)
def test_methods_and_paths_are_one_word(method, target):
    with pytest.raises(ValueError, match=r"method|path"):
        head_of(method, target, "", {})


@pytest.mark.parametrize("value", ["token\r\nx: y", "token\n", "token\0", "token€"])
def test_what_is_refused_is_not_shown(value):
    with pytest.raises(ValueError) as caught:
        head_of("GET", "/?token=token", "", {"authorization": Secret(value)})
    shown, frame = [str(caught.value)], caught.tb
    while frame is not None:
        if frame.tb_frame.f_code.co_filename.endswith("connections.py"):
            shown.append(repr(frame.tb_frame.f_locals))
        frame = frame.tb_next
    assert len(shown) > 1
    assert not any("token\\" in text or "token€" in text for text in shown)
    with pytest.raises(ValueError) as caught:
        head_of("GET", "/ ?token=abc", "", {})
    assert "abc" not in str(caught.value)


async def test_what_is_refused_opens_no_connection_and_spoils_none(serve, call):
    server: Server = serve()
    asking = Asking(server.url)
    for _ in range(40):  # more often than there are connections
        with pytest.raises(ValueError):
            await call(asking, note="a\r\nb: c")
    assert (await call(asking, note="a")).status == 200
    assert len(server.seen) == 1
    asking.transport.close()
