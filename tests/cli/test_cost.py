"""``dopy cost``: what the invoice says, what it will say, and how that is shown."""

from __future__ import annotations

import csv
import io
import re
import struct
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.costs import bill as bills
from dopyapi.cli.costs import plot
from dopyapi.cli.costs.bill import Bill, Line, line_of
from dopyapi.cli.costs.forecast import costs, hours_between, month_end
from dopyapi.cli.costs.grouping import Overview, Row, overview
from dopyapi.cli.costs.screen import bar, text
from dopyapi.cli.failing import Failure
from dopyapi.cli.fleet import Fleet
from dopyapi.cli.fleet.prices import dollars
from dopyapi.emulator.clock import VirtualClock
from dopyapi.testing import Emulated

from .conftest import Dopy

DAY = 86400
SEED: dict[str, Any] = {
    "tags": ["shop"],
    "droplets": [
        {"name": "web-{1..2}", "region": "ams3", "size": "s-1vcpu-2gb", "image": "ubuntu-24-04-x64"},
        {"name": "db-1", "region": "ams3", "size": "s-2vcpu-4gb", "image": "debian-12-x64", "backups": True},
    ],
    "volumes": [{"name": "data", "region": "ams3", "size_gigabytes": 100, "droplet": "db-1"}],
    "databases": [
        {"name": "orders", "engine": "pg", "version": "16", "size": "db-s-1vcpu-2gb", "region": "ams3", "num_nodes": 1}
    ],
    "load_balancers": [
        {
            "name": "front",
            "region": "ams3",
            "forwarding_rules": [
                {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}
            ],
        }
    ],
    "kubernetes_clusters": [
        {
            "name": "jobs",
            "region": "ams3",
            "version": "latest",
            "ha": True,
            "node_pools": [{"name": "pool", "size": "s-2vcpu-4gb", "count": 1}],
        }
    ],
    "projects": [
        {"name": "Shop", "purpose": "Web Application", "resources": ["droplet:web-{1..2}", "database:orders"]}
    ],
}


def starting(*moment: int) -> Any:
    """An emulator whose clock stands at a moment."""
    return pytest.mark.digitalocean(clock=VirtualClock(datetime(*moment, tzinfo=UTC)))  # type: ignore[arg-type, misc]


SCREEN = """\
November 2026: $93.24 so far, at least $169.30 by its end

BY PRODUCT           SO FAR  BY ITS END
Kubernetes Clusters  $35.23      $63.99  █████████████████████▍░░░░░░░░░░░░░░░░░
Droplets             $26.43      $48.00  ████████████████░░░░░░░░░░░░░
Database Clusters    $16.82     unknown  ██████████▎░░░░░░░░
Load Balancers        $6.61      $12.00  ████░░░
Volumes               $5.51      $10.00  ███▎░░
Droplet Backups       $2.64       $4.79  █▌░

BY PROJECT     SO FAR  BY ITS END
first-project  $63.25     unknown  ████████████████████████▊░░░░░░░░░░░░░░░░░░░░
Shop           $29.99      $54.46  ███████████▊░░░░░░░░░

Nobody says what these will cost: fresh (1 x db-s-1vcpu-1gb).
Owed in all: $93.24, of which $0.00 for earlier months.
"""
"""Of 80 columns."""
NEW: dict[str, Any] = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


@starting(2026, 10, 12, 8)
@pytest.mark.usefixtures("digitalocean_clock")
def test_what_is_expected_is_what_is_billed(digitalocean: Emulated) -> None:
    """The forecast of the 12th of November, against the invoice that is made on the 1st of December."""
    digitalocean.emulator.seed(SEED)
    digitalocean.clock.advance(25 * DAY)  # type: ignore[attr-defined]
    short = do.Droplet.new(name="short", **NEW, wait=True)
    digitalocean.clock.advance(3 * DAY)  # type: ignore[attr-defined]
    short.delete()
    resized = next(each for each in do.Droplet.list.all() if each.name == "web-2")
    resized.power_off().wait()
    resized.resize("s-2vcpu-2gb").wait()
    do.Droplet.new(name="late", **NEW, wait=True)
    digitalocean.clock.advance(3 * DAY)  # type: ignore[attr-defined]
    do.Volume.new(name="fresh", region="ams3", size_gigabytes=10)

    seen = overview(bills.current(projects=True))
    assert seen.unknown == []
    assert {cost.name: cost.source for cost in seen.costs} == {
        "web-1 (s-1vcpu-2gb)": "/v2/sizes",
        "web-2 (s-2vcpu-2gb)": "/v2/sizes",
        "db-1 (s-2vcpu-4gb)": "/v2/sizes",
        "db-1 (weekly backups)": "invoice",
        "short (s-1vcpu-1gb)": "",
        "late (s-1vcpu-1gb)": "/v2/sizes",
        "data (100 GiB)": "invoice",
        "fresh (10 GiB)": "list price",
        "orders (1 x db-s-1vcpu-2gb)": "invoice",
        "front (1 node)": "invoice",
        "High availability control plane": "invoice",
        next(cost.name for cost in seen.costs if cost.name.startswith("pool")): "/v2/sizes",
    }
    digitalocean.clock.set(datetime(2026, 12, 1, 0, 0, 5, tzinfo=UTC))  # type: ignore[attr-defined]
    invoice = bills.of_month("2026-11")
    assert invoice is not None
    billed: dict[str, Decimal] = {}
    for line in invoice.lines:
        billed[line.id + line.product] = billed.get(line.id + line.product, Decimal(0)) + line.amount
    for cost in seen.costs:
        assert cost.expected is not None
        # Begun hours and rounding to cents; what an invoice has charged an hour is known to a cent in all of them.
        assert abs(cost.expected - billed[cost.id + cost.product]) <= Decimal("0.05"), cost
    assert abs(seen.expected - invoice.total) < Decimal("0.15")


def _line(product: str, id: str, amount: str, hours: int | None, ended: str, name: str = "it") -> Line:
    counted = None if hours is None else Decimal(hours)
    return Line(product, id, name, "", Decimal(amount), counted, datetime.fromisoformat(ended))


def _bill(*lines: Line, total: str | None = None, **listings: Any) -> Bill:
    sizes = [{"slug": "s", "price_monthly": 12.0, "price_hourly": 0.01786}]
    all_of_it = sum((line.amount for line in lines), Decimal(0)) if total is None else Decimal(total)
    until = datetime(2026, 11, 16, tzinfo=UTC)
    return Bill("2026-11", all_of_it, list(lines), True, until, {}, Fleet({"sizes": sizes, **listings}))


def test_what_nobody_says_is_unknown_and_never_invented() -> None:
    young = _line("Database Clusters", "d", "0.20", 5, "2026-11-16T00:00:00Z")
    older = _line("Spaces", "", "2.50", 360, "2026-11-16T00:00:00Z")
    transfer = _line("Bandwidth", "", "1.00", None, "2026-11-16T00:00:00Z", "transfer")
    over = _line("Spaces", "", "1.00", 10, "2026-11-03T00:00:00Z", "gone")
    seen = overview(_bill(young, older, transfer, over, databases=[{"id": "d", "name": "d"}]))
    found = {cost.name + cost.product: (cost.expected, cost.source) for cost in seen.costs}
    assert found["itDatabase Clusters"] == (None, "unknown")
    assert found["transferBandwidth"] == (None, "unknown")
    assert found["goneSpaces"] == (Decimal("1.00"), "")
    expected, source = found["itSpaces"]
    assert source == "invoice"
    assert expected is not None
    assert abs(expected - Decimal("2.50") * 672 / 360) < Decimal("0.01")
    [database] = [row for row in seen.rows("product") if row.name == "Database Clusters"]
    assert (database.expected, database.known) == (None, Decimal("0.20"))
    made = seen.shown(["product"])
    assert (made["expected"], made["unknown"]) == (None, ["it", "transfer"])
    assert made["expected_at_least"] == 6.87


def test_what_is_gone_costs_no_more_and_what_is_new_is_counted() -> None:
    gone = _line("Droplets", "1", "3.00", 200, "2026-11-16T00:00:00Z")
    new = {"id": 2, "name": "new", "size_slug": "s", "created_at": "2026-11-15T20:00:00Z", "tags": []}
    strange = new | {"id": 3, "name": "strange", "size_slug": "retired"}
    seen = {cost.name: cost for cost in costs(_bill(gone, droplets=[new, strange]))}
    assert seen["it"].expected == Decimal("3.00")
    assert (seen["new (s)"].amount, seen["new (s)"].expected) == (0, Decimal("0.01786") * (15 * 24 + 4))
    assert seen["strange (retired)"].expected is None
    full = _line("Droplets", "2", "11.90", 666, "2026-11-16T00:00:00Z")
    [capped] = costs(_bill(full, droplets=[new]))
    assert abs((capped.expected or 0) - 12) < Decimal("0.01")  # a month costs its monthly price at most


def test_taxes_and_credits_are_a_row_of_their_own() -> None:
    seen = overview(_bill(_line("Droplets", "1", "10.00", 200, "2026-11-10T00:00:00Z"), total="12.10"))
    assert [(row.name, row.amount) for row in seen.rows("product")] == [
        ("Droplets", Decimal("10.00")),
        ("Taxes, credits and the like", Decimal("2.10")),
    ]
    assert seen.expected == Decimal("12.10")


def test_moments_and_amounts() -> None:
    assert month_end("2026-11") == datetime(2026, 12, 1, tzinfo=UTC)
    assert month_end("2026-12") == datetime(2027, 1, 1, tzinfo=UTC)
    assert hours_between(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 1, 0, 1, tzinfo=UTC)) == 2
    assert hours_between(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)) == 0
    amounts = [dollars(Decimal(each)) for each in ("1234.5", "0.005", "-3", "0")]
    assert amounts == ["$1,234.50", "$0.01", "-$3.00", "$0.00"]
    assert dollars(None) == "unknown"
    bare = line_of({"product": "Taxes", "amount": "-1.5"})
    assert (bare.amount, bare.hours, bare.ended, bare.id) == (Decimal("-1.5"), None, None, "")


def test_bars_fill_the_room_that_there_is() -> None:
    def drawn(amount: str, known: str) -> str:
        row = Row("x", Decimal(amount), Decimal(known), 1, False, Decimal(known))
        return bar(row, Decimal(10), 20).replace("\x1b[36m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")

    assert drawn("10", "10") == "█" * 20
    assert drawn("5", "10") == "█" * 10 + "░" * 10
    assert drawn("0.3", "0.3") == "▌"
    assert drawn("0", "0") == ""
    assert drawn("-1", "-1") == ""


@starting(2026, 10, 12, 8)
@pytest.mark.usefixtures("digitalocean_clock")
def test_on_a_terminal_through_a_pipe_and_as_a_picture(digitalocean: Emulated, dopy: Dopy) -> None:
    digitalocean.emulator.seed(SEED)
    digitalocean.clock.advance(35 * DAY)  # type: ignore[attr-defined]
    do.DatabaseCluster.new(name="fresh", engine="pg", version="16", size="db-s-1vcpu-1gb", region="ams3", num_nodes=1)
    digitalocean.clock.advance(7200)  # type: ignore[attr-defined]

    narrow = dopy.on_terminal("cost", columns=80)
    assert narrow.text == SCREEN
    wide = dopy.on_terminal("cost", "--by", "product", columns=120, env={"NO_COLOR": "1"})
    assert wide.rows[3].startswith("Kubernetes Clusters  $35.23      $63.99  █████")
    assert len(wide.rows[3]) == 120
    piped = dopy("cost", "--png", "cost.png")
    assert piped.err == "cost.png\n"
    assert piped.out == re.sub(" *[█▏▎▍▌▋▊▉░]+", "", SCREEN)
    picture = (dopy.home / "cost.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24])[0] == 1500

    made = dopy("cost", "-o", "json").json
    assert (made["month"], made["total"], made["expected"], made["unknown"]) == (
        "2026-11",
        93.24,
        None,
        ["fresh (1 x db-s-1vcpu-1gb)"],
    )
    assert made["by_project"][1] == {"project": "Shop", "amount": 29.99, "expected": 54.46, "count": 3}
    assert made["balance"]["month_to_date_balance"] == "93.24"

    october = dopy("cost", "--month", "2026-10", "--by", "resource", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(october.out)))
    assert rows[0] == {"resource": "High availability control plane", "amount": "28.1", "count": "1"}
    total = Decimal(next(iter(do.Invoice.list.all())).amount)
    assert sum(Decimal(row["amount"]) for row in rows) == total
    with pytest.raises(Failure, match="there is no invoice for 2026-09; there is 2026-10"):
        bills.of_month("2026-09")
    assert bills.of_month("2026-11") is None  # the current one
    assert dopy("cost", "--month", "october").status == 2


def test_without_matplotlib_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "find_spec", lambda name: None)
    with pytest.raises(Failure, match=r"--png needs matplotlib, which is not installed: pip install 'dopyapi\[plot\]'"):
        plot.check()


def test_a_picture_of_nothing_and_of_much(tmp_path: Path) -> None:
    hostile = [
        _line("Droplets", str(n), f"{n + 1}.00", 20, "2026-11-16T00:00:00Z", f"$x_{n}^2$ \x1b[31m " + "long " * 20)
        for n in range(40)
    ]
    for name, lines in (("nothing", []), ("much", hostile)):
        seen: Overview = overview(_bill(*lines))
        plot.draw(seen, ["product", "resource"], tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
        assert "\x1b[31m" not in text(seen, ["resource"])
    assert [row.name for row in plot._most(overview(_bill(*hostile)).rows("resource"))][-1] == "21 others"


@pytest.mark.digitalocean(tokens={"emulated": None, "books": ["billing:read"], "droplets": ["droplet:read"]})
def test_a_token_that_may_read_only_the_books(dopy: Dopy) -> None:
    do.Droplet.new(name="web-1", **NEW, wait=True)
    told = dopy("cost", "--by", "product", env={"DIGITALOCEAN_TOKEN": "books"})
    assert told.status == 0
    assert "dopy: the token may not read droplets: less is known of the month's end" in told.err.splitlines()
    assert told.lines[0].endswith("so far, at least $0.01 by its end")
    assert told.lines[-2] == "Nobody says what these will cost: web-1 (s-1vcpu-1gb)."
    assert dopy("cost", env={"DIGITALOCEAN_TOKEN": "droplets"}).status == 4
