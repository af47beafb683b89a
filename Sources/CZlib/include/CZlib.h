// A face over zlib: deflate streams (RFC 1951) in memory, raw or as a gzip file (RFC 1952).
#pragma once
#include <stddef.h>
#include <stdint.h>

// 0 on success, and the caller frees `*out` with czlib_free; 1 for damaged or incomplete data, 2 for more than `limit` bytes, 3 without memory.
int czlib_inflate(const uint8_t *bytes, size_t count, int is_gzip, size_t limit, uint8_t **out, size_t *out_count);
// 0 on success, and the caller frees `*out` with czlib_free; 3 without memory. At most 2^31 bytes. The same bytes give the same stream.
int czlib_deflate(const uint8_t *bytes, size_t count, int is_gzip, uint8_t **out, size_t *out_count);
// The CRC-32 of at most 2^31 bytes.
uint32_t czlib_crc32(const uint8_t *bytes, size_t count);
void czlib_free(uint8_t *bytes);
