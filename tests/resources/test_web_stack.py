"""A whole web stack, each part of which sees the others, and its end, which leaves nothing behind."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
import trustme

import dopyapi as do

ZONE = "example.com"
REGION = "ams3"
EVERYWHERE = ["0.0.0.0/0", "::/0"]
CA = trustme.CA()
LEAF = CA.issue_cert(ZONE, f"www.{ZONE}")


async def left(api, call) -> dict[str, list[str]]:
    """What the account still holds, by kind, the defaults excepted that every account has."""
    listings = {
        "droplets": do.Droplet.list.all(),
        "images": do.Image.list_user.all(),
        "snapshots": do.Snapshot.list.all(),
        "keys": do.SSHKey.list.all(),
        "tags": do.Tag.list.all(),
        "volumes": do.Volume.list.all(),
        "firewalls": do.Firewall.list.all(),
        "balancers": do.LoadBalancer.list.all(),
        "certificates": do.Certificate.list.all(),
        "domains": do.Domain.list.all(),
        "floating": do.FloatingIP.list.all(),
        "reserved": do.ReservedIP.list.all(),
        "ipv6": do.ReservedIPv6.list.all(),
        "databases": do.DatabaseCluster.list.all(),
        "cdns": do.CDN.list.all(),
        "peerings": do.VPCPeering.list.all(),
    }
    found = {kind: [repr(item) for item in await call.items(listing)] for kind, listing in listings.items()}
    found["vpcs"] = [v.name for v in await call.items(do.VPC.list.all()) if not v.default]
    found["projects"] = [p.name for p in await call.items(do.Project.list.all()) if not p.is_default]
    found["members"] = [
        m.urn for v in await call.items(do.VPC.list.all()) for m in await call.items(v.listMembers.all())
    ]
    found["resources"] = [r.urn for r in await call(do.Project.list_default_resources)]
    return {kind: items for kind, items in found.items() if items}


async def test_a_web_stack_from_its_network_to_nothing(api, call):
    """The story: built, looked at from every side, changed while it runs, and taken down."""
    assert await left(api, call) == {}

    # The network and what protects it.
    (old,) = [v for v in await call.items(do.VPC.list.all()) if v.region == REGION]
    vpc = await call(do.VPC.new, name="shop-net", region=REGION, ip_range="10.40.0.0/24")
    assert (old.default, vpc.default) == (True, False)
    tag = await call(do.Tag.new, name="shop-web")
    web_in = do.InboundRule("tcp", "80", do.Location(EVERYWHERE))
    out = do.OutboundRule("tcp", "all", do.Location(EVERYWHERE))
    firewall = await call(do.Firewall.new, "shop", [web_in], [out], tags=[tag])

    # Three Droplets, created together; a load balancer that follows their tag, with a certificate.
    options = {"region": REGION, "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "tags": [tag], "vpc_uuid": vpc}
    droplets = await call(do.Droplet.create_many, ["web-1", "web-2", "web-3"], **options)
    certificate = await call(
        do.Certificate.new,
        "shop-tls",
        type="custom",
        private_key=LEAF.private_key_pem.bytes().decode(),
        leaf_certificate=LEAF.cert_chain_pems[0].bytes().decode(),
        certificate_chain=CA.cert_pem.bytes().decode(),
    )
    https = do.ForwardingRule("https", 443, "http", 80, certificate_id=certificate.id)
    balancer = await call(
        do.LoadBalancer.new,
        name="shop-lb",
        region=REGION,
        vpc_uuid=vpc,
        tag=tag,
        forwarding_rules=[do.ForwardingRule(), https],
        redirect_http_to_https=True,
    )
    database = await call(
        do.DatabaseCluster.new,
        name="shop-db",
        engine="pg",
        region=REGION,
        size="db-s-1vcpu-2gb",
        num_nodes=1,
        private_network_uuid=vpc.id,
        tags=["shop-data"],
    )
    things = [*droplets, firewall, certificate, balancer]
    assert await call(do.wait_all, things) == things
    await call(database.wait_ready)
    assert [d.status for d in droplets] == ["active"] * 3
    assert (firewall.status, certificate.state, balancer.status) == ("succeeded", "verified", "active")
    assert database.status == "online"

    # The database: a pool for the shop, and only its Droplets may connect.
    await call(database.addDB, "orders")
    await call(database.addUser, "app")
    pool = do.DatabaseConnectionPool("shop", "transaction", 10, "orders", "app")
    await call(database.addPool, pool)
    await call(database.updateFirewall, do.DatabaseFirewall("tag", tag))

    # DNS, a disk, an address that stays.
    domain = await call(do.Domain.new, ZONE)
    for name in ("@", "www"):
        record = await call(do.DomainRecord.upsert, domain, "A", name, balancer.ip, ttl=300)
        assert await call(do.DomainRecord.upsert, domain, "A", name, balancer.ip, ttl=300) == record
    volume = await call(do.Volume.new, name="uploads", region=REGION, size_gigabytes=10, tags=["shop-data"])
    await call((await call(volume.attach, droplets[0])).wait)
    address = await call(do.FloatingIP.new, region=REGION)
    await call((await call(address.assign, droplets[0])).wait)

    # A project that holds all.
    project = await call(do.Project.new, name="shop", purpose=do.Purpose.web, environment="Production")
    held = [*droplets, balancer, volume, address, database, domain]
    assert {r.status for r in await call(project.assign, held)} == {"assigned"}

    # Each sees the others.
    numbers = [d.id for d in droplets]
    for thing in (*droplets, firewall, certificate, balancer, database, domain, volume, address, tag):
        await call(thing.load)
    assert sorted(balancer.droplet_ids) == numbers
    assert (balancer.tag, balancer.vpc_uuid, balancer.project_id) == ("shop-web", vpc.id, project.id)
    assert [r.certificate_id for r in balancer.forwarding_rules] == ["", certificate.id]
    assert firewall.tags == ["shop-web"]
    for droplet in droplets:
        assert (droplet.vpc_uuid, droplet.tags) == (vpc.id, ["shop-web"])
        assert IPv4Address(await call(droplet.getPrivateIP)) in IPv4Network("10.40.0.0/24")
        assert [f.id for f in await call(droplet.list_firewalls)] == [firewall.id]
        assert sorted(n.id for n in await call(do.Droplet.list, tag_name="shop-web")) == numbers
    assert {m.urn for m in await call(vpc.listMembers)} == {
        *(f"do:droplet:{n}" for n in numbers),
        f"do:loadbalancer:{balancer.id}",
        f"do:dbaas:{database.id}",
    }
    assert (tag.resources.count, tag.resources.droplets.count) == (3, 3)
    data = await call(do.Tag.fetch, "shop-data")
    assert (data.resources.count, data.resources.volumes.count, data.resources.databases.count) == (2, 1, 1)
    assert f"{ZONE}. 300 IN A {balancer.ip}\n" in domain.zone_file
    assert f"www.{ZONE}. 300 IN A {balancer.ip}\n" in domain.zone_file
    assert (volume.droplet_ids, droplets[0].volume_ids) == ([numbers[0]], [volume.id])
    assert (address.droplet, address.project_id) == (droplets[0], project.id)
    assert (database.private_network_uuid, database.project_id) == (vpc.id, project.id)
    assert database.db_names == ["defaultdb", "orders"]
    assert [(p.name, p.db, p.user) for p in await call(database.listPools)] == [("shop", "orders", "app")]
    assert [(r.type, r.value) for r in await call(database.listFirewall)] == [("tag", "shop-web")]
    urns = {r.urn for r in await call.items(project.list_resources.all())}
    assert urns == {
        *(f"do:droplet:{n}" for n in numbers),
        f"do:loadbalancer:{balancer.id}",
        f"do:volume:{volume.id}",
        f"do:floatingip:{address.ip}",
        f"do:dbaas:{database.id}",
        f"do:domain:{ZONE}",
    }
    assert await call(do.Project.list_default_resources) == []

    # One more Droplet with the tag, and one without it: those that follow the tag follow at once.
    fourth = await call(do.Droplet.new, name="web-4", **options)
    await call(fourth.wait_ready)
    await call(tag.untag, droplets[2])
    await call(balancer.load)
    assert sorted(balancer.droplet_ids) == [numbers[0], numbers[1], fourth.id]
    assert [f.id for f in await call(fourth.list_firewalls)] == [firewall.id]
    assert await call(droplets[2].list_firewalls) == []
    assert f"do:droplet:{fourth.id}" in {r.urn for r in await call(do.Project.list_default_resources)}

    # The end, from the outside in; what is still needed refuses to go.
    with pytest.raises(do.ClientForbiddenError, match=r"(?i)certificate|in use"):
        await call(certificate.delete)
    with pytest.raises(do.ClientForbiddenError, match="members"):
        await call(vpc.delete)
    with pytest.raises(do.PreconditionFailedError, match="resources"):
        await call(project.delete)
    with pytest.raises(do.ConflictError, match="attached"):
        await call(volume.delete)
    await call(domain.delete)
    await call(balancer.delete)
    assert await call(certificate.delete) == {"status": "deleted"}
    await call((await call(volume.detach)).wait)
    await call(volume.delete)
    await call(do.Droplet.deleteByTagName, "shop-web")
    assert [d.name for d in await call(do.Droplet.list)] == ["web-3"], "its tag was taken away"
    await call(droplets[2].delete)
    await call(address.load)
    assert address.droplet is None
    await call(firewall.load)
    assert (firewall.tags, firewall.droplet_ids) == (["shop-web"], [])
    with pytest.raises(do.ClientForbiddenError, match="members"):
        await call(vpc.delete)  # the database is still in it
    await call(tag.delete)
    await call(firewall.load)
    assert firewall.tags == []
    await call(firewall.delete)
    await call(database.remove_firewall, do.DatabaseFirewall("tag", "shop-web"))
    assert await call(database.listFirewall) == []
    await call(database.delete)
    await call(vpc.delete)
    with pytest.raises(do.PreconditionFailedError, match="resources"):
        await call(project.delete)  # the address is still in it
    await call(address.delete)
    await call(project.delete)
    await call(data.delete)

    assert await left(api, call) == {}
    assert [v.name for v in await call.items(do.VPC.list.all()) if v.region == REGION] == [old.name]
    assert [p.is_default for p in await call(do.Project.list)] == [True]
    for gone in (
        *droplets,
        fourth,
        balancer,
        certificate,
        volume,
        domain,
        address,
        database,
        vpc,
        project,
        firewall,
        tag,
    ):
        with pytest.raises(do.ResourceNotFoundError):
            await call(gone.load)
    api.clock.advance(30 * 24 * 3600)
    assert await left(api, call) == {}, "nothing comes back by itself"
