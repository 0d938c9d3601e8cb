// SPDX-License-Identifier: MIT
// sched_driver_ops.c - what the actors do: each operation on the real thing and in the model
#include "sched_driver.h"

#include "sched/cancel.h"
#include "sched/hand.h"
#include "sched/race.h"
#include "sched/timeout.h"

#define HALF_MS INT64_C(500000)

static uint32_t roll(Driver *d, uint32_t bound) {
  return driver_roll(d, bound);
}

// --- Slots ---------------------------------------------------------------------------------------

static Channel *channel_at(const Driver *d, uint32_t slot) {
  return value_as_channel(d->channels->items[slot]);
}
static Promise *promise_at(const Driver *d, uint32_t slot) {
  return value_as_promise(d->promises->items[slot]);
}
static ModelPromise *model_promise_at(Driver *d, uint32_t slot) {
  return &d->model.promises.items[d->promise_ids[slot]];
}
static ModelChannel *model_channel_at(Driver *d, uint32_t slot) {
  return &d->model.channels.items[d->channel_ids[slot]];
}

static void store(Driver *d, List *list, uint32_t slot, void *object) {
  heap_store(vm_heap(d->vm), list, &list->items[slot], value_object(object));
}

// Both now are the same promise.
static void bind(Driver *d, uint32_t id, const Promise *real) {
  ModelPromise *p = &d->model.promises.items[id];
  driver_agree(d, real != NULL, "a promise was made");
  if (!real) return;
  p->real_number = real->obj.extra;
  driver_agree(d, (ModelState)promise_state(real) == p->state, "the state of a new promise");
  if (p->state == MODEL_PENDING || d->is_wrong) return;
  driver_agree(d, driver_is_thing(&d->model, d->vm, real->value, p->value), "its value");
}

// Nobody would miss what is there.
static bool is_free(Driver *d, uint32_t slot) {
  const ModelPromise *p = model_promise_at(d, slot);
  return p->state != MODEL_PENDING ||
         (p->waiters.places.count == p->waiters.head && p->watchers.count == 0);
}

// Keeps a new promise where others find it, if there is room.
static void keep(Driver *d, uint32_t id, Promise *real) {
  uint32_t slot = roll(d, d->plan.promises);
  bind(d, id, real);
  if (!real || !is_free(d, slot)) return;
  d->promise_ids[slot] = id;
  store(d, d->promises, slot, real);
}

static void new_channel_at(Driver *d, uint32_t slot) {
  uint32_t capacity = slot % 2 == 0 ? 0 : slot / 2 % 4 + 1;
  d->channel_ids[slot] = model_add_channel(&d->model, capacity);
  store(d, d->channels, slot, channel_new(d->vm, capacity, capacity > 0));
}

static void new_promise_at(Driver *d, uint32_t slot) {
  d->promise_ids[slot] = model_add_promise(&d->model);
  store(d, d->promises, slot, promise_new(d->vm));
  bind(d, d->promise_ids[slot], promise_at(d, slot));
}

// --- Agreeing ------------------------------------------------------------------------------------

static WaitResult note_failure(Driver *d, uint32_t actor, Answer answer) {
  Actor *a = &d->model.actors.items[actor];
  d->failure = answer.thing;
  if (answer.is_struck && a->is_cleaning) model_end(&d->model, actor); // nobody tells the driver
  return WAIT_FAILED;
}

static WaitResult agree_on(Driver *d, uint32_t actor, WaitResult result, Value out, Answer answer,
                           const char *what) {
  if (answer.is_parked) {
    driver_agree(d, result == WAIT_PARKED, what);
  } else if (answer.is_struck || answer.thing.kind == THING_ERROR) {
    driver_agree(d, result == WAIT_FAILED, what);
    if (result == WAIT_FAILED) return note_failure(d, actor, answer);
  } else {
    bool is_right = result == WAIT_DONE && driver_is_thing(&d->model, d->vm, out, answer.thing);
    driver_agree(d, is_right, what);
  }
  return result;
}

// --- Channels ------------------------------------------------------------------------------------

static Value fresh_value(Driver *d, uint64_t *number) {
  d->next_number += 1 + (d->next_number == 0); // 1 is not among them
  *number = d->next_number;
  return driver_value_of(d->vm, *number);
}

static WaitResult await_new(Driver *d, uint32_t actor, uint32_t id, Promise *real, Value *out,
                            const char *what) {
  bind(d, id, real);
  vm_push_root(d->vm, value_object(real));
  WaitResult result = promise_await(d->vm, vm_running(d->vm), value_object(real), out);
  vm_pop_roots(d->vm, 1);
  return agree_on(d, actor, result, *out, model_await(&d->model, id, actor), what);
}

static WaitResult do_send(Driver *d, uint32_t actor) {
  uint32_t slot = roll(d, d->plan.channels), how = roll(d, 4);
  uint64_t number;
  Value out = VALUE_NULL, value = fresh_value(d, &number);
  WaitResult result;
  vm_push_root(d->vm, value);
  if (how > 1) {
    Channel *ch = channel_at(d, slot);
    bool is_quick = how == 3; // as the instruction, which must do the same
    result = is_quick ? hand_send(d->vm, vm_running(d->vm), value_object(ch), value)
                      : channel_send(d->vm, vm_running(d->vm), ch, value);
    Answer answer = model_send(&d->model, d->channel_ids[slot], actor, number);
    result = agree_on(d, actor, result, out, answer, "send");
  } else {
    Promise *real = channel_send_promise(d->vm, channel_at(d, slot), value);
    uint32_t id = model_send_promise(&d->model, d->channel_ids[slot], number);
    result = WAIT_DONE;
    if (how == 0)
      keep(d, id, real);
    else
      result = await_new(d, actor, id, real, &out, "a send that is awaited");
  }
  vm_pop_roots(d->vm, 1);
  return result;
}

static WaitResult do_receive(Driver *d, uint32_t actor) {
  uint32_t slot = roll(d, d->plan.channels);
  Channel *ch = channel_at(d, slot);
  bool is_raising = roll(d, 2), is_quick = roll(d, 2);
  Fiber *fiber = vm_running(d->vm);
  Value out = VALUE_NULL, end = is_raising ? ASYNC_END_RAISE : ASYNC_END_NULL;
  WaitResult result = is_quick ? hand_receive(d->vm, fiber, value_object(ch), end, &out)
                               : channel_receive(d->vm, fiber, ch, end, &out);
  Thing at_end = is_raising ? model_thing_error(ERROR_RECEIVE_CLOSED, 0) : model_thing_null();
  Answer answer = model_receive(&d->model, d->channel_ids[slot], actor, at_end);
  return agree_on(d, actor, result, out, answer, "receive");
}

static WaitResult do_receive_promise(Driver *d, uint32_t actor) {
  uint32_t slot = roll(d, d->plan.channels);
  bool wants_option = roll(d, 2);
  Value out = VALUE_NULL;
  Promise *real = wants_option ? channel_next_promise(d->vm, channel_at(d, slot))
                               : channel_receive_promise(d->vm, channel_at(d, slot));
  uint32_t id = model_receive_promise(&d->model, d->channel_ids[slot], wants_option);
  if (roll(d, 2)) return await_new(d, actor, id, real, &out, "a receive that is awaited");
  keep(d, id, real);
  return WAIT_DONE;
}

static WaitResult do_try_send(Driver *d) {
  uint32_t slot = roll(d, d->plan.channels);
  uint64_t number;
  bool sent = false, is_closed = model_channel_at(d, slot)->is_closed;
  Value value = fresh_value(d, &number);
  vm_push_root(d->vm, value);
  bool is_open = channel_try_send(d->vm, channel_at(d, slot), value, &sent);
  vm_pop_roots(d->vm, 1);
  driver_agree(d, is_open == !is_closed, "try_send raises on a closed channel only");
  if (is_open) {
    driver_agree(d, sent == model_try_send(&d->model, d->channel_ids[slot], number), "try_send");
    return WAIT_DONE;
  }
  d->failure = model_thing_error(ERROR_SEND_CLOSED, 0);
  return WAIT_FAILED;
}

static WaitResult do_try_receive(Driver *d) {
  uint32_t slot = roll(d, d->plan.channels);
  Value out = VALUE_NULL;
  uint64_t number = 0;
  bool got = channel_try_receive(d->vm, channel_at(d, slot), &out);
  bool should = model_try_receive(&d->model, d->channel_ids[slot], &number);
  driver_agree(d, got == should, "try_receive");
  if (got && should)
    driver_agree(d, driver_is_thing(&d->model, d->vm, out, model_thing_number(number)),
                 "what it got");
  return WAIT_DONE;
}

static WaitResult do_close(Driver *d) {
  uint32_t slot = roll(d, d->plan.channels);
  if (model_channel_at(d, slot)->is_closed) {
    if (roll(d, 2) == 0) new_channel_at(d, slot);
    return WAIT_DONE;
  }
  channel_close(d->vm, channel_at(d, slot));
  model_close(&d->model, d->channel_ids[slot]);
  return WAIT_DONE;
}

static WaitResult do_look(Driver *d) {
  uint32_t slot = roll(d, d->plan.channels);
  const Channel *ch = channel_at(d, slot);
  const ModelChannel *mine = model_channel_at(d, slot);
  driver_agree(d, ch->count == mine->buffer.count, "length");
  driver_agree(d, channel_is_closed(ch) == mine->is_closed, "is_closed");
  slot = roll(d, d->plan.promises);
  driver_agree(d,
               (ModelState)promise_state(promise_at(d, slot)) == model_promise_at(d, slot)->state,
               "the state of a promise");
  return WAIT_DONE;
}

// --- Select --------------------------------------------------------------------------------------

#define CASES_MAX 6

typedef struct Cases {
  uint32_t count;
  char letters[CASES_MAX + 1];
  ModelCase mine[CASES_MAX];
  Value subjects[CASES_MAX], sent[CASES_MAX]; // the caller keeps them rooted
} Cases;

// The values that are sent are pushed as roots: one for each case.
static void roll_cases(Driver *d, Cases *cases) {
  static const char letters[] = "rrrssspppaad";
  bool has_default = false;
  *cases = (Cases){.count = roll(d, CASES_MAX) + 1};
  for (uint32_t i = 0; i < cases->count; i++) {
    char letter = letters[roll(d, sizeof(letters) - 1)];
    if (letter == 'd' && (has_default || roll(d, 3) > 0)) letter = 'r';
    has_default |= letter == 'd';
    uint32_t slot = roll(d, letter == 'p' ? d->plan.promises : d->plan.channels);
    ModelCase *mine = &cases->mine[i];
    *mine = (ModelCase){.letter = letter};
    cases->letters[i] = letter;
    cases->subjects[i] = cases->sent[i] = VALUE_NULL;
    if (letter == 'p') {
      mine->on = d->promise_ids[slot];
      cases->subjects[i] = d->promises->items[slot];
    } else if (letter == 'a') {
      mine->ns = (int64_t)roll(d, 5) * HALF_MS;
      cases->subjects[i] = value_double((double)mine->ns / 1e6);
    } else if (letter != 'd') {
      mine->on = d->channel_ids[slot];
      cases->subjects[i] = d->channels->items[slot];
      if (letter == 's') cases->sent[i] = fresh_value(d, &mine->number);
    }
    vm_push_root(d->vm, cases->sent[i]);
  }
}

static WaitResult do_select(Driver *d, uint32_t actor) {
  Cases cases;
  Value operands[2 * CASES_MAX + 2];
  uint32_t chosen = 0, count = 0;
  roll_cases(d, &cases);
  for (uint32_t i = 0; i < cases.count; i++) {
    uint32_t needed = opcode_select_operands(cases.letters[i]);
    if (needed > 0) operands[count++] = cases.subjects[i];
    if (needed > 1) operands[count++] = cases.sent[i];
  }
  Str *letters = vm_text(d->vm, cases.letters);
  vm_push_root(d->vm, value_object(letters));
  WaitResult result = select_wait(d->vm, vm_running(d->vm), letters, operands, &chosen);
  vm_pop_roots(d->vm, cases.count + 1);
  Answer answer = model_select(&d->model, actor, cases.mine, cases.count);
  if (answer.is_parked || answer.is_struck || answer.thing.kind == THING_ERROR)
    return agree_on(d, actor, result, VALUE_NULL, answer, "select");
  bool is_right =
      result == WAIT_DONE && driver_is_pick(&d->model, d->vm, operands, chosen, answer.thing);
  driver_agree(d, is_right, "which case a select takes");
  return result;
}

// Luma's, which gives a promise.
static WaitResult do_select_promise(Driver *d) {
  Cases cases;
  roll_cases(d, &cases);
  List *list = vm_list(d->vm, cases.count);
  vm_push_root(d->vm, value_object(list));
  for (uint32_t i = 0; i < cases.count; i++) {
    Case *one = select_case(d->vm, (SelectLetter)cases.letters[i], cases.subjects[i], cases.sent[i],
                            d->actor);
    if (!list_push(vm_heap(d->vm), list, value_object(one))) abort();
  }
  Promise *real = select_promise(d->vm, list);
  vm_pop_roots(d->vm, cases.count + 1);
  keep(d, model_select_promise(&d->model, cases.mine, cases.count), real);
  return WAIT_DONE;
}

// --- Promises ------------------------------------------------------------------------------------

static WaitResult do_await(Driver *d, uint32_t actor) {
  uint32_t slot = roll(d, d->plan.promises);
  Value out = VALUE_NULL;
  WaitResult result =
      promise_await(d->vm, vm_running(d->vm), value_object(promise_at(d, slot)), &out);
  Answer answer = model_await(&d->model, d->promise_ids[slot], actor);
  return agree_on(d, actor, result, out, answer, "await");
}

static WaitResult do_sleep(Driver *d, uint32_t actor, int64_t ns) {
  WaitResult result = timer_sleep(d->vm, vm_running(d->vm), ns) ? WAIT_PARKED : WAIT_FAILED;
  return agree_on(d, actor, result, VALUE_NULL, model_sleep(&d->model, actor, ns), "sleep");
}

static WaitResult do_timer(Driver *d) {
  int64_t ns = (int64_t)roll(d, 6) * HALF_MS;
  if (roll(d, 2)) {
    Promise *real = timer_promise(d->vm, ns);
    keep(d, model_timer_promise(&d->model, ns), real);
  } else {
    uint32_t slot = roll(d, d->plan.promises);
    Promise *real = timeout_promise(d->vm, promise_at(d, slot), ns, (double)ns / 1e6);
    keep(d, model_timeout(&d->model, d->promise_ids[slot], ns), real);
  }
  return WAIT_DONE;
}

#define ITEMS_MAX 5

static Promise *combine(VM *vm, CombinatorKind kind, List *list) {
  switch (kind) {
  case COMBINE_ALL: return combine_all(vm, list);
  case COMBINE_SETTLED: return combine_settled(vm, list);
  case COMBINE_ANY: return race_fulfilled(vm, list);
  case COMBINE_RACE: return race_settled(vm, list);
  default: return combine_result(vm, value_as_promise(list->items[0]));
  }
}

static WaitResult do_combine(Driver *d) {
  static const CombinatorKind kinds[] = {COMBINE_ALL, COMBINE_SETTLED, COMBINE_RESULT, COMBINE_ANY,
                                         COMBINE_RACE};
  CombinatorKind kind = kinds[roll(d, ARRAY_LEN(kinds))];
  uint32_t items[ITEMS_MAX], count = kind == COMBINE_RESULT ? 1 : roll(d, ITEMS_MAX + 1);
  List *list = vm_list(d->vm, count);
  vm_push_root(d->vm, value_object(list));
  for (uint32_t i = 0; i < count; i++) {
    uint32_t slot = roll(d, d->plan.promises);
    bool is_plain = kind != COMBINE_RESULT && roll(d, 16) == 0;
    items[i] = is_plain ? NOBODY : d->promise_ids[slot];
    Value item = is_plain ? value_int(1) : d->promises->items[slot];
    if (!list_push(vm_heap(d->vm), list, item)) abort();
  }
  Promise *real = combine(d->vm, kind, list);
  vm_pop_roots(d->vm, 1);
  keep(d, model_combine(&d->model, kind, items, count), real);
  return WAIT_DONE;
}

// Circles of promises that adopt each other are made, but seldom: they keep whoever awaits them.
static bool would_close_circle(Driver *d, uint32_t id, uint32_t adopted) {
  return adopted > id && roll(d, 64) > 0;
}

static void raise_test_error(Driver *d, Thing *thing) {
  *thing = model_thing_error(ERROR_TEST, ++d->next_number);
  vm_raise(d->vm, "ValueError", "of the test: %llu", (unsigned long long)thing->number);
}

// One that nobody else settles is settled, or adopts another one.
static WaitResult do_settle(Driver *d) {
  uint32_t slot = roll(d, d->plan.promises), id = d->promise_ids[slot], other;
  const ModelPromise *p = model_promise_at(d, slot);
  if (p->state != MODEL_PENDING) {
    new_promise_at(d, slot);
    return WAIT_DONE;
  }
  if (p->settler != SETTLER_NONE || p->has_timer || p->answers.count > 0) return WAIT_DONE;
  uint64_t number;
  Thing error;
  switch (roll(d, 4)) {
  case 0:
    raise_test_error(d, &error);
    promise_reject_raised(d->vm, promise_at(d, slot));
    model_reject(&d->model, id, error);
    break;
  case 1:
    other = roll(d, d->plan.promises);
    if (would_close_circle(d, id, d->promise_ids[other])) break;
    promise_fulfil(d->vm, promise_at(d, slot), value_object(promise_at(d, other)));
    model_adopt(&d->model, id, d->promise_ids[other]);
    break;
  default:
    promise_fulfil(d->vm, promise_at(d, slot), fresh_value(d, &number));
    model_fulfil(&d->model, id, model_thing_number(number));
    raise_test_error(d, &error); // a settled one stays as it is
    promise_reject_raised(d->vm, promise_at(d, slot));
    break;
  }
  return WAIT_DONE;
}

static WaitResult do_cancel(Driver *d, uint32_t slot) {
  uint64_t number = ++d->next_number;
  Error *cause = cancel_cause(d->vm, "by the test: %llu", (unsigned long long)number);
  cancel_promise(d->vm, promise_at(d, slot), cause, CANCEL_CALL);
  model_cancel(&d->model, d->promise_ids[slot], model_thing_error(ERROR_CANCEL, number));
  return WAIT_DONE;
}

// --- Fibers and groups ---------------------------------------------------------------------------

static void spawn(Driver *d, bool has_promise) {
  Promise *promise = has_promise ? promise_new(d->vm) : NULL;
  uint32_t id = has_promise ? model_add_promise(&d->model) : NOBODY;
  uint32_t actor = model_add_actor(&d->model, id);
  Fiber *fiber = machine_spawn(d->vm, d->actor, NULL, 0, promise);
  driver_agree(d, fiber != NULL, "spawn");
  d->model.actors.items[actor].real_number = fiber->obj.extra;
  if (has_promise) keep(d, id, promise);
}

static WaitResult do_group(Driver *d) {
  uint32_t slot = roll(d, d->plan.groups);
  uint32_t limit = roll(d, 2) ? UINT32_MAX : roll(d, 3) + 1;
  int64_t deadline = roll(d, 3) ? -1 : (int64_t)roll(d, 12) * HALF_MS;
  Group *group = group_new(d->vm, limit, deadline, (double)deadline / 1e6);
  d->group_ids[slot] = model_add_group(&d->model, limit, deadline);
  store(d, d->groups, slot, group);
  Promise *body = promise_new(d->vm);
  vm_push_root(d->vm, value_object(body));
  uint32_t id = model_add_promise(&d->model);
  model_add_actor(&d->model, id);
  driver_agree(d, machine_spawn(d->vm, d->actor, NULL, 0, body) != NULL, "spawn a body");
  driver_agree(d, group_watch_body(d->vm, group, body), "watch a body");
  model_watch_body(&d->model, d->group_ids[slot], id);
  keep(d, id, body);
  vm_pop_roots(d->vm, 1);
  keep(d, d->model.groups.items[d->group_ids[slot]].promise, group->promise);
  return WAIT_DONE;
}

static WaitResult do_group_spawn(Driver *d) {
  uint32_t slot = roll(d, d->plan.groups);
  if (value_is_null(d->groups->items[slot])) return do_group(d);
  Group *group = value_as_group(d->groups->items[slot]);
  const ModelGroup *mine = &d->model.groups.items[d->group_ids[slot]];
  bool has_ended = d->model.promises.items[mine->promise].state != MODEL_PENDING;
  bool is_spawned = group_spawn(d->vm, group, d->actor);
  driver_agree(d, is_spawned == !has_ended, "spawn in a group");
  if (!is_spawned) {
    vm_take_error(d->vm);
    return do_group(d);
  }
  uint32_t actor = model_group_spawn(&d->model, d->group_ids[slot]);
  if (actor == NOBODY) return WAIT_DONE;
  const PromiseWatcher *watcher = promise_watching(group->promise); // begins with the last
  driver_agree(d, watcher != NULL, "a group knows whom it spawned");
  if (watcher) keep(d, d->model.actors.items[actor].promise, watcher->watched);
  return WAIT_DONE;
}

// --- What is done --------------------------------------------------------------------------------

typedef enum Deed {
  DO_SEND,
  DO_RECEIVE,
  DO_RECEIVE_PROMISE,
  DO_TRY_SEND,
  DO_TRY_RECEIVE,
  DO_CLOSE,
  DO_LOOK,
  DO_SELECT,
  DO_SELECT_PROMISE,
  DO_AWAIT,
  DO_SLEEP,
  DO_TIMER,
  DO_COMBINE,
  DO_SETTLE,
  DO_CANCEL,
  DO_SPAWN,
  DO_GROUP,
  DO_GROUP_SPAWN
} Deed;

// How often, of 64.
static const uint8_t weights[] = {
    [DO_SEND] = 8,     [DO_RECEIVE] = 6,     [DO_RECEIVE_PROMISE] = 3,
    [DO_TRY_SEND] = 2, [DO_TRY_RECEIVE] = 3, [DO_CLOSE] = 1,
    [DO_LOOK] = 3,     [DO_SELECT] = 8,      [DO_SELECT_PROMISE] = 2,
    [DO_AWAIT] = 6,    [DO_SLEEP] = 4,       [DO_TIMER] = 3,
    [DO_COMBINE] = 3,  [DO_SETTLE] = 4,      [DO_CANCEL] = 4,
    [DO_SPAWN] = 1,    [DO_GROUP] = 1,       [DO_GROUP_SPAWN] = 2,
};

static Deed roll_deed(Driver *d) {
  uint32_t rolled = roll(d, 64);
  for (uint32_t i = 0; i < ARRAY_LEN(weights); i++) {
    if (rolled < weights[i]) return (Deed)i;
    rolled -= weights[i];
  }
  return DO_LOOK;
}

static bool is_crowded(const Driver *d) {
  return d->model.alive > 2 * d->plan.fibers;
}

static WaitResult operate(Driver *d, uint32_t actor, Deed deed) {
  d->deed = deed;
  switch (deed) {
  case DO_SEND: return do_send(d, actor);
  case DO_RECEIVE: return do_receive(d, actor);
  case DO_RECEIVE_PROMISE: return do_receive_promise(d, actor);
  case DO_TRY_SEND: return do_try_send(d);
  case DO_TRY_RECEIVE: return do_try_receive(d);
  case DO_CLOSE: return do_close(d);
  case DO_LOOK: return do_look(d);
  case DO_SELECT: return do_select(d, actor);
  case DO_SELECT_PROMISE: return is_crowded(d) ? WAIT_DONE : do_select_promise(d);
  case DO_AWAIT: return do_await(d, actor);
  case DO_SLEEP: return do_sleep(d, actor, (int64_t)roll(d, 4) * HALF_MS);
  case DO_TIMER: return do_timer(d);
  case DO_COMBINE: return do_combine(d);
  case DO_SETTLE: return do_settle(d);
  case DO_CANCEL: return do_cancel(d, roll(d, d->plan.promises));
  case DO_SPAWN:
    if (!is_crowded(d)) spawn(d, roll(d, 2));
    return WAIT_DONE;
  case DO_GROUP: return is_crowded(d) ? WAIT_DONE : do_group(d);
  case DO_GROUP_SPAWN: return is_crowded(d) ? WAIT_DONE : do_group_spawn(d);
  }
  return WAIT_DONE;
}

WaitResult driver_operate(Driver *d, uint32_t actor) {
  d->operations++;
  return operate(d, actor, roll_deed(d));
}

// A cleanup may do the same, and take longer than it may.
WaitResult driver_clean(Driver *d, uint32_t actor) {
  d->operations++;
  if (roll(d, 16) == 0) return do_sleep(d, actor, (int64_t)(roll(d, 3) + 4) * 2000 * HALF_MS);
  return operate(d, actor, roll_deed(d));
}

// A fiber gives a number, or a promise that its own then adopts.
Value driver_result(Driver *d, uint32_t actor) {
  Actor *mine = &d->model.actors.items[actor];
  uint32_t slot = roll(d, d->plan.promises);
  if (roll(d, 6) == 0 && !would_close_circle(d, mine->promise, d->promise_ids[slot])) {
    mine->adopts = d->promise_ids[slot];
    return d->promises->items[slot];
  }
  uint64_t number;
  Value value = fresh_value(d, &number);
  mine->ending = model_thing_number(number);
  return value;
}

// --- What keeps the game going -------------------------------------------------------------------

#define PATIENCE 8 // turns

// Everybody who could be waiting for ever goes on, if that is possible.
static void rescue(Driver *d) {
  for (uint32_t slot = 0; slot < d->plan.channels; slot++) {
    if (model_channel_at(d, slot)->is_closed) continue;
    channel_close(d->vm, channel_at(d, slot));
    model_close(&d->model, d->channel_ids[slot]);
  }
  for (uint32_t slot = 0; slot < d->plan.channels; slot++) new_channel_at(d, slot);
  for (uint32_t slot = 0; slot < d->plan.promises; slot++) {
    do_cancel(d, slot);
    if (d->idle_turns > PATIENCE) new_promise_at(d, slot);
  }
}

// Promises that adopt each other in a circle keep who awaits them for ever.
static uint32_t wanted_fibers(const Driver *d) {
  return d->plan.fibers + (d->idle_turns > PATIENCE ? d->model.alive + 1 : 0);
}

static void note_progress(Driver *d) {
  bool is_idle = d->operations == d->seen_operations;
  d->idle_turns = is_idle ? d->idle_turns + 1 : 0;
  d->seen_operations = d->operations;
}

// The first actor waits for nobody, so there always is a timer.
WaitResult driver_tend(Driver *d, uint32_t actor) {
  note_progress(d);
  for (uint32_t i = 0; i < 4; i++) {
    do_settle(d);
    if (roll(d, 8) == 0) do_close(d);
    if (roll(d, 8) == 0) do_cancel(d, roll(d, d->plan.promises));
  }
  if (d->idle_turns >= PATIENCE) rescue(d);
  for (uint32_t i = 0; d->model.alive < wanted_fibers(d) && i < 256; i++) spawn(d, roll(d, 3) > 0);
  if (roll(d, 50) == 0) heap_collect(vm_heap(d->vm), roll(d, 2) == 0);
  if (roll(d, 16) == 0) return do_sleep(d, actor, 4000 * HALF_MS); // cleanups may have that long
  return do_sleep(d, actor, roll(d, 4) == 0 ? 0 : (int64_t)roll(d, 3) * HALF_MS);
}

void driver_set_up(Driver *d) {
  for (uint32_t slot = 0; slot < d->plan.channels; slot++) new_channel_at(d, slot);
  for (uint32_t slot = 0; slot < d->plan.promises; slot++) new_promise_at(d, slot);
  spawn(d, false);
}
