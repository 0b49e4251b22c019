"""CDN endpoints."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi.cdns import CDN
from dopyapi.certificates import Certificate
from dopyapi.emulator import Limits

from .test_certificates import OWN

SPACE = "files.nyc3.digitaloceanspaces.com"


async def test_a_cdn_from_its_space_to_its_end(api, call):
    """The module's story."""
    cdn = await call(CDN.new, origin=SPACE)
    assert (cdn.endpoint, cdn.ttl) == ("files.nyc3.cdn.digitaloceanspaces.com", 3600)
    certificate = await call(Certificate.new, "own", **OWN)
    cdn.ttl, cdn.custom_domain, cdn.certificate_id = 600, "www.example.com", certificate.id
    answer = await call(cdn.save)
    assert answer["endpoint"]["custom_domain"] == "www.example.com"
    with pytest.raises(do.ClientForbiddenError, match="not in use"):
        await call(certificate.delete)
    await call(cdn.purge_cache, "css/*")

    cdn.custom_domain = cdn.certificate_id = ""
    await call(cdn.save)
    assert await call(certificate.delete) == {"status": "deleted"}
    assert await call(cdn.delete) == {"status": "deleted"}
    assert await call(CDN.list) == []


async def test_every_attribute_is_what_the_api_has(api, call):
    certificate = await call(Certificate.new, "own", **OWN)
    cdn = CDN()
    cdn.origin, cdn.ttl = SPACE, 60
    answer = await call(cdn.create, certificate_id=certificate, custom_domain="www.example.com")
    assert answer["endpoint"] == cdn.json()
    found = await call(CDN.fetch, cdn.id)
    assert found == cdn
    assert (found.id, found.getID()) == (cdn.id, answer["endpoint"]["id"])
    assert (found.origin, found.endpoint) == (SPACE, "files.nyc3.cdn.digitaloceanspaces.com")
    assert found.created_at == api.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (found.ttl, found.certificate_id, found.custom_domain) == (60, certificate.id, "www.example.com")
    assert await call(CDN.fetch, origin=SPACE) == cdn

    found.ttl = 604800
    found.certificate_id = certificate
    await call(found.save)
    await call(cdn.load)
    assert (cdn.ttl, cdn.certificate_id, cdn.custom_domain) == (604800, certificate.id, "www.example.com")


async def test_endpoints_are_listed_by_page(api, call):
    for n in range(3):
        await call(CDN.new, origin=f"files{n}.ams3.digitaloceanspaces.com")
    page = await call(CDN.list, page=2, per_page=2)
    assert ([c.origin for c in page], page.total) == (["files2.ams3.digitaloceanspaces.com"], 3)
    assert len(await call.items(CDN.list.all())) == 3


@pytest.mark.usefixtures("unchecked")
async def test_a_space_has_one_endpoint_and_must_be_one(api, call):
    await call(CDN.new, origin=SPACE, ttl=86400)
    with pytest.raises(do.ConflictError):
        await call(CDN.new, origin=SPACE)
    with pytest.raises(do.UnprocessableError, match="Space"):
        await call(CDN.new, origin="example.com")
    with pytest.raises(do.UnprocessableError, match="60, 600, 3600"):
        await call(CDN.new, origin="other.nyc3.digitaloceanspaces.com", ttl=61)
    (only,) = await call(CDN.list)
    assert only.ttl == 86400


async def test_purging_takes_one_path_many_or_all(script, call):
    cdn = CDN({"id": "5"})
    for _ in range(3):
        script.answer(204)
    assert await call(cdn.purge_cache, "a.png") == {"status": "deleted"}
    await call(cdn.purge_cache, ["a.png", "css/*"])
    await call(cdn.purge_cache)
    assert set(script.asked) == {"DELETE /cdn/endpoints/5/cache"}
    assert script.bodies == [{"files": ["a.png"]}, {"files": ["a.png", "css/*"]}, {"files": ["*"]}]
    for files, said in (([], "empty"), ([str(n) for n in range(51)], "51 files are more than the 50")):
        with pytest.raises(do.ClientError, match=said):
            await call(cdn.purge_cache, files)
    assert len(script.requests) == 3


async def test_purging_what_is_not_there_is_an_error(api, call):
    cdn = await call(CDN.new, origin=SPACE)
    assert await call(cdn.purge_cache, ["a.png"]) == {"status": "deleted"}
    await call(cdn.delete)
    with pytest.raises(do.ResourceNotFoundError):
        await call(cdn.purge_cache, ["a.png"])


async def test_a_purge_waits_for_its_turn(call):
    with do.testing.emulator(limits=Limits()) as api:
        cdn = await call(CDN.new, origin=SPACE)
        start = api.clock.now()
        for n in range(8):
            await call(cdn.purge_cache, f"{n}.png")
        assert (api.clock.now() - start).total_seconds() >= 10
