"""A bill as a table of comma-separated values."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from .invoices import CUSTOMER, Bill

COLUMNS = ("product", "group_description", "description", "hours", "start", "end", "USD", "project_name", "category")
_CATEGORY = "iaas"
_decode = msgspec.json.Decoder().decode


def items(bill: Bill) -> list[dict[str, Any]]:
    """Every item of a bill."""
    return [_decode(raw) for raw in bill.items.page(max(1, bill.items.count()))]


def as_csv(bill: Bill) -> bytes:
    """One line for each item."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items(bill):
        writer.writerow(
            [
                item["product"],
                item.get("group_description", ""),
                item["description"],
                item["duration"],
                _time(item["start_time"]),
                _time(item["end_time"]),
                f"${item['amount']}",
                item.get("project_name", ""),
                _CATEGORY,
            ]
        )
    return table.getvalue().encode()


def _time(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:19]} +0000"


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def file_name(bill: Bill, suffix: str) -> str:
    """What a browser saves it as: with the month, the customer and the invoice number."""
    year, _, month = bill.body["invoice_period"].partition("-")
    return f"DigitalOcean Invoice {year} {MONTHS[int(month) - 1]} ({CUSTOMER}-{bill.body['invoice_id']}).{suffix}"
