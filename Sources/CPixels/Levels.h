// The tables of the instruction sets, and the loops that AVX-512 has for itself.
#pragma once

#include "CPixels.h"

extern const px_loops px_portable;

void px_bilateral_bytes(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                        float *out, long count);
#if defined(__x86_64__)
extern const px_loops px_avx2, px_avx512;

void px_bilateral_bytes_avx2(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                             float *out, long count);
void px_bilateral_bytes_avx512(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest,
                               float *out, long count);
void px_look_up_avx512(const float *a, float start, const float *table, long length, float *out, long count);
void px_sample_bytes_avx2(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                          long count);
void px_sample_bytes_avx512(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                            long count);
#endif

/// The weight of a pixel itself in bilateral_bytes.
enum { PX_WHOLE_WEIGHT = (1 << 21) - 1 };
