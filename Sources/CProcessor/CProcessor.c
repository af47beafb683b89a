#include "CProcessor.h"

int processor_runs(int level) {
  switch (level) {
  case PROCESSOR_PORTABLE: return 1;
#if defined(__x86_64__)
  case PROCESSOR_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case PROCESSOR_AVX512:
    return processor_runs(PROCESSOR_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#endif
  default: return 0;
  }
}
