"""Requests held against the table of facts before they are sent.

What the API would refuse is refused here, with the field, the value and what would fit. What is merely not known is
sent, with a warning: the API grows. What came from the API, and goes back with a ``save()``, is none of the caller's;
nor are ``extra_body``, a ``url`` of one's own and the raw verbs held against anything.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._facts import Operation, operation_at
from .._facts.errata import ALSO_TEXT, ASKING, DOCUMENT_ERRORS, NOT_REQUIRED, REPLACEMENTS
from .checkers import Check, Where, check_of, merged
from .errors import DeprecatedFieldWarning, InvalidRequest, UnknownValueWarning
from .objects import object_check
from .secrets import Arguments
from .wording import did_you_mean, dotted, listed, meant, plain, shown

if TYPE_CHECKING:
    from .endpoint import Endpoint, Given

_INTEGER = re.compile(r"-?\d{1,18}")
MOST_TOLD = 1000
"""So many warnings are remembered; after that nothing new is said."""
PAGING = {
    "page": {"type": "integer", "minimum": 1},
    "per_page": {"type": "integer", "minimum": 1, "maximum": 200},
}
"""What every listing takes, whatever the document says of it."""


class Call:
    """One request that is checked.

    Args:
        name: how messages call it.
        excused: fields of which the document is wrong, or that are not the caller's choice.
        more: fields that need not be there: they go out beside what is checked, or the document errs.
        partly: whether only a part of the request is checked, so that nothing can be missed.
        texts: fields that may be strings whatever the document says.
        trying: whether this is one of several forms that the request may have.
    """

    __slots__ = ("excused", "more", "name", "partly", "texts", "told", "trying")

    def __init__(
        self,
        name: str,
        excused: frozenset[str] = frozenset(),
        more: frozenset[str] = frozenset(),
        partly: bool = False,
        texts: frozenset[str] = frozenset(),
        trying: bool = False,
    ) -> None:
        self.name, self.excused, self.more, self.partly = name, excused, more, partly
        self.texts, self.trying = texts, trying
        self.told: list[tuple[str, type[Warning]]] = []
        """What there is to warn of."""

    def is_excused(self, where: Where) -> bool:
        """Whether a value is of a field that is not held against the document's choices."""
        return _last(where) in self.excused

    def takes_text(self, where: Where) -> bool:
        """Whether a value may be a string though the document says otherwise."""
        return _last(where) in self.texts

    def trial(self) -> Call:
        """The same, where what would be a warning means that something else was meant."""
        return self if self.trying else Call(self.name, self.excused, self.more, self.partly, self.texts, True)

    def refused(self, where: Where, text: str, value: Any) -> InvalidRequest:
        """The exception for a value; ``{value}`` in the text is where it is shown."""
        field = dotted(where)
        text = text.replace("{value}", shown(value, field)) if "{value}" in text else text
        return InvalidRequest(f"{self.name}: {field}{' ' if field else ''}{text}", field=field or None)

    def unknown(self, where: Where, value: Any, hint: str) -> None:
        """A value that is not among those known."""
        field = dotted(where)
        if self.trying:
            raise InvalidRequest(field)
        if not self.is_excused(where) and not self._not_said(where):
            text = f"{field} is {shown(value, field)}, which dopyapi does not know ({hint}); it is sent as it is"
            self._tell(text, UnknownValueWarning)

    def unknown_field(self, where: tuple[Any, str | int], known: Mapping[str, Any], beside: Mapping[str, Any]) -> None:
        """A field that is not among those known: refused where one of them was meant."""
        name = str(where[1])
        if name in self.excused or self._not_said(where):
            return
        right = meant(name, known)
        # One that is there as well was not meant.
        if self.trying or where[0] is None or (right and (right not in beside or plain(right) == plain(name))):
            field = dotted(where)
            raise InvalidRequest(f"{self.name} takes no {field!r}{did_you_mean(name, known)}", field=field)
        text = f"{dotted(where)} is a field that dopyapi does not know (known are {listed(known)}); it is sent as it is"
        self._tell(text, UnknownValueWarning)

    def _not_said(self, where: Where) -> bool:
        """Whether a value may have come from the API, with what the caller has changed beside it."""
        return self.partly and where is not None and where[0] is not None

    def deprecated(self, where: Where) -> None:
        """A field that is not to be sent any more."""
        if not self.trying and (name := _last(where)) not in self.excused:
            instead = REPLACEMENTS.get(str(name))
            self._tell(f"{dotted(where)} is deprecated{f': {instead}' if instead else ''}", DeprecatedFieldWarning)

    def _tell(self, text: str, kind: type[Warning]) -> None:
        self.told.append((f"{self.name}: {text}", kind))


def tell(text: str, kind: type[Warning]) -> None:
    """Warn once in a process, at the line outside of this package that led here."""
    if text in _told or len(_told) >= MOST_TOLD:
        return
    _told.add(text)
    level, frame = 1, sys._getframe()
    package = __name__.partition(".")[0]
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, kind, stacklevel=level)


_told: set[str] = set()
"""Warnings that were given."""


def _last(where: Where) -> str | int | None:
    """The name of a value's own field; of an item of a list, that of the list."""
    while where is not None and isinstance(where[1], int):
        where = where[0]
    return where[1] if where else None


class Checker:
    """What is known of one operation's requests."""

    def __init__(self, operation: Operation) -> None:
        self.excused = DOCUMENT_ERRORS.get(operation.id, frozenset())
        self.texts = ALSO_TEXT.get(operation.id, frozenset())
        self.optional = NOT_REQUIRED.get(operation.id, frozenset())
        is_json = operation.body is not None and "json" in (operation.body_type or "")
        node = merged(operation.body) if is_json and operation.body else None
        self._body = None if node is None else object_check(node)
        self._query = operation.query
        self._listing = operation.method == "GET"
        self._checks: dict[str, Check | None] = {}

    def body(self, value: Any, call: Call) -> None:
        """Hold a body against what is known; anything but a dict is the caller's own."""
        if self._body is not None and isinstance(value, dict):
            self._body(value, None, call)

    def query(self, given: Mapping[str, Any], call: Call) -> None:
        """Hold a query against what is known."""
        for name, value in given.items():
            if value is None:
                continue
            check = self._checks.get(name, _NEW)
            if check is _NEW:
                check = self._checks[name] = self._of_query(name)
            if check is None:
                known = {**self._query, **(PAGING if self._listing else {})}
                call.unknown_field((None, name), known, given)
            else:
                check(value, (None, name), call)

    def _of_query(self, name: str) -> Check | None:
        schema = self._query.get(name) or (PAGING.get(name) if self._listing else None)
        return None if schema is None else _as_text(schema, name)


def _new(value: Any, where: Where, call: Call) -> None:
    raise NotImplementedError


_NEW: Check = _new


def _as_text(schema: dict[str, Any], name: str) -> Check:
    """The function for a query parameter, which is text in the end: ``5`` and ``"5"`` are the same."""
    node = merged(schema)
    check = check_of(schema, name)
    kind = node.get("type")

    def text(value: Any, where: Where, call: Call) -> None:
        if kind == "array":
            value = [value] if isinstance(value, str | int) else value
        elif kind == "string":
            value = str(value) if isinstance(value, int | float) else value
        elif kind in ("integer", "number") and isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        elif kind == "boolean" and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        check(value, where, call)

    return text


def check(endpoint: Endpoint, owner: Any, query: Given, body: Any, given: Given, extra: Given) -> None:
    """Refuse a request that the API would refuse.

    Args:
        endpoint, owner: which operation, on what.
        query, body: what is to be sent, before it is encoded.
        given: the arguments of the call.
        extra: what goes out beside the body, unchecked.

    Raises:
        InvalidRequest: a field is unknown or missing, or has a value that does not fit.
    """
    key = (endpoint.method, endpoint.path, owner._url if "{_url}" in endpoint.path else "")
    checker = _checkers.get(key, _NOWHERE)
    if checker is _NOWHERE:
        path = endpoint.path.partition("?")[0].replace("{_url}", key[2])
        operation = operation_at(endpoint.method, f"/v2{path}")
        checker = _checkers[key] = None if operation is None or operation.id in ASKING else Checker(operation)
    if checker is None:
        return
    name = _name(endpoint, owner if isinstance(owner, type) else type(owner))
    excused = checker.excused.union(endpoint.constants) if endpoint.constants else checker.excused
    more = checker.optional.union(extra) if extra else checker.optional
    said = endpoint.said(owner, given) if endpoint.sends_body else None
    call = Call(name, excused, more, said is not None, checker.texts)
    wrong: InvalidRequest | None = None
    try:
        if query:
            checker.query(query, call)
        if endpoint.sends_body:
            if body and (said is not None or extra):
                body = Arguments((n, v) for n, v in body.items() if n not in extra and (said is None or n in said))
            checker.body(body or {}, call)
    except InvalidRequest as error:
        wrong = error.with_traceback(None)  # it would lead to what holds the value, which may be a secret
        wrong.__context__ = None
    for text, kind in call.told:
        tell(text, kind)
    if wrong is not None:
        raise wrong


def _name(endpoint: Endpoint, cls: type[Any]) -> str:
    """How messages call an operation: as the caller knows it, or by its path where a procedure uses it."""
    name = endpoint.function.__name__
    if name.startswith("_"):
        name = name.lstrip("_")
        if not hasattr(cls, name):
            return f"{endpoint.method} {endpoint.path}"
    return f"{cls.__name__}.{name}()"


_checkers: dict[tuple[str, str, str], Checker | None] = {}
_NOWHERE = Checker(Operation("", "", "", "", {}, []))
