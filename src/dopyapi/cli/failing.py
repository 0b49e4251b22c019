"""What an error says to who meets it, in a line, and the exit status that scripts go by."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from dopyapi._core import errors

from .session import Session

DONE, FAILED, USAGE, NOT_FOUND, NOT_ALLOWED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


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
    if isinstance(problem, BrokenPipeError):
        # Nobody reads on, as behind `| head`: that is no failure. What is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        click.echo(problem.ctx.get_help() if problem.ctx else "")
        return DONE
    if session.debug and not isinstance(problem, click.ClickException | KeyboardInterrupt | click.Abort):
        import traceback

        traceback.print_exception(problem)
    say(problem)
    return status(problem)


def say(problem: BaseException, of: str = "") -> None:
    """Say what went wrong, on standard error.

    Args:
        problem: what did.
        of: with what, where there were several.
    """
    told = f"{of}: {words(problem)}" if of else words(problem)
    click.echo(f"dopy: {told}", err=True)
    for line in getattr(problem, "details", ()):
        click.echo(f"  {line}", err=True)
    if isinstance(problem, click.UsageError) and problem.ctx is not None:
        click.echo(f"      {problem.ctx.command_path} --help says what it takes", err=True)


def words(problem: BaseException) -> str:
    """What went wrong, in a line."""
    if isinstance(problem, click.ClickException):
        return _one_line(problem.format_message())
    if isinstance(problem, Interrupted):
        return problem.message
    if isinstance(problem, KeyboardInterrupt | click.Abort):
        return "interrupted"
    if isinstance(problem, errors.AuthenticationNeeded):
        return "no account: `dopy auth login`, or set DIGITALOCEAN_TOKEN; `dopy --emulator ...` needs none"
    if isinstance(problem, errors.UnauthorizedError):
        return f"{_one_line(str(problem))}; `dopy auth login` takes a new token"
    if isinstance(problem, errors.DOPyError | OSError | ValueError | TypeError | LookupError):
        return _one_line(str(problem)) or type(problem).__name__
    return f"{type(problem).__name__}: {_one_line(str(problem))}; --debug shows where"


def status(problem: BaseException) -> int:
    """The exit status that an error has."""
    if isinstance(problem, Failure):
        return problem.status
    if isinstance(problem, click.UsageError | errors.InvalidRequest):
        return USAGE
    if isinstance(problem, KeyboardInterrupt | click.Abort | Interrupted):
        return INTERRUPTED
    if isinstance(problem, errors.ResourceNotFoundError):
        return NOT_FOUND
    if isinstance(problem, errors.AuthenticationNeeded | errors.UnauthorizedError | errors.ClientForbiddenError):
        return NOT_ALLOWED
    if isinstance(problem, errors.RateLimitError | errors.NetworkError):
        return UNAVAILABLE
    if isinstance(problem, errors.DOError) and (problem.status or 0) >= 500:
        return UNAVAILABLE
    return FAILED


def worst(statuses: list[int]) -> int:
    """The exit status of several things done: done only where all are, and what all failures have in common."""
    failed: Any = {each for each in statuses if each != DONE}
    return DONE if not failed else failed.pop() if len(failed) == 1 else FAILED


def _one_line(text: str) -> str:
    return " ".join(text.split())
