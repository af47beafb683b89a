// Pixels in memory: a plane is row-major samples, with halves of its size for when it is shown small.

/** Samples of 8 or 16 bits. `levels[k]` has about a 2^k-th of the width and height. */
export class Plane {
  constructor(width, height, data) {
    this.width = width;
    this.height = height;
    this.levels = [{ width, height, data }];
  }

  /** Gray samples or probabilities. */
  static samples(width, height, bits, bytes) {
    const data = bits === 8 ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    return new Plane(width, height, data);
  }

  /** A bit a pixel, as 0 and 255. */
  static mask(width, height, bytes) {
    const stride = bytes.length / height;
    const data = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = row * stride, to = row * width;
      for (let column = 0; column < width; column++) {
        if (bytes[from + (column >> 3)] >> (column & 7) & 1) data[to + column] = 255;
      }
    }
    return new Plane(width, height, data);
  }

  /** The level to show at so many screen pixels a pixel, and how many pixels one of its own has on a side. */
  level(scale) {
    let k = 0;
    while (scale * (2 << k) <= 1 && this.levels[k].width > 64) {
      k++;
      this.levels[k] ??= half(this.levels[k - 1]);
    }
    return { ...this.levels[k], step: 1 << k };
  }

  at(row, column) { return this.levels[0].data[row * this.width + column]; }
}

/** The mean of every two by two pixels. */
function half({ width, height, data }) {
  const w = Math.max(1, width >> 1), h = Math.max(1, height >> 1);
  const out = new data.constructor(w * h);
  for (let y = 0; y < h; y++) {
    const top = 2 * y * width, bottom = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < w; x++) {
      const left = 2 * x, right = Math.min(left + 1, width - 1);
      out[y * w + x] = (data[top + left] + data[top + right] + data[bottom + left] + data[bottom + right] + 2) >> 2;
    }
  }
  return { width: w, height: h, data: out };
}

/** How often each of 256 equal parts of the samples' range occurs; inside of masks where some are given. */
export function histogram(plane, low, high, within = []) {
  const counts = new Float64Array(256);
  const { data } = plane.levels[0];
  const stride = Math.max(1, Math.floor(data.length / 4e6));
  const factor = 256 / Math.max(1e-9, high - low);
  const masks = within.map((mask) => mask.levels[0].data);
  for (let i = 0; i < data.length; i += stride) {
    if (masks.length && !masks.some((mask) => mask[i])) continue;
    counts[Math.max(0, Math.min(255, Math.floor((data[i] - low) * factor)))]++;
  }
  return counts;
}
