// SPDX-License-Identifier: MIT
// work.c - something that takes its time, on a thread, and the promise of its result
#include "io/work.h"

#include "base/dlist.h"
#include "base/memory.h"
#include "sched/errand.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

struct Work {
  uv_work_t request;
  DLink link; // in the loop's list
  VM *vm;
  Loop *loop;
  Promise *promise; // NULL: cancelled
  const WorkKind *kind;
  void *task;
  OutsideOp op;
  bool is_queued; // a thread has it or will have it; else a recording answers
  atomic_bool is_cancelled;
};

bool work_is_cancelled(const Work *work) {
  return atomic_load_explicit(&work->is_cancelled, memory_order_relaxed);
}

void work_mark(Heap *heap, void *owner, bool minor) {
  (void)minor;
  DLink *works = owner;
  for (DLink *link = works->next; link != works; link = link->next) {
    heap_mark(heap, (Obj *)CONTAINER_OF(link, Work, link)->promise);
  }
}

static void run_on_thread(uv_work_t *request) {
  Work *work = CONTAINER_OF(request, Work, request);
  if (!work_is_cancelled(work)) work->kind->run(work, work->task);
}

static void free_work(Work *work) {
  outside_end(loop_outside(work->loop), &work->op);
  dlist_unlink(&work->link);
  work->kind->free_task(work->task);
  free(work);
}

static void settle(Work *work) {
  VM *vm = work->vm;
  Promise *promise = work->promise;
  Value value = work->kind->deliver(vm, work->task);
  if (value_is_absent(value)) {
    promise_reject_raised(vm, promise);
    return;
  }
  vm_push_root(vm, value);
  promise_fulfil(vm, promise, value);
  vm_pop_roots(vm, 1);
}

static void record(Work *work) {
  Outside *outside = loop_outside(work->loop);
  if (!outside_is_recording(outside)) return;
  Buffer result = {0};
  work->kind->save(work->task, &result);
  outside_event(outside, &work->op, &result);
  buffer_free(&result);
}

static void end_work(Work *work) {
  if (work->promise) {
    settle(work);
    loop_release(work->loop);
  }
  free_work(work);
}

static void on_done(uv_work_t *request, int status) {
  (void)status;
  Work *work = CONTAINER_OF(request, Work, request);
  if (work->promise) record(work);
  end_work(work);
}

static void on_recorded(void *context, JournalCursor *answer) {
  Work *work = context;
  work->kind->restore(work->task, answer);
  end_work(work);
}

static void call_off(VM *vm, void *task) {
  (void)vm;
  Work *work = task;
  work->promise = NULL;
  atomic_store_explicit(&work->is_cancelled, true, memory_order_relaxed);
  loop_release(work->loop);
  outside_end(loop_outside(work->loop), &work->op);
  if (work->is_queued)
    uv_cancel((uv_req_t *)&work->request); // if no thread has taken it yet
  else
    free_work(work);
}

void work_abandon(DLink *link) {
  Work *work = CONTAINER_OF(link, Work, link);
  if (work->promise) call_off(work->vm, work);
}

static Work *make_work(VM *vm, Promise *promise, const WorkKind *kind, void *task) {
  Loop *loop = loop_of(vm);
  if (!loop) return NULL;
  Work *work = memory_require(NULL, sizeof(Work));
  *work = (Work){.vm = vm, .loop = loop, .promise = promise, .kind = kind, .task = task};
  if (errand_attach(vm, promise, work, call_off)) return work;
  free(work);
  return NULL;
}

// False: a recording will answer.
static bool begin(Work *work) {
  Outside *outside = loop_outside(work->loop);
  work->op.answer = on_recorded;
  work->op.context = work;
  if (!outside) return true;
  Buffer details = {0};
  OutsideWish wish = {0};
  work->kind->wish(work->task, &wish, &details);
  wish.details = details.bytes ? details.bytes : "";
  wish.details_len = details.len;
  bool is_real = outside_begin(outside, &work->op, &wish);
  buffer_free(&details);
  return is_real;
}

Promise *work_start(VM *vm, const WorkKind *kind, void *task) {
  Promise *promise = promise_new(vm);
  vm_push_root(vm, promise ? value_object(promise) : VALUE_NULL);
  Work *work = promise ? make_work(vm, promise, kind, task) : NULL;
  vm_pop_roots(vm, 1);
  if (!work) {
    kind->free_task(task);
    return NULL;
  }
  dlist_append(loop_works(work->loop), &work->link);
  loop_retain(work->loop);
  work->is_queued = begin(work);
  if (work->is_queued) {
    uv_queue_work(loop_uv(work->loop), &work->request, run_on_thread, on_done);
  }
  return promise;
}
