from __future__ import annotations

import asyncio
import socket

from dopyapi.emulator.joining import Joining
from dopyapi.testing import emulator


class Recorder(asyncio.Transport):
    """A transport that keeps what it is given to send."""

    def __init__(self) -> None:
        super().__init__({"peername": "somebody"})
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data) -> None:
        assert not self.closed
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close


def _joined(work) -> Recorder:
    async def run() -> Recorder:
        recorder = Recorder()
        await work(Joining(recorder), recorder)
        return recorder

    return asyncio.run(run())


def test_what_is_written_in_one_turn_is_sent_together_at_its_end():
    async def work(joining: Joining, recorder: Recorder) -> None:
        joining.write(b"head")
        joining.write(b"body")
        assert recorder.sent == []
        await asyncio.sleep(0)
        joining.write(b"more")
        await asyncio.sleep(0)

    assert _joined(work).sent == [b"headbody", b"more"]


def test_what_is_large_is_not_copied():
    body = bytes(1_000_000)

    async def work(joining: Joining, recorder: Recorder) -> None:
        joining.write(b"head")
        joining.write(body)
        await asyncio.sleep(0)
        assert recorder.sent[1] is body

    assert _joined(work).sent == [b"head", body]


def test_nothing_is_no_piece():
    """With an empty one, asyncio of 3.12 and later would not stop sending."""

    async def work(joining: Joining, recorder: Recorder) -> None:
        joining.write(b"")
        await asyncio.sleep(0)
        joining.write(b"head")
        joining.write(b"")
        await asyncio.sleep(0)

    assert _joined(work).sent == [b"head"]


def test_what_was_written_is_sent_before_the_end():
    async def work(joining: Joining, recorder: Recorder) -> None:
        joining.write(b"head")
        joining.close()
        assert (recorder.sent, joining.is_closing()) == ([b"head"], True)
        await asyncio.sleep(0)

    assert _joined(work).sent == [b"head"]


def test_nothing_is_sent_on_a_connection_that_broke():
    async def work(joining: Joining, recorder: Recorder) -> None:
        joining.write(b"head")
        joining.abort()
        await asyncio.sleep(0)
        assert joining.get_extra_info("peername") == "somebody"

    assert _joined(work).sent == []


def test_a_client_that_has_said_all_gets_its_answer():
    with emulator() as emulated, emulated.serve() as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        for _ in range(20):
            with socket.create_connection((host, int(port)), 10) as client:
                client.sendall(b"GET /v2/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\n\r\n")
                client.shutdown(socket.SHUT_WR)
                answer = b""
                while more := client.recv(65536):
                    answer += more
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"}")
