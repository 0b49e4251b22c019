"""The real transport, in both call forms, over real sockets: what arrives, what breaks, what is sent again."""

# ruff: noqa: ASYNC251 - a program that blocks its loop is what some of these are about

from __future__ import annotations

import asyncio
import gc
import gzip
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import dopyapi as do

from .loopback import Peer, Server, answer, answering, in_turn, zipped
from .network import Exchange

SHORT = 0.2
"""Seconds of read timeout where a test waits for it."""


class TestAnswers:
    async def test_one_connection_carries_several_calls(self, serve, client, call):
        server = serve()
        exchange = Exchange(client(server.url))
        for _ in range(5):
            assert (await call(exchange)).body == b'{"here":true}'
        assert (len(server.seen), server.connections) == (5, 1)

    async def test_what_goes_out(self, serve, client, call):
        server = serve()
        await call(Exchange(client(server.url)), "POST", "/droplets", query={"a": "b c"}, body={"name": "web"})
        (seen,) = server.seen
        assert (seen.method, seen.target, seen.body) == ("POST", "/v2/droplets?a=b+c", b'{"name":"web"}')
        assert seen["authorization"] == "Bearer secret-token"
        assert seen["content-type"] == "application/json"
        assert sorted(name for name, _ in seen.headers) == sorted({name for name, _ in seen.headers})

    async def test_gzip_is_unpacked(self, serve, client, call):
        server = serve(answering(zipped(b"[1]" * 1000)))
        assert (await call(Exchange(client(server.url)))).body == b"[1]" * 1000
        assert server.seen[0]["accept-encoding"] == "gzip"

    async def test_chunks_are_joined(self, serve, client, call):
        head = answer(body=b"", content_length="", transfer_encoding="chunked")
        server = serve(answering(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"))
        exchange = Exchange(client(server.url))
        assert (await call(exchange)).body == b"abcde"
        assert (await call(exchange)).body == b"abcde"
        assert server.connections == 1

    async def test_large_answers_are_whole(self, serve, client, call):
        body = os.urandom(4_000_000)
        server = serve(answering(answer(body=body)))
        assert (await call(Exchange(client(server.url)))).body == body

    async def test_text_and_nothing_come_as_they_are(self, serve, client, call):
        page = answer(200, b"hello", content_type="text/plain")
        server = serve(answering(page, answer(204, b"", content_type="", content_length="")))
        exchange = Exchange(client(server.url))
        text = await call(exchange)
        assert (text.body, text.headers["content-type"]) == (b"hello", "text/plain")
        nothing = await call(exchange)
        assert (nothing.status, nothing.body) == (204, b"")

    async def test_a_page_in_place_of_an_answer_is_none(self, serve, client, call):
        server = serve(answering(answer(200, b"<html>please log in</html>", content_type="text/html")))
        with pytest.raises(do.NetworkError, match="an HTML page, not the API's"):
            await call(Exchange(client(server.url)))
        assert len(server.seen) == 3

    async def test_an_error_page_of_a_gateway_is_an_error(self, serve, client, call):
        server = serve(answering(answer(502, b"<html>bad gateway</html>", content_type="text/html")))
        with pytest.raises(do.DOError, match="bad gateway") as caught:
            await call(Exchange(client(server.url)))
        assert (caught.value.status, caught.value.attempts, len(server.seen)) == (502, 3, 3)

    async def test_header_names_are_lower_case_and_repeated_ones_joined(self, serve, client, call):
        wire = answer(RateLimit_Remaining="7").replace(b"\r\n\r\n", b"\r\nLink: <a>\r\nLINK: <b>\r\n\r\n", 1)
        headers = (await call(Exchange(client(serve(answering(wire)).url)))).headers
        assert (headers["ratelimit-remaining"], headers["link"]) == ("7", "<a>, <b>")
        assert all(name == name.lower() for name in headers)

    async def test_head_put_and_a_delete_with_a_body(self, serve, client, call):
        def talk(server: Server, peer: Peer) -> None:
            while (seen := peer.read()) is not None:
                server.seen.append(seen)
                wire = answer()
                peer.send(wire.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if seen.method == "HEAD" else wire)

        server = serve(talk)
        exchange = Exchange(client(server.url))
        head = await call(exchange, "HEAD")
        assert (head.body, head.headers["content-length"]) == (b"", "13")
        await call(exchange, "PUT", body={"a": 1})
        await call(exchange, "DELETE", body={"tags": ["x"]})
        await call(exchange, "DELETE")
        await call(exchange, "POST")
        assert [(s.method, s.body) for s in server.seen] == [
            ("HEAD", b""),
            ("PUT", b'{"a":1}'),
            ("DELETE", b'{"tags":["x"]}'),
            ("DELETE", b""),
            ("POST", b""),
        ]
        assert server.connections == 1

    @pytest.mark.parametrize("path", ["/tags/a%2Fb%3Ac", "/x%20y%C3%BC", "/a:b@c;d=1,2", "/q?n=%2F%3A&m=a%2Bb+c"])
    async def test_paths_arrive_as_they_are_quoted(self, serve, client, call, path):
        server = serve()
        await call(Exchange(client(server.url)), "GET", path)
        assert server.seen[0].target == "/v2" + path

    async def test_a_header_cannot_bring_another_one(self, serve, client, call):
        server = serve()
        with pytest.raises(ValueError):
            await call(Exchange(client(server.url)), headers={"x-note": "a\r\nx-other: b"})
        assert not server.seen

    async def test_an_answer_of_unknown_length_ends_with_its_connection(self, serve, client, call):
        def talk(server: Server, peer: Peer) -> None:
            server.seen.append(peer.read())
            peer.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[1,")
            peer.send(b"2]")

        server = serve(talk)
        exchange = Exchange(client(server.url))
        assert [(await call(exchange)).body for _ in range(2)] == [b"[1,2]"] * 2
        assert server.connections == 2

    async def test_a_large_body_is_sent_whole(self, serve, client, call):
        server = serve()
        body = b'"' + b"x" * 900_000 + b'"'
        await call(Exchange(client(server.url)), "POST", body=body)
        assert server.seen[0].body == body

    async def test_the_token_does_not_follow_a_redirect_to_another_host(self, serve, client, call):
        other = serve()
        server = serve(answering(answer(302, b"", location=f"{other.url}/file")))
        assert (await call(Exchange(client(server.url)))).body == b'{"here":true}'
        assert server.seen[0]["authorization"] == "Bearer secret-token"
        assert other.seen[0]["authorization"] is None
        assert other.seen[0].target == "/file"


class TestBrokenConnections:
    async def test_a_refused_one_was_not_used_and_is_tried_again(self, client, call):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(
            do.NetworkError, match=rf"cannot connect to 127.0.0.1:{port}: .*refused .*API_URL"
        ) as caught:
            await call(Exchange(client(f"http://127.0.0.1:{port}")), "POST")
        assert (caught.value.sent, caught.value.attempts) == (False, 3)

    async def test_an_unknown_name_was_not_asked(self, client, call):
        with pytest.raises(do.NetworkError, match=r"cannot connect to no-such-host\.invalid:80: ") as caught:
            await call(Exchange(client("http://no-such-host.invalid")))
        assert not caught.value.sent

    @pytest.mark.parametrize("read_first", [True, False])
    async def test_a_reset_is_tried_again_for_a_get_only(self, serve, client, call, read_first):
        def dropping(server: Server, peer: Peer) -> None:
            if read_first:
                server.seen.append(peer.read())
            peer.reset()

        server = serve(in_turn(dropping, answering()))
        exchange = Exchange(client(server.url))
        assert (await call(exchange)).status == 200
        assert server.connections == 2
        server = serve(in_turn(dropping, answering()))
        try:
            await call(Exchange(client(server.url)), "POST", body={})
        except do.UncertainResult as error:
            assert "the connection broke" in str(error)
            assert isinstance(error.__cause__, do.NetworkError)
            assert (error.attempts, server.connections) == (1, 1)
        else:
            # On a busy machine the reset can come before anything was sent, and that is known.
            assert not read_first
            assert [r.method for r in server.seen] == ["POST"]

    async def test_half_a_body_is_no_answer(self, serve, client, call):
        def half(server: Server, peer: Peer) -> None:
            server.seen.append(peer.read())
            peer.send(answer(body=b"x" * 100)[:-50])

        server = serve(in_turn(half, answering()))
        assert (await call(Exchange(client(server.url)))).body == b'{"here":true}'
        server = serve(half)
        with pytest.raises(do.UncertainResult, match="the connection broke"):
            await call(Exchange(client(server.url)), "POST", body={})
        assert len(server.seen) == 1

    async def test_half_a_chunk_and_false_gzip_are_no_answers(self, serve, client, call):
        def half(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(answer(body=b"", content_length="", transfer_encoding="chunked") + b"5\r\nab")

        with pytest.raises(do.NetworkError, match="the connection broke"):
            await call(Exchange(client(serve(half).url)))
        false = answering(answer(body=b"not gzip at all", content_encoding="gzip"))
        with pytest.raises(do.NetworkError, match="the connection broke"):
            await call(Exchange(client(serve(false).url)))
        cut = gzip.compress(os.urandom(1000))[:-100]
        with pytest.raises(do.NetworkError, match="the connection broke"):
            await call(Exchange(client(serve(answering(answer(body=cut, content_encoding="gzip"))).url)))

    async def test_what_is_not_http_is_an_error_of_the_network(self, serve, client, call):
        def talk(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(b"220 mail.example ESMTP\r\n\r\n")

        with pytest.raises(do.NetworkError, match="the connection broke"):
            await call(Exchange(client(serve(talk).url)))

    async def test_silence_ends_with_the_read_timeout(self, serve, client, call):
        def silent(server: Server, peer: Peer) -> None:
            server.seen.append(peer.read())
            peer.read()

        server = serve(silent)
        exchange = Exchange(client(server.url, timeout=(5.0, SHORT), retries=0))
        with pytest.raises(do.UncertainResult, match=r"no answer within 0\.2 s") as caught:
            await call(exchange, "POST", body={})
        lost = caught.value.__cause__
        assert isinstance(lost, do.RequestTimeout)
        assert isinstance(lost, TimeoutError)
        assert lost.sent

    async def test_silence_in_the_middle_of_a_body_ends_too(self, serve, client, call):
        def stuck(server: Server, peer: Peer) -> None:
            peer.read()
            peer.send(answer(body=b"x" * 100)[:-50])
            peer.read()

        with pytest.raises(do.RequestTimeout):
            await call(Exchange(client(serve(stuck).url, timeout=(5.0, SHORT), retries=0)))

    async def test_a_slow_answer_is_an_answer(self, serve, client, call):
        """The read timeout is the time without any data, not that of the whole answer."""

        def slow(server: Server, peer: Peer) -> None:
            peer.read()
            wire = answer()
            for place in range(0, len(wire), 12):
                peer.send(wire[place : place + 12])
                time.sleep(0.08)

        started = time.monotonic()
        assert (await call(Exchange(client(serve(slow).url, timeout=(5.0, 0.4), retries=0)))).status == 200
        assert time.monotonic() - started > 0.4  # longer than the timeout, or nothing was tested

    @pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH"])
    async def test_one_that_was_closed_while_idle_is_replaced_silently(self, serve, client, call, method):
        closed = threading.Event()

        def brief(server: Server, peer: Peer) -> None:
            server.seen.append(peer.read())
            peer.send(answer())
            peer.sock.shutdown(socket.SHUT_WR)
            closed.set()

        server = serve(in_turn(brief, answering()))
        exchange = Exchange(client(server.url, retries=0))
        await call(exchange, method)
        assert closed.wait(5)
        time.sleep(0.05)  # a program that computes: its loop, where it has one, stands still
        assert (await call(exchange, method)).status == 200
        assert [(s.method, s.connection) for s in server.seen] == [(method, 1), (method, 2)]

    async def test_the_answer_connection_close_is_obeyed(self, serve, client, call):
        server = serve(answering(answer(connection="close")))
        exchange = Exchange(client(server.url, retries=0))
        for _ in range(3):
            await call(exchange, "POST")
        assert server.connections == 3


class TestSharing:
    def test_threads_share_a_client(self, serve, client):
        server = serve()
        exchange = Exchange(client(server.url))
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda n: exchange("GET", f"/{n}"), range(200)))
        assert {a.status for a in answers} == {200}
        assert sorted(s.target for s in server.seen) == sorted(f"/v2/{n}" for n in range(200))
        assert server.connections <= 16

    def test_more_threads_than_connections_wait_for_one(self, serve, client, caplog):
        def slow(server: Server, peer: Peer) -> None:
            while peer.read() is not None:
                time.sleep(0.02)
                peer.send(answer())

        server = serve(slow)
        exchange = Exchange(client(server.url))
        with ThreadPoolExecutor(40) as pool:
            assert {a.status for a in pool.map(lambda n: exchange(), range(80))} == {200}
        assert server.connections <= 32
        assert not caplog.records

    def test_tasks_share_a_client(self, serve, client):
        server = serve()
        exchange = Exchange(client(server.url))

        async def many():
            return await asyncio.gather(*(exchange.aio("GET", f"/{n}") for n in range(200)))

        assert {a.status for a in asyncio.run(many())} == {200}
        assert len({s.target for s in server.seen}) == 200
        assert server.connections <= 32

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_a_forked_child_opens_its_own_connection(self, serve):
        # In a process of its own: this one has threads, which a fork should not meet.
        server = serve()
        program = """if True:
            import os, sys
            import dopyapi as do
            from dopyapi._core.steps import drive
            client = do.Client("t", sys.argv[1], retries=0)
            drive(client.exchange("GET", "/parent"))
            child = os.fork()
            if child == 0:
                drive(client.exchange("GET", "/child"))
                client.close()
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            drive(client.exchange("GET", "/parent-again"))
            client.close()
        """
        subprocess.run([sys.executable, "-W", "error", "-c", program, server.url], check=True, timeout=30)
        assert [(s.target, s.connection) for s in server.seen] == [
            ("/v2/parent", 1),
            ("/v2/child", 2),
            ("/v2/parent-again", 1),
        ]

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_loops_come_and_go(self, serve, client, scheme):
        trustme = pytest.importorskip("trustme")
        import ssl

        authority = trustme.CA()
        inside, outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
        authority.issue_cert("127.0.0.1").configure_cert(inside)
        authority.configure_trust(outside)
        server = serve(tls=inside if scheme == "https" else None)
        made = client(server.url, ca=outside)
        exchange = Exchange(made)
        for _ in range(3):
            assert asyncio.run(exchange.aio()).status == 200
            gc.collect()  # what was not closed warns now, and a warning fails the test
        assert server.connections == 3
        assert not made.transport._sessions

    def test_both_forms_mix(self, serve, client):
        exchange = Exchange(client(serve().url))
        exchange()
        asyncio.run(exchange.aio())
        exchange()


class TestTheEnd:
    async def test_after_close_a_client_opens_new_connections(self, serve, client, call):
        server = serve()
        made = client(server.url)
        exchange = Exchange(made)
        await call(exchange)
        if call.name == "sync":
            made.close()
        else:
            await made.aclose()
        assert (await call(exchange)).status == 200
        assert server.connections == 2

    def test_with_closes_the_connections(self, serve):
        ended = threading.Event()

        def talk(server: Server, peer: Peer) -> None:
            answering()(server, peer)
            ended.set()

        server = serve(talk)
        with do.Client("t", server.url) as made:
            Exchange(made)()
            assert not ended.is_set()
        assert ended.wait(5)

    def test_async_with_closes_both_kinds(self, serve):
        ended = threading.Semaphore(0)

        def talk(server: Server, peer: Peer) -> None:
            answering()(server, peer)
            ended.release()

        server = serve(talk)

        async def main():
            async with do.Client("t", server.url) as made:
                Exchange(made)()
                await Exchange(made).aio()
            for _ in range(2):
                assert await asyncio.to_thread(ended.acquire, timeout=5)

        asyncio.run(main())
        assert server.connections == 2

    async def test_closing_what_was_never_used_is_nothing(self, client, call):
        made = client("http://127.0.0.1:1")
        made.close()
        if call.name == "aio":
            await made.aclose()
            await made.aclose()

    def test_without_aiohttp_awaiting_says_what_to_install(self, serve, client, monkeypatch):
        exchange = Exchange(client(serve().url))
        monkeypatch.setitem(sys.modules, "aiohttp", None)
        with pytest.raises(ImportError, match=r"pip install 'dopyapi\[async\]'"):
            asyncio.run(exchange.aio())
        assert exchange().status == 200

    def test_a_cancelled_call_leaves_the_client_usable(self, serve, client):
        asked = threading.Event()

        def silent(server: Server, peer: Peer) -> None:
            peer.read()
            asked.set()
            peer.read()

        server = serve(in_turn(silent, answering()))
        exchange = Exchange(client(server.url))

        async def main():
            task = asyncio.create_task(exchange.aio("GET", "/cancelled"))
            await asyncio.to_thread(asked.wait, 5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(TimeoutError):  # the caller's own limit, not a timeout of the request
                async with asyncio.timeout(0):
                    await exchange.aio("GET", "/too-late")
            return await exchange.aio("GET", "/next")

        assert asyncio.run(main()).status == 200
        assert server.seen[-1].target == "/v2/next"
