// Whatever the compiler may assume everywhere: SSE2 on x86-64, NEON on AArch64.
#define CK_NAME ck_portable
#define CK_TITLE "portable"
#if defined(__aarch64__)
#define CK_ROWS 6
#define CK_TRANSPOSED_ROWS 4
#else
#define CK_ROWS 2
#define CK_TRANSPOSED_ROWS 2
#endif
#define CK_PANEL 1
#include "Kernels/Kernels.inc"
