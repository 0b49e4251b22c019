"""Firewalls."""

from __future__ import annotations

import re
from typing import Any

from .. import firewalls, hooks
from ..context import Context, Reply, handles, one
from ..errors import conflict, unprocessable
from ..paging import listed
from ..store import Document

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.\-]+")


def _own(context: Context) -> Document:
    return firewalls.find(context, context.path["firewall_id"])


def _name(context: Context, own: Document | None = None) -> str:
    """The name that a request gives, free and well-formed."""
    name = context.body.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise unprocessable(
            f"name must be a letter or digit, and after it one or more letters, digits, '.' and '-', not {name!r}"
        )
    holder = context.store.select("firewall", name=name).first()
    if holder is not None and (own is None or holder.key != own.key):
        raise conflict("duplicate name")
    return name


def _settings(context: Context) -> dict[str, Any]:
    """Everything a request sets; what it does not say is nothing."""
    rules = firewalls.rules_from(context, context.body)
    if not any(rules.values()):
        raise unprocessable("a firewall must have at least one inbound or outbound rule")
    droplets = [droplet.body["id"] for droplet in firewalls.droplets_from(context, context.body)]
    return {**rules, "droplet_ids": droplets, "tags": firewalls.tags_from(context, context.body)}


@handles("firewalls_list")
def list_firewalls(context: Context) -> Reply:
    """All firewalls."""
    return listed(context, "firewalls", context.store.select("firewall"))


@handles("firewalls_create")
def create(context: Context) -> Reply:
    """Create a firewall; its Droplets follow in a moment."""
    name, settings = _name(context), _settings(context)
    key = context.store.new_uuid()
    body = {
        "id": key,
        "name": name,
        "status": "waiting",
        "created_at": context.stamp,
        "pending_changes": [],
        **settings,
    }
    firewall = context.store.add("firewall", key, body, name=name)
    firewalls.change(context, firewall, set(), rules=True)
    hooks.run("created", context, firewall, context.body)
    return 202, {"firewall": firewall.body}


@handles("firewalls_get")
def get(context: Context) -> Reply:
    """One firewall."""
    return 200, one("firewall", context.store.render(_own(context)))


@handles("firewalls_update")
def update(context: Context) -> Reply:
    """Replace everything that a firewall is; what is left out is reset."""
    firewall = _own(context)
    before = firewalls.protected(context, firewall)
    firewall.name = firewall.body["name"] = _name(context, firewall)
    firewall.body |= _settings(context)
    firewalls.change(context, firewall, before, rules=True)
    return 200, {"firewall": firewall.body}


@handles("firewalls_delete")
def delete(context: Context) -> Reply:
    """Delete a firewall; its Droplets are open then."""
    hooks.destroyed(context, _own(context))
    return 204, None


@handles("firewalls_assign_droplets")
def add_droplets(context: Context) -> Reply:
    """Protect more Droplets."""
    return _joined(context, "droplet_ids", [d.body["id"] for d in firewalls.droplets_from(context, context.body)])


@handles("firewalls_add_tags")
def add_tags(context: Context) -> Reply:
    """Protect the Droplets of more tags."""
    return _joined(context, "tags", firewalls.tags_from(context, context.body))


def _joined(context: Context, name: str, items: list[Any]) -> Reply:
    firewall = _own(context)
    before = firewalls.protected(context, firewall)
    firewall.body[name] = list(dict.fromkeys([*firewall.body[name], *items]))
    firewalls.change(context, firewall, before, rules=False)
    return 204, None


@handles("firewalls_delete_droplets")
def remove_droplets(context: Context) -> Reply:
    """Protect some Droplets no longer; those it did not protect are no error."""
    return _left(context, "droplet_ids")


@handles("firewalls_delete_tags")
def remove_tags(context: Context) -> Reply:
    """Follow some tags no longer; those it did not follow are no error."""
    return _left(context, "tags")


def _left(context: Context, name: str) -> Reply:
    firewall = _own(context)
    before = firewalls.protected(context, firewall)
    gone = {str(item).lower() for item in context.body.get(name) or []}
    firewall.body[name] = [item for item in firewall.body[name] if str(item).lower() not in gone]
    firewalls.change(context, firewall, before, rules=False)
    return 204, None


@handles("firewalls_add_rules")
def add_rules(context: Context) -> Reply:
    """Add rules; one that is there already stays as it is."""
    firewall, rules = _own(context), _some_rules(context)
    for direction, added in rules.items():
        present = firewall.body[direction]
        present += [rule for rule in added if not any(firewalls.same(rule, other) for other in present)]
    firewalls.change(context, firewall, firewalls.protected(context, firewall), rules=True)
    return 204, None


@handles("firewalls_delete_rules")
def remove_rules(context: Context) -> Reply:
    """Remove rules; one that is not there is no error."""
    firewall, rules = _own(context), _some_rules(context)
    for direction, gone in rules.items():
        firewall.body[direction] = [
            rule for rule in firewall.body[direction] if not any(firewalls.same(rule, other) for other in gone)
        ]
    firewalls.change(context, firewall, firewalls.protected(context, firewall), rules=True)
    return 204, None


def _some_rules(context: Context) -> dict[str, list[dict[str, Any]]]:
    rules = firewalls.rules_from(context, context.body)
    if not any(rules.values()):
        raise unprocessable("inbound_rules or outbound_rules is required, with at least one rule")
    return rules
