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

// Pixels whose sums stay in the cache.
enum { STRIP = 1024 };

// What the low halves add up to, and what the high ones do, apart again.
static void settle(int64_t *both, int64_t *sums, int64_t *weights, long count) {
  for (long i = 0; i < count; i++) {
    const int64_t sum = (int32_t)both[i];
    sums[i] += sum;
    weights[i] += (both[i] - sum) >> 32;
    both[i] = 0;
  }
}

// A table holds for each step to a neighbor the weight, in the high half, and the weighted step in the low one, so that one sum takes both. The halves
// are taken apart before the low one could overflow; those of one group always fit. Steps, not values, so that an even image stays as it is.
static void weigh_strip(const uint8_t *row, const long *offsets, const uint32_t *weights, long groups, float *out, long count) {
  int64_t both[STRIP] = {0}, sums[STRIP] = {0}, totals[STRIP] = {0}, table[511];
  int64_t greatestSum = 0, greatestTotal = 0;
  for (long g = 0; g < groups; g++) {
    int64_t greatest = 0;
    for (int64_t d = 0; d < 256; d++) {
      const int64_t weight = weights[256 * g + d], product = weight * d;
      greatest = product > greatest ? product : greatest;
      table[255 + d] = (weight << 32) + product;
      table[255 - d] = (weight << 32) - product;
    }
    greatestSum += 4 * greatest, greatestTotal += 4 * (int64_t)PX_WHOLE_WEIGHT;
    if (greatestSum > INT32_MAX || greatestTotal > INT32_MAX) {
      settle(both, sums, totals, count);
      greatestSum = 4 * greatest, greatestTotal = 4 * (int64_t)PX_WHOLE_WEIGHT;
    }
    const uint8_t *a = row + offsets[4 * g], *b = row + offsets[4 * g + 1], *c = row + offsets[4 * g + 2], *d = row + offsets[4 * g + 3];
    // Reading eight places by one instruction takes longer than one after the other.
    _Pragma("clang loop vectorize(disable)") for (long i = 0; i < count; i++) {
      const int64_t *steps = table + 255 - row[i];
      both[i] += steps[a[i]] + steps[b[i]] + steps[c[i]] + steps[d[i]];
    }
  }
  settle(both, sums, totals, count);
  for (long i = 0; i < count; i++) out[i] = (float)((double)row[i] + (double)sums[i] / (double)(totals[i] + PX_WHOLE_WEIGHT));
}

void px_bilateral_bytes(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                        float *out, long count) {
  for (long i = 0; i < count; i += STRIP) weigh_strip(row + i, offsets, weights, groups, out + i, count - i < STRIP ? count - i : STRIP);
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

// Without wide permutations, digits are looked up in sixteen entries at a time, as many times as the differences of the block ask for: once where the
// image is smooth.
#define NARROW __attribute__((target("avx2")))

typedef struct {
  __m256i part[4];
} narrow_four;

NARROW INLINE narrow_four narrow_interleaved(__m256i a, __m256i b, __m256i c, __m256i d) {
  __m256i ab = _mm256_unpacklo_epi8(a, b), AB = _mm256_unpackhi_epi8(a, b);
  __m256i cd = _mm256_unpacklo_epi8(c, d), CD = _mm256_unpackhi_epi8(c, d);
  return (narrow_four){{_mm256_unpacklo_epi16(ab, cd), _mm256_unpackhi_epi16(ab, cd), _mm256_unpacklo_epi16(AB, CD), _mm256_unpackhi_epi16(AB, CD)}};
}

NARROW INLINE __m256i sixteen(const uint8_t *table) { return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table)); }

// How many groups fit 16 bits when they are added up: of weights' digits, four of at most 127 each, and of these times differences up to 15.
enum { SPAN = 64, NEAR = 4 };

NARROW INLINE __m256 narrow_mean(const __m256i sums[DIGITS], const __m256i weights[DIGITS], __m256i center) {
  __m128 half[2];
  UNROLLED for (int h = 0; h < 2; h++) {
    const __m256d base = _mm256_set1_pd(128);
    __m256d sum = _mm256_setzero_pd(), weight = _mm256_setzero_pd();
    UNROLLED for (int p = DIGITS - 1; p >= 0; p--) {
      const __m128i s = h ? _mm256_extracti128_si256(sums[p], 1) : _mm256_castsi256_si128(sums[p]);
      const __m128i w = h ? _mm256_extracti128_si256(weights[p], 1) : _mm256_castsi256_si128(weights[p]);
      sum = _mm256_add_pd(_mm256_mul_pd(sum, base), _mm256_cvtepi32_pd(s));
      weight = _mm256_add_pd(_mm256_mul_pd(weight, base), _mm256_cvtepi32_pd(w));
    }
    weight = _mm256_add_pd(weight, _mm256_set1_pd(PX_WHOLE_WEIGHT));
    const __m128i here = h ? _mm256_extracti128_si256(center, 1) : _mm256_castsi256_si128(center);
    half[h] = _mm256_cvtpd_ps(_mm256_add_pd(_mm256_cvtepi32_pd(here), _mm256_div_pd(sum, weight)));
  }
  return _mm256_insertf128_ps(_mm256_castps128_ps256(half[0]), half[1], 1);
}

// Multiplies steps by digits and adds what comes of it, and the digits, to the sums of 32 pixels.
NARROW INLINE void add_digits(const __m256i found[4], const __m256i side[4], const narrow_four *steps, __m256i sums[4], __m256i weights[2]) {
  const __m256i ones = _mm256_set1_epi8(1), pairs = _mm256_set1_epi16(1);
  const __m256i ab = _mm256_add_epi8(found[0], found[1]), cd = _mm256_add_epi8(found[2], found[3]);
  weights[0] = _mm256_add_epi16(weights[0], _mm256_maddubs_epi16(_mm256_unpacklo_epi8(ab, cd), ones));
  weights[1] = _mm256_add_epi16(weights[1], _mm256_maddubs_epi16(_mm256_unpackhi_epi8(ab, cd), ones));
  const narrow_four digit = narrow_interleaved(_mm256_sign_epi8(found[0], side[0]), _mm256_sign_epi8(found[1], side[1]),
                                               _mm256_sign_epi8(found[2], side[2]), _mm256_sign_epi8(found[3], side[3]));
  UNROLLED for (int q = 0; q < 4; q++) {
    sums[q] = _mm256_add_epi32(sums[q], _mm256_madd_epi16(_mm256_maddubs_epi16(steps->part[q], digit.part[q]), pairs));
  }
}

// The same of differences up to 15, found in one step and added up in 16 bits.
NARROW INLINE void add_near_digits(const uint8_t *table, const __m256i differences[4], const __m256i steps[4], __m256i sums[2], __m256i weights[2]) {
  const __m256i entries = sixteen(table), ones = _mm256_set1_epi8(1);
  __m256i found[4];
  UNROLLED for (int n = 0; n < 4; n++) found[n] = _mm256_shuffle_epi8(entries, differences[n]);
  const __m256i ab = _mm256_unpacklo_epi8(found[0], found[1]), AB = _mm256_unpackhi_epi8(found[0], found[1]);
  const __m256i cd = _mm256_unpacklo_epi8(found[2], found[3]), CD = _mm256_unpackhi_epi8(found[2], found[3]);
  weights[0] = _mm256_add_epi16(weights[0], _mm256_maddubs_epi16(_mm256_add_epi8(ab, cd), ones));
  weights[1] = _mm256_add_epi16(weights[1], _mm256_maddubs_epi16(_mm256_add_epi8(AB, CD), ones));
  sums[0] = _mm256_add_epi16(sums[0], _mm256_add_epi16(_mm256_maddubs_epi16(ab, steps[0]), _mm256_maddubs_epi16(cd, steps[1])));
  sums[1] = _mm256_add_epi16(sums[1], _mm256_add_epi16(_mm256_maddubs_epi16(AB, steps[2]), _mm256_maddubs_epi16(CD, steps[3])));
}

// Sums of 16 bits added to those of 32.
NARROW INLINE void widen_sums(const __m256i from[2], __m256i to[4]) {
  const __m256i zero = _mm256_setzero_si256(), first = _mm256_set1_epi16(1);
  UNROLLED for (int q = 0; q < 4; q++) {
    const __m256i apart = q & 1 ? _mm256_unpackhi_epi16(from[q / 2], zero) : _mm256_unpacklo_epi16(from[q / 2], zero);
    to[q] = _mm256_add_epi32(to[q], _mm256_madd_epi16(apart, first));
  }
}

NARROW static void add_far_digits(const uint8_t *digits, const __m256i value[4], __m256i here, __m256i most, int greatest, __m256i sums[DIGITS][4],
                                  __m256i weights[DIGITS][2]) {
  const __m256i zero = _mm256_setzero_si256();
  __m256i difference[4], side[4], found[DIGITS][4];
  UNROLLED for (int n = 0; n < 4; n++) {
    const __m256i more = _mm256_subs_epu8(value[n], here), less = _mm256_subs_epu8(here, value[n]);
    difference[n] = _mm256_or_si256(more, less);
    side[n] = _mm256_or_si256(_mm256_cmpeq_epi8(more, zero), _mm256_set1_epi8(1));
    UNROLLED for (int p = 0; p < DIGITS; p++) found[p][n] = zero;
  }
  for (int part = 0; part <= greatest; part += 16) {
    __m256i entries[DIGITS];
    UNROLLED for (int p = 0; p < DIGITS; p++) entries[p] = sixteen(digits + 256 * p + part);
    UNROLLED for (int n = 0; n < 4; n++) {
      // All that lies outside of these sixteen gets the highest bit, which looks up 0.
      const __m256i place = _mm256_adds_epu8(_mm256_xor_si256(difference[n], _mm256_set1_epi8((char)part)), _mm256_set1_epi8(0x70));
      UNROLLED for (int p = 0; p < DIGITS; p++) found[p][n] = _mm256_or_si256(found[p][n], _mm256_shuffle_epi8(entries[p], place));
    }
    if (_mm256_testz_si256(_mm256_subs_epu8(most, _mm256_set1_epi8((char)(part + 15))), _mm256_set1_epi8(-1))) break;
  }
  const narrow_four steps = narrow_interleaved(difference[0], difference[1], difference[2], difference[3]);
  UNROLLED for (int p = 0; p < DIGITS; p++) add_digits(found[p], side, &steps, sums[p], weights[p]);
}

NARROW static void weigh_narrow_block(const uint8_t *row, const long *offsets, const uint8_t *digits, long groups, int greatest, float *out) {
  const __m256i here = _mm256_loadu_si256((const __m256i *)row), zero = _mm256_setzero_si256();
  __m256i sums[DIGITS][4], weights[DIGITS][4];
  for (int p = 0; p < DIGITS; p++) {
    for (int q = 0; q < 4; q++) sums[p][q] = weights[p][q] = zero;
  }
  for (long first = 0; first < groups; first += SPAN) {
    __m256i near[DIGITS][2], span[DIGITS][2];
    int held = 0;
    for (int p = 0; p < DIGITS; p++) near[p][0] = near[p][1] = span[p][0] = span[p][1] = zero;
    for (long g = first; g < groups && g < first + SPAN; g++) {
      __m256i value[4], difference[4];
      UNROLLED for (int n = 0; n < 4; n++) {
        value[n] = _mm256_loadu_si256((const __m256i *)(row + offsets[4 * g + n]));
        difference[n] = _mm256_or_si256(_mm256_subs_epu8(value[n], here), _mm256_subs_epu8(here, value[n]));
      }
      const __m256i most = _mm256_max_epu8(_mm256_max_epu8(difference[0], difference[1]), _mm256_max_epu8(difference[2], difference[3]));
      if (!_mm256_testz_si256(most, _mm256_set1_epi8((char)0xf0))) {
        add_far_digits(digits + g * TABLE, value, here, most, greatest, sums, span);
        continue;
      }
      UNROLLED for (int n = 0; n < 4; n++) value[n] = _mm256_sub_epi8(value[n], here);
      const __m256i steps[4] = {_mm256_unpacklo_epi8(value[0], value[1]), _mm256_unpacklo_epi8(value[2], value[3]),
                                _mm256_unpackhi_epi8(value[0], value[1]), _mm256_unpackhi_epi8(value[2], value[3])};
      UNROLLED for (int p = 0; p < DIGITS; p++) add_near_digits(digits + g * TABLE + 256 * p, difference, steps, near[p], span[p]);
      if (++held == NEAR) {
        UNROLLED for (int p = 0; p < DIGITS; p++) widen_sums(near[p], sums[p]), near[p][0] = near[p][1] = zero;
        held = 0;
      }
    }
    UNROLLED for (int p = 0; p < DIGITS; p++) {
      widen_sums(near[p], sums[p]);
      widen_sums(span[p], weights[p]);
    }
  }
  const narrow_four center = narrow_interleaved(here, zero, zero, zero);
  UNROLLED for (int q = 0; q < 4; q++) {
    const __m256i s[DIGITS] = {sums[0][q], sums[1][q], sums[2][q]}, w[DIGITS] = {weights[0][q], weights[1][q], weights[2][q]};
    const __m256 mean = narrow_mean(s, w, center.part[q]);
    _mm_storeu_ps(out + 4 * q, _mm256_castps256_ps128(mean));
    _mm_storeu_ps(out + 16 + 4 * q, _mm256_extractf128_ps(mean, 1));
  }
}

// Whether 16 bits hold a difference times a digit twice; up to 129 they always do.
static int fits_shorts(const uint8_t *digits, long groups, int greatest) {
  for (long g = 0; g < groups * DIGITS; g++) {
    for (int d = 130; d <= greatest; d++) {
      if (2 * d * digits[256 * g + d] > INT16_MAX) return 0;
    }
  }
  return 1;
}

void px_bilateral_bytes_avx2(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                             float *out, long count) {
  if (!digits || count < 32 || !fits_shorts(digits, groups, greatest)) {
    return px_bilateral_bytes(row, offsets, weights, digits, groups, greatest, out, count);
  }
  for (long i = 0; i < count; i += 32) {
    const long start = i + 32 <= count ? i : count - 32;
    weigh_narrow_block(row + start, offsets, digits, groups, greatest, out + start);
  }
}

static int multiplies_bytes(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

void px_bilateral_bytes_avx512(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                               float *out, long count) {
  if (digits && count >= 64 && multiplies_bytes()) return weigh_blocks(row, offsets, digits, groups, greatest < 127, out, count);
  px_bilateral_bytes_avx2(row, offsets, weights, digits, groups, greatest, out, count);
}
#endif
