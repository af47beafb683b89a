#include <stddef.h>

#include "CKernels.h"

extern const ck_kernels ck_portable;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2, ck_avx512;
#endif

const ck_kernels *ck_kernels_for(int level) {
  if (level == CK_PORTABLE) return &ck_portable;
#if defined(__x86_64__)
  if (level == CK_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &ck_avx2;
  if (level == CK_AVX512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
    return &ck_avx512;
  }
#endif
  return NULL;
}
