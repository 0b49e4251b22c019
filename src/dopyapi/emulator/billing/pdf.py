"""A bill as it is printed: a PDF, written by pydyf, which is asked for only when a PDF is."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

from ..errors import Refused
from .invoices import CUSTOMER, Bill
from .printed import items

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 50  # A4, in points
_SMALL, _PLAIN, _LARGE = 8, 10, 18
_LEADING = 1.45
_LETTER = 0.5  # the mean width of a letter of Helvetica, as a share of its size
_COLUMNS = (_MARGIN, 320, 355, _WIDTH - _MARGIN)
"""Where descriptions, hours and periods begin, and amounts end."""
_DIGIT = 0.556
_CAPITAL = 0.704
_PUNCTUATION = 0.278


def as_pdf(bill: Bill, operation: str) -> bytes:
    """The bill, on as many pages as it needs.

    Parameters:
        operation: the operation that asks for it, to be named when there is nothing to write it with.
    """
    try:
        pydyf = import_module("pydyf")
    except ImportError:
        raise Refused(
            501,
            f"{operation} needs pydyf to write a PDF, which is not installed: pip install 'dopyapi[emulator]'",
            headers={"x-emulated": "no"},
        ) from None
    paper = _Paper(pydyf)
    _head(paper, bill)
    _sums(paper, bill)
    _details(paper, bill)
    return paper.written(f"Invoice {bill.body['invoice_id']}")


def _head(paper: _Paper, bill: Bill) -> None:
    body, who = bill.body, bill.customer
    place = who["user_billing_address"]
    paper.row([(_MARGIN, "Invoice preview" if "updated_at" in body else "Invoice")], _LARGE, bold=True)
    paper.gap()
    for name, value in (
        ("Invoice number", body["invoice_id"]),
        ("Billing period", body["invoice_period"]),
        ("Date", bill.issued[:10]),
        ("Customer number", str(CUSTOMER)),
    ):
        paper.row([(_MARGIN, name), (160, value)])
    paper.gap()
    town = f"{place['postal_code']} {place['city']}, {place['region']}, {place['country_iso2_code']}"
    street = [place["address_line1"], place["address_line2"]]
    for line in (who["user_name"], who["user_company"], *street, town, who["user_email"]):
        if line:
            paper.row([(_MARGIN, line)])
    paper.gap()


def _sums(paper: _Paper, bill: Bill) -> None:
    paper.row([(_MARGIN, "Product usage charges")], bold=True)
    for line in bill.lines:
        paper.row([(_MARGIN, f"{line.name} ({line.count})")], right=f"${line.amount}")
    paper.rule()
    paper.row([(_MARGIN, "Total")], bold=True, right=f"${bill.body['amount']}")
    paper.gap()


def _details(paper: _Paper, bill: Bill) -> None:
    product = None
    for item in items(bill):
        if item["product"] != product:
            product = item["product"]
            paper.gap(keep=3)
            paper.row([(_MARGIN, product), (_COLUMNS[1], "Hours"), (_COLUMNS[2], "From - to")], bold=True, right="USD")
        group = f"{item['group_description']}: " if item.get("group_description") else ""
        period = f"{_day(item['start_time'])} - {_day(item['end_time'])}"
        texts = [(_MARGIN, group + item["description"]), (_COLUMNS[1], item["duration"]), (_COLUMNS[2], period)]
        paper.row(texts, _SMALL, right=f"${item['amount']}")


def _day(stamp: str) -> str:
    return f"{stamp[5:10]} {stamp[11:16]}"


class _Paper:
    """Rows of text from top to bottom, page after page."""

    def __init__(self, pydyf: Any) -> None:
        self._pydyf = pydyf
        self._pdf = pydyf.PDF()
        self._fonts = pydyf.Dictionary(
            {name: self._font(face) for name, face in (("F", "Helvetica"), ("B", "Helvetica-Bold"))}
        )
        self._turn()

    def _font(self, face: str) -> Any:
        font = self._pydyf.Dictionary(
            {"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{face}", "Encoding": "/WinAnsiEncoding"}
        )
        self._pdf.add_object(font)
        return font.reference

    def _turn(self) -> None:
        """Go on on a new page."""
        self._stream = self._pydyf.Stream(compress=True)
        self._pdf.add_object(self._stream)
        self._pdf.add_page(
            self._pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": self._pdf.pages.reference,
                    "MediaBox": self._pydyf.Array([0, 0, _WIDTH, _HEIGHT]),
                    "Contents": self._stream.reference,
                    "Resources": self._pydyf.Dictionary({"Font": self._fonts}),
                }
            )
        )
        self._y = float(_HEIGHT - _MARGIN)

    def row(
        self, texts: list[tuple[int, str]], size: int = _PLAIN, *, bold: bool = False, right: str | None = None
    ) -> None:
        """Write texts side by side, each cut where the next begins, and one that ends at the margin."""
        if self._y - size * _LEADING < _MARGIN:
            self._turn()
        self._y -= size * _LEADING
        ends = [x for x, _ in texts[1:]] + [_COLUMNS[3] - (60 if right else 0)]
        for (x, text), end in zip(texts, ends, strict=True):
            self._write(x, _cut(text, int((end - x) / (size * _LETTER))), size, bold)
        if right is not None:
            self._write(_COLUMNS[3] - _width(right, size), right, size, bold)

    def _write(self, x: float, text: str, size: int, bold: bool) -> None:
        stream = self._stream
        stream.begin_text()
        stream.set_font_size("B" if bold else "F", size)
        stream.set_text_matrix(1, 0, 0, 1, float(x), self._y)
        stream.stream.append(_string(text) + b" Tj")
        stream.end_text()

    def rule(self) -> None:
        """A line across the page."""
        y = self._y - 4
        self._stream.set_line_width(0.5)
        self._stream.move_to(_MARGIN, y)
        self._stream.line_to(_WIDTH - _MARGIN, y)
        self._stream.stroke()
        self._y = y

    def gap(self, keep: int = 0) -> None:
        """An empty row; on a new page where fewer than ``keep`` rows would follow on this one."""
        self._y -= _PLAIN * _LEADING
        if self._y - keep * _PLAIN * _LEADING < _MARGIN:
            self._turn()

    def written(self, title: str) -> bytes:
        """The file."""
        self._pdf.info["Title"] = self._pydyf.String(title)
        output = io.BytesIO()
        self._pdf.write(output)
        return output.getvalue()


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 3] + "..."


def _width(amount: str, size: int) -> float:
    """How wide an amount is, or the name of its unit."""
    return size * sum(_PUNCTUATION if c == "." else _CAPITAL if c.isupper() else _DIGIT for c in amount)


def _string(text: str) -> bytes:
    """Text in the encoding of the fonts; what they have no letter for becomes a question mark."""
    raw = text.encode("cp1252", "replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
