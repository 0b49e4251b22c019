"""Make the project's table of facts from the official OpenAPI document.

    python tools/facts.py ../shared/openapi/digitalocean-v2.json

Writes ``src/dopyapi/_facts/operations.json`` and ``schemas.json``: paths, methods, names, types, limits,
enums, success codes and scopes of every operation, one operation or schema a line. No prose and no example
value of the document is kept; of an official response example only the names that occur in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Json = Any
TARGET = Path(__file__).parent.parent / "src" / "dopyapi" / "_facts"
METHODS = ("get", "post", "put", "patch", "delete", "head")
KEYWORDS = (
    "$ref type format enum pattern minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems "
    "maxItems uniqueItems required properties items allOf oneOf anyOf not additionalProperties nullable readOnly "
    "writeOnly deprecated default discriminator multipleOf"
)
KEPT = frozenset(KEYWORDS.split())

# Scopes that the document has wrong and that were corrected upstream a month later (digitalocean/openapi #1219).
SCOPE_CORRECTIONS = {
    "nfs:list": "nfs:read",
    "database:write": "database:update",
    "genai:default": "genai:update",
    "byoip_prefix:write": "byoip_prefix:update",
    "partner_network_connect:write": "partner_network_connect:update",
    "dedicated_inference_tokens:read": "dedicated_inference_token:read",
    "dedicated_inference_tokens:create": "dedicated_inference_token:create",
    "dedicated_inference_tokens:delete": "dedicated_inference_token:delete",
    "organization:read": "organization_membership:read_teams",
}

# What the document forgets and production accepts, by schema: members to add to the enum at this path.
FORGOTTEN: dict[tuple[str, ...], list[str]] = {
    ("droplet_action", "properties", "type"): ["change_backup_policy"],
    ("region_slug",): ["atl1", "ric1"],
    ("tags_resource", "properties", "resources", "items", "properties", "resource_type"): ["database"],
}

# Limits that the document has in its prose only, by schema and path below it.
PROSE_LIMITS: dict[tuple[str | int, ...], dict[str, int]] = {
    ("connection_pool", "properties", "name"): {"minLength": 3, "maxLength": 60},
    ("domain_record", "properties", "flags"): {"minimum": 0, "maximum": 255},
    ("droplet_create", "properties", "user_data"): {"maxLength": 65536},
    ("droplet_multi_create", "allOf", 0, "properties", "names"): {"maxItems": 10},
    ("volume_base", "properties", "name"): {"maxLength": 64},
}

# Parameters that the document forgets, or has in its prose only, by operation: names of its shared parameters.
FORGOTTEN_PARAMETERS: dict[str, list[str]] = {
    "registries_get_dockerCredentials": ["registry_expiry_seconds", "registry_read_write"],
}

# Listings that production pages, as their answers show, and whose parameters the document forgets.
PAGED = {"billingHistory_list"}


class Document:
    def __init__(self, content: Json) -> None:
        self.content = content

    def resolve(self, node: Json) -> Json:
        while isinstance(node, dict) and "$ref" in node:
            target = self.content
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def complete(self) -> None:
        """Add what the document forgets."""
        for (name, *path), members in FORGOTTEN.items():
            node = self.content["components"]["schemas"][name]
            for part in path:
                node = node[part]
            node["enum"] = [*node["enum"], *(m for m in members if m not in node["enum"])]
        for where, limits in PROSE_LIMITS.items():
            node = self.content["components"]["schemas"]
            for step in where:
                node = node[step]
            node.update(limits)

    def operations(self) -> list[dict[str, Json]]:
        found = []
        for path, item in self.content["paths"].items():
            for method in METHODS:
                if method in item:
                    found.append(self.operation(method, path, item, item[method]))
        return found

    def operation(self, method: str, path: str, item: Json, operation: Json) -> dict[str, Json]:
        forgotten = [{"$ref": f"#/components/parameters/{name}"}
                     for name in FORGOTTEN_PARAMETERS.get(operation["operationId"], [])]  # fmt: skip
        written = item.get("parameters", []) + operation.get("parameters", [])
        parameters = [self.resolve(p) for p in written + forgotten]
        if operation["operationId"] in PAGED:
            parameters += [self.content["components"]["parameters"][name] for name in ("per_page", "page")]
        row: dict[str, Json] = {
            "id": operation["operationId"],
            "method": method.upper(),
            "path": path,
            "tag": operation["tags"][0],
        }
        for place, name in (("path", "path_params"), ("query", "query"), ("header", "headers")):
            inside = {p["name"]: bare(p.get("schema", {})) for p in parameters if p["in"] == place}
            required = [p["name"] for p in parameters if p["in"] == place and p.get("required")]
            if inside:
                row[name] = inside
            if required and place != "path":
                row[name + "_required"] = required
        body = self.resolve(operation.get("requestBody", {}))
        for media, form in body.get("content", {}).items():
            row |= {"body_type": media, "body": bare(form.get("schema", {}))}
            break
        if body.get("required"):
            row["body_required"] = True
        row["ok"] = {
            code: self.success(self.resolve(response))
            for code, response in operation["responses"].items()
            if code.startswith("2")
        }
        row["errors"] = [c for c in operation["responses"] if c.isdigit() and not c.startswith("2")]
        scopes = [
            sorted(SCOPE_CORRECTIONS.get(s, s) for s in alternative["bearer_auth"])
            for alternative in operation.get("security", [])
            if alternative.get("bearer_auth")
        ]
        if scopes:
            row["scopes"] = scopes
        if operation.get("deprecated"):
            row["deprecated"] = True
        servers = operation.get("servers") or item.get("servers")
        if servers:
            row["host"] = servers[0]["url"].removeprefix("https://")
        return row

    def success(self, response: Json) -> dict[str, Json]:
        for media, form in response.get("content", {}).items():
            result = {"type": media, "schema": bare(form.get("schema", {}))}
            examples = [self.resolve(e).get("value") for e in form.get("examples", {}).values()]
            examples += [form["example"]] if "example" in form else []
            shown = [sorted(names_in(e)) for e in examples if isinstance(e, dict)]
            if shown:
                result["shown"] = shown
            return result
        return {}


def bare(schema: Json, names: bool = False) -> Json:
    """The schema without its prose and examples. Under ``properties`` the keys are names, whatever they spell."""
    if isinstance(schema, list):
        return [bare(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    if names:
        return {name: bare(s) for name, s in schema.items()}
    kept = {k: v if k in ("enum", "default", "required", "discriminator") else bare(v, k == "properties")
            for k, v in schema.items() if k in KEPT}  # fmt: skip
    if isinstance(kept.get("default"), dict | list) and kept["default"]:
        del kept["default"]  # a filled example in disguise
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].removeprefix("#/components/schemas/")
    if "discriminator" in kept and "mapping" in kept["discriminator"]:
        mapping = {k: v.removeprefix("#/components/schemas/") for k, v in kept["discriminator"]["mapping"].items()}
        kept["discriminator"] = {**kept["discriminator"], "mapping": mapping}
    return kept


def names_in(example: Json, at: str = "") -> set[str]:
    """Every property path of an example; of a list, or of a map by numbers, those that all its items have."""
    if isinstance(example, dict) and example and all(name.isdigit() for name in example):
        here = f"{at}.*" if at else "*"
        return {here} | set.intersection(*(names_in(value, here) for value in example.values()))
    if isinstance(example, dict):
        found = set()
        for name, value in example.items():
            here = f"{at}.{name}" if at else name
            found |= {here} | names_in(value, here)
        return found
    if isinstance(example, list) and example:
        return set.intersection(*(names_in(item, at + "[]") for item in example))
    return set()


def table(rows: list[str], brackets: str) -> str:
    return brackets[0] + "\n" + ",\n".join(rows) + "\n" + brackets[1] + "\n"


def tables(content: Json) -> dict[str, str]:
    """What goes into each file of the table."""
    document = Document(content)
    document.complete()

    def line(value: Json) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    operations = [line(row) for row in document.operations()]
    schemas = content["components"]["schemas"]
    named = [f"{line(name)}:{line(bare(schema))}" for name, schema in sorted(schemas.items())]
    return {"operations.json": table(operations, "[]"), "schemas.json": table(named, "{}")}


def main() -> None:
    for name, text in tables(json.loads(Path(sys.argv[1]).read_text())).items():
        (TARGET / name).write_text(text)
        print(f"{name}: {text.count(chr(10)) - 2} lines")


if __name__ == "__main__":
    main()
