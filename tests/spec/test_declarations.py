"""The declarations are what the official document says: every path exists, and none of the document's is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dopyapi import _facts
from tests.conftest import Script

from . import unclaimed
from .declarations import PLACE, Declared, all_declared, documented
from .procedures import PROCEDURES

ONLY_IN_REFERENCE = Path(__file__).parent / "only_in_reference.txt"


def only_in_reference() -> dict[str, str]:
    """Declarations that only the API reference has, and why: ``Class.name: reason`` a line."""
    lines = [line for line in ONLY_IN_REFERENCE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize("declared", all_declared(), ids=str)
def test_a_declaration_exists_in_the_document(declared: Declared) -> None:
    if str(declared) in only_in_reference():
        assert declared.claims is None, f"{declared} is in the document: take it out of {ONLY_IN_REFERENCE.name}"
    else:
        assert declared.claims is not None, f"the document has no {declared.described}"


def test_the_exceptions_are_declarations_with_reasons() -> None:
    exceptions = only_in_reference()
    assert exceptions.keys() <= {str(d) for d in all_declared()}
    assert all(len(reason) > 10 for reason in exceptions.values())


def test_every_operation_is_claimed_or_known_not_to_be() -> None:
    most, listed = unclaimed.listed()
    actual = unclaimed.unclaimed()
    new, gone = sorted(set(actual) - set(listed)), sorted(set(listed) - set(actual))
    assert not new, f"nothing claims {', '.join(new)} any more, and unclaimed.txt may only shrink"
    assert not gone, f"{', '.join(gone)} is claimed now: python -m tests.spec.unclaimed --write"
    assert listed == sorted(set(listed))
    assert len(listed) <= most, f"unclaimed.txt has {len(listed)} operations, and may have {most}"
    assert set(listed) <= {o.id for o in _facts.operations()}


def test_the_number_at_the_top_never_grows() -> None:
    assert unclaimed.text(["a", "b"], 1).splitlines()[0] == unclaimed.HEAD.format(1)
    assert unclaimed.text(["a"], 5).splitlines()[0] == unclaimed.HEAD.format(1)


@pytest.mark.parametrize("id", PROCEDURES)
def test_a_procedure_sends_the_operation_that_it_claims(id: str, script: Script) -> None:
    call, answer = PROCEDURES[id]
    script.answer(201, answer)
    call()
    operation = _facts.operation(id)
    method, path = script.asked[-1].partition("?")[0].split(" ")
    assert method == operation.method
    assert re.fullmatch(PLACE.sub("[^/]+", operation.path.removeprefix("/v2")), path)
    query = script.asked[-1].partition("?")[2]
    assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= operation.query.keys()
    assert id not in {d.claims.id for d in all_declared() if d.claims}, "a declaration claims it too"


def test_no_two_operations_of_the_document_are_one_to_us() -> None:
    assert len(documented()) == len(_facts.operations())
