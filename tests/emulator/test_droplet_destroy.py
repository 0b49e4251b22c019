from __future__ import annotations

from dopyapi.emulator import hooks
from dopyapi.emulator.associated import Associated
from dopyapi.emulator.errors import conflict

from .conftest import Account

EMPTY = {"reserved_ips": [], "floating_ips": [], "snapshots": [], "volumes": [], "volume_snapshots": []}


def _path(droplet, rest: str = "") -> str:
    return f"/v2/droplets/{droplet['id']}/destroy_with_associated_resources{rest}"


def test_what_belongs_to_a_droplet_is_listed_with_its_cost(account: Account):
    droplet = account.droplet()
    assert account.get(_path(droplet)) == EMPTY
    (id,) = account.done(droplet, "snapshot", name="s")["snapshot_ids"]
    assert account.get(_path(droplet))["snapshots"] == [{"id": str(id), "name": "s", "cost": "0.24"}]


def test_everything_goes_when_the_danger_is_acknowledged(account: Account):
    droplet = account.droplet()
    (id,) = account.done(droplet, "snapshot", name="s")["snapshot_ids"]
    assert account("GET", _path(droplet, "/status")).status == 404
    assert account("DELETE", _path(droplet, "/dangerous")).status == 400
    assert account("DELETE", _path(droplet, "/dangerous"), **{"x-dangerous": "true"}).status == 202
    running = account.get(_path(droplet, "/status"))
    assert (running["completed_at"], running["droplet"]["destroyed_at"]) == (None, None)
    again = account("DELETE", _path(droplet, "/dangerous"), **{"x-dangerous": "true"})
    assert (again.status, again.message) == (409, "a destroy is already in progress")
    assert account("POST", _path(droplet, "/retry")).status == 409
    account.pass_time(21)
    done = account.get(_path(droplet, "/status"))
    assert (done["failures"], done["resources"]["snapshots"][0]["id"]) == (0, str(id))
    assert done["completed_at"] == done["droplet"]["destroyed_at"] == done["resources"]["snapshots"][0]["destroyed_at"]
    for path in (f"/v2/droplets/{droplet['id']}", f"/v2/images/{id}", f"/v2/snapshots/{id}"):
        assert account("GET", path).status == 404


def test_what_is_being_destroyed_with_all_that_it_has_cannot_be_destroyed_alone(account: Account):
    droplet = account.droplet(tags=["t"])
    (id,) = account.done(droplet, "snapshot", name="s")["snapshot_ids"]
    assert account("DELETE", _path(droplet, "/dangerous"), **{"x-dangerous": "true"}).status == 202
    for path in (f"/v2/droplets/{droplet['id']}", "/v2/droplets?tag_name=t"):
        refused = account("DELETE", path)
        assert (refused.status, refused.message) == (409, "a destroy is already in progress")
    account.pass_time(21)
    assert account.get(_path(droplet, "/status"))["failures"] == 0
    for path in (f"/v2/droplets/{droplet['id']}", f"/v2/snapshots/{id}"):
        assert account("GET", path).status == 404


def test_only_what_is_named_goes(account: Account):
    droplet = account.droplet()
    keep, gone = account.done(droplet, "snapshot", name="keep"), account.done(droplet, "snapshot", name="gone")
    kept, dropped = keep["snapshot_ids"][0], gone["snapshot_ids"][1]
    assert account("DELETE", _path(droplet, "/selective"), {"snapshots": ["1"]}).status == 404
    assert account("DELETE", _path(droplet, "/selective"), {"snapshots": [str(dropped)]}).status == 202
    account.pass_time(21)
    assert account("GET", f"/v2/images/{dropped}").status == 404
    assert account.get(f"/v2/images/{kept}")["image"]["name"] == "keep"


def test_what_failed_can_be_tried_again(account: Account, monkeypatch):
    busy = [True]

    def destroy(context) -> None:
        if busy[0]:
            raise conflict("the volume is busy")

    def volumes(context, droplet):
        return [Associated("volumes", "v-1", "data", "1.00", destroy)]

    monkeypatch.setitem(hooks._HOOKS, ("associated", "droplet"), [volumes])
    droplet = account.droplet()
    account("DELETE", _path(droplet, "/dangerous"), **{"x-dangerous": "true"})
    account.pass_time(21)
    failed = account.get(_path(droplet, "/status"))
    assert failed["failures"] == 1
    assert failed["resources"]["volumes"][0]["error_message"] == "the volume is busy"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["locked"] is False
    busy[0] = False
    assert account("POST", _path(droplet, "/retry")).status == 202
    account.pass_time(21)
    done = account.get(_path(droplet, "/status"))
    assert done["failures"] == 0
    assert account("GET", f"/v2/droplets/{droplet['id']}").status == 404
