"""How one product hears of another without importing it.

``on("destroyed", "droplet")`` is called with each destroyed Droplet; a kind of None hears of every kind. A hook may
answer a list: ``collect`` joins the answers, which is how a Droplet learns of its firewalls.

Moments in use: ``created``, ``ending`` (while all that hangs on it is still there) and ``destroyed`` of every kind,
``tagged`` and ``untagged`` of every kind, with the names of the tags, ``firewalls`` and ``associated`` of a Droplet,
``members`` of a VPC, ``project`` of whatever is in one: its identifier, ``certificate users`` of a certificate (the
documents that use it), ``renewed`` of a certificate (with its former id).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import events
from .context import Context
from .store import Document

Hook = Callable[..., Any]
_HOOKS: dict[tuple[str, str | None], list[Hook]] = {}


def on(moment: str, kind: str | None = None) -> Callable[[Hook], Hook]:
    """Call the function at such moments of documents of a kind, or of every kind."""

    def register(hook: Hook) -> Hook:
        _HOOKS.setdefault((moment, kind), []).append(hook)
        return hook

    return register


def run(moment: str, context: Context, document: Document, *more: Any) -> None:
    """Tell everyone who listens."""
    for key in ((moment, document.kind), (moment, None)):
        for hook in _HOOKS.get(key, ()):
            hook(context, document, *more)


def collect(moment: str, context: Context, document: Document) -> list[Any]:
    """What everyone who listens has to say, in one list."""
    listening = [*_HOOKS.get((moment, document.kind), ()), *_HOOKS.get((moment, None), ())]
    return [item for hook in listening for item in hook(context, document)]


def created(context: Context, document: Document, request: dict[str, Any] | None = None) -> Document:
    """Say that a resource now exists, and what was asked for: ``hook(context, document, request)``.

    It is then in a project; a body that has ``project_id`` says in which.
    """
    run("created", context, document, request or {})
    return document


def destroyed(context: Context, document: Document) -> None:
    """Remove a resource with all that hangs on it: its coming events, tags, relations."""
    run("ending", context, document)
    events.cancel(context.store, document.subject)
    run("destroyed", context, document)
    context.store.unlink_all(document.subject)
    context.store.remove(document)
