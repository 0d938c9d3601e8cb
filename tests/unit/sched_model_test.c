// SPDX-License-Identifier: MIT
// sched_model_test.c - random fibers on the real scheduler, beside a model of what must come
//
// Many fibers send, receive, try, close, sleep, await and settle as the dice say. A model made of
// plain queues does the same: which fiber is next (C 1.3), what its wait yields, what an operation
// answers, how many failures are reported (C 2.7, 4.3) and how many fibers are left over. Both must
// agree at every single step. Nothing in the model has to do with how the scheduler works.
#include "sched_machine.h"

#include "base/rng.h"
#include "base/vec.h"

#define CHANNELS  7
#define PROMISES  6
#define ALIVE_MAX 60
#define NOBODY    UINT32_MAX

// --- The model -----------------------------------------------------------------------------------

// What an operation answers or a wait yields. OUT_OPTION's number 0 is `none`.
typedef enum OutcomeKind { OUT_START, OUT_NULL, OUT_VALUE, OUT_OPTION, OUT_RAISED } OutcomeKind;

typedef struct Outcome {
  OutcomeKind kind;
  uint64_t number;
} Outcome;

// Somebody in a queue: a sender with its number, a receiver with what the end gives it.
typedef struct Entry {
  uint32_t actor;
  uint64_t number;
  bool wants_option;
  Outcome at_end;
} Entry;

typedef VEC(Entry) Queue; // short: the first is taken by moving the others

typedef struct ModelChannel {
  uint32_t capacity;
  bool is_closed;
  VEC(uint64_t) buffer;
  Queue senders;
  Queue receivers;
} ModelChannel;

typedef struct ModelPromise {
  PromiseState state;
  uint64_t number;
  bool is_observed;
  bool is_adopting;
  bool is_of_actor; // its end settles it, unless somebody else was first
  VEC(uint32_t) waiters;
  VEC(uint32_t) adopters;
} ModelPromise;

typedef struct Actor {
  Outcome expected; // of the wait that it is in
  bool is_waiting;
  bool is_done;
  uint32_t promise; // that its end settles, or NOBODY
} Actor;

typedef struct Sleeper {
  int64_t at_ns;
  uint64_t order;
  uint32_t actor;
} Sleeper;

typedef struct Model {
  Rng rng;
  VEC(Actor) actors;
  VEC(ModelPromise) promises;
  ModelChannel channels[CHANNELS];
  uint32_t promise_slots[PROMISES];
  VEC(uint32_t) ready; // from `ready_first` on
  uint32_t ready_first;
  VEC(Sleeper) sleepers;
  uint64_t sleeper_count;
  int64_t now_ns;
  uint64_t next_number;
  uint32_t alive;
  uint32_t reports;
  uint64_t operations;
  uint64_t limit;
  uint32_t wrong; // at the first the rest is worth nothing
} Model;

static Model model;
static SchedMachine *machine;
static List *real_channels;
static List *real_promises;
static Native *actor_native;

static void agree(bool is_right, const char *what) {
  if (is_right) return;
  if (model.wrong++ < 5) {
    fprintf(stderr, "after %llu operations: %s\n", (unsigned long long)model.operations, what);
  }
  CHECK(is_right);
}

static void model_wake(uint32_t actor, Outcome outcome) {
  model.actors.items[actor].expected = outcome;
  model.actors.items[actor].is_waiting = false;
  vec_push(&model.ready, actor);
}

static void model_wait(uint32_t actor) {
  model.actors.items[actor].is_waiting = true;
}

static Entry take_first(Queue *queue) {
  Entry first = queue->items[0];
  memmove(queue->items, queue->items + 1, --queue->count * sizeof(Entry));
  return first;
}

// Settles one promise and wakes who waits for it.
static void settle_one(uint32_t id, PromiseState state, uint64_t number) {
  ModelPromise *p = &model.promises.items[id];
  p->state = state;
  p->number = number;
  Outcome outcome = {state == PROMISE_FULFILLED ? OUT_VALUE : OUT_RAISED, number};
  for (uint32_t i = 0; i < p->waiters.count; i++) model_wake(p->waiters.items[i], outcome);
  vec_clear(&p->waiters);
}

// Those that adopted a promise settle after it, theirs after all that settled before.
static void model_settle(uint32_t id, PromiseState state, uint64_t number) {
  if (model.promises.items[id].state != PROMISE_PENDING) return;
  VEC(uint32_t) settled = {0};
  settle_one(id, state, number);
  vec_push(&settled, id);
  for (uint32_t i = 0; i < settled.count; i++) {
    ModelPromise *p = &model.promises.items[settled.items[i]];
    for (uint32_t j = 0; j < p->adopters.count; j++) {
      uint32_t adopter = p->adopters.items[j];
      if (model.promises.items[adopter].state != PROMISE_PENDING) continue;
      settle_one(adopter, state, number);
      vec_push(&settled, adopter);
    }
    vec_clear(&p->adopters);
  }
  vec_free(&settled);
}

static void model_end(uint32_t id, bool is_failed, uint64_t number) {
  Actor *actor = &model.actors.items[id];
  actor->is_done = true;
  model.alive--;
  if (actor->promise != NOBODY) {
    model_settle(actor->promise, is_failed ? PROMISE_REJECTED : PROMISE_FULFILLED, number);
  } else if (is_failed) {
    model.reports++;
  }
}

// Time jumps when nobody is ready; all timers of that moment fire, in the order they were set.
static void model_advance(void) {
  int64_t at = INT64_MAX;
  for (uint32_t i = 0; i < model.sleepers.count; i++) {
    if (model.sleepers.items[i].at_ns < at) at = model.sleepers.items[i].at_ns;
  }
  model.now_ns = at;
  for (;;) {
    uint32_t first = NOBODY;
    for (uint32_t i = 0; i < model.sleepers.count; i++) {
      const Sleeper *s = &model.sleepers.items[i];
      if (s->at_ns != at) continue;
      if (first == NOBODY || s->order < model.sleepers.items[first].order) first = i;
    }
    if (first == NOBODY) return;
    uint32_t actor = model.sleepers.items[first].actor;
    model.sleepers.items[first] = vec_pop(&model.sleepers);
    model_wake(actor, (Outcome){OUT_NULL, 0});
  }
}

// Who must run now. Fibers that a failed wait ends never come back to the test, so they are ended
// here on the way.
static uint32_t model_next(void) {
  for (;;) {
    if (model.ready_first == model.ready.count) {
      model.ready_first = 0;
      vec_clear(&model.ready);
      if (model.sleepers.count == 0) return NOBODY;
      model_advance();
    }
    uint32_t actor = model.ready.items[model.ready_first++];
    if (model.actors.items[actor].expected.kind != OUT_RAISED) return actor;
    model_end(actor, true, 0);
  }
}

// --- Channels in the model -----------------------------------------------------------------------

typedef struct Answer {
  bool is_parked;
  Outcome outcome;
} Answer;

static const Answer parked = {.is_parked = true};

static Answer done(OutcomeKind kind, uint64_t number) {
  return (Answer){false, {kind, number}};
}

static void give(const Entry *receiver, uint64_t number) {
  model_wake(receiver->actor, (Outcome){receiver->wants_option ? OUT_OPTION : OUT_VALUE, number});
}

static bool model_hand_over(ModelChannel *ch, uint64_t number) {
  if (ch->receivers.count > 0) {
    Entry receiver = take_first(&ch->receivers);
    give(&receiver, number);
    return true;
  }
  if (ch->buffer.count == ch->capacity) return false;
  vec_push(&ch->buffer, number);
  return true;
}

static Answer model_send(ModelChannel *ch, uint32_t actor, uint64_t number) {
  if (ch->is_closed) return done(OUT_RAISED, 0);
  if (model_hand_over(ch, number)) return done(OUT_NULL, 0);
  Entry entry = {.actor = actor, .number = number};
  vec_push(&ch->senders, entry);
  model_wait(actor);
  return parked;
}

static bool model_take(ModelChannel *ch, uint64_t *out) {
  if (ch->buffer.count > 0) {
    *out = ch->buffer.items[0];
    memmove(ch->buffer.items, ch->buffer.items + 1, --ch->buffer.count * sizeof(uint64_t));
    if (ch->senders.count > 0) {
      Entry sender = take_first(&ch->senders);
      vec_push(&ch->buffer, sender.number);
      model_wake(sender.actor, (Outcome){OUT_NULL, 0});
    }
    return true;
  }
  if (ch->senders.count == 0) return false;
  Entry sender = take_first(&ch->senders);
  *out = sender.number;
  model_wake(sender.actor, (Outcome){OUT_NULL, 0});
  return true;
}

static Answer model_receive(ModelChannel *ch, uint32_t actor, Outcome at_end, bool wants_option) {
  uint64_t number;
  if (model_take(ch, &number)) return done(wants_option ? OUT_OPTION : OUT_VALUE, number);
  if (ch->is_closed) return (Answer){false, at_end};
  Entry entry = {.actor = actor, .at_end = at_end, .wants_option = wants_option};
  vec_push(&ch->receivers, entry);
  model_wait(actor);
  return parked;
}

static void model_close(ModelChannel *ch) {
  if (ch->is_closed) return;
  ch->is_closed = true;
  while (ch->receivers.count > 0) {
    Entry receiver = take_first(&ch->receivers);
    model_wake(receiver.actor, receiver.at_end);
  }
  while (ch->senders.count > 0) {
    Entry sender = take_first(&ch->senders);
    model_wake(sender.actor, (Outcome){OUT_RAISED, 0});
  }
}

static Answer model_await(uint32_t id, uint32_t actor) {
  ModelPromise *p = &model.promises.items[id];
  p->is_observed = true;
  if (p->state == PROMISE_FULFILLED) return done(OUT_VALUE, p->number);
  if (p->state == PROMISE_REJECTED) return done(OUT_RAISED, 0);
  vec_push(&p->waiters, actor);
  model_wait(actor);
  return parked;
}

// --- Values --------------------------------------------------------------------------------------

// Even numbers are integers, odd ones fresh strings, so that the collector has something to lose.
static Value value_of(VM *vm, uint64_t number) {
  if (number % 2 == 0) return value_int((int64_t)number);
  Str *str = vm_printf(vm, "value %llu", (unsigned long long)number);
  return value_object(str);
}

static bool is_number(Value value, uint64_t number) {
  if (number % 2 == 0) return value_is_int(value) && value_as_int(value) == (int64_t)number;
  char text[40];
  snprintf(text, sizeof(text), "value %llu", (unsigned long long)number);
  return value_is_str(value) && strcmp(value_as_str(value)->bytes, text) == 0;
}

static bool is_option(Value value, uint64_t number) {
  if (!value_is_table(value)) return false;
  Value some = vm_get_field(machine->vm, value_as_table(value), "some");
  Value none = vm_get_field(machine->vm, value_as_table(value), "none");
  if (number == 0) return value_is_null(some) && none == VALUE_TRUE;
  return is_number(some, number) && none == VALUE_FALSE;
}

static bool is_outcome(Value value, Outcome outcome) {
  switch (outcome.kind) {
  case OUT_NULL: return value_is_null(value);
  case OUT_VALUE: return is_number(value, outcome.number);
  case OUT_OPTION: return is_option(value, outcome.number);
  default: return false;
  }
}

// --- Operations ----------------------------------------------------------------------------------

static uint32_t roll(uint32_t bound) {
  return (uint32_t)rng_below(&model.rng, bound);
}

static void agree_on(WaitResult result, Value out, Answer answer, const char *what) {
  if (answer.is_parked) {
    agree(result == WAIT_PARKED, what);
  } else if (answer.outcome.kind == OUT_RAISED) {
    agree(result == WAIT_FAILED, what);
  } else {
    agree(result == WAIT_DONE && is_outcome(out, answer.outcome), what);
  }
}

static Channel *channel_at(uint32_t slot) {
  return value_as_channel(real_channels->items[slot]);
}
static Promise *promise_at(uint32_t slot) {
  return value_as_promise(real_promises->items[slot]);
}

static WaitResult await_fresh(VM *vm, Promise *promise, Value *out) {
  if (!promise) return WAIT_FAILED;
  vm_push_root(vm, value_object(promise));
  WaitResult result = promise_await(vm, vm_running(vm), value_object(promise), out);
  vm_pop_roots(vm, 1);
  return result;
}

// A third of them go through a promise, as Luma's ch:send(v) does: a ticket waits instead of the
// fiber, which must make no difference.
static WaitResult send_step(VM *vm, uint32_t actor) {
  uint32_t slot = roll(CHANNELS);
  uint64_t number = ++model.next_number;
  Value out = VALUE_NULL;
  Value value = value_of(vm, number);
  vm_push_root(vm, value);
  WaitResult result;
  if (roll(3) == 0) {
    result = await_fresh(vm, channel_send_promise(vm, channel_at(slot), value), &out);
  } else {
    result = channel_send(vm, vm_running(vm), channel_at(slot), value);
  }
  vm_pop_roots(vm, 1);
  agree_on(result, out, model_send(&model.channels[slot], actor, number), "send");
  return result;
}

static WaitResult receive_step(VM *vm, uint32_t actor) {
  uint32_t slot = roll(CHANNELS);
  Channel *ch = channel_at(slot);
  Value out = VALUE_NULL;
  WaitResult result;
  Outcome at_end = {OUT_RAISED, 0};
  bool wants_option = false;
  switch (roll(5)) {
  case 0: result = channel_receive(vm, vm_running(vm), ch, ASYNC_END_RAISE, &out); break;
  case 1: result = await_fresh(vm, channel_receive_promise(vm, ch), &out); break;
  case 2:
    wants_option = true;
    at_end = (Outcome){OUT_OPTION, 0};
    result = await_fresh(vm, channel_next_promise(vm, ch), &out);
    break;
  default:
    at_end = (Outcome){OUT_NULL, 0};
    result = channel_receive(vm, vm_running(vm), ch, ASYNC_END_NULL, &out);
    break;
  }
  Answer answer = model_receive(&model.channels[slot], actor, at_end, wants_option);
  agree_on(result, out, answer, "receive");
  return result;
}

static WaitResult try_send_step(VM *vm) {
  uint32_t slot = roll(CHANNELS);
  uint64_t number = ++model.next_number;
  Value value = value_of(vm, number);
  vm_push_root(vm, value);
  bool sent = false;
  bool is_open = channel_try_send(vm, channel_at(slot), value, &sent);
  vm_pop_roots(vm, 1);
  ModelChannel *ch = &model.channels[slot];
  agree(is_open == !ch->is_closed, "try_send raises on a closed channel only");
  if (!is_open) return WAIT_FAILED;
  agree(sent == model_hand_over(ch, number), "try_send");
  return WAIT_DONE;
}

static WaitResult try_receive_step(VM *vm) {
  uint32_t slot = roll(CHANNELS);
  Value out = VALUE_NULL;
  uint64_t number = 0;
  bool got = channel_try_receive(vm, channel_at(slot), &out);
  agree(got == model_take(&model.channels[slot], &number), "try_receive");
  if (got) agree(is_number(out, number), "what try_receive got");
  return WAIT_DONE;
}

static WaitResult await_step(VM *vm, uint32_t actor) {
  uint32_t slot = roll(PROMISES);
  Value out = VALUE_NULL;
  WaitResult result = promise_await(vm, vm_running(vm), value_object(promise_at(slot)), &out);
  agree_on(result, out, model_await(model.promise_slots[slot], actor), "await");
  return result;
}

static WaitResult sleep_step(VM *vm, uint32_t actor, int64_t ns) {
  agree(timer_sleep(vm, vm_running(vm), ns), "sleep");
  model_wait(actor);
  if (ns == 0) {
    model_wake(actor, (Outcome){OUT_NULL, 0});
  } else {
    Sleeper sleeper = {model.now_ns + ns, model.sleeper_count++, actor};
    vec_push(&model.sleepers, sleeper);
  }
  return WAIT_PARKED;
}

static WaitResult count_step(void) {
  uint32_t slot = roll(CHANNELS);
  Channel *ch = channel_at(slot);
  agree(ch->count == model.channels[slot].buffer.count, "length");
  agree(channel_is_closed(ch) == model.channels[slot].is_closed, "is_closed");
  return WAIT_DONE;
}

// --- What keeps the game going -------------------------------------------------------------------

static void new_channel_at(VM *vm, uint32_t slot) {
  uint32_t capacity = slot < 3 ? 0 : slot - 2;
  Channel *ch = channel_new(vm, capacity, capacity > 0);
  heap_store(vm_heap(vm), real_channels, &real_channels->items[slot], value_object(ch));
  ModelChannel *old = &model.channels[slot];
  vec_free(&old->buffer);
  vec_free(&old->senders);
  vec_free(&old->receivers);
  *old = (ModelChannel){.capacity = capacity};
}

static Promise *new_promise_at(VM *vm, uint32_t slot) {
  Promise *promise = promise_new(vm);
  heap_store(vm_heap(vm), real_promises, &real_promises->items[slot], value_object(promise));
  model.promise_slots[slot] = model.promises.count;
  vec_push(&model.promises, (ModelPromise){.state = PROMISE_PENDING});
  return promise;
}

static void close_step(VM *vm) {
  uint32_t slot = roll(CHANNELS);
  if (model.channels[slot].is_closed) {
    if (roll(3) == 0) new_channel_at(vm, slot);
  } else if (roll(20) == 0) {
    channel_close(vm, channel_at(slot));
    model_close(&model.channels[slot]);
  }
}

static void reject_with(VM *vm, Promise *promise) {
  vm_raise(vm, "ValueError", "rejected by the test");
  promise_reject_raised(vm, promise);
}

// A settled promise makes place for a new one; a pending one is settled, or adopts an older one, so
// that no circle comes about.
static void promise_step(VM *vm) {
  uint32_t slot = roll(PROMISES);
  uint32_t id = model.promise_slots[slot];
  if (model.promises.items[id].state != PROMISE_PENDING) {
    if (roll(2) == 0) new_promise_at(vm, slot);
    return;
  }
  if (model.promises.items[id].is_adopting) return;
  if (model.promises.items[id].is_of_actor && roll(8) > 0) return;
  uint32_t other = roll(PROMISES);
  uint32_t other_id = model.promise_slots[other];
  uint32_t kind = roll(4);
  if (kind == 0) {
    reject_with(vm, promise_at(slot));
    model_settle(id, PROMISE_REJECTED, 0);
  } else if (kind == 1 && other_id < id) {
    ModelPromise *adopted = &model.promises.items[other_id];
    adopted->is_observed = true;
    model.promises.items[id].is_adopting = true;
    promise_fulfil(vm, promise_at(slot), value_object(promise_at(other)));
    if (adopted->state == PROMISE_PENDING) {
      vec_push(&adopted->adopters, id);
    } else {
      model_settle(id, adopted->state, adopted->number);
    }
  } else {
    uint64_t number = ++model.next_number;
    promise_fulfil(vm, promise_at(slot), value_of(vm, number));
    model_settle(id, PROMISE_FULFILLED, number);
    reject_with(vm, promise_at(slot)); // a settled one stays as it is
  }
}

static void spawn_actor(VM *vm) {
  uint32_t id = model.actors.count;
  Actor actor = {.promise = NOBODY};
  Promise *promise = NULL;
  uint32_t slot = roll(PROMISES);
  if (roll(3) == 0 && model.promises.items[model.promise_slots[slot]].state != PROMISE_PENDING) {
    promise = new_promise_at(vm, slot);
    actor.promise = model.promise_slots[slot];
    model.promises.items[actor.promise].is_of_actor = true;
  }
  vec_push(&model.actors, actor);
  model.alive++;
  Value args[] = {value_int(id)};
  agree(machine_spawn(vm, value_object(actor_native), args, 1, promise) != NULL, "spawn");
  model_wake(id, (Outcome){OUT_START, 0});
}

// Lets somebody go on who waits for what nobody may ever do.
static void help_step(VM *vm) {
  uint32_t slot = roll(CHANNELS);
  ModelChannel *ch = &model.channels[slot];
  Value out = VALUE_NULL;
  uint64_t number = 0;
  bool handed = false;
  if (ch->receivers.count > 0) {
    number = ++model.next_number;
    Value value = value_of(vm, number);
    vm_push_root(vm, value);
    bool is_open = channel_try_send(vm, channel_at(slot), value, &handed);
    vm_pop_roots(vm, 1);
    agree(is_open && handed && model_hand_over(ch, number), "a send to one who waits");
  } else if (ch->senders.count > 0) {
    handed = channel_try_receive(vm, channel_at(slot), &out);
    agree(handed && model_take(ch, &number) && is_number(out, number), "a receive from a sender");
  }
}

// The first actor never waits for another one, so there is always a timer.
static WaitResult driver_turn(VM *vm, uint32_t actor) {
  for (uint32_t i = 0; i < 8; i++) {
    close_step(vm);
    promise_step(vm);
    help_step(vm);
  }
  while (model.alive < ALIVE_MAX) spawn_actor(vm);
  if (roll(50) == 0) heap_collect(vm_heap(vm), roll(2) == 0);
  return sleep_step(vm, actor, roll(4) == 0 ? 0 : (int64_t)roll(3) * 500);
}

static WaitResult actor_step(VM *vm, uint32_t actor) {
  model.operations++;
  switch (roll(16)) {
  case 0:
  case 1:
  case 2:
  case 3: return send_step(vm, actor);
  case 4:
  case 5:
  case 6:
  case 7: return receive_step(vm, actor);
  case 8:
  case 9: return try_receive_step(vm);
  case 10: return roll(3) ? WAIT_DONE : try_send_step(vm);
  case 11:
  case 12: return await_step(vm, actor);
  case 13: return sleep_step(vm, actor, (int64_t)roll(4) * 500);
  default: return count_step();
  }
}

// --- The natives ---------------------------------------------------------------------------------

static NativeStatus end_actor(NativeCall *call, uint32_t actor) {
  uint64_t number = ++model.next_number;
  Value value = value_of(call->vm, number);
  model_end(actor, false, number);
  return native_return(call, value);
}

static NativeStatus run_actor(NativeCall *call, uint32_t actor) {
  bool is_driver = actor == 0;
  for (uint32_t i = 0; i < 12; i++) {
    bool is_over = model.wrong > 0 || model.operations >= model.limit;
    if (is_over || (!is_driver && roll(60) == 0)) return end_actor(call, actor);
    WaitResult result = is_driver ? driver_turn(call->vm, actor) : actor_step(call->vm, actor);
    if (result == WAIT_PARKED) return NATIVE_PARKED;
    if (result == WAIT_FAILED) {
      model_end(actor, true, 0);
      return NATIVE_FAILED;
    }
  }
  sleep_step(call->vm, actor, 0);
  return NATIVE_PARKED;
}

static NativeStatus begin_actor(NativeCall *call) {
  uint32_t actor = (uint32_t)value_as_int(native_arg(call, 0));
  agree(model_next() == actor, "another fiber should have begun");
  agree(model.actors.items[actor].expected.kind == OUT_START, "a fiber began twice");
  return run_actor(call, actor);
}

static NativeStatus resume_actor(NativeCall *call) {
  uint32_t actor = (uint32_t)value_as_int(native_arg(call, 0));
  agree(model_next() == actor, "another fiber should have gone on");
  agree(is_outcome(call->answer, model.actors.items[actor].expected), "what a wait yielded");
  agree(clock_now_ns(sched_clock(machine->sched)) == model.now_ns, "the time");
  return run_actor(call, actor);
}

static NativeStatus start(NativeCall *call) {
  for (uint32_t slot = 0; slot < CHANNELS; slot++) new_channel_at(call->vm, slot);
  for (uint32_t slot = 0; slot < PROMISES; slot++) new_promise_at(call->vm, slot);
  for (uint32_t i = 0; i < ALIVE_MAX / 2; i++) {
    uint32_t before = model.actors.count;
    spawn_actor(call->vm);
    if (before == 0) agree(model.actors.items[0].promise == NOBODY, "the driver has no promise");
  }
  return native_return(call, VALUE_NULL);
}

static const NativeRow actor_row = {"",           "actor", "fn(id: Any): Any", begin_actor, "",
                                    resume_actor, 0,       NATIVE_BOTH};
static const NativeRow start_row = {"", "start", "fn(): Null", start, "", NULL, 0, NATIVE_BOTH};

// --- Running -------------------------------------------------------------------------------------

static List *rooted_list(VM *vm, uint32_t count) {
  List *list = vm_list(vm, count);
  vm_push_root(vm, value_object(list));
  for (uint32_t i = 0; i < count; i++) {
    if (!list_push(vm_heap(vm), list, VALUE_NULL)) abort();
  }
  return list;
}

static void compare_the_end(SchedEnd end) {
  agree(end == SCHED_FINISHED, "the end of the run");
  agree(model_next() == NOBODY, "somebody was ready and did not run");
  uint32_t waiting = 0;
  for (uint32_t i = 0; i < model.actors.count; i++) waiting += model.actors.items[i].is_waiting;
  for (uint32_t i = 0; i < model.promises.count; i++) {
    const ModelPromise *p = &model.promises.items[i];
    model.reports += p->state == PROMISE_REJECTED && !p->is_observed;
  }
  Buffer text = {0};
  agree(sched_report_leaks(machine->sched, &text) == waiting, "how many fibers are left");
  buffer_free(&text);
  agree(machine->report_count == model.reports, "how many failures were reported");
}

static void free_model(void) {
  for (uint32_t i = 0; i < CHANNELS; i++) {
    vec_free(&model.channels[i].buffer);
    vec_free(&model.channels[i].senders);
    vec_free(&model.channels[i].receivers);
  }
  for (uint32_t i = 0; i < model.promises.count; i++) {
    vec_free(&model.promises.items[i].waiters);
    vec_free(&model.promises.items[i].adopters);
  }
  vec_free(&model.promises);
  vec_free(&model.actors);
  vec_free(&model.ready);
  vec_free(&model.sleepers);
}

static void play(uint64_t seed, uint64_t limit, bool stress) {
  model = (Model){.limit = limit};
  rng_init(&model.rng, seed);
  machine = machine_new(stress, (Policy){0});
  VM *vm = machine->vm;
  real_channels = rooted_list(vm, CHANNELS);
  real_promises = rooted_list(vm, PROMISES);
  actor_native = machine_add(machine, &actor_row);
  compare_the_end(machine_run(machine, &start_row));
  CHECK(model.operations >= limit);
  if (model.wrong > 0) {
    fprintf(stderr, "seed %llu, stress %d\n", (unsigned long long)seed, stress);
  }
  vm_pop_roots(vm, 2);
  machine_free(machine);
  free_model();
}

int main(void) {
  for (uint64_t seed = 1; seed <= 10; seed++) play(seed, 30000, false);
  for (uint64_t seed = 11; seed <= 12; seed++) play(seed, 4000, true);
  return check_done("sched_model");
}
