"""Kubeconfig files: finding the one that kubectl uses, and putting a cluster into one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from .._core.errors import ClientError, DOError
from .._core.files import write_whole

SECTIONS = ("clusters", "contexts", "users")
PATIENCE = 10.0
"""Seconds to wait for others who change a file."""
_one_at_a_time = Lock()


def yaml_or_advice() -> Any:
    """The YAML library, which is only needed here.

    Raises:
        ImportError: it is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise ImportError("kubeconfig files need PyYAML: pip install 'dopyapi[yaml]'", name="yaml") from None
    return yaml


def default_path() -> Path:
    """The file that kubectl writes to: of those in ``$KUBECONFIG`` the first that exists, else ``~/.kube/config``."""
    named = [Path(name) for name in os.environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    if not named:
        return Path("~/.kube/config").expanduser()
    return next((path for path in named if path.exists()), named[-1])


def merge_into(path: Path, content: bytes, *, context: str | None, set_current: bool) -> None:
    """Put the cluster of a kubeconfig into a file; what else is there stays."""
    new = given(content)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with changing(path):
        present = path.read_bytes() if path.exists() else b""
        write_whole(path, merged(present, new, str(path), context=context, set_current=set_current))


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """A block in which nobody else changes a file in a folder that is there: reading, merging and writing is one thing.

    Other threads wait; other programs, kubectl among them, know it by a file beside it, as kubectl has it.

    Raises:
        ClientError: another program has not ended its change for ten seconds.
    """
    mark = path.with_name(f"{path.name}.lock")
    with _one_at_a_time:
        given_up = time.monotonic() + PATIENCE
        while True:
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                break
            except FileExistsError:
                if time.monotonic() > given_up:
                    raise ClientError(
                        f"{path} is being changed by another program, as {mark} says, and was left as it is; "
                        "if none is running, remove that file"
                    ) from None
                time.sleep(0.02)
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)


def merged(present: bytes, new: dict[str, Any], where: str, *, context: str | None, set_current: bool) -> bytes:
    """A kubeconfig file with the entries of another one.

    Args:
        present: the file as it is; empty where there is none.
        new: the other one; names in it are changed.
        where: what messages call the file.
        context: name for the context, the cluster and, with ``-admin``, the user.
        set_current: make the new context the current one.
    """
    if context is not None:
        _rename(new, context)
    merged = parsed(present)
    if merged is None:
        raise ClientError(f"{where} is no kubeconfig file, and was left as it is: move it away, or name another path")
    merged.setdefault("apiVersion", "v1")
    merged.setdefault("kind", "Config")
    for section in SECTIONS:
        merged[section] = _with(merged.get(section) or [], new[section])
    if set_current or not merged.get("current-context"):
        merged["current-context"] = new["contexts"][0]["name"]
    return as_yaml(merged)


def given(content: bytes) -> dict[str, Any]:
    """What the API gave.

    Raises:
        DOError: it is no kubeconfig of a cluster.
    """
    new = parsed(content)
    if new is None or any(not new.get(section) for section in SECTIONS):
        raise DOError("the API's kubeconfig cannot be read")
    return new


def as_yaml(config: dict[str, Any]) -> bytes:
    """A kubeconfig as a file has it."""
    yaml = yaml_or_advice()
    made: bytes = yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=1 << 16, encoding="utf-8")
    return made


def parsed(content: bytes) -> dict[str, Any] | None:
    """A kubeconfig, or ``None`` where it is none. What is wrong with it is not said: it may hold secrets."""
    yaml = yaml_or_advice()

    class Loader(yaml.SafeLoader):  # type: ignore[misc, name-defined]
        """Leaves what looks like a date the text that it is."""

    date = "tag:yaml.org,2002:timestamp"
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != date]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        found = yaml.load(content, Loader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    if found is None:
        return {}
    lists = [found.get(section) or [] for section in SECTIONS] if isinstance(found, dict) else [None]
    entries = [entry for each in lists for entry in (each if isinstance(each, list) else [None])]
    return found if all(isinstance(entry, dict) and "name" in entry for entry in entries) else None


def _with(present: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of a section, those of the same name replaced where they stand."""
    by_name = {entry["name"]: entry for entry in present}
    by_name.update({entry["name"]: entry for entry in new})
    return list(by_name.values())


def _rename(config: dict[str, Any], name: str) -> None:
    """Call the one cluster of a kubeconfig otherwise."""
    config["clusters"][0]["name"] = config["contexts"][0]["name"] = name
    config["users"][0]["name"] = f"{name}-admin"
    config["contexts"][0]["context"] |= {"cluster": name, "user": f"{name}-admin"}
