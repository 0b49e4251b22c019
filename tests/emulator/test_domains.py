"""Domains and records: forms, demands and what the zone file makes of them."""

from __future__ import annotations

import pytest

from .conftest import Account

RECORDS = "/v2/domains/example.com/records"


@pytest.fixture
def zone(account: Account) -> Account:
    reply = account("POST", "/v2/domains", {"name": "example.com"})
    assert reply.status == 201
    return account


def add(account: Account, type: str, **fields):
    return account("POST", RECORDS, {"type": type, **fields})


def added(account: Account, type: str, **fields):
    reply = add(account, type, **fields)
    assert reply.status == 201, reply
    return reply["domain_record"]


def shown(account: Account, query: str = ""):
    return [(r["type"], r["name"], r["data"]) for r in account.get(RECORDS + query)["domain_records"]]


def zone_file(account: Account) -> list[str]:
    return account.get("/v2/domains/example.com")["domain"]["zone_file"].splitlines()


def test_a_new_domain_has_what_name_servers_need(account: Account):
    reply = account("POST", "/v2/domains", {"name": "Example.com", "ip_address": "192.0.2.1"})
    assert reply.status == 201
    assert reply["domain"] == {"name": "example.com", "ttl": 1800, "zone_file": None}
    assert shown(account) == [
        ("SOA", "@", "1800"),
        ("NS", "@", "ns1.digitalocean.com"),
        ("NS", "@", "ns2.digitalocean.com"),
        ("NS", "@", "ns3.digitalocean.com"),
        ("A", "@", "192.0.2.1"),
    ]
    serial = int(account.clock.now().timestamp())
    assert zone_file(account) == [
        "$ORIGIN example.com.",
        "$TTL 1800",
        f"example.com. IN SOA ns1.digitalocean.com. hostmaster.example.com. {serial} 10800 3600 604800 1800",
        "example.com. 1800 IN NS ns1.digitalocean.com.",
        "example.com. 1800 IN NS ns2.digitalocean.com.",
        "example.com. 1800 IN NS ns3.digitalocean.com.",
        "example.com. 1800 IN A 192.0.2.1",
    ]
    (listed,) = account.get("/v2/domains")["domains"]
    assert listed == account.get("/v2/domains/EXAMPLE.com")["domain"]


def test_a_domain_exists_once(zone: Account):
    assert zone("POST", "/v2/domains", {"name": "EXAMPLE.com."}).status == 422
    assert zone("POST", "/v2/domains", {"name": "sub.example.com"}).status == 201
    assert zone.get("/v2/domains")["meta"]["total"] == 2


@pytest.mark.parametrize("name", ["", None, "example", "-a.example", "a..example", "a b.example", "a" * 64 + ".com", 5])
def test_what_is_no_domain_is_refused(account: Account, name):
    assert account("POST", "/v2/domains", {"name": name}).status == 422
    assert account.get("/v2/domains")["meta"]["total"] == 0


def test_an_address_that_is_none_makes_no_domain(account: Account):
    assert account("POST", "/v2/domains", {"name": "example.com", "ip_address": "1.2.3"}).status == 422
    assert account("GET", "/v2/domains/example.com").status == 404


def test_a_deleted_domain_takes_its_records_along(zone: Account):
    record = added(zone, "A", name="www", data="192.0.2.1")
    assert zone("DELETE", "/v2/domains/example.com").status == 204
    assert zone("DELETE", "/v2/domains/example.com").status == 404
    assert zone("GET", RECORDS).status == 404
    zone("POST", "/v2/domains", {"name": "example.com"})
    assert zone("GET", f"{RECORDS}/{record['id']}").status == 404
    assert len(shown(zone)) == 4


@pytest.mark.parametrize(
    ("sent", "stored", "line"),
    [
        ({"type": "A", "name": "www", "data": "192.0.2.1"}, {}, "www.example.com. 1800 IN A 192.0.2.1"),
        ({"type": "AAAA", "name": "www", "data": "2001:DB8::1"}, {"data": "2001:db8::1"}, "IN AAAA 2001:db8::1"),
        (
            {"type": "CNAME", "name": "web", "data": "host.example.net."},
            {"data": "host.example.net"},
            "web.example.com. 1800 IN CNAME host.example.net.",
        ),
        ({"type": "CNAME", "name": "*", "data": "example.com."}, {"data": "@"}, "*.example.com. 1800 IN CNAME"),
        ({"type": "CNAME", "name": "web", "data": "@"}, {"data": "@"}, "IN CNAME example.com."),
        (
            {"type": "MX", "name": "@", "data": "mail.example.com.", "priority": 0},
            {"data": "mail.example.com", "priority": 0},
            "example.com. 1800 IN MX 0 mail.example.com.",
        ),
        ({"type": "MX", "data": "mail.example.com.", "priority": 10}, {"name": "@", "data": "mail.example.com"}, "MX"),
        ({"type": "NS", "name": "sub", "data": "ns.example.net."}, {"data": "ns.example.net"}, "sub.example.com."),
        (
            {"type": "SRV", "name": "_sip._tcp", "data": "sip.example.com.", "priority": 0, "port": 0, "weight": 0},
            {"data": "sip.example.com", "priority": 0, "port": 0, "weight": 0},
            "_sip._tcp.example.com. 1800 IN SRV 0 0 0 sip.example.com.",
        ),
        (
            {"type": "SRV", "name": "_x", "data": "h.example.com.", "priority": 1, "port": 3, "weight": 2},
            {"data": "h.example.com"},
            "IN SRV 1 2 3 h.example.com.",
        ),
        (
            {"type": "CAA", "name": "@", "data": "letsencrypt.org.", "flags": 0, "tag": "issue"},
            {"data": "letsencrypt.org", "flags": 0},
            'IN CAA 0 issue "letsencrypt.org"',
        ),
        (
            {"type": "CAA", "name": "@", "data": "mailto:a@example.com", "flags": 128, "tag": "iodef"},
            {},
            'IN CAA 128 iodef "mailto:a@example.com"',
        ),
        ({"type": "TXT", "name": "@", "data": 'v="a\\b"'}, {}, r'IN TXT "v=\"a\\b\""'),
        ({"type": "TXT", "name": "@", "data": "é"}, {}, r'IN TXT "\195\169"'),
        ({"type": "TXT", "name": "@", "data": '"quoted" "twice"'}, {}, 'IN TXT "quoted" "twice"'),
        ({"type": "TXT", "name": "@", "data": "x" * 300}, {}, f'"{"x" * 255}" "{"x" * 45}"'),
        ({"type": "A", "name": "WWW.example.com", "data": "192.0.2.1"}, {"name": "www"}, "www.example.com. 1800"),
        ({"type": "A", "name": "www.example.com.", "data": "192.0.2.1"}, {"name": "www"}, "www.example.com. 1800"),
        ({"type": "A", "name": "example.com.", "data": "192.0.2.1"}, {"name": "@"}, "example.com. 1800 IN A"),
        ({"type": "A", "name": "a.b", "data": "192.0.2.1", "ttl": 30}, {"ttl": 30}, "a.b.example.com. 30 IN A"),
    ],
)
def test_records_are_stored_shown_and_written_in_the_api_s_forms(zone: Account, sent, stored, line):
    record = added(zone, **sent)
    nothing = dict.fromkeys(("priority", "port", "weight", "flags", "tag"))
    assert record == {"id": record["id"], "ttl": 1800, **nothing, **sent, "name": record["name"], **stored}
    assert zone.get(f"{RECORDS}/{record['id']}")["domain_record"] == record
    assert line in zone_file(zone)[-1]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"type": "PTR", "name": "a", "data": "b."}, "Type must be"),
        ({"type": "A", "name": "a"}, "data is required"),
        ({"type": "A", "data": "192.0.2.1"}, "Name can't be blank"),
        ({"type": "A", "name": " ", "data": "192.0.2.1"}, "Name can't be blank"),
        ({"type": "A", "name": "a b", "data": "192.0.2.1"}, "invalid"),
        ({"type": "A", "name": "a.*", "data": "192.0.2.1"}, "invalid"),
        ({"type": "A", "name": "a", "data": "2001:db8::1"}, "IPv4"),
        ({"type": "AAAA", "name": "a", "data": "192.0.2.1"}, "IPv6"),
        ({"type": "A", "name": "a", "data": "192.0.2.1", "ttl": 29}, "30"),
        ({"type": "CNAME", "name": "a", "data": "host.example.net"}, "Data needs to end with a dot (.)"),
        ({"type": "MX", "name": "a", "data": "mail", "priority": 1}, "Data needs to end with a dot (.)"),
        ({"type": "NS", "name": "a", "data": "ns"}, "Data needs to end with a dot (.)"),
        (
            {"type": "SRV", "name": "a", "data": "h", "priority": 1, "port": 1, "weight": 1},
            "Data needs to end with a dot (.)",
        ),
        (
            {"type": "CAA", "name": "a", "data": "ca.org", "flags": 0, "tag": "issue"},
            "Data needs to end with a dot (.)",
        ),
        ({"type": "CNAME", "name": "a", "data": "a b."}, "not the name of a host"),
        ({"type": "MX", "name": "a", "data": "mail."}, "priority"),
        ({"type": "SRV", "name": "a", "data": "h.", "priority": 1, "port": 1}, "Weight can't be blank"),
        ({"type": "SRV", "name": "a", "data": "h.", "priority": 1, "port": 70000, "weight": 1}, "65535"),
        ({"type": "CAA", "name": "a", "data": "ca.org.", "flags": 256, "tag": "issue"}, "255"),
        ({"type": "CAA", "name": "a", "data": "ca.org.", "tag": "issue"}, "Flags can't be blank"),
        ({"type": "CAA", "name": "a", "data": "ca.org.", "flags": 0}, "Tag must be one of issue"),
        ({"type": "CNAME", "name": "@", "data": "host.example.net."}, "cannot share a name"),
    ],
)
def test_what_no_record_can_be_is_refused(zone: Account, sent, said):
    reply = zone("POST", RECORDS, sent)
    assert reply.status == 422, reply
    assert said in reply.message
    assert len(shown(zone)) == 4


def test_an_alias_is_all_there_is_of_its_name(zone: Account):
    alias = added(zone, "CNAME", name="www", data="host.example.net.")
    assert add(zone, "A", name="www", data="192.0.2.1").status == 422
    assert add(zone, "CNAME", name="www", data="other.example.net.").status == 422
    other = added(zone, "A", name="web", data="192.0.2.1")
    assert zone("PATCH", f"{RECORDS}/{other['id']}", {"type": "A", "name": "www"}).status == 422
    assert zone("PATCH", f"{RECORDS}/{alias['id']}", {"type": "CNAME", "ttl": 60}).status == 200


def test_the_same_record_twice_is_two_records(zone: Account):
    ids = {added(zone, "A", name="www", data="192.0.2.1")["id"] for _ in range(2)}
    assert len(ids) == 2
    assert shown(zone, "?name=www.example.com") == [("A", "www", "192.0.2.1")] * 2


def test_records_are_found_by_their_full_name_and_their_type(zone: Account):
    added(zone, "A", name="www", data="192.0.2.1")
    added(zone, "TXT", name="www", data="hello")
    added(zone, "A", name="@", data="192.0.2.2")
    assert shown(zone, "?name=www.example.com") == [("A", "www", "192.0.2.1"), ("TXT", "www", "hello")]
    assert shown(zone, "?name=WWW.example.com.&type=TXT") == [("TXT", "www", "hello")]
    assert shown(zone, "?name=example.com&type=A") == [("A", "@", "192.0.2.2")]
    assert len(shown(zone, "?type=NS")) == 3
    assert shown(zone, "?name=www") == []
    page = zone.get(RECORDS + "?type=NS&per_page=2&page=2")
    assert len(page["domain_records"]) == 1
    assert page["meta"]["total"] == 3
    assert "type=NS" in page["links"]["pages"]["first"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_not_given_stays(zone: Account, method):
    record = added(zone, "A", name="www", data="192.0.2.1", ttl=60)
    zone.pass_time(10)
    serial = zone_file(zone)[2]
    reply = zone(method, f"{RECORDS}/{record['id']}", {"data": "192.0.2.2"})
    assert reply["domain_record"] == {**record, "data": "192.0.2.2"}
    assert zone.get(f"{RECORDS}/{record['id']}")["domain_record"] == reply["domain_record"]
    assert zone_file(zone)[2] != serial
    renamed = zone(method, f"{RECORDS}/{record['id']}", {"name": "web.example.com"})["domain_record"]
    assert renamed["name"] == "web"
    assert shown(zone, "?name=web.example.com") == [("A", "web", "192.0.2.2")]


def test_a_put_wants_the_dot_even_when_only_the_ttl_changes(zone: Account):
    record = added(zone, "CNAME", name="www", data="host.example.net.")
    path = f"{RECORDS}/{record['id']}"
    reply = zone("PUT", path, {"type": "CNAME", "ttl": 60})
    assert (reply.status, reply.message) == (422, "Data needs to end with a dot (.)")
    assert zone("PUT", path, {**record, "ttl": 60}).status == 422
    assert zone.get(path)["domain_record"] == record
    assert zone("PUT", path, {**record, "data": "host.example.net.", "ttl": 60})["domain_record"]["ttl"] == 60
    assert zone("PATCH", path, {"type": "CNAME", "ttl": 90})["domain_record"] == {**record, "ttl": 90}


def test_a_record_of_another_type_obeys_that_type(zone: Account):
    record = added(zone, "A", name="www", data="192.0.2.1")
    path = f"{RECORDS}/{record['id']}"
    assert zone("PATCH", path, {"type": "CNAME"}).status == 422
    changed = zone("PATCH", path, {"type": "MX", "data": "mail.example.com.", "priority": 5})["domain_record"]
    assert (changed["type"], changed["data"], changed["priority"]) == ("MX", "mail.example.com", 5)
    assert shown(zone, "?type=MX") == [("MX", "www", "mail.example.com")]
    assert zone("PATCH", path, {"type": "TXT", "data": "x"})["domain_record"]["priority"] is None


def test_of_the_soa_record_only_the_ttl_changes(zone: Account):
    soa = zone.get(RECORDS + "?type=SOA")["domain_records"][0]
    path = f"{RECORDS}/{soa['id']}"
    assert zone("PATCH", path, {"type": "SOA", "data": "1"}).status == 422
    assert zone("PUT", path, {"type": "A", "ttl": 60}).status == 422
    assert zone("PUT", path, {"type": "SOA", "ttl": 10}).status == 422
    assert zone("DELETE", path).status == 422
    assert zone("PUT", path, {**soa, "ttl": 600})["domain_record"] == {**soa, "ttl": 600, "data": "600"}
    assert zone.get("/v2/domains/example.com")["domain"]["ttl"] == 600
    assert zone_file(zone)[1] == "$TTL 600"
    assert zone_file(zone)[2].endswith(" 600")
    assert added(zone, "A", name="new", data="192.0.2.1")["ttl"] == 600
    # Asking for one more is asking for this one.
    assert add(zone, "SOA", ttl=900)["domain_record"]["id"] == soa["id"]
    assert shown(zone, "?type=SOA") == [("SOA", "@", "900")]
    a = zone.get(RECORDS + "?type=A")["domain_records"][0]
    assert zone("PATCH", f"{RECORDS}/{a['id']}", {"type": "SOA"}).status == 422


def test_a_deleted_record_is_gone_and_the_zone_changes(zone: Account):
    before = zone_file(zone)
    record = added(zone, "A", name="www", data="192.0.2.1")
    assert zone("DELETE", f"{RECORDS}/{record['id']}").status == 204
    assert zone("DELETE", f"{RECORDS}/{record['id']}").status == 404
    after = zone_file(zone)
    assert after[3:] == before[3:]
    assert int(after[2].split()[5]) > int(before[2].split()[5])


def test_a_record_is_reached_through_its_own_domain_only(zone: Account):
    zone("POST", "/v2/domains", {"name": "example.org"})
    record = added(zone, "A", name="www", data="192.0.2.1")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {"type": "A", "data": "192.0.2.9"} if method.startswith("P") else None
        assert zone(method, f"/v2/domains/example.org/records/{record['id']}", body).status == 404
    assert zone.get(f"{RECORDS}/{record['id']}")["domain_record"] == record


def test_numbers_may_come_as_text_and_nulls_are_nothing(zone: Account):
    sent = {"name": "@", "data": "mail.example.com.", "priority": "10", "ttl": None, "port": None, "tag": None}
    assert added(zone, "MX", **sent)["priority"] == 10
    assert added(zone, "A", name="www", data="192.0.2.1", priority=5, tag="issue")["priority"] is None
