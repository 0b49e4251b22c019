"""Where tokens are kept: in the keyring of the system, or in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

from dopyapi._core.secrets import Secret

from ..failing import NOT_ALLOWED, Failure, warn
from ..hiding import never_show
from .places import config_folder

SERVICE = "dopy"
KEYRING, FILE = "keyring", "file"


def place() -> Path:
    """The file."""
    return config_folder() / "tokens.json"


def keep(name: str, token: Secret, *, in_file: bool = False) -> str:
    """Keep a context's token, in the place of one that it had.

    Args:
        name: of the context.
        token: its token.
        in_file: whether to leave the keyring out.

    Returns:
        ``keyring`` or ``file``.
    """
    ring = None if in_file else working()
    if ring is not None:
        try:
            ring.set_password(SERVICE, name, str.__str__(token))
            if ring.get_password(SERVICE, name) == token:
                _change(name, None)
                return KEYRING
        except Exception as problem:  # whatever the backend meets: there is another place
            warn(f"the keyring does not take the token: {_said(problem)}")
    _change(name, token)
    return FILE


def read(name: str, kept: str) -> Secret:
    """A context's token.

    Args:
        name: of the context.
        kept: where it is.

    Raises:
        Failure: it is not there, or cannot be had.
    """
    token: str | None
    again = f"`dopy auth login --context {name}` takes it again"
    if kept == FILE:
        token = _all().get(name)
    else:
        try:
            import keyring

            token = keyring.get_password(SERVICE, name)
        except ImportError:
            raise Failure("the token is in the keyring, which needs: pip install 'dopyapi[cli]'") from None
        except Exception as problem:
            raise Failure(
                f"the keyring does not give the token of {name!r}: {_said(problem)}; unlock it, or {again}", NOT_ALLOWED
            ) from None
    if not token:
        raise Failure(f"the token of {name!r} is no longer in the {kept}: {again}", NOT_ALLOWED)
    return never_show(token)


def forget(name: str, kept: str) -> None:
    """Forget a context's token.

    Args:
        name: of the context.
        kept: where it is.

    Raises:
        Failure: the keyring does not let it go.
    """
    if kept == FILE:
        _change(name, None)
        return
    try:
        import keyring

        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
    except Exception as problem:
        raise Failure(f"the keyring does not let go of the token of {name!r}: {_said(problem)}") from None


def working() -> Any:
    """The keyring of this system, if it has one that is worth the name."""
    try:
        import keyring
        from keyring.core import recommended

        ring = keyring.get_keyring()
        # Those of less priority write plain files, or refuse everything.
        return ring if recommended(ring) else None
    except Exception:  # no library, or a backend that breaks when it is looked at
        return None


def _said(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


def _change(name: str, token: Secret | None) -> None:
    """Put a token into the file, or take it out."""
    from dopyapi._core.files import write_whole

    known = _all()
    if token is None and name not in known:
        return
    known.pop(name, None)
    if token is not None:
        known[name] = token
    write_whole(place(), json.dumps(dict(sorted(known.items())), indent=2).encode() + b"\n", 0o600)


def _all() -> dict[str, Secret]:
    """What is in the file."""
    path = place()
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise Failure(f"{path} cannot be read: {problem.strerror}", NOT_ALLOWED) from None
    with os.fdopen(descriptor, "rb") as file:
        _guard(path, file.fileno())
        content = file.read()
    try:
        return {str(name): Secret(token) for name, token in json.loads(content).items()}
    except (ValueError, AttributeError):
        raise Failure(f"{path} is damaged: remove it and log in again with `dopy auth login`") from None


def _guard(path: Path, descriptor: int) -> None:
    """See to it that only its owner can read the file.

    Raises:
        Failure: it is somebody else's, or open to others and stays so.
    """
    if sys.platform == "win32":
        return
    found = os.fstat(descriptor)
    if found.st_uid not in (os.geteuid(), 0):
        raise Failure(f"{path} belongs to another user: remove it and log in again", NOT_ALLOWED)
    if stat.S_IMODE(found.st_mode) & 0o077:
        try:
            os.fchmod(descriptor, 0o600)
        except OSError:
            raise Failure(f"{path} can be read by other users: chmod 600 it", NOT_ALLOWED) from None
        warn(f"{path} could be read by other users, and now only by you; if this machine has any, make new tokens")
