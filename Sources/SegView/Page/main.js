// The page: follows the shell, shows its scene, and sends what a person changes as the command it stands for.

import { bytes, follow, post } from "/net.js";
import { element, get, short } from "/element.js";
import { Plane } from "/planes.js";
import { Preview } from "/preview.js";
import { rgb, Stage } from "/stage.js";
import { Layers, percentText, showSeverity, showSteps } from "/panels.js";
import { Levels } from "/levels.js";
import { Tools, tools as toolList } from "/tools.js";
import { sketch } from "/sketch.js";
import { useKeys } from "/keys.js";
import { Worklist } from "/worklist.js";

const stage = new Stage(get("pixels"), get("frame"));
const planes = new Map();
let scene = {};
let showsZones = true;
let sceneCount = 0;

// Pixels, each read once

function pixels(id, make) {
  if (!planes.has(id)) {
    const promise = bytes(id).catch((error) => say(error.message, true)).then((data) => {
      if (data) return make(data);
      planes.delete(id);
      return null;
    });
    planes.set(id, promise);
  }
  return planes.get(id);
}

function layerPixels({ plane, kind }) {
  const { width, height } = scene;
  return pixels(plane, (data) => kind === "mask" ? Plane.mask(width, height, data) : Plane.samples(width, height, kind === "labels" ? 8 : 16, data));
}

const picturePixels = ({ plane, bits }) => {
  const { width, height } = scene;
  return pixels(plane, (data) => Plane.samples(width, height, bits, data));
};

/** The pixels of a plane that the scene names somewhere. */
function namedPixels(id) {
  if (scene.picture?.plane === id) return picturePixels(scene.picture);
  const layer = scene.layers?.find((layer) => layer.plane === id);
  return layer ? layerPixels(layer) : Promise.resolve(null);
}

const layers = new Layers(stage, layerPixels);
const preview = new Preview(post, () => {
  const { severity, refused } = preview.shown ?? {};
  figures();
  overlay();
  const words = severity ? `${percentText(severity.percent)} of the lungs opaque` : refused ? "not possible" : "no lungs are known";
  if (preview.shown) levels.measured(preview.shown.request.level, words);
});
const ask = (request) => request ? preview.ask(request) : preview.cancel();
const levels = new Levels(stage, namedPixels, { send: (request) => send(request), preview: ask });
const tools = new Tools(stage, get("stage"), {
  send: (request) => send(request),
  preview: ask,
  changed: () => overlay(),
  probe: (place, isSpoken) => probe(place, isSpoken),
  windowed: (dx, dy) => changeWindow(dx, dy),
});

const worklist = new Worklist((request) => send(request));

async function send(request) {
  preview.stop();
  try {
    get("status").textContent = "sent";
    await post(request);
  } catch (error) {
    say(error.message, true);
    preview.cancel();
  }
}

/** The severity that is shown: while a hand moves, with the values that the command would record. */
function shownSeverity() {
  const { shown } = preview;
  if (!shown || shown.refused) return scene.severity;
  return { before: null, recorded: true, ...scene.severity, after: shown.severity ?? null };
}

function figures() {
  const { shown } = preview;
  const what = shown && (shown.request.do === "threshold" ? `preview above ${shown.request.level}` : "preview of what is drawn");
  showSeverity(shownSeverity(), what ?? "", () => send({ do: "severity", step: scene.shown }));
}

// The scene

async function show(next) {
  const count = ++sceneCount;
  const old = scene;
  scene = next;
  preview.stop();
  preview.shown = null;
  document.title = next.title ? `${next.title} – segsh` : "segsh";
  get("title").textContent = next.title ?? "segsh";
  const step = next.steps?.find((step) => step.id === next.shown);
  get("shown").textContent = step ? `${step.names.join(" = ")} ${step.type} ${step.text}`.trim() : "";
  get("twin").textContent = twin();
  get("empty").hidden = Boolean(next.width);
  showSteps(next, (id) => send(id === null ? { do: "look" } : { do: "look", step: id }));
  figures();
  const doubt = next.severity?.doubt;
  get("doubt").hidden = !doubt;
  get("doubt").textContent = doubt ?? "";
  tools.aim(next.correct ?? null);
  // Pixels that no scene names any more are let go.
  const named = new Set([next.picture?.plane, next.before?.plane, ...(next.layers ?? []).map((layer) => layer.plane)]);
  for (const id of planes.keys()) if (!named.has(id)) planes.delete(id);
  if (!next.width) return;
  const [picture, before] = await Promise.all([next.picture && picturePixels(next.picture), next.before && picturePixels(next.before)]);
  if (count !== sceneCount) return;
  const isSame = old.picture?.plane === next.picture?.plane;
  const keepsWindow = isSame || (old.width === next.width && old.height === next.height && String(old.picture?.window) === String(next.picture?.window));
  const window = keepsWindow && stage.picture ? stage.picture.window : next.picture?.window;
  stage.shape = [next.width, next.height];
  stage.picture = picture && { plane: picture, low: next.picture.low, step: next.picture.step, window };
  stage.before = before && { plane: before, low: next.before.low, step: next.before.step, window: next.before.window };
  const comparable = Boolean(before) || (next.layers ?? []).some((layer) => layer.side === "before");
  get("compare").hidden = !comparable;
  get("placed").textContent = next.before?.place ? `prior ${next.before.place}` : "";
  if (!comparable) get("split-on").checked = false;
  if (!(old.width === next.width && old.height === next.height)) stage.fit();
  layers.show(next.layers ?? []);
  compare();
  levels.show(next.levels, next.picture);
  scaleText();
}

/** What a region that is being grown would leave, as the shell computed it. */
async function showGrowth({ step, found }) {
  tools.grew();
  const isWanted = () => tools.isGrowing && scene.correct?.step === step;
  if (!found || !isWanted()) return;
  const data = await bytes("growth").catch(() => null);
  if (!data || !isWanted()) return;
  stage.preview = { plane: Plane.mask(scene.width, scene.height, data), above: 127, within: [], rgb: rgb("#e69f00") };
  stage.redraw();
}

/** What the picture shows, in words. */
function twin() {
  const step = scene.steps?.find((step) => step.id === scene.shown);
  if (!step) return "No image yet.";
  const masks = (scene.layers ?? []).filter((layer) => layer.shown).map((layer) => `${layer.name} ${layer.detail}`).join(", ");
  return `${scene.words ?? `${step.type} ${step.text}`}.${masks ? ` Layers: ${masks}.` : ""}`;
}

function overlay() { sketch(get("stage"), stage, tools, { ...scene, severity: shownSeverity() }, showsZones); }
stage.drawn = () => {
  overlay();
  scaleText();
};

function compare() {
  const isOn = get("split-on").checked;
  stage.split = isOn ? Number(get("split").value) : null;
  if (isOn) layers.compare();
  stage.redraw();
}
get("split-on").addEventListener("change", compare);
get("split").addEventListener("input", () => {
  get("split-on").checked = true;
  compare();
});

// Window, probe

function changeWindow(dx, dy) {
  if (!stage.picture) return;
  const [low, high] = stage.picture.window;
  const [first, last] = scene.picture.range;
  const unit = (last - first) / 512;
  const width = Math.max(unit, high - low + dx * unit), middle = (low + high) / 2 + dy * unit;
  stage.picture.window = [middle - width / 2, middle + width / 2];
  stage.redraw();
}

function resetWindow() {
  if (!stage.picture) return;
  stage.picture.window = [...scene.picture.window];
  stage.redraw();
}

function scaleText() {
  if (!stage.picture) return;
  const [low, high] = stage.picture.window;
  const digits = high - low > 10 ? 0 : 3;
  get("scale").textContent = `${short((stage.scale / stage.ratio) * 100, 0)} %   window ${short(low, digits)} to ${short(high, digits)}`;
}

function probe(place, isSpoken = false) {
  const output = get("probe");
  output.setAttribute("aria-live", isSpoken ? "polite" : "off");
  const [row, column] = place ? place.map(Math.floor) : [-1, -1];
  const [width, height] = stage.size;
  if (!stage.picture || row < 0 || column < 0 || row >= height || column >= width) return (output.textContent = "");
  const { plane, low, step } = stage.picture;
  const parts = [`row ${row}, column ${column}`, `gray ${short(low + step * plane.at(row, column), step === 1 ? 0 : 3)}`];
  const inside = [];
  let lung = null;
  for (const { kind, key, name, pixels } of layers.all) {
    if (!pixels) continue;
    if (kind === "probability") parts.push(`probability ${short(pixels.at(row, column) / 65535, 3)}`);
    else if (kind === "labels") parts.push(`label ${pixels.at(row, column)}`);
    else if (pixels.at(row, column)) {
      inside.push(name);
      if (key === "right-lung") lung = "right";
      if (key === "left-lung") lung = "left";
    }
  }
  const zone = scene.zones?.zones.find((zone) => zone.lung === lung && row >= zone.rows[0] && row < zone.rows[1]);
  if (zone) parts.push(`zone ${zone.name}`);
  if (inside.length) parts.push(`in ${inside.join(", ")}`);
  if (scene.spacing) {
    const kind = scene.spacing.kind === "calibrated" ? "calibrated" : "at the detector";
    parts.push(`${short((row + 0.5) * scene.spacing.row_mm, 1)} mm down, ${short((column + 0.5) * scene.spacing.column_mm, 1)} mm across (${kind})`);
  }
  output.textContent = parts.join("   ");
}

// Messages

let silence;
function say(text, isError = false) {
  const told = get("told");
  told.textContent = text;
  told.classList.toggle("error", isError);
  clearTimeout(silence);
  silence = setTimeout(() => { told.textContent = ""; }, isError ? 12000 : 5000);
}

// Light and dark

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  levels.show(scene.levels, scene.picture);
}
function switchTheme() {
  const isDark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")) === "dark";
  setTheme(isDark ? "light" : "dark");
  try { localStorage.setItem("segsh-theme", isDark ? "light" : "dark"); } catch { /* Not kept, then. */ }
}
get("theme").addEventListener("click", switchTheme);
const keptTheme = localStorage.getItem("segsh-theme");
if (keptTheme) document.documentElement.dataset.theme = keptTheme;

// Keys

function arrows(rows, columns, far) {
  if (tools.tool === "hand") return stage.pan(-columns * (far ? 200 : 50), -rows * (far ? 200 : 50));
  if (tools.tool === "window") return changeWindow(columns * (far ? 40 : 8), rows * (far ? 40 : 8));
  tools.nudge(rows * (far ? 10 : 1), columns * (far ? 10 : 1));
}
const middle = () => [get("frame").clientWidth / 2, get("frame").clientHeight / 2];
const moveSplit = (by) => {
  get("split").value = Number(get("split").value) + by;
  get("split-on").checked = !get("compare").hidden;
  compare();
};

useKeys([
  {
    title: "Looking",
    rows: [
      { keys: ["+", "="], text: "zoom in", does: () => stage.zoom(1.25, ...middle()) },
      { keys: ["-", "_"], text: "zoom out", does: () => stage.zoom(0.8, ...middle()) },
      { keys: ["0", "f"], shown: "0  F", text: "fit the image to the window", does: () => stage.fit() },
      { keys: ["n"], text: "actual size (1:1)", does: () => stage.zoom(stage.ratio / stage.scale, ...middle()) },
      { keys: ["v"], text: "reset to the file's display window", does: resetWindow },
      { keys: ["k"], text: "show or hide zones", does: () => { showsZones = !showsZones; overlay(); } },
      { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: "1 … 9", text: "show or hide a layer", does: (event) => layers.toggle(Number(event.key) - 1) },
      { keys: ["c"], text: "compare before and after", does: () => { if (!get("compare").hidden) { get("split-on").checked = !get("split-on").checked; compare(); } } },
      { keys: [","], shown: ",  .", text: "move the divider between before and after", does: () => moveSplit(-0.05) },
      { keys: ["."], hidden: true, shown: ".", text: "to the right", does: () => moveSplit(0.05) },
    ],
  },
  {
    title: "Worklist",
    rows: [
      { keys: ["PageDown"], when: () => worklist.isOpen, shown: "Page Down", text: "next waiting case", does: () => worklist.go("next") },
      { keys: ["PageUp"], when: () => worklist.isOpen, shown: "Page Up", text: "previous case", does: () => worklist.go("previous") },
      { keys: ["Ctrl+Enter"], shown: "Ctrl Enter", text: "accept the result; in the comment, save it", does: () => worklist.accept() },
      { keys: ["j"], text: "go to the comment", when: () => worklist.isOpen, does: () => get("comment").focus() },
      { keys: ["q"], text: "go to the cases; arrow keys select, Enter opens", when: () => worklist.isOpen, does: () => get("cases").focus() },
    ],
  },
  {
    title: "On the image",
    rows: [
      { keys: ["ArrowUp", "Shift+ArrowUp"], shown: "↑ ↓ ← →", text: "pan; with the ruler and correction tools, move the crosshair; Shift for larger steps", onStage: true, does: (event) => arrows(-1, 0, event.shiftKey) },
      { keys: ["ArrowDown", "Shift+ArrowDown"], hidden: true, onStage: true, does: (event) => arrows(1, 0, event.shiftKey) },
      { keys: ["ArrowLeft", "Shift+ArrowLeft"], hidden: true, onStage: true, does: (event) => arrows(0, -1, event.shiftKey) },
      { keys: ["ArrowRight", "Shift+ArrowRight"], hidden: true, onStage: true, does: (event) => arrows(0, 1, event.shiftKey) },
      { keys: [" "], shown: "Space", text: "click at the crosshair: start, add a corner, end", onStage: true, does: () => tools.press() },
      { keys: ["Enter"], text: "close a polygon, end a stroke", onStage: true, does: () => tools.enter() },
      { keys: ["Escape"], shown: "Esc", text: "cancel drawing", onStage: true, does: () => { tools.cross = null; tools.ruler = null; tools.cancel(); } },
    ],
  },
  { title: "Tools", rows: toolList.map((tool) => ({ keys: [tool.key], text: `${tool.name.toLowerCase()}: ${tool.help}`, does: () => tools.choose(tool.id) })) },
  {
    title: "Changing",
    rows: [
      { keys: ["t"], text: "go to the threshold; arrow keys move it, Enter runs the command", does: () => get("level").focus() },
      { keys: ["x"], text: "add or remove areas", does: () => tools.setExcludes(!tools.excludes) },
      { keys: ["["], shown: "[  ]", text: "decrease or increase the brush size", does: () => tools.resize(0.8) },
      { keys: ["]"], hidden: true, does: () => tools.resize(1.25) },
      { keys: ["a"], text: "brush stops at edges", does: () => tools.setEdges(!tools.edges) },
      { keys: ["z"], text: "undo", does: () => send({ do: "undo" }) },
      { keys: ["y"], text: "redo", does: () => send({ do: "redo" }) },
      { keys: ["s"], text: "go to the steps", does: () => (get("steps").querySelector("[aria-current]") ?? get("steps").querySelector("button"))?.focus() },
      { keys: ["p"], text: "go to the image", does: () => get("stage").focus() },
      { keys: ["d"], text: "light or dark theme", does: switchTheme },
      { keys: ["?", "/"], text: "show this list", does: () => get("sheet").showModal() },
    ],
  },
]);

// Following

follow({
  scene: show,
  worklist: (state) => worklist.show(state),
  busy: (isBusy) => {
    get("status").textContent = isBusy ? "working" : "live";
    worklist.busy = isBusy;
  },
  preview: (answer) => preview.take(answer),
  growth: showGrowth,
  told: ({ error, text }) => {
    if (error && tools.isGrowing) {
      tools.cancel();
      stage.redraw();
    }
    say(text, error);
    // A command that failed leaves everything as it was.
    if (error) levels.reset();
  },
}, (state) => {
  document.body.dataset.state = state;
  get("status").textContent = { open: "live", closed: "the shell has ended", refused: "refused: open the address that the shell printed" }[state];
});

// For tests and measurements.
window.segsh = { stage, tools, layers, preview, worklist, get scene() { return scene; } };
