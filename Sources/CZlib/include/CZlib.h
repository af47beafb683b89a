// A face over zlib: inflates a raw deflate stream (RFC 1951) in memory.
#pragma once
#include <stddef.h>
#include <stdint.h>

// 0 on success, and the caller frees `*out` with czlib_free; 1 for damaged or incomplete data, 2 for more than `limit` bytes, 3 without memory.
int czlib_inflate(const uint8_t *bytes, size_t count, size_t limit, uint8_t **out, size_t *out_count);
void czlib_free(uint8_t *bytes);
