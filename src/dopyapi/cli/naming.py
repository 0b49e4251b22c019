"""How the groups of commands are named: after the classes of resources, in one and in many."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, NamedTuple

FURTHER = {
    "DOKS": ("kubernetes", "k8s"),
    "Registry": ("registry",),
    "DomainRecord": ("records", "record"),
    "LoadBalancer": ("lb",),
    "DatabaseCluster": ("db",),
}
"""Names that people use beside those that follow from the declarations."""


class Group(NamedTuple):
    """One group of commands."""

    name: str
    aliases: tuple[str, ...]
    place: str
    """``module:Class``, below the package."""
    line: str
    """What it is about, in a line."""


def kebab(name: str) -> str:
    """``SSHKey`` as ``ssh-key``."""
    parted = re.sub(
        r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name.replace("IPv", "Ipv").replace("_", "-")
    )
    return parted.lower()


def plural(name: str) -> str:
    """``registry`` as ``registries``."""
    if name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def classes() -> list[type[Any]]:
    """The classes of resources that have commands, the main one of each module first."""
    import dopyapi
    from dopyapi.resource import Resource

    for module in dopyapi._HOMES:
        import_module(f"dopyapi.{module}")
    found: list[type[Any]] = []
    pending: list[type[Any]] = [Resource]
    while pending:
        for cls in pending.pop(0).__subclasses__():
            pending.append(cls)
            own = "_url" in cls.__dict__ and cls._url and cls._managed is None
            if own and cls.__module__.startswith("dopyapi.") and cls not in found:
                found.append(cls)
    return sorted(found, key=lambda cls: (not _leads(cls), _home(cls), cls.__name__))


def derived() -> list[Group]:
    """The groups, as they follow from the declarations."""
    taken: set[str] = set()
    groups: list[Group] = []
    for cls in classes():
        module = kebab(_home(cls))
        single = kebab(cls.__name__)
        own = kebab(cls._plural)
        shown = own if _alike(own, single) and own not in taken else plural(single)
        if not _lists(cls):
            shown = single
        names = [shown, plural(single), single, *FURTHER.get(cls.__name__, ())]
        if _alike(own, single) or own[:1].isdigit() or "-" in own:
            names += [own, kebab(cls._single)]
        if _leads(cls):
            names += [module, module.removesuffix("s")]
        fresh = [name for name in dict.fromkeys(names) if name not in taken]
        taken.update(fresh)
        line = re.sub(r"\s+", " ", (cls.__doc__ or "").strip().split("\n\n")[0])
        line = re.split(r": ``|; |\. ", line)[0].rstrip(".").replace("`", "")
        groups.append(Group(fresh[0], tuple(fresh[1:]), f"{_home(cls)}:{cls.__name__}", line))
    return sorted(groups)


def _home(cls: type[Any]) -> str:
    return cls.__module__.split(".")[1]


def _leads(cls: type[Any]) -> bool:
    """Whether it is what its module is about."""
    module = _home(cls).replace("_", "").removesuffix("s")
    return module in (cls.__name__.lower(), cls._single.replace("_", ""), cls.__name__.lower().removesuffix("s"))


def _lists(cls: type[Any]) -> bool:
    from dopyapi._core.operations import CollectionListing

    return any(isinstance(vars(base).get("list"), CollectionListing) for base in cls.__mro__[:-4])


def _alike(plural_name: str, single: str) -> bool:
    """Whether the API's word for many is that of the class, or a part of it."""
    return plural_name in (single, plural(single)) or single.startswith(plural_name.removesuffix("s"))
