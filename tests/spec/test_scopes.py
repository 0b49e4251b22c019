"""What single fields, actions and parameters need of scopes is what the official document says of them."""

from __future__ import annotations

import re

import pytest
from tools import scopes as tool

from dopyapi._facts import operation, operations, scopes

from . import document


@document.needed
def test_the_table_on_disk_is_what_the_tool_makes_of_the_document() -> None:
    assert tool.TARGET.read_text() == tool.table(document.content()), (
        "run: python tools/scopes.py ../shared/openapi/digitalocean-v2.json"
    )


@document.needed
def test_actions_of_a_droplet_need_what_their_table_says() -> None:
    said = document.content()["paths"]["/v2/droplets/{droplet_id}/actions"]["post"]["description"]
    rows = re.findall(r"^\| <nobr>`(\w+)`</nobr> .*\|(.*)\|$", said, re.MULTILINE)
    assert len(rows) == 16
    further = {name: set(re.findall(r"`(\w+:\w+)`", cell)) - {"droplet:update"} for name, cell in rows}
    assert {name: {scope} for name, scope in scopes.DROPLET_ACTIONS.items()} == {n: s for n, s in further.items() if s}


@document.needed
@pytest.mark.parametrize(
    ("path", "method", "said"),
    [
        ("/v2/tags/{tag_id}/resources", "post", "`tag:create` and `<resource type>:update`"),
        ("/v2/tags/{tag_id}/resources", "delete", "`tag:delete` and `<resource type>:update`"),
        ("/v2/projects/{project_id}/resources", "post", "`project:assign_resource` and `<resource>:read`"),
        ("/v2/projects/default/resources", "post", "`project:update` scope also grants `project:assign_resource`"),
        ("/v2/droplets", "delete", "requires `tag:read`"),
        ("/v2/droplets/actions", "post", "`snapshot` (also requires `image:create` permission)"),
    ],
)
def test_the_prose_that_the_hand_made_tables_stand_for(path: str, method: str, said: str) -> None:
    assert said in " ".join(document.content()["paths"][path][method]["description"].split())


def test_every_name_in_the_tables_is_one_of_an_operation() -> None:
    known = {o.id for o in operations()}
    assert {*scopes.needs(), *scopes.ALWAYS, *scopes.INSTEAD, *scopes.BY_TYPE, *scopes.TAGGING} <= known
    for table in (scopes.ASSIGNED, scopes.ALWAYS, scopes.INSTEAD):
        assert set(table.values()) <= scopes.known()
    assert {scope for scope in scopes.TAGGED.values() if scope in scopes.known()} == {
        "database:update",
        "droplet:update",
        "image:update",
    }


@pytest.mark.parametrize(
    ("ids", "scope"),
    [
        (["nfs_list", "nfs_list_snapshot", "nfs_list_access_points"], "nfs:read"),
        (["databases_update_kafka_schema_config", "databases_update_kafka_schema_subject_config"], "database:update"),
        (["byoipPrefixes_patch"], "byoip_prefix:update"),
        (["partnerAttachments_create_service_key"], "partner_network_connect:update"),
    ],
    ids=str,
)
def test_what_the_document_has_wrong_is_right(ids: list[str], scope: str) -> None:
    for id in ids:
        assert operation(id).scopes == [[scope]]


def test_no_wrong_scope_is_left() -> None:
    assert not scopes.known() & {
        "nfs:list",
        "database:write",
        "genai:default",
        "byoip_prefix:write",
        "partner_network_connect:write",
        "dedicated_inference_tokens:read",
        "dedicated_inference_tokens:create",
        "dedicated_inference_tokens:delete",
        "organization:read",
    }


@document.needed
def test_twelve_operations_are_corrected() -> None:
    written = {
        operation["operationId"]: [a["bearer_auth"] for a in operation.get("security", []) if a.get("bearer_auth")]
        for item in document.content()["paths"].values()
        for method, operation in item.items()
        if method in tool.METHODS
    }
    corrected = [o.id for o in operations() if sorted(map(sorted, written[o.id])) != sorted(map(sorted, o.scopes))]
    assert len(corrected) == 12
