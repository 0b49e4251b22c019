"""What is answered by a general rule: every family that the table of facts has, from its creation to its end."""

from __future__ import annotations

from typing import Any

import pytest

from dopyapi.emulator import generic
from dopyapi.emulator.generic import fitting
from dopyapi.emulator.generic.families import Family, families
from dopyapi.emulator.generic.shapes import constraint, is_nullable, members, required
from dopyapi.emulator.handlers import load

from .conftest import Account, Reply

load()
FAMILIES = families()
CHECK = {"name": "c", "target": "https://example.com", "type": "https", "regions": ["us_east"], "enabled": True}
NOWHERE = "99999999-9999-4999-8999-999999999999"


def example(node: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that a schema of a request allows, with all that it knows."""
    choices = constraint(node, "enum")
    if choices:
        return choices[0]
    kind = constraint(node, "type")
    if members(node) and depth < 5:
        needed = required(node) if depth else members(node).keys()
        return {n: example(s, n, depth + 1) for n, s in members(node).items() if n in needed}
    if kind == "array":
        return [example(constraint(node, "items") or {}, name, depth + 1)]
    if kind in ("integer", "number"):
        return max(constraint(node, "minimum") or 0, min(3, constraint(node, "maximum") or 3))
    if kind == "boolean":
        return True
    if kind == "object":
        return {}
    if constraint(node, "format") == "date-time":
        return "2026-01-01T00:00:00Z"
    if constraint(node, "format") == "uuid" or name.endswith("uuid"):
        return NOWHERE
    return f"a-{name.replace('_', '-')}"[: constraint(node, "maxLength") or 60]


def path(family: Family, keys: list[Any]) -> str:
    """Where the collection is below these."""
    return family.collection.format(**dict(zip(family.places, keys, strict=True)))


def create(account: Account, family: Family, **more: Any) -> tuple[Reply, dict[str, Any], list[Any]]:
    """A new one, and all it lives in: the answer, the thing, and the keys of its path."""
    keys: list[Any] = []
    if family.parent is not None:
        _, _, keys = create(account, family.parent)
    body = {n: v for n, v in example(family.operations["create"].body or {}).items() if n != family.identifier}
    if family.identifier == "name":
        body["name"] = "a-name"
    reply = account("POST", path(family, keys), body | more)
    assert reply.status in (200, 201, 202), reply
    thing = reply[family.key] if family.key else reply.body
    return reply, thing, [*keys, thing[family.identifier]]


@pytest.fixture(params=FAMILIES, ids=lambda family: family.collection)
def family(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_there_are_some() -> None:
    assert len(FAMILIES) >= 23
    assert len(generic.plain_operations()) >= 110


def test_a_whole_life(account: Account, family: Family) -> None:
    reply, thing, keys = create(account, family)
    assert reply.headers["x-emulated"] == "generic"
    above, member = keys[:-1], f"{path(family, keys[:-1])}/{keys[-1]}"
    operations = family.operations
    if "read" in operations:
        found = account.get(member)
        shown = found[family.key] if family.key else found
        assert shown[family.identifier] == thing[family.identifier]
    if "list" in operations:
        assert [i[family.identifier] for i in items(account, family, above)] == [thing[family.identifier]]
    for action, method in (("replace", operations.get("replace")), ("change", operations.get("change"))):
        if method is not None:
            change(account, family, member, method.method, action)
    if "delete" in operations:
        deleted = account("DELETE", member)
        assert deleted.status in (200, 202, 204), deleted
        assert account("DELETE", member).status == 404
        if "read" in operations:
            assert account("GET", member).status == 404
        if "list" in operations:
            assert items(account, family, above) == []


def items(account: Account, family: Family, keys: list[Any]) -> list[Any]:
    from dopyapi.emulator.generic.families import list_key

    key = list_key(family.operations["list"])
    found: list[Any] = account.get(path(family, keys))[key]
    return found


def change(account: Account, family: Family, member: str, method: str, action: str) -> None:
    """Change a text of it, and see that it stays changed."""
    known = members(family.operations[action].body or {})
    fields = members(family.schema)
    plain = (
        n
        for n in known
        if n in fields and constraint(known[n], "type") == "string" and not constraint(known[n], "enum")
    )
    name = next((n for n in plain if n != family.identifier and not constraint(known[n], "format")), None)
    sent = example(family.operations[action].body or {})
    if family.identifier in sent:
        sent[family.identifier] = member.rpartition("/")[2]
    if name is not None:
        sent[name] = "changed"
    reply = account(method, member, sent)
    assert reply.status in (200, 202, 204), reply
    if name is not None and "read" in family.operations:
        found = account.get(member)
        assert (found[family.key] if family.key else found)[name] == "changed"


def test_what_nobody_knows_is_not_echoed(account: Account, family: Family) -> None:
    reply, thing, _ = create(account, family, zebra="striped")
    assert "striped" not in str(reply.body)
    assert "zebra" not in thing


def test_what_is_not_there_is_not_found(account: Account, family: Family) -> None:
    keys = [NOWHERE for _ in family.places]
    for action, operation in family.operations.items():
        where = path(family, keys) + ("" if action in ("create", "list") else f"/{NOWHERE}")
        sent = example(operation.body) if operation.body else None
        wanted = {404} if family.parent is not None or action not in ("create", "list") else {200, 201, 202}
        assert account(operation.method, where, sent).status in wanted, action


def test_parts_end_with_what_they_belong_to(account: Account) -> None:
    check = account("POST", "/v2/uptime/checks", CHECK)["check"]
    body = {"name": "a", "type": "down", "notifications": {"email": ["a@example.com"], "slack": []}, "period": "2m"}
    made = account("POST", f"/v2/uptime/checks/{check['id']}/alerts", body)
    assert made.status == 201
    assert account("DELETE", f"/v2/uptime/checks/{check['id']}").status == 204
    assert account("GET", f"/v2/uptime/checks/{check['id']}/alerts").status == 404
    assert account.emulator.store.count("generic:uptime/checks/{check_id}/alerts") == 0


def test_pages_and_filters(account: Account) -> None:
    for number in range(5):
        assert account("POST", "/v2/uptime/checks", CHECK | {"name": f"c{number}"}).status == 201
    page = account.get("/v2/uptime/checks?page=2&per_page=2")
    assert [check["name"] for check in page["checks"]] == ["c2", "c3"]
    assert page["meta"]["total"] == 5
    assert page["links"]["pages"]["next"].endswith("page=3&per_page=2")
    assert [check["name"] for check in account.get("/v2/uptime/checks?name=c4")["checks"]] == ["c4"]


def test_a_secret_is_shown_once(account: Account) -> None:
    made = account("POST", "/v2/spaces/keys", {"name": "k", "grants": [{"bucket": "b", "permission": "read"}]})["key"]
    assert len(made["secret_key"]) == 40
    assert made["secret_key"] not in str(account.get(f"/v2/spaces/keys/{made['access_key']}"))
    assert made["secret_key"].encode() not in account.emulator.snapshot()


def test_a_project_has_none_of_it_and_it_is_kept(account: Account) -> None:
    assert account("POST", "/v2/uptime/checks", CHECK).status == 201
    kept = account.emulator.snapshot()
    account.emulator.reset()
    assert account.get("/v2/uptime/checks")["checks"] == []
    account.emulator.restore(kept)
    assert len(account.get("/v2/uptime/checks")["checks"]) == 1


def test_a_strict_emulator_does_not_answer_by_it() -> None:
    account = Account(strict=True)
    reply = account("GET", "/v2/uptime/checks")
    assert reply.status == 501
    assert "uptime_list_checks is only emulated by a general rule" in reply.message
    assert reply.headers["x-emulated"] == "no"
    account.emulator.close()


def test_what_is_not_plain_says_so(account: Account) -> None:
    reply = account("GET", "/v2/monitoring/metrics/droplet/cpu?host_id=1&start=1&end=2")
    assert (reply.status, reply.headers["x-emulated"]) == (501, "no")
    assert "monitoring_get_DropletCpuMetrics" in reply.message


def test_null_is_allowed_where_the_schema_allows_it() -> None:
    assert is_nullable({"allOf": [{"nullable": True}]})
    assert not is_nullable({"type": "string"})


def test_a_list_inside_that_clients_leave_out_is_empty(account: Account) -> None:
    body = {"type": "v1/insights/droplet/cpu", "compare": "GreaterThan", "value": 80, "window": "5m", "enabled": True}
    body |= {"description": "busy", "entities": None, "tags": None}
    for alerts in ({"email": ["ops@example.com"]}, {"email": ["ops@example.com"], "slack": None}):
        made = account("POST", "/v2/monitoring/alerts", {**body, "alerts": alerts})
        assert made["policy"]["alerts"] == {"email": ["ops@example.com"], "slack": []}
        assert account.get(f"/v2/monitoring/alerts/{made['policy']['uuid']}")["policy"]["alerts"]["slack"] == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.com:443/a%20b?c=d&e#f", True),
        ("http://[2001:db8::1]:80/x", True),
        ("mailto:somebody@example.com", True),
        ("urn:a:b", True),
        ("https://\u0084", False),
        ("https://example.com/a b", False),
        ("http://example.com:http/", False),
        ("http://[::1", False),
        ("https://example.com/%zz", False),
        ("https://example.com#a#b", False),
        ("//example.com/", False),
        ("example", False),
    ],
)
def test_a_uri_is_what_rfc_3986_says(text, is_one):
    assert fitting._is("uri", text) is is_one
