// SPDX-License-Identifier: MIT
// sched_model.c - the model's things, queues, actors and time
#include "sched_model_private.h"

#include <string.h>

// --- Things --------------------------------------------------------------------------------------

Thing model_thing_null(void) {
  return (Thing){.kind = THING_NULL};
}
Thing model_thing_number(uint64_t number) {
  return (Thing){.kind = THING_NUMBER, .number = number};
}
Thing model_thing_error(ErrorKind kind, uint64_t number) {
  return (Thing){.kind = THING_ERROR, .error = kind, .number = number};
}

Thing model_thing_of(Model *m, ThingKind kind, Thing item) {
  vec_push(&m->pool, item);
  return (Thing){.kind = kind, .first = m->pool.count - 1, .count = 1};
}

// --- Queues --------------------------------------------------------------------------------------

uint32_t model_queue_count(const Queue *queue) {
  return queue->places.count - queue->head;
}

const Place *model_queue_first(const Queue *queue) {
  return model_queue_count(queue) ? &queue->places.items[queue->head] : NULL;
}

void model_queue_add(Queue *queue, Place place) {
  vec_push(&queue->places, place);
}

Place model_queue_take(Queue *queue) {
  Place first = queue->places.items[queue->head++];
  if (queue->head == queue->places.count) queue->head = queue->places.count = 0;
  return first;
}

// Does nothing if it is not there: it was taken.
void model_queue_remove(Queue *queue, PlaceKind kind, uint32_t id, uint32_t index) {
  for (uint32_t i = queue->head; i < queue->places.count; i++) {
    const Place *place = &queue->places.items[i];
    if (place->kind != kind || place->id != id || place->index != index) continue;
    memmove(&queue->places.items[i], &queue->places.items[i + 1],
            (queue->places.count - i - 1) * sizeof(Place));
    queue->places.count--;
    return;
  }
}

// --- Time ----------------------------------------------------------------------------------------

void model_alarm_set(Model *m, int64_t ns, AlarmKind kind, uint32_t id, uint32_t index) {
  Alarm alarm = {m->now_ns + ns, kind, id, index};
  vec_push(&m->alarms, alarm);
  uint32_t i = m->alarms.count - 1;
  for (; i > 0 && m->alarms.items[i - 1].at_ns > alarm.at_ns; i--) {
    m->alarms.items[i] = m->alarms.items[i - 1];
  }
  m->alarms.items[i] = alarm;
}

void model_alarm_remove(Model *m, AlarmKind kind, uint32_t id) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < m->alarms.count; i++) {
    Alarm alarm = m->alarms.items[i];
    if (alarm.kind != kind || alarm.id != id) m->alarms.items[kept++] = alarm;
  }
  m->alarms.count = kept;
}

static void ring_promise(Model *m, uint32_t p) {
  m->promises.items[p].has_timer = false;
  model_promise_settle(m, p, MODEL_FULFILLED, model_thing_null());
}

// A group's, or that of Promise.timeout: what it bounds is cancelled after it.
static void ring_deadline(Model *m, uint32_t id) {
  ModelPromise *p = &m->promises.items[id];
  p->has_timer = false;
  if (p->settler == SETTLER_GROUP) {
    model_group_expire_now(m, p->settler_id);
    return;
  }
  uint32_t bounded = p->settler_id;
  model_promise_settle(m, id, MODEL_REJECTED, model_thing_error(ERROR_TIMEOUT, 0));
  model_cancel_now(m, bounded, WISH_CALL, model_thing_error(ERROR_CANCEL_TIMEOUT, 0));
}

static void ring(Model *m, Alarm alarm) {
  switch (alarm.kind) {
  case ALARM_SLEEP: model_actor_wake(m, alarm.id, model_thing_null()); return;
  case ALARM_PROMISE: ring_promise(m, alarm.id); return;
  case ALARM_DEADLINE: ring_deadline(m, alarm.id); return;
  case ALARM_CASE: model_select_take(m, alarm.id, alarm.index, model_thing_null(), false); return;
  case ALARM_DOOM: model_cancel_end_waiting(m, alarm.id); return;
  case ALARM_CLEANUP: model_cancel_drop(m, alarm.id); return;
  }
}

// Time jumps when nobody is ready, and all alarms of that moment ring.
static void advance(Model *m) {
  if (m->alarms.items[0].at_ns > m->now_ns) m->now_ns = m->alarms.items[0].at_ns;
  while (m->alarms.count > 0 && m->alarms.items[0].at_ns <= m->now_ns) {
    Alarm first = m->alarms.items[0];
    memmove(m->alarms.items, m->alarms.items + 1, --m->alarms.count * sizeof(Alarm));
    ring(m, first);
  }
}

// --- Actors --------------------------------------------------------------------------------------

Answer model_answer(Thing thing) {
  return (Answer){.thing = thing};
}

uint32_t model_actor_new(Model *m, uint32_t promise) {
  Actor actor = {.state = ACTOR_NEW, .promise = promise, .adopts = NOBODY, .on = NOBODY};
  vec_push(&m->actors, actor);
  m->alive++;
  uint32_t id = m->actors.count - 1;
  if (promise != NOBODY) {
    m->promises.items[promise].settler = SETTLER_ACTOR;
    m->promises.items[promise].settler_id = id;
  }
  return id;
}

void model_actor_make_ready(Model *m, uint32_t actor) {
  m->actors.items[actor].wait = ACTOR_READY;
  vec_push(&m->ready, actor);
}

uint32_t model_add_actor(Model *m, uint32_t promise) {
  uint32_t actor = model_actor_new(m, promise);
  model_actor_make_ready(m, actor);
  return actor;
}

void model_actor_wake(Model *m, uint32_t id, Thing outcome) {
  Actor *actor = &m->actors.items[id];
  actor->outcome = outcome;
  if (actor->is_doomed) model_alarm_remove(m, ALARM_DOOM, id);
  model_actor_make_ready(m, id);
}

void model_actor_leave_ready(Model *m, uint32_t actor) {
  uint32_t kept = m->ready_head;
  for (uint32_t i = m->ready_head; i < m->ready.count; i++) {
    if (m->ready.items[i] != actor) m->ready.items[kept++] = m->ready.items[i];
  }
  m->ready.count = kept;
}

// The first wait of a cleanup starts the clock for it.
Answer model_actor_park(Model *m, uint32_t id, ActorWait wait, uint32_t on) {
  Actor *actor = &m->actors.items[id];
  if (actor->is_unwinding && !actor->is_bounded) {
    actor->is_bounded = true;
    model_alarm_set(m, CLEANUP_NS, ALARM_CLEANUP, id, 0);
  }
  actor = &m->actors.items[id];
  actor->state = ACTOR_PARKED;
  actor->wait = wait;
  actor->on = on;
  return (Answer){.is_parked = true};
}

// C 5.3: whoever was cancelled while it ran or was ready notices where it could wait next.
bool model_actor_is_struck(Model *m, uint32_t id, Answer *out) {
  Actor *actor = &m->actors.items[id];
  if (!actor->is_cancelled) return false;
  actor->is_cancelled = false;
  actor->is_unwinding = true;
  actor->ending = actor->blow;
  *out = (Answer){.is_struck = true, .thing = actor->blow};
  return true;
}

Answer model_sleep(Model *m, uint32_t actor, int64_t ns) {
  Answer struck;
  if (model_actor_is_struck(m, actor, &struck)) return struck;
  Answer parked = model_actor_park(m, actor, ACTOR_SLEEPS, NOBODY);
  if (ns > 0) {
    model_alarm_set(m, ns, ALARM_SLEEP, actor, 0);
  } else {
    model_actor_wake(m, actor, model_thing_null());
  }
  return parked;
}

// A cancellation is the error of the actor's end, unless it ends by itself after all.
static void settle_own(Model *m, const Actor *actor) {
  uint32_t promise = actor->promise;
  if (actor->ending.kind == THING_ERROR) {
    bool is_quiet = actor->is_unwinding && actor->ending.error >= ERROR_CANCEL &&
                    actor->ending.error <= ERROR_CANCEL_DROPPED;
    if (promise == NOBODY) {
      m->reports += !is_quiet;
    } else {
      if (is_quiet) m->promises.items[promise].is_observed = true;
      model_reject(m, promise, actor->ending);
    }
  } else if (promise != NOBODY && actor->adopts != NOBODY) {
    model_adopt(m, promise, actor->adopts);
  } else if (promise != NOBODY) {
    model_fulfil(m, promise, actor->ending);
  }
}

void model_end(Model *m, uint32_t id) {
  Actor *actor = &m->actors.items[id];
  if (actor->is_bounded) model_alarm_remove(m, ALARM_CLEANUP, id);
  actor->state = ACTOR_DONE;
  actor->wait = ACTOR_NOT;
  m->alive--;
  Actor copy = *actor;
  settle_own(m, &copy);
}

// What a doomed one waited for has ended, and now it goes too: by the error of that if there is
// one.
static void strike_doomed(Actor *actor) {
  actor->is_doomed = false;
  actor->is_unwinding = true;
  actor->is_struck = true;
  if (actor->outcome.kind != THING_ERROR) actor->outcome = model_thing_error(ERROR_CANCEL_PLAIN, 0);
}

uint32_t model_next(Model *m) {
  for (;;) {
    while (m->ready_head == m->ready.count) {
      m->ready_head = m->ready.count = 0;
      if (m->alarms.count == 0) return NOBODY;
      advance(m);
    }
    uint32_t id = m->ready.items[m->ready_head++];
    Actor *actor = &m->actors.items[id];
    bool is_new = actor->state == ACTOR_NEW;
    actor->state = ACTOR_RUNNING;
    actor->wait = ACTOR_NOT;
    if (actor->is_doomed) strike_doomed(actor);
    if (!actor->is_struck) return id;
    actor->ending = actor->outcome;
    if (!is_new && !actor->is_cleaning) return id;
    model_end(m, id);
  }
}

void model_free(Model *m) {
  for (uint32_t i = 0; i < m->channels.count; i++) {
    vec_free(&m->channels.items[i].buffer);
    vec_free(&m->channels.items[i].senders.places);
    vec_free(&m->channels.items[i].receivers.places);
  }
  for (uint32_t i = 0; i < m->promises.count; i++) {
    vec_free(&m->promises.items[i].waiters.places);
    vec_free(&m->promises.items[i].watchers);
    vec_free(&m->promises.items[i].watching);
    vec_free(&m->promises.items[i].answers);
  }
  for (uint32_t i = 0; i < m->selects.count; i++) vec_free(&m->selects.items[i].cases);
  for (uint32_t i = 0; i < m->groups.count; i++) {
    vec_free(&m->groups.items[i].results);
    vec_free(&m->groups.items[i].queue);
  }
  vec_free(&m->pool);
  vec_free(&m->actors);
  vec_free(&m->channels);
  vec_free(&m->promises);
  vec_free(&m->selects);
  vec_free(&m->groups);
  vec_free(&m->alarms);
  vec_free(&m->ready);
  vec_free(&m->notifying);
}
