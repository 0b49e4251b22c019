"""A client of a Model Context Protocol server that is started with pipes."""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class ToolFailed(Exception):
    """A tool said that it failed; the text is what it said."""


class Session:
    """A conversation with a server, and the names of the tools that did what they were asked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self.called: set[str] = set()

    def ask(self, method: str, **parameters: Any) -> Any:
        """One request of the protocol, and its result."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        number = next(self._numbers)
        self._process.stdin.write(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
        )
        self._process.stdin.flush()
        for line in self._process.stdout:
            message = json.loads(line)
            if message.get("id") == number:
                assert "error" not in message, f"{method} {parameters}: {message['error']}"
                return message["result"]
        raise AssertionError(f"the server ended when it was asked {method} {parameters}")

    def tool(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool: what its text says, as JSON where it is JSON.

        Raises:
            ToolFailed: it says so.
        """
        result = self.ask("tools/call", name=name, arguments=arguments)
        text = "\n".join(
            part["text"] if part["type"] == "text" else part["resource"]["text"] for part in result["content"]
        )
        if result.get("isError"):
            raise ToolFailed(f"{name}: {text}")
        self.called.add(name)
        try:
            return json.loads(text)
        except ValueError:
            return text

    def until(self, ready: Any, name: str, /, **arguments: Any) -> Any:
        """Call a tool until what it says is ready."""
        deadline = time.monotonic() + 60
        while not ready(said := self.tool(name, **arguments)):
            assert time.monotonic() < deadline, f"{name} still says {said}"
            time.sleep(0.05)
        return said


@contextmanager
def session(command: Sequence[str]) -> Iterator[Session]:
    """Start a server and greet it; it ends with the block."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with process:
        made = Session(process)
        try:
            made.ask(
                "initialize",
                protocolVersion="2025-03-26",
                capabilities={},
                clientInfo={"name": "tests", "version": "1"},
            )
            yield made
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
