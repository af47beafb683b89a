// What the mouse, a finger or the keys do on the picture.

import { element, get, icon, short } from "/element.js";

/** key, name, what it does, whether it corrects. */
export const tools = [
  { id: "hand", key: "h", sign: "M12 3v18M3 12h18M12 3l-3 3m3-3 3 3M12 21l-3-3m3 3 3-3M3 12l3-3m-3 3 3 3M21 12l-3-3m3 3-3 3", name: "Pan", help: "drag to pan the image" },
  { id: "window", key: "w", sign: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 1 1 0 16", name: "Window", help: "drag left and right for the width, up and down for the level" },
  { id: "ruler", key: "r", sign: "M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l3 3M13 6l2 2", name: "Ruler", help: "drag between two points" },
  { id: "grow", key: "m", sign: "M12 5v14M5 12h14M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z", name: "Add region", help: "click a missed region, or scribble over it; it grows to its edges", corrects: true, grows: "include" },
  { id: "shrink", key: "u", sign: "M5 12h14M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z", name: "Remove region", help: "click a false region, or scribble over it", corrects: true, grows: "exclude" },
  { id: "brush", key: "b", sign: "M20 4 10 14M9 13c-3 0-4 2-4 4 0 1-1 2-2 2 4 2 9 1 9-3 0-2-1-3-3-3z", name: "Brush", help: "drag to add", corrects: true },
  { id: "erase", key: "e", sign: "M8 20h12M14 4l6 6-9 9H7l-3-3zM9 9l6 6", name: "Erase", help: "drag to remove", corrects: true },
  { id: "polygon", key: "g", sign: "M12 4l8 6-3 10H7L4 10z", name: "Polygon", help: "click each corner; Enter or double-click closes it", corrects: true, area: true },
  { id: "lasso", key: "l", sign: "M12 4c5 0 9 2.500 9 6s-4 6-9 6-9-2.500-9-6 4-6 9-6zM8 15c-2 1-3 3 0 5", name: "Lasso", help: "draw around a region", corrects: true, area: true },
  { id: "ellipse", key: "o", sign: "M12 6c5 0 9 2.700 9 6s-4 6-9 6-9-2.700-9-6 4-6 9-6z", name: "Ellipse", help: "drag from corner to corner", corrects: true, area: true },
  { id: "fill", key: "i", sign: "M5 11l7-7 7 7-7 8zM5 11h14M21 15c1 2 1 4-.500 4s-1.500-2 .500-4M9 7 7 3", name: "Fill", help: "click a hole to fill it, or in remove mode a region to remove it", corrects: true, area: true },
];

const growing = (id) => tools.find((tool) => tool.id === id)?.grows;

export class Tools {
  tool = "hand";
  /** Whether areas are taken away ("not opacity") or added ("missed opacity"). */
  excludes = false;
  radius = 12;
  edges = false;
  layer = "opacity";
  /** What is being drawn: places as [row, column]. */
  draft = [];
  ruler = null;
  /** Where the keys' cross stands; null while the mouse is used. */
  cross = null;
  /** Whether a region is being grown, until its scene comes. */
  isGrowing = false;
  /** How many places the region on its way grows from; 0 for none. */
  asked = 0;
  /** What can be corrected: { step, layers }; null for nothing. */
  target = null;

  constructor(stage, canvas, { send, preview, changed, probe, windowed }) {
    Object.assign(this, { stage, canvas, send, preview, changed, probe, windowed });
    this.#buttons();
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("pointerleave", () => { this.hover = null; this.probe(null); this.changed(); });
    canvas.addEventListener("dblclick", () => this.#finishPolygon());
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const [x, y] = this.#at(event);
      stage.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
    }, { passive: false });
  }

  choose(id) {
    this.cancel();
    const tool = tools.find((tool) => tool.id === id);
    if (tool.corrects && !this.target) return this.say("Nothing to correct here: segment the image, or select a mask.");
    this.tool = id;
    if (id !== "ruler") this.ruler = null;
    this.#refresh();
    this.say(`${tool.name}${tool.area ? (this.excludes ? " (remove)" : " (add)") : ""}: ${tool.help}`);
  }

  say(text) { get("hint").textContent = text; }

  /** What can be corrected now. */
  aim(target) {
    this.target = target;
    if (target && !target.layers.includes(this.layer)) this.layer = target.layers[0];
    if (!target && tools.find((tool) => tool.id === this.tool).corrects) this.tool = "hand";
    this.cancel();
    this.#refresh();
  }

  setExcludes(value) { this.excludes = value; this.#refresh(); this.say(value ? "Remove mode: drawn areas are removed (false positives)." : "Add mode: drawn areas are added (missed findings)."); }
  resize(factor) { this.radius = Math.max(0.5, Math.min(200, this.radius * factor)); this.#refresh(); this.changed(); }
  setEdges(value) { this.edges = value; this.#refresh(); }

  cancel() {
    if (this.isGrowing) this.stage.preview = null;
    this.isGrowing = false;
    this.draft = [];
    this.drag = null;
    this.preview(null);
    this.changed();
  }

  // Buttons

  #buttons() {
    const bar = get("tools");
    const group = (label, ...children) => element("div", { class: "group", role: "group", "aria-label": label }, ...children);
    const button = (tool) => element("button", {
      type: "button", id: `tool-${tool.id}`, "aria-pressed": "false", title: `${tool.name} (${tool.key.toUpperCase()}): ${tool.help}`,
      "aria-label": tool.name, onclick: () => this.choose(tool.id),
    }, icon(tool.sign));
    const edges = element("input", { type: "checkbox", id: "edges", onchange: (event) => this.setEdges(event.target.checked) });
    const radius = element("input", {
      type: "range", id: "radius", min: 1, max: 100, step: 1, value: this.radius, "aria-label": "Radius of the brush in pixels",
      oninput: (event) => { this.radius = Number(event.target.value); this.#refresh(); this.changed(); },
    });
    const layer = element("select", { id: "layer", "aria-label": "Layer to correct", onchange: (event) => { this.layer = event.target.value; } });
    const excludes = element("button", {
      type: "button", id: "excludes", class: "mode", "aria-pressed": "false", title: "Add or remove areas (X)",
      onclick: () => this.setExcludes(!this.excludes),
    }, "add");
    bar.append(
      group("View", ...tools.filter((tool) => !tool.corrects).map(button)),
      group("Correct", ...tools.filter((tool) => tool.corrects).map(button)),
      element("div", { class: "group options", id: "correcting", role: "group", "aria-label": "Correction options" }, layer, excludes,
        element("label", { class: "stack" }, element("span", { id: "radius-text" }, ""), radius),
        element("label", { class: "switch", title: "The brush stops at edges (A)" }, edges, "edges")),
      group("Undo and redo",
        element("button", { type: "button", "aria-label": "Undo", title: "Undo (Z)", onclick: () => this.send({ do: "undo" }) }, icon("M9 5 4 10l5 5M4 10h10a6 5 0 0 1 0 10h-3")),
        element("button", { type: "button", "aria-label": "Redo", title: "Redo (Y)", onclick: () => this.send({ do: "redo" }) }, icon("M15 5l5 5-5 5M20 10H10a6 5 0 0 0 0 10h3"))));
    this.#refresh();
  }

  #refresh() {
    for (const tool of tools) {
      const button = get(`tool-${tool.id}`);
      button.setAttribute("aria-pressed", String(tool.id === this.tool));
      button.disabled = Boolean(tool.corrects && !this.target);
    }
    get("correcting").hidden = !this.target;
    get("excludes").textContent = this.excludes ? "remove" : "add";
    get("excludes").setAttribute("aria-pressed", String(this.excludes));
    get("radius").value = this.radius;
    get("radius-text").textContent = `brush ${short(this.radius, 1)} px`;
    get("edges").checked = this.edges;
    const names = { opacity: "opacity", "right-lung": "right lung", "left-lung": "left lung" };
    const layers = this.target?.layers ?? [];
    get("layer").replaceChildren(...layers.map((layer) => element("option", { value: layer, selected: layer === this.layer }, names[layer] ?? layer.replaceAll("_", " "))));
    get("layer").hidden = layers.length < 2;
    this.canvas.dataset.tool = this.tool;
  }

  // Pointer

  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #fingers = new Map();

  #down(event) {
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.cross = null;
    const at = this.#at(event);
    this.#fingers.set(event.pointerId, at);
    if (this.#fingers.size === 2) {
      this.cancel();
      this.drag = { tool: "pinch" };
      return;
    }
    const tool = event.button === 2 ? "window" : event.button === 1 || event.altKey || this.spaceHeld ? "hand" : this.tool;
    this.drag = { tool, at };
    this.#start(tool, this.stage.place(...at));
  }

  #start(tool, place) {
    if (tool === "ruler") this.ruler = [place, place];
    if (tool === "brush" || tool === "erase" || tool === "lasso" || growing(tool)) this.draft = [place];
    this.isGrowing = Boolean(growing(tool));
    this.asked = 0;
    this.#askGrowth(tool);
    if (tool === "ellipse") this.draft = [place, place];
    if (tool === "polygon") this.draft.push(place);
    if (tool === "fill") this.send(this.#area("fill", [place]));
    this.#measure(tool);
    this.changed();
  }

  #move(event) {
    const at = this.#at(event);
    const place = this.stage.place(...at);
    this.hover = at;
    this.probe(place);
    const { drag } = this;
    if (!drag) return this.changed();
    if (drag.tool === "pinch") return this.#pinch(event.pointerId, at);
    const [dx, dy] = [at[0] - drag.at[0], at[1] - drag.at[1]];
    if (drag.tool === "hand") this.stage.pan(dx, dy);
    if (drag.tool === "window") this.windowed(dx, dy);
    // What rounding left of a pixel is kept.
    drag.at = at;
    this.#go(drag.tool, place);
  }

  #go(tool, place) {
    if (tool === "ruler") this.ruler = [this.ruler[0], place];
    if (tool === "ellipse") this.draft = [this.draft[0], place];
    if ((tool === "brush" || tool === "erase" || tool === "lasso" || growing(tool)) && this.draft.length < 19_000) {
      const [row, column] = this.draft[this.draft.length - 1];
      // A point for every screen pixel or so is as fine as a hand draws; a region grows from fewer.
      if (Math.hypot(place[0] - row, place[1] - column) * this.stage.scale >= (growing(tool) ? 6 : 1)) {
        this.draft.push(place);
        this.#askGrowth(tool);
      }
    }
    this.#measure(tool);
    this.changed();
  }

  #pinch(id, at) {
    const before = [...this.#fingers.values()];
    this.#fingers.set(id, at);
    const now = [...this.#fingers.values()];
    if (now.length < 2) return;
    const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const apart = ([a, b]) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
    const [from, to] = [middle(before), middle(now)];
    this.stage.pan(to[0] - from[0], to[1] - from[1]);
    this.stage.zoom(apart(now) / apart(before), ...to);
  }

  #up(event) {
    this.#fingers.delete(event.pointerId);
    const { drag } = this;
    this.drag = null;
    if (!drag || drag.tool === "pinch") return;
    this.#finish(drag.tool);
  }

  #finish(tool) {
    if (growing(tool)) this.#grow(growing(tool), this.draft);
    const request = this.#request(tool);
    if (request) this.send(request);
    if (tool !== "polygon") this.draft = [];
    this.changed();
  }

  #finishPolygon() {
    if (this.tool !== "polygon") return;
    // The second click of a double click has set the last corner twice.
    const corners = this.draft.filter(([row, column], index) =>
      index === 0 || Math.hypot(row - this.draft[index - 1][0], column - this.draft[index - 1][1]) * this.stage.scale > 2);
    if (corners.length > 2) this.send(this.#area("polygon", corners));
    this.draft = [];
    this.changed();
  }

  // Keys

  /** Moves the cross by pixels of the picture; it starts in the middle of what is seen. */
  nudge(rows, columns) {
    if (!this.cross) {
      const { clientWidth, clientHeight } = this.canvas;
      this.cross = this.stage.place(clientWidth / 2, clientHeight / 2).map((value) => Math.floor(value) + 0.5);
    }
    const [width, height] = this.stage.size;
    this.cross = [
      Math.max(0.5, Math.min(height - 0.5, this.cross[0] + rows)), Math.max(0.5, Math.min(width - 0.5, this.cross[1] + columns)),
    ];
    if (this.drag) this.#go(this.drag.tool, this.cross);
    this.probe(this.cross, true);
    this.changed();
  }

  /** What a click does, at the cross: begins, sets a corner, or ends. */
  press() {
    if (!this.cross) return this.nudge(0, 0);
    if (this.drag) {
      const { tool } = this.drag;
      this.drag = null;
      return this.#finish(tool);
    }
    if (["brush", "erase", "lasso", "ellipse", "ruler", "grow", "shrink"].includes(this.tool)) this.drag = { tool: this.tool, at: [0, 0] };
    if (this.tool !== "hand" && this.tool !== "window") this.#start(this.tool, this.cross);
  }

  enter() {
    if (this.tool === "polygon" && this.draft.length > 2) this.#finishPolygon();
    else this.press();
  }

  // Sending

  /** Rows and columns by turns; the shell counts from the middle of pixel (0, 0). */
  #points(places) { return places.flatMap(([row, column]) => [row - 0.5, column - 0.5]); }

  #named() { return this.target.layers.length > 1 ? { layer: this.layer } : {}; }

  /** What letting go now would ask for; null for nothing. */
  #request(tool) {
    if (!this.target || !this.draft.length) return null;
    if (tool === "brush" || tool === "erase") return this.#stroke(tool === "erase");
    if (tool === "lasso" && this.draft.length > 2) return this.#area("polygon", this.draft);
    const isWide = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) >= 1;
    return tool === "ellipse" && isWide(...this.draft) ? this.#area("ellipse", this.draft) : null;
  }

  #measure(tool) {
    const request = this.#request(tool);
    if (request) this.preview(request);
  }

  #area(shape, places) {
    return { do: this.excludes ? "exclude" : "include", step: this.target.step, shape, points: this.#points(places), ...this.#named() };
  }

  /** A region grown from places: the command on release, what it would do before. */
  #grow(verb, places, isPreview = false) {
    if (!this.target || !places.length) return;
    this.send({ do: verb, step: this.target.step, at: this.#points(places), ...(isPreview ? { preview: true } : {}), ...this.#named() });
  }

  #askGrowth(tool) {
    // One at a time: the next goes out when the one before has come.
    if (!growing(tool) || this.asked) return;
    this.asked = this.draft.length;
    this.#grow(growing(tool), this.draft, true);
  }

  /** The region of the places so far has come. */
  grew() {
    const isBehind = this.drag && this.draft.length > this.asked;
    this.asked = 0;
    if (isBehind) this.#askGrowth(this.drag.tool);
  }

  #stroke(erase) {
    const places = this.draft.length > 1 ? this.draft : [this.draft[0], this.draft[0]];
    return {
      do: "paint", step: this.target.step, points: this.#points(places), radius: this.radius, erase, edges: this.edges, ...this.#named(),
    };
  }
}
