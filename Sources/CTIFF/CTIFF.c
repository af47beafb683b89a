#include "CTIFF.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum { message_size = 256, largest_allocation = 1 << 30 };

// A file in memory; a writable one grows.
typedef struct {
  const uint8_t *source;
  uint8_t *grown;
  uint64_t count, capacity, position;
  char message[message_size];
} memory;

struct ctiff_reader {
  memory memory;
  TIFF *tiff;
  ctiff_header header;
  uint8_t *tile;
};

static tmsize_t read_memory(thandle_t handle, void *to, tmsize_t count) {
  memory *from = handle;
  if (count < 0 || from->position >= from->count) return 0;
  uint64_t left = from->count - from->position;
  uint64_t taken = (uint64_t)count < left ? (uint64_t)count : left;
  memcpy(to, (from->grown ? from->grown : from->source) + from->position, taken);
  from->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t refuse_write(thandle_t handle, void *from, tmsize_t count) {
  (void)handle;
  (void)from;
  (void)count;
  return -1;
}

static tmsize_t write_memory(thandle_t handle, void *from, tmsize_t count) {
  memory *to = handle;
  if (count < 0) return -1;
  uint64_t end = to->position + (uint64_t)count;
  if (end > to->capacity) {
    uint64_t capacity = to->capacity * 2 > end ? to->capacity * 2 : end;
    uint8_t *grown = realloc(to->grown, capacity);
    if (!grown) return -1;
    to->grown = grown;
    to->capacity = capacity;
  }
  if (to->position > to->count) memset(to->grown + to->count, 0, to->position - to->count);
  memcpy(to->grown + to->position, from, (size_t)count);
  to->position = end;
  if (end > to->count) to->count = end;
  return count;
}

static toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
  memory *in = handle;
  if (whence == SEEK_CUR) offset += in->position;
  if (whence == SEEK_END) offset += in->count;
  in->position = offset;
  return offset;
}

static int close_memory(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_of_memory(thandle_t handle) { return ((memory *)handle)->count; }

static int map_memory(thandle_t handle, void **base, toff_t *size) {
  memory *from = handle;
  *base = (void *)from->source;
  *size = from->count;
  return 1;
}

static void unmap_memory(thandle_t handle, void *base, toff_t size) {
  (void)handle;
  (void)base;
  (void)size;
}

// The first complaint is the cause, those after it are consequences.
static int keep_message(TIFF *tiff, void *to, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  memory *in = to;
  if (!in->message[0]) vsnprintf(in->message, message_size, format, arguments);
  return 1;
}

static int ignore_message(TIFF *tiff, void *to, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)to;
  (void)module;
  (void)format;
  (void)arguments;
  return 1;
}

static TIFF *open_memory(memory *on, const char *mode, TIFFReadWriteProc write, TIFFMapFileProc map) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, largest_allocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, on);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_message, NULL);
  TIFF *tiff = TIFFClientOpenExt("picture", mode, on, read_memory, write, seek_memory, close_memory, size_of_memory, map,
                                 map ? unmap_memory : NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

ctiff_reader *ctiff_reader_make(const uint8_t *bytes, size_t count) {
  ctiff_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->memory.source = bytes;
  reader->memory.count = count;
  return reader;
}

void ctiff_reader_free(ctiff_reader *reader) {
  if (!reader) return;
  if (reader->tiff) TIFFClose(reader->tiff);
  free(reader->tile);
  free(reader);
}

const char *ctiff_reader_message(const ctiff_reader *reader) {
  return reader->memory.message[0] ? reader->memory.message : "the directory cannot be read";
}

int ctiff_read_header(ctiff_reader *reader, ctiff_header *header) {
  TIFF *tiff = reader->tiff = open_memory(&reader->memory, "r", refuse_write, map_memory);
  if (!tiff) return 1;
  uint16_t bits = 1, samples = 1, format = 1, photometric = 1, compression = 1, orientation = 1, planar = PLANARCONFIG_CONTIG;
  uint32_t rows_per_strip = UINT32_MAX;
  memset(header, 0, sizeof *header);
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &header->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &header->height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric)) photometric = samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
  if (photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    photometric = PHOTOMETRIC_RGB;
  }
  header->bits = bits;
  header->samples = samples;
  header->sample_format = format == SAMPLEFORMAT_VOID ? SAMPLEFORMAT_UINT : format;
  header->photometric = photometric;
  header->compression = compression;
  header->orientation = orientation;
  header->planes = planar == PLANARCONFIG_SEPARATE ? samples : 1;
  header->row_bytes = (size_t)TIFFScanlineSize(tiff);
  if (TIFFIsTiled(tiff)) {
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &header->band_rows);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows_per_strip);
    header->band_rows = rows_per_strip < header->height ? rows_per_strip : header->height;
  }
  uint16_t *red, *green, *blue;
  if (photometric == PHOTOMETRIC_PALETTE && bits <= 16 && TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) {
    header->palette[0] = red;
    header->palette[1] = green;
    header->palette[2] = blue;
  }
  uint16_t extra_count = 0;
  uint16_t *extra_kinds = NULL;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extra_kinds) && extra_count > 0) {
    header->extra_samples = extra_count;
    header->has_alpha = extra_kinds && extra_kinds[0] != EXTRASAMPLE_UNSPECIFIED;
  }
  uint32_t subfile = 0;
  header->is_preview = TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &subfile) && (subfile & FILETYPE_REDUCEDIMAGE);
  header->pages = (uint32_t)TIFFNumberOfDirectories(tiff);
  // Broken links to later pages say nothing about the first.
  reader->memory.message[0] = 0;
  reader->header = *header;
  return header->band_rows == 0 || header->row_bytes == 0;
}

static int read_tiles(ctiff_reader *reader, uint32_t band, uint32_t plane, uint32_t count, uint8_t *rows) {
  TIFF *tiff = reader->tiff;
  const ctiff_header *header = &reader->header;
  tmsize_t tile_size = TIFFTileSize(tiff);
  size_t tile_row_bytes = (size_t)TIFFTileRowSize(tiff);
  uint32_t tile_width = 0;
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
  if (tile_size <= 0 || tile_size > largest_allocation || tile_row_bytes == 0 || tile_width == 0) return 1;
  if ((size_t)count * tile_row_bytes > (size_t)tile_size) return 1;
  if (!reader->tile) reader->tile = malloc((size_t)tile_size);
  if (!reader->tile) return 1;
  size_t at = 0;
  for (uint32_t x = 0; x < header->width && at < header->row_bytes; x += tile_width) {
    uint32_t tile = TIFFComputeTile(tiff, x, band * header->band_rows, 0, (uint16_t)plane);
    if (TIFFReadEncodedTile(tiff, tile, reader->tile, tile_size) != tile_size) return 1;
    size_t left = header->row_bytes - at;
    size_t taken = tile_row_bytes < left ? tile_row_bytes : left;
    for (uint32_t row = 0; row < count; row++) memcpy(rows + row * header->row_bytes + at, reader->tile + row * tile_row_bytes, taken);
    at += taken;
    if (x > UINT32_MAX - tile_width) break;
  }
  return at < header->row_bytes;
}

int ctiff_read_band(ctiff_reader *reader, uint32_t band, uint32_t plane, uint32_t count, uint8_t *rows) {
  if (TIFFIsTiled(reader->tiff)) return read_tiles(reader, band, plane, count, rows);
  tmsize_t size = (tmsize_t)(count * reader->header.row_bytes);
  uint32_t strip = TIFFComputeStrip(reader->tiff, band * reader->header.band_rows, (uint16_t)plane);
  return TIFFReadEncodedStrip(reader->tiff, strip, rows, size) != size;
}

int ctiff_write(uint32_t width, uint32_t height, int samples, int bits, const uint8_t *rows, uint8_t **out, size_t *out_count, char *message) {
  memory to = {0};
  strcpy(message, "not enough memory");
  // Big-endian machines write big-endian files; both are legal.
  TIFF *tiff = open_memory(&to, "w", write_memory, NULL);
  if (!tiff) return 1;
  size_t row_bytes = (size_t)width * (size_t)samples * (size_t)(bits / 8);
  uint32_t band_rows = row_bytes >= 1 << 18 ? 1 : (uint32_t)((1 << 18) / row_bytes);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, samples == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, bits == 32 ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  if (bits == 32) TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, band_rows);
  int failed = 0;
  uint8_t *row = malloc(row_bytes);
  if (!row) failed = 1;
  // The predictor works in place, hence the copy.
  for (uint32_t i = 0; i < height && !failed; i++) {
    memcpy(row, rows + i * row_bytes, row_bytes);
    failed = TIFFWriteScanline(tiff, row, i, 0) < 0;
  }
  free(row);
  if (!failed) failed = !TIFFFlush(tiff);
  TIFFClose(tiff);
  if (failed) {
    if (to.message[0]) strcpy(message, to.message);
    free(to.grown);
    return 1;
  }
  *out = to.grown;
  *out_count = to.count;
  return 0;
}

void ctiff_free(uint8_t *bytes) { free(bytes); }
