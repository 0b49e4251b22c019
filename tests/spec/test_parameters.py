"""Parameters are the document's: every one exists there, and the required ones are all there to be given."""

from __future__ import annotations

import pytest

from dopyapi._core.changing import CreateEndpoint, SaveEndpoint
from dopyapi._core.endpoint import ActionEndpoint
from dopyapi._core.loading import LoadEndpoint

from . import schemas
from .declarations import Declared, all_declared

# Parameters that the document has not, and why they are right.
PAGED = "the API pages every listing of actions, and the API reference says so"
EXTRA = {
    "Image.list_actions": {"page": PAGED, "per_page": PAGED},
    "FloatingIP.list_actions": {"page": PAGED, "per_page": PAGED},
    "ReservedIP.list_actions": {"page": PAGED, "per_page": PAGED},
    "Volume._act_by_name": {"volume_name": "the document has it in prose and examples"},
    "Project.list_default_resources": {"page": PAGED, "per_page": PAGED},
}
# Parameters that the document requires and a caller cannot give by name, and why that is right.
NOT_GIVEN: dict[str, dict[str, str]] = {}

CLAIMED = [d for d in all_declared() if d.claims is not None]


def body_of(declared: Declared) -> schemas.Schema:
    """The schema of what goes out."""
    assert declared.claims is not None
    return declared.body_of(declared.claims) or {}


def is_action(declared: Declared) -> bool:
    return isinstance(declared.endpoint, ActionEndpoint)


def sent(declared: Declared) -> set[str]:
    """Names that can go out: the parameters, and where it sends them the attributes."""
    names = set(declared.parameters) | set(declared.constants)
    endpoint = declared.endpoint
    if isinstance(endpoint, CreateEndpoint | SaveEndpoint):
        only = endpoint.only
        names |= {f.wire for f in declared.cls._fields.values() if f.dynamic and (not only or f.name in only)}
    return names if endpoint.paged else names - {"page", "per_page"}


@pytest.mark.parametrize("declared", CLAIMED, ids=str)
def test_everything_that_is_sent_is_the_document_s(declared: Declared) -> None:
    operation = declared.claims
    assert operation is not None
    if not declared.endpoint.sends_body:
        known = set(operation.query)
    else:
        body = body_of(declared)
        known = set(schemas.properties(body))
        if not known and body:
            return  # an object of any shape
    extra = sent(declared) - known - EXTRA.get(str(declared), {}).keys()
    assert not extra, f"{declared} sends {', '.join(sorted(extra))}; {operation.id} takes {', '.join(sorted(known))}"


@pytest.mark.parametrize("declared", CLAIMED, ids=str)
def test_everything_that_is_required_can_be_given(declared: Declared) -> None:
    operation = declared.claims
    assert operation is not None
    given = sent(declared) | NOT_GIVEN.get(str(declared), {}).keys()
    assert set(operation.query_required) <= given or declared.endpoint.sends_body
    headers = set(declared.endpoint.headers or {})
    missing = {h.lower() for h in operation.headers_required} - headers
    assert not missing, f"{operation.id} requires the headers {', '.join(missing)}"
    assert headers <= {h.lower() for h in operation.headers}
    if operation.body is None or not declared.endpoint.sends_body:
        assert not (operation.body_required and operation.body), f"{operation.id} requires a body"
        return
    demands = schemas.demands(body_of(declared))
    lacks = [sorted(demand - given) for demand in demands]
    assert not all(lacks), f"{declared} cannot give {' nor '.join(map(str, lacks))} of {operation.id}"


@pytest.mark.parametrize("declared", [d for d in CLAIMED if is_action(d)], ids=str)
def test_a_required_argument_of_an_action_is_required_by_its_signature_too(declared: Declared) -> None:
    (demand,) = schemas.demands(body_of(declared))
    optional = {n for n, p in declared.parameters.items() if p.default is None}
    assert not demand & optional, f"{declared} can be called without {', '.join(demand & optional)}"


def test_the_exceptions_are_still_needed() -> None:
    by_name = {str(d): d for d in CLAIMED}
    for name, reasons in EXTRA.items():
        declared = by_name[name]
        assert reasons.keys() <= sent(declared), f"{name} does not send it any more"
        assert not reasons.keys() & schemas.properties(body_of(declared)).keys(), f"{name}: the document has it now"
    for name, reasons in NOT_GIVEN.items():
        assert not reasons.keys() & sent(by_name[name]), f"{name} can give it now"


def test_loading_takes_nothing() -> None:
    assert not [str(d) for d in CLAIMED if isinstance(d.endpoint, LoadEndpoint) and d.parameters]
