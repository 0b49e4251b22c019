"""Droplets: creating, reading, listing, destroying."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from .. import backups, droplets, hooks, images, networks, tagging, volumes
from ..catalogue import OPEN, REGIONS, SIZES, Size
from ..context import Context, Ready, Reply, handles, one
from ..errors import not_found, unprocessable
from ..paging import Ranged, listed, objects, whole
from ..store import Document
from . import keys
from .account import limit

_HOSTNAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.\-]{0,253}[a-zA-Z0-9])?")
_MOST_AT_ONCE = 10
_USUAL_REGION = "nyc3"
_KERNELS = [
    {"id": 7515, "name": "DigitalOcean GrubLoader v0.2 (20160714)", "version": "2016.07.13-DigitalOcean_loader_Ubuntu"},
    {"id": 7516, "name": "DigitalOcean GrubLoader v0.2 (20160714) Debian", "version": "2016.07.13-DigitalOcean_loader"},
    {"id": 6918, "name": "Ubuntu 14.04 x64 vmlinuz-3.13.0-79-generic", "version": "3.13.0-79-generic"},
]
_EXTERNAL_KERNEL = ("ubuntu-14-04", "centos-6")
_encode = msgspec.json.Encoder().encode


@handles("droplets_list")
def list_droplets(context: Context) -> Reply:
    """Droplets in order of creation; those with GPUs only when asked for."""
    query = context.query
    facet = "gpu" if query.get("type") == "gpus" else "droplet"
    chosen = context.store.select(
        "droplet", facet=facet, name=query.get("name") or None, tag=query.get("tag_name") or None
    )
    return listed(context, "droplets", chosen)


@handles("droplets_get", steady=True)
def get(context: Context) -> Reply:
    """One Droplet."""
    raw = context.store.raw("droplet", context.path["droplet_id"])
    if raw is None:
        raise not_found("The resource you were accessing could not be found.")
    return 200, one("droplet", raw)


@handles("droplets_create")
def create(context: Context) -> Reply:
    """Create one Droplet, or up to ten of a kind."""
    several = context.body.get("names") is not None
    plans = list(_plans(context, _names(context.body)))
    made = [droplets.create(context, plan) for plan in plans]
    links = [
        {"id": action.body["id"], "rel": "create", "href": context.url(f"/v2/actions/{action.key}")}
        for _, action in made
    ]
    shown = b",".join(context.store.render(droplet) for droplet, _ in made)
    body = b'{"droplets":[%s]' % shown if several else b'{"droplet":%s' % shown
    return 202, Ready(body + b',"links":' + _encode({"actions": links}) + b"}")


def _names(body: dict[str, Any]) -> list[str]:
    names = body.get("names")
    if names is None:
        names = [body.get("name")]
    elif not isinstance(names, list) or not 1 <= len(names) <= _MOST_AT_ONCE:
        raise unprocessable(f"names must be a list of 1 to {_MOST_AT_ONCE} Droplet names")
    for name in names:
        check_hostname(name)
    return names


def check_hostname(name: object) -> None:
    """Refuse what cannot be a Droplet's name."""
    if not name:
        raise unprocessable("Name can't be blank")
    if not isinstance(name, str):
        raise unprocessable(f"name must be a string, not {name!r}")
    if not _HOSTNAME.fullmatch(name):
        raise unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")


def _plans(context: Context, names: list[str]) -> Iterator[droplets.Plan]:
    body, store = context.body, context.store
    size = sized(body.get("size"))
    image = bootable(context, body.get("image"))
    vpc = store.get("vpc", str(body["vpc_uuid"])) if body.get("vpc_uuid") else None
    if body.get("vpc_uuid") and vpc is None:
        raise unprocessable(f"the VPC {body['vpc_uuid']} does not exist")
    region = _region(body.get("region") or (vpc.parent if vpc else None), size, image)
    if vpc is not None and vpc.parent != region:
        raise unprocessable(f"the VPC {vpc.name} is in {vpc.parent}, not in {region}")
    check_disk(image, size.disk)
    found = _ssh_keys(context, body.get("ssh_keys"))
    policy = None
    if body.get("backups"):
        policy = backups.policy_from(body.get("backup_policy"))
    elif body.get("backup_policy"):
        raise unprocessable("backup_policy needs backups to be enabled: send backups: true with it")
    _check_volumes(context, body.get("volumes"), region, len(names))
    if store.count("droplet") + len(names) > limit(context, "droplet_limit"):
        raise unprocessable(
            f"creating {'this' if len(names) == 1 else 'these'} droplet{'s' if len(names) > 1 else ''}"
            " will exceed your droplet limit"
        )
    vpc = vpc or networks.default_vpc(context, region)
    for name in names:
        yield droplets.Plan(
            name=name,
            region=region,
            size=size,
            image=image,
            vpc=vpc,
            tags=tuple(tagging.checked(body.get("tags"))),
            ipv6=bool(body.get("ipv6")),
            monitoring=bool(body.get("monitoring")),
            agent=body.get("with_droplet_agent") is not False,
            public=body.get("public_networking") is not False,
            backup_policy=policy,
            ssh_keys=found,
            user_data=body.get("user_data"),
            request=body,
        )


def sized(slug: object) -> Size:
    """A size of Droplets by slug."""
    size = SIZES.get(str(slug))
    if size is None or not size.regions:
        raise unprocessable("You specified an invalid size for Droplet creation.")
    return size


def bootable(context: Context, key: object) -> dict[str, Any]:
    """An image that Droplets can be made of, by id or slug."""
    if isinstance(key, dict):
        key = key.get("slug") or key.get("id")
    image = images.described(context.store, key)
    if image is None:
        raise unprocessable("You specified an invalid image for Droplet creation.")
    if image["status"] != "available":
        raise unprocessable(f"The image is not available yet; its status is {image['status']}.")
    return image


def check_disk(image: dict[str, Any], disk: int) -> None:
    """Refuse a disk that an image does not fit on."""
    if (image["min_disk_size"] or 0) > disk:
        raise unprocessable(
            f"The image needs a disk of at least {image['min_disk_size']} GB and the size has {disk} GB:"
            " choose a larger size."
        )


def _region(slug: object, size: Size, image: dict[str, Any]) -> str:
    if isinstance(slug, dict):
        slug = slug.get("slug")
    # Public images can be used everywhere; the account's own where they have been transferred to.
    places = size.regions if image["public"] else [place for place in image["regions"] if place in size.regions]
    if not slug:
        if not places:
            raise unprocessable(f"no region has both the image and the size {size.slug}")
        return _USUAL_REGION if _USUAL_REGION in places else places[0]
    region = str(slug)
    if region not in REGIONS:
        raise unprocessable("You specified an invalid region for Droplet creation.")
    if region not in OPEN:
        raise unprocessable(f"The region {region} is not available; choose one of {', '.join(OPEN)}.")
    if region not in size.regions:
        raise unprocessable(f"Size is not available in this region: {size.slug} is not offered in {region}.")
    if region not in places:
        raise unprocessable(f"Image is not available in this region: transfer it to {region} first.")
    return region


def _ssh_keys(context: Context, given: Any) -> tuple[int, ...]:
    found, unknown = [], []
    for identifier in given or []:
        if isinstance(identifier, dict):
            identifier = identifier.get("id") or identifier.get("fingerprint")
        key = keys.find(context, identifier)
        if key is None:
            unknown.append(str(identifier))
        else:
            found.append(int(key.key))
    if unknown:
        raise unprocessable(f"{', '.join(unknown)} are invalid key identifiers for Droplet creation.")
    return tuple(dict.fromkeys(found))


def _check_volumes(context: Context, given: Any, region: str, count: int) -> None:
    """Refuse volumes that cannot be attached; attaching is done by whoever hears of the new Droplet."""
    if given and count > 1:
        raise unprocessable("volumes can be attached to one new Droplet only, not to several at once")
    found = volumes.requested(context, given, region)
    if len(found) > volumes.MOST_ON_A_DROPLET:
        raise unprocessable(f"a Droplet can have {volumes.MOST_ON_A_DROPLET} volumes, not {len(found)}")
    for volume in found:
        volumes.refuse_if_taken(context, volume)


@handles("droplets_destroy")
def destroy(context: Context) -> Reply:
    """Destroy a Droplet."""
    droplet = droplets.find(context, context.path["droplet_id"])
    droplets.refuse_if_being_destroyed(context, droplet)
    droplets.destroy(context, droplet)
    return 204, None


@handles("droplets_destroy_byTag")
def destroy_by_tag(context: Context) -> Reply:
    """Destroy all Droplets with a tag."""
    tag = tagging.named(context, context.query["tag_name"])
    tagged = tagging.tagged(context.store, tag.key, "droplet")
    for droplet in tagged:
        droplets.refuse_if_being_destroyed(context, droplet)
    for droplet in tagged:
        droplets.destroy(context, droplet)
    return 204, None


# What belongs to a Droplet.


def _own(context: Context) -> Document:
    return droplets.find(context, context.path["droplet_id"])


@handles("droplets_list_snapshots")
def snapshots(context: Context) -> Reply:
    """The snapshots of a Droplet."""
    return _images_of(context, "snapshots", "snapshot")


@handles("droplets_list_backups")
def list_backups(context: Context) -> Reply:
    """The backups of a Droplet."""
    return _images_of(context, "backups", "backup")


def _images_of(context: Context, name: str, facet: str) -> Reply:
    chosen = context.store.select("image", parent=_own(context).subject, facet=facet)
    return listed(context, name, objects([images.as_droplet_snapshot(image) for image in chosen]))


@handles("droplets_list_kernels")
def kernels(context: Context) -> Reply:
    """The kernels a Droplet may run; modern images bring their own."""
    return listed(context, "kernels", objects(kernels_of(context, _own(context))))


def kernels_of(context: Context, droplet: Document) -> list[dict[str, Any]]:
    """The kernels that a Droplet may be changed to."""
    image = images.described(context.store, droplet.refs["image"]) or {}
    return _KERNELS if (image.get("slug") or "").startswith(_EXTERNAL_KERNEL) else []


@handles("droplets_list_firewalls")
def firewalls(context: Context) -> Reply:
    """The firewalls of a Droplet, as the firewalls tell."""
    return listed(context, "firewalls", objects(hooks.collect("firewalls", context, _own(context))))


@handles("droplets_list_neighbors")
def neighbors(context: Context) -> Reply:
    """The account's other Droplets on the same machine."""
    droplet, store = _own(context), context.store
    others = [
        member.partition("/")[2]
        for host in store.owners("host", droplet.subject)
        for member in store.members("host", host)
        if member != droplet.subject
    ]
    return whole("droplets", Ranged([raw for key in others if (raw := store.raw("droplet", key)) is not None]))


@handles("droplets_list_neighborsIds")
def neighbors_ids(context: Context) -> Reply:
    """The ids of Droplets that share a machine, machine by machine."""
    rows = context.store.db.execute(
        "select group_concat(substr(member, 9)) from link where relation = 'host' group by owner having count(*) > 1"
    )
    return 200, {"neighbor_ids": [sorted(map(int, row[0].split(","))) for row in rows]}
