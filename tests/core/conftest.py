"""Servers and clients that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import dopyapi as do

from .loopback import Server, answering
from .network import AT_ONCE


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own proxies and certificates stay out of the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts a loopback server that ends with the test."""
    with ExitStack() as stack:
        yield lambda talk=None, tls=None: stack.enter_context(Server(talk or answering(), tls))


@pytest.fixture
def client() -> Iterator[Callable[..., do.Client]]:
    """Makes a client that ends with the test."""
    with ExitStack() as stack:

        def make(url: str, **options: Any) -> do.Client:
            return stack.enter_context(do.Client("secret-token", url, **{"retries": AT_ONCE, **options}))

        yield make
