// A face over libpng: everything that may longjmp stays on the C side, and every call answers with a result.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t width, height;
  int bit_depth;  // as stored: 1, 2, 4, 8 or 16
  int channels;   // as stored: 1 gray or palette index, 2 gray + alpha, 3 RGB, 4 RGBA
  int is_palette;
  int is_interlaced;
  int palette_count;
  uint8_t palette[768];  // red, green, blue
  int has_transparency;  // whether a tRNS chunk makes a color or palette entries transparent
  int significant_bits;  // least number of significant bits of gray or color that the file names (sBIT); 0 when it names none
} cpng_header;

typedef struct cpng_reader cpng_reader;

// The bytes must outlive the reader. NULL when there is no memory.
cpng_reader *cpng_reader_make(const uint8_t *bytes, size_t count);
void cpng_reader_free(cpng_reader *reader);
// What went wrong in the last call that failed.
const char *cpng_reader_message(const cpng_reader *reader);
// Whether the last call failed for want of bytes.
int cpng_reader_is_truncated(const cpng_reader *reader);

// 0 on success. Must come first, once.
int cpng_read_header(cpng_reader *reader, cpng_header *header);
// 0 on success. Prepares the rows; an interlaced image is decoded whole here. Samples come out one or two bytes wide,
// holding the stored number (1, 2 and 4 bits unpacked, not scaled); 16-bit samples are native-endian.
int cpng_start_rows(cpng_reader *reader);
// The next row, NULL on failure; valid until the next call.
const uint8_t *cpng_next_row(cpng_reader *reader);
// 0 on success. Reads what follows the rows and checks that the file is complete.
int cpng_finish(cpng_reader *reader);

// Text chunks met so far, in file order.
int cpng_text_count(cpng_reader *reader);
const char *cpng_text_key(cpng_reader *reader, int index);
// Sets `is_utf8` to tell iTXt (UTF-8) from the others (Latin-1).
const char *cpng_text_value(cpng_reader *reader, int index, int *is_utf8);

typedef struct {
  uint32_t width, height;
  int bit_depth;  // 8 or 16
  int channels;   // 1 or 3
  int level;      // 0 (stored) to 9 (smallest); 1 codes run lengths alone, which is fast
  uint32_t pixels_per_meter;  // along both sides, for those who print it; 0: not said
} cpng_picture;

// `rows` holds the samples row-major without padding, 16-bit ones native-endian. Keys are Latin-1 of 1-79 bytes, values UTF-8.
// 0 on success, and the caller frees `*out` with cpng_free; otherwise a message of at most 255 bytes is left in `message`.
int cpng_write(const cpng_picture *picture, const uint8_t *rows, const char *const *keys, const char *const *values, int text_count,
               uint8_t **out, size_t *out_count, char *message);
void cpng_free(uint8_t *bytes);
