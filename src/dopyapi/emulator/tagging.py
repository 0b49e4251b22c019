"""Tags on resources of any kind.

A document's body holds its tags under ``tags`` where clients see them; the table ``tagging`` finds the documents of a
tag. Only the functions here change either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import hooks
from .context import Context
from .errors import not_found, unprocessable
from .store import Document, Store

_LAST_TAGGED = (
    "select at, (select key from document where n = doc) from tagging indexed by tagging_last"
    " where tag = ? and kind = ? order by at desc limit 1"
)
_NAME = re.compile(r"[a-zA-Z0-9_\-:]{1,255}")


class Taggable(NamedTuple):
    """A kind of document that can be tagged."""

    section: str
    path: str
    by_request: bool
    """Whether ``/v2/tags/{tag}/resources`` accepts it; other kinds take tags only in requests of their own."""


_KINDS: dict[str, Taggable] = {}


def taggable(kind: str, section: str, path: str, *, by_request: bool = False) -> None:
    """Let documents of a kind carry tags.

    Parameters:
        section: where a tag counts them, such as ``droplets``.
        path: of one of them, such as ``/v2/droplets/``; its key follows.
    """
    _KINDS[kind] = Taggable(section, path, by_request)


taggable("droplet", "droplets", "/v2/droplets/", by_request=True)
taggable("image", "images", "/v2/images/", by_request=True)
taggable("volume", "volumes", "/v2/volumes/", by_request=True)
taggable("volume_snapshot", "volume_snapshots", "/v2/snapshots/", by_request=True)
taggable("database", "databases", "/v2/databases/", by_request=True)


def accepted_kinds() -> list[str]:
    """The kinds that ``/v2/tags/{tag}/resources`` accepts."""
    return [kind for kind, how in _KINDS.items() if how.by_request]


def valid(name: object) -> bool:
    """Whether a tag may be called so."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def checked(names: Any) -> list[str]:
    """Tag names from a request: each once, in order; null is none."""
    if names is None:
        return []
    if not isinstance(names, list):
        raise unprocessable("tags must be a list of names")
    for name in names:
        if not valid(name):
            raise unprocessable(
                f"{name!r} is not a valid tag: use 1 to 255 letters, digits, underscores, dashes and colons"
            )
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]


def ensure(context: Context, name: str) -> Document:
    """The tag, created when there is none; its first spelling stays."""
    found = context.store.get("tag", name.lower())
    return found or context.store.add("tag", name.lower(), {"name": name}, name=name)


def attach(context: Context, document: Document, names: Iterable[str]) -> None:
    """Tag a document; tags are created on the fly."""
    store, present = context.store, document.body.setdefault("tags", [])
    known = {name.lower() for name in present}
    fresh: list[str] = []
    for name in names:
        spelled = ensure(context, name).body["name"]
        # A tag that is already there moves to the front of "last tagged".
        store.write("replace into tagging (tag, kind, doc) values (?, ?, ?)", (spelled, document.kind, document.n))
        if spelled.lower() not in known:
            known.add(spelled.lower())
            present.append(spelled)
            fresh.append(spelled)
    store.save(document)
    if fresh:
        hooks.run("tagged", context, document, fresh)


def detach(context: Context, document: Document, names: Iterable[str]) -> None:
    """Take tags off a document; ones it has not are no error."""
    store, gone = context.store, {name.lower() for name in names}
    for name in gone:
        store.write("delete from tagging where tag = ? and doc = ?", (name, document.n))
    present = document.body.get("tags") or []
    document.body["tags"] = [name for name in present if name.lower() not in gone]
    store.save(document)
    if taken := [name for name in present if name.lower() in gone]:
        hooks.run("untagged", context, document, taken)


def replace(context: Context, document: Document, names: Iterable[str]) -> None:
    """Let a document carry exactly these tags."""
    wanted = list(names)
    keep = {name.lower() for name in wanted}
    detach(context, document, [name for name in document.body.get("tags") or [] if name.lower() not in keep])
    attach(context, document, wanted)


def tagged(store: Store, name: str, *kinds: str) -> list[Document]:
    """Documents of these kinds with a tag."""
    return store.select(*kinds, tag=name).documents()


def delete(context: Context, tag: Document) -> None:
    """Delete a tag everywhere; the resources stay."""
    for kind in _KINDS:
        for document in tagged(context.store, tag.key, kind):
            detach(context, document, [tag.key])
    hooks.destroyed(context, tag)


def shown(context: Context, tag: Document) -> dict[str, Any]:
    """A tag with what it is on."""
    resources: dict[str, Any] = {"count": 0}
    latest = 0
    for how in _KINDS.values():
        if how.by_request:
            resources[how.section] = {"count": 0}
    for list, count in context.store.tally.under(f"t:{tag.key}:"):
        kind = list.rpartition(":")[2]
        how = _KINDS[kind]
        at, key = context.store.db.execute(_LAST_TAGGED, (tag.key, kind)).fetchone()
        uri = context.url(how.path + key)
        resources["count"] += count
        resources[how.section] = {"count": count, "last_tagged_uri": uri}
        if at > latest:
            latest = at
            resources["last_tagged_uri"] = uri
    return {"name": tag.body["name"], "resources": resources}


def named(context: Context, name: object) -> Document:
    """The tag with this name in any case, or a 404."""
    found = context.store.get("tag", str(name).lower())
    if found is None:
        raise not_found()
    return found


@hooks.on("destroyed")
def _forget(context: Context, document: Document) -> None:
    context.store.write("delete from tagging where doc = ?", (document.n,))
