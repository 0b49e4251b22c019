"""What is written to the logger ``dopyapi``, and what ``DOPYAPI_LOG`` prints."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dopyapi as do
from dopyapi._core import sight
from dopyapi._core.secrets import redacted

from ..conftest import paged

DROPLET = {"droplet": {"id": 5, "name": "web"}}
FACTS = ("method", "path", "status", "ms", "request_id", "attempt", "delay", "error")


@pytest.fixture
def log(caplog):
    """All records of ours."""
    caplog.set_level(logging.DEBUG, "dopyapi")
    return caplog


def shown(log, *levels: str) -> list[str]:
    return [f"{r.levelname} {r.getMessage()}" for r in log.records if not levels or r.levelname in levels]


async def test_an_attempt_is_one_record_with_its_facts(script, call, log):
    script.answer(200, DROPLET, {"x-request-id": "r-1"})
    await call(do.Droplet.fetch, 5)
    (record,) = log.records
    assert (record.name, record.levelname) == ("dopyapi", "DEBUG")
    facts = {name: getattr(record, name) for name in FACTS}
    assert facts.pop("ms") >= 0
    assert facts == {
        "method": "GET",
        "path": "/droplets/5",
        "status": 200,
        "request_id": "r-1",
        "attempt": 1,
        "delay": None,
        "error": None,
    }
    text = record.getMessage()
    assert text.startswith("GET /droplets/5: 200 in ")
    assert text.endswith(" ms (attempt 1, request id r-1)")


async def test_a_retry_says_how_long_it_waits_and_too_many_requests_warn(script, call, log):
    script.answer(503).answer(429, headers={"retry-after": "7"}).answer(200, DROPLET)
    await call(do.Droplet.fetch, 5)
    assert [r.attempt for r in log.records if r.levelname == "DEBUG"] == [1, 2, 3]
    assert shown(log, "INFO", "WARNING") == [
        "INFO GET /droplets/5: 503, sent again in 0.5 s (after attempt 1)",
        "WARNING GET /droplets/5: 429, sent again in 7 s (after attempt 2)",
    ]
    assert [r.delay for r in log.records if r.levelname != "DEBUG"] == [0.5, 7.0]


async def test_what_ends_badly_is_said_and_what_the_api_refuses_is_no_warning(script, call, log):
    script.answer(422, {"id": "unprocessable_entity", "message": "the password hunter2 is too short"})
    with pytest.raises(do.UnprocessableError):
        await call(do.Droplet.new, name="web")
    script.answer(500, {"id": "server_error", "message": "y"}, {"x-request-id": "r-9"})
    with pytest.raises(do.DOError):
        await call(do.Droplet.action_by_tag_name, "web", "reboot")
    assert shown(log, "INFO", "WARNING") == [
        "INFO POST /droplets: 422 unprocessable_entity (attempt 1)",
        "WARNING POST /droplets/actions?tag_name=web: 500 server_error (attempt 1, request id r-9)",
    ]
    assert "hunter2" not in log.text


async def test_a_lost_connection_is_a_record_with_its_reason(script, call, log):
    for _ in range(3):
        script.fail(do.NetworkError("the connection broke"))
    with pytest.raises(do.NetworkError):
        await call(do.Droplet.fetch, 5)
    first = log.records[0]
    assert (first.status, first.error) == (None, "the connection broke")
    assert shown(log)[-1] == "WARNING GET /droplets/5: the connection broke (attempt 3)"


async def test_parameters_that_sound_like_secrets_are_not_shown(script, call, log):
    script.answer(200, {})
    await call(do.Resource(do.Droplet).get, "droplets", page=2, api_key="k-1", page_token="p")
    assert log.records[0].path == "/droplets?page=2&api_key=REDACTED&page_token=p"
    assert "k-1" not in log.text


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://u:p@a.example/x?y=1", "https://REDACTED:REDACTED@a.example/x?y=1"),
        ("https://a.example/x?X-Amz-Signature=1&n=u@h&t", "https://a.example/x?X-Amz-Signature=REDACTED&n=u@h&t"),
        ("https://a.example/x?sig=1&design=2&%74oken=3", "https://a.example/x?sig=REDACTED&design=2&%74oken=REDACTED"),
        ("https://a.example/x?AWSAccessKeyId=1&password=a=b", "https://a.example/x?AWSAccessKeyId=REDACTED&password=REDACTED"),
    ],
)  # fmt: skip
def test_a_url_is_shown_without_what_is_secret(url, seen):
    assert redacted(url) == seen


async def test_branches_that_run_at_the_same_time_are_all_seen(script, call, log):
    script._answers = [paged("droplets", 450)] * 3
    assert len(await call.items(do.Droplet.list.all())) == 450
    assert sorted(r.path.partition("&")[0] for r in log.records) == [f"/droplets?page={n}" for n in (1, 2, 3)]


async def test_nothing_is_made_of_what_nobody_reads(script, call, caplog):
    caplog.set_level(logging.INFO, "dopyapi")
    script.answer(200, DROPLET)
    await call(do.Droplet.fetch, 5)
    assert not caplog.records


def test_a_program_without_logging_has_no_logger(monkeypatch):
    monkeypatch.setattr(sight, "_logger", None)
    monkeypatch.setattr(sight, "_environment_was_read", True)
    monkeypatch.delitem(sys.modules, "logging")
    assert sight.logger() is None
    assert "logging" not in sys.modules
    monkeypatch.setitem(sys.modules, "logging", logging)  # it loads it later
    assert sight.logger() is logging.getLogger("dopyapi")


PROGRAM = """
import dopyapi as do
with do.testing.emulator():
    do.Droplet.new(name="web", region="nyc3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
    try:
        do.Droplet.fetch(12345)
    except do.ResourceNotFoundError:
        pass
"""


def printed(level: str | None, before: str = "") -> list[str]:
    """What a program of its own prints to stderr."""
    environment = {**os.environ, **({"DOPYAPI_LOG": level} if level is not None else {})}
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{PROGRAM}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        cwd=Path(__file__).parent.parent.parent,
    )
    return done.stderr.splitlines()


def test_the_environment_turns_printing_on():
    lines = printed("debug")
    assert any(" DEBUG dopyapi: POST /droplets: 202 in " in line for line in lines)
    assert any(" INFO dopyapi: GET /droplets/12345: 404 not_found" in line for line in lines)
    assert "emulated" not in "".join(lines)  # the token
    assert [line.split()[2] for line in printed(" INFO ")] == ["INFO"]


def test_without_it_nothing_is_printed():
    assert printed(None) == printed("") == []
    assert printed("warning") == []


def test_a_level_that_is_none_is_said():
    (said, *_) = printed("loud")
    assert "DOPYAPI_LOG='loud' is none of debug, info, warning, error" in said


def test_a_program_that_prints_its_log_itself_prints_it_once():
    lines = printed("debug", "import logging; logging.basicConfig()")
    assert len([line for line in lines if "/droplets/12345: 200" in line or "/droplets/12345: 404 in" in line]) == 1


def test_records_can_be_written_as_json():
    program = """
import json, logging
class AsJSON(logging.Formatter):
    def format(self, record):
        return json.dumps({n: getattr(record, n) for n in FACTS})
handler = logging.StreamHandler(); handler.setFormatter(AsJSON())
logging.getLogger("dopyapi").addHandler(handler); logging.getLogger("dopyapi").setLevel("DEBUG")
"""
    program = f"FACTS = {FACTS!r}\n{program}"
    records = [json.loads(line) for line in printed(None, program)]
    assert {"method": "POST", "path": "/droplets", "status": 202, "attempt": 1}.items() <= records[0].items()
