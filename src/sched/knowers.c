// SPDX-License-Identifier: MIT
// knowers.c - which waiting fibers could still use a channel, or settle a promise
//
// One pass over the fibers answers all open questions: the objects that a fiber leads to are looked
// up in a table of what was asked. What is looked at in all is bounded, so that a report about a
// million fibers comes at once too; beyond that nothing is claimed.
#include "sched/knowers.h"

#include "base/strmap.h"
#include "sched/group.h"
#include "vm/uses.h"

#include <stdlib.h>

#define OBJECTS_MAX 4000000u

typedef struct Question {
  Known known;
  const Fiber *last; // who was counted last: a fiber counts once
  bool is_answered;
  bool is_certain;
} Question;

struct Knowers {
  VM *vm;
  const FiberVec *fibers;
  StrMap questions; // by address of the object
  VEC(Question *) all;
  Uses *uses;
  Reach *reach; // NULL: no memory, nothing can be told
  bool is_open; // something was asked that no pass has answered
};

Knowers *knowers_new(VM *vm, const FiberVec *fibers) {
  Knowers *knowers = memory_require(NULL, sizeof(Knowers));
  *knowers = (Knowers){.vm = vm, .fibers = fibers};
  knowers->uses = uses_new(vm);
  knowers->reach = reach_new(vm_heap(vm), OBJECTS_MAX);
  return knowers;
}

void knowers_free(Knowers *knowers) {
  for (uint32_t i = 0; i < knowers->all.count; i++) free(knowers->all.items[i]);
  vec_free(&knowers->all);
  strmap_free(&knowers->questions);
  uses_free(knowers->uses);
  reach_free(knowers->reach);
  free(knowers);
}

static Question *find_question(const Knowers *knowers, const Obj *object) {
  return strmap_get(&knowers->questions, (const char *)&object, sizeof(object));
}

void knowers_ask(Knowers *knowers, const Obj *object) {
  if (find_question(knowers, object)) return;
  Question *question = memory_require(NULL, sizeof(Question));
  *question = (Question){0};
  vec_push(&knowers->all, question);
  strmap_set(&knowers->questions, (const char *)&object, sizeof(object), question);
  knowers->is_open = true;
}

static void count_knower(Knowers *knowers, const Obj *object, Fiber *fiber) {
  Question *question = find_question(knowers, object);
  if (!question || question->is_answered || question->last == fiber) return;
  question->last = fiber;
  if (question->known.count < KNOWERS_SHOWN)
    question->known.fibers[question->known.count] = fiber;
  question->known.count++;
}

// A promise is settled by the functions that Promise.new has made of it.
static const Obj *settled_by(const Obj *object) {
  if (object->kind != KIND_BOUND) return NULL;
  Value receiver = ((const Bound *)object)->receiver;
  return value_is_promise(receiver) ? value_as_object(receiver) : NULL;
}

static void follow(Knowers *knowers, Obj *object) {
  switch (object->kind) {
  case KIND_CLOSURE: uses_push_closure(knowers->uses, knowers->reach, (Closure *)object); break;
  case KIND_FIBER:
  case KIND_TICKET:
  case KIND_SELECTION:
  case KIND_GROUP:
  case KIND_MODULE:
  case KIND_PROTO: break;
  case KIND_PROMISE: // not its settler nor who waits
    reach_push(knowers->reach, ((const Promise *)object)->value);
    break;
  default: reach_follow(knowers->reach, object); break;
  }
}

static void look_at_fiber(Knowers *knowers, Fiber *fiber) {
  Reach *reach = knowers->reach;
  reach_begin(reach);
  uses_push_fiber(knowers->uses, reach, fiber);
  Obj *object;
  while ((object = reach_next(reach))) {
    const Obj *settled = settled_by(object);
    count_knower(knowers, settled ? settled : object, fiber);
    if (!settled) follow(knowers, object);
  }
}

static void answer_all(Knowers *knowers) {
  for (uint32_t i = 0; knowers->reach && i < knowers->fibers->count; i++) {
    if (reach_is_exhausted(knowers->reach)) break;
    look_at_fiber(knowers, knowers->fibers->items[i]);
  }
  bool is_certain = knowers->reach && !reach_is_exhausted(knowers->reach);
  for (uint32_t i = 0; i < knowers->all.count; i++) {
    Question *question = knowers->all.items[i];
    if (!question->is_answered) question->is_certain = is_certain;
    question->is_answered = true;
  }
  knowers->is_open = false;
}

const Known *knowers_answer(Knowers *knowers, const Obj *object) {
  knowers_ask(knowers, object);
  if (knowers->is_open) answer_all(knowers);
  const Question *question = find_question(knowers, object);
  return question->is_certain ? &question->known : NULL;
}
