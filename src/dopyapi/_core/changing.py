"""The endpoints of what changes an object: creating it, saving it, updating a part of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import msgspec

from .endpoint import WAITS, Endpoint, Given
from .envelope import member
from .steps import Response, Steps

if TYPE_CHECKING:
    from .client import Client
    from .parameters import Parameters


class CreateEndpoint(Endpoint):
    """Create from the arguments and from the attributes already set on the object, which then is what was created.

    Args:
        only: names of the attributes that a creation takes, where that is not all that save() takes; the others stay
            set, for save().
        answer: what the API's answer is given as, where it should not be a plain dict.
    """

    def __init__(
        self,
        method: str,
        path: str,
        key: str | None = None,
        *,
        only: tuple[str, ...] = (),
        answer: type[dict[str, Any]] = dict,
    ) -> None:
        super().__init__(method, path, key)
        self.only = only
        self.answer = answer

    def body(self, owner: Any, rest: dict[str, Any]) -> Any:
        already: dict[str, Any] = owner._settable(only=self.only)
        if "names" in rest:
            already.pop("name", None)
        return owner._to_create(already | rest)

    def declare(self, function: Callable[..., Any], parameters: Parameters) -> None:
        super().declare(function, parameters)
        self.defaults = {name: value for name, value in self.defaults.items() if name not in WAITS}

    def steps(self, owner: Any, given: Given, client: Callable[[], Client]) -> Steps[Any]:
        wait: Steps[None] | None = None
        if any(name in given for name in WAITS):
            from .creating import parted

            given, wait = parted(owner, given)
        yield from owner._resolved_refs()
        answer = yield from super().steps(owner, given, client)
        if wait is not None:
            yield from wait
        return answer

    def result(self, owner: Any, given: Given, response: Response, client: Client) -> Any:
        raw = member(response.body, self.key or owner._single)
        if raw is not None:
            if self.only:
                owner._forget_changes(self.only)
            owner._adopt(raw, client, keep=bool(self.only))
            owner._born(msgspec.json.decode(response.body))
        return self.answer(msgspec.json.decode(response.body)) if response.body else {"status": "success"}


class SaveEndpoint(Endpoint):
    """Send every value the object has, loading first what it does not know.

    Args:
        only: names of the attributes that an update takes, where that is not all that create() takes.
    """

    def __init__(
        self, method: str, path: str, key: str | None = None, *, only: tuple[str, ...] = (), **more: Any
    ) -> None:
        super().__init__(method, path, key, **more)
        self.only = only

    def steps(self, owner: Any, given: Given, client: Callable[[], Client]) -> Steps[Any]:
        yield from owner._loaded()
        yield from owner._resolved_refs()
        return (yield from super().steps(owner, given, client))

    def body(self, owner: Any, rest: dict[str, Any]) -> Any:
        return owner._settable(unknown=True, only=self.only) | rest

    def said(self, owner: Any, given: Given) -> Collection[str] | None:
        unsaved = owner._unsaved()
        return {f.wire for f in owner._fields.values() if f.slot in unsaved} | given.keys()

    def result(self, owner: Any, given: Given, response: Response, client: Client) -> Any:
        raw = member(response.body, self.key or owner._single)
        if raw is not None:
            owner._adopt(raw, client)
        else:
            owner._saved()
        return msgspec.json.decode(response.body) if response.body else {"status": "success"}


class UpdateEndpoint(Endpoint):
    """Send what the arguments say; the object then is what the answer says, and keeps what else was set on it."""

    def result(self, owner: Any, given: Given, response: Response, client: Client) -> Any:
        raw = member(response.body, self.key or owner._single)
        if raw is not None:
            owner._forget_changes(given)
            owner._adopt(raw, client, keep=True)
        return msgspec.json.decode(response.body) if response.body else {"status": "success"}
