"""An account that is emptied, kept as bytes and put back."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dopyapi.emulator import Emulator, Fault, Lag, Limits, RealClock, SnapshotError, VirtualClock

from .conftest import Account

FLEET = Path(__file__).parents[2] / "examples" / "fleet.yaml"
DROPLET = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
LISTINGS = (
    "account droplets volumes snapshots images?private=true account/keys tags projects vpcs domains reserved_ips"
    " firewalls load_balancers certificates cdn/endpoints databases kubernetes/clusters registries actions"
    " customers/my/balance customers/my/billing_history customers/my/invoices vpc_peerings"
).split()


def everything(account: Account) -> dict[str, Any]:
    """All that clients can list."""
    return {
        path: account.get(
            f"/v2/{path}" if "balance" in path else f"/v2/{path}{'&' if '?' in path else '?'}per_page=200"
        )
        for path in LISTINGS
    }


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    path = ":memory:" if request.param == "memory" else str(tmp_path / "account.db")
    account = Account(path=path)
    yield account
    account.emulator.close()


def test_nothing_is_left_after_a_reset(kept: Account) -> None:
    fresh = everything(Account())
    kept.emulator.seed(FLEET)
    first = kept.droplet("one", settled=False)["id"]
    kept.emulator.reset()
    assert not any(kept.emulator.state.counts().values())
    assert kept.emulator.state.pending() == []
    emptied = everything(kept)
    for path in LISTINGS:
        assert shape(emptied[path]) == shape(fresh[path]), path
    kept.pass_time(10_000)
    assert kept.get("/v2/droplets")["droplets"] == []
    assert kept.droplet("two", settled=False)["id"] < first  # its numbers begin again too


def shape(answer: Any) -> Any:
    """An answer without what differs between two accounts."""
    text = msgspec.json.encode(answer).decode()
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d:\d\dZ", "-", text)


def test_a_reset_is_in_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "account.db")
    with Emulator(path) as emulator:
        emulator.seed(FLEET)
        emulator.reset()
    with Emulator(path) as emulator:
        assert not any(emulator.state.counts().values())


def test_a_reset_puts_faults_lag_and_durations_back() -> None:
    account = Account(faults=[Fault(path="/v2/tags", nth=1, status=503)], lag=Lag(lists=5), durations={"droplet": 7})
    emulator = account.emulator
    assert [account("GET", "/v2/tags").status for _ in range(2)] == [503, 200]
    emulator.faults.add(Fault(status=500))
    emulator.lag, emulator.durations = Lag(), {}
    emulator.reset()
    assert [fault.status for fault in emulator.faults] == [503]
    assert emulator.faults.played == ()
    assert (emulator.lag, dict(emulator.durations)) == (Lag(lists=5), {"droplet": 7})
    assert [account("GET", "/v2/tags").status for _ in range(2)] == [503, 200]
    emulator.close()


def test_a_reset_leaves_the_rest_as_it_is() -> None:
    account = Account(limits=Limits(per_minute=2, minute=60.0), strict=True, speed=3)
    emulator = account.emulator
    token = emulator.issue_token("read")
    before = account.clock.now()
    assert [account("GET", "/v2/tags").status for _ in range(3)] == [200, 200, 429]
    emulator.reset()
    assert account("GET", "/v2/tags").status == 200  # what was spent is forgotten
    assert (emulator.strict, emulator.speed, account.clock.now()) == (True, 3, before)
    assert account("POST", "/v2/tags", {"name": "a"}, authorization=f"Bearer {token}").status == 403
    emulator.close()


def test_a_listing_that_lags_knows_nothing_of_what_was_before_a_reset() -> None:
    account = Account(lag=Lag(lists=100, ends=100))
    number = account.droplet("old", settled=False)["id"]
    account.pass_time(50)
    account("DELETE", f"/v2/droplets/{number}")
    assert account("GET", f"/v2/droplets/{number}").status == 200  # not gone yet for who asks
    account.emulator.reset()
    assert account("GET", f"/v2/droplets/{number}").status == 404
    account.droplet("new", settled=False)
    assert account.get("/v2/droplets")["droplets"] == []
    account.pass_time(101)
    assert [droplet["name"] for droplet in account.get("/v2/droplets")["droplets"]] == ["new"]
    account.emulator.close()


def test_requests_go_on_while_it_is_reset() -> None:
    account = Account(speed=0)

    def ask(_: int) -> set[int]:
        return {account.emulator.handle("POST", "/v2/droplets", "", HEADERS, WEB).status for _ in range(25)}

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask, number) for number in range(4)]
        while not all(future.done() for future in asking):
            account.emulator.reset()
            account.emulator.snapshot()
    assert set.union(*(future.result() for future in asking)) == {202}
    account.emulator.close()


HEADERS = {"authorization": "Bearer any"}
WEB = msgspec.json.encode(DROPLET)


# Snapshots.


def test_what_was_under_way_goes_on_where_it_was(account: Account) -> None:
    droplet = account.droplet("web", settled=False)
    account.pass_time(10)
    data, moment = account.emulator.snapshot(), account.clock.now()
    account.pass_time(60)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "active"
    account.emulator.restore(data)
    assert account.clock.now() == moment
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "new"
    account.pass_time(19)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "new"
    account.pass_time(2)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "active"


def test_on_the_machines_clock_what_was_due_has_happened(account: Account) -> None:
    droplet = account.droplet("web", settled=False)  # in 2026, and long over or yet to come
    data = account.emulator.snapshot()

    class Later(RealClock):
        def now(self) -> datetime:
            return datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

    with Emulator(clock=Later(), speed=1) as other:
        other.restore(data)
        assert other.clock.now() == Later().now()
        assert other.state["droplets"][0]["status"] == "active"
        assert other.state["actions"][0]["completed_at"] == "2026-11-23T09:30:30Z"
        assert other.state["droplets"][0]["id"] == droplet["id"]


def test_it_goes_from_a_file_to_memory_and_back(tmp_path: Path, account: Account) -> None:
    clock = VirtualClock(account.clock.now())
    with Emulator(str(tmp_path / "a.db"), clock=clock) as first:
        first.seed(FLEET)
        data = first.snapshot()
    account.emulator.restore(data)
    before = everything(account)
    path = str(tmp_path / "b.db")
    moved = Account(path=path)
    moved.droplet("in the way".replace(" ", "-"))
    moved.emulator.restore(account.emulator.snapshot())
    moved.emulator.close()
    again = Account(path=path)
    assert everything(again) == before
    assert again.emulator.store.db.execute("pragma journal_mode").fetchone() == ("wal",)
    assert again.emulator.store.db.execute("pragma integrity_check").fetchone() == ("ok",)
    again.emulator.close()


def test_numbers_go_on_where_they_were(account: Account) -> None:
    first = account.droplet("one")["id"]
    data = account.emulator.snapshot()
    second = account.droplet("two")
    account.emulator.restore(data)
    assert account.droplet("two")["id"] == second["id"] == first + 1
    assert account.get("/v2/droplets")["meta"]["total"] == 2


def test_what_droplets_show_of_their_image_is_the_restored_one(account: Account) -> None:
    account.done(account.droplet("source"), "snapshot", name="golden")
    image = account.get("/v2/images?private=true")["images"][0]
    copy = account.droplet("copy", image=image["id"])
    data = account.emulator.snapshot()
    account("PUT", f"/v2/images/{image['id']}", {"name": "renamed"})
    assert account.get(f"/v2/droplets/{copy['id']}")["droplet"]["image"]["name"] == "renamed"
    account.emulator.restore(data)
    assert account.get(f"/v2/droplets/{copy['id']}")["droplet"]["image"]["name"] == "golden"


def test_options_faults_and_log_are_no_part_of_it(account: Account) -> None:
    account.emulator.faults.add(Fault(path="/v2/nothing", status=500))
    data = account.emulator.snapshot()
    account.emulator.faults.clear()
    account("GET", "/v2/tags")
    account.emulator.restore(data)
    assert len(account.emulator.faults) == 0
    assert account.emulator.log[-1].path == "/v2/tags"


def test_budgets_are_forgotten_where_time_goes_back() -> None:
    account = Account(limits=Limits(per_minute=3, minute=60.0))
    data = account.emulator.snapshot()
    account.pass_time(3600)
    assert [account("GET", "/v2/tags").status for _ in range(4)] == [200, 200, 200, 429]
    account.emulator.restore(data)
    assert account("GET", "/v2/tags").status == 200
    account.emulator.close()


def crafted(data: bytes, change: Callable[[sqlite3.Connection], object], page_size: int = 4096) -> bytes:
    """A snapshot whose database was changed, with a checksum that fits."""
    start = data.index(b"SQLite format 3")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
        old.deserialize(data[start:])
        change(old)
        version = old.execute("pragma user_version").fetchone()[0]
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            db.executescript(f"pragma page_size = {page_size}; pragma user_version = {version};")
            db.executescript("\n".join(old.iterdump()))
            content = db.serialize()
    header = msgspec.json.decode(data[:start].split(b"\n")[1])
    header |= {"bytes": len(content), "crc32": zlib.crc32(content)}
    return data[: data.index(b"\n") + 1] + msgspec.json.encode(header) + b"\n" + content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: b"", "nothing at all"),
        (lambda data: b"SQLite format 3\0", "no snapshot of an emulator"),
        (lambda data: data[:26], "damaged"),
        (lambda data: data[:40], "damaged"),
        (lambda data: data[:-1], "not whole"),
        (lambda data: data + b"x", "not whole"),
        (lambda data: data[:-1] + b"x", "checksum"),
        (lambda data: data.replace(b'"format":1', b'"format":9', 1), "another version"),
        (lambda data: data.replace(b'"store":3', b'"store":7', 1), "another version"),
        (lambda data: data.replace(b'"store":3', b'"store":x', 1), "damaged"),
        (lambda data: data.replace(b'"bytes":', b'"bytez":', 1), "damaged"),
        (lambda data: crafted(data, lambda db: db.execute("drop table event")), "does not hold"),
        (
            lambda data: crafted(
                data, lambda db: db.execute("create trigger t after insert on document begin delete from link; end")
            ),
            "does not hold",
        ),
        (lambda data: crafted(data, lambda db: db.execute("pragma user_version = 99")), "does not hold"),
        (lambda data: crafted(data, lambda db: None, page_size=8192), "pages of another size"),
    ],
)
def test_what_is_no_snapshot_changes_nothing(kept: Account, change: Callable[[bytes], bytes], said: str) -> None:
    data = kept.emulator.snapshot()
    kept.droplet("web")
    before, moment = everything(kept), kept.clock.now()
    with pytest.raises(SnapshotError, match=said):
        kept.emulator.restore(change(data))
    assert kept.clock.now() == moment
    assert everything(kept) == before


def test_damage_anywhere_is_noticed(account: Account) -> None:
    data = bytearray(account.emulator.snapshot())
    for at in range(0, len(data), 997):
        damaged = bytes(data[:at]) + bytes([data[at] ^ 0x55]) + bytes(data[at + 1 :])
        with pytest.raises(SnapshotError):
            account.emulator.restore(damaged)


# Whatever was done.

_NAMES = st.sampled_from(["a", "b", "c", "d"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("droplet"), _NAMES),
        st.tuples(st.just("delete"), st.integers(0, 3)),
        st.tuples(st.just("volume"), _NAMES),
        st.tuples(st.just("domain"), _NAMES),
        st.tuples(st.just("action"), st.sampled_from(["reboot", "power_off", "snapshot", "enable_backups"])),
        st.tuples(st.just("address"), st.booleans()),
        st.tuples(st.just("time"), st.integers(0, 200_000)),
    ),
    max_size=12,
)


def do(account: Account, step: tuple[str, Any]) -> None:
    """One change; what is refused is none."""
    what, value = step
    droplets = account.get("/v2/droplets")["droplets"]
    if what == "droplet":
        account("POST", "/v2/droplets", {**DROPLET, "name": value, "tags": [f"is-{value}"], "ipv6": value == "a"})
    elif what == "delete" and droplets:
        account("DELETE", f"/v2/droplets/{droplets[value % len(droplets)]['id']}")
    elif what == "volume":
        account("POST", "/v2/volumes", {"name": value, "region": "nyc3", "size_gigabytes": 10})
    elif what == "domain":
        account("POST", "/v2/domains", {"name": f"{value}.example.com", "ip_address": "192.0.2.1"})
    elif what == "action" and droplets:
        account.act(droplets[-1], value, **({"name": "kept"} if value == "snapshot" else {}))
    elif what == "address":
        wanted = {"droplet_id": droplets[0]["id"]} if value and droplets else {"region": "nyc3"}
        account("POST", "/v2/reserved_ips", wanted)
    elif what == "time":
        account.pass_time(value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(before=_STEPS, after=_STEPS)
def test_put_back_is_as_it_was(before: list[tuple[str, Any]], after: list[tuple[str, Any]]) -> None:
    account, other = Account(), Account()
    try:
        for step in before:
            do(account, step)
        then = everything(account)  # which lets defaults come about: so it is looked at first
        data = account.emulator.snapshot()
        for step in after:
            do(account, step)
        account.emulator.restore(data)
        assert everything(account) == then
        other.emulator.restore(data)
        assert everything(other) == then
        # And as it was, it goes on.
        for each in (account, other):
            each.pass_time(timedelta(days=8).total_seconds())
        one, two = everything(account), everything(other)
        assert [d["id"] for d in one["droplets"]["droplets"]] == [d["id"] for d in two["droplets"]["droplets"]]
        assert [(a["id"], a["status"], a["completed_at"]) for a in one["actions"]["actions"]] == [
            (a["id"], a["status"], a["completed_at"]) for a in two["actions"]["actions"]
        ]
    finally:
        account.emulator.close()
        other.emulator.close()
