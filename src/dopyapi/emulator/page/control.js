// Asking the emulator: one way in, and three ways in which it can fail.

const KEPT = "dopyapi-emulator-token";
const PATIENCE = 10_000;

/** The emulator does not answer, or cannot. */
export class Away extends Error {}

/** It answers, and refuses: `status` says why. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let token = kept();

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null; // a browser that stores nothing: it is asked for again after a reload
  }
}

export const hasToken = () => token !== null;

/** Send this token from now on; null for none. It stays in this tab. */
export function useToken(value) {
  token = value;
  try {
    if (value === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, value);
  } catch {
    // as above
  }
}

/** Ask `/_emulator/...`; the JSON of the answer, or null where it has none. */
export async function ask(path, { method = "GET", body } = {}) {
  const headers = { accept: "application/json" };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  let text;
  try {
    answer = await fetch(`/_emulator/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await answer.text();
  } catch (error) {
    throw new Away(error.name === "TimeoutError" ? "it takes too long to answer" : "it does not answer");
  }
  if (answer.status >= 500) throw new Away(`it answers with status ${answer.status}`);
  let found = null;
  try {
    found = text ? JSON.parse(text) : null;
  } catch {
    throw new Away("what answers is not the emulator");
  }
  if (!answer.ok) throw new Refused(answer.status, String(found?.message ?? `status ${answer.status}`));
  return found;
}
