// A face over Nettle, whose headers use macros for names that Swift would not see.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Writes the 32 bytes of the SHA-256 of `bytes` to `digest`.
void cnettle_sha256(const uint8_t *bytes, size_t count, uint8_t *digest);

// Writes the 32 bytes of the HMAC-SHA-256 of `bytes` with a key to `code`.
void cnettle_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t *code);
