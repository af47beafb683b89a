// Decoders in a process without privileges: one request in, one answer out.
//
// The helper program drops everything that decoding does not need before it reads the first byte of the request, so that a decoder which a
// damaged or hostile file takes over can compute and answer, and nothing else.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What the helper reads first from its standard input. The request follows.
typedef struct {
  int32_t parent;    // the process that waits; the helper ends with it
  uint32_t seconds;  // of processor time
  uint64_t memory;   // bytes of address space, libraries included
  uint64_t answer;   // bytes that may be written
} csandbox_limits;

// What a helper ends with.
enum { csandbox_done = 0, csandbox_refused = 1, csandbox_failed = 2 };

// The parent's side.

typedef struct {
  const void *bytes;
  size_t count;
} csandbox_part;

// What the helper wrote. The mapping stays valid until csandbox_free.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} csandbox_answer;

// Runs `program`, which lies beside this one or in ../libexec/segsh seen from there, on the parts of a request, and waits for its end.
// csandbox_done: the answer is filled. csandbox_refused: the data is at fault. csandbox_failed: the system is. A message of at most 255 bytes is
// left in `message` unless the result is csandbox_done; it is empty where the helper ended without one. limits->parent is filled in here. Safe on several threads at once.
int csandbox_run(const char *program, csandbox_limits limits, const csandbox_part *parts, int part_count, csandbox_answer *answer, char *message);
void csandbox_free(csandbox_answer *answer);

// The helper's side.

// Gives up privileges, files, processes, memory above the limit and every system call but reading, writing, memory, threads and ending; a refused call fails
// with EPERM. Where the kernel has no seccomp, the other limits hold alone. 0 on success; otherwise the helper ends without an answer.
int csandbox_enter(void);
// 0 on success. Fewer bytes than `count` are a failure.
int csandbox_read(void *to, size_t count);
int csandbox_write(const void *from, size_t count);
// Tries what the sandbox refuses and writes one line for each to standard output; 0 when all is refused. For `PROGRAM --check`.
int csandbox_check(void);

#ifdef __cplusplus
}
#endif
