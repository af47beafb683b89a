#include "CPixels.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#define CLONED __attribute__((target_clones("default", "avx2")))
#else
#define CLONED
#endif
#define INLINE static inline __attribute__((always_inline))

// Vectors pass between functions of this file alone, all inlined, so how a narrower processor would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vec __attribute__((vector_size(32), aligned(4)));
typedef int32_t veci __attribute__((vector_size(32), aligned(4)));

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }
INLINE vec splat(float x) { return (vec){x, x, x, x, x, x, x, x}; }
INLINE vec choose(veci mask, vec a, vec b) { return (vec)(((veci)a & mask) | ((veci)b & ~mask)); }

// MARK: convolution

// Whether the far side counts with its sign turned is known where this is inlined, so that even kernels take no product for it.
#define FAR(v) (odd ? -(v) : (v))
#define CONVOLVE(CENTRE, FORE, BACK)                                                                \
  long i = 0;                                                                                       \
  for (; i + 32 <= count; i += 32) {                                                                \
    const float *centre = CENTRE;                                                                   \
    vec w = splat(weights[0]);                                                                      \
    vec a = w * load(centre), b = w * load(centre + 8), c = w * load(centre + 16), d = w * load(centre + 24); \
    for (long k = 1; k <= radius; k++) {                                                            \
      const float *fore = FORE, *back = BACK;                                                       \
      w = splat(weights[k]);                                                                        \
      a += w * (load(fore) + FAR(load(back)));                                                      \
      b += w * (load(fore + 8) + FAR(load(back + 8)));                                              \
      c += w * (load(fore + 16) + FAR(load(back + 16)));                                            \
      d += w * (load(fore + 24) + FAR(load(back + 24)));                                            \
    }                                                                                               \
    store(out + i, a), store(out + i + 8, b), store(out + i + 16, c), store(out + i + 24, d);       \
  }                                                                                                 \
  for (; i < count; i++) {                                                                          \
    float a = weights[0] * *(CENTRE);                                                               \
    for (long k = 1; k <= radius; k++) a += weights[k] * (*(FORE) + FAR(*(BACK)));                  \
    out[i] = a;                                                                                     \
  }

INLINE void convolve_rows(const float *const *rows, long radius, const float *weights, const int odd, float *out, long count) {
  CONVOLVE(rows[radius] + i, rows[radius + k] + i, rows[radius - k] + i)
}

INLINE void convolve_line(const float *line, long radius, const float *weights, const int odd, float *out, long count) {
  CONVOLVE(line + i, line + i + k, line + i - k)
}

CLONED void px_convolve_rows(const float *const *rows, long radius, const float *weights, int odd, float *out, long count) {
  if (odd) convolve_rows(rows, radius, weights, 1, out, count);
  else convolve_rows(rows, radius, weights, 0, out, count);
}

CLONED void px_convolve_line(const float *line, long radius, const float *weights, int odd, float *out, long count) {
  if (odd) convolve_line(line, radius, weights, 1, out, count);
  else convolve_line(line, radius, weights, 0, out, count);
}

// MARK: ranks of small windows

// The greatest m for which at most `rank` pixels lie below m is the pixel of that rank; its bits are settled from the highest. Counting is a comparison and
// a subtraction for as many pixels as a vector holds.
#define RANK(NAME, TYPE, SIGNED, LANES, BITS)                                                                                            \
  typedef SIGNED NAME##_signed __attribute__((vector_size(32), aligned(1)));                                                             \
  INLINE NAME##_signed NAME##_at(const TYPE *first, long stride, long side, long rank) {                                                 \
    const SIGNED lowest = (SIGNED)((TYPE)1 << (BITS - 1));                                                                               \
    NAME##_signed zero = {0}, found = zero;                                                                                              \
    for (int bit = BITS - 1; bit >= 0; bit--) {                                                                                          \
      NAME##_signed candidate = found | (zero + (SIGNED)((TYPE)1 << bit));                                                               \
      NAME##_signed limit = candidate ^ (zero + lowest), below = zero;                                                                   \
      for (long y = 0; y < side; y++) {                                                                                                  \
        for (long x = 0; x < side; x++) {                                                                                                \
          below -= (*(const NAME##_signed *)(first + y * stride + x) ^ (zero + lowest)) < limit;                                         \
        }                                                                                                                                \
      }                                                                                                                                  \
      NAME##_signed stays = below <= zero + (SIGNED)rank;                                                                                \
      found = (candidate & stays) | (found & ~stays);                                                                                    \
    }                                                                                                                                    \
    return found;                                                                                                                        \
  }                                                                                                                                      \
  CLONED void px_rank_##NAME(const TYPE *rows, long stride, long side, long rank, TYPE *out, long count) {                               \
    for (long i = 0; i < count; i += LANES) {                                                                                            \
      NAME##_signed found = NAME##_at(rows + i, stride, side, rank);                                                                     \
      if (i + LANES <= count) {                                                                                                          \
        *(NAME##_signed *)(out + i) = found;                                                                                             \
      } else {                                                                                                                           \
        memcpy(out + i, &found, (size_t)(count - i) * sizeof(TYPE));                                                                     \
      }                                                                                                                                  \
    }                                                                                                                                    \
  }

RANK(bytes, uint8_t, int8_t, 32, 8)
RANK(shorts, uint16_t, int16_t, 16, 16)

// Bit patterns of floats in an order that whole numbers keep.
INLINE veci ordered(vec v) {
  veci bits = (veci)v;
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

CLONED void px_rank_floats(const float *rows, long stride, long side, long rank, float *out, long count) {
  for (long i = 0; i < count; i += 8) {
    veci zero = {0}, found = zero;
    for (int bit = 31; bit >= 0; bit--) {
      veci candidate = found | (zero + (int32_t)(1u << bit));
      veci limit = candidate ^ (zero + INT32_MIN), below = zero;
      for (long y = 0; y < side; y++) {
        for (long x = 0; x < side; x++) below -= ordered(load(rows + i + y * stride + x)) < limit;
      }
      veci stays = below <= zero + (int32_t)rank;
      found = (candidate & stays) | (found & ~stays);
    }
    vec value = (vec)ordered((vec)(found ^ (zero + INT32_MIN)));
    if (i + 8 <= count) store(out + i, value);
    else memcpy(out + i, &value, (size_t)(count - i) * sizeof(float));
  }
}

// MARK: ranks of large windows

// Perreault and Hébert, Median Filtering in Constant Time, IEEE TIP 16, 2007: 16 coarse bins say in which 16 fine ones the value lies, and only those are
// brought up to the current column.
typedef uint16_t bins __attribute__((vector_size(32), aligned(2)));

CLONED void px_rank_bytes_sliding(const uint8_t *picture, long stride, long side, long rank, long rows, long columns, uint16_t *scratch, uint8_t *out,
                                  long outStride) {
  const long wide = columns + side - 1;
  uint16_t *coarse = scratch, *fine = scratch + 16 * wide, *kernel = fine + 256 * wide, *kernelFine = kernel + 16;
  memset(scratch, 0, (size_t)wide * 272 * sizeof(uint16_t));
  for (long y = 0; y < side - 1; y++) {
    for (long x = 0; x < wide; x++) {
      uint8_t v = picture[y * stride + x];
      coarse[16 * x + (v >> 4)]++, fine[(long)(v >> 4) * 16 * wide + 16 * x + (v & 15)]++;
    }
  }
  for (long y = 0; y < rows; y++) {
    for (long x = 0; x < wide; x++) {
      uint8_t v = picture[(y + side - 1) * stride + x];
      coarse[16 * x + (v >> 4)]++, fine[(long)(v >> 4) * 16 * wide + 16 * x + (v & 15)]++;
    }
    bins sum = {0};
    for (long x = 0; x < side - 1; x++) sum += *(bins *)(coarse + 16 * x);
    long current[16];
    for (int k = 0; k < 16; k++) current[k] = -side;
    for (long x = 0; x < columns; x++) {
      sum += *(bins *)(coarse + 16 * (x + side - 1));
      *(bins *)kernel = sum;
      long before = 0;
      int k = 0;
      while (before + kernel[k] <= rank) before += kernel[k++];
      // The fine bins of this part, moved to the window that starts at x, or summed anew where that is less work.
      bins *part = (bins *)(kernelFine + 16 * k);
      const uint16_t *column = fine + (long)k * 16 * wide;
      bins s;
      if (x - current[k] > side / 2) {
        s = (bins){0};
        for (long j = x; j < x + side; j++) s += *(const bins *)(column + 16 * j);
      } else {
        s = *part;
        for (long j = current[k]; j < x; j++) s += *(const bins *)(column + 16 * (j + side)) - *(const bins *)(column + 16 * j);
      }
      *part = s;
      current[k] = x;
      const uint16_t *counts = kernelFine + 16 * k;
      int f = 0;
      while (before + counts[f] <= rank) before += counts[f++];
      out[y * outStride + x] = (uint8_t)(16 * k + f);
      sum -= *(bins *)(coarse + 16 * x);
    }
    for (long x = 0; x < wide; x++) {
      uint8_t v = picture[y * stride + x];
      coarse[16 * x + (v >> 4)]--, fine[(long)(v >> 4) * 16 * wide + 16 * x + (v & 15)]--;
    }
  }
}

// MARK: weights

// 2^x for x ≤ 0, within 2e-7 of the exact value for the x at hand; what lies below -126 counts as that.
INLINE vec power_of_two(vec x) {
  const vec magic = splat(12582912.0f), least = splat(-126.0f);
  x = choose(x > least, x, least);
  vec shifted = x + magic;
  vec r = x - (shifted - magic);
  vec p = splat(1.535336188319500e-4f);
  p = p * r + splat(1.339887440266574e-3f);
  p = p * r + splat(9.618437357674640e-3f);
  p = p * r + splat(5.550332471162809e-2f);
  p = p * r + splat(2.402264791363012e-1f);
  p = p * r + splat(6.931472028550421e-1f);
  p = p * r + splat(1.0f);
  return p * (vec)(((veci)shifted - (veci)magic + 127) << 23);
}

INLINE vec tail_load(const float *p, long count) {
  vec v = {0};
  memcpy(&v, p, (size_t)count * sizeof(float));
  return v;
}

CLONED void px_bilateral(const float *row, const long *offsets, const float *spatial, long neighbours, float scale, float *out, long count) {
  for (long i = 0; i < count; i += 8) {
    // The padded row is readable beyond its end.
    vec centre = load(row + i), weight = {0}, sum = {0};
    for (long n = 0; n < neighbours; n++) {
      vec value = load(row + i + offsets[n]);
      vec difference = value - centre;
      vec w = splat(spatial[n]) * power_of_two(difference * difference * splat(scale));
      weight += w;
      sum += w * value;
    }
    vec result = sum / weight;
    if (i + 8 <= count) store(out + i, result);
    else memcpy(out + i, &result, (size_t)(count - i) * sizeof(float));
  }
}

CLONED void px_add_weighted(const float *distance, const float *other, float floor, float scale, float cutoff, float *weight, float *sum,
                            long count) {
  for (long i = 0; i < count; i += 8) {
    long lanes = count - i < 8 ? count - i : 8;
    vec d = (lanes == 8 ? load(distance + i) : tail_load(distance + i, lanes)) - splat(floor);
    d = choose(d > splat(0), d, splat(0));
    vec exponent = d * splat(scale);
    vec w = (vec)((veci)power_of_two(exponent) & (exponent >= splat(cutoff)));
    if (lanes == 8) {
      store(weight + i, load(weight + i) + w);
      store(sum + i, load(sum + i) + w * load(other + i));
    } else {
      for (long j = 0; j < lanes; j++) weight[i + j] += w[j], sum[i + j] += w[j] * other[i + j];
    }
  }
}

CLONED void px_squared_differences(const float *a, const float *b, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = (a[i] - b[i]) * (a[i] - b[i]);
}

CLONED void px_add(const float *a, float *sum, long count) {
  for (long i = 0; i < count; i++) sum[i] += a[i];
}

CLONED void px_box_line(const float *line, long side, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = line[i];
  for (long k = 1; k < side; k++) {
    for (long i = 0; i < count; i++) out[i] += line[i + k];
  }
}

// MARK: edges

CLONED void px_gradient_magnitude(const float *above, const float *here, const float *below, float edge, float middle, float *out, long count) {
  for (long i = 0; i < count; i++) {
    float down = edge * (below[i - 1] - above[i - 1]) + middle * (below[i] - above[i]) + edge * (below[i + 1] - above[i + 1]);
    float across = edge * (above[i + 1] - above[i - 1]) + middle * (here[i + 1] - here[i - 1]) + edge * (below[i + 1] - below[i - 1]);
    out[i] = sqrtf((down * down + across * across) * 0.5f);
  }
}

// MARK: morphology

CLONED void px_minimum_plus(const float *a, float offset, float *out, long count) {
  for (long i = 0; i < count; i++) {
    float value = a[i] + offset;
    out[i] = value < out[i] ? value : out[i];
  }
}

CLONED int px_pack_bytes(const float *restrict a, uint8_t *restrict out, long count) {
  int misfits = 0;
  for (long i = 0; i < count; i++) {
    // Adding 1.5 · 2²³ leaves a whole number in the low bits of the sum; what does not come back the same was not whole.
    union {
      float number;
      uint32_t bits;
    } sum = {a[i] + 12582912.0f};
    misfits |= !(sum.number - 12582912.0f == a[i]) | (a[i] < 0) | (a[i] > 255);
    out[i] = (uint8_t)sum.bits;
  }
  return !misfits;
}

CLONED int px_count_bytes(const float *a, long count, uint32_t *counts) {
  uint8_t bytes[4096];
  // Four tables, so that equal neighbours do not wait for each other.
  uint32_t tables[4][256];
  memset(tables, 0, sizeof tables);
  for (long start = 0; start < count; start += 4096) {
    long length = count - start < 4096 ? count - start : 4096;
    if (!px_pack_bytes(a + start, bytes, length)) return 0;
    long i = 0;
    for (; i + 4 <= length; i += 4) {
      tables[0][bytes[i]]++, tables[1][bytes[i + 1]]++, tables[2][bytes[i + 2]]++, tables[3][bytes[i + 3]]++;
    }
    for (; i < length; i++) tables[0][bytes[i]]++;
  }
  for (long k = 0; k < 256; k++) counts[k] += tables[0][k] + tables[1][k] + tables[2][k] + tables[3][k];
  return 1;
}

CLONED void px_look_up(const float *a, float start, const float *table, long length, float *out, long count) {
  for (long i = 0; i < count; i++) {
    float place = a[i] - start;
    int32_t index = place > 0 ? (int32_t)(place < (float)(length - 1) ? place : (float)(length - 1)) : 0;
    out[i] = table[index];
  }
}

// MARK: comparisons

typedef _Bool bits8 __attribute__((ext_vector_type(8)));

INLINE uint64_t packed(veci mask) {
  bits8 bits = __builtin_convertvector(mask, bits8);
  uint8_t byte;
  memcpy(&byte, &bits, 1);
  return byte;
}

CLONED void px_above(const float *a, float limit, uint64_t *words, long count) {
  for (long start = 0; start < count; start += 64) {
    uint64_t word = 0;
    long length = count - start < 64 ? count - start : 64, i = 0;
    for (; i + 8 <= length; i += 8) word |= packed(load(a + start + i) > splat(limit)) << i;
    for (; i < length; i++) word |= (uint64_t)(a[start + i] > limit) << i;
    words[start / 64] = word;
  }
}

CLONED void px_above_each(const float *a, const float *limits, uint64_t *words, long count) {
  for (long start = 0; start < count; start += 64) {
    uint64_t word = 0;
    long length = count - start < 64 ? count - start : 64, i = 0;
    for (; i + 8 <= length; i += 8) word |= packed(load(a + start + i) > load(limits + start + i)) << i;
    for (; i < length; i++) word |= (uint64_t)(a[start + i] > limits[start + i]) << i;
    words[start / 64] = word;
  }
}

// MARK: places between pixels

typedef double vecd __attribute__((vector_size(64), aligned(8)));

INLINE float blend(const float *p, long width, float y, float x) {
  float above = (1 - x) * p[0] + x * p[1], below = (1 - x) * p[width] + x * p[width + 1];
  return (1 - y) * above + y * below;
}

CLONED void px_sample_line(const float *pixels, long width, double row, double column, double down, double across, long first, float *out,
                           long count) {
  long i = 0;
  const vecd steps = {0, 1, 2, 3, 4, 5, 6, 7};
  for (; i + 8 <= count; i += 8) {
    vecd at = steps + (double)(first + i), y = row + down * at, x = column + across * at;
    veci top = __builtin_convertvector(y, veci), left = __builtin_convertvector(x, veci);
    vec fy = __builtin_convertvector(y - __builtin_convertvector(top, vecd), vec);
    vec fx = __builtin_convertvector(x - __builtin_convertvector(left, vecd), vec);
    vec a, b, c, d;
    for (int k = 0; k < 8; k++) {
      const float *p = pixels + (long)top[k] * width + left[k];
      a[k] = p[0], b[k] = p[1], c[k] = p[width], d[k] = p[width + 1];
    }
    vec above = (splat(1) - fx) * a + fx * b, below = (splat(1) - fx) * c + fx * d;
    store(out + i, (splat(1) - fy) * above + fy * below);
  }
  for (; i < count; i++) {
    double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    long top = (long)y, left = (long)x;
    out[i] = blend(pixels + top * width + left, width, (float)(y - (double)top), (float)(x - (double)left));
  }
}
