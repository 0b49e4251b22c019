"""Ctrl-C and cancelling in a wait: it ends at once and says what was created, and everything can be used afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import dopyapi as do
from tests.core.loopback import Server

from .conftest import SPEC

SRC = Path(__file__).parent.parent.parent / "src"


class Interrupted:
    """A clock at whose nth sleep the user presses Ctrl-C."""

    def __init__(self, clock, nth):
        self._clock, self._left = clock, nth

    def now(self):
        return self._clock.now()

    def sleep(self, seconds):
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt
        self._clock.sleep(seconds)

    async def asleep(self, seconds):
        self._left -= 1
        if not self._left:
            raise asyncio.CancelledError  # what asyncio.run() makes of Ctrl-C, in the task that runs
        self._clock.sleep(seconds)


@pytest.fixture
def interrupt(api, call):
    """Interrupt this account at its nth sleep from now on; what then is raised."""

    def at(nth):
        api.client.clock = Interrupted(api.client.clock, nth)
        return KeyboardInterrupt if call.name == "sync" else asyncio.CancelledError

    return at


@pytest.mark.parametrize("many", [1, 2, 30])
@pytest.mark.parametrize("nth", [1, 4])
async def test_objects_stay_usable(api, call, interrupt, many, nth):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(many)], **SPEC)
    threads = threading.active_count()
    with pytest.raises(interrupt(nth)):
        await call(do.wait_all, droplets, until="ip")
    assert threading.active_count() <= threads
    assert [d.status for d in droplets] == ["new"] * many
    await call(do.wait_all, droplets, until="ip")
    assert [d.status for d in droplets] == ["active"] * many


async def test_an_action_can_be_waited_for_again(api, call, make, interrupt):
    action = await call((await make()).reboot)
    with pytest.raises(interrupt(1)):
        await call(action.wait)
    assert (await call(action.wait)).status == "completed"


async def test_what_was_created_is_not_lost(api, call, interrupt):
    with pytest.raises(interrupt(2)) as caught:
        await call(do.Droplet.new, name="web", wait=True, **SPEC)
    (droplet,) = caught.value.created
    assert caught.value.__notes__ == [f"created before this: <Droplet id={droplet.id} name='web'>"]
    await call(droplet.wait_ready)
    assert droplet.status == "active"


class Awake:
    """Real time, which tells when a wait has begun to sleep."""

    def __init__(self):
        self.asleep_now = threading.Event()

    def now(self):
        return do._core.clock.REAL.now()

    async def asleep(self, seconds):
        self.asleep_now.set()
        await asyncio.sleep(60)


async def test_a_task_that_is_cancelled_ends_its_wait(api):
    api.client.clock = Awake()
    droplets = await do.Droplet.create_many.aio(["a", "b"], **SPEC)
    task = asyncio.ensure_future(do.wait_all.aio(droplets))
    assert await asyncio.to_thread(api.client.clock.asleep_now.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(do.wait_all.aio(droplets), 0.01)
    assert [d.status for d in droplets] == ["new", "new"]


async def test_a_task_that_is_cancelled_while_it_knocks_ends_its_wait(api):
    connected = threading.Event()

    def keep_silent(server, peer):
        connected.set()
        peer.sock.recv(1)

    with Server(keep_silent) as server:
        with do.using(api.client_with(reach=lambda address, port: ("127.0.0.1", server.port))):
            droplet = await do.Droplet.new.aio(name="web", wait=True, **SPEC)
            task = asyncio.ensure_future(droplet.wait_ready.aio(until="ssh", connect_timeout=60))
            assert await asyncio.to_thread(connected.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await droplet.wait_ready.aio()
    assert droplet.status == "active"


PROGRAM = """
import asyncio, sys, threading
import dopyapi as do
SPEC = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
form, until, port = sys.argv[1:]

class Real:
    from dopyapi._core.clock import REAL as real
    now, sleep, asleep = real.now, real.sleep, real.asleep

def told(progress):
    print("waiting", flush=True)

with do.testing.emulator() as e:
    client = e.client_with(reach=lambda *place: ("127.0.0.1", int(port)))
    with do.using(client):
        droplets = do.Droplet.create_many(["a", "b"], **SPEC, wait=until == "ssh")
        client.clock = Real()
        options = {"until": until, "every": 60, "connect_timeout": 60, "on_progress": told}
        try:
            if form == "sync":
                do.wait_all(droplets, **options)
            else:
                asyncio.run(do.wait_all.aio(droplets, **options))
        except KeyboardInterrupt:
            client.clock = e.client.clock
            do.wait_all(droplets)
            print(*(d.status for d in droplets), threading.active_count())
"""


@pytest.mark.parametrize("until", ["active", "ssh"])
@pytest.mark.parametrize("form", ["sync", "aio"])
def test_ctrl_c_for_real(form, until):
    """A signal of the operating system, while a program sleeps or knocks at ports that keep silent."""
    connected = threading.Event()

    def keep_silent(server, peer):
        connected.set()
        peer.sock.recv(1)

    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    with Server(keep_silent) as server:
        command = [sys.executable, "-c", PROGRAM, form, until, str(server.port)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            bound = threading.Timer(60, process.kill)
            bound.start()
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "waiting\n"
                if until == "ssh":
                    assert connected.wait(30)
                process.send_signal(signal.SIGINT)
                out, errors = process.communicate(timeout=30)
            finally:
                process.kill()
                bound.cancel()
    assert (process.returncode, errors) == (0, "")
    assert out.splitlines()[-1] == "active active 1"
