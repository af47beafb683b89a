#define _GNU_SOURCE
#include "CDICOM.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cdicom_decoder *decoder = NULL;
static char reason[256] = "";

static void open_library(void) {
  static const char *const places[] = {"", "../lib/segsh/"};
  static const char name[] = "libDICOMCodecs.so";
  void *library = NULL;
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  while (length > 0 && program[length - 1] != '/') length--;
  for (size_t i = 0; i < sizeof places / sizeof *places && length > 0 && !library; i++) {
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%.*s%s%s", (int)length, program, places[i], name);
    if (access(path, R_OK) == 0) library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  }
  if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library) decoder = (cdicom_decoder *)dlsym(library, "dicom_codecs_decode");
  if (!decoder) {
    const char *cause = dlerror();
    snprintf(reason, sizeof reason, "%s", cause ? cause : "libDICOMCodecs.so lacks its decoder");
  }
}

int cdicom_decode(const cdicom_frame *frame, const uint8_t *code, size_t code_count, uint8_t *out, size_t out_count, char *message) {
  pthread_once(&once, open_library);
  if (decoder) return decoder(frame, code, code_count, out, out_count, message);
  snprintf(message, 256, "%s", reason);
  return 2;
}
