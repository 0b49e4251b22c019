"""pydo, DigitalOcean's own client for Python."""

from __future__ import annotations

import time

import pytest

import dopyapi as do

pydo = pytest.importorskip("pydo", reason="pydo is not installed: make clients installs it")

TLS = True
"""pydo sends its token over TLS only."""

pytestmark = [
    pytest.mark.clients,
    pytest.mark.filterwarnings("default"),  # what others warn of is not ours to fix
]

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKe4Pi+MJj744fTlCGcte8I4a5kihcEiafJZiwa1PZv0 pydo"
REQUEST = {"region": "fra1", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


@pytest.fixture
def client(server):
    return pydo.Client(server.token, endpoint=server.url, connection_verify=str(server.ca))


def wait(client, action):
    deadline = time.monotonic() + 30
    while action["status"] == "in-progress":
        assert time.monotonic() < deadline, f"still in progress: {action}"
        time.sleep(0.1)
        action = client.actions.get(action_id=action["id"])["action"]
    assert action["status"] == "completed"
    return action


def test_a_droplet_is_created_listed_acted_on_and_destroyed(client, ours):
    key = client.ssh_keys.create(body={"name": "pydo", "public_key": KEY})["ssh_key"]
    answer = client.droplets.create(body={**REQUEST, "name": "web", "ssh_keys": [key["id"]], "tags": ["pydo"]})
    droplet = answer["droplet"]
    assert droplet["status"] == "new"
    wait(client, client.actions.get(action_id=answer["links"]["actions"][0]["id"])["action"])

    droplet = client.droplets.get(droplet_id=droplet["id"])["droplet"]
    assert droplet["status"] == "active"
    assert {n["type"] for n in droplet["networks"]["v4"]} == {"public", "private"}
    listed = client.droplets.list(tag_name="pydo")
    assert [d["id"] for d in listed["droplets"]] == [droplet["id"]]
    assert listed["meta"]["total"] == 1

    act = client.droplet_actions.post
    wait(client, act(droplet_id=droplet["id"], body={"type": "power_off"})["action"])
    wait(client, act(droplet_id=droplet["id"], body={"type": "resize", "size": "s-2vcpu-2gb"})["action"])
    wait(client, act(droplet_id=droplet["id"], body={"type": "power_on"})["action"])
    wait(client, act(droplet_id=droplet["id"], body={"type": "snapshot", "name": "saved"})["action"])
    (mine,) = do.Droplet.list.all()
    assert (mine.memory, mine.status, len(mine.snapshot_ids)) == (2048, "active", 1)
    (snapshot,) = client.snapshots.list(resource_type="droplet")["snapshots"]
    assert (snapshot["name"], snapshot["resource_id"]) == ("saved", str(droplet["id"]))

    assert client.droplets.destroy(droplet_id=droplet["id"]) is None
    assert client.droplets.list()["droplets"] == []
    client.snapshots.delete(snapshot_id=snapshot["id"])
    client.ssh_keys.delete(ssh_key_identifier=key["fingerprint"])
    assert not list(do.SSHKey.list.all())


def test_several_are_created_at_once_and_destroyed_by_tag(client, ours):
    names = [f"node-{n}" for n in range(4)]
    answer = client.droplets.create(body={**REQUEST, "names": names, "tags": ["nodes"]})
    assert [d["name"] for d in answer["droplets"]] == names
    for link in answer["links"]["actions"]:
        wait(client, client.actions.get(action_id=link["id"])["action"])
    cycled = client.droplet_actions.post_by_tag(tag_name="nodes", body={"type": "power_cycle"})
    for action in cycled["actions"]:
        wait(client, action)
    assert client.tags.get(tag_id="nodes")["tag"]["resources"]["droplets"]["count"] == 4
    client.droplets.destroy_by_tag(tag_name="nodes")
    assert not list(do.Droplet.list.all())


def test_pages(client, ours):
    droplets = do.Droplet.create_many([f"n-{n}" for n in range(25)], **REQUEST)
    do.wait_all(droplets)
    seen = []
    for number in (1, 2, 3):
        page = client.droplets.list(per_page=10, page=number)
        seen += [d["name"] for d in page["droplets"]]
        assert ("next" in page["links"]["pages"]) == (number < 3)
    assert sorted(seen) == sorted(d.name for d in droplets)
