"""What an error says to who meets it, in a line, and the exit status that scripts go by."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import click

from dopyapi._core import errors

from .hiding import masked
from .session import Session

DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
NOT_OFFERED = 501
"""The HTTP status of what will not be there later either."""


class Failure(click.ClickException):
    """Something that a command has to say before it ends.

    Args:
        message: what was wrong, and what would work.
        status: the exit status.
        details: lines that follow it, such as what there is to choose from.
    """

    def __init__(self, message: str, status: int = FAILED, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status, self.details = status, details


class Interrupted(BaseException):
    """The user has pressed Ctrl-C while something goes on.

    Args:
        message: how to go on.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def status_of(problem: BaseException, session: Session) -> int:
    """Say what ended a command; its exit status."""
    if isinstance(problem, SystemExit):
        return problem.code if isinstance(problem.code, int) else int(problem.code is not None)
    if isinstance(problem, click.exceptions.Exit):
        return problem.exit_code
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        click.echo(problem.ctx.get_help() if problem.ctx else "")
        return DONE
    if session.debug and not isinstance(problem, click.ClickException | KeyboardInterrupt | click.Abort | Interrupted):
        import traceback

        click.echo(masked("".join(traceback.format_exception(problem))), err=True, nl=False)
    say(problem)
    return status(problem)


def say(problem: BaseException, of: str = "") -> None:
    """Say what went wrong, on standard error.

    Args:
        problem: what did.
        of: with what, where there were several.
    """
    told = f"{of}: {words(problem)}" if of else words(problem)
    click.echo(masked(f"dopy: {told}"), err=True)
    for line in getattr(problem, "details", ()):
        click.echo(masked(f"  {line}"), err=True)
    if isinstance(problem, click.UsageError) and problem.ctx is not None:
        click.echo(f"      {problem.ctx.command_path} --help says what it takes", err=True)


def warn(text: str) -> None:
    """Say something that ends nothing, on standard error."""
    click.echo(masked(f"dopy: warning: {_one_line(text)}"), file=sys.stderr)


def words(problem: BaseException) -> str:
    """What went wrong, and what to do, in a line."""
    if isinstance(problem, click.ClickException):
        return _one_line(problem.format_message())
    if isinstance(problem, Interrupted):
        return problem.message
    if isinstance(problem, KeyboardInterrupt | click.Abort):
        return "interrupted"
    if isinstance(problem, errors.AuthenticationNeeded):
        return "no account: `dopy auth login`, or set DIGITALOCEAN_TOKEN; `dopy --emulator ...` needs none"
    if isinstance(problem, errors.InvalidRequest):
        return as_typed(_one_line(str(problem)))
    if isinstance(problem, errors.APIError):
        advice = _advice(problem)
        return _named_here(f"{_one_line(str(problem))}{'; ' if advice else ''}{advice}")
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror
    if isinstance(problem, UnicodeEncodeError):
        return "what was typed is no text: it is not written in the encoding of this terminal"
    if isinstance(problem, errors.DOPyError | OSError | ValueError | TypeError | LookupError):
        return _one_line(str(problem)) or type(problem).__name__
    return f"{type(problem).__name__}: {_one_line(str(problem))}; --debug shows where"


def _advice(problem: errors.APIError) -> str:
    """What to do about an error of the API, where it does not say so itself."""
    if isinstance(problem, errors.UnauthorizedError):
        return _about_the_token()
    if isinstance(problem, errors.ClientForbiddenError):
        return "use a token that may do this: `dopy auth login`, or --context NAME"
    if isinstance(problem, errors.RateLimitError):
        seconds = problem.headers.get("retry-after", "")
        return f"try again in {seconds} s" if seconds.isdigit() else "try again in a minute"
    if isinstance(problem, errors.UncertainResult):
        return "look before you try again"
    if _not_of_the_api(problem):
        return "a proxy or a portal answers in its place, or the API's address is wrong" + _address()
    if isinstance(problem, errors.NetworkError):
        return "" if problem.permanent else "try again once it can be reached"
    if isinstance(problem, errors.DOError) and (problem.status or 0) >= 500 and problem.status != NOT_OFFERED:
        return "try again later; https://status.digitalocean.com says what is known"
    return ""


def _about_the_token() -> str:
    from .accounts.account import DOCTL, ENVIRONMENT
    from .accounts.choosing import used

    account = used()
    if account is None:
        return "`dopy auth login` takes a new token"
    said = f"that was {account.described}{_address()}"
    if account.source == ENVIRONMENT:
        return f"{said}: set a new one, or unset it and use `dopy auth login`"
    if account.source == DOCTL:
        return f"{said}: `doctl auth init`, or `dopy auth login`"
    return f"{said}: `dopy auth login --context {account.name}` takes a new one"


def _address() -> str:
    """Where the API is, if that is not where everybody expects it."""
    from dopyapi._core.accounts import peek

    client = peek()
    return client.whereabouts if client is not None else ""


def _named_here(text: str) -> str:
    """A message of the SDK's with the names that the API's address has on the command line."""
    from .accounts.account import OWN
    from .accounts.choosing import used

    account = used()
    if account is None:
        here = "--api-url or DIGITALOCEAN_API_URL"
    else:
        here = f"the context {account.name!r}" if account.source == OWN and account.api_url else "DIGITALOCEAN_API_URL"
    return text.replace("base_url or DIGITALOCEAN_API_URL says", f"{here} says")


def _not_of_the_api(problem: errors.APIError) -> bool:
    """Whether somebody else than the API has answered."""
    page = problem.headers.get("content-type", "").startswith("text/html")
    return page or (isinstance(problem, errors.NetworkError) and "HTML page" in problem.message)


def as_typed(message: str) -> str:
    """What the SDK says of a call's arguments, of a command's options: ``needs --image and --size``."""
    said = re.sub(r"^\w+\.\w+\(\): ", "", message)
    ctx = click.get_current_context(silent=True)
    flags = {p.name: p.opts[0] for p in ctx.command.params if isinstance(p, click.Option)} if ctx is not None else {}
    begins, needs, rest = said.partition("needs ")
    if needs and not begins:
        told = {name for name in re.findall(r"\w+", rest) if name in flags}
        return needs + re.sub(r"\w+", lambda m: flags[m[0]] if m[0] in told else m[0], rest)
    name = re.match(r"\w+", said)
    return said.replace(name[0], flags[name[0]], 1) if name and name[0] in flags else said


def status(problem: BaseException) -> int:
    """The exit status that an error has."""
    if isinstance(problem, Failure):
        return problem.status
    if isinstance(problem, click.UsageError | errors.InvalidRequest):
        return USAGE
    if isinstance(problem, KeyboardInterrupt | click.Abort | Interrupted):
        return INTERRUPTED
    if isinstance(problem, errors.UncertainResult):
        return FAILED  # a script that tried again could do it twice
    if isinstance(problem, errors.AuthenticationNeeded | errors.UnauthorizedError | errors.ClientForbiddenError):
        return NOT_ALLOWED
    if isinstance(problem, errors.RateLimitError | errors.NetworkError):
        return UNAVAILABLE
    if isinstance(problem, errors.APIError) and _not_of_the_api(problem):
        return UNAVAILABLE
    if isinstance(problem, errors.ResourceNotFoundError):
        return NOT_FOUND
    if isinstance(problem, errors.DOError) and (problem.status or 0) >= 500 and problem.status != NOT_OFFERED:
        return UNAVAILABLE
    return FAILED


def worst(statuses: list[int]) -> int:
    """The exit status of several things done: done only where all are, and what all failures have in common."""
    failed: Any = {each for each in statuses if each != DONE}
    return DONE if not failed else failed.pop() if len(failed) == 1 else FAILED


def _one_line(text: str) -> str:
    return " ".join(text.split())
