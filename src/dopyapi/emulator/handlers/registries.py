"""Container registries: creating, signing in, plans. The older paths name no registry: they are for the only one."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from .. import hooks, registries
from ..context import Context, Reply, handles, one
from ..errors import Refused, conflict, not_found, precondition_failed, unprocessable
from ..paging import objects, whole
from ..registries import HOST, MOST_REGISTRIES, TIERS
from ..store import Document

_NAME = re.compile(r"[a-z0-9-]{1,63}")
_RESERVED = frozenset({"options", "subscription", "validate-name"})
"""Names that would be paths of their own."""
_FORMER_REGIONS = ("nyc3", "sfo3", "ams3", "sgp1", "fra1")
_REGIONS = ("nyc3", "sfo3", "sfo2", "ams3", "sgp1", "fra1", "blr1", "syd1")
_USUAL_REGION = "nyc3"
_USUAL_TIER = "starter"


def _only(context: Context) -> Document:
    """The account's only registry; a 404 without one, and a 412 with several."""
    found = context.store.select("registry").documents(2)
    if len(found) > 1:
        raise _too_many()
    if not found:
        raise not_found()
    return found[0]


def _too_many() -> Refused:
    return precondition_failed(
        "This API is not supported if you have created multiple registries. Please use '/v2/registries' instead."
    )


def _subscription(context: Context) -> dict[str, Any]:
    found = context.store.get("registry_subscription", "own")
    if found is None:
        raise not_found()
    return {**found.body, "tier": TIERS[found.body["tier"]]}


def _with_subscription(context: Context, registry: Document) -> dict[str, Any]:
    return {**registry.body, "subscription": _subscription(context)}


@handles("registries_list")
def list_registries(context: Context) -> Reply:
    """All registries."""
    found = context.store.select("registry").documents()
    return whole("registries", objects([_with_subscription(context, registry) for registry in found]))


@handles("registries_get")
def get(context: Context) -> Reply:
    """One registry."""
    return 200, one("registry", context.store.render(registries.named(context, context.path["registry_name"])))


@handles("registry_get")
def get_only(context: Context) -> Reply:
    """The only registry."""
    return 200, {"registry": _with_subscription(context, _only(context))}


def _check_name(context: Context, name: object) -> str:
    """A name that a registry can have: 422 when it cannot be one, 409 when it is taken."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise unprocessable("name must be 1 to 63 lower-case letters, digits and dashes")
    if name in _RESERVED:
        raise unprocessable(f"name {name!r} is reserved")
    if context.store.exists("registry", name):
        raise conflict("name already exists")
    return name


@handles("registry_validate_name", "registries_validate_name")
def validate_name(context: Context) -> Reply:
    """Whether a registry can have a name."""
    _check_name(context, context.body.get("name"))
    return 204, None


@handles("registries_create")
def create(context: Context) -> Reply:
    """Create a registry, as many as the plan allows."""
    return 201, {"registry": _created(context).body}


@handles("registry_create")
def create_only(context: Context) -> Reply:
    """Create the only registry."""
    if context.store.count("registry") > 1:
        raise _too_many()
    name = _check_name(context, context.body.get("name"))
    if context.store.count("registry"):
        raise unprocessable("user already has a registry")
    return 201, {"registry": _with_subscription(context, _created(context, name))}


def _created(context: Context, name: str | None = None) -> Document:
    body = context.body
    name = name or _check_name(context, body.get("name"))
    slug = str(body.get("subscription_tier_slug") or registries.tier(context) or _USUAL_TIER)
    _subscribe(context, slug, registries_to_be=context.store.count("registry") + 1)
    shown = {
        "name": name,
        "created_at": context.stamp,
        "region": body.get("region") or _USUAL_REGION,
        "storage_usage_bytes": 0,
        "storage_usage_bytes_updated_at": context.stamp,
    }
    return hooks.created(context, context.store.add("registry", name, shown, name=name), body)


@handles("registries_delete")
def delete(context: Context) -> Reply:
    """Delete a registry with all that is in it."""
    hooks.destroyed(context, registries.named(context, context.path["registry_name"]))
    return 204, None


@handles("registry_delete")
def delete_only(context: Context) -> Reply:
    """Delete the only registry with all that is in it."""
    hooks.destroyed(context, _only(context))
    return 204, None


# Signing in.


@handles("registries_get_dockerCredentials")
def credentials(context: Context) -> Reply:
    """What Docker signs in to a registry with."""
    registries.named(context, context.path["registry_name"])
    return _credentials(context)


@handles("registry_get_dockerCredentials")
def credentials_of_only(context: Context) -> Reply:
    """What Docker signs in to the only registry with."""
    _only(context)
    return _credentials(context)


def _credentials(context: Context) -> Reply:
    seconds = context.query.get("expiry_seconds") or "0"
    if not seconds.isascii() or not seconds.isdigit():
        raise unprocessable(f"expiry_seconds must be a number of seconds, not {seconds!r}")
    # User and password are the same; nothing serves images here, so nobody has to remember them.
    password = secrets.token_hex(32)
    auth = base64.b64encode(f"{password}:{password}".encode()).decode()
    return 200, {"auths": {HOST: {"auth": auth}}}


# Plans.


def _subscribe(context: Context, slug: str, *, registries_to_be: int) -> None:
    """Put the account on a plan, or refuse what does not fit into it."""
    reasons = registries.too_much(context, slug)
    if registries_to_be > MOST_REGISTRIES[slug]:
        reasons.append("OverRegistryLimit")
    if reasons:
        raise precondition_failed(f"registry is not eligible for tier because: [{' '.join(reasons)}]")
    found = context.store.get("registry_subscription", "own")
    if found is None:
        times = {"created_at": context.stamp, "updated_at": context.stamp}
        context.store.add("registry_subscription", "own", {"tier": slug, **times})
    elif found.body["tier"] != slug:
        found.body |= {"tier": slug, "updated_at": context.stamp}
        context.store.save(found)


@handles("registry_get_subscription", "registries_get_subscription")
def get_subscription(context: Context) -> Reply:
    """The plan that the account is on."""
    return 200, {"subscription": _subscription(context)}


@handles("registry_update_subscription", "registries_update_subscription")
def update_subscription(context: Context) -> Reply:
    """Change the plan."""
    _subscription(context)
    slug = context.body.get("tier_slug")
    if slug not in TIERS:
        raise unprocessable(f"tier_slug must be one of {', '.join(TIERS)}, not {slug!r}")
    _subscribe(context, slug, registries_to_be=context.store.count("registry"))
    return 200, {"subscription": _subscription(context)}


@handles("registry_get_options")
def former_options(context: Context) -> Reply:
    """Where the only registry can be, and on which plan."""
    return _options(context, _FORMER_REGIONS)


@handles("registries_get_options")
def options(context: Context) -> Reply:
    """Where a registry can be, and on which plan."""
    return _options(context, _REGIONS)


def _options(context: Context, regions: tuple[str, ...]) -> Reply:
    tiers = []
    for slug, tier in TIERS.items():
        reasons = registries.too_much(context, slug)
        # That there are too many registries has no name among the documented reasons.
        eligible = not reasons and context.store.count("registry") <= MOST_REGISTRIES[slug]
        tiers.append({**tier, "eligible": eligible, "eligibility_reasons": reasons})
    return 200, {"options": {"available_regions": list(regions), "subscription_tiers": tiers}}
