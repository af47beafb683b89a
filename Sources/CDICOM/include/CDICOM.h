// The compressed pixel data of DICOM files, decoded by GDCM in a process of its own.
//
// GDCM takes some 20 ms to load, and it answers damaged data with a failed assertion now and then, so it lives in a helper program
// (segsh-dicom, target DICOMDecoder) that is run for one frame, in the sandbox of CSandbox.h, and whose end, whatever it is, is only an error here.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CDICOMResults.h"

#ifdef __cplusplus
extern "C" {
#endif

// Bytes of samples, or of code, that one frame may have.
#define cdicom_largest_frame ((uint64_t)2 << 30)

// The helper's request, followed by the frame's compressed bytes. It writes the samples, row-major, interleaved and
// native-endian, or a message.
typedef struct {
  char transfer_syntax[64];  // its UID
  char photometric[16];      // as the file says: MONOCHROME2, RGB, ...
  uint16_t columns, rows;
  uint16_t samples;         // a pixel: 1 or 3
  uint16_t bits_allocated;  // 8 or 16
  uint16_t bits_stored;
  uint16_t is_signed;
  uint64_t code_count;  // bytes that follow
  uint64_t out_count;   // bytes that are expected
} cdicom_frame;

// Runs the helper. Fills `out` with frame->out_count bytes and returns 0;
// otherwise a message of at most 255 bytes is left in `message` and the result is 1 when the data is at fault, 2 when the system is.
int cdicom_decode(const cdicom_frame *frame, const uint8_t *code, uint8_t *out, char *message);

#ifdef __cplusplus
}
#endif
