"""What a parameter takes, read from its annotation, which stays text: nothing is imported for it."""

from __future__ import annotations

import ast
import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

PRIMITIVE = {
    "str": "text",
    "int": "number",
    "float": "decimal",
    "bool": "flag",
    "bytes": "text",
    "date": "text",
    "datetime": "text",
    "Any": "text",
    "Path": "path",
    "File": "path",
    "PathLike": "path",
}
MANY = {"Array", "list", "List", "Sequence", "Iterable", "Collection", "OneOrMany", "tuple"}
MAPPING = {"Mapping", "dict", "Dict", "Document"}
HIDDEN = {"OnProgress", "Callable"}


@dataclass(frozen=True)
class Kind:
    """What a parameter takes.

    Attributes:
        base: `text`, `number`, `decimal`, `flag`, `path`, `mapping`, `value`, `reference`, `hidden` or `nothing`.
        many: whether it takes several.
        choices: words that are known for it; others may come.
        classes: of a reference: names of the classes of resources that it may be.
        numeric: of a reference: whether its identifier is a number.
        value: of a value: its class, or those it may be of.
        or_text: of a mapping: whether it may also be a text.
    """

    base: str
    many: bool = False
    choices: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    numeric: bool = False
    value: tuple[type[Any], ...] = ()
    or_text: bool = False


NOTHING = Kind("nothing")


def kind_of(parameter: inspect.Parameter, scope: Mapping[str, Any]) -> Kind:
    """What a parameter takes.

    Args:
        parameter: the parameter.
        scope: the globals of the function that it is of.
    """
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        return Kind("text")
    if isinstance(annotation, str):
        return _read(ast.parse(annotation, mode="eval").body, scope)
    return _of_object(annotation, scope)


def _read(node: ast.expr, scope: Mapping[str, Any]) -> Kind:
    if isinstance(node, ast.Constant):
        return NOTHING if node.value is None else _read(ast.parse(str(node.value), mode="eval").body, scope)
    if isinstance(node, ast.BinOp):
        return _either([_read(node.left, scope), _read(node.right, scope)])
    if isinstance(node, ast.Subscript):
        name = _name(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Literal":
            return _choice([c.value for c in inner if isinstance(c, ast.Constant)])
        if name in MANY:
            return replace(_read(inner[0], scope), many=True)
        if name in MAPPING:
            return Kind("mapping")
        return Kind("hidden" if name in HIDDEN else "text")
    return _named(_name(node), scope)


def _choice(values: list[Any]) -> Kind:
    numeric = any(isinstance(value, int) for value in values)
    return Kind("text", choices=tuple(str(value) for value in values), numeric=numeric)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _named(name: str, scope: Mapping[str, Any]) -> Kind:
    if name in HIDDEN:
        return Kind("hidden")
    if name in PRIMITIVE:
        return Kind(PRIMITIVE[name])
    if name in MAPPING:
        return Kind("mapping")
    if name in MANY:
        return Kind("text", many=True)
    import dopyapi

    found = scope.get(name)
    if found is None and name in dopyapi._MODULE_OF:
        found = getattr(dopyapi, name)
    return Kind("reference", classes=(name,)) if found is None else _of_object(found, scope)


def _of_object(annotation: Any, scope: Mapping[str, Any]) -> Kind:
    """The same of an annotation that is an object: an alias, a class."""
    from dopyapi.resource import Resource

    if annotation is None or annotation is type(None):
        return NOTHING
    if isinstance(annotation, str):
        return _read(ast.parse(annotation, mode="eval").body, scope)
    if isinstance(annotation, typing.ForwardRef):
        return _read(ast.parse(annotation.__forward_arg__, mode="eval").body, scope)
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return _choice(list(inner))
    if origin in (typing.Union, types.UnionType):
        return _either([_of_object(each, scope) for each in inner])
    if origin is not None:
        name = getattr(origin, "__name__", "")
        if name in MAPPING:
            return Kind("mapping")
        return replace(_of_object(inner[0], scope), many=True) if name in MANY else Kind("text")
    if isinstance(annotation, type):
        if issubclass(annotation, Resource):
            return Kind("reference", classes=(annotation.__name__,))
        if is_dataclass(annotation):
            return Kind("value", value=(annotation,))
        return Kind(PRIMITIVE.get(annotation.__name__, "mapping" if annotation is dict else "text"))
    return Kind("text")


ORDER = ("hidden", "value", "reference", "mapping", "path", "flag", "decimal", "text", "number", "nothing")
"""What decides where a parameter takes one or the other."""


def _either(kinds: list[Kind]) -> Kind:
    plain = {kind.base for kind in kinds}
    # What may be given by its name is given so: a node pool by its identifier, a user by the name.
    told = [kind for kind in kinds if kind.base != "value"] if "text" in plain else kinds
    first = min(told, key=lambda kind: ORDER.index(kind.base))
    return Kind(
        first.base,
        many=any(kind.many for kind in kinds),
        choices=tuple(dict.fromkeys(choice for kind in kinds for choice in kind.choices)),
        classes=tuple(dict.fromkeys(name for kind in kinds for name in kind.classes)),
        numeric="number" in plain or any(kind.numeric for kind in kinds),
        value=tuple(dict.fromkeys(value for kind in kinds for value in kind.value)),
        or_text=first.base == "mapping" and "text" in plain,
    )
