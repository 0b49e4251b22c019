"""How results are shown: in which form, which of them, which columns; on a terminal and through a pipe."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import dopyapi as do
from dopyapi.cli.output.cells import at, plain, text
from dopyapi.cli.output.choosing import matching, ordered
from dopyapi.cli.output.columns import SHOWN, column, columns_of
from dopyapi.cli.output.tables import wide
from dopyapi.testing import Emulated

from .conftest import Dopy

SCREENS = Path(__file__).parent / "screens"
pytestmark = pytest.mark.digitalocean(speed=0.0)


def test_json_is_the_apis_own_and_nothing_is_fetched_for_an_item(
    dopy: Dopy, digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    fleet("web-1", "web-2", tags=["web"])
    answered = json.loads(do.Droplet.list.with_response()[1].body)["droplets"]
    before = len(digitalocean.emulator.log)
    shown = dopy.inside("droplets", "list", "-o", "json")
    assert shown.json == answered
    assert len(digitalocean.emulator.log) == before + 1
    one = dopy.inside("droplets", "get", "web-1", "-o", "json")
    assert one.json == answered[0]
    for how in ("table", "csv", "ids", "name", "yaml"):
        before = len(digitalocean.emulator.log)
        assert dopy.inside("droplets", "list", "-o", how).status == 0
        assert len(digitalocean.emulator.log) == before + 1, how


def test_each_form_holds_the_same(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    made = fleet("web-1", "web-2", tags=["web"])
    assert dopy.inside("droplets", "list", "-o", "ids").lines == [str(each.id) for each in made]
    assert dopy.inside("droplets", "list", "-o", "name").lines == ["web-1", "web-2"]
    rows = list(csv.DictReader(io.StringIO(dopy.inside("droplets", "list", "-o", "csv").out)))
    assert [row["name"] for row in rows] == ["web-1", "web-2"]
    assert rows[0]["region"] == "ams3"
    assert (
        yaml.safe_load(dopy.inside("droplets", "list", "-o", "yaml").out)
        == dopy.inside("droplets", "list", "-o", "json").json
    )
    own = dopy.inside("droplets", "list", "--columns", "name,region.slug,public_ip,image.distribution", "-o", "csv")
    assert own.lines[0] == "name,region.slug,public_ip,image.distribution"
    assert own.lines[1].startswith("web-1,ams3,203.0.113.")
    asked = dopy.inside("droplets", "list", "--query", "[].{n: name, r: region.slug}", "-o", "json")
    assert asked.json == [{"n": "web-1", "r": "ams3"}, {"n": "web-2", "r": "ams3"}]
    assert dopy.inside("droplets", "list", "--query", "[].name").lines == ["web-1", "web-2"]
    assert dopy.inside("droplets", "list", "--query", "length(@)").out == "2\n"
    assert "is no JMESPath" in dopy.inside("droplets", "list", "--query", "[[").err


def test_a_list_is_complete_and_can_be_cut_filtered_and_sorted(
    dopy: Dopy, digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    fleet(*(f"web-{n}" for n in range(205)))
    fleet("db-1", region="nyc3", tags=["db"], size="s-2vcpu-2gb")
    assert len(dopy.inside("droplets", "list", "-o", "ids").lines) == 206
    before = len(digitalocean.emulator.log)
    assert len(dopy.inside("droplets", "list", "--limit", "3", "-o", "ids").lines) == 3
    assert len(digitalocean.emulator.log) == before + 1
    names = {
        ("--filter", "region=nyc3"): ["db-1"],
        ("--filter", "tags=db"): ["db-1"],
        ("--filter", "size=s-2vcpu-2gb"): ["db-1"],
        ("--filter", "name~DB"): ["db-1"],
        ("--filter", "region!=ams3"): ["db-1"],
        ("--filter", "status=active", "--filter", "vcpus=2"): ["db-1"],
        ("--filter", "memory=2048.0"): ["db-1"],
        ("--sort", "-region", "--limit", "1"): ["db-1"],
        ("--sort", "name", "--limit", "2"): ["db-1", "web-0"],
        ("--filter", "name=nobody"): [],
    }
    for given, expected in names.items():
        assert dopy.inside("droplets", "list", "-o", "name", *given).lines == expected, given
    assert dopy.inside("droplets", "list", "--filter", "name=nobody", "-o", "json").json == []
    assert dopy.inside("droplets", "list", "--filter", "name=nobody").lines[0].startswith("ID  NAME")
    assert "is not FIELD=VALUE" in dopy.inside("droplets", "list", "--filter", "name").err


def test_filters_and_orders_compare_as_people_mean_it() -> None:
    items = [{"n": 10, "on": True, "at": None}, {"n": 9.0, "on": False, "at": "x"}, {"n": 100, "on": None, "at": "X"}]
    assert [each["n"] for each in ordered(items, "n")] == [9.0, 10, 100]
    assert [each["n"] for each in ordered(items, "-n")] == [100, 10, 9.0]
    assert [each["at"] for each in ordered(items, "at")] == ["x", "X", None]  # what has none is last
    assert matching(items, ["n=9"]) == [items[1]]
    assert matching(items, ["n!=9"]) == [items[0], items[2]]
    assert matching(items, ["on=yes"]) == matching(items, ["on=true"]) == [items[0]]
    assert matching([{"tags": ["a", "b"]}, {"tags": []}], ["tags!=a"]) == [{"tags": []}]


def test_cells() -> None:
    assert text({"slug": "ams3", "sizes": [1]}) == "ams3"
    assert text({"state": "running", "message": "m"}) == "running"
    assert text([{"name": "a"}, {"name": "b"}]) == "a, b"
    assert text(None) == ""
    assert text(True) == "yes"
    assert text("a\nb") == "a b"
    assert at({"a": [{"b": 1}, {"b": 2}]}, "a.b") == [1, 2]
    assert at({"a": [{"b": 1}]}, "a.0.b") == 1
    assert plain((1, {"x"})) == [1, ["x"]]
    assert (wide("abc"), wide("日本"), wide("e\u0301")) == (3, 4, 1)
    assert column("length(tags)").value({"tags": [1, 2]}) == 2


def test_an_unknown_class_has_columns_of_its_first_members() -> None:
    items = [{"thing": {"deep": 1}, "id": 5, "name": "x", "notes": ["a"], "objects": [{"a": 1}]}]
    assert [each.name for each in columns_of(None, items)] == ["id", "name", "notes"]


def test_wide_characters_stay_in_their_columns(dopy: Dopy) -> None:
    do.Project.new(name="日本語", purpose="x")
    do.Project.new(name="plain", purpose="y")
    lines = dopy.inside("projects", "list", "--columns", "name,purpose").lines
    starts = {wide(line[: re.search(r"Other|Just", line).start()]) for line in lines[1:]}  # type: ignore[union-attr]
    assert len(starts) == 1


def test_a_pipe_gets_plain_text_and_a_terminal_colour_unless_it_is_unwanted(
    dopy: Dopy, fleet: Callable[..., list[Any]]
) -> None:
    fleet("web-1")
    assert "\x1b" not in dopy("droplets", "list").out
    assert "\x1b[32m" in dopy.on_terminal("droplets", "list", columns=120).raw
    plain_screen = dopy.on_terminal("droplets", "list", columns=120, env={"NO_COLOR": "1"})
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain_screen.raw)


def test_watch_draws_again_on_a_terminal_and_writes_what_has_changed_to_a_pipe(
    dopy: Dopy, fleet: Callable[..., list[Any]]
) -> None:
    fleet("web-1")
    screen = dopy.on_terminal("droplets", "list", "--watch", "--every", "0.2", interrupt_at="web-1")
    assert screen.status == 130
    assert "every 0.2 s" in screen.raw

    import signal
    import subprocess
    import sys

    process = subprocess.Popen(
        [sys.executable, "-m", "dopyapi.cli", "droplets", "list", "-o", "name", "--watch", "--every", "0.2"],
        env=dopy.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "web-1\n"
    fleet("web-2")
    assert [process.stdout.readline() for _ in range(3)] == ["\n", "web-1\n", "web-2\n"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    process.stdout.close()


ACCOUNT = [
    ("domains", "create", "example.com", "--ip-address", "192.0.2.1"),
    ("volumes", "create", "data-1", "--size-gigabytes", "10", "--region", "ams3"),
    ("firewalls", "create", "web-firewall", "--tag", "web", "--inbound-rule",
     "protocol=tcp,ports=22,sources.addresses=0.0.0.0/0"),
    ("reserved-ips", "create", "--region", "ams3"),
    ("databases", "create", "orders", "--engine", "pg", "--version", "16", "--size", "db-s-1vcpu-1gb",
     "--num-nodes", "1", "--region", "ams3"),
    ("doks", "create", "production", "--region", "ams3", "--version", "1.36.1-do.0", "--node-pool",
     "size=s-2vcpu-4gb,count=2,name=workers"),
]  # fmt: skip
LOOKED_AT = [
    "droplets list", "droplets get web-1", "domain-records list example.com", "volumes list", "firewalls list",
    "images list --limit 3", "sizes list --limit 3", "regions list --limit 3", "databases list", "doks list",
    "reserved-ips list", "vpcs list --limit 2", "droplet delete web-1 --dry-run",
]  # fmt: skip


def _steady(screen: str) -> str:
    """A screen without what is another each time."""
    screen = re.sub(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000", screen
    )
    screen = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-01T00:00:00Z", screen)
    screen = re.sub(r"do-user-\d+-0", "do-user-1234567-0", screen)
    screen = re.sub(r"workers-[0-9a-f]{5}", "workers-12345", screen)
    return re.sub(r"k8s:[0-9a-f-]+…", "k8s:00000000…", screen)


def test_the_screen_at_80_and_120_columns(dopy: Dopy, fleet: Callable[..., list[Any]], monkeypatch: Any) -> None:
    """What a terminal shows is what is kept in ``screens/``; DOPY_SCREENS=write writes it anew, to be looked at."""
    from . import inside

    fleet("web-1", "web-2", tags=["web", "front", "a-third-tag-that-is-long"])
    for command in ACCOUNT:
        done = dopy.inside(*command)
        assert done.status == 0, done.err
    for columns in (80, 120):
        shown = []
        for line in LOOKED_AT:
            done = inside.run(
                tuple(line.split()),
                dopy.environment | {"COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "xterm"},
                terminal=True,
            )
            assert done.status == 0, (line, done.err)
            seen = re.sub(r"(?m) +$", "", re.sub(r"\x1b\[[0-9;]*m", "", done.out))
            fits = seen.splitlines() if " get " not in line and "--dry-run" not in line else []
            assert max(map(wide, fits), default=0) <= columns, (line, done.out)
            shown.append(f"$ dopy {line}\n{seen}")
        screen = _steady("\n".join(shown))
        kept = SCREENS / f"account-{columns}.txt"
        if os.environ.get("DOPY_SCREENS") == "write":
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(screen)
        assert screen == kept.read_text(), "DOPY_SCREENS=write writes the screens anew"


def test_every_class_of_a_resource_has_columns_that_exist() -> None:
    from dopyapi._core.schema import NAMED
    from dopyapi.cli.naming import classes
    from dopyapi.cli.output.columns import COMPUTED

    for cls in classes():
        for name in SHOWN.get(cls.__name__, "").split():
            first = name.rstrip("?").partition(".")[0]
            known = {field.wire for field in cls._fields.values()}
            assert first in COMPUTED or first in known, (cls.__name__, first)
    assert NAMED
