"""python -m benchmarks [--json FILE] [NAME ...]: measure the core and print what it costs."""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

from . import calling, checking, decoding, emulating, limiting, memory, starting

ALL = {
    "starting": starting,
    "calling": calling,
    "checking": checking,
    "limiting": limiting,
    "decoding": decoding,
    "memory": memory,
    "emulating": emulating,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the core costs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; all of them by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    unknown = set(given.names) - set(ALL)
    if unknown:
        parser.error(f"there is no measurement {unknown.pop()!r}; there are {', '.join(ALL)}")
    print(f"Python {platform.python_version()}. Compare ratios of one run; times are those of this machine.\n")
    tables = []
    for name in given.names or ALL:
        tables.append(ALL[name].measure())
        print(tables[-1], end="\n\n", flush=True)
    if given.json:
        facts = {"python": platform.python_version(), "tables": [table.plain() for table in tables]}
        given.json.write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
