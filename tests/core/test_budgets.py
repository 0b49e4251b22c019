"""What the core may cost, in quantities that are counted. Times are measured by ``python -m benchmarks`` alone."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from benchmarks import data
from benchmarks.parts import measure
from benchmarks.parts.decoding import FIRST, NESTED

import dopyapi as do
from dopyapi._core.steps import Response

from .test_imports import loaded

BYTES_AS_IT_CAME = 3_500
BYTES_AFTER_FIVE_READS = 5_000
MODULES_OF_A_DROPLET = 125
MODULES_OF_OURS = 45


@pytest.fixture(scope="module")
def held():
    """Bytes per Droplet, counted in a process of its own."""
    return measure.fresh(["-m", "benchmarks.parts.memory"])


def test_the_page_is_as_large_as_real_ones():
    assert 550_000 < len(data.page()) < 610_000


def test_a_listed_droplet_holds_little_more_than_its_json(held):
    assert held["its JSON alone"] < held["as it came"] <= BYTES_AS_IT_CAME


def test_reading_attributes_does_not_make_it_much_larger(held):
    assert held["as it came"] < held["after 5 attributes were read"] <= BYTES_AFTER_FIVE_READS


def test_a_droplet_loads_few_modules():
    modules = loaded("import dopyapi; dopyapi.Droplet")
    assert len(modules) <= MODULES_OF_A_DROPLET
    assert len([m for m in modules if m.startswith("dopyapi")]) <= MODULES_OF_OURS


@pytest.mark.parametrize(("total", "requests"), [(0, 1), (1, 1), (200, 1), (201, 2), (450, 3)])
async def test_a_whole_listing_takes_as_few_requests_as_it_can(script, call, total, requests):
    def page(request) -> Response:
        query = parse_qs(urlsplit(request.url).query)
        body = data.page(int(query["page"][0]), int(query["per_page"][0]), total)
        return Response(200, {"content-type": "application/json"}, body)

    script._answers = [page] * 5
    droplets = await call.items(do.Droplet.list.all())
    assert len({droplet.id for droplet in droplets}) == total
    assert len(script.requests) == requests
    for droplet in droplets[:3]:
        assert all(getattr(droplet, name) is not None for name in (*FIRST, *NESTED))
        assert droplet.kernel is None
        assert droplet.region.features[0] == "backups"
    assert len(script.requests) == requests  # reading what came has asked for nothing
