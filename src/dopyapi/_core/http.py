"""Requests over the network: by urllib3 where calls block (its connections: ``connections.py``), by aiohttp where they
are awaited. No other file imports these libraries.

Whatever goes wrong becomes a ``NetworkError`` that says whether the request may have reached the API. Everything up
to the end of connecting (name, TCP, proxy, TLS) certainly has not sent it.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import weakref
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from functools import cache
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import urllib3
from msgspec import Struct
from urllib3.exceptions import HTTPError, ReadTimeoutError

from .connections import FixedTimeout, PlainPool, TLSPool, UnconnectedError
from .errors import NetworkError, RequestTimeout
from .secrets import Secret
from .steps import Request, Response

if TYPE_CHECKING:
    import asyncio

    import aiohttp

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Read beside ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``, which OpenSSL reads itself."""
CONNECTIONS = 32
"""Most connections that one client has open to a host; further calls wait for one of them."""
ISSUER_UNKNOWN = frozenset({2, 18, 19, 20, 21, 27})
"""OpenSSL's numbers for a certificate that no known CA has signed."""

NEVER = urllib3.Retry(False, redirect=False)
"""When urllib3 itself sends something again; made once, for that is a part of the time of a call."""

SYSTEMS_WITH_SETTINGS = ("darwin", "win32", "cygwin")
"""Where proxies are set outside of the environment, too."""

Timeout = tuple[float, float]


class HTTPTransport:
    """Requests over pooled, verified connections. Threads may share it; a forked child opens its own.

    Proxies and CA certificates of the environment are those at the first request; later changes need a new client.
    """

    def __init__(self, timeout: Timeout, ca: Any = None, proxy: str | None = None) -> None:
        self._timeout, self._ca = timeout, ca
        self._proxy = proxy_at(proxy) if proxy else None
        self._proxies: dict[str, Proxy | None] = {}
        # No lock guards these: a fork while another thread held it would leave the child waiting for ever.
        self._pools: dict[tuple[int, str], PlainPool | TLSPool | urllib3.ProxyManager] = {}
        self._sessions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] = weakref.WeakKeyDictionary()

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer."""
        root = root_of(request.url)
        proxy = self._proxy_for(root)
        pool: Any = self._pool(root, proxy)
        try:
            if proxy is None:
                answer = pool.ask(request.method, request.url[len(root) :] or "/", request.body, request.headers)
            else:
                answer = pool.urlopen(
                    request.method,
                    request.url,
                    body=request.body,
                    # It adds an Accept of its own to what a proxy forwards, unless it finds ours by that very name.
                    headers={"Accept" if name == "accept" else name: v for name, v in request.headers.items()},
                    redirect=False,
                    retries=NEVER,
                    decode_content=False,
                )
        except UnconnectedError as error:
            raise unconnected(error.cause, error.host, error.port, proxy, self._timeout) from None
        except (HTTPError, HTTPException, OSError) as error:
            raise broken(error, self._timeout) from None
        return unpacked(answer.status, answer.headers, answer.data)

    def _pool(self, root: str, proxy: Proxy | None) -> PlainPool | TLSPool | urllib3.ProxyManager:
        key = (os.getpid(), root)  # the connections of a parent process are not ours to use
        pool = self._pools.get(key)
        return self._pools.setdefault(key, self._new_pool(root, proxy)) if pool is None else pool

    def _new_pool(self, root: str, proxy: Proxy | None) -> PlainPool | TLSPool | urllib3.ProxyManager:
        """The connections to a host; with a proxy, urllib3's manager that knows how each scheme passes through one."""
        options: dict[str, Any] = {
            "maxsize": CONNECTIONS,
            "block": True,
            "timeout": FixedTimeout(connect=self._timeout[0], read=self._timeout[1]),
        }
        if proxy is not None:
            sent = {"proxy-authorization": proxy.authorization} if proxy.authorization else None
            manager = urllib3.ProxyManager(proxy.url, proxy_headers=sent, ssl_context=context(self._ca), **options)
            manager.pool_classes_by_scheme = {"http": PlainPool, "https": TLSPool}
            return manager
        parts = urlsplit(root)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return PlainPool(host, parts.port, **options)
        return TLSPool(host, parts.port, ssl_context=context(self._ca), **options)

    def _proxy_for(self, root: str) -> Proxy | None:
        if self._proxy is not None:
            return self._proxy
        if root not in self._proxies:  # reading the environment takes longer than all else before a request leaves
            self._proxies[root] = environment_proxy(root)
        return self._proxies[root]

    async def asend(self, request: Request) -> Response:
        """Send and await the whole answer."""
        session = await self._session()
        return await session.send(request, self._proxy_for(root_of(request.url)))

    async def _session(self) -> _Session:
        import asyncio

        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed or session.pid != os.getpid():
            for ended in [known for known in list(self._sessions) if known.is_closed()]:
                self._sessions.pop(ended, None)  # a session holds its loop, so that a weak key alone frees neither
            session = _Session(self._timeout, context(self._ca))
            await session.open(lambda: self._sessions.pop(loop, None))
            self._sessions[loop] = session
        return session

    def close(self) -> None:
        """Close the connections of blocking calls."""
        for key in [key for key in list(self._pools) if key[0] == os.getpid()]:
            pool = self._pools.pop(key)
            pool.clear() if isinstance(pool, urllib3.ProxyManager) else pool.close()

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        import asyncio

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

    async def open(self, ended: Callable[[], object]) -> None:
        try:
            import aiohttp
        except ImportError:
            raise ImportError("awaited calls need aiohttp: pip install 'dopyapi[async]'") from None

        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, limit=CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._timeout[0], sock_read=self._timeout[1]),
        )
        # asyncio.run() closes the loop's async generators before the loop, and this one closes the session.
        self._keeper = _until_the_loop_ends(self._http, ended)
        await anext(self._keeper)

    @property
    def closed(self) -> bool:
        return self._http is None or self._http.closed

    async def close(self) -> None:
        if self._keeper is not None:
            await self._keeper.aclose()

    async def send(self, request: Request, proxy: Proxy | None) -> Response:
        import asyncio

        import aiohttp
        from yarl import URL

        assert self._http is not None
        headers = request.headers
        further: dict[str, Any] = {}
        if proxy is not None:
            further["proxy"] = proxy.url
            if proxy.authorization and request.url.startswith("https:"):
                further["proxy_headers"] = {"proxy-authorization": proxy.authorization}
            elif proxy.authorization:
                headers = {**headers, "proxy-authorization": proxy.authorization}
        if request.method in ("POST", "PATCH"):
            # A loop that was busy has not yet seen which idle connections the server closed; it needs a few turns.
            # What is safe to repeat, aiohttp repeats by itself on a new connection.
            for _ in range(3):
                await asyncio.sleep(0)
        try:
            async with self._http.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                headers=headers,
                allow_redirects=False,
                **further,
            ) as answer:
                return unpacked(answer.status, joined(answer.headers.items()), await answer.read())
        except aiohttp.ClientHttpProxyError as error:
            raise refused_by_proxy(f"{error.status} {error.message}") from None
        except aiohttp.ConnectionTimeoutError as error:
            raise unconnected(error, "", None, proxy, self._timeout) from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise unconnected(error.certificate_error, error.host, error.port, proxy, self._timeout) from None
        except aiohttp.ClientConnectorError as error:
            raise unconnected(error.os_error, error.host, error.port, proxy, self._timeout) from None
        except (aiohttp.ClientError, OSError) as error:
            raise broken(error, self._timeout) from None


async def _until_the_loop_ends(session: aiohttp.ClientSession, ended: Callable[[], object]) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        ended()
        await session.close()


def root_of(url: str) -> str:
    """Scheme, host and port of a URL."""
    end = url.find("/", url.find("://") + 3)
    return url[:end] if end > 0 else url


def joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers with their names in lower case, and repeated ones joined."""
    found: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def unpacked(status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """An answer with its body unpacked."""
    if body and headers.get("content-encoding") == "gzip":
        # Both libraries take a packed body that ends too early for a whole one.
        import gzip
        import zlib

        try:
            body = gzip.decompress(body)
        except (EOFError, OSError, zlib.error) as error:
            raise NetworkError(f"the connection broke: the packed body is damaged: {error}") from None
    return Response(status, headers, body)


# What went wrong, in the same words whichever library met it


def unconnected(
    cause: BaseException, host: str, port: int | None, proxy: Proxy | None, timeout: Timeout
) -> NetworkError:
    """The error of a request that was never sent."""
    inner = cause
    while not isinstance(inner, ssl.SSLError) and isinstance(inner.__cause__ or inner.__context__, OSError):
        inner = inner.__cause__ or inner.__context__  # type: ignore[assignment]
    place = f"{host}:{port}" if port else host
    if isinstance(cause, TimeoutError) or isinstance(inner, TimeoutError):
        return RequestTimeout(f"no connection within {timeout[0]:g} s", sent=False)
    if isinstance(inner, ssl.SSLCertVerificationError):
        hint = "; give its CA as ca= or in SSL_CERT_FILE" if inner.verify_code in ISSUER_UNKNOWN else ""
        return NetworkError(
            f"the certificate is not trusted: {inner.verify_message}{hint}", sent=False, permanent=True
        )  # fmt: skip
    if isinstance(inner, ssl.SSLError):
        return NetworkError(f"no TLS connection to {place}: {inner.strerror or inner}", sent=False)
    tunnel = re.match(r"Tunnel connection failed: (.*)", str(inner))
    if tunnel:
        return refused_by_proxy(tunnel[1])
    to = f"the proxy at {place}" if proxy else place
    reason = str(inner)
    if isinstance(inner, OSError):
        number = inner.errno or 0
        reason = os.strerror(number) if number > 0 else inner.strerror or reason
    reason = reason or type(inner).__name__
    return NetworkError(f"cannot connect to {to}: {reason}", sent=False)


def refused_by_proxy(answer: str) -> NetworkError:
    """The error of a request that a proxy did not let through."""
    return NetworkError(f"the proxy refused the connection: {answer}", sent=False, permanent=True)


def broken(error: BaseException, timeout: Timeout) -> NetworkError:
    """The error of a request that may have arrived."""
    reason = next((part for part in reversed(error.args) if isinstance(part, BaseException)), error)
    if isinstance(error, ReadTimeoutError | TimeoutError) or isinstance(reason, TimeoutError):
        return RequestTimeout(f"no answer within {timeout[1]:g} s")
    return NetworkError(f"the connection broke: {str(reason) or type(reason).__name__}")


# What the environment says


class Proxy(Struct, frozen=True):
    """A proxy, its password apart from its address."""

    url: str
    authorization: Secret | None


def proxy_at(url: str) -> Proxy:
    """The proxy that a URL, with or without ``http://`` and credentials, means.

    Raises:
        ValueError: it is not an HTTP proxy.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    place = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not place:
        raise ValueError(f"{parts.scheme}://{place} is not a proxy that can be used; http:// and https:// ones can")
    authorization = None
    if parts.username is not None:
        from base64 import b64encode

        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = Secret(f"Basic {b64encode(pair.encode()).decode()}")
    return Proxy(f"{parts.scheme}://{place}", authorization)


def environment_proxy(url: str) -> Proxy | None:
    """The proxy that the environment names for a URL."""
    if sys.platform not in SYSTEMS_WITH_SETTINGS and not any(name[-6:].lower() == "_proxy" for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass  # loads as much as a call without a proxy does altogether

    proxies = getproxies()
    parts = urlsplit(url)
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy_at(proxy) if proxy and not proxy_bypass(parts.netloc) else None


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
    from pathlib import Path

    path = Path(place)
    if not path.exists():
        raise FileNotFoundError(f"there are no CA certificates at {place!r}")
    if not path.is_dir():
        try:
            return ssl.create_default_context(cafile=place)
        except ssl.SSLError:
            raise ValueError(f"{place!r} holds no CA certificates in PEM form") from None
    # OpenSSL looks into a folder only for names like 5ed36f99.0, which `openssl rehash` makes.
    made = ssl.create_default_context(capath=place)
    if not any(re.fullmatch(r"[0-9a-f]{8}\.\d+", file.name) for file in path.iterdir()):
        for file in sorted(path.iterdir()):
            if file.suffix in (".pem", ".crt", ".cer"):
                made.load_verify_locations(file)
    return made
