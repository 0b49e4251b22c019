"""Every official response example of a claimed operation becomes what the declaration promises, and loses nothing.

The example goes through the real machinery, as the answer of a scripted API.
"""

from __future__ import annotations

import inspect
import json
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
from tools import facts

import dopyapi as do
from dopyapi import _facts
from dopyapi._core.changing import CreateEndpoint, SaveEndpoint
from dopyapi._core.codec import encode
from dopyapi._core.loading import LoadEndpoint
from dopyapi._core.page import Page
from dopyapi._core.resource import Resource
from dopyapi._core.steps import drive
from tests.conftest import Script

from . import document
from .declarations import Declared, all_declared

pytestmark = document.needed


class Example(NamedTuple):
    """One official example of an answer.

    Attributes:
        declared: the operation that gets it.
        name: status and name of the example.
        status, answer: what the API says.
    """

    declared: Declared
    name: str
    status: int
    answer: Any

    def __str__(self) -> str:
        return f"{self.declared}-{self.name}"


@cache
def examples() -> tuple[Example, ...]:
    """All examples, for each declaration that claims their operation."""
    if not document.PLACE.exists():
        return ()
    source = facts.Document(document.content())
    found = []
    for declared in all_declared():
        operation = declared.claims
        if operation is None:
            continue
        responses = document.content()["paths"][operation.path][operation.method.lower()]["responses"]
        for status, response in responses.items():
            if not status.startswith("2"):
                continue
            form = source.resolve(response).get("content", {}).get("application/json", {})
            named = {n: source.resolve(e).get("value") for n, e in form.get("examples", {}).items()}
            if "example" in form:
                named["example"] = form["example"]
            found += [Example(declared, f"{status}-{n}", int(status), a) for n, a in named.items() if a is not None]
    return tuple(found)


def sample(parameter: inspect.Parameter) -> Any:
    """An argument; what it is does not matter here."""
    written = str(parameter.annotation)
    if parameter.name == "extra_body":
        return {}
    if "Array[" in written or "list[" in written:
        return ["x"]
    if "Mapping" in written or "dict" in written:
        return {"x": 1}
    return 1 if "int" in written and "str" not in written else "x"


def owner_of(declared: Declared) -> Any:
    """The object that the operation is called on: it knows which it is, and nothing has to be fetched."""
    parents = [p for p in inspect.signature(declared.cls).parameters.values() if p.default is p.empty]
    owner: Any = declared.cls(*("x" for _ in parents))
    keys = {f.wire: "5" if f.holds is str else 5 for f in declared.cls._fetch_fields}
    owner._adopt(json.dumps({declared.cls._id_wire(): 5, **keys}).encode(), None)
    return owner


def inner(declared: Declared, answer: Any, key: str) -> Any:
    return answer[key] if isinstance(answer, dict) and key in answer else answer


def same(value: Any, original: Any) -> None:
    """Hold what an operation gave against the JSON that it came from."""
    if isinstance(value, Page):
        assert len(value) == len(original)
        for item, source in zip(value, original, strict=True):
            same(item, source)
    elif isinstance(value, Resource):
        assert value.json() == original
        readable(value)
    else:
        assert encode(value) == original


def readable(resource: Resource) -> None:
    """Every attribute can be read, and is what its annotation says."""
    known = resource.json()
    for name, field in resource._fields.items():
        value = getattr(resource, name)
        assert (value is None) <= (known.get(field.wire) is None), f"{name} is lost"
        if value is None:
            continue
        if field.holds in (int, str, float, bool, datetime):
            assert isinstance(value, field.holds), f"{name} is {value!r}, and declared {field.holds}"
        elif isinstance(field.holds, type) and issubclass(field.holds, Resource):
            assert isinstance(value, field.holds), f"{name} is {value!r}, and declared {field.holds}"
            assert value._identifier() is not None
    assert resource.json() == known, "reading changed it"


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_becomes_what_is_declared(example: Example, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    declared, endpoint, answer = example.declared, example.declared.endpoint, example.answer
    monkeypatch.setattr(endpoint, "guard", None)  # this is about the answer, whatever engine a cluster has to have
    of_class = "cls" in declared.declaration.full_signature.parameters
    owner = declared.cls if of_class else owner_of(declared)
    key = endpoint.key or declared.cls._single
    arguments = {n: sample(p) for n, p in declared.declaration.signature.parameters.items() if p.default is p.empty}
    arguments = {n: v for n, v in arguments.items() if n not in ("args", "kwargs")}
    script.answer(example.status, answer)
    if isinstance(endpoint, LoadEndpoint) and endpoint.listed:
        load_each(declared, answer, script)
        return
    value = drive(declared.declaration.steps(owner, (), arguments))
    assert len(script.requests) == 1
    if isinstance(endpoint, LoadEndpoint):
        same(owner, inner(declared, answer, key))
    elif isinstance(endpoint, CreateEndpoint | SaveEndpoint):
        assert value == answer
        if isinstance(answer, dict) and isinstance(answer.get(key), dict):
            same(owner, answer[key])
    elif isinstance(value, Page):
        single = value[0] if value else None
        plural = endpoint.key or (type(single)._plural if isinstance(single, Resource) else declared.cls._plural)
        same(value, answer[plural])
        if "meta" in answer:
            assert value.total == answer["meta"]["total"]
    elif isinstance(value, Resource):
        same(value, inner(declared, answer, endpoint.key or type(value)._single))
    else:
        same(value, answer if endpoint.key is None else answer[endpoint.key])


def load_each(declared: Declared, answer: Any, script: Script) -> None:
    """Of a listing, each item can be found."""
    script._answers.clear()
    plural = declared.endpoint.key or declared.cls._plural
    for item in answer[plural]:
        script.answer(200, {**answer, "meta": {"total": len(answer[plural])}})
        owner: Any = owner_of(declared)
        owner._reset()
        setattr(owner, declared.cls._id_attr, item[declared.cls._id_wire()])
        drive(declared.declaration.steps(owner, (), {}))
        same(owner, item)


def test_there_are_examples_of_most_operations() -> None:
    claimed = {d.claims.id for d in all_declared() if d.claims}
    shown = {e.declared.claims.id for e in examples() if e.declared.claims}
    answering = {i for i in claimed if any(s.shown for s in _facts.operation(i).ok.values())}
    assert answering <= shown, f"no example of {', '.join(sorted(answering - shown))} was tried"


def test_a_resource_that_lost_something_is_seen() -> None:
    droplet = do.Droplet._from_raw(b'{"id": 5, "name": "web", "future": [1]}', None)
    same(droplet, {"id": 5, "name": "web", "future": [1]})
    with pytest.raises(AssertionError):
        same(droplet, {"id": 5, "name": "web"})
