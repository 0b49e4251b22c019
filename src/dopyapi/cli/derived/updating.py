"""``update``: attributes of one resource, or of some, set anew."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import click

from dopyapi._core.steps import Steps

from ..base import Command
from ..failing import USAGE, Failure
from ..output import options
from ..output.view import taken_view
from .annotations import Kind, kind_of
from .calls import changing_options, start
from .options import MISSPELT, Taken, arguments_of
from .outcomes import each, report
from .places import arguments, targets_typed

ONLY_NEW = {"Image": ("url", "region", "tags")}
"""Attributes that only a creation sends."""


def command(cls: Any, name: str) -> click.Command:
    """The command.

    Args:
        cls: the class.
        name: of the command.
    """
    attributes = _settable(cls)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        start(typed)
        given = arguments_of(attributes, typed)
        if not given:
            raise Failure(f"nothing to change: give one of {_flags(attributes)}", USAGE)
        targets = targets_typed(cls, typed)
        report(each(targets, lambda target: _updated(target, given)), view, done="updated")

    params = [*arguments(cls), *(one.option(required=False) for one in attributes)]
    params += [*changing_options(name), *options()]
    line = "Change attributes; what is not given stays as it is."
    return Command(name, callback=callback, params=params, help=line)


def _settable(cls: Any) -> list[Taken]:
    found = []
    for field in cls._fields.values():
        if not field.dynamic or field.name in MISSPELT or field.name in ONLY_NEW.get(cls.__name__, ()):
            continue
        annotation = inspect.get_annotations(field.owner)[field.name]
        inner = str(annotation).partition("[")[2].removesuffix("]")
        parameter = inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=inner)
        kind: Kind = kind_of(parameter, vars(sys.modules[field.owner.__module__]))
        found.append(Taken(parameter, kind, _documented(field)))
    return found


def _documented(field: Any) -> str:
    """What is written below an attribute in its class, which Python does not keep."""
    return ""


def _flags(attributes: list[Taken]) -> str:
    return ", ".join("--" + one.name.replace("_", "-") for one in attributes)


def _updated(target: Any, given: dict[str, Any]) -> Steps[Any]:
    for name, value in given.items():
        setattr(target, name, value)
    yield from target.save.steps()
    return target
