"""Runs the blocks of pages in a process of their own: blocks as JSON on standard input, what they printed in a file.

python -m tests.docs.running RESULTS <blocks.json
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import ipaddress
import json
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dopyapi import testing
from dopyapi._core import accounts
from dopyapi._core.resource import Resource
from dopyapi.emulator import Emulator, VirtualClock
from dopyapi.pytest_plugin import _no_real_network
from tests.docs import blocks

ROOT = Path(__file__).parent.parent.parent
LOOKED_UP = ("make", "pip", "git", "pipx")
SERVER = re.compile(
    r"\b(?:python -m dopyapi\.|dopy )emulator(?! (?:record|replay|import|reset)\b)(?!.*--(?:help|version))"
)
PORT = re.compile(r"--port (\d+)")
LONGEST = 120
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
AGE = 16 * 24 * 3600.0 + 9.5 * 3600
"""When accounts begin, and for how many seconds one with a seed has been there: what it costs depends on that."""


class Runner:
    """The state of a page: its namespace, its files, its servers.

    Args:
        environment: of commands.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.environment = environment
        self.ports: dict[str, str] = {}
        self.servers: list[subprocess.Popen[str]] = []
        self.loop = asyncio.Runner()

    def run(self, block: dict[str, Any]) -> dict[str, Any]:
        """Run one block: what it printed, or for each of its commands; and what went wrong."""
        kind, code = block["kind"], self.actual(block["code"])
        if block["title"] is not None:
            file = Path(block["title"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(code)
            if kind == "python":
                compile(code, block["title"], "exec")
            return {}
        if kind == "console":
            return {"printed": [self.command(self.actual(command)) for command, _ in blocks.commands(block["code"])]}
        if kind == "python":
            return self.python(code, block["line"])
        if kind == "json":
            json.loads(code)
        elif kind == "toml":
            import tomllib

            tomllib.loads(code)
        elif kind == "yaml":
            import yaml

            yaml.safe_load(code)
        return {}

    def python(self, code: str, line: int) -> dict[str, Any]:
        out = io.StringIO()
        error = None
        tree = compile("\n" * line + code, "<page>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        with contextlib.redirect_stdout(out):
            try:
                if tree.co_flags & inspect.CO_COROUTINE:
                    self.loop.run(_awaited(tree, self.names))
                else:
                    exec(tree, self.names)
            except (Exception, SystemExit) as problem:
                error = "".join(traceback.format_exception(problem))
                out.write(f"{type(problem).__name__}: {problem}\n")
        return {"printed": self.as_shown(out.getvalue()), "error": error}

    def command(self, command: str) -> str | None:
        """Run a command; None where it is only looked up."""
        program = re.sub(r"^(\w+=\S+ +)*", "", command).split()[0]
        if program in LOOKED_UP:
            looked_up(command)
            return None
        if SERVER.search(command):
            return self.serve(command)
        if program == "export":
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(command)[1:])
            return ""
        done = subprocess.run(
            ["bash", "-c", command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        return self.as_shown(done.stdout)

    def serve(self, command: str) -> str:
        """Start an emulator, on a port of its own; what it says first."""
        wanted = PORT.search(command)
        shown = wanted[1] if wanted else "8080"
        # exec, so that what is ended in the end is the server itself.
        actual = (
            re.sub(r"^(python -m dopyapi|dopy emulator)", r"exec \1", PORT.sub("", command).split("#")[0]) + " --port 0"
        )
        server = subprocess.Popen(
            ["bash", "-c", actual], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.servers.append(server)
        said = _said(server)
        found = re.search(r"https?://[\w.]+:(\d+)", said)
        if found is None:
            raise AssertionError(f"{command}: {said}")
        self.ports[shown] = found[1]
        return self.as_shown(said)

    def actual(self, text: str) -> str:
        """A text with the ports that things really have."""
        for shown, port in self.ports.items():
            text = text.replace(f":{shown}", f":{port}")
        return text

    def as_shown(self, text: str) -> str:
        for shown, port in self.ports.items():
            text = text.replace(f":{port}", f":{shown}")
        text = text.replace(self.environment["HOME"], "/home/me")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)

    def close(self) -> None:
        self.loop.close()
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.communicate(timeout=20)


def _said(server: subprocess.Popen[str]) -> str:
    """What a server says before it says nothing more for a while."""
    assert server.stdout is not None
    said, patience = "", 15.0
    while select.select([server.stdout], [], [], patience)[0] and (read := os.read(server.stdout.fileno(), 65536)):
        said, patience = said + read.decode(), 0.3
    return said


async def _awaited(tree: Any, names: dict[str, Any]) -> None:
    found = eval(tree, names)
    if inspect.isawaitable(found):
        await found


def looked_up(command: str) -> None:
    """Whether what is not run here is there at all: targets of the Makefile, extras of the package."""
    if target := re.match(r"make (\S+)", command):
        assert re.search(rf"^{re.escape(target[1])}:", (ROOT / "Makefile").read_text(), re.MULTILINE), command
    if "pip" in command and (extras := re.search(r"\[([\w,]+)\]", command)):
        import tomllib

        known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        assert set(extras[1].split(",")) <= set(known), command


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Let nothing be reached that is not on this machine, the ports of emulated Droplets among it."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise OSError(f"{host} is not on this machine")


def ran(page: list[dict[str, Any]], runner: Runner) -> list[dict[str, Any]]:
    """What became of each block of a page."""
    results = []
    try:
        for block in page:
            try:
                results.append(runner.run(block))
            except Exception:
                results.append({"failed": traceback.format_exc()})
    finally:
        runner.close()
    return results


def main() -> None:
    sys.addaudithook(_stay_here)
    pages = json.load(sys.stdin)
    results: list[list[dict[str, Any]]] = []
    (Path.cwd() / "examples").symlink_to(ROOT / "examples")
    # Nothing has to be waited for, and the day is always the same.
    options: dict[str, Any] = {"speed": 0, "clock": VirtualClock(BEGIN)}
    # The account of the environment, and of nothing else: what a page says of accounts is what decides.
    emulated = testing.Emulated(Emulator(**options))
    with emulated.serve() as served, _no_real_network():
        told = served.environment | {"DO_TOKEN": served.token}
        os.environ.update(told)
        paths = [str(Path(sys.executable).parent), os.environ["PATH"]]
        environment = os.environ | {"PATH": os.pathsep.join(paths), "COLUMNS": "100", "NO_COLOR": "1"}
        for page in pages:
            emulated.emulator.reset()
            if page["account"]:
                emulated.emulator.seed(ROOT / page["account"])
                emulated.emulator.settle(AGE)
            accounts._default = Resource.auth = None
            results.append(ran(page["blocks"], Runner(dict(environment))))
    Path(sys.argv[1]).write_text(json.dumps(results))


if __name__ == "__main__":
    assert shutil.which("bash")
    main()
