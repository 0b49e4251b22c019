"""An operation as a command: of one or of many, or of the class."""

from __future__ import annotations

from typing import Any

import click

from dopyapi._core.operations import Declaration, MemberOperation

from ..base import Command
from ..naming import kebab
from ..output import options, show
from ..output.view import taken_view
from ..safety.asking import ask, destroys
from ..session import session
from .documentation import help_of
from .examples import with_example
from .inner import within
from .options import Taken, arguments_of, taken
from .outcomes import Outcome, each, label_of, report, waited
from .places import arguments, going_on, targets_typed

WAITS = ("wait", "wait_ready")
READING = ("get_", "list_", "save_", "validate", "is_", "has_", "upgrades")
GONE = ("delete", "delete_with", "delete_with_everything", "retry_delete")
"""Operations after which there is nothing to wait for."""
DONE = {
    "add": "added", "assign": "assigned", "cancel": "cancelled", "delete": "deleted", "install": "installed",
    "patch": "updated", "purge": "purged", "remove": "removed", "replace": "replaced", "set": "set", "tag": "tagged",
    "unassign": "unassigned", "untag": "untagged", "update": "updated", "upgrade": "upgrading",
}  # fmt: skip
"""The word for what has been done, by the first word of the command."""


def command(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    """The command of an operation.

    Args:
        cls: the class.
        name: of the command.
        declaration: the operation.
    """
    if isinstance(declaration, MemberOperation):
        return _of_members(cls, name, declaration)
    return _of_class(cls, name, declaration)


def changes(declaration: Declaration[Any, Any]) -> bool:
    """Whether an operation may change something at DigitalOcean."""
    if declaration.name in WAITS:
        return False
    if declaration.endpoint is not None:
        return declaration.endpoint.method not in ("GET", "HEAD")
    return not declaration.name.startswith(READING)


def changing_options(operation: str) -> list[click.Parameter]:
    """The options of what changes something."""
    found: list[click.Parameter] = [
        click.Option(["--dry-run"], is_flag=True, help="Show what would be sent and what it costs; send nothing.")
    ]
    if destroys(operation):
        found.append(click.Option(["-y", "--yes"], is_flag=True, help="Do not ask."))
    return found


def waiting_options(*, until: tuple[str, ...] = ()) -> list[click.Parameter]:
    """The options of what can be waited for."""
    found: list[click.Parameter] = [
        click.Option(["--wait"], is_flag=True, help="Wait until it is done."),
        click.Option(
            ["--wait-timeout"],
            type=float,
            default=600.0,
            metavar="SECONDS",
            help="So long at the most.  [default: 600]",
        ),
    ]
    if len(until) > 1:
        found.append(click.Option(["--until"], type=click.Choice(until), help="Wait until this, which implies --wait."))
    return found


def begins_action(declaration: Declaration[Any, Any]) -> bool:
    """Whether an operation gives an action, which takes its time."""
    returns = str(declaration.function.__annotations__.get("return", ""))
    return "Action" in returns and declaration.name not in (*WAITS, "get_action")


def settles(cls: Any, declaration: Declaration[Any, Any]) -> bool:
    """Whether a resource is busy after an operation, and can be waited for itself."""
    return bool(cls._untils) and changes(declaration) and declaration.name not in GONE


def start(typed: dict[str, Any]) -> None:
    """Make the account current, or what stands for it in a dry run."""
    if typed.pop("dry_run", False):
        session().withheld = []
    session().client  # noqa: B018 - becomes the current account


def _of_members(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    told = help_of(declaration.__doc__)
    parameters = taken(declaration, told.arguments, but=_left_out(declaration))
    takes_time = begins_action(declaration)
    can_wait = takes_time or settles(cls, declaration)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        yes, wait, seconds = typed.pop("yes", False), typed.pop("wait", False), typed.pop("wait_timeout", 600.0)
        start(typed)
        targets = targets_typed(cls, typed)
        if declaration.name in WAITS:
            _wait(cls, targets, arguments_of(parameters, typed), view)
            return
        given = arguments_of(parameters, typed)
        arguments_for = {id(target): within(target, declaration, given) for target in targets}
        if destroys(declaration.name):
            ask(
                declaration.name, kebab(cls.__name__).replace("-", " "), targets, yes=yes, of=_inside(parameters, typed)
            )
        outcomes = each(targets, lambda target: getattr(target, declaration.name).steps(**arguments_for[id(target)]))
        if wait and takes_time:
            waited(outcomes, None, seconds, f"{session().again()} actions wait")
        elif wait:
            waited(outcomes, None, seconds, going_on(cls), targets=True)
        report(outcomes, view, done=_done(name), alone=not takes_time, partly=declaration.endpoint is None)

    params: list[click.Parameter] = [*arguments(cls), *_options(parameters)]
    params += waiting_options() if can_wait else []
    params += changing_options(declaration.name) if changes(declaration) else []
    return Command(name, callback=callback, params=[*params, *options()], help=with_example(told.text, cls, name))


def _left_out(declaration: Declaration[Any, Any]) -> set[str]:
    """Parameters that only programs need."""
    return {"url", "data"} if declaration.name in ("delete", "save", "load") else set()


def _options(parameters: list[Taken]) -> list[click.Parameter]:
    return [one.option() for one in parameters]


def _inside(parameters: list[Taken], typed: dict[str, Any]) -> str:
    """What of the targets is meant, as it was typed: ``--name alice``."""
    said = [(one, typed.get(one.place)) for one in parameters]
    words = [f"{one.flag} {', '.join(map(str, v)) if isinstance(v, tuple) else v}" for one, v in said if v]
    return "  ".join(words)


def _wait(cls: Any, targets: list[Any], given: dict[str, Any], view: Any) -> None:
    """Wait for all at once, with few requests."""
    seconds, until = given.pop("timeout", 600.0), given.pop("until", None)
    outcomes = [Outcome(target, label_of(target), target) for target in targets]
    waited(outcomes, until, seconds, going_on(cls), given)
    report(outcomes, view, done="ready")


def _of_class(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    told = help_of(declaration.__doc__)
    parameters = taken(declaration, told.arguments)
    places = [one for one in parameters if one.required and not one.kind.many]
    takes_time = begins_action(declaration)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        yes, wait, seconds = typed.pop("yes", False), typed.pop("wait", False), typed.pop("wait_timeout", 600.0)
        start(typed)
        given = arguments_of(parameters, typed)
        if destroys(declaration.name):
            rest = [one for one in parameters if one not in places]
            ask(declaration.name, "", [_said(typed, places)], yes=yes, of=_inside(rest, typed), given=given)
        if changes(declaration):
            label = _said(typed, places) or name
            outcomes = each([label], lambda _: getattr(cls, declaration.name).steps(**given))
            if wait:
                waited(outcomes, None, seconds, f"{session().again()} actions wait")
            report(outcomes, view, done=_done(name), alone=not takes_time, partly=declaration.endpoint is None)
        else:
            show(getattr(cls, declaration.name)(**given), view)

    params: list[click.Parameter] = [one.argument() for one in places]
    params += _options([one for one in parameters if one not in places])
    params += waiting_options() if takes_time else []
    params += changing_options(declaration.name) if changes(declaration) else []
    return Command(name, callback=callback, params=[*params, *options()], help=with_example(told.text, cls, name))


def _said(typed: dict[str, Any], places: list[Taken]) -> str:
    return " ".join(str(typed[one.name]) for one in places)


def _done(name: str) -> str:
    """The word for something that has been done."""
    return DONE.get(name.partition("-")[0], "done")
