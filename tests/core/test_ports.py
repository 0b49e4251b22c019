"""Whether something greets at a port, tried against servers on the loopback address."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import pytest

from dopyapi._core import ports
from dopyapi._core.ports import LONGEST_PRELUDE, greetings
from dopyapi._core.steps import adrive, drive

BANNER = b"SSH-2.0-Stand_in\r\n"


@pytest.fixture(params=[drive, lambda steps: asyncio.run(adrive(steps))], ids=["sync", "aio"])
def knock(request):
    """Try places in one of the two forms; gives why each is not ready."""
    return lambda places, timeout=5.0: request.param(greetings(places, timeout))


def place(server):
    return "127.0.0.1", server.port


def saying(*parts: bytes):
    def talk(server, peer):
        for part in parts:
            peer.send(part)
            time.sleep(0.01)

    return talk


def silent(server, peer):
    peer.sock.recv(1)  # until the client gives up


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([BANNER], id="at once"),
        pytest.param([b"SS", b"H-2.0-x\r\n"], id="in parts"),
        pytest.param([b"Only for friends.\r\nKeep out.\r\n", BANNER], id="after other lines"),
    ],
)
def test_an_ssh_server_greets(serve, knock, parts):
    assert knock([place(serve(saying(*parts)))]) == [""]


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        pytest.param(saying(), "closes the connection without a greeting", id="nothing"),
        pytest.param(saying(b"HTTP/1.1 400 SSH- is not spoken\r\n"), "closes the connection", id="another protocol"),
        pytest.param(saying(b"x" * LONGEST_PRELUDE + BANNER), "speaks something else than SSH", id="no end of it"),
        pytest.param(lambda server, peer: peer.reset(), "cannot be reached: Connection reset by peer", id="reset"),
    ],
)
def test_other_servers_do_not(serve, knock, talk, reason):
    (found,) = knock([place(serve(talk))])
    assert reason in found


def test_nobody_there(knock):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert knock([("127.0.0.1", port)]) == ["refuses the connection"]


def test_an_ipv6_address(knock):
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener:

        def greet():
            peer, _ = listener.accept()
            with peer:
                peer.sendall(BANNER)

        thread = threading.Thread(target=greet)
        thread.start()
        assert knock([("::1", listener.getsockname()[1])]) == [""]
        thread.join(10)


def test_what_is_no_address_is_said_to_be_none(knock):
    (reason,) = knock([("not an address", 22)])
    assert reason.startswith("cannot be tried: ")


def test_many_are_tried_at_the_same_time(serve, knock):
    """A server that greets only once all of them are connected."""
    together = threading.Barrier(100)

    def talk(server, peer):
        together.wait(10)
        peer.send(BANNER)

    assert knock([place(serve(talk))] * 100, 10.0) == [""] * 100


def test_what_keeps_silent_for_too_long_is_left(serve, knock):
    places = [place(serve(silent)), place(serve(saying(BANNER)))]
    assert knock(places, 0.2) == ["says nothing within 0.2 s", ""]


def test_more_places_than_connections_that_may_be_open(serve, knock, monkeypatch):
    monkeypatch.setattr(ports, "MOST_OPEN", 7)
    server = serve(saying(BANNER))
    assert knock([place(server)] * 50) == [""] * 50
    assert server.connections == 50


def test_each_connection_is_closed(serve, knock):
    server = serve(saying(BANNER))
    before = threading.active_count()
    knock([place(server)] * 50)
    assert server.connections == 50
    server.close()  # joins the threads of all connections: they ended
    assert threading.active_count() <= before


def test_giving_up_ends_the_attempt_at_once(serve):
    """A task that is cancelled does not leave a thread that waits on for the rest of its time."""
    connected = threading.Event()

    def talk(server, peer):
        connected.set()
        silent(server, peer)

    server = serve(talk)

    async def main() -> None:
        task = asyncio.ensure_future(adrive(greetings([place(server)], 60.0)))
        assert await asyncio.to_thread(connected.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())  # waits for the loop's threads
