#include <CProcessor.h>
#include <stddef.h>

#include "CKernels.h"

extern const ck_kernels ck_portable;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2, ck_avx512;
#endif

const ck_kernels *ck_kernels_for(int level) {
  if (!processor_runs(level)) return NULL;
  switch (level) {
#if defined(__x86_64__)
  case PROCESSOR_AVX512: return &ck_avx512;
  case PROCESSOR_AVX2: return &ck_avx2;
#endif
  default: return &ck_portable;
  }
}
