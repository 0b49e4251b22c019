"""Build the wheel and the sdist into dist/, and try both where nothing else is: what ``make dist`` runs.

The wheel goes into empty environments: alone, and with all extras. The sdist is unpacked, and ``make demo`` runs there.
Needs the dependency group ``release``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
MOST_DEPENDENCIES = 3
LARGEST_SDIST = 2_000_000
"""Bytes."""
VERSION = re.compile(r"\d+\.\d+\.\d+(\.dev\d+|(a|b|rc)\d+)?")
"""A semantic version, as Python spells it."""
ONCE = {"PIP_COMPILE": "0"}
"""Of environments that are used once: pip compiles nothing in them that nobody loads."""
ALONE = """
import dopyapi as do

with do.testing.emulator() as emulated:
    web = do.Droplet.new(name="web-1", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64", wait=True)
    assert web.status == "active" and emulated.state.counts()["droplets"] == 1
try:
    import asyncio

    asyncio.run(do.Account.load.on(do.Client("t", "http://127.0.0.1:1")).aio(do.Account()))
except ImportError as error:
    assert "dopyapi[async]" in str(error), error
else:
    raise AssertionError("aiohttp is there, and nothing has asked for it")
"""
WITH_EXTRAS = """
import asyncio

import dopyapi as do

with do.testing.server(tls=True) as server:
    async def names():
        async with do.Client(server.token, server.url, ca=server.ca) as client:
            with do.using(client):
                await do.Tag.new.aio(name="web")
                return [tag.name async for tag in do.Tag.list.all()]

    assert asyncio.run(names()) == ["web"]
    server.seed("droplets: [{name: web-1, region: ams3, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}]")
    with do.using(do.Client(server.token, server.url, ca=server.ca, tracing=True)):
        assert do.Droplet.list().total == 1
do.Client("t", rate="redis://127.0.0.1:1")
"""


def run(*command: object, **options: object) -> str:
    """Run a command, and end with what it printed if it fails."""
    done = subprocess.run(  # type: ignore[call-overload]
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}:\n{done.stdout}")
    return str(done.stdout)


def project() -> dict[str, object]:
    """The project's own description; its version is said once more, in the package."""
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = str(found["version"])
    if not VERSION.fullmatch(version):
        raise SystemExit(f"{version} is no semantic version")
    if f'__version__ = "{version}"' not in (ROOT / "src/dopyapi/__init__.py").read_text():
        raise SystemExit(f"the package says another version than {version}")
    if not re.search(rf"^## (Unreleased|{re.escape(version)})", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE):
        raise SystemExit(f"the changelog says nothing of {version}")
    return found


def built() -> tuple[Path, Path]:
    """The wheel and the sdist, built and checked."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", DIST, ROOT)
    (wheel,), (sdist,) = DIST.glob("*.whl"), DIST.glob("*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
    if sdist.stat().st_size > LARGEST_SDIST:
        raise SystemExit(f"{sdist.name} has {sdist.stat().st_size:,} bytes, more than {LARGEST_SDIST:,}")
    return wheel, sdist


def installed(what: str, folder: Path) -> Path:
    """The Python of a new environment that has this and what it needs."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what, env=os.environ | ONCE)
    return python


NOT_THEIRS = ("PYTHON", "DO_", "DIGITALOCEAN_", "VIRTUAL", "MAKE", "MFLAGS")
"""What begins so in the environment says something of this run, and not of a newcomer's."""


def main() -> None:
    """Build and try."""
    described = project()
    wheel, sdist = built()
    print(f"built and checked: {wheel.name} ({wheel.stat().st_size // 1024} KB), {sdist.name} "
          f"({sdist.stat().st_size // 1024} KB)")  # fmt: skip
    extras = described["optional-dependencies"]
    assert isinstance(extras, dict)
    every = re.findall(r"\w+", extras["all"][0].partition("[")[2])
    if missing := set(extras) - {"all", *every}:
        raise SystemExit(f"the extra all has not {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="dopyapi-release-") as name:
        folder = Path(name)
        apart = {n: v for n, v in os.environ.items() if not n.startswith(NOT_THEIRS)}
        apart["HOME"] = str(folder)
        # What was fetched once is not fetched again because HOME is another.
        apart |= ONCE | {"PIP_CACHE_DIR": run(sys.executable, "-m", "pip", "cache", "dir").strip()}
        python = installed(str(wheel), folder / "alone")
        listed = run(python, "-m", "pip", "list", "--format", "freeze").split()
        needed = {line.partition("==")[0] for line in listed} - {"dopyapi", "pip", "setuptools"}
        if len(needed) > MOST_DEPENDENCIES:
            raise SystemExit(f"it needs {', '.join(sorted(needed))}, more than {MOST_DEPENDENCIES}")
        run(python, "-c", ALONE, cwd=folder, env=apart)
        print(f"the wheel works alone; it needs {' and '.join(sorted(needed))}")
        python = installed(f"{wheel}[all]", folder / "all")
        run(python, "-c", WITH_EXTRAS, cwd=folder, env=apart)
        listing = run(folder / "all" / "bin" / "dopy", "--emulator", "tags", "create", "web", cwd=folder, env=apart)
        if "web" not in listing:
            raise SystemExit(f"dopy --emulator tags create web:\n{listing}")
        print(f"it works with its extras: {', '.join(sorted(every))}")
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        (unpacked,) = (p for p in folder.iterdir() if p.name.startswith("dopyapi-"))
        told = run("make", "demo", cwd=unpacked, env=apart)
        if "\nThe end.\n" not in told:
            raise SystemExit(f"make demo, from the sdist:\n{told}")
        print("make demo works from the sdist")


if __name__ == "__main__":
    main()
