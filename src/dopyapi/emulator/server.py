"""The emulator itself: a request in, an answer out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from . import actions, events, page, snapshot
from .answer import Answer
from .answering import Answering, Asked, new_request_id
from .clock import Clock, RealClock
from .context import Context
from .control import PREFIX, Control
from .durations import Durations
from .events import apply_due
from .faults import Fault
from .handlers import load
from .journal import Journal
from .lag import NO_LAG, Fresh, Lag
from .limits import Limits
from .plan import Faults
from .playing import play
from .state import State
from .store import Store
from .tokens import Scopes, Tokens


class Emulator:
    """A DigitalOcean account that lives in a file, or in memory.

    Parameters:
        path: the SQLite file; ``:memory:`` for one that ends with the emulator.
        clock: the time it lives by; the machine's own when omitted.
        speed: how long changes take, as a share of what they take in production; 0 means at once.
        token: the token to demand; any will do when omitted.
        tokens: tokens to demand, each with its scopes: ``{"t1": ["droplet:read"], "t2": None}``; None for full
            access, ``"read"`` for read-only.
        limits: rate limits to enforce; when omitted requests are counted, but none is refused.
        strict: refuse whatever the official document forbids, as a lint.
        faults: what goes wrong; more can be added while it lives.
        lag: how late listings and look-ups know of what was created; can be changed while it lives.
        durations: seconds that changes take whatever the speed, ``{"droplet.create": 90, "database": 5}``; can be
            changed while it lives.
        log: how many of the latest requests to remember; 0 for none.
        hosts: further names under which its control may be asked for, where no token is demanded; names that only
            this machine or its network can give are fine without.

    Attributes:
        faults: the plan of faults; ``emulator.faults.add(Fault(status=503, nth=2))``.
        log: the latest requests: ``emulator.log[-1].status``.
        state: what exists: ``emulator.state["droplets"]``, ``emulator.state.counts()``.
    """

    def __init__(
        self,
        path: str = ":memory:",
        *,
        clock: Clock | None = None,
        speed: float = 0.02,
        token: str | None = None,
        tokens: Mapping[str, Scopes] | None = None,
        limits: Limits | None = None,
        strict: bool = False,
        faults: Faults | Iterable[Fault] = (),
        lag: Lag = NO_LAG,
        durations: Mapping[str, float] = {},
        log: int = 10_000,
        hosts: Iterable[str] = (),
    ) -> None:
        if not 0 <= speed < float("inf"):
            raise ValueError(f"speed must be a number from 0 on, not {speed}")
        load()
        self.clock: Clock = clock or RealClock()
        self.speed = speed
        self.limits = limits
        self.strict = strict
        self.faults = faults if isinstance(faults, Faults) else Faults(faults)
        self.tokens = Tokens(token, tokens)
        self.store = Store(path)
        """The SQLite file or memory that holds the account."""
        self.lag = lag
        self.durations = durations
        self.lock = RLock()
        """Held by whoever reads or changes the account."""
        self.identity = os.urandom(8).hex()
        """What tells it from every other emulator."""
        self.log = Journal(log)
        self.hosts = frozenset(host.lower() for host in hosts)
        self.state = State(self)
        self._answering = Answering(self)
        self._control = Control(self, self._answering.authenticated)
        self._at_first = (tuple(self.faults), self.faults.seed, self.lag, self.durations)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} speed={self.speed}>"

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the emulator and give its file back."""
        with self.lock:
            self.store.close()

    @property
    def lag(self) -> Lag:
        """How late listings and look-ups know of what was created."""
        return self._lag

    @lag.setter
    def lag(self, lag: Lag) -> None:
        if any(not 0 <= seconds < float("inf") for seconds in lag):
            raise ValueError(f"a lag is a number of seconds from 0 on: {lag}")
        self._lag = lag
        if any(lag):
            self.store.fresh = self.store.fresh or Fresh()
        else:
            self.store.fresh = None

    @property
    def durations(self) -> Durations:
        """How long changes take that do not take what they take in production."""
        return self._durations

    @durations.setter
    def durations(self, seconds: Mapping[str, float]) -> None:
        durations = Durations(seconds)
        durations.check([*actions.names(), *events.names()])
        self._durations = durations

    def issue_token(self, scopes: Scopes = None) -> str:
        """A new token, which may only do what its scopes allow.

        Parameters:
            scopes: such as ``["droplet:read", "droplet:create"]``; ``"read"`` for all that only reads; None for full
                access.

        Raises:
            ValueError: there is no such scope.
        """
        return self.tokens.issue(scopes)

    def reset(self) -> None:
        """Become as it was when it was made: an empty account, with the faults, lag and durations it was given then.

        The clock goes on, tokens stay good, and so do limits, speed and strictness; the log is empty, but its numbers
        go on. It costs the same however much there was.
        """
        with self.lock, snapshot.empty() as nothing:
            self.store.replace(nothing)
            faults, self.faults.seed, self.lag, self.durations = self._at_first
            self.faults.clear()
            self.faults.add(*faults)
            self.log.clear()
            self._answering.forget()

    def snapshot(self) -> bytes:
        """The whole account as it is now, to be put back by ``restore``, here or in another emulator.

        It holds resources, what is still to happen to them, and the moment; neither options nor faults nor the log.
        It holds what clients are shown, passwords of databases among it: keep it as you keep those.
        """
        with self.work() as context:
            return snapshot.taken(self.store, context.now)

    def restore(self, data: bytes) -> None:
        """Put the account of a snapshot in the place of this one; all of it or nothing.

        A virtual clock goes to the moment of the snapshot, so that what was under way then takes as long as it would
        have. The machine's clock goes on: what was due meanwhile happens, as when an emulator comes back to its file.
        Options, faults and the log stay as they are; what was spent of rate limits is forgotten.

        Parameters:
            data: what ``snapshot()`` gave.

        Raises:
            ValueError: the bytes are no snapshot, of another version or damaged; nothing has changed.
        """
        with self.lock, snapshot.opened(data) as (account, moment):
            self.store.replace(account)
            turn = getattr(self.clock, "set", None)
            if turn is not None:
                turn(moment)
            self._answering.forget()

    def seed(self, source: str | bytes | Path | Mapping[str, Any]) -> dict[str, int]:
        """Add what a seed describes, settled as if it had been there for long; all of it or nothing.

        Parameters:
            source: a file's path, a text of YAML or JSON, or a mapping: collections such as ``droplets``, each a list
                of what one sends to create them.

        Returns:
            How many of each collection were made.

        Raises:
            SeedError: with everything that is wrong with it, line by line; nothing was added.
            OSError: the file cannot be read.
        """
        from . import seeding

        return seeding.plant(self, seeding.read(source))

    def settle(self, seconds: float) -> None:
        """Advance a virtual clock and let what is due happen, without waiting for the next request.

        Parameters:
            seconds: how far.
        """
        advance = getattr(self.clock, "advance", None)
        if advance is None:
            raise TypeError("only a virtual clock can be advanced: Emulator(clock=VirtualClock())")
        advance(seconds)
        with self.work():
            pass

    @contextmanager
    def work(self) -> Iterator[Context]:
        """Change the account from within, once what the clock has made due has happened; all of it or nothing."""
        with self.lock:
            context = Context(self.store, self.clock.now(), self.speed, durations=self._durations, lag=self._lag)
            apply_due(context)
            try:
                yield context
            except BaseException:
                self.store.rollback()
                raise
            self.store.commit()

    def set_account(self, **fields: Any) -> None:
        """Change what ``GET /v2/account`` says, such as ``droplet_limit=3``; creations keep to the limits.

        Parameters:
            fields: members of the account, and what they are from now on.
        """
        from .handlers.account import change

        with self.work() as context:
            change(context, fields)

    def push(
        self, registry: str, repository: str, tag: str = "latest", *, size: int | None = None, digest: str | None = None
    ) -> dict[str, Any]:
        """Push an image to a container registry, as ``docker push`` does; the API itself has no way to.

        Parameters:
            registry, repository, tag: where; the repository is made if need be.
            size: bytes of the image as it is stored; a usual size when omitted.
            digest: which image it is, ``sha256:...``; a new one when omitted.

        Returns:
            The tag as clients see it.

        Raises:
            Refused: there is no such registry, it can only be read now, or its plan is used up.
        """
        from .registries import push

        with self.work() as context:
            return push(context, registry, repository, tag, size, digest)

    def handle(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        base_url: str = "http://localhost",
    ) -> Answer:
        """Answer one request; it never raises, and may be called from any thread.

        Parameters:
            method: HTTP method.
            body: what was sent; empty for nothing.
            path: as it was sent, percent-encoded.
            query: as it was sent, without the question mark.
            headers: with lower-case names.
            base_url: scheme and host for the links in answers.
        """
        asked = Asked(method.upper(), path, query, headers, body, base_url)
        if path in page.FILES and (shown := page.answer(asked, self.clock.now())) is not None:
            return shown
        if path.startswith(PREFIX):
            return self._control.answer(asked)
        began = perf_counter()
        with self.lock:
            moment = self.clock.now()
            fault = self.faults.take(asked.method, path, query) if self.faults.entries else None
            if fault is None:
                answer = self._answering.perform(asked, moment)
            else:
                perform = partial(self._answering.perform, replace(asked, fails=fault.fails), moment)
                answer = play(fault, perform, moment, asked.method, new_request_id())
            self.log.note(moment, asked.method, path, query, answer, fault, perf_counter() - began)
        return answer
