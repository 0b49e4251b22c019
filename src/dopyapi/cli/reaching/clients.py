"""The command lines of ssh, sftp and scp: lists of words, which no shell sees.

A host key is remembered by the Droplet's number. DigitalOcean gives the address of a Droplet that is gone to another
one, whose key would otherwise look like an attack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

ROOT = "root"
"""Who logs in unless told otherwise, as nearly all of DigitalOcean's images have it."""


@dataclass(frozen=True)
class Way:
    """How to log in, whatever the program.

    Attributes:
        user: who logs in.
        identity: file of the private key; those that ssh tries by itself unless given.
        port: where the server listens; 22, or what ssh's configuration says, unless given.
        options: further ones, as of ssh's ``-o``; they go before ours, and so win.
    """

    user: str = ROOT
    identity: str | None = None
    port: int | None = None
    options: tuple[str, ...] = field(default=())

    def words(self, alias: str | None, *, port: str) -> list[str]:
        """The options that all three programs take.

        Args:
            alias: what the host key is remembered by.
            port: what the program's option for the port is called.
        """
        found = [word for option in self.options for word in ("-o", option)]
        if alias is not None:
            found += ["-o", f"HostKeyAlias={alias}"]
        if self.identity is not None:
            found += ["-i", str(Path(self.identity).expanduser())]
        if self.port is not None:
            found += [port, str(self.port)]
        return found


class Remote(NamedTuple):
    """A file on a Droplet, as scp has them: ``web-1:/var/log/syslog``.

    Attributes:
        user: who logs in, where it says so.
        name: name or identifier of the Droplet.
        path: where the file is.
    """

    user: str | None
    name: str
    path: str


_REMOTE = re.compile(r"(?:(?P<user>[^@:/]+)@)?(?P<name>[^@:/]+):(?P<path>.*)", re.DOTALL)


def alias_of(identifier: int) -> str:
    """What the host key of a Droplet is remembered by."""
    return f"droplet-{identifier}"


def ssh(way: Way, address: str, alias: str, command: Sequence[str]) -> list[str]:
    """The command line of ssh.

    Args:
        way: how to log in.
        address: where to.
        alias: what the host key is remembered by.
        command: what to run there; a shell unless given.
    """
    return ["ssh", *way.words(alias, port="-p"), "-l", way.user, "--", address, *command]


def sftp(way: Way, address: str, alias: str, path: str = "") -> list[str]:
    """The command line of sftp.

    Args:
        way: how to log in.
        address: where to.
        alias: what the host key is remembered by.
        path: folder to begin in, or file to fetch.
    """
    return ["sftp", *way.words(alias, port="-P"), "--", _place(way.user, address, path)]


def scp(way: Way, alias: str | None, recursive: bool, files: Sequence[str | tuple[Remote, str]]) -> list[str]:
    """The command line of scp.

    Args:
        way: how to log in.
        alias: what the host key is remembered by, where all files are on one Droplet.
        recursive: whether to copy folders whole.
        files: paths of this machine, and remote ones with the address of their Droplet; the last is where to.
    """
    flags = ["-r"] if recursive else []
    shown = [
        each if isinstance(each, str) else _place(each[0].user or way.user, each[1], each[0].path) for each in files
    ]
    return ["scp", *flags, *way.words(alias, port="-P"), "--", *shown]


def _place(user: str, address: str, path: str) -> str:
    host = f"[{address}]" if ":" in address else address
    return f"{user}@{host}:{path}" if path else f"{user}@{host}"


def remote(word: str) -> Remote | None:
    """A file on a Droplet, or nothing where a file of this machine is meant."""
    found = _REMOTE.fullmatch(word)
    return Remote(found["user"], found["name"], found["path"]) if found else None


def login(word: str) -> tuple[str | None, str]:
    """``user@name`` as both."""
    user, at, name = word.rpartition("@")
    return (user, name) if at and user else (None, word)
