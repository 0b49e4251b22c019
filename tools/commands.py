"""Write the table of the command line's groups, so that its first screen needs none of the resources' modules.

python tools/commands.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dopyapi.cli.naming import derived

PLACE = Path(__file__).parent.parent / "src/dopyapi/cli/index.py"


def written() -> str:
    """The table as a module."""
    lines = [
        '"""The groups of commands that follow from the declarations; written by ``tools/commands.py``."""',
        "",
        "from __future__ import annotations",
        "",
        "GROUPS: dict[str, tuple[tuple[str, ...], str, str]] = {",
    ]
    for group in derived():
        lines.append(f"    {group.name!r}: ({group.aliases!r}, {group.place!r}, {group.line!r}),")
    lines += ["}", '"""Further names, place and line of each group, by its name."""', ""]
    code = "\n".join(lines)
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(PLACE), "-"]
    return subprocess.run(ruff, input=code, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    PLACE.write_text(written())
    print(f"{PLACE.name}: {len(derived())} groups")
