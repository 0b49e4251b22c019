"""Whatever a secret is made of, and wherever it stands, it does not come through."""

from __future__ import annotations

import base64
import json
import pickle
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopyapi.emulator.recording.fixture import Body, Exchange
from dopyapi.emulator.recording.placeholders import Placeholders
from dopyapi.emulator.recording.scrubbing import Scrubber

secrets = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=8, max_size=40).filter(
    lambda text: len(set(text)) > 4 and "scrubbed" not in text
)


def line_of(scrubber: Scrubber, **fields: object) -> str:
    """What is written of an exchange."""
    return scrubber.line(Exchange(**{"method": "GET", "path": "/v2/x", "status": 200} | fields)).decode()  # type: ignore[arg-type]


def forms(secret: str) -> set[str]:
    """How a secret may be written."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        base64.b64encode(secret.encode()).decode().rstrip("="),
    }


@settings(max_examples=150, deadline=None)
@given(secrets, secrets)
def test_a_password_is_nowhere_in_what_follows(password: str, around: str) -> None:
    scrubber = Scrubber()
    known = {"users": [{"name": "app", "password": password}]}
    first = line_of(scrubber, answer=Body(json=known))
    repeats = {
        "plain": f"{around}{password}{around}",
        "uri": f"postgres://app:{quote(password, safe='')}@db.example.com:25060/defaultdb",
        "packed": base64.b64encode(f"app:{password}".encode()).decode(),
        "nested": json.dumps({"inner": json.dumps({"again": password})}),
    }
    second = line_of(scrubber, answer=Body(json=repeats), path=f"/v2/x/{quote(password, safe='')}")
    for form in forms(password):
        assert form not in first
        assert form not in second


@settings(max_examples=60, deadline=None)
@given(secrets)
def test_the_token_of_a_request_is_nowhere_in_its_answer(token: str) -> None:
    scrubber = Scrubber()
    scrubber.know(f"Bearer {token}")
    # What authorizes is trimmed as HTTP trims it.
    token = token.strip()
    if len(token) >= 8:
        assert token not in line_of(scrubber, answer=Body(json={"message": f"no: {token}"}))


@pytest.mark.parametrize(
    "text",
    [
        "dop_v1_" + "ab12" * 16,
        "doo_v1_" + "ab12" * 16,
        "DO00ABCDEFGHIJKLMNOP",
        "AVNS_abcdefghijklmnop",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
        "https://hooks.slack.com/services/T000/B000/abcdefgh",
        "nobody@example.org",
    ],
)
def test_what_looks_like_a_secret_is_one_wherever_it_stands(text: str) -> None:
    line = line_of(Scrubber(), answer=Body(json={"message": f"see {text} there"}))
    assert json.dumps(text)[1:-1] not in line
    assert "scrubbed" in line


def test_what_is_no_secret_stays() -> None:
    body = {
        "droplet": {"id": 3164494, "name": "web-1", "region": {"slug": "ams3"}, "tags": ["token-service"]},
        "ssh_key": {"public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJbozzUJps9BGlO0 me", "fingerprint": "3b:16:bf"},
        "links": {"pages": {"next": "https://api.digitalocean.com/v2/images?page_token=2"}},
    }
    scrubber = Scrubber()
    assert scrubber.scrubbed(Exchange(method="GET", path="/v2/x", status=200, answer=Body(json=body))).answer == Body(
        json=body
    )


def test_public_addresses_go_when_asked_and_private_ones_stay() -> None:
    scrubber = Scrubber(addresses=True)
    body = {"public": "46.101.1.2", "again": "46.101.1.2/32", "private": "10.10.0.2", "world": "0.0.0.0/0"}
    clean = scrubber.value(body)
    assert clean["private"] == "10.10.0.2"
    assert clean["world"] == "0.0.0.0/0"
    assert clean["again"] == f"{clean['public']}/32" != "46.101.1.2/32"


def test_what_a_recording_knows_of_secrets_is_neither_shown_nor_pickled() -> None:
    placeholders = Placeholders()
    placeholders.of("Password", "correct horse")
    assert "horse" not in repr(placeholders)
    with pytest.raises(TypeError):
        pickle.dumps(placeholders)
