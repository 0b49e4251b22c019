"""The table of the API reference's names, made by ``tools/contract.py``."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SHARED = HERE.parent.parent.parent / "shared"
"""Where the reference itself is kept, beside the project."""


@cache
def modules() -> dict[str, Any]:
    """The whole table."""
    found: dict[str, Any] = json.loads((HERE / "names.json").read_text())
    return found


class Named(NamedTuple):
    """A name of a class, and what the table has about it."""

    module: str
    owner: str
    name: str
    facts: Any

    def __str__(self) -> str:
        return ".".join(part for part in (self.module, self.owner, self.name) if part)

    @property
    def cls(self) -> Any:
        """The class, as the package has it."""
        found = getattr(home(self.module), self.owner, None)
        assert isinstance(found, type), f"dopyapi.{self.module} has no class {self.owner}"
        return found


def home(module: str) -> Any:
    """The module, as the package has it."""
    return importlib.import_module(f"dopyapi.{module}")


def classes(done: tuple[str, ...]) -> list[Named]:
    """Every class of some modules."""
    return [Named(m, c, "", facts) for m in done for c, facts in modules()[m]["classes"].items()]


def members(done: tuple[str, ...], kind: str) -> list[Named]:
    """Every name of a kind (``attributes``, ``constants``, ``methods``, ``actions``) of every class of some modules."""
    return [Named(m, c, n, facts) for m, c, n, facts in _members(done, kind)]


def _members(done: tuple[str, ...], kind: str) -> Iterator[tuple[str, str, str, Any]]:
    for module, owner, _, facts in classes(done):
        entries = facts[kind]
        for name in entries:
            yield module, owner, name, entries[name] if isinstance(entries, dict) else None


def loose(done: tuple[str, ...], kind: str) -> list[Named]:
    """Every name of a kind (``exceptions``, ``functions``, ``constants``) that a module itself has."""
    found = []
    for module in done:
        entries = modules()[module][kind]
        found += [Named(module, "", n, entries[n] if isinstance(entries, dict) else None) for n in entries]
    return found


def all_names() -> set[str]:
    """Every name that the reference gives to a method, an attribute, an action or a function."""
    found: set[str] = set()
    for module in modules().values():
        found |= {*module["functions"], *module["constants"]}
        for facts in module["classes"].values():
            found |= {*facts["methods"], *facts["attributes"], *facts["constants"], *facts["actions"]}
    return found
