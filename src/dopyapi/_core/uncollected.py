"""Loading without Python's search for garbage: modules make thousands of objects at once, none of which is any."""

from __future__ import annotations

import gc

PYTHONS_OWN = 1000
"""More objects than Python itself keeps from being searched; 3.12 keeps 375."""


class Uncollected:
    """A block in which nobody searches for garbage, and whose objects count as old afterwards.

    The search is a fifteenth of the time of a process that makes one call. Were what the block has made still new, the
    first search after it would look at all of that.
    """

    __slots__ = ("_searched",)

    def __enter__(self) -> None:
        self._searched = gc.isenabled()
        gc.disable()

    def __exit__(self, *failure: object) -> None:
        if not self._searched:
            return
        if gc.get_freeze_count() < PYTHONS_OWN:  # what the program keeps from being searched, it keeps
            gc.freeze()
            gc.unfreeze()  # into the oldest generation, without a look at anything
        gc.enable()
