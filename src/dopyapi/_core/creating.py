"""What `create(wait=True)` does beyond the request: waiting, and losing nothing when that ends badly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from .endpoint import WAITS
from .errors import ClientError
from .secrets import Arguments
from .steps import Steps

MOST_SHOWN = 20


class telling:  # noqa: N801 - read as a word of the code around it
    """What is raised within says what had been created before, in its ``created`` and in its traceback.

    Args:
        created: the resources; a list may still grow.
    """

    def __init__(self, created: Sequence[Any]) -> None:
        self._created = created

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None and self._created and not isinstance(error, GeneratorExit):
            known = getattr(error, "created", None) or []
            error.created = [*self._created, *(k for k in known if k not in self._created)]  # type: ignore[attr-defined]
            shown = ", ".join(repr(each) for each in self._created[:MOST_SHOWN])
            more = len(self._created) - MOST_SHOWN
            error.add_note(f"created before this: {shown}{f' and {more} more' if more > 0 else ''}")


def parted(owner: Any, given: Mapping[str, Any]) -> tuple[Arguments, Steps[None] | None]:
    """The arguments that go out, and the wait that comes after them, where one is wanted.

    Args:
        owner: what is to be created.
        given: all arguments.

    Raises:
        ClientError: there is no such wait; nothing has been sent.
    """
    sent = Arguments((name, value) for name, value in given.items() if name not in WAITS)
    wait = given.get("wait", False)
    if wait is False or wait is None:
        return sent, None
    if "names" in sent:
        raise ClientError("names= makes several Droplets: create_many(names, wait=True) waits for them")
    until = until_of(type(owner), wait)
    return sent, _ready(owner, until, given)


def until_of(cls: Any, wait: bool | str) -> str:
    """What a wait for objects of a class is until, as ``wait=`` says it."""
    words: tuple[str, ...] = cls._untils
    if not words:
        raise ClientError(f"wait={wait!r}: a {cls.__name__} is ready when it is created, there is nothing to wait for")
    if wait is not True and wait not in words:
        also = f" or one of {', '.join(words)}" if len(words) > 1 else ""
        raise ClientError(f"wait={wait!r} is nothing to wait for with a {cls.__name__}; there is True{also}")
    return words[0] if wait is True else wait


def _ready(owner: Any, until: str, given: Mapping[str, Any]) -> Steps[None]:
    from .waiting import TIMEOUT, waiting

    with telling([owner]):
        yield from waiting([owner], until, given.get("wait_timeout", TIMEOUT), None, given.get("on_progress"))
