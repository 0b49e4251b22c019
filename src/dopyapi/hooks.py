"""What a client's callbacks are given, and what ``with_response`` gives beside a value."""

from __future__ import annotations

from ._core.hooks import RequestInfo, ResponseInfo
from ._core.steps import Response

__all__ = ["RequestInfo", "Response", "ResponseInfo"]
