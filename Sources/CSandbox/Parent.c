#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the loader ends a program with whose libraries are missing.
enum { message_size = 256, loader_failed = 127 };

static int find_helper(const char *name, char *path, size_t size) {
  static const char *const places[] = {"../libexec/segsh/", ""};
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  while (length > 0 && program[length - 1] != '/') length--;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    snprintf(path, size, "%.*s%s%s", length > 0 ? (int)length : 0, program, places[i], name);
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

// Files in memory, unlike pipes, neither block nor raise SIGPIPE when the helper ends early. A process group of its own keeps Ctrl-C from it.
static int start(const char *path, int in, int out, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  const char *libraries = getenv("LD_LIBRARY_PATH");
  char variable[PATH_MAX];
  int length = snprintf(variable, sizeof variable, "LD_LIBRARY_PATH=%s", libraries ? libraries : "");
  char *const arguments[] = {(char *)path, NULL};
  // Decoders copy frames several times; zeroing small pages for the copies took a third of their time.
  char large_pages[] = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1";
  char *const environment[] = {large_pages, libraries && length < (int)sizeof variable ? variable : NULL, NULL};
  int failure = posix_spawn(child, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

// The limit of processor time does not end a helper that waits for ever, so one that takes ten times as long is killed.
static void wait_for(pid_t child, uint32_t seconds, int *status) {
#ifdef SYS_pidfd_open
  int file = (int)syscall(SYS_pidfd_open, child, 0);
  if (file >= 0) {
    struct pollfd end = {.fd = file, .events = POLLIN};
    int left = (int)seconds * 10;
    // A signal that comes in between costs a second.
    while (left > 0 && poll(&end, 1, 1000) <= 0) left--;
    if (left == 0) kill(child, SIGKILL);
    close(file);
  }
#endif
  while (waitpid(child, status, 0) < 0 && errno == EINTR) {
  }
}

// The helper has ended and its file cannot shrink, so the mapping stays whole.
static int map_answer(int file, csandbox_answer *answer) {
  struct stat status;
  if (fstat(file, &status) != 0) return errno;
  answer->count = (size_t)status.st_size;
  if (answer->count == 0) return 0;
  void *bytes = mmap(NULL, answer->count, PROT_READ, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return errno;
  answer->bytes = bytes;
  return 0;
}

static int send_request(int file, const csandbox_limits *limits, const csandbox_part *parts, int part_count) {
  if (!write_all(file, limits, sizeof *limits)) return errno;
  for (int i = 0; i < part_count; i++) {
    if (!write_all(file, parts[i].bytes, parts[i].count)) return errno;
  }
  return lseek(file, 0, SEEK_SET) == 0 ? 0 : errno;
}

int csandbox_run(const char *program, csandbox_limits limits, const csandbox_part *parts, int part_count, csandbox_answer *answer, char *message) {
  *answer = (csandbox_answer){0};
  char path[PATH_MAX + 64];
  if (!find_helper(program, path, sizeof path)) {
    snprintf(message, message_size, "the helper program %s does not lie beside this one", program);
    return csandbox_failed;
  }
  limits.parent = getpid();
  int in = memfd_create("segsh request", MFD_CLOEXEC);
  int out = memfd_create("segsh answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  pid_t child = 0;
  int status = 0;
  int failure = in < 0 || out < 0 || fcntl(out, F_ADD_SEALS, F_SEAL_SHRINK) != 0 ? errno : send_request(in, &limits, parts, part_count);
  if (!failure) failure = start(path, in, out, &child);
  int result = csandbox_failed;
  if (!failure) {
    wait_for(child, limits.seconds, &status);
    failure = map_answer(out, answer);
  }
  if (failure) {
    snprintf(message, message_size, "%s: %s", program, strerror(failure));
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == csandbox_done) {
    result = csandbox_done;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == loader_failed) {
    snprintf(message, message_size, "%s cannot start, because a library that it needs is not installed", program);
    csandbox_free(answer);
  } else {
    result = csandbox_refused;
    size_t count = WIFEXITED(status) && WEXITSTATUS(status) == csandbox_refused ? answer->count : 0;
    snprintf(message, message_size, "%.*s", (int)(count < message_size ? count : message_size), count > 0 ? (const char *)answer->bytes : "");
    csandbox_free(answer);
  }
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  return result;
}

void csandbox_free(csandbox_answer *answer) {
  if (answer->bytes) munmap((void *)answer->bytes, answer->count);
  *answer = (csandbox_answer){0};
}
