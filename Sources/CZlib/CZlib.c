#include "CZlib.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int czlib_inflate(const uint8_t *bytes, size_t count, int is_gzip, size_t limit, uint8_t **out, size_t *out_count) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // A negative number of window bits: no header, no checksum; 16 more: gzip's.
  if (inflateInit2(&stream, is_gzip ? 16 + MAX_WBITS : -MAX_WBITS) != Z_OK) return 3;
  size_t capacity = count > limit / 4 ? limit : count * 4 + 4096;
  if (capacity > limit) capacity = limit;
  uint8_t *grown = malloc(capacity ? capacity : 1);
  size_t done = 0, taken = 0;
  int result = grown ? 0 : 3;
  while (result == 0) {
    size_t room = capacity - done, left = count - taken;
    stream.next_in = (Bytef *)(bytes + taken);
    stream.avail_in = left > 1 << 30 ? 1 << 30 : (uInt)left;
    stream.next_out = grown + done;
    stream.avail_out = room > 1 << 30 ? 1 << 30 : (uInt)room;
    const uInt in = stream.avail_in, room_now = stream.avail_out;
    int status = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    done += room_now - stream.avail_out;
    if (status == Z_STREAM_END) {
      // A gzip file may have several members.
      if (!is_gzip || taken == count || bytes[taken] != 0x1f) break;
      if (inflateReset(&stream) != Z_OK) result = 3;
      continue;
    }
    if (status != Z_OK && status != Z_BUF_ERROR) {
      result = status == Z_MEM_ERROR ? 3 : 1;
    } else if (done == capacity) {
      if (capacity >= limit) {
        result = 2;
      } else {
        size_t larger = capacity > limit / 2 ? limit : capacity * 2;
        uint8_t *moved = realloc(grown, larger);
        if (!moved) {
          result = 3;
        } else {
          grown = moved;
          capacity = larger;
        }
      }
    } else if (taken == count) {
      result = 1;
    }
  }
  inflateEnd(&stream);
  if (result) {
    free(grown);
    return result;
  }
  *out = grown;
  *out_count = done;
  return 0;
}

int czlib_deflate(const uint8_t *bytes, size_t count, int is_gzip, uint8_t **out, size_t *out_count) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  const int window = is_gzip ? 16 + MAX_WBITS : -MAX_WBITS;
  if (count > (size_t)1 << 31 || deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 3;
  const uLong bound = deflateBound(&stream, (uLong)count);
  uint8_t *grown = malloc(bound);
  int status = Z_MEM_ERROR;
  if (grown) {
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = grown;
    stream.avail_out = (uInt)bound;
    status = deflate(&stream, Z_FINISH);
  }
  *out_count = stream.total_out;
  deflateEnd(&stream);
  if (status != Z_STREAM_END) {
    free(grown);
    return 3;
  }
  *out = grown;
  return 0;
}

uint32_t czlib_crc32(const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32(crc32(0, Z_NULL, 0), bytes, (uInt)count);
}

void czlib_free(uint8_t *bytes) { free(bytes); }
