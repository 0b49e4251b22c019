"""Certificates."""

from __future__ import annotations

import json
import logging
import pickle
from datetime import UTC, datetime

import pytest
import trustme

import dopyapi as do
from dopyapi.certificates import Certificate
from dopyapi.domains import Domain

CA = trustme.CA()
UNTIL = datetime(2033, 4, 5, 6, 7, 8, tzinfo=UTC)
LEAF = CA.issue_cert("www.example.com", "example.com", not_after=UNTIL)
KEY = LEAF.private_key_pem.bytes().decode()
OWN = {
    "type": "custom",
    "private_key": KEY,
    "leaf_certificate": LEAF.cert_chain_pems[0].bytes().decode(),
    "certificate_chain": CA.cert_pem.bytes().decode(),
}
DAY = 24 * 3600


async def test_certificates_from_the_first_to_the_last(api, call):
    """The module's story."""
    await call(Domain.new, "example.com")
    managed = Certificate()
    answer = await call(managed.create, "managed", dns_names=["example.com", "*.example.com"])
    assert answer["certificate"]["state"] == managed.state == "pending"
    own = await call(Certificate.new, "own", **OWN)
    assert await call(managed.wait_ready) is managed
    assert managed.state == "verified"
    assert [c.name for c in await call(Certificate.list)] == ["managed", "own"]

    api.clock.advance(61 * DAY)
    renewed = await call(Certificate.fetch, name="managed")
    assert renewed.id != managed.id
    with pytest.raises(do.ResourceNotFoundError):
        await call(managed.load)

    for certificate in (own, renewed):
        assert await call(certificate.delete) == {"status": "deleted"}
    assert await call(Certificate.list) == []


async def test_an_uploaded_certificate_shows_what_it_says(api, call):
    certificate = await call(Certificate.new, "own", **OWN)
    found = await call(Certificate.fetch, certificate.id)
    assert found == certificate
    assert (found.getID(), found.name, found.type, found.state) == (certificate.id, "own", "custom", "verified")
    assert found.not_after == UNTIL
    assert found.dns_names == ["www.example.com", "example.com"]
    assert len(found.sha1_fingerprint) == 40
    assert found.created_at == api.clock.now()
    assert await call(found.wait_ready, timeout=0) is found
    with pytest.raises(do.ClientError, match="create another"):
        await call(found.save)


async def test_a_certificate_is_made_of_its_attributes_too(api, call):
    await call(Domain.new, "example.com")
    certificate = Certificate()
    certificate.name, certificate.dns_names = "managed", ["example.com"]
    await call(certificate.create)
    assert (certificate.type, certificate.state) == ("lets_encrypt", "pending")
    other = Certificate()
    other.name, other.type = "own", "custom"
    await call(other.create, private_key=KEY, leaf_certificate=OWN["leaf_certificate"], certificate_chain="")
    assert other.type == "custom"


async def test_certificates_are_listed_by_page_and_name(api, call):
    for n in range(3):
        await call(Certificate.new, f"c{n}", **OWN)
    page = await call(Certificate.list, page=2, per_page=2)
    assert ([c.name for c in page], page.total) == (["c2"], 3)
    assert [c.name for c in await call(Certificate.list, name="c1")] == ["c1"]
    by_name = Certificate()
    by_name.name = "c1"
    await call(by_name.load)
    assert by_name.state == "verified"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "a"}, "type lets_encrypt needs dns_names"),
        ({"name": "a", "dns_names": []}, "type lets_encrypt needs dns_names"),
        ({"dns_names": ["example.com"]}, "needs name"),
        ({"name": "a", "dns_names": "example.com"}, "give a list"),
        ({"name": "a", "type": "custom"}, "type custom needs private_key and leaf_certificate and certificate_chain"),
        ({"name": "a", **OWN, "private_key": None}, "type custom needs private_key$"),
        ({"name": "a", **OWN, "leaf_certificate": None}, "type custom needs leaf_certificate$"),
        ({"name": "a", **OWN, "certificate_chain": None}, 'needs certificate_chain; certificate_chain=""'),
        ({"name": "a", "type": "letsencrypt"}, "'letsencrypt' is no type of certificate; use one of lets_encrypt"),
    ],
)
async def test_what_a_type_demands_is_said_before_anything_is_sent(script, call, given, said):
    with pytest.raises(do.ClientError, match=said) as caught:
        await call(Certificate().create, **given)
    assert not script.requests
    assert "BEGIN" not in str(caught.value)


async def test_a_domain_that_is_elsewhere_is_forbidden(api, call):
    with pytest.raises(do.ClientForbiddenError, match=r"example\.org"):
        await call(Certificate.new, "managed", dns_names=["example.org"])
    assert await call(Certificate.list) == []


async def test_a_certificate_that_cannot_be_issued_is_not_waited_for(api, call):
    domain = await call(Domain.new, "example.com")
    certificate = await call(Certificate.new, "managed", dns_names=["example.com"])
    with pytest.raises(do.WaitTimeout):
        await call(certificate.wait_ready, timeout=10)
    await call(domain.delete)
    with pytest.raises(do.NeverReady, match=r"could not be issued for example\.com"):
        await call(certificate.wait_ready)
    assert certificate.state == "error"
    await call(certificate.delete)
    with pytest.raises(do.DOPyError):
        await call((await call(Certificate.new, "managed", dns_names=["example.com"])).wait_ready)


async def test_a_name_is_taken_once(api, call):
    await call(Certificate.new, "own", **OWN)
    with pytest.raises(do.ClientError, match="already in use"):
        await call(Certificate.new, "own", **OWN)


async def test_the_private_key_is_seen_nowhere(api, call, caplog):
    caplog.set_level(logging.DEBUG)
    certificate = Certificate()
    await call(certificate.create, "own", **OWN)
    with pytest.raises(do.ClientError) as caught:
        await call(Certificate().create, "own", **OWN)
    # What a caller gave stays in the caller's hands; our own variables do not show it.
    inside, trace = [], caught.value.__traceback__
    while trace is not None:
        if (
            "/src/dopyapi/" in trace.tb_frame.f_code.co_filename
            and "/emulator/" not in trace.tb_frame.f_code.co_filename
        ):
            inside += [repr(v) for n, v in trace.tb_frame.f_locals.items() if n not in ("args", "kwargs")]
        trace = trace.tb_next
    secret = KEY.splitlines()[1]
    shown = [repr(certificate), str(certificate.json()), caplog.text, str(caught.value), repr(certificate.create)]
    shown.append(json.dumps(certificate, cls=do.DOJSONEncoder))
    for text in shown:
        assert secret not in text
    assert secret.encode() not in pickle.dumps(certificate)
    assert not hasattr(certificate, "private_key")
    assert not [text for text in inside if secret in text]
