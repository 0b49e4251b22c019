"""What all tests share: both call forms from one body, a scripted API, an emulated one, a record of what was used."""

from __future__ import annotations

import asyncio
import inspect
import json
import signal
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import dopyapi as do
from dopyapi._core import checking
from dopyapi._core.listing import Listing
from dopyapi._core.retry import RetryPolicy
from dopyapi._core.steps import Request, Response
from dopyapi._facts.routes import routes

from . import exchanges, record
from .contract import used
from .contract.used import (  # noqa: F401 - hooks
    pytest_deselected,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from .emulator.conformance import complaints


def pytest_addoption(parser: pytest.Parser) -> None:
    used.pytest_addoption(parser)
    parser.addoption("--kills", type=int, default=5, help="how often a busy emulator is killed; 100 in CI")
    parser.addoption("--clients", action="store_true", help="run other people's clients, which have to be installed")
    parser.addoption("--fuzz", action="store_true", help="let schemathesis throw at the emulator what it can think of")
    parser.addoption("--browser", action="store_true", help="look at the emulator's page with Debian's Chromium")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Whoever is started in the background ignores Ctrl-C, and so would all processes that tests interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "clients: needs programs that nobody here wrote")
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "fuzz: needs schemathesis")
    config.addinivalue_line("markers", "lenient: sends what the official document no longer has")
    config.addinivalue_line("markers", "last: runs after all others")
    record.install()
    used.listen()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--clients"):
        theirs = pytest.mark.skip(reason="other people's clients: make clients runs them")
        for item in items:
            if item.get_closest_marker("clients"):
                item.add_marker(theirs)
    if not config.getoption("--fuzz"):
        thrown = pytest.mark.skip(reason="schemathesis: make fuzz runs it")
        for item in items:
            if item.get_closest_marker("fuzz"):
                item.add_marker(thrown)
    if not config.getoption("--browser"):
        looked = pytest.mark.skip(reason="the page in a browser: make browser runs it")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(looked)
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


class Form:
    """One of the two call forms; tests await it in both, and only here do they differ."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, operation: Any, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation."""
        return operation(*args, **kwargs) if self.name == "sync" else await operation.aio(*args, **kwargs)

    async def items(self, listing: Listing[Any]) -> list[Any]:
        """Walk a whole listing."""
        return list(listing) if self.name == "sync" else [item async for item in listing]

    def __repr__(self) -> str:
        return self.name


@pytest.fixture(params=["sync", "aio"])
def call(request: pytest.FixtureRequest) -> Form:
    """The call form of this run of the test."""
    return Form(request.param)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine: without a loop where its form is the blocking one."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}
    body = pyfuncitem.obj(**arguments)
    form = pyfuncitem.funcargs.get("call")
    if form is None or form.name == "aio":
        asyncio.run(body)
        return True
    try:
        body.send(None)
    except StopIteration:
        return True
    finally:
        body.close()
    raise AssertionError("a test of the blocking form awaited something that really waits")


class Script:
    """An API that answers what the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.slept: list[float] = []
        self._answers: list[Response | Exception | Callable[[Request], Response]] = []

    def answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> Script:
        """The next request gets this."""
        data = body if isinstance(body, bytes) else b"" if body is None else do_json(body)
        self._answers.append(Response(status, {"content-type": "application/json", **(headers or {})}, data))
        return self

    def fail(self, error: Exception) -> Script:
        """The next request fails on the way."""
        self._answers.append(error)
        return self

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        assert self._answers, f"nothing is scripted for {request.method} {request.url}"
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    async def asend(self, request: Request) -> Response:
        return self.send(request)

    # The client's clock, too.
    def now(self) -> float:
        return 1_000_000.0 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def asleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def bodies(self) -> list[Any]:
        """The JSON that was sent."""
        import msgspec

        return [None if r.body is None else msgspec.json.decode(r.body) for r in self.requests]

    @property
    def asked(self) -> list[str]:
        """``GET /droplets/5`` and so on."""
        return [f"{r.method} {r.url.partition('/v2')[2]}" for r in self.requests]


def do_json(value: Any) -> bytes:
    import msgspec

    return msgspec.json.encode(value)


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    """Warnings that are given once in a process are given in every test."""
    checking._told.clear()


def paged(key: str, total: int) -> Callable[[Request], Response]:
    """An answer for `Script`: the page that is asked for, of that many items."""

    def page(request: Request) -> Response:
        query = parse_qs(urlsplit(request.url).query)
        number, size = int(query["page"][0]), int(query["per_page"][0])
        items = [{"id": n} for n in range((number - 1) * size, min(number * size, total))]
        return Response(200, {"content-type": "application/json"}, do_json({key: items, "meta": {"total": total}}))

    return page


@pytest.fixture
def script() -> Iterator[Script]:
    """A scripted API as the current account."""
    made = Script()
    policy = RetryPolicy(2, jitter=lambda: 1.0)
    # It takes whatever a test sends it; what is checked before it is sent has tests of its own.
    client = do.Client(
        "secret-token", "https://api.example/v2", transport=made, clock=made, retries=policy, check=False
    )
    with do.using(client):
        yield made


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[Any]:
    """An emulated account, on virtual time, that refuses what the official document forbids."""
    strict = request.node.get_closest_marker("lenient") is None
    with do.testing.emulator(strict=strict) as emulated, record.recording():
        judge(emulated.emulator)
        yield emulated


def judge(emulator: Any) -> None:
    """Hold every answer against the table of facts, and against the official schema where the document is here."""
    handle = emulator.handle

    def judged(method: str, path: str, query: str, headers: Any, body: bytes, base_url: str = "http://x") -> Any:
        answer = handle(method, path, query, headers, body, base_url)
        route = routes().find("GET" if method == "HEAD" else method, path)[0]
        if answer.headers.get("x-emulated") == "fault":
            return answer  # nothing that the API says
        if route is not None and method != "HEAD" and answer.headers.get("content-type") == "application/json":
            found = complaints(route.operation, answer.status, json.loads(answer.body) if answer.body else None)
            assert not found, f"{route.operation.id} answers what the official document does not say: {found}"
        if exchanges.FOLDER is not None and route is not None and method != "HEAD":
            exchanges.keep(route.operation.id, method, path, query, headers, body, answer)
        return answer

    emulator.handle = judged
