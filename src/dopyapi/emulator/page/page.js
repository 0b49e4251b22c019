// The page: it asks once a second while somebody can see it, and shows what has come.

import { Away, Refused, ask, hasToken, useToken } from "./control.js";
import { Details } from "./details.js";
import { byId, copy, el, flash, setText } from "./elements.js";
import { inOrder, keyOf, kindOf } from "./kinds.js";
import { Log } from "./log.js";
import { Collection, Overview, Requests } from "./views.js";
import { clockTime, count, date, duration, number, speed } from "./words.js";

const EVERY = 1000;
const LONGEST = 15_000;
const TELL_EVERY = 4000;

/** Which collection a document of this kind is shown in. */
const collectionOf = (kind, counts) => [`${kind}s`, `${kind.replace(/y$/, "")}ies`, kind].find((name) => name in counts);

class Page {
  constructor() {
    this.details = new Details();
    this.log = new Log();
    this.info = null;
    this.state = null;
    this.live = true;
    this.failures = 0;
    this.asking = 0;
    this.views = new Map();
    this.links = new Map();
    this.told = { at: 0, counts: null };
  }

  start() {
    setText(byId("address"), location.origin);
    byId("copy-address").hidden = !navigator.clipboard;
    byId("copy-address").addEventListener("click", () => copy(byId("copy-address"), location.origin));
    byId("live").addEventListener("click", () => this.#setLive(!this.live));
    byId("retry").addEventListener("click", () => this.soon());
    byId("reset").addEventListener("click", () => this.#askToReset());
    byId("advance").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#advance(Number(byId("seconds").value));
    });
    byId("to-next").addEventListener("click", () => this.#advance(this.toNext));
    document.addEventListener("visibilitychange", () => this.soon());
    addEventListener("hashchange", () => this.#route(true));
    this.#route(false);
  }

  // What is asked.

  /** Ask at once, and go on from there. */
  soon() {
    clearTimeout(this.timer);
    this.#turn(++this.asking);
  }

  async #turn(turn) {
    if (document.hidden) return;
    let pause = EVERY;
    try {
      await this.#read(turn);
      if (turn !== this.asking) return;
      this.failures = 0;
      byId("banner").hidden = true;
    } catch (error) {
      if (turn !== this.asking) return;
      pause = this.#failed(error);
    }
    if (pause !== null && (this.live || this.failures)) this.timer = setTimeout(() => this.soon(), pause);
  }

  async #read(turn) {
    if (this.info === null) {
      const info = await ask("");
      if (turn !== this.asking) return;
      this.info = info;
      this.#showInfo();
    }
    const view = this.view;
    const question = view.question;
    const [state, log, answer] = await Promise.all([
      ask("state?rows=0"),
      ask(this.log.question),
      question && ask(question).catch((error) => (error.status === 404 ? null : Promise.reject(error))),
    ]);
    if (turn !== this.asking) return;
    this.state = state;
    this.log.take(log);
    this.#show(view, answer);
  }

  /** What became of asking in vain; the pause before the next attempt, null for none. */
  #failed(error) {
    if (error instanceof Refused && error.status === 401) {
      this.#askForToken(hasToken() ? "This token is not the one." : "");
      return null;
    }
    if (error instanceof Refused && error.status === 403 && hasToken()) {
      this.#askForToken(error.message);
      return null;
    }
    if (!(error instanceof Refused) && !(error instanceof Away)) console.error(error);
    this.info = null; // whoever answers next may be another
    this.log.forget();
    const pause = Math.min(LONGEST, EVERY * 2 ** this.failures++);
    const what = error instanceof Refused ? `The emulator refuses: ${error.message}.` : `The emulator is away: ${error.message}.`;
    const banner = byId("banner");
    setText(byId("banner-text"), `${what} ${this.state ? "What you see is how it was. " : ""}The page goes on trying.`);
    banner.hidden = false;
    return pause;
  }

  /** Ask for something once; its JSON, or undefined where that fails, which is said. */
  async tryTo(path, options) {
    try {
      return await ask(path, options);
    } catch (error) {
      setText(byId("banner-text"), `That did not work: ${error.message}.`);
      byId("banner").hidden = false;
      return undefined;
    }
  }

  // What is shown.

  #route(asked) {
    const name = location.hash.startsWith("#/") ? safelyDecoded(location.hash.slice(2)) : "";
    if (asked && !location.hash.startsWith("#/") && location.hash !== "") return; // within the page
    if (!this.views.has(name)) {
      this.views.set(name, name === "" ? new Overview(this) : name === "requests" ? new Requests(this) : new Collection(this, name));
    }
    this.name = name;
    this.view = this.views.get(name);
    if (this.details.root.open) this.details.root.close();
    if (!this.gated) byId("main").replaceChildren(this.view.root);
    document.title = `${this.view.title} – dopyapi emulator`;
    if (asked) {
      scrollTo(0, 0);
      byId("main").focus({ preventScroll: true });
    }
    if (this.state) this.#showNav();
    this.soon();
  }

  #show(view, answer) {
    this.#closeGate();
    const { state, log } = this;
    byId("facts").hidden = byId("nav").hidden = false;
    // What the account does by itself every month is nothing that somebody waits for.
    const pending = state.pending.filter((event) => !event.subject.startsWith("books/"));
    const due = new Map(pending.filter((event) => event.action).map((event) => [event.action.id, event]));
    const changing = new Map();
    for (const subject of new Set(pending.map((event) => event.subject))) {
      const name = collectionOf(subject.split("/")[0], state.counts);
      if (name) changing.set(name, (changing.get(name) ?? 0) + 1);
    }
    this.#showFacts(pending);
    this.#showNav();
    const items = view.show(answer, { now: state.now, pending, due, changing });
    this.details.follow(items);
    this.#tell(state.counts);
    document.documentElement.dataset.requests = String(log.last);
  }

  #showInfo() {
    const { clock, speed: share } = this.info;
    setText(byId("speed"), speed(share));
    byId("advance").hidden = !clock.virtual;
  }

  #showFacts(pending) {
    const { now, counts } = this.state;
    const kinds = Object.entries(counts).filter(([name, many]) => many && name !== "actions");
    setText(byId("time"), `${clockTime(now)} UTC`);
    byId("time").dateTime = now;
    setText(byId("clock-kind"), `${date(now)}, ${this.info.clock.virtual ? "virtual" : "this machine’s"}`);
    setText(byId("count-resources"), number(kinds.reduce((sum, [, many]) => sum + many, 0)));
    setText(byId("count-kinds"), kinds.length ? `of ${count(kinds.length, "kind")}` : "");
    setText(byId("count-pending"), pending.length === 100 ? "100+" : number(pending.length));
    setText(byId("next-due"), pending.length ? `next in ${duration(pending[0].in_seconds)}` : "");
    setText(byId("count-requests"), number(this.log.last));
    const latest = this.log.rows[0];
    setText(byId("latest-request"), latest ? `last: ${latest.method} ${latest.status || "no answer"}` : "");
    this.toNext = pending.length ? Math.max(0, pending[0].in_seconds) + 0.001 : null;
    byId("to-next").hidden = this.toNext === null;
    if (this.toNext !== null) setText(byId("to-next"), `To the next change, in ${duration(pending[0].in_seconds)}`);
  }

  #showNav() {
    const { counts } = this.state;
    const kinds = inOrder(Object.keys(counts).filter((name) => name !== "actions" && (counts[name] || name === this.name)));
    const wanted = [["", "Overview", null], ...kinds.map((name) => [name, kindOf(name).more, counts[name]]),
      ["actions", "Actions", counts.actions ?? 0], ["requests", "Requests", this.log.last]];
    const items = wanted.map(([name, label, many]) => {
      let item = this.links.get(name);
      if (item === undefined) {
        item = { many: el("span", { class: "many" }) };
        item.link = el("a", { href: `#/${encodeURIComponent(name)}` }, el("span", {}, label), item.many);
        item.node = el("li", { class: name === "actions" ? "apart" : null }, item.link);
        this.links.set(name, item);
      }
      const text = many === null ? "" : number(many);
      if (item.many.textContent !== text) {
        if (item.many.textContent !== "" && name !== "requests" && name !== "actions") flash(item.node);
        setText(item.many, text);
      }
      if (name !== this.name) item.link.removeAttribute("aria-current");
      else if (!item.link.hasAttribute("aria-current")) {
        item.link.setAttribute("aria-current", "page");
        this.turned = item;
      }
      return item.node;
    });
    const list = byId("nav").querySelector("ul") ?? byId("nav").appendChild(el("ul"));
    if (items.length !== list.children.length || items.some((node, at) => node !== list.children[at])) list.replaceChildren(...items);
    if (this.turned) list.scrollLeft = this.turned.node.offsetLeft - list.clientWidth / 3;
    this.turned = null;
  }

  /** Say to those who hear the page how many there are now, not more often than they can follow. */
  #tell(counts) {
    const before = this.told.counts;
    if (before !== null && Date.now() - this.told.at < TELL_EVERY) return;
    this.told.counts = { ...counts };
    if (before === null) return;
    const said = Object.keys(counts).filter((name) => name !== "actions" && counts[name] !== (before[name] ?? 0));
    if (!said.length) return;
    this.told.at = Date.now();
    setText(byId("told"), said.map((name) => `${kindOf(name).more}: ${number(counts[name])}`).join(", "));
  }

  open(item, title, note) {
    this.details.open(item, title, keyOf(item) === title ? note : `${note} ${keyOf(item)}`);
  }

  // What can be done.

  #setLive(live) {
    this.live = live;
    byId("live").setAttribute("aria-checked", String(live));
    setText(byId("live-text"), live ? "Live" : "Paused");
    if (live) this.soon();
    else clearTimeout(this.timer);
  }

  async #advance(seconds) {
    if ((await this.tryTo("clock", { method: "POST", body: { advance: seconds } })) !== undefined) this.soon();
  }

  #askToReset() {
    const dialog = byId("ask");
    const no = el("button", { type: "button", autofocus: true }, "Keep it");
    const yes = el("button", { type: "button", class: "danger" }, "Empty the account");
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", async () => {
      dialog.close();
      if ((await this.tryTo("reset", { method: "POST" })) !== undefined) this.soon();
    });
    dialog.replaceChildren(
      el("h2", { id: "ask-title" }, "Empty this account?"),
      el("p", {}, `${byId("count-resources").textContent || "All"} resources, all actions and the log of requests go for good. Faults, lag and durations become what the emulator was started with; the clock goes on.`),
      el("p", { class: "choices" }, no, yes),
    );
    dialog.showModal();
  }

  #askForToken(why) {
    byId("banner").hidden = true;
    if (this.gated) {
      setText(byId("gate-why"), why);
      byId("token").setAttribute("aria-invalid", String(why !== ""));
      return;
    }
    this.gated = true;
    byId("facts").hidden = byId("nav").hidden = byId("advance").hidden = true;
    if (this.details.root.open) this.details.root.close();
    const field = el("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-describedby": "gate-why", "aria-invalid": String(why !== "") });
    const form = el(
      "form",
      { class: "gate" },
      el("h2", {}, "This emulator asks for its token"),
      el("p", {}, "It is what it was started with: ", el("code", {}, "--token"), ". It stays in this tab."),
      el("label", { for: "token" }, "Token"),
      field,
      el("p", { id: "gate-why", class: "wrong", role: "alert" }, why),
      el("button", { type: "submit" }, "Look at it"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      useToken(field.value.trim());
      field.value = "";
      this.soon();
    });
    byId("main").replaceChildren(form);
    field.focus();
  }

  #closeGate() {
    if (!this.gated) return;
    this.gated = false;
    byId("advance").hidden = !this.info.clock.virtual;
    byId("main").replaceChildren(this.view.root);
    byId("main").focus({ preventScroll: true });
  }
}

function safelyDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

new Page().start();
