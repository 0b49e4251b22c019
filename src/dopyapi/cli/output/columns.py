"""Which columns the tables of a class have, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .cells import at, text

MOST = 7
LONG = ("description", "public_key", "zone_file", "user_data", "features", "uri", "ca_cert", "manifest_digest")
"""Members that make poor columns."""


class Column(NamedTuple):
    """A column.

    Attributes:
        name: what it is called.
        value: what of an item's JSON stands in it.
        spare: how soon it is left out where a terminal is too narrow: the highest first, and never one with 0.
    """

    name: str
    value: Callable[[Any], Any]
    spare: int = 0


def _address(version: str, kind: str) -> Callable[[Any], Any]:
    def value(item: Any) -> Any:
        networks = at(item, f"networks.{version}") or []
        return next((each.get("ip_address") for each in networks if each.get("type") == kind), None)

    return value


def _count(path: str) -> Callable[[Any], Any]:
    return lambda item: len(at(item, path) or [])


COMPUTED: dict[str, Callable[[Any], Any]] = {
    "public_ip": _address("v4", "public"),
    "private_ip": _address("v4", "private"),
    "public_ipv6": _address("v6", "public"),
    "droplets": _count("droplet_ids"),
    "rules_in": _count("inbound_rules"),
    "rules_out": _count("outbound_rules"),
    "pools": _count("node_pools"),
    "nodes": lambda item: sum(pool.get("count") or 0 for pool in item.get("node_pools") or []),
    "host": lambda item: at(item, "connection.host"),
    "resources": lambda item: at(item, "resources.count"),
    "droplet": lambda item: at(item, "droplet.name") or at(item, "droplet.id"),
    "subject": lambda item: f"{item.get('resource_type') or ''} {item.get('resource_id') or ''}".strip(),
}
"""Columns that are no member of the JSON."""

SHOWN: dict[str, str] = {
    "Account": "email name? team?? droplet_limit status",
    "Action": "id type status subject region_slug??? started_at? completed_at??",
    "Balance": "month_to_date_balance account_balance month_to_date_usage generated_at?",
    "BillingHistory": "date type amount description",
    "BillingInsight": "start_date description group_description?? region? total_amount",
    "CDN": "id??? origin endpoint? ttl? custom_domain??",
    "Certificate": "id??? name state type? not_after dns_names??",
    "ClickApp": "slug type",
    "DatabaseCluster": "id??? name engine version num_nodes? size? region status host????",
    "DOKS": "id??? name version region status pools?? nodes",
    "Domain": "name ttl",
    "DomainRecord": "id type name data ttl? priority??",
    "Droplet": "id name status public_ip private_ip?? region size? image??? tags????",
    "DatabaseBackup": "created_at size_gigabytes incremental",
    "DatabaseUser": "name role",
    "Firewall": "id??? name status rules_in? rules_out? droplets tags??",
    "FirewallRule": "uuid type value created_at?",
    "FloatingIP": "ip droplet region locked?",
    "GarbageCollection": "uuid status blobs_deleted freed_bytes created_at? updated_at??",
    "Image": "id slug name? distribution?? type??? min_disk_size?? regions???? status?",
    "Invoice": "invoice_uuid? invoice_period amount",
    "InvoiceSummary": "invoice_uuid? billing_period amount user_name? user_email??",
    "InvoiceItem": "product description?? amount duration? duration_unit? start_time??? project_name??",
    "LoadBalancer": "id??? name ip status region size_unit?? droplets tag??",
    "NodePool": "id?? name size count auto_scale? min_nodes?? max_nodes?? tags???",
    "Pool": "name mode size db user",
    "Project": "id?? name purpose? environment?? is_default",
    "ProjectResource": "urn status assigned_at?",
    "Region": "slug name available",
    "Registry": "name region storage_usage_bytes created_at??",
    "ReservedIP": "ip droplet region locked?",
    "ReservedIPv6": "ip droplet region_slug reserved_at?",
    "Repository": "name registry_name? latest_tag.tag? tag_count manifest_count?",
    "RepositoryManifest": "digest repository?? compressed_size_bytes size_bytes?? updated_at?",
    "RepositoryTag": "tag repository?? compressed_size_bytes? updated_at? manifest_digest???",
    "Size": "slug description??? memory vcpus disk transfer?? price_monthly price_hourly?? available?",
    "Snapshot": "id name resource_type? resource_id?? size_gigabytes min_disk_size??? regions??? created_at??",
    "SSHKey": "id name fingerprint",
    "Tag": "name resources",
    "Volume": "id??? name size_gigabytes region droplet_ids filesystem_type?? tags??",
    "VPC": "id??? name region ip_range default?",
    "VPCMember": "name urn created_at?",
    "VPCPeering": "id??? name status vpc_ids??",
}
"""The columns of those classes whose first members are not what people look for. Question marks stand behind those that
are left out where a terminal is too narrow: the more, the sooner."""


def column(name: str) -> Column:
    """A column that is asked for: one of ours, a member, a path, or an expression of JMESPath."""
    if name in COMPUTED:
        return Column(name, COMPUTED[name])
    if name.replace("_", "").replace(".", "").isalnum():
        return Column(name, lambda item: at(item, name))
    from .choosing import expression

    searched = expression(name)
    return Column(name, searched.search)


def columns_of(cls: Any, items: Sequence[Any]) -> list[Column]:
    """The usual columns.

    Args:
        cls: the class of the items, if they have one.
        items: their JSON.
    """
    if cls is None or cls.__name__ not in SHOWN:
        found = [column(name)._replace(spare=at_) for at_, name in enumerate(_members(cls, items))]
        return [each if each.spare > 1 else each._replace(spare=0) for each in found]
    written = [(name.rstrip("?"), name.count("?")) for name in SHOWN[cls.__name__].split()]
    shown = [column(name)._replace(spare=spare) for name, spare in written]
    # The API has fewer members for the same thing in some listings: a Droplet's own snapshots do not say whose they are.
    absent = [each for each in shown if each.name not in COMPUTED and items and not _present(each.name, items)]
    return [each for each in shown if each not in absent] or shown


def _members(cls: Any, items: Sequence[Any]) -> list[str]:
    """The first members that fit into a cell, those that tell an item from another before the rest."""
    present: dict[str, None] = {}
    for item in items[:50]:
        if isinstance(item, dict):
            present.update(dict.fromkeys(item))
    if cls is not None:
        declared = [field.wire for field in cls._fields.values()]
        present = dict.fromkeys(sorted(present, key=lambda n: declared.index(n) if n in declared else len(declared)))
    short = [name for name in present if name not in LONG and all(_fits(at(item, name)) for item in items[:50])]
    first = [name for name in ("id", "uuid", "name", "status") if name in short]
    return [*first, *(name for name in short if name not in first)][:MOST] or list(present)[:MOST]


def _present(path: str, items: Sequence[Any]) -> bool:
    first = path.partition(".")[0]
    return any(isinstance(item, dict) and first in item for item in items[:50])


def _fits(value: Any) -> bool:
    if isinstance(value, dict):
        return "slug" in value or "name" in value
    return not isinstance(value, list) or all(isinstance(each, str | int) for each in value)


def row_of(item: Any) -> list[str]:
    """The cells of one object."""
    from .cells import plain

    made = plain(item)
    kind = type(item) if hasattr(item, "_from_raw") else None
    return [text(each.value(made)) for each in columns_of(kind, [made])]
