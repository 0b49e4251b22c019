"""Fixtures for people who test code that uses DigitalOcean; pytest finds them where dopyapi is installed.

```python
import os
import subprocess

import pytest

import dopyapi as do


def test_scaling(digitalocean):  # an emulator of this test's own; the current account is its
    do.Tag.new(name="web")
    assert digitalocean.state.counts()["tags"] == 1


def test_the_script(digitalocean_server):  # the same on a socket, for programs that are not ours
    subprocess.run(["./deploy.sh"], env=os.environ | digitalocean_server.environment, check=True)


@pytest.mark.digitalocean(seed="fleet.yaml", strict=True)  # options of dopyapi.emulator.Emulator
def test_waiting(digitalocean, digitalocean_clock):  # and a clock to turn by hand
    digitalocean_clock.advance(60)
```

``digitalocean_session`` and ``digitalocean_session_server`` are the same for a whole run (of each worker), for what is
dear to set up; ``digitalocean_options``, to be overridden in a ``conftest.py``, has options for all tests. Whoever uses
one of them reaches no real network by dopyapi while he does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .emulator.asgi import App
    from .testing import Emulated, Served

_SPEED = 0.02
"""How fast things go where the clock is real: a Droplet is there after 0.6 seconds."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "digitalocean(**options): options of the emulator of this test, as of dopyapi.emulator.Emulator"
    )


@pytest.fixture(scope="session")
def digitalocean_options() -> dict[str, Any]:
    """Options for every emulator of these fixtures; override it in a conftest.py."""
    return {}


@pytest.fixture
def digitalocean(
    request: pytest.FixtureRequest, digitalocean_options: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Emulated]:
    """An emulator of this test's own, in this process; the current account is its."""
    options = dict(digitalocean_options)
    for marker in reversed(list(request.node.iter_markers("digitalocean"))):
        if marker.args:
            raise pytest.UsageError("the marker digitalocean takes its options by name, such as strict=True")
        options |= marker.kwargs
    names = request.fixturenames
    # Other people's clients wait in real time, unless the test turns the clock itself.
    with _current(options, real="digitalocean_server" in names and "digitalocean_clock" not in names) as emulated:
        yield emulated


@pytest.fixture
def digitalocean_clock(digitalocean: Emulated) -> Any:
    """The clock of this test's emulator: ``digitalocean_clock.advance(seconds)``."""
    return digitalocean.clock


@pytest.fixture
def digitalocean_server(digitalocean: Emulated, _digitalocean_door: tuple[_Door, Served]) -> Iterator[Served]:
    """Where this test's emulator listens, for clients that are not ours: ``url``, ``token``, ``environment``."""
    door, served = _digitalocean_door
    door.open(digitalocean)
    yield served
    door.close()


@pytest.fixture(scope="session")
def digitalocean_session(digitalocean_options: dict[str, Any]) -> Iterator[Emulated]:
    """One emulator for the whole run; ``using(digitalocean_session.client)`` makes its account the current one."""
    with _emulated(digitalocean_options, real=True) as emulated, _no_real_network():
        yield emulated


@pytest.fixture(scope="session")
def digitalocean_session_server(digitalocean_session: Emulated) -> Iterator[Served]:
    """Where the emulator of the whole run listens."""
    with digitalocean_session.serve() as served:
        yield served


class _Door:
    """An ASGI application that leads to one emulator after the other: a server needs longer to start than a test."""

    def __init__(self) -> None:
        self._app: App | None = None

    def open(self, emulated: Emulated) -> None:
        from .emulator.asgi import App

        self._app = App(emulated.emulator)

    def close(self) -> None:
        self._app = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is not None:
            await self._app(scope, receive, send)
            return
        # A request that outlives its test finds nobody, and above all not the account of the next one.
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="session")
def _digitalocean_door() -> Iterator[tuple[_Door, Served]]:
    from .testing import TOKEN
    from .testing.serving import serving

    door = _Door()
    app: Any = door
    with serving(app, TOKEN) as served:
        yield door, served


@contextmanager
def _emulated(options: dict[str, Any], *, real: bool) -> Iterator[Emulated]:
    from .emulator import Emulator, RealClock, VirtualClock
    from .testing import TOKEN, Emulated

    given = dict(options)
    seed = given.pop("seed", None)
    given.setdefault("clock", RealClock() if real else VirtualClock())
    given.setdefault("speed", _SPEED if real else 1.0)
    token = given.get("token") or TOKEN
    with Emulator(**given) as emulator:
        if seed is not None:
            emulator.seed(seed)
        yield Emulated(emulator, token=token)


@contextmanager
def _current(options: dict[str, Any], *, real: bool) -> Iterator[Emulated]:
    """An emulator whose account is the current one, in new threads too."""
    from ._core import accounts

    with ExitStack() as stack:
        emulated = stack.enter_context(_emulated(options, real=real))
        stack.enter_context(_no_real_network())
        stack.enter_context(accounts.using(emulated.client))
        former = accounts._default
        stack.callback(accounts.set_default, former)
        accounts.set_default(emulated.client)
        yield emulated


@contextmanager
def _no_real_network() -> Iterator[None]:
    from ._core.client import refusals

    refuse: Callable[[str], None] = _refuse_outward
    refusals.append(refuse)
    try:
        yield
    finally:
        refusals.remove(refuse)


def _refuse_outward(base_url: str) -> None:
    """Let nothing be sent that leaves this machine.

    Raises:
        DOPyError: it would.
    """
    import ipaddress
    from urllib.parse import urlsplit

    from .errors import DOPyError

    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".invalid")):
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise DOPyError(
        f"{base_url} is not asked while a digitalocean fixture is in use: the code under test has made a client of its"
        " own, which goes to the real API; let it use the current account, or digitalocean_server's url and token"
    )
