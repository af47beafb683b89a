// The bodies of the kernels. Each instruction set's file defines CK_NAME, CK_ROWS (rows of the widest multiplication kernel), CK_PANEL
// (16-lane blocks it covers) and CK_TRANSPOSED_ROWS, sets the target, and includes this.
#include <math.h>
#include <string.h>

#include "CKernels.h"

// Vectors pass between functions of this file alone, all inlined, so how a narrower processor would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vec __attribute__((vector_size(64), aligned(64)));
typedef int veci __attribute__((vector_size(64), aligned(64)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }
INLINE vec splat(float x) { return (vec){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE vec zero(void) { return splat(0); }
INLINE vec choose(veci mask, vec a, vec b) { return (vec)(((veci)a & mask) | ((veci)b & ~mask)); }
INLINE vec positive(vec v) { return choose(v > zero(), v, zero()); }
INLINE vec rectified(vec v, const int rectifier) {
  if (rectifier == CK_LINEAR) return v;
  v = positive(v);
  return rectifier == CK_RELU6 ? choose(v < splat(6), v, splat(6)) : v;
}
/// The gradient where a rectifier with this output passed its input on.
INLINE vec passed(vec gradient, vec out, const int rectifier) {
  veci open = out > zero();
  if (rectifier == CK_RELU6) open &= out < splat(6);
  return (vec)((veci)gradient & open);
}
INLINE long least(long a, long b) { return a < b ? a : b; }
INLINE long most(long a, long b) { return a > b ? a : b; }

// MARK: multiplication

INLINE void multiply_tile(const long rows, const long panel, long kBlocks, const float *a, long aStride, const float *b, long bStep,
                          float *c, long cStride, int accumulates) {
  vec sum[CK_ROWS][CK_PANEL];
  UNROLL for (long i = 0; i < rows; i++) {
    UNROLL for (long j = 0; j < panel; j++) sum[i][j] = accumulates ? load(c + j * cStride + i * 16) : zero();
  }
  for (long block = 0; block < kBlocks; block++, a += aStride) {
    const float *p = a;
    for (long k = 0; k < 16; k++, b += bStep, p++) {
      vec right[CK_PANEL];
      UNROLL for (long j = 0; j < panel; j++) right[j] = load(b + j * 16);
      UNROLL for (long i = 0; i < rows; i++) {
        vec left = splat(p[i * 16]);
        UNROLL for (long j = 0; j < panel; j++) sum[i][j] += left * right[j];
      }
    }
  }
  UNROLL for (long i = 0; i < rows; i++) {
    UNROLL for (long j = 0; j < panel; j++) store(c + j * cStride + i * 16, sum[i][j]);
  }
}

typedef void (*tile_function)(long kBlocks, const float *a, long aStride, const float *b, long bStep, float *c, long cStride,
                              int accumulates);

#define TILE(ROWS, PANEL)                                                                                                      \
  static void tile_##ROWS##_##PANEL(long kBlocks, const float *a, long aStride, const float *b, long bStep, float *c, long cStride, \
                                    int accumulates) {                                                                         \
    multiply_tile(ROWS, PANEL, kBlocks, a, aStride, b, bStep, c, cStride, accumulates);                                        \
  }
#define TILES(PANEL) TILE(1, PANEL) TILE(2, PANEL) CK_EACH_TILE(PANEL)
#if CK_ROWS == 14
#define CK_EACH_TILE(P) TILE(3, P) TILE(4, P) TILE(5, P) TILE(6, P) TILE(7, P) TILE(8, P) TILE(9, P) TILE(10, P) TILE(11, P) \
  TILE(12, P) TILE(13, P) TILE(14, P)
#define NAMES(P) tile_1_##P, tile_2_##P, tile_3_##P, tile_4_##P, tile_5_##P, tile_6_##P, tile_7_##P, tile_8_##P, tile_9_##P, \
  tile_10_##P, tile_11_##P, tile_12_##P, tile_13_##P, tile_14_##P
#elif CK_ROWS == 6
#define CK_EACH_TILE(P) TILE(3, P) TILE(4, P) TILE(5, P) TILE(6, P)
#define NAMES(P) tile_1_##P, tile_2_##P, tile_3_##P, tile_4_##P, tile_5_##P, tile_6_##P
#else
#define CK_EACH_TILE(P)
#define NAMES(P) tile_1_##P, tile_2_##P
#endif
TILES(1)
static const tile_function narrow_tiles[CK_ROWS] = {NAMES(1)};
#if CK_PANEL == 2
TILES(2)
static const tile_function wide_tiles[CK_ROWS] = {NAMES(2)};
#endif

INLINE void multiply_panel(const tile_function *tiles, long rows, long kBlocks, const float *a, long aStride, const float *b, long bStep,
                           float *c, long cStride, int accumulates) {
  // Spread the rows evenly over the calls, so that no call is left with one or two rows, which would wait for the adders.
  long calls = (rows + CK_ROWS - 1) / CK_ROWS;
  for (long call = 0, row = 0; call < calls; call++) {
    long count = (rows - row + calls - call - 1) / (calls - call);
    tiles[count - 1](kBlocks, a + row * 16, aStride, b, bStep, c + row * 16, cStride, accumulates);
    row += count;
  }
}

static void multiply(long rows, long kBlocks, const float *a, long aStride, const float *b, long nBlocks, float *c, long cStride,
                     int accumulates) {
  for (long n = 0; n < nBlocks; n += 2, b += kBlocks * 16 * 32, c += 2 * cStride) {
    if (n + 1 == nBlocks) {
      multiply_panel(narrow_tiles, rows, kBlocks, a, aStride, b, 16, c, cStride, accumulates);
    } else {
#if CK_PANEL == 2
      multiply_panel(wide_tiles, rows, kBlocks, a, aStride, b, 32, c, cStride, accumulates);
#else
      multiply_panel(narrow_tiles, rows, kBlocks, a, aStride, b, 32, c, cStride, accumulates);
      multiply_panel(narrow_tiles, rows, kBlocks, a, aStride, b + 16, 32, c + cStride, cStride, accumulates);
#endif
    }
  }
}

INLINE void multiply_transposed_tile(const long panel, long rows, const float *a, const float *b, long bStride, float *c, long cStride,
                                     int accumulates) {
  vec sum[CK_TRANSPOSED_ROWS][CK_PANEL];
  UNROLL for (long i = 0; i < CK_TRANSPOSED_ROWS; i++) {
    UNROLL for (long j = 0; j < panel; j++) sum[i][j] = accumulates ? load(c + j * cStride + i * 16) : zero();
  }
  for (long row = 0; row < rows; row++, a += 16, b += 16) {
    vec right[CK_PANEL];
    UNROLL for (long j = 0; j < panel; j++) right[j] = load(b + j * bStride);
    UNROLL for (long i = 0; i < CK_TRANSPOSED_ROWS; i++) {
      vec left = splat(a[i]);
      UNROLL for (long j = 0; j < panel; j++) sum[i][j] += left * right[j];
    }
  }
  UNROLL for (long i = 0; i < CK_TRANSPOSED_ROWS; i++) {
    UNROLL for (long j = 0; j < panel; j++) store(c + j * cStride + i * 16, sum[i][j]);
  }
}

static void multiply_transposed(long rows, const float *a, long aBlocks, long aStride, const float *b, long bBlocks, long bStride,
                                float *c, long cStride, int accumulates) {
  for (long n = 0; n < bBlocks; n += CK_PANEL) {
    for (long block = 0; block < aBlocks; block++) {
      for (long k = 0; k < 16; k += CK_TRANSPOSED_ROWS) {
        const float *left = a + block * aStride + k, *right = b + n * bStride;
        float *out = c + n * cStride + (block * 16 + k) * 16;
#if CK_PANEL == 2
        if (n + 1 < bBlocks) {
          multiply_transposed_tile(2, rows, left, right, bStride, out, cStride, accumulates);
          continue;
        }
#endif
        multiply_transposed_tile(1, rows, left, right, bStride, out, cStride, accumulates);
      }
    }
  }
}

// MARK: Winograd F(4x4, 3x3)
// Interpolation points 0, ±P, ±Q and infinity. Roots of two keep the matrices' entries close together, and so the rounding error small.

#define P 0.70710678118654752f
#define Q 1.41421356237309505f
#define P2 0.5f
#define Q2 2.0f
#define P3 (P * P2)
#define Q3 (Q * Q2)
#define N_ZERO (P2 * Q2)
#define N_P (2 * P2 * (P2 - Q2))
#define N_Q (2 * Q2 * (Q2 - P2))

INLINE void input_transform(vec d0, vec d1, vec d2, vec d3, vec d4, vec d5, vec *out, const long step) {
  vec even = d4 - Q2 * d2, odd = (d3 - Q2 * d1) * P;
  vec even2 = d4 - P2 * d2, odd2 = (d3 - P2 * d1) * Q;
  out[0] = (P2 * Q2) * d0 + (d4 - (P2 + Q2) * d2);
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even2 + odd2;
  out[4 * step] = even2 - odd2;
  out[5 * step] = (P2 * Q2) * d1 + (d5 - (P2 + Q2) * d3);
}

INLINE void output_transform(vec m0, vec m1, vec m2, vec m3, vec m4, vec m5, vec *out, const long step) {
  vec s = m1 + m2, d = m1 - m2, s2 = m3 + m4, d2 = m3 - m4;
  out[0] = m0 + (s + s2);
  out[step] = P * d + Q * d2;
  out[2 * step] = P2 * s + Q2 * s2;
  out[3 * step] = m5 + (P3 * d + Q3 * d2);
}

/// The transpose of output_transform.
INLINE void gradient_transform(vec y0, vec y1, vec y2, vec y3, vec *out, const long step) {
  vec even = y0 + P2 * y2, odd = P * y1 + P3 * y3;
  vec even2 = y0 + Q2 * y2, odd2 = Q * y1 + Q3 * y3;
  out[0] = y0;
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even2 + odd2;
  out[4 * step] = even2 - odd2;
  out[5 * step] = y3;
}

INLINE void weight_transform(vec g0, vec g1, vec g2, vec *out, const long step) {
  vec even = (g0 + P2 * g2) * (1 / N_P), odd = g1 * (P / N_P);
  vec even2 = (g0 + Q2 * g2) * (1 / N_Q), odd2 = g1 * (Q / N_Q);
  out[0] = g0 * (1 / N_ZERO);
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even2 + odd2;
  out[4 * step] = even2 - odd2;
  out[5 * step] = g2;
}

/// The transpose of weight_transform.
INLINE void weight_gradient_transform(vec u0, vec u1, vec u2, vec u3, vec u4, vec u5, vec *out, const long step) {
  vec s = (u1 + u2) * (1 / N_P), d = u1 - u2, s2 = (u3 + u4) * (1 / N_Q), d2 = u3 - u4;
  out[0] = u0 * (1 / N_ZERO) + (s + s2);
  out[step] = d * (P / N_P) + d2 * (Q / N_Q);
  out[2 * step] = u5 + (P2 * s + Q2 * s2);
}

/// Finds the source and its block for a block of the concatenation.
INLINE const ck_source *source_of(const ck_source *sources, long count, long *block) {
  for (; count > 1 && *block >= sources->blocks; count--, sources++) *block -= sources->blocks;
  return sources;
}

static void winograd_input(const ck_source *sources, long sourceCount, ck_tiling tiling, long firstTile, long tileCount, long firstBlock,
                           long blockCount, float *v, long elementStride, long blockStride) {
  for (long b = 0; b < blockCount; b++) {
    long block = firstBlock + b;
    const ck_source s = *source_of(sources, sourceCount, &block);
    long sourceWidth = s.width >> s.shift, plane = (s.height >> s.shift) * sourceWidth * 16;
    long image = firstTile / (tiling.rows * tiling.columns), rest = firstTile % (tiling.rows * tiling.columns);
    long row = rest / tiling.columns, column = rest % tiling.columns;
    for (long t = 0; t < tileCount; t++) {
      const float *data = s.data + (image * s.blocks + block) * plane;
      long y0 = row * 4 - 1, x0 = column * 4 - 1;
      vec half[36], d[36];
      int inside = y0 >= 0 && x0 >= 0 && y0 + 6 <= s.height && x0 + 6 <= s.width;
      if (inside && s.shift == 0) {
        const float *p = data + (y0 * sourceWidth + x0) * 16;
        UNROLL for (long x = 0; x < 6; x++) {
          const float *q = p + x * 16;
          input_transform(load(q), load(q + sourceWidth * 16), load(q + sourceWidth * 32), load(q + sourceWidth * 48),
                          load(q + sourceWidth * 64), load(q + sourceWidth * 80), half + x, 6);
        }
      } else {
        for (long y = 0; y < 6; y++) {
          long sy = y0 + y;
          for (long x = 0; x < 6; x++) {
            long sx = x0 + x;
            int valid = sy >= 0 && sy < s.height && sx >= 0 && sx < s.width;
            d[y * 6 + x] = valid ? load(data + ((sy >> s.shift) * sourceWidth + (sx >> s.shift)) * 16) : zero();
          }
        }
        UNROLL for (long x = 0; x < 6; x++) input_transform(d[x], d[6 + x], d[12 + x], d[18 + x], d[24 + x], d[30 + x], half + x, 6);
      }
      float *out = v + b * blockStride + t * 16;
      UNROLL for (long y = 0; y < 6; y++) {
        vec *h = half + y * 6, r[6];
        input_transform(h[0], h[1], h[2], h[3], h[4], h[5], r, 1);
        UNROLL for (long x = 0; x < 6; x++) store(out + (y * 6 + x) * elementStride, r[x]);
      }
      if (++column == tiling.columns) {
        column = 0;
        if (++row == tiling.rows) row = 0, image++;
      }
    }
  }
}

static void winograd_gradient(const ck_source *source, ck_tiling tiling, long firstTile, long tileCount, long firstBlock, long blockCount,
                              float *v, long elementStride, long blockStride) {
  const ck_source s = *source;
  long plane = s.height * s.width * 16;
  for (long b = 0; b < blockCount; b++) {
    for (long t = 0; t < tileCount; t++) {
      long tile = firstTile + t, image = tile / (tiling.rows * tiling.columns), rest = tile % (tiling.rows * tiling.columns);
      const float *data = s.data + (image * s.blocks + firstBlock + b) * plane;
      long y0 = rest / tiling.columns * 4, x0 = rest % tiling.columns * 4;
      vec half[24], d[16];
      for (long y = 0; y < 4; y++) {
        for (long x = 0; x < 4; x++) {
          int valid = y0 + y < s.height && x0 + x < s.width;
          d[y * 4 + x] = valid ? load(data + ((y0 + y) * s.width + x0 + x) * 16) : zero();
        }
      }
      UNROLL for (long x = 0; x < 4; x++) gradient_transform(d[x], d[4 + x], d[8 + x], d[12 + x], half + x, 4);
      float *out = v + b * blockStride + t * 16;
      UNROLL for (long y = 0; y < 6; y++) {
        vec *h = half + y * 4, r[6];
        gradient_transform(h[0], h[1], h[2], h[3], r, 1);
        UNROLL for (long x = 0; x < 6; x++) store(out + (y * 6 + x) * elementStride, r[x]);
      }
    }
  }
}

INLINE vec finished(vec v, vec bias, const float *residual, int rectifier) {
  v += bias;
  if (residual) v += load(residual);
  return rectified(v, rectifier);
}

static void winograd_output(const float *m, long elementStride, long blockStride, ck_tiling tiling, long firstTile, long tileCount,
                            long firstBlock, long blockCount, const ck_destination *destinations, long destinationCount,
                            ck_epilogue epilogue) {
  for (long b = 0; b < blockCount; b++) {
    long block = firstBlock + b;
    const ck_destination *destination = destinations;
    for (long left = destinationCount; left > 1 && block >= destination->blocks; left--, destination++) block -= destination->blocks;
    const ck_destination s = *destination;
    long width = s.width >> s.shift, plane = (s.height >> s.shift) * width * 16;
    vec bias = epilogue.bias ? load(epilogue.bias + (firstBlock + b) * 16) : zero();
    for (long t = 0; t < tileCount; t++) {
      long tile = firstTile + t, image = tile / (tiling.rows * tiling.columns), rest = tile % (tiling.rows * tiling.columns);
      long offset = (image * s.blocks + block) * plane;
      long y0 = rest / tiling.columns * 4, x0 = rest % tiling.columns * 4;
      const float *in = m + b * blockStride + t * 16;
      vec half[24], r[16];
      UNROLL for (long x = 0; x < 6; x++) {
        const float *p = in + x * elementStride;
        output_transform(load(p), load(p + 6 * elementStride), load(p + 12 * elementStride), load(p + 18 * elementStride),
                         load(p + 24 * elementStride), load(p + 30 * elementStride), half + x, 6);
      }
      UNROLL for (long y = 0; y < 4; y++) {
        vec *h = half + y * 6;
        output_transform(h[0], h[1], h[2], h[3], h[4], h[5], r + y * 4, 1);
      }
      long rows = least(4, s.height - y0), columns = least(4, s.width - x0);
      if (s.shift == 0) {
        for (long y = 0; y < rows; y++) {
          long at = offset + ((y0 + y) * width + x0) * 16;
          for (long x = 0; x < columns; x++) {
            vec value = finished(r[y * 4 + x], bias, epilogue.residual ? epilogue.residual + at + x * 16 : 0, epilogue.rectifier);
            float *out = s.data + at + x * 16;
            store(out, s.accumulates ? load(out) + value : value);
          }
        }
      } else {
        for (long y = 0; y < rows; y += 2) {
          for (long x = 0; x < columns; x += 2) {
            const vec *q = r + y * 4 + x;
            vec value = (q[0] + q[1]) + (q[4] + q[5]);
            float *out = s.data + offset + ((y0 + y) / 2 * width + (x0 + x) / 2) * 16;
            store(out, s.accumulates ? load(out) + value : value);
          }
        }
      }
    }
  }
}

static void winograd_weights(const float *w, const float *scales, const int *laneOffsets, const int *stepOffsets, long steps, int flips,
                             float *u, long elementStride, long width) {
  vec scale = scales ? load(scales) : splat(1);
  for (long step = 0; step < steps; step++) {
    vec g[9], half[18];
    float lanes[9][16] __attribute__((aligned(64)));
    for (long lane = 0; lane < 16; lane++) {
      int known = stepOffsets[step] >= 0 && laneOffsets[lane] >= 0;
      const float *p = known ? w + stepOffsets[step] + laneOffsets[lane] : w;
      for (long i = 0; i < 9; i++) lanes[flips ? 8 - i : i][lane] = known ? p[i] : 0;
    }
    for (long i = 0; i < 9; i++) g[i] = load(lanes[i]) * scale;
    UNROLL for (long x = 0; x < 3; x++) weight_transform(g[x], g[3 + x], g[6 + x], half + x, 3);
    float *out = u + step * width;
    UNROLL for (long y = 0; y < 6; y++) {
      vec r[6];
      weight_transform(half[y * 3], half[y * 3 + 1], half[y * 3 + 2], r, 1);
      UNROLL for (long x = 0; x < 6; x++) store(out + (y * 6 + x) * elementStride, r[x]);
    }
  }
}

static void winograd_weights_gradient(const float *u, long elementStride, const int *laneOffsets, const int *stepOffsets, long steps,
                                      float *w) {
  for (long step = 0; step < steps; step++) {
    if (stepOffsets[step] < 0) continue;
    vec half[18], g[9];
    UNROLL for (long x = 0; x < 6; x++) {
      const float *p = u + step * 16 + x * elementStride;
      weight_gradient_transform(load(p), load(p + 6 * elementStride), load(p + 12 * elementStride), load(p + 18 * elementStride),
                                load(p + 24 * elementStride), load(p + 30 * elementStride), half + x, 6);
    }
    UNROLL for (long y = 0; y < 3; y++) {
      vec *h = half + y * 6;
      weight_gradient_transform(h[0], h[1], h[2], h[3], h[4], h[5], g + y * 3, 1);
    }
    for (long lane = 0; lane < 16; lane++) {
      if (laneOffsets[lane] < 0) continue;
      float *out = w + stepOffsets[step] + laneOffsets[lane];
      for (long i = 0; i < 9; i++) out[i] = ((const float *)(g + i))[lane];
    }
  }
}

// MARK: other windows

static void arrange_weights(const float *w, const float *scales, const int *laneOffsets, const int *stepOffsets, long steps, float *b,
                            long width) {
  for (long step = 0; step < steps; step++, b += width) {
    for (long lane = 0; lane < 16; lane++) {
      float scale = scales ? scales[lane] : 1;
      b[lane] = stepOffsets[step] >= 0 && laneOffsets[lane] >= 0 ? w[stepOffsets[step] + laneOffsets[lane]] * scale : 0;
    }
  }
}

static void collect_weights(const float *u, const int *laneOffsets, const int *stepOffsets, long steps, float *w) {
  for (long step = 0; step < steps; step++, u += 16) {
    if (stepOffsets[step] < 0) continue;
    for (long lane = 0; lane < 16; lane++) {
      if (laneOffsets[lane] >= 0) w[stepOffsets[step] + laneOffsets[lane]] = u[lane];
    }
  }
}

static void gather(const ck_source *sources, long sourceCount, long image, ck_window window, long firstPixel, long pixelCount,
                   long firstStep, long stepCount, float *a, long blockStride) {
  long blocks = 0;
  for (long i = 0; i < sourceCount; i++) blocks += sources[i].blocks;
  for (long step = 0; step < stepCount; step++) {
    long tap = (firstStep + step) / blocks, block = (firstStep + step) % blocks;
    const ck_source s = *source_of(sources, sourceCount, &block);
    long width = s.width >> s.shift, plane = (s.height >> s.shift) * width * 16;
    const float *data = s.data + (image * s.blocks + block) * plane;
    long dy = tap / window.kernel - window.padding, dx = tap % window.kernel - window.padding;
    long oy = firstPixel / window.outWidth, ox = firstPixel % window.outWidth;
    float *out = a + step * blockStride;
    for (long pixel = 0; pixel < pixelCount; pixel++, out += 16) {
      long y = oy * window.stride + dy, x = ox * window.stride + dx;
      int valid = y >= 0 && y < s.height && x >= 0 && x < s.width;
      store(out, valid ? load(data + ((y >> s.shift) * width + (x >> s.shift)) * 16) : zero());
      if (++ox == window.outWidth) ox = 0, oy++;
    }
  }
}

static void gather_compact(const ck_source *source, long image, ck_window window, long channels, long firstPixel, long pixelCount,
                           float *a, long blockStride) {
  const ck_source s = *source;
  long used = window.kernel * window.kernel * channels, steps = (used + 15) / 16;
  long pixelStride = s.planes ? 1 : 16, channelStride = s.planes ? s.height * s.width : 1;
  const float *data = s.data + image * (s.planes ? s.planes : s.blocks * 16) * s.height * s.width;
  for (long pixel = 0; pixel < pixelCount; pixel++) {
    long y0 = (firstPixel + pixel) / window.outWidth * window.stride - window.padding;
    long x0 = (firstPixel + pixel) % window.outWidth * window.stride - window.padding;
    float *out = a + pixel * 16;
    long lane = 0;
    for (long ky = 0; ky < window.kernel; ky++) {
      long y = y0 + ky;
      for (long kx = 0; kx < window.kernel; kx++) {
        long x = x0 + kx;
        int valid = y >= 0 && y < s.height && x >= 0 && x < s.width;
        const float *p = data + (y * s.width + x) * pixelStride;
        for (long c = 0; c < channels; c++) {
          out[lane] = valid ? p[c * channelStride] : 0;
          if (++lane == 16) lane = 0, out += blockStride;
        }
      }
    }
    if (used < steps * 16) {
      while (lane < 16) out[lane++] = 0;
    }
  }
}

static void scatter(const float *columns, long blockStride, ck_window window, long firstPixel, long pixelCount, float *image, long height,
                    long width) {
  for (long tap = 0; tap < window.kernel * window.kernel; tap++) {
    long dy = tap / window.kernel - window.padding, dx = tap % window.kernel - window.padding;
    long oy = firstPixel / window.outWidth, ox = firstPixel % window.outWidth;
    const float *in = columns + tap * blockStride;
    for (long pixel = 0; pixel < pixelCount; pixel++, in += 16) {
      long y = oy * window.stride + dy, x = ox * window.stride + dx;
      if (y >= 0 && y < height && x >= 0 && x < width) {
        float *out = image + (y * width + x) * 16;
        store(out, load(out) + load(in));
      }
      if (++ox == window.outWidth) ox = 0, oy++;
    }
  }
}

static void pool(const float *in, long height, long width, ck_window window, float *out) {
  for (long oy = 0; oy < window.outHeight; oy++) {
    long top = oy * window.stride - window.padding;
    long y0 = most(0, top), y1 = least(height, top + window.kernel);
    for (long ox = 0; ox < window.outWidth; ox++, out += 16) {
      long left = ox * window.stride - window.padding;
      long x0 = most(0, left), x1 = least(width, left + window.kernel);
      vec largest = splat(-INFINITY);
      for (long y = y0; y < y1; y++) {
        for (long x = x0; x < x1; x++) {
          vec v = load(in + (y * width + x) * 16);
          largest = choose(v > largest, v, largest);
        }
      }
      store(out, largest);
    }
  }
}

static void pool_gradient(const float *in, const float *out, const float *gradient, long height, long width, ck_window window, float *dx) {
  for (long oy = 0; oy < window.outHeight; oy++) {
    long top = oy * window.stride - window.padding;
    long y0 = most(0, top), y1 = least(height, top + window.kernel);
    for (long ox = 0; ox < window.outWidth; ox++, out += 16, gradient += 16) {
      long left = ox * window.stride - window.padding;
      long x0 = most(0, left), x1 = least(width, left + window.kernel);
      vec largest = load(out), g = load(gradient);
      veci open = largest == largest;
      for (long y = y0; y < y1; y++) {
        for (long x = x0; x < x1; x++) {
          long at = (y * width + x) * 16;
          veci here = open & (load(in + at) == largest);
          store(dx + at, load(dx + at) + (vec)((veci)g & here));
          open &= ~here;
        }
      }
    }
  }
}

// MARK: depthwise windows

// Output pixels whose sums stay in registers together.
#if CK_ROWS == 14
#define CK_PIXELS 8
#elif CK_ROWS == 6
#define CK_PIXELS 4
#else
#define CK_PIXELS 2
#endif

static void pad(const float *plane, long height, long width, long spacing, long firstRow, long rows, long before, long bandWidth,
                float *band) {
  for (long row = 0; row < rows; row++, band += bandWidth * 16) {
    long at = firstRow + row, y = at / spacing;
    if (at < 0 || at % spacing != 0 || y >= height) {
      memset(band, 0, (size_t)bandWidth * 64);
      continue;
    }
    const float *in = plane + y * width * 16;
    if (spacing == 1) {
      memset(band, 0, (size_t)before * 64);
      memcpy(band + before * 16, in, (size_t)width * 64);
      memset(band + (before + width) * 16, 0, (size_t)(bandWidth - before - width) * 64);
    } else {
      memset(band, 0, (size_t)bandWidth * 64);
      for (long x = 0; x < width; x++) store(band + (before + x * spacing) * 16, load(in + x * 16));
    }
  }
}

INLINE void depthwise_rows(const long kernel, const long stride, const float *band, long bandWidth, const float *weights, long rows,
                           long columns, ck_epilogue epilogue, int accumulates, float *out) {
  vec bias = epilogue.bias ? load(epilogue.bias) : zero();
  for (long row = 0; row < rows; row++, band += stride * bandWidth * 16) {
    for (long x = 0; x < columns; x += CK_PIXELS) {
      vec sum[CK_PIXELS];
      UNROLL for (long i = 0; i < CK_PIXELS; i++) sum[i] = bias;
      for (long ky = 0; ky < kernel; ky++) {
        const float *in = band + (ky * bandWidth + x * stride) * 16;
        vec tap[5];
        UNROLL for (long kx = 0; kx < kernel; kx++) tap[kx] = load(weights + (ky * kernel + kx) * 16);
        UNROLL for (long i = 0; i < (CK_PIXELS - 1) * stride + kernel; i++) {
          vec v = load(in + i * 16);
          UNROLL for (long kx = 0; kx < kernel; kx++) {
            if (i >= kx && (i - kx) % stride == 0 && (i - kx) / stride < CK_PIXELS) sum[(i - kx) / stride] += v * tap[kx];
          }
        }
      }
      long left = columns - x;
      UNROLL for (long i = 0; i < CK_PIXELS; i++) {
        if (i < left) {
          vec v = rectified(sum[i], epilogue.rectifier);
          store(out + i * 16, accumulates ? load(out + i * 16) + v : v);
        }
      }
      out += least(CK_PIXELS, left) * 16;
    }
  }
}

static void depthwise(const float *band, long bandWidth, long kernel, long stride, const float *weights, long rows, long columns,
                      ck_epilogue epilogue, int accumulates, float *out) {
  if (kernel == 3 && stride == 1) {
    depthwise_rows(3, 1, band, bandWidth, weights, rows, columns, epilogue, accumulates, out);
  } else if (kernel == 3) {
    depthwise_rows(3, 2, band, bandWidth, weights, rows, columns, epilogue, accumulates, out);
  } else if (stride == 1) {
    depthwise_rows(5, 1, band, bandWidth, weights, rows, columns, epilogue, accumulates, out);
  } else {
    depthwise_rows(5, 2, band, bandWidth, weights, rows, columns, epilogue, accumulates, out);
  }
}

INLINE void depthwise_gradient_rows(const long kernel, const long stride, const float *band, long bandWidth, const float *gradient,
                                    long rows, long columns, double *sums) {
  for (long ky = 0; ky < kernel; ky++) {
    // Two sums a tap, so that one addition need not wait for the last.
    vec even[5], odd[5];
    UNROLL for (long kx = 0; kx < kernel; kx++) even[kx] = odd[kx] = zero();
    for (long row = 0; row < rows; row++) {
      const float *in = band + (row * stride + ky) * bandWidth * 16, *g = gradient + row * columns * 16;
      long x = 0;
      for (; x + 1 < columns; x += 2, in += 2 * stride * 16, g += 32) {
        vec first = load(g), second = load(g + 16);
        UNROLL for (long kx = 0; kx < kernel; kx++) {
          even[kx] += first * load(in + kx * 16);
          odd[kx] += second * load(in + (stride + kx) * 16);
        }
      }
      if (x < columns) {
        vec first = load(g);
        UNROLL for (long kx = 0; kx < kernel; kx++) even[kx] += first * load(in + kx * 16);
      }
    }
    UNROLL for (long kx = 0; kx < kernel; kx++) {
      vec sum = even[kx] + odd[kx];
      for (long lane = 0; lane < 16; lane++) sums[(ky * kernel + kx) * 16 + lane] += sum[lane];
    }
  }
}

static void depthwise_gradient(const float *band, long bandWidth, long kernel, long stride, const float *gradient, long rows, long columns,
                               double *sums) {
  if (kernel == 3 && stride == 1) {
    depthwise_gradient_rows(3, 1, band, bandWidth, gradient, rows, columns, sums);
  } else if (kernel == 3) {
    depthwise_gradient_rows(3, 2, band, bandWidth, gradient, rows, columns, sums);
  } else if (stride == 1) {
    depthwise_gradient_rows(5, 1, band, bandWidth, gradient, rows, columns, sums);
  } else {
    depthwise_gradient_rows(5, 2, band, bandWidth, gradient, rows, columns, sums);
  }
}

// MARK: bilinear enlargement

/// The line on the other side of an enlarged line's center; line / 2 is the near one.
INLINE long far_line(long line, long count) {
  long at = line % 2 == 0 ? line / 2 - 1 : line / 2 + 1;
  return at < 0 ? 0 : least(at, count - 1);
}

static void enlarge(const float *in, long height, long width, float *out) {
  for (long row = 0; row < 2 * height; row++) {
    const float *near = in + row / 2 * width * 16, *far = in + far_line(row, height) * width * 16;
    for (long column = 0; column < 2 * width; column++, out += 16) {
      long left = column / 2 * 16, right = far_line(column, width) * 16;
      vec upper = load(near + left) * 0.75f + load(near + right) * 0.25f;
      vec lower = load(far + left) * 0.75f + load(far + right) * 0.25f;
      store(out, upper * 0.75f + lower * 0.25f);
    }
  }
}

static void enlarge_gradient(const float *gradient, long height, long width, int accumulates, float *dx) {
  if (!accumulates) memset(dx, 0, (size_t)(height * width) * 64);
  for (long row = 0; row < 2 * height; row++) {
    float *near = dx + row / 2 * width * 16, *far = dx + far_line(row, height) * width * 16;
    for (long column = 0; column < 2 * width; column++, gradient += 16) {
      long left = column / 2 * 16, right = far_line(column, width) * 16;
      vec g = load(gradient), upper = g * 0.75f, lower = g * 0.25f;
      store(near + left, load(near + left) + upper * 0.75f);
      store(near + right, load(near + right) + upper * 0.25f);
      store(far + left, load(far + left) + lower * 0.75f);
      store(far + right, load(far + right) + lower * 0.25f);
    }
  }
}

// MARK: pixel by pixel

static void normalize(const float *in, const float *residual, const float *scale, const float *shift, int rectifier, long pixels,
                      float *out) {
  vec factor = load(scale), offset = load(shift);
  for (long i = 0; i < pixels * 16; i += 16) {
    vec v = load(in + i) * factor + offset;
    if (residual) v += load(residual + i);
    store(out + i, rectified(v, rectifier));
  }
}

static void finish(const float *in, ck_epilogue epilogue, long pixels, float *out) {
  vec bias = epilogue.bias ? load(epilogue.bias) : zero();
  for (long i = 0; i < pixels * 16; i += 16) {
    store(out + i, finished(load(in + i), bias, epilogue.residual ? epilogue.residual + i : 0, epilogue.rectifier));
  }
}

static void moments(const float *in, long pixels, ck_moments *total) {
  for (long first = 0; first < pixels; first += 256, in += 256 * 16) {
    long count = least(256, pixels - first);
    vec sums[4] = {zero(), zero(), zero(), zero()};
    for (long i = 0; i < count; i++) sums[i & 3] += load(in + i * 16);
    vec sum = (sums[0] + sums[1]) + (sums[2] + sums[3]), mean = sum / (float)count;
    for (long i = 0; i < 4; i++) sums[i] = zero();
    for (long i = 0; i < count; i++) {
      vec deviation = load(in + i * 16) - mean;
      sums[i & 3] += deviation * deviation;
    }
    vec squares = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    // Chan, Golub, LeVeque: merging the squares of two runs.
    for (long lane = 0; lane < 16; lane++) {
      double between = total->count > 0 ? sum[lane] / (double)count - total->sum[lane] / total->count : 0;
      total->squares[lane] += squares[lane] + between * between * (total->count * count / (total->count + count));
      total->sum[lane] += sum[lane];
    }
    total->count += count;
  }
}

static void normalize_sums(const float *x, const float *out, const float *gradient, const float *mean, int rectifier, long pixels,
                           double *sums) {
  vec center = load(mean);
  for (long first = 0; first < pixels; first += 256) {
    long end = least(pixels, first + 256);
    vec plain[2] = {zero(), zero()}, weighted[2] = {zero(), zero()};
    for (long i = first; i < end; i++) {
      vec g = load(gradient + i * 16);
      if (out) g = passed(g, load(out + i * 16), rectifier);
      plain[i & 1] += g;
      weighted[i & 1] += g * (load(x + i * 16) - center);
    }
    vec a = plain[0] + plain[1], b = weighted[0] + weighted[1];
    for (long lane = 0; lane < 16; lane++) {
      sums[lane] += a[lane];
      sums[16 + lane] += b[lane];
    }
  }
}

static void normalize_gradient(const float *x, const float *out, const float *gradient, const float *mean, const float *a, const float *b,
                               const float *c, int rectifier, long pixels, float *dx, float *masked, int accumulates) {
  vec center = load(mean), factor = load(a), slope = load(b), offset = load(c);
  for (long i = 0; i < pixels * 16; i += 16) {
    vec g = load(gradient + i);
    if (out) g = passed(g, load(out + i), rectifier);
    if (masked) store(masked + i, accumulates ? load(masked + i) + g : g);
    store(dx + i, g * factor + ((load(x + i) - center) * slope + offset));
  }
}

// MARK: layout

static void interleave(const float *planes, long planeStride, long channels, long pixels, float *blocks) {
  for (long i = 0; i < pixels; i++) {
    float lanes[16] __attribute__((aligned(64))) = {0};
    for (long c = 0; c < channels; c++) lanes[c] = planes[c * planeStride + i];
    store(blocks + i * 16, load(lanes));
  }
}

static void deinterleave(const float *blocks, long channels, long pixels, float *planes, long planeStride) {
  for (long c = 0; c < channels; c++) {
    for (long i = 0; i < pixels; i++) planes[c * planeStride + i] = blocks[i * 16 + c];
  }
}

const ck_kernels CK_NAME = {
    .name = CK_TITLE,
    .multiply = multiply,
    .multiply_transposed = multiply_transposed,
    .winograd_input = winograd_input,
    .winograd_gradient = winograd_gradient,
    .winograd_output = winograd_output,
    .winograd_weights = winograd_weights,
    .winograd_weights_gradient = winograd_weights_gradient,
    .arrange_weights = arrange_weights,
    .collect_weights = collect_weights,
    .gather = gather,
    .gather_compact = gather_compact,
    .scatter = scatter,
    .pad = pad,
    .depthwise = depthwise,
    .depthwise_gradient = depthwise_gradient,
    .enlarge = enlarge,
    .enlarge_gradient = enlarge_gradient,
    .normalize = normalize,
    .finish = finish,
    .moments = moments,
    .normalize_sums = normalize_sums,
    .normalize_gradient = normalize_gradient,
    .pool = pool,
    .pool_gradient = pool_gradient,
    .interleave = interleave,
    .deinterleave = deinterleave,
};
