#include <CProcessor.h>

#include "Levels.h"

const px_loops *px_loops_for(int level) {
  switch (level) {
#if defined(__x86_64__)
  case PROCESSOR_AVX512: return &px_avx512;
  case PROCESSOR_AVX2: return &px_avx2;
#endif
  default: return &px_portable;
  }
}
