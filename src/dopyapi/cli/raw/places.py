"""Where a path is: below the API's address, or where the official document says that it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ..failing import USAGE, Failure

if TYPE_CHECKING:
    from dopyapi._core.client import Client

KEPT = "/%:?=&+@,;~!$'()*[]"
"""What stands in a path or a query as it is typed."""


def operation_of(method: str, path: str) -> Any:
    """What the table of facts knows of a path from ``/v2`` on; None where it knows nothing."""
    from dopyapi._facts.routes import routes

    route, _, _ = routes().find("GET" if method == "HEAD" else method, path.partition("?")[0])
    return route.operation if route else None


def whole(typed: str) -> str:
    """A path as people write it, ``droplets``, ``/v2/droplets?tag_name=web`` or a URL, from the root on.

    Raises:
        Failure: there is still a placeholder in it.
    """
    if "{" in typed:
        raise Failure(
            f"{typed}: put an identifier in the place of {typed[typed.index('{') :].partition('}')[0]}}}", USAGE
        )
    parts = urlsplit(typed)
    path = parts.path if parts.netloc else typed.partition("?")[0]
    path = "/" + path.lstrip("/")
    if not path.startswith("/v2/") and path != "/v2" and not _elsewhere(path):
        path = "/v2" + path
    query = parts.query if parts.netloc else typed.partition("?")[2]
    return quote(path + ("?" + query if query else ""), safe=KEPT)


def _elsewhere(path: str) -> bool:
    """Whether a path is one of the few that are not below ``/v2``."""
    return any(operation_of(method, path) for method in ("GET", "POST", "PUT"))


def url_of(client: Client, method: str, typed: str) -> tuple[Client, str]:
    """The client and the URL of a request, or its path below the client's base.

    Args:
        client: of the account.
        method: of the request.
        typed: the path as it was typed.

    Raises:
        Failure: it is a URL at another place, which the token is not for.
    """
    path = whole(typed)
    operation = operation_of(method, path)
    host = getattr(operation, "host", None)
    official = client.root == "https://api.digitalocean.com/"
    named = urlsplit(typed)
    if named.netloc and not typed.startswith(client.root) and not (official and host and named.hostname == host):
        raise Failure(f"{typed} is not at {client.root}, the only place this token is sent to", USAGE)
    if host and official:
        # Inference is served by itself; an emulator has it at its own address, as it has everything.
        return _at(client, host), f"https://{host}{path}"
    if path.startswith("/v2/"):
        return client, path.removeprefix("/v2")
    return client, client.root.rstrip("/") + path


def _at(client: Client, host: str) -> Client:
    """A client of the same token for another host of DigitalOcean's.

    Raises:
        Failure: nobody knows which host that is.
    """
    from dopyapi._core.client import Client

    if "{" in host:
        raise Failure("an agent has a URL and a key of its own: give them as DIGITALOCEAN_API_URL and DO_TOKEN", USAGE)
    made = Client(client.token, f"https://{host}", transport=client.transport, on_request=client.on_request)
    made.on_response.extend(client.on_response)
    return made
