// SPDX-License-Identifier: MIT
// sched.c - slices, the main loop, the end of a program
#include "sched/sched.h"

#include "sched/alarm.h"
#include "sched/broadcast.h"
#include "sched/cancel.h"
#include "sched/channel.h"
#include "sched/debounce.h"
#include "sched/errand.h"
#include "sched/finaliser.h"
#include "sched/group.h"
#include "sched/lock.h"
#include "sched/once.h"
#include "sched/replay.h"
#include "sched/sched_private.h"
#include "sched/fiber_tree.h"
#include "sched/sampler.h"
#include "sched/select.h"
#include "sched/stall.h"
#include "sched/stranded.h"
#include "sched/semaphore.h"
#include "sched/ticket.h"
#include "sched/timer.h"
#include "sched/wait_group.h"
#include "vm/interp.h"
#include "vm/profile.h"
#include "vm/raise.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

// --- Lifetime
// ----------------------------------------------------------------------------------------

Sched *sched_new(VM *vm, const SchedOptions *options) {
  Sched *sched = calloc(1, sizeof(Sched));
  if (!sched) return NULL;
  sched->vm = vm;
  sched->clock.is_virtual = options->virtual_time;
  sched->shuffle = policy_new(&options->policy);
  sched->main_error = VALUE_ABSENT;
  sched->main_value = VALUE_NULL;
  if (options->writer || options->reader) {
    sched->outside = outside_new(vm, options->writer, options->reader);
    sched->clock.outside = sched->outside;
  }
  sched_fill_async_ops(sched);
  promise_register(vm);
  channel_register(vm);
  ticket_register(vm);
  select_register(vm);
  errand_register(vm);
  group_register(vm);
  alarm_register(vm);
  debounce_register(vm);
  once_register(vm);
  broadcast_register(vm);
  lock_register(vm);
  semaphore_register(vm);
  wait_group_register(vm);
  sched_roots_add(sched);
  // Asked before the rejections, as what it brings back may still await a promise.
  stranded_register(sched);
  sched->finalisers = finaliser_new(vm);
  if (sched->finalisers) return sched;
  sched_free(sched);
  return NULL;
}

void sched_free(Sched *sched) {
  if (!sched) return;
  timer_queue_free(&sched->timers);
  vec_free(&sched->fresh_targets);
  vec_free(&sched->cancelling);
  vec_free(&sched->notifying);
  vec_free(&sched->rejected);
  vec_free(&sched->doomed);
  vec_free(&sched->unreached);
  vec_free(&sched->stranded);
  finaliser_free(sched->finalisers);
  policy_free(sched->shuffle);
  outside_free(sched->outside);
  free(sched);
}

Sched *sched_of(VM *vm) {
  return vm_scheduler(vm);
}
const Clock *sched_clock(const Sched *sched) {
  return &sched->clock;
}

Outside *sched_outside(const Sched *sched) {
  return sched->outside;
}

void sched_set_poller_maker(Sched *sched, Poller *(*make)(void *context), void *context) {
  sched->make_poller = make;
  sched->poller_context = context;
}

Poller *sched_poller(Sched *sched) {
  if (!sched->poller && sched->make_poller) {
    sched->poller = sched->make_poller(sched->poller_context);
  }
  if (!sched->poller) vm_raise(sched->vm, "IOError", "the event loop could not be started");
  return sched->poller;
}

void sched_set_before_wait(Sched *sched, void (*before)(void *context), void *context) {
  sched->before_wait = before;
  sched->before_wait_context = context;
}

void sched_set_report(Sched *sched, void (*report)(void *, VM *, Error *, const char *),
                      void *context) {
  sched->report = report;
  sched->report_context = context;
}

// --- Failures that nobody saw
// ----------------------------------------------------------------------

bool sched_had_reports(const Sched *sched) {
  return sched->had_reports;
}

static void report(Sched *sched, Error *error, const char *headline) {
  sched->had_reports = true;
  if (sched->report) sched->report(sched->report_context, sched->vm, error, headline);
}

void sched_note_rejected(Sched *sched, Promise *promise) {
  vec_push(&sched->rejected, promise);
}

void sched_report_finaliser(Sched *sched, Error *error) {
  report(sched, error, "the finaliser of an object, its __gc, failed");
}

void sched_report_failed(Sched *sched, Fiber *fiber, Error *error) {
  if (fiber && (fiber->obj.flags & FIBER_FINALISER)) {
    sched_report_finaliser(sched, error);
  } else {
    report(sched, error, "a fiber started by `go` failed");
  }
}

void sched_drop_fiber(Sched *sched, Fiber *fiber, Error *error) {
  raise_abandon(sched->vm, fiber);
  fiber->base = 0;
  if (fiber == sched->main) sched->main_ended = true;
  if (fiber_promise(fiber)) {
    fiber_promise(fiber)->obj.flags |= PROMISE_OBSERVED;
    promise_reject(sched->vm, fiber_promise(fiber), value_object(error));
  }
  report(sched, error, NULL);
  fiber_end(sched->vm, fiber);
  lock_fiber_ended(sched->vm, fiber);
}

void sched_report_promise(Sched *sched, Promise *promise) {
  if (promise->obj.flags & PROMISE_OBSERVED) return;
  promise->obj.flags |= PROMISE_OBSERVED;
  report(sched, (Error *)value_as_object(promise->value),
         "an async call failed and nobody awaited its promise");
}

static void report_doomed(Sched *sched) {
  if (outside_is_replaying(sched->outside)) replay_reports(sched);
  for (uint32_t i = 0; i < sched->doomed.count; i++) {
    Promise *promise = sched->doomed.items[i];
    if (promise->obj.flags & PROMISE_OBSERVED) continue;
    outside_note_report(sched->outside, promise->obj.extra);
    sched_report_promise(sched, promise);
  }
  vec_clear(&sched->doomed);
}

// At the end no promise can be awaited any more.
static void report_all_rejected(Sched *sched) {
  report_doomed(sched);
  for (uint32_t i = 0; i < sched->rejected.count; i++) {
    sched_report_promise(sched, sched->rejected.items[i]);
  }
  vec_clear(&sched->rejected);
}

void sched_report_rejected(Sched *sched, bool all) {
  if (all)
    report_all_rejected(sched);
  else
    report_doomed(sched);
}

// --- The main loop
// ---------------------------------------------------------------------------------

Fiber *sched_take_ready(Sched *sched) {
  if (sched->ready_count == 0) return NULL;
  Waiter *waiter = UNLIKELY(sched->shuffle != NULL) ? policy_take(sched->shuffle)
                                                    : wait_take(&sched->ready);
  sched->ready_count--;
  Fiber *fiber = fiber_of_waiter(waiter);
  if (UNLIKELY(sched->outside != NULL)) outside_turn(sched->outside, fiber);
  return fiber;
}

static bool outside_is_alive(const Sched *sched) {
  return sched->poller && sched->poller->is_alive(sched->poller->self);
}

void sched_fire_timers(Sched *sched) {
  if (timer_is_empty(sched)) return;
  int64_t now = clock_real_ns();
  if (timer_next_ns(sched) > now) return;
  outside_note_time(sched->outside, now);
  timer_fire_due(sched, now);
}

void sched_look_outside(Sched *sched) {
  if (outside_is_replaying(sched->outside)) {
    replay_look(sched);
    return;
  }
  if (sched->poller) sched->poller->poll(sched->poller->self, 0);
  if (!sched->clock.is_virtual) sched_fire_timers(sched);
  outside_looked(sched->outside, false);
}

static bool is_called(const Sched *sched) {
  return (sched->is_interrupted && !sched->is_interrupt_taken) || sched->wants_list;
}

// A signal ends it early: the loop then looks again. One that comes just before it falls asleep must
// do so too, so from the last look on signals are held back until the sleep itself lets them in.
static void sleep_ns(const Sched *sched, int64_t ns) {
  struct timespec duration = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (!is_called(sched)) pselect(0, NULL, NULL, NULL, &duration, &before);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// Nothing is ready: waits until a timer is due or something happens outside.
static void wait_real(Sched *sched, bool alive) {
  int64_t timeout = -1;
  if (!timer_is_empty(sched)) {
    timeout = timer_next_ns(sched) - clock_real_ns();
    if (timeout < 0) timeout = 0;
  }
  if (timeout != 0 && sched->before_wait) sched->before_wait(sched->before_wait_context);
  if (sched->poller && (alive || timeout > 0)) {
    sched->poller->poll(sched->poller->self, timeout);
  } else if (timeout > 0) {
    sleep_ns(sched, timeout);
  }
  sched_fire_timers(sched);
}

// Virtual time stands still while something outside is under way (that takes real time), for at
// most this long; then it jumps to the next timer.
#define SCHED_VIRTUAL_PATIENCE_NS 20000000

static void wait_virtual(Sched *sched, bool alive) {
  if (alive) {
    bool has_timer = !timer_is_empty(sched);
    sched->poller->poll(sched->poller->self, has_timer ? SCHED_VIRTUAL_PATIENCE_NS : -1);
    if (sched->ready_count > 0) return;
  }
  if (timer_is_empty(sched)) return;
  int64_t next = timer_next_ns(sched);
  if (next > sched->clock.virtual_ns) sched->clock.virtual_ns = next;
  outside_note_time(sched->outside, sched->clock.virtual_ns);
  timer_fire_due(sched, sched->clock.virtual_ns);
}

// False: nothing can happen any more.
bool sched_wait_outside(Sched *sched) {
  if (outside_is_replaying(sched->outside)) return replay_wait(sched);
  bool alive = outside_is_alive(sched);
  if (!alive && timer_is_empty(sched)) return false;
  outside_looked(sched->outside, true);
  if (sched->clock.is_virtual) {
    wait_virtual(sched, alive);
  } else {
    wait_real(sched, alive);
  }
  return true;
}

// What a fiber awaits if it only waits to be interrupted: a server. NULL: something else.
static Promise *interruptible(const Fiber *fiber) {
  if (fiber->wait.kind != WAIT_AWAIT || fiber->wait.on->kind != KIND_PROMISE) return NULL;
  Promise *promise = (Promise *)fiber->wait.on;
  return promise->obj.flags & PROMISE_INTERRUPTIBLE ? promise : NULL;
}

typedef VEC(Promise *) PromiseVec;

static void note_interruptible(Obj *object, void *context) {
  Promise *promise = interruptible((const Fiber *)object);
  if (promise) vec_push((PromiseVec *)context, promise);
}

static int by_number(const void *a, const void *b) {
  uint32_t x = (*(Promise *const *)a)->obj.extra, y = (*(Promise *const *)b)->obj.extra;
  return x < y ? -1 : x > y;
}

// Main serves: it goes on, and so do the others that serve.
static void interrupt_servers(Sched *sched) {
  PromiseVec awaited = {0};
  heap_each(vm_heap(sched->vm), KIND_FIBER, note_interruptible, &awaited);
  qsort(awaited.items, awaited.count, sizeof(Promise *), by_number);
  for (uint32_t i = 0; i < awaited.count; i++) promise_fulfil(sched->vm, awaited.items[i], VALUE_NULL);
  vec_free(&awaited);
}

void sched_take_interrupt(Sched *sched, Fiber *running) {
  if (!sched->is_interrupted || sched->is_interrupt_taken) return;
  sched->is_interrupt_taken = true;
  if (!running) outside_note_signal(sched->outside, NULL); // else see leave_for_interrupt
  vm_forget_interrupt(sched->vm);
  if (sched->main && interruptible(sched->main)) { // the program ends as it does without a signal
    sched->is_interrupted = sched->is_interrupt_taken = false;
    interrupt_servers(sched);
    return;
  }
  cancel_interrupted(sched->vm, sched->main, running);
}

static Fiber *last_ready(Sched *sched) {
  return fiber_of_waiter(sched->shuffle ? policy_last(sched->shuffle) : sched->ready.first->prev);
}

// --- Questions from outside ----------------------------------------------------------------------

static void tell(Sched *sched, Buffer *text) {
  if (sched->notice && text->len > 0) sched->notice(sched->notice_context, text->bytes, text->len);
  buffer_free(text);
}

void sched_answer_list(Sched *sched, const Fiber *running) {
  if (!sched->wants_list) return;
  Buffer text = {0};
  sched->wants_list = 0;
  fiber_tree_print(sched, &text, running);
  tell(sched, &text);
}

bool sched_is_asked(const Sched *sched) {
  return sched->wants_list || (sched->stall && stall_is_due(sched->stall));
}

// `running` was computing when somebody asked. It goes on next, as if nothing had been, unless the
// program is to end.
static bool answer(Sched *sched, Fiber *running) {
  Buffer text = {0};
  if (sched->stall && stall_print_begin(sched->stall, &text, running)) tell(sched, &text);
  sched_answer_list(sched, running);
  bool is_ending = sched->is_left || (sched->is_interrupted && !sched->is_interrupt_taken);
  return !is_ending;
}

static void end_stall(Sched *sched) {
  Buffer text = {0};
  if (sched->stall && stall_print_end(sched->stall, &text)) tell(sched, &text);
}

static void tell_stranded(Sched *sched) {
  Buffer text = {0};
  stranded_print(sched, &text);
  tell(sched, &text);
}

void sched_run_slice(Sched *sched) {
  sched->slice_left = SCHED_SLICE;
  sched->slice_count++;
  epoch_open(&sched->epochs, vm_heap(sched->vm), &sched->clock);
  Fiber *next = sched_take_ready(sched);
  InterpResult (*run)(VM *, Fiber *) = sched->vm->profile ? interp_watched_run : interp_run;
  while (run(sched->vm, next) == INTERP_INTERRUPTED) {
    if (sched->is_exiting || sched->is_left) break; // a replay that does not go on
    next = last_ready(sched);
    if (!answer(sched, next)) {
      sched_take_interrupt(sched, next);
      break;
    }
    wait_withdraw(sched->vm, next);
    if (sched->shuffle) policy_forget_last(sched->shuffle);
    if (outside_is_replaying(sched->outside)) vm_interrupt(sched->vm); // the recorded one may come
  }
  epoch_close(&sched->epochs, &sched->clock);
  if (UNLIKELY(sched->stall != NULL)) end_stall(sched);
  report_doomed(sched);
  finaliser_start_due(sched);
  if (UNLIKELY(sched->stranded.count > 0)) tell_stranded(sched);
#ifndef NDEBUG
  sched_verify_slice(sched);
#endif
}

// Main has been cancelled and is done; what went wrong in its cleanup is said.
static SchedEnd end_interrupted(Sched *sched) {
  if (!value_is_absent(sched->main_error)) {
    report(sched, (Error *)value_as_object(sched->main_error), NULL);
  }
  return SCHED_INTERRUPTED;
}

static SchedEnd run_loop(Sched *sched) {
  for (;;) {
    if (sched->is_exiting) return SCHED_EXITED;
    sched_take_interrupt(sched, NULL);
    if (sched->is_left) return SCHED_INTERRUPTED;
    sched_answer_list(sched, NULL);
    if (sched->is_interrupted && sched->main_ended) return end_interrupted(sched);
    if (!value_is_absent(sched->main_error)) return SCHED_FAILED;
    if (sched->ready_count > 0) {
      sched_run_slice(sched);
      sched_look_outside(sched);
    } else if (!sched_wait_outside(sched)) {
      return sched->main_ended ? SCHED_FINISHED : SCHED_DEADLOCK;
    }
  }
}

static void note(Sched *sched, const char *line) {
  if (sched->notice) sched->notice(sched->notice_context, line, strlen(line));
}

static void watch_stalls(Sched *sched) {
  if (sched->stall_limit_ns == 0) return;
  sched->stall = stall_new(sched, sched->stall_limit_ns);
  if (!sched->stall) note(sched, "note: stalls are not watched, as no thread can be started\n");
}

void sched_watch_time(Sched *sched, uint32_t hz) {
  sched->sample_hz = hz;
}

struct Profile *sched_profile(const Sched *sched) {
  return sched->vm->profile;
}

// The thread whose time counts is this one.
static Sampler *start_sampler(Sched *sched) {
  VM *vm = sched->vm;
  if (sched->sample_hz == 0) return NULL;
  vm->profile = profile_new();
  Sampler *sampler = vm->profile ? sampler_new(vm, vm->profile, sched->sample_hz) : NULL;
  if (sampler) return sampler;
  profile_free(vm->profile);
  vm->profile = NULL;
  note(sched, "note: there is no profile, as no thread can be started\n");
  return NULL;
}

static void end_sampler(Sched *sched, Sampler *sampler) {
  if (!sampler) return;
  sampler_free(sampler);
  profile_end(sched->vm);
}

SchedEnd sched_run(Sched *sched, Closure *main) {
  sched->main_ended = false;
  sched->main_error = VALUE_ABSENT;
  sched->is_exiting = false;
  sched->is_interrupt_taken = false;
  sched->main = fiber_new(sched->vm, value_object(main), NULL, 0);
  if (!sched->main) {
    sched->main_error = vm_take_error(sched->vm);
    return SCHED_FAILED;
  }
  sched->main->obj.flags |= FIBER_MAIN;
  wait_ready(sched->vm, sched->main);
  watch_stalls(sched);
  Sampler *sampler = start_sampler(sched);
  SchedEnd end = run_loop(sched);
  end_sampler(sched, sampler);
  stall_free(sched->stall);
  sched->stall = NULL;
  // Also before a deadlock report: who waits may wait for one that has failed.
  report_all_rejected(sched);
#ifndef NDEBUG
  sched_verify(sched);
#endif
  return end;
}

Value sched_error(const Sched *sched) {
  return sched->main_error;
}

int sched_exit_status(const Sched *sched) {
  return sched->exit_status;
}

void sched_exit(Sched *sched, int status) {
  sched->is_exiting = true;
  sched->exit_status = status;
}

void sched_list_fibers(Sched *sched) {
  sched->wants_list = 1;
  vm_interrupt(sched->vm);
  if (sched->poller) sched->poller->wake(sched->poller->self);
}

void sched_watch_stalls(Sched *sched, int64_t limit_ns) {
  sched->stall_limit_ns = limit_ns;
}

void sched_tell_stranded(Sched *sched, StrandedTelling telling) {
  sched->tells_stranded = telling;
}

void sched_set_notice(Sched *sched, void (*notice)(void *, const char *, size_t), void *context) {
  sched->notice = notice;
  sched->notice_context = context;
}

void sched_interrupt(Sched *sched) {
  if (outside_is_replaying(sched->outside)) {
    sched->is_left = 1; // the interrupt that the program gets is the recorded one
  } else {
    sched->is_interrupted = 1;
  }
  vm_interrupt(sched->vm);
  if (sched->poller) sched->poller->wake(sched->poller->self);
}

bool sched_was_left(const Sched *sched) {
  return sched->is_left;
}

void sched_forget_outside(Sched *sched) {
  outside_free(sched->outside);
  sched->outside = NULL;
  sched->clock.outside = NULL;
}
