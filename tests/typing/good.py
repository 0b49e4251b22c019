"""What users write, and what checkers know about it. Never run: ``test_typing.py`` has mypy and pyright read it."""

# pyright: strict

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_type

import dopyapi as do
from dopyapi import Listing, Page
from dopyapi._core.steps import Response, Steps
from dopyapi._core.values import Document
from dopyapi.actions import Action
from dopyapi.droplets import BackupPolicy, Droplet, Kernel, Network, Networks
from dopyapi.images import Distribution, Image
from dopyapi.regions import Region
from dopyapi.sizes import Size
from dopyapi.snapshots import Snapshot
from dopyapi.sshkeys import SSHKey
from dopyapi.tags import Tag
from dopyapi.waiting import Progress


def accounts() -> None:
    do.authenticate()
    do.authenticate("token", "https://api.example/v2")
    assert_type(do.Auth("token").token, str)
    client = do.Client(token="token", timeout=(1, 2.5), retries=do.RetryPolicy(2))
    assert_type(client, do.Client)
    client = do.Client(rate=do.RateLimits(minute=(200, 60), shared="machine"))
    assert_type(client.rate, do.Rate)
    assert_type(client.rate.remaining, int | None)
    do.authenticate(rate=None)
    with do.using(client) as current:
        assert_type(current, do.Client)
    with do.Client("token") as other:
        assert_type(other, do.Client)


def listing(client: do.Client) -> None:
    assert_type(Droplet.list(), Page[Droplet])
    assert_type(Droplet.list(page=2, per_page=50, tag_name="web"), Page[Droplet])
    assert_type(Droplet.list(type="gpus")[0], Droplet)
    assert_type(Droplet.list().total, int | None)
    assert_type(Droplet.list().has_next, bool)
    assert_type(Droplet.list.all(tag_name="web"), Listing[Droplet])
    for each in Droplet.list.all():
        assert_type(each, Droplet)
    assert_type(Droplet.list.on(client)(), Page[Droplet])
    assert_type(Droplet.list.on(client).all(), Listing[Droplet])
    assert_type(Droplet.list.with_response(), tuple[Page[Droplet], Response])
    assert_type(Droplet.listByTagName("web"), Page[Droplet])
    assert_type(Droplet.list_by_tag_name.all("web"), Listing[Droplet])
    assert_type(Image.list(private=True), Page[Image])
    assert_type(Image.listDistribution(page=1), Page[Image])
    assert_type(Image.listByTag("mine"), Page[Image])
    assert_type(Snapshot.listVolumeSnapshots(), Page[Snapshot])
    assert_type(Region.list(), Page[Region])
    assert_type(Size.list(), Page[Size])
    assert_type(SSHKey.list.all(), Listing[SSHKey])
    assert_type(Tag.list(), Page[Tag])
    assert_type(Action.list(), Page[Action])
    assert_type(Droplet.list_droplet_neighbors(), list[list[int]])
    assert_type(Droplet.list_backup_policies(), dict[str, BackupPolicy])
    assert_type(dict(Droplet.list_backup_policies.all()), dict[str, BackupPolicy])


async def listing_awaited(client: do.Client) -> None:
    assert_type(await Droplet.list.aio(), Page[Droplet])
    assert_type(await Droplet.list.aio(tag_name="web"), Page[Droplet])
    assert_type(await Droplet.list.on(client).aio(), Page[Droplet])
    assert_type(await Droplet.list.with_response.aio(), tuple[Page[Droplet], Response])
    assert_type(await Image.listUser.aio(), Page[Image])
    async for each in Droplet.list.all(tag_name="web"):
        assert_type(each, Droplet)
    async with do.Client("token") as other:
        assert_type(other, do.Client)


def making(region: Region, size: Size, image: Image, snapshot: Snapshot, key: SSHKey) -> None:
    assert_type(Droplet.new(name="web", region="nyc3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64"), Droplet)
    assert_type(Droplet.new(name="web", region=region, size=size, image=image, ssh_keys=[key, 5, "aa:bb"]), Droplet)
    assert_type(Droplet.new(name="web", size=do.sizes.tiny, image=snapshot, tags=["web"], ipv6=True), Droplet)
    many = Droplet.create_many(["a", "b"], size="s-1vcpu-1gb", image=5)
    assert_type(many, list[Droplet])
    assert_type(Droplet().create(name="web", size="s-1vcpu-1gb", image=do.images.ubuntu), dict[str, Any])
    assert_type(Droplet.new(name="web", size="s", image=5, wait=True, on_progress=do.ProgressDisplay()), Droplet)
    assert_type(Droplet.new(name="web", size="s", image=5, wait="ssh", wait_timeout=60), Droplet)
    assert_type(Droplet.create_many(["a", "b"], size="s", image=5, wait="ip"), list[Droplet])
    assert_type(Image.new(name="i", url="https://a", region="nyc3", wait=True), Image)
    assert_type(do.DatabaseCluster.new(name="db", wait=True), do.DatabaseCluster)
    assert_type(Tag.new(name="web"), Tag)
    assert_type(SSHKey.new(name="me", public_key="ssh-ed25519 A"), SSHKey)
    assert_type(Image.new(name="i", url="https://a", region="nyc3", distribution=Distribution.ubuntu), Image)
    assert_type(Droplet({"id": 5}), Droplet)


async def making_awaited() -> None:
    assert_type(await Droplet.new.aio(name="web", size="s-1vcpu-1gb", image=5), Droplet)
    assert_type(await Droplet.create_many.aio(["a"], size="s-1vcpu-1gb", image=5), list[Droplet])
    assert_type(await Droplet().create.aio(), dict[str, Any])
    assert_type(await Tag.new.aio(name="web"), Tag)


def finding(client: do.Client) -> None:
    assert_type(Droplet.fetch(5), Droplet)
    assert_type(Droplet.fetch(name="web"), Droplet)
    assert_type(Image.fetch("ubuntu-24-04-x64"), Image)
    assert_type(Droplet.fetch.on(client)(5), Droplet)


async def finding_awaited() -> None:
    assert_type(await Droplet.fetch.aio(5), Droplet)
    assert_type(await Size.fetch.aio("s-1vcpu-1gb"), Size)


def attributes(d: Droplet, image: Image, action: Action, size: Size, snapshot: Snapshot) -> None:
    assert_type(d.id, int)
    assert_type(d.name, str)
    assert_type(d.memory, int)
    assert_type(d.locked, bool)
    assert_type(d.created_at, datetime)
    assert_type(d.features, list[str])
    assert_type(d.tags, list[str])
    assert_type(d.region, Region)
    assert_type(d.region.slug, str)
    assert_type(d.region.features, list[str])
    assert_type(d.image, Image)
    assert_type(d.image.slug, str | None)
    assert_type(d.size, Size)
    assert_type(d.size.price_monthly, float)
    assert_type(d.networks, Networks)
    assert_type(d.networks.v4, list[Network])
    assert_type(d.networks.v4[0].ip_address, str)
    assert_type(d.kernel, Kernel | None)
    assert_type(d.next_backup_window, Document | None)
    assert_type(image.size_gigabytes, float | None)
    assert_type(image.regions, list[str])
    assert_type(action.status, str)
    assert_type(action.completed_at, datetime | None)
    assert_type(action.region, Region)
    assert_type(size.vcpus, int)
    assert_type(snapshot.resource_id, str)
    assert_type(do.Account().email, str)
    assert_type(do.Account().droplet_limit, int)
    assert_type(do.sizes.tiny, str)
    assert_type(do.images.ubuntu, str)


def setting(d: Droplet, region: Region, key: SSHKey) -> None:
    d.id = 5
    d.name = "web"
    d.tags = ["a"]
    d.tags.append("b")
    d.region = "nyc3"
    d.region = region
    d.size = do.sizes.small
    d.image = 5
    d.ssh_keys = [key, 5, "aa:bb"]
    key.fingerprint = "aa:bb"
    tag = Tag()
    tag.name = "web"


def acting(d: Droplet, size: Size, image: Image, client: do.Client) -> None:
    assert_type(d.reboot(), Action)
    assert_type(d.resize("s-2vcpu-2gb"), Action)
    assert_type(d.resize(size, disk=True), Action)
    assert_type(d.rename(name="db"), Action)
    assert_type(d.restore(image), Action)
    assert_type(d.rebuild("ubuntu-24-04-x64"), Action)
    assert_type(d.snapshot("before"), Action)
    assert_type(d.snapshot("before").wait(), Action)
    assert_type(d.reboot.on(client)(), Action)
    assert_type(d.reboot.with_response(), tuple[Action, Response])
    assert_type(Droplet.reboot(d), Action)
    assert_type(Droplet.resize(d, size, disk=True), Action)
    assert_type(Droplet.list_kernels(d), Page[Kernel])
    assert_type(Droplet.actionByTagName("web", "reboot"), Action)
    assert_type(Droplet.deleteByTagName("web"), dict[str, Any])
    assert_type(d.delete(), dict[str, Any])
    assert_type(d.listKernels(), Page[Kernel])
    assert_type(d.listSnapshots(per_page=5), Page[Snapshot])
    assert_type(d.list_neighbors.all(), Listing[Droplet])
    assert_type(d.listActions(), Page[Action])
    assert_type(d.getAction(9), Action)
    assert_type(d.get_backup_policy(), BackupPolicy)
    assert_type(image.transfer("nyc3"), Action)
    assert_type(Tag({"name": "web"}).tag([d, image]), dict[str, Any])
    assert_type(Tag({"name": "web"}).unTag(d), dict[str, Any])
    assert_type(d.json(), dict[str, Any])


async def acting_awaited(d: Droplet, size: Size) -> None:
    assert_type(await d.reboot.aio(), Action)
    assert_type(await d.resize.aio(size, disk=True), Action)
    assert_type(await Droplet.reboot.aio(d), Action)
    assert_type(await d.reboot.with_response.aio(), tuple[Action, Response])
    assert_type(await (await d.snapshot.aio("before")).wait.aio(timeout=5), Action)
    assert_type(await d.listActions.aio(), Page[Action])
    assert_type(await d.delete.aio(), dict[str, Any])
    async for neighbor in d.list_neighbors.all():
        assert_type(neighbor, Droplet)


def sign(info: do.RequestInfo) -> None:
    info.headers["x-deployment"] = "7"
    assert_type(info.operation_id, str | None)


async def count(info: do.ResponseInfo) -> None:
    assert_type(info.status, int | None)
    assert_type(info.request.path, str)


def seen(d: Droplet) -> None:
    do.Client("t", on_request=sign, on_response=[count], tracing=True)
    do.Client("t").on_response.append(count)
    assert_type(do.required_scopes(Droplet.create), do.Scopes)
    assert_type(do.required_scopes(d.reboot).alternatives, tuple[frozenset[str], ...])
    with do.recording() as run:
        d.reboot()
    assert_type(run, do.Recording)
    assert_type(run.scopes, do.Scopes)
    assert_type(run.requests[0].status, int | None)
    assert_type(Droplet.list.with_response(), tuple[Page[Droplet], do.Response])


def shown(progress: Progress) -> None:
    assert_type(progress.done, int)
    assert_type(progress.elapsed, float)
    assert_type(progress.until, str)


def waiting(d: Droplet, droplets: list[Droplet], actions: list[Action]) -> None:
    assert_type(d.wait_ready(), Droplet)
    assert_type(d.waitReady(until="ip", timeout=60, on_progress=shown), Droplet)
    assert_type(d.wait_ready(until="ssh", port=2222, connect_timeout=2), Droplet)
    assert_type(d.getPublicIP(), str | None)
    assert_type(d.get_private_ip(), str | None)
    assert_type(d.getPublicIPv6(), str | None)
    # A callable object has no type variables of its own, so wait_all() does not say of what its list is; annotate it.
    assert_type(do.wait_all(droplets), list[Droplet])
    ready: list[Droplet] = do.wait_all(droplets)
    assert_type(ready[0].memory, int)
    assert_type(do.wait_all(actions, timeout=60, on_progress=do.ProgressDisplay()), list[Action])


async def waiting_awaited(d: Droplet, droplets: list[Droplet]) -> None:
    assert_type(await d.waitReady.aio(), Droplet)
    assert_type(await d.getPublicIP.aio(), str | None)
    assert_type(await do.wait_all.aio(droplets), list[Droplet])


def raw(d: Droplet) -> None:
    manager = do.Resource(Droplet)
    assert_type(manager.get("droplets/5"), dict[str, Any])
    assert_type(manager.post("droplets", {"name": "web"}), dict[str, Any])
    assert_type(manager.action(type="reboot", url="droplets/5/actions"), Action)


def inside_an_operation(d: Droplet) -> Steps[str]:
    action = yield from d.reboot.steps()
    assert_type(action, Action)
    everything = yield from Droplet.list.all().steps()
    assert_type(everything, list[Droplet])
    return action.status


def errors() -> None:
    try:
        Droplet.fetch(5)
    except do.ResourceNotFoundError as error:
        assert_type(error.status, int | None)
        assert_type(error.headers, Mapping[str, str])
    except do.WaitTimeout as error:
        assert_type(error.pending, list[Any])
        assert_type(error.created, Sequence[Any])
