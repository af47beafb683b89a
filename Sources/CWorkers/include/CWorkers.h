// Threads that wait for work, shared by all that run in parallel.
#pragma once

/// Calls body(context, task, worker) for each task in 0..<tasks on at most `threads` threads (the caller is one of them), workers numbered from 0.
/// Any worker may do any task. A call from inside a task, or while another call runs, does all tasks on the calling thread.
void cw_run(long tasks, long threads, void (*body)(void *context, long task, long worker), void *context);

/// The most workers that cw_run uses.
enum { CW_MAX_WORKERS = 64 };
