// One thing as JSON, as the API shows it; passwords and keys are masked.

import { byId, copyButton, el, setText } from "./elements.js";
import { keyOf } from "./kinds.js";

const MASK = "••••••••";
const SECRET = /passw|secret|token|private_key|access_key|api_key|credential|signature/i;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const IN_URL = /([a-z][a-z0-9+.-]*:\/\/[^\s/@:]*):[^\s@]+@/gi;

/** The same without what is secret. */
export function masked(value, name = "", marked = false) {
  if (typeof value === "string" && value) {
    if (SECRET.test(name) || marked || PEM.test(value)) return MASK;
    return value.replace(IN_URL, `$1:${MASK}@`);
  }
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (value && typeof value === "object") {
    const secret = String(value.type).toUpperCase() === "SECRET"; // a variable of an app
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, masked(held, key, secret && key === "value")]));
  }
  return value;
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d[\d.eE+-]*/g;

/** JSON with its parts told apart. */
function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    parts.push(text.slice(at, found.index));
    const kind = found[2] !== undefined ? "key" : found[1] ? "text" : found[3] ? "word" : "number";
    parts.push(el("span", { class: `json-${kind}` }, found[1] ?? found[0]), found[2] ?? "");
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)];
}

export class Details {
  constructor() {
    this.root = byId("details");
    this.item = null;
    this.title = el("h2", { id: "details-title" });
    this.note = el("p", { class: "muted" });
    this.json = el("pre", { tabindex: 0, "aria-label": "JSON" });
    const close = el("button", { type: "button", class: "quiet" }, "Close");
    close.addEventListener("click", () => this.root.close());
    const copies = copyButton(() => this.text, "Copy the JSON");
    this.gone = el("p", { class: "lost", role: "status" });
    this.root.append(el("div", { class: "sheet-head" }, el("div", {}, this.title, this.note), copies, close), this.gone, this.json);
    this.root.addEventListener("click", (event) => event.target === this.root && this.root.close());
    this.root.addEventListener("close", () => (this.item = null));
  }

  open(item, title, note) {
    this.item = item;
    setText(this.title, title);
    setText(this.note, note);
    setText(this.gone, "");
    this.#show();
    this.root.showModal();
    this.json.scrollTop = 0;
  }

  /** Follow the item that is shown, among those that are there now. */
  follow(items) {
    if (this.item === null || !items) return;
    const now = items.find((item) => keyOf(item) === keyOf(this.item));
    setText(this.gone, now === undefined ? "It is no longer on this page; this is how it was." : "");
    if (now === undefined) return;
    this.item = now;
    this.#show();
  }

  #show() {
    const text = JSON.stringify(masked(this.item), null, 2);
    if (text === this.text && this.json.hasChildNodes()) return;
    this.text = text;
    this.json.replaceChildren(...coloured(text));
  }
}
