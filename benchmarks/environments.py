"""An environment for each client, so that none has what another one brings; made once, below the repository."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACE = ROOT / ".venv-bench"
PYPI = {
    "ours": [f"{ROOT}[async,emulator]"],
    "floor": ["msgspec"],
    "pydo": ["pydo[aio]"],
    "python-digitalocean": ["python-digitalocean"],
    "apache-libcloud": ["apache-libcloud"],
    "plot": ["matplotlib"],
}
"""What is installed where. ``floor`` has the decoder alone."""
SLIM = "slim"
"""dopyapi as it is installed without extras: what a start is measured with."""
PRISM = "@stoplight/prism-cli@5.14.2"
REPORTED = ("dopyapi", "pydo", "python-digitalocean", "apache-libcloud", "msgspec", "httptools", "aiohttp", "requests",
            "urllib3", "uvicorn", "uvloop")  # fmt: skip


def python(name: str) -> Path:
    """The interpreter of an environment."""
    return PLACE / name / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def make(names: list[str]) -> dict[str, str]:
    """Make the environments that are not there yet, and ours anew, so that what is measured is what stands here.

    Returns:
        Why there is none, for each that could not be made.
    """
    PLACE.mkdir(exist_ok=True)
    with ThreadPoolExecutor(4) as pool:  # most of it is waiting for the network
        found = zip(names, pool.map(_made, names), strict=True)
        return {name: why for name, why in found if why}


def _made(name: str) -> str:
    """Make one; why not, where that fails."""
    wanted = [str(ROOT)] if name == SLIM else PYPI[name]
    mark = PLACE / name / "installed.json"
    ours = name in ("ours", SLIM)
    known = mark.exists() and json.loads(mark.read_text()) == _stamp(wanted, ours)
    if known and not ours:
        return ""
    print(f"  installing {name} ...", flush=True)
    try:
        if not python(name).exists():
            _run(sys.executable, "-m", "venv", str(PLACE / name))
        pip = (str(python(name)), "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
        # Ours has the same version as last time, and other contents.
        _run(*pip, *(("--force-reinstall", "--no-deps", str(ROOT)) if known else wanted))
        # pip compiles what it installs, unless the environment forbids it.
        _run(str(python(name)), "-m", "compileall", "-q", str(PLACE / name / "lib"), check=False)
    except subprocess.CalledProcessError as error:
        return (error.stderr.strip().splitlines() or ["it could not be installed"])[-1][:200]
    mark.write_text(json.dumps(_stamp(wanted, ours)))
    return ""


def _stamp(wanted: list[str], ours: bool) -> list[str]:
    """What an environment was made for: of ours, also what it depends on."""
    return [*wanted, (ROOT / "pyproject.toml").read_text()] if ours else wanted


def prism() -> Path | str:
    """The program of a stock mock for OpenAPI documents, or why there is none."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "npm is not installed"
    folder = PLACE / "npm"
    program = folder / "node_modules/@stoplight/prism-cli/dist/index.js"
    if not program.exists():
        print("  installing prism ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        command = ("npm", "install", "--prefix", str(folder), "--loglevel=error", "--no-audit", "--no-fund", PRISM)
        try:
            _run(*command)
        except subprocess.CalledProcessError:
            return "npm cannot install it here"
    return program


def versions() -> dict[str, dict[str, str]]:
    """The versions of what matters in each environment."""
    found = {}
    for name in ("ours", "pydo", "python-digitalocean", "apache-libcloud"):
        if python(name).exists():
            listed = _run(str(python(name)), "-m", "pip", "--disable-pip-version-check", "list", "--format=json")
            installed = {p["name"].lower().replace("_", "-"): p["version"] for p in json.loads(listed)}
            found[name] = {package: installed[package] for package in REPORTED if package in installed}
    return found


def _run(*command: str, check: bool = True) -> str:
    done = subprocess.run(command, check=check, capture_output=True, text=True, timeout=600)
    return done.stdout
