"""Projects and the resources in them."""

from __future__ import annotations

import json

import pytest

from dopyapi._facts import operation
from dopyapi.emulator import hooks
from dopyapi.emulator.context import Context
from dopyapi.emulator.errors import Refused

from .conftest import TOKEN

NOWHERE = "4e1bfbc3-dc3e-41f2-a18f-1b4d7ba71679"
JSON = {"content-type": "application/json"}
FULL = {"description": "d", "purpose": "IoT", "environment": "Staging", "is_default": False}


def new(account, name="shop", **fields):
    reply = account("POST", "/v2/projects", {"name": name, "purpose": "Web Application", **fields})
    assert reply.status == 201, reply
    return reply["project"]


def refused(account, status, method, path, body=None, **headers):
    reply = account(method, path, body, **headers)
    assert reply.status == status, reply
    return reply.message


def urns(account, project="default"):
    key = project if isinstance(project, str) else project["id"]
    return [r["urn"] for r in account.get(f"/v2/projects/{key}/resources?per_page=200")["resources"]]


def assign(account, project, *given):
    key = project if isinstance(project, str) else project["id"]
    reply = account("POST", f"/v2/projects/{key}/resources", {"resources": list(given)})
    assert reply.status == 200, reply
    return reply["resources"]


def add(account, kind, key, request=None, *, sent=None, **body):
    """A resource of a kind, as its own product will make it, in answer to what was sent to create a load balancer."""
    creation = operation("loadBalancers_create") if sent else None
    context = Context(account.emulator.store, account.clock.now(), 1, operation=creation, sent=sent)
    document = context.store.add(kind, key, {"id": key, "name": key, **body}, name=key)
    hooks.created(context, document, request)
    context.store.commit()
    return document


def stored(account, kind, key):
    return account.emulator.store.get(kind, key)


# The default project.


def test_there_is_exactly_one_default_project_from_the_start(account):
    (only,) = account.get("/v2/projects")["projects"]
    assert only["is_default"] is True
    assert account.get("/v2/projects/default")["project"] == only
    assert account.get(f"/v2/projects/{only['id']}")["project"] == only
    assert (only["environment"], only["purpose"]) == ("Development", "Just trying out DigitalOcean")
    assert only["owner_uuid"] == account.get("/v2/account")["account"]["team"]["uuid"]


def test_the_default_project_is_there_before_the_first_of_ones_own(account):
    body = {"name": "first-project", "purpose": "IoT"}
    assert "already in use" in refused(account, 409, "POST", "/v2/projects", body)
    new(account)
    assert [p["is_default"] for p in account.get("/v2/projects")["projects"]] == [True, False]


def test_the_default_moves_and_is_never_absent(account):
    first, other = account.get("/v2/projects/default")["project"], new(account)
    assert other["is_default"] is False
    message = refused(account, 400, "PATCH", f"/v2/projects/{first['id']}", {"is_default": False})
    assert message == "you must always have a default project"
    account.droplet("before")
    assert account("PATCH", f"/v2/projects/{other['id']}", {"is_default": True})["project"]["is_default"] is True
    assert [p["is_default"] for p in account.get("/v2/projects")["projects"]] == [False, True]
    assert account.get("/v2/projects/default")["project"]["id"] == other["id"]
    account.droplet("after")
    assert (len(urns(account, first)), len(urns(account))) == (1, 1), "what is there stays there"
    account("PUT", f"/v2/projects/{first['id']}", {"name": "first", **FULL, "is_default": True})
    assert [p["is_default"] for p in account.get("/v2/projects")["projects"]] == [True, False]


def test_the_default_project_is_changed_by_its_own_path_too(account):
    account.pass_time(60)
    before = account.get("/v2/projects/default")["project"]
    account.pass_time(60)
    patched = account("PATCH", "/v2/projects/default", {"name": "mine"})["project"]
    assert patched == {**before, "name": "mine", "updated_at": "2026-11-23T09:32:00Z"}
    put = account("PUT", "/v2/projects/default", {"name": "yours", **FULL, "is_default": True})["project"]
    assert put == {**patched, "name": "yours", **FULL, "is_default": True}
    body = {"name": "yours", **FULL}
    assert refused(account, 400, "PUT", "/v2/projects/default", body) == "you must always have a default project"


# Fields.


def test_a_project_is_as_it_was_asked_for(account):
    made = new(account, description="sells", environment="Production")
    assert made == {
        "id": made["id"],
        "owner_uuid": made["owner_uuid"],
        "owner_id": made["owner_id"],
        "name": "shop",
        "description": "sells",
        "purpose": "Web Application",
        "environment": "Production",
        "is_default": False,
        "created_at": "2026-11-23T09:30:00Z",
        "updated_at": "2026-11-23T09:30:00Z",
    }
    bare = new(account, "bare")
    assert (bare["description"], bare["environment"]) == ("", "")


def test_a_purpose_of_ones_own_is_an_other_one(account):
    made = new(account, purpose="Selling tea")
    assert made["purpose"] == "Other: Selling tea"
    path = f"/v2/projects/{made['id']}"
    assert account("PATCH", path, {"purpose": made["purpose"]})["project"]["purpose"] == "Other: Selling tea"
    assert account("PATCH", path, {"purpose": "IoT"})["project"]["purpose"] == "IoT"


def test_an_environment_is_written_as_the_api_writes_it(account):
    made = new(account, environment="development")
    assert made["environment"] == "Development"
    path = f"/v2/projects/{made['id']}"
    assert account("PATCH", path, {"environment": "STAGING"})["project"]["environment"] == "Staging"
    assert "Production" in refused(account, 422, "PATCH", path, {"environment": "moon"})
    assert "Production" in refused(
        account, 422, "POST", "/v2/projects", {"name": "n", "purpose": "p", **{"environment": "x"}}
    )


def test_a_name_is_used_once(account):
    one, two = new(account, "one"), new(account, "two")
    assert "already in use" in refused(account, 409, "POST", "/v2/projects", {"name": "one", "purpose": "IoT"})
    assert "already in use" in refused(account, 409, "PATCH", f"/v2/projects/{two['id']}", {"name": "one"})
    assert account("PATCH", f"/v2/projects/{one['id']}", {"name": "one"}).status == 200
    account("PATCH", f"/v2/projects/{one['id']}", {"name": "three"})
    new(account, "one")


def test_what_is_missing_or_too_long(account):
    made = new(account)
    path = f"/v2/projects/{made['id']}"
    assert "purpose" in refused(account, 422, "POST", "/v2/projects", {"name": "n"})
    assert "name" in refused(account, 422, "POST", "/v2/projects", {"purpose": "p"})
    assert "blank" in refused(account, 422, "POST", "/v2/projects", {"name": " ", "purpose": "p"})
    assert "at least one" in refused(account, 400, "PATCH", path, {})
    for absent in ("name", *FULL):
        body = {name: value for name, value in {"name": "n", **FULL}.items() if name != absent}
        assert f"{absent} is required" in refused(account, 422, "PUT", path, body)
    for name, most in (("name", 175), ("description", 255), ("purpose", 255)):
        assert str(most) in refused(account, 422, "PATCH", path, {name: "x" * (most + 1)})
    assert account.get(path)["project"] == made, "what was refused has changed nothing"


def test_what_does_not_exist(account):
    for method, end, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "n", **FULL}),
        ("PATCH", "", {"name": "n"}),
        ("GET", "/resources", None),
        ("POST", "/resources", {"resources": []}),
    ):
        refused(account, 404, method, f"/v2/projects/{NOWHERE}{end}", body)
    refused(account, 404, "DELETE", f"/v2/projects/{NOWHERE}", **JSON)


# Deleting.


def test_only_an_empty_project_that_is_not_the_default_is_deleted(account):
    made = new(account)
    path = f"/v2/projects/{made['id']}"
    droplet = account.droplet()
    assign(account, made, f"do:droplet:{droplet['id']}")
    message = refused(account, 412, "DELETE", path, **JSON)
    assert message == "cannot delete a project with resources. move or remove the resources first"
    assign(account, "default", f"do:droplet:{droplet['id']}")
    assert account("DELETE", path, **JSON).status == 204
    refused(account, 404, "DELETE", path, **JSON)
    default = account.get("/v2/projects/default")["project"]["id"]
    assert "always" in refused(account, 400, "DELETE", f"/v2/projects/{default}", **JSON)


def test_deleting_without_a_content_type_is_refused_as_in_production(account):
    made = new(account)
    assert "Content-Type" in refused(account, 415, "DELETE", f"/v2/projects/{made['id']}")
    assert account.get(f"/v2/projects/{made['id']}")


# Resources.


def test_new_resources_land_in_the_default_project_and_leave_it_when_they_go(account):
    one, two = account.droplet("one"), account.droplet("two")
    listed = account.get("/v2/projects/default/resources")
    assert listed["meta"] == {"total": 2}
    assert listed["resources"][0] == {
        "urn": f"do:droplet:{one['id']}",
        "assigned_at": one["created_at"],
        "links": {"self": f"http://emulator.test/v2/droplets/{one['id']}"},
        "status": "ok",
    }
    account("DELETE", f"/v2/droplets/{one['id']}")
    assert urns(account) == [f"do:droplet:{two['id']}"]
    account("POST", "/v2/vpcs", {"name": "net", "region": "fra1"})
    assert len(urns(account)) == 1, "VPCs are in no project"


def test_each_kind_has_its_place_in_a_project(account):
    for kind, key, urn, path in (
        ("volume", "v-1", "do:volume:v-1", "/v2/volumes/v-1"),
        ("domain", "example.com", "do:domain:example.com", "/v2/domains/example.com"),
        ("reserved_ip", "203.0.113.9", "do:floatingip:203.0.113.9", "/v2/floating_ips/203.0.113.9"),
        ("load_balancer", "lb-1", "do:loadbalancer:lb-1", "/v2/load_balancers/lb-1"),
        ("database", "db-1", "do:dbaas:db-1", "/v2/databases/db-1"),
        ("kubernetes_cluster", "k-1", "do:kubernetes:k-1", "/v2/kubernetes/clusters/k-1"),
    ):
        add(account, kind, key)
        last = account.get("/v2/projects/default/resources?per_page=200")["resources"][-1]
        assert (last["urn"], last["links"]["self"]) == (urn, f"http://emulator.test{path}")
    made = new(account)
    moved = assign(account, made, *urns(account))
    assert {r["status"] for r in moved} == {"assigned"}
    assert (len(urns(account, made)), urns(account)) == (6, [])


def test_a_new_resource_lands_in_the_project_that_its_request_names(account):
    made, default = new(account), account.get("/v2/projects/default")["project"]
    add(account, "load_balancer", "a", {"project_id": made["id"]}, project_id="")
    add(account, "load_balancer", "b", {"project_id": ""}, project_id=None)
    add(account, "load_balancer", "c", project_id=made["id"])
    add(account, "load_balancer", "d", sent={"project_id": made["id"]}, project_id=None)
    assert urns(account, made) == ["do:loadbalancer:a", "do:loadbalancer:c", "do:loadbalancer:d"]
    assert urns(account) == ["do:loadbalancer:b"]
    said = [stored(account, "load_balancer", key).body["project_id"] for key in "abcd"]
    assert said == [made["id"], default["id"], made["id"], made["id"]]
    assign(account, "default", "do:loadbalancer:a")
    assert stored(account, "load_balancer", "a").body["project_id"] == default["id"], "a move shows in its body"


def test_a_request_that_cannot_name_a_project_does_not(account):
    made = new(account)
    droplet = account.droplet(project_id=made["id"])
    assert urns(account) == [f"do:droplet:{droplet['id']}"], "as in production, which ignores it"


def test_a_project_that_is_not_there_is_refused(account):
    with pytest.raises(Refused, match=NOWHERE):
        add(account, "load_balancer", "a", {"project_id": NOWHERE})
    account.emulator.store.rollback()
    assert urns(account) == []


def test_a_resource_is_in_one_project_at_a_time(account):
    one, two = new(account, "one"), new(account, "two")
    urn = f"do:droplet:{account.droplet()['id']}"
    account.pass_time(100)
    (moved,) = assign(account, one, urn)
    assert (moved["status"], moved["urn"]) == ("assigned", urn)
    assert moved["assigned_at"] == "2026-11-23T09:32:11Z"
    account.pass_time(100)
    (still,) = assign(account, one, urn)
    assert still == {**moved, "status": "already_assigned"}
    assert [urns(account), urns(account, one), urns(account, two)] == [[], [urn], []]
    assign(account, two, urn)
    assert [urns(account), urns(account, one), urns(account, two)] == [[], [], [urn]]


def test_a_resource_that_does_not_show_its_project_is_told_which_it_is(account):
    made, default = new(account), account.get("/v2/projects/default")["project"]
    address = add(account, "reserved_ip", "203.0.113.9")
    context = Context(account.emulator.store, account.clock.now(), 1)
    assert hooks.collect("project", context, address) == [default["id"]]
    assign(account, made, "do:floatingip:203.0.113.9")
    assert hooks.collect("project", context, address) == [made["id"]]
    key = add(account, "ssh_key", "1")
    assert hooks.collect("project", context, key) == []


def test_what_is_not_there_is_said_of_each_and_the_others_are_moved(account):
    made = new(account)
    urn = f"do:droplet:{account.droplet()['id']}"
    moved = assign(account, made, "do:droplet:1", urn, "do:volume:none", urn)
    assert [r["status"] for r in moved] == ["not_found", "assigned", "not_found", "already_assigned"]
    assert urns(account, made) == [urn]
    assert assign(account, made) == []


@pytest.mark.parametrize("urn", ["do:vpc:1", "do:firewal:1", "do:sshkey:1"])
def test_kinds_that_projects_do_not_hold(account, urn):
    other = f"do:droplet:{account.droplet()['id']}"
    made = new(account)
    path = f"/v2/projects/{made['id']}/resources"
    message = refused(account, 400, "POST", path, {"resources": [other, urn]})
    assert message.startswith("resource types must be one of the following: AppPlatformApp Bucket Database Domain ")
    assert urns(account, made) == [], "one wrong urn refuses all"


def test_urns_that_are_none(account):
    made = new(account)
    for urn in ("droplet:1", "do:droplet", "do:droplet:", "1"):
        path = f"/v2/projects/{made['id']}/resources"
        assert "do:resource_type:resource_id" in refused(account, 400, "POST", path, {"resources": [urn]})


def test_a_space_is_there_when_it_is_named(account):
    made = new(account)
    path = f"/v2/projects/{made['id']}/resources"
    (assigned,) = account("POST", path, {"resources": ["do:space:bucket"]})["resources"]
    assert (assigned["urn"], assigned["status"]) == ("do:space:bucket", "assigned")
    assert urns(account, made) == ["do:space:bucket"]
    (again,) = account("POST", path, {"resources": ["do:space:bucket"]})["resources"]
    assert again["status"] == "already_assigned"
    account("POST", "/v2/projects/default/resources", {"resources": ["do:space:bucket"]})
    assert urns(account, made) == []
    assert urns(account) == ["do:space:bucket"]
    (none,) = account("POST", path, {"resources": ["do:space:No Bucket"]})["resources"]
    assert (none["status"], none["assigned_at"]) == ("not_found", None)


def test_kinds_that_production_takes_and_the_emulator_has_not_say_so_each(account):
    droplet = f"do:droplet:{account.droplet()['id']}"
    path = f"/v2/projects/{new(account)['id']}/resources"
    app = "do:app:4de7ac8b-495b-4884-9a69-1050c6793cd6"
    # The document's pattern for a urn has no apps, though production's own message has, so that nothing checks this.
    body = json.dumps({"resources": [app, droplet]}).encode()
    answer = account.emulator.handle("POST", path, "", {"authorization": f"Bearer {TOKEN}"}, body)
    assert answer.status == 200
    assigned = json.loads(answer.body)["resources"]
    assert [(each["urn"], each["status"]) for each in assigned] == [(app, "service_down"), (droplet, "assigned")]


def test_resources_come_in_pages(account):
    for _ in range(5):
        account("POST", "/v2/droplets", {"names": [f"d{n}" for n in range(10)], "region": "nyc3",
                "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"})  # fmt: skip
    everything = urns(account)
    assert len(set(everything)) == 50
    page = account.get("/v2/projects/default/resources?page=3&per_page=20")
    assert [r["urn"] for r in page["resources"]] == everything[40:]
    assert page["links"]["pages"]["prev"].endswith("page=2&per_page=20")


def test_projects_are_kept_in_the_file(tmp_path):
    from .conftest import Account

    path = str(tmp_path / "account.db")
    first = Account(path=path)
    made = new(first)
    urn = f"do:droplet:{first.droplet()['id']}"
    assign(first, made, urn)
    first.emulator.close()
    second = Account(path=path)
    assert (urns(second, made), urns(second)) == ([urn], [])
    second.emulator.close()
