"""One account: where its API is, how it is reached, and what every exchange has in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from .clock import REAL, Clock
from .codec import encode, to_json
from .errors import AuthenticationNeeded, ClientError
from .exchange import Exchange
from .retry import REPEATABLE, RetryPolicy
from .secrets import Secret
from .steps import Request, Response, Steps, Transport
from .uncollected import Uncollected

if TYPE_CHECKING:
    from .hooks import RequestInfo, ResponseInfo
    from .rate.governor import Governor
    from .rate.limits import RateLimits
    from .rate.rate import Rate
    from .tracing import Tracing

T = TypeVar("T")
Callbacks = Callable[[T], Any] | Iterable[Callable[[T], Any]] | None

BASE_URL = "https://api.digitalocean.com/v2"
TOKEN_VARIABLES = ("DO_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")
URL_VARIABLE = "DIGITALOCEAN_API_URL"


refusals: list[Callable[[str], None]] = []
"""What may refuse to send anything to an address; tests see to it with these that no real network is reached."""
Reach = Callable[[str, int], tuple[str, int] | None]


def directly(address: str, port: int) -> tuple[str, int]:
    """A port of a Droplet is where the Droplet says."""
    return address, port


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
        marker: whether what is created gets a tag of this client, where tags are labels: Droplets, volumes, images,
            databases, clusters. Then a creation whose answer was lost is told from everybody else's for certain.
        on_request: called with a ``RequestInfo`` before a request is sent, each time; one callable or several. An
            awaited call awaits what they return. What they raise, the call raises.
        on_response: called with a ``ResponseInfo`` when there is an answer, or certainly none.
        tracing: whether requests become spans of OpenTelemetry (extra ``otel``); or a ``TracerProvider``.
        reach: gives the address and port at which a port of a Droplet is reached from here, as through a tunnel, for
            waits that try it; `None` counts as reached. The Droplet's own unless given.
        check: whether requests are held against what is known of the API before they are sent.
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
        marker: bool = False,
        on_request: Callbacks[RequestInfo] = None,
        on_response: Callbacks[ResponseInfo] = None,
        tracing: Any = False,
        reach: Reach = directly,
        check: bool = True,
        rate: str | os.PathLike[str] | RateLimits | Literal[False] | None = "process",
        transport: Transport | None = None,
        clock: Clock = REAL,
    ) -> None:
        self._token = Secret(token or _token_from_environment())
        self._transport = transport
        self.base_url = _base(base_url)
        self.root = urljoin(self.base_url, "/")
        """The only place that the token is sent to."""
        self.lazy, self.reach = lazy, reach
        self.marker = f"dopyapi:{os.urandom(6).hex()}" if marker else None
        """The tag that tells what this client has created."""
        self.on_request = _listed(on_request)
        """What is called before a request is sent; may be changed at any time."""
        self.on_response = _listed(on_response)
        """What is called after it; may be changed at any time."""
        self._tracing = _traced(tracing)
        self.check = check
        self.clock = clock
        self.retry = retries if isinstance(retries, RetryPolicy) else RetryPolicy(retries)
        """How often and how soon a failed request is sent again."""
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "gzip",
            "authorization": Secret(f"Bearer {self._token}"),
            "user-agent": "dopyapi",
        }
        self._rate: str | os.PathLike[str] | RateLimits | Literal[False] | None = rate
        if rate not in ("process", None, False):
            self.governor  # noqa: B018 - says now what is wrong with it
        self._timeout = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        self._ca = ca
        self._proxy = Secret(proxy) if proxy else None  # its URL may hold a password

    @property
    def token(self) -> str:
        """The token, in a form that hides itself when it is printed as part of something."""
        return self._token

    @property
    def whose(self) -> Secret:
        """The same for two clients of one token at one address."""
        return Secret(f"{getattr(self._transport, 'where', self.base_url)} {self._token}")

    @cached_property
    def account(self) -> str:
        """The same for two clients of one token at one address; says nothing about the token."""
        import hashlib  # takes 3 ms to load, which a listing does not need

        return hashlib.sha256(self.whose.encode()).hexdigest()[:16]

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
            with Uncollected():
                from .http import HTTPTransport

            self._transport = HTTPTransport(self._timeout, self._ca, self._proxy)
        return self._transport

    @property
    def whereabouts(self) -> str:
        """Where the API's address came from, if it is not DigitalOcean's own: it may be wrong."""
        return "" if self.base_url == BASE_URL else f" (base_url or {URL_VARIABLE} says {self.base_url})"

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

        What is not safe to repeat happens once, or ``UncertainResult`` says that this cannot be told.

        Args:
            method: HTTP method.
            path: path below the base URL, already quoted; or a full URL.
            query: parameters; lists are joined with commas, ``None`` is left out.
            body: what to send as JSON, or bytes that are sent as they are; ``None`` sends none.
            accept: media type wanted instead of JSON.
            headers: further headers.
        """
        if method in REPEATABLE:
            steps = Exchange(self, self._request(method, path, query, body, accept, headers), path).steps()
        else:
            from .once import marked, once

            if self.marker is not None:
                body = marked(path, body, self.marker)
            steps = once(Exchange(self, self._request(method, path, query, body, accept, headers), path), body)
        del query, body  # a password among them is not for tracebacks
        return (yield from steps)

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
        if refusals:
            for refuse in refusals:
                refuse(self.base_url)
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


def _listed(given: Callbacks[T]) -> list[Callable[[T], Any]]:
    return [given] if callable(given) else list(given or ())


def _traced(given: Any) -> Tracing | None:
    if given is None or given is False:
        return None
    from .tracing import Tracing

    return Tracing(None if given is True else given)


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
