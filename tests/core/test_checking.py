"""Requests are held against what is known of the API before they are sent: what a person then reads."""

from __future__ import annotations

import pickle
import traceback
import warnings
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.operations import MemberOperation
from dopyapi._core.wording import is_secret, shown
from tests import conftest
from tests.conftest import Script

SPEC: dict[str, Any] = {"name": "web", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
HERE = str(Path(conftest.__file__).parent)
"""Where the calls are made, in either form."""
HOSTNAME = "letters, digits, '.' and '-', with a letter or digit at both ends"
BORN = {"droplet": {"id": 5, "name": "web"}}

PACKAGE = str(Path(do.__file__).parent)


@pytest.fixture
def sent(script: Script) -> Iterator[Script]:
    """A scripted API whose requests are checked."""
    with do.using(do.Client("secret-token", "https://api.example/v2", transport=script, clock=script)):
        yield script


def refused(message: str) -> Any:
    """The whole of a message, and nothing sent."""
    import re

    return pytest.raises(do.InvalidRequest, match=f"^{re.escape(message)}$")


# Arguments


@pytest.mark.parametrize("name", ["ssh-keys", "sshKeys", "SSH_KEYS", "ssh keys", "ssh_key", "shs_keys"])
async def test_an_unknown_argument_is_told_the_right_name(sent, call, name):
    with refused(f"Droplet.create() takes no {name!r}; did you mean 'ssh_keys'?") as error:
        await call(do.Droplet(SPEC).create, **{name: [1]})
    assert error.value.field == name
    assert isinstance(error.value, TypeError)
    assert isinstance(error.value, do.ClientError)
    assert (error.value.status, error.value.method, sent.requests) == (None, None, [])


async def test_every_kind_of_operation_says_so(sent, call):
    droplet = do.Droplet({"id": 5})
    for operation, wrong, said in (
        (do.Droplet.list, "tagname", "Droplet.list() takes no 'tagname'; did you mean 'tag_name'?"),
        (do.Droplet.new, "regoin", "Droplet.create() takes no 'regoin'; did you mean 'region'?"),
        (droplet.resize, "dsik", "Droplet.resize() takes no 'dsik'; did you mean 'disk'?"),
        (do.Droplet.create_many, "nmaes", "Droplet.create_many() takes no 'nmaes'; did you mean 'names'?"),
        (droplet.reboot, "hard", "Droplet.reboot() takes no 'hard'; it takes none"),
        (do.wait_all, "time-out", "wait_all() takes no 'time-out'; did you mean 'timeout'?"),
    ):
        with refused(said):
            await call(operation, **{wrong: 1})
    with pytest.raises(do.InvalidRequest, match="not found by 'nmae', but by id, name"):
        await call(do.Droplet.fetch, nmae="web")
    with pytest.raises(do.InvalidRequest, match="missing a required argument: 'size'"):
        await call(droplet.resize)
    assert sent.requests == []


async def test_an_argument_that_nothing_resembles_has_a_way_out(sent, call):
    with pytest.raises(do.InvalidRequest, match=r"takes no 'colour'; extra_body=\{'colour': \.\.\.\} sends it"):
        await call(do.Droplet(SPEC).create, colour="red")
    sent.answer(202, BORN)
    await call(do.Droplet(SPEC).create, extra_body={"colour": "red", "region": 7, "tags": "x"})
    assert sent.bodies[0]["colour"] == "red"


async def test_a_listing_says_so_when_it_is_walked(sent, call):
    with pytest.raises(do.InvalidRequest, match="did you mean 'tag_name'"):
        await call.items(do.Droplet.list.all(tagName="web"))


def test_an_error_of_a_procedure_s_own_stays_what_it_is(sent):
    def broken(self: Any, size: int) -> Any:
        return len(size)  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="has no len") as error:
        MemberOperation(broken).steps(None, (5,), {})
    assert not isinstance(error.value, do.InvalidRequest)


# Values


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "web_1"}, f"name takes {HOSTNAME}, not 'web_1'"),
        ({"name": "w" * 256}, "name takes at most 255 characters, not the 256 of '" + "w" * 57 + "...'"),
        ({"name": 5}, "name must be a string, not 5"),
        ({"names": ["web"] * 11}, "names takes at most 10 items, and has 11"),
        ({"names": ["web", "d_b"]}, f"names[1] takes {HOSTNAME}, not 'd_b'"),
        ({"tags": "blue"}, "tags must be a list, not 'blue': put it in a list"),
        ({"tags": ["blue", None]}, "tags[1] must be a string, not None"),
        ({"ipv6": "yes"}, "ipv6 must be True or False, not 'yes'"),
        ({"image": 1.5}, "image must be a string or an integer, not 1.5"),
        ({"ssh_keys": [{"id": 1}]}, "ssh_keys[0] must be a string or an integer, not a dict"),
        ({"region": "NYC1"}, "region is 'NYC1', which is written 'nyc1'"),
        ({"size": "s_1vcpu_1gb"}, "size is 's_1vcpu_1gb', which is written 's-1vcpu-1gb'"),
        ({"image": "Ubuntu 24.04 x64"}, "image is 'Ubuntu 24.04 x64', which is written 'ubuntu-24-04-x64'"),
        ({"backup_policy": {"plan": "Weekly"}}, "backup_policy.plan is 'Weekly', which is written 'weekly'"),
        ({"backup_policy": {"weekDay": "SUN"}}, None),
        ({"user_data": "x" * 65537}, "user_data takes at most 65536 characters, not a string of 65537 characters"),
        ({"size": None}, "needs size"),
    ],
)  # fmt: skip
async def test_a_value_that_does_not_fit_is_named(sent, call, wrong, said):
    said = (
        f"Droplet.create(): {said}"
        if said
        else "Droplet.create() takes no 'backup_policy.weekDay'; did you mean 'weekday'?"
    )
    with refused(said):
        await call(do.Droplet().create, **{**SPEC, **wrong})
    assert sent.requests == []


async def test_a_query_is_checked_too(sent, call):
    for wrong, said in (
        ({"per_page": 500}, "per_page must be from 1 to 200, not 500"),
        ({"page": 0}, "page must be at least 1, not 0"),
        ({"page": "first"}, "page must be an integer, not 'first'"),
        ({"type": "GPUs"}, "type is 'GPUs', which is written 'gpus'"),
    ):
        with refused(f"Droplet.list(): {said}"):
            await call(do.Droplet.list, **wrong)
    sent.answer(200, {"droplets": [], "meta": {"total": 0}})
    await call(do.Droplet.list, page="2", per_page=200, tag_name=None, type="gpus")  # text, in the end
    assert sent.asked == ["GET /droplets?page=2&per_page=200&type=gpus"]


async def test_actions_are_told_apart_by_their_type(sent, call):
    droplet = do.Droplet({"id": 5})
    with refused("Droplet.resize(): disk must be True or False, not 'yes'"):
        await call(droplet.resize, "s-1vcpu-2gb", disk="yes")
    with refused("Droplet.resize(): size is 'S-1VCPU-2GB', which is written 's-1vcpu-2gb'"):
        await call(droplet.resize, "S-1VCPU-2GB")
    with refused("Volume.attach(): droplet_id must be an integer, not 1.5"):
        await call(do.Volume({"id": "v"}).attach, 1.5)


async def test_a_place_deep_inside_is_dotted(sent, call):
    rules = [{"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": "80"}]
    with refused(
        "LoadBalancer.create(): forwarding_rules[0].target_port must be an integer, not '80': write 80"
    ) as error:
        await call(do.LoadBalancer().create, name="lb", region="ams3", forwarding_rules=rules)
    assert error.value.field == "forwarding_rules[0].target_port"


async def test_what_an_object_becomes_is_what_counts(sent, call):
    class Region(Enum):
        NEAR = "ams3"

    sent.answer(202, BORN)
    given = {
        "region": Region.NEAR,
        "tags": {"only"},
        "ssh_keys": (do.SSHKey({"id": 3}), "aa:bb"),
        "volumes": iter(["v"]),
    }
    await call(do.Droplet().create, **SPEC, **given, vpc_uuid=do.VPC({"id": "u"}))
    body = sent.bodies[0]
    assert (body["region"], body["tags"], body["ssh_keys"], body["volumes"]) == ("ams3", ["only"], [3, "aa:bb"], ["v"])
    with refused("Droplet.create(): region is 'AMS3', which is written 'ams3'"):
        await call(do.Droplet().create, **SPEC, region=do.Region({"slug": "AMS3"}))


async def test_null_is_sent_where_it_was_said(sent, call):
    sent.answer(202, BORN)
    await call(do.Droplet().create, **SPEC, tags=None, user_data=None, region=None)
    assert {n: sent.bodies[0][n] for n in ("tags", "user_data", "region")} == dict.fromkeys(
        ("tags", "user_data", "region")
    )


# What is merely unknown


async def test_what_is_not_known_is_sent_with_one_warning(sent, call):
    for policy, kinds in (
        ({"plan": "hourly"}, [do.UnknownValueWarning]),
        ({"plan": "hourly"}, []),
        ({"plan": "yearly", "blue_moon": 1}, [do.UnknownValueWarning] * 2),
    ):
        sent.answer(202, BORN)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            await call(do.Droplet().create, **SPEC, backup_policy=policy)
        assert [w.category for w in told] == kinds
        assert all(w.filename.startswith(HERE) for w in told)
        assert sent.bodies[-1]["backup_policy"] == policy
    assert str(told[0].message) == (
        "Droplet.create(): backup_policy.plan is 'yearly', which dopyapi does not know (known are daily, weekly); "
        "it is sent as it is"
    )
    assert "backup_policy.blue_moon is a field that dopyapi does not know" in str(told[1].message)


async def test_sizes_and_images_come_and_go_without_a_word(sent, call):
    sent.answer(202, BORN)
    await call(do.Droplet().create, name="web", region="ams3", size="z-1vcpu", image="plan9-4-x64")
    assert len(sent.requests) == 1


async def test_a_region_that_is_not_known_is_sent_with_a_warning(sent, call):
    sent.answer(202, BORN).answer(201, {"action": {"id": 1}})
    with pytest.warns(do.UnknownValueWarning, match=r"region is 'xyz1', .*known are .*ams3"):
        await call(do.Droplet().create, name="web", region="xyz1", size="z-1vcpu", image="plan9-4-x64")
    with pytest.warns(do.UnknownValueWarning, match="xyz2"):
        await call(do.Image({"id": 5}).transfer, "xyz2")
    assert len(sent.requests) == 2


async def test_a_deprecated_field_is_sent_with_its_replacement(sent, call):
    sent.answer(202, BORN)
    with pytest.warns(do.DeprecatedFieldWarning, match=r"private_networking is deprecated: use vpc_uuid") as told:
        await call(do.Droplet().create, **SPEC, private_networking=True)
    assert [w.filename.startswith(HERE) for w in told] == [True]
    assert sent.bodies[0]["private_networking"] is True


# What is not checked


async def test_raw_verbs_and_urls_of_one_s_own_are_nobody_s_business(sent, call):
    for _ in range(3):
        sent.answer(200, {"droplets": []})
    await call(do.Droplet({"id": 5}).post, url="droplets", data={"nmae": 5})
    await call(do.Image({"id": 5}).delete, url="images/5?colour=red", data={"colour": "red"})
    await call(do.Droplet({"id": 5}).action, type="levitate", url="droplets/5/actions", height="high")
    assert len(sent.requests) == 3


async def test_it_can_be_switched_off(sent, call):
    client = do.Client("t", "https://api.example/v2", transport=sent, clock=sent, check=False)
    sent.answer(202, BORN)
    await call(do.Droplet().create.on(client), name="web_1", size=5, names="x")
    assert sent.bodies[0] == {"name": "web_1", "size": 5, "names": "x"}
    with pytest.raises(do.InvalidRequest, match="did you mean 'ssh_keys'"):  # no matter of the API's
        await call(do.Droplet().create.on(client), **{"ssh-keys": 1})


async def test_save_answers_for_what_was_set_and_not_for_what_came(sent, call):
    came = {
        "id": "f",
        "name": "no good name!",
        "inbound_rules": [{"protocol": "gre", "note": 1, "ports": "1"}],
        "new": 1,
    }
    sent.answer(200, {"firewall": came}).answer(200, {"firewall": came})
    firewall = await call(do.Firewall.fetch, "f")
    firewall.inbound_rules.append(do.InboundRule("tcp", "80", do.Location(["10.0.0.0/8"])))
    await call(firewall.save)
    assert sent.bodies[-1]["name"] == "no good name!"
    firewall.name = "still no good!"
    with pytest.raises(do.InvalidRequest, match=r"^Firewall\.save\(\): name takes letters"):
        await call(firewall.save)


# Secrets


def test_no_secret_is_shown():
    for field in ("password", "source.password", "user_data", "docker.token", "private_key", "spec.envs[0].value"):
        assert is_secret(field), field
        assert shown("hunter2hunter2", field) == "a string of 14 characters"
        assert shown(123456, field) == "an int"
    for value in ("dop_v1_0123456789", "https://user:pass@host/", "-----BEGIN PRIVATE KEY-----", "#!/bin/sh\nsecret"):
        assert value not in shown(value, "region")
    assert shown({"password": "hunter2"}, "tags") == "a dict"
    assert shown(["hunter2"], "region") == "a list of 1"
    assert not is_secret("name")
    assert not is_secret("size")


async def test_no_secret_is_in_a_message(sent, call):
    cluster = do.DatabaseCluster({"id": "c", "engine": "pg"})
    with pytest.raises(do.InvalidRequest, match=r"source\.password must be a string, not an int") as error:
        await call(
            cluster.start_online_migration,
            {"host": "h", "dbname": "d", "port": 5432, "username": "u", "password": 8675309},
        )
    assert "8675309" not in f"{error.value!r} {error.value} {vars(error.value)}"


async def test_no_secret_is_in_a_traceback_that_shows_local_variables(sent, call):
    source = {"host": "h", "dbname": "d", "port": "no number", "username": "u", "password": "hunter2"}
    cluster = do.DatabaseCluster({"id": "c", "engine": "pg"})
    for operation, arguments in (
        (cluster.start_online_migration, {"source": source}),
        (do.Droplet(SPEC).create, {"user_data": "hunter2", "region": "NYC1"}),
        (do.Droplet.new, {**SPEC, "user_data": "hunter2", "regoin": "nyc1"}),
        (do.Droplet.create_many, {"user_data": "hunter2", "regoin": "nyc1"}),
        (do.Droplet.new, {**SPEC, "region": "NYC1", "extra_body": {"user_data": "hunter2"}}),
    ):
        with pytest.raises(do.InvalidRequest) as error:
            await call(operation, **arguments)
        shown = traceback.TracebackException(error.type, error.value, error.tb, capture_locals=True)
        ours = [f for f in shown.stack if f.filename.startswith(PACKAGE)]
        assert ours
        assert "hunter2" not in "".join(traceback.StackSummary.from_list(ours).format())
        assert not error.value.__context__


def test_it_can_be_pickled():
    error = do.InvalidRequest("name is wrong", field="name")
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin), twin.field) == (do.InvalidRequest, "name is wrong", "name")
