"""Draft the module of a resource from the table of facts: the first of the four steps in CONTRIBUTING.md.

    python tools/draft.py /v2/uptime/checks UptimeCheck >src/dopyapi/uptime.py
    python tools/draft.py --groups      where operations are that nobody declares

It imports and passes the linter as it is. What it cannot know is left to its reader: the words (each docstring that
begins with "Draft:" says only what the facts say), names that read well, and what a call means beyond its request.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from dopyapi import _facts  # noqa: E402
from dopyapi._facts import Operation  # noqa: E402

PLACE = re.compile(r"{(\w+)}")
PAGING = ("page", "per_page")
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
MARK = "Draft:"
VERBS = {"POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete", "GET": "get"}


def schema(given: dict[str, Any] | None) -> dict[str, Any]:
    """A schema with its references followed and its parts put together, on its first level."""
    if not given:
        return {}
    if "$ref" in given:
        return schema(_facts.schema(given["$ref"]))
    found = {n: v for n, v in given.items() if n != "allOf"}
    for part in given.get("allOf", ()):
        inner = schema(part)
        found["properties"] = {**found.get("properties", {}), **inner.get("properties", {})}
        found["required"] = [*found.get("required", ()), *inner.get("required", ())]
        found = {**{n: v for n, v in inner.items() if n not in ("properties", "required")}, **found}
    return found


def written(given: dict[str, Any], *, sent: bool = False) -> str:
    """The annotation of a value: what comes as a plain type, what is sent as the choices there are."""
    known = schema(given)
    if sent and known.get("enum"):
        return f"Literal[{', '.join(repr(v) for v in known['enum'] if v is not None)}]"
    kind = known.get("type", "object" if "properties" in known else None)
    if kind == "string" and known.get("format") == "date-time" and not sent:
        found = "datetime"
    elif kind == "array":
        found = f"Array[{written(known.get('items', {}), sent=sent)}]"
    elif kind == "object":
        found = "Mapping[str, Any]" if sent else "Document"
    else:
        found = PLAIN.get(str(kind), "Any")
    return f"{found} | None" if known.get("nullable") and found != "Any" else found


def facts_of(given: dict[str, Any]) -> str:
    """What the facts say of a value, in words."""
    known = schema(given)
    said = [str(known.get("type", "anything"))]
    if known.get("format"):
        said.append(str(known["format"]))
    if known.get("enum"):
        said.append("one of " + ", ".join(f"`{value}`" for value in known["enum"][:12]))
    for name, word in (("minimum", "at least"), ("maximum", "at most"), ("maxLength", "characters at most"),
                       ("maxItems", "items at most"), ("default", "unless given")):  # fmt: skip
        if name in known and not isinstance(known[name], dict | list):
            said.append(f"{word} {known[name]}" if name in ("minimum", "maximum") else f"{known[name]} {word}")
    return "; ".join(said)


def snake(name: str) -> str:
    """A name in Python's style."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Draft(NamedTuple):
    """What is drafted: the operations at and below a path, as one class."""

    prefix: str
    name: str
    operations: list[Operation]

    @property
    def path(self) -> str:
        """The collection's path, below ``/v2``."""
        return self.prefix.removeprefix("/v2")

    @property
    def place(self) -> str:
        """What the identifier is called in paths."""
        found = [m[1] for o in self.operations if (m := re.match(rf"{re.escape(self.prefix)}/{{(\w+)}}$", o.path))]
        return found[0] if found else ""

    def at(self, method: str, *, one: bool) -> Operation | None:
        """The operation of a method on the collection, or on one of it."""
        path = f"{self.prefix}/{{{self.place}}}" if one else self.prefix
        return next((o for o in self.operations if (o.method, o.path) == (method, path)), None)

    @property
    def single(self) -> str:
        """The key that one comes under."""
        for operation in (self.at("GET", one=True), self.at("POST", one=False)):
            if operation is not None and (answer := _answer(operation)):
                return next(iter(answer), "")
        return self.plural.removesuffix("s")

    @property
    def plural(self) -> str:
        """The key that a listing comes under."""
        listing = self.at("GET", one=False)
        return _listed(listing)[0] if listing is not None and _listed(listing) else self.path.rpartition("/")[2]

    @property
    def shown(self) -> dict[str, Any]:
        """The properties that one has."""
        for operation in (self.at("GET", one=True), self.at("POST", one=False), self.at("GET", one=False)):
            answer = _answer(operation) if operation is not None else {}
            if self.single in answer:
                return dict(schema(answer[self.single]).get("properties", {}))
            if self.plural in answer:
                return dict(schema(schema(answer[self.plural]).get("items", {})).get("properties", {}))
        return {}

    @property
    def set(self) -> dict[str, Any]:
        """The properties that can be set."""
        found: dict[str, Any] = {}
        for operation in (self.at("POST", one=False), self.at("PUT", one=True), self.at("PATCH", one=True)):
            if operation is not None:
                found |= schema(operation.body).get("properties", {})
        return found

    @property
    def key(self) -> str:
        """The attribute that identifies one."""
        names = ("id", "uuid", self.place, "slug", "name")
        return next((n for n in names if n in self.shown), "id")

    def lines(self) -> Iterator[str]:
        """The class."""
        tags = ", ".join(sorted({o.tag for o in self.operations}))
        yield f"class {self.name}(ActiveRecord):"
        yield f'    """{MARK} what it is.\n\n    In DigitalOcean\'s API reference: {tags}.\n    """\n'
        yield f"    _url, _single, _plural = {self.path[1:]!r}, {self.single!r}, {self.plural!r}"
        if self.key != "id":
            yield f"    _id_attr = {self.key!r}"
        if self.place and self.place != self.key:
            yield f"    _places = {{{self.place!r}: {self.key!r}}}"
        yield ""
        shown, given = self.shown, self.set
        for name, value in {self.key: shown.get(self.key, {"type": "string"}), **shown, **given}.items():
            kind = "Key" if name == self.key else "Dynamic" if name in given else "Static"
            yield f"    {name}: {kind}[{written(value).removesuffix(' | None') if kind == 'Key' else written(value)}]"
            yield f'    """{MARK} {facts_of(value)}."""'
        yield ""
        yield from self._made()
        for operation in self.operations:
            yield from self._further(operation)

    def _made(self) -> Iterator[str]:
        """What every resource can be: loaded, deleted, saved, created, listed."""
        one = f"{self.path}/{{{self.place}}}"
        if self.at("GET", one=True):
            yield f"    load = member.load({one!r})"
        if self.at("DELETE", one=True):
            yield f"    delete = member.delete_by({one!r})"
        if put := self.at("PUT", one=True):
            only = tuple(schema(put.body).get("properties", {}))
            created = self.at("POST", one=False)
            same = created is not None and set(only) == set(schema(created.body).get("properties", {}))
            yield f"    save = member.save({one!r}{'' if same else f', only={only!r}'})"
        if patch := self.at("PATCH", one=True):
            yield from self._method("update", patch, one, "patch", "dict[str, Any]", (self.place,))
        if post := self.at("POST", one=False):
            yield from self._method("create", post, self.path, "create", "dict[str, Any]", ())
            yield "    new = new_by(create)\n"
        if listing := self.at("GET", one=False):
            yield from self._method("list", listing, self.path, "list", f"Page[{self.name}]", (), "collection", key="")

    def _further(self, operation: Operation) -> Iterator[str]:
        """What is left: operations below one of the collection, or beside it."""
        below = operation.path.removeprefix(self.prefix)
        if below in ("", f"/{{{self.place}}}"):
            return
        within = bool(self.place) and below.startswith(f"/{{{self.place}}}/")
        own = (self.place,) if within else ()
        name = snake(operation.id.partition("_")[2] or operation.id)
        if name in ("load", "save", "delete", "create", "update", "new", "list", "get"):
            name = f"{name}_{snake(re.sub(r'[^a-zA-Z]+', '_', PLACE.sub('', below)).strip('_'))}"
        listed = _listed(operation) if operation.method == "GET" else None
        verb, key, returns = VERBS[operation.method], "", "dict[str, Any]"
        if listed and "page" in operation.query:
            verb, key, returns = "list", listed[0], "Page[Document]"
        elif len(answer := _answer(operation)) == 1:
            key = next(iter(answer))
            returns = written(answer[key])
        path = operation.path.removeprefix("/v2")
        yield from self._method(
            verb, operation, path, name, returns, own, "member" if within else "collection", key=key
        )

    def _method(
        self, verb: str, operation: Operation, path: str, name: str, returns: str, own: tuple[str, ...],
        owner: str = "member", key: str = "",
    ) -> Iterator[str]:  # fmt: skip
        """A declaration with its docstring."""
        option = f", key={key!r}" if key and key != self.single and verb != "delete" else ""
        if verb == "list" and "page" not in operation.query:
            option += ", paged=False"
        yield f"    @{owner}.{verb}({path!r}{option})"
        places = [p for p in PLACE.findall(path) if p not in own]
        sent = operation.method not in ("GET", "DELETE")
        values = schema(operation.body).get("properties", {}) if sent else operation.query
        required = set(schema(operation.body).get("required", ()) if sent else operation.query_required)
        optional = verb in ("create", "update")
        arguments = ["self" if owner == "member" else "cls", *(f"{p}: str" for p in places)]
        named, explained = [], [f"{p}: {MARK} which one." for p in places]
        for value, facts in values.items():
            if value in PAGING or value in places or value in own:
                continue
            kind = written(facts, sent=True)
            must = value in required and not optional
            named.append(f"{value}: {kind}" if must else f"{value}: {kind.removesuffix(' | None')} | None = None")
            explained.append(f"{value}: {MARK} {facts_of(facts)}.")
        if verb == "list":
            named += ["page: int = 1", "per_page: int = 20"]
            explained += ["page: which page.", "per_page: how many on a page, 200 at most."]
        if sent and named:
            named.append("extra_body: Mapping[str, Any] | None = None")
            explained.append("extra_body: further members of the request.")
        yield f"    def {name}({', '.join([*arguments, *(['*'] if named else []), *named])},) -> {returns}:"
        yield f'        """{MARK} {operation.id}.'
        if explained:
            yield "\n        Args:"
            yield from (f"            {line}" for line in explained)
        yield '        """\n        ...\n'


def _answer(operation: Operation) -> dict[str, Any]:
    """The properties of a success."""
    for success in operation.ok.values():
        found = {n: v for n, v in schema(success.schema).get("properties", {}).items() if n not in ("meta", "links")}
        if found:
            return found
    return {}


def _listed(operation: Operation) -> list[str]:
    return [n for n, v in _answer(operation).items() if schema(v).get("type") == "array"]


def module_of(draft: Draft) -> str:
    """The whole module, formatted."""
    body = "\n".join(draft.lines())
    imports = ["from __future__ import annotations\n"]
    if "Mapping[" in body:
        imports.append("from collections.abc import Mapping")
    if "datetime" in body:
        imports.append("from datetime import datetime")
    typing = [name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", body)]
    if typing:
        imports.append(f"from typing import {', '.join(typing)}")
    made = [n for n in ("collection", "member", "new_by") if re.search(rf"@{n}\.|\b{n}[.(]", body)]
    kinds = [n for n in ("Dynamic", "Key", "Static") if f"{n}[" in body]
    imports += ["", f"from ._core.declare import {', '.join(made)}", f"from ._core.fields import {', '.join(kinds)}"]
    if "Page[" in body:
        imports.append("from ._core.page import Page")
    records = ["ActiveRecord", *(["Array"] if "Array[" in body else [])]
    imports.append(f"from ._core.resource import {', '.join(records)}")
    if "Document" in body:
        imports.append("from ._core.values import Document")
    text = f'"""{MARK} what {draft.name} is for."""\n\n' + "\n".join(imports) + "\n\n\n" + body
    return _tidy(text)


def _tidy(text: str) -> str:
    """What ruff makes of it: long lines of docstrings broken, the rest in its form."""
    wrapped = []
    for line in text.split("\n"):
        match = re.match(r'^( +)("""Draft|\w+: Draft)', line)
        if match is None:
            wrapped.append(line)
        else:
            indent = match[1] + ("" if match[2].startswith('"') else "    ")
            wrapped += textwrap.wrap(line, 119, subsequent_indent=indent, break_long_words=False)
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", "src/dopyapi/draft.py", "-"]
    done = subprocess.run(command, input="\n".join(wrapped), capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def drafted(prefix: str, name: str) -> str:
    """The module of what is at a path.

    Raises:
        SystemExit: nothing is.
    """
    prefix = "/v2/" + prefix.strip("/").removeprefix("v2/")
    operations = [o for o in _facts.operations() if o.path == prefix or o.path.startswith(prefix + "/")]
    if not operations:
        raise SystemExit(f"no operation is at {prefix} or below it; --groups says where some are")
    return module_of(Draft(prefix, name, operations))


def groups() -> Iterator[str]:
    """Where operations are that nobody declares."""
    from tests.spec import declarations

    claimed = declarations.claimed()
    found: dict[str, int] = {}
    for operation in _facts.operations():
        if operation.id not in claimed:
            path = operation.path.partition("/{")[0]
            found[path] = found.get(path, 0) + 1
    for path, count in sorted(found.items()):
        yield f"{count:4} {path}"


def main() -> None:
    """Draft, or say what there is to draft."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="of the collection")
    parser.add_argument("name", nargs="?", help="of the class")
    parser.add_argument("--groups", action="store_true", help="where operations are that nobody declares")
    given = parser.parse_args()
    if given.groups:
        print("\n".join(groups()))
    elif given.path and given.name:
        print(drafted(given.path, given.name), end="")
    else:
        parser.error("give a path and a name for the class, or --groups")


if __name__ == "__main__":
    main()
