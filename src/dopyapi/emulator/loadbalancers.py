"""Load balancers: which Droplets they serve, and how they become active.

Documents of the kind ``load_balancer`` with their VPC as parent. A balancer with a tag has no Droplets of its own:
those that carry the tag in its region are looked for when it is shown. The relation ``balances`` has the named ones.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from . import events, hooks, networks, tagging
from .context import Context
from .errors import not_found
from .store import Document

CREATION_SECONDS = 60


def find(context: Context, key: object) -> Document:
    """The load balancer with this id, or a 404."""
    found = context.store.get("load_balancer", str(key))
    if found is None:
        raise not_found()
    return found


def add(context: Context, body: dict[str, Any], place: str | None, vpc: Document | None) -> Document:
    """A new load balancer; it is active, with an address, after a while."""
    key = context.store.new_uuid()
    vpc_uuid = vpc.key if vpc else ""
    body = {"id": key, "ip": "", "status": "new", "created_at": context.stamp, "vpc_uuid": vpc_uuid, **body}
    if place is None:
        body["region"] = None
    inside = vpc is not None and body["network"] == "INTERNAL"
    network = networks.private_v4(context, vpc) if vpc and inside else networks.public_v4(context)
    hidden: dict[str, Any] = {"ip": network["ip_address"]}
    if body["network_stack"] == "DUALSTACK":
        hidden["ipv6"] = networks.public_v6(context)["ip_address"]
    balancer = context.store.add(
        "load_balancer",
        key,
        body,
        name=body["name"],
        parent=vpc.subject if vpc else None,
        refs={"region": place} if place else {},
        hidden=hidden,
    )
    note(context, balancer)
    context.after(CREATION_SECONDS, "load_balancer.created", balancer.subject, key=key)
    return balancer


@events.on_event("load_balancer.created")
def _created(context: Context, data: dict[str, Any]) -> None:
    balancer = context.store.get("load_balancer", data["key"])
    if balancer is not None:
        balancer.body["status"] = "active"
        if context.lag.addresses:
            later = context.now + timedelta(seconds=context.lag.addresses)
            context.at(later, "load_balancer.addresses", balancer.subject, key=balancer.key)
        else:
            balancer.body |= balancer.hidden
        context.store.save(balancer)


@events.on_failure("load_balancer.created")
def _not_created(context: Context, data: dict[str, Any]) -> None:
    balancer = context.store.get("load_balancer", data["key"])
    if balancer is not None:
        balancer.body["status"] = "errored"
        context.store.save(balancer)


@events.on_event("load_balancer.addresses")
def _addressed(context: Context, data: dict[str, Any]) -> None:
    balancer = context.store.get("load_balancer", data["key"])
    if balancer is not None:
        balancer.body |= balancer.hidden
        context.store.save(balancer)


def note(context: Context, balancer: Document) -> None:
    """Bring the relations of a load balancer up to date, and store it."""
    store = context.store
    wanted = {("balances", f"droplet/{id}") for id in balancer.body["droplet_ids"]}
    wanted |= {("secures with", f"certificate/{key}") for key in _certificates(balancer.body)}
    wanted |= {("forwards", f"load_balancer/{key}") for key in balancer.body.get("target_load_balancer_ids") or ()}
    if balancer.body["tag"]:
        wanted.add(("follows", f"tag/{balancer.body['tag'].lower()}"))
    for relation in ("balances", "secures with", "forwards", "follows"):
        for member in store.members(relation, balancer.subject):
            if (relation, member) not in wanted:
                store.unlink(relation, balancer.subject, member)
    for relation, member in wanted:
        store.link(relation, balancer.subject, member)
    store.save(balancer)


def _certificates(body: dict[str, Any]) -> set[str]:
    parts = [*body["forwarding_rules"], *(body.get("domains") or ())]
    return {part["certificate_id"] for part in parts if part["certificate_id"]}


def droplet_ids(context: Context, balancer: Document) -> list[int]:
    """The numbers of the Droplets that a load balancer serves."""
    tag, place = balancer.body["tag"], balancer.refs.get("region")
    if not tag:
        return list(balancer.body["droplet_ids"])
    found = tagging.tagged(context.store, tag, "droplet")
    return [droplet.body["id"] for droplet in found if place in (None, droplet.refs["region"])]


def shown(context: Context, balancer: Document) -> bytes:
    """A load balancer as clients see it."""
    balancer.body["droplet_ids"] = droplet_ids(context, balancer)
    return context.store.render(balancer)


# What others do.


@hooks.on("destroyed", "droplet")
def _droplet_gone(context: Context, droplet: Document, *more: Any) -> None:
    for balancer in _owners(context, "balances", droplet.subject):
        balancer.body["droplet_ids"] = [id for id in balancer.body["droplet_ids"] if id != droplet.body["id"]]
        context.store.save(balancer)


@hooks.on("destroyed", "tag")
def _tag_gone(context: Context, tag: Document, *more: Any) -> None:
    for balancer in _owners(context, "follows", tag.subject):
        balancer.body |= {"tag": "", "droplet_ids": []}
        context.store.save(balancer)


@hooks.on("destroyed", "load_balancer")
def _gone(context: Context, gone: Document, *more: Any) -> None:
    vpc_uuid = gone.body["vpc_uuid"]
    if gone.body["network"] == "INTERNAL" and vpc_uuid:
        networks.give_back(context, vpc_uuid, [{"type": "private", "ip_address": gone.hidden["ip"]}])
    for balancer in _owners(context, "forwards", gone.subject):
        targets = balancer.body["target_load_balancer_ids"]
        balancer.body["target_load_balancer_ids"] = [key for key in targets if key != gone.key]
        context.store.save(balancer)


@hooks.on("destroyed", "load_balancer")
def _release_late(context: Context, gone: Document, *more: Any) -> None:
    """Where ends come late, certificates are in use for a while after their load balancer has gone."""
    if not context.lag.ends:
        return
    for key in _certificates(gone.body):
        certificate = context.store.get("certificate", key)
        if certificate is not None:
            certificate.hidden["held_until"] = context.now.timestamp() + context.lag.ends
            context.store.save(certificate)


@hooks.on("certificate users", "certificate")
def _using(context: Context, certificate: Document) -> list[Document]:
    """The load balancers that a certificate cannot be taken from."""
    return _owners(context, "secures with", certificate.subject)


@hooks.on("renewed", "certificate")
def _renewed(context: Context, certificate: Document, former: str) -> None:
    """A renewed certificate has another id: rules and domains that named the former name the new one."""
    for balancer in _owners(context, "secures with", f"certificate/{former}"):
        for part in (*balancer.body["forwarding_rules"], *(balancer.body.get("domains") or ())):
            if part["certificate_id"] == former:
                part["certificate_id"] = certificate.key
        note(context, balancer)


def _owners(context: Context, relation: str, subject: str) -> list[Document]:
    store = context.store
    found = [store.get("load_balancer", owner.partition("/")[2]) for owner in store.owners(relation, subject)]
    return [balancer for balancer in found if balancer is not None]
