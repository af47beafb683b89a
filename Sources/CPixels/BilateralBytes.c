#include <string.h>

#include "Levels.h"
#include "Loops/Vectors.inc"

// A weight is a whole number of 21 bits, so that sums are whole numbers too and every processor gives the same bits. One that multiplies bytes takes the
// weights as three digits to the base 128, each a table of 256 bytes by difference, and four neighbors of 64 pixels at once.
enum { DIGITS = 3, TABLE = DIGITS * 256 };

void px_bilateral_digits(const uint32_t *weights, uint8_t *digits, long groups) {
  for (long g = 0; g < groups; g++) {
    for (int p = 0; p < DIGITS; p++) {
      for (int d = 0; d < 256; d++) digits[g * TABLE + 256 * p + d] = weights[256 * g + d] >> (7 * p) & 127;
    }
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTES __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))

typedef struct {
  __m512i part[4];
} four;

// Four bytes of each pixel side by side; pixels 0 to 3 of each 16 in the first part, 4 to 7 in the second and so on.
BYTES INLINE four interleaved(__m512i a, __m512i b, __m512i c, __m512i d) {
  __m512i ab = _mm512_unpacklo_epi8(a, b), AB = _mm512_unpackhi_epi8(a, b);
  __m512i cd = _mm512_unpacklo_epi8(c, d), CD = _mm512_unpackhi_epi8(c, d);
  return (four){{_mm512_unpacklo_epi16(ab, cd), _mm512_unpackhi_epi16(ab, cd), _mm512_unpacklo_epi16(AB, CD), _mm512_unpackhi_epi16(AB, CD)}};
}

BYTES INLINE __m512i looked_up(const uint8_t *table, __m512i differences, const int isShort) {
  __m512i near = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), differences, _mm512_loadu_si512(table + 64));
  if (isShort) return near;
  __m512i far = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), differences, _mm512_loadu_si512(table + 192));
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(differences), near, far);
}

BYTES INLINE __m256i half_of(__m512i v, const int upper) { return upper ? _mm512_extracti64x4_epi64(v, 1) : _mm512_castsi512_si256(v); }

// isShort: no difference from 127 on has a weight.
BYTES INLINE void weigh_block(const uint8_t *row, const long *offsets, const uint8_t *digits, long groups, const int isShort, float *out) {
  const __m512i here = _mm512_loadu_si512(row), ones = _mm512_set1_epi8(1), zero = _mm512_setzero_si512();
  four sums[DIGITS], weights[DIGITS];
  for (int p = 0; p < DIGITS; p++) {
    for (int q = 0; q < 4; q++) sums[p].part[q] = weights[p].part[q] = zero;
  }
  for (long g = 0; g < groups; g++) {
    __m512i value[4], difference[4];
    for (int n = 0; n < 4; n++) {
      value[n] = _mm512_loadu_si512(row + offsets[4 * g + n]);
      difference[n] = _mm512_or_si512(_mm512_subs_epu8(value[n], here), _mm512_subs_epu8(here, value[n]));
      if (isShort) difference[n] = _mm512_min_epu8(difference[n], _mm512_set1_epi8(127));
    }
    const four values = interleaved(value[0], value[1], value[2], value[3]);
    UNROLLED for (int p = 0; p < DIGITS; p++) {
      const uint8_t *table = digits + g * TABLE + 256 * p;
      const four digit = interleaved(looked_up(table, difference[0], isShort), looked_up(table, difference[1], isShort),
                                     looked_up(table, difference[2], isShort), looked_up(table, difference[3], isShort));
      for (int q = 0; q < 4; q++) {
        sums[p].part[q] = _mm512_dpbusd_epi32(sums[p].part[q], values.part[q], digit.part[q]);
        weights[p].part[q] = _mm512_dpbusd_epi32(weights[p].part[q], ones, digit.part[q]);
      }
    }
  }
  const four center = interleaved(here, zero, zero, zero);
  __m512 mean[4];
  UNROLLED for (int q = 0; q < 4; q++) {
    __m256 half[2];
    UNROLLED for (int h = 0; h < 2; h++) {
      const __m512d base = _mm512_set1_pd(128);
      __m512d sum = _mm512_setzero_pd(), weight = _mm512_setzero_pd();
      UNROLLED for (int p = DIGITS - 1; p >= 0; p--) {
        const __m512i step = _mm512_sub_epi32(sums[p].part[q], _mm512_mullo_epi32(center.part[q], weights[p].part[q]));
        sum = _mm512_add_pd(_mm512_mul_pd(sum, base), _mm512_cvtepi32_pd(half_of(step, h)));
        weight = _mm512_add_pd(_mm512_mul_pd(weight, base), _mm512_cvtepi32_pd(half_of(weights[p].part[q], h)));
      }
      weight = _mm512_add_pd(weight, _mm512_set1_pd(PX_WHOLE_WEIGHT));
      half[h] = _mm512_cvtpd_ps(_mm512_add_pd(_mm512_cvtepi32_pd(half_of(center.part[q], h)), _mm512_div_pd(sum, weight)));
    }
    mean[q] = _mm512_insertf32x8(_mm512_castps256_ps512(half[0]), half[1], 1);
  }
  for (int k = 0; k < 4; k++) {
    for (int q = 0; q < 4; q++) {
      __m128 lane = k == 0   ? _mm512_extractf32x4_ps(mean[q], 0)
                    : k == 1 ? _mm512_extractf32x4_ps(mean[q], 1)
                    : k == 2 ? _mm512_extractf32x4_ps(mean[q], 2)
                             : _mm512_extractf32x4_ps(mean[q], 3);
      _mm_storeu_ps(out + 16 * k + 4 * q, lane);
    }
  }
}

BYTES static void weigh_blocks(const uint8_t *row, const long *offsets, const uint8_t *digits, long groups, int isShort, float *out, long count) {
  for (long i = 0; i < count; i += 64) {
    // The last block ends with the row and repeats what the one before has done.
    const long start = i + 64 <= count ? i : count - 64;
    if (isShort) weigh_block(row + start, offsets, digits, groups, 1, out + start);
    else weigh_block(row + start, offsets, digits, groups, 0, out + start);
  }
}

static int multiplies_bytes(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

void px_bilateral_bytes_avx512(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int isShort,
                               float *out, long count) {
  if (digits && count >= 64 && multiplies_bytes()) return weigh_blocks(row, offsets, digits, groups, isShort, out, count);
  px_avx2.bilateral_bytes(row, offsets, weights, digits, groups, isShort, out, count);
}
#endif
