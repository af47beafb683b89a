#include "CPixels.h"

#include <math.h>
#include <string.h>

#include "Vectors.h"

// MARK: morphology

#define JOIN(NAME, TYPE)                                                                                                  \
  CLONED void px_join_##NAME(const TYPE *restrict a, int greatest, TYPE *restrict out, long count) {                      \
    if (greatest) {                                                                                                       \
      for (long i = 0; i < count; i++) out[i] = a[i] > out[i] ? a[i] : out[i];                                            \
    } else {                                                                                                              \
      for (long i = 0; i < count; i++) out[i] = a[i] < out[i] ? a[i] : out[i];                                            \
    }                                                                                                                     \
  }                                                                                                                       \
  CLONED void px_widen_##NAME(const TYPE *restrict a, long shift, int greatest, TYPE *restrict out, long count) {         \
    const TYPE *left = a - shift, *right = a + shift;                                                                     \
    if (greatest) {                                                                                                       \
      for (long i = 0; i < count; i++) {                                                                                  \
        TYPE side = left[i] > right[i] ? left[i] : right[i];                                                              \
        out[i] = a[i] > side ? a[i] : side;                                                                               \
      }                                                                                                                   \
    } else {                                                                                                              \
      for (long i = 0; i < count; i++) {                                                                                  \
        TYPE side = left[i] < right[i] ? left[i] : right[i];                                                              \
        out[i] = a[i] < side ? a[i] : side;                                                                               \
      }                                                                                                                   \
    }                                                                                                                     \
  }

JOIN(bytes, uint8_t)
JOIN(shorts, int16_t)
JOIN(floats, float)

// MARK: whole numbers

#define PACK(NAME, TYPE, GREATEST, BIAS)                                                                                  \
  CLONED int px_pack_##NAME(const float *restrict a, TYPE *restrict out, long count) {                                    \
    int misfits = 0;                                                                                                      \
    for (long i = 0; i < count; i++) {                                                                                    \
      /* Adding 1.5 · 2²³ leaves a whole number in the low bits of the sum; what does not come back the same was not whole. */ \
      union {                                                                                                             \
        float number;                                                                                                     \
        uint32_t bits;                                                                                                    \
      } sum = {a[i] + 12582912.0f};                                                                                       \
      misfits |= !(sum.number - 12582912.0f == a[i]) | (a[i] < 0) | (a[i] > GREATEST);                                    \
      out[i] = (TYPE)(sum.bits - BIAS);                                                                                   \
    }                                                                                                                     \
    return !misfits;                                                                                                      \
  }                                                                                                                       \
  CLONED void px_unpack_##NAME(const TYPE *restrict a, float *restrict out, long count) {                                 \
    for (long i = 0; i < count; i++) out[i] = (float)((int32_t)a[i] + BIAS);                                              \
  }

PACK(bytes, uint8_t, 255, 0)
PACK(words, uint16_t, 65535, 0)
PACK(shorts, int16_t, 65535, 32768)

// MARK: sums over windows

#define SUMS(NAME, TYPE)                                                                                                  \
  CLONED void px_move_sums_##NAME(const TYPE *restrict enter, const TYPE *restrict leave, int32_t *restrict sums, long count) { \
    for (long i = 0; i < count; i++) sums[i] += (int32_t)enter[i] - (int32_t)leave[i];                                    \
  }                                                                                                                       \
  CLONED void px_move_squares_##NAME(const TYPE *restrict enter, const TYPE *restrict leave, int32_t *restrict sums, long count) { \
    for (long i = 0; i < count; i++) sums[i] += (int32_t)enter[i] * (int32_t)enter[i] - (int32_t)leave[i] * (int32_t)leave[i]; \
  }

SUMS(bytes, uint8_t)
SUMS(words, uint16_t)

CLONED void px_slide_sums(const int32_t *line, long side, int32_t *out, long count) {
  const veci zero = {0};
  int32_t sum = 0;
  for (long k = 0; k < side; k++) sum += line[k];
  long i = 0;
  veci carry = zero + sum;
  // What enters less what leaves, added up eight at a time.
  for (; i + 8 <= count; i += 8) {
    veci x = *(const veci *)(line + i + side) - *(const veci *)(line + i);
    x += __builtin_shufflevector(zero, x, 0, 8, 9, 10, 11, 12, 13, 14);
    x += __builtin_shufflevector(zero, x, 0, 1, 8, 9, 10, 11, 12, 13);
    x += __builtin_shufflevector(zero, x, 0, 1, 2, 3, 8, 9, 10, 11);
    *(veci *)(out + i) = carry + __builtin_shufflevector(zero, x, 0, 8, 9, 10, 11, 12, 13, 14);
    carry += __builtin_shufflevector(x, x, 7, 7, 7, 7, 7, 7, 7, 7);
  }
  sum = carry[0];
  for (; i < count; i++) {
    out[i] = sum;
    sum += line[i + side] - line[i];
  }
}

CLONED void px_to_doubles(const int32_t *restrict sums, double *restrict out, long count) {
  for (long i = 0; i < count; i++) out[i] = sums[i];
}

CLONED void px_mean_limits(const double *sums, double window, double offset, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = (float)(sums[i] / window - offset);
}

CLONED void px_above_means(const float *a, const int32_t *sums, int32_t window, int32_t offset, uint64_t *words, long count) {
  for (long start = 0; start < count; start += 64) {
    uint64_t word = 0;
    long length = count - start < 64 ? count - start : 64, i = 0;
    for (; i + 8 <= length; i += 8) {
      veci value = __builtin_convertvector(load(a + start + i), veci) + offset;
      word |= packed(value * window > *(const veci *)(sums + start + i)) << i;
    }
    for (; i < length; i++) word |= (uint64_t)(((int32_t)a[start + i] + offset) * window > sums[start + i]) << i;
    words[start / 64] = word;
  }
}

// MARK: tables

CLONED void px_count_levels(const uint8_t *levels, uint32_t *tables, long count) {
  // Four tables, so that equal neighbors do not wait for each other.
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    tables[levels[i]]++, tables[256 + levels[i + 1]]++, tables[512 + levels[i + 2]]++, tables[768 + levels[i + 3]]++;
  }
  for (; i < count; i++) tables[levels[i]]++;
}

CLONED void px_mix_curves(const uint8_t *levels, const uint32_t *cell, const float *parts, float part, float *out, long count) {
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    veci entry = {(int32_t)cell[levels[i]],     (int32_t)cell[levels[i + 1]], (int32_t)cell[levels[i + 2]], (int32_t)cell[levels[i + 3]],
                  (int32_t)cell[levels[i + 4]], (int32_t)cell[levels[i + 5]], (int32_t)cell[levels[i + 6]], (int32_t)cell[levels[i + 7]]};
    vec a = __builtin_convertvector(entry & 255, vec), b = __builtin_convertvector((entry >> 8) & 255, vec);
    vec c = __builtin_convertvector((entry >> 16) & 255, vec), d = __builtin_convertvector((entry >> 24) & 255, vec);
    vec across = load(parts + i), rest = splat(1) - across;
    vec above = a * rest + b * across, below = c * rest + d * across;
    vec value = above * splat(1 - part) + below * splat(part);
    // Rounds to the nearest whole number, ties to the even one.
    store(out + i, value + splat(12582912.0f) - splat(12582912.0f));
  }
  for (; i < count; i++) {
    uint32_t entry = cell[levels[i]];
    float a = entry & 255, b = (entry >> 8) & 255, c = (entry >> 16) & 255, d = entry >> 24;
    float above = a * (1 - parts[i]) + b * parts[i], below = c * (1 - parts[i]) + d * parts[i];
    float value = above * (1 - part) + below * part;
    out[i] = value + 12582912.0f - 12582912.0f;
  }
}

// MARK: edges

CLONED void px_edges_line(const float *restrict a, const float *restrict b, const float *restrict c, float *restrict down,
                          float *restrict across, float *restrict magnitude, long count) {
  for (long i = 0; i < count; i++) {
    float d = (c[i - 1] + 2 * c[i] + c[i + 1]) - (a[i - 1] + 2 * a[i] + a[i + 1]);
    float e = (a[i + 1] + 2 * b[i + 1] + c[i + 1]) - (a[i - 1] + 2 * b[i - 1] + c[i - 1]);
    down[i] = d;
    across[i] = e;
    magnitude[i] = sqrtf(d * d + e * e);
  }
}

INLINE uint64_t ridges(const float *down, const float *across, const float *above, const float *here, const float *below, float low, float high,
                       long i, uint64_t *strong) {
  vec m = load(here + i);
  veci seen = m >= splat(low);
  if (!any(seen)) {
    *strong = 0;
    return 0;
  }
  vec d = load(down + i), e = load(across + i);
  veci falls = ((d >= splat(0)) & (e >= splat(0))) | ((d <= splat(0)) & (e <= splat(0)));
  vec steep = (vec)((veci)d & 0x7fffffff), flat = (vec)((veci)e & 0x7fffffff);
  veci steeper = steep > flat;
  vec w = choose(steeper, flat, steep) / choose(steeper, steep, flat), rest = splat(1) - w;
  // Between the neighbor straight on and the diagonal one, weighted by the slope.
  vec fore = choose(falls, load(below + i + 1), load(above + i + 1));
  vec back = choose(falls, load(above + i - 1), load(below + i - 1));
  vec straightFore = choose(steeper, choose(falls, load(below + i), load(above + i)), load(here + i + 1));
  vec straightBack = choose(steeper, choose(falls, load(above + i), load(below + i)), load(here + i - 1));
  veci is = seen & (fore * w + straightFore * rest <= m) & (back * w + straightBack * rest <= m);
  *strong = packed(is & (m >= splat(high)));
  return packed(is);
}

CLONED void px_ridges(const float *down, const float *across, const float *above, const float *here, const float *below, float low, float high,
                      uint64_t *weak, uint64_t *strong, long count) {
  for (long start = 0; start < count; start += 64) {
    uint64_t weakWord = 0, strongWord = 0;
    for (long i = start; i < count && i < start + 64; i += 8) {
      uint64_t bits;
      weakWord |= ridges(down, across, above, here, below, low, high, i, &bits) << (i - start);
      strongWord |= bits << (i - start);
    }
    weak[start / 64] = weakWord;
    strong[start / 64] = strongWord;
  }
}

// MARK: places between pixels

typedef double pairs __attribute__((vector_size(32), aligned(8)));

INLINE float blend(const float *p, long width, float y, float x) {
  float above = p[0] + x * (p[1] - p[0]), below = p[width] + x * (p[width + 1] - p[width]);
  return above + y * (below - above);
}

// Two neighbors at once.
INLINE double pair(const float *p) {
  double both;
  memcpy(&both, p, sizeof both);
  return both;
}

INLINE void read_pairs(const float *p, const int32_t *places, vec *left, vec *right) {
  pairs a = {pair(p + places[0]), pair(p + places[1]), pair(p + places[4]), pair(p + places[5])};
  pairs b = {pair(p + places[2]), pair(p + places[3]), pair(p + places[6]), pair(p + places[7])};
  *left = __builtin_shufflevector((vec)a, (vec)b, 0, 2, 8, 10, 4, 6, 12, 14);
  *right = __builtin_shufflevector((vec)a, (vec)b, 1, 3, 9, 11, 5, 7, 13, 15);
}

INLINE vec fractions(vec v, veci *whole) {
  *whole = __builtin_convertvector(v, veci);
  return v - __builtin_convertvector(*whole, vec);
}

CLONED void px_sample_line(const float *pixels, long width, double row, double column, double down, double across, long first, float *out,
                           long count) {
  const vec steps = {0, 1, 2, 3, 4, 5, 6, 7};
  long i = 0;
  // Places of sixteen pixels from the least of them on, in single precision: within 2e-6 of a pixel.
  for (; i + 16 <= count; i += 16) {
    const double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    const long top = (long)(down < 0 ? y + 15 * down : y), left = (long)(across < 0 ? x + 15 * across : x);
    const float *origin = pixels + top * width + left;
    const float fy = (float)(y - (double)top), fx = (float)(x - (double)left);
    for (int half = 0; half < 16; half += 8) {
      veci yi, xi;
      const vec at = steps + splat((float)half);
      const vec part = fractions(splat(fy) + at * splat((float)down), &yi), along = fractions(splat(fx) + at * splat((float)across), &xi);
      int32_t places[8] __attribute__((aligned(32)));
      *(veci *)places = yi * (int32_t)width + xi;
      // Kept in memory: reading eight numbers back takes fewer steps than taking a vector apart.
      __asm__("" : "+m"(places));
      vec a, b, c, d;
      read_pairs(origin, places, &a, &b);
      read_pairs(origin + width, places, &c, &d);
      vec above = a + along * (b - a), below = c + along * (d - c);
      store(out + i + half, above + part * (below - above));
    }
  }
  for (; i < count; i++) {
    double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    long top = (long)y, left = (long)x;
    out[i] = blend(pixels + top * width + left, width, (float)(y - (double)top), (float)(x - (double)left));
  }
}
