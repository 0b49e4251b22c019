"""The faults that an emulator is to play, and those it has played."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from .._facts.routes import routes
from .faults import Fault, FaultError, nearest

_MOST_REMEMBERED = 100_000


class Played(NamedTuple):
    """A fault that was played on a request.

    Attributes:
        fault: which.
        call: the how manieth of the requests that this fault meets.
        operation: operation id of the request; None for a path that belongs to no operation.
        method, path: of the request, without its query.
    """

    fault: Fault
    call: int
    operation: str | None
    method: str
    path: str


class _Entry:
    """A fault and how far it has come. Its dice are its own, so that no other fault changes what they show."""

    __slots__ = ("calls", "dice", "fault", "plays", "seed")

    def __init__(self, fault: Fault, seed: str) -> None:
        self.fault, self.seed = fault, seed
        self.rewind()

    def rewind(self) -> None:
        self.calls = self.plays = 0
        self.dice = random.Random(self.seed)

    def is_due(self) -> bool:
        """Count a request that the fault meets, and say whether it is due."""
        self.calls += 1
        fault = self.fault
        chosen = fault.probability is None or self.dice.random() < fault.probability
        return chosen and fault.is_due(self.calls) and (fault.times is None or self.plays < fault.times)


class Faults:
    """A plan: the first fault in it that is due on a request is played on it.

    The same requests in the same order meet the same faults again: after ``rewind()``, or in another emulator with a
    plan of the same faults and seed. Each fault counts the requests that it meets by itself, also those on which
    another was played.

    Parameters:
        faults: to begin with.
        seed: decides what is left to chance.
    """

    def __init__(self, faults: Iterable[Fault] = (), *, seed: int = 0) -> None:
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise FaultError(f"seed must be a whole number, not {seed!r}")
        self.seed = seed
        self._lock = Lock()
        self.entries: list[_Entry] = []
        """The faults with their counts; the emulator looks whether there are any."""
        self._added = 0
        self._played: deque[Played] = deque(maxlen=_MOST_REMEMBERED)
        self.add(*faults)

    def __repr__(self) -> str:
        return f"Faults({list(self)!r}, seed={self.seed})"

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Fault]:
        return iter([entry.fault for entry in self.entries])

    def __getitem__(self, at: int) -> Fault:
        return self.entries[at].fault

    @property
    def played(self) -> tuple[Played, ...]:
        """What was played, in order; the oldest of very many are forgotten."""
        with self._lock:
            return tuple(self._played)

    def add(self, *faults: Fault) -> None:
        """Play further faults, after those that are there.

        Parameters:
            faults: what else goes wrong.

        Raises:
            FaultError: something else than a fault was given.
        """
        for fault in faults:
            if not isinstance(fault, Fault):
                raise FaultError(f"a plan consists of faults, such as Fault(status=503), not {fault!r}")
        with self._lock:
            for fault in faults:
                self.entries.append(_Entry(fault, f"{self.seed}/{self._added}"))
                self._added += 1

    def clear(self) -> None:
        """Play no faults any more, and forget what was played."""
        with self._lock:
            self.entries.clear()
            self._played.clear()
            self._added = 0

    def rewind(self) -> None:
        """Begin again: every count is zero, chance decides as it did, and nothing was played."""
        with self._lock:
            self._played.clear()
            for entry in self.entries:
                entry.rewind()

    def take(self, method: str, path: str, query: str) -> Fault | None:
        """The fault to play on a request, if one is due.

        Parameters:
            method: HTTP method.
            path, query: as they were sent.
        """
        route, _, _ = routes().find("GET" if method == "HEAD" else method, path)
        operation = route.operation.id if route else None
        path = path.rstrip("/") or "/"
        parameters = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        with self._lock:
            due = None
            for entry in self.entries:
                if entry.fault.meets(operation, method, path, parameters) and entry.is_due() and due is None:
                    due = entry
            if due is None:
                return None
            due.plays += 1
            self._played.append(Played(due.fault, due.calls, operation, method, path))
            return due.fault

    @classmethod
    def from_data(cls, data: Any) -> Faults:
        """A plan from JSON or YAML: ``{"seed": 7, "faults": [{"status": 503, "every": 10}]}``, or the list alone.

        Parameters:
            data: the plan.

        Raises:
            FaultError: what is wrong, and in which fault.
        """
        if isinstance(data, list):
            data = {"faults": data}
        if not isinstance(data, Mapping):
            raise FaultError(f"a plan is a list of faults, or an object with seed and faults, not {data!r}")
        for name in data:
            if name not in ("seed", "faults"):
                raise FaultError(f"a plan has no {name!r}{nearest(str(name), ('seed', 'faults'))}")
        listed = data.get("faults", [])
        if not isinstance(listed, list):
            raise FaultError(f"faults must be a list, not {listed!r}")
        found = []
        for number, fields in enumerate(listed, 1):
            try:
                found.append(Fault.from_dict(fields))
            except FaultError as error:
                raise FaultError(f"fault {number}: {error}") from None
        return cls(found, seed=data.get("seed", 0))

    @classmethod
    def from_file(cls, path: str | Path) -> Faults:
        """A plan from a file: JSON, or YAML where its name ends so.

        Parameters:
            path: the file.

        Raises:
            FaultError: it cannot be read, or what is wrong with it.
        """
        path = Path(path)
        try:
            text = path.read_bytes()
        except OSError as error:
            raise FaultError(f"{path}: {error.strerror}") from None
        try:
            return cls.from_data(_yaml(text) if path.suffix in (".yaml", ".yml") else msgspec.json.decode(text))
        except (ValueError, UnicodeDecodeError) as error:  # msgspec's error is a ValueError
            raise FaultError(f"{path}: {error}") from None

    def to_data(self) -> dict[str, Any]:
        """What ``from_data`` reads."""
        return {"seed": self.seed, "faults": [fault.to_dict() for fault in self]}


def _yaml(text: bytes) -> Any:
    try:
        import yaml
    except ImportError:
        raise FaultError("reading YAML needs pyyaml: pip install 'dopyapi[yaml]'") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise FaultError(f"not valid YAML: {error}") from None
