"""What the account costs: balance, history, invoices, and insights by the day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from ..billing import invoices, pdf, printed
from ..billing.invoices import Bill
from ..context import Context, Ready, Reply, handles
from ..errors import not_found, unprocessable
from ..paging import listed, window
from .account import account

_MOST_DAYS = 31


@handles("balance_get")
def balance(context: Context) -> Reply:
    """What is owed by now."""
    owed, used = invoices.balance(context), invoices.used_so_far(context)
    return 200, {
        "month_to_date_balance": str(owed + used),
        "account_balance": str(owed),
        "month_to_date_usage": str(used),
        "generated_at": context.stamp,
    }


@handles("billingHistory_list")
def history(context: Context) -> Reply:
    """What was billed and paid, newest first."""
    return listed(context, "billing_history", context.store.select("billing_entry", newest=True))


@handles("invoices_list")
def list_invoices(context: Context) -> Reply:
    """The invoices, newest first, and beside them what the current month's would be."""
    preview = invoices.preview(context).body
    return listed(context, "invoices", context.store.select("invoice", newest=True), invoice_preview=preview)


def _named(context: Context) -> Bill:
    return invoices.find(context, context.path["invoice_uuid"])


@handles("invoices_get_byUUID")
def list_items(context: Context) -> Reply:
    """What stands on an invoice."""
    return listed(context, "invoice_items", _named(context).items)


@handles("invoices_get_summaryByUUID")
def summary(context: Context) -> Reply:
    """The sums of an invoice."""
    bill = _named(context)
    body, lines = bill.body, bill.lines
    return 200, {
        "invoice_uuid": body["invoice_uuid"],
        "invoice_id": body["invoice_id"],
        "billing_period": body["invoice_period"],
        "amount": body["amount"],
        **bill.customer,
        "product_charges": {
            "name": "Product usage charges",
            "amount": body["amount"],
            "items": [{"name": line.name, "amount": str(line.amount), "count": str(line.count)} for line in lines],
        },
        "overages": _nothing("Overages"),
        "taxes": _nothing("Taxes"),
        "credits_and_adjustments": _nothing("Credits & adjustments"),
    }


def _nothing(name: str) -> dict[str, str]:
    return {"name": name, "amount": str(Decimal("0.00"))}


@handles("invoices_get_csvByUUID")
def as_csv(context: Context) -> Reply:
    """An invoice as a table."""
    bill = _named(context)
    return 200, _file(bill, printed.as_csv(bill), "text/csv", "csv")


@handles("invoices_get_pdfByUUID")
def as_pdf(context: Context) -> Reply:
    """An invoice as it is printed."""
    bill = _named(context)
    return 200, _file(bill, pdf.as_pdf(bill, "invoices_get_pdfByUUID"), "application/pdf", "pdf")


def _file(bill: Bill, data: bytes, type: str, suffix: str) -> Ready:
    name = printed.file_name(bill, suffix)
    return Ready(data, type, {"content-disposition": f'attachment; filename="{name}"'})


@handles("billingInsights_list")
def insights(context: Context) -> Reply:
    """What each resource has cost on each day that is over."""
    urn = f"do:team:{account(context).body['team']['uuid']}"
    if context.path["account_urn"] != urn:
        raise not_found()
    first, last = (invoices.day_of(str(context.path[name])) for name in ("start_date", "end_date"))
    if first is None or last is None:
        raise unprocessable("start_date and end_date must be days, such as 2025-01-31")
    if not timedelta(0) <= last - first <= timedelta(days=_MOST_DAYS):
        raise unprocessable(f"end_date must be start_date or one of the {_MOST_DAYS} days after it")
    points: list[dict[str, Any]] = [
        {
            "usage_team_urn": urn,
            "start_date": f"{day:%Y-%m-%d}",
            "total_amount": str(added),
            "region": stretch.region,
            "sku": stretch.rate.sku,
            "description": stretch.description,
            "group_description": stretch.group,
        }
        for day, stretch, added in invoices.days(context, first, last)
    ]
    page, size = window(context)
    return 200, {
        "data_points": points[(page - 1) * size : page * size],
        "total_items": len(points),
        "total_pages": max(1, -(-len(points) // size)),
        "current_page": page,
    }
