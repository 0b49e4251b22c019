"""The account's actions, newest first."""

from __future__ import annotations

from ..context import Context, Reply, handles, one
from ..errors import not_found
from ..paging import listed


@handles("actions_list")
def list_actions(context: Context) -> Reply:
    """All actions."""
    return listed(context, "actions", context.store.select("action", newest=True))


@handles("actions_get", steady=True)
def get(context: Context) -> Reply:
    """One action."""
    raw = context.store.raw("action", context.path["action_id"])
    if raw is None:
        raise not_found("The resource you were accessing could not be found.")
    return 200, one("action", raw)
