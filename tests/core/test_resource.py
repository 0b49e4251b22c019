"""Objects: what they know, when they ask, and what they send."""

from __future__ import annotations

import asyncio
import copy
import pickle
import warnings

import pytest

import dopyapi as do
from dopyapi._core.declare import collection, member, procedure
from dopyapi._core.fields import Dynamic, Key, Static, attr
from dopyapi._core.page import Page
from dopyapi._core.resource import ActiveRecord, BlockingLoadWarning
from dopyapi._core.values import Document, Value

WEB = {
    "id": 5,
    "name": "web",
    "memory": 1024,
    "status": "active",
    "tags": ["a"],
    "region": {"slug": "nyc3", "name": "NY"},
}


class Thing(ActiveRecord):
    """A resource that can be saved."""

    _url, _single, _plural = "things", "thing", "things"

    id: Key[str]
    name: Dynamic[str] = attr(fetch="list")
    rules: Dynamic[list[Document]]
    size: Dynamic[int]
    state: Static[str]
    algorithm: Dynamic[str]
    alogrithm: Dynamic[str] = attr(wire="algorithm")

    load = member.load("/things/{id}")
    save = member.save("/things/{id}")
    delete = member.delete_by("/things/{id}")

    @member.create("/things")
    def create(self, *, name: str | None = None, rules: list | None = None, size: int | None = None) -> dict: ...

    @procedure
    def wait(self):
        yield from self._refresh(keep=True)

    @collection.list("/things")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Thing]: ...


class TestLazyLoading:
    def test_the_first_read_fetches_and_the_next_does_not(self, script):
        script.answer(200, {"droplet": WEB})
        droplet = do.Droplet()
        droplet.id = 5
        assert droplet.memory == 1024
        assert droplet.name == "web"
        assert droplet.kernel is None, "what the API does not send is None, and is not asked for again"
        assert script.asked == ["GET /droplets/5"]

    def test_a_name_finds_it_on_whatever_page_it_is(self, script):
        others = [{"id": n, "name": f"other-{n}"} for n in range(200)]
        script.answer(200, {"droplets": others, "meta": {"total": 201}})
        script.answer(200, {"droplets": [WEB], "meta": {"total": 201}})
        droplet = do.Droplet()
        droplet.name = "web"
        assert droplet.id == 5
        assert script.asked == [
            "GET /droplets?name=web&page=1&per_page=200",
            "GET /droplets?name=web&page=2&per_page=200",
        ]

    def test_a_name_of_several_says_which_there_are(self, script):
        script.answer(200, {"droplets": [WEB, {**WEB, "id": 6}], "meta": {"total": 2}})
        droplet = do.Droplet()
        droplet.name = "web"
        with pytest.raises(do.ClientError, match="5, 6"):
            droplet.load()

    def test_a_name_of_none_is_not_found(self, script):
        script.answer(200, {"droplets": [{**WEB, "name": "web-2"}], "meta": {"total": 1}})
        droplet = do.Droplet()
        droplet.name = "web"
        with pytest.raises(do.ResourceNotFoundError, match="web"):
            _ = droplet.memory

    async def test_a_key_of_another_kind_takes_the_place_of_the_id(self, script, call):
        script.answer(200, {"ssh_key": {"id": 3, "fingerprint": "aa:bb", "name": "me", "public_key": "k"}})
        key = do.SSHKey()
        key.fingerprint = "aa:bb"
        assert await call(key.load) == 3
        assert script.asked == ["GET /account/keys/aa%3Abb"]

    async def test_what_has_no_path_of_its_own_loads_from_its_listing(self, script, call):
        script.answer(
            200, {"regions": [{"slug": "nyc1"}, {"slug": "ams3", "name": "Amsterdam 3"}], "meta": {"total": 2}}
        )
        region = do.Region()
        region.slug = "ams3"
        await call(region.load)
        assert region.name == "Amsterdam 3"
        assert script.asked == ["GET /regions?page=1&per_page=200"]

    def test_a_singleton_needs_no_key(self, script):
        script.answer(200, {"account": {"email": "a@example.com", "uuid": "u"}})
        assert do.Account().email == "a@example.com"

    def test_nothing_known_is_nothing_read_and_nothing_asked(self, script):
        droplet = do.Droplet()
        assert droplet.memory is None
        assert droplet.tags is None
        with pytest.raises(do.ClientError, match="set id or name"):
            droplet.load()
        assert not script.requests

    def test_what_the_user_set_wins_over_a_later_lazy_load(self, script):
        script.answer(200, {"droplet": WEB})
        droplet = do.Droplet()
        droplet.id = 5
        droplet.tags = ["x"]
        assert droplet.memory == 1024
        assert droplet.tags == ["x"]

    def test_load_takes_the_word_of_the_api_for_everything(self, script):
        script.answer(200, {"droplet": WEB})
        droplet = do.Droplet()
        droplet.id = 5
        droplet.tags = ["x"]
        assert droplet.load() == 5
        assert droplet.tags == ["a"]

    def test_another_key_means_another_resource(self, script):
        script.answer(200, {"droplet": WEB}).answer(200, {"droplet": {**WEB, "id": 6, "memory": 2048}})
        droplet = do.Droplet()
        droplet.id = 5
        assert droplet.memory == 1024
        droplet.id = 6
        assert droplet.memory == 2048

    def test_repr_equality_and_hash_never_fetch(self, script):
        one, two = do.Droplet(), do.Droplet()
        assert one != two
        with pytest.raises(TypeError, match="hash"):
            hash(one)
        one.id = two.id = 5
        assert one == two
        assert hash(one) == hash(two)
        assert one != do.Image._from_json(5)
        assert repr(one) == "<Droplet id=5>"
        assert not script.requests

    def test_the_same_key_of_another_account_is_another_resource(self, script):
        script.answer(200, {"droplet": WEB}).answer(200, {"droplet": WEB})
        mine = do.Droplet.fetch(5)
        theirs = do.Droplet.fetch.on(do.Client("other", transport=script))(5)
        assert mine != theirs


class TestInALoop:
    def read(self, client):
        async def main():
            with do.using(client):
                droplet = do.Droplet()
                droplet.id = 5
                return droplet.memory

        return asyncio.run(main())

    def test_a_hidden_fetch_warns_once_and_names_the_call(self, script, monkeypatch):
        from dopyapi._core import lazy

        monkeypatch.setattr(lazy, "_warned", set())
        client = do.Client("t", transport=script)
        script.answer(200, {"droplet": WEB}).answer(200, {"droplet": WEB})
        with pytest.warns(BlockingLoadWarning, match=r"await droplet\.load\.aio\(\)"):
            assert self.read(client) == 1024
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert self.read(client) == 1024

    def test_it_is_an_error_for_a_client_that_is_not_lazy(self, script):
        client = do.Client("t", transport=script, lazy=False)
        with pytest.raises(RuntimeError, match=r"await droplet\.load\.aio\(\) first"):
            self.read(client)
        assert not script.requests

    def test_without_a_loop_it_loads_all_the_same(self, script):
        script.answer(200, {"droplet": WEB})
        with do.using(do.Client("t", transport=script, lazy=False)):
            droplet = do.Droplet()
            droplet.id = 5
            assert droplet.memory == 1024

    def test_notebooks_just_load(self, script, monkeypatch):
        import sys
        import types

        monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
        script.answer(200, {"droplet": WEB})
        assert self.read(do.Client("t", transport=script)) == 1024

    def test_an_operation_never_fetches_behind_its_driver(self, script):
        class Careless(do.Droplet):
            @procedure
            def peek(self):
                return self.memory
                yield

            @procedure
            def call(self):
                return self.load()
                yield

        droplet = Careless()
        droplet.id = 5
        with pytest.raises(RuntimeError, match="yield from"):
            droplet.peek()
        with pytest.raises(RuntimeError, match=r"load\.steps"):
            droplet.call()
        assert not script.requests


class TestSending:
    async def test_create_sends_arguments_and_attributes(self, script, call):
        script.answer(202, {"droplet": WEB, "links": {"actions": [{"id": 9, "rel": "create"}]}})
        droplet = do.Droplet()
        droplet.name, droplet.region, droplet.size = "web", do.Region({"slug": "nyc3"}), "s-1vcpu-1gb"
        answer = await call(droplet.create, image="debian-12-x64", size="s-2vcpu-2gb")
        assert script.bodies == [{"name": "web", "region": "nyc3", "size": "s-2vcpu-2gb", "image": "debian-12-x64"}]
        assert answer["droplet"]["id"] == 5
        assert (droplet.id, droplet.status, droplet.region.name) == (5, "active", "NY")

    async def test_unset_none_zero_and_empty_are_four_things(self, script, call):
        script.answer(202, {"thing": {"id": "t"}}).answer(202, {"thing": {"id": "t"}})
        await call(Thing().create, name=None, size=0, rules=[])
        thing = Thing()
        thing.size = None
        await call(thing.create)
        assert script.bodies == [{"name": None, "size": 0, "rules": []}, {"size": None}]

    async def test_objects_stand_wherever_an_id_or_slug_does(self, script, call):
        script.answer(200, {"ssh_keys": [{"id": 3, "name": "me"}], "meta": {"total": 1}}).answer(202, {"droplet": WEB})
        image, size, key, known = do.Image(), do.Size(), do.SSHKey(), do.SSHKey()
        image.slug, size.slug, key.name, known.fingerprint = "debian-12-x64", "s-1vcpu-1gb", "me", "aa:bb"
        await call(
            do.Droplet.new,
            name="w",
            size=size,
            image=image,
            region=do.Region({"slug": "ams3"}),
            ssh_keys=[key, known, 7],
        )
        assert script.asked[0].startswith("GET /account/keys?")
        assert script.bodies[1] == {
            "name": "w", "size": "s-1vcpu-1gb", "image": "debian-12-x64", "region": "ams3", "ssh_keys": [3, "aa:bb", 7],
        }  # fmt: skip

    def test_an_object_that_is_nothing_yet_is_refused(self, script):
        with pytest.raises(do.ClientError, match="SSHKey"):
            do.Droplet.new(name="w", ssh_keys=[do.SSHKey()])
        assert not script.requests

    async def test_extra_body_passes_what_the_types_do_not_know_yet(self, script, call):
        script.answer(202, {"droplet": WEB})
        await call(do.Droplet.new, name="w", extra_body={"quantum": True})
        assert script.bodies == [{"name": "w", "quantum": True}]

    async def test_save_loads_what_it_does_not_know_and_keeps_what_we_do_not(self, script, call):
        came = {
            "id": "t",
            "name": "old",
            "size": 3,
            "state": "ok",
            "rules": [{"port": 1, "new": {"x": 1}}],
            "future": [1],
        }
        script.answer(200, {"thing": came}).answer(200, {"thing": {**came, "name": "new"}})
        thing = Thing()
        thing.id = "t"
        thing.name = "new"
        await call(thing.save)
        assert script.asked == ["GET /things/t", "PUT /things/t"]
        assert script.bodies[1] == {
            "name": "new", "size": 3, "rules": [{"port": 1, "new": {"x": 1}}], "future": [1],
        }  # fmt: skip
        assert thing.name == "new"

    async def test_what_is_changed_in_place_reaches_save(self, script, call):
        came = {"id": "t", "name": "n", "rules": [{"port": 1}]}
        script.answer(200, {"thing": came}).answer(204)
        thing = await call(Thing.fetch, "t")
        thing.rules.append({"port": 2})
        thing.rules[0].port = 3
        assert await call(thing.save) == {"status": "success"}
        assert script.bodies[-1]["rules"] == [{"port": 3}, {"port": 2}]

    async def test_what_is_changed_in_place_survives_a_wait(self, script, call):
        came = {"id": "t", "name": "n", "state": "new", "rules": [{"port": 1}]}
        script.answer(200, {"thing": came}).answer(200, {"thing": {**came, "state": "ok"}}).answer(204)
        thing = await call(Thing.fetch, "t")
        thing.rules.append({"port": 2})
        await call(thing.wait)
        assert thing.state == "ok"
        await call(thing.save)
        assert script.bodies[-1]["rules"] == [{"port": 1}, {"port": 2}]

    def test_both_spellings_read_and_write_and_the_right_one_goes_out(self, script):
        script.answer(200, {"thing": {"id": "t", "algorithm": "a"}}).answer(
            200, {"thing": {"id": "t", "algorithm": "b"}}
        )
        thing = Thing.fetch("t")
        assert thing.alogrithm == thing.algorithm == "a"
        thing.alogrithm = "b"
        assert thing.algorithm == "b"
        thing.save()
        assert script.bodies[1] == {"algorithm": "b"}

    def test_static_attributes_cannot_be_set(self):
        with pytest.raises(AttributeError, match="set by DigitalOcean"):
            do.Droplet().memory = 5

    async def test_save_and_delete_take_a_url(self, script, call):
        script.answer(200, {"thing": {"id": "t"}}).answer(202).answer(204)
        thing = await call(Thing.fetch, "t")
        assert await call(thing.save, "elsewhere/t") == {"status": "success"}
        assert await call(thing.delete, url="/v2/elsewhere/t", data='{"really": true}') == {"status": "deleted"}
        assert script.asked[1:] == ["PUT /elsewhere/t", "DELETE /elsewhere/t"]
        assert script.bodies[2] == {"really": True}

    async def test_deleting_what_is_gone_is_deleted(self, script, call):
        script.answer(404, {"id": "not_found"})
        droplet = do.Droplet()
        droplet.id = 5
        assert await call(droplet.delete) == {"status": "deleted"}

    async def test_deleting_by_a_name_that_is_not_there_is_an_error(self, script, call):
        script.answer(200, {"droplets": [], "meta": {"total": 0}})
        droplet = do.Droplet()
        droplet.name = "wbe"
        with pytest.raises(do.ResourceNotFoundError, match="wbe"):
            await call(droplet.delete)


class TestObjects:
    def test_json_loses_nothing(self):
        data = {**WEB, "future": {"a": [1, None]}, "created_at": "2026-01-02T03:04:05Z"}
        droplet = do.Droplet(data)
        assert droplet.json() == data
        assert (droplet.region.slug, droplet.created_at.year, droplet.tags) == ("nyc3", 2026, ["a"])
        assert droplet.json() == data

    def test_copies_and_pickles_know_the_same_and_pickles_no_token(self, script):
        script.answer(200, {"droplet": WEB})
        droplet = do.Droplet.fetch(5)
        droplet.tags.append("b")
        assert droplet.region.slug == "nyc3"
        data = pickle.dumps(droplet)
        assert b"secret-token" not in data
        for twin in (pickle.loads(data), copy.copy(droplet), copy.deepcopy(droplet)):
            assert twin.json() == droplet.json()
            assert twin == droplet
        twin = copy.copy(droplet)
        twin.name = "other"
        assert droplet.name == "web"

    def test_a_subclass_has_all_of_its_parent(self, script):
        class Mine(do.Droplet):
            """Mine."""

            def size_in_gb(self) -> float:
                return self.memory / 1024

        script.answer(200, {"droplet": WEB})
        mine = Mine.fetch(5)
        assert isinstance(mine, Mine)
        assert mine.size_in_gb() == 1
        assert Mine._action_attrs == do.Droplet._action_attrs

    def test_an_unknown_shape_does_not_break_the_others(self):
        droplet = do.Droplet({"id": 5, "memory": {"amount": 1}, "name": "web", "tags": "all", "created_at": "soon"})
        assert droplet.name == "web"
        assert droplet.memory == {"amount": 1}
        assert droplet.tags == "all"
        assert droplet.created_at == "soon"

    def test_networks_is_a_dict_that_also_reads_as_attributes(self):
        v4 = [{"ip_address": "203.0.113.1", "type": "public", "new": 1}]
        droplet = do.Droplet({"id": 5, "networks": {"v4": v4, "v6": []}})
        assert isinstance(droplet.networks, dict)
        assert droplet.networks["v4"] is droplet.networks.v4
        assert droplet.networks.v4[0].ip_address == droplet.networks.v4[0]["ip_address"] == "203.0.113.1"
        assert droplet.networks.v4[0].new == 1
        with pytest.raises(AttributeError, match="v4"):
            _ = droplet.networks.v5

    def test_value_objects_keep_what_they_do_not_know(self):
        from dataclasses import dataclass

        @dataclass
        class Rule(Value):
            port: int
            ports: list[int] | None = None

        rule = Rule._from_json({"port": 80, "future": {"x": 1}})
        assert rule == Rule(80)
        rule.port = 81
        assert rule.getJSON() == {"port": 81, "future": {"x": 1}}

    def test_the_class_says_what_the_reference_says(self):
        assert Thing._fetch_attrs == ["id", "name"]
        assert Thing._static_attrs == ["id", "state"]
        assert set(Thing._dynamic_attrs) == {"name", "rules", "size", "algorithm", "alogrithm"}
        assert (Thing._delete_attr, Thing._update_attr, Thing._action_attr) == ("id", "id", "id")
        assert do.Region._delete_attr == "slug"
        assert "region" in do.Droplet._static_attrs
        assert "region" in do.Droplet._dynamic_attrs

    def test_a_class_in_the_style_of_the_reference_works(self, script):
        class Gadget(do.Resource):
            _url, _single, _plural = "gadgets", "gadget", "gadgets"
            _fetch_attrs = ["id", "name"]
            _static_attrs = ["id", "state"]
            _dynamic_attrs = ["name"]

        script.answer(200, {"gadgets": [{"id": 1, "name": "a", "state": "new"}], "meta": {"total": 1}})
        script.answer(200, {"gadget": {"id": 1, "name": "b"}})
        (gadget,) = Gadget.list(page=1)
        assert (gadget.id, gadget.state) == (1, "new")
        gadget.name = "b"
        gadget.save()
        assert script.asked == ["GET /gadgets?page=1", "PUT /gadgets/1"]
        assert script.bodies[1] == {"name": "b"}


class TestTheBase:
    async def test_a_manager_works_in_plain_dicts(self, script, call):
        manager = do.Resource(do.Droplet)
        assert manager.resource is do.Droplet
        assert isinstance(manager, do.Resource)
        script.answer(200, {"droplets": [WEB], "meta": {"total": 1}})
        assert await call(manager.list, page=2, per_page=5) == [WEB]
        script.answer(200, {"droplets": [WEB]})
        assert await call(manager.list, url="droplets?tag_name=web") == [WEB]
        script.answer(202, {"droplet": WEB})
        assert (await call(manager.create, name="web", size="s"))["droplet"] == WEB
        assert script.asked == ["GET /droplets?page=2&per_page=5", "GET /droplets?tag_name=web", "POST /droplets"]
        assert script.bodies[2] == {"name": "web", "size": "s"}

    async def test_a_listing_of_any_class_may_be_of_another_place(self, script, call):
        for _ in range(5):
            script.answer(200, {"droplets": [WEB], "links": {}, "meta": {"total": 1}})
        (droplet,) = await call(do.Droplet.list, url="droplets?tag_name=web", page=2)
        assert (type(droplet), droplet.name) == (do.Droplet, "web")
        assert [d.name for d in await call.items(do.Droplet.all(url="/v2/droplets"))] == ["web"]
        assert await call(do.Resource.list, url="droplets", per_page=1) == [WEB]
        with pytest.raises(do.ClientError, match="'droplets' lists droplets, not volumes"):
            await call(do.Volume.list, url="droplets")
        with pytest.raises(do.ClientError, match="no place of its own"):
            await call(do.Resource.list)
        assert script.asked[:2] == ["GET /droplets?tag_name=web&page=2", "GET /droplets?page=1&per_page=200"]

    def test_an_identifier_is_fetched_where_something_else_says_which(self, script):
        script.answer(200, {"droplets": [WEB], "meta": {"total": 1}})
        assert do.Droplet({"name": "web"}).getID() == WEB["id"]
        assert do.Droplet().getID() is None
        script.answer(200, {"account": {"uuid": "u"}})
        assert do.Account().getID() == "u"
        assert len(script.asked) == 2

    async def test_raw_verbs(self, script, call):
        manager = do.Resource(do.Droplet)
        script.answer(200, {"droplet": WEB}).answer(201, {"done": 1}).answer(200, {"put": 1})
        script.answer(202, {"late": 1}).answer(204).answer(200, headers={"x-a": "b"}).answer(204).answer(404)
        assert await call(manager.get, "droplets/5", page=1) == {"droplet": WEB}
        assert await call(manager.post, "droplets/5/actions", {"type": "reboot"}) == {"done": 1}
        assert await call(manager.put, "x", '{"a": 1}') == {"put": 1}
        assert await call(manager.put, "x", {}) == {"status": "success"}
        assert await call(manager.put, "x", None) == {"status": "success"}
        assert (await call(manager.head, "droplets"))["x-a"] == "b"
        assert await call(manager.delete, url="droplets/5") == {"status": "deleted"}
        assert await call(manager.delete, url="droplets/5") == {"status": "deleted"}
        assert script.asked[0] == "GET /droplets/5?page=1"
        assert script.bodies[1:4] == [{"type": "reboot"}, {"a": 1}, {}]

    async def test_actions_by_the_name_of_their_type(self, script, call):
        done = {"id": 1, "status": "completed", "type": "reboot"}
        script.answer(201, {"action": done}).answer(201, {"action": done}).answer(
            201, {"actions": [done, {**done, "id": 2}]}
        )
        droplet = do.Droplet({"id": 5})
        assert (await call(droplet.action, type="resize", size="s", disk=True)).id == 1
        await call(do.Resource(do.Droplet).action, url="droplets/5/actions", type="reboot")
        group = await call(do.Resource(do.Droplet).action, tag_name="web", type="reboot")
        assert [a.id for a in group] == [1, 2]
        assert script.asked == [
            "POST /droplets/5/actions", "POST /droplets/5/actions", "POST /droplets/actions?tag_name=web",
        ]  # fmt: skip
        assert script.bodies[0] == {"type": "resize", "size": "s", "disk": True}

    @pytest.mark.parametrize(
        "attempt",
        [
            lambda: do.Droplet({"id": 1}).save(),
            lambda: do.Region({"slug": "x"}).delete(),
            lambda: do.Region().create(),
            lambda: do.Account.list(),
            lambda: do.Account().save(),
            lambda: do.Action({"id": 1}).delete(),
            lambda: do.Snapshot().create(),
            lambda: do.Tag({"name": "x"}).save(),
            lambda: do.SSHKey({"id": 1}).listActions(),
            lambda: do.SSHKey({"id": 1}).getAction(1),
            lambda: do.SSHKey({"id": 1}).action(type="x"),
        ],
    )
    def test_what_the_api_cannot_do_is_refused_before_anything_is_sent(self, script, attempt):
        with pytest.raises(do.ClientError) as caught:
            attempt()
        assert len(str(caught.value)) > 20
        assert not script.requests

    def test_through_the_class(self, script):
        script.answer(201, {"action": {"id": 1, "status": "in-progress", "type": "reboot"}})
        assert do.Droplet.reboot(do.Droplet({"id": 5})).id == 1
        with pytest.raises(TypeError, match="object first"):
            do.Droplet.reboot()


class TestWhatPeopleTry:
    def test_modules_are_there_as_the_reference_names_them(self):
        import subprocess
        import sys

        names = "auth.authenticate firewalls.Location droplets.Droplet common.DOJSONEncoder doks.NodePool"
        lines = "; ".join(f"do.{name}" for name in names.split())
        subprocess.run([sys.executable, "-c", f"import dopyapi as do; {lines}"], check=True, timeout=60)

    async def test_what_can_be_walked_once_is_taken_too(self, script, call):
        script.answer(202, {"droplet": WEB})
        await call(do.Droplet.new, name="w", tags=(t for t in ("a", "b")), ssh_keys={1: "x"}.keys())
        assert script.bodies == [{"name": "w", "tags": ["a", "b"], "ssh_keys": [1]}]

    @pytest.mark.parametrize("wrong", [5, "web", ["web"]])
    def test_what_is_no_data_names_fetch(self, wrong):
        with pytest.raises(TypeError, match=r"Droplet\.fetch"):
            do.Droplet(wrong)

    async def test_waiting_for_nothing_says_what_is_missing(self, script, call):
        for attempt in (do.Droplet().wait_ready, do.Droplet().reboot, do.Droplet().load):
            with pytest.raises(do.ClientError, match=r"set id or name|^id=None does not say which Droplet"):
                await call(attempt)
        assert not script.requests

    def test_a_pickle_is_without_passwords_and_they_are_fetched_again(self, script):
        cluster = {"id": "c", "name": "db", "connection": {"password": "s3cret", "host": "h"}}
        script.answer(200, {"database": cluster}).answer(200, {"database": cluster})
        known = do.DatabaseCluster.fetch("c")
        assert known.connection.password == "s3cret"
        data = pickle.dumps(known)
        assert b"s3cret" not in data
        assert copy.deepcopy(known).connection.password == copy.copy(known).connection.password == "s3cret"
        again = pickle.loads(data)
        assert (again.name, len(script.requests)) == ("db", 1)
        assert (again.connection.password, len(script.requests)) == ("s3cret", 2)
