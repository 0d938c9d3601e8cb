// SPDX-License-Identifier: MIT
// report.c - what reports about fibers have in common: what each waits for, and how it is worded
#include "sched/report.h"

#include "code/opcode.h"
#include "sched/channel.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticket.h"
#include "vm/frame.h"
#include "vm/load.h"

#include <stdlib.h>

// --- Opening -------------------------------------------------------------------------------------

static void collect_waiting(Obj *object, void *context) {
  Fiber *fiber = (Fiber *)object;
  FiberVec *found = context;
  bool has_no_turn = fiber_state(fiber) == FIBER_NEW && fiber->wait.kind == WAIT_TURN;
  if (fiber_state(fiber) == FIBER_PARKED || has_no_turn) vec_push(found, fiber);
}

static int compare_numbers(const void *a, const void *b) {
  uint32_t x = (*(Fiber *const *)a)->obj.extra, y = (*(Fiber *const *)b)->obj.extra;
  return (x > y) - (x < y);
}

static void collect_unended(Obj *object, void *context) {
  FiberVec *found = context;
  if (fiber_state((Fiber *)object) != FIBER_DONE) vec_push(found, (Fiber *)object);
}

void report_open(Report *report, Sched *sched, Buffer *out, ReportWhom whom) {
  *report = (Report){.sched = sched, .vm = sched->vm, .out = out};
  heap_each(vm_heap(sched->vm), KIND_FIBER,
            whom == REPORT_ALL ? collect_unended : collect_waiting, &report->fibers);
  report_sort(report);
  report->naming = naming_new(sched->vm, sched->main, &report->fibers);
  report->knowers = knowers_new(sched->vm, &report->fibers);
}

void report_sort(Report *report) {
  if (report->fibers.count > 0)
    qsort(report->fibers.items, report->fibers.count, sizeof(Fiber *), compare_numbers);
}

void report_close(Report *report) {
  knowers_free(report->knowers);
  naming_free(report->naming);
  vec_free(&report->fibers);
}

// --- What a wait comes down to -------------------------------------------------------------------

static Need on_object(WaitKind kind, const Obj *on, const Promise *promise) {
  if (kind == WAIT_GATE) return (Need){.kind = NEED_GATE, .on = on, .promise = promise};
  if (on && on->kind == KIND_CHANNEL)
    return (Need){.kind = kind == WAIT_SEND ? NEED_SEND : NEED_RECEIVE, .on = on, .promise = promise};
  return (Need){.kind = NEED_OTHER, .on = on, .promise = promise};
}

static Need by_settler(const Promise *promise, const Obj *settler) {
  Need need = {.on = settler, .promise = promise};
  switch (settler->kind) {
  case KIND_FIBER:
    need.kind = NEED_FIBER;
    need.fiber = (Fiber *)settler;
    break;
  case KIND_TICKET: {
    const Waiter *wait = &((const Ticket *)settler)->wait;
    return on_object((WaitKind)wait->kind, wait->on, promise);
  }
  case KIND_GROUP: need.kind = NEED_GROUP; break;
  case KIND_SELECTION: need.kind = NEED_SELECT; break;
  case KIND_ERRAND: need.kind = NEED_OUTSIDE; break;
  default: break;
  }
  return need;
}

Need report_promise_need(const Report *report, const Promise *promise) {
  const Obj *settler;
  while ((settler = promise_settler(promise)) && settler->kind == KIND_PROMISE)
    promise = (const Promise *)settler;
  if (settler) return by_settler(promise, settler);
  if (promise_watching(promise)) return (Need){.kind = NEED_SEVERAL, .promise = promise};
  if (promise->obj.flags & PROMISE_TIMER) return (Need){.kind = NEED_TIME, .promise = promise};
  return (Need){.kind = NEED_HAND, .promise = promise};
}

static Need need_of_wait(const Report *report, const Waiter *wait) {
  switch ((WaitKind)wait->kind) {
  case WAIT_SEND:
  case WAIT_RECEIVE: return on_object((WaitKind)wait->kind, wait->on, NULL);
  case WAIT_AWAIT:
    if (!wait->on || wait->on->kind != KIND_PROMISE) break;
    return report_promise_need(report, (const Promise *)wait->on);
  case WAIT_SELECT: return (Need){.kind = NEED_SELECT, .on = wait->on};
  case WAIT_TURN: return (Need){.kind = NEED_TURN, .on = wait->on};
  case WAIT_TIMER: return (Need){.kind = NEED_TIME};
  case WAIT_IO: return (Need){.kind = NEED_OUTSIDE, .on = wait->on};
  default: break;
  }
  return on_object((WaitKind)wait->kind, wait->on, NULL);
}

Need report_need(const Report *report, const Fiber *fiber) {
  return need_of_wait(report, &fiber->wait);
}

Need report_case_need(const Report *report, const Waiter *one) {
  return need_of_wait(report, one);
}

bool report_is_loop(const Fiber *fiber) {
  if (!fiber->stack || fiber->base == 0 || fiber->wait.kind != WAIT_RECEIVE) return false;
  if (frame_is_native(fiber->stack + fiber->base)) return false;
  Opcode op = opcode_of(fiber->ip[-1]);
  return op == OP_ITER_NEXT || op == OP_ITER_NEXT_PAIR;
}

// The list begins with the last; one whose promise has settled has left it.
bool report_next_input(const Promise *promise, const PromiseWatcher **at) {
  if (*at) {
    *at = (*at)->sibling_before;
  } else {
    *at = promise_watching(promise);
    while (*at && (*at)->sibling) *at = (*at)->sibling;
  }
  return *at != NULL;
}

// --- Places and names ----------------------------------------------------------------------------

void report_place(Buffer *out, const TracePlace *place) {
  buffer_text(out, place->path);
  if (place->line) buffer_printf(out, ":%u:%u", place->line->line, place->line->column);
}

void report_fiber(Buffer *out, const Fiber *fiber) {
  if (fiber->obj.flags & FIBER_MAIN) {
    buffer_text(out, "main");
  } else {
    buffer_printf(out, "fiber %u", fiber->obj.extra);
  }
}

void report_where(Report *report, const Fiber *fiber) {
  Buffer *out = report->out;
  TracePlace place;
  bool has_start = trace_start_place(report->vm, fiber, &place);
  report_fiber(out, fiber);
  if (has_start) {
    buffer_text(out, ", started at ");
    report_place(out, &place);
  }
  bool has_begun = fiber->base != 0;
  if (has_begun && trace_fiber_place(report->vm, fiber, &place)) {
    buffer_text(out, ", at ");
    report_place(out, &place);
  }
  buffer_text(out, ", ");
}

// Where the instruction in front of `ip` stands.
static bool find_place(VM *vm, const Instr *ip, TracePlace *out) {
  Proto *proto;
  uint32_t pc;
  if (!ip || !load_find_code(vm, ip - 1, &proto, &pc)) return false;
  TraceEntry entry = {.proto = proto, .pc = pc};
  return trace_place(&entry, out);
}

// `name`, with the number unless the name alone tells which one is meant.
static bool print_name(Report *report, const Obj *object, const char *what, bool is_full) {
  bool is_unique = false;
  const char *name = naming_find(report->naming, object, &is_unique);
  if (!name) {
    buffer_printf(report->out, "%s %u", what, object->extra);
    return false;
  }
  buffer_printf(report->out, "`%s`", name);
  if (!is_unique && !is_full) buffer_printf(report->out, " (%s %u)", what, object->extra);
  return true;
}

void report_channel(Report *report, const Obj *channel) {
  print_name(report, channel, "channel", false);
}

void report_channel_fully(Report *report, const Obj *channel) {
  const Channel *ch = (const Channel *)channel;
  Buffer *out = report->out;
  bool is_named = print_name(report, channel, "channel", true);
  buffer_text(out, " (");
  if (is_named) buffer_printf(out, "channel %u, ", channel->extra);
  if (ch->capacity == 0) {
    buffer_text(out, "unbuffered");
  } else {
    buffer_printf(out, "%u of %u buffered", ch->count, ch->capacity);
  }
  TracePlace place;
  if (find_place(report->vm, ch->made_at, &place)) {
    buffer_text(out, ", made at ");
    report_place(out, &place);
  }
  buffer_byte(out, ')');
}

static void print_channel(Report *report, const Obj *channel, bool is_full) {
  if (is_full) {
    report_channel_fully(report, channel);
  } else {
    report_channel(report, channel);
  }
}

// --- Waits in words ------------------------------------------------------------------------------

static void print_inputs(Report *report, const Promise *promise) {
  uint32_t count = 0;
  const PromiseWatcher *at = NULL;
  while (report_next_input(promise, &at)) count++;
  buffer_printf(report->out, ", which waits for %u other%s", count, count == 1 ? "" : "s");
}

static void print_promise_need(Report *report, Need need) {
  Buffer *out = report->out;
  print_name(report, (const Obj *)need.promise, "promise", false);
  switch (need.kind) {
  case NEED_FIBER:
    buffer_text(out, ", which ");
    report_fiber(out, need.fiber);
    buffer_text(out, " settles when it ends");
    break;
  case NEED_SEVERAL: print_inputs(report, need.promise); break;
  case NEED_HAND: buffer_text(out, ", which is settled by hand"); break;
  case NEED_TIME: buffer_text(out, " of a timer"); break;
  case NEED_OUTSIDE: buffer_text(out, " of something outside"); break;
  default: break;
  }
}

static void print_group(Report *report, const Group *group) {
  buffer_printf(report->out, "a group of which %u fiber%s not ended", group->open,
                group->open == 1 ? " has" : "s have");
}

// `m` (lock 1), held by fiber 2 since …
static void print_gate(Report *report, const Gate *gate) {
  const char *kind = gate->type->name;
  if (print_name(report, &gate->obj, kind, true))
    buffer_printf(report->out, " (%s %u)", kind, gate->obj.extra);
  if (gate->type->describe) gate->type->describe(report->vm, report->out, gate);
}

void report_need_words(Report *report, Need need, bool is_full) {
  Buffer *out = report->out;
  switch (need.kind) {
  case NEED_RECEIVE:
    buffer_text(out, "waits to receive from ");
    print_channel(report, need.on, is_full);
    break;
  case NEED_SEND:
    buffer_text(out, "waits to send on ");
    print_channel(report, need.on, is_full);
    break;
  case NEED_GROUP:
    buffer_text(out, "awaits ");
    print_group(report, (const Group *)need.on);
    break;
  case NEED_TURN:
    buffer_printf(out, "waits for its turn in a group that runs %u at a time",
                  ((const Group *)need.on)->limit);
    break;
  case NEED_SELECT: buffer_text(out, "waits in a select"); break;
  case NEED_GATE:
    buffer_text(out, "waits for ");
    print_gate(report, (const Gate *)need.on);
    break;
  default:
    if (need.promise) {
      buffer_text(out, "awaits ");
      print_promise_need(report, need);
    } else {
      buffer_text(out, need.kind == NEED_TIME      ? "sleeps"
                       : need.kind == NEED_OUTSIDE ? "waits for input or output"
                                                   : "waits");
    }
    break;
  }
}

void report_cases(Report *report, const Obj *object, int indent) {
  const Selection *selection = (const Selection *)object;
  Buffer *out = report->out;
  if (object->extra == 0) {
    buffer_fill(out, ' ', (size_t)indent);
    buffer_text(out, "which has no case, so for ever\n");
  }
  for (uint32_t i = 0; i < object->extra; i++) {
    Need need = report_case_need(report, &selection->cases[i]);
    buffer_fill(out, ' ', (size_t)indent);
    if (need.kind == NEED_RECEIVE || need.kind == NEED_SEND) {
      buffer_text(out, need.kind == NEED_SEND ? "to send on " : "to receive from ");
      report_channel_fully(report, need.on);
    } else if (need.promise) {
      buffer_text(out, "for ");
      print_promise_need(report, need);
    } else {
      buffer_text(out, "for a time");
    }
    buffer_byte(out, '\n');
  }
}
