"""Actions: what DigitalOcean is doing, or has done, to a resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ._core.client import Client
from ._core.declare import collection, member, procedure, unsupported
from ._core.errors import ActionFailed
from ._core.fields import Key, Ref, Static
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps
from ._core.waiting import TIMEOUT, OnProgress, waiting
from .regions import Region

__all__ = ["Action", "ActionGroup"]

_READ_ONLY = "an action comes from calling one, such as Droplet.reboot(), and stays"


class Action(ActiveRecord):
    """Something that DigitalOcean is doing to a resource, or has done.

    In DigitalOcean's API reference: Actions.
    """

    _url, _single, _plural = "actions", "action", "actions"

    id: Key[int]
    """Unique number."""
    status: Static[str]
    """`in-progress`, `completed` or `errored`."""
    type: Static[str]
    """What is being done, such as `reboot` or `transfer`."""
    started_at: Static[datetime]
    """When it began."""
    completed_at: Static[datetime | None]
    """When it ended; `None` while it runs."""
    resource_id: Static[int | None]
    """Identifier of what it is done to, where that has a number."""
    resource_type: Static[str]
    """Kind of what it is done to, such as `droplet`."""
    region: Ref[Region]
    """Where it is done."""
    region_slug: Static[str | None]
    """Slug of the region where it is done."""

    load = member.load("/actions/{id}")
    create = unsupported("create", _READ_ONLY)
    save = unsupported("save", _READ_ONLY)
    delete = unsupported("delete", _READ_ONLY)

    @collection.list("/actions")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Action]:
        """List the account's actions, newest first.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def wait(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Action]:
        """Wait until the action has completed.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The action itself, completed.

        Raises:
            ActionFailed: it ended as `errored`.
            WaitTimeout: it was still running after the timeout.
        """
        yield from waiting([self], "completed", timeout, every, on_progress)
        return self

    _untils = ("completed",)

    @property
    def _final(self) -> bool:
        return self.status == "completed"

    def _settled(self, until: str) -> bool:
        if self.status == "errored":
            raise ActionFailed(f"the action {self.type} ({self.id}) on {self._subject()} has errored", self)
        return self.status == "completed"

    def _subject(self) -> str:
        return f"{self.resource_type} {self.resource_id}"

    @classmethod
    def _from_answer(cls, body: bytes, client: Client | None) -> Action:
        """The one action of an answer, or the group of them."""
        answer = msgspec.json.decode(body)
        if isinstance(answer, dict) and isinstance(answer.get("actions"), Sequence):
            return ActionGroup._of([cls._from_raw(msgspec.json.encode(a), client) for a in answer["actions"]], client)
        one = answer.get("action", answer) if isinstance(answer, dict) else answer
        return cls._from_raw(msgspec.json.encode(one), client)


class ActionGroup(Action):
    """Several actions that were started by one call, as one: in progress until all are complete, errored if any is.

    Iterating gives the actions; the attributes are those of the first.
    """

    _members: Array[Action]

    @classmethod
    def _of(cls, actions: Sequence[Action], client: Client | None) -> ActionGroup:
        first: Any = {} if not actions else actions[0].json()
        group = cls._from_raw(msgspec.json.encode(first), client)
        group._members = [*actions]
        return group

    def __iter__(self) -> Iterator[Action]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __bool__(self) -> bool:
        return True

    @property
    def status(self) -> str:  # type: ignore[override]
        """`errored` if any has errored, `in-progress` while any is running, else `completed`."""
        states = {a.status for a in self._members}
        return next((s for s in ("errored", "in-progress") if s in states), "completed")

    @procedure
    def load(self) -> Steps[Any]:
        """Fetch every action of the group, and return the identifier of the first."""
        yield from self._refresh(keep=False)
        return self._get_id()

    def _refresh(self, *, keep: bool) -> Steps[None]:
        for action in self._members:
            yield from action._refresh(keep=keep)

    @procedure
    def wait(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Action]:
        """Wait until every action of the group has completed.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Raises:
            ActionFailed: one of them ended as `errored`.
            WaitTimeout: some were still running after the timeout.
        """
        yield from waiting(self._members, "completed", timeout, every, on_progress)
        return self

    def _parts(self) -> Array[Any]:
        return [*self._members]

    def __repr__(self) -> str:
        return f"<ActionGroup of {len(self._members)} {self.type if self._members else 'actions'}, {self.status}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActionGroup) and self._members == other._members

    def __hash__(self) -> int:
        return hash(tuple(self._members))
