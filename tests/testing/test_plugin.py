"""The fixtures, as somebody meets them who has installed dopyapi: in a run of pytest of their own."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

import dopyapi as do
from dopyapi.testing import Emulated


def run(pytester: pytest.Pytester, source: str, *arguments: str, passed: int, conftest: str = "") -> str:
    """Run tests in a process of their own; all have to pass."""
    if conftest:
        pytester.makeconftest(conftest)
    pytester.makepyfile(source)
    # pytester's own plugin list must not come along: what is installed is what counts.
    result = pytester.run(sys.executable, "-m", "pytest", "-W", "error", *arguments, timeout=120)
    result.assert_outcomes(passed=passed)
    return str(result.stdout)


def test_each_test_has_an_account_of_its_own(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import threading
        import dopyapi as do
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_alone(digitalocean, number):
            assert do.Droplet.list() == []
            do.Droplet.new(name="web", size="s-1vcpu-1gb", image="ubuntu-24-04-x64", wait=True)
            assert digitalocean.state.counts()["droplets"] == 1
            found = []
            thread = threading.Thread(target=lambda: found.extend(do.Droplet.list()))
            thread.start()
            thread.join()
            assert [droplet.name for droplet in found] == ["web"]
        """,
        passed=3,
    )


def test_waits_take_no_time_and_the_clock_can_be_turned(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import dopyapi as do

        def test_clock(digitalocean, digitalocean_clock):
            droplet = do.Droplet.new(name="web", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
            digitalocean_clock.advance(29)
            droplet.load()
            assert droplet.status == "new"
            digitalocean_clock.advance(1)
            droplet.load()
            assert droplet.status == "active"
        """,
        passed=1,
    )


def test_options_come_from_the_marker_and_the_conftest(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import dopyapi as do
        import pytest
        from dopyapi.testing import Fault

        pytestmark = pytest.mark.digitalocean(speed=0)

        def test_of_the_conftest(digitalocean):
            assert digitalocean.emulator.strict
            assert digitalocean.emulator.speed == 0

        @pytest.mark.digitalocean(strict=False, token="only this", faults=[Fault(operation="account_get", status=503)])
        def test_of_the_marker(digitalocean):
            assert not digitalocean.emulator.strict
            assert do.Droplet.list() == []
            with pytest.raises(do.DOError):
                do.Account().load()
        """,
        passed=2,
        conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def digitalocean_options():
            return {"strict": True}
        """,
    )


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_other_peoples_clients_have_a_server(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    run(
        pytester,
        """
        import json
        import os
        import time
        import urllib.request

        import dopyapi as do
        import pytest

        def ask(server, path, body=None):
            data = None if body is None else json.dumps(body).encode()
            headers = {"authorization": f"Bearer {server.token}", "content-type": "application/json"}
            with urllib.request.urlopen(urllib.request.Request(server.url + path, data, headers)) as answer:
                return json.load(answer)

        @pytest.mark.parametrize("number", range(4))
        def test_server(digitalocean, digitalocean_server, number):
            assert ask(digitalocean_server, "/v2/droplets")["droplets"] == []
            body = {"name": f"web-{number}", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
            made = ask(digitalocean_server, "/v2/droplets", body)["droplet"]
            until = time.monotonic() + 20
            while ask(digitalocean_server, f"/v2/droplets/{made['id']}")["droplet"]["status"] != "active":
                assert time.monotonic() < until
            assert [droplet.name for droplet in do.Droplet.list()] == [f"web-{number}"]
            assert digitalocean_server.environment["DIGITALOCEAN_API_URL"] == digitalocean_server.url

        def test_one_for_the_whole_run(digitalocean_session, digitalocean_session_server):
            with do.using(digitalocean_session.client):
                do.Tag.new(name="kept")
            assert ask(digitalocean_session_server, "/v2/tags/kept")["tag"]["name"] == "kept"

        def test_the_clock_can_be_turned_for_them_too(digitalocean_server, digitalocean_clock):
            body = {"name": "web", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
            made = ask(digitalocean_server, "/v2/droplets", body)["droplet"]
            digitalocean_clock.advance(30)
            assert ask(digitalocean_server, f"/v2/droplets/{made['id']}")["droplet"]["status"] == "active"
        """,
        *workers,
        passed=6,
    )


def test_no_real_network_is_reached(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import asyncio
        import threading
        import dopyapi as do
        import pytest

        def test_a_client_of_ones_own(digitalocean, monkeypatch):
            monkeypatch.setenv("DIGITALOCEAN_TOKEN", "real")
            with pytest.raises(do.DOPyError, match="is not asked while a digitalocean fixture is in use"):
                do.Account.load.on(do.Client())(do.Account())
            with do.using(do.Client("real")), pytest.raises(do.DOPyError, match="is not asked"):
                asyncio.run(do.Droplet.list.aio())

        def test_authenticate(digitalocean):
            do.authenticate("real")
            assert do.Droplet.list() == []  # this test's account all the same
            refused = []

            def elsewhere():
                try:
                    do.Droplet.list()
                except do.DOPyError as error:
                    refused.append(str(error))

            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
            assert "api.digitalocean.com/v2 is not asked" in refused[0]

        def test_afterwards_nothing_is_refused():
            from dopyapi._core.client import refusals
            assert refusals == []
        """,
        passed=3,
    )


def test_it_is_harmless_where_nobody_uses_it(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
        import sys

        def test_nothing_was_imported():
            assert "dopyapi.pytest_plugin" in sys.modules
            heavy = {"dopyapi.testing", "dopyapi.emulator", "dopyapi._core.client", "urllib3", "msgspec"}
            assert not heavy & set(sys.modules)
        """,
        passed=1,
    )


def test_a_fresh_account_and_a_reset_cost_little(digitalocean: Emulated) -> None:
    do.Droplet.new(name="web", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
    best = min(_seconds(digitalocean.emulator.reset) for _ in range(5))
    bare = min(_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(3))
    assert best < bare  # some 10 ms: what nothing at all takes in a new process
    assert digitalocean.state.counts().get("droplets", 0) == 0


def _seconds(do: object) -> float:
    began = time.perf_counter()
    do()  # type: ignore[operator]
    return time.perf_counter() - began
