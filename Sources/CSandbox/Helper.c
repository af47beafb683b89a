#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define architecture AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define architecture AUDIT_ARCH_AARCH64
#endif

// A limit that is lower already stays.
static void limit(int resource, rlim_t value) {
  struct rlimit limits;
  if (getrlimit((__rlimit_resource_t)resource, &limits) != 0) return;
  if (limits.rlim_max < value) value = limits.rlim_max;
  limits.rlim_cur = limits.rlim_max = value;
  setrlimit((__rlimit_resource_t)resource, &limits);
}

// A filter of its own rather than libseccomp: the list is flat, so a library would only add a dependency and start-up time.
// 0 where the kernel took it.
static int restrict_calls(void) {
#ifdef architecture
#define allow(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
// Memory may be had, but none that code could be run from. The protection is the third argument; its low half comes first on these machines.
#define allow_without_execution(call)                                                                             \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4),                                                            \
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),                                 \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM), \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
// Threads of this process, which JPEG 2000 is decoded on, and no other process. What clone3 asks for lies in memory, where no filter can look.
#define allow_threads                                                                                                     \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),          \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),                                                               \
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),                                         \
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),     \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
  struct sock_filter calls[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      allow(read),
      allow(write),
      allow(lseek),
      allow(brk),
      allow(munmap),
      allow(mremap),
      allow(madvise),
      allow(futex),
      allow(set_robust_list),
      allow(rseq),
      allow(sched_getaffinity),
      allow(sched_yield),
      allow(clock_gettime),
      allow(rt_sigprocmask),
      allow(rt_sigreturn),
      allow(exit),
      allow(exit_group),
      allow_threads,
      allow_without_execution(mmap),
      allow_without_execution(mprotect),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  const struct sock_fprog filter = {sizeof calls / sizeof *calls, calls};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0;
#else
  return 1;
#endif
}

// What a thread reserves counts as memory: eight megabytes of stack and a heap of its own, where a part of one will do.
static void keep_threads_small(void) {
  pthread_attr_t attributes;
  mallopt(M_ARENA_MAX, 1);
  if (pthread_attr_init(&attributes) != 0) return;
  if (pthread_attr_setstacksize(&attributes, 1 << 20) == 0) pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

static void close_others(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0) return;
#endif
  long count = sysconf(_SC_OPEN_MAX);
  for (int file = 3; file < (count > 0 && count < 65536 ? count : 65536); file++) close(file);
}

// The runtime of a language may have put handlers that start a program to print a trace; refused, they would be entered for ever.
static void reset_signals(void) {
  static const int signals[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGTRAP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
}

static int give_up_privileges(void) {
  reset_signals();
  keep_threads_small();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  close_others();
  limit(RLIMIT_CORE, 0);
  if (chdir("/") != 0) return 1;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0;
}

static void close_the_door(csandbox_limits limits) {
  limit(RLIMIT_CPU, limits.seconds);
  limit(RLIMIT_AS, limits.memory);
  limit(RLIMIT_FSIZE, limits.answer);
  limit(RLIMIT_NOFILE, 0);
  // This limit counts threads as well, so it is only the second choice.
  if (restrict_calls() != 0) limit(RLIMIT_NPROC, 0);
}

int csandbox_enter(void) {
  if (give_up_privileges() != 0) return 1;
  csandbox_limits limits;
  if (csandbox_read(&limits, sizeof limits) != 0) return 1;
  // The parent may have ended before its death could be asked for.
  if (getppid() != limits.parent) return 1;
  close_the_door(limits);
  return 0;
}

int csandbox_read(void *to, size_t count) {
  char *at = to;
  while (count > 0) {
    ssize_t done = read(STDIN_FILENO, at, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return 1;
    at += done;
    count -= (size_t)done;
  }
  return 0;
}

int csandbox_write(const void *from, size_t count) {
  const char *at = from;
  while (count > 0) {
    ssize_t done = write(STDOUT_FILENO, at, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return 1;
    at += done;
    count -= (size_t)done;
  }
  return 0;
}

static int tried(const char *what, int refused) {
  char line[80];
  int length = snprintf(line, sizeof line, "%s: %s\n", what, refused ? "refused" : "ALLOWED");
  csandbox_write(line, (size_t)length);
  return !refused;
}

int csandbox_check(void) {
  if (give_up_privileges() != 0) return 1;
  close_the_door((csandbox_limits){.parent = getppid(), .seconds = 60, .memory = (uint64_t)1 << 30, .answer = 1 << 16});
  char *const nothing[] = {NULL};
  int allowed = 0;
  allowed += tried("open a file", open("/etc/passwd", O_RDONLY) < 0);
  allowed += tried("open a socket", socket(AF_INET, SOCK_STREAM, 0) < 0);
  // A raw call: the handlers of fork are of no use here. The child, if there is one, ends at once.
  long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  allowed += tried("start a process", child < 0);
  allowed += tried("run a program", execve("/bin/true", nothing, nothing) < 0);
  allowed += tried("signal a process", kill(getppid(), 0) < 0);
  allowed += tried("map memory to run code", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  allowed += tried("map 2 GiB", mmap(NULL, (size_t)2 << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  return allowed != 0;
}
