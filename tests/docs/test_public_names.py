"""Every public name is explained, in one line and then in full; read from the source, as the site reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import griffe
from tools.reference.names import Name, names

from tests.spec import declarations

PAGES = "In DigitalOcean's API reference: "
# Of a fixture, pytest finds what its parameters are.
UNNAMED = ("self", "cls")


@cache
def public() -> tuple[Name, ...]:
    return tuple(names())


def told(wrong: Iterator[str]) -> None:
    """Fail with all that is wrong."""
    found = list(wrong)
    assert not found, f"{len(found)} names:\n" + "\n".join(found)


def test_there_are_names_to_look_at() -> None:
    paths = {name.path for name in public()}
    assert len(paths) > 1500
    assert {"dopyapi.droplets.Droplet.create", "dopyapi.clients.Client", "dopyapi.testing.emulator"} <= paths


def test_every_public_name_is_explained() -> None:
    told(f"{n.path} ({n.home}) has no docstring" for n in public() if not n.summary)


def test_the_first_line_stands_alone() -> None:
    told(
        f"{n.path} ({n.home}): the first paragraph takes several lines"
        for n in public()
        if n.found.docstring and "\n" in n.found.docstring.value.strip().partition("\n\n")[0]
        and n.found.kind is not griffe.Kind.ATTRIBUTE and n.found.kind is not griffe.Kind.MODULE
    )  # fmt: skip


def test_every_parameter_is_explained() -> None:
    told(
        f"{n.path} ({n.home}) does not explain {', '.join(missing)}"
        for n in public()
        if (missing := [p for p in parameters(n) if p not in explained(n)])
    )


def parameters(name: Name) -> list[str]:
    found = name.found
    if isinstance(found, griffe.Class):
        made = found.members.get("__init__")
        if made is None or made.is_alias:
            return []
        found = made
    if not isinstance(found, griffe.Function) or found.module.path == "dopyapi.pytest_plugin":
        return []
    return [p.name for p in found.parameters if p.name not in UNNAMED and not p.name.startswith("_")]


def explained(name: Name) -> set[str]:
    found = set(name.explanations)
    if isinstance(name.found, griffe.Class):
        for owner in (name.found, *(c for c in name.found.mro() if c.path.startswith("dopyapi."))):
            found |= {*Name(owner.path, owner).explanations, *(n for n, m in owner.members.items() if m.docstring)}
    return found


def test_no_parameter_is_explained_that_is_not_there() -> None:
    told(
        f"{n.path} ({n.home}) explains {', '.join(extra)}, which it does not take"
        for n in public()
        if isinstance(n.found, griffe.Function)
        for extra in [sorted(set(n.explanations) - {p.name for p in n.found.parameters})]
        if extra
    )


def test_a_class_says_what_it_is_called_at_digitalocean() -> None:
    """The pages are those of the operations that the class declares."""
    pages: dict[str, set[str]] = {}
    for declared in declarations.all_declared():
        if declared.claims is not None:
            pages.setdefault(f"{declared.cls.__module__}.{declared.cls.__qualname__}", set()).add(declared.claims.tag)
    classes = {n.found.path: n for n in public() if isinstance(n.found, griffe.Class)}
    assert len(pages) > 30
    for path, tags in pages.items():
        docstring = classes[path].found.docstring
        assert docstring is not None
        said = re.search(rf"{PAGES}([^.]+)\.", docstring.value.replace("\n", " "))
        assert said is not None, f"{path} does not say where it stands in DigitalOcean's reference"
        assert said[1].split(", ") == sorted(tags), path
