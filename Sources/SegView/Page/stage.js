// Draws the X-ray and its layers, pixel by pixel for what is in sight, so that no picture is too large and every browser shows the same.

const pack = (r, g, b) => (255 << 24) | (b << 16) | (g << 8) | r;
export const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// Dark violet to pale yellow in even steps (matplotlib's inferno, CC0).
const inferno = ["#0b0724", "#3d0965", "#71196e", "#a32c61", "#d04545", "#f1711f", "#fcaa0f", "#fcffa4"].map(rgb);
const heat = Array.from({ length: 256 }, (_, i) => {
  const place = (i / 255) * (inferno.length - 1), at = Math.min(inferno.length - 2, Math.floor(place)), share = place - at;
  return inferno[at].map((value, k) => value + (inferno[at + 1][k] - value) * share);
});
/** The colors of probability 0 to 1 as they lie on black, for a CSS gradient: lower ones are fainter. */
export const heatStops = Array.from({ length: 17 }, (_, i) => heat[Math.round((i / 16) * 255)].map((value) => Math.round(value * Math.min(1, i / 8))))
  .map((color) => `rgb(${color.join(" ")})`).join(", ");
/** Lengths of dashes and gaps by turns, in CSS pixels; with two widths they distinguish outlines without color. */
export const dashes = {
  solid: [], dashed: [7, 5], dotted: [2, 3], "dash-dot": [8, 3, 2, 3], "dash-dot-dot": [8, 3, 2, 3, 2, 3], "long-dash": [16, 5],
};
// Okabe and Ito's colors, for labels.
const cycle = ["#56b4e9", "#e69f00", "#009e73", "#f0e442", "#d55e00", "#cc79a7", "#0072b2"].map(rgb);

export class Stage {
  /** Screen pixels a picture's pixel, and where the picture's corner lies, in screen pixels. */
  scale = 1;
  x = 0;
  y = 0;
  /** { plane, low, step, window: [low, high] } of the picture, and of the one before. */
  picture = null;
  before = null;
  /** Share of the width where after begins; null when nothing is compared. */
  split = null;
  /** In the order in which they are drawn: { plane, kind, color, strength, outline, dashes, thick, shown, side }. */
  layers = [];
  /** A threshold that is being moved: { plane, above, within: [planes], color }. */
  preview = null;
  /** Called after each drawing. */
  drawn = () => {};

  #dirty = false;
  #shift = null;
  /** What was drawn beneath a preview, and the part of the canvas that it covers. */
  #beneath = null;
  #lut = { gray: null, key: "" };
  #lutBefore = { gray: null, key: "" };

  constructor(canvas, frame) {
    this.canvas = canvas;
    this.frame = frame;
    this.context = canvas.getContext("2d", { alpha: false });
    new ResizeObserver(() => this.resize()).observe(frame);
  }

  get size() { return this.picture ? [this.picture.plane.width, this.picture.plane.height] : this.shape ?? [1, 1]; }
  get ratio() { return this.canvas.width / Math.max(1, this.frame.clientWidth); }

  resize() {
    const dense = Math.min(2, window.devicePixelRatio || 1);
    const { clientWidth, clientHeight } = this.frame;
    const [width, height] = [Math.max(1, Math.round(clientWidth * dense)), Math.max(1, Math.round(clientHeight * dense))];
    if (this.canvas.width === width && this.canvas.height === height) return;
    const wasFitted = this.isFitted;
    this.canvas.width = width;
    this.canvas.height = height;
    if (wasFitted) this.fit();
    this.redraw();
  }

  // Where things are

  fit() {
    const [width, height] = this.size;
    const { canvas } = this;
    this.scale = Math.min(canvas.width / width, canvas.height / height);
    this.x = Math.round((canvas.width - width * this.scale) / 2);
    this.y = Math.round((canvas.height - height * this.scale) / 2);
    this.isFitted = true;
    this.redraw();
  }

  /** Zooms by a factor about a place of the frame, in CSS pixels. */
  zoom(factor, atX, atY) {
    const [px, py] = [atX * this.ratio, atY * this.ratio];
    const [width, height] = this.size;
    const least = 0.5 * Math.min(this.canvas.width / width, this.canvas.height / height, 1);
    const scale = Math.max(least, Math.min(64, this.scale * factor));
    this.x = Math.round(px - ((px - this.x) * scale) / this.scale);
    this.y = Math.round(py - ((py - this.y) * scale) / this.scale);
    this.scale = scale;
    this.isFitted = false;
    this.redraw();
  }

  /** Moves the picture by CSS pixels. What stays in sight is moved, not drawn again. */
  pan(dx, dy) {
    const [mx, my] = [Math.round(dx * this.ratio), Math.round(dy * this.ratio)];
    if (!mx && !my) return;
    this.x += mx;
    this.y += my;
    this.isFitted = false;
    if (!this.#dirty && this.split === null) {
      this.#shift = [(this.#shift?.[0] ?? 0) + mx, (this.#shift?.[1] ?? 0) + my];
      this.#request();
    } else {
      this.redraw();
    }
  }

  /** Row and column in the picture of a place of the frame; pixel (0, 0) spans 0 to 1. */
  place(atX, atY) {
    return [(atY * this.ratio - this.y) / this.scale, (atX * this.ratio - this.x) / this.scale];
  }

  /** The place in the frame, in CSS pixels, of a row and a column. */
  spot(row, column) {
    return [(column * this.scale + this.x) / this.ratio, (row * this.scale + this.y) / this.ratio];
  }

  // Drawing

  redraw() {
    this.#dirty = true;
    this.#shift = null;
    this.#beneath = null;
    this.#request();
  }

  /** Draws a preview that has changed on what lies beneath it. */
  redrawPreview() {
    if (!this.#beneath) return this.redraw();
    this.#request();
  }

  #waiting = false;
  #request() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #draw() {
    const { width, height } = this.canvas;
    if (this.#dirty) {
      this.#rect(0, 0, width, height);
    } else if (this.#beneath && this.preview && !this.#shift) {
      const image = new ImageData(this.#beneath.data.slice(), width);
      const { part } = this.#beneath;
      if (part) this.#above({ ...part, out: new Uint32Array(image.data.buffer) }, this.preview);
      this.context.putImageData(image, 0, 0);
    } else if (this.#shift) {
      this.#beneath = null;
      const [dx, dy] = this.#shift;
      if (Math.abs(dx) >= width || Math.abs(dy) >= height) {
        this.#rect(0, 0, width, height);
      } else {
        this.context.drawImage(this.canvas, dx, dy);
        // An outline reaches a little beyond the border of what came into sight.
        if (dx > 0) this.#rect(0, 0, dx, height);
        if (dx < 0) this.#rect(width + dx, 0, width, height);
        if (dy > 0) this.#rect(0, 0, width, dy);
        if (dy < 0) this.#rect(0, height + dy, width, height);
      }
    }
    this.#dirty = false;
    this.#shift = null;
    this.drawn();
  }

  /** Draws a part of the canvas. */
  #rect(x0, y0, x1, y1) {
    const width = x1 - x0, height = y1 - y0;
    if (width <= 0 || height <= 0) return;
    const image = new ImageData(width, height);
    const out = new Uint32Array(image.data.buffer);
    let previewed = null;
    out.fill(pack(8, 9, 11));
    const [columns, rows] = this.size;
    const xs = { from: Math.max(x0, Math.ceil(this.x)), to: Math.min(x1, Math.floor(this.x + columns * this.scale)) };
    const ys = { from: Math.max(y0, Math.ceil(this.y)), to: Math.min(y1, Math.floor(this.y + rows * this.scale)) };
    if (xs.to > xs.from && ys.to > ys.from) {
      const part = { out, x0, y0, width, xs, ys };
      const border = this.split === null ? xs.from : Math.round(this.split * this.canvas.width);
      const after = { ...part, xs: { from: Math.max(xs.from, border), to: xs.to } };
      const before = { ...part, xs: { from: xs.from, to: Math.min(xs.to, border) } };
      this.#side(after, this.picture, this.#lut, "before");
      if (this.preview && after.xs.to > after.xs.from) previewed = after;
      if (this.split !== null) this.#side(before, this.before ?? this.picture, this.before ? this.#lutBefore : this.#lut, "after");
    }
    if (this.preview && width === this.canvas.width && height === this.canvas.height) this.#beneath = { data: image.data.slice(), part: previewed };
    if (previewed) this.#above(previewed, this.preview);
    this.context.putImageData(image, x0, y0);
  }

  #side(part, picture, lut, hiddenSide) {
    if (part.xs.to <= part.xs.from) return;
    if (picture) this.#gray(part, picture, lut);
    for (const layer of this.layers) {
      if (!layer.plane || !layer.strength) continue;
      // Side by side, each half shows its own layer; otherwise what is switched on.
      const isShown = this.split === null ? layer.shown : layer.side === "both" ? layer.shown : layer.side !== hiddenSide;
      if (!isShown || (this.preview && layer.side === "after")) continue;
      if (layer.kind === "probability") this.#heat(part, layer);
      else if (layer.kind === "labels") this.#labels(part, layer);
      else if (layer.outline) this.#outline(part, layer);
      else this.#fill(part, layer);
    }
  }

  /** For each column of the part its column in a level of a plane, and for each row the start of its row. */
  #grid(part, level) {
    const scale = this.scale * level.step;
    const columns = new Int32Array(part.xs.to - part.xs.from), rows = new Int32Array(part.ys.to - part.ys.from);
    for (let i = 0; i < columns.length; i++) {
      columns[i] = Math.min(level.width - 1, Math.floor((part.xs.from + i + 0.5 - this.x) / scale));
    }
    for (let i = 0; i < rows.length; i++) {
      rows[i] = Math.min(level.height - 1, Math.floor((part.ys.from + i + 0.5 - this.y) / scale)) * level.width;
    }
    return { columns, rows };
  }

  #table(picture, lut) {
    const size = picture.plane.levels[0].data.BYTES_PER_ELEMENT === 1 ? 256 : 65536;
    const [low, high] = picture.window;
    const key = `${size} ${low} ${high} ${picture.low} ${picture.step}`;
    if (lut.key === key) return lut.gray;
    lut.key = key;
    lut.gray = new Uint8Array(size);
    const span = high - low || 1e-9;
    for (let i = 0; i < size; i++) lut.gray[i] = Math.max(0, Math.min(255, Math.round(((picture.low + picture.step * i - low) / span) * 255)));
    return lut.gray;
  }

  #gray(part, picture, lut) {
    const level = picture.plane.level(this.scale);
    const table = this.#table(picture, lut);
    const scale = this.scale * level.step;
    const { data } = level;
    const count = part.xs.to - part.xs.from;
    if (scale >= 3) {
      const { columns, rows } = this.#grid(part, level);
      for (let j = 0; j < rows.length; j++) {
        let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
        for (let i = 0; i < count; i++) {
          const gray = table[data[rows[j] + columns[i]]];
          part.out[at++] = 0xff000000 | (gray << 16) | (gray << 8) | gray;
        }
      }
      return;
    }
    // Straight between four pixels, in 256 parts.
    const left = new Int32Array(count), right = new Int32Array(count), share = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const place = Math.max(0, (part.xs.from + i + 0.5 - this.x) / scale - 0.5);
      left[i] = Math.min(level.width - 1, Math.floor(place));
      right[i] = Math.min(level.width - 1, left[i] + 1);
      share[i] = Math.round((place - left[i]) * 256);
    }
    for (let y = part.ys.from; y < part.ys.to; y++) {
      const place = Math.max(0, (y + 0.5 - this.y) / scale - 0.5);
      const row = Math.min(level.height - 1, Math.floor(place));
      const top = row * level.width, bottom = Math.min(level.height - 1, row + 1) * level.width;
      const down = Math.round((place - row) * 256), up = 256 - down;
      let at = (y - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < count; i++) {
        const a = left[i], b = right[i], s = share[i];
        const upper = data[top + a] * (256 - s) + data[top + b] * s;
        const lower = data[bottom + a] * (256 - s) + data[bottom + b] * s;
        // Rounded; sums stay below 2^32.
        const gray = table[(upper * up + lower * down + 32768) / 65536 | 0];
        part.out[at++] = 0xff000000 | (gray << 16) | (gray << 8) | gray;
      }
    }
  }

  #fill(part, layer) {
    const level = layer.plane.level(this.scale);
    const { columns, rows } = this.#grid(part, level);
    const { data } = level;
    const [r, g, b] = layer.rgb;
    const weight = layer.strength / 255;
    for (let j = 0; j < rows.length; j++) {
      let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < columns.length; i++, at++) {
        const inside = data[rows[j] + columns[i]];
        if (inside) blend(part.out, at, r, g, b, inside * weight);
      }
    }
  }

  #outline(part, layer) {
    const level = layer.plane.level(this.scale);
    const { data } = level;
    const reach = Math.max(1, Math.round((layer.thick ? 2.5 : 1.25) * this.ratio));
    // Dashes stay where they are in the picture when it is moved.
    const isDrawn = dashes[layer.dashes].flatMap((length, index) => Array(Math.round(length * this.ratio)).fill(index % 2 === 0));
    const period = isDrawn.length;
    const left = Math.floor(this.x), top = Math.floor(this.y);
    const wide = {
      ...part, xs: { from: part.xs.from - reach, to: part.xs.to + reach }, ys: { from: part.ys.from - reach, to: part.ys.to + reach },
    };
    const { columns, rows } = this.#grid(wide, level);
    for (let i = 0; i < columns.length; i++) columns[i] = Math.max(0, columns[i]);
    for (let j = 0; j < rows.length; j++) rows[j] = Math.max(0, rows[j]);
    const [r, g, b] = layer.rgb;
    const count = part.xs.to - part.xs.from, lines = part.ys.to - part.ys.from;
    for (let j = 0; j < lines; j++) {
      const up = rows[j], here = rows[j + reach], down = rows[j + 2 * reach];
      let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < count; i++, at++) {
        const column = columns[i + reach];
        if (data[here + column] < 128) continue;
        if (period && !isDrawn[(part.xs.from + i - left + part.ys.from + j - top) % period]) continue;
        if (data[up + column] < 128 || data[down + column] < 128 || data[here + columns[i]] < 128 || data[here + columns[i + 2 * reach]] < 128) {
          blend(part.out, at, r, g, b, layer.strength);
        }
      }
    }
  }

  #heat(part, layer) {
    const level = layer.plane.level(this.scale);
    const { columns, rows } = this.#grid(part, level);
    const { data } = level;
    for (let j = 0; j < rows.length; j++) {
      let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < columns.length; i++, at++) {
        const value = data[rows[j] + columns[i]] >> 8;
        if (value < 8) continue;
        const [r, g, b] = heat[value];
        blend(part.out, at, r, g, b, layer.strength * Math.min(1, value / 128));
      }
    }
  }

  #labels(part, layer) {
    const level = { ...layer.plane.levels[0], step: 1 };
    const { columns, rows } = this.#grid(part, level);
    for (let j = 0; j < rows.length; j++) {
      let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < columns.length; i++, at++) {
        const label = level.data[rows[j] + columns[i]];
        if (!label) continue;
        const [r, g, b] = cycle[(label - 1) % cycle.length];
        blend(part.out, at, r, g, b, layer.strength);
      }
    }
  }

  #above(part, { plane, above, within, rgb: [r, g, b] }) {
    const level = plane.level(this.scale);
    const { columns, rows } = this.#grid(part, level);
    const masks = within.map((mask) => mask.level(this.scale).data);
    for (let j = 0; j < rows.length; j++) {
      let at = (part.ys.from + j - part.y0) * part.width + part.xs.from - part.x0;
      for (let i = 0; i < columns.length; i++, at++) {
        const index = rows[j] + columns[i];
        if (level.data[index] <= above) continue;
        if (masks.length && !masks.some((mask) => mask[index] >= 128)) continue;
        blend(part.out, at, r, g, b, 0.5);
      }
    }
  }
}

function blend(out, at, r, g, b, share) {
  const below = out[at];
  const red = below & 255, green = (below >> 8) & 255, blue = (below >> 16) & 255;
  out[at] = 0xff000000 | ((blue + (b - blue) * share) << 16) | ((green + (g - green) * share) << 8) | (red + (r - red) * share);
}
