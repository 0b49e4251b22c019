"""A part of a file of the user's that is kept by us, between two markers; the rest is never touched."""

from __future__ import annotations

import re
from pathlib import Path

from ..failing import FAILED, Failure

_SECTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
END_OF_HOSTS = "Match all\n"
"""Ends the last Host block, so that what the user writes below is for all hosts, as it would be without us."""


def markers(section: str) -> tuple[str, str]:
    """The lines between which a section stands."""
    if _SECTION.fullmatch(section) is None:
        raise Failure(f"--section {section!r}: use letters, digits and . _ @ -", FAILED)
    return (
        f"# BEGIN dopy {section} (written by dopy ssh-config; changes in here are lost)\n",
        f"# END dopy {section}\n",
    )


def with_section(present: str, section: str, content: str, where: str) -> str:
    """A file's text with this section; a new one is put at the end.

    Args:
        present: the text as it is.
        section: name of the section.
        content: what shall stand in it.
        where: what messages call the file.

    Raises:
        Failure: the markers do not stand as they were written, so that it cannot be told what is ours.
    """
    begin, end = markers(section)
    made = f"{begin}{content}{END_OF_HOSTS if content else ''}{end}"
    lines = present.splitlines(keepends=True)
    begins = [n for n, line in enumerate(lines) if _is(line, begin.split(" (")[0])]
    ends = [n for n, line in enumerate(lines) if _is(line, end.rstrip("\n"))]
    if not begins and not ends:
        gap = "" if not present else "\n" if present.endswith("\n") else "\n\n"
        return f"{present}{gap}{made}"
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise Failure(
            f"{where} has the markers of dopy's section {section!r} {len(begins)} and {len(ends)} times, or in the "
            "wrong order: remove what is left of it; nothing was written",
            FAILED,
        )
    return "".join([*lines[: begins[0]], made, *lines[ends[0] + 1 :]])


def _is(line: str, marker: str) -> bool:
    stripped = line.strip()
    return stripped == marker or stripped.startswith(f"{marker} (")


def keep(path: Path, section: str, content: str) -> bool:
    """Write a section into a file, for its owner only; whether that changed anything.

    Args:
        path: the file; made where there is none.
        section: name of the section.
        content: what shall stand in it.
    """
    from dopyapi._core.files import write_whole

    # Whatever bytes the user's part has, it keeps.
    present = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    made = with_section(present, section, content, str(path)).encode("utf-8", "surrogateescape")
    private = path.exists() and path.stat().st_mode & 0o077 == 0
    if path.exists() and private and made == present.encode("utf-8", "surrogateescape"):
        return False
    write_whole(path, made)
    return True
