"""Spans: one for each time that a request is sent, by OpenTelemetry's conventions for HTTP clients."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

import dopyapi as do
from dopyapi._core.retry import RetryPolicy

from ..conftest import paged

DROPLET = {"droplet": {"id": 5, "name": "web"}}


@pytest.fixture
def tracing():
    """A provider whose spans can be looked at."""
    sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="opentelemetry-sdk is not installed")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider, exporter = sdk.TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.spans = exporter.get_finished_spans
    return provider


@pytest.fixture
def client(script, tracing):
    policy = RetryPolicy(2, jitter=lambda: 1.0)
    return do.Client(
        "secret-token", "https://api.example", transport=script, clock=script, retries=policy, tracing=tracing
    )


async def test_a_span_has_what_the_conventions_require(script, call, client, tracing):
    script.answer(200, DROPLET, {"x-request-id": "r-1"})
    await call(do.Droplet.fetch.on(client), 5)
    (span,) = tracing.spans()
    assert span.name == "GET /v2/droplets/{droplet_id}"
    assert span.kind.name == "CLIENT"
    assert span.status.status_code.name == "UNSET"
    assert span.instrumentation_scope.name == "dopyapi"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "server.address": "api.example",
        "server.port": 443,
        "url.full": "https://api.example/v2/droplets/5",
        "url.template": "/v2/droplets/{droplet_id}",
        "http.response.status_code": 200,
        "http.response.header.x-request-id": ("r-1",),
    }


async def test_each_attempt_is_a_span_and_says_which(script, call, client, tracing):
    script.answer(503).fail(do.RequestTimeout("no answer within 60 s")).answer(200, DROPLET)
    await call(do.Droplet.fetch.on(client), 5)
    first, second, third = tracing.spans()
    assert [s.attributes.get("http.request.resend_count") for s in (first, second, third)] == [None, 1, 2]
    assert [s.attributes.get("error.type") for s in (first, second, third)] == [
        "503",
        "dopyapi.errors.RequestTimeout",
        None,
    ]
    assert [s.status.status_code.name for s in (first, second, third)] == ["ERROR", "ERROR", "UNSET"]
    assert first.status.description is None  # the status code says it
    assert second.status.description == "no answer within 60 s"
    assert "http.response.status_code" not in second.attributes


async def test_a_redirect_is_sent_again_too(script, call, client, tracing):
    script.answer(302, headers={"location": "https://files.example:8443/x?X-Amz-Signature=s1g"}).answer(200, {"a": 1})
    with do.using(client):
        await call(do.Resource(do.Droplet).get, "droplets")
    first, second = tracing.spans()
    assert first.status.status_code.name == "UNSET"
    assert second.attributes["http.request.resend_count"] == 1
    assert second.attributes["url.full"] == "https://files.example:8443/x?X-Amz-Signature=REDACTED"
    assert (second.attributes["server.address"], second.attributes["server.port"]) == ("files.example", 8443)


async def test_what_the_document_does_not_have_is_named_by_its_method_alone(script, call, client, tracing):
    script.answer(404, {"id": "not_found", "message": "none"})
    with do.using(client), pytest.raises(do.ResourceNotFoundError):
        await call(do.Resource(do.Droplet).get, "nothing/5", api_key="k")
    (span,) = tracing.spans()
    assert span.name == "GET"
    assert "url.template" not in span.attributes
    assert span.attributes["error.type"] == "404"
    assert span.attributes["url.full"] == "https://api.example/v2/nothing/5?api_key=REDACTED"


async def test_the_api_is_told_of_the_span(script, call, client, tracing):
    script.answer(503).answer(200, DROPLET)
    await call(do.Droplet.fetch.on(client), 5)
    told = [r.headers["traceparent"].split("-")[1:3] for r in script.requests]
    assert told == [[f"{s.context.trace_id:032x}", f"{s.context.span_id:016x}"] for s in tracing.spans()]
    assert script.requests[0].headers["authorization"] == "Bearer secret-token"
    assert "traceparent" not in client._headers


async def test_spans_belong_to_the_caller_s(script, call, client, tracing):
    script._answers = [paged("droplets", 450)] * 3
    tracer = tracing.get_tracer("test")
    with tracer.start_as_current_span("caller") as caller, do.using(client):
        assert len(await call.items(do.Droplet.list.all())) == 450
    *ours, last = tracing.spans()
    assert last.name == "caller"
    assert [s.name for s in ours] == ["GET /v2/droplets"] * 3
    assert {s.parent.span_id for s in ours} == {caller.get_span_context().span_id}


def test_a_cancelled_request_ends_its_span(script, client, tracing):
    class Silent:
        async def asend(self, request):
            await asyncio.sleep(60)

    async def main() -> None:
        client._transport = Silent()
        task = asyncio.create_task(do.Droplet.fetch.on(client).aio(5))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    (span,) = tracing.spans()
    assert span.attributes["error.type"] == "asyncio.exceptions.CancelledError"
    assert span.status.status_code.name == "ERROR"


async def test_no_secret_is_in_a_span(script, call, client, tracing):
    script.answer(422, {"id": "x", "message": "the password hunter2 is too short"})
    with do.using(client), pytest.raises(do.UnprocessableError):
        await call(do.Resource(do.Droplet).post, "databases/1/users?token=t0p", {"password": "hunter2"})
    (span,) = tracing.spans()
    for secret in ("secret-token", "hunter2", "t0p"):
        assert secret not in span.to_json()


def test_the_program_s_own_provider_is_taken(script, monkeypatch):
    trace = pytest.importorskip("opentelemetry.trace", reason="opentelemetry-api is not installed")
    asked = []
    monkeypatch.setattr(trace, "get_tracer", lambda *a, tracer_provider: asked.append((a, tracer_provider)))
    do.Client("t", transport=script, tracing=True)
    assert asked == [(("dopyapi", do.__version__), None)]
    do.Client("t", transport=script)
    assert len(asked) == 1


def test_without_the_extra_it_says_what_to_install(script, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(ImportError, match=r"dopyapi\[otel\]"):
        do.Client("t", transport=script, tracing=True)


def test_what_is_not_asked_for_is_not_loaded():
    program = (
        "import dopyapi as do, sys\n"
        "with do.testing.emulator(): do.Droplet.list()\n"
        "assert not any(m.partition('.')[0] == 'opentelemetry' for m in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
