#include "CPixels.h"

#include "Vectors.h"

typedef double vecd __attribute__((vector_size(64), aligned(8)));
enum { terms = PX_COSINES };

INLINE vecd widened(const float *p) { return __builtin_convertvector(load(p), vecd); }
INLINE vecd loadd(const double *p) { return *(const vecd *)p; }
INLINE void stored(double *p, vecd v) { *(vecd *)p = v; }
INLINE vecd splatd(double x) { return (vecd){x, x, x, x, x, x, x, x}; }

// With f running along the line, C(x) = Σ f(x + m) cos(φ m) over |m| ≤ r obeys
// C(x + 1) + C(x - 1) = 2 cos φ C(x) + cos(φ r) (f(x + r + 1) + f(x - r - 1)) - cos(φ (r + 1)) (f(x + r) + f(x - r)).
CLONED void px_slide_cosines(const float *const *lines, long length, long radius, double mean, const double *steps, const double *series,
                             double *scratch, float *out, long outStride, long count) {
  const long blocks = (count + 7) / 8;
  const long span = (1 + 2 * terms) * 8;
  for (long block = 0; block < blocks; block++) {
    const long at = block * 8 + 8 <= count ? block * 8 : count - 8;
    vecd now[terms], before[terms], total = {0};
    for (int k = 0; k < terms; k++) now[k] = before[k] = splatd(0);
    for (long m = -radius; m <= radius; m++) {
      const double *weights = series + (m < 0 ? -m : m) * terms;
      vecd here = widened(lines[radius + 1 + m] + at), previous = widened(lines[radius + m] + at);
      total += here;
      UNROLLED for (int k = 0; k < terms; k++) now[k] += here * splatd(weights[k]), before[k] += previous * splatd(weights[k]);
    }
    double *state = scratch + block * span;
    stored(state, total * splatd(mean));
    for (int k = 0; k < terms; k++) stored(state + 8 + k * 8, now[k]), stored(state + 8 + (terms + k) * 8, before[k]);
  }
  for (long x = 0; x < length; x++) {
    const float *ahead = lines[x + 2 * radius + 2], *last = lines[x + 2 * radius + 1], *first = lines[x + 1], *behind = lines[x];
    const long now = x & 1 ? 8 + terms * 8 : 8, before = x & 1 ? 8 : 8 + terms * 8;
    if (x + 8 < length) {
      for (long at = 0; at < count; at += 16) {
        __builtin_prefetch(lines[x + 2 * radius + 10] + at);
        __builtin_prefetch(lines[x + 8] + at);
      }
    }
    for (long block = 0; block < blocks; block++) {
      const long at = block * 8 + 8 <= count ? block * 8 : count - 8;
      double *state = scratch + block * span;
      vecd entering = widened(ahead + at), leaving = widened(first + at);
      vecd outer = entering + widened(behind + at), inner = widened(last + at) + leaving;
      vecd sum = loadd(state);
      stored(state, sum + splatd(mean) * (entering - leaving));
      UNROLLED for (int k = 0; k < terms; k++) {
        vecd s = loadd(state + now + k * 8);
        sum += s;
        stored(state + before + k * 8, splatd(steps[3 * k]) * s - loadd(state + before + k * 8) +
                                         (splatd(steps[3 * k + 1]) * outer + splatd(steps[3 * k + 2]) * inner));
      }
      store(out + x * outStride + at, __builtin_convertvector(sum, vec));
    }
  }
}

INLINE void transpose(const vec in[8], vec out[8]) {
  vec a[8], b[8];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = __builtin_shufflevector(in[2 * i], in[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[2 * i + 1] = __builtin_shufflevector(in[2 * i], in[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 2; i++) {
    b[4 * i] = __builtin_shufflevector(a[4 * i], a[4 * i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    b[4 * i + 1] = __builtin_shufflevector(a[4 * i], a[4 * i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    b[4 * i + 2] = __builtin_shufflevector(a[4 * i + 1], a[4 * i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    b[4 * i + 3] = __builtin_shufflevector(a[4 * i + 1], a[4 * i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    out[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    out[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

CLONED void px_to_columns(const float *const *rows, float *out, long count) {
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    vec in[8], turned[8];
    for (int k = 0; k < 8; k++) in[k] = load(rows[k] + i);
    transpose(in, turned);
    for (int k = 0; k < 8; k++) store(out + (i + k) * 8, turned[k]);
  }
  for (; i < count; i++) {
    for (int k = 0; k < 8; k++) out[i * 8 + k] = rows[k][i];
  }
}

CLONED void px_from_columns(const float *columns, float *const *rows, long rowCount, long count) {
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    vec in[8], turned[8];
    for (int k = 0; k < 8; k++) in[k] = load(columns + (i + k) * 8);
    transpose(in, turned);
    for (long k = 0; k < rowCount; k++) store(rows[k] + i, turned[k]);
  }
  for (; i < count; i++) {
    for (long k = 0; k < rowCount; k++) rows[k][i] = columns[i * 8 + k];
  }
}

CLONED int px_are_finite(const float *a, long count) {
  uint32_t least = ~0u;
  for (long i = 0; i < count; i++) {
    union {
      float number;
      uint32_t bits;
    } v = {a[i]};
    uint32_t room = 0x7f800000u - (v.bits & 0x7f800000u);
    least = room < least ? room : least;
  }
  return least != 0;
}
