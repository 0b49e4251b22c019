"""An exchange over the network in both call forms."""

from __future__ import annotations

from typing import Any

import dopyapi as do
from dopyapi._core.retry import RetryPolicy
from dopyapi._core.steps import Response, adrive, drive

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
