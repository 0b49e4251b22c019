"""Threads that all use something for the first time.

msgspec looks at a Struct when it first decodes one, and two threads that let it do so at once end the process: so
decoders of Structs are made where a module is loaded.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dopyapi

SOURCES = Path(dopyapi.__file__).parent
PLAIN = {"dict", "list", "tuple", "str", "int", "float", "bool", "Any", "msgspec", "Raw"}

AT_ONCE = """
import json, sys, threading
import dopyapi as do
from dopyapi._core.steps import Response

MADE = "2026-01-01T00:00:00Z"
ANSWERS = {
    "droplets": [{"id": n, "name": f"web-{n}", "created_at": MADE, "region": {"slug": "ams3"}} for n in range(3)],
    "volumes": [{"id": "a", "name": "data", "created_at": MADE, "droplet_ids": ["not a number"]}],
    "firewalls": [{"id": "f", "name": "front", "status": 5}],
    "domains": [{"name": "example.com", "ttl": 1800}],
    "tags": [{"name": "web"}],
}
WHOLE = json.dumps(ANSWERS | {"meta": {"total": 3}, "links": {}, "droplet": ANSWERS["droplets"][0]}).encode()

class Answering:
    def send(self, request):
        return Response(200, {}, WHOLE)

client = do.Client("t", "https://api.example", transport=Answering())
kinds = do.Droplet, do.Volume, do.Firewall, do.Domain, do.Tag
works = 4 * [
    lambda: [each.region.slug for each in do.Droplet.list.on(client)(tag_name="web")],
    lambda: [each.json() for each in do.Volume.list.on(client)(region="ams3")],
]
works += [lambda kind=kind: [each.json() for each in kind.list.on(client)()] for kind in kinds]
together, problems = threading.Barrier(len(works)), []

def perform(work):
    together.wait()
    try:
        work()
    except BaseException as problem:
        problems.append(repr(problem))

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=perform, args=(work,)) for work in works]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(problems)
"""


def test_threads_may_all_begin_at_once():
    def begun(_: int) -> tuple[int, str, str]:
        command = [sys.executable, "-X", "faulthandler", "-W", "ignore", "-c", AT_ONCE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr[-1500:]

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(begun, range(8)))
    assert ends == [(0, "[]\n", "")] * 8


def test_no_struct_is_decoded_without_a_decoder():
    found = []
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "decode":
                kinds = [each.value for each in node.keywords if each.arg == "type"]
                names = {getattr(n, "id", getattr(n, "attr", "")) for kind in kinds for n in ast.walk(kind)} - {""}
                found += [f"{path.relative_to(SOURCES)}:{node.lineno}: {name}" for name in names - PLAIN]
    assert found == []
