"""A fault played on a request: whether the work is done, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from .answer import Answer, Delivery, Lost, http_date
from .errors import ID_OF
from .faults import Fault

_encode = msgspec.json.Encoder().encode
_TITLES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
_PAGE = """<!doctype html>
<html><head><title>{status} {title}</title></head>
<body><h1>{status} {title}</h1><p>The gateway has no answer for you.</p></body></html>
"""


def play(fault: Fault, perform: Callable[[], Answer], now: datetime, method: str, request_id: str) -> Answer:
    """Answer a request as a fault wants it.

    Parameters:
        perform: does the work of the request and answers it.
        now: the moment.
        request_id: for an answer of the fault's own.
    """
    answer = Answer(0, {}, b"")
    if fault.commits:
        answer = perform()
        if fault.duplicate == "request":
            answer = perform()
    lost = _lost(fault)
    if lost is not None:
        return Answer(0, {}, b"", Delivery(delay=fault.delay, lost=lost))
    if fault.answers is not None:
        answer = _own(fault, fault.answers, method, now, request_id)
    headers = dict(answer.headers)
    if fault.content_type is not None and answer.status != 204:
        headers["content-type"] = fault.content_type
    if fault.clock_skew:
        headers["date"] = http_date(now + timedelta(seconds=fault.clock_skew))
    for name, value in (fault.headers or {}).items():
        headers[name.lower()] = value
    if fault.half:
        # Of an answer that has no body there is no half to send: the connection breaks before it.
        lost = "half" if answer.body else "reset"
    delivery = Delivery(fault.delay, fault.slow, lost, fault.duplicate == "answer")
    if lost == "reset":
        return Answer(0, {}, b"", delivery)
    return Answer(answer.status, headers, answer.body, delivery if delivery != Delivery() else None)


def _lost(fault: Fault) -> Lost | None:
    if fault.refuse:
        return "refused"
    if fault.drop:
        return "reset"
    return "silent" if fault.silent else None


def _own(fault: Fault, status: int, method: str, now: datetime, request_id: str) -> Answer:
    headers = {"date": http_date(now), "x-emulated": "fault"}
    if fault.html:
        title = _TITLES.get(status, "Error")
        body, kind = _PAGE.format(status=status, title=title).encode(), "text/html"
    elif isinstance(fault.body, str):
        body, kind = fault.body.encode(), "text/plain" if fault.body else ""
    elif fault.body is not None:
        body, kind = _encode(fault.body), "application/json"
    elif status >= 400:
        headers["x-request-id"] = request_id
        error = {"id": ID_OF.get(status, "error"), "message": f"A fault was played: {status}."}
        body, kind = _encode(error | {"request_id": request_id}), "application/json"
    else:
        body, kind = b"", ""
    if status == 204:
        body = b""
    else:
        headers["content-length"] = str(len(body))
        if kind:
            headers["content-type"] = kind
    if fault.retry_after is not None:
        seconds = fault.retry_after
        headers["retry-after"] = str(int(seconds) if seconds == int(seconds) else seconds)
    return Answer(status, headers, b"" if method == "HEAD" else body)
