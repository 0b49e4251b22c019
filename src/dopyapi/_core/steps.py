"""An operation is a generator of steps. Two drivers perform the steps, and they are the only code in the package
that differs between sync and async.

A generator yields a step and is sent back what came of it; an exception of the step is thrown into it. So retry,
paging and waiting are written once, as plain code, and tested without a socket or an event loop.

Threads and asyncio are imported where they are used: a program that needs neither does not wait for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from .clock import REAL, Clock
from .secrets import redacted

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Future

R = TypeVar("R")
V = TypeVar("V")

AT_ONCE = 8
"""How many branches of a ``Together`` run at a time unless told otherwise."""


class Response(Struct, frozen=True):
    """An answer as it came."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Names are lower-case."""
    body: bytes
    """What it says, as bytes."""

    def __repr__(self) -> str:
        return f"Response(status={self.status!r}, headers={self.headers!r})"


class Request(Struct, frozen=True):
    """Send this, and get a ``Response``; a failure on the way is a ``NetworkError``."""

    transport: Transport
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"<Request {self.method} {redacted(self.url)}>"


class Sleep(Struct, frozen=True):
    """Let some time pass on a clock."""

    seconds: float
    clock: Clock = REAL


class Together(Struct, frozen=True):
    """Perform several operations at the same time, and get the list of their results, in order.

    The first failure ends it: branches that have not begun never do, the others stop at their next step.
    """

    branches: Sequence[Steps[Any]]
    limit: int = AT_ONCE


class Notify(Struct, frozen=True):
    """Call the user's code, outside of the operation, so that it may read and do anything. An awaitable that it
    returns is awaited where there is a loop.
    """

    callback: Callable[[Any], Any]
    value: Any


class Work(Struct, frozen=True):
    """Do something that blocks, such as writing a file; on a thread of its own where there is a loop to hold up."""

    function: Callable[[], Any]


Step: TypeAlias = Request | Sleep | Together | Notify | Work
Steps: TypeAlias = Generator[Step, Any, R]


class Transport(Protocol):
    """Carries a request to the API and the answer back."""

    def send(self, request: Request) -> Response: ...
    async def asend(self, request: Request) -> Response: ...


def ask(request: Request) -> Steps[Response]:
    """Send a request."""
    response: Response = yield request
    return response


def sleep(seconds: float, clock: Clock = REAL) -> Steps[None]:
    """Wait a while."""
    yield Sleep(seconds, clock)


def together(branches: Sequence[Steps[R]], limit: int = AT_ONCE) -> Steps[list[R]]:
    """Perform several operations at the same time."""
    results: list[R] = yield Together(branches, limit)
    return results


def notify(callback: Callable[[V], Any] | None, value: V) -> Steps[None]:
    """Tell the user, if there is anybody to tell."""
    if callback is not None:
        yield Notify(callback, value)


def work(function: Callable[[], R]) -> Steps[R]:
    """Do something that blocks, and get what it returns."""
    result: R = yield Work(function)
    return result


def through(
    steps: Steps[R],
    *,
    setting: tuple[ContextVar[Any], Any] | None = None,
    on_reply: Callable[[Any], None] | None = None,
) -> Steps[R]:
    """The same steps, passed on one by one; those of the branches of a ``Together``, too.

    Args:
        steps: whose.
        setting: a context variable, and what it is while the operation's own code runs.
        on_reply: called with what came of each step, before the operation sees it.
    """
    reply: Any = None
    error: BaseException | None = None
    while True:
        before = setting[0].set(setting[1]) if setting is not None else None
        try:
            step = steps.send(reply) if error is None else steps.throw(error)
        except StopIteration as done:
            result: R = done.value
            return result
        finally:
            if before is not None:
                before.var.reset(before)
        if type(step) is Together:
            branches = [through(branch, setting=setting, on_reply=on_reply) for branch in step.branches]
            step = Together(branches, step.limit)
        reply = error = None
        try:
            reply = yield step
        except BaseException as failure:  # passed on into the steps
            error = failure
            continue
        if on_reply is not None:
            on_reply(reply)


inside: ContextVar[bool] = ContextVar("dopyapi_inside_an_operation", default=False)
"""True while an operation's own code runs: it must yield its requests, never make them."""


def advance(steps: Steps[Any], reply: Any, error: BaseException | None) -> Step:
    token = inside.set(True)
    try:
        return steps.send(reply) if error is None else steps.throw(error)
    finally:
        inside.reset(token)


class _Stopped(BaseException):
    """A sibling branch has failed."""


def drive(steps: Steps[R], stop: threading.Event | None = None) -> R:
    """Perform an operation, blocking."""
    reply: Any = None
    error: BaseException | None = None
    while True:
        if stop is not None and stop.is_set():
            steps.close()
            raise _Stopped
        try:
            step = advance(steps, reply, error)
        except StopIteration as done:
            result: R = done.value
            return result
        reply = error = None
        try:
            match step:
                case Request():
                    reply = step.transport.send(step)
                case Sleep():
                    if stop is not None and step.clock is REAL:
                        stop.wait(step.seconds)
                    else:
                        step.clock.sleep(step.seconds)
                case Notify():
                    _call(step)
                case Together():
                    reply = _in_threads(step)
                case Work():
                    reply = step.function()
        except BaseException as failure:  # thrown into the operation, whose business it is
            error = failure


async def adrive(steps: Steps[R]) -> R:
    """Perform an operation, awaiting."""
    reply: Any = None
    error: BaseException | None = None
    while True:
        try:
            step = advance(steps, reply, error)
        except StopIteration as done:
            result: R = done.value
            return result
        reply = error = None
        try:
            match step:
                case Request():
                    reply = await step.transport.asend(step)
                case Sleep():
                    await step.clock.asleep(step.seconds)
                case Notify():
                    outcome = step.callback(step.value)
                    if isinstance(outcome, Awaitable):
                        await outcome
                case Together():
                    reply = await _in_tasks(step)
                case Work():
                    reply = await _in_a_thread(step)
        except BaseException as failure:  # thrown into the operation, whose business it is
            error = failure


def _call(step: Notify) -> None:
    outcome = step.callback(step.value)
    if isinstance(outcome, Coroutine):
        outcome.close()
        raise TypeError(f"the callback {step.callback!r} is async: await the operation's .aio(...) form")


def _in_threads(step: Together) -> list[Any]:
    if len(step.branches) <= 1:
        return [drive(branch) for branch in step.branches]
    import threading
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    stop = threading.Event()
    pool = ThreadPoolExecutor(min(step.limit, len(step.branches)), "dopyapi")
    results: list[Future[Any]] = []
    try:
        results = [pool.submit(copy_context().run, drive, branch, stop) for branch in step.branches]
        wait(results, return_when=FIRST_EXCEPTION)
        done = [r for r in results if r.done() and not r.cancelled()]
        for result in done:
            failure = result.exception()
            if failure is not None:
                raise failure
        return [r.result() for r in results]
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


async def _in_a_thread(step: Work) -> Any:
    import asyncio

    return await asyncio.to_thread(step.function)


async def _in_tasks(step: Together) -> list[Any]:
    import asyncio

    turns = asyncio.Semaphore(step.limit)

    async def branch(steps: Steps[Any]) -> Any:
        async with turns:
            return await adrive(steps)

    tasks = [asyncio.ensure_future(branch(steps)) for steps in step.branches]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
