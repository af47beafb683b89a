#include <string.h>

#include "Levels.h"
#include "Loops/Vectors.inc"

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTES __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")))

int px_samples_bytes(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
}

INLINE float blend(const uint8_t *p, long width, float y, float x) {
  float a = p[0], b = p[1], c = p[width], d = p[width + 1];
  float above = a + x * (b - a), below = c + x * (d - c);
  return above + y * (below - above);
}

BYTES INLINE __m512 numbers(__m256i bytes, const int upper) {
  __m128i half = upper ? _mm256_extracti128_si256(bytes, 1) : _mm256_castsi256_si128(bytes);
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(half));
}

BYTES INLINE __m512 mixed(__m512 a, __m512 b, __m512 part) { return _mm512_add_ps(a, _mm512_mul_ps(part, _mm512_sub_ps(b, a))); }

// As px_sample_line, step for step. Sixteen places lie in 32 columns of a few rows: each row is permuted once, left neighbors in the lower half and right
// ones in the upper, and goes where it is above or below.
BYTES void px_sample_bytes(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                           long count) {
  const __m512 steps = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m256i right = _mm256_inserti128_si256(_mm256_setzero_si256(), _mm_set1_epi8(1), 1);
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    const double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    const long top = (long)(down < 0 ? y + 15 * down : y), left = (long)(across < 0 ? x + 15 * across : x);
    const uint8_t *origin = pixels + top * width + left;
    const float fy = (float)(y - (double)top), fx = (float)(x - (double)left);
    const __m512 at = _mm512_add_ps(_mm512_set1_ps(fy), _mm512_mul_ps(steps, _mm512_set1_ps((float)down)));
    const __m512 along = _mm512_add_ps(_mm512_set1_ps(fx), _mm512_mul_ps(steps, _mm512_set1_ps((float)across)));
    const __m512i yi = _mm512_cvttps_epi32(at), xi = _mm512_cvttps_epi32(along);
    const __m512 part = _mm512_sub_ps(at, _mm512_cvtepi32_ps(yi)), rest = _mm512_sub_ps(along, _mm512_cvtepi32_ps(xi));
    const __m128i rows = _mm512_cvtepi32_epi8(yi), columns = _mm512_cvtepi32_epi8(xi);
    const long last = (uint8_t)_mm_extract_epi8(rows, 0) > (uint8_t)_mm_extract_epi8(rows, 15) ? _mm_extract_epi8(rows, 0) : _mm_extract_epi8(rows, 15);
    if (top * width + left + (last + 1) * width + 32 > total) {
      for (long k = 0; k < 16; k++) {
        const float ky = fy + (float)k * (float)down, kx = fx + (float)k * (float)across;
        out[i + k] = blend(origin + (long)ky * width + (long)kx, width, ky - (float)(long)ky, kx - (float)(long)kx);
      }
      continue;
    }
    const __m256i places = _mm256_add_epi8(_mm256_broadcastsi128_si256(columns), right), level = _mm256_broadcastsi128_si256(rows);
    __m256i above = _mm256_setzero_si256(), below = above;
    __mmask32 before = 0;
    for (long r = 0; r <= last + 1; r++) {
      const __m256i line = _mm256_permutexvar_epi8(places, _mm256_loadu_si256((const __m256i *)(origin + r * width)));
      const __mmask32 here = _mm256_cmpeq_epi8_mask(level, _mm256_set1_epi8((char)r));
      above = _mm256_mask_mov_epi8(above, here, line);
      below = _mm256_mask_mov_epi8(below, before, line);
      before = here;
    }
    const __m512 upper = mixed(numbers(above, 0), numbers(above, 1), rest), lower = mixed(numbers(below, 0), numbers(below, 1), rest);
    _mm512_storeu_ps(out + i, mixed(upper, lower, part));
  }
  for (; i < count; i++) {
    double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    long top = (long)y, left = (long)x;
    out[i] = blend(pixels + top * width + left, width, (float)(y - (double)top), (float)(x - (double)left));
  }
}
#else
void px_sample_bytes(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                     long count) {}
#endif
