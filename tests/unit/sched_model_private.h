// SPDX-License-Identifier: MIT
// sched_model_private.h - what the model's files need of each other
#ifndef SCHED_MODEL_PRIVATE_H
#define SCHED_MODEL_PRIVATE_H

#include "sched_model.h"

#define CLEANUP_NS INT64_C(5000000000) // how long the cleanup of a cancelled actor may take

typedef enum CancelWish { WISH_CALL, WISH_ALL, WISH_WITHDRAW } CancelWish;

// Queues.
uint32_t model_queue_count(const Queue *queue);
const Place *model_queue_first(const Queue *queue);
void model_queue_add(Queue *queue, Place place);
Place model_queue_take(Queue *queue);
void model_queue_remove(Queue *queue, PlaceKind kind, uint32_t id, uint32_t index);

// Actors (sched_model.c).
void model_actor_wake(Model *m, uint32_t actor, Thing outcome);
Answer model_actor_park(Model *m, uint32_t actor, ActorWait wait, uint32_t on);
bool model_actor_is_struck(Model *m, uint32_t actor, Answer *out);
void model_actor_make_ready(Model *m, uint32_t actor);
void model_actor_leave_ready(Model *m, uint32_t actor);
Answer model_answer(Thing thing);
uint32_t model_actor_new(Model *m, uint32_t promise);

// Alarms (sched_model.c).
void model_alarm_set(Model *m, int64_t ns, AlarmKind kind, uint32_t id, uint32_t index);
void model_alarm_remove(Model *m, AlarmKind kind, uint32_t id);

// Channels (sched_model_channel.c). `since` of its ends is brought up to date.
void model_channel_refresh(Model *m, ModelChannel *ch);
void model_channel_leave(Model *m, uint32_t ch, bool is_sender, Place place);

// Selects.
void model_select_take(Model *m, uint32_t select, uint32_t index, Thing value, bool is_open);
void model_select_abandon(Model *m, uint32_t select);
// Gives whoever has the place what it waited for.
void model_place_give(Model *m, const Place *place, Thing value);

// Promises (sched_model_promise.c).
void model_promise_settle(Model *m, uint32_t p, ModelState state, Thing value);
void model_promise_watch_for(Model *m, CombinatorKind kind, uint32_t watched, uint32_t target,
                             uint32_t index);
bool model_watch_is_alone(const Model *m, const Watch *watch);

// Groups and cancelling (sched_model_cancel.c).
void model_group_note_end(Model *m, uint32_t group, uint32_t index, uint32_t ended);
void model_group_expire_now(Model *m, uint32_t group);
void model_cancel_actor(Model *m, uint32_t actor, Thing cause, CancelWish wish);
void model_cancel_now(Model *m, uint32_t p, CancelWish wish, Thing cause);
void model_cancel_end_waiting(Model *m, uint32_t actor); // a doomed one has waited long enough
void model_cancel_drop(Model *m, uint32_t actor);

#endif
