"""The one file that imports the HTTP libraries: urllib3 for blocking calls, aiohttp for awaited ones."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
import weakref
from collections.abc import AsyncGenerator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from .errors import NetworkError, RequestTimeout
from .steps import Request, Response

if TYPE_CHECKING:
    import aiohttp

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Read beside ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``, which OpenSSL reads itself."""
CONNECTIONS = 32

Timeout = tuple[float, float]


class HTTPTransport:
    """Requests over pooled, verified connections. Threads may share it; a forked child opens its own."""

    def __init__(self, timeout: Timeout, ca: Any = None, proxy: str | None = None) -> None:
        self._timeout, self._ca, self._proxy = timeout, ca, proxy
        self._lock = threading.Lock()
        self._pools: dict[str | None, urllib3.PoolManager] = {}
        self._sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = weakref.WeakKeyDictionary()
        self._pid = os.getpid()

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer."""
        pool = self._pool(self._proxy_for(request.url))
        try:
            answer = pool.urlopen(
                request.method,
                request.url,
                body=request.body,
                headers=request.headers,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(connect=self._timeout[0], read=self._timeout[1]),
            )
        except HTTPError as error:
            raise self._failure(error) from None
        return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.data)

    def _pool(self, proxy: str | None) -> urllib3.PoolManager:
        with self._lock:
            if self._pid != os.getpid():  # connections of the parent are not ours to use
                self._pools, self._pid = {}, os.getpid()
            if proxy not in self._pools:
                options: dict[str, Any] = {"maxsize": CONNECTIONS, "ssl_context": context(self._ca)}
                self._pools[proxy] = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
            return self._pools[proxy]

    def _failure(self, error: HTTPError) -> NetworkError:
        reason = error.reason if isinstance(error, ProxyError) and hasattr(error, "reason") else error
        text = str(reason).rpartition("object at 0x")[2].partition(">: ")[2] or str(reason)
        if isinstance(error, ConnectTimeoutError):
            return RequestTimeout(f"no connection within {self._timeout[0]:g} s", sent=False)
        if isinstance(error, ReadTimeoutError):
            return RequestTimeout(f"no answer within {self._timeout[1]:g} s")
        if isinstance(error, NewConnectionError | NameResolutionError | ProxyError):
            return NetworkError(f"cannot connect: {text}", sent=False)
        if isinstance(error, SSLError):
            return NetworkError(f"no trusted TLS connection: {text}", sent=False)
        return NetworkError(f"the connection broke: {text}")

    def _proxy_for(self, url: str) -> str | None:
        return self._proxy or environment_proxy(url)

    async def asend(self, request: Request) -> Response:
        """Send and await the whole answer."""
        session = await self._session()
        return await session.send(request, self._proxy_for(request.url))

    async def _session(self) -> _Session:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed or session.pid != os.getpid():
            session = self._sessions[loop] = _Session(self._timeout, context(self._ca))
            await session.open()
        return session

    def close(self) -> None:
        """Close the connections of blocking calls."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.clear()

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()


class _Session:
    """An aiohttp session of one event loop, closed with the loop if nobody closes it before."""

    def __init__(self, timeout: Timeout, tls: ssl.SSLContext) -> None:
        self._timeout, self._tls = timeout, tls
        self.pid = os.getpid()
        self._http: aiohttp.ClientSession | None = None
        self._keeper: AsyncGenerator[None] | None = None

    async def open(self) -> None:
        try:
            import aiohttp
        except ImportError:
            raise ImportError("awaited calls need aiohttp: pip install 'dopyapi[async]'") from None

        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, limit=CONNECTIONS * 2),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._timeout[0], sock_read=self._timeout[1]),
        )
        # asyncio.run() closes the loop's async generators before the loop, and this one closes the session.
        self._keeper = _until_the_loop_ends(self._http)
        await anext(self._keeper)

    @property
    def closed(self) -> bool:
        return self._http is None or self._http.closed

    async def close(self) -> None:
        if self._keeper is not None:
            await self._keeper.aclose()

    async def send(self, request: Request, proxy: str | None) -> Response:
        import aiohttp
        from yarl import URL

        assert self._http is not None
        try:
            async with self._http.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                proxy=proxy,
            ) as answer:
                body = await answer.read()
                return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, body)
        except aiohttp.ConnectionTimeoutError:
            raise RequestTimeout(f"no connection within {self._timeout[0]:g} s", sent=False) from None
        except TimeoutError:
            raise RequestTimeout(f"no answer within {self._timeout[1]:g} s") from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
            raise NetworkError(f"no trusted TLS connection: {error}", sent=False) from None
        except aiohttp.ClientConnectorError as error:
            raise NetworkError(f"cannot connect: {error.strerror or error}", sent=False) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"the connection broke: {error or type(error).__name__}") from None


async def _until_the_loop_ends(session: aiohttp.ClientSession) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await session.close()


def environment_proxy(url: str) -> str | None:
    """The proxy that the environment names for a URL."""
    proxies = getproxies()
    if not proxies:
        return None
    parts = urlsplit(url)
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return None if proxy is None or proxy_bypass(parts.netloc) else proxy


def context(ca: Any) -> ssl.SSLContext:
    """The TLS context for a choice of CA certificates; made once a process."""
    if isinstance(ca, ssl.SSLContext):
        return ca
    place = ca or next((v for name in CA_VARIABLES if (v := os.environ.get(name))), None)
    return _context(
        None if place is None else str(place), os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    )


@cache
def _context(place: str | None, *environment: str | None) -> ssl.SSLContext:
    if place is None:
        return ssl.create_default_context()
    if not Path(place).exists():
        raise FileNotFoundError(f"there are no CA certificates at {place!r}")
    folder = Path(place).is_dir()
    return ssl.create_default_context(cafile=None if folder else place, capath=place if folder else None)
