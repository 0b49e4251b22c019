"""What only Kafka clusters have: topics and schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .._core.declare import member
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.values import Document
from .engines import only

SchemaType = Literal["AVRO", "JSON", "PROTOBUF"]
Compatibility = Literal[
    "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"
]


class ClusterTopics(ActiveRecord):
    """Operations on a Kafka cluster's topics."""

    __slots__ = ()

    @only("kafka")
    @member.list("/databases/{database_cluster_uuid}/topics", key="topics", paged=False)
    def list_topics(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List the topics, each a dict; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @only("kafka")
    @member.post("/databases/{database_cluster_uuid}/topics", key="topic")
    def create_topic(
        self,
        name: str,
        *,
        partition_count: int | None = None,
        replication_factor: int | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> Document:
        """Create a topic.

        Args:
            name: what to call it.
            partition_count: how many partitions.
            replication_factor: on how many nodes each partition is.
            config: settings such as `retention_ms`.

        Returns:
            The topic.
        """
        ...

    @only("kafka")
    @member.get("/databases/{database_cluster_uuid}/topics/{name}", key="topic")
    def get_topic(self, name: str) -> Document:
        """One topic with its partitions and settings.

        Args:
            name: its name.
        """
        ...

    @only("kafka")
    @member.put("/databases/{database_cluster_uuid}/topics/{name}", key="topic")
    def update_topic(
        self,
        name: str,
        *,
        partition_count: int | None = None,
        replication_factor: int | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> Document:
        """Change a topic.

        Args:
            name: its name.
            partition_count: how many partitions, not fewer than it has.
            replication_factor: on how many nodes each partition is.
            config: settings such as `retention_ms`; those not named stay.

        Returns:
            The topic.
        """
        ...

    @only("kafka")
    @member.delete("/databases/{database_cluster_uuid}/topics/{name}")
    def delete_topic(self, name: str) -> dict[str, Any]:
        """Delete a topic with all that is in it.

        Args:
            name: its name.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...


class ClusterSchemas(ActiveRecord):
    """Operations on a Kafka cluster's schema registry."""

    __slots__ = ()

    @only("kafka")
    @member.list("/databases/{database_cluster_uuid}/schema-registry", key="subjects", paged=False)
    def list_schemas(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List the latest schema of each subject; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @only("kafka")
    @member.post("/databases/{database_cluster_uuid}/schema-registry")
    def create_schema(self, subject_name: str, schema_type: SchemaType, schema: str) -> Document:
        """Register a schema, as the next version where the subject has one.

        Args:
            subject_name: of what.
            schema_type: `AVRO`, `JSON` or `PROTOBUF`.
            schema: the schema as text.
        """
        ...

    @only("kafka")
    @member.get("/databases/{database_cluster_uuid}/schema-registry/{subject_name}")
    def get_schema(self, subject_name: str) -> Document:
        """The latest schema of a subject.

        Args:
            subject_name: of what.
        """
        ...

    @only("kafka")
    @member.get("/databases/{database_cluster_uuid}/schema-registry/{subject_name}/versions/{version}")
    def get_schema_version(self, subject_name: str, version: str | int) -> Document:
        """One version of a subject's schema.

        Args:
            subject_name: of what.
            version: its number, or `latest`.
        """
        ...

    @only("kafka")
    @member.delete("/databases/{database_cluster_uuid}/schema-registry/{subject_name}")
    def delete_schema(self, subject_name: str) -> dict[str, Any]:
        """Delete a subject with all versions of its schema.

        Args:
            subject_name: of what.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @only("kafka")
    @member.get("/databases/{database_cluster_uuid}/schema-registry/config", key="compatibility_level")
    def get_schema_compatibility(self) -> str:
        """How far a new version of a schema has to fit the former ones."""
        ...

    @only("kafka")
    @member.put("/databases/{database_cluster_uuid}/schema-registry/config", key="compatibility_level")
    def set_schema_compatibility(self, compatibility_level: Compatibility) -> str:
        """Set how far a new version of a schema has to fit the former ones.

        Args:
            compatibility_level: such as `BACKWARD`.

        Returns:
            The level.
        """
        ...

    @only("kafka")
    @member.get("/databases/{database_cluster_uuid}/schema-registry/config/{subject_name}", key="compatibility_level")
    def get_subject_compatibility(self, subject_name: str) -> str:
        """How far a new version of one subject's schema has to fit the former ones.

        Args:
            subject_name: of what.
        """
        ...

    @only("kafka")
    @member.put("/databases/{database_cluster_uuid}/schema-registry/config/{subject_name}", key="compatibility_level")
    def set_subject_compatibility(self, subject_name: str, compatibility_level: Compatibility) -> str:
        """Set how far a new version of one subject's schema has to fit the former ones.

        Args:
            subject_name: of what.
            compatibility_level: such as `BACKWARD`.

        Returns:
            The level.
        """
        ...
