"""What Docker signs in to a registry with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Self

from .._core.errors import ClientError
from .._core.files import write_whole
from .._core.secrets import Secret

if TYPE_CHECKING:
    from .._core.client import Client

CONFIG = "$HOME/.docker/config.json"


class DockerCredentials:
    """What Docker and Kubernetes sign in to a registry with; it shows in no repr, and is not pickled.

    Args:
        cred: the credentials, in the form of Docker's `config.json`.
    """

    cred: dict[str, Any]
    """The credentials, in the form of Docker's `config.json`."""

    def __init__(self, cred: Mapping[str, Any]) -> None:
        given: Any = cred
        if not isinstance(given, Mapping):
            raise ClientError(f"credentials are an object as in Docker's config.json, not {type(cred).__name__}")
        self.cred = _hidden(given)

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        return cls(data)

    def get_json(self) -> dict[str, Any]:
        """The credentials as Docker's `config.json` has them, and as a Secret of Kubernetes takes them."""
        plain: dict[str, Any] = _plain(self.cred)
        return plain

    def apply(self, file_name: str | os.PathLike[str] = CONFIG) -> None:
        """Let Docker on this machine use the registry: put the credentials in its configuration.

        Everything else in the file stays as it is. Where it names a credential helper (`credsStore`), Docker asks
        that one and not the file.

        Args:
            file_name: the configuration; made where there is none. Variables of the environment and `~` are expanded.

        Raises:
            ClientError: the file is no configuration of Docker, or there are no credentials; it was left as it is.
        """
        import json

        own = self.get_json().get("auths")
        if not isinstance(own, dict) or not own:
            raise ClientError("there are no credentials in these DockerCredentials: their auths is empty")
        path = expanded(file_name)
        config = configuration(path)
        auths = config.get("auths")
        if auths is None:
            auths = config["auths"] = {}
        if not isinstance(auths, dict):
            raise ClientError(f"{path} is no configuration of Docker: its auths is no object; it was left as it is")
        auths.update(own)
        write_whole(path, json.dumps(config, indent="\t").encode() + b"\n")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DockerCredentials) and self.cred == other.cred

    __hash__ = None  # type: ignore[assignment]  # what it holds can be changed

    def __repr__(self) -> str:
        return f"<DockerCredentials for {', '.join(self.cred.get('auths') or ()) or 'nothing'}>"

    def __copy__(self) -> Self:
        return type(self)(self.cred)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self)(self.cred)

    def __reduce__(self) -> NoReturn:
        raise TypeError("DockerCredentials hold passwords, and are not pickled: ask for them where they are needed")

    # Names fixed by the API reference.
    getJSON = get_json


def _hidden(value: Any) -> Any:
    """A copy whose texts show themselves in no repr."""
    if isinstance(value, Mapping):
        return {name: _hidden(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return Secret(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """A copy in ordinary texts."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str.__str__(value) if isinstance(value, str) else value


def expanded(file_name: str | os.PathLike[str]) -> str:
    """The file that is meant, by today's environment."""
    name = os.fspath(file_name)
    if name.startswith("$HOME") and "HOME" not in os.environ:
        name = "~" + name.removeprefix("$HOME")
    return os.path.expanduser(os.path.expandvars(name))  # noqa: PTH111 - pathlib is dear to load


def configuration(path: str) -> dict[str, Any]:
    """Docker's configuration as it is now; an empty file has none, as Docker sees it.

    Raises:
        ClientError: it is not JSON, or no object.
    """
    import json

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            content = file.read()
    except FileNotFoundError:
        return {}
    try:
        config = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError) as error:
        # The file holds passwords, and the error holds the file.
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise ClientError(f"{path} is not JSON ({reason}); it was left as it is: correct or remove it") from None
    if not isinstance(config, dict):
        raise ClientError(f"{path} is no configuration of Docker, which is a JSON object; it was left as it is")
    return config
