"""Taking the envelope of an answer apart, so that what is in it stays bytes until somebody reads it."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from .errors import ClientError


class Meta(msgspec.Struct):
    total: int | None = None


msgspec.json.Decoder(Meta)  # looked at by msgspec here, and not by two threads at once, which would end the process


@cache
def envelope_of(key: str) -> msgspec.json.Decoder[Any]:
    """Takes a page apart: ``items`` as bytes, ``meta`` and ``links``, or ``total_items`` where it has those instead."""
    struct = msgspec.defstruct(
        "Envelope",
        [
            ("items", list[msgspec.Raw] | None, None),
            ("meta", Meta | None, None),
            ("links", msgspec.Raw, msgspec.Raw()),
            ("total_items", int | None, None),
        ],
        rename={"items": key},
    )
    return msgspec.json.Decoder(struct)


@cache
def _single(key: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(msgspec.defstruct("Envelope", [("item", msgspec.Raw, None)], rename={"item": key}))


def listed_under(body: bytes, key: str, url: str) -> str:
    """The key that a listing somebody named by its URL has its items under.

    Raises:
        ClientError: it is another listing than the class's own, or none at all.
    """
    envelope = msgspec.json.decode(body or b"{}")
    lists = [k for k, v in envelope.items() if isinstance(v, list | None)] if isinstance(envelope, dict) else []
    if key in lists:
        return key
    if key or len(lists) != 1:
        raise ClientError(f"{url!r} lists {' and '.join(lists) or 'nothing'}{f', not {key}' if key else ''}")
    return str(lists[0])


def next_link(links: msgspec.Raw) -> str | None:
    """The link to the next page, if there is one."""
    decoded = msgspec.json.decode(links) if bytes(links) else None
    pages = (decoded or {}).get("pages") if isinstance(decoded, dict) else None
    return (pages.get("next") or None) if isinstance(pages, dict) else None


def member(body: bytes, key: str) -> bytes | None:
    """The bytes of one key of an envelope, or ``None`` where it is absent or null."""
    if not body:
        return None
    try:
        item = _single(key).decode(body).item
    except msgspec.DecodeError:
        return None
    raw = b"null" if item is None else bytes(item)
    return None if raw == b"null" else raw


def unwrapped(body: bytes, key: str) -> bytes:
    """The bytes of the resource in an answer, in its envelope or bare."""
    raw = member(body, key)
    if raw is None and not isinstance(msgspec.json.decode(body), dict):
        raise msgspec.DecodeError("it holds no object")
    return raw or body
