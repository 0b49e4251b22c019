"""Which names of the API reference the suite has used, and which it has not.

``pytest --contract-report`` prints every name with the first test that used it.

Where workers share the tests (``-n``), no test sees what all have used: each worker tells what its own have, and the
run itself is judged at its end.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import record

from . import table
from .test_names import DONE

# Not asked for here, each for a reason:
# - constants of classes and modules: reading a string proves nothing. test_names.py compares their values, and the
#   emulator's catalogue says which of the slugs it offers.
# - constructors: test_names.py holds their signatures, and there is no using a class's other names without them.
# - Resource.auth: a class's attribute, which nothing can listen in on; test_names.py reads it after authenticate().
NOT_LISTENED = {("Resource", "auth")}
# They never ask the API, so they need no emulator to be used.
OFFLINE = {"Auth", "DOJSONEncoder"}

DESELECTED = pytest.StashKey[bool]()
SHARED = pytest.StashKey[bool]()
MISSING = pytest.StashKey[list[str]]()


class Wanted(NamedTuple):
    """A name that some test has to use."""

    shown: str
    key: record.Used


def wanted() -> list[Wanted]:
    """Every name of the table that the suite has to use."""
    found = []
    for kind in ("methods", "actions", "attributes"):
        found += [Wanted(str(e), (e.owner, e.name)) for e in table.members(DONE, kind)]
    found += [Wanted(str(e), ("", e.name)) for e in table.loose(DONE, "functions")]
    found += [Wanted(str(e), (e.name, "raised")) for e in table.loose(DONE, "exceptions")]
    return sorted(w for w in found if w.key not in NOT_LISTENED)


def unused(used: dict[record.Used, str]) -> list[str]:
    """Those of them that no test has used."""
    return [w.shown for w in wanted() if w.key not in used]


def listen() -> None:
    """Listen in on what is neither an operation nor a declared attribute, those being listened in on already."""
    for entry in table.members(DONE, "methods") + table.members(DONE, "attributes"):
        if (entry.owner, entry.name) not in NOT_LISTENED and inspect.getattr_static(entry.cls, entry.name, None):
            record.listen(entry.cls, entry.name, offline=entry.owner in OFFLINE)
    for entry in table.loose(DONE, "functions"):
        record.listen_to_function(table.home(entry.module), entry.name)
    for entry in table.loose(DONE, "exceptions"):
        record.listen_to_exception(getattr(table.home(entry.module), entry.name))


def partial(config: pytest.Config) -> str | None:
    """Why this is not a run of the whole suite, if it is not."""
    root = Path(config.rootpath)
    whole = {root, *(root / place for place in config.getini("testpaths"))}
    if any("::" in a or Path(config.invocation_params.dir, a).resolve() not in whole for a in config.args):
        return "only some paths were given"
    for option in ("keyword", "markexpr", "lf", "ignore", "ignore_glob", "stepwise"):
        if config.getoption(option, None):
            return f"the option {option} chooses among the tests"
    if config.stash.get(DESELECTED, False):
        return "some tests were deselected"
    return "each worker sees a part" if hasattr(config, "workerinput") else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--contract-report``."""
    parser.addoption(
        "--contract-report",
        action="store_true",
        help="print every name of the API reference with the first test that used it",
    )


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Remember that the suite was not run as a whole."""
    for item in items[:1]:
        item.config.stash[DESELECTED] = True


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Learn what the tests of a worker have used."""
    told = getattr(node, "workeroutput", {})
    node.config.stash[SHARED] = True
    node.config.stash[DESELECTED] = node.config.stash.get(DESELECTED, False) or told.get("deselected", True)
    for owner, name, test in told.get("used", ()):
        record.used.setdefault((owner, name), test)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell what was used, as a worker; judge the whole, where workers have told."""
    config: Any = session.config
    if hasattr(config, "workerinput"):
        config.workeroutput["used"] = [[*key, test] for key, test in record.used.items()]
        config.workeroutput["deselected"] = config.stash.get(DESELECTED, False)
    elif config.stash.get(SHARED, False) and session.exitstatus == pytest.ExitCode.OK and partial(config) is None:
        config.stash[MISSING] = unused(record.used)
        if config.stash[MISSING]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table, and what is missing."""
    if missing := config.stash.get(MISSING, []):
        terminalreporter.section(f"{len(missing)} names of the API reference that no test has used")
        terminalreporter.write("".join(f"{name}\n" for name in missing))
    if config.getoption("contract_report"):
        terminalreporter.section("names of the API reference, and the first test that used each")
        for shown, key in wanted():
            terminalreporter.write_line(f"{shown:<44} {record.used.get(key, '-')}")
        names = len(wanted())
        terminalreporter.write_line(f"{names - len(unused(record.used))} of {names} names are used")
