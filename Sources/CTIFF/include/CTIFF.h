// A face over libtiff, reading from and writing to memory; every call answers with a result and nothing is printed.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t width, height;
  int bits;          // a sample
  int samples;       // a pixel, alpha and other extra ones included
  int sample_format; // 1 unsigned, 2 signed, 3 floating point
  int photometric;   // 0 white is zero, 1 black is zero, 2 RGB, 3 palette, ...
  int compression;   // 1 none, 5 LZW, 7 JPEG, 8 or 32946 deflate, 32773 PackBits, ...
  int orientation;   // 1-8
  uint32_t band_rows;   // rows that one read gives
  uint32_t planes;      // 1 when samples are interleaved, otherwise one plane a sample
  size_t row_bytes;     // of a row of one plane
  const uint16_t *palette[3];  // red, green, blue, 1 << bits entries each; NULL without a palette
  uint32_t pages;       // images in the file
  int is_preview;       // whether the first one is a smaller version of another
  int extra_samples;    // samples of a pixel beyond its color
  int has_alpha;        // whether the first of these is alpha
} ctiff_header;

typedef struct ctiff_reader ctiff_reader;

// The bytes must outlive the reader. NULL when there is no memory.
ctiff_reader *ctiff_reader_make(const uint8_t *bytes, size_t count);
void ctiff_reader_free(ctiff_reader *reader);
// What went wrong in the last call that failed.
const char *ctiff_reader_message(const ctiff_reader *reader);

// 0 on success. Reads the first image's header. Must come first, once.
int ctiff_read_header(ctiff_reader *reader, ctiff_header *header);
// 0 on success. Fills `rows` with the `count` rows (at most band_rows, fewer in the last band) that start at band * band_rows: row_bytes each,
// samples of more than 8 bits native-endian.
int ctiff_read_band(ctiff_reader *reader, uint32_t band, uint32_t plane, uint32_t count, uint8_t *rows);

// Deflate with prediction, `samples` 1 (gray) or 3 (RGB), `bits` 8, 16 or 32 (floating-point). 0 on success, and the caller frees `*out` with ctiff_free;
// otherwise a message of at most 255 bytes is left in `message`.
int ctiff_write(uint32_t width, uint32_t height, int samples, int bits, const uint8_t *rows, uint8_t **out, size_t *out_count, char *message);
void ctiff_free(uint8_t *bytes);
