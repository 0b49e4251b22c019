"""Schemathesis throws at every operation served what its schema allows and what it forbids, alone and in sequences.

No answer may be a 500, be of another type than said, or be outside its schema. Seeded: the same every time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tools.coverage import BEHAVIOUR, GENERIC

import dopyapi.testing

from .document import DOCUMENT, served

pytestmark = pytest.mark.fuzz

PROGRAM = Path(sys.prefix) / "fuzz" / "bin" / "schemathesis"
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"


@pytest.fixture
def document(tmp_path: Path, strict: bool) -> Path:
    """The file of what is fuzzed."""
    if not DOCUMENT.exists():
        pytest.skip("the official document is not here")
    if not PROGRAM.exists():
        pytest.skip("schemathesis is not installed: make fuzz installs it")
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served({BEHAVIOUR} if strict else {BEHAVIOUR, GENERIC})))
    return path


# Examples an operation, and seconds after which it is enough; the coverage of all that schemas say comes to its end.
@pytest.mark.parametrize(
    ("strict", "phase", "examples", "seconds"),
    [(False, "coverage", 3, 300), (False, "fuzzing", 3, 75), (False, "stateful", 15, 30), (True, "fuzzing", 3, 25)],
)
def test_nothing_that_is_thrown_at_it_breaks_it(
    document: Path, strict: bool, phase: str, examples: int, seconds: int
) -> None:
    arguments = ["--strict"] if strict else []
    with dopyapi.testing.server("--speed", "0", *arguments) as server:
        done = subprocess.run(
            [
                *(PROGRAM, "run", document, "--url", server.url, "-H", f"Authorization: Bearer {server.token}"),
                *("--phases", phase, "--checks", CHECKS, "--seed", "20", "-n", str(examples), "-w", "1"),
                *("--continue-on-failure", "--no-shrink", "--no-color", "--max-time", str(seconds)),
                *("--suppress-health-check", "all", "--generation-database", "none"),
            ],
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=False,
        )
        summary = done.stdout.rpartition("= SUMMARY =")[2]
        assert server.state("droplets") is not None, "it is well"
    assert "Test cases:" in summary, done.stdout[-3000:] + done.stderr
    assert done.returncode == 0, done.stdout[done.stdout.find("= FAILURES =") :][:6000]
