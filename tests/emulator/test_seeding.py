"""A fleet that is described in a page."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import dopyapi as do
from dopyapi.emulator import Emulator, SeedError
from dopyapi.emulator.seeding.reading import read

from .conftest import Account
from .test_keys import KEY

FLEET = Path(__file__).parents[2] / "examples" / "fleet.yaml"
WEB = {"name": "web", "region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


def problems(account: Account, text: str) -> list[str]:
    """What is said of a seed that is wrong; nothing of it may be there."""
    before = account.emulator.state.counts()
    with pytest.raises(SeedError) as refused:
        account.emulator.seed(text)
    assert account.emulator.state.counts() == before
    assert "nothing of it was planted" in str(refused.value)
    return [str(problem) for problem in refused.value.problems]


def test_a_fleet_in_a_page(account: Account) -> None:
    made = account.emulator.seed(FLEET)
    assert made["droplets"] == 5
    droplets = {droplet["name"]: droplet for droplet in account.get("/v2/droplets")["droplets"]}
    assert droplets["web-2"]["status"] == "active"
    assert droplets["web-2"]["networks"]["v4"][0]["ip_address"].startswith("10.10.10.")
    assert droplets["try-out"]["status"] == "off"
    volumes = {volume["name"]: volume for volume in account.get("/v2/volumes")["volumes"]}
    assert volumes["data"]["droplet_ids"] == [droplets["db-1"]["id"]]
    assert volumes["forgotten"]["droplet_ids"] == []
    assert [s["name"] for s in account.get("/v2/snapshots?resource_type=volume")["snapshots"]] == ["data monday"]
    assert droplets["db-1"]["snapshot_ids"]
    address = account.get("/v2/reserved_ips")["reserved_ips"][0]
    assert (address["ip"], address["droplet"]["name"]) == ("192.0.2.10", "web-1")
    front = account.get("/v2/load_balancers")["load_balancers"][0]
    assert front["status"] == "active"
    assert sorted(front["droplet_ids"]) == sorted(droplets[f"web-{n}"]["id"] for n in (1, 2, 3))
    rules = account.get("/v2/firewalls")["firewalls"][0]["inbound_rules"]
    assert [rule["sources"].get("load_balancer_uids") for rule in rules] == [None, [front["id"]]]
    assert len(account.get("/v2/domains/example.com/records")["domain_records"]) == 8
    database = account.get("/v2/databases")["databases"][0]
    assert database["status"] == "online"
    assert {user["name"] for user in account.get(f"/v2/databases/{database['id']}/users")["users"]} == {
        "doadmin",
        "shop",
    }
    assert account.get("/v2/kubernetes/clusters")["kubernetes_clusters"][0]["status"]["state"] == "running"
    shop = next(project for project in account.get("/v2/projects")["projects"] if project["name"] == "Shop")
    assert len(account.get(f"/v2/projects/{shop['id']}/resources")["resources"]) == 6
    assert account.get("/v2/account")["account"]["droplet_limit"] == 50
    assert account.get("/v2/actions?per_page=200")["actions"]
    assert all(a["status"] == "completed" for a in account.get("/v2/actions?per_page=200")["actions"])


def test_what_was_only_on_the_way_costs_nothing(account: Account) -> None:
    """An address of a seed is never seen without the Droplet that has it, nor is it on an invoice."""
    account.emulator.seed(FLEET)
    lines = account.get("/v2/customers/my/invoices/preview?per_page=200")["invoice_items"]
    assert any(line["product"] == "Load Balancers" for line in lines)
    assert not [line for line in lines if line["product"] == "Reserved IPs"]
    account.emulator.seed({"reserved_ips": [{"ip": "192.0.2.20", "region": "ams3"}]})
    lines = account.get("/v2/customers/my/invoices/preview?per_page=200")["invoice_items"]
    assert [line["description"] for line in lines if line["product"] == "Reserved IPs"] == [
        "Unused reserved IP - 192.0.2.20"
    ]


def test_what_is_there_stays_and_is_referred_to(account: Account) -> None:
    account.droplet("old")
    account.emulator.seed({"volumes": [{"name": "data", "region": "nyc3", "size_gigabytes": 5, "droplet": "old"}]})
    assert len(account.get("/v2/droplets")["droplets"][0]["volume_ids"]) == 1


def test_identifiers_are_kept_and_the_next_ones_are_new(account: Account) -> None:
    uuid = "11111111-2222-4333-8444-555555555555"
    account.emulator.seed(
        {
            "ssh_keys": [{"name": "k", "public_key": KEY, "id": 77}],
            "vpcs": [{"name": "inside", "region": "ams3", "id": uuid}],
            "droplets": [
                {**WEB, "id": 42, "vpc_uuid": "inside", "ssh_keys": ["k"], "created_at": "2024-05-06T07:08:09Z"},
                {**WEB, "id": 999_999_999, "snapshots": [{"name": "s", "id": 5}]},
            ],
            "volumes": [
                {
                    "name": "v",
                    "region": "ams3",
                    "size_gigabytes": 5,
                    "id": uuid.replace("1", "a"),
                    "droplet": 42,
                    "snapshots": [{"name": "of v", "id": uuid.replace("1", "b")}],
                }
            ],
        }
    )
    web = account.get("/v2/droplets/42")["droplet"]
    assert (web["created_at"], web["vpc_uuid"]) == ("2024-05-06T07:08:09Z", uuid)
    assert account.get(f"/v2/vpcs/{uuid}/members")["members"][0]["urn"] == "do:droplet:42"
    assert web["volume_ids"] == [uuid.replace("1", "a")]
    assert account.get("/v2/account/keys/77")["ssh_key"]["name"] == "k"
    assert account.get("/v2/droplets/999999999")["droplet"]["snapshot_ids"] == [5]
    assert account.get(f"/v2/snapshots/{uuid.replace('1', 'b')}")["snapshot"]["resource_id"] == uuid.replace("1", "a")
    assert account.droplet("next")["id"] == 1_000_000_000
    assert account("DELETE", "/v2/droplets/42").status == 204
    assert account.get(f"/v2/volumes/{uuid.replace('1', 'a')}")["volume"]["droplet_ids"] == []


def test_order_counts_between_collections_only(account: Account) -> None:
    account.emulator.seed(
        """
        firewalls: [{name: inside, droplet_ids: ["web-{1..2}"], outbound_rules: [{protocol: icmp, destinations:
                     {droplet_ids: [web-2]}}]}]
        droplets: [{name: web, count: 2, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}]
        """
    )
    numbers = [droplet["id"] for droplet in account.get("/v2/droplets")["droplets"]]
    firewall = account.get("/v2/firewalls")["firewalls"][0]
    assert firewall["droplet_ids"] == numbers
    assert firewall["outbound_rules"][0]["destinations"]["droplet_ids"] == numbers[1:]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("droplet: []", "line 1: droplet: there is no such collection; did you mean 'droplets'?"),
        ("droplets:\n  - {name: a, sice: x}", "line 2: droplets.0.sice: droplets have no such field; did you mean"),
        ("droplets: {name: a}", "line 1: droplets: must be a list, not"),
        ("droplets:\n- 7", "line 2: droplets.0: must be a mapping of fields such as name, not 7"),
        ("tags: [a]\ntags: [b]", "line 2: tags: stands here a second time"),
        ("droplets: [", "not YAML"),
        ("- 1", "line 1: a seed is a mapping of collections"),
        ('{"tags": ["not ok!"]}', "line 1: tags.0"),
        ("vpcs:\n- {name: a, region: ams3, id: nonsense}", "id must be a UUID in lower case, not 'nonsense'"),
        ("account: {droplet_limits: 3}", "an account has no droplet_limits"),
        ("domains:\n- name: example.com\n  records:\n  - {type: A, nam: x}", "line 4: domains.0.records.0.nam"),
        ("tags: [{name: '{1..9999999}'}]", "has more than 100000 numbers"),
        ("tags: [{name: a, count: 0}]", "count must be a number from 1 on, not 0"),
        ("volumes: [{name: v, region: ams3, size_gigabytes: 1, droplet: web}]", "droplet 'web' is nothing among the"),
        ("droplets: [{name: 'a-{1..2}', id: 3}]", "an id is of one"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(account: Account, text: str, said: str) -> None:
    found = problems(account, text)
    assert any(said in problem for problem in found), found


def test_everything_that_is_wrong_is_said_at_once(account: Account) -> None:
    found = problems(
        account,
        """
droplets:
  - name: web
    region: ams3
    size: s-9vcpu-1gb
    image: ubuntu-24-04-x64
  - {name: two words, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}
  - {name: web, region: mars1, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}
volumes:
  - {name: data, region: ams3, size_gigabytes: 1, droplet: web}
""",
    )
    assert [problem.partition(":")[0] for problem in found] == ["line 5", "line 7", "line 8"]
    assert "invalid size" in found[0]


def test_an_identifier_is_given_once(account: Account) -> None:
    found = problems(account, json.dumps({"droplets": [{**WEB, "id": 5}, {**WEB, "id": 5}]}))
    assert "id 5 is taken" in found[0]


def test_thousands_are_planted(account: Account) -> None:
    assert account.emulator.seed({"droplets": [{**WEB, "name": "web-{1..2000}"}]}) == {"droplets": 2000}
    assert account.get("/v2/droplets?per_page=1")["meta"]["total"] == 2000


def test_over_http_too(account: Account) -> None:
    reply = account("POST", "/_emulator/seed", FLEET.read_bytes())
    assert (reply.status, reply["made"]["volumes"]) == (201, 2)
    wrong = account("POST", "/_emulator/seed", b"droplet: []")
    assert wrong.status == 422
    assert "did you mean 'droplets'" in wrong.message
    assert account("POST", "/_emulator/seed", b"").status == 400


def test_a_server_begins_with_it_once(tmp_path: Path) -> None:
    data = str(tmp_path / "account.db")
    for _ in range(2):
        with do.testing.server("--seed", str(FLEET), "--data", data) as server, do.Client("t", server.url) as client:
            assert len(list(do.Droplet.list.on(client).all())) == 5 + 2  # and the nodes of the cluster


def test_a_server_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("droplets:\n- {name: a}\n")
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--seed"]
    ran = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 1
    assert f"wrong with {file}" in ran.stderr
    assert "line 2: droplets.0" in ran.stderr
    assert "Traceback" not in ran.stderr
    ran = subprocess.run([*command, str(tmp_path / "absent")], capture_output=True, text=True, timeout=30)
    assert (ran.returncode, "absent" in ran.stderr) == (1, True)


def test_the_pytest_fixture_takes_one(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", fleet="droplets: [{name: web, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}]")
    pytester.makepyfile(
        """
        import dopyapi as do
        import pytest

        @pytest.mark.digitalocean(seed="fleet.yaml")
        def test_seeded(digitalocean):
            assert [droplet.name for droplet in do.Droplet.list()] == ["web"]
        """
    )
    pytester.run(sys.executable, "-m", "pytest", timeout=60).assert_outcomes(passed=1)


def test_times_may_be_written_as_yaml_has_them(account: Account) -> None:
    account.emulator.seed("vpcs: [{name: a, region: ams3, created_at: 2024-01-02 03:04:05}]")
    vpc = next(vpc for vpc in account.get("/v2/vpcs")["vpcs"] if vpc["name"] == "a")
    assert vpc["created_at"].startswith("2024-01-02T03:04:05")
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    account.emulator.seed({"vpcs": [{"name": "b", "region": "ams3", "created_at": moment}]})


def test_json_escapes_of_what_is_not_ascii_are_one_character() -> None:
    assert read('{"projects": [{"name": "\\ud83d\\ude80 launch"}]}').data == {"projects": [{"name": "🚀 launch"}]}
    with pytest.raises(SeedError, match=r"line 2: .* half a character"):
        read('{"projects":\n [{"name": "\\ud83d launch"}]}')


def test_a_seed_says_what_the_default_project_is() -> None:
    with Emulator(speed=0) as emulator:
        wanted = "5f9c1c6e-0000-4000-8000-00000000000a"
        projects = [{"id": wanted, "name": "Shop", "purpose": "Web Application", "is_default": True}]
        emulator.seed({"projects": projects, "tags": ["a"]})
        (project,) = emulator.state["projects"]
        assert (project["id"], project["name"], project["is_default"]) == (wanted, "Shop", True)
