// Numbers, times and names in words.

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export const number = (value) => plain.format(value);

export const count = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;

/** How long something takes: `0.6 s`, `31 s`, `5 min`, `2 h`, `7 days`. */
export function duration(seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${number(Math.round(seconds / 86400))} days`;
}

/** How long ago a moment is, by the emulator's time. */
export function ago(moment, now) {
  const seconds = (new Date(now) - new Date(moment)) / 1000;
  if (Number.isNaN(seconds)) return "";
  if (seconds < -1) return `in ${duration(-seconds)}`;
  return seconds < 60 ? "just now" : `${duration(seconds)} ago`;
}

export const date = (moment) =>
  new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const clockTime = (moment, digits = 0) => new Date(moment).toISOString().slice(11, digits ? 20 + digits : 19);

/** How quickly changes happen, of the share of production's time that they take. */
export function speed(share) {
  if (share === 0) return "at once";
  if (share === 1) return "as production";
  return share < 1 ? `${number(1 / share)}× production` : `1/${number(share)} of production`;
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

export function bytes(size) {
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${number(Math.round(size * 10) / 10)} ${UNITS[unit]}`;
}

const SPELLED = { vpc: "VPC", vpcs: "VPCs", ip: "IP", ips: "IPs", ssh: "SSH", cdn: "CDN", nfs: "NFS", nat: "NAT", gpu: "GPU",
  api: "API", dns: "DNS", byoip: "BYOIP", ipv6: "IPv6", ipv6s: "IPv6s", droplet: "Droplet", droplets: "Droplets",
  kubernetes: "Kubernetes", genai: "GenAI", url: "URL", id: "ID" };

/** The name of a kind that the page does not know: `vpc_nat_gateways` is `VPC NAT gateways`. */
export function spelled(name) {
  const words = String(name).split(/[_\s]+/).filter(Boolean).map((word) => SPELLED[word] ?? word).join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
