#define _POSIX_C_SOURCE 200809L
#include "CZeroMQ.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Declared as the header of version 4 declares it; layouts and numbers are part of the binary interface of libzmq.so.5.
typedef union {
  unsigned char bytes[64];
  void *alignment;
} zmq_msg;
typedef struct {
  void *socket;
  int fd;
  short events, revents;
} zmq_item;

enum { LINGER = 17, MAXMSGSIZE = 22, ROUTER_HANDOVER = 56, POLLIN_EVENT = 1, DONTWAIT = 1, SNDMORE = 2, ROUTER = 6 };

static struct {
  void *(*ctx_new)(void);
  int (*ctx_term)(void *);
  void *(*socket)(void *, int);
  int (*close)(void *);
  int (*setsockopt)(void *, int, const void *, size_t);
  int (*bind)(void *, const char *);
  int (*poll)(zmq_item *, int, long);
  int (*msg_init)(zmq_msg *);
  int (*msg_recv)(zmq_msg *, void *, int);
  int (*msg_more)(const zmq_msg *);
  size_t (*msg_size)(const zmq_msg *);
  void *(*msg_data)(zmq_msg *);
  int (*msg_close)(zmq_msg *);
  int (*send)(void *, const void *, size_t, int);
  int (*errno_)(void);
  const char *(*strerror)(int);
} zmq;

static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void **place;
  } functions[] = {
      {"zmq_ctx_new", (void **)&zmq.ctx_new},     {"zmq_ctx_term", (void **)&zmq.ctx_term},
      {"zmq_socket", (void **)&zmq.socket},       {"zmq_close", (void **)&zmq.close},
      {"zmq_setsockopt", (void **)&zmq.setsockopt}, {"zmq_bind", (void **)&zmq.bind},
      {"zmq_poll", (void **)&zmq.poll},           {"zmq_msg_init", (void **)&zmq.msg_init},
      {"zmq_msg_recv", (void **)&zmq.msg_recv},   {"zmq_msg_more", (void **)&zmq.msg_more},
      {"zmq_msg_size", (void **)&zmq.msg_size},   {"zmq_msg_data", (void **)&zmq.msg_data},
      {"zmq_msg_close", (void **)&zmq.msg_close}, {"zmq_send", (void **)&zmq.send},
      {"zmq_errno", (void **)&zmq.errno_},        {"zmq_strerror", (void **)&zmq.strerror},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    *functions[i].place = dlsym(library, functions[i].name);
    if (!*functions[i].place) return;
  }
  is_loaded = 1;
}

int czeromq_load(void) {
  pthread_once(&once, load);
  return !is_loaded;
}

const char *czeromq_error(void) { return zmq.strerror(zmq.errno_()); }

void *czeromq_context(void) { return zmq.ctx_new(); }

void czeromq_end(void *context) { zmq.ctx_term(context); }

void *czeromq_bind(void *context, int type, const char *address, int64_t limit) {
  void *socket = zmq.socket(context, type);
  if (!socket) return NULL;
  const int linger = 1000, handover = 1;
  zmq.setsockopt(socket, LINGER, &linger, sizeof linger);
  zmq.setsockopt(socket, MAXMSGSIZE, &limit, sizeof limit);
  if (type == ROUTER) zmq.setsockopt(socket, ROUTER_HANDOVER, &handover, sizeof handover);
  if (zmq.bind(socket, address) == 0) return socket;
  zmq.close(socket);
  return NULL;
}

void czeromq_close(void *socket) { zmq.close(socket); }

int czeromq_wait(void *const *sockets, int count, long milliseconds) {
  zmq_item items[8];
  if (count < 0 || count > 8) return 0;
  for (int i = 0; i < count; i++) items[i] = (zmq_item){sockets[i], 0, POLLIN_EVENT, 0};
  int result = zmq.poll(items, count, milliseconds);
  if (result < 0) return -1;
  int bits = 0;
  for (int i = 0; i < count; i++)
    if (items[i].revents & POLLIN_EVENT) bits |= 1 << i;
  return bits;
}

int czeromq_receive(void *socket, uint8_t **bytes, size_t *count, int *more) {
  zmq_msg message;
  *bytes = NULL;
  *count = 0;
  *more = 0;
  if (zmq.msg_init(&message) != 0) return -1;
  int result = zmq.msg_recv(&message, socket, DONTWAIT);
  if (result >= 0) {
    *count = zmq.msg_size(&message);
    *more = zmq.msg_more(&message);
    *bytes = malloc(*count ? *count : 1);
    if (*bytes) memcpy(*bytes, zmq.msg_data(&message), *count);
    else *count = 0;
  }
  zmq.msg_close(&message);
  return result < 0 ? -1 : 0;
}

void czeromq_free(uint8_t *bytes) { free(bytes); }

int czeromq_send(void *socket, const uint8_t *bytes, size_t count, int more) {
  return zmq.send(socket, bytes, count, more ? SNDMORE : 0) < 0 ? -1 : 0;
}
