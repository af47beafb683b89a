// DICOM objects that DCMTK makes from a description, in a separate process (segsh-dicom-write, target DICOMResults) and the sandbox of CSandbox.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define cdicom_largest_description ((uint64_t)64 << 20)
#define cdicom_largest_payload ((uint64_t)1 << 30)

// The request, followed by the description (lines of fields with tabs between them, Request.cpp lists the keys) and the payload: pixels, a PDF or a
// DICOM file. The helper writes a DICOM file, or a message.
typedef struct {
  uint64_t description_count;
  uint64_t payload_count;
} cdicom_result_request;

typedef struct {
  const uint8_t *bytes;
  size_t count;
} cdicom_object;

// Runs the helper. Fills `object`, which stays valid until cdicom_object_free, and returns 0; otherwise a message of at most 255 bytes is left in
// `message` and the result is 1 when the request is at fault, 2 when the system is.
int cdicom_write(const char *description, size_t description_count, const uint8_t *payload, size_t payload_count, cdicom_object *object,
                 char *message);
void cdicom_object_free(cdicom_object *object);

#ifdef __cplusplus
}
#endif
