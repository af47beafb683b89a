// Inner loops of picture operations, one row or one short run of rows at a time. On x86-64 each is compiled twice, for the base instructions and for
// AVX2, and the processor decides at load time. Sums keep one order and multiplications are not fused with additions, so both give the same bits.
#ifndef CPIXELS_H
#define CPIXELS_H

#include <stdint.h>

/// out[i] = w[0] rows[radius][i] + Σ w[k] (rows[radius + k][i] ± rows[radius - k][i]); minus where the kernel is odd.
void px_convolve_rows(const float *const *rows, long radius, const float *weights, int odd, float *out, long count);

/// The same along a line whose first pixel is `line`, readable `radius` pixels beyond both ends.
void px_convolve_line(const float *line, long radius, const float *weights, int odd, float *out, long count);

/// The value of rank `rank` (from 0) among side × side pixels around each pixel, found bit by bit. Rows are `stride` apart, `rows` points at the first
/// row and column of the first window. Readable 32 pixels beyond the last window.
void px_rank_bytes(const uint8_t *rows, long stride, long side, long rank, uint8_t *out, long count);
void px_rank_shorts(const uint16_t *rows, long stride, long side, long rank, uint16_t *out, long count);
/// Of numbers without NaN.
void px_rank_floats(const float *rows, long stride, long side, long rank, float *out, long count);

/// A row of the bilateral filter: neighbours at `offsets` (in pixels of the padded picture) with weights `spatial`, damped by
/// 2^(difference² · scale); scale is below 0.
void px_bilateral(const float *row, const long *offsets, const float *spatial, long neighbours, float scale, float *out, long count);

/// weight[i] += w, sum[i] += w · other[i], with w = 2^(max(0, distance[i] - floor) · scale), 0 where the exponent is below `cutoff`.
void px_add_weighted(const float *distance, const float *other, float floor, float scale, float cutoff, float *weight, float *sum, long count);

/// out[i] = (a[i] - b[i])².
void px_squared_differences(const float *a, const float *b, float *out, long count);
/// sum[i] += a[i].
void px_add(const float *a, float *sum, long count);
/// out[i] = Σ line[i + k], k from 0 to side - 1.
void px_box_line(const float *line, long side, float *out, long count);

/// Magnitude of the two differences of a 3 × 3 derivative filter with weights (edge, middle, edge) across, divided by √2.
void px_gradient_magnitude(const float *above, const float *here, const float *below, float edge, float middle, float *out, long count);

/// out[i] = min(out[i], a[i] + offset).
void px_minimum_plus(const float *a, float offset, float *out, long count);

/// Whole numbers 0 to 255 as bytes; returns 0 where one is not.
int px_pack_bytes(const float *a, uint8_t *out, long count);
/// Adds how often each whole number 0 to 255 occurs; returns 0, and adds nothing, where one is none.
int px_count_bytes(const float *a, long count, uint32_t *counts);

/// out[i] = table[a[i] - start], the index cut off to a whole number and limited to the table.
void px_look_up(const float *a, float start, const float *table, long length, float *out, long count);

/// Bit i of the words is whether a[i] > limit, or limits[i]; bits beyond count are 0.
void px_above(const float *a, float limit, uint64_t *words, long count);
void px_above_each(const float *a, const float *limits, uint64_t *words, long count);

/// Bilinear values at row + (first + i) · down, column + (first + i) · across; every place lies within the picture, not on its last row or column.
void px_sample_line(const float *pixels, long width, double row, double column, double down, double across, long first, float *out,
                    long count);

/// The median (or any rank) of large windows on bytes: a histogram a column, one that slides over them. `picture` points at the first pixel of the
/// padded picture; output row r and column c belong to the window from (r, c) on. O(1) a pixel. `scratch` holds (columns + side - 1) · 272 + 544 counts.
void px_rank_bytes_sliding(const uint8_t *picture, long stride, long side, long rank, long rows, long columns, uint16_t *scratch, uint8_t *out,
                           long outStride);

#endif
