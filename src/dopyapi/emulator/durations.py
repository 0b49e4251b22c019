"""How long changes take, where somebody wants to say so himself."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class Durations(dict[str, float]):
    """Seconds on the emulator's clock that changes take, whatever its speed.

    A name is a kind, such as ``droplet``, or one of its changes, such as ``droplet.create``, which counts more. A
    change that is not named takes what it takes in production, scaled by the speed.
    """

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Durations:
        """From texts such as ``droplet.create=90``.

        Raises:
            ValueError: one of them is something else.
        """
        found = cls()
        for text in texts:
            name, _, value = text.partition("=")
            try:
                found[name.strip()] = float(value)
            except ValueError:
                raise ValueError(f"a duration is given as droplet.create=90, not as {text!r}") from None
        return found

    def of(self, change: str) -> float | None:
        """The seconds that a change takes; None where production decides."""
        own = self.get(change)
        return own if own is not None else self.get(change.partition(".")[0])

    def check(self, changes: Iterable[str]) -> None:
        """Refuse a name that is neither among these changes nor a kind of theirs, and what is no number of seconds.

        Raises:
            ValueError: with the nearest name.
        """
        names = sorted({*changes, *(name.partition(".")[0] for name in changes)})
        for name, value in self.items():
            if name not in names:
                near = get_close_matches(name, names, 1, 0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
                raise ValueError(f"nothing that takes time is called {name!r}; {hint}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                raise ValueError(f"{name} takes a number of seconds from 0 on, not {value!r}")
