"""The record notes what a test does, under all the names it has, and nothing that the package does by itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.resource import Resource
from dopyapi._core.values import Value
from tests import record
from tests.conftest import Form, Script

from . import used
from .test_every_name_is_used import test_every_name_is_used as judge

WEB = {"id": 5, "name": "web", "status": "active", "networks": {"v4": [{"type": "public", "ip_address": "192.0.2.1"}]}}
REBOOT = {"id": 9, "status": "completed", "type": "reboot"}


@pytest.fixture
def noted() -> Iterator[dict[record.Used, str]]:
    """What this test uses, as if it had an emulator."""
    own: dict[record.Used, str] = {}
    with record.into(own), record.recording():
        yield own


def names(noted: dict[record.Used, str], owner: str) -> set[str]:
    return {name for cls, name in noted if cls == owner}


def droplet(script: Script) -> do.Droplet:
    return do.Droplet({"id": 5})


async def test_an_operation_counts_in_either_form_for_its_class_and_the_base(
    script: Script, call: Form, noted: dict[record.Used, str]
) -> None:
    script.answer(200, {"droplets": [WEB], "meta": {"total": 1}})
    await call(do.Droplet.list)
    assert {name for _, name in noted} == {"list"}
    assert {"Droplet", "ActiveRecord", "Resource"} <= {cls for cls, _ in noted}
    assert "test_an_operation_counts_in_either_form" in noted["Droplet", "list"]


async def test_an_alias_counts_for_its_definition_and_the_other_way_round(
    script: Script, call: Form, noted: dict[record.Used, str]
) -> None:
    script.answer(200, {"kernels": []}).answer(200, {"snapshots": []})
    await call(droplet(script).listKernels)
    await call(droplet(script).list_snapshots)
    assert names(noted, "Droplet") == {"list_kernels", "listKernels", "list_snapshots", "listSnapshots"}


async def test_what_an_operation_does_on_its_way_is_not_the_test_s(
    script: Script, call: Form, noted: dict[record.Used, str]
) -> None:
    script.answer(200, {"droplet": WEB}).answer(200, {"droplet": WEB})
    assert await call(droplet(script).get_public_ip) == "192.0.2.1"
    assert names(noted, "Droplet") == {"get_public_ip", "getPublicIP"}, "neither load nor networks nor status"


async def test_what_nobody_has_written_yet_does_not_count(
    script: Script, call: Form, noted: dict[record.Used, str]
) -> None:
    script.answer(501, {"id": "not_implemented", "message": "dropletActions_post"})
    with pytest.raises(do.DOError):
        await call(droplet(script).reboot)
    script.answer(404, {"id": "not_found", "message": "none"})
    with pytest.raises(do.ResourceNotFoundError):
        await call(droplet(script).power_on)
    assert not names(noted, "Droplet")


async def test_what_the_api_refuses_counts(script: Script, call: Form, noted: dict[record.Used, str]) -> None:
    script.answer(422, {"id": "unprocessable_entity", "message": "no kernels"})
    with pytest.raises(do.UnprocessableError):
        await call(droplet(script).change_kernel, 1)
    assert names(noted, "Droplet") == {"change_kernel"}


def test_through_the_class_by_another_client_and_with_the_response(
    script: Script, noted: dict[record.Used, str]
) -> None:
    client = do.Client("t", "https://other.example", transport=script)
    for _ in range(3):
        script.answer(201, {"action": REBOOT})
    do.Droplet.power_on(droplet(script))
    droplet(script).power_off.on(client)()
    droplet(script).reboot.with_response()
    assert names(noted, "Droplet") == {"power_on", "power_off", "reboot"}


def test_all_counts_once_the_api_was_asked(script: Script, noted: dict[record.Used, str]) -> None:
    listing = do.Droplet.listByTagName.all("web")
    assert not noted
    script.answer(200, {"droplets": [WEB], "meta": {"total": 1}})
    assert len(list(listing)) == 1
    assert names(noted, "Droplet") == {"list_by_tag_name", "listByTagName"}


def test_an_attribute_counts_when_it_is_read(script: Script, noted: dict[record.Used, str]) -> None:
    made = do.Droplet()
    made.tags = ["a"]
    assert not noted
    assert made.tags == ["a"]
    assert names(noted, "Droplet") == {"tags"}


def test_plain_methods_count_and_what_they_read_does_not(script: Script, noted: dict[record.Used, str]) -> None:
    made = do.Droplet(WEB)
    assert made.getID() == 5
    assert json.loads(json.dumps([made], cls=do.DOJSONEncoder)) == [WEB]
    assert names(noted, "Droplet") == {"get_id", "getID"}
    assert names(noted, "DOJSONEncoder") == {"default"}
    assert made.json() == WEB
    assert ("Resource", "json") in noted
    assert do.Resource(do.Droplet).resource is do.Droplet
    assert ("Resource", "resource") in noted


def test_a_raw_verb_counts_for_the_base(script: Script, noted: dict[record.Used, str]) -> None:
    script.answer(200, {"droplets": []})
    do.Resource(do.Droplet).get("droplets")
    assert ("Resource", "get") in noted


def test_a_value_object_s_attribute_counts_when_it_is_read(noted: dict[record.Used, str]) -> None:
    @dataclasses.dataclass
    class Where(Value):
        tags: list[str] = dataclasses.field(default_factory=list)
        ports: str = "all"

    made = Where(["a"])
    assert not noted
    assert made.tags == ["a"]
    assert names(noted, "Where") == {"tags"}


def test_without_an_emulator_only_what_never_asks_counts(script: Script) -> None:
    own: dict[record.Used, str] = {}
    with record.into(own):
        assert do.Droplet(WEB).name == "web"
        assert do.Auth("t", "https://api.example").base_url == "https://api.example/v2"
    assert set(own) == {("Auth", "base_url")}


def test_functions_and_exceptions_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from dopyapi._core import accounts, client

    monkeypatch.setattr(Resource, "auth", None)
    monkeypatch.setattr(accounts, "_default", None)
    for variable in client.TOKEN_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    own: dict[record.Used, str] = {}
    with record.into(own):
        do.authenticate("t", "https://api.example")
        with pytest.raises(do.AuthenticationNeeded):
            do.Auth()
        do.UnprocessableError("no")
    assert {("", "authenticate"), ("AuthenticationNeeded", "raised"), ("ClientError", "raised")} <= set(own)


def test_every_wanted_name_can_be_noted() -> None:
    """A name that nothing listens in on could never be used, whatever the tests do."""
    from dopyapi._core.fields import Field
    from dopyapi._core.operations import Declaration

    from . import table
    from .test_names import DONE

    def heard(found: Any) -> bool:
        function = getattr(found, "fget", None) or getattr(found, "__func__", found)
        return isinstance(found, Declaration | Field) or getattr(function, "_listened", False)

    entries = [e for kind in ("methods", "actions", "attributes") for e in table.members(DONE, kind)]
    deaf = [
        str(e)
        for e in entries
        if (e.owner, e.name) not in used.NOT_LISTENED
        and e.name not in getattr(e.cls, "__dataclass_fields__", {})
        and e.name not in getattr(e.cls, "_cells", {})
        and not heard(next((vars(b)[e.name] for b in e.cls.__mro__ if e.name in vars(b)), None))
    ]
    assert not deaf


def test_all_unused_names_are_listed() -> None:
    every = {w.key: "a test" for w in used.wanted()}
    assert used.unused(every) == []
    del every["Droplet", "resize"], every["Auth", "token"]
    assert used.unused(every) == ["auth.Auth.token", "droplets.Droplet.resize"]


def test_it_says_why_it_does_not_judge_a_part_of_the_suite(pytestconfig: pytest.Config) -> None:
    marks: Any = judge
    assert marks.pytestmark[0].name == "last"

    class Config:
        def __init__(self, *args: str, **options: Any) -> None:
            self.args, self.options, self.stash = list(args), options, pytest.Stash()
            self.rootpath = pytestconfig.rootpath
            self.invocation_params = type("Invocation", (), {"dir": pytestconfig.rootpath})

        def getini(self, name: str) -> list[str]:
            return list(pytestconfig.getini(name))

        def getoption(self, name: str, default: Any = None) -> Any:
            return self.options.get(name, default)

    def reason(*args: str, **options: Any) -> str | None:
        config: Any = Config(*args, **options)
        return used.partial(config)

    assert reason("tests") is None
    assert reason() is None
    assert "paths" in str(reason("tests/core"))
    assert "paths" in str(reason("tests/core/test_client.py::test_x"))
    assert "keyword" in str(reason("tests", keyword="droplet"))
    assert "markexpr" in str(reason("tests", markexpr="not clients"))
    deselected: Any = Config("tests")
    deselected.stash[used.DESELECTED] = True
    assert "deselected" in str(used.partial(deselected))


def test_what_workers_have_used_is_judged_together(pytestconfig: pytest.Config) -> None:
    names = [wanted.key for wanted in used.wanted()]

    def judged(*told: dict[str, Any]) -> tuple[int, list[str]]:
        """The exit status of a run whose workers told this, and what it misses."""
        options: Any = pytestconfig

        class Config:
            rootpath, args, stash = options.rootpath, [], pytest.Stash()

            def getini(self, name: str) -> Any:
                return options.getini(name)

            def getoption(self, name: str, default: Any = None) -> Any:
                return default

        config: Any = Config()
        session: Any = type("Session", (), {"config": config, "exitstatus": pytest.ExitCode.OK})()
        with record.into({}):
            for output in told:
                used.pytest_testnodedown(type("Node", (), {"config": config, "workeroutput": output})())
            used.pytest_sessionfinish(session)
        return int(session.exitstatus), config.stash.get(used.MISSING, [])

    half = len(names) // 2
    first: dict[str, Any] = {"deselected": False, "used": [[*key, "a test"] for key in names[:half]]}
    second: dict[str, Any] = {"deselected": False, "used": [[*key, "a test"] for key in names[half:]]}
    assert judged(first, second) == (0, [])
    status, missing = judged(first)
    assert status == 1
    assert len(missing) == len(names) - half
    assert judged(first | {"deselected": True}) == (0, [])
    assert judged() == (0, [])
