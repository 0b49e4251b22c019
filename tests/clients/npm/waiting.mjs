// Asking again until something has come about.
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function settled(ask, good) {
  for (let tries = 0; tries < 400; tries += 1) {
    const seen = await ask();
    if (good(seen)) return seen;
    await pause(25);
  }
  throw new Error("it never came about");
}
