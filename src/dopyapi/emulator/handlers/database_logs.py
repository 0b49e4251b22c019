"""Where database clusters send their logs, and the indexes of OpenSearch clusters."""

from __future__ import annotations

from typing import Any

from ..._facts import schema
from .. import databases
from ..checks import check_value
from ..context import Context, Reply, handles
from ..errors import not_found, unprocessable
from ..paging import objects, whole
from ..store import Document

_TYPES = ("rsyslog", "elasticsearch", "opensearch", "datadog")
_USUAL_DAYS = 7


@handles("databases_list_logsink")
def list_sinks(context: Context) -> Reply:
    """All log sinks of a cluster."""
    return whole("sinks", context.store.select("database_logsink", parent=databases.find(context).subject))


@handles("databases_create_logsink")
def create_sink(context: Context) -> Reply:
    """Send a cluster's logs somewhere."""
    cluster, body = databases.find(context), context.body
    if not isinstance(body["sink_name"], str) or not body["sink_name"].strip():
        raise unprocessable("sink_name is required")
    for sink in context.store.select("database_logsink", parent=cluster.subject):
        if sink.body["sink_name"] == body["sink_name"]:
            raise unprocessable("sink name is not available")
    key = context.store.new_uuid()
    shown = {
        "sink_id": key,
        "sink_name": body["sink_name"],
        "sink_type": body["sink_type"],
        "config": _config(body["sink_type"], body["config"]),
    }
    context.store.add("database_logsink", key, shown, parent=cluster.subject)
    return 201, {"sink": shown}


def _config(type: Any, config: Any) -> dict[str, Any]:
    if type not in _TYPES:
        raise unprocessable(f"sink_type must be one of {', '.join(_TYPES)}, not {type!r}")
    node, given = schema(f"{type}_logsink"), config if isinstance(config, dict) else {}
    missing = [name for name in node.get("required", ()) if given.get(name) in (None, "")]
    if missing:
        raise unprocessable(f"config.{missing[0]} is required of a {type} sink")
    wrong = check_value(node, given, "config")
    if wrong:
        raise unprocessable(wrong)
    return {**({"index_days_max": _USUAL_DAYS} if "index_prefix" in given else {}), **given}


def _sink(context: Context) -> Document:
    found = context.store.get("database_logsink", str(context.path["logsink_id"]))
    if found is None or found.parent != databases.find(context).subject:
        raise not_found("sink not found")
    return found


@handles("databases_get_logsink")
def get_sink(context: Context) -> Reply:
    """One log sink."""
    return 200, _sink(context).body


@handles("databases_update_logsink")
def update_sink(context: Context) -> Reply:
    """Change where a log sink sends to."""
    sink = _sink(context)
    sink.body["config"] = _config(sink.body["sink_type"], context.body["config"])
    context.store.save(sink)
    return 200, None


@handles("databases_delete_logsink")
def delete_sink(context: Context) -> Reply:
    """Delete a log sink."""
    context.store.remove(_sink(context))
    return 200, None


def _search(context: Context) -> Document:
    found = databases.find(context)
    databases.supported(found, "opensearch")
    return found


@handles("databases_list_opeasearch_indexes")
def list_indexes(context: Context) -> Reply:
    """The indexes of an OpenSearch cluster: none, for they come with contents, which are not emulated."""
    _search(context)
    return whole("indexes", objects([]))


@handles("databases_delete_opensearch_index")
def delete_index(context: Context) -> Reply:
    """Delete an index of an OpenSearch cluster."""
    _search(context)
    raise not_found(f"there is no index {context.path['index_name']}")
