"""The two drivers."""

from __future__ import annotations

import asyncio
import threading

import pytest

from dopyapi._core.steps import Steps, Together, adrive, drive, inside, notify, sleep, together, work


class Clock:
    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def asleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def both(make):
    """The outcome of the same steps by both drivers."""
    return drive(make()), asyncio.run(adrive(make()))


def test_a_sleep_passes_on_the_clock_it_names():
    clock = Clock()

    def steps() -> Steps[str]:
        yield from sleep(3, clock)
        return "awake"

    assert both(steps) == ("awake", "awake")
    assert clock.slept == [3, 3]


def test_what_blocks_is_done_beside_an_event_loop():
    def steps() -> Steps[int]:
        return (yield from work(threading.get_ident))

    blocking, awaited = both(steps)
    assert blocking == threading.get_ident() != awaited


@pytest.mark.parametrize("driver", [drive, lambda s: asyncio.run(adrive(s))])
def test_a_failure_of_what_blocks_is_the_operation_s_to_catch(driver):
    def steps() -> Steps[str]:
        try:
            yield from work(lambda: [][0])
        except IndexError:
            return "caught"
        return "missed"

    assert driver(steps()) == "caught"


def test_together_gives_results_in_order_whatever_ends_first():
    def branch(number: int) -> Steps[int]:
        yield from sleep((5 - number) / 500)
        return number

    def steps() -> Steps[list[int]]:
        return (yield from together([branch(n) for n in range(5)]))

    assert both(steps) == ([0, 1, 2, 3, 4],) * 2


def test_together_of_nothing_is_nothing():
    def steps() -> Steps[list[int]]:
        return (yield from together([]))

    assert both(steps) == ([], [])


@pytest.mark.parametrize("driver", [drive, lambda s: asyncio.run(adrive(s))])
def test_the_first_failure_of_together_stops_branches_that_have_not_begun(driver):
    begun = []

    def branch(number: int) -> Steps[int]:
        begun.append(number)
        if number == 0:
            raise LookupError("zero")
        yield from sleep(0.05)
        return number

    def steps() -> Steps[list[int]]:
        return (yield Together([branch(n) for n in range(50)], limit=2))

    with pytest.raises(LookupError, match="zero"):
        driver(steps())
    assert len(begun) < 50


@pytest.mark.parametrize("driver", [drive, lambda s: asyncio.run(adrive(s))])
def test_no_more_branches_run_at_once_than_the_limit(driver):
    lock, running, most = threading.Lock(), [0], [0]

    def branch() -> Steps[None]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        yield from sleep(0.005)
        with lock:
            running[0] -= 1

    def steps() -> Steps[list[None]]:
        return (yield Together([branch() for _ in range(12)], limit=3))

    driver(steps())
    assert most[0] == 3


@pytest.mark.parametrize("driver", [drive, lambda s: asyncio.run(adrive(s))])
def test_a_failure_is_thrown_into_the_operation_which_may_go_on(driver):
    def boom(value: str) -> None:
        raise KeyError(value)

    def steps() -> Steps[str]:
        try:
            yield from notify(boom, "x")
        except KeyError:
            return "survived"
        return "unhurt"

    assert driver(steps()) == "survived"


def test_an_async_callback_is_awaited_and_refused_where_there_is_no_loop():
    heard = []

    async def hear(value: str) -> None:
        await asyncio.sleep(0)
        heard.append(value)

    def steps() -> Steps[None]:
        yield from notify(hear, "hello")

    asyncio.run(adrive(steps()))
    assert heard == ["hello"]
    with pytest.raises(TypeError, match=r"\.aio"):
        drive(steps())


def test_cancelling_reaches_the_operation():
    ended = []

    def steps() -> Steps[None]:
        try:
            yield from sleep(30)
        finally:
            ended.append(True)

    async def main() -> None:
        task = asyncio.ensure_future(adrive(steps()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended == [True]


def test_work_that_blocks_has_its_own_thread_only_where_there_is_a_loop():
    def where() -> tuple[bool, bool]:
        return threading.current_thread() is threading.main_thread(), inside.get()

    def steps() -> Steps[tuple[bool, bool]]:
        return (yield from work(where))

    assert both(steps) == ((True, False), (False, False))


def test_a_loop_goes_on_while_something_blocks():
    entered, gone_on = threading.Event(), threading.Event()

    def block() -> bool:
        entered.set()
        return gone_on.wait(10)

    def steps() -> Steps[bool]:
        return (yield from work(block))

    async def both_at_once() -> bool:
        working = asyncio.ensure_future(adrive(steps()))
        assert await asyncio.to_thread(entered.wait, 10)
        gone_on.set()
        return await working

    assert asyncio.run(both_at_once())


@pytest.mark.parametrize("driver", [drive, lambda s: asyncio.run(adrive(s))])
def test_a_failure_of_work_reaches_the_operation(driver):
    def fail() -> None:
        raise OSError("disk full")

    def steps() -> Steps[str]:
        try:
            yield from work(fail)
        except OSError as error:
            return str(error)
        return "nothing failed"

    assert driver(steps()) == "disk full"
