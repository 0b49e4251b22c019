"""Pictures, drawn by the tool ``dot`` of Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ..failing import FAILED, Failure

PATIENCE = 120.0
"""Seconds that a drawing may take."""
HOW = (
    "Debian, Ubuntu: sudo apt install graphviz",
    "Fedora: sudo dnf install graphviz",
    "macOS: brew install graphviz",
    "Windows: winget install graphviz",
)


def draw(dot: str, format: str, file: Path) -> None:
    """Write a picture.

    Args:
        dot: the graph.
        format: `svg` or `png`.
        file: where.

    Raises:
        Failure: there is no Graphviz, or it could not draw this.
    """
    program = shutil.which("dot")
    if program is None:
        raise Failure(f"{file} needs Graphviz; --format mermaid needs nothing. To install it:", FAILED, HOW)
    resolution = ["-Gdpi=144"] if format == "png" else []
    try:
        drawn = subprocess.run(  # noqa: S603 - the program is what PATH has, the graph goes in as data
            [program, f"-T{format}", *resolution],
            input=dot.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failure(
            f"Graphviz has not drawn it in {PATIENCE:g} s: --tag, --vpc or --project take a part of it", FAILED
        ) from None
    if drawn.returncode or not drawn.stdout:
        said = " ".join(drawn.stderr.decode(errors="replace").split())
        raise Failure(f"Graphviz could not draw it: {said or f'exit status {drawn.returncode}'}", FAILED)
    from dopyapi._core.files import write_whole

    write_whole(file, drawn.stdout, 0o666, folders=False)
