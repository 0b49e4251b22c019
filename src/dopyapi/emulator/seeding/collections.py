"""What a seed can have: each collection with the operation that makes its items, and what those refer to."""

from __future__ import annotations

from typing import NamedTuple


class Collection(NamedTuple):
    """One collection.

    Attributes:
        operation: what makes an item; its body is what the item says.
        kind: of the documents.
        envelope: under what the answer has the new one.
        extras: fields of an item that are not the operation's.
        refers: fields that hold identifiers, and whose; there a name will do. A field inside another one, or inside
            each of a list, is written with a dot.
        sequence: of which sequence its numbers are; None where identifiers are UUIDs or names.
        parts: lists inside an item that are collections of their own, whose paths have the item's key.
        place: what the parent is called in the path of the operation, of a part.
    """

    operation: str
    kind: str
    envelope: str
    extras: tuple[str, ...] = ()
    refers: dict[str, str] = {}
    sequence: str | None = None
    parts: tuple[str, ...] = ()
    place: str | None = None


_COMMON = ("id", "created_at")

COLLECTIONS: dict[str, Collection] = {
    "tags": Collection("tags_create", "tag", "tag"),
    "ssh_keys": Collection("sshKeys_create", "ssh_key", "ssh_key", ("id",), sequence="ssh_key"),
    "vpcs": Collection("vpcs_create", "vpc", "vpc", (*_COMMON, "default")),
    "vpc_peerings": Collection("vpcPeerings_create", "vpc_peering", "vpc_peering", _COMMON, refers={"vpc_ids": "vpcs"}),
    "images": Collection("images_create_custom", "image", "image", _COMMON, sequence="image"),
    "domains": Collection("domains_create", "domain", "domain", (), parts=("records",)),
    "records": Collection(
        "domains_create_record",
        "domain_record",
        "domain_record",
        ("id",),
        sequence="domain_record",
        place="domain_name",
    ),
    "droplets": Collection(
        "droplets_create",
        "droplet",
        "droplet",
        (*_COMMON, "status", "networks"),
        refers={"vpc_uuid": "vpcs", "ssh_keys": "ssh_keys", "image": "images"},
        sequence="droplet",
        parts=("snapshots",),
    ),
    "volumes": Collection("volumes_create", "volume", "volume", (*_COMMON, "droplet"), parts=("snapshots",)),
    "reserved_ips": Collection(
        "reservedIPs_create", "reserved_ip", "reserved_ip", ("ip",), refers={"droplet_id": "droplets"}
    ),
    "certificates": Collection("certificates_create", "certificate", "certificate", _COMMON),
    "load_balancers": Collection(
        "loadBalancers_create",
        "load_balancer",
        "load_balancer",
        (*_COMMON, "ip"),
        refers={
            "droplet_ids": "droplets",
            "vpc_uuid": "vpcs",
            "project_id": "projects",
            "forwarding_rules.certificate_id": "certificates",
        },
    ),
    "firewalls": Collection(
        "firewalls_create",
        "firewall",
        "firewall",
        _COMMON,
        refers={
            "droplet_ids": "droplets",
            "inbound_rules.sources.droplet_ids": "droplets",
            "inbound_rules.sources.load_balancer_uids": "load_balancers",
            "outbound_rules.destinations.droplet_ids": "droplets",
            "outbound_rules.destinations.load_balancer_uids": "load_balancers",
        },
    ),
    "databases": Collection(
        "databases_create_cluster",
        "database",
        "database",
        _COMMON,
        refers={"private_network_uuid": "vpcs", "project_id": "projects"},
        parts=("users", "dbs"),
    ),
    "users": Collection("databases_add_user", "database_user", "user", place="database_cluster_uuid"),
    "dbs": Collection("databases_add", "database_db", "db", place="database_cluster_uuid"),
    "kubernetes_clusters": Collection(
        "kubernetes_create_cluster", "kubernetes_cluster", "kubernetes_cluster", _COMMON, refers={"vpc_uuid": "vpcs"}
    ),
    "registries": Collection("registries_create", "registry", "registry", ("created_at",)),
    "cdn_endpoints": Collection(
        "cdn_create_endpoint", "cdn", "endpoint", _COMMON, refers={"certificate_id": "certificates"}
    ),
    "projects": Collection("projects_create", "project", "project", (*_COMMON, "is_default", "resources")),
}
"""In the order in which they are made: what is referred to comes first."""

PARTS = ("records", "users", "dbs")
"""Those that stand inside an item of another."""
SINGLE = ("account",)
"""What there is one of."""
