"""Every name of the API reference is there, is called as that page says, and no name was invented in its style."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from enum import Enum
from typing import Any

import pytest
from tools import contract

import dopyapi as do
from dopyapi._core.fields import Field
from dopyapi._core.resource import Resource

from . import table
from .table import SHARED, Named

# This only grows: a module stands here from the day that all its names hold.
DONE = (
    "resource",
    "auth",
    "common",
    "account",
    "actions",
    "regions",
    "sizes",
    "images",
    "tags",
    "sshkeys",
    "snapshots",
    "droplets",
    "domains",
    "certificates",
    "cdns",
    "vpcs",
    "projects",
    "volumes",
    "floating_ips",
    "databases",
    "firewalls",
    "loadbalancers",
    "registry",
    "bills",
    "invoices",
    "doks",
    "clickapps",
)
# Names that the reference also shows at the top of the package: ``do.Droplet``, ``do.sizes.tiny``.
TOP = {
    "authenticate Auth": "auth",
    "Resource": "resource",
    "Volume": "volumes",
    "Region": "regions",
    "Account": "account",
    "Image": "images",
    "Droplet": "droplets",
    "Size": "sizes",
    "SSHKey": "sshkeys",
    "Project Purpose": "projects",
    "FloatingIP": "floating_ips",
    "Firewall InboundRule OutboundRule Location": "firewalls",
    "Tag": "tags",
    "Action": "actions",
    "Snapshot": "snapshots",
    "DOJSONEncoder": "common",
    "Balance BillingHistory": "bills",
    "LoadBalancer ForwardingRule StickySession HealthCheck": "loadbalancers",
    "VPC": "vpcs",
    "CDN": "cdns",
    "Certificate": "certificates",
    "Domain DomainRecord": "domains",
    "Registry Repository RepositoryTag": "registry",
    "Invoice InvoiceItem InvoiceSummary": "invoices",
    "DatabaseCluster DatabaseFirewall DatabaseConnectionPool": "databases",
    "ClickApp": "clickapps",
    "DOKS NodePool": "doks",
}
EMPTY: tuple[Any, ...] = ([], {}, (), None, "", 0, False)
REFERENCE = SHARED / "reference" / "contract.json"
CHECK = SHARED / "tools" / "contract_check.py"


def named(entries: list[Named]) -> pytest.MarkDecorator:
    """One test for each."""
    return pytest.mark.parametrize("entry", entries, ids=str)


def same_default(documented: Any, actual: Any) -> bool:
    """Whether a default means what the reference's does."""
    if documented in ([], {}):
        return actual is inspect.Parameter.empty or actual in EMPTY
    if isinstance(documented, str) and "/.docker/" in documented:
        return actual is None or "docker" in str(actual)  # the file in the user's own home, found when it is called
    return bool(documented == actual)


def takes(function: Any, params: list[list[Any]], documented: list[str], where: str) -> None:
    """Hold a signature against the reference's."""
    assert callable(function), f"{where} is {function!r}, which cannot be called"
    signature = inspect.signature(function)
    written = [p for p in params if not p[0].startswith("*")]
    keywords = dict.fromkeys([p[0] for p in written] + documented, "x")
    try:
        signature.bind(**keywords)
    except TypeError as error:
        pytest.fail(f"{where}{signature} does not take {', '.join(keywords)} by name: {error}")
    required = [p[0] for p in written if len(p) == 1]
    try:
        signature.bind(*required, **dict.fromkeys(n for n in documented if n not in [p[0] for p in written]))
    except TypeError as error:
        pytest.fail(f"{where}{signature} does not take {', '.join(required) or 'no argument'} by position: {error}")
    for name, default in (p for p in written if len(p) == 2):
        actual = signature.parameters[name].default if name in signature.parameters else "absent"
        assert same_default(default, actual), f"{where}: {name} is {actual!r} by default, and documented as {default!r}"


@named(table.classes(DONE))
def test_class(entry: Named) -> None:
    init = entry.facts["init"]
    if not any(p[0].startswith("*") for p in init):
        takes(entry.cls, init, [], str(entry))
    if issubclass(entry.cls, Resource):
        wanted = table.modules()["resource"]["classes"]["Resource"]["class_attributes"]
        missing = [name for name in wanted if not hasattr(entry.cls, name)]
        assert not missing, f"{entry} has no {', '.join(missing)}"
        kinds = {name: type(getattr(entry.cls, name)) for name in wanted}
        assert kinds == {n: list if n.endswith("_attrs") else str for n in wanted}


@named(table.members(DONE, "attributes"))
def test_attribute(entry: Named) -> None:
    found = inspect.getattr_static(entry.cls, entry.name, None)
    if entry.name in getattr(entry.cls, "__dataclass_fields__", {}):
        return
    if issubclass(entry.cls, Resource) and entry.cls is not Resource:
        found = entry.cls._fields[entry.name] if entry.name in entry.cls._cells else found
        assert isinstance(found, Field | property), f"{entry} is {found!r}, and not declared as an attribute"
        listed = {*entry.cls._fetch_attrs, *entry.cls._static_attrs, *entry.cls._dynamic_attrs}
        assert isinstance(found, property) or entry.name in listed, f"{entry} is in none of the lists of attributes"
    else:
        assert found is not None or hasattr(entry.cls, entry.name), f"there is no {entry}"


@named(table.members(DONE, "constants"))
def test_constant_of_a_class(entry: Named) -> None:
    actual = getattr(entry.cls, entry.name, None)
    assert (actual.value if isinstance(actual, Enum) else actual) == entry.facts


@named(table.members(DONE, "methods"))
def test_method(entry: Named) -> None:
    params, documented = entry.facts["params"], entry.facts.get("documented", [])
    assert hasattr(entry.cls, entry.name), f"there is no {entry}()"
    if entry.facts.get("of_class"):
        holder: Any = entry.cls
    elif entry.cls is Resource:
        holder = do.Resource(do.Droplet)
    else:
        holder = object.__new__(entry.cls)
    takes(getattr(holder, entry.name), params, documented, str(entry))


@named(table.members(DONE, "actions"))
def test_action(entry: Named) -> None:
    assert entry.name in entry.cls._action_attrs, f"{entry} is not in _action_attrs"
    assert callable(getattr(entry.cls(), entry.name))


@named(table.loose(DONE, "constants"))
def test_constant_of_a_module(entry: Named) -> None:
    assert getattr(table.home(entry.module), entry.name, "absent") == entry.facts


@named(table.loose(DONE, "exceptions"))
def test_exception(entry: Named) -> None:
    found = getattr(table.home(entry.module), entry.name, None)
    assert isinstance(found, type), f"there is no {entry}"
    assert issubclass(found, Exception)


@named(table.loose(DONE, "functions"))
def test_function(entry: Named) -> None:
    assert hasattr(table.home(entry.module), entry.name), f"there is no {entry}()"
    takes(getattr(table.home(entry.module), entry.name), entry.facts, [], str(entry))


def squeezed(name: str) -> str:
    return name.replace("_", "").lower()


def is_camel(name: str) -> bool:
    return re.match(r"[a-z][a-z0-9]*[A-Z]", name) is not None


@named([e for e in table.members(DONE, "methods") if is_camel(e.name)])
def test_alias(entry: Named) -> None:
    owner = next((c for c in entry.cls.__mro__ if entry.name in vars(c)), None)
    assert owner is not None, f"there is no {entry}()"
    alias = vars(owner)[entry.name]
    public = [n for n in vars(owner) if not n.startswith("_") and n != entry.name]
    same = [n for n in public if squeezed(n) == squeezed(entry.name)]
    assert same, f"{entry} has no snake_case definition beside it"
    assert all(vars(owner)[n] is alias for n in same), f"{entry} is not the same object as {', '.join(same)}"


def modules_of_the_package() -> list[str]:
    found = pkgutil.walk_packages(do.__path__, "dopyapi.")
    return [m.name for m in found if not m.name.startswith(("dopyapi.emulator", "dopyapi.testing", "dopyapi.pytest"))]


@pytest.mark.parametrize("name", modules_of_the_package())
def test_no_camel_case_beyond_the_reference(name: str) -> None:
    module = importlib.import_module(name)
    known = table.all_names()
    extra = [n for n in vars(module) if is_camel(n) and n not in known]
    for owner in vars(module).values():
        if isinstance(owner, type) and owner.__module__ == name:
            extra += [f"{owner.__name__}.{n}" for n in vars(owner) if is_camel(n) and n not in known]
    assert not extra, f"{name} has {', '.join(extra)}, which the reference has not: write snake_case"


@pytest.mark.parametrize("name", [n for names, m in TOP.items() if m in DONE for n in names.split()] + [
    m for m in ("images", "sizes") if m in DONE
])  # fmt: skip
def test_top_of_the_package(name: str) -> None:
    found = getattr(do, name)
    module = next((m for names, m in TOP.items() if name in names.split()), None)
    assert found is (table.home(name) if module is None else getattr(table.home(module), name))
    assert name in do.__all__


def test_authenticate_is_what_the_resources_see(monkeypatch: pytest.MonkeyPatch) -> None:
    from dopyapi._core import accounts

    monkeypatch.setattr(Resource, "auth", None)
    monkeypatch.setattr(accounts, "_default", None)
    do.authenticate("a-token", "https://api.example/v2")
    assert do.Droplet.auth is not None
    assert do.Droplet.auth.token == "a-token"
    assert do.Droplet.auth.base_url == "https://api.example/v2"
    assert do.Resource(do.Droplet).resource is do.Droplet


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not beside the project: ../shared/reference")
def test_the_table_is_what_the_tool_makes_of_the_reference() -> None:
    assert contract.TARGET.read_text() == contract.written(contract.table(json.loads(REFERENCE.read_text())))


@pytest.mark.skipif(not CHECK.exists(), reason="the reference's own check is not there: ../shared/tools")
def test_the_reference_s_own_check_finds_nothing_wrong() -> None:
    ran = subprocess.run([sys.executable, str(CHECK), "-v"], capture_output=True, text=True, timeout=120)
    *lines, last = ran.stdout.splitlines()
    assert re.fullmatch(r"\d+ of \d+ names hold", last), ran.stdout + ran.stderr
    ours = {f"{m}." for m in DONE} | {f"{c.owner}(" for c in table.classes(DONE)}
    ours |= {f"dopyapi.{n} " for names, m in TOP.items() if m in DONE for n in names.split()}
    wrong = [line for line in lines if line.startswith(tuple(ours))]
    assert not wrong, "\n".join(wrong)
