"""Images: what a Droplet starts from. The constants name slugs, so that editors complete them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from ._core.declare import action, collection, member, new_by, procedure
from ._core.errors import NeverReady
from ._core.fields import Dynamic, Key, Static
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps
from ._core.waiting import TIMEOUT, OnProgress, waiting
from .actions import Action
from .regions import Region


class Distribution:
    """Distributions that a custom image can be said to hold."""

    arch_linux = "Arch Linux"
    centos = "CentOS"
    coreos = "CoreOS"
    debian = "Debian"
    fedora = "Fedora"
    fedora_atomic = "Fedora Atomic"
    freebsd = "FreeBSD"
    gentoo = "Gentoo"
    opensuse = "openSUSE"
    rancheros = "RancherOS"
    ubuntu = "Ubuntu"


class Image(ActiveRecord):
    """What a Droplet's disk is made from: a distribution, an application, a snapshot, a backup or one of your own.

    In DigitalOcean's API reference: Image Actions, Images.
    """

    _url, _single, _plural = "images", "image", "images"

    id: Key[int]
    """Unique number."""
    name: Dynamic[str]
    """Display name."""
    type: Static[str]
    """`base`, `snapshot`, `backup`, `custom` or `admin`."""
    distribution: Dynamic[str]
    """What it is based on; see `Distribution`."""
    slug: Key[str | None]
    """Short name of a public image, such as `ubuntu-24-04-x64`; it identifies the image as well as the number does."""
    public: Static[bool]
    """Whether everybody can use it."""
    regions: Static[Array[str]]
    """Slugs of the regions where it can be used."""
    created_at: Static[datetime]
    """When it was created."""
    min_disk_size: Static[int | None]
    """Gigabytes of disk that a Droplet needs at least."""
    size_gigabytes: Static[float | None]
    """Gigabytes that it takes."""
    description: Dynamic[str]
    """Free text."""
    tags: Dynamic[Array[str]]
    """Names of its tags."""
    status: Static[str]
    """`NEW`, `available`, `pending`, `deleted` or `retired`."""
    error_message: Static[str]
    """Why a custom image could not be made."""
    region: Dynamic[str]
    """Slug of the region where a custom image is to be made; for `create()` only."""
    url: Dynamic[str]
    """Where a custom image is fetched from; for `create()` only."""

    load = member.load("/images/{id}")
    save = member.save("/images/{id}", only=("name", "distribution", "description"))
    delete = member.delete_by("/images/{id}")

    @member.create("/images")
    def create(
        self,
        *,
        name: str | None = None,
        url: str | None = None,
        region: Region | str | None = None,
        distribution: str | None = None,
        description: str | None = None,
        tags: Array[str] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make a custom image from a file on the web.

        Args:
            name: display name.
            url: where the raw, qcow2, vhdx, vdi or vmdk image is fetched from.
            region: where it is made.
            distribution: what it is based on; see `Distribution`.
            description: free text.
            tags: names of tags for it.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Image]:
        """Wait until it can be used; a custom image has to be fetched first.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The image itself, up to date.

        Raises:
            NeverReady: it could not be made, and why; or it is gone.
            WaitTimeout: it was not available after the timeout.
        """
        yield from waiting([self], "available", timeout, every, on_progress)
        return self

    _untils = ("available",)

    def _settled(self, until: str) -> bool:
        if self.status in ("deleted", "retired"):
            why = f" ({self.error_message})" if self.error_message else ""
            raise NeverReady(f"{self!r} is {self.status}{why}, so it does not become {until}", self)
        return self.status == "available"

    @collection.list("/images")
    def list(
        cls,
        *,
        page: int = 1,
        per_page: int = 20,
        type: Literal["application", "distribution"] | None = None,
        private: bool | None = None,
        tag_name: str | None = None,
    ) -> Page[Image]:
        """List images.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            type: only distributions or only applications.
            private: only the account's own.
            tag_name: only the account's own with this tag.
        """
        ...

    @collection.list("/images?type=application")
    def list_application(cls, *, page: int = 1, per_page: int = 20) -> Page[Image]:
        """List the application images.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/images?type=distribution")
    def list_distribution(cls, *, page: int = 1, per_page: int = 20) -> Page[Image]:
        """List the distribution images.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/images?private=true")
    def list_user(cls, *, page: int = 1, per_page: int = 20) -> Page[Image]:
        """List the account's own images: snapshots, backups and custom ones.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/images")
    def list_by_tag(cls, tag_name: str, *, page: int = 1, per_page: int = 20) -> Page[Image]:
        """List the account's own images that have a tag.

        Args:
            tag_name: the tag.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @action
    def transfer(self, region: Region | str) -> Action:
        """Copy the image to another region.

        Args:
            region: where to.
        """
        ...

    @action
    def convert(self) -> Action:
        """Turn a backup into a snapshot, which is kept."""
        ...

    @member.post("/images/{id}/account_transfer", key="transfer_id")
    def transfer_to_account(self, *, recipient_email: str | None = None, recipient_uuid: str | None = None) -> int:
        """Offer the image to another account.

        Args:
            recipient_email: address of the other account's owner; or
            recipient_uuid: identifier of the other account.

        Returns:
            Number of the transfer, for the calls that end it.
        """
        ...

    @member.post("/images/{id}/account_transfer/accept")
    def accept_transfer(self, transfer_id: int, recipient_uuid: str) -> dict[str, Any]:
        """Take an image that was offered.

        Args:
            transfer_id: number of the transfer.
            recipient_uuid: identifier of the account that takes it.
        """
        ...

    @member.post("/images/{id}/account_transfer/cancel")
    def cancel_transfer(self, transfer_id: int) -> dict[str, Any]:
        """Take an offer back.

        Args:
            transfer_id: number of the transfer.
        """
        ...

    @member.post("/images/{id}/account_transfer/decline")
    def decline_transfer(self, transfer_id: int) -> dict[str, Any]:
        """Turn an offer down.

        Args:
            transfer_id: number of the transfer.
        """
        ...

    # Names fixed by the API reference.
    listApplication = list_application
    listByTag = list_by_tag
    listDistribution = list_distribution
    listUser = list_user


# Slugs of images, as the API reference lists them; older ones are no longer offered.
caprover_18_04 = "caprover-18-04"
cassandra = "cassandra"
centos = "centos-8-x64"
centos_6_32 = "centos-6-x32"
centos_6_64 = "centos-6-x64"
centos_7_64 = "centos-7-x64"
centos_8_32 = "centos-8-x32"
centos_8_64 = "centos-8-x64"
coreos_alpha = "coreos-alpha"
coreos_beta = "coreos-beta"
coreos_stable = "coreos-stable"
debian = "debian-10-x64"
debian_10_64 = "debian-10-x64"
debian_9_64 = "debian-9-x64"
docker = "docker-18-04"
fedora = "fedora-30-x64"
fedora_27_64 = "fedora-27-x64"
fedora_28_64 = "fedora-28-x64"
fedora_28_64_atomic = "fedora-28-x64-atomic"
fedora_30_64 = "fedora-30-x64"
freebsd = "freebsd-12-x64"
freebsd_10_4_64 = "freebsd-10-4-x64"
freebsd_10_4_64_zfs = "freebsd-10-4-x64-zfs"
freebsd_11_64_ufs = "freebsd-11-x64-ufs"
freebsd_11_64_zfs = "freebsd-11-x64-zfs"
freebsd_12_64 = "freebsd-12-x64"
freebsd_12_64_zfs = "freebsd-12-x64-zfs"
gitea_18_04 = "gitea-18-04"
rancheros = "rancheros"
skaffolder_18_04 = "skaffolder-18-04"
ubuntu = "ubuntu-18-04-x64"
ubuntu_14_04_32 = "ubuntu-14-04-x32"
ubuntu_14_04_64 = "ubuntu-14-04-x64"
ubuntu_16_04_32 = "ubuntu-16-04-x32"
ubuntu_16_04_64 = "ubuntu-16-04-x64"
ubuntu_18_04_64 = "ubuntu-18-04-x64"
ubuntu_19_10_64 = "ubuntu-19-10-x64"

# Slugs of today's distributions.
ubuntu_22_04_64 = "ubuntu-22-04-x64"
ubuntu_24_04_64 = "ubuntu-24-04-x64"
debian_12_64 = "debian-12-x64"
debian_13_64 = "debian-13-x64"
fedora_42_64 = "fedora-42-x64"
rocky_9_64 = "rockylinux-9-x64"
almalinux_9_64 = "almalinux-9-x64"
