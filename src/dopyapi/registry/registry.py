"""The registry itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from .._core.accounts import client_for
from .._core.declare import collection, member, new_by, procedure, unsupported
from .._core.errors import ConflictError, UnprocessableError
from .._core.fields import Dynamic, Key, Static, attr
from .._core.loading import LoadEndpoint
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.steps import Steps
from ..regions import Region
from .credentials import DockerCredentials
from .garbage import GarbageCollection
from .values import Options, Subscription, TierSlug

GarbageType = Literal["untagged manifests only", "unreferenced blobs only", "untagged manifests and unreferenced blobs"]


class Registry(ActiveRecord):
    """A place for container images.

    An account used to have one registry, and may have several today. With a name, this is the registry of that name.
    Without one, `Registry()` is the only one that the account has: it is loaded and deleted, and gives credentials, by
    the older paths that name none; the API refuses those with a `PreconditionFailedError` when there are several. What
    it has learnt its name from, it is known by from then on.

    In DigitalOcean's API reference: Container Registries, Container Registry.
    """

    _url, _single, _plural, _id_attr = "registries", "registry", "registries", "name"
    _places = {"registry_name": "name"}

    name: Key[str] = attr(dynamic=True)
    """The name of the container registry: up to 63 lower-case letters, digits and `-`, unique among all accounts."""
    region: Dynamic[str]
    """Slug of the region where its images are stored."""
    subscription_tier_slug: Dynamic[str]
    """Plan to sign up for; for `create()` only, see `get_subscription()`."""
    created_at: Static[datetime]
    """When it was created."""
    storage_usage_bytes: Static[int]
    """Bytes that its images take; reckoned some time after a push."""
    storage_usage_bytes_updated_at: Static[datetime]
    """When that was reckoned last."""
    subscription: Static[Subscription | None]
    """The plan that the account is on; where the API does not show it with a registry, `get_subscription()` does."""

    load = member.load("/registries/{registry_name}")
    _load_only = member.load("/registry")
    save = unsupported("save", "the API cannot update a registry; update_subscription() changes the account's plan")

    @member.create("/registries")
    def create(
        self,
        *,
        name: str | None = None,
        subscription_tier_slug: TierSlug | None = None,
        region: Region | str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the registry.

        Args:
            name: up to 63 lower-case letters, digits and `-`; see `validate()`.
            subscription_tier_slug: plan to sign up for; see `get_options()`.
            region: where images are stored; DigitalOcean chooses unless given.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ConflictError: the name is taken, by this account or another one.
            PreconditionFailedError: the plan does not allow another registry.
            UnprocessableError: it cannot be a name.
        """
        ...

    new = new_by(create)

    @collection.list("/registries", paged=False)
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Registry]:
        """List the registries of the account.

        Args:
            page: which page.
            per_page: how many on a page; the API gives all at once.
        """
        ...

    @procedure
    def delete(self, url: str | None = None, data: Any = None) -> Steps[dict[str, Any]]:
        """Delete it with all of its images; what is already gone counts as deleted.

        Args:
            url: where to send the request, instead of the resource's own place.
            data: a body to send with it.

        Returns:
            ``{"status": "deleted"}``.
        """
        delete = self._delete_only if self._get_id() is None else self._delete_named
        return (yield from delete.steps(url=url, data=data))

    _delete_named = member.delete_by("/registries/{registry_name}")
    _delete_only = member.delete_by("/registry")

    @procedure
    def get_docker_credentials(
        self, read_write: bool = False, expiry_seconds: int | None = None
    ) -> Steps[DockerCredentials]:
        """What Docker signs in with.

        Args:
            read_write: let it push, too.
            expiry_seconds: for how long it is valid; for ever unless given.

        Returns:
            The credentials; `apply()` gives them to Docker.
        """
        credentials = self._credentials_of_only if self._get_id() is None else self._credentials
        return (yield from credentials.steps(read_write=read_write, expiry_seconds=expiry_seconds))

    @member.get("/registries/{registry_name}/docker-credentials")
    def _credentials(self, read_write: bool, expiry_seconds: int | None) -> DockerCredentials: ...

    @member.get("/registry/docker-credentials")
    def _credentials_of_only(self, read_write: bool, expiry_seconds: int | None) -> DockerCredentials: ...

    @collection.procedure
    def validate(cls: Any, name: str) -> Steps[bool]:
        """Whether a registry could be created by this name.

        Args:
            name: the name.

        Returns:
            ``False`` where it is taken, or cannot be a name.
        """
        try:
            yield from cls._validate.steps(name)
        except (ConflictError, UnprocessableError):
            return False
        return True

    @collection.post("/registries/validate-name")
    def _validate(cls, name: str) -> dict[str, Any]: ...

    @procedure
    def start_garbage_collection(self, type: GarbageType | None = None) -> Steps[GarbageCollection]:
        """Free what deleted images took; nothing can be pushed or deleted meanwhile.

        Args:
            type: whether images without a tag are deleted first, or only those; only what no image needs unless given.

        Returns:
            The run, which is `requested`; see `GarbageCollection.wait`.

        Raises:
            ConflictError: one is running.
        """
        if type is None:
            return (yield from self._collect.steps())
        return (yield from self._collect_only.steps(type))

    @member.post("/registries/{registry_name}/garbage-collection")
    def _collect(self) -> GarbageCollection: ...

    @member.post("/registry/{registry_name}/garbage-collection")  # today's path is not documented to take a type
    def _collect_only(self, type: str) -> GarbageCollection: ...

    @member.get("/registries/{registry_name}/garbage-collection")
    def get_garbage_collection(self) -> GarbageCollection:
        """The run of garbage collection that is active now.

        Raises:
            ResourceNotFoundError: none is.
        """
        ...

    @member.list("/registries/{registry_name}/garbage-collections")
    def list_garbage_collections(self, *, page: int = 1, per_page: int = 20) -> Page[GarbageCollection]:
        """List the runs of garbage collection, newest first, that have ended or still run.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.get("/registries/options", key="options")
    def get_options(cls) -> Options:
        """In which regions and on which plans a registry can be created."""
        ...

    @collection.get("/registries/subscription", key="subscription")
    def get_subscription(cls) -> Subscription:
        """The plan that the account's registries are on.

        Raises:
            ResourceNotFoundError: the account has no registry, and so no plan.
        """
        ...

    @collection.post("/registries/subscription", key="subscription")
    def update_subscription(cls, tier_slug: TierSlug) -> Subscription:
        """Change the plan that the account's registries are on.

        Args:
            tier_slug: the new plan; see `get_options()`.

        Raises:
            PreconditionFailedError: there is more in the registries than the plan allows.
        """
        ...

    # Without a name it is the only one there is, which can always be asked for.

    def _loadable(self) -> bool:
        return True

    def _refresh(self, *, keep: bool) -> Steps[None]:
        if self._get_id() is not None:
            yield from super()._refresh(keep=keep)
            return
        client = client_for(self)
        only: LoadEndpoint = vars(Registry)["_load_only"].endpoint
        raw = yield from only.fetch(self, client)
        self._adopt(raw, client, keep=keep)

    # Names fixed by the API reference.
    getDockerCredentials = get_docker_credentials
