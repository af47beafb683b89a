// The engine's inner loops, compiled once for each instruction set and chosen at run time.
//
// Feature maps are [image][block][row][column][16]: channels in blocks of 16 lanes, the last block padded with zeros, so that every loop
// below works on whole vectors. "Blocks" counts such groups of 16 channels. All strides and offsets are in floats.
#pragma once

/// Lanes of a channel block.
enum { CK_LANES = 16 };

/// Where a convolution reads: one feature map, seen enlarged 2^shift times (nearest neighbor). Several stand for their concatenation.
typedef struct {
  const float *data;
  long blocks;
  long height, width;  // as seen, after enlarging
  long shift;          // 0 or 1
  long planes;         // 0, or, for gather_compact alone, the channels of an image laid out [image][channel][row][column]
} ck_source;

/// Where a backward convolution writes: the transpose of a ck_source (2 x 2 sums where shift is 1), added to what is there if asked.
typedef struct {
  float *data;
  long blocks;
  long height, width;
  long shift;
  int accumulates;
} ck_destination;

/// What a value is bounded by before it is stored: by nothing, from below by 0, or to 0...6.
enum { CK_LINEAR, CK_RELU, CK_RELU6 };

/// What happens to a convolution's output before it is stored: bias, residual (laid out as the output), rectifier. Any may be absent.
typedef struct {
  const float *bias;
  const float *residual;
  int rectifier;
} ck_epilogue;

/// 4 x 4 output tiles of an image, row by row, image by image.
typedef struct {
  long rows, columns;  // tiles
} ck_tiling;

/// A k x k window that moves over a source.
typedef struct {
  long kernel, stride, padding;
  long outHeight, outWidth;
} ck_window;

/// Merged statistics of a run of numbers: how many, their sum, and the sum of squared deviations from their mean.
typedef struct {
  double count;
  double sum[CK_LANES];
  double squares[CK_LANES];
} ck_moments;

typedef struct {
  const char *name;

  /// c[n][row][16] (+)= sum over k of a[k/16][row][k%16] * b[n/2][k][n%2][16]; the last panel of b is 16 wide where nBlocks is odd.
  void (*multiply)(long rows, long kBlocks, const float *a, long aStride, const float *b, long nBlocks, float *c, long cStride,
                   int accumulates);

  /// c[n][k][16] (+)= sum over rows of a[k/16][row][k%16] * b[n][row][16].
  void (*multiply_transposed)(long rows, const float *a, long aBlocks, long aStride, const float *b, long bBlocks, long bStride,
                              float *c, long cStride, int accumulates);

  /// Winograd F(4x4, 3x3): input tiles [36][block][tile][16]. Padding 1.
  void (*winograd_input)(const ck_source *sources, long sourceCount, ck_tiling tiling, long firstTile, long tileCount, long firstBlock,
                         long blockCount, float *v, long elementStride, long blockStride);
  /// The 4 x 4 gradient tiles of an output, transformed for the weights' gradient.
  void (*winograd_gradient)(const ck_source *source, ck_tiling tiling, long firstTile, long tileCount, long firstBlock, long blockCount,
                            float *v, long elementStride, long blockStride);
  /// Products [36][block][tile][16] to output pixels.
  void (*winograd_output)(const float *m, long elementStride, long blockStride, ck_tiling tiling, long firstTile, long tileCount,
                          long firstBlock, long blockCount, const ck_destination *destinations, long destinationCount,
                          ck_epilogue epilogue);
  /// 3 x 3 weights to [36][panel][step][32]; for one block of 16 lanes. Offsets lead into w; -1 stands for a zero. Each lane is multiplied by
  /// its scale; scales may be null.
  void (*winograd_weights)(const float *w, const float *scales, const int *laneOffsets, const int *stepOffsets, long steps, int flips, float *u,
                           long elementStride, long width);
  /// [36][step][16] back to the 3 x 3 weights' gradient.
  void (*winograd_weights_gradient)(const float *u, long elementStride, const int *laneOffsets, const int *stepOffsets, long steps,
                                    float *w);

  /// Weights to [panel][step][32], and [step][16] back to weights, for one block of 16 lanes; offsets as above.
  void (*arrange_weights)(const float *w, const float *scales, const int *laneOffsets, const int *stepOffsets, long steps, float *b, long width);
  void (*collect_weights)(const float *u, const int *laneOffsets, const int *stepOffsets, long steps, float *w);

  /// Pixels under the window for output pixels first..<first+count of one image: a[(tap, block) from firstStep][row][16].
  void (*gather)(const ck_source *sources, long sourceCount, long image, ck_window window, long firstPixel, long pixelCount,
                 long firstStep, long stepCount, float *a, long blockStride);
  /// The same for a source of few channels, without gaps between taps: a[(tap * channels + channel) / 16][row][... % 16].
  void (*gather_compact)(const ck_source *source, long image, ck_window window, long channels, long firstPixel, long pixelCount, float *a,
                         long blockStride);
  /// The transpose of gather: adds columns [tap][row][16] of one block to the image they were gathered from.
  void (*scatter)(const float *columns, long blockStride, ck_window window, long firstPixel, long pixelCount, float *image, long height,
                  long width);

  /// Rows from firstRow on of a plane with zeros around it, as a depthwise window reads them: band[row][column][16], `before` zeros left of the
  /// first column. spacing 2 puts a row and a column of zeros between neighbors, which transposes a window of stride 2.
  void (*pad)(const float *plane, long height, long width, long spacing, long firstRow, long rows, long before, long bandWidth, float *band);
  /// out[row][column][16] = rectifier(bias + sum over taps of band[row * stride + ky][column * stride + kx] * weights[tap]), kernel 3 or 5, stride
  /// 1 or 2, added to what is there if asked. The band is at least (columns rounded up to 8 - 1) * stride + kernel wide.
  void (*depthwise)(const float *band, long bandWidth, long kernel, long stride, const float *weights, long rows, long columns,
                    ck_epilogue epilogue, int accumulates, float *out);
  /// sums[tap][16] += sum over rows and columns of gradient * band under the tap.
  void (*depthwise_gradient)(const float *band, long bandWidth, long kernel, long stride, const float *gradient, long rows, long columns,
                             double *sums);

  /// Bilinear enlargement by 2 of a plane, pixel centers at half integers, edges repeated, and its transpose.
  void (*enlarge)(const float *in, long height, long width, float *out);
  void (*enlarge_gradient)(const float *gradient, long height, long width, int accumulates, float *dx);

  /// out = rectifier(in * scale + shift + residual); residual may be null.
  void (*normalize)(const float *in, const float *residual, const float *scale, const float *shift, int rectifier, long pixels,
                    float *out);
  /// out = rectifier(in + bias + residual), in place where wanted.
  void (*finish)(const float *in, ck_epilogue epilogue, long pixels, float *out);
  /// Merges `pixels` values of each lane into the moments.
  void (*moments)(const float *in, long pixels, ck_moments *moments);
  /// Sums of g and of g * (x - mean), added to sums[2][16], where g is the gradient where the rectifier left the value as it was: where out > 0,
  /// and for CK_RELU6 out < 6. Without out it is the gradient everywhere.
  void (*normalize_sums)(const float *x, const float *out, const float *gradient, const float *mean, int rectifier, long pixels, double *sums);
  /// dx = g * a + (x - mean) * b + c; masked, if present, receives g (added to what is there if asked).
  void (*normalize_gradient)(const float *x, const float *out, const float *gradient, const float *mean, const float *a, const float *b,
                             const float *c, int rectifier, long pixels, float *dx, float *masked, int accumulates);

  /// Largest value under the window; pixels outside do not count.
  void (*pool)(const float *in, long height, long width, ck_window window, float *out);
  /// Adds each output gradient to the first of its window's largest inputs.
  void (*pool_gradient)(const float *in, const float *out, const float *gradient, long height, long width, ck_window window, float *dx);

  /// Planar channels [channel][pixel] to blocks [pixel][16], and back. channels is 1...16.
  void (*interleave)(const float *planes, long planeStride, long channels, long pixels, float *blocks);
  void (*deinterleave)(const float *blocks, long channels, long pixels, float *planes, long planeStride);
} ck_kernels;

/// The kernels for a level of CProcessor, or null where this processor lacks it. PROCESSOR_PORTABLE is always there.
const ck_kernels *ck_kernels_for(int level);
