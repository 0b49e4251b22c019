"""Firewalls: which Droplets they protect, and how their rules come and go.

Documents of the kind ``firewall``. Two relations: ``protects`` has the Droplets and tags that a firewall was given,
``mentions`` what its rules name. Droplets that carry a tag are not stored with the firewall: they are looked for.
"""

from __future__ import annotations

import re
from ipaddress import ip_interface
from typing import Any

from . import events, hooks, tagging
from .context import Context
from .errors import not_found, unprocessable
from .store import Document

APPLIED_AFTER = 5
"""Seconds that Droplets take to follow a change."""

PROTOCOLS = ("tcp", "udp", "icmp")
DIRECTIONS = {"inbound_rules": "sources", "outbound_rules": "destinations"}
MEMBERS = {
    "droplet_ids": "droplet",
    "load_balancer_uids": "load_balancer",
    "kubernetes_ids": "kubernetes_cluster",
    "tags": "tag",
}
"""Members of a rule's location that name something, and the kind of what they name."""
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_LAST_PORT = 65535


def find(context: Context, key: object) -> Document:
    """The firewall with this id, or a 404."""
    found = context.store.get("firewall", str(key))
    if found is None:
        raise not_found()
    return found


# Rules.


def rules_from(context: Context, body: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rules of a request, as the API shows them; a 422 says what is wrong with one."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, where in DIRECTIONS.items():
        given = body.get(name) or []
        if not isinstance(given, list):
            raise unprocessable(f"{name} must be a list of rules")
        found[name] = [_rule(context, rule, where) for rule in given]
    return found


def _rule(context: Context, rule: Any, where: str) -> dict[str, Any]:
    if not isinstance(rule, dict):
        raise unprocessable(f"a rule must be an object with protocol, ports and {where}, not {rule!r}")
    protocol = rule.get("protocol")
    if protocol not in PROTOCOLS:
        raise unprocessable(f"protocol must be one of {', '.join(PROTOCOLS)}, not {protocol!r}")
    return {"protocol": protocol, "ports": _ports(protocol, rule.get("ports")), where: _location(context, rule, where)}


def _ports(protocol: str, given: Any) -> str:
    text = "" if given is None else str(given).strip()
    if text in ("all", "0") or (protocol == "icmp" and not text):
        return "0"
    found = _PORTS.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= _LAST_PORT:
        raise unprocessable(f"you must specify a valid range for ports: {text!r} is not one")
    return text


def _location(context: Context, rule: dict[str, Any], where: str) -> dict[str, Any]:
    given = rule.get(where)
    if not isinstance(given, dict):
        raise unprocessable(f"{where} is required in every rule of its direction")
    addresses = [_address(item) for item in _list(given, "addresses")]
    droplets = [droplet.body["id"] for droplet in droplets_from(context, given)]
    balancers = [str(item) for item in _list(given, "load_balancer_uids")]
    for key in balancers:
        if not context.store.exists("load_balancer", key):
            raise unprocessable(f"the load balancer {key} does not exist")
    clusters = [str(item) for item in _list(given, "kubernetes_ids")]
    tags = tags_from(context, given)
    named = {"droplet_ids": droplets, "load_balancer_uids": balancers, "kubernetes_ids": clusters, "tags": tags}
    found = {name: value for name, value in named.items() if value}
    if not addresses and not found:
        raise unprocessable(f"invalid address: {where} names nothing")
    # Destinations always show their addresses; sources only where there are any.
    return {"addresses": addresses, **found} if addresses or where == "destinations" else found


def _list(given: dict[str, Any], name: str) -> list[Any]:
    value = given.get(name) or []
    if not isinstance(value, list):
        raise unprocessable(f"{name} must be a list")
    for item in value:
        if not isinstance(item, str | int):
            raise unprocessable(f"{name} must be a list of identifiers, not of such as {item!r}")
    return list(dict.fromkeys(value))


def _address(text: Any) -> str:
    try:
        ip_interface(str(text))
    except ValueError:
        raise unprocessable(f"invalid address: {text!r}") from None
    return str(text)


def droplets_from(context: Context, given: dict[str, Any]) -> list[Document]:
    """The Droplets that ``droplet_ids`` of a request names; a 422 where there is none."""
    found = []
    for item in _list(given, "droplet_ids"):
        droplet = context.store.get("droplet", str(item))
        if droplet is None:
            raise unprocessable(f"the Droplet {item} does not exist")
        found.append(droplet)
    return found


def tags_from(context: Context, given: dict[str, Any]) -> list[str]:
    """The tags that ``tags`` of a request names, in their own spelling; a 422 where there is none."""
    found = []
    for name in _list(given, "tags"):
        tag = context.store.get("tag", str(name).lower())
        if tag is None:
            raise unprocessable(f"the tag {name} does not exist: tags must exist before a firewall can name them")
        found.append(tag.body["name"])
    return list(dict.fromkeys(found))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rules let the same through."""
    return _essence(one) == _essence(other)


def _essence(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: set(map(str, members)) for key, members in value.items() if members}
        if isinstance(value, dict)
        else value
        for name, value in rule.items()
    }


# Droplets.


def protected(context: Context, firewall: Document) -> set[int]:
    """The numbers of all Droplets that a firewall protects: its own, and those that carry one of its tags."""
    found = set(firewall.body["droplet_ids"])
    for name in firewall.body["tags"]:
        found |= {droplet.body["id"] for droplet in tagging.tagged(context.store, name, "droplet")}
    return found


def of_droplet(context: Context, droplet: Document) -> list[Document]:
    """The firewalls that protect a Droplet, oldest first."""
    store = context.store
    subjects = {*store.owners("protects", droplet.subject)}
    for name in droplet.body["tags"]:
        subjects |= {*store.owners("protects", f"tag/{name.lower()}")}
    found = [store.get("firewall", subject.partition("/")[2]) for subject in subjects]
    return sorted((firewall for firewall in found if firewall is not None), key=lambda firewall: firewall.n)


def change(context: Context, firewall: Document, before: set[int], *, rules: bool) -> None:
    """Note what a firewall has become, and let its Droplets follow in a moment.

    Parameters:
        before: numbers of the Droplets that it protected until now.
        rules: whether its rules are new, also to those that it goes on protecting.
    """
    _note(context, firewall)
    now = protected(context, firewall)
    joining = now if rules else now - before
    _pend(context, firewall, {**dict.fromkeys(before - now, True), **dict.fromkeys(joining, False)})


def _note(context: Context, firewall: Document) -> None:
    """Bring the relations of a firewall up to date."""
    store, body = context.store, firewall.body
    wanted = {("protects", f"droplet/{id}") for id in body["droplet_ids"]}
    wanted |= {("protects", f"tag/{name.lower()}") for name in body["tags"]}
    for direction, where in DIRECTIONS.items():
        for rule in body[direction]:
            for member, kind in MEMBERS.items():
                wanted |= {("mentions", f"{kind}/{str(key).lower()}") for key in rule[where].get(member, ())}
    for relation in ("protects", "mentions"):
        present = {(relation, member) for member in store.members(relation, firewall.subject)}
        for _, member in present - wanted:
            store.unlink(relation, firewall.subject, member)
    for relation, member in wanted:
        store.link(relation, firewall.subject, member)


def _pend(context: Context, firewall: Document, droplets: dict[int, bool]) -> None:
    """Show Droplets as pending, each with whether it leaves the firewall."""
    kept = [change for change in firewall.body["pending_changes"] if change["droplet_id"] not in droplets]
    pending = [{"droplet_id": id, "removing": gone, "status": "waiting"} for id, gone in sorted(droplets.items())]
    firewall.body["pending_changes"] = kept + pending
    firewall.body["status"] = "waiting"
    number = firewall.hidden["change"] = firewall.hidden.get("change", 0) + 1
    context.store.save(firewall)
    context.after(APPLIED_AFTER, "firewall.applied", firewall.subject, key=firewall.key, change=number)


@events.on_event("firewall.applied")
def _applied(context: Context, data: dict[str, Any]) -> None:
    firewall = context.store.get("firewall", data["key"])
    # A later change makes all Droplets follow once more, and is applied with its own event.
    if firewall is not None and firewall.hidden["change"] == data["change"]:
        firewall.body |= {"pending_changes": [], "status": "succeeded"}
        context.store.save(firewall)


@events.on_failure("firewall.applied")
def _not_applied(context: Context, data: dict[str, Any]) -> None:
    firewall = context.store.get("firewall", data["key"])
    if firewall is not None and firewall.hidden["change"] == data["change"]:
        pending = [change | {"status": "failed"} for change in firewall.body["pending_changes"]]
        firewall.body |= {"pending_changes": pending, "status": "failed"}
        context.store.save(firewall)


# What others do.


@hooks.on("firewalls", "droplet")
def _protecting(context: Context, droplet: Document) -> list[dict[str, Any]]:
    return [_in_full(firewall.body) for firewall in of_droplet(context, droplet)]


def _in_full(body: dict[str, Any]) -> dict[str, Any]:
    """A firewall as Droplets show it: every rule says also what it does not name."""
    nothing: dict[str, Any] = {"addresses": [], "droplet_ids": [], "load_balancer_uids": [], "tags": []}
    rules = {
        direction: [{**rule, where: nothing | rule[where]} for rule in body[direction]]
        for direction, where in DIRECTIONS.items()
    }
    return body | rules


@hooks.on("tagged", "droplet")
def _tagged(context: Context, droplet: Document, names: list[str]) -> None:
    for firewall in _followers(context, names):
        _pend(context, firewall, {droplet.body["id"]: False})


@hooks.on("untagged", "droplet")
def _untagged(context: Context, droplet: Document, names: list[str]) -> None:
    for firewall in _followers(context, names):
        id = droplet.body["id"]
        _pend(context, firewall, {id: id not in protected(context, firewall)})


def _followers(context: Context, names: list[str]) -> list[Document]:
    """The firewalls that protect whatever carries one of these tags."""
    store = context.store
    subjects = {subject for name in names for subject in store.owners("protects", f"tag/{name.lower()}")}
    found = [store.get("firewall", subject.partition("/")[2]) for subject in sorted(subjects)]
    return [firewall for firewall in found if firewall is not None]


@hooks.on("destroyed")
def _left(context: Context, document: Document, *more: Any) -> None:
    """Forget what is gone, wherever a firewall named it."""
    store, subject = context.store, document.subject
    naming = {*store.owners("protects", subject), *store.owners("mentions", subject)}
    if document.kind == "droplet":
        naming |= {firewall.subject for firewall in of_droplet(context, document)}
    for owner in sorted(naming):
        firewall = store.get("firewall", owner.partition("/")[2])
        if firewall is not None:
            _drop(firewall.body, document)
            _note(context, firewall)
            store.save(firewall)


def _drop(body: dict[str, Any], gone: Document) -> None:
    key = gone.key.lower()
    for member in ("droplet_ids", "tags"):
        if MEMBERS[member] == gone.kind:
            body[member] = [item for item in body[member] if str(item).lower() != key]
    if gone.kind == "droplet":
        body["pending_changes"] = [c for c in body["pending_changes"] if c["droplet_id"] != gone.body["id"]]
    for direction, where in DIRECTIONS.items():
        for rule in body[direction]:
            for member, kind in MEMBERS.items():
                if kind == gone.kind and member in rule[where]:
                    rule[where][member] = [item for item in rule[where][member] if str(item).lower() != key]
                    if not rule[where][member]:
                        del rule[where][member]
        # A rule for nobody lets nothing through.
        body[direction] = [rule for rule in body[direction] if any(rule[where].values())]
