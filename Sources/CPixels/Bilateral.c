#include "CPixels.h"

#include "Vectors.h"

// Two pixels weigh each other equally, so each pair is weighed once, and what comes of it is added to both. Of offsets that are taken together each
// lies in a row of its own, for a processor waits where it reads across what it has just written.
#define PAIRS(N)                                                                          \
  for (long i = 0; i < count; i += 8) {                                                   \
    vec here = load(row + i), weight = {0}, sum = {0};                                    \
    for (long n = 0; n < N; n++) {                                                        \
      const long there = i + offsets[n];                                                  \
      vec value = load(row + there);                                                      \
      vec difference = value - here;                                                      \
      vec w = splat(spatial[n]) * power_of_two(difference * difference * splat(scale));   \
      weight += w;                                                                        \
      sum += w * value;                                                                   \
      store(weights + there, load(weights + there) + w);                                  \
      store(sums + there, load(sums + there) + w * here);                                 \
    }                                                                                     \
    store(weights + i, load(weights + i) + weight);                                       \
    store(sums + i, load(sums + i) + sum);                                                \
  }

CLONED void px_bilateral_pairs(const float *row, float *weights, float *sums, const long *offsets, const float *spatial, long pairs, float scale,
                               long count) {
  if (pairs == 4) {
    PAIRS(4)
  } else {
    PAIRS(pairs)
  }
}

CLONED void px_weighted_mean(const float *row, const float *weights, const float *sums, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = (sums[i] + row[i]) / (weights[i] + 1);
}
