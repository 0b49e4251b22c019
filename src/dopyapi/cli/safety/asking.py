"""Destructive commands ask, naming what goes; scripts say ``--yes``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..failing import FAILED, USAGE, Failure
from ..session import session

ALSO = (
    "rebuild",
    "restore",
    "recycle_node_pool",
    "upsert_set",
    "password_reset",
    "reset_password",
    "reset_auth",
)
"""Operations that take away what is there without being called so: a disk, nodes, records, a password."""


def destroys(operation: str) -> bool:
    """Whether an operation takes away what nobody can bring back."""
    return operation.startswith(("delete", "destroy")) or operation in ALSO


def ask(
    operation: str,
    kind: str,
    targets: Sequence[Any],
    *,
    yes: bool,
    of: str = "",
    given: Mapping[str, Any] | None = None,
) -> None:
    """Ask whether to go on; a dry run and who has said yes are not asked.

    Args:
        operation: what is to be done, such as ``delete``.
        kind: what the targets are, in one.
        targets: what it is done to.
        yes: whether that has been answered already.
        of: what of the targets is meant, where it is not all of them: ``--name alice``.
        given: the arguments of an operation that has no targets.

    Raises:
        Failure: the answer is no, or there is nobody to ask.
    """
    if yes or session().dry_run:
        return
    from ..output.columns import row_of
    from .consequences import lines_for

    verb = operation.replace("_", " ")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure(f"{verb} cannot be undone, and there is nobody to ask: add --yes, or try --dry-run", USAGE)
    click.echo(f"This would {verb}{' ' + of if of else ''}{' of' if of and kind else ''}:", err=True)
    for target in targets:
        shown = target if isinstance(target, str) else "  ".join(filter(None, row_of(target)))
        click.echo(f"  {kind} {shown}".rstrip(), err=True)
        for line in lines_for(operation, target, given or {}):
            click.echo(f"    {line}", err=True)
    if not click.confirm("Go on?", err=True):
        raise Failure("nothing has been done", FAILED)
