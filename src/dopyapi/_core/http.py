"""The transport: requests over pooled, verified connections; blocking ones of our own, and aiohttp's for awaited calls.

Whatever goes wrong becomes a ``NetworkError`` that says whether the request may have reached the API. Everything up
to the end of connecting (name, TCP, proxy, TLS) certainly has not sent it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import TYPE_CHECKING, Any

from .connection import CONNECTIONS, BrokenError, Pool, Proxy, RefusedByProxyError, Timeout, UnconnectedError, place_of
from .environment import context, environment_proxy, proxy_at
from .errors import NetworkError, RequestTimeout
from .steps import Request, Response

if TYPE_CHECKING:
    import asyncio
    import ssl
    import weakref

    import aiohttp

ISSUER_UNKNOWN = frozenset({2, 18, 19, 20, 21, 27})
"""OpenSSL's numbers for a certificate that no known CA has signed."""
GRAPHIC = frozenset(map(chr, range(0x21, 0x7F)))
"""What a request line may hold."""


class HTTPTransport:
    """Requests over pooled, verified connections. Threads may share it; a forked child opens its own.

    Proxies and CA certificates of the environment are those at the first request; later changes need a new client.
    """

    def __init__(self, timeout: Timeout, ca: Any = None, proxy: str | None = None) -> None:
        self._timeout, self._ca = timeout, ca
        self._proxy = proxy_at(proxy) if proxy else None
        self._proxies: dict[str, Proxy | None] = {}
        # No lock guards these: a fork while another thread held it would leave the child waiting for ever.
        self._pools: dict[tuple[int, str], Pool] = {}
        self._by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Session] | None = None

    def send(self, request: Request) -> Response:
        """Send and wait for the whole answer."""
        root = root_of(request.url)
        proxy = self._proxy_for(root)
        target, headers = sendable(request.url[len(root) :]) or "/", request.headers
        if proxy is not None and root.startswith("http:"):
            target = root + target
            if proxy.authorization:
                headers = {**headers, "proxy-authorization": proxy.authorization}
        pool = self._pool(root, proxy)
        try:
            answer = pool.exchange(request.method, target, headers, request.body)
        except UnconnectedError as error:
            raise unconnected(error.cause, error.host, error.port, proxy, self._timeout) from None
        except RefusedByProxyError as error:
            raise refused_by_proxy(str(error)) from None
        except (BrokenError, OSError) as error:
            raise broken(error, self._timeout) from None
        return unpacked(answer.status, answer.headers, answer.body)

    def _pool(self, root: str, proxy: Proxy | None) -> Pool:
        key = (os.getpid(), root)  # the connections of a parent process are not ours to use
        pool = self._pools.get(key)
        return self._pools.setdefault(key, self._new_pool(root, proxy)) if pool is None else pool

    def _new_pool(self, root: str, proxy: Proxy | None) -> Pool:
        tls = context(self._ca) if root.startswith("https:") else None
        proxy_tls = context(self._ca) if proxy is not None and proxy.url.startswith("https:") else None
        return Pool(place_of(root), self._timeout, tls, proxy, proxy_tls)

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

    @property
    def _sessions(self) -> weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Session]:
        if self._by_loop is None:
            from weakref import WeakKeyDictionary

            self._by_loop = WeakKeyDictionary()
        return self._by_loop

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
            self._pools.pop(key).close()

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
                URL(sendable(request.url), encoded=True),
                data=request.body,
                headers=headers,
                allow_redirects=False,
                **further,
            ) as answer:
                return response(answer.status, answer.headers.items(), await answer.read())
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
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def sendable(url: str) -> str:
    """A URL whose caller may have left quoting it to us."""
    if GRAPHIC.issuperset(url):
        return url
    from urllib.parse import quote

    return quote(url, safe="%/:?#[]@!$&'()*+,;=~")


def response(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
    """An answer with its header names in lower case, repeated ones joined, and its body unpacked."""
    found: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return unpacked(status, found, body)


def unpacked(status: int, headers: dict[str, str], body: bytes) -> Response:
    """An answer whose body may be packed."""
    if body and headers.get("content-encoding") == "gzip":
        import zlib

        whole = b""
        try:
            while body:
                member = zlib.decompressobj(31)
                whole += member.decompress(body) + member.flush()
                if not member.eof:
                    raise NetworkError("the connection broke: the packed body ends too early")
                body = member.unused_data
        except zlib.error as error:
            raise NetworkError(f"the connection broke: the packed body is damaged: {error}") from None
        body = whole
    return Response(status, headers, body)


# What went wrong, in the same words whichever library met it


def unconnected(
    cause: BaseException, host: str, port: int | None, proxy: Proxy | None, timeout: Timeout
) -> NetworkError:
    """The error of a request that was never sent."""
    import ssl

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
    if isinstance(error, TimeoutError) or isinstance(reason, TimeoutError):
        return RequestTimeout(f"no answer within {timeout[1]:g} s")
    return NetworkError(f"the connection broke: {str(reason) or type(reason).__name__}")
