// The latest requests, as far as the page has read them.

const FIRST_READ = 100;
const MOST_AT_ONCE = 1000;
const MOST_KEPT = 2000;

export class Log {
  constructor() {
    this.forget();
  }

  forget() {
    this.rows = []; // the newest first
    this.last = 0;
    this.first = 1;
    this.begun = false;
  }

  /** What to ask for next. */
  get question() {
    return this.begun ? `requests?after=${this.last}&limit=${MOST_AT_ONCE}` : `requests?limit=${FIRST_READ}`;
  }

  /** How many the emulator remembers. */
  get remembered() {
    return Math.max(0, this.last - this.first + 1);
  }

  /** Take an answer in. */
  take({ requests, first, last }) {
    const missed = this.begun && requests.length > 0 && requests.at(-1).number < last;
    if (last < this.last || missed) {
      this.forget(); // another emulator at this address, or more than can be read one by one: begin with the latest
      return;
    }
    this.rows = [...requests.toReversed(), ...this.rows].filter((row) => row.number >= first).slice(0, MOST_KEPT);
    [this.first, this.last, this.begun] = [first, last, true];
  }

  /** What to ask for to know more of the past; null when all of it is known, or as much as the page keeps. */
  get olderQuestion() {
    const oldest = this.rows.at(-1)?.number ?? this.last + 1;
    const many = Math.min(500, oldest - this.first, MOST_KEPT - this.rows.length);
    return many > 0 ? `requests?after=${oldest - many - 1}&limit=${many}` : null;
  }

  takeOlder({ requests }) {
    const oldest = this.rows.at(-1)?.number ?? Infinity;
    this.rows.push(...requests.filter((row) => row.number < oldest).toReversed());
  }

  /** Those in which all the words of a filter occur. */
  matching(filter) {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return this.rows;
    return this.rows.filter((row) => {
      const text = [row.method, row.path, row.query, row.operation, row.status, answeredBy(row), row.request_id]
        .join(" ")
        .toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }
}

const ANSWERED = { no: "not emulated", fault: "fault" };

/** What made the answer: a behaviour of its own, the generic rule, a fault, or nothing yet. */
export function answeredBy(row) {
  const by = ANSWERED[row.emulated] ?? row.emulated ?? "";
  if (row.lost) return `fault: ${row.lost}`;
  return row.fault && row.emulated !== "fault" ? `${by} + fault` : by;
}
