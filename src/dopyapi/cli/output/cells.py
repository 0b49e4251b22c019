"""What stands in one cell of a table."""

from __future__ import annotations

from typing import Any

NAMES = ("slug", "name", "id", "uuid", "ip_address", "address", "state")
"""What an object is shown by."""


def text(value: Any) -> str:
    """A value in a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(text(each) for each in value)
    if isinstance(value, dict):
        for name in NAMES:
            if value.get(name) not in (None, "") and not isinstance(value[name], dict | list):
                return text(value[name])
        return ", ".join(f"{name}={text(each)}" for name, each in value.items() if each not in (None, "", [], {}))
    return " ".join(str(value).split())


def plain(value: Any) -> Any:
    """A result as JSON has it; an object as the API names its members, none of which is fetched for it.

    Args:
        value: what an operation has given.
    """
    if hasattr(value, "_from_raw") and hasattr(value, "json"):
        return value.json()
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool | bytes):
        return value
    if hasattr(value, "get_json"):
        return plain(value.get_json())
    from dopyapi._core.codec import encode

    encoded = encode(value)
    return encoded if type(encoded) is not type(value) else str(value)


def at(item: Any, path: str) -> Any:
    """The value at a path such as ``region.slug``; of a list, those of its items."""
    for name in path.split("."):
        if isinstance(item, list):
            item = item[int(name)] if name.isdigit() and int(name) < len(item) else [at(each, name) for each in item]
        elif isinstance(item, dict):
            item = item.get(name)
        else:
            return None
    return item
