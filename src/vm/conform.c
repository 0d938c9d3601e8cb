// SPDX-License-Identifier: MIT
// conform.c - does a value conform to a type
//
// A type is a TypeValue, or the table that holds a user type's fields (luma.md 3.6); both answer
// the same questions here. The deep check walks lists and fields with a stack of its own, so that
// the path to a misfit is simply what lies on the stack. A pair of value and type that was met
// before is not looked at again: so cycles end, and shared parts are checked once.
#include "vm/conform.h"

#include "base/number.h"
#include "base/vec.h"
#include "vm/method.h"
#include "vm/type_fields.h"
#include "vm/visit.h"
#include "vm/vm_private.h"

#include <string.h>

// --- The kind only ------------------------------------------------------------------------------

static bool is_instance_of_struct(Value value, const TypeValue *type) {
  if (!value_is_table(value)) return false;
  Value own = value_as_table(value)->type;
  if (!value_is_type(own)) return value_is_table(own) && type->table == value_as_table(own);
  return value_as_type(own) == type || (value_as_type(own)->name && type->name &&
                                        str_equal(value_as_type(own)->name, type->name));
}

// What is caught wraps what was thrown.
static Value thrown_or_self(Value value) {
  if (!value_is_kind(value, KIND_ERROR)) return value;
  return ((const Error *)value_as_object(value))->thrown;
}

static bool is_in_range(Value value, const TypeValue *type) {
  int64_t min, max;
  if (!value_is_integer(value) || !number_integer_range(type->name->bytes, &min, &max))
    return false;
  return value_as_integer(value) >= min && value_as_integer(value) <= max;
}

static bool is_custom_error(Value value) {
  return value_is_instance(value) &&
         value_as_object(value_as_table(value)->type)->extra == TAG_CUSTOM_ERROR;
}

// An enum's members are plain values: the value must be one of them.
static bool is_member(Value value, const TypeValue *type) {
  if (!type->table) return true;
  if (value_is_table(value) && value_as_table(value) == type->table) return true;
  uint32_t position = 0;
  Value key, member;
  while (table_next(type->table, &position, &key, &member))
    if (equal_same(member, value)) return true;
  return false;
}

static bool is_external(Value value, const TypeValue *type) {
  if (value_is_table(value)) return true;
  if (!value_is_kind(value, KIND_EXTERNAL)) return false;
  const Str *own = ((External *)value_as_object(value))->type_name;
  return type->obj.extra == TAG_EXTERNAL || str_equal(own, type->name);
}

// A user type whose table is bound has its functions as methods: any table has the right kind.
static bool conform_kind(Value value, const TypeValue *type) {
  switch ((TypeTag)type->obj.extra) {
  case TAG_ANY: return true;
  case TAG_NULL: return value_is_null(value);
  case TAG_BOOLEAN: return value_is_bool(value);
  case TAG_NUMBER:
  case TAG_FLOAT: return value_is_number(value);
  case TAG_INTEGER: return value_is_integer(value);
  case TAG_SIZED_INTEGER: return is_in_range(value, type);
  case TAG_STRING: return value_is_str(value);
  case TAG_LIST: return value_is_list(value);
  case TAG_TABLE: return value_is_table(value) && !value_is_instance(value);
  case TAG_RESULT:
  case TAG_OPTION:
  case TAG_RECORD:
  case TAG_PACKAGE:
  case TAG_USER: return value_is_table(value);
  case TAG_FUNCTION: return method_is_callable(value) || value_is_type(value);
  case TAG_PROMISE: return value_is_kind(value, KIND_PROMISE);
  case TAG_CHANNEL: return value_is_kind(value, KIND_CHANNEL);
  case TAG_ERROR: return value_is_kind(value, KIND_ERROR) || value_is_table(value);
  case TAG_TYPE: return type_fields_is_type(value);
  case TAG_GROUP: return value_is_kind(value, KIND_GROUP);
  case TAG_LOCK: return value_is_kind(value, KIND_LOCK);
  case TAG_SEMAPHORE: return value_is_kind(value, KIND_SEMAPHORE);
  case TAG_WAIT_GROUP: return value_is_kind(value, KIND_WAIT_GROUP);
  case TAG_BROADCAST: return value_is_kind(value, KIND_BROADCAST);
  case TAG_FIBER_LOCAL: return value_is_kind(value, KIND_FIBER_LOCAL);
  case TAG_RESPONSE:
  case TAG_EXTERNAL: return is_external(value, type);
  case TAG_POINTER: return value_is_kind(value, KIND_CELL);
  case TAG_STRUCT: return is_instance_of_struct(value, type);
  case TAG_ENUM: return is_member(value, type);
  case TAG_CUSTOM_ERROR: return is_instance_of_struct(thrown_or_self(value), type);
  case TAG_RAISED: return value_is_kind(value, KIND_ERROR) || is_custom_error(value);
  case TAG_UNION:
  case TAG_NEVER: return false;
  }
  return false;
}

// A union's members may be unions again; a chain of them is no deeper than the source that wrote
// it, but a unit may be crafted.
static bool conform_union(Value value, const TypeValue *type, uint32_t depth) {
  for (uint32_t i = 0; i < type->arg_count; i++) {
    const TypeValue *member = type->args[i];
    if (member->obj.extra != TAG_UNION) {
      if (conform_kind(value, member)) return true;
    } else if (depth < 16 && conform_union(value, member, depth + 1)) {
      return true;
    }
  }
  return false;
}

bool conform_shallow(VM *vm, Value value, const TypeValue *type) {
  return type->obj.extra == TAG_UNION ? conform_union(value, type, 0) : conform_kind(value, type);
}

// --- The deep check -----------------------------------------------------------------------------

// A list or table that is being looked into.
typedef struct Level {
  Value value;
  Value type;       // as what
  Value level_type; // of a user type: whose fields are being asked for, it or a parent
  uint32_t position;
  uint32_t index; // of the element that is being looked at, for the path
  Str *name;      // of the field, or NULL
  uint32_t parents;
} Level;

typedef struct Check {
  VM *vm;
  VEC(Level) levels;
  VisitSet seen;
  bool is_decoding;
  bool is_out_of_memory;
  Str *missing; // a field that is not there
  Value wanted; // on a misfit: the type, and what was found
  Value found;
} Check;

static bool has_fields(Value type) {
  uint32_t tag = type_fields_tag(type);
  return tag == TAG_USER || tag == TAG_RECORD || tag == TAG_STRUCT || tag == TAG_ERROR ||
         tag == TAG_RESPONSE;
}

// Which types say something about what is inside.
static bool is_deep(Value value, Value type) {
  uint32_t tag = type_fields_tag(type);
  if (value_is_list(value)) return tag == TAG_LIST && value_as_type(type)->arg_count == 1;
  if (!value_is_table(value)) return false;
  if (tag == TAG_TABLE) return value_as_type(type)->arg_count == 2;
  if (tag == TAG_RESULT || tag == TAG_OPTION) return value_as_type(type)->arg_count > 0;
  return has_fields(type);
}

bool conform_at_once(VM *vm, Value value, Value type) {
  if (value_is_absent(type)) return true;
  if (!value_is_type(type) || type_fields_tag(type) == TAG_UNION) return false;
  return conform_kind(value, value_as_type(type)) && !is_deep(value, type);
}

static bool refuse(Check *check, Value wanted, Value found) {
  check->wanted = wanted;
  check->found = found;
  return false;
}

// A union decides by the kind which member is meant; only then one looks inside.
static Value choose_member(Value value, Value type, uint32_t depth) {
  if (type_fields_tag(type) != TAG_UNION || depth > 16) return type;
  const TypeValue *own = value_as_type(type);
  for (uint32_t i = 0; i < own->arg_count; i++) {
    const TypeValue *member = own->args[i];
    if (member->obj.extra == TAG_UNION) {
      if (conform_union(value, member, 0))
        return choose_member(value, value_object(member), depth + 1);
    } else if (conform_kind(value, member)) {
      return value_object(member);
    }
  }
  return type;
}

static void become_instance(Check *check, Value value, Value type) {
  Table *table = value_as_table(value);
  if (!check->is_decoding || type_fields_tag(type) != TAG_USER || !value_is_null(table->type))
    return;
  const TypeValue *own = value_is_type(type) ? value_as_type(type) : NULL;
  table->type = own && own->table ? value_object(own->table) : type;
  heap_touch(check->vm->heap, (Obj *)table);
}

// Looks at one value; what has something inside goes onto the stack.
static bool enter(Check *check, Value value, Value type) {
  if (value_is_absent(type)) return true;
  if (value_is_type(type)) {
    if (!conform_shallow(check->vm, value, value_as_type(type))) return refuse(check, type, value);
    type = choose_member(value, type, 0);
  } else if (!value_is_table(value)) {
    return refuse(check, type, value);
  }
  if (!is_deep(value, type)) return true;
  if (!visit_enter(&check->seen, value_as_object(value), value_as_object(type))) return true;
  Level level = {.value = value, .type = type, .level_type = type};
  vec_push(&check->levels, level);
  if (value_is_table(value)) become_instance(check, value, type);
  return true;
}

// A parent's signature, for which the type itself has the method.
static bool is_implemented(Check *check, const TypeField *field) {
  Value type = vec_last(&check->levels).type;
  return type_fields_is_signature(field) &&
         !value_is_absent(method_find_in_type(check->vm, type_fields_methods(type), field->name));
}

// A field that a table lacks: fine if it has a default, which decoding fills in.
static bool lack_field(Check *check, Table *table, const TypeField *field) {
  if (type_fields_has_method(check->vm, table, field) || is_implemented(check, field)) return true;
  if (value_is_absent(field->otherwise)) {
    check->missing = field->name;
    vec_last(&check->levels).name = NULL; // the path leads to the table that lacks it
    return refuse(check, field->type, VALUE_NULL);
  }
  if (!check->is_decoding) return true;
  check->is_out_of_memory = !type_fields_set_default(check->vm, table, field);
  return !check->is_out_of_memory;
}

// The next field of a user type or record. *is_done: there is none.
static bool check_field(Check *check, bool *is_done) {
  Level *level = &vec_last(&check->levels);
  TypeField field;
  while (!type_fields_next(level->level_type, &level->position, &field)) {
    Value up = type_fields_up(check->vm, level->level_type);
    *is_done = value_is_absent(up) || ++level->parents > TYPE_PARENTS_MAX;
    if (*is_done) return true;
    level->level_type = up;
    level->position = 0;
  }
  Table *table = value_as_table(level->value);
  level->name = field.name;
  Value value = table_get_str(table, field.name);
  if (value_is_absent(value)) return lack_field(check, table, &field);
  return enter(check, value, field.type);
}

static bool check_element(Check *check, bool *is_done) {
  Level *level = &vec_last(&check->levels);
  const List *list = value_as_list(level->value);
  *is_done = level->position >= list->count;
  if (*is_done) return true;
  level->index = level->position++;
  return enter(check, list->items[level->index], value_object(value_as_type(level->type)->args[0]));
}

static bool check_entry(Check *check, bool *is_done) {
  Level *level = &vec_last(&check->levels);
  Value key, value;
  *is_done = !table_next(value_as_table(level->value), &level->position, &key, &value);
  if (*is_done) return true;
  level->name = value_is_str(key) ? value_as_str(key) : NULL;
  const TypeValue *type = value_as_type(level->type);
  if (!conform_shallow(check->vm, key, type->args[0]))
    return refuse(check, value_object(type->args[0]), key);
  return enter(check, value, value_object(type->args[1]));
}

// The sides of a Result, or an Option's value: null, or of the type that the type's arguments give.
static bool check_side(Check *check, bool *is_done) {
  static const VMName names[2][2] = {{VM_NAME_OK, VM_NAME_ERR}, {VM_NAME_SOME, VM_NAME_SOME}};
  Level *level = &vec_last(&check->levels);
  const TypeValue *type = value_as_type(level->type);
  *is_done = level->position >= type->arg_count || level->position >= 2;
  if (*is_done) return true;
  uint32_t at = level->position++;
  level->name = check->vm->names[names[type->obj.extra == TAG_OPTION][at]];
  Value value = table_get_str(value_as_table(level->value), level->name);
  if (value_is_absent(value) || value_is_null(value)) return true;
  return enter(check, value, value_object(type->args[at]));
}

static bool check_next(Check *check, bool *is_done) {
  const Level *level = &vec_last(&check->levels);
  uint32_t tag = type_fields_tag(level->type);
  if (value_is_list(level->value)) return check_element(check, is_done);
  if (tag == TAG_TABLE) return check_entry(check, is_done);
  if (tag == TAG_RESULT || tag == TAG_OPTION) return check_side(check, is_done);
  return check_field(check, is_done);
}

static bool run_check(Check *check, Value value, Value type) {
  if (!enter(check, value, type)) return false;
  while (check->levels.count > 0) {
    bool is_done = false;
    if (!check_next(check, &is_done)) return false;
    if (is_done) check->levels.count--;
  }
  return true;
}

static void free_check(Check *check) {
  vec_free(&check->levels);
  visit_free(&check->seen);
}

static void print_path(const Check *check, Buffer *path) {
  for (uint32_t i = 0; i < check->levels.count; i++) {
    const Level *level = &check->levels.items[i];
    if (value_is_list(level->value))
      buffer_printf(path, "[%u]", level->index);
    else if (level->name)
      buffer_printf(path, "%s%s", path->len ? "." : "", level->name->bytes);
  }
}

const char *conform_type_text(Value type) {
  if (value_is_absent(type)) return "a value";
  if (!value_is_type(type)) return "Table";
  return value_as_type(type)->name ? value_as_type(type)->name->bytes : "?";
}

bool conform_deep(VM *vm, Value value, const TypeValue *type, Buffer *path, const char **found) {
  Check check = {.vm = vm};
  bool fits = run_check(&check, value, value_object(type));
  if (!fits) {
    print_path(&check, path);
    *found = vm_type_name(vm, check.found);
  }
  free_check(&check);
  return fits;
}

// Words a misfit: "PATH: expected String, got Null".
static bool raise_misfit(VM *vm, const Check *check, const char *kind, const char *root) {
  if (check->is_out_of_memory) return vm_raise_memory(vm);
  Buffer path = {0};
  buffer_text(&path, root);
  print_path(check, &path);
  const char *separator = path.len ? ": " : "";
  if (check->missing)
    (void)!vm_raise(vm, kind, "%s%s%s: field '%s' is missing, expected %s", path.bytes,
                    path.len ? "." : "", check->missing->bytes, check->missing->bytes,
                    conform_type_text(check->wanted));
  else
    (void)!vm_raise(vm, kind, "%s%sexpected %s, got %s", path.bytes, separator,
                    conform_type_text(check->wanted), vm_type_name(vm, check->found));
  buffer_free(&path);
  return false;
}

bool conform_require(VM *vm, Value value, Value type) {
  Check check = {.vm = vm};
  bool fits = run_check(&check, value, type) || raise_misfit(vm, &check, "TypeError", "");
  free_check(&check);
  return fits;
}

Value conform_decode(VM *vm, Value value, Value type, const char *root) {
  Check check = {.vm = vm, .is_decoding = true};
  heap_push_root(vm->heap, value);
  bool fits = run_check(&check, value, type) || raise_misfit(vm, &check, "TypeError", root);
  heap_pop_roots(vm->heap, 1);
  free_check(&check);
  return fits ? value : VALUE_ABSENT;
}

// --- isInstanceOf -------------------------------------------------------------------------------

static bool is_same_type(Value own, Value type) {
  if (own == type) return true;
  if (value_is_type(type) && value_as_type(type)->table)
    return own == value_object(value_as_type(type)->table);
  if (value_is_type(own) && value_as_type(own)->table)
    return type == value_object(value_as_type(own)->table);
  return false;
}

static bool has_type_in_chain(VM *vm, Value own, Value type) {
  for (uint32_t level = 0; level < TYPE_PARENTS_MAX && type_fields_is_type(own); level++) {
    if (is_same_type(own, type)) return true;
    own = type_fields_parent(vm, own);
  }
  return false;
}

static bool has_all_fields(VM *vm, const Table *table, Value type) {
  uint32_t count = 0;
  for (uint32_t level = 0; level < TYPE_PARENTS_MAX && type_fields_is_type(type); level++) {
    uint32_t position = 0;
    TypeField field;
    for (; type_fields_next(type, &position, &field); count++) {
      bool is_there = !value_is_absent(table_get_str(table, field.name));
      if (!is_there && !type_fields_has_method(vm, table, &field)) return false;
    }
    type = type_fields_up(vm, type);
  }
  return count > 0; // a type without fields has instances by name only
}

// An Error, or a table that could be one, is an instance of Error, and of the built-in type named
// like its kind.
static bool is_error_of(VM *vm, Value value, Value type) {
  if (type_fields_tag(type) != TAG_ERROR || !value_is_type(type)) return false;
  const Str *name = value_as_type(type)->name;
  bool is_any_error = strcmp(name->bytes, "Error") == 0;
  if (value_is_kind(value, KIND_ERROR))
    return is_any_error || str_equal(((Error *)value_as_object(value))->kind, name);
  if (!has_all_fields(vm, value_as_table(value), type)) return false;
  Value kind = table_get_str(value_as_table(value), vm->names[VM_NAME_KIND]);
  return is_any_error || (value_is_str(kind) && str_equal(value_as_str(kind), name));
}

bool conform_is_instance(VM *vm, Value value, Value type) {
  if (value_is_type(type) && !has_fields(type))
    return conform_shallow(vm, value, value_as_type(type));
  if (!type_fields_is_type(type)) return false;
  if (value_is_kind(value, KIND_ERROR)) return is_error_of(vm, value, type);
  if (!value_is_table(value)) return false;
  if (has_type_in_chain(vm, value_as_table(value)->type, type)) return true;
  if (type_fields_tag(type) == TAG_ERROR) return is_error_of(vm, value, type);
  if (type_fields_tag(type) == TAG_STRUCT) return is_instance_of_struct(value, value_as_type(type));
  return has_all_fields(vm, value_as_table(value), type);
}
