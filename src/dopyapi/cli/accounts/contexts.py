"""Which contexts there are, which is current, and where the API of each is. There is no secret in this file."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..failing import FAILED, USAGE, Failure
from .places import config_folder

FILE = "config.json"
LONGEST = 100


@dataclass
class Context:
    """An account that the user has logged in to.

    Attributes:
        kept: where its token is: ``keyring`` or ``file``.
        api_url: where its API is, if it is not DigitalOcean's own.
    """

    kept: str
    api_url: str | None = None


@dataclass
class Config:
    """All contexts.

    Attributes:
        current: name of the one that was chosen by ``auth use``; one of doctl's, maybe.
        contexts: by their names.
    """

    current: str | None = None
    contexts: dict[str, Context] = field(default_factory=dict)


def place() -> Path:
    """The file."""
    return config_folder() / FILE


def read() -> Config:
    """What is in the file; nothing where there is none.

    Raises:
        Failure: it is damaged.
    """
    path = place()
    try:
        data: Any = json.loads(path.read_bytes())
        contexts = {str(n): Context(str(c["token"]), c.get("api_url")) for n, c in data["contexts"].items()}
        return Config(data.get("current"), contexts)
    except FileNotFoundError:
        return Config()
    except OSError as problem:
        raise Failure(f"{path} cannot be read: {problem.strerror}") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Failure(
            f"{path} is damaged: mend it, or remove it and log in again with `dopy auth login`", FAILED
        ) from None


@contextmanager
def changing() -> Generator[Config]:
    """Change what is in the file, while nobody else does."""
    from dopyapi._core.files import write_whole

    with alone():
        config = read()
        yield config
        contexts = {n: {"token": c.kept, "api_url": c.api_url} for n, c in sorted(config.contexts.items())}
        data = json.dumps({"current": config.current, "contexts": contexts}, indent=2, ensure_ascii=False)
        write_whole(place(), f"{data}\n".encode())


@contextmanager
def alone() -> Generator[None]:
    """Be the only process of this user that changes contexts or tokens."""
    folder = config_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / "lock").open("a") as lock:
            with suppress(ImportError):  # elsewhere than on Unix, the last one wins
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as problem:
        raise Failure(f"{problem.filename or folder} cannot be written: {problem.strerror}") from None


def check_name(name: str) -> str:
    """A name for a context.

    Raises:
        Failure: it is none.
    """
    if not name or len(name) > LONGEST or name[0] in "-$" or not name.isprintable() or " " in name:
        raise Failure(
            f"{name[:LONGEST]!r} cannot be the name of a context: up to {LONGEST} characters, no spaces,"
            " and neither - nor $ at the beginning",
            USAGE,
        )
    return name
