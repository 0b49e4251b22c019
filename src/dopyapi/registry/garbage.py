"""Garbage collections: freeing what deleted images took."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from .._core.declare import collection, member, procedure, unsupported
from .._core.errors import NeverReady
from .._core.fields import Key, Static
from .._core.page import Page
from .._core.steps import Steps
from .._core.waiting import TIMEOUT, OnProgress, waiting
from .inside import Inside

if TYPE_CHECKING:
    from .registry import Registry

LONG = 2 * TIMEOUT
"""Seconds to wait at most: it begins when the last permission to push has expired, up to 15 minutes later."""
HOPELESS = ("failed", "cancelling", "cancelled")


class GarbageCollection(Inside):
    """One run of garbage collection in a registry, which cannot be pushed to meanwhile.

    In DigitalOcean's API reference: Container Registries.

    Args:
        registry_name: the registry, or its name.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural, _id_attr = "garbage-collections", "garbage_collection", "garbage_collections", "uuid"
    _places = {"garbage_collection_uuid": "uuid"}

    uuid: Key[str]
    """Unique identifier."""
    status: Static[str]
    """`requested`, `waiting for write JWTs to expire`, `scanning manifests`, `deleting unreferenced blobs`,
    `cancelling`, `failed`, `succeeded` or `cancelled`."""
    created_at: Static[datetime]
    """When it was asked for."""
    updated_at: Static[datetime]
    """When its status changed last."""
    blobs_deleted: Static[int]
    """How many pieces of images it has deleted."""
    freed_bytes: Static[int]
    """How many bytes those took."""

    load = member.load_from_list("/registries/{registry_name}/garbage-collections")
    create = unsupported("create", "start one with Registry.start_garbage_collection()")
    save = unsupported("save", "a garbage collection can only be cancelled: cancel()")
    delete = unsupported("delete", "a garbage collection can only be cancelled: cancel()")

    @collection.list("/registries/{registry_name}/garbage-collections")
    def list(cls, registry_name: Registry | str, *, page: int = 1, per_page: int = 20) -> Page[GarbageCollection]:
        """List the garbage collections of a registry, newest first, that have ended or still run.

        Args:
            registry_name: the registry, or its name.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def cancel(self) -> Steps[GarbageCollection]:
        """Ask for it to end, with nothing deleted.

        Returns:
            The garbage collection itself, `cancelling`.
        """
        answer = yield from self._update.steps(cancel=True)
        self._adopt(msgspec.json.encode(answer), self._client)
        return self

    @member.put("/registries/{registry_name}/garbage-collection/{garbage_collection_uuid}", key="garbage_collection")
    def _update(self, cancel: bool) -> dict[str, Any]: ...

    @procedure
    def wait(
        self, *, timeout: float = LONG, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[GarbageCollection]:
        """Wait until it has succeeded.

        Args:
            timeout: seconds to wait at most; it may take a quarter of an hour before it begins.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The garbage collection itself, up to date.

        Raises:
            NeverReady: it failed or was cancelled.
            WaitTimeout: it was still running after the timeout.
        """
        yield from waiting([self], "succeeded", timeout, every, on_progress)
        return self

    _untils = ("succeeded",)

    @property
    def _final(self) -> bool:
        return self.status == "succeeded"

    def _settled(self, until: str) -> bool:
        status = self.status
        if status in HOPELESS:
            raise NeverReady(f"{self!r} is {status}, so it will not succeed: start another one", self)
        return status == "succeeded"

    @property
    def _identity(self) -> Any:
        return self._get_id()
