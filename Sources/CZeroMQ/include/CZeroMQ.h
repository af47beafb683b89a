// A face over ZeroMQ, which is loaded when a notebook starts the kernel: linking it would cost every start of the program, and every installation.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Loads the library. 0, or 1 where it is not installed.
int czeromq_load(void);

// What the last call that failed on this thread failed with.
const char *czeromq_error(void);

// A context, or NULL.
void *czeromq_context(void);
// Ends a context after its sockets are closed; waits for what is still to be sent, up to the sockets' linger.
void czeromq_end(void *context);

enum { czeromq_pub = 1, czeromq_rep = 4, czeromq_router = 6 };

// A socket that takes messages of at most `limit` bytes a part, bound to an address; NULL where that fails.
void *czeromq_bind(void *context, int type, const char *address, int64_t limit);
void czeromq_close(void *socket);

// Waits until one of at most 8 sockets has a message: bits by position, 0 after the time, -1 with errno EINTR after a signal.
int czeromq_wait(void *const *sockets, int count, long milliseconds);

// Receives one part of a message, which czeromq_free gives back; `more` says whether another follows. 0, or -1 where none waits.
int czeromq_receive(void *socket, uint8_t **bytes, size_t *count, int *more);
void czeromq_free(uint8_t *bytes);

// Sends one part of a message. 0, or -1.
int czeromq_send(void *socket, const uint8_t *bytes, size_t count, int more);
