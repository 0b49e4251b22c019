"""Tokens with scopes: whatever one may not do is a 403 that names what is missing, before anything is looked up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dopyapi._facts import Operation, operation, operations, scopes
from dopyapi.emulator import Answer, Emulator, VirtualClock
from dopyapi.emulator.context import HANDLERS
from dopyapi.emulator.handlers import load

load()
SERVED = [o for o in operations() if o.id in HANDLERS]
DECLARING = [o for o in SERVED if o.scopes]
DROPLET = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
SAID = "You are not authorized to perform this operation"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(clock=VirtualClock(), speed=0) as made:
        yield made


def ask(emulator: Emulator, token: str, method: str, path: str, body: Any = None) -> Answer:
    path, _, query = path.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    return emulator.handle(method, path, query, {"authorization": f"Bearer {token}"}, sent)


def anywhere(o: Operation) -> str:
    """A path of the operation, with values that fit and belong to nothing."""
    path = o.path
    for name, schema in o.path_params.items():
        path = path.replace(f"{{{name}}}", "1" if "$ref" in schema or schema.get("type") == "integer" else "nothing")
    return path + ("?" + "&".join(f"{name}=1" for name in o.query_required) if o.query_required else "")


def refused(answer: Answer) -> str:
    """What a token lacks, by the words of the answer; empty when it is something else that is wrong, or nothing."""
    if answer.status != 403:
        return ""
    message: str = json.loads(answer.body)["message"]
    return message if message.startswith(SAID) else ""


def test_most_operations_declare_scopes():
    assert len(DECLARING) > 240
    assert {o.id for o in SERVED} - {o.id for o in DECLARING} == {"oneClicks_list"}


@pytest.mark.parametrize("o", DECLARING, ids=lambda o: o.id)
def test_one_scope_less_is_a_403_that_names_it_and_all_of_them_are_not(emulator: Emulator, o: Operation):
    path = anywhere(o)
    for needed in scopes.required(o, query=o.query_required):
        assert needed
        full = ask(emulator, emulator.issue_token(needed), o.method, path)
        assert not refused(full), full
        others = [other - needed for other in scopes.required(o) if other != needed]
        for scope in needed:
            # Of the other ways to be allowed the token has nothing.
            assert all(others)
            answer = ask(emulator, emulator.issue_token(needed - {scope}), o.method, path)
            assert answer.status == 403
            error = json.loads(answer.body)
            assert error["id"] == "forbidden"
            assert error["request_id"] == answer.headers["x-request-id"]
            least = scopes.missing(o, needed - {scope}, query=o.query_required)
            assert all(name in refused(answer) for name in least)
            assert least == {scope} or len(others) > 0


def test_without_any_scope_every_such_operation_is_refused(emulator: Emulator):
    token = emulator.issue_token([])
    answers = {o.id: refused(ask(emulator, token, o.method, anywhere(o))) for o in SERVED}
    assert [id for id, message in answers.items() if not message] == ["oneClicks_list"]


def test_a_read_only_token_reads_and_changes_nothing(emulator: Emulator):
    token = emulator.issue_token("read")
    assert ask(emulator, token, "GET", "/v2/droplets?tag_name=web").status == 200
    assert ask(emulator, token, "HEAD", "/v2/regions").status == 200
    assert "droplet:create" in refused(ask(emulator, token, "POST", "/v2/droplets", DROPLET))
    for o in DECLARING:
        if o.method != "GET":
            assert refused(ask(emulator, token, o.method, anywhere(o))), o.id


def test_a_token_of_full_access_may_do_all(emulator: Emulator):
    token = emulator.issue_token()
    assert not [o.id for o in SERVED if refused(ask(emulator, token, o.method, anywhere(o)))]


def test_what_does_not_exist_is_not_told_to_who_may_not_ask(emulator: Emulator):
    token = emulator.issue_token(["tag:read"])
    assert refused(ask(emulator, token, "GET", "/v2/droplets/5"))
    assert ask(emulator, token, "GET", "/v2/nothing").status == 404
    assert ask(emulator, token, "PATCH", "/v2/droplets").status == 405


def test_what_is_refused_changes_nothing(emulator: Emulator):
    total = json.loads(ask(emulator, "any", "GET", "/v2/droplets").body)["meta"]["total"]
    token = emulator.issue_token(["droplet:create", "image:read"])
    assert refused(ask(emulator, token, "POST", "/v2/droplets", {**DROPLET, "tags": ["web"]}))
    assert json.loads(ask(emulator, "any", "GET", "/v2/droplets").body)["meta"]["total"] == total


@pytest.mark.parametrize(
    ("id", "path", "body", "further"),
    [
        ("droplets_create", "", {**DROPLET, "tags": ["web"]}, {"tag:create"}),
        ("droplets_create", "", {**DROPLET, "ssh_keys": [1], "vpc_uuid": "x"}, {"ssh_key:read", "vpc:read"}),
        ("droplets_create", "", {**DROPLET, "ssh_keys": None, "tags": []}, set()),
        ("droplets_create", "", {**DROPLET, "image": 5}, {"image:read"}),
        ("droplets_list", "?tag_name=web", None, {"tag:read"}),
        ("droplets_destroy_byTag", "", None, {"tag:read"}),
        ("firewalls_create", "", {"name": "a", "droplet_ids": [5]}, {"droplet:read"}),
        (
            "firewalls_create",
            "",
            {"name": "a", "inbound_rules": [{"protocol": "tcp", "ports": "22", "sources": {"tags": ["web"]}}]},
            {"tag:create", "tag:read"},
        ),
        ("dropletActions_post", "", {"type": "reboot"}, set()),
        ("dropletActions_post", "", {"type": "snapshot"}, {"image:create"}),
        ("dropletActions_post", "", {"type": "resize", "size": "x"}, {"droplet:create"}),
        ("dropletActions_post", "", {"type": "rebuild", "image": 5}, {"droplet:admin"}),
        ("dropletActions_post_byTag", "?tag_name=web", {"type": "snapshot"}, {"image:create", "tag:read"}),
        (
            "tags_assign_resources",
            "",
            {"resources": [{"resource_id": "5", "resource_type": "droplet"}, {"resource_type": "image"}]},
            {"droplet:update", "image:update"},
        ),
        ("tags_unassign_resources", "", {"resources": [{"resource_type": "database"}]}, {"database:update"}),
        ("tags_assign_resources", "", {"resources": [{"resource_type": "volume"}]}, set()),  # there is no such scope
        ("tags_assign_resources", "", {"resources": "web"}, set()),
        ("projects_assign_resources", "", {"resources": ["do:droplet:5", "do:floatingip:192.0.2.1", "odd"]},
         {"droplet:read", "reserved_ip:read"}),
        ("volumes_create", "", {"name": "a", "tags": ["web"]}, {"tag:create"}),
        ("databases_create_cluster", "", {"project_id": "x"}, {"project:assign_resource"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_a_request_says_may_need_more(emulator: Emulator, id: str, path: str, body: Any, further: set[str]):
    o = operation(id)
    declared = {scope for alternative in o.scopes[:1] for scope in alternative}
    if id != "droplets_create":
        declared.update(scopes.needs().get(id, NONE).always)
    path = anywhere(o).partition("?")[0] + (path or "?tag_name=web" * bool(o.query_required))
    full = declared | further
    assert not refused(ask(emulator, emulator.issue_token(full), o.method, path, body))
    for scope in full:
        assert scope in refused(ask(emulator, emulator.issue_token(full - {scope}), o.method, path, body))


NONE = scopes.Needs()


def test_another_scope_may_do_as_well():
    o = operation("projects_assign_resources")
    for held in ({"project:update"}, {"project:assign_resource"}):
        assert not scopes.missing(o, held)
    assert scopes.missing(o, {"project:read"}) in ({"project:update"}, {"project:assign_resource"})
    records = operation("domains_create_record")
    assert not scopes.missing(records, ["domain:update"])
    assert not scopes.missing(records, ["domain:create"])
    assert scopes.missing(records, [])


# Which tokens are taken


def status(emulator: Emulator, token: str, path: str = "/v2/account") -> int:
    return ask(emulator, token, "GET", path).status


def test_only_given_tokens_are_taken():
    with Emulator(tokens={"t1": ["account:read"], "t2": None, "t3": "read", "t4": ["tag:read"]}) as emulator:
        assert [status(emulator, t) for t in ("t1", "t2", "t3", "t4", "t5")] == [200, 200, 200, 403, 401]
        issued = emulator.issue_token(["account:read"])
        assert status(emulator, issued) == 200
        assert status(emulator, issued, "/v2/tags") == 403
        assert "t1" not in repr(emulator)


def test_an_issued_token_is_held_to_its_scopes_where_any_other_is_taken():
    with Emulator() as emulator:
        issued = emulator.issue_token(["tag:read"])
        assert (status(emulator, issued), status(emulator, "any")) == (403, 200)
        assert emulator.issue_token() != emulator.issue_token()
        assert issued.startswith("dop_v1_")
        assert len(issued) == 71
        assert status(emulator, issued, "/v2/tags") == 200


def test_a_token_and_further_ones():
    with Emulator(token="mine", tokens={"yours": ["tag:read"]}) as emulator:
        assert [status(emulator, t) for t in ("mine", "yours", "theirs")] == [200, 403, 401]
    with Emulator(tokens={}) as emulator:
        assert status(emulator, "any") == 401
        assert status(emulator, emulator.issue_token()) == 200


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["droplets:read"], "there is no scope 'droplets:read'; did you mean 'droplet:read'?"),
        (["droplet:*"], "there is no scope 'droplet:\\*'"),
        ("write", "or 'read', or None, not 'write'"),
    ],
)
def test_scopes_that_do_not_exist_are_refused(wanted: Any, said: str):
    with Emulator() as emulator, pytest.raises(ValueError, match=said):
        emulator.issue_token(wanted)
    with pytest.raises(ValueError, match=said):
        Emulator(tokens={"t": wanted})
    with pytest.raises(ValueError, match="cannot be empty"):
        Emulator(tokens={"": None})
