"""Destructive commands ask, naming what goes; scripts say ``--yes``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ..failing import FAILED, USAGE, Failure

REPLACING = ("rebuild", "restore", "recycle_node_pool")
"""Operations that destroy what is there without being called so."""


def destroys(operation: str) -> bool:
    """Whether an operation takes away what nobody can bring back."""
    return operation.startswith(("delete", "destroy")) or operation in REPLACING


def ask(verb: str, kind: str, targets: Sequence[Any], *, yes: bool) -> None:
    """Ask whether to go on.

    Args:
        verb: what is to be done, such as ``delete``.
        kind: what the targets are, in one.
        targets: what it is done to.
        yes: whether that has been answered already.

    Raises:
        Failure: the answer is no, or there is nobody to ask.
    """
    if yes:
        return
    from ..output.columns import row_of
    from .consequences import lines_for

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure(f"{verb} cannot be undone, and there is nobody to ask: add --yes, or try --dry-run", USAGE)
    click.echo(f"This would {verb.replace('-', ' ')}:", err=True)
    for target in targets:
        shown = target if isinstance(target, str) else "  ".join(filter(None, row_of(target)))
        click.echo(f"  {kind} {shown}", err=True)
        for line in [] if isinstance(target, str) else lines_for(target):
            click.echo(f"    {line}", err=True)
    if not click.confirm("Go on?", err=True):
        raise Failure("nothing has been done", FAILED)
