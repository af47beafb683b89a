// The way to the shell: events that it sends, pixels, and what is posted. The token comes with the address once and is kept for this tab alone.

const kept = "segsh-token";
const given = location.hash.slice(1);
if (given) {
  sessionStorage.setItem(kept, given);
  history.replaceState(null, "", location.pathname);
}
const headers = { Authorization: `Bearer ${sessionStorage.getItem(kept) ?? ""}` };

/** The bytes of a plane of pixels; null if a newer scene has taken its place. */
export async function bytes(plane) {
  const answer = await fetch(`/planes/${plane}`, { headers });
  if (!answer.ok) throw new Error(`cannot load the pixels of ${plane} (${answer.status})`);
  if (answer.status === 204) return null;
  return new Uint8Array(await answer.arrayBuffer());
}

/** Asks the shell for something; what comes of it arrives as an event. */
export async function post(request) {
  const answer = await fetch("/do", {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(request),
  });
  if (!answer.ok) throw new Error(answer.status === 429 ? "the shell is busy" : `refused (${answer.status})`);
}

/**
 * Follows the shell's events until it ends, and tries again when the way was cut.
 * `on` has a function for each event; `state` is told "open", "closed" or "refused".
 */
export async function follow(on, state) {
  for (let failures = 0; failures < 5; failures++) {
    try {
      const answer = await fetch("/events", { headers, cache: "no-store" });
      if (!answer.ok) {
        if (answer.status === 503) await pause(2000);
        else return state("refused");
      } else {
        state("open");
        failures = 0;
        await read(answer.body.getReader(), on);
      }
    } catch { /* The way was cut: once more. */ }
    state("closed");
    await pause(500 * (failures + 1));
  }
}

async function read(reader, on) {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const fields = Object.fromEntries(text.slice(0, end).split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }));
      if (fields.event) on[fields.event]?.(JSON.parse(fields.data));
    }
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
