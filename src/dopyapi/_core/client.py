"""One account: where its API is, how it is reached, and what every exchange has in common."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlencode, urljoin, urlsplit

from .clock import REAL, Clock
from .codec import encode, to_json
from .errors import AuthenticationNeeded, ClientError
from .exchange import Exchange
from .retry import RetryPolicy
from .secrets import Secret
from .steps import Request, Response, Steps, Transport

if TYPE_CHECKING:
    from .rate.governor import Governor
    from .rate.limits import RateLimits
    from .rate.rate import Rate

BASE_URL = "https://api.digitalocean.com/v2"
TOKEN_VARIABLES = ("DO_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")
URL_VARIABLE = "DIGITALOCEAN_API_URL"


class Client:
    """An account of DigitalOcean.

    Args:
        token: API token; else the first of ``DO_TOKEN``, ``DIGITALOCEAN_TOKEN``, ``DIGITALOCEAN_ACCESS_TOKEN``.
        base_url: where the API is, with or without ``/v2``; else ``DIGITALOCEAN_API_URL``, else DigitalOcean's own.
        timeout: seconds to connect and seconds to wait for data, or one number for both.
        retries: how often a failed request is sent again, where that is safe; or a ``RetryPolicy``.
        ca: a file or folder of CA certificates, or an ``ssl.SSLContext``; else what the environment says at the
            first request.
        proxy: URL of a proxy; else what the environment says at the first request.
        lazy: whether reading an attribute may fetch it while an event loop runs; ``False`` makes that an error.
        rate: who keeps to the token's rate limits together: ``"process"``, ``"machine"``, all who name the same file
            or Redis (``"redis://..."``), or nobody (``None``); or ``RateLimits``, which also says the limits. At
            an address other than DigitalOcean's, only what ``RateLimits`` or its answers say is kept to.
        transport, clock: how requests travel and time passes; for tests.

    Raises:
        AuthenticationNeeded: no token was given and none was found.
    """

    def __init__(
        self,
        token: str | None = None,
        base_url: str = BASE_URL,
        *,
        timeout: float | tuple[float, float] = (10.0, 60.0),
        retries: int | RetryPolicy = 4,
        ca: Any = None,
        proxy: str | None = None,
        lazy: bool = True,
        rate: str | os.PathLike[str] | RateLimits | Literal[False] | None = "process",
        transport: Transport | None = None,
        clock: Clock = REAL,
    ) -> None:
        self._token = Secret(token or _token_from_environment())
        self.base_url = _base(base_url)
        self.root = urljoin(self.base_url, "/")
        """The only place that the token is sent to."""
        self.lazy = lazy
        self.clock = clock
        self.retry = retries if isinstance(retries, RetryPolicy) else RetryPolicy(retries)
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "gzip",
            "authorization": Secret(f"Bearer {self._token}"),
            "user-agent": "dopyapi",
        }
        self._rate: str | os.PathLike[str] | RateLimits | Literal[False] | None = rate
        if rate not in ("process", None, False):
            self.governor  # noqa: B018 - says now what is wrong with it
        self._transport = transport
        self._timeout = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        self._ca = ca
        self._proxy = Secret(proxy) if proxy else None  # its URL may hold a password

    @property
    def token(self) -> str:
        """The token, in a form that hides itself when it is printed as part of something."""
        return self._token

    @cached_property
    def account(self) -> str:
        """The same for two clients of one token at one address; says nothing about the token."""
        import hashlib

        return hashlib.sha256(f"{self.base_url} {self._token}".encode()).hexdigest()[:16]

    @cached_property
    def governor(self) -> Governor | None:
        """What holds requests back until the rate limits have room for them."""
        if self._rate is None or self._rate is False:
            return None
        from .rate import governor_of

        return governor_of(self, self._rate)

    @property
    def rate(self) -> Rate:
        """What is left of the token's rate budget, as far as is known; nothing is asked for it."""
        from .rate.rate import Rate

        return Rate() if self.governor is None else self.governor.rate()

    @property
    def transport(self) -> Transport:
        """What carries the requests; connections are opened on the first one."""
        if self._transport is None:
            from .http import HTTPTransport

            self._transport = HTTPTransport(self._timeout, self._ca, self._proxy)
        return self._transport

    def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Steps[Response]:
        """Send a request, repeat it where that is safe, and raise what is an error.

        Args:
            method: HTTP method.
            path: path below the base URL, already quoted; or a full URL.
            query: parameters; lists are joined with commas, ``None`` is left out.
            body: what to send as JSON, or bytes that are sent as they are; ``None`` sends none.
            accept: media type wanted instead of JSON.
            headers: further headers.
        """
        request = self._request(method, path, query, body, accept, headers)
        return (yield from Exchange(self, request, path).steps())

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any,
        accept: str | None,
        headers: Mapping[str, str] | None,
    ) -> Request:
        url = path if "://" in path else self.base_url + path
        if not url.startswith(self.root):
            raise ClientError(f"{url!r} is not at {self.root}, the only place this token is sent to")
        if query:
            pairs = [(n, _query_value(v)) for n, v in query.items() if v is not None]
            if pairs:
                url += ("&" if "?" in url else "?") + urlencode(pairs)
        sent = self._headers
        data: bytes | None = None
        if body is not None or method in ("POST", "PUT", "PATCH", "DELETE"):
            # Some endpoints answer 415 to a DELETE without a content type, body or not.
            sent = {**sent, "content-type": "application/json"}
            data = body if isinstance(body, bytes) else None if body is None else to_json(body)
        if accept or headers:
            sent = {**sent, **({"accept": accept} if accept else {}), **(headers or {})}
        return Request(self.transport, method, url, sent, data)

    def close(self) -> None:
        """Close the connections; the client may be used again and then opens new ones."""
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()
        if "governor" in vars(self) and self.governor is not None:
            self.governor.close()

    async def aclose(self) -> None:
        """Close the connections of this event loop, and those of the blocking calls."""
        aclose = getattr(self._transport, "aclose", None)
        if aclose is not None:
            await aclose()
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<Client {self.base_url}>"

    def __reduce__(self) -> Any:
        raise TypeError("a Client holds a token and connections, and is not pickled: make one where it is needed")


def _token_from_environment() -> str:
    for name in TOKEN_VARIABLES:
        token = os.environ.get(name, "").strip()
        if token:
            return token
    raise AuthenticationNeeded(
        f"no token: give one to authenticate() or Client(), or set one of {', '.join(TOKEN_VARIABLES)}"
    )


def _base(url: str) -> str:
    if url == BASE_URL:
        url = os.environ.get(URL_VARIABLE, "").strip() or url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"base_url {url!r} is not a URL like {BASE_URL}")
    if parts.username or parts.password:
        raise ValueError("base_url holds a user name or password; give the token instead")
    path = parts.path.rstrip("/")
    return (
        f"{parts.scheme}://{parts.netloc}{path}"
        if path.endswith("/v2")
        else f"{parts.scheme}://{parts.netloc}{path}/v2"
    )


def _query_value(value: Any) -> str:
    value = encode(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(v) for v in value)
    return str(value)
