#if defined(__x86_64__)
#define CK_NAME ck_avx2
#define CK_TITLE "AVX2"
#define CK_ROWS 6
#define CK_PANEL 1
#define CK_TRANSPOSED_ROWS 4
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "Kernels/Kernels.inc"
#pragma clang attribute pop
#endif
