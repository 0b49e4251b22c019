"""DNS: how records are written, what they must say, and the zone file they make.

Documents of the kind ``domain`` have the domain as their key; those of the kind ``domain_record`` their number, with
the domain's subject as the parent, the record's name as the name and its type as the facet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from .context import Context
from .errors import unprocessable
from .store import Document, Store

APEX = "@"
TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT")
NAME_SERVERS = ("ns1.digitalocean.com", "ns2.digitalocean.com", "ns3.digitalocean.com")
USUAL_TTL, SHORTEST_TTL, LONGEST_TTL = 1800, 30, 2**31 - 1
_FIRST_ID = 1_703_554_210
_AT_APEX_UNLESS_NAMED = frozenset({"MX", "NS", "SOA"})
_OF_HOSTS = frozenset({"CAA", "CNAME", "MX", "NS", "SRV"})
_NUMBERS = {
    "priority": (("MX", "SRV"), 65_535),
    "port": (("SRV",), 65_535),
    "weight": (("SRV",), 65_535),
    "flags": (("CAA",), 255),
}
_TAGS = ("issue", "issuewild", "iodef")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*|\*", re.IGNORECASE)
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.IGNORECASE)
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_LONGEST_NAME = 253
_LONGEST_STRING = 255


def is_domain(name: str) -> bool:
    """Whether a domain may be called so."""
    return len(name) <= _LONGEST_NAME and _DOMAIN.fullmatch(name) is not None


def serving(store: Store, host: str) -> Document | None:
    """The domain of the account that a host, or all below it (``*.example.com``), is in."""
    labels = host.lower().removeprefix("*.").rstrip(".").split(".")
    for start in range(len(labels) - 1):
        found = store.get("domain", ".".join(labels[start:]))
        if found is not None:
            return found
    return None


def records_of(store: Store, domain: Document, **where: Any) -> Any:
    """The records of a domain, in order of creation."""
    return store.select("domain_record", parent=domain.subject, **where)


def soa_of(store: Store, domain: Document) -> Document:
    """The record that every domain has."""
    found = records_of(store, domain, facet="SOA").first()
    assert isinstance(found, Document)
    return found


# Names.


def short_name(name: str, domain: str) -> str:
    """A record's name as clients see it: without the domain, ``@`` for the domain itself."""
    short = name.rstrip(".").lower()
    if short in (domain, APEX):
        return APEX
    return short.removesuffix("." + domain)


def full_name(name: str, domain: str) -> str:
    """A record's name with the domain, without a dot at the end."""
    return domain if name == APEX else f"{name}.{domain}"


def _checked_name(type: str, given: Any, domain: str) -> str:
    if given is None and type in _AT_APEX_UNLESS_NAMED:
        return APEX
    if not isinstance(given, str) or not given.strip():
        raise unprocessable("Name can't be blank")
    name = short_name(given.strip(), domain)
    if name != APEX and (not _NAME.fullmatch(name) or len(full_name(name, domain)) > _LONGEST_NAME):
        raise unprocessable(
            f"Name {given!r} is invalid: only letters, digits, dashes, underscores, dots and a leading * are allowed"
        )
    return name


# Data.


def _checked_data(type: str, given: Any, tag: Any, domain: str) -> str:
    if not isinstance(given, str) or not given:
        raise unprocessable("Data can't be blank")
    try:
        if type == "A":
            return str(IPv4Address(given))
        if type == "AAAA":
            return str(IPv6Address(given))
    except AddressValueError:
        raise unprocessable(f"Data {given!r} is not an IPv{4 if type == 'A' else 6} address") from None
    if type not in _OF_HOSTS or (type == "CAA" and tag == "iodef"):
        return given
    if given == APEX:
        return given
    if not given.endswith("."):
        raise unprocessable("Data needs to end with a dot (.)")
    host = given[:-1]
    if not _HOST.fullmatch(host) or len(host) > _LONGEST_NAME:
        raise unprocessable(f"Data {given!r} is not the name of a host")
    return APEX if host.lower() == domain else host


def _number(name: str, value: Any, most: int, least: int = 0) -> int | None:
    if value is None or value == "":
        return None
    number = int(value)
    if not least <= number <= most:
        raise unprocessable(f"{name} must be from {least} to {most}, not {number}")
    return number


def checked(fields: dict[str, Any], domain: Document, soa_ttl: int, *, keep: str | None = None) -> dict[str, Any]:
    """A record's body, its id excepted, from what was asked for; what its type does not have is null.

    Parameters:
        keep: the data as it is stored, where it stays.
    """
    type = fields.get("type")
    if type not in TYPES:
        raise unprocessable(f"Type must be one of {', '.join(TYPES)}, not {type!r}")
    found: dict[str, Any] = {"type": type, "name": _checked_name(type, fields.get("name"), domain.key)}
    tag = fields.get("tag") if type == "CAA" else None
    if type == "CAA" and tag not in _TAGS:
        raise unprocessable(f"Tag must be one of {', '.join(_TAGS)}, not {tag!r}")
    found["data"] = keep if keep is not None else _checked_data(type, fields.get("data"), tag, domain.key)
    for name, (types, most) in _NUMBERS.items():
        found[name] = _number(name, fields.get(name), most) if type in types else None
        if type in types and found[name] is None:
            raise unprocessable(f"{name.capitalize()} can't be blank for {type} records")
    ttl = _number("ttl", fields.get("ttl"), LONGEST_TTL, SHORTEST_TTL)
    return {**found, "ttl": soa_ttl if ttl is None else ttl, "tag": tag}


def refuse_shared_alias(store: Store, domain: Document, body: dict[str, Any], own: str | None = None) -> None:
    """422 where an alias would not be all there is of its name."""
    for other in records_of(store, domain, name=body["name"]):
        if other.key != own and "CNAME" in (body["type"], other.facet):
            raise unprocessable("CNAME records cannot share a name with other records")


def add_record(context: Context, domain: Document, body: dict[str, Any]) -> Document:
    """Store a new record whose body is checked."""
    number = context.store.next_number("domain_record", _FIRST_ID)
    return context.store.add(
        "domain_record",
        number,
        {"id": number, **body},
        name=body["name"],
        parent=domain.subject,
        facet=body["type"],
    )


def touch(context: Context, domain: Document) -> None:
    """Note that the zone has changed: its serial number grows."""
    domain.hidden["serial"] = max(int(context.now.timestamp()), domain.hidden.get("serial", 0) + 1)
    context.store.save(domain)


# The zone file.


def zone_file(store: Store, domain: Document) -> str:
    """The domain as name servers read it."""
    return "".join(f"{line}\n" for line in _lines(store, domain))


def _lines(store: Store, domain: Document) -> Iterator[str]:
    zone, ttl = domain.key, domain.body["ttl"]
    yield f"$ORIGIN {zone}."
    yield f"$TTL {ttl}"
    yield f"{zone}. IN SOA {NAME_SERVERS[0]}. hostmaster.{zone}. {domain.hidden['serial']} 10800 3600 604800 {ttl}"
    for record in records_of(store, domain):
        body = record.body
        if body["type"] != "SOA":
            yield f"{full_name(body['name'], zone)}. {body['ttl']} IN {body['type']} {_presented(body, zone)}"


def _presented(body: dict[str, Any], zone: str) -> str:
    type, data = body["type"], body["data"]
    host = f"{zone if data == APEX else data}."
    match type:
        case "CNAME" | "NS":
            return host
        case "MX":
            return f"{body['priority']} {host}"
        case "SRV":
            return f"{body['priority']} {body['weight']} {body['port']} {host}"
        case "CAA":
            named = zone if data == APEX else data
            return f"{body['flags']} {body['tag']} {_quoted(named.encode())}"
        case "TXT":
            return _strings(data)
    return str(data)


def _quoted(text: bytes) -> str:
    """A string as zone files have it: what is not printable ASCII as three digits."""
    parts = [
        f"\\{chr(code)}" if code in b'"\\' else chr(code) if code in range(32, 127) else f"\\{code:03d}"
        for code in text
    ]
    return f'"{"".join(parts)}"'


def _strings(text: str) -> str:
    """A text of any length, as strings of which each has 255 bytes at most."""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return text  # quoted by who wrote it
    raw = text.encode()
    return " ".join(_quoted(raw[at : at + _LONGEST_STRING]) for at in range(0, len(raw), _LONGEST_STRING))
