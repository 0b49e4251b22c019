"""The control of an emulator that is reached over a socket: what ``Server`` and ``Served`` can do."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from .._core.errors import DOPyError
from ..emulator.faults import Fault
from ..emulator.seeding.reading import is_file_name

_SECONDS = 60.0


class ControlError(DOPyError, ValueError):
    """What an emulator was asked to do to itself, and cannot; nothing has changed."""


class Controlled:
    """What can be done to an emulator over its control API, in this process or another.

    Attributes:
        url: where it listens, without ``/v2``.
        token: a token with full access.
        ca: the certificate of its authority; None without TLS.
    """

    url: str
    token: str
    ca: Path | None

    def reset(self) -> None:
        """Become as it was when it was started: an empty account, with the faults, lag and durations it was given."""
        self._ask("POST", "reset")

    def snapshot(self) -> bytes:
        """The whole account as it is now, to be put back by ``restore``, here or in another emulator."""
        return self._ask("GET", "snapshot")

    def restore(self, data: bytes) -> None:
        """Put the account of a snapshot in the place of this one; all of it or nothing.

        Parameters:
            data: what ``snapshot()`` gave.

        Raises:
            ControlError: the bytes are no snapshot, of another version or damaged.
        """
        self._ask("POST", "restore", data)

    def advance(self, seconds: float) -> datetime:
        """Let time pass on a virtual clock (``--clock virtual``), and all that is due happen; returns the new moment.

        Parameters:
            seconds: how long.

        Raises:
            ControlError: the emulator lives by the machine's clock.
        """
        return datetime.fromisoformat(self._json("POST", "clock", {"advance": seconds})["now"])

    @property
    def environment(self) -> dict[str, str]:
        """What to put into the environment of programs that look there for an address, a token, and what to trust."""
        found = {
            "DIGITALOCEAN_API_URL": self.url,
            "DIGITALOCEAN_END_POINT": f"{self.url}/v2/",
            **dict.fromkeys(("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN", "DO_API_TOKEN"), self.token),
        }
        if self.ca is not None:
            found |= dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), str(self.ca))
        return found

    def seed(self, source: str | bytes | Path | Mapping[str, Any]) -> dict[str, int]:
        """Add what a seed describes; all of it or nothing. Returns how many of each collection were made.

        Parameters:
            source: a file's path, a text of YAML or JSON, or a mapping.

        Raises:
            ControlError: with everything that is wrong with it, line by line.
        """
        if isinstance(source, Mapping):
            source = msgspec.json.encode(source)
        elif isinstance(source, Path) or (isinstance(source, str) and is_file_name(source)):
            source = Path(source).read_bytes()
        body = source.encode() if isinstance(source, str) else source
        made: dict[str, int] = msgspec.json.decode(self._ask("POST", "seed", body))["made"]
        return made

    def requests(self, after: int | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        """The latest requests that it answered, oldest first; those for control are not among them.

        Parameters:
            after: only those after this number.
            limit: how many at most.
        """
        query = {"limit": limit} if after is None else {"limit": limit, "after": after}
        found: list[dict[str, Any]] = self._json("GET", f"requests?{urlencode(query)}")["requests"]
        return found

    def state(self, collection: str) -> list[dict[str, Any]]:
        """All of a collection, such as ``droplets``, as clients see it.

        Parameters:
            collection: its name in the API, such as ``load_balancers``.

        Raises:
            ControlError: there is no such collection.
        """
        found: list[dict[str, Any]] = []
        page, more = 1, True
        while more:
            answer = self._json("GET", f"state/{quote(collection, safe='')}?page={page}&per_page=1000")
            found += answer[collection]
            page, more = page + 1, len(found) < answer["total"] and bool(answer[collection])
        return found

    @property
    def faults(self) -> PlannedFaults:
        """What goes wrong: ``server.faults.add(Fault(status=503, nth=2))``."""
        return PlannedFaults(self)

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        return msgspec.json.decode(self._ask(method, path, None if body is None else msgspec.json.encode(body)))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/octet-stream"}
        asked = urllib.request.Request(f"{self.url}/_emulator/{path}", body, headers, method=method)  # noqa: S310
        try:
            with self._opener().open(asked, timeout=_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            with error:
                raise ControlError(_message(error.read()) or f"{method} {path}: {error}") from None

    def _opener(self) -> urllib.request.OpenerDirector:
        """Straight to the emulator, whatever proxies the environment names."""
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self.ca is not None:
            context = ssl.create_default_context(cafile=str(self.ca))
            handlers.append(urllib.request.HTTPSHandler(context=context))
        return urllib.request.build_opener(*handlers)


class PlannedFaults:
    """The plan of faults of an emulator that runs elsewhere."""

    def __init__(self, controlled: Controlled) -> None:
        self._of = controlled

    def __iter__(self) -> Iterator[Fault]:
        return iter([Fault.from_dict(fault) for fault in self._plan()["faults"]])

    def __len__(self) -> int:
        return len(self._plan()["faults"])

    @property
    def played(self) -> list[dict[str, Any]]:
        """What was played, in order: the fault, the call, the operation, method and path of the request."""
        found: list[dict[str, Any]] = self._plan()["played"]
        return found

    def add(self, *faults: Fault) -> None:
        """Play further faults, after those that are there."""
        self._of._json("POST", "faults", [fault.to_dict() for fault in faults])

    def clear(self) -> None:
        """Play no faults any more, and forget what was played."""
        self._of._ask("DELETE", "faults")

    def rewind(self) -> None:
        """Begin again: every count is zero, chance decides as it did, and nothing was played."""
        self._of._ask("POST", "faults/rewind")

    def _plan(self) -> Any:
        return self._of._json("GET", "faults")


def _message(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
