"""Every code block of the pages and the docstrings runs, and prints what is shown."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from . import pages
from .blocks import RUN, Page, agrees, commands, parsed

EXAMPLES = sorted((pages.ROOT / "examples").glob("*.py"))
PAGES = list(pages.pages())
DOCSTRINGS = list(pages.docstrings())
NOT_RUN = 9
"""So many blocks say why they cannot be run; a further one is to be thought over."""


@pytest.mark.parametrize("page", [p for p in PAGES if p.blocks], ids=lambda page: page.name)
def test_a_page_says_what_is_so(page: Page) -> None:
    found = list(pages.wrong(page))
    assert not found, "\n".join(found)


def test_docstrings_say_what_is_so() -> None:
    assert len(DOCSTRINGS) >= 8
    found = list(pages.wrong(*DOCSTRINGS))
    assert not found, "\n".join(found)


def test_hardly_any_block_is_not_run() -> None:
    reasons = [(p.name, b.line, b.reason) for p in PAGES + DOCSTRINGS for b in p.blocks if b.reason is not None]
    assert len(reasons) == NOT_RUN, reasons
    blocks = [b for p in PAGES for b in p.blocks if b.kind in RUN]
    assert len(blocks) > 60


def test_a_page_names_the_account_that_it_shows() -> None:
    accounts = {page.name: page for page in PAGES if page.account is not None}
    assert accounts
    for page in accounts.values():
        assert f"`{page.account}`" in page.text, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_of_a_page_leads_somewhere(page: Page) -> None:
    """In the repository; `make docs` holds those of the site, which are made of them."""
    prose = re.sub(r"```.*?```", "", page.text, flags=re.DOTALL)
    for label, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", prose):
        if "://" not in target:
            path = (pages.ROOT / page.name).parent / target.partition("#")[0]
            assert path.exists(), f"{page.name}: [{label}]({target})"


def test_no_code_hides_in_a_docstring() -> None:
    """What looks like code is a block, which is run."""
    for name in pages.names():
        text = name.found.docstring.value if name.found.docstring else ""
        plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        assert not re.search(r"^ *(import dopyapi|with do\.|do\.\w+[.(]|>>> )", plain, re.MULTILINE), name.path


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_the_usage_of_an_example_is_what_it_takes(script: Path) -> None:
    """Its first command runs as it stands, elsewhere; the options of the others are known to it."""
    text = script.read_text().split('"""')[1]
    usages = re.findall(rf"^    .*?python examples/{script.stem}\.py(.*)$", text, re.MULTILINE)
    if script.stem == "accounts":
        return
    assert usages
    known = subprocess.run(
        [sys.executable, str(script), "--help"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    for usage in usages:
        for word in shlex.split(usage.partition("  ")[0]):
            if word.startswith("-"):
                assert re.search(rf"(?<![\w-]){re.escape(word)}\b", known), f"{script.name} knows no {word}"


def test_what_is_shown_is_held_against_what_was_printed() -> None:
    assert agrees("a\n", "a\n")
    assert not agrees("a\n", "b\n")
    assert not agrees("", "b\n")
    assert agrees("id ...\n", "id 5\n")
    assert agrees("a\n...\nz\n", "a\nb\nc\nz\n")
    assert agrees("ID        NAME\n...       a\n", "ID        NAME\n4711-08  a\n")
    assert not agrees("...  a  b\n", "1  a b\n")
    assert not agrees("a\n...\n", "b\n")
    assert commands("$ one\nout\n$ two\n") == [("one", "out\n"), ("two", "")]


LIES = {
    "```python\nprint(1)\n```\n\n```text\n2\n```\n": "printed:\n1",
    "```python\nprint(1)\n```\n": "printed:\n1",
    "```python\nnothing\n```\n": "NameError",
    "```console\n$ echo hi\nho\n```\n": "printed:\nhi",
    "```console\n$ make nonsense\n```\n": "AssertionError",
    "```ruby\nputs 1\n```\n": "nobody knows",
    "```python\nimport socket\nsocket.create_connection(('192.0.2.1', 22))\n```\n": "is not on this machine",
}
TRUTHS = (
    "```python\nprint(1)\n```\n\n```text\n1\n```\n",
    "```console\n$ echo hi\nhi\n```\n",
    "<!-- not run: it is Ruby -->\n```ruby\nputs 1\n```\n",
    "```python\nimport asyncio\nx = await asyncio.sleep(0, 5)\nprint(x)\n```\n\n```text\n5\n```\n",
    "```python\ntry:\n    x\nexcept NameError:\n    print('new')\n```\n\n```text\nnew\n```\n",
)


def test_a_page_that_lies_is_found_out() -> None:
    found = list(pages.wrong(*(parsed(f"page-{number}.md", text) for number, text in enumerate(LIES))))
    assert len(found) == len(LIES)
    for number, why in enumerate(LIES.values()):
        assert any(problem.startswith(f"page-{number}.md:") and why in problem for problem in found), why
    assert list(pages.wrong(*(parsed("page.md", text) for text in TRUTHS))) == []
