from __future__ import annotations

import re

import pytest

from dopyapi._facts import operations
from dopyapi._facts.routes import routes
from dopyapi.emulator import generic
from dopyapi.emulator.context import HANDLERS
from dopyapi.emulator.handlers import load

from .conftest import Account

load()


def _filled(path: str) -> str:
    return re.sub(r"{[^}]+}", "1", path)


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.id)
def test_each_operation_has_a_route_of_its_own(operation):
    found, values, _ = routes().find(operation.method, _filled(operation.path))
    assert found is not None
    assert found.operation.id == operation.id
    assert len(values) == operation.path.count("{")


def test_what_is_not_emulated_says_so_and_names_itself(account: Account):
    waiting = [o for o in operations() if o.id not in HANDLERS and generic.handler(o.id) is None]
    assert waiting
    for operation in waiting:
        reply = account(operation.method, _filled(operation.path))
        assert reply.status == 501, operation.id
        assert reply["id"] == "not_implemented"
        assert operation.id in reply.message
        assert reply.headers["x-emulated"] == "no"


def test_what_is_emulated_never_fails_on_an_empty_request(account: Account):
    for operation in operations():
        rule = "behaviour" if operation.id in HANDLERS else "generic"
        if rule == "behaviour" or generic.handler(operation.id) is not None:
            for body in (None, {}, {"type": "nonsense"}, [], "text", 1):
                reply = account(operation.method, _filled(operation.path), body)
                assert reply.status < 500, (operation.id, body, reply)
                assert reply.headers["x-emulated"] == rule


def test_every_handler_belongs_to_an_operation():
    assert HANDLERS.keys() <= {o.id for o in operations()}


def test_a_literal_segment_wins_over_a_parameter():
    found, values, _ = routes().find("GET", "/v2/droplets/backups/policies")
    assert found is not None
    assert (found.operation.id, values) == ("droplets_list_backup_policies", [])


def test_a_path_that_is_written_out_is_no_other_for_a_method_that_it_has_not():
    found, _, allowed = routes().find("DELETE", "/v2/monitoring/sinks/destinations")
    assert (found, allowed) == (None, {"GET", "POST"})
    found, values, _ = routes().find("DELETE", "/v2/monitoring/sinks/destination")
    assert found is not None
    assert (found.operation.id, values) == ("monitoring_delete_sink", ["destination"])


def test_an_encoded_slash_stays_inside_its_segment():
    found, values, _ = routes().find("GET", "/v2/registries/mine/repositories/a%2Fb/tags")
    assert found is not None
    assert found.values(values) == {"registry_name": "mine", "repository_name": "a/b"}


def test_a_trailing_slash_changes_nothing(account: Account):
    assert account("GET", "/v2/droplets/").status == 200
    assert account("GET", "/v2/account/").status == 200


def test_what_is_escaped_without_need_means_the_same(account: Account):
    droplet = account.droplet()
    digits = "".join(f"%{ord(digit):02x}" for digit in str(droplet["id"]))
    assert account.get(f"/%762/dr%6Fplets/{digits}")["droplet"] == droplet
    assert account("GET", f"/v2%2Fdroplets/{digits}").status == 404


def test_an_unknown_path_is_404_and_a_wrong_method_405(account: Account):
    assert account("GET", "/v2/nothing/here").status == 404
    assert account("GET", "/v1").status == 404
    reply = account("PATCH", "/v2/droplets")
    assert reply.status == 405
    assert reply.headers["allow"] == "DELETE, GET, POST"


@pytest.mark.parametrize("id", ["abc", "-1", "0x1", "9" * 5000, "%00", "%FF", "1.0"])
def test_an_id_that_is_no_number_is_not_found(account: Account, id):
    assert account("GET", f"/v2/droplets/{id}").status == 404
