"""``update``: attributes of one resource, or of some, set anew."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

import click

from dopyapi._core.operations import Declaration
from dopyapi._core.steps import Steps

from ..base import Command
from ..failing import USAGE, Failure
from ..output import options
from ..output.view import taken_view
from .annotations import kind_of
from .calls import changing_options, start, waiting_options
from .documentation import attributes_of, help_of, plain
from .examples import with_example
from .options import MISSPELT, Taken, arguments_of, taken
from .outcomes import each, report, waited
from .places import arguments, going_on, targets_typed

FIXED = {
    "VPC": ("region", "ip_range"),
    "VPCPeering": ("vpc_ids",),
    "DOKS": ("region", "version", "vpc_uuid", "cluster_subnet", "service_subnet", "worker_subnet_uuid", "node_pools"),
    "SSHKey": ("public_key",),
}
"""Attributes that only a creation decides, where the API's answer to a change of them is that all is well."""


def command(cls: Any, name: str) -> click.Command:
    """The command.

    Args:
        cls: the class.
        name: of the command.
    """
    attributes = settable(cls)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        wait, seconds = typed.pop("wait", False), typed.pop("wait_timeout", 600.0)
        start(typed)
        given = arguments_of(attributes, typed)
        if not given:
            raise Failure(f"nothing to change: give one of {', '.join(one.flag for one in attributes)}", USAGE)
        outcomes = each(targets_typed(cls, typed), lambda target: _updated(target, given))
        if wait:
            waited(outcomes, None, seconds, going_on(cls))
        report(outcomes, view, done="updated")

    params = [*arguments(cls), *(one.option(required=False) for one in attributes)]
    params += waiting_options() if cls._untils else []
    params += [*changing_options(name), *options()]
    line = "Change attributes; what is not given stays as it is."
    return Command(name, callback=callback, params=params, help=with_example(line, cls, name))


def settable(cls: Any) -> list[Taken]:
    """The attributes that can be changed, each as ``create`` takes it."""
    from .group import declarations_of

    operations = declarations_of(cls)
    save, create = operations["save"], operations.get("create")
    sent = _sent(save)
    created = {one.name: one for one in taken(create, help_of(create.__doc__).arguments)} if create else {}
    told = attributes_of(cls)
    found = []
    for field in cls._fields.values():
        if not field.dynamic or field.name in MISSPELT or field.name in FIXED.get(cls.__name__, ()):
            continue
        if sent and field.wire not in sent:
            continue
        one = created.get(field.name) or _declared(field)
        text = told.get(field.name, "")
        found.append(Taken(one.parameter, one.kind, plain(text) or one.help))
    return found


def _declared(field: Any) -> Taken:
    annotation = str(inspect.get_annotations(field.owner)[field.name])
    inner = annotation.partition("[")[2].removesuffix("]")
    parameter = inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=inner)
    return Taken(parameter, kind_of(parameter, vars(sys.modules[field.owner.__module__])))


def _sent(save: Declaration[Any, Any]) -> set[str]:
    """Names of what the API takes in the request that changes it; empty where that is not known."""
    from dopyapi._facts import operation_at

    if save.endpoint is None:
        return set()
    operation = operation_at(save.endpoint.method, f"/v2{save.endpoint.path.partition('?')[0]}")
    return set(_properties(operation.body)) if operation and operation.body else set()


def _properties(node: dict[str, Any]) -> Iterator[str]:
    from dopyapi._facts import resolved

    schema = resolved(node)
    yield from schema.get("properties", {})
    for how in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(how, ()):
            yield from _properties(part)


def _updated(target: Any, given: dict[str, Any]) -> Steps[Any]:
    for name, value in given.items():
        setattr(target, name, value)
    yield from target.save.steps()
    return target
