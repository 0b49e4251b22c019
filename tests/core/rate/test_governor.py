"""The budget of a client: what it learns from answers, when it waits, and what it shows."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import threading
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.clock import REAL
from dopyapi._core.rate.process import process_store
from dopyapi._core.steps import Response, Sleep, adrive, drive
from dopyapi.emulator import Limits

from .clocks import Hand

URL = "https://api.example/v2"


class API:
    """Answers what it is told, with these headers, and remembers when it was asked."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.headers: dict[str, str] = {}
        self.status: list[int] = []
        self.asked: list[float] = []

    def left(self, remaining: int, limit: int = 5000, reset: float | None = None) -> None:
        reset = self.clock.now() + 3600 if reset is None else reset
        names = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
        self.headers = dict(zip(names, map(str, (limit, remaining, int(reset))), strict=True))

    def send(self, request: Any) -> Response:
        self.asked.append(self.clock.now())
        return Response(self.status.pop(0) if self.status else 200, dict(self.headers), b"{}")

    async def asend(self, request: Any) -> Response:
        return self.send(request)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def service(clock: Hand) -> API:
    return API(clock)


def client_of(service: API, **options: Any) -> do.Client:
    options = {"rate": do.RateLimits(), "retries": 0, **options}
    return do.Client("secret-token", URL, transport=service, clock=service.clock, **options)


def ask(client: do.Client, times: int = 1, path: str = "/account") -> None:
    for _ in range(times):
        drive(client.exchange("GET", path))


# Limits


def test_what_fits_is_not_delayed_and_what_does_not_is(clock, service):
    client = client_of(service)
    ask(client, 250)
    assert clock.slept == []
    ask(client, 250)
    assert clock.slept == pytest.approx([60.001])
    assert service.asked[250] - service.asked[249] == pytest.approx(60.001)


def test_all_clients_of_a_token_have_one_budget_and_others_their_own(clock, service):
    ask(client_of(service), 150)
    ask(client_of(service), 100)
    assert clock.slept == []
    ask(do.Client("another", URL, transport=service, clock=clock, rate=do.RateLimits()), 250)
    assert clock.slept == []
    ask(client_of(service))
    assert sum(clock.slept) == pytest.approx(60.001)


@pytest.mark.parametrize("rate", [None, False])
def test_without_a_budget_nothing_is_delayed(clock, service, rate):
    client = client_of(service, rate=rate)
    ask(client, 6000)
    assert clock.slept == []
    assert repr(client.rate) == "<Rate: unknown before the first answer>"


def test_of_an_address_that_is_not_digitaloceans_only_its_answers_count(clock, service):
    client = client_of(service, rate="process")
    ask(client, 6000)
    assert clock.slept == []
    service.left(0, 6001)
    ask(client)
    ask(client)
    assert sum(clock.slept) == pytest.approx(3600.001, abs=1)


def test_of_digitaloceans_own_the_documented_limits_hold(clock, service, monkeypatch):
    monkeypatch.delenv("DIGITALOCEAN_API_URL", raising=False)
    client = do.Client("t", transport=service, clock=clock)
    ask(client, 251)
    assert sum(clock.slept) == pytest.approx(60.001)


def test_a_long_wait_is_logged(clock, service, caplog):
    caplog.set_level("INFO", "dopyapi")
    ask(client_of(service), 251)
    waits = [record.getMessage() for record in caplog.records if "waiting" in record.getMessage()]
    assert waits == ["waiting 60.0 s: the rate limits have no room"]


def test_a_wait_that_is_too_long_is_an_error_and_sends_nothing(clock, service):
    client = client_of(service, rate=do.RateLimits(longest_wait=30))
    ask(client, 250)
    with pytest.raises(do.RateLimitError, match="no room for 60 s, longer than longest_wait=30"):
        ask(client)
    assert len(service.asked) == 250
    clock.time += 60.002
    ask(client)
    assert clock.slept == []


# What answers say


def test_less_than_was_thought_is_believed(clock, service):
    client = client_of(service)
    service.left(1, reset=clock.time + 600)
    ask(client)
    service.left(0, reset=clock.time + 600)
    ask(client)
    assert clock.slept == []
    ask(client)
    assert service.asked[-1] - service.asked[0] == pytest.approx(600.001)


def test_more_than_was_thought_is_believed(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=None))
    for n in range(20_000):
        service.left(20_000 - n - 1, 20_000)
        ask(client)
    assert clock.slept == []


def test_a_zero_out_of_nowhere_is_the_minutes(clock, service):
    client = client_of(service)
    service.left(4000, reset=clock.time + 10)
    ask(client)
    service.left(0, reset=clock.time + 10)
    ask(client, 2)
    assert clock.slept == []


def test_nonsense_is_not_believed(clock, service):
    client = client_of(service)
    for limit, remaining, reset in [("0", "0", "0"), ("many", "5", "1"), ("10", "11", "1"), ("10", "-1", "1")]:
        service.headers = {"ratelimit-limit": limit, "ratelimit-remaining": remaining, "ratelimit-reset": reset}
        ask(client, 2)
    assert clock.slept == []
    assert client.rate.limit is None


def test_after_a_429_nobody_sends_before_it_is_over(clock, service):
    first, second = client_of(service), client_of(service)
    service.status, service.headers = [429], {"retry-after": "7"}
    with pytest.raises(do.RateLimitError):
        ask(first)
    service.headers = {}
    ask(second)
    assert service.asked[1] - service.asked[0] == pytest.approx(7)
    assert clock.slept == [7.0]


def test_a_429_is_sent_again_and_waits_once(clock, service):
    client = client_of(service, retries=1)
    service.status, service.headers = [429], {"retry-after": "7"}
    ask(client)
    assert clock.slept == [7.0]
    assert len(service.asked) == 2


def test_a_429_of_a_special_limit_holds_back_its_own_kind_only(clock, service):
    client = client_of(service)
    service.status, service.headers = [429], {"retry-after": "9"}
    with pytest.raises(do.RateLimitError):
        ask(client, path="/cdn/endpoints")
    service.headers = {}
    ask(client)
    assert clock.slept == []
    ask(client, path="/cdn/endpoints/5")
    assert clock.slept == [9.0]


def test_an_endless_pause_is_not_believed(clock, service):
    client = client_of(service)
    service.status, service.headers = [429], {"retry-after": "99999999"}
    with pytest.raises(do.RateLimitError):
        ask(client)
    ask(client)
    assert sum(clock.slept) <= 3600


# What a client shows


def test_what_is_left_is_shown(clock, service):
    client = client_of(service)
    rate = client.rate
    assert (rate.limit, rate.remaining, rate.reset, rate.asked, rate.minute_remaining) == (None,) * 5
    for n in range(13):
        service.left(4999 - n, reset=1_800_003_600)
        ask(client)
    assert client.rate == do.Rate(
        limit=5000,
        remaining=4987,
        reset=datetime.fromtimestamp(1_800_003_600, UTC),
        asked=datetime.fromtimestamp(1_800_000_000, UTC),
        minute_limit=250,
        minute_remaining=237,
        shared="this process",
    )
    assert repr(client.rate) == (
        "<Rate: 4,987 of 5,000 an hour left, 237 of 250 a minute; the oldest request expires at 09:00:00 UTC>"
    )


async def test_the_emulator_and_its_client_agree(call):
    with do.testing.emulator(limits=Limits()) as emulated:
        for _ in range(30):
            await call(do.Region.list)
        assert emulated.client.rate.remaining == 4970
        assert emulated.client.rate.minute_remaining == 220
        assert emulated.client_with().rate.minute_remaining in (None, 220)


@pytest.mark.parametrize(
    ("rate", "why"),
    [
        ("machin", '\'machin\' says nothing of where to keep the count; what does: "process", "machine"'),
        ("http://host", "a URL of another kind says nothing"),
        (5, "5 says nothing"),
    ],
)
def test_a_place_that_is_none_is_refused_at_once(rate, why):
    with pytest.raises(ValueError, match=why):
        do.Client("t", rate=rate)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"minute": 5}, r"minute=5 is not a pair"),
        ({"hour": (0, 3600)}, r"hour=\(0, 3600\) is not a pair"),
        ({"cdn": (5, "x")}, r"cdn=\(5, 'x'\) is not a pair"),
        ({"hour": (5, 10)}, "is for a shorter time than minute"),
        ({"longest_wait": -1}, "longest_wait=-1 is not a number of seconds"),
    ],
)
def test_limits_that_are_none_are_refused(limits, why):
    with pytest.raises(ValueError, match=why):
        do.RateLimits(**limits)


def test_a_redirect_elsewhere_costs_nothing(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(1, 60)))

    class Redirecting(API):
        def send(self, request: Any) -> Response:
            if request.url.startswith(URL):
                return Response(302, {"location": "https://files.example/invoice.pdf"}, b"")
            return super().send(request)

    client._transport = Redirecting(clock)
    ask(client)
    assert clock.slept == []


# Threads, tasks, forks, cancellation


def test_a_cancelled_wait_gives_its_place_back(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(2, 60)))
    ask(client, 2)
    waiting = client.exchange("GET", "/account")
    assert isinstance(next(waiting), Sleep)
    waiting.close()
    clock.time += 60.002
    ask(client, 2)
    assert clock.slept == []


def test_a_request_that_is_cancelled_under_way_counts(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(2, 60)))
    under_way = client.exchange("GET", "/account")
    next(under_way)
    under_way.close()
    ask(client)
    assert client.governor._store.room(client.governor._general[0], clock.now) == 0
    ask(client)
    assert sum(clock.slept) == pytest.approx(60.001)


def test_what_never_left_does_not_count(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(1, 60)))

    class Unreachable(API):
        def send(self, request: Any) -> Response:
            raise do.NetworkError("cannot connect", sent=False)

    client._transport = Unreachable(clock)
    for _ in range(5):
        with pytest.raises(do.NetworkError):
            ask(client)
    client._transport = service
    ask(client)
    assert clock.slept == []


def test_garbage_may_be_collected_while_the_count_is_changed(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(5, 60)))
    under_way = client.exchange("GET", "/account")
    next(under_way)
    with client.governor._store._lock:  # a collection may begin anywhere
        del under_way
        gc.collect()
    ask(client, 4)
    assert clock.slept == []
    ask(client)
    assert sum(clock.slept) == pytest.approx(60.001)


async def test_tasks_that_are_cancelled_while_they_wait_block_nobody():
    clock = REAL
    service = API(clock)
    limits = do.RateLimits(minute=(3, 0.2))
    client = do.Client("cancelled", URL, transport=service, clock=clock, rate=limits, retries=0)
    first = [asyncio.ensure_future(adrive(client.exchange("GET", "/account"))) for _ in range(30)]
    await asyncio.sleep(0.01)
    for task in first:
        task.cancel()
    await asyncio.gather(*first, return_exceptions=True)
    assert len(service.asked) == 3
    await asyncio.gather(*(adrive(client.exchange("GET", "/account")) for _ in range(3)))
    assert len(service.asked) == 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_while_another_thread_counts_leaves_a_child_that_can(clock, service):
    client = client_of(service, rate=do.RateLimits(minute=(5, 60)))
    ask(client, 2)
    under_way = client.exchange("GET", "/account")
    next(under_way)
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with client.governor._store._lock:
            held.set()
            over.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if not pid:
        import signal

        signal.alarm(5)  # a child that waits for the lock is killed
        ask(client, 2)  # of five, the parent has used three
        os._exit(0 if clock.slept == [] and client_of(service).governor._store is client.governor._store else 1)
    over.set()
    holder.join()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_accounts_that_rest_are_forgotten_but_not_those_in_use():
    client = do.Client("kept", URL)
    store = client.governor._store
    for n in range(200):
        process_store(f"account-{n}", REAL)
    gc.collect()
    assert do.Client("kept", URL).governor._store is store


# Passwords


def test_a_password_is_seen_nowhere():
    pytest.importorskip("redis")
    url = "redis://user:pass-word@127.0.0.1:1/0"
    limits = do.RateLimits(shared=url)
    client = do.Client("t", URL, rate=limits)
    shown = [repr(x) for x in (limits, client, client.rate, client.governor, vars(client), limits.shared)]
    shown += [str(client.rate), repr(vars(client.governor)), repr(vars(client.governor._store))]
    shown += [repr(vars(client.governor._store._store)), repr(pickle.dumps(limits))]
    assert not [text for text in shown if "pass-word" in text]
    assert client.rate.shared == "Redis at 127.0.0.1:1"


def test_a_password_that_breaks_the_url_is_not_told():
    pytest.importorskip("redis")
    with pytest.raises(ValueError, match="the password percent-encoded") as caught:
        do.Client("t", URL, rate="redis://user:pass/word@127.0.0.1/0")
    assert "pass" not in str(caught.value).replace("password", "")
    assert caught.value.__cause__ is None
