"""The pages whose code is run, and what became of it."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.reference.names import names

from .blocks import PARSED, PLAIN, RUN, Block, Page, agrees, commands, page_of, parsed

ROOT = Path(__file__).parent.parent.parent
LOOSE = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "src/dopyapi/emulator/README.md")
GENERATED = ("docs/emulator-coverage.md", "docs/benchmarks.md")
ONES_OWN = ("DO_", "DIGITALOCEAN_", "PYTEST_", "DOPY", "DOCKER_", "KUBECONFIG", "XDG_")
"""Variables whose names begin so are those of whoever runs this, and of no page."""
ELSEWHEN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=127\.0\.0\.1:)\d{5}|\b\d\d:\d\d:\d\d\b"
    r"|\b\d+\.\d+(?= ?s\b)"
)
"""What is something else each time: identifiers, ports, times."""


def pages() -> Iterator[Page]:
    """Every page that is written by hand."""
    for path in [ROOT / name for name in LOOSE] + sorted((ROOT / "docs").rglob("*.md")):
        if path.exists() and str(path.relative_to(ROOT)) not in GENERATED:
            yield page_of(path, ROOT)


def docstrings() -> Iterator[Page]:
    """Every public docstring that shows code, as a page of its own."""
    for name in names():
        if name.found.docstring and "```" in name.found.docstring.value:
            yield parsed(name.path, inspect.cleandoc(name.found.docstring.value) + "\n")


Results = list[tuple[Block, dict[str, Any]]]


def ran(*pages: Page) -> list[Results]:
    """Run pages: the blocks of each with what became of them."""
    todo = [[b for b in page.blocks if b.title or (b.reason is None and b.kind in (*RUN, *PARSED))] for page in pages]
    if not any(todo):
        return [[] for _ in pages]
    with tempfile.TemporaryDirectory(prefix="dopyapi-page-") as folder:
        results = Path(folder) / "results.json"
        place = Path(folder) / "place"
        place.mkdir()
        given = [
            {
                "account": page.account,
                "blocks": [{"kind": b.kind, "code": b.code, "line": b.line, "title": b.title} for b in blocks],
            }
            for page, blocks in zip(pages, todo, strict=True)
        ]
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        environment = {n: v for n, v in os.environ.items() if not n.startswith(ONES_OWN)} | {
            "PYTHONPATH": path,
            "HOME": folder,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.docs.running", str(results)],
            input=json.dumps(given),
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert results.exists(), done.stdout + done.stderr
        became = json.loads(results.read_text())
    return [list(zip(blocks, each, strict=True)) for blocks, each in zip(todo, became, strict=True)]


def wrong(*pages: Page) -> Iterator[str]:
    """What on pages is not so."""
    for page, results in zip(pages, ran(*pages), strict=True):
        yield from _wrong(page, results)


def _wrong(page: Page, results: Results) -> Iterator[str]:
    for block in page.blocks:
        if block.kind not in (*RUN, *PARSED, *PLAIN) and block.reason is None:
            yield f"{page.name}:{block.line}: nobody knows how to run {block.kind}; say <!-- not run: why -->"
    for block, result in results:
        where = f"{page.name}:{block.line}"
        if "failed" in result:
            yield f"{where}: {result['failed']}"
        elif block.kind == "console" and block.title is None:
            for (command, shown), printed in zip(commands(block.code), result["printed"], strict=True):
                if printed is not None and not agrees(shown, printed):
                    yield f"{where}: $ {command}\nshown:\n{shown}printed:\n{printed}"
        elif block.kind == "python" and block.title is None:
            shown = block.shown or ""
            if result["error"] and not block.shown:
                yield f"{where}: {result['error']}"
            elif not agrees(shown, result["printed"]):
                yield f"{where}: shown:\n{shown}printed:\n{result['printed']}{result['error'] or ''}"


def written(page: Page) -> str:
    """The page with what its blocks really print, where it shows something else."""
    edits: list[tuple[int, int, str]] = []
    (results,) = ran(page)
    for block, result in results:
        if "failed" in result or block.title is not None:
            print(f"{page.name}:{block.line}: {result.get('failed', '')}")
        elif block.kind == "console":
            lines = []
            for (command, shown), printed in zip(commands(block.code), result["printed"], strict=True):
                lines.append("$ " + command.replace("\n", "\n> ") + "\n")
                same = printed is None or agrees(shown, printed)
                lines.append(shown if same else _masked(printed))
            edits.append((*block.span, _fenced("console", "".join(lines), block.indent)))
        elif block.kind == "python" and not agrees(block.shown or "", result["printed"]):
            if result["error"]:
                print(f"{page.name}:{block.line}: {result['error']}")
            shown = _fenced("text", _masked(result["printed"]), block.indent)
            if block.shown_span is not None:
                edits.append((*block.shown_span, shown))
            elif result["printed"]:
                edits.append((block.span[1], block.span[1], f"\n\n{shown}"))
    text = page.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _fenced(kind: str, code: str, indent: str) -> str:
    return "\n".join(f"{indent}{line}".rstrip() for line in [f"```{kind}", *code.rstrip("\n").split("\n"), "```"])


def _masked(text: str) -> str:
    """A text without what is something else each time; what fills a column goes on filling it."""
    return ELSEWHEN.sub(lambda m: "...".ljust(len(m[0])) if text.startswith("  ", m.end()) else "...", text)


if __name__ == "__main__":
    # python -m tests.docs.pages docs/start.md ...    shows on these pages what their blocks print
    for given in sys.argv[1:]:
        file = Path(given).resolve()
        file.write_text(written(page_of(file, ROOT)), encoding="utf-8")
