"""Projects: resources, grouped as they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from ._core.declare import collection, member, new_by, procedure
from ._core.errors import ClientError
from ._core.fields import Dynamic, Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array, Resource
from ._core.steps import Steps
from ._core.values import Document

Environment = Literal["Development", "Staging", "Production"]
"""What the resources of a project are for."""
Assignable = Resource | Mapping[str, Any] | str
"""A resource, its URN, or a dict that has the URN as ``urn``."""

KINDS = frozenset({"app", "dbaas", "domain", "droplet", "floatingip", "kubernetes", "loadbalancer", "space", "volume"})
"""What URNs call the resources that projects hold."""


class Purpose:
    """What a project can be for; any other text is kept as `Other: ...`."""

    ai = "Machine learning / AI / Data processing"
    api = "Service or API"
    blog = "Website or blog"
    education = "Class project / Educational purposes"
    iot = "IoT"
    mobile = "Mobile Application"
    tools = "Operational / Developer tooling"
    trying = "Just trying out DigitalOcean"
    web = "Web Application"


class ProjectResource(Document):
    """A resource of a project."""

    urn: str
    """What it is, `do:droplet:5` say."""
    assigned_at: str | None
    """When it came into the project, ISO 8601."""
    links: Document
    """`self`: the URL of the resource."""
    status: str
    """`ok`, `not_found`, `assigned`, `already_assigned` or `service_down`."""


class Project(ActiveRecord):
    """A group of resources. One project of an account is the default, where new resources go.

    In DigitalOcean's API reference: Project Resources, Projects.
    """

    _url, _single, _plural = "projects", "project", "projects"
    _places = {"project_id": "id"}

    id: Key[str]
    """Unique identifier."""
    owner_uuid: Static[str]
    """Identifier of its owner."""
    owner_id: Static[int]
    """Number of its owner."""
    name: Dynamic[str] = attr(fetch="list")
    """Display name, of its own in the account; it can also find the project."""
    description: Dynamic[str]
    """Free text."""
    purpose: Dynamic[str]
    """What it is for, see `Purpose`; what is not listed there is kept as `Other: ...`."""
    environment: Dynamic[str]
    """`Development`, `Staging` or `Production`; empty where none was said."""
    is_default: Dynamic[bool]
    """Whether new resources go here. Set it and `save()` to make this project the default; `create()` cannot."""
    created_at: Static[datetime]
    """When it was created."""
    updated_at: Static[datetime]
    """When it was changed last."""

    load = member.load("/projects/{project_id}")
    save = member.save("/projects/{project_id}")
    delete = member.delete_by("/projects/{project_id}")

    @member.create("/projects", only=("name", "description", "purpose", "environment"))
    def create(
        self,
        *,
        name: str | None = None,
        purpose: str | None = None,
        description: str | None = None,
        environment: Environment | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create a project.

        Args:
            name: display name, up to 175 characters, that no other project has.
            purpose: what it is for, see `Purpose`, or any text.
            description: free text, up to 255 characters.
            environment: what its resources are for.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ConflictError: another project has this name.
        """
        ...

    new = new_by(create)

    @collection.list("/projects")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Project]:
        """List the projects of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.update("/projects/{project_id}")
    def patch(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        purpose: str | None = None,
        environment: Environment | None = None,
        is_default: bool | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Change only what is given.

        Args:
            name: display name.
            description: free text.
            purpose: what it is for.
            environment: what its resources are for.
            is_default: ``True`` makes it the project where new resources go.
            extra_body: further members of the request.

        Returns:
            The API's answer.
        """
        ...

    @member.list("/projects/{project_id}/resources", key="resources")
    def list_resources(self, *, page: int = 1, per_page: int = 20) -> Page[ProjectResource]:
        """List the resources in it, each a dict with `urn`, `assigned_at`, `links` and `status`.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def assign(self, resources: Assignable | Iterable[Assignable]) -> Steps[Array[ProjectResource]]:
        """Move resources into this project, out of those that they are in.

        Args:
            resources: one or many objects, or their URNs such as ``do:droplet:5``.

        Returns:
            A dict for each, with its `urn` and as `status` what has become of it: `assigned`, `already_assigned`,
            `not_found`, `service_down`.

        Raises:
            ClientError: projects do not hold such resources.
        """
        urns = yield from _urns(resources)
        return (yield from self._assign.steps(urns))

    @member.post("/projects/{project_id}/resources", key="resources")
    def _assign(self, resources: Array[str]) -> Array[ProjectResource]: ...

    # The default project

    @collection.get("/projects/default")
    def get_default(cls) -> Project:
        """The project where new resources go."""
        ...

    @collection.put("/projects/default")
    def update_default(
        cls,
        *,
        name: str,
        description: str,
        purpose: str,
        environment: Environment,
        is_default: bool = True,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Project:
        """Change everything that can be changed of the default project.

        Args:
            name: display name.
            description: free text.
            purpose: what it is for.
            environment: what its resources are for.
            is_default: an account always has a default project, so this stays true.
            extra_body: further members of the request.
        """
        ...

    @collection.patch("/projects/default")
    def patch_default(
        cls,
        *,
        name: str | None = None,
        description: str | None = None,
        purpose: str | None = None,
        environment: Environment | None = None,
        is_default: bool | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Project:
        """Change only what is given of the default project.

        Args:
            name: display name.
            description: free text.
            purpose: what it is for.
            environment: what its resources are for.
            is_default: an account always has a default project, so this stays true.
            extra_body: further members of the request.
        """
        ...

    @collection.list("/projects/default/resources", key="resources")
    def list_default_resources(cls, *, page: int = 1, per_page: int = 20) -> Page[ProjectResource]:
        """List the resources in the default project.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.procedure
    def assign_default(cls: Any, resources: Assignable | Iterable[Assignable]) -> Steps[Array[ProjectResource]]:
        """Move resources into the default project.

        Args:
            resources: one or many objects, or their URNs.

        Returns:
            A dict for each, as `assign` gives.
        """
        urns = yield from _urns(resources)
        moved: Array[ProjectResource] = yield from cls._assign_default.steps(urns)
        return moved

    @collection.post("/projects/default/resources", key="resources")
    def _assign_default(cls, resources: Array[str]) -> Array[ProjectResource]: ...

    # Names fixed by the API reference.
    getDefault = get_default


def _urns(resources: Assignable | Iterable[Assignable]) -> Steps[list[str]]:
    """What the API calls these resources."""
    many = [resources] if isinstance(resources, Resource | Mapping | str) else list(resources)
    urns = []
    for resource in many:
        if isinstance(resource, Resource):
            yield from resource._identified()
            urn = resource._urn()
        else:
            urn = str(resource["urn"]) if isinstance(resource, Mapping) else resource
        kind = urn.split(":")[1] if isinstance(urn, str) and urn.startswith("do:") and urn.count(":") >= 2 else None
        if kind is None:
            raise ClientError(f"{resource!r} is no resource; give objects, or URNs such as 'do:droplet:5'")
        if kind not in KINDS:
            raise ClientError(f"{urn!r}: projects do not hold this kind of resource, but {', '.join(sorted(KINDS))}")
        urns.append(urn)
    return urns
