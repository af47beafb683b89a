// The compressed pixel data of DICOM files, decoded by GDCM.
//
// GDCM takes some 20 ms to load, so it sits in a library of its own (libDICOMCodecs.so, target DICOMCodecs) that is opened when the first
// compressed DICOM file needs it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *transfer_syntax;  // its UID
  const char *photometric;      // as the file says: MONOCHROME2, RGB, ...
  uint16_t columns, rows;
  uint16_t samples;         // a pixel: 1 or 3
  uint16_t bits_allocated;  // 8 or 16
  uint16_t bits_stored;
  int is_signed;
} cdicom_frame;

// Decodes one frame to `out_count` bytes: row-major, interleaved, native-endian. Returns 0 on success; otherwise a message of at most 255 bytes
// is left in `message`. `code` holds the frame's compressed bytes.
typedef int cdicom_decoder(const cdicom_frame *frame, const uint8_t *code, size_t code_count, uint8_t *out, size_t out_count, char *message);

// The same, from the library, which is looked for beside the program, in ../lib/segsh seen from there, and where the loader looks.
// Returns 2 when the library cannot be opened.
cdicom_decoder cdicom_decode;

#ifdef __cplusplus
}
#endif
