"""The options that say how results are shown, and what is shown with them."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from .cells import plain, text
from .choosing import expression, matching, ordered
from .columns import Column, column, columns_of
from .tables import record, table

FORMATS = ("table", "json", "yaml", "csv", "ids", "name")
IDENTIFIERS = ("id", "uuid", "invoice_uuid", "ip", "slug", "tag", "digest", "name")


@dataclass(frozen=True)
class View:
    """How to show results.

    Attributes:
        format: one of ``FORMATS``.
        columns: names of columns, with commas; the usual ones unless given.
        query: an expression of JMESPath.
        sort: the column to sort by.
        filters: what items have to fit.
        limit: how many items at the most, of what fits and in that order.
    """

    format: str = "table"
    columns: str | None = None
    query: str | None = None
    sort: str | None = None
    filters: tuple[str, ...] = ()
    limit: int | None = None


def columns_known(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """The columns that Tab shows."""
    from ..completing import columns

    return list(columns(ctx, param, incomplete))


def options() -> list[click.Parameter]:
    """The options of every command that shows something."""
    return [
        click.Option(
            ["-o", "--output", "view_format"],
            type=click.Choice(FORMATS),
            default="table",
            help="How to show it.  [default: table]",
        ),
        click.Option(
            ["--columns", "view_columns"],
            metavar="NAMES",
            help="Columns of the table, with commas.",
            shell_complete=columns_known,
        ),
        click.Option(["--query", "view_query"], metavar="JMESPATH", help="Show what this takes out of the JSON."),
    ]


def list_options() -> list[click.Parameter]:
    """The same of every command that lists something."""
    return [
        *options(),
        click.Option(
            ["--sort", "view_sort"],
            metavar="COLUMN",
            help="Sort by this column; -COLUMN turns it round.",
            shell_complete=columns_known,
        ),
        click.Option(
            ["--filter", "view_filters"],
            multiple=True,
            metavar="FIELD=VALUE",
            help="Only what fits; also FIELD!=VALUE and FIELD~PART. May be repeated.",
        ),
    ]


def taken_view(typed: dict[str, Any]) -> View:
    """The view that the options say; they are gone from what was typed."""
    found = {name.removeprefix("view_"): typed.pop(name) for name in list(typed) if name.startswith("view_")}
    return View(**{name: value for name, value in found.items() if value is not None})


def show(value: Any, view: View, cls: Any = None) -> None:
    """Show what an operation has given.

    Args:
        value: a resource, several, an object, a text, bytes.
        view: how.
        cls: the class of the items of a list, where they are resources.
    """
    written = rendered(value, view, cls)
    if isinstance(written, bytes):
        sys.stdout.buffer.write(written)
    elif written:
        click.echo(written, nl=False)


def rendered(value: Any, view: View, cls: Any = None) -> str | bytes:
    """What is to be written."""
    if isinstance(value, bytes) and view.query is None:
        return value
    if isinstance(value, str) and view.format in ("table", "ids", "name") and view.query is None:
        return value if value.endswith("\n") else f"{value}\n"
    cls = cls or _class_of(value)
    data = plain(value)
    if isinstance(data, list):
        if view.filters:
            data = matching(data, view.filters)
        if view.sort:
            data = ordered(data, view.sort)
        data = data[: view.limit]
    if view.query is not None:
        return _queried(expression(view.query).search(data), view)
    return _formatted(data, view, cls)


def _class_of(value: Any) -> Any:
    sample = next(iter(value), None) if isinstance(value, list | tuple) else value
    return type(sample) if hasattr(sample, "_from_raw") else None


def _formatted(data: Any, view: View, cls: Any) -> str:
    if view.format == "json":
        return json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n"
    if view.format == "yaml":
        import yaml

        made: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        return made
    if not isinstance(data, dict | list):
        return f"{text(data)}\n"
    if view.format == "ids":
        return "".join(f"{text(_identifier(item, cls))}\n" for item in _items(data))
    if view.format == "name":
        return "".join(f"{text(_name(item, cls))}\n" for item in _items(data))
    if view.format == "csv":
        return _csv(data, view, cls)
    if isinstance(data, dict) and view.columns is None:
        return record(_unwrapped(data))
    items = _items(data)
    return table(_columns(items, view, cls), items) if _tabular(items) else _lines(items)


def _unwrapped(data: dict[str, Any]) -> dict[str, Any]:
    """What an answer is about, without the one member that the API wraps it in."""
    only = next(iter(data.values())) if len(data) == 1 else None
    return only if isinstance(only, dict) and len(only) > 1 else data


def _items(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


def _tabular(items: Sequence[Any]) -> bool:
    return all(isinstance(item, dict) for item in items)


def _lines(items: Sequence[Any]) -> str:
    return "".join(f"{text(item)}\n" for item in items)


def _columns(items: Sequence[Any], view: View, cls: Any) -> list[Column]:
    if view.columns:
        return [column(name.strip()) for name in view.columns.split(",") if name.strip()]
    return columns_of(cls, items)


def _csv(data: Any, view: View, cls: Any) -> str:
    items = _items(data)
    if not _tabular(items):
        items = [{"value": item} for item in items]
    columns = _columns(items, view, cls)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([each.name for each in columns])
    writer.writerows([[text(each.value(item)) for each in columns] for item in items])
    return out.getvalue()


def _identifier(item: Any, cls: Any) -> Any:
    if not isinstance(item, dict):
        return item
    names = (cls._id_wire(), *IDENTIFIERS) if cls is not None else IDENTIFIERS
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def _name(item: Any, cls: Any) -> Any:
    if isinstance(item, dict) and item.get("name") not in (None, ""):
        return item["name"]
    return _identifier(item, cls)


def _queried(found: Any, view: View) -> str:
    """What a query has found: a line for each of what is plain, else as the format says."""
    if view.format == "table":
        if not isinstance(found, dict | list):
            return f"{text(found)}\n"
        if isinstance(found, list) and not any(isinstance(each, dict | list) for each in found):
            return _lines(found)
        if isinstance(found, list) and _tabular(found):
            return _formatted(found, View(columns=view.columns), None)
        return _formatted(found, View("json"), None)
    return _formatted(found, view, None)
