"""Kubernetes clusters from day to day: access, upgrades, diagnostics, status messages, registries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .. import hooks
from ..context import Context, Ready, Reply, handles
from ..errors import not_found, precondition_failed
from ..events import on_event
from ..kubernetes import access, clusters, upgrading, versions
from ..kubernetes.settings import invalid
from ..store import Document
from .account import account
from .kubernetes import own

_LINT_SECONDS = 20
_MOST_LINTS = 100


@handles("kubernetes_get_kubeconfig")
def kubeconfig(context: Context) -> Reply:
    """A kubeconfig file."""
    return 200, Ready(access.kubeconfig(context, own(context)), "application/yaml")


@handles("kubernetes_get_credentials")
def credentials(context: Context) -> Reply:
    """The same for programs."""
    return 200, access.credentials(context, own(context))


@handles("kubernetes_get_clusterUser")
def user(context: Context) -> Reply:
    """Who the caller is to a cluster."""
    own(context)
    username = account(context).body["email"]
    return 200, {"kubernetes_cluster_user": {"username": username, "groups": ["k8saas:authenticated"]}}


# Upgrades.


@handles("kubernetes_get_availableUpgrades")
def upgrades(context: Context) -> Reply:
    """What a cluster can be upgraded to; null where there is nothing."""
    found = [versions.shown(slug) for slug in versions.upgrades(own(context).body["version"])]
    return 200, {"available_upgrade_versions": found or None}


@handles("kubernetes_upgrade_cluster")
def upgrade(context: Context) -> Reply:
    """Upgrade a cluster."""
    cluster = own(context)
    slug = versions.resolve(context.body.get("version"))
    clusters.refuse_unless_running(cluster)
    offered = versions.upgrades(cluster.body["version"])
    if slug not in offered:
        raise invalid(f"a cluster of {cluster.body['version']} cannot be upgraded to {slug}")
    upgrading.begin(context, cluster, slug)
    return 202, None


# Diagnostics and messages.


@handles("kubernetes_run_clusterLint")
def lint(context: Context) -> Reply:
    """Look for what could be better in a cluster."""
    cluster = own(context)
    clusters.refuse_unless_running(cluster)
    run: dict[str, Any] = {"run_id": context.store.new_uuid(), "requested_at": context.stamp}
    run |= {"completed_at": None, "diagnostics": []}
    cluster.hidden["lints"] = [*cluster.hidden.get("lints", ()), run][-_MOST_LINTS:]
    context.store.save(cluster)
    context.after(_LINT_SECONDS, "kubernetes.lint", cluster.subject, cluster=cluster.key, run=run["run_id"])
    return 202, {"run_id": run["run_id"]}


@on_event("kubernetes.lint")
def _linted(context: Context, data: dict[str, Any]) -> None:
    # Nothing runs in an emulated cluster, so there is nothing to complain of.
    cluster = context.store.get("kubernetes_cluster", data["cluster"])
    if cluster is not None:
        for run in cluster.hidden["lints"]:
            if run["run_id"] == data["run"]:
                run["completed_at"] = context.stamp
        context.store.save(cluster)


@handles("kubernetes_get_clusterLintResults")
def lint_results(context: Context) -> Reply:
    """What a run has found; the last one unless the query names one."""
    runs = own(context).hidden.get("lints", [])
    wanted = context.query.get("run_id")
    found = next((run for run in reversed(runs) if wanted in (None, "", run["run_id"])), None)
    if found is None:
        raise not_found()
    return 200, found


@handles("kubernetes_get_status_messages")
def status_messages(context: Context) -> Reply:
    """What there was to say of troubles, since a moment if the query names one."""
    messages = own(context).hidden.get("messages", [])
    text = context.query.get("since")
    if text:
        since = _moment(text)
        messages = [each for each in messages if _moment(each["timestamp"]) >= since]
    return 200, {"messages": messages}


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus in a query is a space
    except ValueError:
        raise invalid(f"since must be a time such as 2026-11-23T09:30:00Z, not {text!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# Registries that clusters pull from.


@handles("kubernetes_add_registry", "kubernetes_remove_registry")
def registry(context: Context) -> Reply:
    """Let clusters pull from the account's one registry, or no longer."""
    there = context.store.select("registry").documents()
    if not there:
        raise not_found()
    if len(there) > 1:
        raise precondition_failed(
            "This API is not supported if you have created multiple registries. "
            "Please use '/v2/kubernetes/registries' instead."
        )
    return _link(context, [there[0].body["name"]])


@handles("kubernetes_add_registries", "kubernetes_remove_registries")
def registries(context: Context) -> Reply:
    """Let clusters pull from registries, or no longer."""
    there = {document.body["name"] for document in context.store.select("registry")}
    names = context.body.get("registries") or []
    if not all(isinstance(name, str) and name in there for name in names):
        raise not_found()
    return _link(context, names)


def _link(context: Context, names: list[str]) -> Reply:
    adding = context.operation is not None and context.operation.method == "POST"
    for cluster in [clusters.find(context, key) for key in context.body.get("cluster_uuids") or []]:
        others = [name for name in cluster.body["registries"] if name not in names]
        _pull_from(context, cluster, [*others, *names] if adding else others)
    return 204, None


def _pull_from(context: Context, cluster: Document, names: list[str]) -> None:
    cluster.body |= {"registries": names, "registry_enabled": bool(names), "updated_at": context.stamp}
    context.store.save(cluster)


@hooks.on("destroyed", "registry")
def _forget_registry(context: Context, gone: Document) -> None:
    name = gone.body["name"]
    for cluster in context.store.select("kubernetes_cluster"):
        if name in cluster.body["registries"]:
            _pull_from(context, cluster, [each for each in cluster.body["registries"] if each != name])
