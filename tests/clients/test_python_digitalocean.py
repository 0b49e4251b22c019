"""python-digitalocean, the client that most scripts of the last decade use."""

from __future__ import annotations

import time

import pytest

import dopyapi as do

digitalocean = pytest.importorskip(
    "digitalocean", reason="python-digitalocean is not installed: make clients installs it"
)

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcUIS47SFVib3yJlqOwvcrX5PH+CxglMj9MWWZzgI2a"
SPEC = {"region": "fra1", "image": "ubuntu-24-04-x64", "size_slug": "s-1vcpu-1gb"}


@pytest.fixture
def token(server, monkeypatch):
    # It reads where the API is from the environment, each time it makes an object.
    monkeypatch.setenv("DIGITALOCEAN_END_POINT", f"{server.url}/v2/")
    return server.token


def wait(action):
    deadline = time.monotonic() + 30
    while action.status != "completed":
        assert action.status == "in-progress", action.status
        assert time.monotonic() < deadline
        time.sleep(0.1)
        action.load()


def act(droplet, operation, /, **arguments):
    answer = getattr(droplet, operation)(**arguments)
    wait(droplet.get_action(answer["action"]["id"]))
    droplet.load()


def test_a_droplets_life(token, ours):
    manager = digitalocean.Manager(token=token)
    assert manager.get_account().status == "active"
    key = digitalocean.SSHKey(token=token, name="theirs", public_key=KEY)
    key.create()
    droplet = digitalocean.Droplet(token=token, name="web", ssh_keys=[key.id], tags=["theirs"], **SPEC)
    droplet.create()
    wait(droplet.get_actions()[0])
    droplet.load()
    assert droplet.status == "active"
    assert droplet.ip_address
    assert [d.id for d in manager.get_all_droplets(tag_name="theirs")] == [droplet.id]

    act(droplet, "power_off")
    act(droplet, "resize", new_size_slug="s-2vcpu-2gb")
    act(droplet, "power_on")
    act(droplet, "rename", name="db")
    act(droplet, "take_snapshot", snapshot_name="saved")
    assert (droplet.memory, droplet.name, droplet.status) == (2048, "db", "active")
    (mine,) = do.Droplet.list.all()
    assert (mine.memory, mine.name, mine.tags) == (2048, "db", ["theirs"])
    (snapshot,) = manager.get_droplet_snapshots()
    assert snapshot.name == "saved"
    (image,) = manager.get_my_images()
    assert image.name == "saved"

    assert droplet.destroy()
    assert manager.get_all_droplets() == []
    snapshot.destroy()
    key.destroy()
    assert manager.get_all_sshkeys() == []
    assert not list(do.Snapshot.list.all())


def test_many_at_once_and_tags(token, ours):
    names = ["n1", "n2", "n3"]
    droplets = digitalocean.Droplet.create_multiple(token=token, names=names, **SPEC)
    for droplet in droplets:
        wait(droplet.get_actions()[0])
    tag = digitalocean.Tag(token=token, name="cluster")
    tag.create()
    tag.add_droplets([str(d.id) for d in droplets])
    assert {d.name for d in do.Droplet.list.all(tag_name="cluster")} == set(names)
    tag.remove_droplets([str(droplets[0].id)])
    assert len(list(do.Droplet.list.all(tag_name="cluster"))) == 2
    tag.delete()


def test_what_there_is(token):
    manager = digitalocean.Manager(token=token)
    assert {"fra1", "nyc3"} <= {r.slug for r in manager.get_all_regions()}
    assert {"s-1vcpu-1gb"} <= {s.slug for s in manager.get_all_sizes()}
    assert {"ubuntu-24-04-x64"} <= {i.slug for i in manager.get_distro_images()}
    with pytest.raises(digitalocean.NotFoundError):
        manager.get_droplet(1)
    with pytest.raises(digitalocean.DataReadError, match="image"):
        digitalocean.Droplet(token=token, name="x", region="fra1", image="no-such", size_slug="s-1vcpu-1gb").create()
