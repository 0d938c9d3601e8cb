// SPDX-License-Identifier: MIT
// select.c - waiting for the first of several cases
#include "sched/select.h"

#include "base/assertion.h"
#include "base/memory.h"
#include "sched/channel.h"
#include "sched/sched_private.h"
#include "sched/timer.h"
#include "vm/format.h"
#include "vm/locals.h"
#include <stdlib.h>
#include <string.h>

// The cases as both languages hand them over: a letter each and their operands in a row.
typedef struct Cases {
  const char *letters;
  uint32_t count;
  const Value *operands;
} Cases;

// What a case has come to.
typedef struct Outcome {
  Value value;
  bool is_open;
} Outcome;

// --- The objects ---------------------------------------------------------------------------------

static void trace_selection(Heap *heap, Obj *object) {
  Selection *selection = (Selection *)object;
  heap_mark(heap, (Obj *)selection->fiber);
  heap_mark(heap, (Obj *)selection->promise);
  heap_mark(heap, (Obj *)selection->functions);
  heap_mark(heap, (Obj *)selection->locals);
  heap_mark_value(heap, selection->value);
  for (uint32_t i = 0; i < object->extra; i++) {
    heap_mark(heap, selection->cases[i].on);
    heap_mark_value(heap, selection->cases[i].value);
  }
}

static void trace_case(Heap *heap, Obj *object) {
  Case *one = (Case *)object;
  heap_mark_value(heap, one->subject);
  heap_mark_value(heap, one->sent);
  heap_mark_value(heap, one->function);
}

static Value print_case(VM *vm, Buffer *out, Value value, FormatStyle style) {
  switch ((SelectLetter)value_as_object(value)->flags) {
  case SELECT_LETTER_RECEIVE: buffer_text(out, "Case(receive)"); break;
  case SELECT_LETTER_SEND: buffer_text(out, "Case(send)"); break;
  case SELECT_LETTER_AWAIT: buffer_text(out, "Case(promise)"); break;
  case SELECT_LETTER_AFTER: buffer_text(out, "Case(after)"); break;
  case SELECT_LETTER_DEFAULT: buffer_text(out, "Case(otherwise)"); break;
  }
  return VALUE_ABSENT;
}

void select_register(VM *vm) {
  static const KindDescriptor selection = {.name = "selection", .trace = trace_selection};
  static const KindDescriptor one = {.name = "case", .trace = trace_case};
  heap_register(vm_heap(vm), KIND_SELECTION, &selection);
  heap_register(vm_heap(vm), KIND_CASE, &one);
  format_set_hook(vm, KIND_CASE, print_case);
}

static Selection *new_selection(VM *vm, uint32_t count) {
  size_t size = sizeof(Selection) + (size_t)count * sizeof(Waiter);
  Selection *selection = heap_new(vm_heap(vm), KIND_SELECTION, size);
  if (!selection) {
    vm_raise_memory(vm);
    return NULL;
  }
  selection->obj.extra = count;
  selection->value = VALUE_NULL;
  for (uint32_t i = 0; i < count; i++) selection->cases[i].value = VALUE_NULL;
  return selection;
}

// --- Looking -------------------------------------------------------------------------------------

// Moments that no end has: they begin at 1.
#define WRONG_SUBJECT 0                // of the wrong type, raised
#define MOMENT_NOW    (UINT64_MAX - 1) // a time that is over before anybody waits
#define NOT_READY     UINT64_MAX

#define NS_PER_MS   1000000.0
#define WAIT_MAX_MS 9e12 // 285 years: what nanoseconds in 64 bits can hold

static int64_t duration_ns(Value ms) {
  double amount = value_to_double(ms);
  return amount > WAIT_MAX_MS ? INT64_MAX : (int64_t)(amount * NS_PER_MS);
}

static bool check_time(VM *vm, Value ms) {
  if (!value_is_number(ms)) {
    return vm_raise(vm, "TypeError", "after needs a number of milliseconds, got %s",
                    vm_type_name(vm, ms));
  }
  double amount = value_to_double(ms);
  return amount == amount || vm_raise(vm, "ValueError", "cannot wait for NaN milliseconds");
}

static NOINLINE bool refuse_subject(VM *vm, char letter, Value subject) {
  const char *got = vm_type_name(vm, subject);
  if (letter == SELECT_LETTER_AWAIT)
    return vm_raise(vm, "TypeError", "await requires a Promise, got %s", got);
  return vm_raise(vm, "TypeError", "%s needs a channel, got %s",
                  letter == SELECT_LETTER_SEND ? "send" : "receive", got);
}

// Since when the channel has something to receive.
static inline uint64_t receivable_since(const Channel *ch) {
  return channel_can_receive(ch) ? ch->receivable_since : NOT_READY;
}

// Since when the case is ready.
static uint64_t look_at(VM *vm, char letter, Value subject) {
  switch ((SelectLetter)letter) {
  case SELECT_LETTER_RECEIVE:
    if (!value_is_channel(subject)) break;
    return receivable_since(value_as_channel(subject));
  case SELECT_LETTER_SEND:
    if (!value_is_channel(subject)) break;
    if (!channel_can_send(value_as_channel(subject))) return NOT_READY;
    return value_as_channel(subject)->sendable_since;
  case SELECT_LETTER_AWAIT:
    if (!value_is_promise(subject)) break;
    if (promise_state(value_as_promise(subject)) == PROMISE_PENDING) return NOT_READY;
    return value_as_promise(subject)->ready_since;
  case SELECT_LETTER_AFTER:
    if (!check_time(vm, subject)) return WRONG_SUBJECT;
    return value_to_double(subject) <= 0 ? MOMENT_NOW : NOT_READY;
  case SELECT_LETTER_DEFAULT: return NOT_READY;
  }
  refuse_subject(vm, letter, subject);
  return WRONG_SUBJECT;
}

// The case to be taken now.
typedef struct Found {
  uint32_t index; // NO_CASE: none is ready
  const Value *operands;
  uint64_t since; // NOT_READY with NO_CASE or a default
} Found;

#define NO_CASE UINT32_MAX

#define PLACE_BITS 8 // a run is cut here; moments have 56 bits, which is more than there can be
#define RUN_MAX    (1u << PLACE_BITS)

// How many receives stand in a row (RUN_MAX at most); eight letters are one comparison.
static inline uint32_t count_receives(const char *letters, uint32_t count) {
  static const char eight[8] = {'r', 'r', 'r', 'r', 'r', 'r', 'r', 'r'};
  uint32_t run = 0;
  if (count > RUN_MAX) count = RUN_MAX;
  while (run + 8 <= count && memcmp(letters + run, eight, 8) == 0) run += 8;
  while (run < count && letters[run] == SELECT_LETTER_RECEIVE) run++;
  return run;
}

// Most cases are receives. A run of them is looked at in one tight loop without a branch on which
// is the oldest, as nobody can predict that: the least of the moments, each with its place behind
// it. Returns where it ends: behind the run, or at what is no channel.
static inline const Value *look_at_receives(const Value *at, uint32_t run, Found *found) {
  const Value *first = at, *end = at + run;
  uint64_t least = UINT64_MAX, place = 0;
  for (; at != end; at++, place++) {
    if (UNLIKELY(!value_is_channel(*at))) break;
    const Channel *ch = value_as_channel(*at);
    if (UNLIKELY(ch->count == 0) && !channel_can_receive(ch)) continue;
    uint64_t key = (ch->receivable_since << PLACE_BITS) + place;
    least = key < least ? key : least;
  }
  if (least >> PLACE_BITS < found->since && least != UINT64_MAX) {
    found->operands = first + least % RUN_MAX;
    found->since = least >> PLACE_BITS;
  }
  return at;
}

// False: its operand is wrong, raised.
static inline bool look_at_other(VM *vm, Cases cases, uint32_t index, const Value *at,
                                 Found *found) {
  char letter = cases.letters[index];
  if (letter == SELECT_LETTER_DEFAULT) {
    if (found->since == NOT_READY) found->index = index;
    return true;
  }
  uint64_t since = look_at(vm, letter, *at);
  if (since < found->since) *found = (Found){index, at, since};
  return since != WRONG_SUBJECT;
}

// Every case is looked at before anything happens, so a wrong one is always noticed.
static NOINLINE bool find_oldest(VM *vm, Cases cases, Found *out) {
  Found found = {NO_CASE, NULL, NOT_READY};
  const Value *at = cases.operands;
  for (uint32_t i = 0; i < cases.count; i++) {
    uint32_t run = count_receives(cases.letters + i, cases.count - i);
    const Value *behind = look_at_receives(at, run, &found);
    if (found.operands >= at) found.index = i + (uint32_t)(found.operands - at);
    i += (uint32_t)(behind - at);
    if (i == cases.count) break;
    if (UNLIKELY(!look_at_other(vm, cases, i, behind, &found))) return false;
    at = behind + opcode_select_operands(cases.letters[i]);
  }
  *out = found;
  return true;
}

// With a seed: one of those that have been ready as long as the first of them, each with the same
// chance. They are several if a channel or promise stands in several cases, or times that are over.
static NOINLINE void draw_tie(VM *vm, Shuffle *shuffle, Cases cases, Found *found) {
  const Value *at = cases.operands;
  uint32_t count = 0;
  uint64_t since = found->since;
  if (since == NOT_READY) return;
  for (uint32_t i = 0; i < cases.count; i++) {
    char letter = cases.letters[i];
    if (letter != SELECT_LETTER_DEFAULT && look_at(vm, letter, *at) == since &&
        policy_choose(shuffle, ++count) == 0) {
      *found = (Found){i, at, since};
    }
    at += opcode_select_operands(letter);
  }
}

// Nothing but receives: most selects.
static inline bool find_oldest_receive(Cases cases, Found *out) {
  *out = (Found){NO_CASE, NULL, NOT_READY};
  if (count_receives(cases.letters, cases.count) != cases.count) return false;
  if (look_at_receives(cases.operands, cases.count, out) != cases.operands + cases.count)
    return false;
  if (out->operands) out->index = (uint32_t)(out->operands - cases.operands);
  return true;
}

static inline bool find_ready(VM *vm, Cases cases, Found *out) {
  if (!find_oldest_receive(cases, out) && !find_oldest(vm, cases, out)) return false;
  Shuffle *shuffle = ((Sched *)vm_scheduler(vm))->shuffle;
  if (UNLIKELY(shuffle != NULL)) draw_tie(vm, shuffle, cases, out);
  return true;
}

// --- Taking a case that is ready -----------------------------------------------------------------

static inline void take_received(VM *vm, Channel *ch, Outcome *outcome) {
  ch->receivable_since = sched_next_moment(vm);
  outcome->is_open = channel_try_receive(vm, ch, &outcome->value);
}

static bool take_sent(VM *vm, Channel *ch, Value value) {
  bool sent;
  ch->sendable_since = sched_next_moment(vm);
  return channel_try_send(vm, ch, value, &sent);
}

// `fiber` NULL: Luma's, where nobody awaits. The rejection is then handed on as it is.
static bool take_settled(VM *vm, Fiber *fiber, Promise *promise, Outcome *outcome) {
  promise->ready_since = sched_next_moment(vm);
  if (fiber) {
    return promise_await(vm, fiber, value_object(promise), &outcome->value) == WAIT_DONE;
  }
  promise->obj.flags |= PROMISE_OBSERVED;
  outcome->value = promise->value;
  return promise_state(promise) == PROMISE_FULFILLED || vm_raise_value(vm, promise->value);
}

// False: the case has raised.
static inline bool take_case(VM *vm, Fiber *fiber, char letter, const Value *operands,
                             Outcome *outcome) {
  *outcome = (Outcome){VALUE_NULL, false};
  switch ((SelectLetter)letter) {
  case SELECT_LETTER_RECEIVE: take_received(vm, value_as_channel(operands[0]), outcome); break;
  case SELECT_LETTER_SEND: return take_sent(vm, value_as_channel(operands[0]), operands[1]);
  case SELECT_LETTER_AWAIT: return take_settled(vm, fiber, value_as_promise(operands[0]), outcome);
  case SELECT_LETTER_AFTER:
  case SELECT_LETTER_DEFAULT: break;
  }
  return true;
}

// --- Waiting -------------------------------------------------------------------------------------

static WaitKind wait_kind(char letter) {
  switch ((SelectLetter)letter) {
  case SELECT_LETTER_RECEIVE: return WAIT_RECEIVE;
  case SELECT_LETTER_SEND: return WAIT_SEND;
  case SELECT_LETTER_AWAIT: return WAIT_AWAIT;
  case SELECT_LETTER_AFTER: return WAIT_TIMER;
  case SELECT_LETTER_DEFAULT: break;
  }
  return WAIT_NOTHING;
}

#ifndef NDEBUG
// All of its cases wait, or none.
static void verify(const Selection *selection) {
  for (uint32_t i = 0; i < selection->obj.extra; i++) {
    const Waiter *waiter = &selection->cases[i];
    bool is_linked = waiter->prev != NULL;
    ASSERT(is_linked == (waiter->on != NULL));
    if (select_is_left(selection)) ASSERT(!is_linked && waiter->next == NULL);
  }
}
#else
static inline void verify(const Selection *selection) {}
#endif

// Puts the waiter of one case where it waits.
static void enqueue(VM *vm, Selection *selection, Waiter *waiter, const Value *operands) {
  switch ((WaitKind)waiter->kind) {
  case WAIT_RECEIVE:
    waiter->on = value_as_object(operands[0]);
    waiter->value = ASYNC_END_ABSENT;
    channel_queue(vm, value_as_channel(operands[0]), waiter);
    break;
  case WAIT_SEND:
    waiter->on = value_as_object(operands[0]);
    waiter->value = operands[1];
    channel_queue(vm, value_as_channel(operands[0]), waiter);
    break;
  case WAIT_AWAIT:
    waiter->on = value_as_object(operands[0]);
    wait_link(&value_as_promise(operands[0])->waiters, waiter);
    heap_touch(vm_heap(vm), waiter->on);
    break;
  case WAIT_TIMER:
    timer_add_case(vm, (Obj *)selection, waiter->own, duration_ns(operands[0]));
    break;
  default: break;
  }
}

static void enqueue_all(VM *vm, Selection *selection, const Cases *cases) {
  const Value *operands = cases->operands;
  for (uint32_t i = 0; i < cases->count; i++) {
    Waiter *waiter = &selection->cases[i];
    waiter->own = i;
    waiter->owner = OWNER_CASE;
    waiter->kind = (uint8_t)wait_kind(cases->letters[i]);
    enqueue(vm, selection, waiter, operands);
    operands += opcode_select_operands(cases->letters[i]);
  }
  heap_touch(vm_heap(vm), (Obj *)selection);
  verify(selection);
}

static void unlink_case(VM *vm, Waiter *waiter) {
  if (!waiter->prev) return; // it was taken
  switch ((WaitKind)waiter->kind) {
  case WAIT_RECEIVE:
  case WAIT_SEND: channel_leave(vm, waiter); break;
  case WAIT_AWAIT: wait_unlink(promise_queue((Promise *)waiter->on), waiter); break;
  default: break;
  }
}

// Timers that have lost what they were for go first: leaving a ticker may give up another one.
static void drop_timers(VM *vm, const Selection *selection, const Waiter *taken) {
  uint32_t timers = 0;
  for (uint32_t i = 0; i < selection->obj.extra; i++) {
    const Waiter *waiter = &selection->cases[i];
    if (waiter->kind == WAIT_TIMER && waiter != taken) timers++;
  }
  if (timers > 0) timer_drop(sched_of(vm), timers);
}

// `taken` (or NULL) is off its queue already. What the cases held is let go of: a timer that has
// not been dropped yet still knows the selection.
static void leave(VM *vm, Selection *selection, const Waiter *taken) {
  selection->obj.flags |= SELECTION_LEFT;
  drop_timers(vm, selection, taken);
  for (uint32_t i = 0; i < selection->obj.extra; i++) {
    Waiter *waiter = &selection->cases[i];
    unlink_case(vm, waiter);
    waiter->on = NULL;
    waiter->value = VALUE_NULL;
  }
  verify(selection);
}

void select_leave(VM *vm, Selection *selection) {
  if (!select_is_left(selection)) leave(vm, selection, NULL);
}

void select_withdraw(VM *vm, Fiber *fiber) {
  select_leave(vm, (Selection *)fiber->wait.on);
}

// --- Luma: the chosen function -------------------------------------------------------------------

// It gets the value if its case gives one.
static bool gives_value(WaitKind kind) {
  return kind == WAIT_RECEIVE || kind == WAIT_AWAIT;
}

// What the chosen function is started with. It belongs to who made the select, not to who runs just now.
typedef struct Chosen {
  Promise *promise;
  Value function;
  Value value;
  bool has_value;
  List *locals;
  const Instr *made_at;
} Chosen;

// NULL: out of memory, raised.
static Fiber *new_chosen(VM *vm, const Chosen *chosen) {
  Fiber *fiber = fiber_new(vm, chosen->function, &chosen->value, chosen->has_value ? 1 : 0);
  if (!fiber || locals_give(vm, fiber, chosen->locals)) return fiber;
  fiber_end(vm, fiber);
  vm_raise_memory(vm);
  return NULL;
}

static void start_chosen(VM *vm, const Chosen *chosen) {
  Promise *promise = chosen->promise;
  Fiber *fiber = new_chosen(vm, chosen);
  if (!fiber) {
    promise_reject_raised(vm, promise);
    return;
  }
  fiber_set_started_at(fiber, chosen->made_at);
  promise_give_fiber(vm, promise, fiber);
  wait_ready(vm, fiber);
}

static void run_chosen(VM *vm, const Selection *selection) {
  uint32_t index = selection->chosen;
  Chosen chosen = {.promise = selection->promise,
                   .function = selection->functions->items[index],
                   .value = selection->value,
                   .has_value = gives_value((WaitKind)selection->cases[index].kind),
                   .locals = selection->locals,
                   .made_at = selection->made_at};
  start_chosen(vm, &chosen);
}

// --- Completing ----------------------------------------------------------------------------------

static void fail(VM *vm, Selection *selection, Value error) {
  if (selection->fiber) {
    wait_wake_failed(vm, selection->fiber, error);
  } else {
    promise_reject(vm, selection->promise, error);
  }
}

static void succeed(VM *vm, Selection *selection, uint32_t chosen, Outcome outcome) {
  selection->chosen = chosen;
  selection->is_open = outcome.is_open;
  heap_store(vm_heap(vm), selection, &selection->value, outcome.value);
  if (selection->fiber) {
    wait_wake(vm, selection->fiber, value_object(selection));
  } else {
    run_chosen(vm, selection);
  }
}

void select_complete(VM *vm, Waiter *waiter, Value value, bool is_failed) {
  Selection *selection = select_of_waiter(waiter);
  WaitKind kind = (WaitKind)waiter->kind;
  if (kind == WAIT_AWAIT) waiter->on->flags |= PROMISE_OBSERVED;
  vm_push_root(vm, value_object(selection));
  vm_push_root(vm, value);
  leave(vm, selection, waiter);
  if (is_failed) {
    fail(vm, selection, value);
  } else {
    bool is_end = value_is_absent(value);
    Outcome outcome = {is_end ? VALUE_NULL : value, kind == WAIT_RECEIVE && !is_end};
    succeed(vm, selection, waiter->own, outcome);
  }
  vm_pop_roots(vm, 2);
}

void select_fire(VM *vm, Selection *selection, uint32_t index) {
  if (select_is_left(selection)) return;
  select_complete(vm, &selection->cases[index], VALUE_NULL, false);
}

// --- Vint ----------------------------------------------------------------------------------------

static void put_results(Value *operands, Value value, bool is_open) {
  operands[0] = value;
  operands[1] = value_bool(is_open);
}

WaitResult select_wait(VM *vm, Fiber *fiber, const Str *letters, Value *operands,
                       uint32_t *chosen) {
  Cases cases = {letters->bytes, letters->len, operands};
  Found found;
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (!find_ready(vm, cases, &found)) return WAIT_FAILED;
  if (LIKELY(found.index != NO_CASE)) {
    Outcome outcome;
    char letter = cases.letters[found.index];
    if (!take_case(vm, fiber, letter, found.operands, &outcome)) return WAIT_FAILED;
    put_results(operands, outcome.value, outcome.is_open);
    *chosen = found.index;
    return WAIT_DONE;
  }
  Selection *selection = new_selection(vm, cases.count);
  if (!selection) return WAIT_FAILED;
  selection->fiber = fiber;
  enqueue_all(vm, selection, &cases);
  wait_park(vm, fiber, WAIT_SELECT, (Obj *)selection, NULL);
  return WAIT_PARKED;
}

uint32_t select_taken(VM *vm, Value value, Value *operands) {
  const Selection *selection = (const Selection *)value_as_object(value);
  put_results(operands, selection->value, selection->is_open);
  return selection->chosen;
}

// --- Luma ----------------------------------------------------------------------------------------

Case *select_case(VM *vm, SelectLetter letter, Value subject, Value sent, Value function) {
  if (letter == SELECT_LETTER_AFTER && !check_time(vm, subject)) return NULL;
  Case *one = heap_new(vm_heap(vm), KIND_CASE, sizeof(Case));
  if (!one) {
    vm_raise_memory(vm);
    return NULL;
  }
  one->obj.flags = (uint16_t)letter;
  one->subject = subject;
  one->sent = sent;
  one->function = function;
  return one;
}

static bool check_cases(VM *vm, const List *cases) {
  uint32_t default_count = 0;
  for (uint32_t i = 0; i < cases->count; i++) {
    Value item = cases->items[i];
    if (!value_is_kind(item, KIND_CASE)) {
      return vm_raise(vm, "TypeError",
                      "select takes cases such as ch:on_receive(f) or after(ms, f), got %s",
                      vm_type_name(vm, item));
    }
    if (value_as_object(item)->flags == SELECT_LETTER_DEFAULT && default_count++ > 0)
      return vm_raise(vm, "ValueError", "select takes one otherwise(f), got several");
  }
  return true;
}

// Room for the cases of most selects; that of others is allocated.
#define FEW_CASES 16

typedef struct Room {
  char letters[FEW_CASES];
  Value operands[2 * FEW_CASES];
  void *allocated; // NULL: it is enough
} Room;

// The letters and operands in rows of their own. The cases keep the operands alive, and the list the
// cases: no script runs while this is in use.
static Cases spread_cases(const List *list, Room *room) {
  char *letters = room->letters;
  Value *operands = room->operands;
  room->allocated = NULL;
  if (list->count > FEW_CASES) {
    operands = room->allocated = memory_require(NULL, list->count * (2 * sizeof(Value) + 1));
    letters = (char *)(operands + 2 * (size_t)list->count);
  }
  Cases cases = {letters, list->count, operands};
  for (uint32_t i = 0; i < list->count; i++) {
    const Case *one = (const Case *)value_as_object(list->items[i]);
    uint32_t count = opcode_select_operands((char)one->obj.flags);
    letters[i] = (char)one->obj.flags;
    if (count > 0) *operands++ = one->subject;
    if (count > 1) *operands++ = one->sent;
  }
  return cases;
}

// One is ready: no selection is needed.
static void take_at_once(VM *vm, const List *list, const Cases *cases, const Found *found, Promise *promise) {
  Outcome outcome;
  char letter = cases->letters[found->index];
  Fiber *maker = vm_running(vm);
  if (!take_case(vm, NULL, letter, found->operands, &outcome)) {
    promise_reject_raised(vm, promise);
    return;
  }
  Chosen chosen = {.promise = promise,
                   .function = ((const Case *)value_as_object(list->items[found->index]))->function,
                   .value = outcome.value,
                   .has_value = gives_value(wait_kind(letter)),
                   .locals = locals_share(maker),
                   .made_at = maker ? maker->ip : NULL};
  start_chosen(vm, &chosen);
}

// The functions in a list of their own: the program may change the one that it gave. False: out of
// memory, raised.
static bool wait_for_cases(VM *vm, const List *list, const Cases *cases, Promise *promise) {
  Selection *selection = new_selection(vm, cases->count);
  if (!selection) return false;
  vm_push_root(vm, value_object(selection));
  selection->promise = promise;
  List *functions = selection->functions = vm_list(vm, cases->count);
  heap_touch(vm_heap(vm), (Obj *)selection);
  if (functions) {
    for (uint32_t i = 0; i < cases->count; i++)
      functions->items[functions->count++] = ((const Case *)value_as_object(list->items[i]))->function;
    heap_touch(vm_heap(vm), (Obj *)functions);
    Fiber *maker = vm_running(vm);
    selection->made_at = maker ? maker->ip : NULL;
    selection->locals = locals_share(maker);
    promise->settler = (Obj *)selection;
    heap_touch(vm_heap(vm), (Obj *)promise);
    enqueue_all(vm, selection, cases);
  }
  vm_pop_roots(vm, 1);
  return functions != NULL;
}

static bool begin(VM *vm, const List *list, const Cases *cases, Promise *promise) {
  Found found;
  if (!find_ready(vm, *cases, &found)) return false;
  if (found.index == NO_CASE) return wait_for_cases(vm, list, cases, promise);
  take_at_once(vm, list, cases, &found, promise);
  return true;
}

Promise *select_promise(VM *vm, List *list) {
  if (!check_cases(vm, list)) return NULL;
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  Room room;
  Cases cases = spread_cases(list, &room);
  vm_push_root(vm, value_object(promise));
  bool is_begun = begin(vm, list, &cases, promise);
  vm_pop_roots(vm, 1);
  free(room.allocated);
  return is_begun ? promise : NULL;
}
