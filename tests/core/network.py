"""An exchange over the network in both call forms."""

from __future__ import annotations

from typing import Any

import dopyapi as do
from dopyapi._core.http import HTTPTransport
from dopyapi._core.retry import RetryPolicy
from dopyapi._core.steps import Request, Response, adrive, drive

AT_ONCE = RetryPolicy(2, first_delay=0.0)
"""Retries without delay."""


class Exchange:
    """One request of a client, called or awaited like any operation."""

    def __init__(self, client: do.Client) -> None:
        self.client = client

    def __call__(self, method: str = "GET", path: str = "/x", **options: Any) -> Response:
        return drive(self.client.exchange(method, path, **options))

    async def aio(self, method: str = "GET", path: str = "/x", **options: Any) -> Response:
        return await adrive(self.client.exchange(method, path, **options))


class Asking:
    """One request without what a client adds to it, sent or awaited. Awaited connections end with their loop."""

    def __init__(self, url: str, timeout: float = 5.0, proxy: str | None = None, ca: Any = None) -> None:
        self.url, self.transport = url, HTTPTransport((5.0, timeout), ca, proxy)

    def __call__(self, method: str = "GET", body: bytes | None = None, **headers: str) -> Response:
        return self.transport.send(self._request(method, body, headers))

    async def aio(self, method: str = "GET", body: bytes | None = None, **headers: str) -> Response:
        return await self.transport.asend(self._request(method, body, headers))

    def _request(self, method: str, body: bytes | None, headers: dict[str, str]) -> Request:
        return Request(self.transport, method, f"{self.url}/x", headers, body)
