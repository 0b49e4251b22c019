"""What griffe cannot see in the source: operations that are made by calls, their requests, and names that are twins."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import griffe

from .names import MADE, alias_of
from .spreading import spread

PLACE = re.compile(r"{[^}]*}")


class Operations(griffe.Extension):
    """Makes methods of operations that stand in a class body as assignments, and says what each asks of the API."""

    def on_class(self, *, cls: griffe.Class, **kwargs: Any) -> None:
        """Called by griffe, for each class, once its members are known."""
        if not cls.path.startswith("dopyapi.") or cls.path.startswith("dopyapi.emulator"):
            return
        actual = _actual(cls)
        if actual is None:
            return
        importlib.import_module(cls.module.path.rpartition(".")[0])  # what is made of a mixin
        twins: dict[str, str] = {}
        for name, member in list(cls.members.items()):
            if name.startswith("_") or member.is_alias:
                continue
            assert isinstance(member, griffe.Object)
            if twin := alias_of(member):
                twins[name] = twin
                del cls.members[name]
            elif isinstance(member, griffe.Attribute) and MADE.match(str(member.value or "")):
                cls.set_member(name, _function(cls, member, inspect.getattr_static(actual, name)))
        for name, member in cls.members.items():
            if isinstance(member, griffe.Function) and not name.startswith("_"):
                _explain(member, actual, [n for n, twin in twins.items() if twin == name])


def _actual(cls: griffe.Class) -> Any:
    found: Any = importlib.import_module(cls.module.path)
    for part in cls.path.removeprefix(cls.module.path + ".").split("."):
        found = getattr(found, part, None)
    return found


def _function(cls: griffe.Class, member: griffe.Attribute, declaration: Any) -> griffe.Function:
    """A made operation, as if it had been written out."""
    signature = getattr(declaration, "signature", None)
    given = [griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)]
    for parameter in signature.parameters.values() if signature else ():
        default = None if parameter.default is parameter.empty else _shown(parameter.default)
        annotation = None if parameter.annotation is parameter.empty else _shown(parameter.annotation)
        kind = griffe.ParameterKind(parameter.kind.description.replace("-or-", " or "))
        given.append(griffe.Parameter(parameter.name, annotation=annotation, kind=kind, default=default))
    returns = signature.return_annotation if signature and member.name not in ("new", "fetch") else cls.name
    made = griffe.Function(
        member.name,
        parameters=griffe.Parameters(*given),
        returns=f"Listing[{cls.name}]" if member.name == "all" else _shown(returns),
        lineno=member.lineno,
        endlineno=member.endlineno,
        parent=cls,
    )
    text = spread(inspect.getdoc(declaration) or "")
    if member.docstring is not None:
        text = member.docstring.value
    made.docstring = griffe.Docstring(text, parent=made, parser="google")
    return made


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else getattr(value, "__name__", None) or repr(value)


def _explain(member: griffe.Function, actual: Any, twins: list[str]) -> None:
    """Add what is asked of the API, and the names that mean the same."""
    declaration = inspect.getattr_static(actual, member.name, None)
    lines = []
    if twins:
        lines.append("Also " + ", ".join(f"`{name}()`" for name in twins) + ", as the API reference has it.")
    endpoint = getattr(declaration, "endpoint", None)
    product = _product(actual)
    if endpoint is not None and product is not None:
        lines.append(_asked(product, endpoint))
    if declaration is not None and hasattr(declaration, "endpoint"):
        member.labels.add("operation")
    if lines and member.docstring is not None:
        text = member.docstring.value
        section = re.search(r"^(Args|Parameters|Returns|Raises|Example):$", text, re.MULTILINE)
        at = section.start() if section else len(text)
        member.docstring.value = "\n\n".join(p for p in (text[:at].rstrip(), "\n\n".join(lines), text[at:]) if p)


def _product(cls: Any) -> Any:
    """The class itself, or the first below it, that has a place in the API."""
    if getattr(cls, "_url", None):
        return cls
    return next((found for below in cls.__subclasses__() if (found := _product(below))), None)


def _asked(actual: Any, endpoint: Any) -> str:
    from dopyapi import _facts

    path = endpoint.path.replace("{_url}", actual._url).partition("?")[0]
    known = {(o.method, PLACE.sub("{}", o.path.removeprefix("/v2"))): o for o in _facts.operations()}
    operation = known.get((endpoint.method, PLACE.sub("{}", path)))
    kind = f" with `type={endpoint.constants['type']}`" if endpoint.constants.get("type") else ""
    line = f"Asks `{endpoint.method} /v2{PLACE.sub(lambda m: m[0].replace('_action_attr', 'id'), path)}`{kind}"
    if operation is None:
        return line + "."
    needed = " or ".join(" and ".join(f"`{s}`" for s in sorted(a)) for a in operation.scopes)
    return f"{line}, `{operation.id}` of *{operation.tag}*" + (f"; scope {needed}." if needed else ".")
