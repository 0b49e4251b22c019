"""Waiting until Droplets can be reached by SSH; servers on the loopback address stand in for theirs."""

from __future__ import annotations

import itertools
import socket
import threading
from contextlib import ExitStack

import pytest

import dopyapi as do
from tests.core.loopback import Server

from .conftest import SPEC

BANNER = b"SSH-2.0-Stand_in\r\n"


@pytest.fixture
def serve():
    with ExitStack() as stack:
        yield lambda talk: stack.enter_context(Server(talk))


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


class Reach:
    """Where ports of Droplets are in this test; remembers what was asked."""

    def __init__(self, *places: int) -> None:
        self._places = itertools.chain(places, itertools.repeat(places[-1]))
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: str, port: int) -> tuple[str, int]:
        self.asked.append((address, port))
        return "127.0.0.1", next(self._places)


def greet(server, peer):
    peer.send(BANNER)


def address(droplet, version="v4", type="public"):
    return next(n.ip_address for n in droplet.networks[version] if n.type == type)


async def test_until_ssh_is_until_a_server_greets(api, call, serve, closed):
    starting = serve(lambda server, peer: peer.send(BANNER) if server.connections > 2 else None)
    reach = Reach(closed, closed, starting.port)
    with do.using(api.client_with(reach=reach)):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
        ticks = []
        assert await call(droplet.wait_ready, until="ssh", on_progress=ticks.append) is droplet
    assert droplet.status == "active"
    # Refused twice, twice closed without a word, then greeted; always at the public address.
    assert reach.asked == [(address(droplet), 22)] * 5
    assert starting.connections == 3
    assert (ticks[-1].until, ticks[-1].done) == ("ssh", 1)


async def test_attempts_grow_apart_from_the_moment_that_it_runs(api, call, closed):
    moments = []

    def reach(address, port):
        moments.append(api.client.clock.now())
        return "127.0.0.1", closed

    with do.using(api.client_with(reach=reach)):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
        with pytest.raises(do.WaitTimeout):
            await call(droplet.wait_ready, until="ssh", timeout=120)
    gaps = [b - a for a, b in itertools.pairwise(moments)]
    assert gaps[0] < 1 < gaps[3] < gaps[6]
    assert 9 <= max(gaps) <= 11


async def test_time_runs_out_with_the_reason(api, call, closed):
    with do.using(api.client_with(reach=Reach(closed))):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
        message = rf"1 of 1 not reachable by SSH after 90 s: .*port {closed} of 127.0.0.1 refuses the connection"
        with pytest.raises(do.WaitTimeout, match=message) as caught:
            await call(droplet.wait_ready, until="ssh", timeout=90)
    assert caught.value.pending == [droplet]
    assert droplet.status == "active"


async def test_another_port_and_how_long_it_may_be_silent(api, call, serve):
    quiet = serve(lambda server, peer: peer.sock.recv(1))
    reach = Reach(quiet.port)
    with do.using(api.client_with(reach=reach)):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
        with pytest.raises(do.WaitTimeout, match=r"says nothing within 0.1 s"):
            await call(droplet.wait_ready, until="ssh", port=2222, connect_timeout=0.1, timeout=40)
    assert set(reach.asked) == {(address(droplet), 2222)}


async def test_without_a_public_address_it_is_the_private_one_after_a_while(api, call, serve):
    server = serve(greet)
    reach = Reach(server.port)
    with do.using(api.client_with(reach=reach)):
        droplet = await call(do.Droplet.new, name="inner", public_networking=False, **SPEC)
        await call(droplet.wait_ready)
        before = api.client.clock.now()
        await call(droplet.wait_ready, until="ssh")
    assert reach.asked == [(address(droplet, type="private"), 22)]
    assert api.client.clock.now() - before >= 30  # a public one might have been late


async def test_ipv6_comes_before_a_private_address(script, call, serve):
    v6 = {"ip_address": "2001:db8::5", "type": "public"}
    private = {"ip_address": "10.0.0.5", "type": "private"}
    running = {"id": 5, "status": "active", "networks": {"v4": [private], "v6": [v6]}}
    for _ in range(30):
        script.answer(200, {"droplet": running})
    reach = Reach(serve(greet).port)
    client = do.Client("t", "https://api.example/v2", transport=script, clock=script, reach=reach)
    with do.using(client):
        await call(do.Droplet({"id": 5}).wait_ready, until="ssh")
    assert reach.asked == [("2001:db8::5", 22)]


async def test_200_at_once(api, call, serve, closed):
    server = serve(greet)
    reach = Reach(*[closed] * 250, server.port)
    asked = []
    handle = api.emulator.handle

    def counted(method, path, *rest):
        asked.append(path)
        return handle(method, path, *rest)

    api.emulator.handle = counted
    ticks = []

    def tell(progress):
        ticks.append((len(asked), progress.done))
        asked.clear()

    with do.using(api.client_with(reach=reach)):
        droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(200)], **SPEC)
        asked.clear()
        threads = threading.active_count()
        await call(do.wait_all, droplets, until="ssh", on_progress=tell)
        assert threading.active_count() <= threads + server.connections + 1
    assert all(count <= 2 for count, _ in ticks)
    assert sorted({done for _, done in ticks}) == [0, 150, 200]  # 200 refused, then 50 of them again
    assert {place for place, _ in reach.asked} == {address(d) for d in droplets}
    assert server.connections == 200


async def test_one_that_goes_off_meanwhile_ends_the_wait(api, call, closed):
    with do.using(api.client_with(reach=Reach(closed))):
        droplet = await call(do.Droplet.new, name="web", wait=True, **SPEC)

        def switch_off(progress):
            if progress.elapsed > 20:
                api.emulator.handle(
                    "POST",
                    f"/v2/droplets/{droplet.id}/actions",
                    "",
                    {"authorization": "Bearer x"},
                    b'{"type":"power_off"}',
                )

        with pytest.raises(do.NeverReady, match="is off"):
            await call(droplet.wait_ready, until="ssh", on_progress=switch_off)


async def test_kinds_mix_and_only_droplets_have_ports(api, call, serve):
    server = serve(greet)
    with do.using(api.client_with(reach=Reach(server.port))):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
        action = await call((await call(do.Droplet.new, name="db", wait=True, **SPEC)).reboot)
        await call(do.wait_all, [droplet, action], until="ssh")
    assert (droplet.status, action.status) == ("active", "completed")
    assert server.connections == 1


async def test_a_proxy_is_passed_by(api, call, serve, monkeypatch):
    """Proxies carry requests to the API; whether a Droplet answers is seen directly."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with do.using(api.client_with(reach=Reach(serve(greet).port))):
        await call(do.Droplet.new, name="web", wait="ssh", **SPEC)


async def test_droplets_that_are_only_described_count_as_reached(api, call):
    """The emulator in this process has nothing behind the addresses of its Droplets, and nothing is contacted."""
    droplet = await call(do.Droplet.new, name="web", wait="ssh", **SPEC)
    assert droplet.networks.v4


def test_unless_told_otherwise_a_port_is_where_the_droplet_says():
    client = do.Client("t")
    assert client.reach("203.0.113.5", 22) == ("203.0.113.5", 22)
