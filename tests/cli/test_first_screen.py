"""What is seen first, and that nothing is loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dopyapi.cli.index import GROUPS
from dopyapi.cli.screen import text
from dopyapi.cli.written import WRITTEN

from .conftest import Dopy


def test_the_first_screen_is_the_same_however_it_is_asked_for(stranger: Dopy) -> None:
    shown = stranger("--help")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out == stranger().out == stranger.inside("-h").out == text(80)
    assert stranger.inside("--emulator", "--help").out == shown.out
    assert stranger("--version").out.startswith("dopy ")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_it_fits_and_names_every_command(columns: int) -> None:
    lines = text(columns).splitlines()
    assert max(map(len, lines)) <= max(columns, 60)
    names = {line.split()[0] for line in lines if line.startswith("  ") and line.split()}
    assert set(GROUPS) | set(WRITTEN) <= names


def test_it_is_as_wide_as_the_terminal(stranger: Dopy) -> None:
    for columns in (60, 120):
        screen = stranger.on_terminal("help", columns=columns, rows=100)
        assert screen.text.rstrip() == text(min(columns, 100)).rstrip(), columns


def test_nothing_that_commands_need_is_loaded_for_it_and_no_rich_for_a_pipe(dopy: Dopy) -> None:
    watched = set("click rich msgspec urllib3 httptools yaml jmespath keyring aiohttp matplotlib".split())
    program = (
        "import sys; sys.argv = ['dopy', *sys.argv[1:]]\n"
        "from dopyapi.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & {watched}))"
    )

    def loaded(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=dopy.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()[-1]

    assert loaded("--help") == "[]"
    assert loaded("droplets", "--help") == "['click', 'msgspec']"
    assert loaded("droplets", "list") == "['click', 'httptools', 'msgspec', 'urllib3']"
    assert loaded("droplets", "list", "-o", "json") == "['click', 'httptools', 'msgspec', 'urllib3']"
