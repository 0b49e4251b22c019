"""A fault, as data: which requests it meets, and what it does to them. ``plan.py`` holds several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec

from .._facts import operations

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class FaultError(ValueError):
    """A fault, or a plan of faults, that cannot be played."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True):
    """What goes wrong with some requests. All that is given about a request has to fit; nothing means every request.

    Who asks plays no part: neither token nor headers of a request are looked at.

    Which requests:
        operation: operation id such as ``droplets_create``; ``*`` stands for anything, as in ``droplets_*``.
        method: ``GET``, ``POST`` ...
        path: from ``/v2`` on; ``*`` stands for anything, slashes too.
        query: parameters that the request has to have, ``{"page": "2"}``.
        nth: of the requests that fit so far, this one, or these; counted from 1.
        every: of the requests that fit so far, each that many: 10 means the 10th, the 20th ...
        probability: of the requests that fit so far, this share; the plan's seed decides which.
        times: at most so often.

    An answer of its own:
        status: answered instead; the work is not done, unless ``commit``.
        body: what it says: text or a JSON value; ``""`` for nothing. An API error when omitted.
        html: a gateway's page instead of an API error; status 502 unless given.
        headers: added, or put in place of others; also of answers that are not its own.
        retry_after: seconds to say in ``retry-after``.
        commit: whether the work is done. An answer of its own and silence leave it undone unless this says so.

    On the way back:
        delay: seconds before the answer leaves.
        slow: seconds that the body takes, in pieces.
        drop: ``before``: the connection is reset, and nothing was done; ``after``: it is reset once the work is done.
        refuse: the connection is not taken at all, where that can be played; on a socket it is reset before the work.
        silent: the connection stays, and nothing comes.
        half: half of the body comes, then the connection is closed.
        content_type: said in place of the right one.
        duplicate: ``request``: something in between sends the request twice, so that the work is done twice, and the
            second answer comes back; ``answer``: the answer is sent twice, and the second copy is there before the
            next request on that connection.
        fails: what the request begins fails in its time: its actions end as ``errored``, load balancers and
            certificates in their state of error, what has no such state stays as it is at first.
        clock_skew: seconds that the ``date`` header is ahead; behind when negative.

    Raises:
        FaultError: it contradicts itself, does nothing, or can never meet a request.
    """

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    query: dict[str, str] | None = None
    nth: int | list[int] | None = None
    every: int | None = None
    probability: float | None = None
    times: int | None = None
    status: int | None = None
    body: Any = None
    html: bool = False
    headers: dict[str, str] | None = None
    retry_after: float | None = None
    commit: bool | None = None
    delay: float = 0.0
    slow: float = 0.0
    drop: Literal["before", "after"] | None = None
    refuse: bool = False
    silent: bool = False
    half: bool = False
    content_type: str | None = None
    duplicate: Literal["request", "answer"] | None = None
    fails: bool = False
    clock_skew: float = 0.0

    def __post_init__(self) -> None:
        for name, (fits, what) in _VALUES.items():
            value = getattr(self, name)
            if value is not None and not fits(value):
                raise FaultError(f"{name} must be {what}, not {value!r}")
        self._check_reach()
        self._check_effects()

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Fault:
        """A fault from JSON or YAML.

        Parameters:
            fields: what `Fault` takes, by name.

        Raises:
            FaultError: an unknown name, with the nearest known one, or a value that does not fit.
        """
        if not isinstance(fields, Mapping):
            raise FaultError(f"a fault is an object such as {{'status': 503}}, not {fields!r}")
        for name in fields:
            if name not in cls.__struct_fields__:
                raise FaultError(f"a fault has no {name!r}{nearest(str(name), cls.__struct_fields__)}")
        return cls(**{name: value for name, value in fields.items() if value is not None})

    def to_dict(self) -> dict[str, Any]:
        """What ``from_dict`` reads."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @property
    def answers(self) -> int | None:
        """The status of an answer of its own; None when the answer is the emulator's."""
        return self.status if self.status is not None else 502 if self.html else None

    @property
    def commits(self) -> bool:
        """Whether the work of the request is done."""
        if self.refuse or self.drop == "before":
            return False
        if self.answers is not None or self.silent:
            return bool(self.commit)
        return True

    def meets(self, operation: str | None, method: str, path: str, query: Mapping[str, str]) -> bool:
        """Whether it is about such a request at all.

        Parameters:
            method: HTTP method.
            path: from ``/v2`` on.
            operation: the operation's id; None for a path that belongs to none.
            query: its parameters.
        """
        return (
            (self.method is None or self.method == method)
            and (self.operation is None or (operation is not None and fnmatchcase(operation, self.operation)))
            and (self.path is None or fnmatchcase(path, self.path))
            and (self.query is None or self.query.items() <= query.items())
        )

    def is_due(self, call: int) -> bool:
        """Whether it is due on this one of the requests that it meets, chance aside.

        Parameters:
            call: the how manieth, counted from 1.
        """
        if self.every is not None and call % self.every:
            return False
        return self.nth is None or call == self.nth or (isinstance(self.nth, list) and call in self.nth)

    def _check_reach(self) -> None:
        if self.operation is not None and not any(fnmatchcase(o.id, self.operation) for o in operations()):
            known = [o.id for o in operations()]
            raise FaultError(f"there is no operation {self.operation!r}{nearest(self.operation, known)}")
        if self.path is not None and not self.path.startswith(("/v2", "/v1", "/api", "/<", "*", "/*", "?", "[")):
            raise FaultError(f"path is matched from its beginning, as in '/v2/droplets', not {self.path!r}")
        if self.nth is not None and self.every is not None:
            raise FaultError("nth and every cannot both be given")

    def _check_effects(self) -> None:
        lost = [name for name in ("drop", "refuse", "silent") if getattr(self, name)]
        if self.answers is None and not lost:
            for name in ("body", "retry_after"):
                if getattr(self, name) is not None:
                    raise FaultError(f"{name} needs a status: it belongs to an answer of the fault's own")
        if not any(getattr(self, name) for name in _EFFECTS):
            given = f"commit={self.commit} alone" if self.commit is not None else "this fault"
            raise FaultError(f"{given} does nothing; give one of {', '.join(_EFFECTS)}")
        _exclude(lost)
        if lost:
            for name in _OF_AN_ANSWER:
                if getattr(self, name) not in (None, False, 0):
                    raise FaultError(f"{name} is about an answer, and with {lost[0]} none comes")
            if self.duplicate == "answer":
                raise FaultError(f"with {lost[0]} no answer comes, let alone two")
        if self.html and self.body is not None:
            raise FaultError("html and body cannot both be given")
        if self.duplicate == "answer" and (self.half or self.slow):
            raise FaultError("an answer that is sent twice comes whole and at once: without half and slow")
        self._check_commit()

    def _check_commit(self) -> None:
        if self.commit and not self.commits:
            raise FaultError("commit=True, and a connection that ends before the work, contradict each other")
        if self.commit is False and self.commits:
            raise FaultError(
                "commit=False needs a status of its own, silent, refuse or drop='before'; else the work is done"
            )
        if self.fails and not self.commits:
            raise FaultError("fails=True is about what the request begins, and with this fault it begins nothing")
        if self.duplicate == "request" and not self.commits:
            raise FaultError("duplicate='request' does the work twice, and this fault does not do it at all")


_EFFECTS = (
    *("status", "html", "headers", "delay", "slow", "drop", "refuse", "silent", "half", "content_type"),
    *("duplicate", "fails", "clock_skew"),
)
_OF_AN_ANSWER = ("status", "body", "html", "headers", "retry_after", "half", "slow", "content_type", "clock_skew")


def nearest(name: str, known: Any) -> str:
    """A hint at the nearest known name."""
    found = get_close_matches(name, known, 1, 0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def _exclude(names: list[str]) -> None:
    if len(names) > 1:
        raise FaultError(f"{' and '.join(names)} cannot both be played")


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in (*value, *value.values()))


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _said(value: Any) -> bool:
    return _text(value) and value.isprintable() and value.isascii()


_SECONDS: tuple[Callable[[Any], bool], str] = (lambda value: _number(value) and value >= 0, "a number of seconds")
_YES_OR_NO: tuple[Callable[[Any], bool], str] = (lambda value: isinstance(value, bool), "true or false")
_OFTEN: tuple[Callable[[Any], bool], str] = (_count, "a whole number from 1 on")
_VALUES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "operation": (_text, "an operation id, such as 'droplets_create'"),
    "method": (METHODS.__contains__, f"one of {', '.join(METHODS)}"),
    "path": (_text, "a path, such as '/v2/droplets'"),
    "query": (_texts, "an object of texts, such as {'page': '2'}"),
    "nth": (
        lambda value: _count(value) or (isinstance(value, list) and value != [] and all(map(_count, value))),
        "a whole number from 1 on, or a list of them",
    ),
    "every": _OFTEN,
    "probability": (lambda value: _number(value) and 0 < value <= 1, "a number above 0 and up to 1"),
    "times": _OFTEN,
    "status": (
        lambda value: _count(value) and 200 <= value <= 599 and value != 304,
        "an HTTP status from 200 to 599, other than 304",
    ),
    "html": _YES_OR_NO,
    "headers": (
        lambda value: _texts(value) and all(_said(name) and (v == "" or _said(v)) for name, v in value.items()),
        "an object of header names and values",
    ),
    "retry_after": _SECONDS,
    "commit": _YES_OR_NO,
    "delay": _SECONDS,
    "slow": _SECONDS,
    "drop": (("before", "after").__contains__, "'before' or 'after' (the work is done)"),
    "refuse": _YES_OR_NO,
    "silent": _YES_OR_NO,
    "half": _YES_OR_NO,
    "content_type": (_said, "a content type, such as 'text/html'"),
    "duplicate": (("request", "answer").__contains__, "'request' or 'answer'"),
    "fails": _YES_OR_NO,
    "clock_skew": (_number, "a number of seconds"),
}
