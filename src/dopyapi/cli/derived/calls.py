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
from .options import Taken, arguments_of, taken
from .outcomes import Outcome, each, report, waited
from .places import arguments, targets_typed

WAITS = ("wait", "wait_ready")
READING = ("get_", "list_", "validate", "is_", "has_")


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
    """Whether an operation may change something."""
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


def start(typed: dict[str, Any]) -> None:
    """Make the account current, or what stands for it in a dry run."""
    if typed.pop("dry_run", False):
        session().withheld = []
    session().client  # noqa: B018 - becomes the current account


def _of_members(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    told = help_of(declaration.__doc__)
    parameters = taken(
        declaration.signature, declaration.function.__globals__, told.arguments, but=_left_out(declaration)
    )
    takes_time = begins_action(declaration)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        yes, wait, seconds = typed.pop("yes", False), typed.pop("wait", False), typed.pop("wait_timeout", 600.0)
        start(typed)
        targets = targets_typed(cls, typed)
        if declaration.name in WAITS:
            _wait(cls, targets, arguments_of(parameters, typed), view)
            return
        given = arguments_of(parameters, typed)
        if destroys(declaration.name) and not session().dry_run:
            ask(name, kebab(cls.__name__).replace("-", " "), targets, yes=yes)
        outcomes = each(targets, lambda target: getattr(target, declaration.name).steps(**given))
        if wait and not session().dry_run:
            waited(outcomes, None, seconds, f"{session().again()} actions wait")
        report(outcomes, view, done=_done(name), alone=not takes_time)

    params: list[click.Parameter] = [*arguments(cls), *_options(parameters)]
    params += waiting_options() if takes_time else []
    params += changing_options(declaration.name) if changes(declaration) else []
    return Command(name, callback=callback, params=[*params, *options()], help=told.text)


def _left_out(declaration: Declaration[Any, Any]) -> set[str]:
    """Parameters that only programs need."""
    return {"url", "data"} if declaration.name in ("delete", "save", "load") else set()


def _options(parameters: list[Taken]) -> list[click.Parameter]:
    return [each.option() for each in parameters]


def _wait(cls: Any, targets: list[Any], given: dict[str, Any], view: Any) -> None:
    """Wait for all at once, with few requests."""
    seconds, until = given.get("timeout", 600.0), given.get("until")
    outcomes = [Outcome(target, _label(target), target) for target in targets]
    verb = "wait" if cls.__name__ == "Action" else "wait-ready"
    waited(outcomes, until, seconds, f"{session().again()} {click.get_current_context().parent.info_name} {verb}")  # type: ignore[union-attr]
    report(outcomes, view, done="ready")


def _label(target: Any) -> str:
    from .outcomes import label_of

    return label_of(target)


def _of_class(cls: Any, name: str, declaration: Declaration[Any, Any]) -> click.Command:
    told = help_of(declaration.__doc__)
    parameters = taken(declaration.signature, declaration.function.__globals__, told.arguments)
    places = [one for one in parameters if one.required and not one.kind.many]
    takes_time = begins_action(declaration)

    def callback(**typed: Any) -> None:
        view = taken_view(typed)
        yes, wait, seconds = typed.pop("yes", False), typed.pop("wait", False), typed.pop("wait_timeout", 600.0)
        start(typed)
        given = arguments_of(parameters, typed)
        if destroys(declaration.name) and not session().dry_run:
            ask(name, kebab(cls.__name__).replace("-", " "), [_said(typed, places)], yes=yes)
        if changes(declaration):
            label = _said(typed, places) or name
            outcomes = each([label], lambda _: getattr(cls, declaration.name).steps(**given))
            if wait and not session().dry_run:
                waited(outcomes, None, seconds, f"{session().again()} actions wait")
            report(outcomes, view, done=_done(name), alone=True)
        else:
            show(getattr(cls, declaration.name)(**given), view)

    params: list[click.Parameter] = [one.argument() for one in places]
    params += _options([one for one in parameters if one not in places])
    params += waiting_options() if takes_time else []
    params += changing_options(declaration.name) if changes(declaration) else []
    return Command(name, callback=callback, params=[*params, *options()], help=told.text)


def _said(typed: dict[str, Any], places: list[Taken]) -> str:
    return " ".join(str(typed[one.name]) for one in places)


def _done(name: str) -> str:
    """The word for something that has been done."""
    return {"delete": "deleted"}.get(name, "done")
