// What the page shows at each address: everything in brief, a kind, the requests.

import { hasToken } from "./control.js";
import { code, copyButton, el, flash, setText, stacked } from "./elements.js";
import { inOrder, keyOf, kindOf } from "./kinds.js";
import { answeredBy } from "./log.js";
import { Table } from "./table.js";
import { clockTime, count, duration, number, spelled } from "./words.js";

const PER_PAGE = 25;
const NEWEST_FIRST = new Set(["actions", "invoices"]); // as they come

const section = (title, ...content) => el("section", { class: "block" }, el("h2", {}, title), ...content);
const link = (to, ...content) => el("a", { href: `#/${to}` }, ...content);

// Requests.

function statusCode(row) {
  const tone = row.status === 0 || row.status >= 500 ? "bad" : row.status >= 400 ? "warned" : "good";
  return el("span", { class: `code ${tone}` }, row.status === 0 ? "none" : String(row.status));
}

function faultInWords(fault) {
  const told = Object.entries(fault ?? {}).filter(([name]) => !["operation", "method", "path", "query", "nth", "every", "times", "probability"].includes(name));
  return told.map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
}

function answered(row) {
  const by = answeredBy(row);
  const tone = by.includes("fault") ? "bad" : by === "generic" ? "warned" : by === "not emulated" ? "bad" : "plain";
  return stacked(by ? el("span", { class: `by ${tone}` }, by) : "", faultInWords(row.fault));
}

const PATH = { label: "Path", names: true, show: (row) => row.path + (row.query ? `?${row.query}` : ""), below: (row) => row.operation };
const TIME = { label: "Time", show: (row) => el("time", { datetime: row.moment, title: row.moment }, clockTime(row.moment, 3)) };
const METHOD = { label: "Method", show: (row) => el("span", { class: "method" }, row.method) };
const CODE = { label: "Status", show: statusCode };
const REQUEST_COLUMNS = [
  PATH,
  METHOD,
  CODE,
  { label: "ms", show: (row) => row.milliseconds.toFixed(row.milliseconds < 10 ? 1 : 0) },
  { label: "Answered by", show: answered },
  TIME,
];

function requestTable(page, columns, caption) {
  const table = new Table(columns, { caption, settled: true, open: (row) => page.open(row, `${row.method} ${row.path}`, "Request") });
  table.root.classList.add("requests");
  return table;
}

export class Requests {
  #shown = 100;

  constructor(page) {
    this.page = page;
    this.title = "Requests";
    this.table = requestTable(page, REQUEST_COLUMNS, "The latest requests");
    this.filter = el("input", { type: "search", id: "filter", placeholder: "droplets post 422", autocomplete: "off", spellcheck: "false" });
    this.filter.addEventListener("input", () => this.show());
    this.said = el("p", { class: "muted", id: "matches" });
    this.older = el("button", { type: "button", class: "quiet" }, "Show older ones");
    this.older.addEventListener("click", () => this.#more());
    this.nothing = el("p", { class: "hint" });
    this.root = el(
      "section",
      { class: "block" },
      el("div", { class: "head" }, el("h2", {}, "Requests"), el("div", { class: "filter" }, el("label", { for: "filter" }, "Filter"), this.filter)),
      this.said,
      this.table.root,
      this.nothing,
      el("p", { class: "more" }, this.older),
    );
  }

  question = null;

  show() {
    const { log } = this.page;
    const found = log.matching(this.filter.value);
    const rows = found.slice(0, this.#shown);
    this.table.update(rows, {}, this.filter.value);
    this.table.root.hidden = rows.length === 0;
    setText(this.nothing, rows.length ? "" : log.rows.length ? "None of the requests read so far has all these words." : "No requests yet.");
    const read = log.rows.length < log.remembered ? `the latest ${number(log.rows.length)} of ${number(log.remembered)}` : count(log.rows.length, "request");
    setText(this.said, this.filter.value.trim() ? `${number(found.length)} of ${read}` : read);
    this.older.hidden = found.length <= this.#shown && log.olderQuestion === null;
    return log.rows;
  }

  async #more() {
    const { log } = this.page;
    this.#shown += 200;
    const question = log.olderQuestion;
    if (question !== null) {
      const answer = await this.page.tryTo(question);
      if (answer) log.takeOlder(answer);
    }
    this.table.shown = undefined; // nothing of this is new
    this.show();
  }
}

// A kind.

export class Collection {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.number = 1;
    this.kind = kindOf(name);
    this.title = this.kind.more;
    this.total = el("span", { class: "total" });
    this.nothing = el("p", { class: "hint", hidden: true });
    this.table = new Table(this.kind.columns, {
      caption: this.kind.more,
      open: (item) => page.open(item, titleOf(item), spelled(this.kind.one)),
    });
    this.table.root.classList.add(`of-${name.replace(/\W/g, "")}`);
    this.newer = this.#turner("Newer", -1);
    this.older = this.#turner("Older", +1);
    this.where = el("span", { class: "muted" });
    this.pager = el("nav", { class: "pager", "aria-label": "Pages", hidden: true }, this.newer, this.where, this.older);
    this.root = el("section", { class: "block" }, el("div", { class: "head" }, el("h2", {}, this.kind.more, " ", this.total), this.pager), this.table.root, this.nothing);
  }

  get question() {
    const order = NEWEST_FIRST.has(this.name) ? "" : "&backwards=1";
    return `state/${encodeURIComponent(this.name)}?page=${this.number}&per_page=${PER_PAGE}${order}`;
  }

  show(answer, context) {
    const { [this.name]: items, total, page } = answer ?? { [this.name]: [], total: 0, page: this.number };
    const pages = Math.max(1, Math.ceil(total / PER_PAGE));
    if (page > pages) {
      this.number = pages;
      this.page.soon();
      return null;
    }
    if (page !== this.number) return null; // an answer to what is no longer asked
    setText(this.total, number(total));
    this.table.update(items, context, page);
    this.table.root.hidden = items.length === 0;
    this.nothing.hidden = items.length > 0;
    setText(this.nothing, `There are no ${this.kind.more} at the moment.`);
    this.pager.hidden = pages === 1;
    setText(this.where, `${number((page - 1) * PER_PAGE + 1)}–${number(Math.min(page * PER_PAGE, total))} of ${number(total)}`);
    // A button that has the focus stays where it is: "aria-disabled" rather than gone from the tab order.
    this.newer.setAttribute("aria-disabled", String(page === 1));
    this.older.setAttribute("aria-disabled", String(page === pages));
    this.pages = pages;
    return items;
  }

  #turner(label, by) {
    const button = el("button", { type: "button", class: "quiet" }, label);
    button.addEventListener("click", () => {
      const wanted = this.number + by;
      if (wanted < 1 || wanted > this.pages) return;
      this.number = wanted;
      this.page.soon();
    });
    return button;
  }
}

const titleOf = (item) => String(item.name ?? item.ip ?? item.origin ?? item.type ?? item.invoice_period ?? keyOf(item));

// Everything in brief.

const CREATE = '{"name": "web-1", "region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}';

export const firstCommand = () =>
  [
    `curl -X POST ${location.origin}/v2/droplets`,
    `  -H 'Authorization: Bearer ${hasToken() ? "YOUR_TOKEN" : "any"}'`,
    "  -H 'Content-Type: application/json'",
    `  -d '${CREATE}'`,
  ].join(" \\\n");

export class Overview {
  title = "Overview";
  question = "state/actions?page=1&per_page=8";

  constructor(page) {
    this.page = page;
    this.tiles = new Map();
    this.kinds = el("ul", { class: "tiles" });
    this.kindsBlock = section("What exists", this.kinds);
    this.command = el("pre", { class: "command", tabindex: 0, "aria-label": "A command that creates a Droplet" });
    this.empty = el(
      "section",
      { class: "block empty", hidden: true },
      el("h2", {}, "Nothing exists yet"),
      el("p", {}, "This is an account of its own: no bill, nothing to break. Create its first Droplet, and watch it become active here:"),
      this.command,
      copyButton(firstCommand, "Copy the command"),
    );
    this.coming = el("ul", { class: "coming" });
    this.nothing = el("p", { class: "hint" }, "Nothing is under way.");
    this.actions = new Table(kindOf("actions").columns.filter(({ label }) => ["Action", "State", "On"].includes(label)), {
      caption: "The latest actions",
      open: (item) => page.open(item, item.type, "Action"),
    });
    this.actionsBlock = section("Latest actions", this.actions.root, el("p", { class: "more" }, link("actions", "All actions")));
    this.requests = requestTable(page, [PATH, METHOD, CODE, TIME], "The latest requests");
    this.requestsBlock = section("Latest requests", this.requests.root, el("p", { class: "more" }, link("requests", "All requests")));
    this.root = el(
      "div",
      { class: "overview" },
      el("div", {}, this.empty, this.kindsBlock, this.requestsBlock),
      el("div", {}, section("Under way", this.coming, this.nothing), this.actionsBlock),
    );
  }

  show(answer, context) {
    const { log, state } = this.page;
    const there = inOrder(Object.keys(state.counts).filter((name) => state.counts[name] && name !== "actions"));
    this.empty.hidden = there.length > 0;
    setText(this.command, firstCommand());
    this.kindsBlock.hidden = there.length === 0;
    this.#showKinds(there, context);
    this.#showComing(context.pending);
    const actions = answer?.actions ?? [];
    this.actions.update(actions, context, 1);
    this.actionsBlock.hidden = actions.length === 0;
    this.requests.update(log.rows.slice(0, 10), context, 1);
    this.requestsBlock.hidden = log.rows.length === 0;
    return [...actions, ...log.rows];
  }

  #showKinds(there, { changing }) {
    for (const name of there) {
      let tile = this.tiles.get(name);
      if (tile === undefined) {
        tile = { many: el("span", { class: "many" }), note: el("span", { class: "note" }) };
        tile.node = el("li", {}, link(encodeURIComponent(name), el("span", { class: "what" }, kindOf(name).more), tile.many, tile.note));
        this.tiles.set(name, tile);
      }
      const many = number(this.page.state.counts[name]);
      if (tile.many.textContent !== many && tile.many.textContent !== "") flash(tile.node);
      setText(tile.many, many);
      setText(tile.note, changing.has(name) ? `${number(changing.get(name))} changing` : "");
    }
    const nodes = there.map((name) => this.tiles.get(name).node);
    if (nodes.length !== this.kinds.children.length || nodes.some((node, at) => node !== this.kinds.children[at])) this.kinds.replaceChildren(...nodes);
  }

  #showComing(pending) {
    this.nothing.hidden = pending.length > 0;
    const shown = pending.slice(0, 6).map((event) => {
      const [what, which] = String(event.subject).split(/\/(.*)/);
      const does = event.action?.type ?? spelled(event.event.replaceAll(".", " ")).toLowerCase();
      return el("li", {}, el("span", { class: "what" }, does), el("span", { class: "on" }, `${spelled(what)} `, code(which)), el("span", { class: "when" }, `in ${duration(event.in_seconds)}`));
    });
    if (pending.length > 6) shown.push(el("li", { class: "muted" }, `and ${number(pending.length - 6)}${pending.length === 100 ? " or more" : ""} further`));
    this.coming.replaceChildren(...shown);
  }
}
