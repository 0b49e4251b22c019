"""Which account is meant.

In this order: ``--context``; a token in the environment; ``DIGITALOCEAN_CONTEXT``; what `dopy auth use` chose; the
current context of doctl.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from dopyapi._core.secrets import Secret

from ..failing import NOT_ALLOWED, USAGE, Failure
from ..hiding import never_show
from . import contexts, doctl, tokens
from .account import DOCTL, EMULATOR, ENVIRONMENT, OWN, Account

if TYPE_CHECKING:
    from ..session import Session

CONTEXT_VARIABLE = "DIGITALOCEAN_CONTEXT"

_used: Account | None = None


def used() -> Account | None:
    """The account that this process acts on, once it does."""
    return _used


def chosen(session: Session) -> Account:
    """The account that a session acts on.

    Raises:
        AuthenticationNeeded: there is none.
        Failure: there is no such context.
    """
    global _used
    if session.emulator:
        if session.context:
            raise Failure("--context and --emulator: it is one or the other", USAGE)
        _used = emulated()
    else:
        _used = named(session.context) if session.context else usual()
    return _used


def usual() -> Account:
    """The account where nothing is said.

    Raises:
        AuthenticationNeeded: there is none.
        Failure: the context that is chosen is not there any more.
    """
    given = from_environment()
    if given is not None:
        return given
    variable = os.environ.get(CONTEXT_VARIABLE, "").strip()
    if variable:
        return named(variable, f" ({CONTEXT_VARIABLE} says so)")
    config = contexts.read()
    if config.current is not None:
        return named(config.current, " (`dopy auth use` chose it)")
    theirs = doctl.read()
    if theirs.current in theirs.tokens:
        return of_doctl(theirs, theirs.current)
    if config.contexts:
        raise Failure("no context is chosen: `dopy auth use NAME`, or --context NAME", NOT_ALLOWED, listed())
    from dopyapi._core.errors import AuthenticationNeeded

    raise AuthenticationNeeded("no account")


def named(name: str, why: str = "") -> Account:
    """The account of a context; dopy's own goes before doctl's of the same name.

    Args:
        name: of the context.
        why: what says so, for the message where there is none.

    Raises:
        Failure: there is none; it lists those there are.
    """
    config = contexts.read()
    if name in config.contexts:
        return of_own(name, config.contexts[name])
    theirs = doctl.read()
    if name in theirs.tokens:
        return of_doctl(theirs, name)
    lines = listed()
    instead = "there are" if lines else "there is none; `dopy auth login` makes one"
    raise Failure(f"there is no context {name!r}{why}: {instead}", USAGE, lines)


def known() -> list[Account]:
    """All contexts."""
    config, theirs = contexts.read(), doctl.read()
    found = {name: of_doctl(theirs, name) for name in theirs.tokens}
    found |= {name: of_own(name, context) for name, context in config.contexts.items()}
    return [found[name] for name in sorted(found)]


def listed() -> list[str]:
    """A line for each."""
    return [account.name + (" (doctl's)" if account.source == DOCTL else "") for account in known()]


def from_environment() -> Account | None:
    """The account whose token is in the environment."""
    from dopyapi._core.client import TOKEN_VARIABLES

    for name in TOKEN_VARIABLES:
        token = os.environ.get(name, "").strip()
        if token:
            secret = never_show(token)
            return Account(f"${name}", ENVIRONMENT, ENVIRONMENT, partial(Secret, secret))
    return None


def of_own(name: str, context: contexts.Context) -> Account:
    """The account of a context of dopy's own."""
    return Account(name, OWN, context.kept, lambda: tokens.read(name, context.kept), context.api_url)


def of_doctl(theirs: doctl.Doctl, name: str) -> Account:
    """The account of a context of doctl's."""
    return Account(name, DOCTL, "doctl's file", lambda: never_show(theirs.tokens[name]), theirs.api_url)


def emulated() -> Account:
    """The account of the private emulator."""
    from .private import TOKEN, Private, place

    return Private("private", EMULATOR, "none is needed", lambda: Secret(TOKEN), str(place()))
