#if defined(__x86_64__)
#include <immintrin.h>

#include "Levels.h"

#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

// 256 numbers in sixteen registers: of each two the lower five bits of an index choose, the upper three between them.
WIDE void px_look_up_avx512(const float *a, float start, const float *table, long length, float *out, long count) {
  if (length > 256) return px_avx2.look_up(a, start, table, length, out, count);
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
#endif
