"""Make the table of scopes that single fields and parameters need: ``python tools/scopes.py OFFICIAL_DOCUMENT.json``.

The document says of an operation which scopes it needs, and ``tools/facts.py`` takes that as it is. Of fields and
parameters it says so in the text that describes them: "Requires `tag:create` scope". This takes the names of the scopes
from there, and nothing else of the text.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = Any
TARGET = Path(__file__).parent.parent / "src" / "dopyapi" / "_facts" / "scopes.json"
METHODS = ("get", "post", "put", "patch", "delete", "head")
SAYING = re.compile(r"Requires (?P<scopes>(?:`[a-z_]+:[a-z_]+`(?:,? and |, )?)+) scopes?")
SCOPE = re.compile(r"`([a-z_]+:[a-z_]+)`")


class Document:
    def __init__(self, content: Json) -> None:
        self.content = content

    def resolve(self, node: Json) -> Json:
        while "$ref" in node:
            target = self.content
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def needs(self) -> Iterator[tuple[str, dict[str, Json]]]:
        for item in self.content["paths"].values():
            for method in METHODS:
                if method in item:
                    row = self.row(item, item[method])
                    if row:
                        yield item[method]["operationId"], row

    def row(self, item: Json, operation: Json) -> dict[str, Json]:
        always: set[str] = set()
        query, body = dict[str, list[str]](), dict[str, list[str]]()
        for written in item.get("parameters", []) + operation.get("parameters", []):
            parameter = self.resolve(written)
            scopes = self.said(parameter)
            if scopes and parameter.get("required"):
                always |= scopes
            elif scopes and parameter["in"] == "query":
                query[parameter["name"]] = sorted(scopes)
        for form in self.resolve(operation.get("requestBody", {})).get("content", {}).values():
            schema = form.get("schema", {})
            for path, scopes in self.fields(schema, (), ()):
                if len(path) == 1 and path[0] in self.demanded(schema):
                    always |= scopes
                else:
                    body[".".join(path)] = sorted(scopes | set(body.get(".".join(path), [])))
            break
        row = {"always": sorted(always), "body": dict(sorted(body.items())), "query": query}
        return {name: value for name, value in row.items() if value}

    def fields(
        self, node: Json, path: tuple[str, ...], seen: tuple[int, ...]
    ) -> Iterator[tuple[tuple[str, ...], set[str]]]:
        """Every field of a request that needs scopes."""
        node = self.resolve(node)
        if id(node) in seen:
            return
        seen = (*seen, id(node))
        for part in (*node.get("allOf", ()), *node.get("oneOf", ()), *node.get("anyOf", ())):
            yield from self.fields(part, path, seen)
        for name, written in node.get("properties", {}).items():
            field = self.resolve(written)
            if field.get("readOnly"):
                continue
            scopes = self.said(field)
            if scopes:
                yield (*path, name), scopes
            yield from self.fields(field, (*path, name), seen)
        if "items" in node:
            yield from self.fields(node["items"], (*path, "[]"), seen)

    def demanded(self, node: Json) -> set[str]:
        """The fields that every body has."""
        node = self.resolve(node)
        found = set(node.get("required", ()))
        for part in node.get("allOf", ()):
            found |= self.demanded(part)
        forms = node.get("oneOf") or node.get("anyOf")
        if forms:
            found |= set.intersection(*(self.demanded(form) for form in forms))
        return found

    def said(self, node: Json) -> set[str]:
        text = " ".join(
            [node.get("description", "")] + [self.resolve(p).get("description", "") for p in node.get("allOf", ())]
        )
        found = SAYING.search(text.replace("\n", " "))
        return set(SCOPE.findall(found["scopes"])) if found else set()


def table(content: Json) -> str:
    """What goes into the file."""
    rows = [
        f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'))}"
        for name, row in sorted(Document(content).needs())
    ]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main() -> None:
    text = table(json.loads(Path(sys.argv[1]).read_text()))
    TARGET.write_text(text)
    print(f"{TARGET.name}: {text.count(chr(10)) - 2} lines")


if __name__ == "__main__":
    main()
