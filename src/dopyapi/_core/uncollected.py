"""Loading without Python's search for garbage: modules make thousands of objects at once, none of which is any."""

from __future__ import annotations

import gc


class Uncollected:
    """A block in which nobody searches for garbage, a twentieth of the time of a process that makes one call."""

    __slots__ = ("_searched",)

    def __enter__(self) -> None:
        self._searched = gc.isenabled()
        gc.disable()

    def __exit__(self, *failure: object) -> None:
        if self._searched:
            gc.enable()
