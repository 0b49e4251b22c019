"""The emulator's remote control: what can be done in Python can be done over HTTP, under ``/_emulator/``.

``endpoints`` says what there is, ``guard`` who may, ``Control`` brings the two together. Requests for control are
neither logged nor counted, no fault is played on them, and nothing lags.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from ..answer import Answer, http_date
from ..context import Ready
from ..errors import Refused, not_found
from ..faults import nearest
from . import endpoints
from .guard import refuse_strangers

if TYPE_CHECKING:
    from ..answering import Asked
    from ..server import Emulator

__all__ = ["PREFIX", "Control", "most_bytes"]

PREFIX = "/_emulator"
_MOST_BYTES = 16 * 1024 * 1024
_LOG = logging.getLogger("dopyapi.emulator")
_encode = msgspec.json.Encoder().encode

Authenticate = Callable[[Mapping[str, str]], tuple[str, frozenset[str] | None]]


def most_bytes(path: str, usual: int) -> int:
    """How large a body may be that is sent to a path: whole accounts are larger than anything else."""
    return endpoints.MOST_BYTES if path.rstrip("/") in (f"{PREFIX}/restore", f"{PREFIX}/seed") else usual


class Control:
    """Answers requests for control.

    Parameters:
        emulator: what is controlled.
        authenticate: the token of a request's headers, and its scopes.
    """

    def __init__(self, emulator: Emulator, authenticate: Authenticate) -> None:
        self._of, self._authenticate = emulator, authenticate

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked for; it never raises."""
        told = {
            "date": http_date(self._of.clock.now()),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
        }
        try:
            refuse_strangers(self._of, asked, self._authenticate)
            most = most_bytes(asked.path, _MOST_BYTES)
            if len(asked.body) > most:
                raise Refused(413, f"the body is too large: at most {most} bytes are read")
            status, reply = self._answer(asked)
        except Refused as refused:
            status, reply = refused.status, {"id": refused.id, "message": refused.message}
            told |= refused.headers
        except Exception:
            _LOG.exception("%s %s failed", asked.method, asked.path)
            status, reply = 500, {"id": "server_error", "message": "The emulator failed; see its log."}
        if reply is None:
            return Answer(status, told, b"")
        ready = reply if isinstance(reply, Ready) else Ready(_encode(reply))
        told |= {"content-type": ready.content_type, "content-length": str(len(ready.data))}
        return Answer(status, told, b"" if asked.method == "HEAD" else ready.data)

    def _answer(self, asked: Asked) -> tuple[int, Any]:
        head, _, rest = asked.path.removeprefix(PREFIX).strip("/").partition("/")
        by_method = endpoints.ENDPOINTS.get(f"{head}/*" if rest else head)
        if by_method is None and rest:
            by_method = endpoints.ENDPOINTS.get(f"{head}/{rest}")
        if by_method is None or asked.path[len(PREFIX) :][:1] not in ("", "/"):
            known = sorted({name.partition("/")[0] for name in endpoints.ENDPOINTS if name})
            hint = nearest(head, known) or f"; there is {', '.join(f'{PREFIX}/{name}' for name in known)}"
            raise not_found(f"there is no {asked.path}{hint}")
        endpoint = by_method.get("GET" if asked.method == "HEAD" else asked.method)
        if endpoint is None:
            allowed = ", ".join(sorted(by_method))
            raise Refused(
                405, f"{asked.method} is not allowed here; this path has {allowed}.", headers={"allow": allowed}
            )
        return endpoint.run(self._of, asked, unquote(rest))
