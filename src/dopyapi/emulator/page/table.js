// A table that follows its items: what is new or different stands out for a moment, the rest is left alone.

import { el, flash } from "./elements.js";
import { keyOf } from "./kinds.js";

export class Table {
  /**
   * columns: of `kinds.js`; the one that `names` opens the item.
   * caption: what the table is, for those who do not see it.
   * open(item): what a click on a row does.
   * settled: whether an item never changes once it is there.
   */
  constructor(columns, { caption, open, settled = false }) {
    Object.assign(this, { columns, open, settled });
    this.rows = new Map();
    this.body = el("tbody", { role: "rowgroup" });
    this.caption = el("caption", { class: "unseen" }, caption);
    const heads = columns.map((column) => el("th", { scope: "col", role: "columnheader" }, column.label));
    this.root = el(
      "table",
      { role: "table", class: "rows" },
      this.caption,
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)),
      this.body,
    );
    this.shown = undefined;
  }

  /** Show these; where they are those of another page, quietly. */
  update(items, context, page) {
    const quiet = this.shown !== page;
    this.shown = page;
    const gone = new Set(this.rows.keys());
    let before = this.body.firstChild;
    for (const item of items) {
      const key = keyOf(item);
      let row = this.rows.get(key);
      if (row === undefined) {
        row = this.#made(item, context);
        this.rows.set(key, row);
        if (!quiet) flash(row.node);
      } else if (!this.settled) {
        this.#refresh(row, item, context, quiet);
      }
      gone.delete(key);
      if (row.node === before) before = before.nextSibling;
      else this.body.insertBefore(row.node, before);
    }
    for (const key of gone) {
      this.rows.get(key).node.remove();
      this.rows.delete(key);
    }
  }

  #made(item, context) {
    const row = { item, cells: [] };
    row.node = el("tr", { role: "row", on: { click: (event) => this.#clicked(event, row) } });
    for (const column of this.columns) {
      const cell = column.names
        ? el("th", { scope: "row", role: "rowheader" })
        : el("td", { role: "cell", "data-label": column.label });
      cell.append(...this.#content(column, item, context));
      row.cells.push(cell);
    }
    row.node.append(...row.cells);
    markEmpty(row.cells);
    return row;
  }

  #refresh(row, item, context, quiet) {
    row.item = item;
    this.columns.forEach((column, at) => {
      const cell = row.cells[at];
      const fresh = this.#content(column, item, context);
      const probe = el("div", {}, fresh);
      if (same(probe, cell)) return;
      const said = probe.textContent !== cell.textContent;
      const focused = cell.contains(document.activeElement);
      cell.replaceChildren(...probe.childNodes);
      if (focused) cell.querySelector("button")?.focus();
      if (said && !column.live && !quiet) flash(cell);
    });
    markEmpty(row.cells);
  }

  #content(column, item, context) {
    const shown = [column.show(item, context)].flat(2).filter((part) => part !== "" && part !== null && part !== undefined);
    if (!column.names) return shown.map(nodeOrText);
    const below = column.below?.(item);
    const text = shown.length ? String(shown[0]) : "–";
    return [
      el("button", { type: "button", class: "open", "aria-haspopup": "dialog" }, text),
      ...(below === undefined || below === null || below === "" || String(below) === text
        ? []
        : [el("span", { class: "below" }, el("code", {}, String(below)))]),
    ];
  }

  #clicked(event, row) {
    if (event.target.closest("a") || String(getSelection())) return;
    const button = row.node.querySelector("button.open");
    button?.focus({ preventScroll: true }); // where the focus comes back to
    this.open(row.item);
  }
}

const nodeOrText = (part) => (part instanceof Node ? part : String(part));

const same = (a, b) => a.childNodes.length === b.childNodes.length && [...a.childNodes].every((n, at) => n.isEqualNode(b.childNodes[at]));

function markEmpty(cells) {
  for (const cell of cells) cell.classList.toggle("empty", !cell.hasChildNodes());
}
