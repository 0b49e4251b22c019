"""What a seed can say of an item that no creation takes: its identifier, when it was made, what it is attached to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .. import projects
from ..clock import stamp
from ..context import Context
from ..networks import make_default_vpc
from .collections import COLLECTIONS, Collection
from .reading import Where, expanded
from .renaming import mark, rename, rename_since

if TYPE_CHECKING:
    from .planting import _Planting

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_NUMBER = 2**53
Apply = Callable[["_Planting", Any, Any, Where], None]


def checked_id(context: Context, spec: Collection, wanted: Any) -> Any:
    """An identifier that an item is to have.

    Raises:
        ValueError: it is none, or somebody has it.
    """
    if spec.sequence is not None:
        number = int(wanted) if str(wanted).isdigit() else 0
        if isinstance(wanted, bool) or not 1 <= number <= _MOST_NUMBER:
            raise ValueError(f"id must be a number from 1 on, not {wanted!r}")
        wanted = number
    elif not isinstance(wanted, str) or not _UUID.fullmatch(wanted):
        raise ValueError(f"id must be a UUID in lower case, not {wanted!r}")
    if context.store.exists(spec.kind, str(wanted)):
        raise ValueError(f"id {wanted} is taken: the account has one already")
    return wanted


def apply(planting: _Planting, name: str, key: Any, further: dict[str, Any], where: Where) -> None:
    """Make true what an item says besides.

    Raises:
        ValueError: a value does not fit.
    """
    for field, value in further.items():
        if field != "id" and value is not None:
            way = _OF[name, field] if (name, field) in _OF else _OF["*", field]
            way(planting, key, value, (*where, field))


def _created_at(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    moment = value if isinstance(value, datetime) else _moment(value)
    document = planting.context.store.get(COLLECTIONS[str(where[0])].kind, key)
    if document is not None:
        document.body["created_at"] = stamp(moment)
        planting.context.store.save(document)


def _moment(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"created_at must be a time such as 2026-01-31T12:00:00Z, not {value!r}") from None


def _status(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    if value not in ("active", "off"):
        raise ValueError(f"status must be active or off, not {value!r}")
    droplet = planting.context.store.get("droplet", key)
    if droplet is not None:
        droplet.body["status"] = value
        planting.context.store.save(droplet)


def _networks(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    droplet = planting.context.store.get("droplet", key)
    if not isinstance(value, dict) or not {"v4", "v6"} >= set(value) or droplet is None:
        raise ValueError(f"networks must be as the API shows them, with v4 and v6, not {value!r}")
    droplet.body["networks"] = {"v4": value.get("v4") or [], "v6": value.get("v6") or []}
    planting.context.store.save(droplet)


def _attached(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    droplet = planting.found("droplets", value, where)
    planting.perform("volumeActions_post_byId", {"volume_id": key}, {"type": "attach", "droplet_id": droplet})


def _default_vpc(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    vpc = planting.context.store.get("vpc", key)
    if value is True and vpc is not None:
        make_default_vpc(planting.context, vpc)


def default_project(context: Context) -> str:
    """The key of the project that an account has by existing, which a seed may describe."""
    return projects.default(context).key


def _default_project(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    if value not in (True, False):
        raise ValueError(f"is_default must be true or false, not {value!r}")


def _address(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    import ipaddress

    store = planting.context.store
    try:
        address = str(ipaddress.IPv4Address(value))
    except ValueError:
        raise ValueError(f"ip must be an IPv4 address, not {value!r}") from None
    if str(where[0]) == "reserved_ips":
        if address == key:
            return
        if store.exists("reserved_ip", address):
            raise ValueError(f"ip {address} is taken: the account has it already")
        rename(store, "reserved_ip", str(key), address)
        found = store.get("reserved_ip", address)
        if found is not None:
            found.name = found.body["ip"] = address
            store.save(found)  # under its new key, so that it is metered as what it is from now on
        return
    balancer = store.get("load_balancer", key)
    if balancer is not None:
        balancer.body["ip"] = balancer.hidden["ip"] = address
        store.save(balancer)


def _resources(planting: _Planting, key: Any, value: Any, where: Where) -> None:
    if not isinstance(value, list):
        raise ValueError(f"resources must be a list of URNs or of texts such as 'droplet:web-1', not {value!r}")
    urns = []
    for text in (text for one in value for text in expanded(str(one))):
        if text.startswith("do:"):
            urns.append(text)
            continue
        kind, _, name = text.partition(":")
        collection, urn = _PROJECT_KINDS.get(kind, ("", ""))
        if not collection:
            raise ValueError(f"resources take {', '.join(f'{k}:NAME' for k in _PROJECT_KINDS)}, not {text!r}")
        urns.append(f"do:{urn}:{planting.found(collection, name, where)}")
    planting.perform("projects_assign_resources", {"project_id": key}, {"resources": urns})


_PROJECT_KINDS = {
    "droplet": ("droplets", "droplet"),
    "volume": ("volumes", "volume"),
    "domain": ("domains", "domain"),
    "database": ("databases", "dbaas"),
    "load_balancer": ("load_balancers", "loadbalancer"),
    "kubernetes": ("kubernetes_clusters", "kubernetes"),
    "reserved_ip": ("reserved_ips", "reservedip"),
}
_OF: dict[tuple[str, str], Apply] = {
    ("*", "created_at"): _created_at,
    ("droplets", "status"): _status,
    ("droplets", "networks"): _networks,
    ("volumes", "droplet"): _attached,
    ("vpcs", "default"): _default_vpc,
    ("projects", "is_default"): _default_project,
    ("projects", "resources"): _resources,
    ("reserved_ips", "ip"): _address,
    ("load_balancers", "ip"): _address,
}


def snapshots(planting: _Planting, owner: str, key: Any, items: Any, where: Where) -> None:
    """The snapshots that a Droplet or a volume has, by their names or as ``{name: ..., id: ...}``."""
    store = planting.context.store
    for at, item in enumerate(items or ()):
        given = {"name": item} if isinstance(item, str) else dict(item)
        here = (*where, at)
        try:
            unknown = set(given) - {"name", "id", "tags"}
            if unknown or not given.get("name"):
                raise ValueError("a snapshot has a name, and may have an id")
            if owner == "droplets":
                if given.get("id") is not None:
                    store.let_next_be("image", checked_id(planting.context, COLLECTIONS["images"], given["id"]))
                planting.perform(
                    "dropletActions_post", {"droplet_id": key}, {"type": "snapshot", "name": given["name"]}
                )
                continue
            since = mark(store)
            body = {"name": given["name"], "tags": given.get("tags") or []}
            made = planting.perform("volumeSnapshots_create", {"volume_id": key}, body)["snapshot"]
            if given.get("id") is not None:
                wanted = checked_id(
                    planting.context, COLLECTIONS["volumes"]._replace(kind="volume_snapshot"), given["id"]
                )
                rename_since(store, since, "volume_snapshot", made["id"], wanted)
        except ValueError as error:
            planting.refuse(here, str(error))
