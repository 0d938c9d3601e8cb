// SPDX-License-Identifier: MIT
// types.c - types: made, interned, compared
//
// Interning makes most comparisons one pointer comparison and keeps the memory of a program with a
// million `List(String)` at one type. Records, user types, functions with parameter names and lists
// with known positions keep an identity of their own: they carry places and names for messages, and
// the checker completes them after they were made.
#include "check/types.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

// Separately written tables of the same shape are compared field by field. Tables that share parts
// can be exponentially larger than their text, so after so many steps they count as different.
#define EQUAL_STEPS_MAX 10000
#define EQUAL_DEPTH_MAX 200

static Type *new_type(Types *types, TypeKind kind) {
  Type *type = ARENA_NEW(types->arena, Type);
  type->kind = kind;
  type->unit_index = -1;
  return type;
}

// --- The table of interned types -----------------------------------------------------------------

static uint32_t hash_type(const Type *type) {
  uint64_t sum =
      (uint64_t)type->kind * 0x9e3779b97f4a7c15u + type->index + type->required_count * 31;
  for (uint32_t i = 0; i < type->arg_count; i++) {
    sum = (sum ^ (uintptr_t)type->args[i]) * 0x9e3779b97f4a7c15u;
    sum ^= sum >> 29;
  }
  sum ^= (uintptr_t)type->name + (uintptr_t)type->result * 7 + type->has_rest;
  return hash_u64(sum);
}

static bool is_same(const Type *a, const Type *b) {
  if (a->kind != b->kind || a->arg_count != b->arg_count || a->name != b->name) return false;
  if (a->index != b->index || a->result != b->result || a->has_rest != b->has_rest) return false;
  if (a->required_count != b->required_count) return false;
  for (uint32_t i = 0; i < a->arg_count; i++) {
    if (a->args[i] != b->args[i]) return false;
  }
  return true;
}

static Type **find_slot(Type **slots, uint32_t capacity, const Type *wanted) {
  uint32_t at = hash_type(wanted) & (capacity - 1);
  while (slots[at] && !is_same(slots[at], wanted)) at = (at + 1) & (capacity - 1);
  return &slots[at];
}

static void grow(Types *types) {
  uint32_t capacity = types->capacity ? types->capacity * 2 : 64;
  Type **slots = memory_require(NULL, capacity * sizeof(*slots));
  memset(slots, 0, capacity * sizeof(*slots));
  for (uint32_t i = 0; i < types->capacity; i++) {
    Type *type = types->interned[i];
    if (type) *find_slot(slots, capacity, type) = type;
  }
  free(types->interned);
  types->interned = slots;
  types->capacity = capacity;
}

static bool has_letters(const Type *type) {
  if (type->kind == TYPE_VARIABLE) return true;
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (type->args[i] && type->args[i]->has_letters) return true;
  }
  for (uint32_t i = 0; i < type->field_count; i++) {
    if (type->fields[i].type->has_letters) return true;
  }
  return type->result && type->result->has_letters;
}

// The one type that equals `wanted`, whose arrays may be on the caller's stack.
static Type *intern(Types *types, const Type *wanted) {
  if ((types->count + 1) * 4 > types->capacity * 3) grow(types);
  Type **slot = find_slot(types->interned, types->capacity, wanted);
  if (*slot) return *slot;
  Type *type = new_type(types, wanted->kind);
  *type = *wanted;
  type->unit_index = -1;
  type->args = arena_copy(types->arena, wanted->args, wanted->arg_count * sizeof(*wanted->args));
  type->has_letters = has_letters(wanted);
  types->count++;
  *slot = type;
  return type;
}

// --- Making types --------------------------------------------------------------------------------

static void set_fields(Types *types, Type *type, const char *const *names, Type *const *of,
                       uint32_t count) {
  type->fields = arena_alloc(types->arena, count * sizeof(*type->fields));
  type->field_count = count;
  for (uint32_t i = 0; i < count; i++) {
    type->fields[i] = (TypeField){.name = name_of(types->names, names[i]), .type = of[i]};
  }
}

static void init_records(Types *types) {
  Type *string = types->string;
  types->error = types_simple(types, TYPE_ERROR);
  Type *errors = types_of1(types, TYPE_LIST, types->error);
  set_fields(types, types->error, (const char *const[]){"kind", "message", "errors"},
             (Type *const[]){string, string, errors}, 3);
  types->error->fields[2].is_optional = true; // an AggregateError's
  types->response = types_simple(types, TYPE_RESPONSE);
  Type *headers = types_of2(types, TYPE_TABLE, string, types->any);
  set_fields(types, types->response, (const char *const[]){"status", "headers", "body", "url"},
             (Type *const[]){types->number, headers, string, string}, 4);
}

void types_init(Types *types, Arena *arena, NameTable *names) {
  *types = (Types){.arena = arena, .names = names, .dialect = DIALECT_LUMA};
  types->any = types_simple(types, TYPE_ANY);
  types->never = types_simple(types, TYPE_NEVER);
  types->null = types_simple(types, TYPE_NULL);
  types->boolean = types_simple(types, TYPE_BOOLEAN);
  types->number = types_simple(types, TYPE_NUMBER);
  types->string = types_simple(types, TYPE_STRING);
  types->any_function = types_simple(types, TYPE_ANY_FUNCTION);
  types->integer = types_simple(types, TYPE_INTEGER);
  types->float_ = types_simple(types, TYPE_FLOAT);
  init_records(types);
}

void types_free(Types *types) {
  free(types->interned);
  *types = (Types){0};
}

Type *types_simple(Types *types, TypeKind kind) {
  return intern(types, &(Type){.kind = kind});
}

Type *types_named(Types *types, TypeKind kind, const Name *name) {
  return intern(types, &(Type){.kind = kind, .name = name});
}

Type *types_variable(Types *types, uint32_t index) {
  char letter = (char)('A' + index);
  return intern(types, &(Type){.kind = TYPE_VARIABLE,
                               .index = index,
                               .name = name_intern(types->names, &letter, 1)});
}

Type *types_infer(Types *types) {
  Type *type = new_type(types, TYPE_INFER);
  type->args = arena_alloc(types->arena, sizeof(*type->args));
  type->arg_count = 1;
  return type;
}

static Type *or_any(Types *types, Type *type) {
  type = types_prune(type);
  return type ? type : types->any;
}

Type *types_of1(Types *types, TypeKind kind, Type *a) {
  Type *arg = or_any(types, a);
  if (kind == TYPE_PROMISE && arg->kind == TYPE_PROMISE) return arg;
  if (kind == TYPE_CASE && arg->kind == TYPE_PROMISE) arg = types_prune(arg->args[0]);
  Type *type = intern(types, &(Type){.kind = kind, .args = &arg, .arg_count = 1});
  if (kind == TYPE_OPTION && !type->fields) {
    set_fields(types, type, (const char *const[]){"some", "none"},
               (Type *const[]){arg, types->boolean}, 2);
  }
  return type;
}

Type *types_of2(Types *types, TypeKind kind, Type *a, Type *b) {
  Type *args[2] = {or_any(types, a), or_any(types, b)};
  Type *type = intern(types, &(Type){.kind = kind, .args = args, .arg_count = 2});
  if (kind == TYPE_RESULT && !type->fields) {
    set_fields(types, type, (const char *const[]){"ok", "err"}, args, 2);
  }
  return type;
}

static bool contains(Type **members, uint32_t count, const Type *wanted) {
  for (uint32_t i = 0; i < count; i++) {
    if (types_equal(members[i], wanted)) return true;
  }
  return false;
}

Type *types_union(Types *types, Type **members, uint32_t count) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (types_is_any(members[i])) return types->any;
    total += members[i]->kind == TYPE_UNION ? members[i]->arg_count : 1;
  }
  Type **kept = arena_alloc(types->arena, total * sizeof(*kept));
  uint32_t kept_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    bool is_union = members[i]->kind == TYPE_UNION;
    Type **inner = is_union ? members[i]->args : &members[i];
    for (uint32_t k = 0; k < (is_union ? members[i]->arg_count : 1); k++) {
      if (!contains(kept, kept_count, inner[k])) kept[kept_count++] = inner[k];
    }
  }
  if (kept_count == 1) return kept[0];
  return intern(types, &(Type){.kind = TYPE_UNION, .args = kept, .arg_count = kept_count});
}

Type *types_function(Types *types, Type **params, const Name **names, uint32_t count,
                     uint32_t required, bool has_rest, Type *result) {
  Type wanted = {.kind = TYPE_FUNCTION,
                 .args = params,
                 .arg_count = count,
                 .required_count = required,
                 .has_rest = has_rest,
                 .result = result};
  if (!names) return intern(types, &wanted);
  Type *type = new_type(types, TYPE_FUNCTION);
  *type = wanted;
  type->unit_index = -1;
  type->args = arena_copy(types->arena, params, count * sizeof(*params));
  type->param_names = arena_copy(types->arena, names, count * sizeof(*names));
  type->has_letters = has_letters(type);
  return type;
}

Type *types_record(Types *types, TypeField *fields, uint32_t count) {
  Type *type = new_type(types, TYPE_RECORD);
  type->fields = arena_copy(types->arena, fields, count * sizeof(*fields));
  type->field_count = count;
  type->has_letters = has_letters(type);
  return type;
}

Type *types_user(Types *types, const Name *name, Symbol *symbol) {
  Type *type = new_type(types, TYPE_USER);
  type->name = name;
  type->symbol = symbol;
  type->identity = ++types->user_count;
  return type;
}

Type *types_positions(Types *types, Type *element, Type **positions, uint32_t count) {
  Type *type = new_type(types, TYPE_LIST);
  type->args = arena_copy(types->arena, &element, sizeof(element));
  type->arg_count = 1;
  type->fields = arena_alloc(types->arena, count * sizeof(*type->fields));
  type->field_count = count;
  for (uint32_t i = 0; i < count; i++) type->fields[i].type = positions[i];
  return type;
}

// --- Comparing -----------------------------------------------------------------------------------

typedef struct Comparison {
  uint32_t steps_left;
} Comparison;

static bool is_equal(const Type *a, const Type *b, Comparison *with, uint32_t depth);

static bool are_fields_equal(const Type *a, const Type *b, Comparison *with, uint32_t depth) {
  if (a->field_count != b->field_count) return false;
  for (uint32_t i = 0; i < a->field_count; i++) {
    if (a->fields[i].name != b->fields[i].name) return false;
    if (!is_equal(a->fields[i].type, b->fields[i].type, with, depth)) return false;
  }
  return true;
}

static bool is_equal(const Type *a, const Type *b, Comparison *with, uint32_t depth) {
  a = types_prune((Type *)a);
  b = types_prune((Type *)b);
  if (a == b) return true;
  if (!a || !b || a->kind != b->kind) return false;
  if (depth == 0 || with->steps_left == 0) return false;
  with->steps_left--;
  switch (a->kind) {
  case TYPE_LIST:
  case TYPE_TABLE:
  case TYPE_PROMISE:
  case TYPE_CHANNEL:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_CASE:
  case TYPE_BROADCAST:
  case TYPE_FIBER_LOCAL:
  case TYPE_TYPE:
  case TYPE_UNION:
  case TYPE_POINTER:
  case TYPE_FUNCTION: break;
  case TYPE_RECORD: return are_fields_equal(a, b, with, depth - 1);
  default: return false; // interned, or types with an identity
  }
  if (a->arg_count != b->arg_count || a->has_rest != b->has_rest) return false;
  if (a->required_count != b->required_count) return false;
  for (uint32_t i = 0; i < a->arg_count; i++) {
    if (!is_equal(a->args[i], b->args[i], with, depth - 1)) return false;
  }
  return a->result == b->result || is_equal(a->result, b->result, with, depth - 1);
}

bool types_equal(const Type *a, const Type *b) {
  Comparison comparison = {.steps_left = EQUAL_STEPS_MAX};
  return is_equal(a, b, &comparison, EQUAL_DEPTH_MAX);
}

bool types_has_unknown_parent(const Type *type) {
  for (uint32_t steps = 0; type && type->kind == TYPE_USER && steps < 64; type = type->parent, steps++) {
    if (type->has_unknown_parent) return true;
  }
  return false;
}

const TypeField *types_find_field(const Type *type, const Name *name) {
  bool has_fields = type->kind != TYPE_LIST; // whose fields are positions
  for (uint32_t steps = 0; has_fields && type && steps < 64; type = type->parent, steps++) {
    for (uint32_t i = 0; i < type->field_count; i++) {
      if (type->fields[i].name == name) return &type->fields[i];
    }
  }
  return NULL;
}
