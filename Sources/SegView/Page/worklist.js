// The open worklist: its cases, the one that is read, and the commands that steer it.

import { element, get, refill, short } from "/element.js";

const rowHeight = 30;
/** Rows that are drawn above and below those in view. */
const margin = 6;

/** The cases as a listbox of which only the rows in view exist, so that 10,000 are no slower than ten. */
class CaseList {
  constructor(box, open) {
    this.box = box;
    this.all = [];
    this.shown = [];
    this.active = 0;
    box.addEventListener("scroll", () => this.#draw());
    box.addEventListener("click", (event) => {
      const row = event.target.closest("[data-index]");
      if (!row) return;
      this.#activate(Number(row.dataset.index));
      open(this.shown[this.active].number);
    });
    box.addEventListener("keydown", (event) => {
      const page = Math.max(1, Math.floor(box.clientHeight / rowHeight) - 1);
      const to = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
      if (event.ctrlKey || event.metaKey || (to === undefined && event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      event.stopPropagation();
      if (to !== undefined) this.#activate(this.active + to);
      else if (this.shown[this.active]) open(this.shown[this.active].number);
    });
    box.addEventListener("focus", () => this.#draw());
    box.addEventListener("blur", () => this.#draw());
  }

  /** - rows: { number, name, status, percent, doubt, comment, isWaiting }; place: the open one, counted from 0, or null. */
  show(rows, place, waitingOnly) {
    const isNew = this.place !== place || this.waitingOnly !== waitingOnly || this.all.length !== rows.length;
    [this.all, this.place, this.waitingOnly] = [rows, place, waitingOnly];
    this.shown = waitingOnly ? rows.filter((row) => row.isWaiting || this.#isOpen(row)) : rows;
    if (isNew) {
      this.active = Math.max(0, this.shown.findIndex((row) => this.#isOpen(row)));
      this.#reveal();
    }
    this.active = Math.max(0, Math.min(this.active, this.shown.length - 1));
    this.#draw();
  }

  #isOpen(row) { return this.place !== null && row.number === this.place + 1; }

  #activate(index) {
    this.active = Math.max(0, Math.min(this.shown.length - 1, index));
    this.#reveal();
    this.#draw();
  }

  #reveal() {
    const top = this.active * rowHeight, { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) this.box.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) this.box.scrollTop = top + rowHeight - clientHeight;
  }

  #draw() {
    const { scrollTop, clientHeight } = this.box;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
    const last = Math.min(this.shown.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + margin);
    const indices = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
    // The active one exists, or a screen reader could not name it.
    if (this.active < first || this.active >= last) if (this.shown[this.active]) indices.push(this.active);
    const spacer = element("div", { class: "spacer", role: "presentation" });
    spacer.style.height = `${this.shown.length * rowHeight}px`;
    this.box.replaceChildren(spacer, ...indices.map((index) => this.#row(index)));
    this.box.setAttribute("aria-activedescendant", this.shown.length ? `case-${this.active}` : "");
  }

  #row(index) {
    const row = this.shown[index];
    const isOpen = this.#isOpen(row);
    const made = element("div", {
      id: `case-${index}`, role: "option", class: index === this.active ? "case active" : "case", "data-index": index, "data-status": row.status,
      "aria-selected": String(isOpen), "aria-setsize": this.shown.length, "aria-posinset": index + 1,
      "aria-label": [`case ${row.number}`, row.name, row.status, row.percent, row.doubt && `doubt: ${row.doubt}`, row.comment && "has a comment"]
        .filter(Boolean).join(", "),
      title: [row.name, row.doubt && `doubt: ${row.doubt}`].filter(Boolean).join("\n"),
    },
      element("span", { class: "number" }, String(row.number)), 
      element("span", { class: "name" }, row.doubt ? element("span", { class: "doubtful" }, `${row.doubt} `) : null, row.name),
      element("span", {}, row.comment ? "✎" : ""), element("span", { class: "percent" }, row.percent), element("span", { class: "status" }, row.status));
    made.style.top = `${index * rowHeight}px`;
    return made;
  }
}

export class Worklist {
  #isBusy = false;

  /** - post: sends a request; its promise ends when the shell has it. */
  constructor(post) {
    this.post = post;
    this.state = { open: false };
    this.list = new CaseList(get("cases"), (number) => this.go("open", { case: number }));
    get("case-previous").addEventListener("click", () => this.go("previous"));
    get("case-next").addEventListener("click", () => this.go("next"));
    get("case-accept").addEventListener("click", () => this.accept());
    get("case-send").addEventListener("click", () => this.go("send"));
    get("waiting-only").addEventListener("change", () => this.#list());
    get("comment").addEventListener("input", () => this.#mark());
    get("comment").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.saveComment();
    });
    get("comment-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.saveComment();
    });
  }

  get isOpen() { return Boolean(this.state.open); }
  get #hasCase() { return this.isOpen && this.state.place !== null; }
  get #isDirty() { return this.#hasCase && get("comment").value.trim() !== (this.state.comment ?? ""); }

  /** While the shell works, a second click would mean the case that comes. */
  set busy(isBusy) { this.#isBusy = isBusy; }

  async go(word, more = {}) {
    if (!this.isOpen || this.#isBusy) return;
    if (word !== "comment" && this.#isDirty) await this.post({ do: "worklist", word: "comment", text: get("comment").value });
    this.#isBusy = true;
    await this.post({ do: "worklist", word, ...more });
  }

  accept() { if (this.#hasCase && !get("case-accept").disabled) this.go("accept"); }

  saveComment() { if (this.#isDirty) this.go("comment", { text: get("comment").value }); }

  show(state) {
    const old = this.state;
    this.state = state;
    this.#isBusy = false;
    get("worklist-panel").hidden = !this.isOpen;
    if (!this.isOpen) return;
    get("empty").textContent = "“Next waiting” opens the first case.";
    const names = state.rows.map(([, , , view, date, , name]) => [name, [view, date].filter(Boolean).join(" ")].filter(Boolean).join(" · "));
    this.rows = state.rows.map(([status, percent, doubt, , , comment], index) => ({
      number: index + 1, name: names[index], status: state.states[status], isWaiting: status < 2, doubt, comment,
      percent: percent === null ? "" : `${short(percent, 1)} %`,
    }));
    const decided = this.rows.filter((row) => !row.isWaiting).length;
    get("worklist-reader").textContent = state.reader ? (state.readers ? `${state.reader}: ${state.readers.join(" and ")}` : `reader ${state.reader}`) : "";
    get("worklist-progress").max = Math.max(1, this.rows.length);
    get("worklist-progress").value = decided;
    get("worklist-count").textContent = `${decided} of ${this.rows.length} decided`;
    const row = this.#hasCase ? this.rows[state.place] : null;
    get("case-previous").disabled = !row || state.place === 0;
    get("case-next").disabled = !this.rows.some((other) => other.isWaiting && other !== row);
    get("case-accept").disabled = !row;
    get("case-send").hidden = !state.archive;
    get("case-send").disabled = !row || row.isWaiting;
    get("case-title").textContent = row ? `Case ${row.number} of ${this.rows.length}: ${row.status}` : "No case is open";
    refill(get("case-readers"), (state.readers ?? []).map((reader, index) => element("button", {
      type: "button", class: `reader-${index}`, "data-id": `reader-${index}`, disabled: !row, onclick: () => this.go("accept", { reader }),
    }, `Accept ${reader}`)));
    get("comment").disabled = !row;
    // A text that is being typed stays while its case does.
    if (old.place !== state.place || old.comment !== state.comment || !row) get("comment").value = state.comment ?? "";
    this.#mark();
    this.#list();
  }

  #mark() { get("comment-save").disabled = !this.#isDirty; }
  #list() { this.list.show(this.rows, this.state.place, get("waiting-only").checked); }
}
