"""Requests are held against the official document before they are sent: its own examples pass, and what is wrong in
one is found and named.

The examples are those of every operation, whether dopyapi declares it or not. What is changed in one, and what would
be wrong there, is found with the readers of schemas that these tests have of their own.
"""

from __future__ import annotations

import copy
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from dopyapi import _facts
from dopyapi._core.checking import Call, Checker
from dopyapi._core.errors import DeprecatedFieldWarning, InvalidRequest, UnknownValueWarning
from dopyapi._core.wording import dotted, plain

from . import document, schemas
from .requests import Example, examples

pytestmark = document.needed

# Examples that do not fit their own schemas, and why; these lists only shrink.
REFUSED = {
    "apps_update-curl": "sends alerts beside the spec, where the schema has it inside",
    "databases_create_kafka_topic-curl": "retentionMS for retention_ms",
    "databases_create_kafka_topic-example": "partitions for partition_count",
    "databases_update_kafka_topic-curl": "retentionMS for retention_ms",
    "databases_update_kafka_topic-example": "partitions for partition_count",
    "genai_create_data_source_file_upload_presigned_urls-curl": "a number for a string of digits",
    "genai_create_evaluation_dataset-curl": "a number for a string of digits",
    "genai_create_evaluation_dataset_file_upload_presigned_urls-curl": "a number for a string of digits",
    "genai_create_model_eval_dataset_upload_presigned_urls-curl": "a number for a string of digits",
    "genai_create_oauth2_dropbox_tokens-curl": "the schema names no parameter",
    "genai_get_oauth2_url-curl": "redirect_uri for redirect_url",
    "genai_update_evaluation_test_case-curl": "a list for a dict",
    "genai_update_model_router-curl": "strings for dicts",
    "inference_create_image-curl": "leaves out n, which is required",
    "monitoring_get_dropletFilesystemSizeMetrics-curl": "a parameter of another operation",
    "monitoring_update_destination-curl": "index_name outside of config",
    "partnerAttachments_create-curl": "NYC for nyc",
    "registries_list_repositoriesV2-curl": "page_size for per_page",
    "registry_list_repositoriesV2-curl": "page_size for per_page",
    "vpcnatgateways_create-VPC NAT Gateway Create Request": "a project_id that the schema has not",
}
WARNED = {
    "autoscalepools_create-Autoscale Create Request Dynamic Config": "fields that the schema has not",
    "autoscalepools_create-Autoscale Create Request Static Config": "fields that the schema has not",
    "autoscalepools_update-Autoscale Update Request": "fields that the schema has not",
    "cdn_update_endpoints-curl": "a time to live that is not among the choices",
}
LEAST_CAUGHT = 0.95
SEED = 4


def checked(example: Example) -> Checker:
    """The checker of an operation, as new."""
    return _checker(example.operation.id)


@cache
def _checker(operation: str) -> Checker:
    return Checker(_facts.operation(operation))


def judge(example: Example) -> list[tuple[str, type[Warning]]]:
    """Hold a request against what is known; gives the warnings, and raises what is wrong."""
    checker = checked(example)
    call = Call("call", checker.excused, checker.optional, False, checker.texts)
    checker.query(example.query, call)
    if example.body is not None:
        checker.body(example.body, call)
    return call.told


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_official_example_passes(example: Example) -> None:
    if str(example) in REFUSED:
        with pytest.raises(InvalidRequest):
            judge(example)
        return
    found = [text for text, kind in judge(example) if kind is not DeprecatedFieldWarning]
    assert bool(found) == (str(example) in WARNED), found


def test_there_are_examples_of_most_operations_that_take_something() -> None:
    names = {str(e) for e in examples()}
    assert names >= REFUSED.keys() | WARNED.keys()
    assert len(examples()) > 400
    bodies = {e.operation.id for e in examples() if e.body is not None}
    assert len(bodies) > 0.9 * sum(o.body_type == "application/json" for o in _facts.operations())


# Mutations


class Place(NamedTuple):
    """A value in a body.

    Attributes:
        path: names and indices that lead to it.
        value: what is there.
        schema: what the document says of it.
        named: whether its name is the document's, and not the user's own.
    """

    path: tuple[str | int, ...]
    value: Any
    schema: schemas.Schema
    named: bool


class Mutation(NamedTuple):
    """A body with one thing wrong in it.

    Attributes:
        kind: what is wrong.
        example: with the body changed.
        field: where, as messages name it.
    """

    kind: str
    example: Example
    field: str


def places(schema: schemas.Schema, value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Place]:
    """Every value in a body that the document has something to say of."""
    if isinstance(value, dict):
        known = schemas.properties(schema)
        for name, item in value.items():
            if name in known:
                yield Place((*path, name), item, known[name], True)
                yield from places(known[name], item, (*path, name))
    elif isinstance(value, list):
        of = schemas.items(schema)
        for at, item in enumerate(value):
            yield Place((*path, at), item, of, False)
            yield from places(of, item, (*path, at))


def mutations(example: Example, chance: random.Random) -> Iterator[Mutation]:
    """Every way in which something is made wrong at every place of a body."""
    excused = checked(example).excused
    for place in places(example.operation.body or {}, example.body):
        name = place.path[-1]
        if name in excused or place.value is None:
            continue
        if isinstance(name, str) and place.named:
            for kind, wrong in (("a field misspelt", misspelt(name, chance)), ("a field respelt", respelt(name))):
                if wrong is not None and wrong not in siblings(example, place):
                    yield changed(kind, example, place, place.value, wrong)
        for kind, value in wrongly(place, chance):
            yield changed(kind, example, place, value)
    yield from lacking(example)


def siblings(example: Example, place: Place) -> set[str]:
    """All the names that could stand beside this one."""
    schema: schemas.Schema = example.operation.body or {}
    for step in place.path[:-1]:
        schema = schemas.items(schema) if isinstance(step, int) else schemas.properties(schema)[step]
    return set(schemas.properties(schema))


def misspelt(name: str, chance: random.Random) -> str | None:
    """A slip of the finger: two letters swapped, one left out, one doubled."""
    if len(name) < 4:
        return None  # "if" for "ip" is anybody's guess
    at = chance.randrange(1, len(name) - 1)
    before, letter, after = name[:at], name[at], name[at + 1 :]
    wrong = chance.choice([before + after[0] + letter + after[1:], before + after, before + 2 * letter + after])
    return wrong if plain(wrong) != plain(name) else None


def respelt(name: str) -> str | None:
    """As other languages write it."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest) if rest else None


def wrongly(place: Place, chance: random.Random) -> Iterator[tuple[str, Any]]:
    """Values that do not fit, by what is wrong with them."""
    value, schema = place.value, place.schema
    types = schemas.types(schema)
    if types:
        others = {"string": "text", "integer": 7, "boolean": True, "array": [7], "object": {"some": "thing"}}
        if "number" in types:
            types = types | {"integer"}
        unfit = [v for kind, v in others.items() if kind not in types]
        if unfit:
            yield "a value of another type", chance.choice(unfit)
    limits = limits_of(schema)
    if type(value) in (int, float):
        for bound, beyond in (("minimum", -1), ("maximum", +1)):
            if bound in limits:
                yield "a number out of range", limits[bound] + beyond
    if isinstance(value, str):
        if "maxLength" in limits:
            yield "a string too long", "a" * (limits["maxLength"] + 1)
        if "pattern" in limits:
            yield "a string that breaks its pattern", chance.choice(["ä ö", "/ ", " #"]) + value + "!\t"
        choices = limits.get("enum", ())
        if value in choices and not {"region_slug", "distribution"} & {schema.get("$ref")}:
            for wrong in (value.swapcase(), value.replace("_", "-"), value.replace("-", "_")):
                if wrong not in choices:
                    yield "a choice respelt", wrong
            yield "a choice unheard of", "quite-" + value
    if isinstance(value, list) and "maxItems" in limits and value:
        yield "a list too long", [value[0]] * (limits["maxItems"] + 1)


def limits_of(schema: schemas.Schema) -> dict[str, Any]:
    """The limits of a value, where the document gives no alternatives."""
    schema = schemas.resolved(schema)
    if any(schema.get(kind) for kind in schemas.ONE_OF):
        return {}
    found = dict(schema)
    for part in schema.get("allOf", ()):
        found |= limits_of(part)
    return found


def lacking(example: Example) -> Iterator[Mutation]:
    """Without a field that every form of the body requires."""
    demands = schemas.demands(example.operation.body or {})
    spared = checked(example).excused | checked(example).optional
    for name in set.intersection(*demands) - spared if isinstance(example.body, dict) else ():
        if name in example.body:
            body = {n: v for n, v in example.body.items() if n != name}
            yield Mutation("a required field left out", example._replace(body=body), "")


def changed(kind: str, example: Example, place: Place, value: Any, name: str | None = None) -> Mutation:
    """The example with another value at a place, or another name for it."""
    body = copy.deepcopy(example.body)
    inside = body
    for step in place.path[:-1]:
        inside = inside[step]
    last = place.path[-1]
    if name is not None:
        del inside[last]
        last = name
    inside[last] = copy.deepcopy(value)
    return Mutation(kind, example._replace(body=body), dotted(nested((*place.path[:-1], last))))


def nested(path: tuple[str | int, ...]) -> Any:
    """A path as the checks carry it."""
    where = None
    for step in path:
        where = (where, step)
    return where


def outcome(mutation: Mutation) -> str:
    """What became of it: ``refused`` or ``warned`` where the right field is named, else something else."""
    try:
        told = judge(mutation.example)
    except InvalidRequest as error:
        return "refused" if (error.field or "") == mutation.field else f"refused for {error.field}"
    named = [text for text, kind in told if kind is UnknownValueWarning and f" {mutation.field} is" in text]
    return "warned" if named else "passed"


def test_what_is_wrong_is_caught_and_named() -> None:
    chance = random.Random(SEED)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, list[str]] = defaultdict(list)
    for example in examples():
        if example.body is None or str(example) in REFUSED.keys() | WARNED.keys():
            continue
        for mutation in mutations(example, chance):
            came = outcome(mutation)
            right = "warned" if mutation.kind == "a choice unheard of" else "refused"
            counts[mutation.kind]["caught" if came == right else "missed"] += 1
            if came != right:
                missed[mutation.kind].append(f"{mutation.example} {mutation.field}: {came}")
    rows = [f"{'what is wrong':<34}{'caught':>8}{'of':>7}{'share':>9}"]
    for kind, count in sorted(counts.items()):
        share = count["caught"] / count.total()
        rows.append(f"{kind:<34}{count['caught']:>8}{count.total():>7}{share:>9.1%}")
    table = "\n".join(rows)
    print(f"\n{table}")  # noqa: T201 - the share of each kind, with -s
    assert len(counts) == 10, table
    for kind, count in counts.items():
        assert count.total() >= 10, f"{kind}: hardly tried\n{table}"
        share = count["caught"] / count.total()
        assert share >= LEAST_CAUGHT, f"{kind}: {share:.1%}\n{table}\n" + "\n".join(missed[kind][:40])
