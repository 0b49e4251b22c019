"""What each type of record demands, and the ways in which the API writes names and data."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Literal, get_args

from .._core.errors import ClientError

RecordType = Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"]
"""The types of DNS records that can be made."""
CAATag = Literal["issue", "issuewild", "iodef"]
"""What a CAA record allows."""

NEEDED: dict[str, tuple[str, ...]] = {
    "A": ("name", "data"),
    "AAAA": ("name", "data"),
    "CAA": ("name", "data", "flags", "tag"),
    "CNAME": ("name", "data"),
    "MX": ("data", "priority"),
    "NS": ("data",),
    "SOA": ("ttl",),
    "SRV": ("name", "data", "priority", "port", "weight"),
    "TXT": ("name", "data"),
}
"""By type what a new record must have."""
SHORTEST_TTL = 30
LARGEST_FLAGS = 255
OF_HOSTS = frozenset({"CAA", "CNAME", "MX", "NS", "SRV"})
"""Types whose data is the name of a host."""
APEX = "@"


def check_new(fields: Mapping[str, Any]) -> None:
    """Refuse a record that the API would refuse, naming what is wrong with it.

    Raises:
        ClientError: there is no such type, something is missing, or a value is out of bounds.
    """
    type = fields.get("type")
    if type not in NEEDED:
        raise ClientError(f"type={type!r} is no type of record; use one of {', '.join(NEEDED)}")
    missing = [name for name in NEEDED[type] if fields.get(name) is None]
    if missing:
        raise ClientError(f"a record of type {type} needs {' and '.join(missing)}")
    check_bounds(fields)


def check_bounds(fields: Mapping[str, Any]) -> None:
    """Refuse values that no record can have."""
    ttl, flags, tag = fields.get("ttl"), fields.get("flags"), fields.get("tag")
    if isinstance(ttl, int) and ttl < SHORTEST_TTL:
        raise ClientError(f"ttl={ttl} is too short; the least is {SHORTEST_TTL} seconds")
    if isinstance(flags, int) and not 0 <= flags <= LARGEST_FLAGS:
        raise ClientError(f"flags={flags} is out of bounds; use 0 to {LARGEST_FLAGS}")
    if tag is not None and tag not in get_args(CAATag):
        raise ClientError(f"tag={tag!r} is no tag of a CAA record; use one of {', '.join(get_args(CAATag))}")


def names_host(fields: Mapping[str, Any]) -> bool:
    """Whether the data of a record is the name of a host, which the API wants with a dot at the end."""
    return fields.get("type") in OF_HOSTS and fields.get("tag") != "iodef"


def outgoing(fields: Mapping[str, Any], *, as_read: bool = False) -> dict[str, Any]:
    """The members of a record as the API takes them: it gives names of hosts without the dot that it demands.

    Args:
        fields: the members.
        as_read: the data is as the API gave it, so that it is a whole name even if it is a single word.
    """
    found = dict(fields)
    if found.get("type") == "SOA":
        return {name: value for name, value in found.items() if name in ("type", "ttl")}
    data = found.get("data")
    if isinstance(data, str) and names_host(found) and data not in ("", APEX, ";"):
        # One word may be meant as a host of this domain: that the API refuses it is better than a guess.
        whole = as_read or "." in data
        found["data"] = data if data.endswith(".") or not whole else data + "."
    return found


def plain_domain(domain: str) -> str:
    """A domain's name as the API writes it."""
    return domain.rstrip(".").lower()


def relative(name: str, domain: str) -> str:
    """The name of a record as the API shows it: without the domain, `@` for the domain itself."""
    short = name.rstrip(".").lower()
    if short in ("", APEX, domain):
        return APEX
    return short.removesuffix("." + domain)


def qualified(name: str, domain: str) -> str:
    """The name of a record written out in full, which the API's filter takes."""
    short = relative(name, domain)
    return domain if short == APEX else f"{short}.{domain}"


def comparable(fields: Mapping[str, Any], domain: str) -> str:
    """The data of a record in the one form by which it is compared."""
    data = str(fields.get("data"))
    if names_host(fields):
        host = data.rstrip(".").lower()
        return APEX if host == domain else host
    if fields.get("type") in ("A", "AAAA"):
        try:
            return str(ipaddress.ip_address(data))
        except ValueError:
            return data
    return data
