"""The API that is recorded: requests go there as they are, over verified connections."""

from __future__ import annotations

import os
import ssl
import zlib
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, TimeoutError
from urllib3.util import SKIP_HEADER, make_headers

from ..listening import is_loopback
from .links import Links

_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding"
    " upgrade".split()
)
_OURS = frozenset({"host", "content-length", "accept-encoding", "expect"})
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_TIMEOUT = urllib3.Timeout(connect=10, read=120)
_CONNECTIONS = 32

Headers = list[tuple[str, str]]


class UpstreamError(Exception):
    """The API could not be asked, or gave no answer.

    Attributes:
        status: what a proxy says of that: 502, or 504 when it took too long.
    """

    def __init__(self, message: str, status: int = 502) -> None:
        super().__init__(message)
        self.status = status


class Reached(NamedTuple):
    """An answer as it came, unpacked; its headers are those that are for the client."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header; empty when there is none."""
        return next((value for known, value in self.headers if known.lower() == name), "")


class Upstream:
    """Where requests go.

    Parameters:
        url: scheme and host, such as ``https://api.digitalocean.com``.

    Attributes:
        links: those of its answers.

    Raises:
        ValueError: it is no such URL, or a token would travel to another machine unprotected.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url.rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/v2") or parts.query:
            raise ValueError(f"must be a scheme and a host, such as https://api.digitalocean.com, not {url!r}")
        if parts.username is not None:
            raise ValueError("must not have a name and a password in it")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError(f"must be https: over http everybody on the way to {parts.hostname} could read your token")
        self.url = f"{parts.scheme}://{parts.netloc}"
        self._pool = _pool(self.url, parts.scheme, parts.hostname)
        self.links = Links(parts.netloc)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    def send(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> Reached:
        """Send a request on, once, and wait for the whole answer.

        Parameters:
            target: path and query, as they were sent.
            headers: of the request; those that are for this connection only stay here.

        Raises:
            UpstreamError: no answer came.
        """
        sent = urllib3.HTTPHeaderDict()
        for name, value in passed_on(headers):
            if name.lower() not in _OURS:
                sent.add(name, value)
        # What comes unpacked can be looked through, and is passed on byte by byte.
        sent["accept-encoding"] = "identity"
        if "user-agent" not in sent:
            sent["user-agent"] = SKIP_HEADER
        try:
            answer = self._pool.urlopen(
                method,
                f"{self.url}{target}",
                body=body or None,
                headers=sent,
                redirect=False,
                retries=False,
                decode_content=False,
                timeout=_TIMEOUT,
            )
        except TimeoutError as error:
            if isinstance(error, NewConnectionError):  # which urllib3 takes for a kind of timeout
                raise UpstreamError(f"{self.url} cannot be asked: {_reason(error)}") from None
            raise UpstreamError(f"{self.url} gave no answer in time", 504) from None
        except (HTTPError, OSError) as error:
            raise UpstreamError(f"{self.url} cannot be asked: {_reason(error)}") from None
        kept = passed_on(list(answer.headers.iteritems()))
        if method == "HEAD":
            return Reached(answer.status, kept, b"")
        body, unpacked = _unpacked(answer.data, answer.headers.get("content-encoding", ""))
        dropped = {"content-length", "content-encoding"} if unpacked else {"content-length"}
        return Reached(answer.status, [(name, value) for name, value in kept if name.lower() not in dropped], body)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def _unpacked(data: bytes, coding: str) -> tuple[bytes, bool]:
    """A body without its packing, and whether it has none any more."""
    if coding.lower() not in ("gzip", "x-gzip", "deflate") or not data:
        return data, coding.lower() in ("", "identity")
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompress(data, bits), True
        except zlib.error:
            continue
    return data, False


def passed_on(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers that are not for one connection only."""
    known = list(headers)
    named = {
        one.strip().lower() for name, value in known if name.lower() == "connection" for one in value.split(",")
    }  # fmt: skip
    return [(name, value) for name, value in known if name.lower() not in _HOP_BY_HOP | named]


def _pool(url: str, scheme: str, host: str) -> urllib3.PoolManager:
    trust = ssl.create_default_context()
    for variable in _CA_VARIABLES:
        place = os.environ.get(variable)
        if place:
            try:
                trust.load_verify_locations(**{"capath" if os.path.isdir(place) else "cafile": place})  # noqa: PTH112
            except OSError as error:
                raise ValueError(f"{variable}={place} cannot be read: {error}") from None
    proxy = None if is_loopback(host) or proxy_bypass(host) else getproxies().get(scheme)
    if proxy is None:
        return urllib3.PoolManager(maxsize=_CONNECTIONS, block=True, ssl_context=trust)
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    signed = f"{parts.username}:{parts.password or ''}" if parts.username else None
    return urllib3.ProxyManager(
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
        proxy_headers=make_headers(proxy_basic_auth=signed) if signed else None,
        maxsize=_CONNECTIONS,
        block=True,
        ssl_context=trust,
    )


def _reason(error: BaseException) -> str:
    while isinstance(error, MaxRetryError) and error.reason is not None:
        error = error.reason
    if isinstance(error.__cause__ or error.__context__, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__ or error
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}; name its authority in SSL_CERT_FILE"
    return str(error).rpartition("): ")[2] or type(error).__name__
