"""What a deletion drags along, what it leaves behind, and what goes on costing.

Everything here is asked of the API, by requests that only read, once the user is to be asked and not before. What
cannot be asked, for want of a scope for instance, is said, and does not stand in the way of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from dopyapi._core.errors import DOPyError, ResourceNotFoundError

MOST = 5
"""So many are named; of more the number is said."""

Lines = Iterable[str]


def lines_for(operation: str, target: Any, given: Mapping[str, Any] | None = None) -> list[str]:
    """What else goes, and what stays, with one target.

    Args:
        operation: what is to be done to it, such as ``delete``.
        target: what it is done to; of an operation of a class, what was typed.
        given: the arguments of an operation of a class.
    """
    found: list[str] = []
    if isinstance(target, str):
        parts: list[Callable[[], Lines]] = [lambda: CALLS[operation](given or {})] if operation in CALLS else []
    else:
        known = OPERATIONS.get((type(target).__name__, operation))
        told = known if known is not None else ALL.get(type(target).__name__, ()) if operation == "delete" else ()
        parts = [lambda each=each: each(target) for each in told]  # type: ignore[misc]
    for part in parts:
        try:
            found += part()
        except ResourceNotFoundError:
            continue
        except DOPyError as problem:
            found.append(f"what else hangs on it could not be asked: {' '.join(str(problem).split())}")
    return found


def named(items: Iterable[Any]) -> str:
    """Some of these by their names, and how many more."""
    names = [str(_name(item)) for item in items]
    rest = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {rest} more" if rest > 0 else "")


def _name(item: Any) -> Any:
    if isinstance(item, dict):
        return item.get("name") or item.get("ip") or item.get("id") or item.get("urn")
    if isinstance(item, str | int):
        return item
    return getattr(item, "name", None) or item._get_id()


def counted(items: Any, one: str, many: str = "") -> str:
    """How many there are: ``1 record``, ``3 records``."""
    number = items if isinstance(items, int) else len(items)
    return f"{number} {one if number == 1 else many or one + 's'}"


def _still(items: list[Any]) -> str:
    return f"still cost{'s' if len(items) == 1 else ''}: {named(items)}"


def _go(items: list[Any]) -> str:
    return f"go{'es' if len(items) == 1 else ''} with it: {named(items)}"


def _is_are(items: list[Any]) -> str:
    return "is" if len(items) == 1 else "are"


def _all(name: str) -> list[Any]:
    """Everything there is of a kind, asked for once, however many are to be deleted."""
    import dopyapi

    context = click.get_current_context(silent=True)
    kept: dict[str, Any] = context.meta.setdefault("dopyapi.consequences", {}) if context is not None else {}
    if name not in kept:
        kept[name] = list(getattr(dopyapi, name).list.all())
    found: list[Any] = kept[name]
    return found


def _records_at(address: Any) -> list[str]:
    """DNS records that point at an address."""
    return [
        f"{record.name}.{domain.name}" if record.name != "@" else str(domain.name)
        for domain in _all("Domain") if address
        for record in domain.records.all() if record.data == str(address)
    ]  # fmt: skip


def _pointing(address: Any) -> Lines:
    records = _records_at(address)
    if records:
        yield f"DNS still points at {address}: {named(records)}"


# Droplets


def _associated(droplet: Any) -> Lines:
    found = droplet.list_associated_resources()
    if volumes := found.get("volumes") or []:
        yield f"{counted(volumes, 'volume')} {_is_are(volumes)} detached, and {_still(volumes)}"
    addresses = found.get("reserved_ips") or []
    if addresses:
        yield f"reserved IP {named(addresses)} stays, unassigned, and costs while it is"
    if snapshots := [*(found.get("snapshots") or []), *(found.get("volume_snapshots") or [])]:
        yield f"{counted(snapshots, 'snapshot')} {_is_are(snapshots)} kept, and {_still(snapshots)}"


def _backups(droplet: Any) -> Lines:
    if droplet.backup_ids:
        number = counted(droplet.backup_ids, "backup")
        yield f"its {number} may go with it: `dopy images convert` makes a snapshot of one, which is kept"


def _behind(droplet: Any) -> Lines:
    firewalls = list(droplet.list_firewalls.all())
    if firewalls:
        count = "counts" if len(firewalls) == 1 else "count"
        yield f"{counted(firewalls, 'firewall')} no longer {count} it in: {named(firewalls)}"
    balancers = [each for each in _all("LoadBalancer") if droplet.id in (each.droplet_ids or [])]
    for each in balancers:
        left = len(each.droplet_ids) - 1
        rest = f"{counted(left, 'Droplet')} stay" if left != 1 else "1 Droplet stays"
        yield f"load balancer {each.name} no longer serves it; {rest if left else 'NONE is left'} behind it"


def _addresses(droplet: Any) -> Lines:
    networks = (droplet.json().get("networks") or {}) if hasattr(droplet, "json") else {}
    for version in ("v4", "v6"):
        for network in networks.get(version) or []:
            if network.get("type") == "public":
                yield from _pointing(network.get("ip_address"))


def _with_everything(target: Any) -> Lines:
    for kind, found in target.list_associated_resources().items():
        if found and kind != "floating_ips":
            yield f"its {kind.replace('_', ' ')} go too, for good: {named(found)}"


def _disk(droplet: Any) -> Lines:
    yield "what is on its disk is lost"


def _state_of_today(droplet: Any) -> Lines:
    yield "what is on its disk today is lost, and what the backup holds is back"


def _password(target: Any) -> Lines:
    yield "the password of today no longer works; programs that use it have to be given the new one"


# Networks and names


def _records(domain: Any) -> Lines:
    records = list(domain.records.all())
    told = [f"{record.type} {record.name}" for record in records if record.type not in ("SOA", "NS")]
    yield f"its {counted(records, 'record')} go{'es' if len(records) == 1 else ''} with it" + (
        f": {named(told)}" if told else ""
    )


def _protected(firewall: Any) -> Lines:
    droplets = list(firewall.droplet_ids or [])
    if droplets:
        known = {each.id: each.name for each in _all("Droplet")}
        yield f"it protects no longer: {named([known.get(each, each) for each in droplets])}"
    if firewall.tags:
        yield f"nor Droplets that have a tag: {named(firewall.tags)}"


def _served(balancer: Any) -> Lines:
    if balancer.ip:
        yield f"its address {balancer.ip} is lost for ever"
    if balancer.droplet_ids:
        yield f"{counted(balancer.droplet_ids, 'Droplet')} behind it run on, and are no longer reached through it"
    yield from _pointing(balancer.ip)


def _address_lost(reserved: Any) -> Lines:
    yield "the address is lost for ever: nobody can give it back"
    droplet = reserved.json().get("droplet")
    if droplet:
        yield f"Droplet {droplet.get('name') or droplet.get('id')} is no longer reached at it"
    yield from _pointing(reserved._get_id())


def _members(vpc: Any) -> Lines:
    members = list(vpc.list_members.all())
    if members:
        yield f"DigitalOcean refuses while it has members; it has {len(members)}: {named(members)}"
    if vpc.default:
        yield "it is the default of its region, which cannot be deleted"


def _parted(peering: Any) -> Lines:
    known = {each.id: each.name for each in _all("VPC")}
    yield f"members of {' and '.join(str(known.get(i, i)) for i in peering.vpc_ids or [])} no longer reach each other"


def _certified(certificate: Any) -> Lines:
    using = [
        each for each in _all("LoadBalancer")
        if any(rule.get("certificate_id") == certificate.id for rule in each.json().get("forwarding_rules") or [])
    ]  # fmt: skip
    if using:
        yield f"load balancers use it: {named(using)}"


# Storage


def _attached(volume: Any) -> Lines:
    yield f"its {volume.size_gigabytes} gigabytes are lost for good"
    if volume.droplet_ids:
        known = {each.id: each.name for each in _all("Droplet")}
        yield f"it is attached to {named([known.get(i, i) for i in volume.droplet_ids])}: detach it first"
    if snapshots := list(volume.list_snapshots.all()):
        yield f"{counted(snapshots, 'snapshot')} {_is_are(snapshots)} kept, and {_still(snapshots)}"


def _made_from(image: Any) -> Lines:
    yield "nothing can be made from it any more; what was made from it runs on"


def _key(key: Any) -> Lines:
    yield "Droplets that have it still let it in; only new ones do not get it"


# Groups


def _following(tag: Any) -> Lines:
    resources = tag.json().get("resources") or {}
    held = [counted(value["count"], kind.removesuffix("s").replace("_", " ")) for kind, value in resources.items()
            if isinstance(value, dict) and value.get("count")]  # fmt: skip
    if held:
        yield f"{', '.join(held)} stay, without it"
    firewalls = [each for each in _all("Firewall") if tag.name in (each.tags or [])]
    if firewalls:
        yield f"firewalls no longer protect what has it: {named(firewalls)}"
    balancers = [each for each in _all("LoadBalancer") if each.tag == tag.name]
    if balancers:
        yield f"load balancers no longer serve what has it: {named(balancers)}"


def _in_project(project: Any) -> Lines:
    resources = list(project.list_resources.all())
    if resources:
        yield f"DigitalOcean refuses while it has resources; it has {len(resources)}: {named(resources)}"
        yield "`dopy projects assign-default` moves them out"


# Clusters and registries


def _nodes(cluster: Any) -> Lines:
    pools = cluster.json().get("node_pools") or []
    count = sum(pool.get("count") or 0 for pool in pools)
    yield f"{counted(pools, 'node pool')} with {counted(count, 'node')}, and what runs there, goes with it"


def _left_by_cluster(cluster: Any) -> Lines:
    for kind, found in cluster.list_associated_resources().items():
        if found:
            yield f"its {kind.replace('_', ' ')} stay, and cost: {named(found)}; `delete-with-everything` takes them"


def _in_database(cluster: Any) -> Lines:
    yield "its data and all of its backups are lost for good"
    for listing, what in (("list_replicas", "read-only replica"), ("list_dbs", "database"), ("list_users", "user")):
        found = _tried(cluster, listing)
        if found:
            yield f"{counted(found, what)} {'goes' if len(found) == 1 else 'go'} with it: {named(found)}"


def _tried(cluster: Any, listing: str) -> list[Any]:
    """What is listed; nothing where this engine has no such thing."""
    try:
        return list(getattr(cluster, listing).all())
    except DOPyError:
        return []


def _in_registry(registry: Any) -> Lines:
    import dopyapi

    repositories = list(dopyapi.Repository.list_v2.all(registry.name))
    if repositories:
        tags = sum(each.json().get("tag_count") or 0 for each in repositories)
        noun = counted(repositories, "repository", "repositories")
        yield f"{noun} with {counted(tags, 'tag')} {_go(repositories)}"
    yield "clusters can no longer pull from it"


def _in_repository(repository: Any) -> Lines:
    tags = list(repository.list_tags.all())
    if tags:
        yield f"{counted(tags, 'tag')} {'goes' if len(tags) == 1 else 'go'} with it: {named([t.tag for t in tags])}"


def _tagged(given: Mapping[str, Any]) -> Lines:
    """What is deleted by a tag's name."""
    import dopyapi

    tag = given.get("tag_name")
    found = list(dopyapi.Droplet.list_by_tag_name.all(str(getattr(tag, "name", tag))))
    yield f"{counted(found, 'Droplet')}: {named(found)}" if found else "no Droplet has this tag"


def _replaced(given: Mapping[str, Any]) -> Lines:
    """What records there are where others are to be."""
    import dopyapi

    of_type = dopyapi.DomainRecord.list.all(given["domain"], type=given["type"])
    there = [record for record in of_type if record.name == given.get("name")]
    wanted = {each if isinstance(each, str) else each.get("data") for each in given.get("data") or ()}
    gone = [str(record.data) for record in there if record.data not in wanted]
    if gone:
        yield f"{counted(gone, 'record')} {'goes' if len(gone) == 1 else 'go'}: {named(gone)}"


DROPLET = (_associated, _backups, _behind, _addresses)

ALL: dict[str, tuple[Callable[[Any], Lines], ...]] = {
    "Certificate": (_certified,),
    "DatabaseCluster": (_in_database,),
    "DOKS": (_nodes, _left_by_cluster),
    "Domain": (_records,),
    "Droplet": DROPLET,
    "Firewall": (_protected,),
    "FloatingIP": (_address_lost,),
    "Image": (_made_from,),
    "LoadBalancer": (_served,),
    "Project": (_in_project,),
    "Registry": (_in_registry,),
    "Repository": (_in_repository,),
    "ReservedIP": (_address_lost,),
    "ReservedIPv6": (_address_lost,),
    "Snapshot": (_made_from,),
    "SSHKey": (_key,),
    "Tag": (_following,),
    "Volume": (_attached,),
    "VPC": (_members,),
    "VPCPeering": (_parted,),
}
"""What is said of a deletion, by class."""

OPERATIONS: dict[tuple[str, str], tuple[Callable[[Any], Lines], ...]] = {
    ("Droplet", "delete_with_everything"): (_with_everything, _backups, _behind, _addresses),
    ("Droplet", "delete_with"): (_backups, _behind, _addresses),
    ("Droplet", "rebuild"): (_disk,),
    ("Droplet", "restore"): (_state_of_today,),
    ("Droplet", "password_reset"): (_password,),
    ("DatabaseCluster", "reset_password"): (_password,),
    ("DatabaseCluster", "reset_auth"): (_password,),
    ("DOKS", "delete_with_everything"): (_nodes, _with_everything),
    ("DOKS", "delete_with"): (_nodes,),
}
"""The same of other operations, by class and operation."""

CALLS: dict[str, Callable[[Mapping[str, Any]], Lines]] = {
    "delete_by_tag_name": _tagged,
    "upsert_set": _replaced,
}
"""The same of operations of a class, from their arguments."""
