// SPDX-License-Identifier: MIT
// stuck.c - who waits for what: the deadlock report and the list of leaks
//
//   deadlock: the main program waits and nothing can wake it
//     main, at demo.vint:4:9, waits to receive from channel 1 (unbuffered, made at demo.vint:1:10)
//       nobody sends on it, and it was never closed
//     fiber 2, started at demo.vint:3:1, at demo.vint:3:20, waits …
//     fiber 3, started at demo.vint:4:1, at demo.vint:5:9, waits in a select
//       to receive from channel 1 (…)
//       for promise 4, which fiber 2 settles when it ends
#include "sched/channel.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticket.h"
#include "vm/load.h"
#include "vm/trace.h"

typedef VEC(Fiber *) FiberVec;

static void collect_fiber(Obj *object, void *context) {
  Fiber *fiber = (Fiber *)object;
  FiberVec *found = context;
  if (fiber_state(fiber) == FIBER_PARKED) vec_push(found, fiber);
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = (*(Fiber *const *)a)->obj.extra, y = (*(Fiber *const *)b)->obj.extra;
  return (x > y) - (x < y);
}

static void print_place(Buffer *out, const TracePlace *place) {
  buffer_text(out, place->path);
  if (place->line) buffer_printf(out, ":%u:%u", place->line->line, place->line->column);
}

static void print_fiber_name(Buffer *out, const Fiber *fiber) {
  if (fiber->obj.flags & FIBER_MAIN) {
    buffer_text(out, "main");
  } else {
    buffer_printf(out, "fiber %u", fiber->obj.extra);
  }
}

static void print_channel(VM *vm, Buffer *out, const Channel *ch) {
  buffer_printf(out, "channel %u (", ch->obj.extra);
  if (ch->capacity == 0) {
    buffer_text(out, "unbuffered");
  } else {
    buffer_printf(out, "%u of %u buffered", ch->count, ch->capacity);
  }
  Proto *proto;
  uint32_t pc;
  if (ch->made_at && load_find_code(vm, ch->made_at, &proto, &pc)) {
    TraceEntry entry = {.proto = proto, .pc = pc > 0 ? pc - 1 : 0};
    TracePlace place;
    if (trace_place(&entry, &place)) {
      buffer_text(out, ", made at ");
      print_place(out, &place);
    }
  }
  buffer_byte(out, ')');
}

// What a promise waits for in turn.
static void print_promise(VM *vm, Buffer *out, const Promise *promise) {
  const Obj *settler = promise->settler;
  if (settler && settler->kind == KIND_TICKET) {
    const Ticket *ticket = (const Ticket *)settler;
    if (ticket->wait.kind == WAIT_GATE) {
      gate_describe(vm, out, (const Gate *)ticket->wait.on);
      return;
    }
    buffer_text(out, ticket->wait.kind == WAIT_SEND ? "a send on " : "a receive from ");
    print_channel(vm, out, (const Channel *)ticket->wait.on);
  } else if (settler && settler->kind == KIND_FIBER) {
    buffer_printf(out, "promise %u, which ", promise->obj.extra);
    print_fiber_name(out, (const Fiber *)settler);
    buffer_text(out, " settles when it ends");
  } else if (settler && settler->kind == KIND_SELECTION) {
    buffer_printf(out, "promise %u of a select", promise->obj.extra);
  } else if (settler && settler->kind == KIND_PROMISE) {
    buffer_printf(out, "promise %u, which waits for promise %u", promise->obj.extra,
                  settler->extra);
  } else if (settler && settler->kind == KIND_GROUP) {
    buffer_printf(out, "a group of which %u fibers have not ended", ((Group *)settler)->open);
  } else {
    buffer_printf(out, "promise %u, which nothing settles any more", promise->obj.extra);
  }
}

// The select that the fiber waits in or awaits, or NULL.
static const Selection *awaited_selection(const Fiber *fiber) {
  const Obj *on = fiber->wait.on;
  if (on && on->kind == KIND_PROMISE) on = ((const Promise *)on)->settler;
  return on && on->kind == KIND_SELECTION ? (const Selection *)on : NULL;
}

static void print_case(VM *vm, Buffer *out, const Waiter *one) {
  switch ((WaitKind)one->kind) {
  case WAIT_RECEIVE:
    buffer_text(out, "      to receive from ");
    print_channel(vm, out, (const Channel *)one->on);
    break;
  case WAIT_SEND:
    buffer_text(out, "      to send on ");
    print_channel(vm, out, (const Channel *)one->on);
    break;
  case WAIT_AWAIT:
    buffer_text(out, "      for ");
    print_promise(vm, out, (const Promise *)one->on);
    break;
  default: buffer_text(out, "      for a time"); break;
  }
  buffer_byte(out, '\n');
}

static void print_cases(VM *vm, Buffer *out, const Selection *selection) {
  uint32_t count = selection->obj.extra;
  if (count == 0) buffer_text(out, "      which has no case, so for ever\n");
  for (uint32_t i = 0; i < count; i++) print_case(vm, out, &selection->cases[i]);
}

static const Channel *awaited_channel(const Fiber *fiber) {
  const Obj *on = fiber->wait.on;
  if (!on) return NULL;
  if (on->kind == KIND_CHANNEL) return (const Channel *)on;
  if (on->kind != KIND_PROMISE) return NULL;
  const Obj *settler = ((const Promise *)on)->settler;
  if (!settler || settler->kind != KIND_TICKET) return NULL;
  if (((const Ticket *)settler)->wait.kind == WAIT_GATE) return NULL;
  return (const Channel *)((const Ticket *)settler)->wait.on;
}

static bool waits_to_send(const Fiber *fiber) {
  if (fiber->wait.kind == WAIT_SEND) return true;
  const Obj *on = fiber->wait.on;
  if (!on || on->kind != KIND_PROMISE) return false;
  const Obj *settler = ((const Promise *)on)->settler;
  return settler && settler->kind == KIND_TICKET &&
         ((const Ticket *)settler)->wait.kind == WAIT_SEND;
}

static void print_wait(VM *vm, Buffer *out, const Fiber *fiber) {
  switch ((WaitKind)fiber->wait.kind) {
  case WAIT_RECEIVE:
    buffer_text(out, "waits to receive from ");
    print_channel(vm, out, (const Channel *)fiber->wait.on);
    break;
  case WAIT_SEND:
    buffer_text(out, "waits to send on ");
    print_channel(vm, out, (const Channel *)fiber->wait.on);
    break;
  case WAIT_AWAIT:
    buffer_text(out, "awaits ");
    print_promise(vm, out, (const Promise *)fiber->wait.on);
    break;
  case WAIT_SELECT: buffer_text(out, "waits in a select"); break;
  case WAIT_GATE:
    buffer_text(out, "waits for ");
    gate_describe(vm, out, (const Gate *)fiber->wait.on);
    break;
  case WAIT_TIMER: buffer_text(out, "sleeps"); break;
  case WAIT_IO: buffer_text(out, "waits for input or output"); break;
  default: buffer_text(out, "waits"); break;
  }
  buffer_byte(out, '\n');
}

static void print_hint(VM *vm, Buffer *out, const Fiber *fiber) {
  const Selection *selection = awaited_selection(fiber);
  if (selection) print_cases(vm, out, selection);
  if (!awaited_channel(fiber)) return;
  buffer_text(out, waits_to_send(fiber)
                       ? "      nobody receives from it, and it has no room left\n"
                       : "      nobody sends on it any more, and it was never closed\n");
}

static void print_fiber(VM *vm, Buffer *out, const Fiber *fiber) {
  TracePlace place;
  buffer_text(out, "  ");
  print_fiber_name(out, fiber);
  if (trace_start_place(vm, fiber, &place)) {
    buffer_text(out, ", started at ");
    print_place(out, &place);
    buffer_byte(out, ',');
  }
  if (trace_fiber_place(vm, fiber, &place)) {
    buffer_text(out, fiber->started_at ? " at " : ", at ");
    print_place(out, &place);
    buffer_byte(out, ',');
  }
  buffer_byte(out, ' ');
  print_wait(vm, out, fiber);
  print_hint(vm, out, fiber);
}

static uint32_t print_parked(Sched *sched, Buffer *out, const char *headline) {
  FiberVec found = {0};
  heap_each(vm_heap(sched->vm), KIND_FIBER, collect_fiber, &found);
  if (found.count > 0) {
    buffer_printf(out, headline, found.count);
    qsort(found.items, found.count, sizeof(Fiber *), compare_numbers);
  }
  for (uint32_t i = 0; i < found.count; i++) print_fiber(sched->vm, out, found.items[i]);
  uint32_t count = found.count;
  vec_free(&found);
  return count;
}

void sched_report_deadlock(Sched *sched, Buffer *out) {
  buffer_text(out, "deadlock: the main program waits and nothing can wake it\n");
  print_parked(sched, out, "");
}

uint32_t sched_report_leaks(Sched *sched, Buffer *out) {
  return print_parked(sched, out, "leaks: %u fibers were still waiting when the program ended\n");
}
