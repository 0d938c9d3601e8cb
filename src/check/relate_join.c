// SPDX-License-Identifier: MIT
// relate_join.c - one type for two: joins, generic letters, open element types
//
// Joins do not make unions (luma.md 3.1): two tables of different shape join to Table, two things
// without anything in common to nothing.
#include "check/relate.h"

// How many types the search for a cycle looks at before it gives up and says Any.
#define OCCURS_MAX 1000
#define DEPTH_MAX  64
// Tables that share parts can be exponentially larger than their text; the rest joins to Any.
#define STEPS_MAX 1000

// --- Joining -------------------------------------------------------------------------------------

static Type *join(Relate *r, Type *a, Type *b, uint32_t depth);

static Type *join_or_any(Relate *r, Type *a, Type *b, uint32_t depth) {
  Type *joined = join(r, a, b, depth);
  return joined ? joined : r->types->any;
}

// A side of a Result: null means the other side, so it adds nothing.
static Type *join_side(Relate *r, Type *a, Type *b, uint32_t depth) {
  if (types_prune(a)->kind == TYPE_NULL) return b;
  if (types_prune(b)->kind == TYPE_NULL) return a;
  return join_or_any(r, a, b, depth);
}

static bool has_names(const Type *type, const char *first, const char *second, Types *types) {
  return type->field_count == 2 && types_find_field(type, name_of(types->names, first)) &&
         types_find_field(type, name_of(types->names, second));
}

static Type *join_results(Relate *r, Type *a, Type *b, uint32_t depth) {
  const Name *ok = name_of(r->types->names, "ok");
  const Name *err = name_of(r->types->names, "err");
  Type *ok_type = join_side(r, types_find_field(a, ok)->type, types_find_field(b, ok)->type, depth);
  Type *err_type =
      join_side(r, types_find_field(a, err)->type, types_find_field(b, err)->type, depth);
  return types_of2(r->types, TYPE_RESULT, ok_type, err_type);
}

static bool is_same_shape(const Type *a, const Type *b) {
  if (a->field_count != b->field_count) return false;
  for (uint32_t i = 0; i < a->field_count; i++) {
    if (a->fields[i].name != b->fields[i].name) return false;
  }
  return true;
}

static Type *join_records(Relate *r, Type *a, Type *b, uint32_t depth) {
  Type *joined = types_record(r->types, a->fields, a->field_count);
  for (uint32_t i = 0; i < a->field_count; i++) {
    joined->fields[i].type = join_or_any(r, a->fields[i].type, b->fields[i].type, depth);
  }
  return joined;
}

static Type *common_parent(Type *a, const Type *b) {
  for (uint32_t steps = 0; a && steps < 64; a = a->parent, steps++) {
    const Type *other = b;
    for (uint32_t k = 0; other && k < 64; other = other->parent, k++) {
      if (a == other) return a;
    }
  }
  return NULL;
}

static Type *join_tables(Relate *r, Type *a, Type *b, uint32_t depth) {
  bool are_records = a->kind == TYPE_RECORD && b->kind == TYPE_RECORD;
  bool is_result_like = (a->kind == TYPE_RECORD || a->kind == TYPE_RESULT) &&
                        (b->kind == TYPE_RECORD || b->kind == TYPE_RESULT);
  if (is_result_like && has_names(a, "ok", "err", r->types) &&
      has_names(b, "ok", "err", r->types)) {
    return join_results(r, a, b, depth);
  }
  if (are_records && is_same_shape(a, b)) return join_records(r, a, b, depth);
  Type *parent = common_parent(a, b);
  if (parent) return parent;
  if (a->kind == TYPE_USER && relate_fits(r, b, a, NULL)) return a;
  if (b->kind == TYPE_USER && relate_fits(r, a, b, NULL)) return b;
  return types_of2(r->types, TYPE_TABLE, r->types->string, r->types->any);
}

static Type *join_args(Relate *r, Type *a, Type *b, uint32_t depth) {
  Type *first = join(r, a->args[0], b->args[0], depth);
  if (!first) return NULL;
  if (a->arg_count == 1) return types_of1(r->types, a->kind, first);
  Type *second = join_or_any(r, a->args[1], b->args[1], depth);
  return types_of2(r->types, a->kind, first, second);
}

static bool is_function(const Type *type) {
  return type->kind == TYPE_FUNCTION || type->kind == TYPE_ANY_FUNCTION;
}

static Type *join_kinds(Relate *r, Type *a, Type *b, uint32_t depth) {
  if (a->kind == b->kind) {
    switch (a->kind) {
    case TYPE_LIST:
    case TYPE_PROMISE:
    case TYPE_CHANNEL:
    case TYPE_OPTION:
    case TYPE_CASE:
    case TYPE_BROADCAST:
    case TYPE_FIBER_LOCAL:
    case TYPE_TABLE: return join_args(r, a, b, depth);
    case TYPE_RESULT: return join_results(r, a, b, depth);
    default: break;
    }
  }
  if (relate_is_table(a) && relate_is_table(b)) return join_tables(r, a, b, depth);
  if (relate_fits(r, a, b, NULL)) return b;
  if (relate_fits(r, b, a, NULL)) return a;
  return is_function(a) && is_function(b) ? r->types->any_function : NULL;
}

static Type *join(Relate *r, Type *a, Type *b, uint32_t depth) {
  a = types_prune(a);
  b = types_prune(b);
  if (types_is_any(a) || types_is_any(b) || depth == 0) return r->types->any;
  if (r->join_steps++ > STEPS_MAX) return r->types->any;
  if (a->kind == TYPE_NEVER || a->kind == TYPE_INFER) return b;
  if (b->kind == TYPE_NEVER || b->kind == TYPE_INFER || types_equal(a, b)) return a;
  return join_kinds(r, a, b, depth - 1);
}

Type *relate_join(Relate *relate, Type *a, Type *b) {
  relate->join_steps = 0;
  return join(relate, a, b, DEPTH_MAX);
}

// --- Open element types --------------------------------------------------------------------------

typedef struct Search {
  const Type *wanted;
  uint32_t left; // of OCCURS_MAX
} Search;

static bool occurs(Search *search, const Type *type, uint32_t depth) {
  type = types_prune((Type *)type);
  if (!type) return false;
  if (type == search->wanted || depth == 0 || search->left-- == 0) return true;
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (type->args[i] && occurs(search, type->args[i], depth - 1)) return true;
  }
  bool has_own_fields = type->kind == TYPE_RECORD || type->kind == TYPE_LIST;
  for (uint32_t i = 0; has_own_fields && i < type->field_count; i++) {
    if (occurs(search, type->fields[i].type, depth - 1)) return true;
  }
  return occurs(search, type->result, depth - 1);
}

void relate_bind(Relate *relate, Type *open, Type *type) {
  type = types_prune(type);
  if (type == open) return;
  Search search = {.wanted = open, .left = OCCURS_MAX};
  bool is_useless = !type || type->kind == TYPE_NULL || type->kind == TYPE_NEVER;
  bool is_cyclic = !is_useless && occurs(&search, type, DEPTH_MAX);
  open->args[0] = is_useless || is_cyclic ? relate->types->any : type;
}

bool relate_settle(Relate *relate, Type *open, Type *type) {
  if (open->kind != TYPE_INFER) return false;
  if (!open->args[0]) {
    relate_bind(relate, open, type);
    return true;
  }
  Type *bound = types_prune(open);
  bool is_other_shape = bound->kind == TYPE_RECORD && type->kind == TYPE_RECORD &&
                        !(is_same_shape(bound, type) && relate_fits(relate, type, bound, NULL));
  if (is_other_shape) open->args[0] = join_or_any(relate, bound, type, DEPTH_MAX);
  return is_other_shape;
}

// --- Generic letters -----------------------------------------------------------------------------

static void infer(Relate *r, const Type *pattern, Type *actual, Type **bindings, uint32_t depth);

static void infer_letter(const Type *pattern, Type *actual, Type **bindings) {
  if (bindings[pattern->index]) return;
  if (actual->kind == TYPE_NEVER || actual->kind == TYPE_VARIABLE) return;
  bindings[pattern->index] = actual;
}

static void infer_function(Relate *r, const Type *pattern, Type *actual, Type **bindings,
                           uint32_t depth) {
  for (uint32_t i = 0; i < pattern->arg_count && i < actual->arg_count; i++) {
    bool says_something = !relate_is_open(actual->args[i]);
    if (says_something) infer(r, pattern->args[i], actual->args[i], bindings, depth);
  }
  if (actual->result) infer(r, pattern->result, actual->result, bindings, depth);
}

static void infer_fields(Relate *r, const Type *pattern, Type *actual, Type **bindings,
                         uint32_t depth) {
  for (uint32_t i = 0; i < pattern->field_count; i++) {
    const TypeField *field = types_find_field(actual, pattern->fields[i].name);
    if (field) infer(r, pattern->fields[i].type, field->type, bindings, depth);
  }
}

static void infer(Relate *r, const Type *pattern, Type *actual, Type **bindings, uint32_t depth) {
  if (!pattern || !actual || !pattern->has_letters || depth == 0) return;
  if (pattern->kind == TYPE_VARIABLE) { // an open type stays open, so that it can still be bound
    infer_letter(pattern, actual, bindings);
    return;
  }
  actual = types_prune(actual);
  if (pattern->kind == TYPE_FUNCTION && actual->kind == TYPE_FUNCTION) {
    infer_function(r, pattern, actual, bindings, depth - 1);
    return;
  }
  bool has_same_sides =
      pattern->kind == TYPE_RESULT || pattern->kind == TYPE_OPTION || pattern->kind == TYPE_RECORD;
  if (has_same_sides && actual->kind == TYPE_RECORD) {
    infer_fields(r, pattern, actual, bindings, depth - 1);
    return;
  }
  if (pattern->kind != actual->kind) return;
  for (uint32_t i = 0; i < pattern->arg_count && i < actual->arg_count; i++) {
    infer(r, pattern->args[i], actual->args[i], bindings, depth - 1);
  }
}

void relate_infer(Relate *relate, const Type *pattern, Type *actual, Type **bindings) {
  infer(relate, pattern, actual, bindings, DEPTH_MAX);
}

// What stands for a letter without a binding.
typedef enum Unbound { UNBOUND_STAYS, UNBOUND_IS_ANY, UNBOUND_OPENS } Unbound;

static Type *put(Relate *r, Type *pattern, Type **bindings, Unbound unbound, uint32_t depth);

static Type *put_letter(Relate *r, Type *pattern, Type **bindings, Unbound unbound) {
  Type *bound = bindings[pattern->index];
  if (bound) return bound;
  return unbound == UNBOUND_STAYS ? pattern : r->types->any;
}

static Type *put_function(Relate *r, Type *pattern, Type **bindings, Unbound unbound,
                          uint32_t depth) {
  Type **params = arena_alloc(r->types->arena, pattern->arg_count * sizeof(*params));
  for (uint32_t i = 0; i < pattern->arg_count; i++) {
    params[i] = put(r, pattern->args[i], bindings, unbound, depth);
  }
  Type *result = put(r, pattern->result, bindings, unbound, depth);
  return types_function(r->types, params, pattern->param_names, pattern->arg_count,
                        pattern->required_count, pattern->has_rest, result);
}

// The element of a container that nothing is known of stays open, like that of `[]`.
static Type *put_container(Relate *r, Type *pattern, Type **bindings, Unbound unbound,
                           uint32_t depth) {
  Type *arg = pattern->args[0];
  bool is_open = unbound == UNBOUND_OPENS && arg->kind == TYPE_VARIABLE && !bindings[arg->index] &&
                 pattern->kind != TYPE_PROMISE && pattern->kind != TYPE_OPTION &&
                 pattern->kind != TYPE_CASE;
  Type *element = is_open ? types_infer(r->types) : put(r, arg, bindings, unbound, depth);
  if (is_open) bindings[arg->index] = element;
  return types_of1(r->types, pattern->kind, element);
}

static Type *put_record(Relate *r, Type *pattern, Type **bindings, Unbound unbound,
                        uint32_t depth) {
  Type *record = types_record(r->types, pattern->fields, pattern->field_count);
  for (uint32_t i = 0; i < record->field_count; i++) {
    record->fields[i].type = put(r, pattern->fields[i].type, bindings, unbound, depth);
  }
  return record;
}

static Type *put_union(Relate *r, Type *pattern, Type **bindings, Unbound unbound, uint32_t depth) {
  Type **members = arena_alloc(r->types->arena, pattern->arg_count * sizeof(*members));
  for (uint32_t i = 0; i < pattern->arg_count; i++) {
    members[i] = put(r, pattern->args[i], bindings, unbound, depth);
  }
  return types_union(r->types, members, pattern->arg_count);
}

// Patterns are the signatures of rows, so they are small and never recursive.
static Type *put(Relate *r, Type *pattern, Type **bindings, Unbound unbound, uint32_t depth) {
  if (!pattern || depth == 0) return r->types->any;
  if (!pattern->has_letters) return pattern;
  depth--;
  switch (pattern->kind) {
  case TYPE_VARIABLE: return put_letter(r, pattern, bindings, unbound);
  case TYPE_LIST:
  case TYPE_PROMISE:
  case TYPE_CHANNEL:
  case TYPE_OPTION:
  case TYPE_BROADCAST:
  case TYPE_FIBER_LOCAL:
  case TYPE_CASE: return put_container(r, pattern, bindings, unbound, depth);
  case TYPE_TYPE:
    return types_of1(r->types, TYPE_TYPE, put(r, pattern->args[0], bindings, unbound, depth));
  case TYPE_TABLE:
  case TYPE_RESULT:
    return types_of2(r->types, pattern->kind, put(r, pattern->args[0], bindings, unbound, depth),
                     put(r, pattern->args[1], bindings, unbound, depth));
  case TYPE_FUNCTION: return put_function(r, pattern, bindings, unbound, depth);
  case TYPE_RECORD: return put_record(r, pattern, bindings, unbound, depth);
  case TYPE_UNION: return put_union(r, pattern, bindings, unbound, depth);
  default: return pattern;
  }
}

Type *relate_substitute(Relate *relate, Type *pattern, Type **bindings) {
  return put(relate, pattern, bindings, UNBOUND_STAYS, DEPTH_MAX);
}

Type *relate_expect(Relate *relate, Type *pattern, Type **bindings) {
  return put(relate, pattern, bindings, UNBOUND_IS_ANY, DEPTH_MAX);
}

Type *relate_close(Relate *relate, Type *pattern, Type **bindings) {
  return put(relate, pattern, bindings, UNBOUND_OPENS, DEPTH_MAX);
}
