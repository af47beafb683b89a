// What the inner loops share: short vectors, and functions that are compiled for the processor's width.
#ifndef VECTORS_H
#define VECTORS_H

#include <stdint.h>
#include <string.h>

// Products and sums stay apart, so that every processor gives the same bits.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define CLONED __attribute__((target_clones("default", "avx2")))
#else
#define CLONED
#endif
// Before a loop of a few constant turns, which the release default would keep as a loop.
#define UNROLLED _Pragma("clang loop unroll(full)")
#define INLINE static inline __attribute__((always_inline))

// Vectors pass between functions of this file alone, all inlined, so how a narrower processor would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vec __attribute__((vector_size(32), aligned(4)));
typedef int32_t veci __attribute__((vector_size(32), aligned(4)));

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }
INLINE vec splat(float x) { return (vec){x, x, x, x, x, x, x, x}; }
INLINE vec choose(veci mask, vec a, vec b) { return (vec)(((veci)a & mask) | ((veci)b & ~mask)); }

// 2^x for x ≤ 0, within 2e-7 of its exact value; what lies below -125 counts as that.
INLINE vec power_of_two(vec x) {
  const vec magic = splat(12582912.0f), least = splat(-125.0f);
  x = choose(x > least, x, least);
  vec shifted = x + magic;
  vec r = x - (shifted - magic);
  vec p = splat(1.3264723820611835e-3f);
  p = p * r + splat(9.671512991189957e-3f);
  p = p * r + splat(5.550733581185341e-2f);
  p = p * r + splat(2.4022242426872253e-1f);
  p = p * r + splat(6.931470036506653e-1f);
  p = p * r + splat(1.0f);
  // Added to the exponent's bits.
  return (vec)((veci)p + ((veci)shifted << 23));
}

// One bit a lane.
typedef _Bool bits8 __attribute__((ext_vector_type(8)));

INLINE uint64_t packed(veci mask) {
  bits8 bits = __builtin_convertvector(mask, bits8);
  uint8_t byte;
  memcpy(&byte, &bits, 1);
  return byte;
}

INLINE int any(veci mask) { return packed(mask) != 0; }

#endif
