// Runs every inner loop of image operations and the main kernels of the network on fixed inputs, for Tools/check-arm. Prints one line for each loop with a
// digest of its results; the results of the network go to the file that is named, and are compared with those of another processor.
//   loops OUTPUT [OTHER]      OTHER: the file of another processor; prints the largest difference, relative to the largest value
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "CPixels.h"
#include "CProcessor.h"

// Or the inputs would differ.
#pragma STDC FP_CONTRACT OFF

enum { LENGTH = 1003, SPARE = 4096, LINES = 64 };

static uint64_t state = 88172645463325252u;
static uint32_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 16);
}
static float fraction(void) { return (float)(draw() >> 8) / 16777216.0f; }

static void *room(size_t size) {
  void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
  if (!memory) exit(2);
  memset(memory, 0, (size + 63) / 64 * 64);
  return memory;
}
static float *floats(size_t count, float from, float to) {
  float *out = room(count * sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = from + (to - from) * fraction();
  return out;
}
static float *wholes(size_t count, int limit) {
  float *out = room(count * sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = (float)(draw() % (unsigned)limit);
  return out;
}
#define INTEGERS(type, name, limit)                                             \
  static type *name(size_t count) {                                             \
    type *out = room(count * sizeof *out);                                      \
    for (size_t i = 0; i < count; i++) out[i] = (type)(draw() % (limit));       \
    return out;                                                                 \
  }
INTEGERS(uint8_t, bytes, 256)
INTEGERS(uint16_t, words, 65536)
INTEGERS(int16_t, shorts, 65536)
INTEGERS(int32_t, sums, 2000000)
INTEGERS(uint32_t, counts, 1000)

static void show(const char *name, const void *result, size_t size) {
  uint64_t digest = 14695981039346656037u;
  for (size_t i = 0; i < size; i++) digest = (digest ^ ((const uint8_t *)result)[i]) * 1099511628211u;
  printf("%-24s %016" PRIx64 "\n", name, digest);
}
#define SHOW(name, pointer, count) show(name, pointer, (count) * sizeof *(pointer))

static void run_windows(const px_loops *px) {
  const float *rows[2 * 5 + 1];
  for (int i = 0; i < 11; i++) rows[i] = floats(LENGTH + SPARE, -1, 1);
  float *weights = floats(8, 0.1f, 1), *out = room((LENGTH + SPARE) * sizeof *out);
  for (int odd = 0; odd < 2; odd++) {
    px->convolve_rows(rows, 5, weights, odd, out, LENGTH);
    SHOW(odd ? "convolve_rows odd" : "convolve_rows", out, LENGTH);
    float *below = room((LENGTH + SPARE) * sizeof *below);
    px->convolve_row_pair(rows, 4, weights, odd, out, below, LENGTH);
    SHOW("convolve_row_pair", out, LENGTH);
    SHOW("convolve_row_pair below", below, LENGTH);
    px->convolve_line(rows[0] + 8, 5, weights, odd, out, LENGTH);
    SHOW(odd ? "convolve_line odd" : "convolve_line", out, LENGTH);
  }
  for (long side = 3; side <= 7; side += 4) {
    long stride = LENGTH + 128, rank = side * side / 2;
    uint8_t *picture = bytes(stride * 16), *ranked = room(LENGTH + SPARE);
    px->rank_bytes(picture, stride, side, rank, ranked, LENGTH);
    SHOW("rank_bytes", ranked, LENGTH);
    uint16_t *wide = words(stride * 16), *rankedWide = room((LENGTH + SPARE) * 2);
    px->rank_shorts(wide, stride, side, rank, rankedWide, LENGTH);
    SHOW("rank_shorts", rankedWide, LENGTH);
    float *real = floats(stride * 16, -9, 9);
    px->rank_floats(real, stride, side, rank, out, LENGTH);
    SHOW("rank_floats", out, LENGTH);
  }
  {
    long side = 31, columns = 300, lines = 20, stride = columns + side + 64;
    uint8_t *picture = bytes(stride * (lines + side + 1)), *ranked = room(columns * lines + SPARE);
    uint16_t *scratch = room(((columns + side) * 272 + 544) * 2);
    px->rank_bytes_sliding(picture, stride, side, side * side / 2, lines, columns, scratch, ranked, columns);
    SHOW("rank_bytes_sliding", ranked, columns * lines);
  }
}

static void run_bilateral(const px_loops *px) {
  long stride = LENGTH + 128, count = LENGTH / 8 * 8;
  float *plane = floats(stride * 8, 0, 255), *weights = room(stride * 8 * 4), *values = room(stride * 8 * 4), *out = room((LENGTH + SPARE) * 4);
  long offsets[4] = {stride - 1, 2 * stride, 3 * stride + 1, 4 * stride + 2};
  float spatial[4] = {0.9f, 0.7f, 0.5f, 0.3f};
  px->bilateral_pairs(plane + 16, weights + 16, values + 16, offsets, spatial, 4, -0.002f, count);
  SHOW("bilateral_pairs", weights, stride * 6);
  SHOW("bilateral_pairs sums", values, stride * 6);
  px->weighted_mean(plane, weights, values, out, LENGTH);
  SHOW("weighted_mean", out, LENGTH);

  uint8_t *picture = bytes(stride * 8);
  uint32_t *shares = room(2 * 256 * 4);
  for (int i = 0; i < 512; i++) shares[i] = (uint32_t)(2000000.0f * expf(-(float)(i % 256) / 20.0f));
  long around[8] = {-stride, stride, -1, 1, -stride - 1, stride + 1, -stride + 1, stride - 1};
  uint8_t *digits = room(2 * 768);
  px_bilateral_digits(shares, digits, 2);
  SHOW("bilateral_digits", digits, 2 * 768);
  px->bilateral_bytes(picture + 3 * stride + 16, around, shares, digits, 2, 0, out, LENGTH);
  SHOW("bilateral_bytes", out, LENGTH);
}

static void run_lines(const px_loops *px) {
  float *a = floats(LENGTH + SPARE, -4, 4), *b = floats(LENGTH + SPARE, -4, 4), *c = floats(LENGTH + SPARE, 0, 4), *out = room((LENGTH + SPARE) * 4);
  float *other = room((LENGTH + SPARE) * 4), *third = room((LENGTH + SPARE) * 4);
  uint64_t *weak = room(SPARE), *strong = room(SPARE);
  int finite = px->are_finite(a, LENGTH);
  SHOW("are_finite", &finite, 1);
  a[LENGTH - 1] = INFINITY;
  finite = px->are_finite(a, LENGTH);
  SHOW("are_finite infinity", &finite, 1);
  a[LENGTH - 1] = 1;
  px->add_weighted(c, b, 0.5f, -1.5f, -20, out, other, LENGTH);
  SHOW("add_weighted", out, LENGTH);
  SHOW("add_weighted sum", other, LENGTH);
  px->squared_differences(a, b, out, LENGTH);
  SHOW("squared_differences", out, LENGTH);
  px->add(a, out, LENGTH);
  SHOW("add", out, LENGTH);
  px->box_line(a, 7, out, LENGTH);
  SHOW("box_line", out, LENGTH);
  px->edges_line(a + 8, b + 8, c + 8, out, other, third, LENGTH);
  SHOW("edges_line", out, LENGTH);
  SHOW("edges_line magnitude", third, LENGTH);
  px->ridges(out + 8, other + 8, a + 8, third + 8, b + 8, 1.0f, 6.0f, weak, strong, 960);
  SHOW("ridges weak", weak, 15);
  SHOW("ridges strong", strong, 15);
  px->gradient_magnitude(a + 8, b + 8, c + 8, 1, 2, out, LENGTH);
  SHOW("gradient_magnitude", out, LENGTH);
  px->minimum_plus(a, 0.25f, out, LENGTH);
  SHOW("minimum_plus", out, LENGTH);
  px->above(a, 0.5f, weak, LENGTH);
  SHOW("above", weak, 16);
  px->above_each(a, b, weak, LENGTH);
  SHOW("above_each", weak, 16);
  float *table = floats(300, 0, 1), *levels = floats(LENGTH + SPARE, -5, 310);
  px->look_up(levels, 2, table, 300, out, LENGTH);
  SHOW("look_up", out, LENGTH);
  float *taps = floats(16, -0.2f, 0.8f);
  px->weigh_rows(a, 512, taps, 6, out, LENGTH);
  SHOW("weigh_rows", out, LENGTH);
  px->shrink_line(a, 4, taps, out, LENGTH);
  SHOW("shrink_line", out, LENGTH);
  float *picture = floats(200 * 200, 0, 255);
  px->sample_line(picture, 200, 20.3, 15.7, 0.31, 0.77, 3, out, 180);
  SHOW("sample_line", out, 180);
  for (int greatest = 0; greatest < 2; greatest++) {
    px->join_floats(b, greatest, out, LENGTH);
    SHOW("join_floats", out, LENGTH);
    px->join_pair_floats(a, b, greatest, out, LENGTH);
    SHOW("join_pair_floats", out, LENGTH);
    px->widen_floats(a + 32, 5, greatest, out, LENGTH);
    SHOW("widen_floats", out, LENGTH);
    uint8_t *x = bytes(LENGTH + SPARE), *y = bytes(LENGTH + SPARE);
    px->join_bytes(x, greatest, y, LENGTH);
    SHOW("join_bytes", y, LENGTH);
    px->join_pair_bytes(x, x + 9, greatest, y, LENGTH);
    SHOW("join_pair_bytes", y, LENGTH);
    px->widen_bytes(x + 32, 5, greatest, y, LENGTH);
    SHOW("widen_bytes", y, LENGTH);
    int16_t *s = shorts(LENGTH + SPARE), *t = shorts(LENGTH + SPARE);
    px->join_shorts(s, greatest, t, LENGTH);
    SHOW("join_shorts", t, LENGTH);
    px->join_pair_shorts(s, s + 9, greatest, t, LENGTH);
    SHOW("join_pair_shorts", t, LENGTH);
    px->widen_shorts(s + 32, 5, greatest, t, LENGTH);
    SHOW("widen_shorts", t, LENGTH);
  }
}

static void run_columns(const px_loops *px) {
  const float *rows[LINES + 40];
  float *back[8], *out = room(LINES * 512 * 4);
  for (int i = 0; i < LINES + 40; i++) rows[i] = floats(512, 0, 255);
  for (int i = 0; i < 8; i++) back[i] = room(512 * 4);
  px->to_columns(rows, out, 300);
  SHOW("to_columns", out, 300 * 8);
  px->from_columns(out, back, 5, 300);
  for (int i = 0; i < 5; i++) SHOW("from_columns", back[i], 300);
  long radius = 12;
  double steps[3 * PX_COSINES], series[PX_COSINES * 13], *scratch = room(13 * 8 * 64 * sizeof *scratch);
  for (int k = 0; k < PX_COSINES; k++) {
    // Exact in binary, so that no library's cosine takes part.
    steps[k] = 2.0 - 1.0 / (1 << (k + 2));
    steps[PX_COSINES + k] = 0.25 / (k + 1);
    steps[2 * PX_COSINES + k] = -0.125 / (k + 1);
  }
  for (int i = 0; i < PX_COSINES * 13; i++) series[i] = 1.0 / (8 + i % 7);
  px->slide_cosines(rows, LINES, radius, 0.04, steps, series, scratch, out, 512, 200);
  SHOW("slide_cosines", out, 512 * LINES);
}

static void run_integers(const px_loops *px) {
  float *bytelike = wholes(LENGTH + SPARE, 256), *wordlike = wholes(LENGTH + SPARE, 65536), *out = room((LENGTH + SPARE) * 4);
  uint8_t *b = room(LENGTH + SPARE), *enter = bytes(LENGTH + SPARE), *leave = bytes(LENGTH + SPARE);
  uint16_t *w = room((LENGTH + SPARE) * 2), *enterWords = words(LENGTH + SPARE), *leaveWords = words(LENGTH + SPARE);
  int16_t *s = room((LENGTH + SPARE) * 2);
  int32_t *columns = sums(LENGTH + SPARE), *moved = room((LENGTH + SPARE) * 4);
  double *doubles = room((LENGTH + SPARE) * 8);
  uint64_t *bits = room(SPARE);
  int fits[4] = {px->pack_bytes(bytelike, b, LENGTH), px->pack_words(wordlike, w, LENGTH), px->pack_shorts(wordlike, s, LENGTH),
                 px->pack_bytes(wordlike, b + LENGTH, LENGTH)};
  SHOW("pack", fits, 4);
  SHOW("pack_bytes", b, LENGTH);
  SHOW("pack_words", w, LENGTH);
  SHOW("pack_shorts", s, LENGTH);
  px->unpack_bytes(b, out, LENGTH);
  SHOW("unpack_bytes", out, LENGTH);
  px->unpack_words(w, out, LENGTH);
  SHOW("unpack_words", out, LENGTH);
  px->unpack_shorts(s, out, LENGTH);
  SHOW("unpack_shorts", out, LENGTH);
  px->move_sums_bytes(enter, leave, columns, LENGTH);
  px->move_squares_bytes(enter, leave, columns, LENGTH);
  px->move_sums_words(enterWords, leaveWords, columns, LENGTH);
  SHOW("move_sums", columns, LENGTH);
  int32_t *squares = room((LENGTH + SPARE) * 4);
  for (int i = 0; i < LENGTH; i++) leaveWords[i] = enterWords[i] / 2;
  for (int i = 0; i < LENGTH; i++) enterWords[i] &= 0x7fff;
  px->move_squares_words(enterWords, leaveWords, squares, LENGTH);
  SHOW("move_squares_words", squares, LENGTH);
  for (int i = 0; i < LENGTH + SPARE; i++) columns[i] &= 0xffff;
  px->slide_sums(columns, 9, moved, LENGTH);
  SHOW("slide_sums", moved, LENGTH);
  px->to_doubles(moved, doubles, LENGTH);
  SHOW("to_doubles", doubles, LENGTH);
  px->mean_limits(doubles, 81, 3.5, out, LENGTH);
  SHOW("mean_limits", out, LENGTH);
  px->above_means(bytelike, moved, 9, 2, bits, LENGTH);
  SHOW("above_means", bits, 16);
  uint32_t *tables = room(1024 * 4), *occurs = room(256 * 4), *cell = counts(1024);
  px->count_levels(enter, tables, LENGTH);
  SHOW("count_levels", tables, 1024);
  int whole = px->count_bytes(bytelike, LENGTH, occurs, b);
  SHOW("count_bytes", &whole, 1);
  SHOW("count_bytes counts", occurs, 256);
  SHOW("count_bytes bytes", b, LENGTH);
  float *curve = floats(256, 0, 1);
  px->look_up_bytes(b, curve, out, LENGTH);
  SHOW("look_up_bytes", out, LENGTH);
  float *parts = floats(LENGTH + SPARE, 0, 1);
  px->mix_curves(enter, cell, parts, 0.3f, out, LENGTH);
  SHOW("mix_curves", out, LENGTH);
}

static FILE *results;
static void keep(const float *values, size_t count) {
  if (fwrite(values, sizeof *values, count, results) != count) exit(2);
}

// The products of a layer, Winograd's transforms and a depthwise convolution: what nearly all time of a prediction goes into.
static void run_network(const ck_kernels *ck) {
  long blocks = 4, height = 23, width = 27, pixels = height * width;
  float *map = floats(blocks * pixels * CK_LANES + SPARE, -1, 1), *weights = floats(blocks * CK_LANES * blocks * CK_LANES * 9, -0.3f, 0.3f);
  float *packed = room(blocks * CK_LANES * blocks * CK_LANES * 40 * 4), *out = room(blocks * pixels * CK_LANES * 4 + SPARE);
  ck_source source = {map, blocks, height, width, 0, 0};

  ck->multiply(pixels, blocks, map, pixels * CK_LANES, weights, blocks, out, pixels * CK_LANES, 0);
  keep(out, blocks * pixels * CK_LANES);
  ck->multiply_transposed(pixels, map, blocks, pixels * CK_LANES, map, blocks, pixels * CK_LANES, packed, blocks * CK_LANES * CK_LANES, 0);
  keep(packed, blocks * blocks * CK_LANES * CK_LANES);

  ck_tiling tiling = {(height + 3) / 4, (width + 3) / 4};
  long tiles = tiling.rows * tiling.columns;
  float *v = room(36 * blocks * tiles * CK_LANES * 4);
  ck->winograd_input(&source, 1, tiling, 0, tiles, 0, blocks, v, blocks * tiles * CK_LANES, tiles * CK_LANES);
  keep(v, 36 * blocks * tiles * CK_LANES);
  ck_destination destination = {out, blocks, height, width, 0, 0};
  float *bias = floats(blocks * CK_LANES, -1, 1);
  ck_epilogue epilogue = {bias, map, CK_RELU};
  ck->winograd_output(v, blocks * tiles * CK_LANES, tiles * CK_LANES, tiling, 0, tiles, 0, blocks, &destination, 1, epilogue);
  keep(out, blocks * pixels * CK_LANES);

  long bandWidth = (width + 7) / 8 * 8 + 8;
  float *band = room((height + 4) * bandWidth * CK_LANES * 4);
  ck->pad(map, height, width, 1, -2, height + 4, 2, bandWidth, band);
  keep(band, (height + 4) * bandWidth * CK_LANES);
  ck_epilogue bounded = {bias, NULL, CK_RELU6};
  ck->depthwise(band, bandWidth, 5, 1, weights, height, width, bounded, 0, out);
  keep(out, pixels * CK_LANES);

  float *large = room(4 * pixels * CK_LANES * 4);
  ck->enlarge(map, height, width, large);
  keep(large, 4 * pixels * CK_LANES);
  ck->normalize(map, map + pixels * CK_LANES, weights, bias, CK_RELU, pixels, out);
  keep(out, pixels * CK_LANES);
  ck_window window = {3, 2, 1, (height + 1) / 2, (width + 1) / 2};
  ck->pool(map, height, width, window, out);
  keep(out, window.outHeight * window.outWidth * CK_LANES);
}

static int compare(const char *path, const char *other) {
  FILE *a = fopen(path, "rb"), *b = fopen(other, "rb");
  if (!a || !b) return 2;
  float x, y;
  double largest = 0, difference = 0;
  long count = 0;
  int more;
  while ((more = fread(&x, sizeof x, 1, a) == 1)) {
    if (fread(&y, sizeof y, 1, b) != 1) return 2;
    if (!isfinite(x) || !isfinite(y)) return 1;
    largest = fmax(largest, fabs((double)y));
    difference = fmax(difference, fabs((double)x - y));
    count++;
  }
  if (fread(&y, sizeof y, 1, b) == 1 || count == 0) return 2;
  printf("network: %ld numbers, largest difference %.2e of the largest\n", count, difference / largest);
  return difference / largest > 1e-6;
}

int main(int count, char **words) {
  if (count < 2) return 2;
  const px_loops *px = px_loops_for(PROCESSOR_PORTABLE);
  run_windows(px);
  run_bilateral(px);
  run_lines(px);
  run_columns(px);
  run_integers(px);
  results = fopen(words[1], "wb");
  if (!results) return 2;
  run_network(ck_kernels_for(PROCESSOR_PORTABLE));
  if (fclose(results) != 0) return 2;
  return count > 2 ? compare(words[1], words[2]) : 0;
}
