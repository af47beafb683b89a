// Inner loops of image operations, one row or one short run of rows at a time, compiled once for each instruction set and chosen at run time. Sums keep
// one order and multiplications are not fused with additions, so all give the same bits.
#ifndef CPIXELS_H
#define CPIXELS_H

#include <stdint.h>

enum { PX_COSINES = 6 };

/// The loops of an instruction set.
typedef struct {
  /// out[i] = w[0] rows[radius][i] + Σ w[k] (rows[radius + k][i] ± rows[radius - k][i]); minus where the kernel is odd.
  void (*convolve_rows)(const float *const *rows, long radius, const float *weights, int odd, float *out, long count);
  /// The same of two rows that follow each other, from 2 radius + 2 rows.
  void (*convolve_row_pair)(const float *const *rows, long radius, const float *weights, int odd, float *first, float *second, long count);

  /// The same along a line whose first pixel is `line`, readable `radius` pixels beyond both ends.
  void (*convolve_line)(const float *line, long radius, const float *weights, int odd, float *out, long count);

  /// The value of rank `rank` (from 0) among side × side pixels around each pixel, found bit by bit. Rows are `stride` apart, `rows` points at the first
  /// row and column of the first window. Readable 32 pixels beyond the last window.
  void (*rank_bytes)(const uint8_t *rows, long stride, long side, long rank, uint8_t *out, long count);
  void (*rank_shorts)(const uint16_t *rows, long stride, long side, long rank, uint16_t *out, long count);
  /// Of numbers without NaN.
  void (*rank_floats)(const float *rows, long stride, long side, long rank, float *out, long count);

  /// Weighs `count` pixels of a row (a multiple of 8 is read and written) with the neighbors at `offsets`, none of them behind, by
  /// spatial · 2^(difference² · scale), scale below 0, and adds weights and weighted values to both ends of each pair. `weights` and `sums` are laid out
  /// as the padded image. Offsets lie in different rows.
  void (*bilateral_pairs)(const float *row, float *weights, float *sums, const long *offsets, const float *spatial, long pairs, float scale,
                          long count);
  /// The same of bytes, each pixel by itself: the mean of itself, with the weight 2²¹ - 1, and of `4 groups` neighbors (at most 65,000), rounded once. The
  /// four of a group share 256 weights by difference. No difference above `greatest` has a weight. `digits` are what px_bilateral_digits makes of
  /// the weights; they may be null.
  void (*bilateral_bytes)(const uint8_t *row, const long *offsets, const uint32_t *weights, const uint8_t *digits, long groups, int greatest, float *out,
                          long count);
  /// out[i] = (sums[i] + row[i]) / (weights[i] + 1).
  void (*weighted_mean)(const float *row, const float *weights, const float *sums, float *out, long count);

  /// Filters `count` (at least 8) lines side by side by a kernel of 2 radius + 1 weights that is a sum of cosines: out[x · outStride + i] from lines[x][i]
  /// to lines[x + 2 radius + 2][i], whose middle is the pixel. O(length) at any radius.
  ///
  /// `mean` is the kernel's constant part; `steps` holds for each cosine 2 cos φ, share · cos(φ radius) and -share · cos(φ (radius + 1)), `series` for
  /// each distance 0 to radius what each cosine adds to the weight. `scratch` holds 13 · 8 numbers for each 8 lines begun.
  void (*slide_cosines)(const float *const *lines, long length, long radius, double mean, const double *steps, const double *series, double *scratch,
                        float *out, long outStride, long count);
  /// Eight rows as `count` runs of eight numbers, and back into as many rows as there are.
  void (*to_columns)(const float *const *rows, float *out, long count);
  void (*from_columns)(const float *columns, float *const *rows, long rowCount, long count);
  /// Whether there is no NaN and no infinity.
  int (*are_finite)(const float *a, long count);

  /// weight[i] += w, sum[i] += w · other[i], with w = 2^(max(0, distance[i] - floor) · scale), 0 where the exponent is below `cutoff`.
  void (*add_weighted)(const float *distance, const float *other, float floor, float scale, float cutoff, float *weight, float *sum, long count);

  /// out[i] = (a[i] - b[i])².
  void (*squared_differences)(const float *a, const float *b, float *out, long count);
  /// sum[i] += a[i].
  void (*add)(const float *a, float *sum, long count);
  /// out[i] = Σ line[i + k], k from 0 to side - 1.
  void (*box_line)(const float *line, long side, float *out, long count);

  /// Sobel's differences down and across, and their magnitude; columns -1 and count are read.
  void (*edges_line)(const float *above, const float *here, const float *below, float *down, float *across, float *magnitude, long count);
  /// Bit i of the words: whether here[i], of these derivatives, is at least `low` and no less than its neighbors up and down the slope, and whether it is
  /// at least `high` too. Bits beyond count, up to a multiple of 8, are of what is read there.
  void (*ridges)(const float *down, const float *across, const float *above, const float *here, const float *below, float low, float high,
                 uint64_t *weak, uint64_t *strong, long count);

  /// Magnitude of the two differences of a 3 × 3 derivative filter with weights (edge, middle, edge) across, divided by √2.
  void (*gradient_magnitude)(const float *above, const float *here, const float *below, float edge, float middle, float *out, long count);

  /// out[i] becomes the greater (or the lesser) of a[i] and itself.
  void (*join_bytes)(const uint8_t *a, int greatest, uint8_t *out, long count);
  void (*join_shorts)(const int16_t *a, int greatest, int16_t *out, long count);
  void (*join_floats)(const float *a, int greatest, float *out, long count);
  /// out[i] becomes the greater (or the lesser) of a[i] and b[i]; b[i] where neither is.
  void (*join_pair_bytes)(const uint8_t *a, const uint8_t *b, int greatest, uint8_t *out, long count);
  void (*join_pair_shorts)(const int16_t *a, const int16_t *b, int greatest, int16_t *out, long count);
  void (*join_pair_floats)(const float *a, const float *b, int greatest, float *out, long count);
  /// out[i] is the greatest (or the least) of a[i], a[i - shift] and a[i + shift].
  void (*widen_bytes)(const uint8_t *a, long shift, int greatest, uint8_t *out, long count);
  void (*widen_shorts)(const int16_t *a, long shift, int greatest, int16_t *out, long count);
  void (*widen_floats)(const float *a, long shift, int greatest, float *out, long count);

  /// out[i] = min(out[i], a[i] + offset).
  void (*minimum_plus)(const float *a, float offset, float *out, long count);

  /// Whole numbers 0 to 255, or to 65535, as integers (`shorts` less 32768); returns 0 if any value is not a whole number in range.
  int (*pack_bytes)(const float *a, uint8_t *out, long count);
  int (*pack_words)(const float *a, uint16_t *out, long count);
  int (*pack_shorts)(const float *a, int16_t *out, long count);
  void (*unpack_bytes)(const uint8_t *a, float *out, long count);
  void (*unpack_words)(const uint16_t *a, float *out, long count);
  void (*unpack_shorts)(const int16_t *a, float *out, long count);

  /// sums[i] += enter[i] - leave[i], or the same of their squares.
  void (*move_sums_bytes)(const uint8_t *enter, const uint8_t *leave, int32_t *sums, long count);
  void (*move_sums_words)(const uint16_t *enter, const uint16_t *leave, int32_t *sums, long count);
  void (*move_squares_bytes)(const uint8_t *enter, const uint8_t *leave, int32_t *sums, long count);
  void (*move_squares_words)(const uint16_t *enter, const uint16_t *leave, int32_t *sums, long count);
  /// out[i] = Σ line[i + k], k from 0 to side - 1; line[count + side - 1] is readable.
  void (*slide_sums)(const int32_t *line, long side, int32_t *out, long count);
  void (*to_doubles)(const int32_t *sums, double *out, long count);
  /// out[i] = sums[i] / window - offset.
  void (*mean_limits)(const double *sums, double window, double offset, float *out, long count);
  /// Bit i of the words is whether (a[i] + offset) · window > sums[i], of whole numbers; bits beyond count are 0.
  void (*above_means)(const float *a, const int32_t *sums, int32_t window, int32_t offset, uint64_t *words, long count);

  /// Adds how often each level occurs to four tables of 256 counts.
  void (*count_levels)(const uint8_t *levels, uint32_t *tables, long count);
  /// out[i] = the mix of the four curves of a cell at a level, rounded: an entry holds a byte each for upper left, upper right, lower left, lower right,
  /// from the lowest byte on.
  void (*mix_curves)(const uint8_t *levels, const uint32_t *cell, const float *parts, float part, float *out, long count);

  /// Adds how often each whole number 0 to 255 occurs; returns 0, and adds nothing, if any value is another number.
  /// `bytes` receive the numbers, unless null.
  int (*count_bytes)(const float *a, long count, uint32_t *counts, uint8_t *bytes);

  /// out[i] = table[a[i] - start], the index cut off to a whole number and limited to the table.
  void (*look_up)(const float *a, float start, const float *table, long length, float *out, long count);
  /// out[i] = table[a[i]], of 256 entries.
  void (*look_up_bytes)(const uint8_t *a, const float *table, float *out, long count);

  /// out[i] = Σ weights[k] rows[k · stride + i], added up in the order of the taps from 0 on.
  void (*weigh_rows)(const float *rows, long stride, const float *weights, long taps, float *out, long count);
  /// out[i] = Σ weights[k] line[i · step + k], k from 0 to step - 1 in that order.
  void (*shrink_line)(const float *line, long step, const float *weights, float *out, long count);

  /// Bit i of the words is whether a[i] > limit, or limits[i]; bits beyond count are 0.
  void (*above)(const float *a, float limit, uint64_t *words, long count);
  void (*above_each)(const float *a, const float *limits, uint64_t *words, long count);

  /// Bilinear values at row + (first + i) · down, column + (first + i) · across; every place lies within the image (of fewer than 2³¹ pixels), at least
  /// 1e-4 from its edge and not on its last row or column. Places are within 2e-6 of a pixel.
  void (*sample_line)(const float *pixels, long width, double row, double column, double down, double across, long first, float *out,
                      long count);

  /// The bits of sample_line from `total` bytes; `across` is at most 1 to either side, `down` at most 0.5. NULL where bytes gain nothing.
  void (*sample_bytes)(const uint8_t *pixels, long total, long width, double row, double column, double down, double across, long first, float *out,
                       long count);

  /// The median (or any rank) of large windows on bytes: a histogram a column, one that slides over them. `picture` points at the first pixel of the
  /// padded image; output row r and column c belong to the window from (r, c) on. O(1) a pixel. `scratch` holds (columns + side - 1) · 272 + 544 counts.
  void (*rank_bytes_sliding)(const uint8_t *picture, long stride, long side, long rank, long rows, long columns, uint16_t *scratch, uint8_t *out,
                             long outStride);
} px_loops;

/// The loops for a level of CProcessor, which the processor must have; the next lower ones where this build lacks it.
const px_loops *px_loops_for(int level);

/// The `digits` that bilateral_bytes takes, of `groups` times 256 weights: 768 bytes for each group.
void px_bilateral_digits(const uint32_t *weights, uint8_t *digits, long groups);

#endif
