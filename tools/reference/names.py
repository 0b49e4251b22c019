"""The public names of the package, and what their docstrings say; read with griffe, which makes the site too.

What is public: the modules and packages of ``dopyapi`` without an underscore, of the emulator what ``dopyapi.emulator``
itself exports, and in each what it exports or defines; of a class also what it inherits from ours.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import griffe

from .spreading import Spreading

SOURCE = Path(__file__).parent.parent.parent / "src"
KIND = griffe.DocstringSectionKind
MADE = re.compile(r"^(member\.\w+|unsupported|new_by|AllOfOwner|OfOwner|free_procedure)\b")
"""Operations that stand in a class body as an assignment: their docstring is there once they are made."""
SLUGS = ("dopyapi.images.", "dopyapi.sizes.", "dopyapi.doks.DOKS_V_", "dopyapi.projects.Purpose.")
"""Where names are DigitalOcean's slugs in Python's letters, and their values say all there is to say."""


@dataclass(frozen=True)
class Name:
    """One public name.

    Attributes:
        path: as its users write it, such as ``dopyapi.droplets.Droplet.create``.
        found: what griffe knows of it.
        cls: the class that it is a member of.
    """

    path: str
    found: griffe.Object
    cls: griffe.Class | None = None

    @property
    def home(self) -> str:
        """File and line, for messages."""
        return f"{Path(str(self.found.filepath)).relative_to(SOURCE)}:{self.found.lineno}"

    @property
    def value(self) -> str:
        """What is assigned to it, as written."""
        return str(getattr(self.found, "value", None) or "")

    @property
    def summary(self) -> str:
        """The line that explains it, wherever that stands; nothing where none does."""
        if self.found.docstring:
            return self.found.docstring.value.strip().partition("\n")[0]
        if MADE.match(self.value):
            return (inspect.getdoc(self.actual) or "").partition("\n")[0]
        if self.alias_of:
            return f"The same as `{self.alias_of}`, under the name that the API reference gives it."
        if self.cls is not None:
            for owner in (self.cls, *_bases(self.cls)):
                explained = Name(owner.path, owner).explanations
                if self.found.name in explained:
                    return explained[self.found.name]
        return f"The API's {self.value}." if self.path.startswith(SLUGS) and self.value[:1] in ("'", '"') else ""

    @property
    def alias_of(self) -> str:
        """The name that it is another name of, in the same place."""
        return alias_of(self.found)

    @property
    def actual(self) -> Any:
        """What stands in the running class, as its body left it there."""
        import importlib

        home = self.found.module.path
        while not importlib.import_module(home) or not self.path.startswith(home + "."):
            home = home.rpartition(".")[0]
        found: Any = importlib.import_module(home)
        *way, last = self.path.removeprefix(home + ".").split(".")
        for part in way:
            found = getattr(found, part)
        return inspect.getattr_static(found, last)

    @property
    def explanations(self) -> dict[str, str]:
        """What the sections ``Args:`` and ``Attributes:`` say of each name, and those with titles of their own."""
        found: dict[str, str] = {}
        for section in self.sections:
            if section.kind in (KIND.parameters, KIND.attributes):
                found |= {item.name.lstrip("*"): item.description for item in section.value}
            elif section.kind is KIND.admonition:
                found |= dict(re.findall(r"^(\w+): (.+)", section.value.contents, re.MULTILINE))
        return found

    @property
    def sections(self) -> list[griffe.DocstringSection]:
        """Its docstring, taken apart."""
        return self.found.docstring.parse("google", warnings=False) if self.found.docstring else []


def alias_of(found: griffe.Object) -> str:
    """The name in the same place that this is another name of, or nothing."""
    value = str(getattr(found, "value", None) or "")
    return value if found.parent and value in found.parent.members else ""


@cache
def package() -> griffe.Module:
    """The package, as griffe reads it."""
    loader = griffe.GriffeLoader(
        search_paths=[SOURCE], docstring_parser="google", extensions=griffe.load_extensions(Spreading)
    )
    found = loader.load("dopyapi")
    loader.resolve_aliases(implicit=True, external=False)
    assert isinstance(found, griffe.Module)
    return found


def modules(of: griffe.Module | None = None) -> Iterator[griffe.Module]:
    """The public modules, the package itself first; a package's inner modules are its own affair."""
    root = of or package()
    yield root
    for name, member in sorted(root.modules.items()):
        if not name.startswith("_") and not member.is_alias and (root.path == "dopyapi"):
            yield from modules(member)


def exported(module: griffe.Module) -> dict[str, griffe.Object]:
    """What a module exports, or defines where it says nothing of exports."""
    names = [str(n) for n in module.exports] if module.exports is not None else None
    found: dict[str, griffe.Object] = {}
    for name, member in module.members.items():
        wanted = name in names if names is not None else not name.startswith("_") and not member.is_alias
        if wanted and not member.is_module:
            final = member.final_target if isinstance(member, griffe.Alias) else member
            if final.path.startswith("dopyapi."):
                found[name] = final
    return found


def names() -> Iterator[Name]:
    """Every public name, each once, where its users find it."""
    seen: set[str] = set()
    # What all resources have stands at their base.
    for module in sorted(modules(), key=lambda m: m.path != "dopyapi.resource"):
        yield Name(module.path, module)
        if module.path == "dopyapi":
            continue  # all that it has is some module's
        for name, found in exported(module).items():
            if found.path in seen:
                continue
            seen.add(found.path)
            yield Name(f"{module.path}.{name}", found)
            if isinstance(found, griffe.Class):
                yield from _members(f"{module.path}.{name}", found, seen)


def _members(path: str, cls: griffe.Class, seen: set[str]) -> Iterator[Name]:
    for owner in (cls, *_bases(cls)):
        for name, member in owner.members.items():
            if name.startswith("_") or member.is_alias or member.path in seen:
                continue
            seen.add(member.path)
            assert isinstance(member, griffe.Object)
            yield Name(f"{path}.{name}", member, cls)


def _bases(cls: griffe.Class) -> list[griffe.Class]:
    return [base for base in cls.mro() if base.path.startswith("dopyapi.")]
