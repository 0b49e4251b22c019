"""The drafting tool: what it drafts imports, passes the linter, and works."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import dopyapi as do

pytest.importorskip("ruff", reason="ruff is not installed: it is among what checks need")
from tools import draft

ROOT = Path(__file__).parent.parent.parent
GROUPS = {
    "/v2/uptime/checks": "UptimeCheck",
    "/v2/monitoring/alerts": "AlertPolicy",
    "/v2/apps": "App",
    "/v2/functions/namespaces": "Namespace",
    "/v2/gen-ai/agents": "Agent",
    "/v2/spaces/keys": "SpacesKey",
}


def loaded(text: str, folder: Path, name: str) -> ModuleType:
    """The module, as if it stood in the package."""
    file = folder / f"{name}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(f"dopyapi.{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("path", "name"), GROUPS.items(), ids=GROUPS.values())
def test_a_draft_passes_the_linter(path: str, name: str, tmp_path: Path) -> None:
    text = draft.drafted(path, name)
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        ran = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", "src/dopyapi/draft.py", "-"],
            input=text, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
    compile(text, path, "exec")


def test_a_draft_works(tmp_path: Path) -> None:
    """As it is, against the emulator's general rule."""
    try:
        module = loaded(draft.drafted("v2/uptime/checks", "UptimeCheck"), tmp_path, "drafted")
        with do.testing.emulator():
            check = module.UptimeCheck.new(
                name="front", type="https", target="https://example.com/", regions=["eu_west"], enabled=True
            )
            assert check.id
            assert [c.name for c in module.UptimeCheck.list.all()] == ["front"]
            again = module.UptimeCheck.fetch(check.id)
            assert (again.target, again.enabled) == ("https://example.com/", True)
            again.enabled = False
            again.save()
            check.load()
            assert check.enabled is False
            check.delete()
            with pytest.raises(do.ResourceNotFoundError):
                again.load()
            with pytest.raises(do.InvalidRequest, match="did you mean 'target'"):
                module.UptimeCheck.new(name="front", taget="https://example.com/")
    finally:
        sys.modules.pop("dopyapi.drafted", None)


def test_nothing_is_drafted_of_a_path_that_is_not_there() -> None:
    with pytest.raises(SystemExit, match="no operation"):
        draft.drafted("/v2/nonsense", "Nonsense")


def test_it_says_what_nobody_declares() -> None:
    listed = list(draft.groups())
    assert any(line.endswith("/v2/uptime/checks") for line in listed)
    assert not any(line.endswith("/v2/droplets") for line in listed)
