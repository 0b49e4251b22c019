"""Projects, and which resources are in them.

Documents of the kind ``project`` with ``default`` as the facet of the one that new resources land in. The table
``assignment`` says which document is in which project, by their numbers: every resource has one, and ten thousand must
cost next to nothing. Only the functions here change it.
"""

from __future__ import annotations

from typing import Any

from . import hooks, urns
from .checks import takes
from .clock import stamp
from .context import Context, moment
from .errors import conflict, unprocessable
from .handlers.account import account
from .paging import objects
from .store import Document

_OWNER_ID = 1_482_117
_INTO_DEFAULT = (
    "replace into assignment select ?, n, ? from document where kind = 'project' and facet = 'default' limit 1"
)


def add(
    context: Context, name: str, purpose: str, *, description: str = "", environment: str = "", default: bool = False
) -> Document:
    """Store a project; the checks on its fields are the caller's, but for the name, which must be its own."""
    refuse_taken(context, name)
    key = context.store.new_uuid()
    body = {
        "id": key,
        "owner_uuid": account(context).body["team"]["uuid"],
        "owner_id": _OWNER_ID,
        "name": name,
        "description": description,
        "purpose": purpose,
        "environment": environment,
        "is_default": default,
        "created_at": context.stamp,
        "updated_at": context.stamp,
    }
    return context.store.add("project", key, body, name=name, facet="default" if default else "other")


def refuse_taken(context: Context, name: str, by_other_than: Document | None = None) -> None:
    """409 for a name that another project has."""
    found = context.store.select("project", name=name).first()
    if found is not None and (by_other_than is None or found.key != by_other_than.key):
        raise conflict(f"name is already in use (duplicate): there is a project {name!r}")


def default(context: Context) -> Document:
    """The project that resources land in, made when it is first needed."""
    found = context.store.select("project", facet="default").first()
    if found is not None:
        return found
    return add(
        context,
        "first-project",
        "Just trying out DigitalOcean",
        description="Where resources are that no other project was named for.",
        environment="Development",
        default=True,
    )


def make_default(context: Context, project: Document) -> None:
    """Let new resources land in this project; those that are in the former default stay there."""
    former = default(context)
    if former.key == project.key:
        return
    former.body["is_default"], former.facet = False, "other"
    context.store.save(former)
    project.body["is_default"], project.facet = True, "default"
    context.store.save(project)


# Membership.


def assign(context: Context, project: Document, document: Document) -> bool:
    """Move a resource into a project; says whether it was elsewhere before."""
    store = context.store
    row = store.db.execute("select project from assignment where doc = ?", (document.n,)).fetchone()
    if row is not None and row[0] == project.n:
        return False
    _place(context, project.n, document)
    if "project_id" in document.body:
        document.body["project_id"] = project.key
        store.save(document)
    return True


def move(context: Context, document: Document, project_id: object) -> None:
    """Put a resource into the project that an update names; 422 where there is none."""
    project = context.store.get("project", str(project_id))
    if project is None:
        raise unprocessable(f"project_id {project_id!r} is not the id of a project")
    assign(context, project, document)


def _place(context: Context, project: int, document: Document) -> None:
    context.store.write("replace into assignment values (?, ?, ?)", (document.n, project, context.now.timestamp()))


def assigned_at(context: Context, document: Document) -> str:
    """When a resource came into its project."""
    row = context.store.db.execute("select at from assignment where doc = ?", (document.n,)).fetchone()
    return stamp(moment(row[0]))


@hooks.on("project")
def _project_of(context: Context, document: Document) -> list[str]:
    rows = context.store.db.execute(
        "select d.key from assignment a join document d on d.n = a.project where a.doc = ?", (document.n,)
    )
    return [row[0] for row in rows]


class Resources:
    """The resources of a project in order of their creation, as clients see them."""

    def __init__(self, context: Context, project: Document) -> None:
        self._context, self._project = context, project

    def count(self) -> int:
        """How many there are."""
        return self._context.store.tally.count([f"a:{self._project.n}"])

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them."""
        first, offset = self._context.store.tally.seek([f"a:{self._project.n}"], offset)
        rows = self._context.store.db.execute(
            "select d.kind, d.key, p.at from"
            " (select doc, at from assignment where project = ? and doc >= ? order by doc limit ? offset ?) p"
            " join document d on d.n = p.doc order by p.doc",
            (self._project.n, first, limit, offset),
        ).fetchall()
        return objects(
            [
                {
                    "urn": urns.written(kind, key),
                    "assigned_at": stamp(moment(at)),
                    "links": {"self": self._context.url(urns.path(kind, key))},
                    "status": "ok",
                }
                for kind, key, at in rows
            ]
        ).page(limit)


@hooks.on("created")
def _land(context: Context, document: Document, request: dict[str, Any]) -> None:
    """Put a new resource into the project that its request names, or into the default one."""
    if not urns.held_by_projects(document.kind):
        return
    named = _named(context, request) or document.body.get("project_id")
    if not named and "project_id" not in document.body:
        # By far the most frequent case is one statement.
        values = (document.n, context.now.timestamp())
        if not context.store.write(_INTO_DEFAULT, values).rowcount:
            _place(context, default(context).n, document)
        return
    project = context.store.get("project", str(named)) if named else default(context)
    if project is None:
        raise unprocessable(f"project_id {named!r} is not the id of a project")
    assign(context, project, document)


def _named(context: Context, request: dict[str, Any]) -> Any:
    """The project that was asked for; what the client sent counts where the operation knows of projects."""
    if request and request is not context.body:
        return request.get("project_id")
    if context.operation is None or not takes(context.operation.id, "project_id"):
        return None
    return context.body.get("project_id")


@hooks.on("destroyed")
def _leave(context: Context, document: Document) -> None:
    if urns.held_by_projects(document.kind):
        context.store.write("delete from assignment where doc = ?", (document.n,))
