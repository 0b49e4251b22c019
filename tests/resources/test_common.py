"""Writing resources as JSON, and the base class against the emulator."""

from __future__ import annotations

import json

import pytest

import dopyapi as do


async def test_resources_and_times_are_written_as_json(api, call, make):
    droplet = await make(tags=["a"])
    data = {"droplets": [droplet], "at": droplet.created_at, "networks": droplet.networks, "names": {"x"}}
    text = json.dumps(data, cls=do.DOJSONEncoder, sort_keys=True, indent=4)
    again = json.loads(text)
    assert again["droplets"] == [droplet.json()]
    assert again["at"] == droplet.json()["created_at"]
    assert again["networks"] == droplet.json()["networks"]
    assert do.DOJSONEncoder().default(droplet) == droplet.json()
    with pytest.raises(TypeError):
        json.dumps(object(), cls=do.DOJSONEncoder)


async def test_the_base_class_against_the_emulator(api, call, make):
    droplet = await make()
    manager = do.Resource(do.Droplet)
    assert manager.resource is droplet.resource is do.Droplet
    assert (await call(manager.get, f"droplets/{droplet.id}"))["droplet"] == droplet.json()
    assert "ratelimit-remaining" in await call(manager.head, "droplets")
    assert (await call(manager.post, "tags", {"name": "raw"}))["tag"]["name"] == "raw"
    assert await call(manager.post, "tags/raw/resources", {"resources": []}) == {"status": "success"}
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcUIS47SFVib3yJlqOwvcrX5PH+CxglMj9MWWZzgI2a"
    made = (await call(do.Resource(do.SSHKey).create, name="raw", public_key=key))["ssh_key"]
    answer = await call(manager.put, f"account/keys/{made['id']}", {"name": "cooked"})
    assert answer["ssh_key"]["name"] == "cooked"
    assert [d["id"] for d in await call(manager.list, per_page=1)] == [droplet.id]
    action = await call(manager.action, url=f"droplets/{droplet.id}/actions", type="reboot")
    await call(action.wait)
    assert (await call(droplet.action, type="power_cycle")).type == "power_cycle"
    assert await call(manager.delete, url=f"droplets/{droplet.id}") == {"status": "deleted"}
    assert await call(manager.delete, url=f"droplets/{droplet.id}") == {"status": "deleted"}
