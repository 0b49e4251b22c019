"""A GitHub-style webhook: a pull request that is opened gets a preview environment, and one that is closed loses it.

    WEBHOOK_SECRET=... python examples/webhook.py --port 8000 --region ams3 --emulator

It believes only what is signed with the secret (``X-Hub-Signature-256``). GitHub waits ten seconds for an answer, and a
Droplet takes longer: the answer is 202, and one event after the other is worked off.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import dopyapi as do
import preview_environment as preview
from accounts import account, parser, run

LARGEST = 25 * 1024 * 1024
"""Bytes of an event, as GitHub says."""
Job = tuple[str, str]


def handler(secret: bytes, jobs: Queue[Job]) -> type[BaseHTTPRequestHandler]:
    """What answers requests.

    Args:
        secret: what events are signed with.
        jobs: where what is to be done goes: ``("up", "feature/login")``.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            if not 0 < length <= LARGEST:
                return self.answer(413 if length else 411, "an event has a body of up to 25 MiB")
            body = self.rfile.read(length)
            signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
            given = self.headers.get("x-hub-signature-256", "")
            if not hmac.compare_digest(signature.encode(), given.encode("latin-1", "replace")):
                return self.answer(401, "the signature is not that of the secret")
            try:
                job = job_of(self.headers.get("x-github-event", ""), json.loads(body))
            except (ValueError, KeyError, TypeError):
                return self.answer(400, "this is no event")
            if job is None:
                return self.answer(200, "nothing to do")
            jobs.put(job)
            return self.answer(202, f"{job[0]} {job[1]}")

        def answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("content-type", "text/plain; charset=utf-8")
            self.send_header("content-length", str(len(text.encode()) + 1))
            self.end_headers()
            self.wfile.write(f"{text}\n".encode())

        def log_message(self, format: str, *args: Any) -> None:
            print(f"{self.command} {format % args}", flush=True)

    return Handler


def job_of(event: str, payload: dict[str, Any]) -> Job | None:
    """What an event asks for.

    Args:
        event: its name.
        payload: its body.
    """
    if event != "pull_request":
        return None
    branch = str(payload["pull_request"]["head"]["ref"])
    if payload["action"] in ("opened", "reopened", "synchronize"):
        return "up", branch
    return ("down", branch) if payload["action"] == "closed" else None


def work(jobs: Queue[Job], given: argparse.Namespace) -> None:
    """Do one job after the other, for ever.

    Args:
        jobs: what is to be done.
        given: the command line.
    """
    while True:
        what, branch = jobs.get()
        try:
            if what == "up":
                droplet = preview.up(branch, given)
                print(f"{branch}: {droplet.name} at {droplet.getPublicIP()}", flush=True)
            else:
                name = preview.slug(branch)
                droplet = preview.environments().get(name)
                if droplet is not None:
                    preview.down(name, droplet, given.domain)
                print(f"{branch}: {'deleted' if droplet else 'nothing to delete'}", flush=True)
        except do.DOPyError as error:
            print(f"{branch}: {type(error).__name__}: {error}", flush=True)


def main() -> int:
    """Serve until it is interrupted."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    arguments.add_argument("--port", type=int, default=8000, help="0 for a free one (default: %(default)s)")
    preview.options(arguments)
    given = arguments.parse_args()
    secret = os.environ.get("WEBHOOK_SECRET", "").encode()
    if not secret:
        arguments.error("WEBHOOK_SECRET is not set")
    jobs: Queue[Job] = Queue()
    with account(given.emulator), ThreadingHTTPServer((given.host, given.port), handler(secret, jobs)) as server:
        threading.Thread(target=work, args=(jobs, given), daemon=True).start()
        print(f"listening at http://{given.host}:{server.server_port}/", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    run(main)
