"""Fetching what an object does not know yet, when it is needed."""

from __future__ import annotations

import sys
import warnings
from typing import Any, ClassVar, TypeVar

from .accounts import client_for
from .endpoint import Endpoint
from .errors import APIError, ClientError
from .fields import Field
from .loading import LoadEndpoint
from .record import UNSET
from .schema import in_body
from .state import State
from .steps import Steps, drive, inside

V = TypeVar("V")


class BlockingLoadWarning(UserWarning):
    """An attribute was fetched in the middle of an event loop, which stood still meanwhile."""


class Lazy(State):
    """Asks when it has to, once."""

    __slots__ = ()

    _loader: ClassVar[LoadEndpoint | None] = None
    """What fetches an object of the class, where it can be fetched by itself."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        endpoint = getattr(in_body(cls, "load"), "endpoint", None)
        cls._loader = endpoint if isinstance(endpoint, LoadEndpoint) else None

    def _read(self, field: Field[Any]) -> Any:
        value = self._peek(field)
        if value is not UNSET:
            return value
        if self._complete or not self._loadable():
            return None
        self._load_now(field.name)
        value = self._peek(field)
        return None if value is UNSET else value

    @classmethod
    def _listing_endpoint(cls) -> Endpoint:
        declaration = in_body(cls, "list")
        endpoint = getattr(declaration, "endpoint", None)
        if not isinstance(endpoint, Endpoint):
            raise ClientError(f"{cls.__name__} cannot be searched: say which by its {cls._id_attr}")
        return endpoint

    def _loadable(self) -> bool:
        loader = self._loader
        return loader is not None and loader.possible(self)

    def _load_now(self, name: str) -> None:
        """Fetch because an attribute was read."""
        self._read_by(self._refresh(keep=True), name, "yield from self._loaded() first", "load.aio() first", frames=3)

    def _read_by(self, steps: Steps[V], name: str, inside_say: str, awaiting_say: str, *, frames: int = 1) -> V:
        """Perform steps because an attribute was read.

        Args:
            inside_say, awaiting_say: what to write instead inside an operation, and where it would block a loop.
            frames: how many calls are between this one and the user's code.
        """
        if inside.get():
            raise RuntimeError(f"{type(self).__name__}.{name} is not loaded: inside an operation, {inside_say}")
        client = client_for(self)
        if _loop_is_running():
            call = f"await {type(self).__name__.lower()}.{awaiting_say}"
            if not client.lazy:
                raise RuntimeError(f"{type(self).__name__}.{name} is not loaded: {call}")
            if not _notebook():
                message = f"reading {type(self).__name__}.{name} fetches it and holds up the event loop: {call}"
                _warn_once(message, 3 + frames)
        return drive(steps)

    def _refresh(self, *, keep: bool) -> Steps[None]:
        """Fetch the attributes; ``keep`` what the user has set or changed meanwhile."""
        loader = self._loader
        client = client_for(self)
        if loader is None:
            raise ClientError(f"{type(self).__name__} cannot be loaded by itself")
        raw = yield from loader.fetch(self, client)
        self._adopt(raw, client, keep=keep)

    def _loaded(self) -> Steps[None]:
        """Load unless loaded: what a procedure does before it reads attributes."""
        if not self._complete and self._loadable():
            yield from self._refresh(keep=True)

    def _updated(self) -> Steps[None]:
        """Take over what an operation led to; where that cannot be fetched now, the next read asks for it."""
        try:
            yield from self._refresh(keep=True)
        except APIError:
            self._forget()

    def _known(self, place: str) -> Steps[None]:
        """See to it that an attribute that a path needs is known."""
        field = self._fields.get(self._attribute_of(place))
        if field is not None and self._peek_key(field) is None:
            yield from self._loaded()

    def _identified(self) -> Steps[None]:
        """See to it that something stands for this object in a request."""
        if any(self._peek_key(f) is not None for f in self._fetch_fields if f.fetch == "path"):
            return
        if self._loadable():
            yield from self._refresh(keep=True)

    def _resolved_refs(self) -> Steps[None]:
        for value in list((self._values or {}).values()):
            for item in value if isinstance(value, list) else (value,):
                if hasattr(item, "_identified"):
                    yield from item._identified()

    def _attribute_of(self, place: str) -> str:
        return str(getattr(self, place)) if place.startswith("_") else self._places.get(place, place)

    def _place(self, place: str) -> Any:
        """The value of an attribute that a path names."""
        name = self._attribute_of(place)
        field = self._fields.get(name)
        return getattr(self, name, None) if field is None else self._peek_key(field)


def _loop_is_running() -> bool:
    events = sys.modules.get("asyncio.events")
    return events is not None and events._get_running_loop() is not None


def _notebook() -> bool:
    """In a notebook a loop always runs, and people read attributes."""
    return "ipykernel" in sys.modules


_warned: set[str] = set()


def _warn_once(message: str, level: int) -> None:
    if message not in _warned:
        _warned.add(message)
        warnings.warn(message, BlockingLoadWarning, stacklevel=level)
