"""Make the project's table of the API reference's names.

    python tools/contract.py ../shared/reference/contract.json

Writes ``tests/contract/names.json``: modules, classes, parameters and their defaults, attributes, actions, exceptions,
functions and constants; names and values only, none of the reference's sentences.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Json = Any
TARGET = Path(__file__).parent.parent / "tests" / "contract" / "names.json"


def parameters(params: list[Json]) -> list[Json]:
    """``["name"]``, or ``["name", default]`` where there is a default."""
    return [[p["name"], p["default"]] if "default" in p else [p["name"]] for p in params]


def method(entry: Json) -> Json:
    """How a method is called: the written signature, and the keywords that the text names beside it."""
    found: dict[str, Json] = {"params": parameters(entry["params"])}
    if entry["classmethod"]:
        found["of_class"] = True
    if entry.get("documented"):
        found["documented"] = entry["documented"]
    return found


def class_of(entry: Json) -> Json:
    """The names of one class."""
    found: dict[str, Json] = {
        "init": parameters(entry["init"]),
        "attributes": [n for n, a in entry["attributes"].items() if "value" not in a],
        "constants": {n: a["value"] for n, a in entry["attributes"].items() if "value" in a},
        "methods": {n: method(m) for n, m in entry["methods"].items()},
        "actions": entry["actions"],
    }
    if "subclass_class_attributes" in entry:
        found["class_attributes"] = entry["subclass_class_attributes"]
    return found


def table(contract: Json) -> dict[str, Json]:
    """The names of every module."""
    return {
        name: {
            "classes": {n: class_of(c) for n, c in module["classes"].items()},
            "exceptions": sorted(module["exceptions"]),
            "functions": {n: parameters(p) for n, p in module["functions"].items()},
            "constants": module["constants"],
        }
        for name, module in contract.items()
    }


def written(names: dict[str, Json]) -> str:
    """The table as text: a class, or a kind of other names, a line."""

    def block(items: list[str], indent: str) -> str:
        return "{\n" + ",\n".join(f"{indent} {item}" for item in items) + f"\n{indent}}}"

    def line(name: str, value: Json) -> str:
        return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"

    modules = []
    for name, module in names.items():
        classes = block([line(n, c) for n, c in module["classes"].items()], "  ") if module["classes"] else "{}"
        kinds = [f'"classes": {classes}'] + [line(k, v) for k, v in module.items() if k != "classes"]
        modules.append(f"{json.dumps(name)}: {block(kinds, ' ')}")
    return block(modules, "") + "\n"


def main() -> None:
    names = table(json.loads(Path(sys.argv[1]).read_text()))
    TARGET.write_text(written(names))
    print(f"{len(names)} modules, {sum(len(m['classes']) for m in names.values())} classes")


if __name__ == "__main__":
    main()
