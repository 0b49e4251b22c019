"""Behaviour, one module per product. Every module here is found by itself; none is listed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def load() -> None:
    """Import every module of this package, so that its handlers, effects and hooks are registered."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
