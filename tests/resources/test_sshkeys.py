"""SSH keys."""

from __future__ import annotations

import pytest

import dopyapi as do

ONE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcUIS47SFVib3yJlqOwvcrX5PH+CxglMj9MWWZzgI2a one@example.com"
TWO = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4bKDVCT1xpdoOQnaq3xNHe6/gFEh8sOUZTYG16h5Sh two@example.com"


async def test_a_keys_life(api, call):
    key = do.SSHKey()
    key.name, key.public_key = "laptop", ONE
    answer = await call(key.create)
    assert answer["ssh_key"]["id"] == key.id
    assert key.public_key == ONE
    assert len(key.fingerprint.split(":")) == 16

    by_print, by_name = do.SSHKey(), do.SSHKey()
    by_print.fingerprint, by_name.name = key.fingerprint, "laptop"
    assert await call(by_print.load) == await call(by_name.load) == key.getID()
    assert by_print == by_name == key

    key.name = "old laptop"
    answer = await call(key.save)
    assert answer["ssh_key"]["name"] == "old laptop"
    (listed,) = await call(do.SSHKey.list, page=1, per_page=10)
    assert listed.json() == key.json()

    assert await call(key.delete) == {"status": "deleted"}
    assert await call(key.delete) == {"status": "deleted"}
    assert await call(do.SSHKey.list) == []
    with pytest.raises(do.ResourceNotFoundError):
        await call(key.load)


async def test_a_key_twice_or_none_at_all_is_refused(api, call):
    await call(do.SSHKey.new, name="one", public_key=ONE)
    await call(do.SSHKey.new, name="two", public_key=TWO)
    with pytest.raises(do.UnprocessableError, match="already in use"):
        await call(do.SSHKey.new, name="again", public_key=ONE)
    with pytest.raises(do.UnprocessableError):
        await call(do.SSHKey.new, name="no key", public_key="ssh-ed25519 AAAA nonsense")
    assert [k.name for k in await call.items(do.SSHKey.list.all())] == ["one", "two"]


async def test_two_of_a_name_are_told_apart_by_their_numbers(api, call):
    first = await call(do.SSHKey.new, name="same", public_key=ONE)
    second = await call(do.SSHKey.new, name="same", public_key=TWO)
    with pytest.raises(do.ClientError, match=f"{first.id}, {second.id}"):
        await call(do.SSHKey.fetch, name="same")
    assert (await call(do.SSHKey.fetch, second.id)).public_key == TWO


async def test_a_droplet_lets_in_keys_known_by_any_of_their_names(api, call, make):
    one = await call(do.SSHKey.new, name="one", public_key=ONE)
    two = await call(do.SSHKey.new, name="two", public_key=TWO)
    by_name = do.SSHKey()
    by_name.name = "two"
    droplet = await make(ssh_keys=[one.fingerprint, by_name])
    assert droplet.status == "active"
    assert two.id == by_name.id
    with pytest.raises(do.UnprocessableError, match="invalid key identifiers"):
        await make("other", ssh_keys=[12345])


async def test_a_key_is_registered_once_however_often_it_is_ensured(api, call):
    first = await call(do.SSHKey.ensure, "laptop", ONE)
    again = await call(do.SSHKey.ensure, "other name", ONE.rpartition(" ")[0] + " other comment")
    assert again == first
    assert again.name == "laptop"
    await call(do.SSHKey.ensure, "two", TWO)
    assert [k.name for k in await call.items(do.SSHKey.all())] == ["laptop", "two"]
    with pytest.raises(do.UnprocessableError):
        await call(do.SSHKey.ensure, "none", "ssh-ed25519 AAAA nonsense")


async def test_a_key_that_somebody_registers_meanwhile_is_found(script, call):
    key = {"id": 1, "name": "theirs", "public_key": ONE}
    script.answer(200, {"ssh_keys": [], "meta": {"total": 0}})
    script.answer(422, {"id": "unprocessable_entity", "message": "SSH Key is already in use on your account"})
    script.answer(200, {"ssh_keys": [key], "meta": {"total": 1}})
    assert (await call(do.SSHKey.ensure, "mine", ONE)).name == "theirs"
