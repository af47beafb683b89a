#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { message_size = 256 };

struct cpng_reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count, position;
  int is_truncated;
  char message[message_size];
  size_t row_bytes;
  uint32_t height, next;
  uint8_t *row;     // one row, or all of them when interlaced
  png_bytep *rows;  // only when interlaced
};

static void copy_message(char *to, const char *text) {
  strncpy(to, text ? text : "unknown error", message_size - 1);
  to[message_size - 1] = 0;
}

static void reader_failed(png_structp png, png_const_charp text) {
  cpng_reader *reader = png_get_error_ptr(png);
  copy_message(reader->message, text);
  longjmp(png_jmpbuf(png), 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep to, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  if (count > reader->count - reader->position) {
    reader->is_truncated = 1;
    png_error(png, "the file ends too early");
  }
  memcpy(to, reader->bytes + reader->position, count);
  reader->position += count;
}

cpng_reader *cpng_reader_make(const uint8_t *bytes, size_t count) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->bytes = bytes;
  reader->count = count;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, reader_failed, ignore_warning);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    cpng_reader_free(reader);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, read_bytes);
  png_set_user_limits(reader->png, 65535, 65535);
  png_set_chunk_malloc_max(reader->png, 8 << 20);
  png_set_chunk_cache_max(reader->png, 256);
  return reader;
}

void cpng_reader_free(cpng_reader *reader) {
  if (!reader) return;
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader->row);
  free(reader->rows);
  free(reader);
}

const char *cpng_reader_message(const cpng_reader *reader) { return reader->message; }
int cpng_reader_is_truncated(const cpng_reader *reader) { return reader->is_truncated; }

// libpng takes memory for a chunk before it reads it, so each length is held against the bytes that are left first. The image data comes in small pieces anyway.
static int has_room_for_chunks(const cpng_reader *reader) {
  size_t position = 8;
  while (position + 8 <= reader->count) {
    const uint8_t *chunk = reader->bytes + position;
    size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    int is_image = memcmp(chunk + 4, "IDAT", 4) == 0;
    if (memcmp(chunk + 4, "IEND", 4) == 0) return 1;
    if (length > reader->count - position - 8) return is_image;
    position += length + 12;
  }
  return 1;
}

int cpng_read_header(cpng_reader *reader, cpng_header *header) {
  if (reader->count > 8 && png_sig_cmp(reader->bytes, 0, 8) == 0 && !has_room_for_chunks(reader)) {
    reader->is_truncated = 1;
    copy_message(reader->message, "a chunk is longer than the file");
    return 1;
  }
  if (setjmp(png_jmpbuf(reader->png))) return 1;
  png_read_info(reader->png, reader->info);
  memset(header, 0, sizeof *header);
  int color_type = png_get_color_type(reader->png, reader->info);
  header->width = png_get_image_width(reader->png, reader->info);
  header->height = png_get_image_height(reader->png, reader->info);
  header->bit_depth = png_get_bit_depth(reader->png, reader->info);
  header->channels = png_get_channels(reader->png, reader->info);
  header->is_palette = color_type == PNG_COLOR_TYPE_PALETTE;
  header->is_interlaced = png_get_interlace_type(reader->png, reader->info) != PNG_INTERLACE_NONE;
  png_bytep alpha = NULL;
  int alpha_count = 0;
  png_color_16p key = NULL;
  if (png_get_tRNS(reader->png, reader->info, &alpha, &alpha_count, &key)) {
    header->has_transparency = !header->is_palette;
    for (int i = 0; i < alpha_count && alpha && header->is_palette; i++) header->has_transparency |= alpha[i] != 255;
  }
  png_color_8p bits = NULL;
  if (png_get_sBIT(reader->png, reader->info, &bits) && bits) {
    if (color_type & PNG_COLOR_MASK_COLOR) {
      int least = bits->red < bits->green ? bits->red : bits->green;
      header->significant_bits = bits->blue < least ? bits->blue : least;
    } else {
      header->significant_bits = bits->gray;
    }
  }
  png_colorp palette = NULL;
  int palette_count = 0;
  if (png_get_PLTE(reader->png, reader->info, &palette, &palette_count) && palette_count <= 256) {
    header->palette_count = palette_count;
    for (int i = 0; i < palette_count; i++) {
      header->palette[3 * i] = palette[i].red;
      header->palette[3 * i + 1] = palette[i].green;
      header->palette[3 * i + 2] = palette[i].blue;
    }
  }
  return 0;
}

int cpng_start_rows(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return 1;
  png_set_packing(reader->png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(reader->png);
#endif
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  reader->row_bytes = png_get_rowbytes(reader->png, reader->info);
  reader->height = png_get_image_height(reader->png, reader->info);
  size_t kept = passes > 1 ? reader->height : 1;
  reader->row = malloc(reader->row_bytes * kept);
  if (!reader->row) png_error(reader->png, "not enough memory");
  if (passes > 1) {
    reader->rows = malloc(kept * sizeof *reader->rows);
    if (!reader->rows) png_error(reader->png, "not enough memory");
    for (size_t i = 0; i < kept; i++) reader->rows[i] = reader->row + i * reader->row_bytes;
    png_read_image(reader->png, reader->rows);
  }
  return 0;
}

const uint8_t *cpng_next_row(cpng_reader *reader) {
  if (!reader->row || reader->next >= reader->height) return NULL;
  if (reader->rows) return reader->rows[reader->next++];
  if (setjmp(png_jmpbuf(reader->png))) return NULL;
  png_read_row(reader->png, reader->row, NULL);
  reader->next++;
  return reader->row;
}

int cpng_finish(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return 1;
  png_read_end(reader->png, reader->info);
  return 0;
}

static png_textp texts(cpng_reader *reader, int *count) {
  png_textp text = NULL;
  *count = 0;
  png_get_text(reader->png, reader->info, &text, count);
  return text;
}

int cpng_text_count(cpng_reader *reader) {
  int count = 0;
  texts(reader, &count);
  return count;
}

const char *cpng_text_key(cpng_reader *reader, int index) {
  int count = 0;
  png_textp text = texts(reader, &count);
  return index >= 0 && index < count && text[index].key ? text[index].key : "";
}

const char *cpng_text_value(cpng_reader *reader, int index, int *is_utf8) {
  int count = 0;
  png_textp text = texts(reader, &count);
  if (index < 0 || index >= count || !text[index].text) return "";
  *is_utf8 = text[index].compression == PNG_ITXT_COMPRESSION_NONE || text[index].compression == PNG_ITXT_COMPRESSION_zTXt;
  return text[index].text;
}

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
  char *message;
} sink;

static void write_bytes(png_structp png, png_bytep from, size_t count) {
  sink *to = png_get_io_ptr(png);
  if (count > to->capacity - to->count) {
    size_t capacity = to->capacity * 2 > to->count + count ? to->capacity * 2 : to->count + count;
    uint8_t *grown = realloc(to->bytes, capacity);
    if (!grown) png_error(png, "not enough memory");
    to->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->count, from, count);
  to->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void writer_failed(png_structp png, png_const_charp text) {
  sink *to = png_get_error_ptr(png);
  copy_message(to->message, text);
  longjmp(png_jmpbuf(png), 1);
}

int cpng_write(const cpng_picture *picture, const uint8_t *rows, const char *const *keys, const char *const *values, int text_count,
               uint8_t **out, size_t *out_count, char *message) {
  sink to = {.message = message};
  copy_message(message, "not enough memory");
  // What is set after setjmp and read after longjmp has to be volatile.
  png_text *volatile text = NULL;
  volatile png_infop info = NULL;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &to, writer_failed, ignore_warning);
  if (!png) return 1;
  if (setjmp(png_jmpbuf(png))) {
    png_infop made = info;
    png_destroy_write_struct(&png, made ? &made : NULL);
    free(text);
    free(to.bytes);
    return 1;
  }
  info = png_create_info_struct(png);
  if (!info) png_error(png, "not enough memory");
  png_set_write_fn(png, &to, write_bytes, flush_nothing);
  png_set_compression_level(png, picture->level);
  if (picture->level == 1) {
    // What photographs gain from searching for repetitions they lose in time: run lengths of differences are nearly as small.
    png_set_compression_strategy(png, Z_RLE);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  }
  int color_type = picture->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY;
  png_set_IHDR(png, info, picture->width, picture->height, picture->bit_depth, color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (picture->pixels_per_meter) {
    png_set_pHYs(png, info, picture->pixels_per_meter, picture->pixels_per_meter, PNG_RESOLUTION_METER);
  }
  if (text_count > 0) {
    text = calloc((size_t)text_count, sizeof *text);
    if (!text) png_error(png, "not enough memory");
    for (int i = 0; i < text_count; i++) {
      text[i].compression = PNG_ITXT_COMPRESSION_NONE;
      text[i].key = (char *)keys[i];
      text[i].text = (char *)values[i];
      text[i].itxt_length = strlen(values[i]);
    }
    png_set_text(png, info, text, text_count);
  }
  png_write_info(png, info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (picture->bit_depth == 16) png_set_swap(png);
#endif
  size_t row_bytes = (size_t)picture->width * (size_t)picture->channels * (size_t)(picture->bit_depth / 8);
  for (uint32_t row = 0; row < picture->height; row++) png_write_row(png, rows + row * row_bytes);
  png_write_end(png, info);
  png_infop made = info;
  png_destroy_write_struct(&png, &made);
  free(text);
  *out = to.bytes;
  *out_count = to.count;
  return 0;
}

void cpng_free(uint8_t *bytes) { free(bytes); }
