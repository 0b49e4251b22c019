"""A Droplet itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal

from .._core.accounts import client_for
from .._core.declare import collection, member, new_by, unsupported
from .._core.endpoint import WAITS
from .._core.errors import ClientError
from .._core.fields import Dynamic, Key, Ref, Static, attr
from .._core.page import Page
from .._core.resource import Array
from .._core.steps import Steps
from .._core.values import Document
from .._core.waiting import TIMEOUT, OnProgress, waiting
from .actions import DropletActions
from .destroying import DropletDestroying
from .values import BackupPolicy, Kernel
from .waiting import DropletWaiting, Until

if TYPE_CHECKING:
    from ..actions import Action
    from ..firewalls import Firewall
    from ..images import Image
    from ..regions import Region
    from ..sizes import Size
    from ..snapshots import Snapshot
    from ..sshkeys import SSHKey
    from ..vpcs import VPC

MOST_NAMES = 10
"""Droplets that one request can create."""


class Droplet(DropletActions, DropletDestroying, DropletWaiting):
    """A virtual machine.

    Set attributes and call `create()`, or call `Droplet.new(...)`; set `id` or `name` of one that exists, and the
    other attributes are fetched when they are read.

    In DigitalOcean's API reference: Droplet Actions, Droplets.
    """

    _url, _single, _plural = "droplets", "droplet", "droplets"

    id: Key[int]
    """Unique number."""
    name: Dynamic[str] = attr(fetch="query")
    """Hostname-like name, not necessarily unique; it can also find the Droplet."""
    memory: Static[int]
    """Megabytes of memory."""
    vcpus: Static[int]
    """Number of virtual processors."""
    disk: Static[int]
    """Gigabytes of disk."""
    disk_info: Static[Array[Document]]
    """Its disks, each with `type` and `size`."""
    locked: Static[bool]
    """Whether an action keeps others from starting."""
    created_at: Static[datetime]
    """When it was created."""
    backup_ids: Static[Array[int]]
    """Numbers of its backups."""
    snapshot_ids: Static[Array[int]]
    """Numbers of its snapshots."""
    region: Ref[Region]
    """Where it runs."""
    image: Ref[Image]
    """What it was made from."""
    size: Ref[Size]
    """Its size."""
    size_slug: Static[str]
    """Slug of its size."""
    kernel: Static[Kernel | None]
    """The kernel that it boots, where that is kept outside of it."""
    next_backup_window: Static[Document | None]
    """`start` and `end` of the next backup, where backups are enabled."""
    tags: Dynamic[Array[str]]
    """Names of its tags."""
    volume_ids: Static[Array[str]]
    """Identifiers of the volumes attached to it."""
    vpc_uuid: Dynamic[str]
    """Identifier of the VPC that it is in."""
    gpu_info: Static[Document]
    """Its GPUs, where it has any."""

    # For create() only; the API does not show them again.
    ssh_keys: Dynamic[Array[SSHKey | int | str]]
    """Keys that root lets in."""
    backups: Dynamic[bool]
    """Whether backups are made."""
    backup_policy: Dynamic[Document]
    """When backups are made: `plan`, `weekday`, `hour`."""
    ipv6: Dynamic[bool]
    """Whether it gets an IPv6 address."""
    monitoring: Dynamic[bool]
    """Whether the metrics agent is installed."""
    user_data: Dynamic[str]
    """cloud-init configuration or script of the first boot."""
    volumes: Dynamic[Array[str]]
    """Identifiers of volumes to attach."""
    with_droplet_agent: Dynamic[bool]
    """Whether the agent of the web console is installed."""
    public_networking: Dynamic[bool]
    """Whether it gets public addresses."""

    load = member.load("/droplets/{id}")
    delete = member.delete_by("/droplets/{id}")
    save = unsupported(
        "save", "the API cannot update a Droplet; use rename(), resize(), rebuild() and its other actions"
    )

    @member.create("/droplets")
    def create(
        self,
        *,
        name: str | None = None,
        names: Array[str] | None = None,
        region: Region | str | None = None,
        size: Size | str | None = None,
        image: Image | Snapshot | str | int | None = None,
        ssh_keys: Array[SSHKey | int | str] | None = None,
        backups: bool | None = None,
        backup_policy: Mapping[str, Any] | None = None,
        ipv6: bool | None = None,
        monitoring: bool | None = None,
        tags: Array[str] | None = None,
        user_data: str | None = None,
        private_networking: bool | None = None,
        volumes: Array[Any] | None = None,
        vpc_uuid: VPC | str | None = None,
        with_droplet_agent: bool | None = None,
        public_networking: bool | None = None,
        wait: bool | Until = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the Droplet from these and from the attributes already set on it.

        Args:
            name: hostname-like name.
            names: up to 10 names, for as many Droplets; `create_many` gives them as objects.
            region: where; DigitalOcean chooses unless given.
            size: object or slug, see `dopyapi.sizes`.
            image: object, slug or number, see `dopyapi.images`.
            ssh_keys: keys that root lets in: objects, numbers or fingerprints.
            backups: make backups.
            backup_policy: when to make them: `plan`, `weekday`, `hour`.
            ipv6: give it an IPv6 address.
            monitoring: install the metrics agent.
            tags: names of tags, created where they do not exist.
            user_data: cloud-init configuration or script of the first boot, up to 64 KiB.
            private_networking: deprecated by DigitalOcean; name a `vpc_uuid`.
            volumes: identifiers of volumes to attach.
            vpc_uuid: VPC to join, object or identifier; the region's default unless given.
            with_droplet_agent: install the agent of the web console.
            public_networking: give it public addresses.
            wait: return only when it is ready, as `wait_ready` does, until it is `active`, or until `ip` or `ssh`.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the Droplet is still starting unless `wait` was given.

        Raises:
            UnprocessableError: a slug, key or name that the API does not accept.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.procedure
    def create_many(
        cls: Any,
        names: Array[str],
        *,
        region: Region | str | None = None,
        size: Size | str,
        image: Image | Snapshot | str | int,
        ssh_keys: Array[SSHKey | int | str] | None = None,
        backups: bool | None = None,
        backup_policy: Mapping[str, Any] | None = None,
        ipv6: bool | None = None,
        monitoring: bool | None = None,
        tags: Array[str] | None = None,
        user_data: str | None = None,
        volumes: Array[Any] | None = None,
        vpc_uuid: VPC | str | None = None,
        with_droplet_agent: bool | None = None,
        public_networking: bool | None = None,
        wait: bool | Until = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[Array[Droplet]]:
        """Create Droplets that differ in their names, ten with a request.

        Args:
            names: a name for each.
            region, size, image, ssh_keys, backups, backup_policy, ipv6, monitoring, tags, user_data, volumes,
                vpc_uuid, with_droplet_agent, public_networking, extra_body: as for `create`.
            wait: return only when all are ready, as `dopyapi.wait_all` does, until they are `active`, or until `ip`
                or `ssh`.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.

        Returns:
            The Droplets in the order of their names; still starting unless `wait` was given.

        Raises:
            APIError: a request failed; its `created` has the Droplets of those before it.
            NeverReady, WaitTimeout: the wait; their `created` has all Droplets.
        """
        options = {n: v for n, v in locals().items() if n not in ("cls", "names", *WAITS) and v is not None}
        from .._core.creating import telling, until_of

        if isinstance(names, str):
            raise ClientError(f"names={names!r} is one name; give a list of names")
        until = until_of(cls, wait) if wait else None
        created: Array[Droplet] = []
        with telling(created):
            for start in range(0, len(names), MOST_NAMES):
                chunk = names[start : start + MOST_NAMES]
                answer = yield from cls().create.steps(names=chunk, **options)
                births = [link["id"] for link in (answer.get("links") or {}).get("actions") or ()]
                client = client_for(cls)
                for document, birth in zip_longest(answer["droplets"], births):
                    droplet = cls._from_json(document, client)
                    droplet._complete, droplet._created_by = True, birth
                    created.append(droplet)
            if until is not None:
                yield from waiting(created, until, wait_timeout, None, on_progress)
        return created

    @collection.list("/droplets")
    def list(
        cls,
        *,
        page: int = 1,
        per_page: int = 20,
        tag_name: str | None = None,
        name: str | None = None,
        type: Literal["droplets", "gpus"] | None = None,
    ) -> Page[Droplet]:
        """List Droplets.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            tag_name: only those with this tag.
            name: only those with this name, in any case of letters.
            type: Droplets without GPUs, or with.
        """
        ...

    @collection.list("/droplets")
    def list_by_tag_name(cls, tag_name: str, *, page: int = 1, per_page: int = 20) -> Page[Droplet]:
        """List the Droplets that have a tag.

        Args:
            tag_name: the tag.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.delete("/droplets")
    def delete_by_tag_name(cls, tag_name: str) -> dict[str, Any]:
        """Delete every Droplet that has a tag.

        Args:
            tag_name: the tag.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @collection.procedure
    def action_by_tag_name(
        cls: Any,
        tag_name: str,
        action: str,
        *,
        name: str | None = None,
        backup_policy: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[Action]:
        """Start an action on every Droplet that has a tag.

        Args:
            tag_name: the tag.
            action: `power_cycle`, `power_on`, `power_off`, `shutdown`, `enable_ipv6`, `enable_backups`,
                `disable_backups` or `snapshot`.
            name: of the snapshots, for `snapshot`.
            backup_policy: when backups are made, for `enable_backups`.
            extra_body: further members of the request.

        Returns:
            One action that stands for all: it iterates over them.
        """
        if not tag_name:
            raise ClientError(f"tag_name={tag_name!r} is no tag")
        options = {"name": name, "backup_policy": backup_policy, **(extra_body or {})}
        given = {n: v for n, v in options.items() if v is not None}
        started: Action = yield from cls().action.steps(type=action, tag_name=tag_name, **given)
        return started

    @collection.get("/reports/droplet_neighbors_ids", key="neighbor_ids")
    def list_droplet_neighbors(cls) -> Array[Array[int]]:
        """List which Droplets share a physical server.

        Returns:
            A list of lists of numbers of Droplets.
        """
        ...

    @member.list("/droplets/{id}/neighbors", paged=False)
    def list_neighbors(self, *, page: int = 1, per_page: int = 20) -> Page[Droplet]:
        """List the Droplets on the same physical server.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @member.list("/droplets/{id}/snapshots")
    def list_snapshots(self, *, page: int = 1, per_page: int = 20) -> Page[Snapshot]:
        """List the snapshots taken of it.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.list("/droplets/{id}/backups", key="backups")
    def list_backups(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List its backups, each a dict.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.list("/droplets/{id}/kernels", key="kernels")
    def list_kernels(self, *, page: int = 1, per_page: int = 20) -> Page[Kernel]:
        """List the kernels that it can boot, each a dict; none for Droplets of today.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.list("/droplets/{id}/firewalls", key="firewalls")
    def list_firewalls(self, *, page: int = 1, per_page: int = 20) -> Page[Firewall]:
        """List the firewalls that protect it.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.get("/droplets/{id}/backups/policy", key="policy")
    def get_backup_policy(self) -> BackupPolicy:
        """When its backups are made."""
        ...

    @collection.mapping("/droplets/backups/policies", key="policies")
    def list_backup_policies(cls, *, page: int = 1, per_page: int = 20) -> dict[str, BackupPolicy]:
        """When the backups of Droplets are made, by the Droplet's number as text.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.get("/droplets/backups/supported_policies", key="supported_policies")
    def list_supported_backup_policies(cls) -> Array[Document]:
        """List the plans that backups can be made by."""
        ...

    # Names fixed by the API reference.
    actionByTagName = action_by_tag_name
    deleteByTagName = delete_by_tag_name
    listBackups = list_backups
    listByTagName = list_by_tag_name
    listDropletNeighbors = list_droplet_neighbors
    listKernels = list_kernels
    listNeighbors = list_neighbors
    listSnapshots = list_snapshots
