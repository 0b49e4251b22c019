"""Projects: creating, reading, changing and deleting them, and moving resources between them."""

from __future__ import annotations

import re
from typing import Any

from .. import hooks, projects, urns
from ..context import Context, Reply, handles
from ..errors import Refused, bad_request, not_found, precondition_failed, unprocessable
from ..paging import listed
from ..store import Document

_PURPOSES = {
    "Just trying out DigitalOcean",
    "Class project / Educational purposes",
    "Website or blog",
    "Web Application",
    "Service or API",
    "Mobile Application",
    "Machine learning / AI / Data processing",
    "IoT",
    "Operational / Developer tooling",
}
_OTHER = "Other: "
_ENVIRONMENTS = {name.lower(): name for name in ("Development", "Staging", "Production")}
_LONGEST = {"name": 175, "description": 255, "purpose": 255}
_ALWAYS_ONE = "you must always have a default project"
_ASSIGNABLE = (
    "AppPlatformApp Bucket Database Domain DomainRecord Droplet Firewall FloatingIp Image Kubernetes LoadBalancer"
    " MarketplaceApp Saas Volume"
)
_ELSEWHERE = {
    "app": "/v2/apps/",
    "firewall": "/v2/firewalls/",
    "image": "/v2/images/",
    "domainrecord": "/v2/domains/records/",
    "marketplaceapp": "/v2/1-clicks/",
    "saas": "/v2/add-ons/saas/",
}
"""What production takes into projects and the emulator does not, and where such things are."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def _own(context: Context) -> Document:
    found = context.store.get("project", context.path["project_id"])
    if found is None:
        raise not_found()
    return found


@handles("projects_list")
def list_projects(context: Context) -> Reply:
    """All projects; there always is one."""
    projects.default(context)
    return listed(context, "projects", context.store.select("project"))


@handles("projects_create")
def create(context: Context) -> Reply:
    """Create a project; it is never the default from the start."""
    fields = _checked(context.body)
    projects.default(context)  # it comes first, and has its name before anybody else can take it
    project = projects.add(
        context,
        fields["name"],
        fields["purpose"],
        description=fields.get("description", ""),
        environment=fields.get("environment", ""),
    )
    return 201, {"project": project.body}


@handles("projects_get")
def get(context: Context) -> Reply:
    """One project."""
    return 200, {"project": _own(context).body}


@handles("projects_get_default")
def get_default(context: Context) -> Reply:
    """The default project."""
    return 200, {"project": projects.default(context).body}


@handles("projects_update")
def update(context: Context) -> Reply:
    """Change all that can be changed of a project."""
    return _replaced(context, _own(context))


@handles("projects_update_default")
def update_default(context: Context) -> Reply:
    """Change all that can be changed of the default project."""
    return _replaced(context, projects.default(context))


@handles("projects_patch")
def patch(context: Context) -> Reply:
    """Change some of a project."""
    return _changed(context, _own(context))


@handles("projects_patch_default")
def patch_default(context: Context) -> Reply:
    """Change some of the default project."""
    return _changed(context, projects.default(context))


def _replaced(context: Context, project: Document) -> Reply:
    if context.body.get("environment") is None:
        raise unprocessable("environment is required")
    return _changed(context, project)


def _changed(context: Context, project: Document) -> Reply:
    body = context.body
    fields = _checked(body)
    default = None if body.get("is_default") is None else str(body["is_default"]).lower() == "true"
    if not fields and default is None:
        raise bad_request("at least one of name, description, purpose, environment and is_default must be sent")
    if "name" in fields:
        projects.refuse_taken(context, fields["name"], by_other_than=project)
        project.name = fields["name"]
    if default is False and project.body["is_default"]:
        raise bad_request(_ALWAYS_ONE)
    project.body |= fields
    project.body["updated_at"] = context.stamp
    context.store.save(project)
    if default:
        projects.make_default(context, project)
    return 200, {"project": project.body}


def _checked(body: dict[str, Any]) -> dict[str, str]:
    """Those of the fields that were sent, as they will be kept."""
    fields = {}
    for name in ("name", "description", "purpose"):
        value = body.get(name)
        if value is None:
            continue
        text = str(value)
        if not text.strip() and name != "description":
            raise unprocessable(f"{name} can't be blank")
        if len(text) > _LONGEST[name]:
            raise unprocessable(f"{name} has {len(text)} characters; {_LONGEST[name]} are the most")
        fields[name] = text
    if "purpose" in fields and fields["purpose"] not in _PURPOSES and not fields["purpose"].startswith(_OTHER):
        fields["purpose"] = (_OTHER + fields["purpose"])[: _LONGEST["purpose"]]
    environment = body.get("environment")
    if environment is not None:
        known = _ENVIRONMENTS.get(str(environment).lower(), "" if environment == "" else None)
        if known is None:
            choices = ", ".join(_ENVIRONMENTS.values())
            raise unprocessable(f"environment must be one of {choices}, not {environment!r}")
        fields["environment"] = known
    return fields


@handles("projects_delete")
def delete(context: Context) -> Reply:
    """Delete a project that is empty and not the default one."""
    if not context.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "send the header Content-Type: application/json, although there is no body")
    project = _own(context)
    if project.body["is_default"]:
        raise bad_request(_ALWAYS_ONE)
    if projects.Resources(context, project).count():
        raise precondition_failed("cannot delete a project with resources. move or remove the resources first")
    context.store.remove(project)
    return 204, None


# Resources.


@handles("projects_list_resources")
def list_resources(context: Context) -> Reply:
    """What is in a project."""
    return listed(context, "resources", projects.Resources(context, _own(context)))


@handles("projects_list_resources_default")
def list_default_resources(context: Context) -> Reply:
    """What is in the default project."""
    return listed(context, "resources", projects.Resources(context, projects.default(context)))


@handles("projects_assign_resources")
def assign(context: Context) -> Reply:
    """Move resources into a project, out of those that they were in."""
    return _assigned(context, _own(context))


@handles("projects_assign_resources_default")
def assign_default(context: Context) -> Reply:
    """Move resources into the default project."""
    return _assigned(context, projects.default(context))


def _assigned(context: Context, project: Document) -> Reply:
    given = [_parsed(context, urn) for urn in context.body.get("resources") or []]
    return 200, {"resources": [_moved(context, project, *parts) for parts in given]}


def _parsed(context: Context, urn: Any) -> tuple[str, str]:
    parts = str(urn).split(":", 2)
    if len(parts) != 3 or parts[0] != "do" or not parts[2]:
        raise bad_request(f"a resource is named do:resource_type:resource_id, not {urn!r}")
    _, kind, key = parts
    if not any(urns.held_by_projects(known) for known in urns.kinds(kind)):
        if kind in _ELSEWHERE:
            return kind, key
        raise bad_request(f"resource types must be one of the following: {_ASSIGNABLE}")
    return kind, key


def _moved(context: Context, project: Document, kind: str, key: str) -> dict[str, Any]:
    document = urns.find(context.store, kind, key)
    if document is None and kind == "space" and _BUCKET.fullmatch(key):
        document = _bucket(context, key)
    if kind in _ELSEWHERE:
        # The rest of what was sent is assigned all the same.
        status, at, path = "service_down", None, _ELSEWHERE[kind] + key
    elif document is None:
        status, at = "not_found", None
        path = urns.path(urns.kinds(kind)[0], key)
    else:
        status = "assigned" if projects.assign(context, project, document) else "already_assigned"
        at = projects.assigned_at(context, document)
        path = urns.path(document.kind, document.key)
    return {
        "urn": f"do:{kind}:{key}",
        "assigned_at": at,
        "links": {"self": context.url(path)},
        "status": status,
    }


def _bucket(context: Context, name: str) -> Document:
    """A Space, which is there when somebody names it: buckets are not made by this API."""
    made = context.store.add("space", name, {"name": name}, name=name)
    hooks.created(context, made, {})
    return made
