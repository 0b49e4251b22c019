"""Bringing many objects up to date with few requests, again and again.

What was just created is asked for by the action that creates it first: only that says that a creation has failed.
Actions of many come in one listing, and everything of one kind that is there in another: two requests a time for up
to 200 that stand together, whatever else the account has. Where they are scattered over more pages than there are of
them, each is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from .accounts import client_for
from .envelope import envelope_of
from .errors import ClientForbiddenError, NeverReady, ResourceNotFoundError
from .page import LARGEST
from .schema import kind_named
from .steps import Steps, together

if TYPE_CHECKING:
    from .client import Client

GRACE = 60.0
"""Seconds for which something that was just created may still be invisible."""


class Polling:
    """Asks how things are, and remembers how that is asked best."""

    def __init__(self) -> None:
        self._born: dict[int, Any] = {}
        """By object the action that created it, once that is completed; ``None`` where it cannot be seen."""
        self._unlisted: set[int] = set()
        self._pages: dict[Any, list[int]] = {}
        """By kind the pages of its listing that were worth asking for the last time."""

    def there_already(self, resource: Any) -> None:
        """Say that something has been created before: the action that did it has nothing to say any more."""
        self._born[id(resource)] = None

    def poll(self, pending: Sequence[Any]) -> Steps[set[int]]:
        """Bring all up to date once; ``id()`` of those that the API does not show yet.

        Raises:
            NeverReady: one is gone, or its creation has failed.
        """
        groups: dict[tuple[Any, str], list[Any]] = {}
        for resource in pending:
            groups.setdefault((client_for(resource), resource._url), []).append(resource)
        unseen: set[int] = set()
        for (client, url), group in groups.items():
            young = [r for r in group if r._created_by is not None and id(r) not in self._born]
            if young:
                unseen |= yield from self._created(young, client)
                group = [r for r in group if id(r) not in unseen]
            if len(group) == 1:
                unseen |= yield from self._asked(group[0], client)
            elif group:
                unseen |= yield from self._listed(group, client, url, look_for_absent=not young)
        return unseen

    def _created(self, young: list[Any], client: Client) -> Steps[set[int]]:
        """Look at the actions that create these; those whose creation goes on."""
        kind = kind_named("Action")
        try:
            if len(young) == 1:
                actions = [(yield from kind.fetch.on(client).steps(young[0]._created_by))]
            else:
                actions = yield from kind.list.on(client).steps(per_page=LARGEST)
        except (ClientForbiddenError, ResourceNotFoundError):
            self._born.update((id(resource), None) for resource in young)
            return set()
        found = {action.id: action for action in actions}
        going_on: set[int] = set()
        for resource in young:
            action = found.get(resource._created_by)
            if action is None:
                # Not listed yet, or among older ones, where it will stay: the listing of its own kind has to do.
                if id(resource) in self._unlisted:
                    self._born[id(resource)] = None
                self._unlisted.add(id(resource))
            elif action._settled("completed"):  # raises where it has errored
                self._born[id(resource)] = action
            else:
                going_on.add(id(resource))
        return going_on

    def _asked(self, resource: Any, client: Client) -> Steps[set[int]]:
        try:
            yield from resource._refresh(keep=True)
        except ResourceNotFoundError:
            if not (yield from self._only_late(resource, client)):
                raise NeverReady(f"{resource!r} is gone", resource) from None
            return {id(resource)}
        return set()

    def _only_late(self, resource: Any, client: Client) -> Steps[bool]:
        """Whether something that is not there may still come: the action that creates it knows.

        Raises:
            ActionFailed: its creation has failed.
        """
        if resource._created_by is None:
            return False
        action = self._born.get(id(resource))
        if action is None:
            try:
                action = yield from kind_named("Action").fetch.on(client).steps(resource._created_by)
            except (ClientForbiddenError, ResourceNotFoundError):
                return False
            if not action._settled("completed"):
                return True
        ended = action.completed_at
        return ended is not None and client.clock.now() - ended.timestamp() < GRACE

    def _listed(self, group: list[Any], client: Client, url: str, *, look_for_absent: bool) -> Steps[set[int]]:
        """Poll a group by its listing; what it does not show, or what is cheaper to ask for, is asked for."""
        missing: dict[Any, list[Any]] = {}
        for resource in group:
            missing.setdefault(resource._identity, []).append(resource)
        further = self._pages.get((client, url), [1])
        asked: list[int] = []
        held: list[int] = []
        whole = False
        while further:
            pages = yield from together([_page(group[0], client, number) for number in further])
            held += [n for n, page in zip(further, pages, strict=True) if _take(page.items, missing, client)]
            asked += further
            left = [n for n in range(1, -(-pages[-1].total // LARGEST) + 1) if n not in asked]
            whole = not left
            # What was just created stands at the end, in most listings.
            further = left[-2:] if len(left) <= len(missing) else []
        self._pages[client, url] = sorted(held) or ([1] if whole else [])
        absent = [resource for resources in missing.values() for resource in resources]
        # Where the listing is complete, these are gone or not listed yet: asking for one a tick says which.
        wanted = absent[: int(look_for_absent)] if whole else absent
        results = yield from together([self._asked(resource, client) for resource in wanted])
        return {id(resource) for resource in absent[len(wanted) :]}.union(*results)


@dataclass(slots=True)
class _Listed:
    items: list[msgspec.Raw]
    total: int


def _page(resource: Any, client: Client, number: int) -> Steps[_Listed]:
    listing = resource._listing_endpoint()
    path = listing.filled(resource, {})
    paging = {"page": number, "per_page": LARGEST} if listing.paged else {}
    response = yield from client.exchange("GET", path, query=paging)
    envelope = envelope_of(listing.key or resource._plural).decode(response.body)
    total = envelope.meta.total if envelope.meta and listing.paged else None
    return _Listed(envelope.items or [], total or 0)


@cache
def identities(wire: str) -> msgspec.json.Decoder[Any]:
    """Takes only the identifier out of an item."""
    return msgspec.json.Decoder(msgspec.defstruct("Identity", [("id", Any, None)], rename={"id": wire}))


def _take(raws: list[msgspec.Raw], missing: dict[Any, list[Any]], client: Client) -> bool:
    """Give to the missing what came of them; whether anything did."""
    before = len(missing)
    if not missing or not raws:
        return False
    wire = next(iter(missing.values()))[0]._id_wire()
    for raw in raws:
        for resource in missing.pop(identities(wire).decode(raw).id, ()):
            resource._adopt(bytes(raw), client, keep=True)
    return len(missing) < before
