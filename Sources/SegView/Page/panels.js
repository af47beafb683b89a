// The panels beside the picture: layers, severity and steps.

import { element, get, lineSample, refill, short } from "/element.js";
import { dashes, heatStops, rgb } from "/stage.js";

/** The layers as a list; what a person changed stays with a layer of the same key when the scene changes. */
export class Layers {
  #kept = new Map();

  constructor(stage, load) {
    this.stage = stage;
    this.load = load;
    this.all = [];
  }

  show(layers) {
    this.all = layers.map((layer) => ({
      ...layer, rgb: rgb(layer.color), strength: layer.outline ? 1 : layer.kind === "probability" ? 0.6 : 0.4,
      ...this.#kept.get(layer.key), pixels: null,
    }));
    this.#apply();
    this.#list();
    for (const layer of this.all) if (this.#isNeeded(layer)) this.#fetch(layer);
  }

  /** Switches the layer of a number, counted from 0. */
  toggle(index) {
    const layer = this.all[index];
    if (layer) this.#change(layer, { shown: !layer.shown });
  }

  /** Fetches what the two halves of a comparison show. */
  compare() { for (const layer of this.all) if (layer.side !== "both") this.#fetch(layer); }

  named(key) { return this.all.find((layer) => layer.key === key); }

  #isNeeded(layer) { return layer.shown || ((layer.key.endsWith("lung") || layer.kind === "probability") && !layer.key.startsWith("true")); }

  async #fetch(layer) {
    layer.pixels ??= await this.load(layer);
    this.#apply();
  }

  #change(layer, change) {
    Object.assign(layer, change);
    const { shown, strength, outline } = layer;
    this.#kept.set(layer.key, { shown, strength, outline });
    if (layer.shown) this.#fetch(layer);
    this.#apply();
    this.#list();
  }

  #apply() {
    // The first of the list lies on top.
    this.stage.layers = this.all.map((layer) => ({ ...layer, plane: layer.pixels })).reverse();
    this.stage.redraw();
  }

  #list() {
    refill(get("layers"), this.all.map((layer, index) => {
      const id = `layer-${index}`;
      const box = element("input", {
        type: "checkbox", id, "data-id": id, checked: layer.shown, title: index < 9 ? `Key ${index + 1}` : null,
        onchange: () => this.#change(layer, { shown: !layer.shown }),
      });
      const slider = element("input", {
        type: "range", min: 0, max: 1, step: 0.05, value: layer.strength, "aria-label": `Opacity of the layer ${layer.name}`, "data-id": `${id}-strength`,
        oninput: (event) => {
          layer.strength = Number(event.target.value);
          this.#kept.set(layer.key, { shown: layer.shown, strength: layer.strength, outline: layer.outline });
          this.#apply();
        },
      });
      const style = layer.kind !== "mask" ? null : element("button", {
        type: "button", class: "quiet", "data-id": `${id}-style`, "aria-pressed": String(layer.outline), "aria-label": `${layer.name} as an outline`,
        title: "Fill or outline",
        onclick: () => this.#change(layer, { outline: !layer.outline, strength: layer.outline ? 0.4 : 1 }),
      }, layer.outline ? "outline" : "fill");
      const swatch = layer.outline ? lineSample(layer.color, dashes[layer.dashes], layer.thick)
        : element("span", { class: `swatch ${layer.kind}`, "aria-hidden": "true" });
      swatch.style.setProperty("--color", layer.color);
      const scale = layer.kind === "probability" && layer.shown ? colorScale() : null;
      const side = layer.of ? ` ${layer.of}` : "";
      return element("li", {}, box, swatch,
        element("label", { for: id }, layer.name, element("small", {}, `${side} ${layer.detail}`.trim())), style ?? element("span"), slider, scale);
    }));
    get("layers").hidden = this.all.length === 0;
  }
}

/** The colors of the probability layer with their values. */
function colorScale() {
  const bar = element("span", { class: "colors" });
  bar.style.background = `linear-gradient(90deg, ${heatStops})`;
  return element("div", { class: "color-scale", role: "img", "aria-label": "Color scale of probability: dark violet near 0, red at 0.5, pale yellow at 1; fainter below 0.5" },
    bar, ...["0", "0.5", "1"].map((value) => element("span", {}, value)));
}

const zoneNames = { A: "right upper", B: "right middle", C: "right lower", D: "left upper", E: "left middle", F: "left lower" };

export const percentText = (value) => (value === null || value === undefined ? "–" : `${short(value, 1)} %`);

/** The severity values, before and after; what: the heading's addition while they are not recorded yet. `after` is null where no lungs are known. */
export function showSeverity(severity, what, send) {
  const panel = get("severity-panel");
  panel.hidden = !severity;
  get("severity-state").textContent = what;
  if (!severity) return;
  const { before } = severity;
  const after = severity.after ?? { right: {}, left: {}, zones: {} };
  const percent = percentText;
  const interval = (name) => {
    const range = name.split(".").reduce((part, key) => part?.[key], after.intervals ?? {});
    return range && range[0] < range[1] ? `${short(range[0], 1)} to ${short(range[1], 1)}` : "";
  };
  const row = (label, value, old, range, name) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", `${Math.max(0, Math.min(100, value ?? 0))}%`);
    const changed = before && old !== null && old !== undefined && percent(old) !== percent(value);
    return element("tr", name ? { "data-zone": name } : {},
      element("th", { scope: "row" }, label),
      element("td", { class: "figure" }, changed ? element("span", { class: "old" }, short(old, 1), element("span", { class: "arrow" }, "→")) : null, percent(value)),
      element("td", { class: "range" }, range), element("td", { class: "bars" }, bar));
  };
  const rows = [
    row("both lungs", after.percent, before?.percent, interval("percent")),
    row("right lung", after.right.percent, before?.right.percent, interval("right.percent")),
    row("left lung", after.left.percent, before?.left.percent, interval("left.percent")),
    ...Object.keys(zoneNames).map((zone) =>
      row(`${zone} ${zoneNames[zone]}`, after.zones[zone], before?.zones[zone], interval(`zones.${zone}`), zone)),
  ];
  const estimate = (label, name, most) => {
    const value = after[name], range = interval(name);
    return value === null || value === undefined ? null : element("li", {}, `${label} ${short(value, 1)} of ${most}${range ? ` (${range})` : ""}`);
  };
  get("severity").replaceChildren(...[
    element("p", { class: "grade" }, element("strong", {}, percent(after.percent)),
      severity.after ? ` of the lungs opaque: ${after.grade_text}` : " No lungs are known for this mask.",
      before && percent(before.percent) !== percent(after.percent) ? element("small", {}, ` (before ${percent(before.percent)})`) : null),
    before ? element("p", { class: "note", id: "before-is" }, `Before: ${severity.before_is}.`) : null,
    element("table", { class: "figures" },
      element("caption", { class: "unseen" }, "Percent of the lung area with opacity, with intervals"),
      element("thead", { class: "unseen" }, element("tr", {},
        ...["Region", "Percent", "Interval", "Bar"].map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows)),
    element("ul", { class: "scores" }, estimate("geographic extent", "extent", 8), estimate("geographic extent, estimated", "extent_estimate", 8),
      estimate("Brixia score, estimated", "brixia_estimate", 18)),
    severity.recorded ? null : element("button", { type: "button", class: "quiet", disabled: what !== "", onclick: send }, "Record severity"),
  ].filter(Boolean));
}

/** The session's steps; choosing one shows it. */
export function showSteps(scene, look) {
  refill(get("steps"), (scene.steps ?? []).map((step) => {
    const isShown = step.id === scene.shown;
    return element("li", { class: step.origin ? "origin" : "aside" },
      element("button", {
        type: "button", "data-id": `step-${step.id}`, "aria-current": isShown ? "step" : null, title: step.text,
        onclick: () => look(step.id === scene.latest ? null : step.id),
      },
        element("span", { class: "name" }, step.names.join(" = ") || "·"),
        element("span", { class: "type" }, step.type),
        element("code", {}, step.line)));
  }));
}
