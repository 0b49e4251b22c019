"""CDN endpoints.

Documents of the kind ``cdn``: the origin is the name, and the certificate's id the facet.
"""

from __future__ import annotations

import re
from typing import Any

from .. import dns, hooks
from ..catalogue import REGIONS
from ..context import Context, Reply, handles
from ..errors import Refused, conflict, not_found, unprocessable
from ..paging import listed
from ..store import Document

_SPACE = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.(?P<region>[a-z]{3}\d)\.digitaloceanspaces\.com")
_USUAL_TTL = 3600
_PURGE_SECONDS = 5
_FILES_WINDOW = 20


def _own(context: Context) -> Document:
    found = context.store.get("cdn", context.path["cdn_id"])
    if found is None:
        raise not_found()
    return found


@handles("cdn_list_endpoints")
def list_endpoints(context: Context) -> Reply:
    """All endpoints."""
    return listed(context, "endpoints", context.store.select("cdn"))


@handles("cdn_get_endpoint")
def get(context: Context) -> Reply:
    """One endpoint."""
    return 200, {"endpoint": _own(context).body}


@handles("cdn_create_endpoint")
def create(context: Context) -> Reply:
    """Make the one endpoint of a Space."""
    origin = str(context.body.get("origin") or "").lower()
    space = _SPACE.fullmatch(origin)
    if space is None or space["region"] not in REGIONS:
        raise unprocessable(
            f"origin must be the domain name of a Space, such as static.nyc3.digitaloceanspaces.com, not {origin!r}"
        )
    if context.store.select("cdn", name=origin).first() is not None:
        raise conflict(f"the origin {origin} has a CDN endpoint already")
    key = context.store.new_uuid()
    body: dict[str, Any] = {
        "id": key,
        "origin": origin,
        "endpoint": f"{space['bucket']}.{space['region']}.cdn.digitaloceanspaces.com",
        "created_at": context.stamp,
        "ttl": context.body.get("ttl") or _USUAL_TTL,
    }
    endpoint = context.store.add("cdn", key, body, name=origin)
    _answer_to(context, endpoint)
    hooks.created(context, context.store.save(endpoint), context.body)
    return 201, {"endpoint": endpoint.body}


@handles("cdn_update_endpoints")
def update(context: Context) -> Reply:
    """Change how long is cached, or the custom subdomain; what is not given stays, an empty text takes away."""
    endpoint = _own(context)
    if context.body.get("ttl"):
        endpoint.body["ttl"] = context.body["ttl"]
    _answer_to(context, endpoint)
    return 200, {"endpoint": context.store.save(endpoint).body}


def _answer_to(context: Context, endpoint: Document) -> None:
    """Let an endpoint have the custom subdomain and the certificate of a request."""
    wanted = {name: endpoint.body.get(name) for name in ("certificate_id", "custom_domain")}
    wanted |= {name: context.body[name] for name in wanted if context.body.get(name) is not None}
    certificate, subdomain = wanted["certificate_id"] or None, str(wanted["custom_domain"] or "").lower() or None
    if (certificate is None) != (subdomain is None):
        raise unprocessable("custom_domain and certificate_id are needed together")
    if certificate is not None and subdomain is not None:
        if not context.store.exists("certificate", certificate):
            raise unprocessable(f"the certificate {certificate} does not exist")
        if not dns.is_domain(subdomain):
            raise unprocessable(f"custom_domain {subdomain!r} is not a valid domain name")
        for other in context.store.select("cdn"):
            if other.key != endpoint.key and other.body.get("custom_domain") == subdomain:
                raise conflict(f"the custom domain {subdomain} is in use by another CDN endpoint")
        endpoint.body |= {"certificate_id": certificate, "custom_domain": subdomain}
    else:
        endpoint.body.pop("certificate_id", None)
        endpoint.body.pop("custom_domain", None)
    endpoint.facet = certificate


@hooks.on("certificate users", "certificate")
def _using(context: Context, certificate: Document) -> list[Document]:
    return context.store.select("cdn", facet=certificate.key).documents()


@hooks.on("renewed", "certificate")
def _follow(context: Context, certificate: Document, former: str) -> None:
    for endpoint in context.store.select("cdn", facet=former):
        endpoint.facet = endpoint.body["certificate_id"] = certificate.key
        context.store.save(endpoint)


@handles("cdn_delete_endpoint")
def delete(context: Context) -> Reply:
    """Delete an endpoint; the Space stays."""
    hooks.destroyed(context, _own(context))
    return 204, None


@handles("cdn_purge_cache")
def purge(context: Context) -> Reply:
    """Let cached files be fetched anew."""
    endpoint, files = _own(context), context.body.get("files")
    if not isinstance(files, list) or not files or not all(isinstance(path, str) and path for path in files):
        raise unprocessable("files must be a list of paths, with at least one")
    if context.limits is not None:
        _keep_to_limits(context, endpoint, sorted(files), context.limits.cdn_files_per_twenty_seconds)
    return 204, None


def _keep_to_limits(context: Context, endpoint: Document, files: list[str], most: int) -> None:
    """429 for too many files, and for what is being purged already."""
    store, now = context.store, context.now.timestamp()
    log = store.get("cdn_purges", "all") or store.add("cdn_purges", "all", {"purges": []})
    recent = [purge for purge in log.body["purges"] if purge["at"] > now - _FILES_WINDOW]
    if sum(len(purge["files"]) for purge in recent) + len(files) > most:
        wait = recent[0]["at"] + _FILES_WINDOW - now if recent else _FILES_WINDOW
        raise _too_many("more files are to be purged than 20 seconds allow", wait)
    for purge in recent:
        over = purge["at"] + _PURGE_SECONDS * context.speed
        if purge["endpoint"] == endpoint.key and purge["files"] == files and over > now:
            raise _too_many("these files are being purged already", over - now)
    log.body["purges"] = [*recent, {"at": now, "endpoint": endpoint.key, "files": files}]
    store.save(log)


def _too_many(message: str, wait: float) -> Refused:
    return Refused(429, message, headers={"retry-after": str(max(1, round(wait + 0.5)))})
