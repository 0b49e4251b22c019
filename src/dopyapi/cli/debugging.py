"""What ``--debug`` shows: each request and its answer, without the token and other secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .hiding import hidden, masked

if TYPE_CHECKING:
    from dopyapi._core.client import Client
    from dopyapi._core.hooks import RequestInfo, ResponseInfo

MOST = 2000
"""Characters of a body that are shown."""


def show(client: Client) -> None:
    """Show what this client sends and gets."""
    client.on_request.append(_sent)
    client.on_response.append(_came)


def _sent(request: RequestInfo) -> None:
    from dopyapi._core.secrets import redacted

    again = f" (attempt {request.attempt})" if request.attempt > 1 else ""
    _say(f"> {request.method} {redacted(request.url)}{again}")
    _body(">", request.body)


def _came(response: ResponseInfo) -> None:
    said = response.status or response.error
    identifier = f", request id {response.request_id}" if response.request_id else ""
    _say(f"< {said} in {response.seconds * 1000:.0f} ms{identifier}")
    _body("<", response.body)


def _body(mark: str, body: bytes | None) -> None:
    if not body:
        return
    try:
        data: Any = hidden(json.loads(body))
    except ValueError:
        _say(f"{mark} {len(body)} bytes that are no JSON")
        return
    written = json.dumps(data, ensure_ascii=False)
    _say(f"{mark} {written[:MOST]}{' ...' if len(written) > MOST else ''}")


def _say(line: str) -> None:
    click.echo(masked(line), err=True)
