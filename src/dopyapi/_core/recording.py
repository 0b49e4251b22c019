"""What a piece of a program asks of the API, and the least that its token must be allowed to."""

from __future__ import annotations

from contextvars import Token
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from .errors import NetworkError
from .scopes import Scopes, least, needed_by
from .secrets import redacted
from .sight import runs
from .steps import Response

if TYPE_CHECKING:
    from .exchange import Exchange


@dataclass(slots=True)
class Recorded:
    """One request of a recording.

    Attributes:
        method: HTTP method.
        path: below the base URL, without the query.
        template: the path as the official document has it, ``/v2/droplets/{droplet_id}`` say.
        operation_id: what the document calls the operation; ``None`` where it does not have it.
        scopes: what the operation needs.
        status: of the last answer; ``None`` where there was none.
        attempts: how often it was sent.
    """

    method: str
    path: str
    template: str | None
    operation_id: str | None
    scopes: Scopes
    status: int | None = None
    attempts: int = 0

    @classmethod
    def of(cls, exchange: Exchange) -> Recorded:
        """Of an exchange that begins.

        Args:
            exchange: the request with all its attempts.
        """
        path = redacted(exchange.request.url.removeprefix(exchange.client.base_url)).partition("?")[0]
        known = exchange.operation
        if known is None:
            return cls(exchange.method, path, None, None, Scopes())
        return cls(exchange.method, path, known.path, known.id, needed_by(exchange))

    def answered(self, exchange: Exchange, outcome: Response | NetworkError) -> None:
        """One attempt more is over.

        Args:
            exchange: the request with all its attempts.
            outcome: what came of the last.
        """
        self.status, self.attempts = outcome.status, exchange.attempt


@dataclass(eq=False)
class Recording:
    """What was sent while it was on: ``with do.recording() as run: ...``.

    It holds what was sent within the block: by this thread or task, by threads that dopyapi starts, and by tasks that
    were started in the block.

    Attributes:
        requests: all of it, in order of beginning; a request that was sent again stands there once.
    """

    requests: list[Recorded] = field(default_factory=list)
    _before: list[Token[tuple[Recording, ...]]] = field(default_factory=list, repr=False)

    @property
    def scopes(self) -> Scopes:
        """The smallest set of scopes that suffices for all of it."""
        return least(r.scopes.alternatives for r in list(self.requests))

    @property
    def unknown(self) -> list[Recorded]:
        """Requests that the official document does not have, so that ``scopes`` cannot count them."""
        return [r for r in self.requests if r.operation_id is None]

    def __enter__(self) -> Self:
        self._before.append(runs.set((*runs.get(), self)))
        return self

    def __exit__(self, *exception: object) -> None:
        runs.reset(self._before.pop())

    def __reduce__(self) -> tuple[Any, ...]:
        return Recording, (list(self.requests),)

    def __repr__(self) -> str:
        unknown = f", {len(self.unknown)} unknown" if self.unknown else ""
        return f"<Recording of {len(self.requests)} requests{unknown}: {self.scopes}>"


def recording() -> Recording:
    """Record what is sent within a block, and the least that a token needs for it.

    Example:
        ```python
        import dopyapi as do

        with do.recording() as run:
            do.Tag.new(name="web")
        print(run.scopes)
        ```

        ```text
        tag:create
        ```
    """
    return Recording()
