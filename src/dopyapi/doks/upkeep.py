"""Keeping a cluster in order: versions, diagnostics, the registry that it pulls from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .._core.declare import collection, member, procedure
from .._core.errors import ResourceNotFoundError
from .._core.resource import ActiveRecord, Array, Resource
from .._core.steps import Steps
from .._core.values import Document
from .values import ClusterOptions, KubernetesVersion, LintReport


class DOKSUpkeep(ActiveRecord):
    """What keeps a cluster in order."""

    __slots__ = ()

    @collection.get("/kubernetes/options", key="options")
    def options(cls) -> ClusterOptions:
        """What can be chosen for a cluster: `regions`, `versions` of Kubernetes, and `sizes` of nodes."""
        ...

    @procedure
    def upgrades(self) -> Steps[Array[KubernetesVersion]]:
        """List the versions that it can be upgraded to now, each a dict with `slug` and `kubernetes_version`."""
        found = yield from self._upgrades.steps()
        return found or []

    @procedure
    def upgrade(self, version: Mapping[str, Any] | str) -> Steps[dict[str, Any]]:
        """Upgrade it; `wait_ready` waits for the end.

        Args:
            version: one of `upgrades()`, or its slug.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ResourceNotFoundError: it cannot be upgraded to this version.
        """
        slug = str(version["slug"]) if isinstance(version, Mapping) else version
        offered = yield from self._upgrades.steps()
        slugs = [each.slug for each in offered or []]
        if slug not in slugs:
            choices = f"choose one of {', '.join(slugs)}" if slugs else "none is offered"
            raise ResourceNotFoundError(f"{self!r} cannot be upgraded to {slug!r}: {choices}")
        return (yield from self._upgrade.steps(slug))

    @member.get("/kubernetes/clusters/{cluster_id}/upgrades", key="available_upgrade_versions")
    def _upgrades(self) -> Array[KubernetesVersion] | None: ...

    @member.post("/kubernetes/clusters/{cluster_id}/upgrade")
    def _upgrade(self, version: str) -> dict[str, Any]: ...

    @member.post("/kubernetes/clusters/{cluster_id}/clusterlint")
    def clusterlint_check(
        self,
        *,
        include_groups: Array[str] | None = None,
        include_checks: Array[str] | None = None,
        exclude_groups: Array[str] | None = None,
        exclude_checks: Array[str] | None = None,
    ) -> dict[str, Any]:
        """Let clusterlint look at the cluster; `clusterlint` says what it has found.

        Args:
            include_groups, include_checks: what to look for; the group `doks` unless given.
            exclude_groups, exclude_checks: what not to look for.

        Returns:
            A dict with the run's `run_id`.
        """
        ...

    @member.get("/kubernetes/clusters/{cluster_id}/clusterlint")
    def clusterlint(self, run_id: str | None = None) -> LintReport:
        """What clusterlint has found, in `diagnostics`; `completed_at` is not set while it is still looking.

        Args:
            run_id: of which run; the last unless given.

        Raises:
            ResourceNotFoundError: there was no such run.
        """
        ...

    @member.get("/kubernetes/clusters/{cluster_id}/status_messages", key="messages")
    def list_status_messages(self, since: datetime | str | None = None) -> Array[Document]:
        """List what DigitalOcean has to say of troubles, each with `message` and `timestamp`.

        Args:
            since: only what was said from then on.
        """
        ...

    @procedure
    def add_registry(self) -> Steps[dict[str, Any]]:
        """Let the cluster pull from the account's container registry.

        Returns:
            ``{"status": "success"}``.
        """
        yield from self._identified()
        return (yield from self._add_registry.steps([self._identifier()]))

    @procedure
    def remove_registry(self) -> Steps[dict[str, Any]]:
        """Let the cluster pull from the account's container registry no longer.

        Returns:
            ``{"status": "deleted"}``.
        """
        yield from self._identified()
        return (yield from self._remove_registry.steps([self._identifier()]))

    @procedure
    def add_registries(self, registries: Iterable[Resource | str] | Resource | str) -> Steps[dict[str, Any]]:
        """Let the cluster pull from container registries, where the account has several.

        Args:
            registries: one or many registries, or their names.

        Returns:
            ``{"status": "success"}``.
        """
        yield from self._identified()
        return (yield from self._add_registries.steps([self._identifier()], _many(registries)))

    @procedure
    def remove_registries(self, registries: Iterable[Resource | str] | Resource | str) -> Steps[dict[str, Any]]:
        """Let the cluster pull from some container registries no longer.

        Args:
            registries: one or many registries, or their names.

        Returns:
            ``{"status": "deleted"}``.
        """
        yield from self._identified()
        return (yield from self._remove_registries.steps([self._identifier()], _many(registries)))

    @member.post("/kubernetes/registry")
    def _add_registry(self, cluster_uuids: Array[str]) -> dict[str, Any]: ...

    @member.delete("/kubernetes/registry", body=True)
    def _remove_registry(self, cluster_uuids: Array[str]) -> dict[str, Any]: ...

    @member.post("/kubernetes/registries")
    def _add_registries(self, cluster_uuids: Array[str], registries: Array[Any]) -> dict[str, Any]: ...

    @member.delete("/kubernetes/registries", body=True)
    def _remove_registries(self, cluster_uuids: Array[str], registries: Array[Any]) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    clusterlintCheck = clusterlint_check


def _many(given: Iterable[Resource | str] | Resource | str) -> list[Resource | str]:
    return [given] if isinstance(given, Resource | str) else list(given)
