// A face over libjpeg-turbo: everything that may longjmp stays on the C side, and every call answers with a result.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t width, height;
  int components;    // that rows will have: 1 gray, 3 RGB, 4 CMYK as stored
  int is_arithmetic; // arithmetic coding, whose size cannot be bounded from below
  int is_sequential; // one pass over the image, each row complete before the next
  const uint8_t *exif;  // the EXIF block after its signature, or NULL; gone once the rows have been read
  size_t exif_count;
} cjpeg_header;

typedef struct cjpeg_reader cjpeg_reader;

// The bytes must outlive the reader. NULL when there is no memory.
cjpeg_reader *cjpeg_reader_make(const uint8_t *bytes, size_t count);
void cjpeg_reader_free(cjpeg_reader *reader);
// What went wrong in the last call that failed.
const char *cjpeg_reader_message(const cjpeg_reader *reader);
// Whether the last call failed for want of bytes.
int cjpeg_reader_is_truncated(const cjpeg_reader *reader);

// 0 on success. Must come first, once. Three components become RGB by what the file's markers tell (`color` 0), or they are RGB (1) or
// YCbCr (2) and come out as they are.
int cjpeg_read_header(cjpeg_reader *reader, int color, cjpeg_header *header);
// 0 on success. Damage that libjpeg only warns of is a failure here.
int cjpeg_start_rows(cjpeg_reader *reader);
// 0 on success. Passes over rows, whose codes are read and checked but not turned into samples; for gray sequential images.
int cjpeg_skip_rows(cjpeg_reader *reader, uint32_t count);
// 0 on success. Writes width * components bytes.
int cjpeg_next_row(cjpeg_reader *reader, uint8_t *row);
// 0 on success. Checks that the file is complete.
int cjpeg_finish(cjpeg_reader *reader);

// `rows` holds 1 or 3 components a pixel without padding, full chroma resolution is kept. 0 on success, and the caller frees `*out` with
// cjpeg_free; otherwise a message of at most 255 bytes is left in `message`.
int cjpeg_write(uint32_t width, uint32_t height, int components, int quality, const uint8_t *rows, uint8_t **out, size_t *out_count,
                char *message);
void cjpeg_free(uint8_t *bytes);
