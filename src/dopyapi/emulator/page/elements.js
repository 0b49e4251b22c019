// Making elements. Whatever comes from the account enters the page here, as text and never as HTML.

/** An element with properties and children; texts become text nodes. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, heard] of Object.entries(value)) made.addEventListener(event, heard);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Set a text where it differs: what is selected or read aloud stays as it is otherwise. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const SEEN_FOR = 2400;

/** Let an element stand out for a moment. */
export function flash(node) {
  node.classList.remove("fresh");
  void node.offsetWidth; // begins the animation again
  node.classList.add("fresh");
  clearTimeout(node.flashing);
  node.flashing = setTimeout(() => node.classList.remove("fresh"), SEEN_FOR);
}

/** A button that copies a text, where the browser lets pages do so. */
export function copyButton(text, name) {
  if (!navigator.clipboard) return null;
  const button = el("button", { type: "button", class: "quiet", "aria-label": name }, "Copy");
  button.addEventListener("click", () => copy(button, text()));
  return button;
}

export async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => (button.textContent = "Copy"), 1600);
}

const GOOD = new Set("active online running available verified completed succeeded success assigned up enabled".split(" "));
const BAD = new Set("errored error failed deleted degraded invalid down".split(" "));
const IDLE = new Set("off archive retired inactive disabled".split(" "));

/** A state as a dot and a word; the colour is never all that tells. */
export function status(state) {
  if (!state) return "";
  const word = String(state);
  const plain = word.toLowerCase();
  const tone = GOOD.has(plain) ? "good" : BAD.has(plain) ? "bad" : IDLE.has(plain) ? "idle" : "busy";
  return el("span", { class: `status ${tone}` }, word);
}

export function tags(names) {
  return (names ?? []).map((name) => el("span", { class: "tag" }, String(name)));
}

export const code = (text) => (text === undefined || text === null || text === "" ? "" : el("code", {}, String(text)));

/** Something, and below it in small what belongs to it. */
export function stacked(first, second) {
  return [first, second ? el("span", { class: "below" }, second) : ""];
}
