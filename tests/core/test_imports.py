"""What a program loads before it needs it: counted in modules, in interpreters of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PACKAGE_ALONE = {"__future__", "dopyapi"}
"""All that `import dopyapi` may load beyond a bare interpreter."""

NEEDS_THE_NETWORK = {"urllib3", "httptools", "aiohttp", "ssl", "socket", "http", "email", "select", "selectors"}
NEEDS_A_LOOP = {"aiohttp", "asyncio", "concurrent", "uvloop", "anyio"}
DEARER_THAN_THEIR_USE = {
    "inspect",
    "dataclasses",
    "random",
    "copy",
    "logging",
    "json",
    "hashlib",
    "subprocess",
    "importlib.metadata",
    "pathlib",
    "tempfile",
}
NOT_OF_PYTHON = {"dopyapi", "msgspec", "typing_extensions"}
"""The packages that resources may load; msgspec loads typing_extensions where that is installed."""


def loaded(program: str, *arguments: str) -> set[str]:
    """The modules that a program loads, by a fresh interpreter's own count."""
    text = f"import sys\nbefore = set(sys.modules)\n{program}\nprint(*(set(sys.modules) - before))"
    command = [sys.executable, "-I", "-W", "error", "-c", text, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return set(done.stdout.split())


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_package_loads_itself_and_nothing_else():
    assert loaded("import dopyapi") == PACKAGE_ALONE


@pytest.mark.parametrize("name", ["Droplet", "Image", "Action", "ClientError", "Client", "wait_all"])
def test_names_load_neither_network_nor_loop(name):
    modules = loaded(f"import dopyapi; dopyapi.{name}")
    assert f"dopyapi.{'_core' if name != 'Droplet' else 'droplets'}" in modules  # it was loaded indeed
    ours = modules - loaded("import msgspec")
    assert not packages(ours) & (NEEDS_THE_NETWORK | NEEDS_A_LOOP | DEARER_THAN_THEIR_USE)
    assert packages(modules) - set(sys.stdlib_module_names) - set(sys.builtin_module_names) <= NOT_OF_PYTHON


def test_making_a_client_loads_no_network():
    modules = loaded("import dopyapi; dopyapi.authenticate('t'); dopyapi.Droplet.list")
    assert not packages(modules) & (NEEDS_THE_NETWORK | NEEDS_A_LOOP)


def test_a_blocking_request_loads_no_loop(serve):
    server = serve()
    program = "import dopyapi\nwith dopyapi.Client('t', sys.argv[1]) as c, dopyapi.using(c): dopyapi.Droplet.list()"
    modules = loaded(program, f"http://127.0.0.1:{server.port}")
    assert len(server.seen) == 1
    assert {"urllib3", "httptools"} <= modules
    assert not packages(modules) & NEEDS_A_LOOP
    assert not {m for m in modules if m.startswith("dopyapi._facts")}, "there was nothing to check"


def test_the_first_check_loads_the_table_of_facts_and_little_else(serve):
    server = serve()
    program = "import dopyapi\nwith dopyapi.Client('t', sys.argv[1]) as c, dopyapi.using(c): dopyapi.Droplet.list"
    without = loaded(f"{program}()", f"http://127.0.0.1:{server.port}")
    more = loaded(f"{program}(page=1)", f"http://127.0.0.1:{server.port}") - without
    assert more == {
        "dopyapi._facts",
        "dopyapi._facts.errata",
        "dopyapi._core.checking",
        "dopyapi._core.checkers",
        "dopyapi._core.objects",
        "dopyapi._core.wording",
    }


def test_nothing_is_loaded_from_the_tests_or_the_emulator():
    assert not {
        m for m in loaded("import dopyapi; dopyapi.Droplet") if m.startswith(("dopyapi.emulator", "dopyapi.testing"))
    }


def test_a_class_of_a_product_that_nobody_loaded_is_found_by_its_name():
    program = """
import sys, dopyapi as do
with do.testing.emulator(speed=0):
    droplet = do.Droplet.new(name="a", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64", tags=["web"])
    droplet.post("firewalls", {"name": "fw", "tags": ["web"], "outbound_rules": [
        {"protocol": "icmp", "destinations": {"addresses": ["0.0.0.0/0"]}}]})
    assert "dopyapi.firewalls" not in sys.modules
    (firewall,) = droplet.list_firewalls()
    assert type(firewall) is do.Firewall
"""
    assert "dopyapi.firewalls" in loaded(program)
