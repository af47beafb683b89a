#include <string.h>

#include "Levels.h"
#include "Loops/Vectors.inc"
#include "Loops/Places.inc"

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTES __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")))
#define SHORTER __attribute__((target("avx2")))

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

// The rows that sixteen places and their lower neighbors may lie in. The same for each group, so that no branch is mispredicted.
INLINE long rows_of_group(double down) { return (long)(15 * (down < 0 ? -down : down) + 1) + 2; }

// Whether 32 columns of these rows lie within the image.
INLINE int is_inside(int32_t origin, long total, long width, long rows) { return origin + (rows - 1) * width + 32 <= total; }

static void sample_singly(const uint8_t *origin, long width, float row, float column, float down, float across, float *out) {
  for (int k = 0; k < 16; k++) {
    const float y = row + (float)k * down, x = column + (float)k * across;
    out[k] = blend(origin + (long)y * width + (long)x, width, y - (float)(long)y, x - (float)(long)x);
  }
}

static void sample_rest(const uint8_t *pixels, long width, double row, double column, double down, double across, long first, float *out, long count) {
  for (long i = 0; i < count; i++) {
    double y = row + down * (double)(first + i), x = column + across * (double)(first + i);
    long top = (long)y, left = (long)x;
    out[i] = blend(pixels + top * width + left, width, (float)(y - (double)top), (float)(x - (double)left));
  }
}

// As sample_line, step for step. Sixteen places lie in 32 columns of a few rows: each row is permuted once, left neighbors in the lower half and right
// ones in the upper, and goes where it is above or below.
BYTES static void sample_at_once(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first,
                                 float *out, long count) {
  const __m512 steps = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m256i right = _mm256_inserti128_si256(_mm256_setzero_si256(), _mm_set1_epi8(1), 1);
  const long height = rows_of_group(down);
  groups groups;
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    const int k = i / 16 % GROUPS;
    if (k == 0) place_groups(&groups, width, row, column, down, across, first + i);
    const __m512 at = _mm512_add_ps(_mm512_set1_ps(groups.down[k]), _mm512_mul_ps(steps, _mm512_set1_ps((float)down)));
    const __m512 along = _mm512_add_ps(_mm512_set1_ps(groups.across[k]), _mm512_mul_ps(steps, _mm512_set1_ps((float)across)));
    const __m512i yi = _mm512_cvttps_epi32(at), xi = _mm512_cvttps_epi32(along);
    const __m512 part = _mm512_sub_ps(at, _mm512_cvtepi32_ps(yi)), rest = _mm512_sub_ps(along, _mm512_cvtepi32_ps(xi));
    const __m128i rows = _mm512_cvtepi32_epi8(yi), columns = _mm512_cvtepi32_epi8(xi);
    if (!is_inside(groups.origin[k], total, width, height)) {
      sample_singly(pixels + groups.origin[k], width, groups.down[k], groups.across[k], (float)down, (float)across, out + i);
      continue;
    }
    const __m256i places = _mm256_add_epi8(_mm256_broadcastsi128_si256(columns), right), level = _mm256_broadcastsi128_si256(rows);
    __m256i above = _mm256_setzero_si256(), below = above;
    __mmask32 before = 0;
    for (long r = 0; r < height; r++) {
      const __m256i line = _mm256_permutexvar_epi8(places, _mm256_loadu_si256((const __m256i *)(pixels + groups.origin[k] + r * width)));
      const __mmask32 here = _mm256_cmpeq_epi8_mask(level, _mm256_set1_epi8((char)r));
      above = _mm256_mask_mov_epi8(above, here, line);
      below = _mm256_mask_mov_epi8(below, before, line);
      before = here;
    }
    const __m512 upper = mixed(numbers(above, 0), numbers(above, 1), rest), lower = mixed(numbers(below, 0), numbers(below, 1), rest);
    _mm512_storeu_ps(out + i, mixed(upper, lower, part));
  }
  sample_rest(pixels, width, row, column, down, across, first + i, out + i, count - i);
}

void px_sample_bytes_avx512(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                            long count) {
  const int permutes = __builtin_cpu_supports("avx512vbmi");
  (permutes ? sample_at_once : px_sample_bytes_avx2)(pixels, total, width, row, column, down, across, first, out, count);
}

SHORTER INLINE __m256 eight(__m128i bytes) { return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)); }

SHORTER INLINE __m256 mixed_eight(__m256 a, __m256 b, __m256 part) { return _mm256_add_ps(a, _mm256_mul_ps(part, _mm256_sub_ps(b, a))); }

SHORTER INLINE __m256 mixed_half(__m128i pairs, __m256 rest) { return mixed_eight(eight(pairs), eight(_mm_unpackhi_epi64(pairs, pairs)), rest); }

// As sample_at_once. Each half of a vector holds the left and right neighbors of eight places, which lie in 16 columns of `lines` rows.
SHORTER INLINE void sample_halves(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first,
                                  float *out, long count, const long lines) {
  const __m256 steps = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7), eights = _mm256_set1_ps(8);
  const __m256 y = _mm256_set1_ps((float)down), x = _mm256_set1_ps((float)across);
  const __m256 by[2] = {_mm256_mul_ps(steps, y), _mm256_mul_ps(_mm256_add_ps(steps, eights), y)};
  const __m256 to[2] = {_mm256_mul_ps(steps, x), _mm256_mul_ps(_mm256_add_ps(steps, eights), x)};
  // Of the places in each half, the least.
  const __m256i top = _mm256_set1_epi8(down < 0 ? 7 : 0), left = _mm256_set1_epi8(across < 0 ? 7 : 0);
  const float leastRow[2] = {(down < 0 ? 7.0f : 0.0f) * (float)down, (down < 0 ? 15.0f : 8.0f) * (float)down};
  const float leastColumn[2] = {(across < 0 ? 7.0f : 0.0f) * (float)across, (across < 0 ? 15.0f : 8.0f) * (float)across};
  const __m256i ones = _mm256_set1_epi8(1), toRight = _mm256_unpacklo_epi64(_mm256_setzero_si256(), ones);
  const __m256i ofRows = _mm256_setr_epi32(0, 4, 0, 4, 1, 5, 1, 5), ofColumns = _mm256_setr_epi32(2, 6, 2, 6, 3, 7, 3, 7);
  const long height = rows_of_group(down);
  groups groups;
  int32_t starts[2][GROUPS];
  long i = 0;
  for (; i + 16 <= count; i += 16) {
    const int k = i / 16 % GROUPS;
    if (k == 0) {
      place_groups(&groups, width, row, column, down, across, first + i);
      UNROLLED for (int half = 0; half < 2; half++) {
        for (int j = 0; j < GROUPS; j++) {
          const int32_t y = (int32_t)(groups.down[j] + leastRow[half]), x = (int32_t)(groups.across[j] + leastColumn[half]);
          starts[half][j] = groups.origin[j] + y * (int32_t)width + x;
        }
      }
    }
    if (!is_inside(groups.origin[k], total, width, height)) {
      sample_singly(pixels + groups.origin[k], width, groups.down[k], groups.across[k], (float)down, (float)across, out + i);
      continue;
    }
    __m256 part[2], rest[2];
    __m256i yi[2], xi[2];
    UNROLLED for (int half = 0; half < 2; half++) {
      const __m256 at = _mm256_add_ps(_mm256_set1_ps(groups.down[k]), by[half]), along = _mm256_add_ps(_mm256_set1_ps(groups.across[k]), to[half]);
      yi[half] = _mm256_cvttps_epi32(at), xi[half] = _mm256_cvttps_epi32(along);
      part[half] = _mm256_sub_ps(at, _mm256_cvtepi32_ps(yi[half])), rest[half] = _mm256_sub_ps(along, _mm256_cvtepi32_ps(xi[half]));
    }
    // Bytes of the rows and columns; first the lower four of each half's, then the upper.
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(yi[0], yi[1]), _mm256_packs_epi32(xi[0], xi[1]));
    const __m256i rows = _mm256_permutevar8x32_epi32(bytes, ofRows), columns = _mm256_permutevar8x32_epi32(bytes, ofColumns);
    const __m256i level = _mm256_sub_epi8(rows, _mm256_shuffle_epi8(rows, top));
    const __m256i places = _mm256_add_epi8(_mm256_sub_epi8(columns, _mm256_shuffle_epi8(columns, left)), toRight);
    const uint8_t *origin[2] = {pixels + starts[0][k], pixels + starts[1][k]};
#define LINE(r) _mm256_shuffle_epi8(_mm256_loadu2_m128i((const __m128i *)(origin[1] + (r) * width), (const __m128i *)(origin[0] + (r) * width)), places)
    __m256i above = LINE(0), below = LINE(1);
    if (lines == 3) {
      const __m256i isLower = _mm256_cmpeq_epi8(level, ones);
      above = _mm256_blendv_epi8(above, below, isLower), below = _mm256_blendv_epi8(below, LINE(2), isLower);
    } else {
      __m256i line = below;
      for (long r = 1; r < lines - 1; r++) {
        const __m256i here = _mm256_cmpeq_epi8(level, _mm256_set1_epi8((char)r));
        above = _mm256_blendv_epi8(above, line, here);
        line = LINE(r + 1);
        below = _mm256_blendv_epi8(below, line, here);
      }
    }
#undef LINE
    UNROLLED for (int half = 0; half < 2; half++) {
      const __m128i upper = half ? _mm256_extracti128_si256(above, 1) : _mm256_castsi256_si128(above);
      const __m128i lower = half ? _mm256_extracti128_si256(below, 1) : _mm256_castsi256_si128(below);
      _mm256_storeu_ps(out + i + 8 * half, mixed_eight(mixed_half(upper, rest[half]), mixed_half(lower, rest[half]), part[half]));
    }
  }
  sample_rest(pixels, width, row, column, down, across, first + i, out + i, count - i);
}

SHORTER void px_sample_bytes_avx2(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first,
                                  float *out, long count) {
  // A rotation by up to 8 degrees leads over two rows.
  const long lines = (long)(7.01 * (down < 0 ? -down : down) + 1) + 2;
  if (lines == 3) return sample_halves(pixels, total, width, row, column, down, across, first, out, count, 3);
  sample_halves(pixels, total, width, row, column, down, across, first, out, count, lines);
}
#endif
