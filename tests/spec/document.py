"""The official document, where it lies beside the project; the checks that need it skip elsewhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PLACE = Path(__file__).parent.parent.parent.parent / "shared" / "openapi" / "digitalocean-v2.json"
needed = pytest.mark.skipif(
    not PLACE.exists(), reason="the official document is not beside the project: ../shared/openapi"
)


@cache
def content() -> dict[str, Any]:
    """The whole document."""
    found: dict[str, Any] = json.loads(PLACE.read_text())
    return found
