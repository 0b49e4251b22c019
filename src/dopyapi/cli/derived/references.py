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
    "droplet_id": "Droplet",
    "droplet_ids": "Droplet",
    "load_balancer_uids": "LoadBalancer",
    "target_load_balancer_ids": "LoadBalancer",
    "kubernetes_ids": "DOKS",
    "certificate_id": "Certificate",
    "vpc_ids": "VPC",
}
"""Classes of options, and of members of values, that only say that they take an identifier."""
BY_TYPE = {"droplet": "Droplet", "k8s": "DOKS"}
"""Classes of the ``value`` that stands beside a ``type`` in what may connect to a database."""


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
    from .places import parents_of

    cls = getattr(dopyapi, classes[0], None) or _class_named(classes[0])
    # What is inside something else is known by its name there; the operation says where it is.
    return word if parents_of(cls) else identified(cls, word)


def resolved(value: Any) -> Any:
    """An object that has been typed, with the identifiers of what it names.

    Args:
        value: the object as a dict; objects and lists in it, too.
    """
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _member(name, each) for name, each in value.items()}
    kind = BY_TYPE.get(str(value.get("type")))
    if kind is not None and isinstance(value.get("value"), str | int):
        found["value"] = str(_identifier_of(kind, value["value"]))
    return found


def _member(name: str, value: Any) -> Any:
    kind = BY_NAME.get(name)
    if kind is None or isinstance(value, dict):
        return resolved(value)
    many = value if isinstance(value, list) else [value]
    identifiers = [_identifier_of(kind, each) for each in many if each not in (None, "")]
    return identifiers if isinstance(value, list) or name.endswith("s") else (identifiers or [value])[0]


def _identifier_of(kind: str, word: Any) -> Any:
    import dopyapi

    return word if isinstance(word, int) else identified(getattr(dopyapi, kind), str(word))._get_id()


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
    return identified(class_at(group[1]), name)


def class_at(place: str) -> Any:
    """A class by its place below the package, ``module:Class``."""
    from importlib import import_module

    module, _, name = place.partition(":")
    import_module(f"dopyapi.{module}")
    return _class_named(name)


def _class_named(name: str) -> Any:
    from dopyapi._core.schema import NAMED

    return NAMED[name]
