"""What the tests of the resources asked and were answered, kept for judges that are other programs.

``DOPYAPI_EXCHANGES=folder pytest tests/resources`` writes one file a process; of exchanges that look alike, one.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["DOPYAPI_EXCHANGES"]) if os.environ.get("DOPYAPI_EXCHANGES") else None
_seen: set[tuple[Any, ...]] = set()


def keep(
    operation: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, answer: Any
) -> None:
    """Keep one exchange, unless one that looks like it is kept already."""
    assert FOLDER is not None
    shape = (operation, method, answer.status, _names(query), _look(body), _look(answer.body))
    if shape in _seen:
        return
    _seen.add(shape)
    told = {name: value for name, value in headers.items() if name.lower() in ("content-type", "accept", "x-dangerous")}
    line = {
        "operation": operation,
        "method": method,
        "path": path,
        "query": query,
        "headers": told,
        "body": base64.b64encode(body).decode(),
        "status": answer.status,
        "said": {name: value for name, value in answer.headers.items() if name != "content-length"},
        "answer": base64.b64encode(answer.body).decode(),
    }
    with (FOLDER / f"{os.getpid()}.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def read(folder: Path) -> list[dict[str, Any]]:
    """What was kept, each once, whichever process kept it."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            one = json.loads(line)
            one["body"], one["answer"] = base64.b64decode(one["body"]), base64.b64decode(one["answer"])
            looks = (one["operation"], one["method"], one["status"], _names(one["query"]))
            kept.setdefault((*looks, _look(one["body"]), _look(one["answer"])), one)
    return list(kept.values())


def _names(query: str) -> tuple[str, ...]:
    return tuple(sorted(part.partition("=")[0] for part in query.split("&")))


def _look(body: bytes) -> tuple[str, ...]:
    """The names and types of all that JSON has, but not its values: only of what says a type, which word it is."""
    try:
        return tuple(sorted(set(_ways(json.loads(body), "")))) if body else ()
    except ValueError:
        return ("no JSON",)


def _ways(value: Any, way: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _ways(inner, f"{way}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _ways(inner, f"{way}[]")
    elif isinstance(value, str) and way.endswith("type"):
        yield f"{way}={value}"
    else:
        yield f"{way}:{type(value).__name__}"
