// SPDX-License-Identifier: MIT
// outside.c - what a program asks of the world outside: done, recorded, or replayed
//
// Every step begins with its place: turns since the step before, the fiber's number + 1 or 0.
#include "sched/outside.h"

#include "base/hash.h"
#include "base/memory.h"
#include "sched/clock.h"
#include "sched/sched_private.h"
#include "vm/moment.h"
#include "vm/trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// How often what was recorded is handed to the system while the program is busy: looks outside (each
// after a slice) between two flushes, and between two marks that stand alone.
#define LOOKS_PER_FLUSH 64
#define LOOKS_PER_MARK  1024

#define OP_BUCKETS 256 // a power of two

typedef struct Place {
  uint64_t turn;
  uint64_t fiber; // its number + 1; 0: between turns
} Place;

// The step that is next in the recording.
typedef struct Step {
  JournalState state;
  uint8_t kind; // with JOURNAL_RECORD
  Place place;
  JournalCursor rest; // behind the place
} Step;

struct Outside {
  VM *vm;
  JournalWriter *writer; // one of the two
  JournalReader *reader;
  Buffer payload; // of the record that is being written
  uint64_t turn;
  uint64_t step_turn; // of the last step
  uint64_t step_count;
  uint32_t turns_hash;
  uint32_t op_count; // ever begun
  int64_t clock_ns, wall_ns; // last readings
  uint32_t looks; // since the last flush
  uint32_t rounds_beyond; // replay: loops' rounds and calls since the last record of a run that was killed
  Step next;      // replay
  DLink ops[OP_BUCKETS]; // replay: those that wait, by number
  OutsideStopped stopped;
  void (*stop)(void *context);
  void *stop_context;
};

static uint32_t hash_details(const OutsideWish *wish) {
  return wish->details_len ? hash_bytes(wish->details, wish->details_len, 0) : 0;
}

// --- Lifetime ------------------------------------------------------------------------------------

static void read_step(Outside *outside);

Outside *outside_new(VM *vm, JournalWriter *writer, JournalReader *reader) {
  Outside *outside = memory_require(NULL, sizeof(Outside));
  *outside = (Outside){.vm = vm, .writer = writer, .reader = reader};
  for (int i = 0; i < OP_BUCKETS; i++) dlist_init(&outside->ops[i]);
  if (reader) read_step(outside);
  return outside;
}

void outside_free(Outside *outside) {
  if (!outside) return;
  buffer_free(&outside->payload);
  buffer_free(&outside->stopped.recorded);
  buffer_free(&outside->stopped.happened);
  free(outside);
}

void outside_set_stop(Outside *outside, void (*stop)(void *context), void *context) {
  outside->stop = stop;
  outside->stop_context = context;
}

bool outside_is_recording(const Outside *outside) {
  return outside && outside->writer;
}

bool outside_is_replaying(const Outside *outside) {
  return outside && outside->reader;
}

const OutsideStopped *outside_stopped(const Outside *outside) {
  return &outside->stopped;
}

static bool goes_on(const Outside *outside) {
  return outside->stopped.why == OUTSIDE_GOES_ON;
}

// --- Turns ---------------------------------------------------------------------------------------

static Place here(const Outside *outside) {
  const Fiber *running = vm_running(outside->vm);
  return (Place){outside->turn, running ? (uint64_t)running->obj.extra + 1 : 0};
}

// The recorded run was stopped while a fiber ran in this turn: from now on it is asked at every
// loop's round and call whether it was there. Or it was killed, and nothing says where: see
// outside_is_far_beyond.
static void watch_for_signal(Outside *outside) {
  const Step *next = &outside->next;
  bool is_due = next->state == JOURNAL_RECORD && next->kind == OUTSIDE_SIGNAL &&
                next->place.turn == outside->turn && next->place.fiber != 0;
  if (is_due || next->state == JOURNAL_END) vm_interrupt(outside->vm);
}

void outside_turn(Outside *outside, const Fiber *fiber) {
  outside->turn++;
  outside->turns_hash = (outside->turns_hash ^ fiber->obj.extra) * 16777619u;
  if (outside->reader) watch_for_signal(outside);
}

uint64_t outside_turns(const Outside *outside) {
  return outside->turn;
}

uint32_t outside_turns_hash(const Outside *outside) {
  return outside->turns_hash;
}

// --- Writing -------------------------------------------------------------------------------------

// The payload, with its place in front, to which the caller adds the rest.
static Buffer *begin_step(Outside *outside) {
  Place place = here(outside);
  buffer_clear(&outside->payload);
  journal_put_number(&outside->payload, place.turn - outside->step_turn);
  journal_put_number(&outside->payload, place.fiber);
  outside->step_turn = place.turn;
  return &outside->payload;
}

static void end_step(Outside *outside, OutsideKind kind) {
  journal_add(outside->writer, (uint8_t)kind, &outside->payload);
  outside->step_count++;
}

static void put_wish(Buffer *payload, const OutsideWish *wish) {
  journal_put_text(payload, wish->what, strlen(wish->what));
  journal_put_text(payload, wish->subject, strlen(wish->subject));
  journal_put_number(payload, hash_details(wish));
}

// --- Reading -------------------------------------------------------------------------------------

static void read_step(Outside *outside) {
  JournalRecord record;
  Step *next = &outside->next;
  next->state = journal_peek(outside->reader, &record);
  if (next->state != JOURNAL_RECORD) return;
  next->kind = record.kind;
  next->rest = record.payload;
  if (record.kind == OUTSIDE_END) {
    next->place = (Place){outside->turn, 0};
    return;
  }
  next->place.turn = outside->step_turn + journal_get_number(&next->rest);
  next->place.fiber = journal_get_number(&next->rest);
  if (next->rest.is_bad) next->state = JOURNAL_DAMAGED;
}

// The next step has been done; what was read of it is no longer valid.
static void advance(Outside *outside) {
  outside->step_turn = outside->next.place.turn;
  outside->step_count++;
  journal_next(outside->reader);
  read_step(outside);
  watch_for_signal(outside);
}

// --- Stopping a replay ---------------------------------------------------------------------------

static void describe_text(Buffer *out, JournalText text) {
  buffer_append(out, text.bytes, text.len < 300 ? text.len : 300);
  if (text.len > 300) buffer_text(out, "…");
}

static void describe_wish(Buffer *out, JournalCursor cursor) {
  JournalText what = journal_get_text(&cursor);
  JournalText subject = journal_get_text(&cursor);
  describe_text(out, what);
  if (subject.len > 0) buffer_byte(out, ' ');
  describe_text(out, subject);
}

static OutsideOp *find_op(Outside *outside, uint64_t number) {
  DLink *bucket = &outside->ops[number % OP_BUCKETS];
  for (DLink *link = bucket->next; link != bucket; link = link->next) {
    OutsideOp *op = CONTAINER_OF(link, OutsideOp, link);
    if (op->number == number) return op;
  }
  return NULL;
}

static void describe_event(Outside *outside, Buffer *out, JournalCursor cursor) {
  const OutsideOp *op = find_op(outside, journal_get_number(&cursor));
  if (op) {
    buffer_printf(out, "the answer comes for: %s", op->name);
  } else {
    buffer_text(out, "the answer comes to a request that this run has not made");
  }
}

static void describe_fiber(Buffer *out, uint64_t fiber) {
  if (fiber == 0) return;
  if (fiber == 2) {
    buffer_text(out, "main ");
  } else {
    buffer_printf(out, "fiber %llu ", (unsigned long long)fiber - 1);
  }
}

static void describe_next(Outside *outside, Buffer *out) {
  const Step *next = &outside->next;
  if (next->kind != OUTSIDE_EVENT) describe_fiber(out, next->place.fiber);
  switch ((OutsideKind)next->kind) {
  case OUTSIDE_CLOCK: buffer_text(out, "reads the clock, as sleeping does"); break;
  case OUTSIDE_WALL: buffer_text(out, "reads the time of day"); break;
  case OUTSIDE_TIME: buffer_text(out, "the time of a timer comes"); break;
  case OUTSIDE_ASK:
  case OUTSIDE_BEGIN:
  case OUTSIDE_DEED: describe_wish(out, next->rest); break;
  case OUTSIDE_EVENT: describe_event(outside, out, next->rest); break;
  case OUTSIDE_SIGNAL: buffer_text(out, next->place.fiber ? "is interrupted" : "Ctrl-C"); break;
  case OUTSIDE_REPORT: buffer_text(out, "a rejection that nobody saw is reported"); break;
  case OUTSIDE_MARK: buffer_text(out, "other fibers have had their turns"); break;
  case OUTSIDE_FINALISER: buffer_text(out, "an object is finalised by its __gc"); break;
  case OUTSIDE_END: buffer_text(out, "the program ends"); break;
  default: buffer_text(out, "nothing that is known here"); break;
  }
}

static void note_place(Outside *outside) {
  const Fiber *fiber = vm_running(outside->vm);
  TracePlace place;
  OutsideStopped *stopped = &outside->stopped;
  if (!fiber || !trace_fiber_place(outside->vm, fiber, &place) || !place.line) return;
  stopped->path = place.path;
  stopped->line = place.line->line;
  stopped->column = place.line->column;
  stopped->start = place.line->start;
  stopped->end = place.line->end;
}

static void stop_replay(Outside *outside, OutsideStop why) {
  OutsideStopped *stopped = &outside->stopped;
  stopped->why = why;
  stopped->step = outside->step_count + 1;
  if (why == OUTSIDE_DIVERGED) describe_next(outside, &stopped->recorded);
  note_place(outside);
  sched_exit(sched_of(outside->vm), 0);
  vm_interrupt(outside->vm);
  if (outside->stop) outside->stop(outside->stop_context);
}

void outside_diverge(Outside *outside, const char *format, ...) {
  if (!goes_on(outside)) return;
  if (outside->next.state != JOURNAL_RECORD) {
    stop_replay(outside, outside->next.state == JOURNAL_END ? OUTSIDE_ENDED : OUTSIDE_DAMAGED);
    return;
  }
  va_list args;
  va_start(args, format);
  describe_fiber(&outside->stopped.happened, here(outside).fiber);
  buffer_vprintf(&outside->stopped.happened, format, args);
  va_end(args);
  stop_replay(outside, OUTSIDE_DIVERGED);
}

static void diverge_by_wish(Outside *outside, const OutsideWish *wish, const char *more) {
  outside_diverge(outside, "%s%s%.300s%s", wish->what, *wish->subject ? " " : "", wish->subject,
                  more);
}

// Is the next step of this kind, at this place? The rest of it is then in `rest`.
static bool fits(const Outside *outside, OutsideKind kind) {
  const Step *next = &outside->next;
  Place place = here(outside);
  return goes_on(outside) && next->state == JOURNAL_RECORD && next->kind == kind &&
         next->place.turn == place.turn && next->place.fiber == place.fiber;
}

static bool is_text(JournalText text, const char *wanted) {
  return text.len == strlen(wanted) && memcmp(text.bytes, wanted, text.len) == 0;
}

// Compares a wish with the next step. True: they fit, and *rest stands behind the wish.
static bool match_wish(Outside *outside, OutsideKind kind, const OutsideWish *wish,
                       JournalCursor *rest) {
  *rest = outside->next.rest;
  if (!fits(outside, kind)) {
    diverge_by_wish(outside, wish, "");
    return false;
  }
  bool is_same = is_text(journal_get_text(rest), wish->what);
  is_same = is_text(journal_get_text(rest), wish->subject) && is_same;
  bool is_same_inside = journal_get_number(rest) == hash_details(wish);
  if (is_same && is_same_inside && !rest->is_bad) return true;
  diverge_by_wish(outside, wish, is_same ? ", with other contents" : "");
  return false;
}

static void spoil(Outside *outside) {
  if (goes_on(outside)) stop_replay(outside, OUTSIDE_DAMAGED);
}

// --- Answers that are there at once --------------------------------------------------------------

bool outside_ask(Outside *outside, const OutsideWish *wish, Buffer *answer) {
  if (!outside_is_replaying(outside)) return false;
  JournalCursor rest;
  if (!match_wish(outside, OUTSIDE_ASK, wish, &rest)) return true;
  JournalText recorded = journal_get_text(&rest);
  buffer_append(answer, recorded.bytes, recorded.len);
  if (rest.is_bad) {
    spoil(outside);
  } else {
    advance(outside);
  }
  return true;
}

void outside_tell(Outside *outside, const OutsideWish *wish, const Buffer *answer) {
  if (!outside_is_recording(outside)) return;
  Buffer *payload = begin_step(outside);
  put_wish(payload, wish);
  journal_put_text(payload, answer->bytes, answer->len);
  end_step(outside, OUTSIDE_ASK);
}

void outside_deed(Outside *outside, const OutsideWish *wish) {
  if (!outside) return;
  JournalCursor rest;
  if (outside->writer) {
    put_wish(begin_step(outside), wish);
    end_step(outside, OUTSIDE_DEED);
  } else if (match_wish(outside, OUTSIDE_DEED, wish, &rest)) {
    advance(outside);
  }
}

// --- Requests ------------------------------------------------------------------------------------

static void name_op(OutsideOp *op, const OutsideWish *wish) {
  Buffer name = {0};
  buffer_printf(&name, "%s%s%.300s", wish->what, *wish->subject ? " " : "", wish->subject);
  op->name = name.bytes;
}

bool outside_begin(Outside *outside, OutsideOp *op, const OutsideWish *wish) {
  if (!outside) return true;
  op->number = outside->op_count++;
  if (outside->writer) {
    put_wish(begin_step(outside), wish);
    end_step(outside, OUTSIDE_BEGIN);
    return true;
  }
  JournalCursor rest;
  name_op(op, wish);
  dlist_append(&outside->ops[op->number % OP_BUCKETS], &op->link);
  if (match_wish(outside, OUTSIDE_BEGIN, wish, &rest)) advance(outside);
  return false;
}

void outside_event(Outside *outside, const OutsideOp *op, const Buffer *answer) {
  if (!outside_is_recording(outside)) return;
  Buffer *payload = begin_step(outside);
  journal_put_number(payload, op->number);
  journal_put_text(payload, answer->bytes, answer->len);
  end_step(outside, OUTSIDE_EVENT);
}

void outside_end(Outside *outside, OutsideOp *op) {
  if (!outside_is_replaying(outside) || !op->name) return;
  dlist_unlink(&op->link);
  free(op->name);
  op->name = NULL;
}

// The answer is copied: with the next step the recording's memory may go.
static void give_answer(Outside *outside) {
  JournalCursor rest = outside->next.rest;
  OutsideOp *op = find_op(outside, journal_get_number(&rest));
  JournalText recorded = journal_get_text(&rest);
  if (rest.is_bad) {
    spoil(outside);
    return;
  }
  if (!op) {
    outside_diverge(outside, "there is no such request");
    return;
  }
  Buffer copy = {0};
  buffer_append(&copy, recorded.bytes, recorded.len);
  advance(outside);
  JournalCursor answer = {copy.bytes, copy.bytes + copy.len, false};
  op->answer(op->context, &answer);
  if (answer.is_bad) spoil(outside);
  buffer_free(&copy);
}

bool outside_answers_at_once(Outside *outside, OutsideOp *op) {
  if (!outside_is_replaying(outside) || !fits(outside, OUTSIDE_EVENT)) return false;
  JournalCursor rest = outside->next.rest;
  if (journal_get_number(&rest) != op->number) return false;
  give_answer(outside);
  return true;
}

// --- Clocks --------------------------------------------------------------------------------------

static void note_reading(Outside *outside, OutsideKind kind, int64_t *last, int64_t now_ns) {
  journal_put_signed(begin_step(outside), now_ns - *last);
  end_step(outside, kind);
  *last = now_ns;
}

// No clock shows a time before its start.
static int64_t take_reading(Outside *outside, int64_t *last) {
  JournalCursor rest = outside->next.rest;
  int64_t difference = journal_get_signed(&rest);
  int64_t now;
  if (rest.is_bad || __builtin_add_overflow(*last, difference, &now) || now < 0) {
    spoil(outside);
  } else {
    *last = now;
    advance(outside);
  }
  return *last;
}

static int64_t read_recorded(Outside *outside, OutsideKind kind, int64_t *last, const char *deed) {
  if (fits(outside, kind)) return take_reading(outside, last);
  outside_diverge(outside, "%s", deed);
  return *last;
}

int64_t outside_clock(Outside *outside) {
  if (outside->reader) {
    return read_recorded(outside, OUTSIDE_CLOCK, &outside->clock_ns, "reads the clock, as sleeping does");
  }
  note_reading(outside, OUTSIDE_CLOCK, &outside->clock_ns, clock_real_ns());
  return outside->clock_ns;
}

int64_t outside_last_clock(const Outside *outside) {
  return outside->clock_ns;
}

int64_t outside_wall(Outside *outside) {
  if (outside->reader) {
    return read_recorded(outside, OUTSIDE_WALL, &outside->wall_ns, "reads the time of day");
  }
  note_reading(outside, OUTSIDE_WALL, &outside->wall_ns, clock_real_wall_ns());
  return outside->wall_ns;
}

// --- What comes by itself: recording -------------------------------------------------------------

void outside_note_time(Outside *outside, int64_t now_ns) {
  if (outside_is_recording(outside)) {
    note_reading(outside, OUTSIDE_TIME, &outside->clock_ns, now_ns);
  }
}

void outside_note_signal(Outside *outside, Fiber *fiber) {
  if (!outside_is_recording(outside)) return;
  Buffer *payload = begin_step(outside);
  if (fiber) {
    journal_put_number(payload, moment_place_hash(outside->vm, fiber));
    journal_put_number(payload, moment_state_hash(outside->vm, fiber));
  }
  end_step(outside, OUTSIDE_SIGNAL);
}

void outside_note_report(Outside *outside, uint32_t promise_number) {
  if (!outside_is_recording(outside)) return;
  journal_put_number(begin_step(outside), promise_number);
  end_step(outside, OUTSIDE_REPORT);
}

void outside_note_finaliser(Outside *outside, uint64_t number) {
  if (!outside_is_recording(outside)) return;
  journal_put_number(begin_step(outside), number);
  end_step(outside, OUTSIDE_FINALISER);
}

static void add_mark(Outside *outside) {
  journal_put_number(begin_step(outside), outside->turns_hash);
  end_step(outside, OUTSIDE_MARK);
}

void outside_looked(Outside *outside, bool is_waiting) {
  if (!outside_is_recording(outside)) return;
  bool has_steps = journal_has_unflushed(outside->writer);
  uint32_t limit = has_steps ? LOOKS_PER_FLUSH : LOOKS_PER_MARK;
  if (++outside->looks < limit && !(is_waiting && outside->step_turn < outside->turn) &&
      !(is_waiting && has_steps)) {
    return;
  }
  outside->looks = 0;
  add_mark(outside);
  journal_flush(outside->writer);
}

// --- What comes by itself: replay ----------------------------------------------------------------

static bool is_between_turns(const Outside *outside) {
  const Step *next = &outside->next;
  return goes_on(outside) && next->state == JOURNAL_RECORD && next->place.fiber == 0 &&
         next->place.turn == outside->turn && next->kind != OUTSIDE_END;
}

static bool check_mark(Outside *outside) {
  JournalCursor rest = outside->next.rest;
  uint64_t hash = journal_get_number(&rest);
  if (rest.is_bad) {
    spoil(outside);
  } else if (hash != outside->turns_hash) {
    outside_diverge(outside, "the fibers have had their turns in another order");
  } else {
    advance(outside);
    return true;
  }
  return false;
}

// One that a later turn has left behind can never fit again.
static void check_place(Outside *outside) {
  const Step *next = &outside->next;
  if (!goes_on(outside)) return;
  if (next->state == JOURNAL_DAMAGED) {
    spoil(outside);
  } else if (next->state == JOURNAL_RECORD && next->kind != OUTSIDE_END &&
             next->place.turn < outside->turn) {
    outside_diverge(outside, "the program has gone on without it");
  } else if (next->state == JOURNAL_END && outside->step_turn < outside->turn) {
    stop_replay(outside, OUTSIDE_ENDED);
  }
}

uint8_t outside_due(Outside *outside) {
  while (is_between_turns(outside)) {
    if (outside->next.kind != OUTSIDE_MARK) return outside->next.kind;
    if (!check_mark(outside)) return 0;
  }
  check_place(outside);
  return 0;
}

int64_t outside_take_time(Outside *outside) {
  return take_reading(outside, &outside->clock_ns);
}

uint64_t outside_take_number(Outside *outside) {
  JournalCursor rest = outside->next.rest;
  uint64_t number = journal_get_number(&rest);
  advance(outside);
  return number;
}

void outside_take_signal(Outside *outside) {
  advance(outside);
}

void outside_take_event(Outside *outside) {
  give_answer(outside);
}

bool outside_is_signalled_here(Outside *outside, Fiber *fiber) {
  if (!fits(outside, OUTSIDE_SIGNAL)) return false;
  JournalCursor rest = outside->next.rest;
  if (journal_get_number(&rest) != moment_place_hash(outside->vm, fiber)) return false;
  if (journal_get_number(&rest) != moment_state_hash(outside->vm, fiber)) return false;
  advance(outside);
  return true;
}

bool outside_is_far_beyond(Outside *outside) {
  if (!goes_on(outside) || outside->next.state != JOURNAL_END) return false;
  if (++outside->rounds_beyond < OUTSIDE_ROUNDS_BEYOND) return false;
  stop_replay(outside, OUTSIDE_ENDED);
  return true;
}

void outside_expect_end(Outside *outside) {
  const Step *next = &outside->next;
  if (!goes_on(outside) || (next->state == JOURNAL_RECORD && next->kind == OUTSIDE_END)) return;
  outside_diverge(outside, "every fiber waits");
}

bool outside_find_end(Outside *outside, JournalCursor *payload) {
  const Step *next = &outside->next;
  // A mark may follow the last step of a program that ended while it was busy.
  while (goes_on(outside) && next->state == JOURNAL_RECORD && next->kind == OUTSIDE_MARK) {
    if (!check_mark(outside)) return false;
  }
  *payload = next->rest;
  return next->state == JOURNAL_RECORD && next->kind == OUTSIDE_END;
}
