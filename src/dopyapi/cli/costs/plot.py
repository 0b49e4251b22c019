"""What a month costs, as a picture: bars, drawn by matplotlib."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..failing import FAILED, Failure
from ..fleet.prices import LIST_PRICES_AS_OF, dollars
from ..printable import printable
from .grouping import Overview, Row
from .screen import head

MOST_BARS = 20
"""Groups that have a bar of their own; the rest has one together."""
LONGEST_NAME = 34
SPENT, COMING = "#1f5fa8", "#d3e3f5"
"""Dark for what has been spent, light and hatched for what is to come: told apart without colours, too."""


def check() -> None:
    """Whether there is what draws.

    Raises:
        Failure: matplotlib is missing.
    """
    if find_spec("matplotlib") is None:
        raise Failure("--png needs matplotlib, which is not installed: pip install 'dopyapi[plot]'", FAILED)


def draw(overview: Overview, by: Sequence[str], file: Path) -> None:
    """Write the picture.

    Args:
        overview: of the month.
        by: what it is put together by: a part of the picture for each.
        file: where.
    """
    from matplotlib.figure import Figure

    from dopyapi._core.files import write_whole

    panels = [(each, _most(overview.rows(each))) for each in by]
    heights = [max(2, len(rows)) for _, rows in panels]
    figure = Figure(figsize=(10, 1.9 + 0.42 * sum(heights) + 0.75 * len(panels)), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.12, w_pad=0.12)  # type: ignore[union-attr, call-arg]
    # Two dollar signs in a text would be mathematics to matplotlib.
    figure.suptitle(f"DigitalOcean, {head(overview)}", fontsize=15, fontweight="bold", parse_math=False)
    axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axis, (each, rows) in zip(axes, panels, strict=True):
        _panel(axis, each, rows, running=overview.bill.running)
    if overview.bill.running:
        axes[0].legend(loc="lower right", frameon=False)
        notes = ["if what runs keeps running"]
        if overview.listed:
            notes.append(f"* with list prices of {LIST_PRICES_AS_OF}")
        if overview.bill.until:
            notes.append(f"as of {overview.bill.until:%Y-%m-%d %H:%M} UTC")
        figure.supxlabel("; ".join(notes), fontsize=9, color="#555555")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=150)
    write_whole(file, picture.getvalue(), 0o666, folders=False)


def _panel(axis: Any, by: str, rows: list[Row], *, running: bool) -> None:
    names = [_short(row.name) for row in rows]
    spent = [max(0.0, float(row.amount)) for row in rows]
    places = list(range(len(rows)))
    axis.barh(places, spent, color=SPENT, height=0.62, label="so far", zorder=3)
    if running:
        coming = [max(0.0, float(row.known - row.amount)) for row in rows]
        axis.barh(
            places, coming, left=spent, color=COMING, edgecolor=SPENT, hatch="///", linewidth=0.6, height=0.62,
            label="by the month's end", zorder=3,
        )  # fmt: skip
    ends = [max(0.0, float(max(row.known, row.amount))) for row in rows]
    most = max([*ends, 0.01])
    for place, row, end in zip(places, rows, ends, strict=True):
        axis.text(
            end + most * 0.012, place, _amounts(row, running), va="center", fontsize=9.5, color="#222222",
            parse_math=False,
        )  # fmt: skip
    axis.set_yticks(places, names, fontsize=10.5, parse_math=False)
    axis.set_ylim(max(len(rows), 2) - 0.4, -0.6)
    axis.set_xlim(0, most * 1.32)
    axis.xaxis.set_major_formatter(_tick)
    axis.tick_params(axis="x", labelsize=9, colors="#555555")
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color="#e5e5e5", zorder=0)
    axis.set_title(f"By {by}", loc="left", fontsize=12, fontweight="bold")
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    if not rows:
        axis.text(0.01, 0, "nothing", va="center", fontsize=10.5, color="#555555")


def _tick(value: float, place: int) -> str:
    return dollars(Decimal(str(value))).removesuffix(".00")


def _amounts(row: Row, running: bool) -> str:
    if not running or row.expected == row.amount:
        return dollars(row.amount)
    marked = "*" if row.listed and row.expected is not None else ""
    return f"{dollars(row.amount)} \N{RIGHTWARDS ARROW} {dollars(row.expected)}{marked}"


def _short(name: str) -> str:
    name = printable(name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _most(rows: list[Row]) -> list[Row]:
    """The dearest, and the rest as one."""
    if len(rows) <= MOST_BARS:
        return rows
    kept, rest = rows[: MOST_BARS - 1], rows[MOST_BARS - 1 :]
    zero = Decimal(0)
    known = all(row.expected is not None for row in rest)
    least = sum((row.known for row in rest), zero)
    return [
        *kept,
        Row(
            f"{len(rest)} others",
            sum((row.amount for row in rest), zero),
            least if known else None,
            sum(row.count for row in rest),
            any(row.listed for row in rest),
            least,
        ),
    ]
