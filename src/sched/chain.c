// SPDX-License-Identifier: MIT
// chain.c - who waits for whom, from one fiber on, and what would help
#include "sched/chain.h"

#include "base/strmap.h"
#include "sched/channel.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"

#define STEPS_MAX   100000
#define STEPS_SHOWN 4    // of a long chain, at both ends
#define INPUTS_MAX  1000 // promises or cases that one step looks at

typedef enum Link {
  LINK_UNKNOWN, // cannot be told
  LINK_NEXT,    // `next` could end the wait
  LINK_NOBODY,  // nobody could
  LINK_SAME,    // all who could wait for the same
} Link;

// One fiber's wait and who could end it.
typedef struct Step {
  Fiber *fiber;
  Need need; // what it waits for
  Need via;  // the one of several that `link` is about
  Link link;
  Fiber *next;
  const Known *known; // NULL: not asked
} Step;

typedef struct Chain {
  VEC(Step) steps;
  StrMap places;        // fiber → its step's number + 1
  uint32_t circle_from; // the step that the last one leads back to
  bool is_circle;
} Chain;

// --- Who could end a wait ------------------------------------------------------------------------

static bool is_channel_need(Need need) {
  return need.kind == NEED_RECEIVE || need.kind == NEED_SEND;
}

static bool waits_for_the_same(const Report *report, const Fiber *fiber, Need need) {
  Need other = report_need(report, fiber);
  return other.kind == need.kind && other.on == need.on;
}

static uint32_t count_queue(Need need) {
  const Channel *ch = (const Channel *)need.on;
  const WaitQueue *queue = need.kind == NEED_SEND ? &ch->senders : &ch->receivers;
  uint32_t count = 0;
  for (const Waiter *w = queue->first; w; w = w->next) count++;
  return count;
}

static uint32_t shown(const Known *known) {
  return known->count < KNOWERS_SHOWN ? known->count : KNOWERS_SHOWN;
}

// Of those who know the channel.
static Link link_channel(Report *report, Step *step, Need need) {
  const Known *known = step->known = knowers_answer(report->knowers, need.on);
  if (!known) return LINK_UNKNOWN;
  uint32_t others = known->count;
  for (uint32_t i = 0; i < shown(known); i++) {
    Fiber *fiber = known->fibers[i];
    if (fiber == step->fiber) {
      others--;
    } else if (!waits_for_the_same(report, fiber, need)) {
      step->next = fiber;
      return LINK_NEXT;
    }
  }
  if (others == 0) return LINK_NOBODY;
  bool are_all_shown = known->count <= KNOWERS_SHOWN;
  return are_all_shown || known->count <= count_queue(need) ? LINK_SAME : LINK_UNKNOWN;
}

static Link link_by_hand(Report *report, Step *step, const Promise *promise) {
  const Known *known = step->known = knowers_answer(report->knowers, (const Obj *)promise);
  if (!known) return LINK_UNKNOWN;
  if (known->count == 0) return LINK_NOBODY;
  step->next = known->fibers[0];
  return LINK_NEXT;
}

static Link link_simple(Report *report, Step *step, Need need) {
  step->via = need;
  step->known = NULL;
  switch (need.kind) {
  case NEED_RECEIVE:
  case NEED_SEND: return link_channel(report, step, need);
  case NEED_HAND: return link_by_hand(report, step, need.promise);
  case NEED_FIBER: step->next = need.fiber; return LINK_NEXT;
  default: return LINK_UNKNOWN;
  }
}

// Of a group's fibers those that wait for their turn are not what holds it up.
static Link link_group(Report *report, Step *step, const Group *group) {
  const PromiseWatcher *at = NULL;
  for (int i = 0; i < INPUTS_MAX && report_next_input(group->promise, &at); i++) {
    Need need = report_promise_need(report, at->watched);
    bool has_no_turn = need.kind == NEED_FIBER && need.fiber->wait.kind == WAIT_TURN;
    if (has_no_turn || need.fiber == step->fiber) continue;
    return link_simple(report, step, need);
  }
  return LINK_UNKNOWN;
}

// A combinator may wait for combinators.
static Link link_inputs(Report *report, Step *step, const Promise *promise) {
  for (int depth = 0; depth < INPUTS_MAX; depth++) {
    const PromiseWatcher *at = NULL;
    if (!report_next_input(promise, &at)) return LINK_UNKNOWN;
    Need need = report_promise_need(report, at->watched);
    if (need.kind == NEED_GROUP) return link_group(report, step, (const Group *)need.on);
    if (need.kind != NEED_SEVERAL) return link_simple(report, step, need);
    promise = need.promise;
  }
  return LINK_UNKNOWN;
}

// The first case that somebody could end, otherwise what the first one is like.
static Link link_select(Report *report, Step *step, const Selection *selection) {
  Step first = *step;
  Link first_link = LINK_UNKNOWN;
  for (uint32_t i = 0; i < selection->obj.extra && i < INPUTS_MAX; i++) {
    Link link = link_simple(report, step, report_case_need(report, &selection->cases[i]));
    if (link == LINK_NEXT) return link;
    if (i > 0 && first_link != LINK_UNKNOWN) continue;
    first_link = link;
    first = *step;
  }
  *step = first;
  return first_link;
}

// A lock has a holder; permits and the like can be given back by whoever knows of them.
static Link link_gate(Report *report, Step *step, const Gate *gate) {
  step->next = gate_holder(gate);
  if (step->next) return fiber_state(step->next) == FIBER_DONE ? LINK_NOBODY : LINK_NEXT;
  const Known *known = step->known = knowers_answer(report->knowers, &gate->obj);
  if (!known) return LINK_UNKNOWN;
  for (uint32_t i = 0; i < shown(known); i++) {
    if (known->fibers[i] == step->fiber) continue;
    step->next = known->fibers[i];
    return LINK_NEXT;
  }
  return LINK_NOBODY;
}

static void find_link(Report *report, Step *step) {
  Need need = step->need;
  step->via = need;
  switch (need.kind) {
  case NEED_GROUP:
  case NEED_TURN: step->link = link_group(report, step, (const Group *)need.on); break;
  case NEED_SEVERAL: step->link = link_inputs(report, step, need.promise); break;
  case NEED_SELECT: step->link = link_select(report, step, (const Selection *)need.on); break;
  case NEED_GATE: step->link = link_gate(report, step, (const Gate *)need.on); break;
  default: step->link = link_simple(report, step, need); break;
  }
}

static Step make_step(Report *report, Fiber *fiber) {
  Step step = {.fiber = fiber, .need = report_need(report, fiber)};
  find_link(report, &step);
  return step;
}

static void add_step(Chain *chain, const Fiber *fiber, Step step) {
  vec_push(&chain->steps, step);
  strmap_set(&chain->places, (const char *)&fiber, sizeof(fiber),
             (void *)(uintptr_t)chain->steps.count);
}

static void follow_chain(Report *report, Chain *chain, Fiber *from) {
  while (from && chain->steps.count < STEPS_MAX) {
    Step step = make_step(report, from);
    add_step(chain, from, step);
    from = step.link == LINK_NEXT ? step.next : NULL;
    if (!from) return;
    uintptr_t place = (uintptr_t)strmap_get(&chain->places, (const char *)&from, sizeof(from));
    chain->is_circle = place > 0;
    if (!chain->is_circle) continue;
    chain->circle_from = (uint32_t)(place - 1);
    return;
  }
}

static void free_chain(Chain *chain) {
  vec_free(&chain->steps);
  strmap_free(&chain->places);
}

// --- A step in words -----------------------------------------------------------------------------

static void print_fibers(Buffer *out, const Known *known, const Fiber *but) {
  uint32_t left = known->count;
  bool is_first = true;
  for (uint32_t i = 0; i < shown(known); i++) {
    left--;
    if (known->fibers[i] == but) continue;
    bool is_last = left == 0 || (i + 1 == shown(known) - 1 && left == 1 && known->fibers[i + 1] == but);
    if (!is_first) buffer_text(out, is_last ? " and " : ", ");
    report_fiber(out, known->fibers[i]);
    is_first = false;
  }
  if (left > 0) buffer_printf(out, " and %u more", left);
}

static bool is_among(const Known *known, const Fiber *fiber) {
  for (uint32_t i = 0; i < shown(known); i++) {
    if (known->fibers[i] == fiber) return true;
  }
  return false;
}

static uint32_t count_others(const Known *known, const Fiber *fiber) {
  return known->count - (is_among(known, fiber) ? 1 : 0);
}

// The end of "NOBODY can … it".
static const char *doing(Need need) {
  return need.kind == NEED_SEND ? "receive from it" : "send on it or close it";
}

static void print_channel_link(Report *report, const Step *step, const char *it) {
  Buffer *out = report->out;
  bool is_send = step->via.kind == NEED_SEND;
  switch (step->link) {
  case LINK_NEXT:
    buffer_text(out, it);
    if (count_others(step->known, step->fiber) == 1) buffer_text(out, "only ");
    print_fibers(out, step->known, step->fiber);
    buffer_text(out, is_send ? " could receive from" : " could send on");
    break;
  case LINK_NOBODY: buffer_printf(out, ", and nobody else can %s", doing(step->via)); break;
  case LINK_SAME:
    buffer_text(out, ", as does everybody else who could use it: ");
    print_fibers(out, step->known, step->fiber);
    break;
  case LINK_UNKNOWN: break;
  }
}

static void print_hand_link(Report *report, const Step *step) {
  Buffer *out = report->out;
  if (step->link == LINK_NOBODY) {
    buffer_text(out, ", and no fiber knows its `resolve` or `reject` any more");
  } else if (step->link == LINK_NEXT) {
    buffer_text(out, ", and only ");
    print_fibers(out, step->known, NULL);
    buffer_text(out, step->known->count == 1 ? " knows" : " know");
    buffer_text(out, " its `resolve` or `reject`");
  }
}

// What one of several comes down to.
static void print_via(Report *report, const Step *step) {
  Buffer *out = report->out;
  bool is_select = step->need.kind == NEED_SELECT;
  if (step->link == LINK_UNKNOWN) return;
  if (is_channel_need(step->via)) {
    buffer_text(out, is_select ? ": for " : ", one of them for ");
    report_channel(report, step->via.on);
    print_channel_link(report, step, ", which ");
  } else if (step->via.kind == NEED_FIBER) {
    buffer_text(out, is_select ? ": for the end of " : ", such as ");
    report_fiber(out, step->via.fiber);
  } else {
    buffer_text(out, is_select ? ": for a promise" : ", one of them settled by hand");
    print_hand_link(report, step);
  }
}

// Who holds a lock stands in its description.
static void print_gate_link(Report *report, const Step *step) {
  if (!step->known) return;
  if (step->link == LINK_NOBODY) {
    buffer_text(report->out, "; nobody else can use it any more");
  } else if (step->link == LINK_NEXT) {
    buffer_text(report->out, count_others(step->known, step->fiber) == 1 ? "; only " : "; ");
    print_fibers(report->out, step->known, step->fiber);
    buffer_text(report->out, " could still use it");
  }
}

static void print_link(Report *report, const Step *step) {
  bool is_direct = step->via.kind == step->need.kind && step->via.on == step->need.on;
  if (step->need.kind == NEED_GATE) {
    print_gate_link(report, step);
  } else if (!is_direct) {
    print_via(report, step);
  } else if (is_channel_need(step->via)) {
    print_channel_link(report, step, ", which ");
  } else if (step->via.kind == NEED_HAND) {
    print_hand_link(report, step);
  }
}

static void print_step(Report *report, const Step *step) {
  buffer_text(report->out, "  ");
  report_fiber(report->out, step->fiber);
  buffer_byte(report->out, ' ');
  report_need_words(report, step->need, false);
  print_link(report, step);
  buffer_byte(report->out, '\n');
}

// --- What it comes to, and what would help -------------------------------------------------------

static bool is_loop(const Step *step) {
  return step->need.kind == NEED_RECEIVE && report_is_loop(step->fiber);
}

static void begin_note(Report *report) {
  buffer_text(report->out, "  = ");
}

static void begin_help(Report *report) {
  buffer_text(report->out, "  = help: ");
}

static bool print_loop(Report *report, const Chain *chain) {
  const Step *last = NULL, *first = NULL;
  for (uint32_t i = 0; i < chain->steps.count; i++) {
    if (!is_loop(&chain->steps.items[i])) continue;
    last = &chain->steps.items[i];
    if (!first) first = last;
  }
  if (!last) return false;
  Buffer *out = report->out;
  uint32_t count = count_queue(last->need);
  begin_note(report);
  report_channel(report, last->need.on);
  buffer_text(out, " is never closed: ");
  if (count == 1)
    buffer_text(out, "the fiber that loops over it waits for ever\n");
  else
    buffer_printf(out, "the %u fibers that loop over it wait for ever\n", count);
  begin_help(report);
  buffer_text(out, "close ");
  report_channel(report, last->need.on);
  buffer_text(out, " when everything has been sent on it");
  if (first->need.on != last->need.on) {
    buffer_text(out, ", and ");
    report_channel(report, first->need.on);
    buffer_text(out, " when its last sender has ended");
  }
  buffer_byte(out, '\n');
  return true;
}

static void print_circle(Report *report, const Chain *chain) {
  Buffer *out = report->out;
  uint32_t sends = 0, receives = 0, ends = 0;
  begin_note(report);
  buffer_text(out, "a circle: ");
  for (uint32_t i = chain->circle_from; i < chain->steps.count; i++) {
    if (i < chain->circle_from + STEPS_SHOWN) {
      report_fiber(out, chain->steps.items[i].fiber);
      buffer_text(out, " → ");
    } else if (i == chain->circle_from + STEPS_SHOWN) {
      buffer_text(out, "… → ");
    }
    sends += chain->steps.items[i].via.kind == NEED_SEND;
    receives += chain->steps.items[i].via.kind == NEED_RECEIVE;
    ends += chain->steps.items[i].via.kind == NEED_FIBER;
  }
  report_fiber(out, chain->steps.items[chain->circle_from].fiber);
  uint32_t length = chain->steps.count - chain->circle_from;
  if (sends == length)
    buffer_text(out, "; each sends before it receives");
  else if (receives == length)
    buffer_text(out, "; each receives before it sends");
  else if (ends == length)
    buffer_text(out, "; none can end before the next one has");
  buffer_byte(out, '\n');
  if (sends != length && receives != length && ends != length) return;
  begin_help(report);
  buffer_text(out, sends == length ? "let one of them receive first, or give a channel room\n"
                   : receives == length ? "let one of them send before it receives\n"
                                        : "one of them must not await the other\n");
}

// A fiber that waits for itself.
static void print_self(Report *report, const Step *step) {
  Buffer *out = report->out;
  begin_note(report);
  report_fiber(out, step->fiber);
  buffer_text(out, " waits for itself");
  if (step->via.kind == NEED_FIBER)
    buffer_text(out, ": its promise settles when it ends");
  else if (step->via.kind == NEED_HAND)
    buffer_text(out, ": it would have to settle the promise first");
  buffer_byte(out, '\n');
}

static const char *help_for_channel(const Step *step) {
  const Channel *ch = (const Channel *)step->via.on;
  if (step->via.kind == NEED_RECEIVE)
    return "start the fiber that sends first, and close the channel when nothing more comes";
  if (ch->capacity == 0)
    return "a send without room waits until another fiber receives: start that one first, or give "
           "the channel room";
  return "the channel is full: start the fiber that receives first, or give it more room";
}

static const char *help_for_gate(const Obj *gate) {
  if (gate->kind == KIND_WAIT_GROUP)
    return "`done` must be called once for all that was added, also where something fails";
  if (gate->kind == KIND_BROADCAST)
    return "receive from every subscription or close it; one with `drop_oldest` holds nobody up";
  return "whoever takes it must give it back on every path: `with` does so";
}

static void print_end(Report *report, const Step *step) {
  Buffer *out = report->out;
  if (step->link == LINK_UNKNOWN || step->link == LINK_NEXT) return;
  bool is_known = step->known && step->known->count > 0;
  bool is_self = step->via.kind == NEED_GATE || is_channel_need(step->via);
  if (step->link == LINK_NOBODY && is_self && is_known) {
    begin_note(report);
    report_fiber(out, step->fiber);
    buffer_text(out, " waits for itself: only it could use ");
    if (is_channel_need(step->via))
      report_channel(report, step->via.on);
    else
      buffer_text(out, "it");
    buffer_byte(out, '\n');
  }
  begin_help(report);
  if (step->via.kind == NEED_GATE)
    buffer_text(out, help_for_gate(step->via.on));
  else if (step->via.kind == NEED_HAND)
    buffer_text(out, "call `resolve` or `reject` on every path, also where something fails");
  else if (step->link == LINK_SAME)
    buffer_text(out, step->via.kind == NEED_SEND ? "somebody has to receive"
                                                 : "somebody has to send, or to close the channel");
  else
    buffer_text(out, help_for_channel(step));
  buffer_byte(out, '\n');
}

static void print_steps(Report *report, const Chain *chain) {
  uint32_t count = chain->steps.count;
  uint32_t left_out = count > 2 * STEPS_SHOWN + 1 ? count - 2 * STEPS_SHOWN : 0;
  for (uint32_t i = 0; i < count; i++) {
    if (left_out > 0 && i == STEPS_SHOWN) {
      buffer_printf(report->out, "  … %u fibers further\n", left_out);
      i += left_out;
    }
    print_step(report, &chain->steps.items[i]);
  }
}

void chain_print(Report *report, Fiber *from) {
  Chain chain = {0};
  follow_chain(report, &chain, from);
  print_steps(report, &chain);
  bool has_loop = print_loop(report, &chain);
  if (chain.is_circle && chain.circle_from + 1 == chain.steps.count)
    print_self(report, &chain.steps.items[chain.circle_from]);
  else if (chain.is_circle)
    print_circle(report, &chain);
  else if (!has_loop)
    print_end(report, &vec_last(&chain.steps));
  free_chain(&chain);
}

// --- For the entry of one fiber ------------------------------------------------------------------

void chain_ask(Report *report, Fiber *fiber) {
  Need need = report_need(report, fiber);
  if (is_channel_need(need))
    knowers_ask(report->knowers, need.on);
  else if (need.kind == NEED_HAND)
    knowers_ask(report->knowers, (const Obj *)need.promise);
}

void chain_print_others(Report *report, Fiber *fiber) {
  Step step = make_step(report, fiber);
  Buffer *out = report->out;
  bool is_channel = is_channel_need(step.need);
  if (!is_channel && step.need.kind != NEED_HAND) return;
  if (step.link == LINK_UNKNOWN) return;
  buffer_text(out, "      ");
  if (!is_channel) {
    if (step.link == LINK_NEXT) {
      print_fibers(out, step.known, NULL);
      buffer_text(out, " could settle it\n");
    } else {
      buffer_text(out, "no fiber knows its `resolve` or `reject` any more\n");
    }
  } else if (step.link == LINK_NEXT) {
    print_fibers(out, step.known, step.fiber);
    buffer_printf(out, " could %s\n", doing(step.need));
  } else if (step.link == LINK_SAME) {
    buffer_text(out, "all who could use it wait for the same\n");
  } else {
    buffer_printf(out, "nobody else can %s\n", doing(step.need));
  }
}
