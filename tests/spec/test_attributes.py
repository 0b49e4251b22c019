"""Attributes are the document's: each is in what the API answers or takes, under its wire name and of its type."""

from __future__ import annotations

from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from dopyapi._core.changing import CreateEndpoint
from dopyapi._core.endpoint import Endpoint
from dopyapi._core.fields import Field, Ref
from dopyapi._core.loading import LoadEndpoint
from dopyapi._core.page import Page
from dopyapi._core.resource import Resource

from . import schemas
from .declarations import Declared, all_declared, resources

# Attributes that the document has not, or has of another type, and why they are right.
EXCEPTIONS: dict[str, str] = {
    "Volume.created_at": "the API reference fixes it as a datetime; the document has a plain string",
    "DatabaseCluster.version_end_of_life": "a time by what the document says of it",
    "DatabaseCluster.version_end_of_availability": "a time by what the document says of it",
    "Repository.latest_manifest": "only the newer of the two listings has it",
    "Repository.manifest_count": "only the newer of the two listings has it",
    "Invoice.updated_at": "the API reference fixes it as a datetime; the document has a plain string",
    "InvoiceItem.start_time": "the API reference fixes it as a datetime; the document has a plain string",
    "InvoiceItem.end_time": "the API reference fixes it as a datetime; the document has a plain string",
    "CDN.created_at": "the API reference fixes it as a str",
}

FIELDS = [(cls, field) for cls in resources() for field in cls._fields.values()]


def of_class(cls: type[Resource]) -> list[Declared]:
    return [d for d in all_declared() if d.cls is cls and d.claims is not None]


def shown(cls: type[Resource]) -> dict[str, schemas.Schema]:
    """What the API's answers hold of one such resource."""
    found: dict[str, schemas.Schema] = {}
    for declared in of_class(cls):
        assert declared.claims is not None
        endpoint = declared.endpoint
        answer = schemas.properties(schemas.answer(declared.claims))
        listed = isinstance(endpoint, LoadEndpoint) and endpoint.listed
        lists_own = isinstance(endpoint, Endpoint) and declared.name == "list" and get_origin(endpoint.returns) is Page
        if listed or lists_own:
            schema = schemas.items(answer.get(endpoint.key or cls._plural, {}))
        elif isinstance(endpoint, LoadEndpoint | CreateEndpoint):
            bare = {"properties": answer} if isinstance(endpoint, LoadEndpoint) else {}
            schema = answer.get(endpoint.key or cls._single, bare)
        else:
            continue
        for name, value in schemas.properties(schema).items():
            found.setdefault(name, value)
    return found


def taken(cls: type[Resource]) -> dict[str, schemas.Schema]:
    """What creating one takes."""
    found: dict[str, schemas.Schema] = {}
    for declared in of_class(cls):
        if isinstance(declared.endpoint, CreateEndpoint) and declared.claims and declared.claims.body:
            found |= schemas.properties(declared.claims.body)
    return found


def kinds(annotation: Any) -> list[Any]:
    """The alternatives of an annotation."""
    if get_origin(annotation) is Annotated:
        return kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [k for a in get_args(annotation) if a is not type(None) for k in kinds(a)]
    return [annotation]


def accepts(kind: Any, type_: str, schema: schemas.Schema) -> bool:
    """Whether a JSON value of this type becomes what the annotation promises."""
    origin = get_origin(kind) or kind
    if kind is Any:
        return True
    if origin is Literal:
        return all(accepts(type(v), type_, schema) for v in get_args(kind))
    if not isinstance(origin, type):
        return False
    if issubclass(origin, Resource):
        return type_ in ("object", "string", "integer")
    if origin is datetime:
        return type_ == "string" and schemas.is_moment(schema)
    if origin is str:
        return type_ == "string" and not schemas.is_moment(schema)
    if origin is list:
        return type_ == "array" and all(fits(item, schemas.items(schema)) for item in get_args(kind))
    if issubclass(origin, dict) or hasattr(origin, "_from_json"):
        return type_ == "object"
    return type_ in {bool: ("boolean",), int: ("integer",), float: ("number", "integer")}.get(origin, ())


def fits(annotation: Any, schema: schemas.Schema) -> bool:
    """Whether whatever the schema allows becomes what the annotation promises."""
    return all(any(accepts(k, t, schema) for k in kinds(annotation)) for t in schemas.types(schema))


def complaint(cls: type[Resource], field: Field[Any]) -> str | None:
    """What is wrong with an attribute, if anything is."""
    schema = shown(cls).get(field.wire, taken(cls).get(field.wire))
    if schema is None:
        return f"{field.wire} is in nothing that the API answers or takes for a {cls.__name__}"
    holds = field.holds
    if isinstance(field, Ref):
        wanted = schemas.types(schema) <= {"object", "string", "integer"}
        return None if wanted else f"refers to a resource, and the document has {schemas.types(schema)}"
    if not fits(holds, schema):
        form = " (date-time)" if schemas.is_moment(schema) else ""
        of = f" of {schemas.types(schemas.items(schema))}" if "array" in schemas.types(schema) else ""
        return f"is {holds}, and the document has {' or '.join(sorted(schemas.types(schema)))}{form}{of}"
    return None


@pytest.mark.parametrize(("cls", "field"), FIELDS, ids=[f"{c.__name__}.{f.name}" for c, f in FIELDS])
def test_an_attribute_is_the_document_s(cls: type[Resource], field: Field[Any]) -> None:
    wrong = complaint(cls, field)
    if f"{cls.__name__}.{field.name}" in EXCEPTIONS:
        assert wrong is not None, "it is as the document says now: take it out of EXCEPTIONS"
    else:
        assert wrong is None, f"{cls.__name__}.{field.name} {wrong}"


def test_the_exceptions_are_attributes() -> None:
    assert EXCEPTIONS.keys() <= {f"{c.__name__}.{f.name}" for c, f in FIELDS}


@pytest.mark.parametrize("cls", resources(), ids=lambda c: c.__name__)
def test_the_document_s_answers_are_found(cls: type[Resource]) -> None:
    assert shown(cls), f"nothing that {cls.__name__} declares answers with one"


@pytest.mark.parametrize("cls", resources(), ids=lambda c: c.__name__)
def test_every_property_of_an_answer_is_an_attribute(cls: type[Resource]) -> None:
    missing = shown(cls).keys() - {f.wire for f in cls._fields.values()}
    assert not missing, f"{cls.__name__} has no {', '.join(sorted(missing))}"


def test_what_does_not_fit_is_seen() -> None:
    moment = {"type": "string", "format": "date-time"}
    assert fits(datetime, moment)
    assert not fits(str, moment)
    assert not fits(int, {"type": "number"})
    assert fits(int | str, {"oneOf": [{"type": "integer"}, {"type": "string"}]})
    assert not fits(int, {"oneOf": [{"type": "integer"}, {"type": "string"}]})
    assert fits(list[str], {"type": "array", "items": {"type": "string"}})
    assert not fits(list[str], {"type": "array", "items": {"type": "integer"}})
    assert not fits(dict[str, Any], {"type": "array", "items": {}})
