#include "CDICOM.h"

#include <stdio.h>
#include <string.h>

#include "CSandbox.h"

enum { message_size = 256 };

// Libraries take less than 256 MiB. JPEG 2000 takes most: two numbers of 4 bytes for each sample, and three copies of the samples.
static uint64_t memory_for(const cdicom_frame *frame) { return ((uint64_t)256 << 20) + 16 * frame->out_count + 8 * frame->code_count; }

int cdicom_decode(const cdicom_frame *frame, const uint8_t *code, uint8_t *out, char *message) {
  const csandbox_limits limits = {.seconds = 60, .memory = memory_for(frame), .answer = frame->out_count + message_size};
  const csandbox_part parts[] = {{frame, sizeof *frame}, {code, frame->code_count}};
  csandbox_answer answer;
  int result = csandbox_run("segsh-dicom", limits, parts, 2, &answer, message);
  if (result == csandbox_refused && !message[0]) snprintf(message, message_size, "the code stream cannot be decoded");
  if (result != csandbox_done) return result;
  if (answer.count == frame->out_count) {
    memcpy(out, answer.bytes, answer.count);
  } else {
    snprintf(message, message_size, "the decoder gave another number of bytes");
    result = csandbox_refused;
  }
  csandbox_free(&answer);
  return result;
}
