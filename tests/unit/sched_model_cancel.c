// SPDX-License-Identifier: MIT
// sched_model_cancel.c - the model's groups, and what cancelling does
#include "sched_model_private.h"

typedef struct Wish {
  uint32_t promise;
  CancelWish wish;
} Wish;

// What is to be cancelled next, after what is under way.
typedef VEC(Wish) Wishes;

static ModelPromise *promise_at(Model *m, uint32_t p) {
  return &m->promises.items[p];
}

static void add_wish(Wishes *wishes, uint32_t promise, CancelWish wish) {
  vec_push(wishes, ((Wish){promise, wish}));
}

static void fulfil_wishes(Model *m, Wishes *wishes, Thing cause) {
  for (uint32_t i = 0; i < wishes->count; i++) {
    model_cancel_now(m, wishes->items[i].promise, wishes->items[i].wish, cause);
  }
  vec_free(wishes);
}

// --- Groups --------------------------------------------------------------------------------------

static void wish_for_fibers(Model *m, const ModelGroup *group, Wishes *wishes) {
  const ModelPromise *p = promise_at(m, group->promise);
  for (uint32_t i = 0; i < p->watching.count; i++) {
    add_wish(wishes, p->watching.items[i].watched, WISH_ALL);
  }
}

static void begin_ending(Model *m, uint32_t id, Thing failure, Wishes *wishes) {
  ModelGroup *group = &m->groups.items[id];
  group->is_ending = group->has_failed = true;
  group->failure = failure;
  wish_for_fibers(m, group, wishes);
}

static void fail_group(Model *m, uint32_t id, Thing failure, Thing cause) {
  Wishes wishes = {0};
  if (m->groups.items[id].is_ending) return;
  begin_ending(m, id, failure, &wishes);
  fulfil_wishes(m, &wishes, cause);
}

void model_group_expire_now(Model *m, uint32_t id) {
  fail_group(m, id, model_thing_error(ERROR_DEADLINE, 0),
             model_thing_error(ERROR_CANCEL_DEADLINE, 0));
}

static void settle_group(Model *m, uint32_t id) {
  ModelGroup *group = &m->groups.items[id];
  if (group->open > 0) return;
  if (group->has_failed) {
    model_reject(m, group->promise, group->failure);
    return;
  }
  Thing list = {.kind = THING_LIST, .first = m->pool.count, .count = group->results.count};
  for (uint32_t i = 0; i < group->results.count; i++) vec_push(&m->pool, group->results.items[i]);
  model_fulfil(m, group->promise, list);
}

void model_group_note_end(Model *m, uint32_t id, uint32_t index, uint32_t ended) {
  ModelGroup *group = &m->groups.items[id];
  Thing value = promise_at(m, ended)->value;
  group->open--;
  if (index != NOBODY) group->running--;
  if (promise_at(m, ended)->state == MODEL_REJECTED) {
    fail_group(m, id, value, model_thing_error(ERROR_CANCEL_SIBLING, 0));
  } else if (index != NOBODY) {
    group->results.items[index] = value;
  }
  group = &m->groups.items[id];
  if (group->running < group->limit && group->queue.count > 0) {
    uint32_t next = group->queue.items[0];
    for (uint32_t i = 1; i < group->queue.count; i++) {
      group->queue.items[i - 1] = group->queue.items[i];
    }
    group->queue.count--;
    group->running++;
    model_actor_make_ready(m, next);
  }
  settle_group(m, id);
}

uint32_t model_add_group(Model *m, uint32_t limit, int64_t deadline_ns) {
  uint32_t p = model_add_promise(m);
  uint32_t id = m->groups.count;
  vec_push(&m->groups, ((ModelGroup){.promise = p, .limit = limit, .open = 1}));
  promise_at(m, p)->settler = SETTLER_GROUP;
  promise_at(m, p)->settler_id = id;
  if (deadline_ns >= 0) {
    promise_at(m, p)->has_timer = true;
    model_alarm_set(m, deadline_ns, ALARM_DEADLINE, p, 0);
  }
  return id;
}

void model_watch_body(Model *m, uint32_t group, uint32_t promise) {
  model_promise_watch_for(m, COMBINE_GROUP, promise, m->groups.items[group].promise, NOBODY);
}

uint32_t model_group_spawn(Model *m, uint32_t id) {
  if (m->groups.items[id].is_ending) return NOBODY;
  uint32_t p = model_add_promise(m);
  uint32_t actor = model_actor_new(m, p);
  ModelGroup *group = &m->groups.items[id];
  model_promise_watch_for(m, COMBINE_GROUP, p, group->promise, group->results.count);
  vec_push(&group->results, model_thing_null());
  group->open++;
  if (group->running < group->limit) {
    group->running++;
    model_actor_make_ready(m, actor);
  } else {
    m->actors.items[actor].wait = ACTOR_QUEUES;
    m->actors.items[actor].on = id;
    vec_push(&group->queue, actor);
  }
  return actor;
}

// It begins all the same, only to end.
static void leave_group_queue(ModelGroup *group, uint32_t actor) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < group->queue.count; i++) {
    if (group->queue.items[i] != actor) group->queue.items[kept++] = group->queue.items[i];
  }
  group->queue.count = kept;
  group->running++;
}

// --- Actors --------------------------------------------------------------------------------------

static void withdraw(Model *m, uint32_t id) {
  const Actor *actor = &m->actors.items[id];
  Place place = {.kind = PLACE_ACTOR, .id = id};
  switch (actor->wait) {
  case ACTOR_NOT: break;
  case ACTOR_READY: model_actor_leave_ready(m, id); break;
  case ACTOR_AWAITS:
    model_queue_remove(&promise_at(m, actor->on)->waiters, PLACE_ACTOR, id, 0);
    break;
  case ACTOR_SENDS: model_channel_leave(m, actor->on, true, place); break;
  case ACTOR_RECEIVES: model_channel_leave(m, actor->on, false, place); break;
  case ACTOR_SLEEPS: model_alarm_remove(m, ALARM_SLEEP, id); break;
  case ACTOR_SELECTS: model_select_abandon(m, actor->on); break;
  case ACTOR_QUEUES: leave_group_queue(&m->groups.items[actor->on], id); break;
  }
}

static void strike(Model *m, uint32_t id, Thing cause) {
  withdraw(m, id);
  m->actors.items[id].is_unwinding = true;
  m->actors.items[id].is_struck = true;
  model_actor_wake(m, id, cause);
}

static bool awaits_alone(const Model *m, uint32_t actor, const ModelPromise *p) {
  (void)m;
  return model_queue_count(&p->waiters) == 1 &&
         model_queue_first(&p->waiters)->kind == PLACE_ACTOR &&
         model_queue_first(&p->waiters)->id == actor && p->watchers.count == 0;
}

// It settles if it is cancelled, as nobody else waits for what it adopts or (never rejecting)
// watches.
static bool ends_if_cancelled(Model *m, uint32_t p) {
  for (uint32_t i = 0; promise_at(m, p)->settler == SETTLER_ADOPTED; i++) {
    p = promise_at(m, p)->settler_id;
    if (i == m->promises.count) return false; // a circle
    if (promise_at(m, p)->watchers.count == 0) return false;
    if (!model_watch_is_alone(m, &promise_at(m, p)->watchers.items[0])) return false;
  }
  if (!promise_at(m, p)->is_calm) return true;
  for (uint32_t i = 0; i < promise_at(m, p)->watching.count; i++) {
    if (!model_watch_is_alone(m, &promise_at(m, p)->watching.items[i])) return false;
  }
  return true;
}

static void cancel_awaiting(Model *m, uint32_t id, Thing cause, CancelWish wish, Wishes *wishes) {
  uint32_t awaited = m->actors.items[id].on;
  ModelPromise *p = promise_at(m, awaited);
  if (!awaits_alone(m, id, p)) {
    strike(m, id, cause);
  } else if (p->settler == SETTLER_GROUP || (wish == WISH_ALL && ends_if_cancelled(m, awaited))) {
    m->actors.items[id].is_doomed = true;
    model_alarm_set(m, CLEANUP_NS, ALARM_DOOM, id, 0);
    add_wish(wishes, awaited, wish);
  } else {
    strike(m, id, cause);
    bool is_calm = promise_at(m, awaited)->is_calm;
    add_wish(wishes, awaited, is_calm && wish == WISH_ALL ? WISH_ALL : WISH_WITHDRAW);
  }
}

// What only a select waited for goes with it.
static void leave_select(Model *m, uint32_t id, Wishes *wishes) {
  model_select_abandon(m, id);
  for (uint32_t i = 0; i < m->selects.items[id].cases.count; i++) {
    const ModelCase *one = &m->selects.items[id].cases.items[i];
    if (one->letter != 'p') continue;
    const ModelPromise *p = promise_at(m, one->on);
    bool is_unwanted =
        p->state == MODEL_PENDING && model_queue_count(&p->waiters) == 0 && p->watchers.count == 0;
    if (is_unwanted) add_wish(wishes, one->on, WISH_WITHDRAW);
  }
}

static void cancel_one(Model *m, uint32_t id, Thing cause, CancelWish wish, Wishes *wishes) {
  Actor *actor = &m->actors.items[id];
  bool is_ready = actor->wait == ACTOR_READY;
  if (actor->state == ACTOR_DONE) return;
  if (actor->is_cancelled || actor->is_doomed || actor->is_unwinding) return;
  if (actor->state == ACTOR_NEW && is_ready) {
    actor->is_unwinding = actor->is_struck = true;
    actor->outcome = cause;
  } else if (actor->state == ACTOR_RUNNING || is_ready) {
    actor->is_cancelled = true; // what it waited for has happened, and counts
    actor->blow = cause;
  } else if (actor->wait == ACTOR_AWAITS) {
    cancel_awaiting(m, id, cause, wish, wishes);
  } else {
    if (actor->wait == ACTOR_SELECTS) leave_select(m, actor->on, wishes);
    strike(m, id, cause);
  }
}

void model_cancel_actor(Model *m, uint32_t actor, Thing cause, CancelWish wish) {
  Wishes wishes = {0};
  cancel_one(m, actor, cause, wish, &wishes);
  fulfil_wishes(m, &wishes, cause);
}

void model_cancel_end_waiting(Model *m, uint32_t id) {
  m->actors.items[id].is_doomed = false;
  strike(m, id, model_thing_error(ERROR_CANCEL_PLAIN, 0));
}

void model_cancel_drop(Model *m, uint32_t id) {
  withdraw(m, id);
  Actor *actor = &m->actors.items[id];
  actor->is_bounded = false;
  actor->state = ACTOR_DONE;
  actor->wait = ACTOR_NOT;
  m->alive--;
  m->reports++;
  uint32_t promise = actor->promise;
  if (promise == NOBODY) return;
  promise_at(m, promise)->is_observed = true;
  model_reject(m, promise, model_thing_error(ERROR_CANCEL_DROPPED, 0));
}

// --- Promises ------------------------------------------------------------------------------------

static void reject(Model *m, uint32_t p, Thing cause) {
  promise_at(m, p)->is_observed = true;
  model_reject(m, p, cause);
}

static void cancel_adopted(Model *m, uint32_t id, CancelWish wish, Wishes *wishes) {
  const ModelPromise *p = promise_at(m, id);
  const ModelPromise *adopted = promise_at(m, p->settler_id);
  if (adopted->state != MODEL_PENDING) return;
  bool is_shared = model_queue_count(&adopted->waiters) > 0 || adopted->watchers.count != 1;
  if (wish == WISH_WITHDRAW && (!p->has_timer || is_shared)) return;
  add_wish(wishes, p->settler_id, wish);
}

static void cancel_combinator(Model *m, uint32_t id, CancelWish wish, Thing cause, Wishes *wishes) {
  const ModelPromise *p = promise_at(m, id);
  for (uint32_t i = 0; i < p->watching.count; i++) {
    if (model_watch_is_alone(m, &p->watching.items[i]))
      add_wish(wishes, p->watching.items[i].watched, wish);
  }
  if (wish != WISH_WITHDRAW && !p->is_calm) reject(m, id, cause);
}

static void cancel_settler(Model *m, uint32_t id, CancelWish wish, Thing cause, Wishes *wishes) {
  uint32_t settler = promise_at(m, id)->settler_id;
  Place ticket = {.kind = PLACE_TICKET, .id = id};
  switch (promise_at(m, id)->settler) {
  case SETTLER_ACTOR:
    if (wish != WISH_WITHDRAW) cancel_one(m, settler, cause, wish, wishes);
    return;
  case SETTLER_ADOPTED: cancel_adopted(m, id, wish, wishes); return;
  case SETTLER_GROUP:
    if (m->groups.items[settler].is_ending) return;
    promise_at(m, id)->is_observed = true;
    begin_ending(m, settler, cause, wishes);
    return;
  case SETTLER_SENDING: model_channel_leave(m, settler, true, ticket); break;
  case SETTLER_RECEIVING: model_channel_leave(m, settler, false, ticket); break;
  case SETTLER_SELECT: leave_select(m, settler, wishes); break;
  case SETTLER_NONE: break;
  }
  reject(m, id, cause);
}

void model_cancel_now(Model *m, uint32_t id, CancelWish wish, Thing cause) {
  ModelPromise *p = promise_at(m, id);
  Wishes wishes = {0};
  if (p->state != MODEL_PENDING) return;
  if (wish != WISH_WITHDRAW) {
    if (p->is_cancelled) return;
    p->is_cancelled = true;
  }
  if (p->settler != SETTLER_NONE) {
    cancel_settler(m, id, wish, cause, &wishes);
  } else if (p->watching.count > 0) {
    cancel_combinator(m, id, wish, cause, &wishes);
  } else if (wish != WISH_WITHDRAW || p->has_timer) {
    reject(m, id, cause);
  }
  fulfil_wishes(m, &wishes, cause);
}

void model_cancel(Model *m, uint32_t p, Thing cause) {
  model_cancel_now(m, p, WISH_CALL, cause);
}
