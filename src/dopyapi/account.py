"""The account that the token belongs to."""

from __future__ import annotations

from ._core.declare import member, unsupported
from ._core.fields import Static, attr
from ._core.resource import ActiveRecord
from ._core.values import Document

_READ_ONLY = "there is one account, and it is changed in the control panel; read its attributes"


class Team(Document):
    """The team that a token belongs to."""

    uuid: str
    """Unique identifier."""
    name: str
    """What it is called."""

    @property
    def urn(self) -> str:
        """What the billing operations call it."""
        return f"do:team:{self.uuid}"


class Account(ActiveRecord):
    """The account that the token belongs to: ``Account().email``.

    In DigitalOcean's API reference: Account.
    """

    _url, _single, _plural, _id_attr = "account", "account", "account", "uuid"

    email: Static[str]
    """Address of its owner."""
    uuid: Static[str]
    """Unique identifier."""
    name: Static[str]
    """Display name of its owner."""
    droplet_limit: Static[int]
    """How many Droplets may be active at a time."""
    floating_ip_limit: Static[int]
    """How many reserved IPs may be held at a time."""
    reserved_ip_limit: Static[int] = attr(wire="floating_ip_limit")
    """The same under today's name."""
    email_verified: Static[bool]
    """Whether the address has been confirmed."""
    status: Static[str]
    """`active`, `warning` or `locked`."""
    status_message: Static[str]
    """Why, in words."""
    team: Static[Team]
    """The team, with `uuid` and `name`."""

    load = member.load("/account")
    list = unsupported("list", _READ_ONLY)
    create = unsupported("create", _READ_ONLY)
    save = unsupported("save", _READ_ONLY)
    delete = unsupported("delete", _READ_ONLY)
