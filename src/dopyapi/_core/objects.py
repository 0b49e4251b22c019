"""What a dict in a request may hold, and must: a schema whose alternatives depend on the dict itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .checkers import Check, Schema, Where, any_check, check_of, merge, merged, types_of, unknown_choice

if TYPE_CHECKING:
    from .checking import Call


class Shape:
    """One form of an object.

    Attributes:
        fields: a function for each field that was used already.
        demands: the sets of fields of which one has to be there as a whole.
        closed: whether the schema names all that there is.
    """

    def __init__(self, node: Schema) -> None:
        self.fields: dict[str, Check] = {}
        self.nodes: dict[str, list[Schema]] = {name: [of] for name, of in node["properties"].items()}
        self.demands = [frozenset(node["required"])]
        others = node.get("additionalProperties")
        self.others = check_of(others) if isinstance(others, dict) and others else None
        self.closed = others in (None, False) and bool(self.nodes or node["required"] or node["groups"])
        for options, _ in node["groups"]:
            self._add([merged(option) for option in options])

    def _add(self, options: list[Schema]) -> None:
        """Take over alternatives of which nothing says which is meant: any will do."""
        forms = [Shape(option) for option in options if dict in (types_of(option) or (dict,))]
        if not forms:
            return
        own = set(self.nodes)
        for form in forms:
            for name, nodes in form.nodes.items():
                if name in own:
                    self.nodes[name] = [{"allOf": [*self.nodes[name][:1], *nodes[:1]]}, *self.nodes[name][1:]]
                else:
                    held = self.nodes.setdefault(name, [])
                    held += [node for node in nodes if node not in held]
            self.closed = self.closed and form.closed
        self.demands = [one | other for one in self.demands for form in forms for other in form.demands]

    def field(self, name: str) -> Check | None:
        """The function for a field; ``None`` where the schema does not have it."""
        nodes = self.nodes.get(name)
        if nodes is None:
            return self.others
        check = any_check([check_of(node, name) for node in nodes])
        assert check is not None
        if all(merged(node).get("deprecated") for node in nodes):
            check = _deprecated(check)
        self.fields[name] = check
        return check

    def nullable(self, name: str) -> bool:
        """Whether null is a value of a field, and not its absence."""
        return any(merged(node).get("nullable") for node in self.nodes.get(name, ()))

    def missing(self, value: dict[str, Any], call: Call) -> str:
        """What has to be there and is not, in words."""
        there = {n for n, v in value.items() if v is not None or self.nullable(n)} | call.excused | call.more
        lacking = [sorted(demand - there) for demand in self.demands]
        if not all(lacking):
            return ""
        # The alternatives that need least more are those that were meant.
        fewest = min(map(len, lacking))
        options: list[str] = []
        for lacks in lacking:
            text = " and ".join(lacks)
            if len(lacks) == fewest and text not in options:
                options.append(text)
        return " or ".join(options)


def _deprecated(check: Check) -> Check:
    def deprecated(value: Any, where: Where, call: Call) -> None:
        check(value, where, call)
        call.deprecated(where)

    return deprecated


class Forms:
    """The forms of an object, by the field that says which it is."""

    def __init__(self, node: Schema) -> None:
        self.node = node
        self.by: str | None = None
        self.mapping: dict[str, str] = {}
        self.options: list[Schema] = []
        for options, how in node["groups"]:
            if how and how.get("mapping"):
                self.by, self.mapping, self.options = how["propertyName"], how["mapping"], options
        self.chosen: dict[str | None, Shape] = {}

    def form(self, value: dict[str, Any]) -> Shape | None:
        """The form of this object; ``None`` where it says one that is not known."""
        said = value.get(self.by) if self.by else None
        key = said if isinstance(said, str) else None
        shape = self.chosen.get(key)
        if shape is None:
            if key is not None and key not in self.mapping:
                return None
            shape = self.chosen[key] = Shape(self.node if key is None else self._with(self.mapping[key]))
        return shape

    def _with(self, reference: str) -> Schema:
        groups = [(options, how) for options, how in self.node["groups"] if options is not self.options]
        found = {
            **self.node,
            "properties": dict(self.node["properties"]),
            "required": set(self.node["required"]),
            "groups": groups,
        }
        merge(found, {"$ref": reference})
        return found


def object_check(node: Schema) -> Check | None:
    """Each field of a dict; at the top also what is missing."""
    if not node["properties"] and not node["groups"] and not isinstance(node.get("additionalProperties"), dict):
        return None
    forms = Forms(node)
    of = forms.form

    def fields(value: Any, where: Where, call: Call) -> None:
        form = of(value)
        if form is None:
            unknown_choice(value[forms.by], list(forms.mapping), (where, forms.by or ""), call)
            return
        known = form.fields
        for name, item in value.items():
            if item is None:
                if form.closed and name not in form.nodes:
                    call.unknown_field((where, name), form.nodes, value)
                continue
            check = known.get(name)
            if check is None:
                check = form.field(name)
                if check is None:
                    if form.closed:
                        call.unknown_field((where, name), form.nodes, value)
                    continue
            check(item, (where, name), call)
        if where is None and not call.partly and (missing := form.missing(value, call)):
            raise call.refused(None, f"needs {missing}", None)

    return fields
