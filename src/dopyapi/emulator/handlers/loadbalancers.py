"""Load balancers."""

from __future__ import annotations

from .. import balancer_settings, hooks, loadbalancers, projects
from ..context import Context, Reply, handles, one
from ..errors import unprocessable
from ..paging import Ranged, listed
from ..store import Document


def _own(context: Context) -> Document:
    return loadbalancers.find(context, context.path["lb_id"])


class Shown:
    """Load balancers as clients see them, their Droplets looked for only where they are on the page."""

    def __init__(self, context: Context) -> None:
        self._context, self._selection = context, context.store.select("load_balancer")

    def count(self) -> int:
        """How many there are."""
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them, as JSON."""
        found = self._selection.documents(limit, offset)
        return Ranged([loadbalancers.shown(self._context, balancer) for balancer in found]).page(limit)


@handles("loadBalancers_list")
def list_load_balancers(context: Context) -> Reply:
    """All load balancers."""
    return listed(context, "load_balancers", Shown(context))


@handles("loadBalancers_create")
def create(context: Context) -> Reply:
    """Create a load balancer; its address is known once it is active."""
    body = balancer_settings.settings(context, context.body)
    place, vpc = balancer_settings.placed(context, context.body, body["type"])
    body |= balancer_settings.members(context, context.body, place)
    # Whoever keeps projects hears of what is created, and says which one it is in.
    body["project_id"] = str(context.body.get("project_id") or "")
    balancer = loadbalancers.add(context, body, place, vpc)
    hooks.run("created", context, balancer, context.body)
    return 202, one("load_balancer", loadbalancers.shown(context, balancer))


@handles("loadBalancers_get")
def get(context: Context) -> Reply:
    """One load balancer."""
    return 200, one("load_balancer", loadbalancers.shown(context, _own(context)))


@handles("loadBalancers_update")
def update(context: Context) -> Reply:
    """Replace every setting of a load balancer; what is left out is reset."""
    balancer, sent = _own(context), context.body
    body = balancer_settings.settings(context, sent, balancer.body)
    place = balancer.refs.get("region")
    if sent.get("region") and sent["region"] != place:
        raise unprocessable(f"region cannot be changed: it is {place}")
    if sent.get("vpc_uuid") and sent["vpc_uuid"] != balancer.body["vpc_uuid"]:
        raise unprocessable(f"vpc_uuid cannot be changed: it is {balancer.body['vpc_uuid']}")
    balancer.body |= body | balancer_settings.members(context, sent, place)
    balancer.name = balancer.body["name"]
    if sent.get("project_id"):
        projects.move(context, balancer, sent["project_id"])
    loadbalancers.note(context, balancer)
    return 200, one("load_balancer", loadbalancers.shown(context, balancer))


@handles("loadBalancers_delete")
def delete(context: Context) -> Reply:
    """Delete a load balancer; its Droplets and certificates stay."""
    hooks.destroyed(context, _own(context))
    return 204, None


@handles("loadBalancers_delete_cache")
def delete_cache(context: Context) -> Reply:
    """Empty the cache of a global load balancer."""
    balancer = _own(context)
    if balancer.body["type"] != balancer_settings.GLOBAL:
        raise unprocessable(f"only a global load balancer has a cache; this one is {balancer.body['type']}")
    return 204, None


@handles("loadBalancers_add_droplets")
def add_droplets(context: Context) -> Reply:
    """Serve more Droplets."""
    balancer = _named_one_by_one(context)
    added = balancer_settings.droplets_from(context, context.body.get("droplet_ids") or [], balancer.refs.get("region"))
    balancer.body["droplet_ids"] = list(dict.fromkeys([*balancer.body["droplet_ids"], *added]))
    loadbalancers.note(context, balancer)
    return 204, None


@handles("loadBalancers_remove_droplets")
def remove_droplets(context: Context) -> Reply:
    """Serve some Droplets no longer; those it did not serve are no error."""
    balancer = _named_one_by_one(context)
    gone = {str(item) for item in context.body.get("droplet_ids") or []}
    balancer.body["droplet_ids"] = [id for id in balancer.body["droplet_ids"] if str(id) not in gone]
    loadbalancers.note(context, balancer)
    return 204, None


def _named_one_by_one(context: Context) -> Document:
    balancer = _own(context)
    if balancer.body["tag"]:
        raise unprocessable(f"{balancer_settings.TAG_OR_DROPLETS}: this one has the tag {balancer.body['tag']}")
    return balancer


@handles("loadBalancers_add_forwardingRules")
def add_rules(context: Context) -> Reply:
    """Take more traffic; a rule that is there already stays as it is."""
    balancer = _own(context)
    added = balancer_settings.rules_from(context, context.body.get("forwarding_rules") or [])
    rules = [*balancer.body["forwarding_rules"]]
    rules += [rule for rule in added if rule not in rules]
    balancer_settings.check_ports(rules)
    balancer.body["forwarding_rules"] = rules
    loadbalancers.note(context, balancer)
    return 204, None


@handles("loadBalancers_remove_forwardingRules")
def remove_rules(context: Context) -> Reply:
    """Take some traffic no longer; one rule at least has to stay."""
    balancer = _own(context)
    gone = balancer_settings.rules_from(context, context.body.get("forwarding_rules") or [])
    rules = [rule for rule in balancer.body["forwarding_rules"] if rule not in gone]
    if not rules and balancer.body["type"] != balancer_settings.GLOBAL:
        raise unprocessable("a load balancer must have at least one forwarding rule")
    balancer.body["forwarding_rules"] = rules
    loadbalancers.note(context, balancer)
    return 204, None
