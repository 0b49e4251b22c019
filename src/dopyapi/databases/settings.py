"""How a cluster is set: its size, place and version, and what its engine lets one choose."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from .._core.declare import collection, member, procedure
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.steps import Steps
from .._core.values import Document
from ..regions import Region
from ..sizes import Size
from .engines import CACHES, MYSQL, check_only, only
from .values import MetricsCredentials

Policy = Literal["noeviction", "allkeys_lru", "allkeys_random", "volatile_lru", "volatile_random", "volatile_ttl"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SQL_MODE = "ANSI, ERROR_FOR_DIVISION_BY_ZERO, NO_ENGINE_SUBSTITUTION, NO_ZERO_DATE, NO_ZERO_IN_DATE, STRICT_ALL_TABLES"


class ClusterSettings(ActiveRecord):
    """Operations that change a cluster as a whole."""

    __slots__ = ()

    @member.put("/databases/{database_cluster_uuid}/resize")
    def resize(self, size: Size | str, num_nodes: int, storage_size_mib: int | None = None) -> dict[str, Any]:
        """Change the size and number of its nodes; `wait_ready` waits for it.

        Args:
            size: of its nodes, at least what they have.
            num_nodes: how many.
            storage_size_mib: additional storage, in MiB.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.put("/databases/{database_cluster_uuid}/migrate")
    def migrate(self, region: Region | str) -> dict[str, Any]:
        """Move it to another region; `wait_ready` waits for it.

        Args:
            region: where to.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.put("/databases/{database_cluster_uuid}/upgrade")
    def upgrade(self, version: str) -> dict[str, Any]:
        """Move it to another major version of its engine, which cannot be undone; it stays `online` meanwhile.

        Args:
            version: such as `17`.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.put("/databases/{database_cluster_uuid}/install_update")
    def install_update(self) -> dict[str, Any]:
        """Install the updates that wait for the maintenance window, now.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.put("/databases/{database_cluster_uuid}/maintenance")
    def set_maintenance_window(self, day: Weekday | str, hour: str) -> dict[str, Any]:
        """Set when updates are installed.

        Args:
            day: of the week, such as `friday`.
            hour: in UTC, such as `23:55`.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @only(*MYSQL)
    @member.get("/databases/{database_cluster_uuid}/sql_mode", key="sql_mode")
    def get_sql_mode(self) -> str:
        """The SQL modes of a MySQL cluster, separated by commas.

        Raises:
            ClientError: it is no MySQL cluster.
        """
        ...

    @procedure
    def set_sql_mode(self, mode: str | Iterable[str] = SQL_MODE) -> Steps[dict[str, Any]]:
        """Set the SQL modes of a MySQL cluster.

        Args:
            mode: their names, as a list or separated by commas.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ClientError: it is no MySQL cluster.
        """
        yield from check_only(self, "set_sql_mode", *MYSQL)
        names = mode.split(",") if isinstance(mode, str) else mode
        return (yield from self._set_sql_mode.steps(",".join(name.strip() for name in names)))

    @member.put("/databases/{database_cluster_uuid}/sql_mode")
    def _set_sql_mode(self, sql_mode: str) -> dict[str, Any]: ...

    @only(*CACHES)
    @member.get("/databases/{database_cluster_uuid}/eviction_policy", key="eviction_policy")
    def get_ev_policy(self) -> str:
        """What a Redis or Valkey cluster forgets when its memory is full.

        Raises:
            ClientError: it is neither a Redis nor a Valkey cluster.
        """
        ...

    @procedure
    def set_ev_policy(self, policy: Policy) -> Steps[dict[str, Any]]:
        """Set what a Redis or Valkey cluster forgets when its memory is full.

        Args:
            policy: `noeviction`, `allkeys_lru`, `allkeys_random`, `volatile_lru`, `volatile_random`, `volatile_ttl`.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ClientError: it is neither a Redis nor a Valkey cluster.
        """
        yield from check_only(self, "set_ev_policy", *CACHES)
        return (yield from self._set_ev_policy.steps(policy))

    @member.put("/databases/{database_cluster_uuid}/eviction_policy")
    def _set_ev_policy(self, eviction_policy: str) -> dict[str, Any]: ...

    @member.get("/databases/{database_cluster_uuid}/config", key="config")
    def get_config(self) -> Document:
        """The settings of its engine, as far as they were changed."""
        ...

    @member.patch("/databases/{database_cluster_uuid}/config")
    def update_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Change settings of its engine; those not named stay.

        Args:
            config: settings by name, such as `{"sql_require_primary_key": True}`.

        Returns:
            ``{"status": "success"}``.

        Raises:
            UnprocessableError: the engine has no such setting, or a value is out of bounds.
        """
        ...

    @member.get("/databases/{database_cluster_uuid}/do_settings", key="do_settings")
    def get_do_settings(self) -> Document:
        """Settings of DigitalOcean's own: further names for it, in `service_cnames`."""
        ...

    @member.put("/databases/{database_cluster_uuid}/do_settings")
    def update_do_settings(self, do_settings: Mapping[str, Any]) -> dict[str, Any]:
        """Set settings of DigitalOcean's own.

        Args:
            do_settings: `service_cnames`, up to 16 further names for it, which its certificate then has too.

        Returns:
            ``{"status": "success"}``.
        """
        ...

    @member.get("/databases/{database_cluster_uuid}/autoscale", key="autoscale")
    def get_autoscale(self) -> Document:
        """Whether, and how, it grows by itself."""
        ...

    @procedure
    def set_autoscale(
        self, enabled: bool = True, *, threshold_percent: int | None = None, increment_gib: int | None = None
    ) -> Steps[dict[str, Any]]:
        """Let its storage grow by itself, or no longer.

        Args:
            enabled: whether it grows.
            threshold_percent: how full it has to be, 15 to 95.
            increment_gib: by how much it grows, 10 to 500 GiB.

        Returns:
            ``{"status": "success"}``.
        """
        given = {"enabled": enabled, "threshold_percent": threshold_percent, "increment_gib": increment_gib}
        storage = {name: value for name, value in given.items() if value is not None}
        return (yield from self._set_autoscale.steps(storage))

    @member.put("/databases/{database_cluster_uuid}/autoscale")
    def _set_autoscale(self, storage: Any) -> dict[str, Any]: ...

    @procedure
    def get_ca(self) -> Steps[bytes]:
        """The certificate of the authority that signed its own, as PEM: what clients check it against."""
        encoded = (yield from self._get_ca.steps()).certificate
        return base64.b64decode(encoded)

    @member.get("/databases/{database_cluster_uuid}/ca", key="ca")
    def _get_ca(self) -> Document: ...

    @member.list("/databases/{database_cluster_uuid}/events", key="events", paged=False)
    def list_events(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List what has happened to it, each a dict; all of it unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @collection.get("/databases/options")
    def get_options(cls) -> Document:
        """What clusters can be made of.

        Returns:
            `options` has regions, versions and sizes of each engine; `version_availability`, until when there are its
            versions.
        """
        ...

    @collection.get("/databases/metrics/credentials", key="credentials")
    def get_metrics_credentials(cls) -> MetricsCredentials:
        """User name and password of the metrics endpoints of all clusters."""
        ...

    @collection.procedure
    def set_metrics_credentials(cls: Any, credentials: MetricsCredentials) -> Steps[dict[str, Any]]:
        """Set user name and password of the metrics endpoints of all clusters.

        Args:
            credentials: both.

        Returns:
            ``{"status": "success"}``.
        """
        answer: dict[str, Any] = yield from cls._put_metrics_credentials.steps(credentials.get_json())
        return answer

    @collection.put("/databases/metrics/credentials")
    def _put_metrics_credentials(cls, credentials: Any) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    getEvPolicy = get_ev_policy
    getSqlMode = get_sql_mode
    setEvPolicy = set_ev_policy
    setMaintenanceWindow = set_maintenance_window
    setSqlMode = set_sql_mode
