// A small web stack by dots-wrapper: made, changed, half of it taken away. Prints what the client saw.
import { createRequire } from "node:module";

import { settled } from "./waiting.mjs";

const { createApiClient } = createRequire(import.meta.url)("dots-wrapper");
const api = createApiClient({ endpoint: `${process.env.URL}/v2`, token: process.env.TOKEN });
const droplet = async (name) => {
  const made = await api.droplet.createDroplet({
    name, region: "ams3", size: "s-1vcpu-1gb", image: "debian-12-x64", tags: ["web"], vpc_uuid: vpc.id,
  });
  const id = made.data.droplet.id;
  await settled(() => api.droplet.getDroplet({ droplet_id: id }), (seen) => seen.data.droplet.status === "active");
  return id;
};

const vpc = (await api.vpc.createVpc({ name: "stack", region: "ams3", ip_range: "10.44.0.0/24" })).data.vpc;
const [first, second, third] = [await droplet("web-1"), await droplet("web-2"), await droplet("web-3")];
const volume = (await api.volume.createVolume({ name: "data", region: "ams3", size_gigabytes: 10 })).data.volume;
const attached = (await api.volume.attachVolumeToDroplet({ volume_id: volume.id, droplet_id: first, region: "ams3" })).data.action;
await settled(
  () => api.volume.getVolumeAction({ volume_id: volume.id, action_id: attached.id }),
  (seen) => seen.data.action.status === "completed",
);
const restarted = (await api.droplet.rebootDroplet({ droplet_id: second })).data.action;
await settled(
  () => api.droplet.getDropletAction({ droplet_id: second, action_id: restarted.id }),
  (seen) => seen.data.action.status === "completed",
);
const rule = { protocol: "tcp", ports: "443", sources: { addresses: ["0.0.0.0/0"] } };
const firewall = (
  await api.firewall.createFirewall({ name: "web", inbound_rules: [rule], outbound_rules: [], droplet_ids: [first], tags: [] })
).data.firewall;
await api.firewall.addTagsToFirewall({ firewall_id: firewall.id, tags: ["web"] });
await api.tag.createTag({ name: "blue" });
await api.tag.tagResources({
  tag_name: "blue", resources: [{ resource_id: String(first), resource_type: "droplet" }],
});
await api.domain.createDomain({ name: "example.com" });
const record = (
  await api.domain.createDomainRecord({ domain_name: "example.com", type: "A", name: "www", data: "192.0.2.1", ttl: 60 })
).data.domain_record;
await api.domain.updateDomainRecord({
  domain_name: "example.com", domain_record_id: record.id, type: "A", name: "www", data: "192.0.2.2",
});
const address = (await api.floatingIp.createFloatingIp({ droplet_id: first })).data.floating_ip.ip;
await settled(() => api.floatingIp.getFloatingIp({ ip: address }), (seen) => seen.data.floating_ip.droplet?.id === first);
await api.droplet.deleteDroplet({ droplet_id: third });
const pages = [];
for (let page = 1; page <= 2; page += 1) {
  pages.push((await api.droplet.listDroplets({ page, per_page: 1 })).data.droplets.map((one) => one.name));
}
const problems = [];
for (const ask of [
  () => api.droplet.getDroplet({ droplet_id: third }),
  () => api.vpc.createVpc({ name: "stack", region: "nowhere" }),
]) {
  try {
    await ask();
  } catch (error) {
    problems.push([error.response.status, error.response.data.id]);
  }
}
console.log(JSON.stringify({ vpc: vpc.id, first, second, volume: volume.id, firewall: firewall.id, record: record.id, address, pages, problems }));
