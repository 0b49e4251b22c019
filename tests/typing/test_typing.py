"""Both checkers know what users write to be right, and what they get wrong to be wrong."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GOOD, WRONG = HERE / "good.py", HERE / "wrong.py"
QUIET = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
"""Keeps pyright's wrapper from asking the network for its newest version."""

Findings = dict[tuple[str, int], list[str]]
"""Messages by file and line."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True
    )


def needs(checker: str) -> None:
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed: pip install --group check")


@cache
def mypy() -> Findings:
    needs("mypy")
    ran = run("mypy", "--strict", "--no-error-summary", "--show-error-codes", str(GOOD), str(WRONG))
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    found: Findings = {}
    for line in ran.stdout.splitlines():
        match = re.match(r"(.+?):(\d+): error: (.*)", line)
        if match:
            found.setdefault((Path(match[1]).name, int(match[2])), []).append(match[3])
    return found


@cache
def pyright() -> Findings:
    needs("pyright")
    version = run("pyright", "--version")
    if version.returncode != 0:
        pytest.skip(f"pyright cannot run: {(version.stdout + version.stderr).strip()[-200:]}")
    ran = run("pyright", "--outputjson", "--pythonpath", sys.executable, str(GOOD), str(WRONG))
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    report = json.loads(ran.stdout)
    assert report["summary"]["filesAnalyzed"] >= 2
    assert all("# pyright: strict" in file.read_text() for file in (GOOD, WRONG))
    found: Findings = {}
    for finding in report["generalDiagnostics"]:
        place = (Path(finding["file"]).name, finding["range"]["start"]["line"] + 1)
        found.setdefault(place, []).append(f"{finding['message']} [{finding.get('rule', 'error')}]")
    return found


CHECKERS = pytest.mark.parametrize("checker", [mypy, pyright], ids=["mypy", "pyright"])


@CHECKERS
def test_what_is_right_is_known_to_be_right(checker: Callable[[], Findings]) -> None:
    wrong = [
        f"{name}:{line}: {m}" for (name, line), messages in checker().items() for m in messages if name != WRONG.name
    ]
    assert not wrong, "\n".join(sorted(wrong))


@CHECKERS
def test_what_is_wrong_is_seen_on_exactly_its_line(checker: Callable[[], Findings]) -> None:
    found = checker()
    lines = WRONG.read_text().splitlines()
    marked = {n for n, line in enumerate(lines, 1) if line.endswith("# error")}
    assert len(marked) > 40
    # That a value is not used is no reason of ours.
    seen = {
        line
        for (name, line), messages in found.items()
        if name == WRONG.name and any("[reportUnused" not in message for message in messages)
    }
    unseen = [f"{n}: {lines[n - 1].strip()}" for n in sorted(marked - seen)]
    unmarked = [f"{n}: {lines[n - 1].strip()}: {found[WRONG.name, n]}" for n in sorted(seen - marked)]
    assert not unseen, "no error is seen in\n" + "\n".join(unseen)
    assert not unmarked, "an error is seen in\n" + "\n".join(unmarked)
