"""A parameter of the SDK as an option of a command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from .annotations import Kind, kind_of
from .references import classes_of, reference
from .values import mapping_of, text_of, value_of

OURS = {"page", "per_page", "page_token", "on_progress", "wait", "wait_timeout"}
"""Parameters that commands have of their own, or need not have."""
MISSPELT = {"alogrithm", "ammount", "health_checks"}
"""Names that the API reference has, beside the right ones."""
SINGULAR = {"tags": "tag", "ssh_keys": "ssh-key", "volumes": "volume", "dns_names": "dns-name"}
PAIRS = "KEY=VALUE,..."
METAVARS = {"number": "NUMBER", "decimal": "NUMBER", "mapping": PAIRS, "value": PAIRS, "path": "FILE"}
RENAMED = {"context": "context-name"}
"""Flags of parameters whose names are options of every command."""


@dataclass(frozen=True)
class Taken:
    """A parameter, and how it is given on the command line.

    Attributes:
        parameter: of the SDK's operation.
        kind: what it takes.
        help: what the docstring says of it.
    """

    parameter: inspect.Parameter
    kind: Kind
    help: str = ""

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

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
        flag = "--" + RENAMED.get(self.name, self.name.replace("_", "-"))
        declared = [flag, self.name]
        settings: dict[str, Any] = {"help": self.help or None, "default": None}
        if self.kind.base == "flag" and not self.kind.choices:
            declared[0] = f"{flag}/--no-{flag[2:]}"
            return click.Option(declared, is_flag=True, **settings)
        if self.kind.many and self.name in SINGULAR:
            declared.insert(1, f"--{SINGULAR[self.name]}")
        settings |= {"multiple": self.kind.many, "metavar": self.metavar, "type": self._type()}
        if self.kind.many:
            settings.pop("default")
        if self.required if required is None else required:
            settings["required"] = True
        return click.Option(declared, shell_complete=self.completions, **settings)

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
        from ..completing import live

        if self.kind.choices:
            return [choice for choice in self.kind.choices if choice.startswith(incomplete)]
        classes = classes_of(self.name, self.kind)
        return live(ctx, classes[0], incomplete) if classes else []

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
            problem.param_hint = f"--{self.name.replace('_', '-')}"
            raise

    def _single(self, typed: Any) -> Any:
        convert: dict[str, Callable[[Any], Any]] = {
            "mapping": mapping_of,
            "value": lambda text: value_of(self.kind.value, text),
            "reference": lambda word: reference(self.name, self.kind, word),
            "path": lambda path: Path(path).expanduser(),
            "text": self._text,
        }
        made = convert.get(self.kind.base)
        return typed if made is None or not isinstance(typed, str) else made(typed)

    def _text(self, typed: str) -> Any:
        if classes_of(self.name, Kind("text")):
            return reference(self.name, Kind("text"), typed)
        text = text_of(typed)
        return int(text) if self.kind.numeric and text.isdigit() and not self.kind.choices else text


def _parted(typed: Any) -> list[Any]:
    if not isinstance(typed, str) or typed.startswith("@"):
        return [typed]
    return [part.strip() for part in typed.split(",") if part.strip()]


def taken(
    signature: inspect.Signature, scope: Mapping[str, Any], helps: Mapping[str, str], *, but: set[str] | None = None
) -> list[Taken]:
    """The parameters of an operation that a command takes.

    Args:
        signature: of the operation.
        scope: the globals of its function.
        helps: what its docstring says of them.
        but: names of those that the command has in another form.
    """
    found = []
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.name in OURS | MISSPELT or parameter.name in (but or set()):
            continue
        kind = kind_of(parameter, scope)
        if kind.base == "hidden":
            continue
        found.append(Taken(parameter, kind, helps.get(parameter.name, "")))
    return found


def arguments_of(parameters: list[Taken], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a call gets: what has been typed, as the SDK takes it."""
    given: dict[str, Any] = {}
    for each in parameters:
        value = typed.get(each.name)
        if value is None or value == ():
            continue
        given[each.name] = each.value(value)
    return given
