"""What came of making records what they shall be."""

from __future__ import annotations

import json
import re
from typing import Any

_RECORD = re.compile(r"/records/(\d+)$")


class Tally:
    """Sees what a client does to records.

    Args:
        client: the account's.
    """

    def __init__(self, client: Any) -> None:
        self.created: set[int] = set()
        self.updated: set[int] = set()
        self.deleted: list[int] = []
        client.on_response.append(self._came)

    def _came(self, response: Any) -> None:
        request = response.request
        if response.status is None or not 200 <= response.status < 300 or request.method == "GET":
            return
        if request.method == "POST":
            self.created.add(json.loads(response.body)["domain_record"]["id"])
            return
        found = _RECORD.search(request.path)
        if found and request.method == "DELETE":
            self.deleted.append(int(found[1]))
        elif found:
            self.updated.add(int(found[1]))

    def of(self, identifier: int) -> str:
        """What has become of a record: `created`, `updated` or `unchanged`."""
        return "created" if identifier in self.created else "updated" if identifier in self.updated else "unchanged"
