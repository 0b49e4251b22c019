"""The page at / as a program sees it: its files, its policy, and that it stays out of the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dopyapi.emulator import Answer, Emulator, page
from dopyapi.emulator.journal import Exchange

HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FOLDER = Path(page.__file__).parent


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(token="sesame")


def get(emulator: Emulator, path: str, method: str = "GET", **headers: str) -> Answer:
    answer = emulator.handle(method, path, "", {name.replace("_", "-"): value for name, value in headers.items()}, b"")
    assert isinstance(answer, Answer)
    return answer


def test_a_browser_gets_the_page_without_a_token(emulator: Emulator) -> None:
    answer = get(emulator, "/", **HTML)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert b"<title>dopyapi emulator</title>" in answer.body


def test_a_program_that_asks_for_json_gets_json(emulator: Emulator) -> None:
    answer = get(emulator, "/", accept="application/json")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.status in (401, 404)


@pytest.mark.parametrize("path", page.FILES)
def test_every_file_is_given_as_what_it_is(emulator: Emulator, path: str) -> None:
    answer = get(emulator, path, accept="*/*")
    assert answer.status == 200
    assert answer.body == (FOLDER / page.FILES[path]).read_bytes()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert get(emulator, path, "HEAD", accept="*/*").body == b""
    again = get(emulator, path, accept="*/*", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_all_files_of_the_folder_are_served_and_nothing_else_is(emulator: Emulator) -> None:
    kept = {file.name for file in FOLDER.iterdir() if file.suffix not in (".py", "") and file.is_file()}
    assert kept == set(page.FILES.values())
    assert get(emulator, "/_emulator/page/__init__.py").status in (401, 404)
    assert get(emulator, "/_emulator/page/../server.py").status in (401, 404)


def test_its_policy_lets_nothing_in_from_elsewhere(emulator: Emulator) -> None:
    policy = get(emulator, "/", **HTML).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for name in page.FILES.values():
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"(src|href|from|import)\s*[=(]?\s*[\"'](https?:)?//", text), (
            f"{name} asks another machine"
        )
        assert "innerHTML" not in text
        assert "eval(" not in text
    assert not re.search(r"\son\w+=|style=|<style|<script>", (FOLDER / "index.html").read_text(encoding="utf-8"))


def test_looking_at_the_page_is_no_request_of_a_client(emulator: Emulator) -> None:
    for path in page.FILES:
        get(emulator, path, accept="*/*")
    found: list[Exchange] = list(emulator.log)
    assert found == []


def test_the_page_is_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in page.FILES.values()) < 80_000
