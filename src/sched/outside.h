// SPDX-License-Identifier: MIT
// outside.h - what a program asks of the world outside: done, recorded, or replayed
//
// Inside, a run follows from the program text and the seed alone (C 1.2, 1.8). Whatever else has a
// part in it (clocks, answers from the net, lines of the input, variables of the environment, Ctrl-C)
// passes through this file. A recorded run writes each of these down as a *step*, with the place in
// the run where it happened; a replayed one asks the recording instead of the world. A run that is
// neither has no Outside: every function takes NULL and then does nothing.
//
// The place of a step is its *turn*, the number of times that a fiber has been given the run so far,
// and the fiber. What a fiber asks for is a step of its own turn. What comes by itself is handled
// between turns, when the scheduler looks outside; the replay gives it to the program in front of
// the same turn. So a replay needs neither time nor poller: it goes as fast as it can.
//
// A replay compares every step with the recording. The first one that differs ends it: the scheduler
// stops, nothing is written any more, and outside_stopped tells what was recorded and what happened.
// After that all questions are answered by nothing, so that whoever asks can go on to its end.
//
// For who adds something that reaches outside (docs/internals.md, "Adding …"):
//
//   an answer that is there at once            outside_ask, else find out and outside_tell
//   a request that is answered later           outside_begin, outside_event, outside_end
//   something done that gives no answer        outside_deed
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "base/dlist.h"
#include "base/journal.h"
#include "object/small_objects.h"

typedef struct VM VM;
typedef struct Fiber Fiber;
typedef struct Outside Outside;

// Kinds of records. HEAD, SOURCE, PLACE and END are api/recording.c's.
typedef enum OutsideKind {
  OUTSIDE_HEAD = 1,
  OUTSIDE_SOURCE,
  OUTSIDE_PLACE,
  OUTSIDE_END,
  OUTSIDE_CLOCK, // difference to the last reading
  OUTSIDE_WALL,  // the same of the time of day
  OUTSIDE_TIME,  // timers fire: difference of their time to the last reading
  OUTSIDE_ASK,   // what, subject, hash of the details, answer
  OUTSIDE_BEGIN, // what, subject, hash of the details
  OUTSIDE_DEED,  // the same
  OUTSIDE_EVENT, // number of the request, answer
  OUTSIDE_SIGNAL, // Ctrl-C: 0 between turns; else 1 and the state of the fiber that was stopped
  OUTSIDE_REPORT, // number of a promise whose rejection is reported
  OUTSIDE_MARK,   // hash of the fibers that have had turns
  OUTSIDE_FINALISER, // number of an object whose finaliser is started
} OutsideKind;

// What a program wants of the world. `what` and `subject` are shown to people ("reads the variable",
// "HOME"); of the details only a hash is kept. Borrowed.
typedef struct OutsideWish {
  const char *what;
  const char *subject;
  const char *details;
  size_t details_len;
} OutsideWish;

// A request that is answered later, once or several times. Part of the request's own memory; zeroed
// it is none.
typedef struct OutsideOp {
  DLink link;
  uint32_t number;
  char *name; // replay: for messages
  // Replay: called from between turns with an answer that was recorded. It may end the request.
  void (*answer)(void *context, JournalCursor *answer);
  void *context;
} OutsideOp;

// --- For the rest of the runtime -----------------------------------------------------------------

bool outside_is_recording(const Outside *outside);
// True: the world outside must be left alone.
bool outside_is_replaying(const Outside *outside);

// True: `answer` is what was recorded. False: find the answer, use it and outside_tell it.
bool outside_ask(Outside *outside, const OutsideWish *wish, Buffer *answer) MUST_USE;
void outside_tell(Outside *outside, const OutsideWish *wish, const Buffer *answer);

// True: start the request. False: do nothing; op->answer, which must be set, is called in its time.
bool outside_begin(Outside *outside, OutsideOp *op, const OutsideWish *wish) MUST_USE;
// The answer has come; to be called before anything is done about it.
void outside_event(Outside *outside, const OutsideOp *op, const Buffer *answer);
// Replay: is the answer there at once, within the call that began the request? Then op->answer has
// been called. For requests that may fail before they have begun.
bool outside_answers_at_once(Outside *outside, OutsideOp *op) MUST_USE;
// No answer is wanted any more: the last has come, or the request was called off. May be called
// twice.
void outside_end(Outside *outside, OutsideOp *op);

void outside_deed(Outside *outside, const OutsideWish *wish);

// --- For the scheduler ---------------------------------------------------------------------------

// Takes over the journal that is not NULL. `stop` is called once, when a replay stops early; it may
// not allocate from the heap.
Outside *outside_new(VM *vm, JournalWriter *writer, JournalReader *reader) MUST_USE;
void outside_free(Outside *outside); // NULL is fine; the journal stays the caller's
void outside_set_stop(Outside *outside, void (*stop)(void *context), void *context);

// `fiber` is given the run.
void outside_turn(Outside *outside, const Fiber *fiber);
uint64_t outside_turns(const Outside *outside);
uint32_t outside_turns_hash(const Outside *outside);

int64_t outside_clock(Outside *outside);
int64_t outside_wall(Outside *outside);
int64_t outside_last_clock(const Outside *outside); // what was read last

// Recording: timers fire now, at `now_ns`.
void outside_note_time(Outside *outside, int64_t now_ns);
// Recording: Ctrl-C is taken; `fiber` was stopped while it ran, or NULL.
void outside_note_signal(Outside *outside, Fiber *fiber);
// Recording: the rejection of the promise is reported because it can no longer be awaited.
void outside_note_report(Outside *outside, uint32_t promise_number);
// Recording: the finaliser of that object is started (finaliser.h).
void outside_note_finaliser(Outside *outside, uint64_t number);
// Recording: the scheduler has looked outside, or is about to wait.
void outside_looked(Outside *outside, bool is_waiting);

// --- For the replay ------------------------------------------------------------------------------

// The next step if it belongs between this turn and the next, else 0 (OutsideKind). MARKs are
// compared and skipped.
uint8_t outside_due(Outside *outside);
// The due step: its contents. The step is done.
int64_t outside_take_time(Outside *outside);
uint64_t outside_take_number(Outside *outside); // of a REPORT or FINALISER
void outside_take_signal(Outside *outside);
void outside_take_event(Outside *outside); // calls the request's `answer`
// The running fiber has been asked to stop: was it here that the recorded one was stopped?
bool outside_is_signalled_here(Outside *outside, Fiber *fiber);
// The same question where the recording has no further step and no end, as its run was killed: what it
// computed behind the last step left no trace, and may have been a loop without end. The replay goes on
// for so many rounds of loops and calls, a fraction of a second, the same number each time, and then stops.
#define OUTSIDE_ROUNDS_BEYOND 10000000u
bool outside_is_far_beyond(Outside *outside);
// Nothing is ready and nothing is due. The recording must end here; else the replay stops.
void outside_expect_end(Outside *outside);

// --- For api -------------------------------------------------------------------------------------

typedef enum OutsideStop {
  OUTSIDE_GOES_ON,
  OUTSIDE_DIVERGED, // a step does not fit
  OUTSIDE_ENDED,    // the recording ends before the program does
  OUTSIDE_DAMAGED,
} OutsideStop;

typedef struct OutsideStopped {
  OutsideStop why;
  uint64_t step;   // the first that did not fit, from 1
  Buffer recorded; // what was recorded, what happened: half sentences
  Buffer happened;
  const char *path; // where the program was; NULL: nowhere
  uint32_t line, column;
  uint32_t start, end; // of the source
} OutsideStopped;

const OutsideStopped *outside_stopped(const Outside *outside);
// Replay: has the recorded run ended at this place? `payload` then is its END record.
bool outside_find_end(Outside *outside, JournalCursor *payload) MUST_USE;
// Stops the replay: what happened, as half a sentence about the fiber that runs.
void outside_diverge(Outside *outside, const char *format, ...) PRINTF(2, 3);

#endif
