"""Every listing can be had whole, and the listings on which other clients are cut short come whole."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core import operations
from dopyapi._core.listing import Listing
from dopyapi._core.operations import Declaration
from dopyapi._core.page import CutShortWarning
from dopyapi.emulator import Answer
from tests.spec.declarations import resources

from .conftest import SPEC

# Operations called a list that have no pages, and why nothing can be missing from what they give.
WHOLE = {
    "Droplet.list_droplet_neighbors": "the API gives all at once",
    "Droplet.list_supported_backup_policies": "the API gives all at once",
    "Droplet.list_associated_resources": "one document with lists by kind",
    "DOKS.list_associated_resources": "one document with lists by kind",
    "DOKS.list_status_messages": "the API gives all at once",
    "DOKS.list_nodes": "the API gives all at once, with their pool",
    "Firewall.list_droplets": "one for each number that the firewall has, fetched until all are there",
    "Account.list": "there is one; refused",
    "Balance.list": "there is one; refused",
    "InvoiceSummary.list": "there is one of each invoice; refused",
    "ReservedIPv6.list_actions": "the API has none; refused",
}


def operations_of(cls: type[Any]) -> Iterator[tuple[str, Declaration[Any, Any]]]:
    for name in dir(cls):
        declaration = inspect.getattr_static(cls, name)
        if isinstance(declaration, Declaration) and not name.startswith("_"):
            yield name, declaration


LISTS = [
    pytest.param(cls, name, id=f"{cls.__name__}.{name}")
    for cls in resources()
    for name, declaration in operations_of(cls)
    if re.match("list(_|$)", name) or {"page", "per_page"} & declaration.signature.parameters.keys()
]


@pytest.mark.parametrize(("cls", "name"), LISTS)
def test_every_listing_has_all(cls, name, script):
    found = getattr(cls, name)
    if f"{cls.__name__}.{name}" in WHOLE:
        assert not hasattr(found, "all"), "take it out of the exceptions"
        assert not {"page", "per_page"} & inspect.signature(found).parameters.keys()
    else:
        required = [
            p for p in inspect.signature(found).parameters.values() if p.default is p.empty and p.name != "self"
        ]
        assert isinstance(found.all(*[1 for p in required if p.kind is p.POSITIONAL_OR_KEYWORD]), Listing)
        assert script.asked == []


def test_the_exceptions_are_still_there():
    assert WHOLE.keys() <= {str(param.id) for param in LISTS}


def test_resources_managed_as_dicts_have_it_too():
    assert isinstance(do.Resource(do.Droplet).list.all(), Listing)


@pytest.fixture
def fleet(api) -> list[int]:
    """450 Droplets."""
    with do.using(api.client):
        made = do.Droplet.create_many([f"n{n}" for n in range(450)], **SPEC)
    return [d.id for d in made]


def disturb(api: Any, part: str, answers: list[Any]) -> list[str]:
    """Give these answers, in turn, to requests with that in their query; and note all queries."""
    handle, asked = api.emulator.handle, []

    def disturbed(method: str, path: str, query: str, *rest: Any) -> Any:
        asked.append(query)
        return answers.pop(0) if answers and part in query else handle(method, path, query, *rest)

    api.emulator.handle = disturbed
    return asked


BUSY = Answer(429, {"content-type": "application/json", "retry-after": "2"}, b'{"id":"too_many_requests"}')
DOWN = Answer(503, {"content-type": "text/html"}, b"<h1>503</h1>")


async def test_450_droplets_and_a_429_on_page_2(api, call, fleet):
    """python-digitalocean gave 200 of them, and no error."""
    asked = disturb(api, "page=2&", [BUSY])
    assert [d.id for d in await call.items(do.Droplet.all())] == fleet
    assert len(asked) == 4
    assert [d["id"] for d in await call.items(do.Resource(do.Droplet).list.all())] == fleet


async def test_a_page_that_does_not_come_is_an_error_and_no_shorter_list(api, call, fleet):
    """doctl passed such a page over."""
    disturb(api, "page=3&", [DOWN] * 3)
    with pytest.raises(do.DOError, match="503"):
        await call.items(do.Droplet.all())


async def test_a_listing_by_name_is_had_whole_too(api, call, fleet, monkeypatch):
    monkeypatch.setattr(operations, "_cut_short", set())
    with pytest.warns(CutShortWarning, match=r"Droplet.list_backup_policies\(\) gave 20 of 450"):
        assert len(await call(do.Droplet.list_backup_policies)) == 20
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(await call(do.Droplet.list_backup_policies, page=23)) == [str(id) for id in fleet[-10:]]
    everything = dict(await call.items(do.Droplet.list_backup_policies.all()))
    assert list(everything) == [str(id) for id in fleet]
    assert everything[str(fleet[-1])].backup_enabled is False
