"""What is done to Droplets: power, size, image, name, networks, snapshots, backups.

Each type has a time that it takes, a check that may refuse it, and an effect once its time has come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import actions, backups, droplets, images, networks, tagging
from ..catalogue import SIZES
from ..context import Context, Ready, Reply, handles, one
from ..errors import Refused, unprocessable
from ..paging import listed
from ..store import Document
from .droplets import bootable, check_disk, check_hostname, kernels_of, sized

Check = Callable[[Context, Document, dict[str, Any]], dict[str, Any] | None]

SECONDS = {
    "reboot": 15,
    "power_cycle": 15,
    "shutdown": 15,
    "power_off": 10,
    "power_on": 12,
    "restore": 120,
    "password_reset": 20,
    "resize": 60,
    "rebuild": 40,
    "rename": 2,
    "change_kernel": 5,
    "enable_ipv6": 5,
    "enable_private_networking": 5,
    "snapshot": 60,
    "enable_backups": 3,
    "disable_backups": 3,
    "change_backup_policy": 3,
}
actions.timed("droplet", *SECONDS)
_BY_TAG = (
    "power_cycle",
    "power_on",
    "power_off",
    "shutdown",
    "enable_ipv6",
    "enable_backups",
    "disable_backups",
    "snapshot",
)
_CHECKS: dict[str, Check] = {}
PENDING = "Droplet already has a pending event."


def _checks(*types: str) -> Callable[[Check], Check]:
    """Register what refuses actions of some types, and what their effect needs to know."""

    def register(check: Check) -> Check:
        for type in types:
            _CHECKS[type] = check
        return check

    return register


@handles("dropletActions_list")
def list_actions(context: Context) -> Reply:
    """What was done to a Droplet, newest first."""
    droplet = droplets.find(context, context.path["droplet_id"])
    return listed(context, "actions", context.store.select("action", parent=droplet.subject, newest=True))


@handles("dropletActions_get")
def get(context: Context) -> Reply:
    """One action of a Droplet."""
    droplet = droplets.find(context, context.path["droplet_id"])
    return 200, one("action", actions.of(context, droplet, context.path["action_id"]))


@handles("dropletActions_post")
def act(context: Context) -> Reply:
    """Do something to a Droplet."""
    type = context.body.get("type")
    if not isinstance(type, str) or type not in SECONDS:
        raise unprocessable(f"type must be one of {', '.join(sorted(SECONDS))}, not {type!r}")
    action = begin(context, droplets.find(context, context.path["droplet_id"]), type, context.body)
    return 201, one("action", context.store.render(action))


@handles("dropletActions_post_byTag")
def act_by_tag(context: Context) -> Reply:
    """Do something to all Droplets with a tag; those that cannot take it now are left out."""
    name, type = context.query.get("tag_name"), context.body.get("type")
    if not name:
        raise unprocessable("the query parameter tag_name is required")
    if not isinstance(type, str) or type not in _BY_TAG:
        raise unprocessable(f"by tag, type must be one of {', '.join(_BY_TAG)}, not {type!r}")
    started = []
    for droplet in tagging.tagged(context.store, tagging.named(context, name).key, "droplet"):
        try:
            started.append(context.store.render(begin(context, droplet, type, context.body)))
        except Refused:
            continue
    return 201, Ready(b'{"actions":[' + b",".join(started) + b"]}")


def begin(context: Context, droplet: Document, type: str, body: dict[str, Any]) -> Document:
    """Start an action on a Droplet, or refuse it."""
    actions.refuse_if_pending(context, droplet, PENDING)
    check = _CHECKS.get(type)
    data = check(context, droplet, body) if check else None
    droplet.body["locked"] = True
    context.store.save(droplet)
    return actions.start(context, droplet, type, seconds=SECONDS[type], region=droplet.refs["region"], data=data or {})


# Power.


@_checks("power_off", "shutdown")
def _is_on(context: Context, droplet: Document, body: dict[str, Any]) -> None:
    if droplet.body["status"] == "off":
        raise unprocessable("Droplet is already powered off.")


# To power on what runs is no error: Ansible's module does it after each creation.


@_checks("reboot", "power_cycle", "password_reset")
def _runs(context: Context, droplet: Document, body: dict[str, Any]) -> None:
    if droplet.body["status"] == "off" and body.get("type") == "reboot":
        raise unprocessable("Droplet is currently off. Please power it on to run this event.")


@actions.effect("droplet", "power_on", "reboot", "power_cycle")
def _on(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplet.body["status"] = "active"


@actions.effect("droplet", "power_off", "shutdown")
def _off(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplet.body["status"] = "off"


# Size.


@_checks("resize")
def _resizable(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    if not body.get("size"):
        raise unprocessable("size is required: the slug of the new size")
    size = sized(body["size"])
    if droplet.body["status"] != "off":
        raise unprocessable("Droplet is currently on. Please power it off to run this event.")
    if droplet.refs["region"] not in size.regions:
        raise unprocessable(f"Size is not available in this region: {size.slug} in {droplet.refs['region']}.")
    if size.slug == droplet.refs["size"]:
        raise unprocessable("Droplet is already this size.")
    if size.disk < droplet.body["disk"]:
        raise unprocessable("Size can not decrease size of Droplet's disk image")
    return {"size": size.slug, "disk": bool(body.get("disk"))}


@actions.effect("droplet", "resize")
def _resized(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    size = SIZES[data["size"]]
    droplet.refs["size"] = size.slug
    droplet.body |= {"memory": size.memory, "vcpus": size.vcpus}
    if data["disk"]:
        droplet.body |= {"disk": size.disk, "disk_info": size.disk_info}


# Image.


@_checks("rebuild")
def _rebuildable(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    image = bootable(context, body.get("image") or droplet.refs["image"])
    if not image["public"] and droplet.refs["region"] not in image["regions"]:
        raise unprocessable(f"Image is not available in this region: transfer it to {droplet.refs['region']} first.")
    check_disk(image, droplet.body["disk"])
    return {"image": str(image["id"])}


@_checks("restore")
def _restorable(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    image = context.store.get("image", str(body.get("image")))
    if image is None or image.parent != droplet.subject or image.facet != "backup":
        raise unprocessable(f"image must be the id of a backup of this Droplet, not {body.get('image')!r}")
    return {"image": image.key}


@actions.effect("droplet", "rebuild", "restore")
def _reimaged(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    if images.described(context.store, data["image"]) is None:
        raise actions.ActionError
    droplet.refs["image"] = data["image"]
    droplet.body["status"] = "active"


@_checks("snapshot")
def _nameable(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    return {"name": str(body.get("name") or f"{droplet.body['name']}-{int(context.now.timestamp() * 1000)}")}


@actions.effect("droplet", "snapshot")
def _snapshot(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplets.snapshot(context, droplet, data["name"])


# Name and kernel.


@_checks("rename")
def _renamable(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    check_hostname(body.get("name"))
    return {"name": body["name"]}


@actions.effect("droplet", "rename")
def _renamed(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplet.name = droplet.body["name"] = data["name"]


@_checks("change_kernel")
def _kernel(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    known = kernels_of(context, droplet)
    if not known:
        return {}  # it boots a kernel of its own: the action is taken, and changes nothing
    kernel = next((k for k in known if k["id"] == body.get("kernel")), None)
    if kernel is None:
        raise unprocessable(f"kernel {body.get('kernel')!r} is not among the kernels of this Droplet")
    return {"kernel": kernel}


@actions.effect("droplet", "change_kernel")
def _kernel_changed(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    droplet.body["kernel"] = data.get("kernel")


# Networks.


@_checks("enable_ipv6")
def _no_ipv6_yet(context: Context, droplet: Document, body: dict[str, Any]) -> None:
    if "ipv6" in droplet.body["features"]:
        raise unprocessable("IPv6 is already enabled on this Droplet.")


@actions.effect("droplet", "enable_ipv6")
def _ipv6(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    _add_feature(droplet, "ipv6")
    droplet.body["networks"]["v6"].append(networks.public_v6(context))


@actions.effect("droplet", "enable_private_networking")
def _private(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    _add_feature(droplet, "private_networking")


def _add_feature(droplet: Document, name: str) -> None:
    if name not in droplet.body["features"]:
        droplet.body["features"].append(name)


# Backups.


@_checks("enable_backups")
def _no_backups_yet(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    if "backup" in droplet.hidden:
        raise unprocessable("Backups are already enabled on this Droplet.")
    return {"policy": backups.policy_from(body.get("backup_policy"))}


@_checks("change_backup_policy")
def _backed_up(context: Context, droplet: Document, body: dict[str, Any]) -> dict[str, Any]:
    _has_backups(context, droplet, body)
    if not isinstance(body.get("backup_policy"), dict):
        raise unprocessable("backup_policy is required, with plan and hour, and weekday when the plan is weekly")
    return {"policy": backups.policy_from(body["backup_policy"])}


@_checks("disable_backups")
def _has_backups(context: Context, droplet: Document, body: dict[str, Any]) -> None:
    if "backup" not in droplet.hidden:
        raise unprocessable("Backups are not enabled on this Droplet.")


@actions.effect("droplet", "enable_backups", "change_backup_policy")
def _backups_on(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    backups.enable(context, droplet, data["policy"])


@actions.effect("droplet", "disable_backups")
def _backups_off(context: Context, droplet: Document, data: dict[str, Any]) -> None:
    backups.disable(context, droplet)
