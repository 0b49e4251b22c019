"""``create``: one or many, and waiting for them."""

from __future__ import annotations

from typing import Any

import click

from dopyapi._core.operations import Declaration
from dopyapi._core.steps import Steps

from ..base import Command
from ..output import options
from ..output.view import taken_view
from .calls import changing_options, start, waiting_options
from .documentation import help_of
from .examples import with_example
from .options import arguments_of, taken
from .outcomes import Outcome, each, report, waited
from .places import expanded, going_on, parents_of, parents_typed

AT_A_TIME = 10
"""Droplets that one request can create."""


def command(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    """The command.

    Args:
        cls: the class.
        name: of the command.
        declaration: what makes one.
    """
    from .group import declarations_of

    create = declarations_of(cls).get("create", declaration)
    told = help_of(create.__doc__)
    parents = parents_of(cls)
    parameters = taken(create, told.arguments, but={"names", *parents})
    naming = next((one for one in parameters if one.name == "name"), None) if not parents else None
    rest = [one for one in parameters if one is not naming]
    untils: tuple[str, ...] = cls._untils

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        until, seconds = typed.pop("until", None), typed.pop("wait_timeout", 600.0)
        wait = typed.pop("wait", False) or until is not None
        start(typed)
        names = [each for word in typed.pop("name", None) or () for each in expanded(word)] if naming else []
        given = arguments_of(rest, typed)
        outcomes = _created(cls, parents_typed(cls, typed), names, given)
        if wait:
            waited(outcomes, until, seconds, going_on(cls))
        report(outcomes, view, done="created")

    params: list[click.Parameter] = [click.Argument([p], metavar=p.removesuffix("_name").upper()) for p in parents]
    if naming:
        params.append(click.Argument(["name"], nargs=-1, required=True, metavar="NAME..."))
    params += [one.option() for one in rest]
    params += waiting_options(until=untils) if untils else []
    params += changing_options("create")
    return Command(name, callback=callback, params=[*params, *options()], help=with_example(told.text, cls, name))


def _created(cls: Any, parents: list[Any], names: list[str], given: dict[str, Any]) -> list[Outcome]:
    if not names:
        return each([cls.__name__], lambda _: cls.new.steps(*parents, **given))
    if len(names) == 1 or cls.__name__ != "Droplet":
        return each(names, lambda name: cls.new.steps(name=name, **given))
    # One request creates ten; each stands for itself, so that a refusal of one leaves the others.
    groups = [names[n : n + AT_A_TIME] for n in range(0, len(names), AT_A_TIME)]
    by_first = {group[0]: group for group in groups}
    outcomes = each(list(by_first), lambda first: _ten(cls, by_first[first], given))
    return [single for outcome in outcomes for single in _apart(outcome, by_first[outcome.label])]


def _ten(cls: Any, names: list[str], given: dict[str, Any]) -> Steps[Any]:
    return (yield from cls.create_many.steps(names, **given))


def _apart(outcome: Outcome, names: list[str]) -> list[Outcome]:
    """What came of each of those that one request was for."""
    made = {one.name: one for one in outcome.value or getattr(outcome.problem, "created", None) or ()}
    return [
        Outcome(name, name, made[name]) if name in made else Outcome(name, name, None, outcome.problem)
        for name in names
    ]
