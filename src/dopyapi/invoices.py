"""Invoices: one for each month, what stands on it, and its sums."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from ._core.accounts import client_for
from ._core.declare import collection, member, procedure, unsupported
from ._core.errors import ClientError, ResourceNotFoundError
from ._core.fields import Key, Static
from ._core.files import write_whole
from ._core.page import Page
from ._core.resource import ActiveRecord
from ._core.steps import Steps, work
from ._core.values import Document

_MADE_MONTHLY = "DigitalOcean makes an invoice on the first of each month, and it stays as it is"
PREVIEW: Final = "preview"
"""Stands for the current month's invoice, wherever the identifier of one does."""
READABLE = 0o666
"""Permissions of a saved invoice, less the umask: a report, no secret."""

File = str | os.PathLike[str]
"""Where a file is written."""


class Invoice(ActiveRecord):
    """What one month has cost. Set `invoice_uuid`, or take one from `list()` or `get_preview()`.

    Amounts are dollars as decimal text.

    In DigitalOcean's API reference: Billing.
    """

    _url, _single, _plural, _id_attr = "customers/my/invoices", "invoice", "invoices", "invoice_uuid"

    invoice_uuid: Key[str]
    """Unique identifier; `preview` stands for that of the current month."""
    invoice_id: Static[str]
    """The number that is printed on it."""
    amount: Static[str]
    """The total; in the preview what the month has cost so far."""
    invoice_period: Static[str]
    """The month, as `2020-01`."""
    updated_at: Static[datetime]
    """When the preview was made; invoices have none."""

    load = member.load_from_list("/customers/my/invoices")
    create = unsupported("create", _MADE_MONTHLY)
    save = unsupported("save", f"{_MADE_MONTHLY}; save_csv() and save_pdf() write it to a file")
    delete = unsupported("delete", _MADE_MONTHLY)

    @collection.list("/customers/my/invoices")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Invoice]:
        """List the invoices, newest first; the current month's is `get_preview()`.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.get("/customers/my/invoices", key="invoice_preview")
    def get_preview(cls) -> Invoice:
        """What the current month's invoice would be by now."""
        ...

    @member.list("/customers/my/invoices/{invoice_uuid}")
    def list_items(self, *, page: int = 1, per_page: int = 20) -> Page[InvoiceItem]:
        """List what stands on it.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.get("/customers/my/invoices/{invoice_uuid}/summary")
    def get_summary(self) -> InvoiceSummary:
        """Its sums by product, and whom it is for."""
        ...

    @member.get("/customers/my/invoices/{invoice_uuid}/csv", accept="text/csv")
    def get_csv(self) -> str:
        """What stands on it, as a table.

        Returns:
            CSV, its first line the names of the columns.
        """
        ...

    @member.get("/customers/my/invoices/{invoice_uuid}/pdf", accept="application/pdf")
    def get_pdf(self) -> bytes:
        """The invoice as it is printed.

        Returns:
            A PDF.
        """
        ...

    @procedure
    def save_csv(self, file: File | None = None) -> Steps[None]:
        """Write the table to a file, whole or not at all; what was there before is replaced.

        Args:
            file: name of the file; `{invoice_period}.csv` unless given.
        """
        name = yield from self._file(file, "csv")
        text = yield from self.get_csv.steps()
        yield from work(partial(write_whole, name, text.encode(), READABLE, folders=False))

    @procedure
    def save_pdf(self, file: File | None = None) -> Steps[None]:
        """Write the printed form to a file, whole or not at all; what was there before is replaced.

        Args:
            file: name of the file; `{invoice_period}.pdf` unless given.
        """
        name = yield from self._file(file, "pdf")
        data = yield from self.get_pdf.steps()
        yield from work(partial(write_whole, name, data, READABLE, folders=False))

    def _file(self, file: File | None, suffix: str) -> Steps[File]:
        """Where to write."""
        if file is not None:
            return file
        yield from self._known("invoice_period")
        period = self.invoice_period
        if not period or os.sep in period:
            raise ClientError(f"invoice_period={period!r} gives the file no name; give file=")
        return f"{period}.{suffix}"

    def _refresh(self, *, keep: bool) -> Steps[None]:
        missing: ResourceNotFoundError | None = None
        if self._get_id() != PREVIEW:
            try:
                yield from super()._refresh(keep=keep)
                return
            except ResourceNotFoundError as error:
                missing = error
        # The listing shows the preview apart from the invoices.
        preview = yield from Invoice.get_preview.on(client_for(self)).steps()
        if missing is not None and preview.invoice_uuid != self._get_id():
            raise missing
        self._adopt(preview._raw or b"{}", preview._client, keep=keep)

    # Names fixed by the API reference.
    getCSV = get_csv
    getPDF = get_pdf
    saveCSV = save_csv
    savePDF = save_pdf


def _uuid_of(invoice: Invoice | str) -> str:
    """The identifier of an invoice that is given as an object or by it."""
    return str(invoice._identifier()) if isinstance(invoice, Invoice) else invoice


class InvoiceItem(ActiveRecord):
    """One line of an invoice: what a resource has cost while it ran at one price.

    In DigitalOcean's API reference: Billing.

    Args:
        invoice_uuid: the invoice, or its identifier.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural = "customers/my/invoices", "invoice_item", "invoice_items"
    _places = {"invoice_uuid": "invoice_uuid"}

    product: Static[str]
    """What kind of thing is billed, such as `Droplets`."""
    resource_uuid: Static[str | None]
    """Identifier of the resource, where it has a UUID."""
    resource_id: Static[str | None]
    """Identifier of the resource, where it has a number."""
    group_description: Static[str | None]
    """What it belongs to, such as the name of a cluster, if anything."""
    description: Static[str]
    """The resource, in words."""
    amount: Static[str]
    """Dollars as decimal text."""
    duration: Static[str]
    """How long it was used, in units of `duration_unit`."""
    duration_unit: Static[str]
    """`Hours`, as a rule."""
    start_time: Static[datetime]
    """When it began to be billed."""
    end_time: Static[datetime]
    """When it stopped to be billed."""
    project_name: Static[str | None]
    """Name of the project that it is in."""

    load = unsupported("load", "items come by list(), or by an invoice's list_items()")
    create = unsupported("create", _MADE_MONTHLY)
    save = unsupported("save", _MADE_MONTHLY)
    delete = unsupported("delete", _MADE_MONTHLY)

    def __init__(self, invoice_uuid: Invoice | str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.invoice_uuid = invoice_uuid

    @property
    def invoice_uuid(self) -> str:
        """Identifier of the invoice that it stands on."""
        return self._invoice_uuid

    @invoice_uuid.setter
    def invoice_uuid(self, invoice: Invoice | str) -> None:
        self._invoice_uuid = _uuid_of(invoice)

    @collection.list("/customers/my/invoices/{invoice_uuid}")
    def list(cls, invoice_uuid: Invoice | str, *, page: int = 1, per_page: int = 20) -> Page[InvoiceItem]:
        """List what stands on an invoice.

        Args:
            invoice_uuid: the invoice, or its identifier.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/customers/my/invoices/{invoice_uuid}")
    def list_preview(
        cls, *, invoice_uuid: Literal["preview"] = PREVIEW, page: int = 1, per_page: int = 20
    ) -> Page[InvoiceItem]:
        """List what the current month's invoice would have on it by now.

        Args:
            invoice_uuid: what stands for the preview.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    # Names fixed by the API reference.
    listPreview = list_preview


class BillingAddress(Document):
    """Where the customer lives."""

    address_line1: str
    """Street and number."""
    address_line2: str
    """What else the address needs."""
    city: str
    """City."""
    region: str
    """State or province."""
    postal_code: str
    """Postal code."""
    country_iso2_code: str
    """Country, as two letters."""
    created_at: str
    """When it was entered, ISO 8601."""
    updated_at: str
    """When it was changed, ISO 8601."""


class Charge(Document):
    """A sum on an invoice: its name and its amount."""

    name: str
    """What is charged for."""
    amount: str
    """US dollars, as text."""


class InvoiceSummary(ActiveRecord):
    """The sums of an invoice, and whom it is for; fetched when an attribute is read.

    In DigitalOcean's API reference: Billing.

    Args:
        invoice_uuid: the invoice, or its identifier; `preview` stands for that of the current month.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural, _id_attr = "customers/my/invoices", "invoice_summary", "invoice_summaries", "invoice_uuid"

    invoice_uuid: Key[str]
    """Identifier of the invoice."""
    invoice_id: Static[str]
    """The number that is printed on it."""
    billing_period: Static[str]
    """The month, as `2020-01`."""
    amount: Static[str]
    """The total in dollars, as decimal text; in the preview what the month has cost so far."""
    user_name: Static[str]
    """Name of the customer."""
    user_billing_address: Static[BillingAddress]
    """Address of the customer."""
    user_company: Static[str]
    """Company of the customer, if there is one."""
    user_email: Static[str]
    """Mail address of the customer."""
    product_charges: Static[Charge]
    """What was used: `amount`, and under the key `items` the same by product, with `count`."""
    overages: Static[Charge]
    """What was used beyond what is included, such as transfer."""
    taxes: Static[Charge]
    """Taxes."""
    credits_and_adjustments: Static[Charge]
    """Credits and corrections; below zero where they lower the amount."""

    load = member.load("/customers/my/invoices/{invoice_uuid}/summary")
    list = unsupported("list", "Invoice.list() has the invoices, and each its get_summary()")
    create = unsupported("create", _MADE_MONTHLY)
    save = unsupported("save", _MADE_MONTHLY)
    delete = unsupported("delete", _MADE_MONTHLY)

    def __init__(self, invoice_uuid: Invoice | str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__({**(data or {}), "invoice_uuid": _uuid_of(invoice_uuid)})
