"""All pages of a listing, whichever it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from dopyapi._core.listing import Listing
from dopyapi._core.page import Page
from dopyapi._core.steps import Steps, drive

from ..failing import FAILED, USAGE, Failure

if TYPE_CHECKING:
    from dopyapi._core.client import Client

BESIDE = ("links", "meta")
"""What stands beside the items."""


def everything(client: Client, url: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """All that a listing has, as if it were on one page.

    Args:
        client: of the account.
        url: of the listing.
        query: parameters that choose among its items.

    Raises:
        Failure: it is no listing.
    """
    names: list[str] = []

    def fetch(page: int, size: int) -> Steps[Page[Any]]:
        sent = {**query, "page": page, "per_page": size}
        answer = yield from client.exchange("GET", url, query=sent)
        name, found = page_of(answer.body, page, size)
        names.append(name)
        return found

    chosen = [name for name in ("page", "per_page") if name in query or name in parse_qs(urlsplit(url).query)]
    if chosen:
        raise Failure(f"--all and {chosen[0]}: it is one or the other", USAGE)
    items = drive(Listing(fetch).steps())
    return {names[0]: items, "meta": {"total": len(items)}}


def page_of(body: bytes, page: int, size: int) -> tuple[str, Page[Any]]:
    """What the items are called, and those of one page.

    Raises:
        Failure: there are none.
    """
    try:
        data: Any = json.loads(body)
    except ValueError:
        raise Failure("--all: the answer is no JSON", FAILED) from None
    name = listed(data)
    if name is None:
        raise Failure("--all: the answer is no listing; leave it out", USAGE)
    if data.get("has_more"):
        raise Failure("--all: this listing goes on in a way of its own (has_more): give `after` yourself", USAGE)
    pages = (data.get("links") or {}).get("pages") or {}
    total = (data.get("meta") or {}).get("total", data.get("total_items"))
    return name, Page(data[name] or [], total=total, page=page, per_page=size, has_next=bool(pages.get("next")))


def listed(data: Any) -> str | None:
    """The one member of an answer that is a list; nothing where it is no listing."""
    if not isinstance(data, dict):
        return None
    lists = [name for name, value in data.items() if name not in BESIDE and isinstance(value, list)]
    if not lists and any(name in data for name in BESIDE):
        lists = [name for name, value in data.items() if name not in BESIDE and value is None]  # nothing is null there
    return lists[0] if len(lists) == 1 else None
