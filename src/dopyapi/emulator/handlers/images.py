"""Images: the public ones and the account's own."""

from __future__ import annotations

from typing import Any

from .. import actions, events, images, tagging
from ..catalogue import BY_KEY, IMAGES, OPEN, image_bytes
from ..context import Context, Reply, handles, one
from ..errors import bad_request, not_found, unprocessable
from ..paging import Chained, Ranged, listed
from ..store import Document

_DISTRIBUTIONS = (
    "Arch Linux CentOS CoreOS Debian Fedora Fedora_Atomic FreeBSD Gentoo openSUSE RancherOS Rocky_Linux Ubuntu Unknown"
)
_KNOWN = {name.replace("_", " ") for name in _DISTRIBUTIONS.replace("Arch Linux", "Arch_Linux").split()}
_IMPORT_STARTS, _IMPORT_TAKES = 10, 120


def own(context: Context) -> Document:
    """The account's image that the path names."""
    found = context.store.get("image", context.path["image_id"])
    if found is None:
        raise not_found("The resource you were accessing could not be found.")
    return found


@handles("images_list")
def list_images(context: Context) -> Reply:
    """Public images first, then the account's own in order of creation."""
    tag, type = context.query.get("tag_name"), context.query.get("type")
    if tag:
        return listed(context, "images", context.store.select("image", tag=tag))
    if context.flag("private"):
        return listed(context, "images", context.store.select("image"))
    if type:
        chosen = [i for i in IMAGES if type == ("application" if i.application else "distribution")]
        return listed(context, "images", _public(chosen))
    return listed(context, "images", Chained(_public(IMAGES), context.store.select("image")))


def _public(chosen: Any) -> Ranged:
    return Ranged([image_bytes(image.slug) for image in chosen])


@handles("images_get")
def get(context: Context) -> Reply:
    """One image, by id, or by slug when it is public."""
    raw = images.raw(context.store, context.path["image_id"])
    if raw is None:
        raise not_found("The resource you were accessing could not be found.")
    return 200, one("image", raw)


@handles("images_create_custom")
def create(context: Context) -> Reply:
    """Import an image; nothing is fetched, only the waiting is real."""
    name, url, region = (str(context.body.get(field) or "") for field in ("name", "url", "region"))
    if not name:
        raise unprocessable("Name can't be blank")
    if not url.lower().startswith(("http://", "https://", "ftp://")):
        raise unprocessable(f"url must be where the image can be fetched, with http, https or ftp, not {url!r}")
    if region not in OPEN:
        raise unprocessable(f"region {region!r} is not available; choose one of {', '.join(OPEN)}")
    labels = tagging.checked(context.body.get("tags"))
    image = images.add(
        context,
        "custom",
        name,
        distribution=_distribution(context.body.get("distribution")),
        region=region,
        status="NEW",
        description=context.body.get("description") or "",
    )
    tagging.attach(context, image, labels)
    context.after(_IMPORT_STARTS, "image.import", image.subject, key=image.key, status="pending")
    context.after(_IMPORT_STARTS + _IMPORT_TAKES, "image.import", image.subject, key=image.key, status="available")
    return 202, {"image": image.body}


@events.on_event("image.import")
def _imported(context: Context, data: dict[str, Any]) -> None:
    image = context.store.get("image", data["key"])
    if image is None:
        return
    image.body["status"] = data["status"]
    if data["status"] == "available":
        # The size of a file that was never fetched is not known: a usual one stands in.
        image.body |= {"min_disk_size": 15, "size_gigabytes": 1.2}
    context.store.save(image)


@events.on_failure("image.import")
def _not_imported(context: Context, data: dict[str, Any]) -> None:
    image = context.store.get("image", data["key"])
    if image is not None:
        image.body |= {"status": "deleted", "error_message": "The image could not be imported."}
        context.store.save(image)


def _distribution(value: Any) -> str:
    return value if value in _KNOWN else "Unknown"


@handles("images_update")
def update(context: Context) -> Reply:
    """Rename or describe an image of the account."""
    image, body = own(context), context.body
    if body.get("name") is not None:
        if not isinstance(body["name"], str) or not body["name"].strip():
            raise unprocessable("Name can't be blank")
        image.name = image.body["name"] = body["name"]
    if body.get("distribution") is not None:
        image.body["distribution"] = _distribution(body["distribution"])
    if body.get("description") is not None:
        image.body["description"] = str(body["description"])
    return 200, {"image": context.store.save(image).body}


@handles("images_delete")
def delete(context: Context) -> Reply:
    """Delete an image of the account."""
    if context.store.exists("deleted_image", context.path["image_id"]):
        raise unprocessable("Image Can not delete an already deleted image.")
    images.delete(context, own(context))
    return 204, None


@handles("imageActions_list")
def list_actions(context: Context) -> Reply:
    """What was done to an image, newest first."""
    if str(context.path["image_id"]) in BY_KEY:
        return listed(context, "actions", Ranged([]))
    chosen = context.store.select("action", parent=own(context).subject, newest=True)
    return listed(context, "actions", chosen)


@handles("imageActions_get")
def get_action(context: Context) -> Reply:
    """One action of an image."""
    return 200, one("action", actions.of(context, own(context), context.path["action_id"]))


@handles("imageActions_post")
def act(context: Context) -> Reply:
    """Make an image available in another region, or keep a backup as a snapshot."""
    image, type = own(context), context.body.get("type")
    actions.refuse_if_pending(context, image, "Image already has a pending event.")
    here = image.body["regions"][0]
    if image.body["status"] != "available":
        raise unprocessable(f"The image is not available yet; its status is {image.body['status']}.")
    if type == "transfer":
        region = context.body.get("region")
        if region not in OPEN:
            raise unprocessable(f"region {region!r} is not available; choose one of {', '.join(OPEN)}")
        if region in image.body["regions"]:
            raise unprocessable(f"The image is already available in {region}.")
        action = actions.start(context, image, "transfer", seconds=90, region=region, data={"region": region})
    elif type == "convert":
        if image.facet != "backup":
            raise unprocessable(f"Only a backup can be converted to a snapshot; this image is a {image.facet}.")
        action = actions.start(context, image, "convert", seconds=3, region=here)
    else:
        raise unprocessable(f"type must be transfer or convert, not {type!r}")
    return 201, one("action", context.store.render(action))


@actions.effect("image", "transfer")
def _transferred(context: Context, image: Document, data: dict[str, Any]) -> None:
    image.body["regions"].append(data["region"])


@actions.effect("image", "convert")
def _converted(context: Context, image: Document, data: dict[str, Any]) -> None:
    image.facet = image.body["type"] = "snapshot"
    droplet = context.store.get("droplet", images.of_droplet(image) or "")
    if droplet is not None:
        droplet.body["backup_ids"] = [id for id in droplet.body["backup_ids"] if id != image.body["id"]]
        droplet.body["snapshot_ids"].append(image.body["id"])
        context.store.save(droplet)


# Transfers to another account. One account is all there is: an accepted image leaves it.


@handles("images_post_account_transfer_create")
def offer(context: Context) -> Reply:
    """Offer a snapshot to another account."""
    image, body = own(context), context.body
    if image.facet != "snapshot":
        raise bad_request(f"only snapshots can be transferred to another account; this image is a {image.facet}")
    recipient = body.get("recipient_email") or body.get("recipient_uuid")
    if not isinstance(recipient, str) or not recipient:
        raise bad_request("recipient_email or recipient_uuid is required")
    if "transfer" in image.hidden:
        raise bad_request(f"the image is being transferred already, as transfer {image.hidden['transfer']['id']}")
    number = context.store.next_number("image transfer", 3_120_477)
    image.hidden["transfer"] = {"id": number, "recipient": recipient}
    context.store.save(image)
    return 201, {"transfer_id": number}


def _offered(context: Context) -> Document:
    image = own(context)
    offered = image.hidden.get("transfer", {}).get("id")
    if offered is None or str(context.body.get("transfer_id")) != str(offered):
        raise bad_request(f"the image has no pending transfer {context.body.get('transfer_id')}")
    return image


@handles("images_post_account_transfer_accept")
def accept(context: Context) -> Reply:
    """Accept a transfer: the image moves to the recipient."""
    image = _offered(context)
    if not context.body.get("recipient_uuid"):
        raise bad_request("recipient_uuid is required")
    images.delete(context, image)
    return 201, None


@handles("images_post_account_transfer_cancel", "images_post_account_transfer_decline")
def withdraw(context: Context) -> Reply:
    """Cancel or decline a transfer: the image stays."""
    image = _offered(context)
    del image.hidden["transfer"]
    context.store.save(image)
    return 204, None
