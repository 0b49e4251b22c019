"""Options that name a resource: what is typed for them, as what the SDK takes."""

from __future__ import annotations

import re
from typing import Any

import click

from .annotations import Kind
from .targets import find, identified

SLUGS = ("Region", "Size", "Tag", "Domain")
"""Classes whose identifiers are words of the API's or the user's own; nothing has to be looked up."""
BY_NAME = {
    "vpc": "VPC",
    "vpc_id": "VPC",
    "vpc_uuid": "VPC",
    "private_network_uuid": "VPC",
    "project_id": "Project",
    "registries": "Registry",
    "load_balancers": "LoadBalancer",
    "volumes": "Volume",
    "volume_snapshots": "Snapshot",
    "snapshots": "Snapshot",
    "cluster_uuid": "DOKS",
}
"""Classes of options that only say that they take an identifier."""


def classes_of(name: str, kind: Kind) -> tuple[str, ...]:
    """Names of the classes that an option may name one of; none where it takes any."""
    named = tuple(each for each in kind.classes if each != "Resource")
    if named:
        return named
    known = BY_NAME.get(name)
    return (known,) if known else ()


def reference(name: str, kind: Kind, word: str) -> Any:
    """What is typed for an option, as the SDK takes it.

    Args:
        name: of the parameter.
        kind: what it takes.
        word: what is typed: a name, an identifier; of anything there is, ``KIND:NAME`` or a URN.
    """
    import dopyapi

    classes = classes_of(name, kind)
    if not classes:
        return anything(word) if "Resource" in kind.classes else word
    if classes[0] in SLUGS:
        return word
    if "Image" in classes:
        return _image(word)
    return identified(getattr(dopyapi, classes[0], None) or _class_named(classes[0]), word)


def _image(word: str) -> Any:
    """An image by its number, its slug, or the name that the user has given it."""
    import dopyapi

    if word.isdigit():
        return int(word)
    if re.fullmatch(r"[0-9a-f-]{36}", word):
        return word
    found = find(dopyapi.Image, [word])[0]
    return word if found.slug == word else found


def anything(word: str) -> Any:
    """A resource of any kind: ``droplet:web-1``, or a URN such as ``do:droplet:5``."""
    from ..app import by_any_name

    kind, colon, name = word.removeprefix("do:").partition(":")
    group = by_any_name(kind) or by_any_name(kind.replace("loadbalancer", "load-balancer"))
    if not colon or not name or group is None:
        raise click.BadParameter(f"{word!r} is not KIND:NAME, such as droplet:web-1")
    return identified(_class_at(group[1]), name)


def _class_at(place: str) -> Any:
    from importlib import import_module

    module, _, name = place.partition(":")
    import_module(f"dopyapi.{module}")
    return _class_named(name)


def _class_named(name: str) -> Any:
    from dopyapi._core.schema import NAMED

    return NAMED[name]
