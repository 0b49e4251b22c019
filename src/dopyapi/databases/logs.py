"""Where a cluster's logs go, and the indexes that OpenSearch keeps of those that come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .._core.declare import member
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.values import Document
from .engines import only
from .values import Discreet

SinkType = Literal["rsyslog", "elasticsearch", "opensearch", "datadog"]


class ClusterLogs(ActiveRecord):
    """Operations on log sinks and indexes."""

    __slots__ = ()

    @member.list("/databases/{database_cluster_uuid}/logsink", key="sinks", paged=False)
    def list_logsinks(self, *, page: int = 1, per_page: int = 20) -> Page[Discreet]:
        """List where its logs go, each a dict; all of it unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @member.post("/databases/{database_cluster_uuid}/logsink", key="sink")
    def create_logsink(self, sink_name: str, sink_type: SinkType, config: Mapping[str, Any]) -> Discreet:
        """Send its logs somewhere.

        Args:
            sink_name: what to call it.
            sink_type: `rsyslog`, `elasticsearch`, `opensearch` or `datadog`.
            config: where that is; of rsyslog `server`, `port`, `tls`, `format`, of the searches `url`,
                `index_prefix`, of Datadog `site`, `datadog_api_key`.

        Returns:
            The log sink, with its `sink_id`.
        """
        ...

    @member.get("/databases/{database_cluster_uuid}/logsink/{logsink_id}")
    def get_logsink(self, logsink_id: str) -> Discreet:
        """One log sink.

        Args:
            logsink_id: its identifier.
        """
        ...

    @member.put("/databases/{database_cluster_uuid}/logsink/{logsink_id}")
    def update_logsink(self, logsink_id: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Change where a log sink sends to.

        Args:
            logsink_id: its identifier.
            config: all of it, as for `create_logsink`.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.delete("/databases/{database_cluster_uuid}/logsink/{logsink_id}")
    def delete_logsink(self, logsink_id: str) -> dict[str, Any]:
        """Send logs there no longer.

        Args:
            logsink_id: its identifier.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @only("opensearch")
    @member.list("/databases/{database_cluster_uuid}/indexes", key="indexes", paged=False)
    def list_indexes(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List the indexes of an OpenSearch cluster, each a dict; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @only("opensearch")
    @member.delete("/databases/{database_cluster_uuid}/indexes/{index_name}")
    def delete_index(self, index_name: str) -> dict[str, Any]:
        """Delete an index of an OpenSearch cluster.

        Args:
            index_name: its name.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...
