"""1-Click applications: what there is, and installing it in clusters."""

from __future__ import annotations

from ..catalogue.one_clicks import APPLICATIONS
from ..context import Context, Reply, handles
from ..kubernetes import clusters
from ..kubernetes.settings import invalid


@handles("oneClicks_list")
def applications(context: Context) -> Reply:
    """All applications, or those of one type; of a type that there is not, none."""
    wanted = context.query.get("type")
    return 200, {
        "1_clicks": [{"slug": slug, "type": type} for slug, type in APPLICATIONS if wanted in (None, "", type)]
    }


@handles("oneClicks_install_kubernetes")
def install(context: Context) -> Reply:
    """Install applications in a cluster."""
    slugs = context.body.get("addon_slugs") or []
    if not slugs:
        raise invalid("addon_slugs must name at least one application")
    for slug in slugs:
        if (slug, "kubernetes") not in APPLICATIONS:
            raise invalid(f"{slug!r} is no 1-Click application for Kubernetes")
    cluster = clusters.find(context, context.body.get("cluster_uuid"))
    clusters.refuse_unless_running(cluster)
    cluster.hidden["addons"] = list(dict.fromkeys([*cluster.hidden.get("addons", ()), *slugs]))
    context.store.save(cluster)
    return 200, {"message": "The applications are being installed."}
