"""Tokens and passwords are seen nowhere: no log, repr, traceback or pickle; nor where everything is looked at."""

from __future__ import annotations

import logging
import pickle
import traceback

import pytest

import dopyapi as do
from dopyapi._core.retry import RetryPolicy

TOKEN, PASSWORD = "dop_v1_s3cr3t", "hunter2-hunter2"
CLUSTER = {"database": {"id": "c-1", "engine": "mysql", "connection": {"password": PASSWORD, "host": "h"}}}
USER = {"user": {"name": "app", "password": PASSWORD}}
REFUSAL = {"id": "unprocessable_entity", "message": "no"}
MIGRATION = {"host": "h", "username": "u", "password": PASSWORD}


def locals_shown(error: BaseException) -> str:
    """A traceback that shows local variables, as debuggers and error trackers do, without the test's own frames."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    link: traceback.TracebackException | None = whole
    while link is not None:
        link.stack = traceback.StackSummary.from_list([f for f in link.stack if not f.filename.startswith(HERE)])
        link = link.__cause__ or link.__context__
    return "".join(whole.format())


HERE = __file__.rpartition("/core/")[0]


@pytest.fixture
def seen(script, caplog):
    """A client at which everybody looks, and all that they are given."""
    caplog.set_level(logging.DEBUG)
    told: list[object] = []
    client = do.Client(
        TOKEN,
        "https://api.example",
        transport=script,
        clock=script,
        retries=RetryPolicy(1, jitter=lambda: 1.0),
        on_request=told.append,
        on_response=told.append,
        check=False,
    )
    with do.using(client), do.recording() as run:
        yield client, told, run


def refuse_secrets(text: str) -> None:
    for secret in (TOKEN, PASSWORD, "t0p"):
        assert secret not in text


async def test_nobody_who_looks_sees_them(script, call, seen, caplog):
    client, told, run = seen
    script.answer(503).answer(200, CLUSTER).answer(201, USER).fail(do.NetworkError("broke", permanent=True))
    cluster = await call(do.DatabaseCluster.fetch, "c-1")
    answer, response = await call(cluster.add_user.with_response, "app")
    with pytest.raises(do.NetworkError) as caught:
        await call(cluster.get, "databases/c-1?token=t0p")
    assert cluster.connection.password == PASSWORD  # who asks for it gets it
    assert PASSWORD.encode() in response.body
    assert len(caplog.records) > 5
    assert len(told) == 8
    refuse_secrets(caplog.text)
    for record in caplog.records:
        refuse_secrets(repr(vars(record)))
    for thing in (client, vars(client), told, response, script.requests, cluster, cluster.connection, run.requests):
        refuse_secrets(repr(thing))
    refuse_secrets(str(caught.value))
    refuse_secrets(locals_shown(caught.value).replace("token=t0p", ""))  # what the caller calls a path is one
    refuse_secrets(pickle.dumps(run).decode("latin1"))
    refuse_secrets(pickle.dumps(cluster).decode("latin1"))
    refuse_secrets(pickle.dumps(caught.value).decode("latin1"))
    assert answer


@pytest.mark.parametrize(
    ("operation", "arguments", "named"),
    [
        pytest.param(lambda: do.Resource(do.Droplet).post, ("x", {"password": PASSWORD}), {}, id="raw post"),
        pytest.param(lambda: do.Resource(do.Droplet).put, ("x", {"password": PASSWORD}), {}, id="raw put"),
        pytest.param(lambda: do.Resource(do.Droplet).get, ("x",), {"password": PASSWORD}, id="raw get"),
        pytest.param(lambda: do.Droplet.new, (), {"name": "w", "user_data": PASSWORD}, id="new"),
        pytest.param(lambda: do.Droplet().create, (), {"name": "w", "user_data": PASSWORD}, id="create"),
        pytest.param(lambda: mysql().start_online_migration, (MIGRATION,), {}, id="migration"),
        pytest.param(lambda: do.Droplet.new, (), {"name": "w", "extra_body": {"user_data": PASSWORD}}, id="extra"),
        pytest.param(
            lambda: do.Certificate.new,
            (),
            {
                "name": "c",
                "type": "custom",
                "private_key": PASSWORD,
                "leaf_certificate": "pem",
                "certificate_chain": "pem",
            },
            id="private key",
        ),
        pytest.param(
            lambda: do.DatabaseCluster.set_metrics_credentials,
            (do.databases.MetricsCredentials("u", PASSWORD),),
            {},
            id="metrics",
        ),
    ],
)
@pytest.mark.parametrize("outcome", ["refused", "lost"])
async def test_what_a_call_sends_is_in_no_traceback(script, call, seen, operation, arguments, named, outcome, caplog):
    if outcome == "refused":
        script.answer(422, REFUSAL)
    else:
        for _ in range(8):  # whoever looks whether it was done is lost, too
            script.fail(do.NetworkError("broke"))
    with pytest.raises(do.APIError) as caught:
        await call(operation(), *arguments, **named)
    assert any(PASSWORD in f"{sent.url} {(sent.body or b'').decode()}" for sent in script.requests)
    shown = locals_shown(caught.value)
    assert shown.count("File ") > 5  # there is something to look at
    refuse_secrets(shown)
    refuse_secrets(caplog.text)


def mysql() -> do.DatabaseCluster:
    return do.DatabaseCluster({"id": "c-1", "engine": "mysql", "name": "db"})


async def test_a_callback_s_own_failure_shows_no_token(script, call):
    def fail(info: do.RequestInfo) -> None:
        raise LookupError("no")

    client = do.Client(TOKEN, "https://api.example", transport=script, on_request=fail, check=False)
    with pytest.raises(LookupError) as caught:
        await call(do.Droplet.fetch.on(client), 5)
    refuse_secrets(locals_shown(caught.value))
