"""The official document as it is fuzzed: what the emulator serves, without what the document is known to get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.coverage import how, load, operations

DOCUMENT = Path(__file__).parents[3] / "shared" / "openapi" / "digitalocean-v2.json"


def served(ways: set[str]) -> dict[str, Any]:
    """The document with the operations that the emulator answers in one of these ways."""
    load()
    known = {operation.id for operation in operations() if how(operation) in ways}
    document: dict[str, Any] = json.loads(DOCUMENT.read_bytes())
    for item in document["paths"].values():
        for method in [name for name, one in item.items() if isinstance(one, dict) and "operationId" in one]:
            if item[method]["operationId"] not in known:
                del item[method]
    document["paths"] = {
        path: item
        for path, item in document["paths"].items()
        if any(isinstance(one, dict) and "operationId" in one for one in item.values())
    }
    _mend(document["components"]["schemas"])
    # They lead to operations by names that there are not.
    del document["components"]["links"]
    for response in document["components"]["responses"].values():
        response.pop("links", None)
    return document


def _mend(schemas: dict[str, Any]) -> None:
    """What production answers and the document does not say."""
    # A project that was given no environment shows an empty one.
    schemas["project_base"]["properties"]["environment"]["enum"].append("")
    # What was not found was not assigned.
    schemas["resource"]["properties"]["assigned_at"]["nullable"] = True
    # Their text says what null means.
    for name in ("version_end_of_life", "version_end_of_availability"):
        schemas["database_cluster_read"]["properties"][name]["nullable"] = True
