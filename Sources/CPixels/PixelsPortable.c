// Whatever the compiler may assume everywhere: SSE2 on x86-64, NEON on AArch64.
#include "Levels.h"
#include "Loops/Loops.inc"

const px_loops px_portable = {PX_LOOPS, .bilateral_bytes = px_bilateral_bytes, .look_up = look_up};
