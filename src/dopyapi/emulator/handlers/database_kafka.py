"""Topics and schemas of Kafka clusters."""

from __future__ import annotations

import re
from typing import Any

from ..._facts import schema
from .. import databases, events
from ..checks import check_value
from ..context import Context, Reply, handles
from ..errors import not_found, unprocessable
from ..paging import objects, whole
from ..store import Document

_TOPIC = re.compile(r"[A-Za-z0-9._\-]{1,249}")
_FEWEST_PARTITIONS, _MOST_PARTITIONS, _FEWEST_COPIES = 3, 2048, 2
_CONFIGURING_SECONDS = 10
_FOREVER = 2**63 - 1
_DEFAULTS = {
    # What the official document gives no default for, or one that no integer of Kafka's can be.
    "flush_messages": _FOREVER,
    "flush_ms": _FOREVER,
    "max_compaction_lag_ms": _FOREVER,
    "message_format_version": "3.0-IV1",
    "message_timestamp_difference_max_ms": _FOREVER,
    "segment_index_bytes": 10_485_760,
}
_LEVELS = ("NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE")
_USUAL_LEVEL = "BACKWARD"


def _kafka(context: Context) -> Document:
    found = databases.find(context)
    databases.supported(found, "kafka")
    return found


# Topics.


def _topic(context: Context) -> tuple[Document, Document]:
    cluster = _kafka(context)
    found = context.store.get("database_topic", f"{cluster.key}/{context.path['topic_name']}")
    if found is None:
        raise not_found("topic not found")
    return cluster, found


def _verbose(topic: Document) -> dict[str, Any]:
    body = topic.body
    partition = {
        "size": 0,
        "in_sync_replicas": body["replication_factor"],
        "earliest_offset": 0,
        "consumer_groups": [],
    }
    return {
        "name": body["name"],
        "state": body["state"],
        "replication_factor": body["replication_factor"],
        "partitions": [{"id": number, **partition} for number in range(body["partition_count"])],
        "config": topic.hidden["config"],
    }


@handles("databases_list_kafka_topics")
def list_topics(context: Context) -> Reply:
    """All topics of a cluster."""
    return whole("topics", context.store.select("database_topic", parent=_kafka(context).subject))


@handles("databases_create_kafka_topic")
def create_topic(context: Context) -> Reply:
    """Create a topic."""
    cluster, name = _kafka(context), context.body.get("name")
    if not isinstance(name, str) or not _TOPIC.fullmatch(name):
        raise unprocessable(f"invalid topic name {name!r}: use 1 to 249 letters, digits, dots, dashes and underscores")
    key = f"{cluster.key}/{name}"
    if context.store.exists("database_topic", key):
        raise unprocessable("topic name is not available")
    body = {"name": name, "state": "configuring", **_shape(cluster, context.body)}
    usual = {n: node["default"] for n, node in schema("kafka_topic_config")["properties"].items() if "default" in node}
    config = {**usual, **_DEFAULTS, **_config(context.body)}
    topic = context.store.add("database_topic", key, body, parent=cluster.subject, hidden={"config": config})
    context.after(_CONFIGURING_SECONDS, "database.topic_active", cluster.subject, key=key)
    return 201, {"topic": _verbose(topic)}


@events.on_event("database.topic_active")
def _active(context: Context, data: dict[str, Any]) -> None:
    topic = context.store.get("database_topic", data["key"])
    if topic is not None:
        topic.body["state"] = "active"
        context.store.save(topic)


def _shape(cluster: Document, body: dict[str, Any], fewest: int = _FEWEST_PARTITIONS) -> dict[str, int]:
    partitions = int(body.get("partition_count") or fewest)
    copies = int(body.get("replication_factor") or _FEWEST_COPIES)
    nodes = cluster.body["num_nodes"]
    if not fewest <= partitions <= _MOST_PARTITIONS:
        raise unprocessable(f"partition_count must be from {fewest} to {_MOST_PARTITIONS}, not {partitions}")
    if not _FEWEST_COPIES <= copies <= nodes:
        raise unprocessable(f"replication_factor must be from {_FEWEST_COPIES} to {nodes}, not {copies}")
    return {"replication_factor": copies, "partition_count": partitions}


def _config(body: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = body.get("config") or {}
    wrong = check_value({"$ref": "kafka_topic_config"}, config, "config")
    if wrong:
        raise unprocessable(wrong)
    return config


@handles("databases_get_kafka_topic")
def get_topic(context: Context) -> Reply:
    """One topic."""
    return 200, {"topic": _verbose(_topic(context)[1])}


@handles("databases_update_kafka_topic")
def update_topic(context: Context) -> Reply:
    """Change a topic; partitions can only be added."""
    cluster, topic = _topic(context)
    present = {name: topic.body[name] for name in ("replication_factor", "partition_count")}
    given = {name: value for name, value in context.body.items() if value is not None}
    topic.body |= _shape(cluster, present | given, present["partition_count"])
    topic.hidden["config"] |= _config(given)
    context.store.save(topic)
    return 200, {"topic": _verbose(topic)}


@handles("databases_delete_kafka_topic")
def delete_topic(context: Context) -> Reply:
    """Delete a topic."""
    context.store.remove(_topic(context)[1])
    return 204, None


# Schemas: a document for each subject, with all versions of its schema.


def _subject(context: Context) -> Document:
    cluster = _kafka(context)
    found = context.store.get("database_schema", f"{cluster.key}/{context.path['subject_name']}")
    if found is None:
        raise not_found("subject not found")
    return found


@handles("databases_list_kafka_schemas")
def list_schemas(context: Context) -> Reply:
    """The latest schema of each subject."""
    subjects = context.store.select("database_schema", parent=_kafka(context).subject)
    return whole("subjects", objects([_latest(subject, versioned=False) for subject in subjects]))


def _latest(subject: Document, *, versioned: bool = True, number: int | None = None) -> dict[str, Any]:
    versions = subject.body["versions"]
    number = number or len(versions)
    found = {**versions[number - 1], "subject_name": subject.name}
    return {**found, "version": str(number)} if versioned else found


@handles("databases_create_kafka_schema")
def create_schema(context: Context) -> Reply:
    """Register a schema; one that the subject has already stays the version it is."""
    cluster, body = _kafka(context), context.body
    if body["schema_type"] not in ("AVRO", "JSON", "PROTOBUF"):
        raise unprocessable(f"schema_type must be AVRO, JSON or PROTOBUF, not {body['schema_type']!r}")
    key, name = f"{cluster.key}/{body['subject_name']}", str(body["subject_name"])
    subject = context.store.get("database_schema", key) or context.store.add(
        "database_schema", key, {"versions": []}, name=name, parent=cluster.subject
    )
    versions, made = subject.body["versions"], {"schema_type": body["schema_type"], "schema": body["schema"]}
    for number, version in enumerate(versions, 1):
        if made.items() <= version.items():
            return 201, _latest(subject, versioned=False, number=number)
    versions.append({"schema_id": context.store.next_number("kafka schema"), **made})
    context.store.save(subject)
    return 201, _latest(subject, versioned=False)


@handles("databases_get_kafka_schema")
def get_schema(context: Context) -> Reply:
    """The latest schema of a subject."""
    return 200, _latest(_subject(context))


@handles("databases_get_kafka_schema_version")
def get_schema_version(context: Context) -> Reply:
    """One version of a subject's schema."""
    subject, wanted = _subject(context), str(context.path["version"])
    if wanted == "latest":
        return 200, _latest(subject)
    if not wanted.isdigit() or not 1 <= int(wanted) <= len(subject.body["versions"]):
        raise not_found("version not found")
    return 200, _latest(subject, number=int(wanted))


@handles("databases_delete_kafka_schema")
def delete_schema(context: Context) -> Reply:
    """Delete a subject."""
    context.store.remove(_subject(context))
    return 204, None


def _level(context: Context) -> str:
    level = context.body.get("compatibility_level")
    if level not in _LEVELS:
        raise unprocessable(f"compatibility_level must be one of {', '.join(_LEVELS)}, not {level!r}")
    return str(level)


@handles("databases_get_kafka_schema_config")
def get_level(context: Context) -> Reply:
    """How far new versions have to fit the former ones."""
    return 200, {"compatibility_level": _kafka(context).hidden.get("compatibility", _USUAL_LEVEL)}


@handles("databases_update_kafka_schema_config")
def put_level(context: Context) -> Reply:
    """Set how far new versions have to fit the former ones."""
    cluster = _kafka(context)
    cluster.hidden["compatibility"] = _level(context)
    context.store.save(cluster)
    return 200, {"compatibility_level": cluster.hidden["compatibility"]}


@handles("databases_get_kafka_schema_subject_config")
def get_subject_level(context: Context) -> Reply:
    """How far new versions of one subject have to fit the former ones."""
    subject = _subject(context)
    usual = _kafka(context).hidden.get("compatibility", _USUAL_LEVEL)
    return 200, {"subject_name": subject.name, "compatibility_level": subject.body.get("compatibility", usual)}


@handles("databases_update_kafka_schema_subject_config")
def put_subject_level(context: Context) -> Reply:
    """Set how far new versions of one subject have to fit the former ones."""
    subject = _subject(context)
    subject.body["compatibility"] = _level(context)
    context.store.save(subject)
    return 200, {"subject_name": subject.name, "compatibility_level": subject.body["compatibility"]}
