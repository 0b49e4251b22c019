"""A parameter of the SDK as an option of a command."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .annotations import Kind, kind_of
from .references import classes_of, reference, resolved
from .values import mapping_of, text_of, value_of

if TYPE_CHECKING:
    from dopyapi._core.operations import Declaration

OURS = {"page", "per_page", "page_token", "on_progress", "wait", "wait_timeout"}
"""Parameters that commands have of their own, or need not have."""
MISSPELT = {"alogrithm", "ammount", "health_checks"}
"""Names that the API reference has, beside the right ones."""
PAIRS = "KEY=VALUE,..."
METAVARS = {"number": "NUMBER", "decimal": "NUMBER", "mapping": PAIRS, "value": PAIRS, "path": "FILE"}
RENAMED = {"context": "context-name"}
"""Flags of parameters whose names are options of every command."""
MISNAMED = {
    ("remove_rules", "tags"): "rules",
    ("add_droplets", "ids"): "droplets",
    ("remove_droplets", "ids"): "droplets",
    ("add_node_pool", "id"): "node-pool",
    ("get_node_pool", "id"): "node-pool",
    ("list_nodes", "id"): "node-pool",
    ("update_node_pool", "id"): "node-pool",
    ("delete_node_pool", "id"): "node-pool",
    ("delete_node", "id"): "node-pool",
    ("recycle_node_pool", "id"): "node-pool",
    ("delete_node", "node_id"): "node",
}
"""Flags of parameters whose names, which the API reference fixes, would mislead, by operation and parameter."""


@dataclass(frozen=True)
class Taken:
    """A parameter, and how it is given on the command line.

    Attributes:
        parameter: of the SDK's operation.
        kind: what it takes.
        help: what the docstring says of it.
        operation: the operation's name.
    """

    parameter: inspect.Parameter
    kind: Kind
    help: str = ""
    operation: str = ""

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    @property
    def place(self) -> str:
        """Its name among what has been typed; that of the account's option belongs to every command."""
        return RENAMED.get(self.name, self.name).replace("-", "_")

    @property
    def flag(self) -> str:
        """Its name as an option."""
        named = MISNAMED.get((self.operation, self.name)) or RENAMED.get(self.name) or self.name
        return "--" + named.replace("_", "-")

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.parameter.default is inspect.Parameter.empty

    @property
    def metavar(self) -> str:
        """What stands for its value in the help."""
        if self.kind.choices:
            return f"[{'|'.join(self.kind.choices)}]" if sum(map(len, self.kind.choices)) < 60 else "WORD"
        classes = classes_of(self.name, self.kind)
        if self.kind.base == "reference":
            return classes[0].upper() if classes else "KIND:NAME"
        return METAVARS.get(self.kind.base, "TEXT")

    def option(self, *, required: bool | None = None) -> click.Option:
        """It as an option."""
        flag = self.flag
        declared = [flag, self.place]
        settings: dict[str, Any] = {"help": self.help or None, "default": None}
        if self.kind.base == "flag":
            declared[0] = f"{flag}/--no-{flag[2:]}"
            return click.Option(declared, is_flag=True, **settings)
        declared[1:1] = self._further()
        settings |= {"multiple": self.kind.many, "metavar": self.metavar, "type": self._type()}
        if self.kind.many:
            settings.pop("default")
        if self.required if required is None else required:
            settings["required"] = True
        return click.Option(declared, shell_complete=self.completions, **settings)

    def _further(self) -> list[str]:
        """Shorter ways to write the flag: ``--tag`` for ``--tags``, ``--vpc`` for ``--vpc-uuid``."""
        flag, found = self.flag, []
        if classes_of(self.name, self.kind) and re.search("-(id|uuid|slug)s?$", flag):
            flag = re.sub("-(id|uuid|slug)(s?)$", r"\2", flag)
            found.append(flag)
        if self.kind.many and flag.endswith("s"):
            found.append(flag.removesuffix("ies") + "y" if flag.endswith("ies") else flag.removesuffix("s"))
        return found

    def argument(self, *, many: bool = False, required: bool = True) -> click.Argument:
        """It as an argument that stands by its place."""
        return click.Argument(
            [self.name],
            nargs=-1 if many else 1,
            required=required,
            metavar=self.name.upper(),
            type=self._type(),
            shell_complete=self.completions,
        )

    def completions(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """What can stand here, as Tab shows it."""
        from click.shell_completion import CompletionItem

        from ..completing import anything, live
        from .inner import inside

        if self.kind.choices:
            return [choice for choice in self.kind.choices if choice.startswith(incomplete)]
        if self.kind.base == "path":
            return [CompletionItem(incomplete, type="file")]
        if "Resource" in self.kind.classes:
            return anything(ctx, incomplete)
        classes = classes_of(self.name, self.kind)
        if classes:
            return live(ctx, classes[0], incomplete)
        return inside(ctx, self.operation, self.name, incomplete)

    def _type(self) -> Any:
        if self.kind.base == "number":
            return int
        if self.kind.base == "decimal":
            return float
        return str

    def value(self, typed: Any) -> Any:
        """What is typed, as the SDK takes it; names are looked up.

        Raises:
            click.BadParameter: it is nothing that this takes.
        """
        try:
            if not self.kind.many:
                return self._single(typed)
            given = [typed] if isinstance(typed, str) else list(typed)
            if self.kind.base in ("reference", "text", "number"):
                given = [part for each in given for part in _parted(each)]
            return [self._single(each) for each in given]
        except click.BadParameter as problem:
            problem.param_hint = self.flag
            raise

    def _single(self, typed: Any) -> Any:
        convert: dict[str, Callable[[Any], Any]] = {
            "mapping": self._mapping,
            "value": lambda text: value_of(self.kind.value, text),
            "reference": lambda word: reference(self.name, self.kind, word),
            "path": lambda path: Path(path).expanduser(),
            "text": self._text,
        }
        made = convert.get(self.kind.base)
        return typed if made is None or not isinstance(typed, str) else made(typed)

    def _mapping(self, typed: str) -> Any:
        if self.kind.or_text and not typed.startswith(("{", "@")):
            return typed  # a TXT record may hold anything, an equals sign too
        return resolved(mapping_of(typed))

    def _text(self, typed: str) -> Any:
        if classes_of(self.name, Kind("text")):
            return reference(self.name, Kind("text"), typed)
        text = text_of(typed)
        return int(text) if self.kind.numeric and text.isdigit() else text


def _parted(typed: Any) -> list[Any]:
    if not isinstance(typed, str) or typed.startswith("@"):
        return [typed]
    return [part.strip() for part in typed.split(",") if part.strip()]


def taken(declaration: Declaration[Any, Any], helps: Mapping[str, str], *, but: set[str] | None = None) -> list[Taken]:
    """The parameters of an operation that a command takes.

    Args:
        declaration: the operation.
        helps: what its docstring says of them.
        but: names of those that the command has in another form.
    """
    found = []
    scope = declaration.function.__globals__
    for parameter in declaration.signature.parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.name in OURS | MISSPELT or parameter.name in (but or set()):
            continue
        kind = kind_of(parameter, scope)
        if kind.base == "hidden":
            continue
        found.append(Taken(parameter, kind, helps.get(parameter.name, ""), declaration.name))
    return found


def arguments_of(parameters: list[Taken], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a call gets: what has been typed, as the SDK takes it."""
    given: dict[str, Any] = {}
    for each in parameters:
        value = typed.get(each.place)
        if value is None or value == ():
            continue
        given[each.name] = each.value(value)
    return given
