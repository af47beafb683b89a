// Threads that wait for work: briefly in a loop, so that consecutive layers find them awake, then asleep.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#include "CWorkers.h"

typedef void (*task_body)(void *, long, long);

static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;  // held by the thread whose job runs
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static long started = 0;                // threads created; guarded by owner
static unsigned long births[CW_MAX_WORKERS];  // the job before each thread's first
static int sleepers = 0;                // guarded by lock
static atomic_ulong job;                // number of the current job
static atomic_long next, busy;          // next task; workers that have yet to leave the job
static long task_count, worker_limit;   // written before job is raised
static task_body body;
static void *context;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void work(long worker) {
  for (;;) {
    long task = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
    if (task >= task_count) return;
    body(context, task, worker);
  }
}

static void *serve(void *argument) {
  long worker = (long)argument;
  unsigned long seen = births[worker];
  for (;;) {
    unsigned long current = atomic_load_explicit(&job, memory_order_acquire);
    for (int i = 0; current == seen && i < 4000; i++) {
      pause_briefly();
      current = atomic_load_explicit(&job, memory_order_acquire);
    }
    if (current == seen) {
      pthread_mutex_lock(&lock);
      sleepers++;
      while ((current = atomic_load_explicit(&job, memory_order_acquire)) == seen) pthread_cond_wait(&wake, &lock);
      sleepers--;
      pthread_mutex_unlock(&lock);
    }
    seen = current;
    if (worker < worker_limit) work(worker);
    atomic_fetch_sub_explicit(&busy, 1, memory_order_release);
  }
  return NULL;
}

static void start_threads(long threads) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  while (started < threads - 1) {
    pthread_t thread;
    births[started + 1] = atomic_load_explicit(&job, memory_order_relaxed);
    if (pthread_create(&thread, &attributes, serve, (void *)(started + 1)) != 0) break;
    started++;
  }
  pthread_attr_destroy(&attributes);
}

void cw_run(long tasks, long threads, task_body function, void *argument) {
  if (threads > CW_MAX_WORKERS) threads = CW_MAX_WORKERS;
  if (threads > tasks) threads = tasks;
  if (threads <= 1 || pthread_mutex_trylock(&owner) != 0) {
    for (long task = 0; task < tasks; task++) function(argument, task, 0);
    return;
  }
  start_threads(threads);
  body = function;
  context = argument;
  task_count = tasks;
  worker_limit = threads;
  atomic_store_explicit(&next, 0, memory_order_relaxed);
  atomic_store_explicit(&busy, started, memory_order_relaxed);
  pthread_mutex_lock(&lock);
  atomic_fetch_add_explicit(&job, 1, memory_order_release);
  if (sleepers > 0) pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&lock);
  work(0);
  // A worker may have lost its core to another program: after a while, give it ours.
  for (long i = 0; atomic_load_explicit(&busy, memory_order_acquire) > 0; i++) {
    if (i < 20000) {
      pause_briefly();
    } else {
      sched_yield();
    }
  }
  pthread_mutex_unlock(&owner);
}
