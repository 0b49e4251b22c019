"""What a listing gives: one page of it, or all of it."""

from __future__ import annotations

from ._core.listing import Listing
from ._core.page import Page

__all__ = ["Listing", "Page"]
