"""One count for many processes, in a file or in Redis: it decides as the one in memory does, and does without where the
file or the server fails."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dopyapi as do
from dopyapi._core.errors import NetworkError
from dopyapi._core.rate import fallback, machine
from dopyapi._core.rate.limits import Limit
from dopyapi._core.rate.line import Demand
from dopyapi._core.rate.machine import MachineStore
from dopyapi._core.rate.news import News
from dopyapi._core.rate.process import ProcessStore
from dopyapi._core.rate.redis import RedisStore
from dopyapi._core.rate.store import Turn
from dopyapi._core.secrets import Secret
from dopyapi._core.steps import drive

from .clocks import Hand
from .conftest import PASSWORD
from .test_governor import API, URL, ask

GENERAL = Demand("general", Limit(9, 30.0), Limit(4, 5.0))
NARROW = (Demand("cdn", Limit(3, 4.0)), Demand("purged_files", Limit(5, 6.0), weight=2))
UNTOLD = Demand("untold", Limit(10**9, 30.0))
DEMANDS: list[tuple[Demand, ...]] = [(GENERAL,), NARROW, (UNTOLD,)]

STEP = st.one_of(
    st.tuples(st.just("enter"), st.integers(0, 2), st.just(None)),
    st.tuples(st.just("again"), st.integers(0, 9), st.just(None)),
    st.tuples(st.just("leave"), st.integers(0, 9), st.booleans()),
    st.tuples(
        st.just("told"), st.integers(0, 9), st.tuples(st.integers(3, 12), st.integers(0, 12), st.integers(0, 40))
    ),
    st.tuples(st.just("refused"), st.integers(0, 9), st.sampled_from([None, 0.5, 3.0, 99_999.0])),
    st.tuples(st.just("pass"), st.sampled_from([0.0, 0.25, 1.0, 5.001, 40.0, 130.0]), st.just(None)),
)


def agree(store: Any, steps: list[Any]) -> None:
    """Do the same in memory and in the store, and find the same turns."""
    clock, memory = Hand(), ProcessStore()
    turns: list[tuple[Turn, Turn]] = []
    for verb, which, how in steps:
        if verb == "pass":
            clock.time += which
            continue
        if verb == "enter":
            turns.append((Turn(DEMANDS[which]), Turn(DEMANDS[which])))
            pair = turns[-1]
        elif not turns:
            continue
        else:
            pair = turns[which % len(turns)]
        for place, turn in zip((memory, store), pair, strict=True):
            match verb:
                case "enter":
                    place.enter(turn, clock.now)
                case "again":
                    place.again(turn, clock.now)
                case "leave":
                    place.leave(turn, clock.now, how, None)
                case "told":
                    limit, remaining, reset = how
                    news = News(limit, min(limit, remaining), float(int(clock.time) + reset))
                    place.leave(turn, clock.now, True, news)
                case "refused":
                    place.leave(turn, clock.now, True, News(4, 0, clock.time + 9.0, how, True))
        if verb in ("leave", "told", "refused"):
            turns.remove(pair)
        else:
            mine, theirs = pair
            assert theirs.at == pytest.approx(mine.at, abs=1e-5), (verb, which, how)
            assert theirs.wait == pytest.approx(mine.wait, abs=1e-5)
            assert theirs.since == mine.since
            assert theirs.room == memory.room(pair[0].demands[-1], clock.now)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=60))
def test_a_file_decides_as_memory_does(tmp_path, steps):
    store = MachineStore(str(tmp_path / "rate.db"), os.urandom(8).hex())
    try:
        agree(store, steps)
    finally:
        store.close()


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=60))
def test_redis_decides_as_memory_does(redis_server, steps):
    store = RedisStore(Secret(redis_server.url), os.urandom(8).hex(), Hand())
    try:
        agree(store, steps)
    finally:
        store.close()


# Through a client


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def service(clock: Hand) -> API:
    return API(clock)


@pytest.fixture(params=["machine", "file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Where a budget is shared."""
    if request.param == "machine":
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
        monkeypatch.setenv("HOME", str(tmp_path))
        yield "machine"
    elif request.param == "file":
        yield tmp_path / "rate.db"
    else:
        server = request.getfixturevalue("redis_server")
        server.client.flushall()
        yield server.url


def client_of(service: API, place: Any, **limits: Any) -> do.Client:
    limits = {"shared": place, "minute": (5, 60), **limits}
    return do.Client(
        "secret-token", URL, transport=service, clock=service.clock, retries=0, rate=do.RateLimits(**limits)
    )


async def test_two_who_share_have_one_budget(place, call):
    clock = Hand()
    service = API(clock)
    other = Hand(clock.time)  # so that nothing is shared in memory
    with client_of(service, place) as one, client_of(API(other), place) as two:
        for n in range(3):
            service.left(4999 - 2 * n)
            await call(do.Region.list.on(one))
            await call(do.Region.list.on(two))
            if n == 1:
                assert one.rate.minute_remaining in (1, 2)
        assert other.slept + clock.slept == pytest.approx([60.001])
        assert one.rate.remaining == 4995


def test_a_wait_and_a_pause_are_shared(place, service, clock):
    other = API(Hand(clock.time))
    with client_of(service, place) as one, client_of(other, place) as two:
        service.status, service.headers = [429], {"retry-after": "7"}
        with pytest.raises(do.RateLimitError):
            ask(one)
        ask(two)
    assert other.clock.slept == [7.0]


def test_a_call_given_up_is_given_back_with_the_next(place, service, clock):
    with client_of(service, place) as client:
        ask(client, 4)
        under_way = client.exchange("GET", "/account")
        step = next(under_way)
        step.function()
        under_way.close()  # before it was sent
        ask(client)
    assert clock.slept == []


def test_the_file_is_for_its_owner_alone_and_says_nothing_of_the_token(tmp_path, monkeypatch, service):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    if sys.platform != "linux":
        pytest.skip("the folder stands elsewhere on this system")
    with client_of(service, "machine") as client:
        ask(client, 3)
        files = list((tmp_path / "dopyapi" / "rate").iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "dopyapi" / "rate").stat().st_mode) == 0o700
        assert any(client.account in file.name for file in files)
        assert not any(b"secret-token" in file.read_bytes() for file in files)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_opens_connections_of_its_own(place, service, clock):
    with client_of(service, place) as client:
        ask(client, 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if not pid:
            try:
                ask(client, 2)
                os._exit(0 if clock.slept == [] else 2)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        ask(client)
        assert clock.slept == []
        ask(client)
        assert sum(clock.slept) == pytest.approx(60.001)


# Failures


def test_a_redis_that_is_not_there_costs_a_warning_and_no_call(service, clock):
    pytest.importorskip("redis")
    with client_of(service, f"redis://:{PASSWORD}@127.0.0.1:1/0") as client:
        with pytest.warns(do.UnsharedRateWarning) as caught:
            ask(client)
        assert "the rate budget in Redis at 127.0.0.1:1 cannot be used (ConnectionError" in str(caught[0].message)
        assert PASSWORD not in str(caught[0].message)
        ask(client, 4)  # says it once
        assert clock.slept == []
        ask(client)
        assert sum(clock.slept) == pytest.approx(60.001)  # its own requests are still counted


def test_a_redis_that_goes_away_and_comes_back_is_used_again(redis_at, service, clock, monkeypatch):
    server = redis_at()
    port = urlsplit(server.url).port
    other = API(Hand(clock.time))
    with client_of(service, server.url) as client, client_of(other, server.url) as another:
        ask(client, 2)
        server.process.terminate()
        server.process.wait(10)
        with pytest.warns(do.UnsharedRateWarning):
            ask(client)
        redis_at(port)
        clock.time += fallback.TRY_AGAIN_AFTER
        other.clock.time = clock.time
        ask(client)
        ask(another, 4)
        assert other.clock.slept == []
        ask(another)
        assert sum(other.clock.slept) == pytest.approx(60.001)


def test_a_wrong_password_is_said_and_not_shown(redis_server, service):
    url = redis_server.url.replace(PASSWORD, "wr0ng-one")
    with client_of(service, url) as client, pytest.warns(do.UnsharedRateWarning) as caught:
        ask(client)
    assert "Authentication" in str(caught[0].message)
    assert "wr0ng-one" not in str(caught[0].message)


def test_a_file_that_stays_locked_costs_a_warning_and_no_call(tmp_path, service, monkeypatch):
    monkeypatch.setattr(machine, "PATIENCE", 0.1)
    path = tmp_path / "rate.db"
    with client_of(service, path) as client:
        ask(client)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.warns(do.UnsharedRateWarning, match="rate.db cannot be used .database is locked"):
            ask(client)
        holder.close()
    assert len(service.asked) == 2


@pytest.mark.parametrize("what", ["no folder", "no database"])
def test_a_file_that_is_none_costs_a_warning_and_stays_as_it_is(tmp_path, service, what):
    path = tmp_path / "notes.txt"
    if what == "no folder":
        path = tmp_path / "missing" / "rate.db"
    else:
        path.write_text("my notes, which are no database, and longer than the header of one " * 20)
    before = path.read_text() if path.exists() else None
    with (
        client_of(service, path) as client,
        pytest.warns(do.UnsharedRateWarning, match="(No such file|not a database)"),
    ):
        ask(client)
    assert (path.read_text() if path.exists() else None) == before


def test_a_folder_that_others_may_look_into_is_not_used(tmp_path, service, monkeypatch):
    if sys.platform != "linux":
        pytest.skip("the folder stands elsewhere on this system")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "dopyapi" / "rate").mkdir(parents=True, mode=0o755)
    with client_of(service, "machine") as client, pytest.warns(do.UnsharedRateWarning, match="open to other users"):
        ask(client)


def test_without_the_package_redis_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'dopyapi\[redis\]'"):
        do.Client("t", URL, rate="redis://localhost")


def test_what_is_not_used_is_not_loaded():
    program = (
        "import sys, dopyapi as do; do.authenticate('t'); do.Client('t', rate='process').governor;"
        "print([m for m in ('sqlite3', 'redis', 'asyncio', 'hypothesis') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_request_that_never_left_is_given_back(place, service, clock):
    class Unreachable(API):
        def send(self, request: Any) -> Any:
            raise NetworkError("cannot connect", sent=False)

    with client_of(service, place) as client:
        client._transport = Unreachable(clock)
        for _ in range(7):
            with pytest.raises(NetworkError):
                drive(client.exchange("GET", "/account"))
        client._transport = service
        ask(client, 5)
    assert clock.slept == []
