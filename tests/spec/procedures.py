"""Operations of the document that no declaration claims, but a procedure that sends the request itself.

Each is called by ``test_declarations.py``, which looks at what it sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dopyapi as do

PROCEDURES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "dropletActions_post_byTag": (lambda: do.Droplet.action_by_tag_name("web", "reboot"), {"actions": []}),
}
"""By ``operationId``: the call, and what the API answers."""
