// SPDX-License-Identifier: MIT
// sched_model_promise.c - the model's promises and what is made of them
#include "sched_model_private.h"

#include <string.h>

static ModelPromise *promise_at(Model *m, uint32_t p) {
  return &m->promises.items[p];
}

uint32_t model_add_promise(Model *m) {
  vec_push(&m->promises, ((ModelPromise){.settler_id = NOBODY}));
  return m->promises.count - 1;
}

// --- Watching ------------------------------------------------------------------------------------

typedef VEC(Watch) Watches;

static bool is_same(const Watch *a, const Watch *b) {
  return a->watched == b->watched && a->target == b->target && a->index == b->index;
}

static void remove_at(Watch *items, uint32_t *count, uint32_t i) {
  memmove(items + i, items + i + 1, (*count - i - 1) * sizeof(Watch));
  --*count;
}

static void remove_watch(Watch *items, uint32_t *count, const Watch *watch) {
  for (uint32_t i = 0; i < *count; i++) {
    if (!is_same(&items[i], watch)) continue;
    remove_at(items, count, i);
    return;
  }
}

void model_promise_watch_for(Model *m, CombinatorKind kind, uint32_t watched, uint32_t target,
                             uint32_t index) {
  Watch watch = {kind, watched, target, index};
  vec_push(&promise_at(m, watched)->watchers, watch);
  vec_push(&promise_at(m, target)->watching, watch);
  promise_at(m, watched)->is_observed = true;
}

// Nobody but this one waits for what it watches.
bool model_watch_is_alone(const Model *m, const Watch *watch) {
  const ModelPromise *watched = &m->promises.items[watch->watched];
  return watched->state == MODEL_PENDING && model_queue_count(&watched->waiters) == 0 &&
         watched->watchers.count == 1 && is_same(&watched->watchers.items[0], watch);
}

static void stop_watching(Model *m, uint32_t target) {
  ModelPromise *p = promise_at(m, target);
  for (uint32_t i = 0; i < p->watching.count; i++) {
    ModelPromise *watched = promise_at(m, p->watching.items[i].watched);
    remove_watch(watched->watchers.items, &watched->watchers.count, &p->watching.items[i]);
  }
  vec_clear(&p->watching);
}

// --- Combinators ---------------------------------------------------------------------------------

static Thing list_of(Model *m, const Thing *items, uint32_t count) {
  Thing list = {.kind = THING_LIST, .first = m->pool.count, .count = count};
  for (uint32_t i = 0; i < count; i++) vec_push(&m->pool, items[i]);
  return list;
}

// One more of what a combinator waits for is there.
static void add_answer(Model *m, uint32_t target, uint32_t index, Thing thing) {
  ModelPromise *p = promise_at(m, target);
  p->answers.items[index] = thing;
  if (--p->missing > 0) return;
  model_promise_settle(m, target, MODEL_FULFILLED, list_of(m, p->answers.items, p->answers.count));
}

static void add_failure(Model *m, uint32_t target, uint32_t index, Thing thing) {
  ModelPromise *p = promise_at(m, target);
  p->answers.items[index] = thing;
  if (--p->missing > 0) return;
  Thing error = list_of(m, p->answers.items, p->answers.count);
  error.kind = THING_ERROR;
  error.error = ERROR_AGGREGATE;
  model_promise_settle(m, target, MODEL_REJECTED, error);
}

static void combine_one(Model *m, CombinatorKind kind, uint32_t watched, uint32_t target,
                        uint32_t index) {
  ModelState state = promise_at(m, watched)->state;
  Thing value = promise_at(m, watched)->value;
  bool is_ok = state == MODEL_FULFILLED;
  switch (kind) {
  case COMBINE_ALL:
    if (is_ok)
      add_answer(m, target, index, value);
    else
      model_promise_settle(m, target, MODEL_REJECTED, value);
    return;
  case COMBINE_SETTLED:
    add_answer(m, target, index,
               model_thing_of(m, is_ok ? THING_FULFILLED : THING_REJECTED, value));
    return;
  case COMBINE_RESULT:
    model_promise_settle(m, target, MODEL_FULFILLED,
                         model_thing_of(m, is_ok ? THING_OK : THING_ERR, value));
    return;
  case COMBINE_ANY:
    if (is_ok)
      model_promise_settle(m, target, MODEL_FULFILLED, value);
    else
      add_failure(m, target, index, value);
    return;
  case COMBINE_RACE:
  case COMBINE_ADOPT: model_promise_settle(m, target, state, value); return;
  case COMBINE_GROUP:
    model_group_note_end(m, promise_at(m, target)->settler_id, index, watched);
    return;
  case COMBINE_NONE: return;
  }
}

// all and settled look at one after the other.
static void start_in_order(Model *m, CombinatorKind kind, const uint32_t *items, uint32_t count,
                           uint32_t target) {
  promise_at(m, target)->missing = count + 1;
  for (uint32_t i = 0; i < count; i++) {
    bool is_over = promise_at(m, target)->state != MODEL_PENDING;
    if (items[i] == NOBODY) {
      Thing one = model_thing_number(1);
      if (kind == COMBINE_SETTLED) one = model_thing_of(m, THING_FULFILLED, one);
      if (!is_over) add_answer(m, target, i, one);
      continue;
    }
    promise_at(m, items[i])->is_observed = true;
    if (is_over) continue;
    if (promise_at(m, items[i])->state == MODEL_PENDING) {
      model_promise_watch_for(m, kind, items[i], target, i);
    } else {
      combine_one(m, kind, items[i], target, i);
    }
  }
  ModelPromise *p = promise_at(m, target);
  if (p->state != MODEL_PENDING || --p->missing > 0) return;
  model_promise_settle(m, target, MODEL_FULFILLED, list_of(m, p->answers.items, p->answers.count));
}

// race and any: the first in the list that has settled (well) already decides.
static bool is_decided(Model *m, CombinatorKind kind, uint32_t item) {
  if (item == NOBODY) return true;
  ModelState state = promise_at(m, item)->state;
  return state == MODEL_FULFILLED || (state == MODEL_REJECTED && kind == COMBINE_RACE);
}

static void start_race(Model *m, CombinatorKind kind, const uint32_t *items, uint32_t count,
                       uint32_t target) {
  ErrorKind empty = kind == COMBINE_RACE ? ERROR_EMPTY_RACE : ERROR_EMPTY_ANY;
  for (uint32_t i = 0; i < count; i++) {
    if (items[i] != NOBODY) promise_at(m, items[i])->is_observed = true;
  }
  for (uint32_t i = 0; i < count; i++) {
    if (!is_decided(m, kind, items[i])) continue;
    if (items[i] == NOBODY)
      model_promise_settle(m, target, MODEL_FULFILLED, model_thing_number(1));
    else
      model_promise_settle(m, target, promise_at(m, items[i])->state,
                           promise_at(m, items[i])->value);
    return;
  }
  if (count == 0) model_promise_settle(m, target, MODEL_REJECTED, model_thing_error(empty, 0));
  promise_at(m, target)->missing = count;
  for (uint32_t i = 0; i < count; i++) {
    if (promise_at(m, items[i])->state == MODEL_PENDING)
      model_promise_watch_for(m, kind, items[i], target, i);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (promise_at(m, items[i])->state == MODEL_REJECTED)
      add_failure(m, target, i, promise_at(m, items[i])->value);
  }
}

uint32_t model_combine(Model *m, CombinatorKind kind, const uint32_t *items, uint32_t count) {
  uint32_t target = model_add_promise(m);
  for (uint32_t i = 0; i < count; i++)
    vec_push(&promise_at(m, target)->answers, model_thing_null());
  if (kind == COMBINE_RESULT) {
    promise_at(m, target)->is_calm = true;
    promise_at(m, items[0])->is_observed = true;
    if (promise_at(m, items[0])->state == MODEL_PENDING)
      model_promise_watch_for(m, kind, items[0], target, 0);
    else
      combine_one(m, kind, items[0], target, 0);
    return target;
  }
  if (kind == COMBINE_RACE || kind == COMBINE_ANY)
    start_race(m, kind, items, count, target);
  else
    start_in_order(m, kind, items, count, target);
  promise_at(m, target)->is_calm = kind == COMBINE_SETTLED;
  return target;
}

// --- Settling ------------------------------------------------------------------------------------

static void call_watchers(Model *m, uint32_t p) {
  while (promise_at(m, p)->watchers.count > 0) {
    Watch watch = promise_at(m, p)->watchers.items[0];
    remove_at(promise_at(m, p)->watchers.items, &promise_at(m, p)->watchers.count, 0);
    ModelPromise *target = promise_at(m, watch.target);
    remove_watch(target->watching.items, &target->watching.count, &watch);
    combine_one(m, watch.kind, p, watch.target, watch.index);
  }
}

// Who waits for it first, then what is made of it; what that settles has its turn behind it.
void model_promise_settle(Model *m, uint32_t p, ModelState state, Thing value) {
  ModelPromise *promise = promise_at(m, p);
  promise->state = state;
  promise->value = value;
  promise->since = ++m->moment;
  promise->settler = SETTLER_NONE;
  if (promise->has_timer) {
    model_alarm_remove(m, ALARM_PROMISE, p);
    model_alarm_remove(m, ALARM_DEADLINE, p);
  }
  stop_watching(m, p);
  while (model_queue_count(&promise_at(m, p)->waiters) > 0) {
    Place place = model_queue_take(&promise_at(m, p)->waiters);
    model_place_give(m, &place, value);
  }
  if (promise_at(m, p)->watchers.count == 0) return;
  vec_push(&m->notifying, p);
  if (m->notifying.count > 1) return;
  for (uint32_t i = 0; i < m->notifying.count; i++) call_watchers(m, m->notifying.items[i]);
  vec_clear(&m->notifying);
}

void model_fulfil(Model *m, uint32_t p, Thing value) {
  if (promise_at(m, p)->state == MODEL_PENDING) model_promise_settle(m, p, MODEL_FULFILLED, value);
}

void model_reject(Model *m, uint32_t p, Thing error) {
  if (promise_at(m, p)->state == MODEL_PENDING) model_promise_settle(m, p, MODEL_REJECTED, error);
}

void model_adopt(Model *m, uint32_t p, uint32_t adopted) {
  if (promise_at(m, p)->state != MODEL_PENDING) return;
  if (p == adopted) {
    model_promise_settle(m, p, MODEL_REJECTED, model_thing_error(ERROR_ITSELF, 0));
    return;
  }
  promise_at(m, adopted)->is_observed = true;
  if (promise_at(m, adopted)->state != MODEL_PENDING) {
    model_promise_settle(m, p, promise_at(m, adopted)->state, promise_at(m, adopted)->value);
    return;
  }
  promise_at(m, p)->settler = SETTLER_ADOPTED;
  promise_at(m, p)->settler_id = adopted;
  model_promise_watch_for(m, COMBINE_ADOPT, adopted, p, 0);
}

Answer model_await(Model *m, uint32_t p, uint32_t actor) {
  ModelPromise *promise = promise_at(m, p);
  Answer struck;
  promise->is_observed = true;
  bool is_group = promise->settler == SETTLER_GROUP;
  if (m->actors.items[actor].is_cancelled && is_group) { // the group must end with it
    m->actors.items[actor].is_cancelled = false;
    Thing cause = m->actors.items[actor].blow;
    model_queue_add(&promise->waiters, (Place){.kind = PLACE_ACTOR, .id = actor});
    Answer parked = model_actor_park(m, actor, ACTOR_AWAITS, p);
    model_cancel_actor(m, actor, cause, WISH_CALL);
    return parked;
  }
  if (model_actor_is_struck(m, actor, &struck)) return struck;
  if (promise->state != MODEL_PENDING) return model_answer(promise->value);
  model_queue_add(&promise->waiters, (Place){.kind = PLACE_ACTOR, .id = actor});
  return model_actor_park(m, actor, ACTOR_AWAITS, p);
}

uint32_t model_timer_promise(Model *m, int64_t ns) {
  uint32_t p = model_add_promise(m);
  promise_at(m, p)->has_timer = true;
  model_alarm_set(m, ns, ALARM_PROMISE, p, 0);
  return p;
}

uint32_t model_timeout(Model *m, uint32_t bounded, int64_t ns) {
  uint32_t p = model_add_promise(m);
  model_adopt(m, p, bounded);
  if (promise_at(m, p)->state != MODEL_PENDING) return p;
  promise_at(m, p)->has_timer = true;
  model_alarm_set(m, ns, ALARM_DEADLINE, p, 0);
  return p;
}
