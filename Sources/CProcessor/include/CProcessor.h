// The instruction sets that C loops are compiled for, and which of them the processor has.
#pragma once

/// In ascending order; each level includes those below it. PROCESSOR_PORTABLE is what the compiler may assume everywhere: SSE2 on x86-64, NEON on AArch64.
enum { PROCESSOR_PORTABLE, PROCESSOR_AVX2, PROCESSOR_AVX512, PROCESSOR_LEVELS };

/// Whether the processor and its system run a level: AVX2 with FMA; AVX-512 F, VL, BW and DQ.
int processor_runs(int level);
