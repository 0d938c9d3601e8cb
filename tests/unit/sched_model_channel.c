// SPDX-License-Identifier: MIT
// sched_model_channel.c - the model's channels and selects
#include "sched_model_private.h"

#include <string.h>

static ModelChannel *channel_at(Model *m, uint32_t ch) {
  return &m->channels.items[ch];
}

// --- Since when an end is ready ------------------------------------------------------------------

static bool can_receive(const ModelChannel *ch) {
  return ch->buffer.count > 0 || model_queue_count(&ch->senders) > 0 || ch->is_closed;
}
static bool can_send(const ModelChannel *ch) {
  return ch->buffer.count < ch->capacity || model_queue_count(&ch->receivers) > 0 || ch->is_closed;
}

void model_channel_refresh(Model *m, ModelChannel *ch) {
  bool receivable = can_receive(ch), sendable = can_send(ch);
  bool is_news = (receivable && !ch->was_receivable) || (sendable && !ch->was_sendable);
  if (is_news) m->moment++;
  if (receivable && !ch->was_receivable) ch->receivable_since = m->moment;
  if (sendable && !ch->was_sendable) ch->sendable_since = m->moment;
  ch->was_receivable = receivable;
  ch->was_sendable = sendable;
}

uint32_t model_add_channel(Model *m, uint32_t capacity) {
  ModelChannel ch = {.capacity = capacity};
  model_channel_refresh(m, &ch);
  vec_push(&m->channels, ch);
  return m->channels.count - 1;
}

void model_channel_leave(Model *m, uint32_t id, bool is_sender, Place place) {
  ModelChannel *ch = channel_at(m, id);
  model_queue_remove(is_sender ? &ch->senders : &ch->receivers, place.kind, place.id, place.index);
  model_channel_refresh(m, ch);
}

static void channel_enter(Model *m, uint32_t id, bool is_sender, Place place) {
  ModelChannel *ch = channel_at(m, id);
  model_queue_add(is_sender ? &ch->senders : &ch->receivers, place);
  model_channel_refresh(m, ch);
}

// --- Handing over --------------------------------------------------------------------------------

void model_place_give(Model *m, const Place *place, Thing value) {
  bool is_option = place->wants_option && value.kind == THING_NUMBER;
  if (is_option) value.kind = THING_OPTION;
  ModelState state = value.kind == THING_ERROR ? MODEL_REJECTED : MODEL_FULFILLED;
  switch (place->kind) {
  case PLACE_ACTOR: model_actor_wake(m, place->id, value); return;
  case PLACE_TICKET: model_promise_settle(m, place->id, state, value); return;
  case PLACE_CASE: model_select_take(m, place->id, place->index, value, true); return;
  }
}

static bool hand_over(Model *m, uint32_t id, uint64_t number) {
  ModelChannel *ch = channel_at(m, id);
  if (model_queue_count(&ch->receivers) > 0) {
    Place receiver = model_queue_take(&ch->receivers);
    model_channel_refresh(m, ch);
    model_place_give(m, &receiver, model_thing_number(number));
    return true;
  }
  if (ch->buffer.count == ch->capacity) return false;
  vec_push(&ch->buffer, number);
  model_channel_refresh(m, ch);
  return true;
}

static bool take(Model *m, uint32_t id, uint64_t *out) {
  ModelChannel *ch = channel_at(m, id);
  bool is_buffered = ch->buffer.count > 0;
  bool has_sender = model_queue_count(&ch->senders) > 0;
  if (!is_buffered && !has_sender) return false;
  Place sender = {0};
  if (has_sender) sender = model_queue_take(&ch->senders);
  if (is_buffered) {
    *out = ch->buffer.items[0];
    memmove(ch->buffer.items, ch->buffer.items + 1, --ch->buffer.count * sizeof(uint64_t));
    if (has_sender) vec_push(&ch->buffer, sender.number);
  } else {
    *out = sender.number;
  }
  model_channel_refresh(m, ch);
  if (has_sender) model_place_give(m, &sender, model_thing_null());
  return true;
}

bool model_try_send(Model *m, uint32_t ch, uint64_t number) {
  return hand_over(m, ch, number);
}

bool model_try_receive(Model *m, uint32_t ch, uint64_t *out) {
  return take(m, ch, out);
}

Answer model_send(Model *m, uint32_t ch, uint32_t actor, uint64_t number) {
  Answer struck;
  if (model_actor_is_struck(m, actor, &struck)) return struck;
  if (channel_at(m, ch)->is_closed) return model_answer(model_thing_error(ERROR_SEND_CLOSED, 0));
  if (hand_over(m, ch, number)) return model_answer(model_thing_null());
  channel_enter(m, ch, true, (Place){.kind = PLACE_ACTOR, .id = actor, .number = number});
  return model_actor_park(m, actor, ACTOR_SENDS, ch);
}

Answer model_receive(Model *m, uint32_t ch, uint32_t actor, Thing at_end) {
  Answer struck;
  uint64_t number;
  if (model_actor_is_struck(m, actor, &struck)) return struck;
  if (take(m, ch, &number)) return model_answer(model_thing_number(number));
  if (channel_at(m, ch)->is_closed) return model_answer(at_end);
  channel_enter(m, ch, false, (Place){.kind = PLACE_ACTOR, .id = actor, .at_end = at_end});
  return model_actor_park(m, actor, ACTOR_RECEIVES, ch);
}

void model_close(Model *m, uint32_t id) {
  ModelChannel *ch = channel_at(m, id);
  if (ch->is_closed) return;
  ch->is_closed = true;
  model_channel_refresh(m, ch);
  while (model_queue_count(&channel_at(m, id)->receivers) > 0) {
    Place receiver = model_queue_take(&channel_at(m, id)->receivers);
    if (receiver.kind == PLACE_CASE) {
      model_select_take(m, receiver.id, receiver.index, model_thing_null(), false);
    } else {
      model_place_give(m, &receiver, receiver.at_end);
    }
  }
  while (model_queue_count(&channel_at(m, id)->senders) > 0) {
    Place sender = model_queue_take(&channel_at(m, id)->senders);
    model_place_give(m, &sender, model_thing_error(ERROR_SEND_CLOSED, 0));
  }
}

// --- As promises ---------------------------------------------------------------------------------

static uint32_t ticket(Model *m, uint32_t ch, bool is_sender, Place place) {
  uint32_t p = model_add_promise(m);
  m->promises.items[p].settler = is_sender ? SETTLER_SENDING : SETTLER_RECEIVING;
  m->promises.items[p].settler_id = ch;
  place.kind = PLACE_TICKET;
  place.id = p;
  channel_enter(m, ch, is_sender, place);
  return p;
}

static uint32_t settled(Model *m, Thing thing) {
  uint32_t p = model_add_promise(m);
  model_promise_settle(m, p, thing.kind == THING_ERROR ? MODEL_REJECTED : MODEL_FULFILLED, thing);
  return p;
}

uint32_t model_send_promise(Model *m, uint32_t ch, uint64_t number) {
  if (channel_at(m, ch)->is_closed) return settled(m, model_thing_error(ERROR_SEND_CLOSED, 0));
  if (hand_over(m, ch, number)) return settled(m, model_thing_null());
  return ticket(m, ch, true, (Place){.number = number});
}

uint32_t model_receive_promise(Model *m, uint32_t ch, bool wants_option) {
  uint64_t number;
  ThingKind kind = wants_option ? THING_OPTION : THING_NUMBER;
  Thing at_end = {.kind = THING_OPTION};
  if (!wants_option) at_end = model_thing_error(ERROR_RECEIVE_CLOSED, 0);
  if (take(m, ch, &number)) return settled(m, (Thing){.kind = kind, .number = number});
  if (channel_at(m, ch)->is_closed) return settled(m, at_end);
  return ticket(m, ch, false, (Place){.wants_option = wants_option, .at_end = at_end});
}

// --- Select --------------------------------------------------------------------------------------

// Since when the case is ready; 0: it is not. Times that are over are the youngest.
static uint64_t ready_since(Model *m, const ModelCase *one) {
  switch (one->letter) {
  case 'r':
    return can_receive(channel_at(m, one->on)) ? channel_at(m, one->on)->receivable_since : 0;
  case 's': return can_send(channel_at(m, one->on)) ? channel_at(m, one->on)->sendable_since : 0;
  case 'p':
    return m->promises.items[one->on].state != MODEL_PENDING ? m->promises.items[one->on].since : 0;
  case 'a': return one->ns <= 0 ? UINT64_MAX : 0;
  default: return 0;
  }
}

static uint32_t find_ready(Model *m, const ModelCase *cases, uint32_t count) {
  uint32_t found = NOBODY;
  uint64_t oldest = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t since = ready_since(m, &cases[i]);
    if (since == 0 || (found != NOBODY && since >= oldest)) continue;
    found = i;
    oldest = since;
  }
  for (uint32_t i = 0; i < count && found == NOBODY; i++) {
    if (cases[i].letter == 'd') found = i;
  }
  return found;
}

static Thing pick(Model *m, uint32_t index, Thing value, bool is_open) {
  Thing thing = model_thing_of(m, THING_PICK, value);
  thing.number = index;
  thing.is_open = is_open;
  return thing;
}

// A ready case happens now, and its end of the channel, or its promise, goes behind the others.
static Thing happen(Model *m, const ModelCase *one, bool *is_open) {
  uint64_t number;
  *is_open = false;
  if (one->letter == 'r') {
    channel_at(m, one->on)->receivable_since = ++m->moment;
    *is_open = take(m, one->on, &number);
    return *is_open ? model_thing_number(number) : model_thing_null();
  }
  if (one->letter == 's') {
    channel_at(m, one->on)->sendable_since = ++m->moment;
    if (channel_at(m, one->on)->is_closed) return model_thing_error(ERROR_SEND_CLOSED, 0);
    hand_over(m, one->on, one->number);
  }
  if (one->letter == 'p') {
    m->promises.items[one->on].since = ++m->moment;
    m->promises.items[one->on].is_observed = true;
    return m->promises.items[one->on].value;
  }
  return model_thing_null();
}

static uint32_t begin_select(Model *m, uint32_t actor, uint32_t promise, const ModelCase *cases,
                             uint32_t count) {
  uint32_t id = m->selects.count;
  ModelSelect select = {.actor = actor, .promise = promise};
  for (uint32_t i = 0; i < count; i++) vec_push(&select.cases, cases[i]);
  vec_push(&m->selects, select);
  for (uint32_t i = 0; i < count; i++) {
    const ModelCase *one = &cases[i];
    Place place = {.kind = PLACE_CASE, .id = id, .index = i, .number = one->number};
    if (one->letter == 'r' || one->letter == 's') {
      channel_enter(m, one->on, one->letter == 's', place);
    } else if (one->letter == 'p') {
      model_queue_add(&m->promises.items[one->on].waiters, place);
    } else if (one->letter == 'a') {
      model_alarm_set(m, one->ns, ALARM_CASE, id, i);
    }
  }
  return id;
}

Answer model_select(Model *m, uint32_t actor, const ModelCase *cases, uint32_t count) {
  Answer struck;
  if (model_actor_is_struck(m, actor, &struck)) return struck;
  uint32_t found = find_ready(m, cases, count);
  if (found != NOBODY) {
    bool is_open;
    Thing value = happen(m, &cases[found], &is_open);
    return model_answer(value.kind == THING_ERROR ? value : pick(m, found, value, is_open));
  }
  uint32_t select = begin_select(m, actor, NOBODY, cases, count);
  return model_actor_park(m, actor, ACTOR_SELECTS, select);
}

// The chosen function runs on an actor of its own, which settles the promise.
static void run_chosen(Model *m, uint32_t promise, char letter, Thing value) {
  if (value.kind == THING_ERROR) {
    model_promise_settle(m, promise, MODEL_REJECTED, value);
    return;
  }
  uint32_t actor = model_add_actor(m, promise);
  bool has_value = letter == 'r' || letter == 'p';
  m->actors.items[actor].outcome = has_value ? value : model_thing_null();
}

uint32_t model_select_promise(Model *m, const ModelCase *cases, uint32_t count) {
  uint32_t promise = model_add_promise(m);
  uint32_t found = find_ready(m, cases, count);
  if (found != NOBODY) {
    bool is_open;
    Thing value = happen(m, &cases[found], &is_open);
    run_chosen(m, promise, cases[found].letter, value);
    return promise;
  }
  uint32_t select = begin_select(m, NOBODY, promise, cases, count);
  m->promises.items[promise].settler = SETTLER_SELECT;
  m->promises.items[promise].settler_id = select;
  return promise;
}

void model_select_abandon(Model *m, uint32_t id) {
  if (m->selects.items[id].is_left) return;
  m->selects.items[id].is_left = true;
  for (uint32_t i = 0; i < m->selects.items[id].cases.count; i++) {
    ModelCase one = m->selects.items[id].cases.items[i];
    if (one.letter == 'r' || one.letter == 's') {
      model_channel_leave(m, one.on, one.letter == 's', (Place){PLACE_CASE, .id = id, .index = i});
    } else if (one.letter == 'p') {
      model_queue_remove(&m->promises.items[one.on].waiters, PLACE_CASE, id, i);
    }
  }
  model_alarm_remove(m, ALARM_CASE, id);
}

void model_select_take(Model *m, uint32_t id, uint32_t index, Thing value, bool is_open) {
  model_select_abandon(m, id);
  const ModelSelect *select = &m->selects.items[id];
  ModelCase one = select->cases.items[index];
  if (one.letter == 'p') m->promises.items[one.on].is_observed = true;
  if (select->actor == NOBODY) {
    run_chosen(m, select->promise, one.letter, value);
  } else if (value.kind == THING_ERROR) {
    model_actor_wake(m, select->actor, value);
  } else {
    model_actor_wake(m, select->actor, pick(m, index, value, is_open && one.letter == 'r'));
  }
}
