// SPDX-License-Identifier: MIT
// loop.c - the scheduler's poller, on libuv
//
// The loop never runs by itself: the scheduler asks it to look (once, without waiting) or to wait
// until something happens or its time is up. The time limit is one timer of the loop, started for
// each wait; scripts' own timers live in the scheduler and never become timers of libuv.
#include "io/loop.h"

#include "base/assertion.h"
#include "io/process.h"
#include "io/signal.h"
#include "io/work.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

struct Loop {
  Poller poller;
  VM *vm; // NULL in tests
  uv_loop_t uv;
  uv_async_t waker;
  uv_timer_t limit;
  DLink works;
  DLink processes;
  uint32_t retain_count;
  uint32_t file_limit;
};

#define NS_PER_MS INT64_C(1000000)

static void do_nothing_async(uv_async_t *handle) {
  (void)handle;
}
static void do_nothing_timer(uv_timer_t *handle) {
  (void)handle;
}

static void poll_loop(void *self, int64_t timeout_ns) {
  Loop *loop = self;
  if (timeout_ns == 0) {
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    return;
  }
  if (timeout_ns > 0) {
    // Rounded up: waking early would only mean to sleep again.
    uv_update_time(&loop->uv);
    uint64_t ms = (uint64_t)((timeout_ns + NS_PER_MS - 1) / NS_PER_MS);
    uv_timer_start(&loop->limit, do_nothing_timer, ms, 0);
  }
  uv_run(&loop->uv, UV_RUN_ONCE);
  uv_timer_stop(&loop->limit);
}

static void wake_loop(void *self) {
  uv_async_send(&((Loop *)self)->waker);
}

static bool loop_is_alive(void *self) {
  return ((Loop *)self)->retain_count > 0;
}

// A thousand requests need a thousand sockets, and the usual soft limit is 1,024. The hard limit is
// what the administrator meant to allow.
static uint32_t raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur < UINT32_MAX ? (uint32_t)limit.rlim_cur : UINT32_MAX;
}

static bool open_loop(Loop *loop) {
  if (uv_loop_init(&loop->uv) != 0) return false;
  uv_timer_init(&loop->uv, &loop->limit);
  if (uv_async_init(&loop->uv, &loop->waker, do_nothing_async) == 0) return true;
  uv_close((uv_handle_t *)&loop->limit, NULL);
  uv_run(&loop->uv, UV_RUN_DEFAULT);
  uv_loop_close(&loop->uv);
  return false;
}

Poller *loop_new(VM *vm) {
  Loop *loop = calloc(1, sizeof(Loop));
  if (!loop) return NULL;
  loop->vm = vm;
  if (!open_loop(loop)) {
    free(loop);
    return NULL;
  }
  dlist_init(&loop->works);
  dlist_init(&loop->processes);
  if (vm) heap_add_root(vm_heap(vm), work_mark, &loop->works);
  if (vm) heap_add_root(vm_heap(vm), process_mark, &loop->processes);
  loop->file_limit = raise_file_limit();
  signal_ignore_pipe(); // sockets that the other side has closed
  loop->poller =
      (Poller){.self = loop, .poll = poll_loop, .wake = wake_loop, .is_alive = loop_is_alive};
  return &loop->poller;
}

static void close_handle(uv_handle_t *handle, void *context) {
  (void)context;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void abandon_all(DLink *list, void (*abandon)(DLink *link)) {
  for (DLink *link = list->next, *next; link != list; link = next) {
    next = link->next; // it may be freed at once
    abandon(link);
  }
}

void loop_free(Poller *poller) {
  if (!poller) return;
  Loop *loop = loop_of_poller(poller);
  abandon_all(&loop->works, work_abandon);
  abandon_all(&loop->processes, process_abandon);
  uv_walk(&loop->uv, close_handle, NULL);
  uv_run(&loop->uv, UV_RUN_DEFAULT); // the callbacks of what was closed
  uv_loop_close(&loop->uv);
  free(loop);
}

Loop *loop_of_poller(Poller *poller) {
  return poller->self;
}

Loop *loop_of(VM *vm) {
  Poller *poller = sched_poller(sched_of(vm));
  return poller ? loop_of_poller(poller) : NULL;
}

struct Outside *loop_outside(const Loop *loop) {
  return loop->vm ? sched_outside(sched_of(loop->vm)) : NULL;
}

DLink *loop_works(Loop *loop) {
  return &loop->works;
}

DLink *loop_processes(Loop *loop) {
  return &loop->processes;
}

struct uv_loop_s *loop_uv(Loop *loop) {
  return &loop->uv;
}

void loop_retain(Loop *loop) {
  loop->retain_count++;
}

void loop_release(Loop *loop) {
  ASSERT(loop->retain_count > 0);
  loop->retain_count--;
}

uint32_t loop_file_limit(const Loop *loop) {
  return loop->file_limit;
}
