// The histogram and its threshold: moving the line shows what it would keep, letting go sends the command.

import { element, get, refill, short } from "/element.js";
import { histogram } from "/planes.js";
import { rgb } from "/stage.js";

export class Levels {
  /** - plane: gives the pixels of a plane that the scene names; send, preview: take the request of a threshold, to run it or to measure it. */
  constructor(stage, plane, { send, preview }) {
    Object.assign(this, { stage, plane, send, preview });
    this.options = [];
    this.kind = "probability";
    this.slider = get("level");
    this.canvas = get("histogram");
    this.slider.addEventListener("input", () => this.#move());
    this.slider.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#commit();
      if (event.key === "Escape") this.reset();
    });
    // By mouse or finger, letting go is enough.
    this.slider.addEventListener("pointerup", () => this.#commit());
    this.slider.addEventListener("blur", () => { if (!get("levels-panel").contains(document.activeElement)) this.#settle(); });
    get("level-send").addEventListener("click", () => this.#commit());
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.#drag(event);
    });
    this.canvas.addEventListener("pointermove", (event) => { if (this.canvas.hasPointerCapture(event.pointerId)) this.#drag(event); });
    this.canvas.addEventListener("pointerup", () => this.#commit());
    new ResizeObserver(() => this.#draw()).observe(this.canvas.parentElement);
  }

  /** - options: the scene's `levels`; picture: the scene's `picture`, whose samples are intensities by a straight line. */
  async show(options, picture) {
    this.options = options ?? [];
    this.picture = picture;
    get("levels-panel").hidden = this.options.length === 0;
    this.stage.preview = null;
    this.isMoved = false;
    if (!this.options.length) return;
    if (!this.options.some((option) => option.kind === this.kind)) this.kind = this.options[0].kind;
    else if (this.options[0].level !== null) this.kind = this.options[0].kind;
    refill(get("levels-of"), this.options.map((option) => element("label", { class: "tab" },
      element("input", {
        type: "radio", name: "levels-of", value: option.kind, checked: option.kind === this.kind, "data-id": `levels-${option.kind}`,
        onchange: () => { this.kind = option.kind; this.#settle(); },
      }), option.kind === "gray" ? "gray" : "probability")));
    await this.#settle();
  }

  get option() { return this.options.find((option) => option.kind === this.kind); }

  /** The value of a sample, and the sample of a value. */
  #value(sample) { return this.kind === "gray" ? this.picture.low + this.picture.step * sample : sample / 65535; }
  #sample(value) { return this.kind === "gray" ? (value - this.picture.low) / this.picture.step : value * 65535; }

  /** Puts the line where the threshold is. */
  async #settle() {
    const option = this.option;
    if (!option) return;
    this.isMoved = false;
    this.preview(null);
    this.stage.preview = null;
    this.stage.redraw();
    const [pixels, ...masks] = await Promise.all([option.plane, ...option.within].map((plane) => this.plane(plane)));
    if (option !== this.option || !pixels) return;
    this.pixels = pixels;
    this.masks = masks.filter(Boolean);
    [this.low, this.high] = this.kind === "gray" ? this.picture.range : [0, 1];
    this.counts = histogram(pixels, this.#sample(this.low), this.#sample(this.high), this.masks);
    const isWhole = this.kind === "gray" && this.high - this.low > 2;
    Object.assign(this.slider, {
      min: this.low, max: this.high, step: isWhole ? Math.max(1, Math.round((this.high - this.low) / 1000)) : 0.01,
    });
    // The slider rounds to its steps; the level itself stays as it is recorded.
    this.level = option.level ?? option.model?.level ?? (this.kind === "gray" ? (this.low + this.high) / 2 : 0.5);
    this.slider.value = this.level;
    const isModel = option.level === null && option.model;
    this.#tell(isModel ? `${this.#words()}, the model's threshold` : option.level === null ? "not set" : this.#words());
    get("level-note").textContent = `${option.of ? `Of ${option.of}${this.masks.length ? ", inside the lungs" : ""}. ` : ""}`
      + "Drag the line and release to run the command. Keyboard: arrow keys move the line, Enter runs the command."
      + (isModel && option.model.drops_small ? " The model also drops small regions." : "")
      + (option.keeps ? ` ${option.keeps} correction${option.keeps === 1 ? " is" : "s are"} kept.` : "");
    this.#draw();
  }

  #words(level = this.level) { return `above ${short(level, this.kind === "gray" && this.high > 2 ? 0 : 4)}`; }

  #tell(words) {
    this.slider.setAttribute("aria-valuetext", words);
    get("level-text").textContent = words;
  }

  /** A level with what was measured of it; while the line moves on, the pair stays together. */
  measured(level, words) { if (this.isMoved) this.#tell(`${this.#words(level)}: ${words}`); }

  #drag(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    this.slider.value = this.low + share * (this.high - this.low);
    this.#move();
  }

  #move() {
    if (!this.pixels) return;
    this.isMoved = true;
    this.level = Number(this.slider.value);
    this.stage.preview = { plane: this.pixels, above: this.#sample(this.level), within: this.masks, rgb: rgb("#e69f00") };
    this.stage.redrawPreview();
    this.slider.setAttribute("aria-valuetext", this.#words());
    this.#draw();
    this.preview(this.#request);
  }

  #commit() {
    if (!this.option || (!this.isMoved && this.option.level !== null)) return;
    this.isMoved = false;
    this.send(this.#request);
  }

  get #request() { return { do: "threshold", step: this.option.step, level: this.level }; }

  /** Puts everything back to what is recorded. */
  reset() { this.#settle(); }

  #draw() {
    const box = this.canvas.parentElement.getBoundingClientRect();
    if (!box.width || !this.counts) return;
    const ratio = window.devicePixelRatio || 1;
    const width = (this.canvas.width = Math.round(box.width * ratio)), height = (this.canvas.height = Math.round(box.height * ratio));
    const context = this.canvas.getContext("2d");
    const style = getComputedStyle(this.canvas);
    // Roots, so that what is rare can still be seen; the ends would dwarf the rest.
    const heights = Array.from(this.counts, Math.sqrt);
    const most = Math.max(1, ...heights.slice(1, 255));
    const level = (this.level - this.low) / (this.high - this.low);
    for (let i = 0; i < 256; i++) {
      context.fillStyle = i / 255 > level ? style.getPropertyValue("--accent") : style.getPropertyValue("--faint");
      const tall = Math.min(1, heights[i] / most) * (height - 4 * ratio);
      context.fillRect((i * width) / 256, height - tall, Math.ceil(width / 256), tall);
    }
    context.fillStyle = style.getPropertyValue("--text");
    context.fillRect(Math.round(level * width) - ratio, 0, 2 * ratio, height);
  }
}
