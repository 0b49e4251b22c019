"""Snapshots in rotation: a new one is taken, and of those taken so before the oldest go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.rotation.names import is_in_rotation, new, prefix_of
from dopyapi.cli.rotation.plan import Plan
from dopyapi.testing import Emulated

from .conftest import Dopy

pytestmark = pytest.mark.digitalocean(speed=0)


def snapshots(target: Any) -> list[str]:
    return sorted(each.name for each in target.list_snapshots.all())


def take(target: Any, *names: str) -> None:
    for name in names:
        target.snapshot(name)  # at this speed it is there with the answer


def old(name: str, *days: int) -> list[str]:
    return [f"{name}-rotated-202611{day:02}T010000Z" for day in days]


def test_the_oldest_go_when_the_new_one_is_there_and_no_others(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    web, other = fleet("web-1", "web-2", tags=["web"])
    mine = ["before-upgrade", "web-1-rotated-by-hand", "web-2-rotated-20261101T010000Z"]
    take(web, *mine, *old("web-1", 1, 2, 3))
    rotate = ("snapshots", "rotate", "--keep", "2")

    asked = dopy.inside(*rotate, "web-1")
    assert asked.status == 2
    assert "--yes" in asked.err
    dry = dopy.inside(*rotate, "--tag", "web", "--dry-run")
    assert dry.status == 0, dry.err
    assert f"web-1: would delete {old('web-1', 1)[0]}" in dry.lines
    assert dry.out.count('"type": "snapshot"') == 2
    assert dry.out.count("DELETE /v2/snapshots/") == 2
    assert snapshots(web) == sorted([*mine, *old("web-1", 1, 2, 3)])

    done = dopy(*rotate, "--tag", "web", "web-1", "--yes")
    assert done.status == 0, done.err
    rows = [line.split() for line in done.lines[1:]]
    assert [(row[1], *row[3:]) for row in rows] == [("web-1", "2", "2"), ("web-2", "1", "0")]
    assert snapshots(web) == sorted([*mine, old("web-1", 3)[0], rows[0][2]])
    assert snapshots(other) == [rows[1][2]]
    assert is_in_rotation(rows[0][2], "web-1-rotated-")

    first = dopy.inside(*rotate, "web-2", "--prefix", "nightly-")
    assert first.status == 0, first.err
    assert "a script has to say --yes" in first.err
    assert dopy.inside(*rotate, "nothing").status == 3


def test_nothing_is_deleted_where_the_new_snapshot_fails(
    dopy: Dopy, fleet: Callable[..., list[Any]], digitalocean: Emulated
) -> None:
    web, fine = fleet("web-1", "fine")
    take(web, *old("web-1", 1, 2))
    take(fine, *old("fine", 1, 2))
    digitalocean.faults.add(do.testing.Fault(path=f"/v2/droplets/{web.id}/actions", method="POST", fails=True))
    done = dopy.inside("snapshots", "rotate", "web-1", "fine", "--keep", "1", "--yes")
    assert done.status == 1
    assert "web-1: the action snapshot" in done.err
    assert [line.split()[1] for line in done.lines[1:]] == ["fine"]
    assert snapshots(web) == old("web-1", 1, 2)
    assert len(snapshots(fine)) == 1

    digitalocean.faults.add(do.testing.Fault(path=f"/v2/droplets/{web.id}/actions", method="POST", status=422))
    refused = dopy.inside("snapshots", "rotate", "web-1", "--keep", "1", "--yes")
    assert refused.status == 1
    assert snapshots(web) == old("web-1", 1, 2)

    pruned = dopy.inside("snapshots", "rotate", "web-1", "--keep", "1", "--no-take", "--yes")
    assert pruned.status == 0, pruned.err
    assert snapshots(web) == old("web-1", 2)


def test_volumes_are_rotated_and_told_from_droplets(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    fleet("data")
    volume = do.Volume.new(name="data", size_gigabytes=1, region="ams3")
    take(volume, *old("data", 1, 2), "mine")
    rotate = ("snapshots", "rotate", "data", "--keep", "1")
    which = dopy.inside(*rotate, "--yes")
    assert which.status == 1
    assert "say which by --type" in which.err
    screen = dopy.on_terminal(*rotate, "--type", "volume", columns=120, answers=[("Go on?", "n\n")])
    assert screen.status == 1
    assert old("data", 1)[0] in screen.text
    assert snapshots(volume) == sorted([*old("data", 1, 2), "mine"])
    screen = dopy.on_terminal(*rotate, "--type", "volume", answers=[("Go on?", "y\n")])
    assert screen.status == 0, screen.text
    left = [name for name in snapshots(volume) if name != "mine"]
    assert len(left) == 1
    assert left[0] not in old("data", 1, 2)


@dataclass(frozen=True)
class Snapshot:
    """What a plan looks at."""

    id: int
    name: str
    created_at: datetime


NOW = datetime(2026, 11, 29, 5, 30, tzinfo=UTC)


def taken(*days: int, prefix: str = "a-rotated-") -> list[Snapshot]:
    moments = [NOW - timedelta(days=day) for day in days]
    return [Snapshot(day, new(prefix, moment), moment) for day, moment in zip(days, moments, strict=True)]


def test_names_say_when_in_utc_and_nothing_else_is_ours() -> None:
    made = new(prefix_of("web-1"), NOW)
    assert made == "web-1-rotated-20261129T053000Z"
    assert is_in_rotation(made, "web-1-rotated-")
    for name in (
        f"{made}-2",
        f"my-{made}",
        "web-1-rotated-",
        "web-1-rotated-20261129",
        "webX1-rotated-20261129T053000Z",
    ):
        assert not is_in_rotation(name, "web-1-rotated-" if "X" not in name else "web.1-rotated-"), name


@pytest.mark.parametrize(
    ("keep", "takes", "doomed"), [(1, True, [1, 2, 3]), (3, True, [3]), (3, False, []), (1, False, [2, 3])]
)
def test_what_goes_is_the_oldest_beyond_what_is_kept(keep: int, takes: bool, doomed: list[int]) -> None:
    plan = Plan(None, "a-rotated-", keep, "a-rotated-20261129T053000Z" if takes else "")
    others = taken(8, 9, prefix="b-rotated-")
    plan.look([*taken(2, 1, 3), *others])
    assert [each.id for each in plan.doomed] == doomed
    after = [*taken(3, 2, 1), *others, *([Snapshot(0, plan.name, NOW)] if takes else [])]
    assert plan.arrived(after) is takes
    assert [each.id for each in plan.left_over(after)] == doomed


def test_what_came_meanwhile_is_not_deleted_unasked() -> None:
    """Another run at the same time: what was not said before the question stays."""
    plan = Plan(None, "a-rotated-", 1, "a-rotated-20261129T053000Z")
    plan.look(taken(5))
    meanwhile = [*taken(5, 1), Snapshot(0, plan.name, NOW)]
    assert [each.id for each in plan.left_over(meanwhile)] == [5]
    assert not plan.arrived(taken(5)), "one of that name which was there before is not the new one"
