"""Invoices."""

from __future__ import annotations

import csv
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pypdf
import pytest

import dopyapi as do
from dopyapi.bills import Balance
from dopyapi.invoices import Invoice, InvoiceItem, InvoiceSummary

DAY = 86400
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def billed(march, call):
    """An invoice of one Droplet's whole month, and the month after it half gone."""

    async def made() -> Invoice:
        await call(do.Droplet.new, name="web", size="s-1vcpu-1gb", image="debian-12-x64", region="ams3")
        march.clock.advance(45 * DAY)
        (invoice,) = await call(Invoice.list, page=1, per_page=10)
        return invoice

    return made


async def test_the_story_of_two_months(march, call, tmp_path):
    """A small shop: what it ran, what it was billed, and where that can be read."""
    web = await call(do.Droplet.new, name="web", size="s-2vcpu-4gb", image="debian-12-x64", region="ams3", backups=True)
    await call(web.wait_ready)
    march.clock.advance((MARCH + timedelta(days=10) - march.clock.now()).total_seconds())
    await call((await call(web.power_off)).wait)
    await call((await call(web.resize, "s-4vcpu-8gb")).wait)
    resized = march.clock.now()
    march.clock.advance((MARCH + timedelta(days=34) - resized).total_seconds())

    (invoice,) = await call(Invoice.list)
    assert (invoice.invoice_period, invoice.updated_at) == ("2026-03", None)
    listed = await call(invoice.list_items, page=1, per_page=50)
    found = {item.description: item for item in listed if item.product == "Droplets"}
    # A whole day is 24 hours; the 241st hour was under way when it was resized, and counts at the first price.
    first, second = found["web (s-2vcpu-4gb)"], found["web (s-4vcpu-8gb)"]
    assert (first.duration, first.amount) == ("241", "8.61")  # 241 x 0.03571 = 8.60611
    assert (second.duration, second.amount) == ("503", "35.93")  # 503 x 0.07143 = 35.92929
    assert first.end_time == second.start_time
    # Backups are a fifth: 241 x 0.007142 = 1.72122, and 503 x 0.014286 = 7.18586.
    backups = [i for i in listed if i.product == "Droplet Backups"]
    assert [(i.duration, i.amount) for i in backups] == [("241", "1.72"), ("503", "7.19")]
    assert (len(listed), invoice.amount) == (4, "53.45")

    preview = await call(Invoice.get_preview)
    assert preview.invoice_period == "2026-04"
    items = await call(InvoiceItem.listPreview, page=1, per_page=50)
    assert sum(Decimal(i.amount) for i in items) == Decimal(preview.amount)
    await call(web.delete)
    balance = Balance()
    await call(balance.load)
    assert balance.account_balance == "0.00", "the card has paid"
    assert balance.month_to_date_usage == (await call(Invoice.get_preview)).amount

    await call(invoice.save_csv, tmp_path / "march.csv")
    await call(invoice.save_pdf, tmp_path / "march.pdf")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "march.csv").read_text())))
    assert sum(Decimal(line["USD"][1:]) for line in lines) == Decimal(invoice.amount)
    assert f"Total ${invoice.amount}" in pypdf.PdfReader(tmp_path / "march.pdf").pages[0].extract_text()


async def test_an_invoice_is_listed_with_its_attributes(billed, call):
    invoice = await billed()
    assert (invoice.invoice_period, invoice.amount) == ("2026-03", "6.00")
    assert invoice.invoice_id.isdigit()
    assert invoice.updated_at is None
    assert await call.items(Invoice.all()) == [invoice]


async def test_an_invoice_known_by_its_identifier_is_fetched(billed, call, march):
    listed = await billed()
    invoice = Invoice()
    invoice.invoice_uuid = listed.invoice_uuid
    assert await call(invoice.load) == listed.invoice_uuid
    assert (invoice.amount, invoice.invoice_period) == ("6.00", "2026-03")
    assert await call(Invoice.fetch, listed.invoice_uuid) == listed
    with pytest.raises(do.ResourceNotFoundError, match="no Invoice with invoice_uuid='nowhere'"):
        await call(Invoice.fetch, "nowhere")
    with pytest.raises(do.ClientError, match="nothing says which Invoice is meant: set invoice_uuid"):
        await call(Invoice().load)


def test_an_attribute_fetches_the_invoice(march):
    do.Droplet.new(name="web", size="s-1vcpu-1gb", image="debian-12-x64", region="ams3")
    march.clock.advance(31 * DAY)
    (listed,) = Invoice.list()
    invoice = Invoice({"invoice_uuid": listed.invoice_uuid})
    assert invoice.amount == "6.00"


async def test_the_preview_is_the_current_month_s_invoice(billed, call, march):
    await billed()  # 15 April
    preview = await call(Invoice.get_preview)
    assert (preview.invoice_period, preview.amount) == ("2026-04", "3.00")  # 336 x 0.00893 = 3.00048
    assert preview.updated_at == march.clock.now()
    for key in ("preview", preview.invoice_uuid):
        again = Invoice()
        again.invoice_uuid = key
        await call(again.load)
        assert again == preview
        assert again.updated_at == preview.updated_at
    by_name = Invoice({"invoice_uuid": "preview"})
    assert await call(by_name.get_csv) == await call(preview.get_csv)


async def test_items_of_an_invoice(billed, call):
    invoice = await billed()
    droplet = (await call(do.Droplet.list))[0]
    (item,) = await call(InvoiceItem.list, invoice.invoice_uuid, page=1, per_page=5)
    assert item.invoice_uuid == invoice.invoice_uuid
    assert (item.product, item.description, item.amount) == ("Droplets", "web (s-1vcpu-1gb)", "6.00")
    assert (item.resource_id, item.resource_uuid) == (str(droplet.id), None)
    assert (item.group_description, item.project_name) == (None, "first-project")
    assert (item.duration, item.duration_unit) == ("744", "Hours")
    assert (item.start_time, item.end_time) == (MARCH, datetime(2026, 4, 1, tzinfo=UTC))
    for way in (call(InvoiceItem.list, invoice), call(invoice.list_items), call.items(InvoiceItem.list.all(invoice))):
        (same,) = await way
        assert (same.json(), same.invoice_uuid) == (item.json(), invoice.invoice_uuid)


async def test_items_of_the_preview(billed, call):
    await billed()
    (item,) = await call(InvoiceItem.listPreview, page=1, per_page=5)
    assert (item.amount, item.duration, item.invoice_uuid) == ("3.00", "336", "preview")
    assert len(await call.items(InvoiceItem.list_preview.all())) == 1


async def test_a_summary_is_fetched_by_its_invoice(billed, call, march):
    invoice = await billed()
    for summary in (InvoiceSummary(invoice.invoice_uuid), InvoiceSummary(invoice), await call(invoice.get_summary)):
        assert summary.invoice_uuid == invoice.invoice_uuid
        await call(summary.load)
        assert (summary.billing_period, summary.amount) == ("2026-03", "6.00")
        assert summary.invoice_id == invoice.invoice_id
        assert (summary.user_name, summary.user_email) == ("Developer", "developer@example.com")
        assert summary.user_company == ""
        assert summary.user_billing_address["country_iso2_code"] == summary.user_billing_address.country_iso2_code
        assert summary.product_charges["items"] == [{"name": "Droplets", "amount": "6.00", "count": "1"}]
        assert summary.product_charges.amount == "6.00"
        assert summary.overages["amount"] == summary.taxes["amount"] == "0.00"
        assert summary.credits_and_adjustments == {"name": "Credits & adjustments", "amount": "0.00"}
    assert await call(InvoiceSummary.fetch, invoice.invoice_uuid) == summary


def test_a_summary_is_fetched_when_it_is_read(march):
    do.Droplet.new(name="web", size="s-1vcpu-1gb", image="debian-12-x64", region="ams3")
    summary = InvoiceSummary("preview")
    assert summary.billing_period == "2026-03"
    known = InvoiceSummary("some-uuid", {"amount": "1.00", "billing_period": "2020-01"})
    assert (known.invoice_uuid, known.amount) == ("some-uuid", "1.00")


async def test_the_forms_of_an_invoice(billed, call):
    invoice = await billed()
    text = await call(invoice.getCSV)
    assert isinstance(text, str)
    assert text.splitlines()[0] == "product,group_description,description,hours,start,end,USD,project_name,category"
    assert "$6.00" in text
    data = await call(invoice.getPDF)
    assert isinstance(data, bytes)
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    assert "Total $6.00" in page.extract_text()


async def test_an_invoice_is_saved_under_the_name_of_its_month(billed, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    try:
        invoice = Invoice({"invoice_uuid": (await billed()).invoice_uuid})
        assert await call(invoice.saveCSV) is None
        assert await call(invoice.savePDF) is None
    finally:
        os.umask(before)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2026-03.csv", "2026-03.pdf"]
    assert (tmp_path / "2026-03.csv").read_text() == await call(invoice.get_csv)
    assert (tmp_path / "2026-03.pdf").read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE((tmp_path / "2026-03.pdf").stat().st_mode) == 0o644


async def test_a_file_is_replaced_whole_or_stays_as_it_was(billed, call, tmp_path):
    invoice, file = await billed(), tmp_path / "invoice.csv"
    file.write_text("before")
    lost = Invoice({"invoice_uuid": "nowhere"})
    with pytest.raises(do.ResourceNotFoundError):
        await call(lost.save_csv, str(file))
    assert file.read_text() == "before"
    await call(invoice.saveCSV, file=str(file))
    assert file.read_text() == await call(invoice.getCSV)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        await call(invoice.savePDF, tmp_path / "nowhere" / "invoice.pdf")


async def test_a_period_that_is_no_file_name_is_not_used_as_one(script, call):
    invoice = Invoice({"invoice_uuid": "u", "invoice_period": "../../etc/passwd"})
    with pytest.raises(do.ClientError, match="give file="):
        await call(invoice.save_csv)
    assert not script.requests


async def test_invoices_cannot_be_written(api, call):
    for thing in (Invoice(), InvoiceItem("u"), InvoiceSummary("u")):
        for name in ("create", "save", "delete"):
            with pytest.raises(do.ClientError, match="first of each month"):
                await call(getattr(thing, name))
    with pytest.raises(do.ClientError, match=r"list_items\(\)"):
        await call(InvoiceItem("u").load)
    with pytest.raises(do.ClientError, match=r"Invoice\.list\(\)"):
        await call(InvoiceSummary.list)


async def test_an_object_asks_by_the_account_that_it_came_from(billed, call, march):
    preview = await billed() and await call(Invoice.get_preview)
    other = do.Client("another", "https://other.invalid/v2", transport=None)
    with do.using(other):
        again = Invoice.get_preview.on(march.client)
        assert (await call(again)).invoice_uuid == preview.invoice_uuid
        await call(preview.load)
