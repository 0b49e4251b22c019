"""Turns, whatever the order in which requests begin, end and are given up."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopyapi._core.rate.limits import Limit
from dopyapi._core.rate.line import Demand, Line
from dopyapi._core.rate.news import News
from dopyapi._core.rate.process import ProcessStore
from dopyapi._core.rate.store import Turn

from .clocks import Hand

LONG, SHORT = Limit(9, 30.0), Limit(4, 5.0)
GENERAL = Demand("general", LONG, SHORT)


@dataclass
class World:
    """Workers that send requests of various lengths, one after the other, on a simulated clock."""

    store: Any = field(default_factory=ProcessStore)
    clock: Hand = field(default_factory=Hand)
    sent: list[list[float]] = field(default_factory=list)
    """When each request began and ended."""

    def run(self, workers: list[list[tuple[float, bool]]]) -> None:
        """Args: of each worker, the seconds that its requests take, and whether it gives up its place first."""
        numbers = itertools.count()
        events = [(self.clock.time + n * 0.01, next(numbers), self.worker(calls)) for n, calls in enumerate(workers)]
        heapq.heapify(events)
        while events:
            at, _, steps = heapq.heappop(events)
            self.clock.time = max(self.clock.time, at)
            pause = next(steps, None)
            if pause is not None:
                heapq.heappush(events, (self.clock.time + pause, next(numbers), steps))

    def worker(self, calls: list[tuple[float, bool]]) -> Any:
        now = self.clock.now
        for seconds, gives_up in calls:
            turn = Turn((GENERAL,))
            self.store.enter(turn, now)
            if gives_up and turn.wait > 0:
                yield turn.wait / 2
                self.store.abandon(turn, False)
                continue
            while turn.wait > 0:
                yield turn.wait
                self.store.again(turn, now)
            self.judge()
            self.sent.append([now(), float("inf")])
            mine = self.sent[-1]
            yield seconds
            mine[1] = now()
            self.store.leave(turn, now, True, None)

    def judge(self) -> None:
        """The API may have counted a request at any moment from its beginning to its end."""
        for limit in (LONG, SHORT):
            counted = [end for _, end in self.sent if end > self.clock.time - limit.seconds]
            assert len(counted) < limit.requests


CALLS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.7, 4.0, 11.0]), st.booleans()), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(CALLS, min_size=1, max_size=12))
def test_no_request_can_arrive_too_early_and_all_are_sent(workers):
    world = World()
    world.run(workers)
    given_up = sum(gives_up for calls in workers for _, gives_up in calls)
    assert len(world.sent) >= sum(map(len, workers)) - given_up
    line = world.store._lines["general"]
    world.store.room(GENERAL, world.clock.now)  # collects what was given up last
    assert line.open == []


def test_those_who_wait_are_served_in_order():
    world, order = World(), []
    turns = [Turn((GENERAL,)) for _ in range(30)]
    for turn in turns:
        world.store.enter(turn, world.clock.now)
    waits = [turn.wait for turn in turns]
    assert waits == sorted(waits)
    assert waits[:4] == [0.0] * 4
    for turn in turns:
        world.clock.time = max(world.clock.time, turn.at)
        while turn.wait > 0:
            world.store.again(turn, world.clock.now)
            world.clock.time = max(world.clock.time, turn.at)
        order.append(turn.at)
        world.judge()
        world.sent.append([world.clock.time] * 2)
        world.store.leave(turn, world.clock.now, True, None)
    assert order == sorted(order)


def test_a_place_that_is_given_back_is_not_lost():
    world = World()
    turns = [Turn((GENERAL,)) for _ in range(5)]
    for turn in turns:
        world.store.enter(turn, world.clock.now)
    assert [turn.wait > 0 for turn in turns] == [False] * 4 + [True]
    world.store.leave(turns[0], world.clock.now, False, None)  # it never was sent
    world.store.again(turns[4], world.clock.now)
    assert turns[4].wait == 0


def test_a_request_that_never_ends_keeps_its_place_for_some_time_only():
    world = World()
    for _ in range(4):
        world.store.enter(Turn((GENERAL,)), world.clock.now)
    for seconds, room in [(0, 0), (119, 0), (2, 0), (4, 0), (2, 4)]:
        world.clock.time += seconds
        assert world.store.room(GENERAL, world.clock.now) == room


def test_a_clock_that_is_set_back_delays_by_no_more_than_the_limit():
    world = World()
    for _ in range(4):
        turn = Turn((GENERAL,))
        world.store.enter(turn, world.clock.now)
        world.store.leave(turn, world.clock.now, True, None)
    world.clock.time -= 86_400
    world.store.enter(turn := Turn((GENERAL,)), world.clock.now)
    assert 0 < turn.wait <= 5.001


class Looked(Line):
    """Notes how often it has looked through what it holds."""

    looks = 0

    def forget(self, demand: Demand, now: float) -> None:
        self.looks += 1
        super().forget(demand, now)


@pytest.mark.parametrize("ahead", [0, -30, 500, 10**9], ids=["on time", "late", "early", "beyond all sense"])
def test_what_the_api_says_as_expected_takes_no_look_at_all_requests_whatever_its_clock(ahead):
    line, hour = Looked(), Demand("general", Limit(5000, 3600.0))
    line.learn(News(5000, 4999, 3600.0 + ahead), hour, 0.0, 0)
    for number in range(2, 100):
        now = float(number)
        line.put(number, now, 1)
        since, looks = line.settled, line.looks
        line.learn(News(5000, 5000 - number, 3600.0 + ahead), hour, now + 0.5, since)
        line.settle(number, now, now + 0.5, True)
        assert line.looks == looks, number
        assert len(line.done) == number
