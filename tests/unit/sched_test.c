// SPDX-License-Identifier: MIT
// sched_test.c - promises, channels, timers, wait queues and the ends of a run, one matter each
//
// Natives are the fibers: `start` runs on main, `step` on as many others as a test spawns. What
// happened is kept as letters in `trace`, so that an order is one string to compare. Whether all of
// it holds together under random use is the subject of sched_model_test.c.
#include "sched_machine.h"

#define MS INT64_C(1000000)

static SchedMachine *machine;
static char trace[200];
static Value shared; // what the fibers of a test work on; rooted while it runs

static void note(const char *text) {
  strncat(trace, text, sizeof(trace) - strlen(trace) - 1);
}

static NativeStatus status_of(WaitResult result) {
  if (result == WAIT_DONE) return NATIVE_DONE;
  return result == WAIT_PARKED ? NATIVE_PARKED : NATIVE_FAILED;
}

// --- Tests without fibers ------------------------------------------------------------------------

static Value new_error(VM *vm, const char *text) {
  vm_raise(vm, "ValueError", "%s", text);
  return vm_take_error(vm);
}

static Promise *rooted_promise(VM *vm) {
  Promise *promise = promise_new(vm);
  vm_push_root(vm, value_object(promise));
  return promise;
}

static void check_settling(VM *vm) {
  Promise *p = rooted_promise(vm);
  CHECK(promise_state(p) == PROMISE_PENDING);
  promise_fulfil(vm, p, value_int(1));
  promise_fulfil(vm, p, value_int(2));
  promise_reject(vm, p, new_error(vm, "too late"));
  CHECK(promise_state(p) == PROMISE_FULFILLED && p->value == value_int(1));
  Promise *q = rooted_promise(vm);
  promise_reject(vm, q, new_error(vm, "first"));
  promise_fulfil(vm, q, value_int(3));
  CHECK(promise_state(q) == PROMISE_REJECTED);
  CHECK_STR(((Error *)value_as_object(q->value))->message->bytes, "first");
  CHECK(q->obj.extra == p->obj.extra + 1); // numbered by creation
  vm_pop_roots(vm, 2);
}

static void check_adopting(VM *vm) {
  Promise *inner = rooted_promise(vm);
  Promise *outer = rooted_promise(vm);
  Promise *outermost = rooted_promise(vm);
  promise_fulfil(vm, outermost, value_object(outer));
  promise_fulfil(vm, outer, value_object(inner));
  CHECK(promise_state(outermost) == PROMISE_PENDING);
  promise_fulfil(vm, inner, value_int(5));
  CHECK(promise_state(outermost) == PROMISE_FULFILLED && outermost->value == value_int(5));
  Promise *late = rooted_promise(vm);
  promise_fulfil(vm, late, value_object(outermost)); // it has settled already
  CHECK(promise_state(late) == PROMISE_FULFILLED && late->value == value_int(5));
  Promise *itself = rooted_promise(vm);
  promise_fulfil(vm, itself, value_object(itself));
  CHECK(promise_state(itself) == PROMISE_REJECTED);
  vm_pop_roots(vm, 5);
}

static void note_settled(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  char text[20];
  snprintf(text, sizeof(text), "%u%c ", watcher->index,
           promise_state(settled) == PROMISE_FULFILLED ? 'f' : 'r');
  note(text);
}

static void check_watching(VM *vm) {
  trace[0] = '\0';
  Promise *p = rooted_promise(vm);
  Promise *target = rooted_promise(vm);
  for (uint32_t i = 1; i <= 3; i++) CHECK(promise_watch(vm, p, note_settled, target, i));
  CHECK_STR(trace, "");
  promise_reject(vm, p, new_error(vm, "watched"));
  CHECK_STR(trace, "1r 2r 3r ");
  Promise *left = rooted_promise(vm);
  CHECK(promise_watch(vm, left, note_settled, target, 4));
  promise_fulfil(vm, target, VALUE_NULL); // the target has settled: it need not know any more
  promise_fulfil(vm, left, VALUE_NULL);
  CHECK_STR(trace, "1r 2r 3r ");
  vm_pop_roots(vm, 3);
}

static void check_buffer(VM *vm) {
  Channel *ch = channel_new(vm, 3, true);
  vm_push_root(vm, value_object(ch));
  bool sent = false;
  Value out = VALUE_NULL;
  int next_in = 0;
  int next_out = 0;
  for (int round = 0; round < 50; round++) { // the ring goes round many times
    for (int i = 0; i < 1 + round % 3; i++) {
      CHECK(channel_try_send(vm, ch, value_int(next_in), &sent));
      next_in += sent;
    }
    CHECK(ch->count <= 3);
    for (int i = 0; i < 1 + round % 2; i++) {
      if (channel_try_receive(vm, ch, &out)) CHECK(out == value_int(next_out++));
    }
  }
  while (channel_try_receive(vm, ch, &out)) CHECK(out == value_int(next_out++));
  CHECK(next_in == next_out && next_in > 50);
  vm_pop_roots(vm, 1);
}

static void check_closing(VM *vm) {
  Channel *ch = channel_new(vm, 2, true);
  vm_push_root(vm, value_object(ch));
  bool sent = false;
  Value out = VALUE_NULL;
  CHECK(channel_try_send(vm, ch, value_int(7), &sent) && sent);
  channel_close(vm, ch);
  channel_close(vm, ch);
  CHECK(channel_is_closed(ch));
  CHECK(!channel_try_send(vm, ch, value_int(8), &sent));
  CHECK_STR(((Error *)value_as_object(vm_take_error(vm)))->message->bytes,
            "send on closed channel");
  CHECK(channel_try_receive(vm, ch, &out) && out == value_int(7));
  CHECK(!channel_try_receive(vm, ch, &out));
  Channel *second = channel_new(vm, 0, false);
  CHECK(second->obj.extra == ch->obj.extra + 1);
  vm_pop_roots(vm, 1);
}

static void check_channel_promises(VM *vm) {
  Channel *ch = channel_new(vm, 0, false);
  vm_push_root(vm, value_object(ch));
  Promise *first = channel_receive_promise(vm, ch);
  vm_push_root(vm, value_object(first));
  Promise *second = channel_next_promise(vm, ch);
  vm_push_root(vm, value_object(second));
  CHECK(promise_state(first) == PROMISE_PENDING && promise_state(second) == PROMISE_PENDING);
  Promise *sent = channel_send_promise(vm, ch, value_int(1));
  CHECK(promise_state(sent) == PROMISE_FULFILLED);
  CHECK(promise_state(first) == PROMISE_FULFILLED && first->value == value_int(1));
  channel_close(vm, ch);
  CHECK(promise_state(second) == PROMISE_FULFILLED);
  CHECK(vm_get_field(vm, value_as_table(second->value), "none") == VALUE_TRUE);
  Promise *late = channel_receive_promise(vm, ch);
  CHECK(promise_state(late) == PROMISE_REJECTED);
  late->obj.flags |= PROMISE_OBSERVED;
  vm_pop_roots(vm, 3);
}

static void check_combinators(VM *vm) {
  List *list = vm_list(vm, 3);
  vm_push_root(vm, value_object(list));
  Promise *a = rooted_promise(vm);
  Promise *b = rooted_promise(vm);
  Value items[] = {value_object(a), value_int(9), value_object(b)};
  for (int i = 0; i < 3; i++) CHECK(list_push(vm_heap(vm), list, items[i]));
  Promise *all = combine_all(vm, list);
  vm_push_root(vm, value_object(all));
  Promise *settled = combine_settled(vm, list);
  vm_push_root(vm, value_object(settled));
  Promise *result = combine_result(vm, b);
  vm_push_root(vm, value_object(result));
  promise_reject(vm, b, new_error(vm, "no"));
  CHECK(promise_state(all) == PROMISE_REJECTED); // at the first, `a` is still pending
  CHECK(promise_state(settled) == PROMISE_PENDING);
  CHECK(promise_state(result) == PROMISE_FULFILLED);
  CHECK(value_is_null(vm_get_field(vm, value_as_table(result->value), "ok")));
  promise_fulfil(vm, a, value_int(4));
  CHECK(promise_state(settled) == PROMISE_FULFILLED);
  List *records = value_as_list(settled->value);
  CHECK(records->count == 3);
  CHECK(vm_get_field(vm, value_as_table(records->items[0]), "value") == value_int(4));
  CHECK(vm_get_field(vm, value_as_table(records->items[1]), "value") == value_int(9));
  CHECK(value_is_null(vm_get_field(vm, value_as_table(records->items[2]), "value")));
  all->obj.flags |= PROMISE_OBSERVED;
  vm_pop_roots(vm, 6);
}

// --- Running tests with fibers -------------------------------------------------------------------

static NativeRow start_row = {"", "start", "fn(): Null", NULL, "", NULL, 0, NATIVE_BOTH};
static NativeRow step_row = {"", "step", "fn(id: Any): Any", NULL, "", NULL, 0, NATIVE_BOTH};
static Native *step_native;

typedef struct Test {
  NativeFn start, start_resume;
  NativeFn step, step_resume;
} Test;

// The rows are filled anew for each test, and each has a machine of its own. The caller frees it.
static SchedEnd run_test(Test test, bool stress, Policy policy) {
  trace[0] = '\0';
  start_row.run = test.start;
  start_row.resume = test.start_resume;
  step_row.run = test.step;
  step_row.resume = test.step_resume;
  machine = machine_new(stress, policy);
  shared = VALUE_NULL;
  step_native = machine_add(machine, &step_row);
  return machine_run(machine, &start_row);
}

static void expect_trace(Test test, SchedEnd end, const char *want) {
  for (int stress = 0; stress <= 1; stress++) {
    CHECK(run_test(test, stress, (Policy){0}) == end);
    CHECK_STR(trace, want);
    machine_free(machine);
  }
}

static void spawn(NativeCall *call, int count) {
  for (int i = 0; i < count; i++) {
    Value args[] = {value_int(i)};
    CHECK(machine_spawn(call->vm, value_object(step_native), args, 1, NULL) != NULL);
  }
}

static int id_of(const NativeCall *call) {
  return (int)value_as_int(native_arg(call, 0));
}

static void note_id(const NativeCall *call, char letter) {
  char text[8] = {letter, (char)('0' + id_of(call)), ' ', '\0'};
  note(text);
}

static void share(NativeCall *call, void *object) {
  shared = value_object(object);
  vm_set_builtin(call->vm, "luma.shared", shared); // a built-in lives as long as the VM
}

static NativeStatus finish(NativeCall *call) {
  return native_return(call, VALUE_NULL);
}

// --- The ready queue -----------------------------------------------------------------------------

static NativeStatus start_four(NativeCall *call) {
  spawn(call, 4);
  return finish(call);
}
static NativeStatus note_and_end(NativeCall *call) {
  note_id(call, 'r');
  return finish(call);
}
static NativeStatus note_and_yield(NativeCall *call) {
  note_id(call, 'a');
  return timer_sleep(call->vm, vm_running(call->vm), 0) ? NATIVE_PARKED : NATIVE_FAILED;
}

static void check_order(void) {
  expect_trace((Test){start_four, NULL, note_and_end, NULL}, SCHED_FINISHED, "r0 r1 r2 r3 ");
  expect_trace((Test){start_four, NULL, note_and_yield, note_and_end}, SCHED_FINISHED,
               "a0 a1 a2 a3 r0 r1 r2 r3 ");
}

// All 24 orders of four fibers come under some seed, and the same one again under the same.
static void check_seeds(void) {
  char seen[1000][16];
  int orders = 0;
  for (uint64_t seed = 0; seed < 1000; seed++) {
    int known = 0;
    for (int again = 0; again <= 1; again++) {
      run_test((Test){start_four, NULL, note_and_end, NULL}, false, (Policy){true, seed});
      machine_free(machine);
      if (again) CHECK_STR(trace, seen[orders]);
      strcpy(seen[orders], trace);
    }
    while (strcmp(seen[known], trace) != 0) known++;
    if (known == orders) orders++;
  }
  CHECK(orders == 24);
}

// --- Awaiting ------------------------------------------------------------------------------------

static NativeStatus await_shared(NativeCall *call) {
  note_id(call, 'w');
  return status_of(promise_await(call->vm, vm_running(call->vm), shared, &call->result));
}
static NativeStatus note_answer(NativeCall *call) {
  CHECK(call->answer == value_int(42));
  return note_and_end(call);
}
static NativeStatus start_awaited(NativeCall *call) {
  share(call, promise_new(call->vm));
  spawn(call, 3);
  return timer_sleep(call->vm, vm_running(call->vm), MS) ? NATIVE_PARKED : NATIVE_FAILED;
}
static NativeStatus fulfil_shared(NativeCall *call) {
  note("main ");
  promise_fulfil(call->vm, value_as_promise(shared), value_int(42));
  note("on ");
  return finish(call);
}
static NativeStatus reject_shared(NativeCall *call) {
  promise_reject(call->vm, value_as_promise(shared), new_error(call->vm, "no"));
  return finish(call);
}

static void check_awaiting(void) {
  expect_trace((Test){start_awaited, fulfil_shared, await_shared, note_answer}, SCHED_FINISHED,
               "w0 w1 w2 main on r0 r1 r2 ");
  run_test((Test){start_awaited, reject_shared, await_shared, note_answer}, false, (Policy){0});
  CHECK_STR(trace, "w0 w1 w2 ");
  CHECK(machine->report_count == 3); // each fiber fails with the error, the promise was seen
  CHECK_STR(machine->report, "no");
  machine_free(machine);
}

static NativeStatus reject_unseen(NativeCall *call) {
  Promise *promise = promise_new(call->vm);
  vm_push_root(call->vm, value_object(promise));
  promise_reject(call->vm, promise, new_error(call->vm, "unseen"));
  vm_pop_roots(call->vm, 1);
  return finish(call);
}

static void check_unseen(void) {
  for (int stress = 0; stress <= 1; stress++) {
    CHECK(run_test((Test){reject_unseen, NULL, note_and_end, NULL}, stress, (Policy){0}) ==
          SCHED_FINISHED);
    CHECK(machine->report_count == 1);
    CHECK_STR(machine->report, "unseen");
    CHECK(sched_had_reports(machine->sched));
    machine_free(machine);
  }
}

// --- Channels and fibers -------------------------------------------------------------------------

static NativeStatus start_receivers(NativeCall *call) {
  share(call, channel_new(call->vm, 0, false));
  spawn(call, 3);
  return timer_sleep(call->vm, vm_running(call->vm), MS) ? NATIVE_PARKED : NATIVE_FAILED;
}
static NativeStatus receive_shared(NativeCall *call) {
  return status_of(channel_receive(call->vm, vm_running(call->vm), value_as_channel(shared),
                                   ASYNC_END_NULL, &call->result));
}
static NativeStatus note_received(NativeCall *call) {
  note_id(call, value_is_null(call->answer) ? 'n' : (char)('a' + value_as_int(call->answer)));
  return finish(call);
}
// Two values for three receivers, then the end for the third.
static NativeStatus feed_receivers(NativeCall *call) {
  Fiber *fiber = vm_running(call->vm);
  Channel *ch = value_as_channel(shared);
  CHECK(channel_send(call->vm, fiber, ch, value_int(0)) == WAIT_DONE);
  CHECK(channel_send(call->vm, fiber, ch, value_int(1)) == WAIT_DONE);
  channel_close(call->vm, ch);
  CHECK(wait_is_empty(&ch->receivers));
  return finish(call);
}

static NativeStatus send_shared(NativeCall *call) {
  note_id(call, 's');
  call->result = VALUE_NULL;
  return status_of(channel_send(call->vm, vm_running(call->vm), value_as_channel(shared),
                                value_int(id_of(call))));
}
// C 4.11: each receive lets the next sender in and wakes it.
static NativeStatus drain_senders(NativeCall *call) {
  Fiber *fiber = vm_running(call->vm);
  Channel *ch = value_as_channel(shared);
  CHECK(ch->count == 1 && !wait_is_empty(&ch->senders));
  for (int i = 0; i < 2; i++) {
    CHECK(channel_receive(call->vm, fiber, ch, ASYNC_END_RAISE, &call->result) == WAIT_DONE);
    CHECK(call->result == value_int(i));
    CHECK(ch->count == 1);
  }
  CHECK(wait_is_empty(&ch->senders));
  return finish(call);
}
static NativeStatus start_senders(NativeCall *call) {
  share(call, channel_new(call->vm, 1, true));
  spawn(call, 3);
  return timer_sleep(call->vm, vm_running(call->vm), MS) ? NATIVE_PARKED : NATIVE_FAILED;
}
static NativeStatus close_shared(NativeCall *call) {
  channel_close(call->vm, value_as_channel(shared));
  return finish(call);
}

static void check_channels(void) {
  expect_trace((Test){start_receivers, feed_receivers, receive_shared, note_received},
               SCHED_FINISHED, "a0 b1 n2 ");
  expect_trace((Test){start_senders, drain_senders, send_shared, note_and_end}, SCHED_FINISHED,
               "s0 s1 s2 r1 r2 ");
  run_test((Test){start_senders, close_shared, send_shared, note_and_end}, false, (Policy){0});
  CHECK(machine->report_count == 2); // the two that waited; the first is in the buffer
  CHECK_STR(machine->report, "send on closed channel");
  CHECK(value_as_channel(shared)->count == 1);
  machine_free(machine);
}

// --- Timers --------------------------------------------------------------------------------------

static const int64_t sleeps_ms[] = {30, 10, 20, 10, 0};

static NativeStatus sleep_by_id(NativeCall *call) {
  int64_t ns = sleeps_ms[id_of(call)] * MS;
  return timer_sleep(call->vm, vm_running(call->vm), ns) ? NATIVE_PARKED : NATIVE_FAILED;
}
static NativeStatus note_time(NativeCall *call) {
  char text[40];
  int64_t now = clock_now_ns(sched_clock(machine->sched));
  snprintf(text, sizeof(text), "%d@%d ", id_of(call), (int)(now / MS));
  note(text);
  return finish(call);
}
static NativeStatus start_five(NativeCall *call) {
  spawn(call, 5);
  return finish(call);
}

// A time beyond all reckoning neither wraps round nor fires first.
static NativeStatus start_far(NativeCall *call) {
  Promise *far = timer_promise(call->vm, INT64_MAX);
  vm_push_root(call->vm, value_object(far));
  Promise *near = timer_promise(call->vm, 5 * MS);
  vm_pop_roots(call->vm, 1);
  share(call, far);
  return status_of(promise_await_here(call->vm, near, &call->result));
}
static NativeStatus note_far(NativeCall *call) {
  note(promise_state(value_as_promise(shared)) == PROMISE_PENDING ? "far " : "near ");
  sched_exit(machine->sched, 3);
  return NATIVE_PARKED;
}

static void check_timers(void) {
  expect_trace((Test){start_five, NULL, sleep_by_id, note_time}, SCHED_FINISHED,
               "4@0 1@10 3@10 2@20 0@30 ");
  CHECK(run_test((Test){start_far, note_far, note_and_end, NULL}, false, (Policy){0}) ==
        SCHED_EXITED);
  CHECK_STR(trace, "far ");
  CHECK(sched_exit_status(machine->sched) == 3);
  machine_free(machine);
}

// --- Queues --------------------------------------------------------------------------------------

static void check_wait_queue(void) {
  Waiter waiters[5] = {0};
  WaitQueue queue = {0};
  for (int i = 0; i < 5; i++) wait_link(&queue, &waiters[i]);
  wait_unlink(&queue, &waiters[2]); // from the middle, the end and the front
  wait_unlink(&queue, &waiters[4]);
  wait_unlink(&queue, &waiters[0]);
  wait_link(&queue, &waiters[2]);
  CHECK(wait_take(&queue) == &waiters[1]);
  CHECK(wait_take(&queue) == &waiters[3]);
  CHECK(wait_take(&queue) == &waiters[2]);
  CHECK(wait_take(&queue) == NULL && wait_is_empty(&queue));
  for (int i = 0; i < 5; i++) CHECK(!waiters[i].next && !waiters[i].prev);
}

// --- The ends of a run ---------------------------------------------------------------------------

static NativeStatus start_stuck(NativeCall *call) {
  share(call, channel_new(call->vm, 0, false));
  spawn(call, 1);
  return receive_shared(call);
}
static NativeStatus start_failing(NativeCall *call) {
  spawn(call, 1);
  vm_raise(call->vm, "ValueError", "main fails");
  return NATIVE_FAILED;
}

static void check_ends(void) {
  Buffer text = {0};
  CHECK(run_test((Test){start_stuck, finish, receive_shared, finish}, false, (Policy){0}) ==
        SCHED_DEADLOCK);
  sched_report_deadlock(machine->sched, &text);
  CHECK(strstr(text.bytes, "main") && strstr(text.bytes, "fiber 2"));
  CHECK(strstr(text.bytes, "waits to receive from channel 1"));
  buffer_free(&text);
  machine_free(machine);
  CHECK(run_test((Test){start_failing, NULL, note_and_end, NULL}, false, (Policy){0}) ==
        SCHED_FAILED);
  CHECK_STR(trace, ""); // after the end of main nobody else runs
  Error *error = (Error *)value_as_object(sched_error(machine->sched));
  CHECK_STR(error->message->bytes, "main fails");
  machine_free(machine);
}

// --- Running -------------------------------------------------------------------------------------

static void check_without_fibers(void (*check)(VM *vm)) {
  for (int stress = 0; stress <= 1; stress++) {
    machine = machine_new(stress, (Policy){0});
    check(machine->vm);
    CHECK(!vm_has_error(machine->vm));
    machine_free(machine);
  }
}

int main(void) {
  check_wait_queue();
  check_without_fibers(check_settling);
  check_without_fibers(check_adopting);
  check_without_fibers(check_watching);
  check_without_fibers(check_buffer);
  check_without_fibers(check_closing);
  check_without_fibers(check_channel_promises);
  check_without_fibers(check_combinators);
  check_order();
  check_seeds();
  check_awaiting();
  check_unseen();
  check_channels();
  check_timers();
  check_ends();
  return check_done("sched");
}
