#if defined(__x86_64__)
#include <immintrin.h>

#include "Levels.h"

#define PX_PERMUTES

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "Loops/Loops.inc"
#pragma clang attribute pop

const px_loops px_avx2 = {PX_LOOPS, .bilateral_bytes = px_bilateral_bytes_avx2, .look_up = look_up, .sample_bytes = px_sample_bytes_avx2};
// The other loops are those of AVX2.
const px_loops px_avx512 = {PX_LOOPS, .bilateral_bytes = px_bilateral_bytes_avx512, .look_up = px_look_up_avx512, .sample_bytes = px_sample_bytes_avx512};
#endif
