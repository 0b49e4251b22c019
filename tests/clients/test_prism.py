"""A stock mock of the official document takes what the SDK's tests ask; a stock proxy judges what they are answered."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.exchanges import read

from . import node, prism

pytestmark = pytest.mark.clients

ROOT = Path(__file__).parents[2]
KNOWN = {
    r"^database.* response\.body\.databases?.*standby_(private_)?connection must be object": (
        "a cluster without standby nodes shows null"
    ),
    r"^database.* response\.body\.databases?.*version_end_of_(life|availability) must be string": (
        "an engine whose end nobody has set shows null"
    ),
    r"^kubernetes_.*sso\.issuer_url must match format": "a cluster without single sign-on shows an empty one",
    r"^kubernetes_get_clusterLintResults .*completed_at must be string": "a check that runs has not completed",
    r"^projects_assign_resources .*assigned_at must be string": "what is not found was not assigned",
    r"^dropletActions_post request\.body": "change_backup_policy is described, but stands in no list of types",
    r"^dropletActions_post_byTag request\.body .* exactly one schema": "its schemas overlap",
    r"^domains_create_record request\.body": "the name is asked for, where the API takes none for the apex",
    r"^loadBalancers_.* request\.body": "Droplets or a tag are asked for, and what a global one has not",
    r"^loadBalancers_.* response\.body\.load_balancer\.(forwarding_rules|vpc_uuid|region)": (
        "a global one has no region, no VPC and no rules"
    ),
    r"^tags_assign_resources request\.body\.resources\.\d+\.resource_type": "a cluster of databases is tagged, too",
    r"^volumes_create request\.body": "a volume from a snapshot has that one's size and region",
    r"^cdn_update_endpoints request\.body\.(certificate_id|custom_domain)": "an empty one takes it away",
    r"^oneClicks_list request\.query\.type": "a test asks for a type that there is not",
    r"^projects_(patch|create) .*environment must be equal": "in any case; without one, an empty one is shown",
}
"""What is known to differ from the document, and why it is as it should be. A line that is no longer needed fails."""


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the tests of the resources ask and are answered."""
    node.package("@stoplight/prism-cli")
    if not prism.DOCUMENT.exists():
        pytest.skip("the official document is not here")
    folder = tmp_path_factory.mktemp("exchanges")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/resources", "-q", "-n", "2", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "DOPYAPI_EXCHANGES": str(folder)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return read(folder)


@pytest.fixture(scope="module")
def needed() -> set[str]:
    """The lines of the table that something fell under."""
    return set()


def against(one: dict[str, Any], found: list[dict[str, Any]], needed: set[str]) -> list[str]:
    """What is against the document, and stands in no line of the table."""
    wrong = []
    for violation in found:
        place = ".".join(map(str, violation["location"]))
        text = f"{one['operation']} {place} {violation['message']}"
        line = next((line for line in KNOWN if re.search(line, text)), None)
        if line is not None:
            needed.add(line)
        elif violation["severity"] == "Error" and (one["status"] < 400 or not place.startswith("request")):
            # What the API refused was sent to be refused.
            wrong.append(f"{text}, of {one['method']} {one['path']} {one['body'][:200]!r}")
    return wrong


def test_a_mock_of_the_document_takes_every_request(exchanges: list[dict[str, Any]], needed: set[str]) -> None:
    taken = [one for one in exchanges if one["status"] < 400]
    assert len({one["operation"] for one in taken}) > 250
    wrong = []
    with prism.mock() as port:
        for one, status, body, found in prism.ask(port, taken):
            requested = [violation for violation in found if violation["location"][0] == "request"]
            wrong += against(one, requested, needed)
            # With violations that are known, it answers as to an error.
            if not requested and (status >= 400 or "stoplight.io/prism/errors" in body):
                wrong.append(f"{one['method']} {one['path']} is answered {status}: {body[:200]}")
    assert wrong == []


def test_a_proxy_finds_nothing_against_the_document(exchanges: list[dict[str, Any]], needed: set[str]) -> None:
    wrong = []
    with prism.proxy(exchanges) as port:
        for one, status, body, found in prism.ask(port, exchanges):
            wrong += against(one, found, needed)
            if "stoplight.io/prism/errors" in body or status != one["status"]:
                wrong.append(f"{one['method']} {one['path']} is answered {status}: {body[:200]}")
    assert wrong == []
    assert needed == set(KNOWN), "a line of the table is not needed any more"
