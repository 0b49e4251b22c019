"""Accounts beside the default one."""

from __future__ import annotations

from ._core.accounts import using
from ._core.client import Client
from ._core.retry import RetryPolicy

__all__ = ["Client", "RetryPolicy", "using"]
