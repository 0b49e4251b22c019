"""Connections over real sockets, blocking and awaited: what an answer is, and which connection is used again."""

from __future__ import annotations

import gc
import gzip
import os
import signal
import socket
import ssl
import threading
import time
import tracemalloc

import pytest
import trustme

import dopyapi as do
from dopyapi._core import connections

from .loopback import Peer, Server, answer, in_turn
from .network import Asking

JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = JSON + b"transfer-encoding: chunked\r\n\r\n"
EARLY = b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 2


@pytest.fixture
def ask(serve):
    """Starts a server and makes what asks it."""
    made: list[Asking] = []

    def start(talk, **given):
        server = serve(talk)
        made.append(Asking(server.url, **given))
        return server, made[-1]

    yield start
    for each in made:
        each.transport.close()


def once(*pieces: bytes, sent: threading.Semaphore | None = None):
    """Answer each request with these pieces."""

    def talk(server: Server, peer: Peer) -> None:
        peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what comes next comes at once
        while (seen := peer.read()) is not None:
            server.seen.append(seen)
            for piece in pieces:
                peer.send(piece)
            if sent is not None:
                sent.release()

    return talk


class TestBothForms:
    """What either library makes of an answer is the same."""

    @pytest.mark.parametrize(
        ("wire", "body", "stays"),
        [
            (JSON + b"content-length: 2\r\n\r\n{}", b"{}", True),
            (EARLY + JSON + b"content-length: 2\r\n\r\n{}", b"{}", True),
            (CHUNKED + b'1;a="b"\r\n{\r\n1\r\n}\r\n0\r\n\r\n', b"{}", True),
            (CHUNKED + b"2\r\n{}\r\n0\r\ntrailer: 1\r\nother: 2\r\n\r\n", b"{}", True),
            (CHUNKED + b"0\r\n\r\n", b"", True),
            (JSON + b"connection: close\r\ncontent-length: 2\r\n\r\n{}", b"{}", False),
            (JSON.replace(b"1.1", b"1.0") + b"content-length: 2\r\n\r\n{}", b"{}", False),
            (JSON.replace(b"1.1", b"1.0") + b"connection: keep-alive\r\ncontent-length: 2\r\n\r\n{}", b"{}", True),
            (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
            (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", b"", True),
            (b"HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", b"", True),
            (answer(body=gzip.compress(b"{}"), content_encoding="gzip"), b"{}", True),
        ],
    )
    @pytest.mark.parametrize("size", [10_000, 7])
    async def test_an_answer_and_what_becomes_of_its_connection(self, ask, call, wire, body, stays, size):
        server, asking = ask(once(*(wire[n : n + size] for n in range(0, len(wire), size))))
        for _ in range(3):
            found = await call(asking)
            assert (found.status, found.body) == (int(wire.rpartition(b"HTTP/1.")[2][2:5]), body)
            assert "link" not in found.headers
            assert "trailer" not in found.headers
        assert server.connections == (1 if stays else 3)

    async def test_no_body_is_awaited_where_only_the_head_was_asked_for(self, ask, call):
        server, asking = ask(once(JSON + b"content-length: 580000\r\n\r\n"))
        for _ in range(3):
            found = await call(asking, "HEAD")
            assert (found.body, found.headers["content-length"]) == (b"", "580000")
        assert server.connections == 1

    @pytest.mark.parametrize(
        "wire",
        [
            b"220 mail.example ESMTP\r\n\r\n",
            b"<html></html>",
            JSON + b"content-length: -1\r\n\r\n{}",
            JSON + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            CHUNKED + b"x\r\n{}\r\n0\r\n\r\n",
            CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
            JSON + b"a: " + b"x" * 400_000 + b"\r\ncontent-length: 2\r\n\r\n{}",
        ],
    )
    async def test_what_nobody_understands_is_a_broken_connection(self, ask, call, wire):
        server, asking = ask(in_turn(once(wire), once(answer())))
        with pytest.raises(do.NetworkError, match="the connection broke") as caught:
            await call(asking, "POST", b"{}")
        assert caught.value.sent
        assert (await call(asking)).status == 200
        assert server.connections == 2

    @pytest.mark.parametrize(
        "wire", [JSON + b"content-length: 100\r\n\r\n{}", CHUNKED + b"5\r\n{}", CHUNKED + b"2\r\n{}\r\n"]
    )
    async def test_too_little_is_a_broken_connection(self, ask, call, wire):
        def cut(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(wire)

        server, asking = ask(in_turn(cut, once(answer())))
        with pytest.raises(do.NetworkError, match="the connection broke"):
            await call(asking, "POST", b"{}")
        assert (await call(asking)).status == 200
        assert server.connections == 2

    @pytest.mark.parametrize("place", [0, 5, 30, 60, len(CHUNKED) + 1, len(CHUNKED) + 5, len(CHUNKED) + 9])
    async def test_silence_between_any_two_bytes_ends(self, ask, call, place):
        wire = CHUNKED + b"2\r\n{}\r\n0\r\n\r\n"

        def stuck(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(wire[:place])
            peer.read()

        server, asking = ask(stuck, timeout=0.06)
        with pytest.raises(do.RequestTimeout, match=r"no answer within 0\.06 s"):
            await call(asking, "POST", b"{}")
        assert server.connections == 1

    async def test_a_page_of_a_large_listing_is_whole(self, ask, call):
        body = os.urandom(580_000)
        _, asking = ask(once(answer(body=body)))
        assert (await call(asking)).body == body

    @pytest.mark.parametrize("place", ["api.example", "api.example:8080", "[2001:db8::1]", "[2001:db8::1]:8080"])
    async def test_a_proxy_that_forwards_is_told_whom_a_request_is_for(self, serve, call, place):
        proxy = serve()
        asking = Asking(f"http://{place}", proxy=proxy.url)
        for _ in range(2):
            assert (await call(asking, "POST", b"{}")).status == 200
        (seen, again) = proxy.seen
        assert (seen.target, seen["host"], seen.body) == (f"http://{place}/x", place, b"{}")
        assert (again.headers, again.connection) == (seen.headers, 1)
        asking.transport.close()


class TestBlocking:
    """What only the connections of blocking calls do."""

    @pytest.mark.parametrize("surplus", [b"x", b"HTTP/1.1 200 OK\r\n", answer(200, b'"of nobody"')])
    @pytest.mark.parametrize("later", [True, False])
    def test_more_than_was_asked_for_is_nobodys_answer(self, ask, surplus, later):
        wire, sent = answer(), threading.Semaphore(0)
        server, asking = ask(once(wire, surplus, sent=sent) if later else once(wire + surplus, sent=sent))
        for _ in range(3):
            assert asking().body == b'{"here":true}'
            assert sent.acquire(timeout=5)
        assert server.connections == 3

    @pytest.mark.parametrize("size", [200, 4_096, 8_192, 16_384, 40_000])
    @pytest.mark.parametrize("records", [1, 2])
    def test_nor_does_tls_keep_any_of_it(self, serve, size, records):
        """A record that was read in part would be in no socket, where urllib3 looks for it."""
        authority = trustme.CA()
        inside, outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
        authority.issue_cert("127.0.0.1").configure_cert(inside)
        authority.configure_trust(outside)
        body = b"x" * (size - len(answer(body=b"", content_length=str(size))))  # so that the answer has that size
        wire, surplus = answer(body=body), answer(body=b"of nobody")
        sent = threading.Semaphore(0)
        server = serve(once(wire, surplus, sent=sent) if records == 2 else once(wire + surplus, sent=sent), inside)
        asking = Asking(server.url, ca=outside)
        for _ in range(3):
            assert asking().body == body
            assert sent.acquire(timeout=5)
        assert server.connections == 3
        asking.transport.close()

    def test_an_answer_to_half_a_request_is_one(self, ask):
        def impatient(server: Server, peer: Peer) -> None:
            peer.sock.recv(1000)
            peer.send(answer(413, b"{}", connection="close"))
            peer.sock.shutdown(socket.SHUT_WR)
            time.sleep(0.05)  # the answer is there before the end is

        server, asking = ask(in_turn(impatient, once(answer())))
        assert asking("POST", b"x" * 20_000_000).status == 413
        assert asking("POST", b"{}").status == 200
        assert server.connections == 2

    def test_ctrl_c_ends_the_wait_and_its_connection(self, ask):
        main = threading.get_ident()

        def slow(server: Server, peer: Peer) -> None:
            server.seen.append(peer.read())
            peer.send(answer()[:-5])
            time.sleep(0.05)  # it is being read
            signal.pthread_kill(main, signal.SIGINT)
            peer.read()

        server, asking = ask(in_turn(slow, once(answer(body=b'"new"'))))
        with pytest.raises(KeyboardInterrupt):
            asking()
        assert asking().body == b'"new"'
        assert [seen.connection for seen in server.seen] == [1, 2]

    @pytest.mark.parametrize("name", ["on_header", "on_headers_complete", "on_message_complete"])
    def test_wherever_it_comes(self, ask, name, monkeypatch):
        server, asking = ask(once(answer()))

        def interrupted(*arguments: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(connections.Reading, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                asking()
        for _ in range(40):  # none of the 32 places of the pool is lost
            assert asking().status == 200
        assert server.connections == 2

    def test_each_failure_gives_its_place_in_the_pool_back(self, ask):
        def broken(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(b"HTTP/1.1 20")

        server, asking = ask(broken)
        for _ in range(40):
            with pytest.raises(do.NetworkError, match="ends within its head"):
                asking()
        assert server.connections == 40

    def test_nothing_is_left_behind(self, ask):
        """Neither for the garbage collector, which a program may have turned off, nor for ever."""
        _, asking = ask(once(answer(), b""))
        asking()
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                asking()
            assert not [one for one in gc.get_objects() if isinstance(one, (connections.Reading, connections.Answer))]
        finally:
            gc.enable()

    def test_a_large_answer_takes_little_more_than_twice_its_size(self, ask):
        body = os.urandom(8_000_000)
        _, asking = ask(once(answer(body=body)))
        asking()
        tracemalloc.start()
        try:
            assert len(asking().body) == len(body)
            assert tracemalloc.get_traced_memory()[1] < 2.3 * len(body)
        finally:
            tracemalloc.stop()

    def test_a_body_goes_out_with_its_head(self, serve):
        """In one piece, which is one TLS record and one segment less than two."""
        received = []

        def talk(server: Server, peer: Peer) -> None:
            received.append(peer.sock.recv(100_000))
            peer.send(answer())

        asking = Asking(serve(talk).url)
        asking("POST", b'{"a":1}')
        asking.transport.close()
        assert received[0].endswith(b'\r\n\r\n{"a":1}')
