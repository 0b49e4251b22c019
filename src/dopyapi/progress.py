"""A display of how far a wait has come, for people who look at a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from typing import IO, Any

from ._core.waiting import Progress

_BAR = 24


class ProgressDisplay:
    """Shows a wait: pass it as ``on_progress=``.

    On a terminal one line is drawn anew at each poll; elsewhere a line is printed when something has changed.

    Args:
        title: what is being waited for.
        file: where to write; standard error unless given.
    """

    def __init__(self, title: str = "waiting", file: IO[str] | None = None) -> None:
        self.title = title
        self._file = file
        self._last = ""

    def __call__(self, progress: Progress) -> None:
        """Show this state.

        Args:
            progress: how far the wait has come.
        """
        out = self._file or sys.stderr
        total = len(progress.resources)
        states = Counter(_state(r) for r in progress.resources)
        detail = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        ended = not progress.pending
        if out.isatty():
            filled = _BAR * progress.done // total if total else _BAR
            bar = "#" * filled + "." * (_BAR - filled)
            line = f"{self.title} [{bar}] {progress.done}/{total} {progress.until}  {detail}  {progress.elapsed:.1f} s"
            out.write(f"\r\x1b[K{line}" + ("\n" if ended else ""))
        else:
            line = f"{self.title}: {progress.done}/{total} {progress.until} ({detail})"
            if line != self._last or ended:
                out.write(f"{line} after {progress.elapsed:.1f} s\n")
            self._last = line
        out.flush()


def _state(resource: Any) -> str:
    """What is known of its state; looking does not ask for it."""
    known = getattr(resource, "_complete", True)
    return str(getattr(resource, "status", "there") if known else "unknown")
