"""Every group of commands as a real process, and what people do with each, against one account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.index import GROUPS
from dopyapi.testing import Emulated

from .conftest import Dopy

pytestmark = pytest.mark.digitalocean(speed=0.0)

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdR0V0yEhkJpyAW0mCPp5S1VnZ5jYtNPkNPKNN1AZ0Q"
SEED = [
    "droplets create web-1 web-2 --size s-1vcpu-1gb --image ubuntu-24-04-x64 --region ams3 --tag web",
    "volumes create data-1 --size-gigabytes 10 --region ams3",
    "volumes snapshot data-1 --name saved",
    "domains create example.com --ip-address 192.0.2.1",
    "firewalls create fw --tag web --inbound-rule protocol=tcp,ports=22,sources.addresses=0.0.0.0/0",
    "load-balancers create lb --region ams3 --droplet web-1"
    " --forwarding-rule entry_protocol=http,entry_port=80,target_protocol=http,target_port=80",
    "vpcs create backend --region ams3",
    "vpcs create office --region nyc3",
    "vpc-peerings create between --vpcs backend,office",
    "reserved-ips create --region ams3",
    "reserved-ipv6s create --region nyc3",
    "projects create shop --purpose Trying",
    "databases create orders --engine pg --version 16 --size db-s-1vcpu-1gb --num-nodes 1 --region ams3",
    "doks create k --region ams3 --version latest --node-pool size=s-2vcpu-2gb,count=1,name=a",
    "registries create reg --subscription-tier-slug basic --region ams3",
    "registries start-garbage-collection reg",
    "cdns create --origin files.ams3.digitaloceanspaces.com",
    "certificates create cert --type lets_encrypt --dns-name www.example.com",
]
ONCE = {
    "account": ("get", "developer@example.com"),
    "actions": ("list --limit 2", "create"),
    "balance": ("get", "month_to_date_balance"),
    "billing-history": ("list", "DESCRIPTION"),
    "billing-insights": ("list --help", "ACCOUNT_URN"),
    "cdns": ("get files.ams3.digitaloceanspaces.com", "files.ams3.cdn"),
    "certificates": ("list", "cert"),
    "click-apps": ("list --type kubernetes", "kubernetes"),
    "databases": ("list-users orders", "doadmin"),
    "doks": ("list-node-pools k", "s-2vcpu-2gb"),
    "domain-records": ("list example.com", "192.0.2.1"),
    "domains": ("records example.com --type A", "192.0.2.1"),
    "droplets": ("get web-1", "ubuntu-24-04-x64"),
    "firewalls": ("get fw", "0.0.0.0/0"),
    "floating-ips": ("list", "203.0.113."),
    "garbage-collections": ("list reg", "BLOBS DELETED"),
    "images": ("list-distribution --limit 1", "ubuntu"),
    "invoice-items": ("list preview", "Droplets"),
    "invoice-summaries": ("get preview", "billing_period"),
    "invoices": ("get-preview", "amount"),
    "load-balancers": ("get lb", "entry_port"),
    "projects": ("list-resources first-project", "do:droplet:"),
    "regions": ("get ams3", "Amsterdam 3"),
    "registries": ("get reg", "ams3"),
    "repositories": ("list reg", "NAME"),
    "repository-manifests": ("list --help", "REPOSITORY_NAME"),
    "repository-tags": ("list --help", "REPOSITORY_NAME"),
    "reserved-ips": ("list", "ams3"),
    "reserved-ipv6s": ("list", "nyc3"),
    "sizes": ("get s-1vcpu-1gb", "price_monthly"),
    "snapshots": ("get saved", "volume"),
    "ssh-keys": ("get laptop", KEY),
    "tags": ("get web", "web"),
    "volumes": ("list", "data-1"),
    "vpc-peerings": ("list", "between"),
    "vpcs": ("list-members default-ams3", "web-1"),
}
"""Something to ask each group, and what has to stand in the answer."""


def test_every_group_runs_as_a_process_of_its_own(dopy: Dopy) -> None:
    for command in SEED:
        done = dopy.inside(*command.split())
        assert done.status == 0, (command, done.err)
    assert dopy.inside("ssh-keys", "create", "laptop", "--public-key", KEY).status == 0
    assert set(ONCE) == set(GROUPS)

    def run(group: str) -> tuple[str, Any]:
        return group, dopy(group, *ONCE[group][0].split())

    with ThreadPoolExecutor(3) as several:
        for group, done in several.map(run, ONCE):
            assert done.status == 0, (group, done.err)
            assert ONCE[group][1] in done.out, (group, done.out)
            assert done.err == ""


GROUPED = [
    ("droplets", "Usage: dopy droplets [OPTIONS] COMMAND"),
    ("droplet", "reboot"),
    ("k8s", "list-node-pools"),
    ("droplets --help", "get-public-ip"),
]


def test_a_group_alone_shows_its_commands_and_either_number_works(dopy: Dopy) -> None:
    for command, shown in GROUPED:
        done = dopy.inside(*command.split())
        assert (done.status, done.err) == (0, ""), command
        assert shown in done.out
    for name, (aliases, _, _) in GROUPS.items():
        for alias in aliases:
            assert dopy.inside(alias, "--help").out.startswith(f"Usage: dopy {alias}"), (name, alias)


LIFE = [
    # (command, exit status, what has to be written)
    ("droplet create web-{1..2} twin twin --size s-1vcpu-1gb --image ubuntu-24-04-x64 --region ams3 --tag web", 0, "web-2"),
    ("droplet list-neighbors web-1", 0, "ID"),
    ("droplet list-firewalls web-1", 0, "RULES IN"),
    ("droplet reboot twin", 1, "2 Droplets are called 'twin': say which by its id"),
    ("droplet reboot web-1 nosuch", 3, "there is no droplet 'nosuch'"),
    ("droplet power-off web-1 web-2 --wait", 0, "completed"),
    ("droplet power-off web-1", 1, "already powered off"),
    ("droplet action-by-tag-name web power_on", 0, "power_on"),
    ("droplet create x --region ams3", 2, "needs --image and --size"),
    ("droplet resize web-1 --size nosuch --wait", 1, "size"),
    ("droplet frobnicate web-1", 2, "there is no command 'frobnicate'"),
    ("droplet rebot web-1", 2, "did you mean reboot"),
    ("volume create data-1 data-2 --size-gigabytes 10 --region ams3", 0, "data-2"),
    ("volume attach data-1 --droplet web-1 --wait", 0, "attach_volume"),
    ("volume list --filter name=data-1", 0, "data-1"),
    ("volume detach data-1 --wait", 0, "completed"),
    ("volume delete data-1 data-2 --yes", 0, "deleted"),
    ("domain create example.com", 0, "example.com"),
    ("domain-record create example.com --type A --name www --data 192.0.2.1", 0, "www"),
    ("record update example.com www --ttl 300", 0, "300"),
    ("record upsert example.com A www 192.0.2.2", 0, "192.0.2.2"),
    ("record upsert-set example.com TXT @ --data v=spf1,a --yes", 0, "v=spf1,a"),
    ("record delete example.com www --yes", 0, "deleted"),
    ("firewall create fw --inbound-rule protocol=tcp,ports=22,sources.droplet_ids=web-2 --droplet web-1", 0, "fw"),
    ("firewall add-rules fw --rule protocol=tcp,ports=80,sources.addresses=0.0.0.0/0", 0, "added"),
    ("firewall remove-rules fw --rule protocol=tcp,ports=80,sources.addresses=0.0.0.0/0", 0, "removed"),
    ("firewall update fw --droplet web-2 --name fw", 0, "fw"),
    ("firewall list-droplets fw", 0, "web-2"),
    ("lb create lb --region ams3 --droplet web-1"
     " --forwarding-rule entry_protocol=http,entry_port=80,target_protocol=http,target_port=80 --wait", 0, "active"),
    ("lb update lb --droplet web-1,web-2", 0, "lb"),
    ("lb delete-rules lb --rule entry_protocol=http,entry_port=80,target_protocol=http,target_port=80 --yes", 1, "rule"),
    ("project create shop --purpose Trying", 0, "shop"),
    ("project assign shop --resource droplet:web-1,domain:example.com", 0, "assigned"),
    ("project delete shop --yes", 1, "cannot delete a project with resources"),
    ("project patch shop --environment Staging", 0, "Staging"),
    ("vpc create backend --region ams3", 0, "backend"),
    ("vpc update backend --description x", 0, "backend"),
    ("droplet create inside --vpc backend --size s-1vcpu-1gb --image ubuntu-24-04-x64 --region ams3", 0, "inside"),
    ("vpc list-members backend", 0, "inside"),
    ("reserved-ip create --droplet web-1 --wait", 0, "web-1"),
    ("reserved-ip get 203.0.113.250", 3, "there is no "),
    ("database create orders --engine pg --version 16 --size db-s-1vcpu-1gb --num-nodes 1 --region ams3 --wait", 0, "online"),
    ("database add-user orders --name alice", 0, "alice"),
    ("database delete-user orders --name nobody --yes", 3, "orders has no user 'nobody'; there is doadmin, alice"),
    ("database delete-user orders --name alice --yes", 0, "deleted"),
    ("database update-firewall orders --rule type=droplet,value=web-1", 0, "updated"),
    ("database list-firewall orders", 0, "droplet"),
    ("database resize orders --size db-s-2vcpu-4gb --num-nodes 1 --wait", 0, "orders"),
    ("k8s create k --region ams3 --version latest --node-pool size=s-2vcpu-2gb,count=2,name=a --wait", 0, "running"),
    ("k8s update-node-pool k --node-pool a --name a --count 3", 0, "updated"),
    ("k8s list-nodes k --node-pool a", 0, "a-"),
    ("k8s delete-node-pool k --node-pool nosuch --yes", 3, "k has no node pool 'nosuch'; there is a"),
    ("k8s delete k --yes", 0, "deleted"),
    ("tag tag blue --resource droplet:web-1", 3, "there is no tag 'blue'"),
    ("tag create blue green", 0, "green"),
    ("tag tag blue --resource droplet:web-1", 0, "tagged"),
    ("tag untag blue --resource droplet:web-1", 0, "untagged"),
    ("tag delete blue green --yes", 0, "deleted"),
    ("image list --private", 0, "SLUG"),
    ("droplet snapshot web-2 --name golden --wait", 0, "completed"),
    ("image update golden --name older", 0, "older"),
    ("droplet create from --image older --size s-1vcpu-1gb --region ams3", 0, "from"),
    ("snapshot delete older --yes", 0, "deleted"),
    ("cdn create --origin files.ams3.digitaloceanspaces.com", 0, "files"),
    ("cdn purge-cache files.ams3.digitaloceanspaces.com --file css/*", 0, "purged"),
    ("registry create reg --subscription-tier-slug basic --region ams3", 0, "reg"),
    ("registry validate other", 0, "yes"),
    ("registry delete reg --yes", 0, "deleted"),
    ("repository-tags list reg", 2, "Missing argument 'REPOSITORY_NAME'"),
]  # fmt: skip


def test_what_people_do_with_each(dopy: Dopy, digitalocean: Emulated) -> None:
    for command, status, written in LIFE:
        done = dopy.inside(*command.split())
        assert done.status == status, (command, done.out, done.err)
        assert written in (done.out if status == 0 else done.err), (command, done.out, done.err)
    assert [each["name"] for each in digitalocean.state["volumes"]] == []


def test_a_bulk_command_has_a_line_of_result_for_each_and_a_status_that_tells(
    dopy: Dopy, digitalocean: Emulated
) -> None:
    do.Droplet.create_many(["a", "b", "c"], region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64", wait=True)
    dopy.inside("droplet", "power-off", "b")
    done = dopy.inside("droplet", "power-off", "a", "b", "c")
    assert done.status == 1
    assert [line.split()[0] for line in done.lines[1:]] == ["a", "c"]
    assert done.err.startswith("dopy: b: POST /droplets/")
    assert len(done.err.splitlines()) == 1


def test_the_same_identifier_wins_over_a_name(dopy: Dopy) -> None:
    first = do.Droplet.create_many(["x"], region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")[0]
    do.Droplet.create_many([str(first.id)], region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
    assert dopy.inside("droplet", "get", str(first.id), "-o", "name").out == "x\n"


@pytest.mark.digitalocean(speed=1.0)
def test_ctrl_c_says_how_to_go_on_waiting(dopy: Dopy) -> None:
    new = ["--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "ams3"]
    screen = dopy.on_terminal("droplet", "create", "slow", *new, "--wait", interrupt_at="waiting", columns=120)
    # Progress is shown while it goes on, or else Ctrl-C would not have been pressed.
    assert screen.status == 130
    number = next(iter(do.Droplet.list.all())).id
    assert f"To go on waiting: dopy droplets wait-ready {number}" in " ".join(screen.text.split())
