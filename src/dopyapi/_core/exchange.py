"""One request on its way to an answer: sent, and sent again where that is safe."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .errors import APIError, DOError, NetworkError, class_for, describe
from .retry import REPEATABLE
from .secrets import redacted
from .sight import Sight, failed, retrying, sight_of
from .steps import Request, Response, Steps, ask, sleep

if TYPE_CHECKING:
    from .._facts import Operation
    from .client import Client

MOST_REDIRECTS = 5


class Exchange:
    """A request and all attempts at it.

    Args:
        client: by which it goes out.
        request: what is sent.
        path: as the caller said it; errors show it.
    """

    sight: Sight | None = None
    """What goes with it where anybody looks."""

    def __init__(self, client: Client, request: Request, path: str) -> None:
        self.client, self.request, self.path = client, request, path
        self.method = request.method
        self.attempt = 0
        """How often it was sent."""
        self.repeatable = self.method in REPEATABLE
        """Whether doing it twice is the same as once."""

    @cached_property
    def operation(self) -> Operation | None:
        """What the table of facts knows of it."""
        from .._facts.routes import routes

        url = self.request.url.partition("?")[0]
        base = self.client.base_url
        route, _, _ = routes().find(
            "GET" if self.method == "HEAD" else self.method,
            "/v2" + url[len(base) :] if url.startswith(base) else urlsplit(url).path,
        )
        return route.operation if route else None

    def steps(self) -> Steps[Response]:
        """Send it until there is an answer that counts, and raise what is an error."""
        redirects = 0
        while True:
            outcome = yield from self._attempted()
            if isinstance(outcome, Response):
                if 200 <= outcome.status < 300:
                    if not _is_page(outcome):
                        return outcome
                    # A portal or a proxy speaks in the API's place.
                    outcome = NetworkError("the answer is an HTML page, not the API's")
                elif 300 <= outcome.status < 400:
                    redirects += 1
                    self._redirect(outcome, redirects)
                    continue
            delay = self.client.retry.delay(self.method, outcome, self.attempt, self.repeatable)
            if delay is None:
                raise failed(self, self._error(outcome))
            retrying(self, outcome, delay)
            yield from sleep(delay, self.client.clock)

    def _attempted(self) -> Steps[Response | NetworkError]:
        """One attempt, when the rate limits have room for it, and what came of it."""
        self.attempt += 1
        governor = self.client.governor
        return (yield from self._sent() if governor is None else governor.passed(self.request, self._sent()))

    def _sent(self) -> Steps[Response | NetworkError]:
        seen = sight_of(self)
        if seen is not None:
            return (yield from seen.attempted(self))
        try:
            return (yield from ask(self.request))
        except NetworkError as failure:
            return failure

    def _redirect(self, response: Response, redirects: int) -> None:
        """Go on at the place that the answer names."""
        request = self.request
        target = urljoin(request.url, response.headers.get("location", ""))
        if request.method not in ("GET", "HEAD") or target == request.url or redirects > MOST_REDIRECTS:
            raise DOError(
                f"answered with a redirect to {redacted(target)} that cannot be followed",
                status=response.status,
                method=request.method,
                path=urlsplit(request.url).path,
                headers=response.headers,
            )
        headers = dict(request.headers)
        if not target.startswith(self.client.root):
            headers.pop("authorization", None)  # the token is for the configured host only
        self.attempt -= 1
        self.request = Request(request.transport, request.method, target, headers, None)

    def _error(self, outcome: Response | NetworkError) -> APIError:
        """What to raise for an outcome that no further attempt can change."""
        if isinstance(outcome, NetworkError):
            outcome.method, outcome.path, outcome.attempts = self.method, redacted(self.path), self.attempt
            if not outcome.sent:
                outcome.message += self.client.whereabouts
            return outcome
        name, message, request_id = describe(outcome.body, outcome.headers.get("content-type", ""))
        error = class_for(outcome.status)(
            message,
            status=outcome.status,
            id=name,
            request_id=request_id or outcome.headers.get("x-request-id"),
            method=self.method,
            path=redacted(self.path),
            attempts=self.attempt,
            headers=outcome.headers,
        )
        if outcome.status == 403:
            from .scopes import name_scopes

            name_scopes(error, self)
        return error


def _is_page(response: Response) -> bool:
    """Whether it is an HTML page, which the API never answers."""
    return response.body[:1] == b"<" and response.headers.get("content-type", "").startswith("text/html")
