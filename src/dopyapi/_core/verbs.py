"""The raw verbs: any request, for what no method says yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from .accounts import client_for
from .declare import procedure
from .endpoint import as_body, below, quoted
from .errors import ClientError
from .steps import Response, Steps

if TYPE_CHECKING:
    from ..actions import Action


def content(response: Response) -> Any:
    """The answer's JSON; text where it is none."""
    if not response.body:
        return {"status": "success"}
    try:
        return msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return response.body.decode("utf-8", "replace")


class Verbs:
    """Requests by URL, with the token, retries and errors of every other call."""

    __slots__ = ()

    @procedure
    def get(self, /, url: str, **query: Any) -> Steps[dict[str, Any]]:
        """Send a GET request.

        Args:
            url: path below the base URL, such as ``droplets/5``.
            query: query parameters.

        Returns:
            The answer as a dict.
        """
        sent = client_for(self).exchange("GET", below(url), query=query)
        del query  # a password in it is not for tracebacks
        response = yield from sent
        answer: dict[str, Any] = content(response)
        return answer

    @procedure
    def head(self, /, url: str, **query: Any) -> Steps[dict[str, str]]:
        """Send a HEAD request.

        Args:
            url: path below the base URL.
            query: query parameters.

        Returns:
            The headers of the answer, lower-case names.
        """
        sent = client_for(self).exchange("HEAD", below(url), query=query)
        del query
        response = yield from sent
        return dict(response.headers)

    @procedure
    def post(self, /, url: str, data: Any, **query: Any) -> Steps[dict[str, Any]]:
        """Send a POST request.

        Args:
            url: path below the base URL.
            data: what to send: anything JSON can hold, resources included, or JSON that is text already.
            query: query parameters.

        Returns:
            The answer as a dict; ``{"status": "success"}`` where it has no body.
        """
        sent = client_for(self).exchange("POST", below(url), query=query, body=as_body(data))
        del query, data
        response = yield from sent
        answer: dict[str, Any] = content(response)
        return answer

    @procedure
    def put(self, /, url: str, data: Any, **query: Any) -> Steps[dict[str, Any]]:
        """Send a PUT request.

        Args:
            url: path below the base URL.
            data: what to send, as for ``post``.
            query: query parameters.

        Returns:
            The answer as a dict; ``{"status": "success"}`` on 202 and where the answer has no body.
        """
        sent = client_for(self).exchange("PUT", below(url), query=query, body=as_body(data))
        del query, data
        response = yield from sent
        answer: dict[str, Any] = {"status": "success"} if response.status == 202 else content(response)
        return answer

    @procedure
    def action(
        self, /, *, type: str, url: str | None = None, tag_name: str | None = None, **arguments: Any
    ) -> Steps[Action]:
        """Start an action by the name of its type.

        Args:
            type: the action's type, such as ``reboot``.
            url: where to post it; the resource's own actions unless given.
            tag_name: act on everything of this kind that has the tag.
            arguments: what the action takes.

        Returns:
            The action; with ``tag_name`` one that stands for all of them.

        Raises:
            ClientError: this kind of resource has no actions.
        """
        from .schema import kind_named

        owner: Any = self
        if url is None and not owner._action_attrs:
            raise ClientError(f"{owner.resource.__name__} has no actions")
        if url is None and tag_name is not None:
            url = f"{owner._url}/actions"
        if url is None:
            yield from owner._known("_action_attr")
            url = f"{owner._url}/{quoted(owner._place('_action_attr'), owner._action_attr, owner.resource)}/actions"
        client = client_for(self)
        query: Mapping[str, Any] = {"tag_name": tag_name}
        body = {"type": type, **arguments}
        response = yield from client.exchange("POST", below(url), query=query, body=body)
        action: Action = kind_named("Action")._from_answer(response.body, client)
        return action
