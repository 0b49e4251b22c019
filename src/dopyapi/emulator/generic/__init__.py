"""What nobody has written the behaviour of, and is plain: things are created, read, listed, changed and deleted.

``families`` finds in the table of facts which operations are about one kind of thing; ``values`` makes what an answer
has to have of what was sent and of its schema; ``handling`` does what is asked. Nothing here knows any product: what
does not fit is answered 501. Behaviour of a product's own takes the place of this where there is any.
"""

from __future__ import annotations

from functools import cache

from ..._facts import Operation
from ..context import HANDLERS, Handler
from .families import Family, families
from .handling import handler_of

__all__ = ["Family", "families", "handler"]


@cache
def handler(operation_id: str) -> Handler | None:
    """What answers an operation that has no behaviour of its own; None when it is not plain."""
    return None if operation_id in HANDLERS else _handlers().get(operation_id)


@cache
def _handlers() -> dict[str, Handler]:
    found: dict[str, Handler] = {}
    for family in families():
        for action, operation in family.operations.items():
            found[operation.id] = handler_of(family, action, operation)
    return found


def plain_operations() -> list[Operation]:
    """All that is answered in this way."""
    return [operation for family in families() for operation in family.operations.values()]
