"""Whether an answer is one that the official document allows.

Its schemas alone are a weak judge - most accept ``{}`` - so every property that the official example of the answer
shows must be there too.
"""

from __future__ import annotations

import re
from typing import Any

from dopyapi._facts import Operation, resolved

_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
_OPEN_ENUMS = {"nyc3", "Arch Linux", "Staging", "elasticsearch"}  # a project of no environment has ""
"""Enums of the document that production outgrew, known by one of their members."""
_TIMES = {"date-time"}
_BY_STATE = {
    "droplets_get_backup_policy": ("policy.backup_policy", "policy.next_backup_window"),
    "apps_list": ("apps[].cause", "apps[].progress", "apps[].tier_slug"),
}
"""Properties that the example shows and that exist in that state only: a Droplet without backups has no policy; and
those of the example of apps that are a deployment's, which their schema does not have."""
_NULL_BY_ITS_TEXT = {"version_end_of_life", "version_end_of_availability"}
"""Properties that may be null by what the document says of them, though not by their schemas."""
_NOT_ALWAYS = {
    # What the only example shows and the document says is there at times, or for one kind of resource.
    # What the examples of NAT gateways show and no schema has.
    "vpcnatgateways_get": {"vpc_nat_gateway.vpcs[].default_gateway"},
    "vpcnatgateways_list": {"vpc_nat_gateways[].project_id", "vpc_nat_gateways[].vpcs[].default_gateway"},
    # The examples show a pool that grows by load; one of a fixed size has none of that.
    **{
        f"autoscalepools_{name}": {
            f"{way}.config.{field}"
            for way in ("autoscale_pool", "autoscale_pools[]")
            for field in ("cooldown_minutes", "max_instances", "min_instances", "target_cpu_utilization")
        }
        for name in ("get", "list", "create", "update")
    },
    "databases_list_backups": {"backup_progress"},
    "databases_get_config": {"config.sql_mode", "config.sql_require_primary_key"},
    "databases_list_logsink": {f"sinks[].config.{name}" for name in ("server", "port", "tls", "format")},
}


def complaints(operation: Operation, status: int, body: Any) -> list[str]:
    """What is wrong with an answer."""
    if status == 501:
        return [] if operation.id in body["message"] else ["a 501 must name its operation"]
    if status >= 400:
        known = isinstance(body, dict) and ({"id", "message"} <= body.keys() or {"error", "root_causes"} <= body.keys())
        return [] if known else [f"not an error body: {body}"]
    success = operation.ok.get(str(status))
    if success is None:
        return [f"{status} is not documented, only {sorted(operation.ok)}"]
    if success.type is None:
        return [] if body is None else [f"{status} has no body, but came with {body}"]
    found = []
    if success.shown:
        spared = ("links.", *_BY_STATE.get(operation.id, ()))
        rare = _NOT_ALWAYS.get(operation.id, set())
        missing = [[path for path in _absent(paths, body, spared) if path not in rare] for paths in success.shown]
        if all(missing):
            found.append(f"lacks {min(missing, key=len)}")
    if not _wrapped_otherwise(operation, body):
        found += _mistaken(success.schema, body, "")
    return found


def _wrapped_otherwise(operation: Operation, body: Any) -> bool:
    # The schema of image actions is the bare action; the example, production and every client have {"action": ...}.
    return operation.id in ("imageActions_post", "imageActions_get") and set(body) == {"action"}


def _absent(paths: list[str], body: Any, spared: tuple[str, ...]) -> list[str]:
    return [path for path in paths if not path.startswith(spared) and not _present(path.split("."), body)]


def _present(steps: list[str], value: Any) -> bool:
    if not steps or value is None:
        return True
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not isinstance(value, dict):
        return False
    if name.isdigit() or name == "*":
        # Members named by ids: any of this account's ids stands for that of the example, where their kind allows.
        return True
    if name not in value:
        return False
    if step.endswith("[]"):
        return all(_present(rest, item) for item in value[name]) if rest else True
    return _present(rest, value[name])


def _mistaken(node: dict[str, Any], value: Any, where: str) -> list[str]:
    node = resolved(node)
    if value is None:
        allowed = node.get("nullable") or node.get("format") in _TIMES or "allOf" in node or not node
        options = node.get("oneOf") or node.get("anyOf") or ()
        allowed = allowed or any(not _mistaken(option, None, where) for option in options)
        allowed = allowed or where.rpartition(".")[2] in _NULL_BY_ITS_TEXT
        return [] if allowed else [f"{where} is null"]
    found: list[str] = []
    for part in node.get("allOf", ()):
        found += _mistaken(part, value, where)
    options = node.get("oneOf") or node.get("anyOf")
    if options:
        tried = [_mistaken(option, value, where) for option in options]
        found += [] if any(not t for t in tried) else min(tried, key=len)
    kind = node.get("type")
    if kind in _TYPES and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [*found, f"{where} is not {kind}: {value!r}"]
    choices = node.get("enum")
    if choices and value not in choices and not _OPEN_ENUMS & set(choices):
        found.append(f"{where} is not one of {choices}: {value!r}")
    if isinstance(value, dict):
        found += [f"{where} lacks {name}" for name in node.get("required", ()) if name not in value]
        for name, schema in node.get("properties", {}).items():
            if name in value:
                found += _mistaken(schema, value[name], f"{where}.{name}")
        more = node.get("additionalProperties")
        if isinstance(more, dict):
            for name in value.keys() - node.get("properties", {}).keys():
                found += _mistaken(more, value[name], f"{where}.{name}")
    elif isinstance(value, list) and "items" in node:
        for item in value:
            found += _mistaken(node["items"], item, f"{where}[]")
    elif isinstance(value, str) and "pattern" in node and not re.search(node["pattern"], value):
        found.append(f"{where} does not match {node['pattern']}: {value!r}")
    return found
