"""apache-libcloud, one interface to many clouds."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest

import dopyapi as do

pytest.importorskip("libcloud", reason="apache-libcloud is not installed: make clients installs it")

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4bKDVCT1xpdoOQnaq3xNHe6/gFEh8sOUZTYG16h5Sh"


@pytest.fixture
def driver(server):
    from libcloud.compute.providers import get_driver
    from libcloud.compute.types import Provider

    made = get_driver(Provider.DIGITAL_OCEAN)(server.token, api_version="v2")
    # Its constructor cannot be pointed elsewhere; its connection can.
    parts = urlsplit(server.url)
    made.connection.host, made.connection.port, made.connection.secure = parts.hostname, parts.port, False
    made.connection.connect(host=parts.hostname, port=parts.port)
    return made


def state(driver, node, wanted):
    deadline = time.monotonic() + 30
    while True:
        found = next(n for n in driver.list_nodes() if n.id == node.id)
        if found.state == wanted:
            return found
        assert time.monotonic() < deadline, f"{found.state} is not {wanted}"
        time.sleep(0.1)


def test_a_nodes_life(driver, ours):
    location = next(x for x in driver.list_locations() if x.id == "fra1")
    size = next(s for s in driver.list_sizes() if s.name == "s-1vcpu-1gb")
    image = next(i for i in driver.list_images() if i.extra["slug"] == "ubuntu-24-04-x64")
    key = driver.create_key_pair("theirs", KEY)
    options = {"ssh_keys": [str(key.extra["id"])], "tags": ["theirs"]}
    node = driver.create_node("web", size, image, location, ex_create_attr=options)
    node = state(driver, node, "running")
    assert node.public_ips
    assert node.private_ips
    (mine,) = do.Droplet.list.all(tag_name="theirs")
    assert str(mine.id) == node.id

    assert driver.ex_shutdown_node(node)
    state(driver, node, "stopped")
    assert driver.ex_power_on_node(node)
    state(driver, node, "running")
    assert driver.reboot_node(node)
    mine.listActions()[0].wait()
    assert driver.ex_rename_node(node, "db")
    mine.listActions()[0].wait()
    assert driver.create_image(node, "saved")
    mine.listActions()[0].wait()
    assert [i.name for i in do.Image.list_user.all()] == ["saved"]
    assert state(driver, node, "running").name == "db"

    assert driver.destroy_node(node)
    assert driver.list_nodes() == []
    assert driver.delete_key_pair(driver.get_key_pair("theirs"))
    assert driver.list_key_pairs() == []


def test_pages(driver, ours):
    do.wait_all(
        do.Droplet.create_many([f"n{n}" for n in range(30)], region="fra1", size="s-1vcpu-1gb", image="debian-12-x64")
    )
    assert len(driver.list_nodes()) == 30
