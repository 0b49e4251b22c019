"""What a newcomer types stands at the beginning of the README; the forms of issues can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tools import newcomer

ROOT = Path(__file__).parent.parent.parent


def test_the_commands_are_those_of_the_readme() -> None:
    assert newcomer.commands((ROOT / "README.md").read_text()) == ["make demo", "make test"]


def test_a_readme_without_them_is_refused() -> None:
    with pytest.raises(SystemExit, match="begins with 1 commands"):
        newcomer.commands("```console\n$ make demo  # see\n```\n")


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda p: p.stem)
def test_the_forms_of_issues_are_forms(path: Path) -> None:
    form = yaml.safe_load(path.read_text())
    if path.stem == "config":
        assert form["blank_issues_enabled"] is True
        return
    assert {"name", "description", "body"} <= set(form)
    identifiers = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(identifiers) == len(set(identifiers)) >= 1
