#include "CDICOMResults.h"

#include <stdio.h>

#include "CSandbox.h"

enum { message_size = 256 };

int cdicom_write(const char *description, size_t description_count, const uint8_t *payload, size_t payload_count, cdicom_object *object,
                 char *message) {
  *object = (cdicom_object){0};
  if (description_count > cdicom_largest_description || payload_count > cdicom_largest_payload) {
    snprintf(message, message_size, "the object would be too large");
    return csandbox_refused;
  }
  // DCMTK and the libraries that it links take less than 512 MiB of address space; the payload is held four times at most.
  const uint64_t size = description_count + payload_count;
  const csandbox_limits limits = {.seconds = 60, .memory = ((uint64_t)512 << 20) + 16 * description_count + 4 * payload_count,
                                  .answer = ((uint64_t)1 << 20) + 4 * size};
  const cdicom_result_request request = {description_count, payload_count};
  const csandbox_part parts[] = {{&request, sizeof request}, {description, description_count}, {payload, payload_count}};
  csandbox_answer answer;
  const int result = csandbox_run("segsh-dicom-write", limits, parts, 3, &answer, message);
  if (result == csandbox_refused && !message[0]) snprintf(message, message_size, "the helper program ended without an answer");
  if (result == csandbox_done) *object = (cdicom_object){answer.bytes, answer.count};
  return result;
}

void cdicom_object_free(cdicom_object *object) {
  csandbox_answer answer = {object->bytes, object->count};
  csandbox_free(&answer);
  *object = (cdicom_object){0};
}
