"""A seed comes true: item by item through the behaviour that answers requests, all of it or nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from ..._facts import operation
from ..checks import check_body, fields_of
from ..context import HANDLERS, Context, Ready
from ..errors import Refused
from ..events import apply_due
from ..faults import nearest
from . import extras
from .collections import COLLECTIONS, PARTS, SINGLE, Collection
from .reading import Problem, Seed, SeedError, Where, expanded
from .renaming import NOTHING, mark, rename_since

if TYPE_CHECKING:
    from ..server import Emulator

_decode = msgspec.json.Decoder().decode
_MOST_PROBLEMS = 50


class Missing(Exception):
    """A reference to something that could not be made, which was said where it stands."""


def plant(emulator: Emulator, seed: Seed) -> dict[str, int]:
    """Let an emulator have what a seed says, besides what it has.

    Returns:
        How many of each collection were made.

    Raises:
        SeedError: something is wrong with it; nothing was planted.
    """
    with emulator.work() as context:
        since = mark(context.store)
        planting = _Planting(context, seed)
        planting.check_names()
        if not planting.problems:
            planting.account()
            for name in COLLECTIONS:
                if name not in PARTS:
                    planting.collection(name)
        if planting.problems:
            raise SeedError(sorted(planting.problems, key=lambda p: p.line or 0)[:_MOST_PROBLEMS], seed.source)
        # What has changed its price on the way, such as an address before it was assigned, was never there like that.
        context.settle()
        context.store.write("delete from usage where n > ? and ended is not null", (since.usage,))
        return planting.made


class _Planting:
    """One seed on its way into one account."""

    def __init__(self, context: Context, seed: Seed) -> None:
        self.context, self.seed = context, seed
        self.problems: list[Problem] = []
        self.made: dict[str, int] = {}
        self._keys: dict[str, dict[str, list[Any]]] = {}
        """Identifiers of what was made, by collection and name."""
        self._failed: set[tuple[str, str]] = set()

    def refuse(self, where: Where, message: str) -> None:
        """Note that something is wrong there."""
        self.problems.append(self.seed.problem(where, message))

    # What the seed says, before anything is made.

    def check_names(self) -> None:
        """Refuse collections and fields that there are not."""
        known = [name for name in (*SINGLE, *COLLECTIONS) if name not in PARTS]
        for name, items in self.seed.data.items():
            if name not in known:
                hint = nearest(str(name), known) or f"; there are {', '.join(known)}"
                self.refuse((name,), f"there is no such collection{hint}")
            elif name in SINGLE:
                if not isinstance(items, Mapping):
                    self.refuse((name,), f"must be a mapping of fields, not {_brief(items)}")
            else:
                self._check_items(name, items, (name,))

    def _check_items(self, name: str, items: Any, where: Where) -> None:
        if items is None:
            return
        if not isinstance(items, list):
            self.refuse(where, f"must be a list, not {_brief(items)}")
            return
        spec = COLLECTIONS[name]
        known = {*fields_of(spec.operation), *spec.extras, *spec.parts, "count"} - {"names"}
        for at, item in enumerate(items):
            here = (*where, at)
            if isinstance(item, str) and name == "tags":
                continue
            if not isinstance(item, Mapping):
                self.refuse(here, f"must be a mapping of fields such as name, not {_brief(item)}")
                continue
            for field, value in item.items():
                if field not in known:
                    hint = nearest(str(field), known) or f"; there are {', '.join(sorted(known))}"
                    self.refuse((*here, field), f"{name} have no such field{hint}")
                elif field in spec.parts and field in COLLECTIONS:
                    self._check_items(field, value, (*here, field))

    # Making it.

    def account(self) -> None:
        """What the account itself says."""
        from ..handlers.account import change

        fields = self.seed.data.get("account")
        if fields:
            try:
                change(self.context, dict(fields))
            except ValueError as error:
                self.refuse(("account",), str(error))

    def collection(self, name: str) -> None:
        """Every item of a collection."""
        for at, item in enumerate(self.seed.data.get(name) or ()):
            where = (name, at)
            given = {"name": item} if isinstance(item, str) else dict(item)
            try:
                singles = list(_singles(given))
            except ValueError as error:
                self.refuse((*where, "name"), str(error))
                continue
            for single in singles:
                self._item(name, single, where, {})

    def _item(self, name: str, item: dict[str, Any], where: Where, path: dict[str, Any]) -> None:
        spec, label = COLLECTIONS[name], str(item.get("name") or item.get("ip") or "")
        parts = {part: item.pop(part) for part in spec.parts if part in item}
        further = {field: item.pop(field) for field in spec.extras if field in item}
        key: Any = None
        before, missing = len(self.problems), False
        try:
            body = self._with_references(spec, copy.deepcopy(item), where)
            key = self._create(name, spec, body, further, path)
            extras.apply(self, name, key, further, where)
        except Refused as refused:
            self._refused(refused, item, where)
        except ValueError as error:
            self.refuse(where, str(error))
        except Missing:
            missing = True  # which was said there
        if missing or len(self.problems) > before:
            self._failed.add((name, label))
            return
        self.made[name] = self.made.get(name, 0) + 1
        self._keys.setdefault(name, {}).setdefault(label, []).append(key)
        for part, items in parts.items():
            self._parts(part, items, name, key, (*where, part))

    def _parts(self, part: str, items: Any, owner: str, key: Any, where: Where) -> None:
        if part not in COLLECTIONS:
            extras.snapshots(self, owner, key, items, where)
            return
        place = COLLECTIONS[part].place
        assert place is not None
        for at, item in enumerate(items or ()):
            self._item(part, dict(item), (*where, at), {place: key})

    def _create(
        self, name: str, spec: Collection, body: dict[str, Any], further: dict[str, Any], path: dict[str, Any]
    ) -> Any:
        store, wanted = self.context.store, further.get("id")
        if wanted is not None:
            wanted = extras.checked_id(self.context, spec, wanted)
        if wanted is not None and spec.sequence is not None:
            store.let_next_be(spec.sequence, wanted)
        # Every account has a default project: a seed says what that is, and not that there is another one.
        replaces = (
            extras.default_project(self.context) if name == "projects" and further.get("is_default") is True else None
        )
        since = NOTHING if replaces is not None else mark(store)
        shown = (
            self.perform(spec.operation, path, body)
            if replaces is None
            else self.perform("projects_patch", {"project_id": replaces}, body)
        )[spec.envelope]
        key = shown.get("id") or shown.get("ip") or shown.get("name")
        if wanted is not None and spec.sequence is None and str(wanted) != str(key):
            rename_since(store, since, spec.kind, str(key), str(wanted))
            key = wanted
        return key

    def perform(self, operation_id: str, path: Mapping[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """What a request of this operation would do and answer; what takes time is over at once.

        Raises:
            Refused: the emulator would refuse it.
        """
        described = operation(operation_id)
        context = Context(
            self.context.store,
            self.context.now,
            0.0,
            operation=described,
            path=path,
            raw_path=described.path,
            sent=body,
        )
        check_body(context, described, body)
        _, reply = HANDLERS[operation_id](context)
        context.settle()
        apply_due(context, keep=False)
        answer: Any = _decode(reply.data) if isinstance(reply, Ready) else reply
        return answer or {}

    # References.

    def found(self, collection: str, value: Any, where: Where) -> Any:
        """The identifier of what a value names: itself when it is one.

        Raises:
            ValueError: nothing has that name, or several have.
            Missing: what has that name could not be made.
        """
        spec = COLLECTIONS[collection]
        kind = "ssh_key" if collection == "ssh_keys" else spec.kind
        if self.context.store.exists(kind, str(value)):
            return int(value) if spec.sequence is not None else value
        named = self._keys.get(collection, {}).get(str(value), [])
        if not named:
            named = [_number(d.key) for d in self.context.store.select(kind, name=str(value)).documents(2)]
        if len(named) == 1:
            return named[0]
        if (collection, str(value)) in self._failed:
            raise Missing
        field = where[-1]
        if not named:
            hint = nearest(str(value), self._keys.get(collection, {}))
            raise ValueError(f"{field} {value!r} is nothing among the {collection}{hint}")
        raise ValueError(f"{field} {value!r} is the name of {len(named)} of the {collection}: give an id")

    def _with_references(self, spec: Collection, body: dict[str, Any], where: Where) -> dict[str, Any]:
        for way, collection in spec.refers.items():
            for holder, field in _holders(body, way.split(".")):
                value = holder.get(field)
                if value is None or (field == "image" and not self._is_own_image(value)):
                    continue
                many = value if isinstance(value, list) else [value]
                names = [name for one in many for name in (expanded(one) if isinstance(one, str) else [one])]
                keys = [self.found(collection, name, (*where, field)) for name in names]
                holder[field] = keys if isinstance(value, list) else keys[0]
        return body

    def _is_own_image(self, value: Any) -> bool:
        """Whether an image is said by the name of one that the seed has; a slug or number is the API's own way."""
        return isinstance(value, str) and value in self._keys.get("images", {})

    def _refused(self, refused: Refused, item: Mapping[str, Any], where: Where) -> None:
        # A message that names a field of the item is about its line.
        words = refused.message.replace("'", " ").replace(".", " ").replace("[", " ").split()
        field = next((word for word in words if word in item), None)
        self.refuse((*where, field) if field is not None else where, refused.message)


def _singles(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An item as one or several: ranges in its name, or a count, make several of one."""
    name, count = item.get("name"), item.pop("count", None)
    if count is not None:
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"count must be a number from 1 on, not {count!r}")
        names: list[Any] = [f"{name}-{number}" for number in range(1, count + 1)]
    else:
        names = list(expanded(name)) if isinstance(name, str) else [name]
    if len(names) > 1 and "id" in item:
        raise ValueError("an id is of one, and these are several: write them out")
    for each in names:
        yield item if each is None else {**copy.deepcopy(item), "name": each}


def _holders(body: Any, way: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The mappings that a way with dots leads to, and the field in them; lists on the way are walked."""
    head, rest = way[0], way[1:]
    if isinstance(body, list):
        for item in body:
            yield from _holders(item, way)
    elif isinstance(body, dict) and head in body:
        if rest:
            yield from _holders(body[head], rest)
        else:
            yield body, head


def _number(key: str) -> Any:
    with suppress(ValueError):
        return int(key)
    return key


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
