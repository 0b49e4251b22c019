// A Droplet with a disk, a firewall and a name by digitalocean-js. Prints what the client saw.
import { createRequire } from "node:module";

import { settled } from "./waiting.mjs";

const { DigitalOcean } = createRequire(import.meta.url)("digitalocean-js");
const api = new DigitalOcean(process.env.TOKEN, `${process.env.URL}/v2`);
const plain = { region: "ams3", size: "s-1vcpu-1gb", image: "debian-12-x64", tags: ["app"] };
const one = await api.droplets.createNewDroplet({ ...plain, name: "app-1" });
const more = await api.droplets.createMultipleDroplets({ ...plain, names: ["app-2", "app-3"] });
const all = await settled(() => api.droplets.getDropletsByTag("app"), (seen) => seen.length === 3 && seen.every((each) => each.status === "active"));
const done = (action) =>
  settled(() => api.dropletActions.getExistingDropletAction(one.id, action.id), (seen) => seen.status === "completed");
await done(await api.dropletActions.powerOffDroplet(one.id));
await done(await api.dropletActions.resizeDroplet(one.id, false, "s-1vcpu-2gb"));
await done(await api.dropletActions.snapshotDroplet(one.id, "before"));
await done(await api.dropletActions.powerOnDroplet(one.id));
await done(await api.dropletActions.renameDroplet(one.id, "app-one"));
const volume = await api.blockStorage.createBlockStorage({ name: "disk", region: "ams3", size_gigabytes: 5, description: "" });
await api.blockStorageActions.attachVolumeToDroplet(volume.id, { type: "attach", droplet_id: one.id, region: "ams3" });
await settled(() => api.blockStorage.getBlockStorageById(volume.id), (seen) => seen.droplet_ids.length === 1);
const firewall = await api.firewalls.createFirewall({
  name: "app",
  inbound_rules: [{ protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.0/24"] } }],
  outbound_rules: [{ protocol: "icmp", destinations: { addresses: ["0.0.0.0/0"] } }],
});
await api.firewalls.addDropletsToFirewall(firewall.id, [one.id]);
await api.domains.createDomain({ name: "example.org", ip_address: "192.0.2.7" });
const record = await api.domainRecords.createDomainRecord("example.org", { type: "TXT", name: "@", data: "hello" });
const snapshots = await api.droplets.getSnapshotsForDroplet(one.id);
await api.droplets.deleteDroplet(more[0].id);
const kinds = { all: all.map((each) => each.id), snapshots: snapshots.map((each) => each.name) };
let refused;
try {
  await api.droplets.getExistingDroplet(more[0].id);
} catch (error) {
  refused = error.response.status;
}
console.log(JSON.stringify({ ...kinds, one: one.id, last: more[1].id, volume: volume.id, firewall: firewall.id, record: record.id, refused }));
