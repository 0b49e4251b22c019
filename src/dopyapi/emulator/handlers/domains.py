"""Domains and their records."""

from __future__ import annotations

from typing import Any

from .. import dns, hooks
from ..context import Context, Reply, handles
from ..errors import not_found, unprocessable
from ..paging import Listing, listed, objects
from ..store import Document

_RECORD = ("type", "name", "data", "priority", "port", "ttl", "weight", "flags", "tag")


def _domain(context: Context) -> Document:
    found = context.store.get("domain", str(context.path["domain_name"]).rstrip(".").lower())
    if found is None:
        raise not_found()
    return found


def _shown(context: Context, domain: Document) -> dict[str, Any]:
    return {**domain.body, "zone_file": dns.zone_file(context.store, domain)}


class Domains:
    """Domains with their zone files, which are written only for the page."""

    def __init__(self, context: Context) -> None:
        self._context, self._selection = context, context.store.select("domain")

    def count(self) -> int:
        """How many there are."""
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them, as JSON."""
        domains = self._selection.documents(limit, offset)
        return objects([_shown(self._context, domain) for domain in domains]).page(limit)


@handles("domains_list")
def list_domains(context: Context) -> Reply:
    """All domains."""
    listing: Listing = Domains(context)
    return listed(context, "domains", listing)


@handles("domains_create")
def create(context: Context) -> Reply:
    """Add a domain, with its SOA and NS records, and an A record where an address is given."""
    name = context.body.get("name")
    if not isinstance(name, str) or not name:
        raise unprocessable("Name can't be blank")
    name = name.rstrip(".").lower()
    if not dns.is_domain(name):
        raise unprocessable(f"Name {name!r} is not a valid domain name, such as example.com")
    if context.store.exists("domain", name):
        raise unprocessable("Name already exists")
    ttl = dns.USUAL_TTL
    domain = context.store.add("domain", name, {"name": name, "ttl": ttl}, name=name)
    _add(context, domain, {**dict.fromkeys(_RECORD), "type": "SOA", "name": dns.APEX, "data": str(ttl), "ttl": ttl})
    for server in dns.NAME_SERVERS:
        _add(context, domain, dns.checked({"type": "NS", "data": f"{server}."}, domain, ttl))
    if context.body.get("ip_address"):
        address = {"type": "A", "name": dns.APEX, "data": context.body["ip_address"]}
        _add(context, domain, dns.checked(address, domain, ttl))
    dns.touch(context, domain)
    hooks.created(context, domain, context.body)
    # The zone is written afterwards.
    return 201, {"domain": {**domain.body, "zone_file": None}}


def _add(context: Context, domain: Document, body: dict[str, Any]) -> None:
    dns.add_record(context, domain, body)


@handles("domains_get")
def get(context: Context) -> Reply:
    """One domain."""
    return 200, {"domain": _shown(context, _domain(context))}


@handles("domains_delete")
def delete(context: Context) -> Reply:
    """Delete a domain with its records."""
    domain = _domain(context)
    for record in dns.records_of(context.store, domain):
        hooks.destroyed(context, record)
    hooks.destroyed(context, domain)
    return 204, None


# Records.


@handles("domains_list_records")
def list_records(context: Context) -> Reply:
    """The records of a domain; those of one name, written out in full, or of one type."""
    domain, name = _domain(context), context.query.get("name")
    where: dict[str, Any] = {}
    if context.query.get("type"):
        where["facet"] = context.query["type"]
    if name:
        full = name.rstrip(".").lower()
        if full != domain.key and not full.endswith("." + domain.key):
            return listed(context, "domain_records", objects([]))
        where["name"] = dns.short_name(full, domain.key)
    return listed(context, "domain_records", dns.records_of(context.store, domain, **where))


def _record(context: Context, domain: Document) -> Document:
    found = context.store.get("domain_record", context.path["domain_record_id"])
    if found is None or found.parent != domain.subject:
        raise not_found()
    return found


def _given(context: Context) -> dict[str, Any]:
    return {name: context.body[name] for name in _RECORD if context.body.get(name) is not None}


@handles("domains_create_record")
def create_record(context: Context) -> Reply:
    """Add a record; twice the same is two records."""
    domain, given = _domain(context), _given(context)
    if given.get("type") == "SOA":
        # There is one already: what can be said of it is said to that one.
        soa = dns.soa_of(context.store, domain)
        return 201, {"domain_record": _timed(context, domain, soa, given)}
    body = dns.checked(given, domain, domain.body["ttl"])
    dns.refuse_shared_alias(context.store, domain, body)
    record = dns.add_record(context, domain, body)
    dns.touch(context, domain)
    hooks.created(context, record, context.body)
    return 201, {"domain_record": record.body}


@handles("domains_get_record")
def get_record(context: Context) -> Reply:
    """One record."""
    return 200, {"domain_record": _record(context, _domain(context)).body}


@handles("domains_update_record", "domains_patch_record")
def update_record(context: Context) -> Reply:
    """Change what is given of a record.

    A PUT checks the data even where it stays, and what is stored has no dot at its end: production is known for it.
    """
    domain, given = _domain(context), _given(context)
    record = _record(context, domain)
    if record.facet == "SOA":
        return 200, {"domain_record": _timed(context, domain, record, given)}
    if given.get("type") == "SOA":
        raise unprocessable("A domain has one SOA record, and no other record can become one.")
    stays = given.get("type", record.facet) == record.facet and "data" not in given
    patched = context.operation is not None and context.operation.method == "PATCH"
    body = dns.checked(
        record.body | given, domain, domain.body["ttl"], keep=record.body["data"] if stays and patched else None
    )
    dns.refuse_shared_alias(context.store, domain, body, own=record.key)
    record.body |= body
    record.name, record.facet = body["name"], body["type"]
    context.store.save(record)
    dns.touch(context, domain)
    return 200, {"domain_record": record.body}


def _timed(context: Context, domain: Document, soa: Document, given: dict[str, Any]) -> dict[str, Any]:
    """A SOA record with another time to live, which is the domain's too; nothing else of it changes."""
    for name in given.keys() - {"type", "ttl"}:
        if given[name] != soa.body[name]:
            raise unprocessable("Only the ttl of a SOA record can be changed.")
    if given.get("type", "SOA") != "SOA":
        raise unprocessable("Only the ttl of a SOA record can be changed.")
    if given.get("ttl") is not None:
        ttl = int(given["ttl"])
        if not dns.SHORTEST_TTL <= ttl <= dns.LONGEST_TTL:
            raise unprocessable(f"ttl must be from {dns.SHORTEST_TTL} to {dns.LONGEST_TTL}, not {ttl}")
        soa.body |= {"ttl": ttl, "data": str(ttl)}
        domain.body["ttl"] = ttl
        context.store.save(soa)
        dns.touch(context, domain)
    return soa.body


@handles("domains_delete_record")
def delete_record(context: Context) -> Reply:
    """Delete a record."""
    domain = _domain(context)
    record = _record(context, domain)
    if record.facet == "SOA":
        raise unprocessable("The SOA record of a domain cannot be deleted.")
    hooks.destroyed(context, record)
    dns.touch(context, domain)
    return 204, None
