"""An emulator's faults as a client in the same process meets them: the errors and the time of a socket, without one."""

from __future__ import annotations

from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.errors import NetworkError, RequestTimeout
from dopyapi._core.retry import RetryPolicy
from dopyapi.emulator import RealClock
from dopyapi.testing import Fault, Faults


@pytest.fixture
def once(api: Any) -> Any:
    """A client that sends nothing again."""
    return api.client_with(retries=RetryPolicy(0), timeout=(1.0, 20.0))


@pytest.mark.parametrize(
    ("fault", "error", "sent", "seconds"),
    [
        (Fault(refuse=True), NetworkError, False, 0),
        (Fault(drop="before"), NetworkError, True, 0),
        (Fault(drop="after", delay=3), NetworkError, True, 3),
        (Fault(half=True), NetworkError, True, 0),
        (Fault(half=True, slow=4), NetworkError, True, 2),
        (Fault(silent=True), RequestTimeout, True, 20),
        (Fault(delay=21), RequestTimeout, True, 20),
        (Fault(slow=201, delay=1), RequestTimeout, True, 21),
    ],
    ids=str,
)
async def test_no_answer(
    api: Any, call: Any, once: Any, fault: Fault, error: type[NetworkError], sent: bool, seconds: float
) -> None:
    api.faults.add(fault)
    began = api.clock.now().timestamp()
    with pytest.raises(NetworkError) as caught, do.using(once):
        await call(do.Droplet.list)
    assert type(caught.value) is error
    assert (caught.value.sent, caught.value.attempts) == (sent, 1)
    assert api.clock.now().timestamp() - began == pytest.approx(seconds)


@pytest.mark.parametrize(("fault", "seconds"), [(Fault(delay=19), 19), (Fault(slow=150), 150)], ids=str)
async def test_a_late_answer(api: Any, call: Any, once: Any, fault: Fault, seconds: float) -> None:
    api.faults.add(fault)
    began = api.clock.now().timestamp()
    with do.using(once):
        assert list(await call(do.Droplet.list)) == []
    assert api.clock.now().timestamp() - began == pytest.approx(seconds)


async def test_what_is_safe_to_repeat_is_repeated(api: Any, call: Any) -> None:
    api.faults.add(Fault(operation="droplets_list", drop="after", nth=[1, 2]))
    assert list(await call(do.Droplet.list)) == []
    assert [(played.call, played.path) for played in api.faults.played] == [(1, "/v2/droplets"), (2, "/v2/droplets")]


async def test_on_a_real_clock_time_really_passes(call: Any) -> None:
    with do.testing.emulator(clock=RealClock(), speed=0) as emulated:
        emulated.faults.add(Fault(delay=0.02))
        before = emulated.clock.now()
        assert list(await call(do.Droplet.list)) == []
        assert (emulated.clock.now() - before).total_seconds() >= 0.02


def test_a_server_of_its_own_plays_a_plan() -> None:
    pytest.importorskip("uvicorn")
    plan = Faults([Fault(operation="droplets_list", status=503, body={"id": "busy", "message": "Later."})], seed=3)
    with do.testing.server("--speed", "0", faults=plan) as server:
        client = do.Client(server.token, server.url, retries=RetryPolicy(0))
        with do.using(client), pytest.raises(do.DOError, match=r"busy: Later\."):
            do.Droplet.list()
    with do.testing.server("--speed", "0", faults=[Fault(drop="before", times=1)]) as server:
        client = do.Client(server.token, server.url)
        with do.using(client):
            assert list(do.Droplet.list()) == []
