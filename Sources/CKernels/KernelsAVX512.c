#if defined(__x86_64__)
#define CK_NAME ck_avx512
#define CK_TITLE "AVX-512"
#define CK_ROWS 14
#define CK_PANEL 2
#define CK_TRANSPOSED_ROWS 8
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#include "Kernels/Kernels.inc"
#pragma clang attribute pop
#endif
