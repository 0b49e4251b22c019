"""Domains and their records."""

from __future__ import annotations

import copy
import pickle

import pytest

import dopyapi as do
from dopyapi.domains import Domain, DomainRecord

ZONE = "example.com"


@pytest.fixture
def zone(api, call):
    """A domain that nothing was added to."""

    async def made(name: str = ZONE) -> Domain:
        domain = await call(Domain.new, name)
        await call(domain.load)
        return domain

    return made


async def records(call, **only):
    """What the domain's records say, those that every domain begins with excepted."""
    listed = await call.items(DomainRecord.list.all(ZONE, **only))
    return [(r.type, r.name, r.data) for r in listed if r.type not in ("SOA", "NS")]


async def test_a_website_s_dns_from_the_first_record_to_the_last(api, call):
    """The module's story."""
    domain = Domain()
    answer = await call(domain.create, ZONE, "192.0.2.1")
    assert answer["domain"]["name"] == ZONE
    await call(domain.load)
    assert (domain.name, domain.ttl) == (ZONE, 1800)
    assert f"{ZONE}. 1800 IN A 192.0.2.1\n" in domain.zone_file

    www = DomainRecord(domain)
    await call(www.create, "CNAME", name="www", data=ZONE)
    mail = await call(DomainRecord.new, domain, "MX", name="@", data="mail.example.net.", priority=10)
    spf = await call(DomainRecord.new, ZONE, "TXT", name="@", data="v=spf1 mx -all", ttl=600)
    assert await records(call) == [
        ("A", "@", "192.0.2.1"),
        ("CNAME", "www", "@"),
        ("MX", "@", "mail.example.net"),
        ("TXT", "@", "v=spf1 mx -all"),
    ]
    mail.priority = 20
    await call(mail.save)
    moved = await call(DomainRecord.upsert, domain, "A", "@", "192.0.2.2")
    await call(spf.delete)
    await call(domain.load)
    assert domain.zone_file.splitlines()[-3:] == [
        f"{ZONE}. 1800 IN A 192.0.2.2",
        f"www.{ZONE}. 1800 IN CNAME {ZONE}.",
        f"{ZONE}. 1800 IN MX 20 mail.example.net.",
    ]
    assert moved in await call(domain.records, per_page=100)

    assert await call(domain.delete) == {"status": "deleted"}
    assert await call(Domain.list) == []
    with pytest.raises(do.ResourceNotFoundError):
        await call(moved.load)


async def test_a_new_domain_s_zone_file_is_no_null(api, call):
    domain = await call(Domain.new, ZONE)
    if call.name == "aio":
        await call(domain.load)
    assert domain.zone_file.startswith(f"$ORIGIN {ZONE}.\n")
    assert domain.ttl == 1800


async def test_a_domain_is_made_of_its_attributes_too(api, call):
    domain = Domain()
    domain.name, domain.ip_address = ZONE, "192.0.2.7"
    await call(domain.create)
    assert await records(call) == [("A", "@", "192.0.2.7")]
    with pytest.raises(do.UnprocessableError, match="already exists"):
        await call(Domain.new, name=ZONE)
    with pytest.raises(do.ClientError, match="DomainRecord"):
        await call(domain.save)


async def test_domains_are_listed_and_found_by_name(api, call):
    for n in range(3):
        await call(Domain.new, f"{n}.example")
    page = await call(Domain.list, page=2, per_page=2)
    assert ([d.name for d in page], page.total) == (["2.example"], 3)
    found = await call(Domain.fetch, "1.example")
    assert (found.getID(), found.ttl) == ("1.example", 1800)
    assert found == Domain({"name": "1.example"})
    with pytest.raises(do.ResourceNotFoundError):
        await call(Domain.fetch, "none.example")


async def test_a_domain_s_records_come_by_page_name_and_type(api, call, zone):
    domain = await zone()
    for n in range(25):
        await call(DomainRecord.new, domain, "A", name=f"h{n}", data=f"192.0.2.{n}")
    first, second = await call(domain.records, page=1, per_page=20), await call(domain.records, 2, 20)
    assert (len(first), len(second), first.total) == (20, 9, 29)
    assert [r.name for r in await call(domain.records, name=f"h3.{ZONE}")] == ["h3"]
    assert {r.data for r in await call(domain.records, type="NS")} == {f"ns{n}.digitalocean.com" for n in (1, 2, 3)}
    assert await call(DomainRecord.list, domain, page=2, per_page=20) == second
    assert [r.id for r in await call(DomainRecord.list, ZONE, name=f"h3.{ZONE}", type="A")] == [first[7].id]
    assert len(await call.items(DomainRecord.list.all(domain_name=domain))) == 29
    assert second[0].domain is domain or second[0].domain == ZONE


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"type": "A", "name": "www", "data": "192.0.2.1"}, {}),
        ({"type": "AAAA", "name": "www", "data": "2001:db8::1"}, {}),
        ({"type": "CAA", "name": "@", "data": "letsencrypt.org", "flags": 0, "tag": "issue"}, {}),
        ({"type": "CAA", "name": "@", "data": "mailto:a@example.com", "flags": 128, "tag": "iodef"}, {}),
        ({"type": "CNAME", "name": "www", "data": "host.example.net."}, {"data": "host.example.net"}),
        ({"type": "CNAME", "name": "www", "data": "@"}, {}),
        ({"type": "MX", "data": "mail.example.net", "priority": 0}, {"name": "@"}),
        ({"type": "NS", "data": "ns.example.net"}, {"name": "@"}),
        ({"type": "SRV", "name": "_x._tcp", "data": "h.example.net", "priority": 0, "port": 0, "weight": 0}, {}),
        ({"type": "TXT", "name": "www", "data": "no. dot. is. added"}, {}),
        ({"type": "A", "name": "www", "data": "192.0.2.1", "ttl": 30}, {}),
    ],
)
async def test_each_type_is_created_read_saved_and_deleted(api, call, zone, given, stored):
    domain = await zone()
    record = DomainRecord(domain)
    answer = await call(record.create, **given)
    wanted = given | stored
    assert {n: answer["domain_record"][n] for n in wanted} == wanted

    again = DomainRecord(ZONE)
    again.id = record.id
    assert await call(again.load) == record.id
    members = ("type", "name", "data", "priority", "port", "ttl", "weight", "flags", "tag")
    shown = {n: getattr(again, n) for n in members}
    assert shown == {**dict.fromkeys(members), "ttl": 1800, **wanted}
    assert again == record

    again.ttl = 77
    answer = await call(again.save)
    assert answer["domain_record"] == {**shown, "id": record.id, "ttl": 77}
    assert await call(record.load) == again.id
    assert record.ttl == 77
    assert await call(record.delete) == {"status": "deleted"}
    with pytest.raises(do.ResourceNotFoundError):
        await call(again.load)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": "A", "name": "www"}, "type A needs data"),
        ({"type": "A"}, "type A needs name and data"),
        ({"type": "AAAA", "data": "2001:db8::1"}, "type AAAA needs name"),
        ({"type": "CAA", "name": "@", "data": "ca.org."}, "type CAA needs flags and tag"),
        ({"type": "CNAME", "name": "www"}, "type CNAME needs data"),
        ({"type": "MX", "data": "mail.example.net."}, "type MX needs priority"),
        ({"type": "NS", "name": "@"}, "type NS needs data"),
        ({"type": "SOA"}, "type SOA needs ttl"),
        ({"type": "SRV", "name": "_x", "data": "h."}, "type SRV needs priority and port and weight"),
        ({"type": "TXT", "name": "@"}, "type TXT needs data"),
        ({"type": "PTR", "name": "@", "data": "a."}, "'PTR' is no type of record; use one of A, AAAA"),
        ({"name": "@"}, "None is no type"),
        ({"type": "A", "name": "www", "data": "192.0.2.1", "ttl": 29}, "ttl=29 is too short"),
        ({"type": "CAA", "name": "@", "data": "ca.org.", "flags": 256, "tag": "issue"}, "flags=256"),
        ({"type": "CAA", "name": "@", "data": "ca.org.", "flags": 0, "tag": "isue"}, "'isue' is no tag"),
    ],
)
async def test_what_a_type_demands_is_said_before_anything_is_sent(script, call, given, said):
    with pytest.raises(do.ClientError, match=said):
        await call(DomainRecord(ZONE).create, **given)
    assert not script.requests


async def test_a_record_is_made_of_its_attributes_too(api, call, zone):
    await zone()
    record = DomainRecord(ZONE)
    record.name, record.data, record.ttl = "www", "192.0.2.1", 60
    await call(record.create, "A", ttl=90)
    assert (record.ttl, await records(call)) == (90, [("A", "www", "192.0.2.1")])


async def test_the_soa_record_s_ttl_is_the_domain_s(api, call, zone):
    domain = await zone()
    (soa,) = await call(domain.records, type="SOA")
    soa.ttl = 900
    await call(soa.save)
    await call(domain.load)
    assert (domain.ttl, soa.data) == (900, "900")
    await call(DomainRecord(domain).create, "SOA", ttl=1200)
    assert [r.ttl for r in await call(domain.records, type="SOA")] == [1200]
    with pytest.raises(do.UnprocessableError):
        await call(soa.delete)
    with pytest.raises(do.ClientError, match="one SOA record"):
        await call(DomainRecord.upsert, domain, "SOA", "@", "900", ttl=900)


async def test_only_what_is_named_is_patched(api, call, zone):
    await zone()
    record = await call(DomainRecord.new, ZONE, "CNAME", name="www", data="host.example.net")
    other = await call(DomainRecord.fetch, ZONE, record.id)
    other.name, other.ttl = "web", 50
    answer = await call(other.patch, ttl=60)
    assert answer["domain_record"]["ttl"] == other.ttl == 60
    assert other.name == "web"  # still to be saved
    await call(record.load)
    assert (record.name, record.data, record.ttl) == ("www", "host.example.net", 60)
    await call(other.save)
    await call(record.load)
    assert (record.name, record.ttl) == ("web", 60)

    by_number = DomainRecord(ZONE)
    by_number.id = record.id
    await call(by_number.patch, data="next.example.net")
    assert (by_number.data, by_number.name) == ("next.example.net", "web")
    with pytest.raises(do.ClientError, match="nothing to change"):
        await call(record.patch)
    with pytest.raises(do.ClientError, match="ttl=5"):
        await call(record.patch, ttl=5)


async def test_a_single_word_is_not_taken_for_a_whole_host(api, call, zone):
    await zone()
    with pytest.raises(do.UnprocessableError, match="end with a dot"):
        await call(DomainRecord.new, ZONE, "CNAME", name="www", data="web")
    record = await call(DomainRecord.new, ZONE, "CNAME", name="www", data="localhost.")
    record.ttl = 60
    await call(record.save)
    assert record.data == "localhost"
    record.data = "web"
    with pytest.raises(do.UnprocessableError, match="end with a dot"):
        await call(record.save)


async def test_a_record_keeps_its_domain_in_copies_and_pickles(api, call, zone):
    await zone()
    record = await call(DomainRecord.new, ZONE, "A", name="www", data="192.0.2.1")
    for twin in (copy.copy(record), pickle.loads(pickle.dumps(record))):
        assert (twin, twin.domain) == (record, ZONE)
        twin.data = "192.0.2.2"
        await call(twin.save)
    assert await records(call) == [("A", "www", "192.0.2.2")]


# Upserting.


def changes(api, monkeypatch) -> list[str]:
    """The requests that change something from now on."""
    made: list[str] = []
    handle = api.emulator.handle

    def seen(method, path, *rest):
        if method != "GET":
            made.append(method)
        return handle(method, path, *rest)

    monkeypatch.setattr(api.emulator, "handle", seen)
    return made


@pytest.mark.parametrize("name", ["www", "WWW.example.com", "www.example.com."])
async def test_upsert_creates_updates_and_lets_be(api, call, zone, monkeypatch, name):
    domain = await zone()
    made = changes(api, monkeypatch)
    first = await call(DomainRecord.upsert, domain, "A", name, "192.0.2.1")
    assert (first.name, first.data, first.ttl, made) == ("www", "192.0.2.1", 1800, ["POST"])
    same = await call(DomainRecord.upsert, ZONE, "A", name, "192.0.2.1", ttl=1800)
    assert (same, made) == (first, ["POST"])
    second = await call(DomainRecord.upsert, ZONE, "A", name, "192.0.2.2")
    assert (second.id, second.data, made) == (first.id, "192.0.2.2", ["POST", "PATCH"])
    third = await call(DomainRecord.upsert, ZONE, "A", name, "192.0.2.2", ttl=60)
    assert (third.id, third.ttl) == (first.id, 60)
    assert await records(call) == [("A", "www", "192.0.2.2")]


@pytest.mark.parametrize(
    ("given", "twice"),
    [
        ({"type": "CNAME", "name": "www", "data": "host.example.net"}, {"data": "HOST.example.net."}),
        ({"type": "CNAME", "name": "www", "data": "example.com."}, {"data": "@"}),
        ({"type": "MX", "name": "@", "data": "mail.example.com.", "priority": 10}, {"data": "mail.example.com"}),
        ({"type": "AAAA", "name": "www", "data": "2001:db8::1"}, {"data": "2001:DB8:0::1"}),
        ({"type": "TXT", "name": "@", "data": "v=1."}, {}),
        ({"type": "CAA", "name": "@", "data": "ca.org", "flags": 0, "tag": "issue"}, {"data": "ca.org."}),
        ({"type": "SRV", "name": "_x", "data": "h.example.net", "priority": 0, "port": 1, "weight": 0}, {}),
    ],
)
async def test_what_is_there_in_other_words_is_not_written_again(api, call, zone, monkeypatch, given, twice):
    await zone()
    one = await call(DomainRecord.upsert, ZONE, **given)
    made = changes(api, monkeypatch)
    assert await call(DomainRecord.upsert, ZONE, **given | twice) == one
    assert made == []
    assert len(await records(call)) == 1


async def test_upsert_of_other_names_and_types_touches_nothing_else(api, call, zone):
    await zone()
    for type, name, data in (("A", "www", "192.0.2.1"), ("A", "@", "192.0.2.2"), ("TXT", "www", "hello")):
        await call(DomainRecord.upsert, ZONE, type, name, data)
    await call(DomainRecord.upsert, ZONE, "A", "@", "192.0.2.9")
    assert await records(call) == [("A", "www", "192.0.2.1"), ("A", "@", "192.0.2.9"), ("TXT", "www", "hello")]


async def test_upsert_leaves_no_doubles_from_any_page(api, call, zone):
    domain = await zone()
    for n in range(205):
        await call(DomainRecord.new, domain, "A", name="www", data="192.0.2.1", ttl=30 + n)
    await call(DomainRecord.new, domain, "A", name="other", data="192.0.2.1")
    kept = await call(DomainRecord.upsert, domain, "A", "www", "192.0.2.2", ttl=90)
    assert await records(call) == [("A", "www", "192.0.2.2"), ("A", "other", "192.0.2.1")]
    assert (await call(domain.records, name=f"www.{ZONE}")) == [kept]


async def test_upsert_does_not_choose_among_records_that_say_different_things(api, call, zone, monkeypatch):
    domain = await zone()
    for n in (1, 2, 2):
        await call(DomainRecord.new, domain, "A", name="www", data=f"192.0.2.{n}")
    made = changes(api, monkeypatch)
    for data in ("192.0.2.1", "192.0.2.3"):
        with pytest.raises(
            do.ClientError, match=r"www.example.com has 2 different A records: '192.0.2.1' .*upsert_set"
        ):
            await call(DomainRecord.upsert, domain, "A", "www", data)
    assert made == []


async def test_upsert_knows_caa_records_of_one_tag_from_those_of_another(api, call, zone):
    await zone()
    await call(DomainRecord.upsert, ZONE, "CAA", "@", "mailto:a@example.com", flags=0, tag="iodef")
    await call(DomainRecord.upsert, ZONE, "CAA", "@", "one.org", flags=0, tag="issue")
    await call(DomainRecord.upsert, ZONE, "CAA", "@", "two.org", flags=0, tag="issue")
    assert await records(call) == [("CAA", "@", "mailto:a@example.com"), ("CAA", "@", "two.org")]


async def test_upsert_demands_what_create_does(script, call):
    with pytest.raises(do.ClientError, match="needs priority"):
        await call(DomainRecord.upsert, ZONE, "MX", "@", "mail.example.net.")
    with pytest.raises(do.ClientError, match="ttl=1"):
        await call(DomainRecord.upsert, ZONE, "A", "@", "192.0.2.1", ttl=1)
    assert not script.requests


async def test_upsert_set_makes_it_these_and_no_others(api, call, zone, monkeypatch):
    domain = await zone()
    before = await call(DomainRecord.upsert_set, domain, "A", "www", [f"192.0.2.{n}" for n in (1, 2, 3)])
    assert [r.data for r in before] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    made = changes(api, monkeypatch)
    assert await call(DomainRecord.upsert_set, ZONE, "A", "www", ["192.0.2.3", "192.0.2.1", "192.0.2.2"]) == [
        before[2],
        before[0],
        before[1],
    ]
    assert made == []
    after = await call(DomainRecord.upsert_set, ZONE, "A", "www", ["192.0.2.2", "192.0.2.4"], ttl=60)
    assert [r.id for r in after] == [before[1].id, before[0].id]
    assert sorted(await records(call)) == [("A", "www", "192.0.2.2"), ("A", "www", "192.0.2.4")]
    assert made == ["PATCH", "PATCH", "DELETE"]
    assert {r.ttl for r in await call(domain.records, type="A")} == {60}


async def test_upsert_set_takes_members_of_their_own(api, call, zone):
    await zone()
    hosts = [{"data": "a.example.net.", "priority": 10}, {"data": "b.example.net.", "priority": 20}]
    first = await call(DomainRecord.upsert_set, ZONE, "MX", "@", hosts)
    assert [(r.data, r.priority) for r in first] == [("a.example.net", 10), ("b.example.net", 20)]
    hosts[0]["priority"] = 30
    second = await call(DomainRecord.upsert_set, ZONE, "MX", "@", hosts)
    assert [(r.id, r.priority) for r in second] == [(first[0].id, 30), (first[1].id, 20)]
    tags = [{"data": "ca.org", "tag": "issue"}, {"data": "ca.org", "tag": "issuewild"}]
    assert len(await call(DomainRecord.upsert_set, ZONE, "CAA", "@", tags, flags=0)) == 2
    ports = [{"data": "h.example.net", "port": 1}, {"data": "h.example.net", "port": 2}]
    assert len(await call(DomainRecord.upsert_set, ZONE, "SRV", "_x", ports, priority=0, weight=0)) == 2
    assert len(await records(call)) == 6


@pytest.mark.parametrize(
    ("data", "said"),
    [([], "empty"), ("192.0.2.1", "give a list"), (["192.0.2.1", "192.0.2.1"], "'192.0.2.1' twice"), ([{}], "data")],
)
async def test_upsert_set_wants_a_set(script, call, data, said):
    with pytest.raises(do.ClientError, match=said):
        await call(DomainRecord.upsert_set, ZONE, "A", "www", data)
    assert not script.requests


async def test_a_record_of_no_domain_is_not_found(api, call):
    with pytest.raises(do.ResourceNotFoundError):
        await call(DomainRecord.new, ZONE, "A", name="www", data="192.0.2.1")
    with pytest.raises(do.ResourceNotFoundError):
        await call(DomainRecord.upsert, ZONE, "A", "www", "192.0.2.1")
    with pytest.raises(do.ClientError, match="domain_name"):
        await call(DomainRecord(None).create, "A", name="www", data="192.0.2.1")
