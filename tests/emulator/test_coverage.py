"""The page that says how each operation is answered is true, and what is not emulated only becomes less."""

from __future__ import annotations

import runpy
from pathlib import Path

from dopyapi._facts import operations
from dopyapi.emulator.differences import OF_PRODUCTS

ROOT = Path(__file__).parents[2]
MOST_NOT_EMULATED = 247
"""This number may only go down."""


def test_the_page_is_what_the_tool_writes() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "coverage.py"))
    assert tool["PAGE"].read_text() == tool["page"](), "python tools/coverage.py writes it anew"
    assert tool["NOT_EMULATED"].read_text() == tool["not_emulated"](), "python tools/coverage.py writes it anew"


def test_what_is_not_emulated_only_shrinks() -> None:
    listed = (ROOT / "tests" / "emulator" / "not_emulated.txt").read_text().split()
    assert len(listed) <= MOST_NOT_EMULATED
    assert set(listed) <= {operation.id for operation in operations()}


def test_differences_are_of_products_that_there_are() -> None:
    assert OF_PRODUCTS.keys() <= {operation.tag for operation in operations()}
