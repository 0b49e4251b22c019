"""Droplets: how they come and go, for whatever product makes them.

Documents of the kind ``droplet``: the parent is their VPC (``vpc/<uuid>``), the facet ``gpu`` or ``droplet``; region,
size and image are references.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from . import actions, backups, events, hooks, images, networks, tagging
from .catalogue import Size
from .context import Context
from .errors import conflict, not_found
from .store import Document

CREATION_SECONDS = 30
_FIRST_ID = 508_114_203
_HOSTS, _ON_A_HOST = 64, 8
"""A region's machines that are filled side by side, and how many of an account's Droplets one takes."""


class Plan(NamedTuple):
    """What a Droplet shall be, all checked: products that make Droplets fill this in."""

    name: str
    region: str
    size: Size
    image: dict[str, Any]
    vpc: Document | None = None
    tags: tuple[str, ...] = ()
    ipv6: bool = False
    monitoring: bool = False
    agent: bool = True
    public: bool = True
    backup_policy: dict[str, Any] | None = None
    ssh_keys: tuple[int, ...] = ()
    user_data: str | None = None
    request: dict[str, Any] = {}
    """The request's body, for the hooks of ``created``."""


def find(context: Context, id: object) -> Document:
    """The Droplet with this id, or a 404 in the Droplets' own words."""
    found = context.store.get("droplet", str(id))
    if found is None:
        raise not_found("The resource you were accessing could not be found.")
    return found


def create(context: Context, plan: Plan) -> tuple[Document, Document]:
    """A new Droplet and the action that makes it; it becomes active when the action completes."""
    store, size = context.store, plan.size
    vpc = plan.vpc or networks.default_vpc(context, plan.region)
    number = store.next_number("droplet", _FIRST_ID)
    v4 = [networks.private_v4(context, vpc)] + ([networks.public_v4(context)] if plan.public else [])
    wanted = {
        "backups": plan.backup_policy is not None,
        "ipv6": plan.ipv6,
        "monitoring": plan.monitoring,
        "droplet_agent": plan.agent,
        "private_networking": True,
    }
    body: dict[str, Any] = {
        "id": number,
        "name": plan.name,
        "memory": size.memory,
        "vcpus": size.vcpus,
        "disk": size.disk,
        "disk_info": size.disk_info,
        "locked": True,
        "status": "new",
        "kernel": None,
        "created_at": context.stamp,
        "features": [name for name, on in wanted.items() if on],
        "backup_ids": [],
        "next_backup_window": None,
        "snapshot_ids": [],
        "volume_ids": [],
        "networks": {"v4": [], "v6": []},
        "tags": [],
        "vpc_uuid": vpc.key,
    }
    if size.gpu:
        body["gpu_info"] = size.gpu_info
    hidden: dict[str, Any] = {
        "networks": {"v4": v4, "v6": [networks.public_v6(context)] if plan.ipv6 else []},
    }
    for name, value in (("ssh_keys", plan.ssh_keys), ("user_data", plan.user_data), ("policy", plan.backup_policy)):
        if value:
            hidden[name] = value
    droplet = store.add(
        "droplet",
        number,
        body,
        name=plan.name,
        parent=vpc.subject,
        facet="gpu" if size.gpu else "droplet",
        refs={"region": plan.region, "size": size.slug, "image": str(plan.image["id"])},
        hidden=hidden,
    )
    store.link("host", _host(plan.region, number), droplet.subject)
    if plan.tags:
        tagging.attach(context, droplet, plan.tags)
    hooks.created(context, droplet, plan.request)
    action = actions.start(context, droplet, "create", seconds=CREATION_SECONDS, region=plan.region)
    return droplet, action


@actions.effect("droplet", "create")
def _created(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplet.body["status"] = "active"
    if context.lag.addresses:
        later = context.now + timedelta(seconds=context.lag.addresses)
        context.at(later, "droplet.addresses", droplet.subject, key=droplet.key)
    else:
        droplet.body["networks"] = droplet.hidden.pop("networks")
    policy = droplet.hidden.pop("policy", None)
    if policy is not None:
        backups.enable(context, droplet, policy)


@events.on_event("droplet.addresses")
def _addressed(context: Context, data: dict[str, Any]) -> None:
    droplet = context.store.get("droplet", data["key"])
    if droplet is not None and "networks" in droplet.hidden:
        coming = droplet.hidden.pop("networks")
        droplet.body["networks"] = {version: coming[version] + droplet.body["networks"][version] for version in coming}
        context.store.save(droplet)


@hooks.on("action started", "droplet")
def _lock(context: Context, droplet: Document, action: Document) -> None:
    droplet.body["locked"] = True


@hooks.on("action ended", "droplet")
def _unlock(context: Context, droplet: Document, action: Document) -> None:
    droplet.body["locked"] = False


def refuse_if_being_destroyed(context: Context, droplet: Document) -> None:
    """Refuse to destroy a Droplet while it is destroyed together with what belongs to it: that would stay behind.

    Raises:
        Refused: it is.
    """
    destruction = context.store.get("destruction", droplet.key)
    if destruction is not None and destruction.body["completed_at"] is None:
        raise conflict("a destroy is already in progress")


def destroy(context: Context, droplet: Document) -> None:
    """Destroy a Droplet with everything that ends with it; its snapshots and backups stay."""
    actions.record(context, droplet, "destroy", region=droplet.refs["region"])
    hooks.destroyed(context, droplet)


@hooks.on("destroyed", "droplet")
def _ended(context: Context, droplet: Document) -> None:
    events.cancel(context.store, backups.subject(droplet))
    addresses = droplet.hidden.get("networks", droplet.body["networks"])["v4"]
    networks.give_back(context, droplet.body["vpc_uuid"], addresses)


@hooks.on("destroyed", "image")
def _forget_image(context: Context, image: Document) -> None:
    droplet = context.store.get("droplet", images.of_droplet(image) or "")
    if droplet is not None:
        for name in ("snapshot_ids", "backup_ids"):
            droplet.body[name] = [id for id in droplet.body[name] if id != image.body["id"]]
        context.store.save(droplet)


def _host(region: str, number: int) -> str:
    """The machine that a Droplet is put on."""
    return f"{region}/{number // (_HOSTS * _ON_A_HOST) * _HOSTS + number % _HOSTS}"


def address(droplet: Document, type: str = "public") -> str | None:
    """The IPv4 address of a Droplet, once it has one."""
    return next((n["ip_address"] for n in droplet.body["networks"]["v4"] if n["type"] == type), None)


def distribution(context: Context, droplet: Document) -> str:
    """The distribution that a Droplet's image has, or had."""
    key = droplet.refs["image"]
    described = images.described(context.store, key)
    if described is None:
        gone = context.store.get("deleted_image", key)
        described = gone.body if gone else {"distribution": "Unknown"}
    return str(described["distribution"])


def snapshot(context: Context, droplet: Document, name: str, type: str = "snapshot") -> Document:
    """An image of a Droplet as it is now; the Droplet has to be saved afterwards."""
    image = images.add(
        context,
        type,
        name,
        distribution=distribution(context, droplet),
        region=droplet.refs["region"],
        source=droplet,
        min_disk_size=droplet.body["disk"],
        # What is really in use on a disk that does not exist: a tenth, and the system.
        size_gigabytes=round(1.5 + droplet.body["disk"] / 10, 2),
    )
    droplet.body["snapshot_ids" if type == "snapshot" else "backup_ids"].append(image.body["id"])
    return image
