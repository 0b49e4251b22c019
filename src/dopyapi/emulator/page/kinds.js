// What each kind is called, and which of its fields matter to people. A kind that is not here shows what most have.

import { code, el, stacked, status, tags } from "./elements.js";
import { ago, bytes, count, date, duration, number, spelled } from "./words.js";

/** A column: `show(item, context)` gives texts and elements. What is `live` follows the time and is no change. */
const column = (label, show, { live = false } = {}) => ({ label, show, live });

const slug = (region) => (region && typeof region === "object" ? region.slug : region);
const regionOf = (item) => slug(item.region) ?? item.region_slug ?? (item.regions ?? []).map(slug).join(", ");

const REGION = column("Region", regionOf);
const STATUS = column("Status", (item) => status(item.status?.state ?? item.status ?? item.state));
const TAGS = column("Tags", (item) => tags(item.tags));
const CREATED = column(
  "Created",
  (item, { now }) => {
    const moment = item.created_at ?? item.reserved_at ?? item.started_at;
    return moment ? el("time", { datetime: moment, title: moment }, ago(moment, now)) : "";
  },
  { live: true },
);

const v4 = (item, type) => (item.networks?.v4 ?? []).filter((net) => net.type === type).map((net) => net.ip_address);
const v6 = (item) => (item.networks?.v6 ?? []).map((net) => net.ip_address);
const lines = (values) => values.filter(Boolean).map((value) => el("span", { class: "line" }, code(value)));
const droplets = (ids) => ((ids ?? []).length ? lines(ids) : "");

function dropletAddresses(item) {
  const found = [...v4(item, "public"), ...v6(item), ...v4(item, "private")];
  return lines(found.length > 3 ? [...found.slice(0, 2), `and ${found.length - 2} more`] : found);
}

/** An action's state, and how far it is. */
function progress(action, { now, due }) {
  const shown = [status(action.status)];
  const coming = due.get(action.id);
  if (action.status === "in-progress" && coming) {
    const began = new Date(action.started_at).getTime();
    const whole = new Date(coming.due).getTime() - began;
    const done = whole > 0 ? Math.min(1, Math.max(0, 1 - (coming.in_seconds * 1000) / whole)) : 0;
    const label = `${action.type}: due in ${duration(coming.in_seconds)}`;
    shown.push(el("progress", { value: done.toFixed(3), max: 1, "aria-label": label }), `in ${duration(coming.in_seconds)}`);
  }
  return el("span", { class: "progress" }, shown);
}

function took(action) {
  if (!action.completed_at) return "";
  return duration((new Date(action.completed_at) - new Date(action.started_at)) / 1000);
}

const nameOf = (item) => item.name ?? item.ip ?? item.origin ?? item.title ?? item.slug ?? item.type;
const idOf = (item) => item.id ?? item.uuid ?? item.urn;

const name = (label = "Name", show = nameOf, below = idOf) =>
  Object.assign(column(label, (item) => show(item)), { names: true, below });

const USUAL = [name(), STATUS, REGION, TAGS, CREATED];

const kind = (one, more, columns) => ({ one, more, columns });

export const KINDS = {
  droplets: kind("Droplet", "Droplets", [
    name(),
    STATUS,
    REGION,
    column("Size", (item) => stacked(code(item.size_slug), item.image?.slug ?? item.image?.name)),
    column("Addresses", dropletAddresses),
    TAGS,
    CREATED,
  ]),
  volumes: kind("volume", "Volumes", [
    name(),
    column("Size", (item) => `${number(item.size_gigabytes)} GiB`),
    REGION,
    column("Attached to", (item) => droplets(item.droplet_ids)),
    TAGS,
    CREATED,
  ]),
  images: kind("image", "Images", [
    name(),
    STATUS,
    column("Type", (item) => stacked(item.type ?? "", item.distribution)),
    column("Regions", regionOf),
    column("Size", (item) => (item.size_gigabytes ? `${number(item.size_gigabytes)} GiB` : "")),
    TAGS,
    CREATED,
  ]),
  snapshots: kind("snapshot", "Snapshots", [
    name(),
    column("Of", (item) => stacked(item.resource_type ?? "", code(item.resource_id))),
    column("Regions", regionOf),
    column("Size", (item) => (item.size_gigabytes ? `${number(item.size_gigabytes)} GiB` : "")),
    TAGS,
    CREATED,
  ]),
  ssh_keys: kind("SSH key", "SSH keys", [name(), column("Fingerprint", (item) => code(item.fingerprint))]),
  tags: kind("tag", "Tags", [
    name(),
    column("Resources", (item) => number(item.resources?.count ?? 0)),
    column("Droplets", (item) => number(item.resources?.droplets?.count ?? 0)),
    column("Volumes", (item) => number(item.resources?.volumes?.count ?? 0)),
  ]),
  projects: kind("project", "Projects", [
    name(),
    column("Purpose", (item) => item.purpose ?? ""),
    column("Environment", (item) => item.environment ?? ""),
    column("Default", (item) => (item.is_default ? "yes" : "")),
    CREATED,
  ]),
  vpcs: kind("VPC", "VPCs", [
    name(),
    REGION,
    column("Range", (item) => code(item.ip_range)),
    column("Default", (item) => (item.default ? "yes" : "")),
    CREATED,
  ]),
  vpc_peerings: kind("VPC peering", "VPC peerings", [name(), STATUS, column("VPCs", (item) => lines(item.vpc_ids ?? [])), CREATED]),
  domains: kind("domain", "Domains", [name(), column("TTL", (item) => (item.ttl ? `${number(item.ttl)} s` : ""))]),
  domain_records: kind("domain record", "Domain records", [
    name(),
    column("Type", (item) => item.type),
    column("Data", (item) => code(item.data)),
    column("TTL", (item) => (item.ttl ? `${number(item.ttl)} s` : "")),
  ]),
  reserved_ips: kind("reserved IP", "Reserved IPs", [
    name("Address", (item) => item.ip, (item) => (item.locked ? "locked" : "")),
    REGION,
    column("Droplet", (item) => (item.droplet ? stacked(item.droplet.name, String(item.droplet.id)) : "")),
  ]),
  reserved_ipv6s: kind("reserved IPv6", "Reserved IPv6s", [
    name("Address", (item) => item.ip, () => ""),
    REGION,
    column("Droplet", (item) => (item.droplet ? stacked(item.droplet.name, String(item.droplet.id)) : "")),
    CREATED,
  ]),
  firewalls: kind("firewall", "Firewalls", [
    name(),
    STATUS,
    column("Rules", (item) => `${item.inbound_rules?.length ?? 0} in, ${item.outbound_rules?.length ?? 0} out`),
    column("Droplets", (item) => number(item.droplet_ids?.length ?? 0)),
    TAGS,
    CREATED,
  ]),
  load_balancers: kind("load balancer", "Load balancers", [
    name(),
    STATUS,
    REGION,
    column("Address", (item) => lines([item.ip, item.ipv6])),
    column("Forwards", (item) =>
      (item.forwarding_rules ?? []).map((rule) =>
        el("span", { class: "line" }, `${rule.entry_protocol} ${rule.entry_port} → ${rule.target_protocol} ${rule.target_port}`),
      ),
    ),
    column("To", (item) => (item.tag ? tags([item.tag]) : count(item.droplet_ids?.length ?? 0, "Droplet"))),
    CREATED,
  ]),
  certificates: kind("certificate", "Certificates", [
    name(),
    STATUS,
    column("Type", (item) => item.type ?? ""),
    column("Domains", (item) => lines(item.dns_names ?? [])),
    column("Until", (item) => (item.not_after ? date(item.not_after) : "")),
    CREATED,
  ]),
  endpoints: kind("CDN endpoint", "CDN endpoints", [
    name("Origin", (item) => item.origin),
    column("Endpoint", (item) => code(item.endpoint)),
    column("TTL", (item) => `${number(item.ttl)} s`),
    CREATED,
  ]),
  databases: kind("database cluster", "Databases", [
    name(),
    STATUS,
    column("Engine", (item) => `${item.engine ?? ""} ${item.version ?? ""}`.trim()),
    REGION,
    column("Size", (item) => stacked(code(item.size), count(item.num_nodes ?? 1, "node"))),
    TAGS,
    CREATED,
  ]),
  kubernetes_clusters: kind("Kubernetes cluster", "Kubernetes", [
    name(),
    STATUS,
    REGION,
    column("Version", (item) => code(item.version)),
    column("Nodes", (item) =>
      (item.node_pools ?? []).map((pool) => el("span", { class: "line" }, `${pool.name}: ${pool.count ?? 0} × ${pool.size}`)),
    ),
    TAGS,
    CREATED,
  ]),
  registries: kind("registry", "Registries", [
    name(),
    REGION,
    column("In use", (item) => bytes(item.storage_usage_bytes ?? 0)),
    CREATED,
  ]),
  repositories: kind("repository", "Repositories", [
    name("Name", (item) => item.name, (item) => item.registry_name),
    column("Tags", (item) => number(item.tag_count ?? 0)),
    column("Manifests", (item) => number(item.manifest_count ?? 0)),
  ]),
  invoices: kind("invoice", "Invoices", [
    name("Period", (item) => item.invoice_period, (item) => item.invoice_uuid),
    column("Amount", (item) => `$${item.amount}`),
  ]),
  actions: kind("action", "Actions", [
    name("Action", (item) => item.type),
    column("State", progress, { live: true }),
    column("On", (item) => stacked(item.resource_type ?? "", code(item.resource_id))),
    column("Region", (item) => item.region_slug ?? slug(item.region) ?? ""),
    column("Began", CREATED.show, { live: true }),
    column("Took", took),
  ]),
};

export const kindOf = (collection) =>
  KINDS[collection] ?? kind(spelled(collection).replace(/s$/, ""), spelled(collection), USUAL);

/** What tells one item from the others of its kind. */
export function keyOf(item) {
  const key = item.id ?? item.uuid ?? item.invoice_uuid ?? item.ip ?? item.fingerprint ?? item.number;
  return key !== undefined && key !== null ? String(key) : [item.registry_name, item.name ?? JSON.stringify(item)].join("/");
}

/** In the order of importance; what the page does not know comes after what it does. */
export const inOrder = (collections) => {
  const known = Object.keys(KINDS);
  return collections.toSorted((a, b) => (known.indexOf(a) + 1 || 1e3) - (known.indexOf(b) + 1 || 1e3));
};

