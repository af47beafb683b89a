// One table of keys: what they do, and the sheet that shows them.

import { element, get } from "/element.js";

/** - rows: { keys: ["+", "="], text, does(event) }; the first of the keys is shown; `when` says whether they apply now. */
export function useKeys(groups) {
  const sheet = get("sheet");
  get("keys").replaceChildren(...groups.map(({ title, rows }) => element("section", {}, element("h3", {}, title),
    element("dl", {}, ...rows.filter(({ hidden }) => !hidden).flatMap(({ shown, keys, text }) => [element("dt", {}, element("kbd", {}, shown ?? keys[0].toUpperCase())), element("dd", {}, text)])))));
  get("help").addEventListener("click", () => sheet.showModal());
  get("sheet-close").addEventListener("click", () => sheet.close());
  const table = new Map(groups.flatMap(({ rows }) => rows.flatMap((row) => row.keys.map((key) => [key, row]))));
  document.addEventListener("keydown", (event) => {
    if (sheet.open || event.metaKey) return;
    const onStage = document.activeElement === get("stage") || document.activeElement === document.body;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const row = event.ctrlKey ? table.get(`Ctrl+${key}`) : table.get(event.shiftKey && key.length > 1 ? `Shift+${key}` : key) ?? table.get(key);
    if (!row || (row.onStage && !onStage)) return;
    // Letters and signs stay those of a field that takes them.
    if (!row.onStage && ["SELECT", "TEXTAREA"].includes(document.activeElement?.tagName)) return;
    if (row.when && !row.when()) return;
    if (!onStage && !event.ctrlKey && ["Enter", " ", "Escape"].includes(event.key)) return;
    event.preventDefault();
    row.does(event);
  });
}
