"""The account itself."""

from __future__ import annotations

from typing import Any

from ..context import Context, Reply, handles
from ..store import Document

_DEFAULTS: dict[str, Any] = {
    "droplet_limit": 100_000,
    "floating_ip_limit": 1000,
    "reserved_ip_limit": 1000,
    "volume_limit": 10_000,
    "email": "developer@example.com",
    "name": "Developer",
    "email_verified": True,
    "status": "active",
    "status_message": "",
}
_KINDS = {int: "a whole number", str: "a text", bool: "true or false", dict: "an object"}


def account(context: Context) -> Document:
    """The account, made when it is first looked at."""
    found = context.store.get("account", "own")
    if found is None:
        team = {"uuid": context.store.new_uuid(), "name": "My Team"}
        found = context.store.add("account", "own", {**_DEFAULTS, "uuid": context.store.new_uuid(), "team": team})
    return found


def limit(context: Context, name: str) -> int:
    """One of the account's limits, such as ``droplet_limit``."""
    return int(account(context).body[name])


def change(context: Context, fields: dict[str, Any]) -> None:
    """Set fields of the account."""
    found = account(context)
    unknown = sorted(fields.keys() - found.body.keys())
    if unknown:
        raise ValueError(f"an account has no {', '.join(unknown)}; it has {', '.join(sorted(found.body))}")
    for name, value in fields.items():
        kind = type(found.body[name])
        if type(value) is not kind:
            raise ValueError(f"{name} must be {_KINDS[kind]}, not {value!r}")
    found.body |= fields
    context.store.save(found)


@handles("account_get")
def get(context: Context) -> Reply:
    """The account with its limits."""
    return 200, {"account": account(context).body}
