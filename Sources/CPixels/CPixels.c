#include "CPixels.h"

#include "Vectors.h"

#include <math.h>
#include <string.h>

// MARK: convolution

// Whether the far side counts with its sign turned is known where this is inlined, so that even kernels take no product for it.
#define FAR(v) (odd ? -(v) : (v))
#define CONVOLVE(CENTER, FORE, BACK)                                                                \
  long i = 0;                                                                                       \
  for (; i + 32 <= count; i += 32) {                                                                \
    const float *center = CENTER;                                                                   \
    vec w = splat(weights[0]);                                                                      \
    vec a = w * load(center), b = w * load(center + 8), c = w * load(center + 16), d = w * load(center + 24); \
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
    float a = weights[0] * *(CENTER);                                                               \
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
    UNROLLED for (int bit = BITS - 1; bit >= 0; bit--) {                                                                                 \
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
      // The fine bins of this part, moved to the window that starts at x, or summed again where that is less work.
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

INLINE vec tail_load(const float *p, long count) {
  vec v = {0};
  memcpy(&v, p, (size_t)count * sizeof(float));
  return v;
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

CLONED int px_count_bytes(const float *a, long count, uint32_t *counts) {
  uint8_t bytes[4096];
  // Four tables, so that equal neighbors do not wait for each other.
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

CLONED static void look_up(const float *a, float start, const float *table, long length, float *out, long count) {
  for (long i = 0; i < count; i++) {
    float place = a[i] - start;
    int32_t index = place > 0 ? (int32_t)(place < (float)(length - 1) ? place : (float)(length - 1)) : 0;
    out[i] = table[index];
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// 256 numbers in sixteen registers: of each two the lower five bits of an index choose, the upper three between them.
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static void look_up_wide(const float *a, float start, const float *table, long length,
                                                                                         float *out, long count) {
  float whole[256];
  for (long k = 0; k < 256; k++) whole[k] = table[k < length ? k : length - 1];
  __m512 part[16];
  for (int k = 0; k < 16; k++) part[k] = _mm512_loadu_ps(whole + 16 * k);
  for (long i = 0; i < count; i += 16) {
    const __mmask16 lanes = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : 0xffff;
    __m512 place = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, a + i), _mm512_set1_ps(start));
    // What is no number becomes 0.
    place = _mm512_min_ps(_mm512_max_ps(place, _mm512_setzero_ps()), _mm512_set1_ps((float)(length - 1)));
    const __m512i index = _mm512_cvttps_epi32(place);
    const __mmask16 five = _mm512_test_epi32_mask(index, _mm512_set1_epi32(32)), six = _mm512_test_epi32_mask(index, _mm512_set1_epi32(64)),
                    seven = _mm512_test_epi32_mask(index, _mm512_set1_epi32(128));
    __m512 found[8];
    for (int k = 0; k < 8; k++) found[k] = _mm512_permutex2var_ps(part[2 * k], index, part[2 * k + 1]);
    for (int k = 0; k < 4; k++) found[k] = _mm512_mask_mov_ps(found[2 * k], five, found[2 * k + 1]);
    for (int k = 0; k < 2; k++) found[k] = _mm512_mask_mov_ps(found[2 * k], six, found[2 * k + 1]);
    _mm512_mask_storeu_ps(out + i, lanes, _mm512_mask_mov_ps(found[0], seven, found[1]));
  }
}

static int is_wide(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

void px_look_up(const float *a, float start, const float *table, long length, float *out, long count) {
#if defined(__x86_64__)
  if (length <= 256 && is_wide()) return look_up_wide(a, start, table, length, out, count);
#endif
  look_up(a, start, table, length, out, count);
}

// MARK: resampling

CLONED void px_weigh_rows(const float *rows, long stride, const float *weights, long taps, float *out, long count) {
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    vec sum = {0};
    for (long k = 0; k < taps; k++) sum += splat(weights[k]) * load(rows + k * stride + i);
    store(out + i, sum);
  }
  for (; i < count; i++) {
    float sum = 0;
    for (long k = 0; k < taps; k++) sum += weights[k] * rows[k * stride + i];
    out[i] = sum;
  }
}

#define SHRINK(N)                                                                 \
  for (long i = 0; i < count; i++) {                                              \
    float sum = 0;                                                                \
    for (long k = 0; k < N; k++) sum += weights[k] * line[i * N + k];             \
    out[i] = sum;                                                                 \
  }

CLONED void px_shrink_line(const float *restrict line, long step, const float *restrict weights, float *restrict out, long count) {
  switch (step) {
  case 2: SHRINK(2) break;
  case 3: SHRINK(3) break;
  case 4: SHRINK(4) break;
  default: SHRINK(step)
  }
}

// MARK: comparisons

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
