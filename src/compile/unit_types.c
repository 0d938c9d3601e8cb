// SPDX-License-Identifier: MIT
// unit_types.c - the checker's types as data of the unit
//
// A type's index is noted in the type itself (Type.unit_index), and believed only if the list of
// origins confirms it: then nothing has to be reset when a tree is compiled twice.
#include "compile/unit_types.h"

#include <string.h>

void unit_types_init(UnitTypes *types, Arena *arena, Dialect dialect) {
  *types = (UnitTypes){.arena = arena, .dialect = dialect};
}

void unit_types_free(UnitTypes *types) {
  vec_free(&types->data);
  vec_free(&types->origins);
}

// --- Kinds and tags ------------------------------------------------------------------------------

// A module as a value is a table without a type of its own; ranges and generic letters are never
// checked.
static TypeTag tag_of(const UnitTypes *types, const Type *type) {
  switch (type->kind) {
  case TYPE_NEVER: return TAG_NEVER;
  case TYPE_NULL: return TAG_NULL;
  case TYPE_BOOLEAN: return TAG_BOOLEAN;
  case TYPE_NUMBER: return TAG_NUMBER;
  case TYPE_STRING: return TAG_STRING;
  case TYPE_LIST: return TAG_LIST;
  case TYPE_TABLE: return TAG_TABLE;
  case TYPE_FUNCTION:
  case TYPE_ANY_FUNCTION: return TAG_FUNCTION;
  case TYPE_PROMISE: return TAG_PROMISE;
  case TYPE_CHANNEL: return TAG_CHANNEL;
  case TYPE_RESULT: return TAG_RESULT;
  case TYPE_OPTION: return TAG_OPTION;
  case TYPE_RECORD: return TAG_RECORD;
  case TYPE_USER: return TAG_USER;
  case TYPE_ERROR: return types->dialect == DIALECT_VINT ? TAG_RAISED : TAG_ERROR;
  case TYPE_CUSTOM_ERROR: return TAG_CUSTOM_ERROR;
  case TYPE_RESPONSE: return TAG_RESPONSE;
  case TYPE_GROUP: return TAG_GROUP;
  case TYPE_LOCK: return TAG_LOCK;
  case TYPE_SEMAPHORE: return TAG_SEMAPHORE;
  case TYPE_WAIT_GROUP: return TAG_WAIT_GROUP;
  case TYPE_BROADCAST: return TAG_BROADCAST;
  case TYPE_FIBER_LOCAL: return TAG_FIBER_LOCAL;
  case TYPE_TYPE: return TAG_TYPE;
  case TYPE_UNION: return TAG_UNION;
  case TYPE_EXTERNAL: return TAG_EXTERNAL;
  case TYPE_INTEGER: return type->name ? TAG_SIZED_INTEGER : TAG_INTEGER;
  case TYPE_FLOAT: return TAG_FLOAT;
  case TYPE_STRUCT: return TAG_STRUCT;
  case TYPE_ENUM: return TAG_ENUM;
  case TYPE_POINTER: return TAG_POINTER;
  default: return TAG_ANY;
  }
}

// --- Indexes -------------------------------------------------------------------------------------

static uint32_t add(UnitTypes *types, Type *origin, TypeTag tag, const char *name) {
  TypeData data = {.tag = tag, .name = name, .parent = -1};
  vec_push(&types->data, data);
  vec_push(&types->origins, origin);
  return types->data.count - 1;
}

static const char *print_name(UnitTypes *types, const Type *type) {
  Buffer text = {0};
  types_print(&text, type, types->dialect);
  const char *name = arena_text(types->arena, text.bytes ? text.bytes : "", text.len);
  buffer_free(&text);
  return name;
}

// The type's index; its content may be filled in later.
static uint32_t reserve(UnitTypes *types, Type *type) {
  type = types_prune(type);
  if (!type) return unit_types_simple(types, TAG_ANY, "Any");
  int64_t known = type->unit_index;
  if (known >= 0 && known < types->origins.count && types->origins.items[known] == type)
    return (uint32_t)known;
  uint32_t index = add(types, type, tag_of(types, type), print_name(types, type));
  types->data.items[index].identity = type->identity; // of what was declared
  type->unit_index = (int32_t)index;
  return index;
}

// --- Types made here -----------------------------------------------------------------------------
// They are found again by looking through all types, of which a program has dozens.

uint32_t unit_types_simple(UnitTypes *types, TypeTag tag, const char *name) {
  for (uint32_t i = 0; i < types->data.count; i++) {
    const TypeData *data = &types->data.items[i];
    if (!types->origins.items[i] && data->tag == tag && data->arg_count == 0) return i;
  }
  return add(types, NULL, tag, name);
}

// The union shows the name of its first member: that is what a message should ask for.
static uint32_t join(UnitTypes *types, uint32_t first, uint32_t second) {
  for (uint32_t i = 0; i < types->data.count; i++) {
    const TypeData *data = &types->data.items[i];
    if (types->origins.items[i] || data->tag != TAG_UNION) continue;
    if (data->args[0] == first && data->args[1] == second) return i;
  }
  uint32_t *args = arena_alloc(types->arena, 2 * sizeof(*args));
  args[0] = first;
  args[1] = second;
  uint32_t index = add(types, NULL, TAG_UNION, types->data.items[first].name);
  types->data.items[index].args = args;
  types->data.items[index].arg_count = 2;
  return index;
}

static bool may_be_null(TypeKind kind) {
  switch (kind) {
  case TYPE_LIST:
  case TYPE_TABLE:
  case TYPE_FUNCTION:
  case TYPE_ANY_FUNCTION:
  case TYPE_CHANNEL:
  case TYPE_ERROR:
  case TYPE_CUSTOM_ERROR:
  case TYPE_POINTER:
  case TYPE_STRUCT: return true;
  default: return false;
  }
}

static uint32_t admit_null(UnitTypes *types, Type *type, uint32_t index) {
  Type *pruned = types_prune(type);
  if (!pruned || !may_be_null(pruned->kind)) return index;
  return join(types, index, unit_types_simple(types, TAG_NULL, "null"));
}

// --- Content -------------------------------------------------------------------------------------

// `args` is filled in a copy of its own: reserving moves the vector that the type data stand in.
static void fill_args(UnitTypes *types, uint32_t index, const Type *type) {
  bool has_result = type->kind == TYPE_FUNCTION && type->result;
  uint32_t count = type->arg_count + has_result;
  if (count == 0) return;
  uint32_t *args = arena_alloc(types->arena, count * sizeof(*args));
  for (uint32_t i = 0; i < type->arg_count; i++) args[i] = reserve(types, type->args[i]);
  if (has_result) args[type->arg_count] = reserve(types, type->result);
  types->data.items[index].args = args;
  types->data.items[index].arg_count = count;
}

// Methods are no part of what a value must have. A list with known positions keeps them as fields,
// but for a check it is a list.
static void fill_fields(UnitTypes *types, uint32_t index, const Type *type) {
  bool is_declared = type->kind == TYPE_STRUCT || type->kind == TYPE_CUSTOM_ERROR;
  if (type->kind != TYPE_RECORD && type->kind != TYPE_USER && !is_declared) return;
  if (type->field_count == 0) return;
  TypeFieldData *fields = arena_alloc(types->arena, type->field_count * sizeof(*fields));
  uint32_t count = 0;
  for (uint32_t i = 0; i < type->field_count; i++) {
    const TypeField *field = &type->fields[i];
    if (field->is_method) continue;
    fields[count].name = arena_text(types->arena, field->name->text, field->name->len);
    uint32_t index_of_type = reserve(types, field->type);
    fields[count].type =
        is_declared ? admit_null(types, field->type, index_of_type) : index_of_type;
    fields[count].is_optional = field->is_optional;
    count++;
  }
  types->data.items[index].fields = fields;
  types->data.items[index].field_count = count;
}

static void fill(UnitTypes *types, uint32_t index) {
  const Type *type = types->origins.items[index];
  if (!type) return;
  if (type->kind != TYPE_INFER && type->kind != TYPE_VARIABLE) fill_args(types, index, type);
  fill_fields(types, index, type);
  if (type->parent) {
    uint32_t parent = reserve(types, type->parent);
    types->data.items[index].parent = (int32_t)parent;
  }
}

uint32_t unit_types_index(UnitTypes *types, Type *type) {
  uint32_t index = reserve(types, type);
  while (types->filled < types->data.count) fill(types, types->filled++);
  return index;
}

uint32_t unit_types_nullable(UnitTypes *types, Type *type) {
  return admit_null(types, type, unit_types_index(types, type));
}

uint32_t unit_types_payload(UnitTypes *types, uint32_t index) {
  return join(types, index, unit_types_simple(types, TAG_PROMISE, "Promise"));
}

uint32_t unit_types_package(UnitTypes *types, const char *name, const TypeFieldData *fields,
                            uint32_t count) {
  uint32_t index = add(types, NULL, TAG_PACKAGE, arena_text(types->arena, name, strlen(name)));
  TypeData *data = &types->data.items[index];
  data->fields = arena_copy(types->arena, fields, count * sizeof(*fields));
  data->field_count = count;
  return index;
}

void unit_types_finish(UnitTypes *types, Unit *unit) {
  while (types->filled < types->data.count) fill(types, types->filled++);
  unit->type_count = types->data.count;
  unit->types = arena_copy(types->arena, types->data.items, types->data.count * sizeof(TypeData));
}
