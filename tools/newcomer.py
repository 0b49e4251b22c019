"""Do what a newcomer does: clone into an empty folder, with an empty HOME, and type the two commands of the README.

    python tools/newcomer.py FOLDER     the clone is FOLDER/dopyapi, and stays there

The commands are read out of the README's first console block, and run as they stand. The first ends with a finished
demo, the second with a green test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "TMPDIR", "PYENV_ROOT")
"""What a newcomer's shell has; beside it what says where packages come from, and what tests may use here."""
KEPT_FAMILIES = ("PIP_", "NPM_", "npm_", "DOPYAPI_TEST_", "SSL_CERT_", "REQUESTS_CA_", "HTTP_", "HTTPS_", "NO_PROXY")
PROOFS = (r"^The end\.$", r"\d+ passed|^\.+ +\[100%\]$")
"""What the commands print in the end when all is well."""


def commands(readme: str) -> list[str]:
    """The commands of the first console block, without their comments."""
    block = re.search(r"```console\n(.*?)```", readme, re.DOTALL)
    found = re.findall(r"^\$ ([^#\n]+)", block[1], re.MULTILINE) if block else []
    if len(found) != len(PROOFS):
        raise SystemExit(f"the README begins with {len(found)} commands, and a newcomer has {len(PROOFS)}")
    return [command.strip() for command in found]


def main() -> None:
    """Be one."""
    folder = Path(sys.argv[1]).resolve()
    clone, home = folder / "dopyapi", folder / "home"
    home.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    environment = {n: v for n, v in os.environ.items() if n in KEPT or n.startswith(KEPT_FAMILIES)}
    environment["HOME"] = str(home)
    for command, proof in zip(commands((clone / "README.md").read_text()), PROOFS, strict=True):
        print(f"== {command}", flush=True)
        began = time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=clone,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            said.append(line)
        if process.wait() != 0:
            raise SystemExit(f"{command} ended with {process.returncode}")
        if not re.search(proof, "".join(said), re.MULTILINE):
            raise SystemExit(f"{command} did not end as it should: no {proof}")
        print(f"-- {command}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
