#include "CJPEG.h"

#include <stdio.h>
// jpeglib.h needs stdio.h, and jerror.h numbers its codes by what jpeglib.h defines.
#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { message_size = JMSG_LENGTH_MAX > 256 ? JMSG_LENGTH_MAX : 256, largest_scan_count = 200 };

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  int is_truncated;
  char message[message_size];
} failure;

struct cjpeg_reader {
  struct jpeg_decompress_struct jpeg;
  failure failure;
  struct jpeg_progress_mgr progress;
  const uint8_t *bytes;
  size_t count;
};

static void fail(j_common_ptr jpeg) {
  failure *to = (failure *)jpeg->err;
  jpeg->err->format_message(jpeg, to->message);
  longjmp(to->escape, 1);
}

// A warning means that the decoder went on with invented pixels, but for the codes that leave the image as it is.
static void warn(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
      ((failure *)jpeg->err)->is_truncated = 1;
      fail(jpeg);
      break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_NOT_SEQUENTIAL:
      fail(jpeg);
      break;
    default: break;
  }
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

// A progressive file may ask for endless passes over a large image.
static void watch_scans(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number > largest_scan_count) ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

static void set_up(failure *to) {
  jpeg_std_error(&to->base);
  to->base.error_exit = fail;
  to->base.emit_message = warn;
  to->base.output_message = say_nothing;
}

cjpeg_reader *cjpeg_reader_make(const uint8_t *bytes, size_t count) {
  cjpeg_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->bytes = bytes;
  reader->count = count;
  set_up(&reader->failure);
  reader->jpeg.err = &reader->failure.base;
  if (setjmp(reader->failure.escape)) {
    free(reader);
    return NULL;
  }
  jpeg_create_decompress(&reader->jpeg);
  reader->progress.progress_monitor = watch_scans;
  reader->jpeg.progress = &reader->progress;
  return reader;
}

void cjpeg_reader_free(cjpeg_reader *reader) {
  if (!reader) return;
  jpeg_destroy_decompress(&reader->jpeg);
  free(reader);
}

const char *cjpeg_reader_message(const cjpeg_reader *reader) { return reader->failure.message; }
int cjpeg_reader_is_truncated(const cjpeg_reader *reader) { return reader->failure.is_truncated; }

int cjpeg_read_header(cjpeg_reader *reader, int color, cjpeg_header *header) {
  j_decompress_ptr jpeg = &reader->jpeg;
  if (setjmp(reader->failure.escape)) return 1;
  jpeg_mem_src(jpeg, reader->bytes, reader->count);
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(jpeg, TRUE);
  memset(header, 0, sizeof *header);
  header->width = jpeg->image_width;
  header->height = jpeg->image_height;
  header->is_arithmetic = jpeg->arith_code;
  header->is_sequential = !jpeg->progressive_mode && !jpeg_has_multiple_scans(jpeg);
  switch (jpeg->num_components) {
    case 1: jpeg->out_color_space = JCS_GRAYSCALE; break;
    case 3: jpeg->out_color_space = JCS_RGB; break;
    case 4: jpeg->out_color_space = JCS_CMYK; break;
    default: ERREXIT(jpeg, JERR_CONVERSION_NOTIMPL);
  }
  header->components = jpeg->num_components;
  if (jpeg->num_components == 3 && color) jpeg->jpeg_color_space = jpeg->out_color_space = color == 1 ? JCS_RGB : JCS_YCbCr;
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
      header->exif = marker->data + 6;
      header->exif_count = marker->data_length - 6;
      break;
    }
  }
  return 0;
}

int cjpeg_start_rows(cjpeg_reader *reader) {
  if (setjmp(reader->failure.escape)) return 1;
  jpeg_start_decompress(&reader->jpeg);
  return 0;
}

int cjpeg_skip_rows(cjpeg_reader *reader, uint32_t count) {
  if (setjmp(reader->failure.escape)) return 1;
  return jpeg_skip_scanlines(&reader->jpeg, count) != count;
}

int cjpeg_next_row(cjpeg_reader *reader, uint8_t *row) {
  if (setjmp(reader->failure.escape)) return 1;
  JSAMPROW rows[1] = {row};
  return jpeg_read_scanlines(&reader->jpeg, rows, 1) != 1;
}

int cjpeg_finish(cjpeg_reader *reader) {
  if (setjmp(reader->failure.escape)) return 1;
  jpeg_finish_decompress(&reader->jpeg);
  return 0;
}

int cjpeg_write(uint32_t width, uint32_t height, int components, int quality, const uint8_t *rows, uint8_t **out, size_t *out_count,
                char *message) {
  struct jpeg_compress_struct jpeg;
  failure failure = {0};
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  set_up(&failure);
  jpeg.err = &failure.base;
  if (setjmp(failure.escape)) {
    strncpy(message, failure.message, 255);
    message[255] = 0;
    jpeg_destroy_compress(&jpeg);
    // Until it is done, jpeg_mem_dest leaves a stale pointer in `bytes`: freeing that would be worse than losing the buffer.
    return 1;
  }
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &bytes, &count);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = components;
  jpeg.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.optimize_coding = TRUE;
  // Thin colored outlines smear when chroma is halved.
  for (int i = 0; i < jpeg.num_components; i++) jpeg.comp_info[i].h_samp_factor = jpeg.comp_info[i].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < height) {
    JSAMPROW row[1] = {(JSAMPROW)(rows + (size_t)jpeg.next_scanline * width * (size_t)components)};
    jpeg_write_scanlines(&jpeg, row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  *out = bytes;
  *out_count = count;
  return 0;
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
