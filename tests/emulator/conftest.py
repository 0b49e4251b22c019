"""What every test of the emulator has: an account on a clock that the test turns, its answers judged by the facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from dopyapi._facts import operations
from dopyapi._facts.routes import routes
from dopyapi.emulator import Emulator, VirtualClock

from .conformance import complaints

TOKEN = "test"


class Reply(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]

    def __getitem__(self, name: Any) -> Any:
        return self.body[name]

    @property
    def message(self) -> str:
        return str(self.body["message"])


class Account:
    """An emulated account that a test talks to; each answer must be one the official document allows."""

    def __init__(self, **options: Any) -> None:
        self.clock = VirtualClock(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
        path = options.pop("path", ":memory:")
        self.emulator = Emulator(path, clock=self.clock, speed=options.pop("speed", 1), **options)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        path, _, query = path.partition("?")
        sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.emulator.handle(
            method, path, query, {"authorization": f"Bearer {TOKEN}", **headers}, sent, "http://emulator.test"
        )
        parsed = json.loads(answer.body) if answer.body else None
        route = routes().find("GET" if method == "HEAD" else method, path)[0]
        if route and method != "HEAD":
            found = complaints(route.operation, answer.status, parsed)
            assert not found, f"{route.operation.id}: {found}"
        return Reply(answer.status, parsed, answer.headers)

    def get(self, path: str) -> Any:
        reply = self("GET", path)
        assert reply.status == 200, reply
        return reply.body

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def droplet(self, name: str = "web", *, settled: bool = True, **fields: Any) -> dict[str, Any]:
        body = {"name": name, "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", **fields}
        reply = self("POST", "/v2/droplets", body)
        assert reply.status == 202, reply
        if settled:
            self.pass_time(31)
            return self.get(f"/v2/droplets/{reply['droplet']['id']}")["droplet"]
        return reply["droplet"]

    def act(self, droplet: dict[str, Any], type: str, **fields: Any) -> Reply:
        return self("POST", f"/v2/droplets/{droplet['id']}/actions", {"type": type, **fields})

    def done(self, droplet: dict[str, Any], type: str, **fields: Any) -> dict[str, Any]:
        """Do something to a Droplet, wait for it, and return the Droplet afterwards."""
        reply = self.act(droplet, type, **fields)
        assert reply.status == 201, reply
        assert reply["action"]["status"] == "in-progress"
        self.pass_time(180)
        action = self.get(f"/v2/actions/{reply['action']['id']}")["action"]
        assert action["status"] == "completed"
        assert action["completed_at"] is not None
        return self.get(f"/v2/droplets/{droplet['id']}")["droplet"]


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account()
    yield made
    made.emulator.close()


@pytest.fixture(scope="session")
def all_operations() -> tuple[Any, ...]:
    return operations()
