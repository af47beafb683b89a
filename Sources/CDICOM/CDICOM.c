#define _GNU_SOURCE
#include "CDICOM.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { message_size = 256 };

// 1 when found; otherwise `path` holds the first place that was tried.
static int find_helper(char *path, size_t size) {
  static const char *const places[] = {"../libexec/segsh/", ""};
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  while (length > 0 && program[length - 1] != '/') length--;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    snprintf(path, size, "%.*s%ssegsh-dicom", length > 0 ? (int)length : 0, program, places[i]);
    if (access(path, X_OK) == 0) return 1;
  }
  return 0;
}

static int write_all(int file, const void *from, size_t count) {
  const char *at = from;
  while (count > 0) {
    ssize_t done = write(file, at, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return 0;
    at += done;
    count -= (size_t)done;
  }
  return 1;
}

static size_t read_all(int file, void *to, size_t count) {
  size_t total = 0;
  while (total < count) {
    ssize_t done = pread(file, (char *)to + total, count - total, (off_t)total);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;
    total += (size_t)done;
  }
  return total;
}

// Files in memory, unlike pipes, neither block nor raise SIGPIPE when the helper ends early. A process group of its own keeps Ctrl-C from it.
static int run(const char *path, int in, int out, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  const char *libraries = getenv("LD_LIBRARY_PATH");
  char variable[PATH_MAX];
  int length = snprintf(variable, sizeof variable, "LD_LIBRARY_PATH=%s", libraries ? libraries : "");
  char *const arguments[] = {(char *)path, NULL};
  char *const environment[] = {libraries && length < (int)sizeof variable ? variable : NULL, NULL};
  int failure = posix_spawn(child, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

int cdicom_decode(const cdicom_frame *frame, const uint8_t *code, uint8_t *out, char *message) {
  char path[PATH_MAX + 64];
  if (!find_helper(path, sizeof path)) {
    snprintf(message, message_size, "the helper program segsh-dicom does not lie beside this one");
    return 2;
  }
  int in_file = memfd_create("dicom frame", MFD_CLOEXEC);
  int out_file = memfd_create("dicom samples", MFD_CLOEXEC);
  int result = 2;
  int status = 0;
  pid_t child = 0;
  int failure = 0;
  if (in_file < 0 || out_file < 0 || !write_all(in_file, frame, sizeof *frame) || !write_all(in_file, code, frame->code_count) ||
      lseek(in_file, 0, SEEK_SET) != 0) {
    failure = errno;
  } else {
    failure = run(path, in_file, out_file, &child);
  }
  if (failure) {
    snprintf(message, message_size, "segsh-dicom: %s", strerror(failure));
  } else {
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result = 1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      result = read_all(out_file, out, frame->out_count) != frame->out_count;
      if (result) snprintf(message, message_size, "the decoder gave too few bytes");
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
      message[read_all(out_file, message, message_size - 1)] = 0;
    } else {
      snprintf(message, message_size, "the code stream cannot be decoded");
    }
  }
  if (in_file >= 0) close(in_file);
  if (out_file >= 0) close(out_file);
  return result;
}
