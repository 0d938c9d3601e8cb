// SPDX-License-Identifier: MIT
// sched_model.h - what the scheduler must do, written down as simply as possible
//
// A second scheduler, of plain arrays that are searched: it keeps no back pointers, no counts
// beside the things counted, no stale timers, and does at once what the real one does when it comes
// to it. It knows fibers (actors), channels, promises, selects, groups and timers by number and
// says who runs next, what an operation answers and what a wait yields (C 1.3, 1.9, 1.10, 2, 4.5
// … 4.11, 5). The test beside it does the same with the real one, and both must agree at every
// step.
#ifndef SCHED_MODEL_H
#define SCHED_MODEL_H

#include "base/common.h"
#include "base/vec.h"

#define NOBODY UINT32_MAX

// --- What things give ----------------------------------------------------------------------------

typedef enum ThingKind {
  THING_NULL,
  THING_NUMBER,
  THING_OPTION,    // number 0: none
  THING_LIST,      // items
  THING_FULFILLED, // a record of Promise.settled, one item
  THING_REJECTED,
  THING_OK, // a record of Promise.result, one item
  THING_ERR,
  THING_PICK, // a select has taken the case `number`; one item
  THING_ERROR
} ThingKind;

typedef enum ErrorKind {
  ERROR_TEST, // number: which
  ERROR_SEND_CLOSED,
  ERROR_RECEIVE_CLOSED,
  ERROR_CANCEL, // number: by which call
  ERROR_CANCEL_PLAIN,
  ERROR_CANCEL_TIMEOUT,
  ERROR_CANCEL_DEADLINE,
  ERROR_CANCEL_SIBLING,
  ERROR_CANCEL_DROPPED, // its cleanup took too long
  ERROR_TIMEOUT,
  ERROR_DEADLINE,
  ERROR_EMPTY_RACE,
  ERROR_EMPTY_ANY,
  ERROR_AGGREGATE, // items
  ERROR_ITSELF,
  ERROR_GROUP_ENDED
} ErrorKind;

typedef struct Thing {
  ThingKind kind;
  ErrorKind error;
  bool is_open;          // THING_PICK
  uint32_t first, count; // items, in the model's pool
  uint64_t number;
} Thing;

// --- Who waits -----------------------------------------------------------------------------------

typedef enum PlaceKind { PLACE_ACTOR, PLACE_TICKET, PLACE_CASE } PlaceKind;

// A place in a queue: of an actor, of the promise that a ticket settles, or of a select's case.
typedef struct Place {
  PlaceKind kind;
  uint32_t id;
  uint32_t index; // of the case
  uint64_t number;
  bool wants_option;
  Thing at_end;
} Place;

typedef struct Queue {
  VEC(Place) places; // from `head` on
  uint32_t head;
} Queue;

typedef struct ModelChannel {
  uint32_t capacity;
  bool is_closed;
  bool was_receivable, was_sendable;
  uint64_t receivable_since, sendable_since;
  VEC(uint64_t) buffer;
  Queue senders, receivers;
} ModelChannel;

typedef enum SettlerKind {
  SETTLER_NONE,
  SETTLER_ACTOR,
  SETTLER_SENDING, // a ticket in a channel's queue
  SETTLER_RECEIVING,
  SETTLER_SELECT,
  SETTLER_GROUP,
  SETTLER_ADOPTED
} SettlerKind;

typedef enum CombinatorKind {
  COMBINE_NONE,
  COMBINE_ALL,
  COMBINE_SETTLED,
  COMBINE_RESULT,
  COMBINE_ANY,
  COMBINE_RACE,
  COMBINE_ADOPT,
  COMBINE_GROUP
} CombinatorKind;

typedef struct Watch {
  CombinatorKind kind;
  uint32_t watched, target;
  uint32_t index; // in the target's list; NOBODY: a group's body
} Watch;

typedef enum ModelState { MODEL_PENDING, MODEL_FULFILLED, MODEL_REJECTED } ModelState;

typedef struct ModelPromise {
  ModelState state;
  Thing value;
  SettlerKind settler;
  uint32_t settler_id;
  bool has_timer, is_calm, is_observed, is_cancelled;
  uint64_t since;
  uint32_t real_number; // of the real one, by creation
  Queue waiters;
  VEC(Watch) watchers; // of this one
  VEC(Watch) watching; // on this one's behalf
  VEC(Thing) answers;  // of a combinator
  uint32_t missing;
} ModelPromise;

typedef enum ActorState { ACTOR_NEW, ACTOR_RUNNING, ACTOR_PARKED, ACTOR_DONE } ActorState;
typedef enum ActorWait {
  ACTOR_NOT,
  ACTOR_READY,
  ACTOR_AWAITS,
  ACTOR_SENDS,
  ACTOR_RECEIVES,
  ACTOR_SLEEPS,
  ACTOR_SELECTS,
  ACTOR_QUEUES // for its group's limit
} ActorWait;

typedef struct Actor {
  ActorState state;
  ActorWait wait;
  uint32_t on;    // promise, channel, select or group
  Thing outcome;  // of its wait; for a new one its argument
  bool is_struck; // the outcome is the cancellation, which nothing catches
  bool is_cancelled, is_doomed, is_unwinding, is_bounded;
  bool is_cleaning; // its deferred call has begun
  Thing blow;       // with is_cancelled: what it raises next time it could wait
  Thing ending;     // how it ends: result, error, or what it was struck with
  uint32_t adopts;  // the promise that it returns, or NOBODY
  uint32_t promise; // that its end settles, or NOBODY
  uint32_t real_number;
} Actor;

typedef struct ModelCase {
  char letter;     // as SelectLetter
  uint32_t on;     // channel or promise
  uint64_t number; // what is sent
  int64_t ns;      // of a time
} ModelCase;

typedef struct ModelSelect {
  uint32_t actor;   // or NOBODY:
  uint32_t promise; // Luma's
  bool is_left;
  VEC(ModelCase) cases;
} ModelSelect;

typedef struct ModelGroup {
  uint32_t promise;
  bool is_ending, has_failed;
  Thing failure;
  VEC(Thing) results;
  uint32_t limit, running, open;
  VEC(uint32_t) queue;
} ModelGroup;

typedef enum AlarmKind {
  ALARM_SLEEP,
  ALARM_PROMISE,
  ALARM_DEADLINE,
  ALARM_CASE,
  ALARM_DOOM,
  ALARM_CLEANUP
} AlarmKind;

typedef struct Alarm {
  int64_t at_ns;
  AlarmKind kind;
  uint32_t id;
  uint32_t index;
} Alarm;

typedef struct Model {
  VEC(Thing) pool;
  VEC(Actor) actors;
  VEC(ModelChannel) channels;
  VEC(ModelPromise) promises;
  VEC(ModelSelect) selects;
  VEC(ModelGroup) groups;
  VEC(Alarm) alarms;   // in the order in which they ring
  VEC(uint32_t) ready; // from `ready_head` on
  uint32_t ready_head;
  VEC(uint32_t) notifying; // promises whose watchers are being called
  int64_t now_ns;
  uint64_t moment;
  uint32_t alive;
  uint32_t reports;
} Model;

// What an operation of an actor answers.
typedef struct Answer {
  bool is_parked;
  bool is_struck; // it was cancelled, and this is where it notices
  Thing thing;
} Answer;

void model_free(Model *m);

Thing model_thing_null(void);
Thing model_thing_number(uint64_t number);
Thing model_thing_error(ErrorKind kind, uint64_t number);
Thing model_thing_of(Model *m, ThingKind kind, Thing item); // with one item

// --- Actors --------------------------------------------------------------------------------------

uint32_t model_add_actor(Model *m, uint32_t promise); // at the end of the ready queue
// Who runs now; NOBODY: nobody can. Those whose end nobody sees (the cancelled that had not begun)
// are ended on the way.
uint32_t model_next(Model *m);
void model_end(Model *m, uint32_t actor);
Answer model_sleep(Model *m, uint32_t actor, int64_t ns);

// --- Channels ------------------------------------------------------------------------------------

uint32_t model_add_channel(Model *m, uint32_t capacity);
Answer model_send(Model *m, uint32_t ch, uint32_t actor, uint64_t number);
Answer model_receive(Model *m, uint32_t ch, uint32_t actor, Thing at_end);
bool model_try_send(Model *m, uint32_t ch, uint64_t number); // it is open
bool model_try_receive(Model *m, uint32_t ch, uint64_t *out);
void model_close(Model *m, uint32_t ch);
// A new promise each.
uint32_t model_send_promise(Model *m, uint32_t ch, uint64_t number);
uint32_t model_receive_promise(Model *m, uint32_t ch, bool wants_option);

// --- Promises ------------------------------------------------------------------------------------

uint32_t model_add_promise(Model *m);
void model_fulfil(Model *m, uint32_t p, Thing value);
void model_reject(Model *m, uint32_t p, Thing error);
void model_adopt(Model *m, uint32_t p, uint32_t adopted);
Answer model_await(Model *m, uint32_t p, uint32_t actor);
uint32_t model_timer_promise(Model *m, int64_t ns);
uint32_t model_timeout(Model *m, uint32_t p, int64_t ns);
// The item NOBODY stands for the number 1.
uint32_t model_combine(Model *m, CombinatorKind kind, const uint32_t *items, uint32_t count);

// --- Selects, groups, cancelling -----------------------------------------------------------------

Answer model_select(Model *m, uint32_t actor, const ModelCase *cases, uint32_t count);
uint32_t model_select_promise(Model *m, const ModelCase *cases, uint32_t count);
uint32_t model_add_group(Model *m, uint32_t limit, int64_t deadline_ns); // deadline < 0: none
void model_watch_body(Model *m, uint32_t group, uint32_t promise);
uint32_t model_group_spawn(Model *m,
                           uint32_t group); // the actor; NOBODY: it starts nothing any more
void model_cancel(Model *m, uint32_t p, Thing cause);

#endif
