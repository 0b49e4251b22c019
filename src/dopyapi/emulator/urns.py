"""Uniform resource names, such as ``do:droplet:5``: what projects hold and what VPCs have as members."""

from __future__ import annotations

from typing import NamedTuple

from .store import Document, Store


class Named(NamedTuple):
    """A kind of document that has URNs."""

    kind: str
    """What URNs call it."""
    path: str
    """Of one of them, such as ``/v2/droplets/``; its key follows."""
    in_projects: bool
    in_vpcs: bool
    """Whether its body may say in which VPC it is, as ``vpc_uuid`` or ``private_network_uuid``."""


_KINDS: dict[str, Named] = {}


def named(kind: str, urn_kind: str, path: str, *, in_projects: bool = True, in_vpcs: bool = False) -> None:
    """Give URNs to documents of a kind; new ones then land in a project, if projects hold such."""
    _KINDS[kind] = Named(urn_kind, path, in_projects, in_vpcs)


named("droplet", "droplet", "/v2/droplets/", in_vpcs=True)
named("volume", "volume", "/v2/volumes/")
named("domain", "domain", "/v2/domains/")
named("reserved_ip", "floatingip", "/v2/floating_ips/")  # projects keep the name that reserved IPs once had
named("load_balancer", "loadbalancer", "/v2/load_balancers/", in_vpcs=True)
named("database", "dbaas", "/v2/databases/", in_vpcs=True)
named("kubernetes_cluster", "kubernetes", "/v2/kubernetes/clusters/", in_vpcs=True)
named("space", "space", "/v2/spaces/")
named("vpc", "vpc", "/v2/vpcs/", in_projects=False)


def of(document: Document) -> str:
    """What a document is called."""
    return written(document.kind, document.key)


def written(kind: str, key: str) -> str:
    """What the document of this kind and key is called."""
    return f"do:{_KINDS[kind].kind}:{key}"


def path(kind: str, key: str) -> str:
    """Where it is."""
    return _KINDS[kind].path + key


def held_by_projects(kind: str) -> bool:
    """Whether documents of a kind are in projects."""
    how = _KINDS.get(kind)
    return how is not None and how.in_projects


def kinds(urn_kind: str) -> list[str]:
    """The kinds of document that URNs of a kind may mean."""
    return [kind for kind, how in _KINDS.items() if how.kind == urn_kind]


def kind_meant(name: str) -> str:
    """What URNs call a kind: ``dbaas`` for ``database``, ``loadbalancer`` for ``load_balancer``."""
    return _KINDS[name].kind if name in _KINDS else name.replace("_", "")


def in_vpcs() -> list[str]:
    """The kinds of document that may be in a VPC."""
    return [kind for kind, how in _KINDS.items() if how.in_vpcs]


def find(store: Store, urn_kind: str, key: str) -> Document | None:
    """The document that a URN means."""
    return next((found for kind in kinds(urn_kind) if (found := store.get(kind, key)) is not None), None)
