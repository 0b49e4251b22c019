"""What a token must be allowed to do: by the table of facts, in a 403, and for what a program did."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import dopyapi as do
from dopyapi import _facts
from dopyapi._core.declare import free_procedure
from dopyapi._core.operations import Declaration
from dopyapi._core.resource import Resource
from dopyapi._core.scopes import endpoint_of, least
from dopyapi._core.steps import Steps, together
from dopyapi._facts.scopes import required

from ..conftest import do_json

DROPLET = {"droplet": {"id": 5, "name": "web", "status": "active"}}


class TestOfAnOperation:
    @pytest.mark.parametrize(
        ("operation", "scopes"),
        [
            (do.Droplet.create, {"droplet:create"}),
            (do.Droplet({"id": 5}).create, {"droplet:create"}),
            (do.Droplet.new, {"droplet:create"}),
            (do.Droplet.list, {"droplet:read"}),
            (do.Droplet.fetch, {"droplet:read"}),
            (do.Droplet.load, {"droplet:read"}),
            (do.Droplet.reboot, {"droplet:update"}),
            (do.Droplet({"id": 5}).reboot, {"droplet:update"}),
            (do.Droplet({"id": 5}).list_snapshots, {"droplet:read"}),
            (do.Droplet.delete, {"droplet:delete"}),
            (do.Resource(do.Droplet).list, {"droplet:read"}),
            (do.Droplet.list.with_response, {"droplet:read"}),
            (do.Firewall.add_rules, {"firewall:update"}),
            (do.Domain.delete, {"domain:delete"}),
            (do.Snapshot.delete, {"image:delete", "snapshot:delete"}),
            (do.Size.list, {"regions:read", "sizes:read"}),
        ],
        ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else str(value),
    )
    def test_it_is_a_set(self, operation, scopes):
        found = do.required_scopes(operation)
        assert found == scopes
        assert found.alternatives == (frozenset(scopes),)
        assert found.satisfied_by({*scopes, "account:read"})
        assert not found.satisfied_by(sorted(scopes)[1:])

    def test_where_several_sets_suffice_it_is_the_first(self):
        found = do.required_scopes(do.DomainRecord.create)
        assert found == {"domain:create"}
        assert found.alternatives == ({"domain:create"}, {"domain:update"})
        assert found.satisfied_by(["domain:update"])
        assert str(found) == "domain:create or domain:update"
        assert repr(found) == "Scopes(['domain:create'], ['domain:update'])"
        again = pickle.loads(pickle.dumps(found))
        assert (again, again.alternatives) == (found, found.alternatives)

    def test_it_reads_well(self):
        assert str(do.required_scopes(do.Droplet.create)) == "droplet:create"
        assert str(do.required_scopes(do.Snapshot.delete)) == "image:delete and snapshot:delete"
        assert str(do.required_scopes(do.ClickApp.list)) == "no scope"
        assert repr(do.Scopes()) == "Scopes()"

    @pytest.mark.parametrize("operation", [do.Droplet.wait_ready, do.Droplet.get, do.SSHKey.ensure, do.wait_all])
    def test_what_depends_on_what_it_finds_is_left_to_a_recording(self, operation):
        with pytest.raises(do.ClientError, match=r"do\.recording\(\)"):
            do.required_scopes(operation)

    def test_what_sends_nothing_says_so(self):
        with pytest.raises(do.ClientError, match=r"Droplet\.save\(\) sends nothing"):
            do.required_scopes(do.Droplet.save)

    def test_what_the_document_does_not_have_says_so(self):
        with pytest.raises(do.ClientError, match="does not have GET"):
            do.required_scopes(do.Size.list_actions)

    def test_anything_else_is_a_type_error(self):
        with pytest.raises(TypeError, match=r"such as Droplet\.create"):
            do.required_scopes("droplet:create")


def declared() -> Iterator[tuple[type[Resource], str, Declaration[Any, Any]]]:
    """Every operation of every class that has a place of its own."""
    for module in do._HOMES:
        importlib.import_module(f"dopyapi.{module}")

    def below(cls: type[Resource]) -> Iterator[type[Resource]]:
        for child in cls.__subclasses__():
            yield child
            yield from below(child)

    for cls in below(Resource):
        if cls.__module__.startswith("dopyapi.") and "_url" in vars(cls) and cls._managed is None:
            for name in dir(cls):
                value = inspect.getattr_static(cls, name)
                if isinstance(value, Declaration) and not value.kind:
                    yield cls, name, value


class TestOfEveryOperation:
    def test_a_declaration_of_the_document_says_what_the_document_says(self):
        checked = 0
        for cls, name, declaration in declared():
            if declaration.endpoint is None or name.startswith("_"):
                continue
            try:
                found = do.required_scopes(getattr(cls, name))
            except do.ClientError as error:
                assert "does not have" in str(error), (cls, name)
                continue
            path = declaration.endpoint.path.replace("{_url}", cls._url).partition("?")[0]
            (fact,) = [
                o
                for o in _facts.operations()
                if o.method == declaration.endpoint.method and same(o.path.removeprefix("/v2"), path)
            ]
            needed = required(fact, declaration.endpoint.constants)
            assert set(found.alternatives) == set(needed), (cls, name)
            assert all(any(set(a) <= b for b in found.alternatives) for a in fact.scopes), (cls, name)
            checked += 1
        assert checked > 600

    def test_a_procedure_that_is_answered_sends_what_it_is_answered_by(self):
        """``add_rules`` is said to send ``_add_rules``: then it has to say so itself."""
        answered = 0
        for cls, name, declaration in declared():
            if declaration.endpoint is None and endpoint_of(cls, declaration) is not None:
                said = names(inspect.unwrap(declaration.function).__code__)
                wanted = {"new": "create", "fetch": "_refresh"}.get(declaration.name, f"_{declaration.name}")
                assert wanted in said, (cls, name)
                answered += 1
        assert answered > 100


def same(documented: str, ours: str) -> bool:
    """Whether two paths differ only in what their parameters are called."""
    theirs, mine = documented.split("/"), ours.split("/")
    return len(theirs) == len(mine) and all(
        a == b or (a.startswith("{") and b.startswith("{")) for a, b in zip(theirs, mine, strict=True)
    )


def names(code: Any) -> set[str]:
    """The names that a function's code uses."""
    return set(code.co_names).union(*(names(c) for c in code.co_consts if inspect.iscode(c)))


class TestOfARefusal:
    async def test_a_403_names_what_the_operation_needs(self, script, call):
        script.answer(403, {"id": "forbidden", "message": "You are not authorized."}, {"x-request-id": "r"})
        with pytest.raises(do.ClientForbiddenError) as caught:
            await call(do.Droplet.new, name="web")
        assert caught.value.required_scopes == {"droplet:create"}
        assert caught.value.message == "You are not authorized."
        expected = "POST /droplets: 403 forbidden: You are not authorized. (request id r)"
        assert str(caught.value) == f"{expected}: this needs the scope droplet:create"
        again = pickle.loads(pickle.dumps(caught.value))
        assert str(again) == str(caught.value)
        assert again.required_scopes.alternatives == (frozenset({"droplet:create"}),)

    async def test_it_does_not_repeat_what_the_api_said(self, script, call):
        script.answer(403, {"id": "forbidden", "message": "the token lacks droplet:create"})
        with pytest.raises(do.ClientForbiddenError) as caught:
            await call(do.Droplet.new, name="web")
        assert str(caught.value) == "POST /droplets: 403 forbidden: the token lacks droplet:create"

    async def test_it_names_several(self, script, call):
        script.answer(403, {"id": "forbidden", "message": "no"}).answer(403, {"id": "forbidden", "message": "no"})
        with pytest.raises(do.ClientForbiddenError, match=r"needs the scopes image:delete and snapshot:delete"):
            await call(do.Snapshot({"id": "5"}).delete)
        with pytest.raises(do.ClientForbiddenError, match=r"needs the scope domain:create or domain:update"):
            await call(do.DomainRecord.new, do.Domain({"name": "a.example"}), type="A", name="x", data="192.0.2.1")

    async def test_it_says_nothing_where_the_document_does_not(self, script, call):
        script.answer(403, {"id": "forbidden", "message": "no"}).answer(403, {"id": "forbidden", "message": "no"})
        for path in ("nothing/of/ours", "1-clicks"):
            with pytest.raises(do.ClientForbiddenError) as caught:
                await call(do.Resource(do.Droplet).get, path)
            assert caught.value.required_scopes is None
            assert str(caught.value).endswith("403 forbidden: no")

    async def test_a_head_needs_what_a_get_needs(self, script, call):
        script.answer(403)
        with pytest.raises(do.ClientForbiddenError, match="droplet:read"):
            await call(do.Resource(do.Droplet).head, "droplets/5")


class TestOfARun:
    async def test_it_is_the_least_that_suffices(self, api, call):
        with do.recording() as run:
            await call(do.Domain.new, name="a.example")
            record = await call(do.DomainRecord.new, "a.example", type="A", name="www", data="192.0.2.1")
            assert run.scopes == {"domain:create"}
            await call(record.delete)
            assert run.scopes == {"domain:create", "domain:delete"}
        await call(do.Droplet.list)  # is not of the run
        assert [(r.method, r.operation_id, r.status, r.attempts) for r in run.requests] == [
            ("POST", "domains_create", 201, 1),
            ("POST", "domains_create_record", 201, 1),
            ("DELETE", "domains_delete_record", 204, 1),
        ]
        assert run.requests[1].template == "/v2/domains/{domain_name}/records"
        assert run.requests[1].path == "/domains/a.example/records"
        assert str(run.scopes) == "domain:create and domain:delete"
        assert repr(run) == "<Recording of 3 requests: domain:create and domain:delete>"

    async def test_one_scope_that_serves_two_needs_is_preferred(self, script, call):
        script.answer(201, {"domain_record": {"id": 1}}).answer(204)
        with do.recording() as run:
            record = await call(do.DomainRecord.new, "a.example", type="A", name="www", data="192.0.2.1")
            await call(record.delete)
        assert run.scopes == {"domain:update"}

    async def test_what_is_looked_up_or_fails_or_is_repeated_counts(self, script, call):
        script.answer(503).answer(200, {"droplets": [{"id": 5, "name": "web"}], "meta": {"total": 1}})
        script.answer(403, {"id": "forbidden", "message": "no"})
        script.fail(do.NetworkError("broke", permanent=True))
        droplet = do.Droplet()
        droplet.name = "web"
        with do.recording() as run:
            with pytest.raises(do.ClientForbiddenError):
                await call(droplet.reboot)
            with pytest.raises(do.NetworkError):
                await call(do.Account().load)
        assert run.scopes == {"droplet:read", "droplet:update", "account:read"}
        assert [(r.status, r.attempts) for r in run.requests] == [(200, 2), (403, 1), (None, 1)]

    async def test_what_the_document_does_not_have_is_said(self, script, call):
        script.answer(200, {}).answer(200, {"droplets": [], "meta": {"total": 0}})
        with do.recording() as run:
            await call(do.Resource(do.Droplet).get, "nothing/of/ours", token="t0p")
            await call(do.Droplet.list)
        assert [(r.method, r.path, r.operation_id) for r in run.unknown] == [("GET", "/nothing/of/ours", None)]
        assert run.scopes == {"droplet:read"}
        assert repr(run) == "<Recording of 2 requests, 1 unknown: droplet:read>"
        assert "t0p" not in repr(run.requests)
        assert pickle.loads(pickle.dumps(run)).scopes == run.scopes

    async def test_runs_may_be_nested(self, script, call):
        page = {"droplets": [], "meta": {"total": 0}}
        script.answer(200, page).answer(200, {"account": {"uuid": "u"}}).answer(200, page)
        with do.recording() as outer:
            await call(do.Droplet.list)
            with do.recording() as inner:
                await call(do.Account().load)
            await call(do.Droplet.list)
        assert inner.scopes == {"account:read"}
        assert outer.scopes == {"account:read", "droplet:read"}
        assert [len(inner.requests), len(outer.requests)] == [1, 3]

    async def test_branches_at_the_same_time_are_of_it(self, script, call):
        script.answer(200, {"droplets": [], "meta": {"total": 0}}).answer(200, {"images": [], "meta": {"total": 0}})

        def both() -> Steps[list[Any]]:
            return (yield from together([do.Droplet.list.steps(), do.Image.list.steps()]))

        with do.recording() as run:
            await call(free_procedure(both))
        assert run.scopes == {"droplet:read", "image:read"}

    def test_tasks_that_the_block_starts_are_of_it_and_others_are_not(self, script):
        async def main() -> do.Recording:
            begun = asyncio.Event()

            async def other() -> None:
                await begun.wait()
                await do.Account().load.aio()

            outside = asyncio.create_task(other())
            with do.recording() as run:
                inside = asyncio.create_task(do.Droplet.list.aio())
                begun.set()
                await inside
                await outside
            return run

        script._answers = [
            lambda r: script_answer({"account": {"uuid": "u"}} if "account" in r.url else {"droplets": []})
        ] * 2
        assert asyncio.run(main()).scopes == {"droplet:read"}
        assert len(script.requests) == 2

    def test_threads_that_others_start_are_not(self, script):
        script.answer(200, {"droplets": [], "meta": {"total": 0}})
        client = do.Droplet.list  # by the default account of a bare thread there would be none
        with do.recording() as run:
            thread = threading.Thread(target=client.on(do._core.accounts.current()))
            thread.start()
            thread.join()
        assert len(script.requests) == 1
        assert run.requests == []


def script_answer(body: Any) -> Any:
    return do.Response(200, {"content-type": "application/json"}, do_json(body))


class TestTheLeast:
    def test_of_nothing_is_nothing(self):
        assert least([]) == set()
        assert least([[[]]]) == set()

    def test_what_is_needed_anyway_is_no_addition(self):
        assert least([[["a"], ["b"]], [["b"]]]) == {"b"}
        assert least([[["a", "b"], ["c"]], [["a"]], [["b"]]]) == {"a", "b"}

    def test_the_first_of_equals_is_taken(self):
        assert least([[["a"], ["b"]]]) == {"a"}

    def test_it_stays_quick_with_very_many_alternatives(self):
        needs = [[[f"x{n}", "y"], [f"x{n}"]] for n in range(40)]
        assert least(needs) == {f"x{n}" for n in range(40)}


async def test_a_token_with_what_a_run_needed_does_it_again_and_with_one_scope_less_does_not(api, call):
    async def story() -> None:
        tag = await call(do.Tag.new, name="web")
        droplet = await call(do.Droplet.new, name="web", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
        await call(droplet.wait_ready)
        await call(tag.tag, droplet)
        await call((await call(droplet.power_off)).wait)
        await call((await call(droplet.resize, "s-2vcpu-2gb")).wait)
        firewall = await call(do.Firewall.new, name="guard", droplet_ids=[droplet])
        await call(firewall.delete)
        await call(droplet.delete)
        await call(tag.delete)

    with do.recording() as run:
        await story()
    assert {"droplet:create", "firewall:create", "tag:create"} < run.scopes
    with do.using(api.client_with(api.emulator.issue_token(run.scopes))):
        await story()
    for scope in run.scopes:
        with do.using(api.client_with(api.emulator.issue_token(run.scopes - {scope}))):
            with pytest.raises(do.ClientForbiddenError, match=scope) as caught:
                await story()
            assert scope in caught.value.required_scopes
        for kind in (do.Firewall, do.Droplet, do.Tag):
            for left in await call.items(kind.list.all()):
                await call(left.delete)
        api.clock.advance(60)
