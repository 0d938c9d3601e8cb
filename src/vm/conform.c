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
#include "vm/visit.h"
#include "vm/vm_private.h"

#include <string.h>

#define PARENTS_MAX 256

static const TypeValue *as_type(Value type) {
  return (const TypeValue *)value_as_object(type);
}

static bool is_type_like(Value value) {
  return value_is_type(value) || value_is_table(value);
}

static bool is_function(Value value) {
  return method_is_callable(value) || value_is_type(value);
}

// --- The kind only ------------------------------------------------------------------------------

static bool is_instance_of_struct(Value value, const TypeValue *type) {
  if (!value_is_table(value)) return false;
  Value own = value_as_table(value)->type;
  if (!value_is_type(own)) return value_is_table(own) && type->table == value_as_table(own);
  return as_type(own) == type ||
         (as_type(own)->name && type->name && str_equal(as_type(own)->name, type->name));
}

// What is caught wraps what was thrown.
static Value thrown_or_self(Value value) {
  if (!value_is_kind(value, KIND_ERROR)) return value;
  return ((const Error *)value_as_object(value))->thrown;
}

static bool is_in_range(Value value, const TypeValue *type) {
  int64_t min, max;
  if (!value_is_integer(value) || !number_integer_range(type->name->bytes, &min, &max)) return false;
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
  case TAG_FUNCTION: return is_function(value);
  case TAG_PROMISE: return value_is_kind(value, KIND_PROMISE);
  case TAG_CHANNEL: return value_is_kind(value, KIND_CHANNEL);
  case TAG_ERROR: return value_is_kind(value, KIND_ERROR) || value_is_table(value);
  case TAG_TYPE: return is_type_like(value);
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
  case TAG_CUSTOM_ERROR:
    return is_instance_of_struct(thrown_or_self(value), type);
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

// --- Fields of a type ---------------------------------------------------------------------------

static Value parent_of(VM *vm, Value type) {
  if (value_is_table(type)) return table_get_str(value_as_table(type), vm->names[VM_NAME_PARENT]);
  if (!value_is_type(type) || !as_type(type)->parent) return VALUE_ABSENT;
  return value_object(as_type(type)->parent);
}

static bool is_hidden(const Str *name) {
  return strncmp(name->bytes, "__", 2) == 0;
}

// The table whose entries say what a user type is, NULL for other types.
static const Table *table_of(Value type) {
  if (value_is_table(type)) return value_as_table(type);
  return as_type(type)->field_count == 0 ? as_type(type)->table : NULL;
}

// One field that a type asks for. `type` is absent if any value will do.
typedef struct Field {
  Str *name;
  Value type;
  Value otherwise; // its default; VALUE_ABSENT: it must be there
} Field;

// A table without entries says nothing about a type.
static bool is_empty_table(Value value) {
  return value_is_table(value) && value_as_table(value)->count == 0;
}

// An entry of a user type's table: a type is a required field, a function a method (no field),
// anything else a default.
static bool read_entry(Value key, Value spec, Field *out) {
  if (!value_is_str(key) || is_hidden(value_as_str(key)) || method_is_callable(spec)) return false;
  bool is_required = is_type_like(spec) && !is_empty_table(spec);
  *out = (Field){value_as_str(key), is_required ? spec : VALUE_ABSENT,
                 is_required ? VALUE_ABSENT : spec};
  return true;
}

// An optional field's default stands in the table of the type, or of the parent that declared it.
static Value default_of(const TypeValue *type, const TypeValueField *field) {
  if (!field->is_optional) return VALUE_ABSENT;
  for (uint32_t level = 0; type && level < PARENTS_MAX; level++, type = type->parent) {
    Value value = type->table ? table_get_str(type->table, field->name) : VALUE_ABSENT;
    if (!value_is_absent(value)) return is_function(value) ? VALUE_NULL : value;
  }
  return VALUE_NULL;
}

// The next field of one type, without its parents'. False: no more.
static bool next_field(Value type, uint32_t *position, Field *out) {
  const Table *table = table_of(type);
  if (table) {
    Value key, spec;
    while (table_next(table, position, &key, &spec))
      if (read_entry(key, spec, out)) return true;
    return false;
  }
  const TypeValue *own = as_type(type);
  if (*position >= own->field_count) return false;
  const TypeValueField *field = &own->fields[(*position)++];
  *out = (Field){field->name, field->type ? value_object(field->type) : VALUE_ABSENT,
                 default_of(own, field)};
  return true;
}

// The fields of a TypeValue include its parents'; those of a table do not.
static Value next_type_up(VM *vm, Value type) {
  Value parent = table_of(type) ? parent_of(vm, type) : VALUE_ABSENT;
  return is_type_like(parent) ? parent : VALUE_ABSENT;
}

// A user type is known by its table, a built-in one by itself.
static Value methods_of(Value type) {
  if (value_is_table(type) || as_type(type)->obj.extra == TAG_ERROR) return type;
  return as_type(type)->table ? value_object(as_type(type)->table) : type;
}

static bool is_signature(const Field *field) {
  return value_is_type(field->type) && as_type(field->type)->obj.extra == TAG_FUNCTION;
}

// A signature asks for a method, which the value's own type may have.
static bool has_method(VM *vm, const Table *table, const Field *field) {
  return is_signature(field) && !value_is_absent(method_find_in_type(vm, table->type, field->name));
}

// --- Defaults -----------------------------------------------------------------------------------

static List *copy_list(VM *vm, const List *from) {
  List *copy = vm_list(vm, from->count);
  for (uint32_t i = 0; copy && i < from->count; i++) copy->items[copy->count++] = from->items[i];
  if (copy) heap_touch(vm->heap, (Obj *)copy);
  return copy;
}

// A list or `{}` that stands in a type is each instance's own, or all would share what one of them
// puts into it. Another table there is a type, not a default.
static bool set_default(VM *vm, Table *table, const Field *field) {
  Value value = field->otherwise;
  bool is_list = value_is_list(value);
  if (!is_list && !is_empty_table(value))
    return table_set_str(vm->heap, table, field->name, value) || vm_raise_memory(vm);
  void *copy = is_list ? (void *)copy_list(vm, value_as_list(value)) : (void *)vm_table(vm);
  if (!copy) return false;
  heap_push_root(vm->heap, value_object(copy));
  bool is_set = table_set_str(vm->heap, table, field->name, value_object(copy));
  heap_pop_roots(vm->heap, 1);
  return is_set || vm_raise_memory(vm);
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

static uint32_t tag_of(Value type) {
  return value_is_type(type) ? as_type(type)->obj.extra : (uint32_t)TAG_USER;
}

static bool has_fields(Value type) {
  uint32_t tag = tag_of(type);
  return tag == TAG_USER || tag == TAG_RECORD || tag == TAG_STRUCT || tag == TAG_ERROR ||
         tag == TAG_RESPONSE;
}

// Which types say something about what is inside.
static bool is_deep(Value value, Value type) {
  uint32_t tag = tag_of(type);
  if (value_is_list(value)) return tag == TAG_LIST && as_type(type)->arg_count == 1;
  if (!value_is_table(value)) return false;
  if (tag == TAG_TABLE) return as_type(type)->arg_count == 2;
  if (tag == TAG_RESULT || tag == TAG_OPTION) return as_type(type)->arg_count > 0;
  return has_fields(type);
}

static bool refuse(Check *check, Value wanted, Value found) {
  check->wanted = wanted;
  check->found = found;
  return false;
}

// A union decides by the kind which member is meant; only then one looks inside.
static Value choose_member(Value value, Value type, uint32_t depth) {
  if (tag_of(type) != TAG_UNION || depth > 16) return type;
  const TypeValue *own = as_type(type);
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
  if (!check->is_decoding || tag_of(type) != TAG_USER || !value_is_null(table->type)) return;
  const TypeValue *own = value_is_type(type) ? as_type(type) : NULL;
  table->type = own && own->table ? value_object(own->table) : type;
  heap_touch(check->vm->heap, (Obj *)table);
}

// Looks at one value; what has something inside goes onto the stack.
static bool enter(Check *check, Value value, Value type) {
  if (value_is_absent(type)) return true;
  if (value_is_type(type)) {
    if (!conform_shallow(check->vm, value, as_type(type))) return refuse(check, type, value);
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
static bool is_implemented(Check *check, const Field *field) {
  Value type = vec_last(&check->levels).type;
  return is_signature(field) && !value_is_absent(method_find_in_type(check->vm, methods_of(type), field->name));
}

// A field that a table lacks: fine if it has a default, which decoding fills in.
static bool lack_field(Check *check, Table *table, const Field *field) {
  if (has_method(check->vm, table, field) || is_implemented(check, field)) return true;
  if (value_is_absent(field->otherwise)) {
    check->missing = field->name;
    vec_last(&check->levels).name = NULL; // the path leads to the table that lacks it
    return refuse(check, field->type, VALUE_NULL);
  }
  if (!check->is_decoding) return true;
  check->is_out_of_memory = !set_default(check->vm, table, field);
  return !check->is_out_of_memory;
}

// The next field of a user type or record. *is_done: there is none.
static bool check_field(Check *check, bool *is_done) {
  Level *level = &vec_last(&check->levels);
  Field field;
  while (!next_field(level->level_type, &level->position, &field)) {
    Value up = next_type_up(check->vm, level->level_type);
    *is_done = value_is_absent(up) || ++level->parents > PARENTS_MAX;
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
  return enter(check, list->items[level->index], value_object(as_type(level->type)->args[0]));
}

static bool check_entry(Check *check, bool *is_done) {
  Level *level = &vec_last(&check->levels);
  Value key, value;
  *is_done = !table_next(value_as_table(level->value), &level->position, &key, &value);
  if (*is_done) return true;
  level->name = value_is_str(key) ? value_as_str(key) : NULL;
  const TypeValue *type = as_type(level->type);
  if (!conform_shallow(check->vm, key, type->args[0]))
    return refuse(check, value_object(type->args[0]), key);
  return enter(check, value, value_object(type->args[1]));
}

// The sides of a Result, or an Option's value: null, or of the type that the type's arguments give.
static bool check_side(Check *check, bool *is_done) {
  static const VMName names[2][2] = {{VM_NAME_OK, VM_NAME_ERR}, {VM_NAME_SOME, VM_NAME_SOME}};
  Level *level = &vec_last(&check->levels);
  const TypeValue *type = as_type(level->type);
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
  uint32_t tag = tag_of(level->type);
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

static const char *type_text(Value type) {
  if (value_is_absent(type)) return "a value";
  if (!value_is_type(type)) return "Table";
  return as_type(type)->name ? as_type(type)->name->bytes : "?";
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
                    type_text(check->wanted));
  else
    (void)!vm_raise(vm, kind, "%s%sexpected %s, got %s", path.bytes, separator,
                    type_text(check->wanted), vm_type_name(vm, check->found));
  buffer_free(&path);
  return false;
}

bool conform_is_type(Value value) { return is_type_like(value); }

Value conform_decode(VM *vm, Value value, Value type, const char *root) {
  Check check = {.vm = vm, .is_decoding = true};
  heap_push_root(vm->heap, value);
  bool fits = run_check(&check, value, type) || raise_misfit(vm, &check, "TypeError", root);
  heap_pop_roots(vm->heap, 1);
  free_check(&check);
  return fits ? value : VALUE_ABSENT;
}

// --- cast ---------------------------------------------------------------------------------------

static bool copy_table(VM *vm, Table *to, const Table *from) {
  uint32_t position = 0;
  Value key, value;
  while (table_next(from, &position, &key, &value))
    if (!table_set(vm->heap, to, key, value)) return vm_raise_memory(vm);
  return true;
}

// A default gives its field a type too: that of the default.
static bool check_default(VM *vm, const Table *table, const Field *field) {
  Value value = table_get_str(table, field->name);
  if (value_is_absent(value) || value_is_absent(field->otherwise)) return true;
  if (value_is_null(value) || value_is_null(field->otherwise)) return true;
  const char *wanted = vm_type_name(vm, field->otherwise);
  const char *got = vm_type_name(vm, value);
  if (!value_is_absent(field->type) || strcmp(wanted, got) == 0) return true;
  return vm_raise(vm, "TypeError", "%s: expected %s, got %s", field->name->bytes, wanted, got);
}

static bool fill_one(VM *vm, Table *table, const Field *field) {
  if (!check_default(vm, table, field)) return false;
  if (value_is_absent(field->otherwise)) return true;
  if (!value_is_absent(table_get_str(table, field->name))) return true;
  return set_default(vm, table, field);
}

static bool fill_defaults(VM *vm, Table *table, Value type) {
  for (uint32_t level = 0; level < PARENTS_MAX && is_type_like(type); level++) {
    uint32_t position = 0;
    Field field;
    while (next_field(type, &position, &field))
      if (!fill_one(vm, table, &field)) return false;
    type = next_type_up(vm, type);
  }
  return true;
}

// A type of signatures alone: what is cast to it stays what it is.
static bool is_trait(VM *vm, Value type) {
  bool has_any = false;
  for (uint32_t level = 0; level < PARENTS_MAX && is_type_like(type); level++) {
    uint32_t position = 0;
    Field field;
    while (next_field(type, &position, &field)) {
      if (value_is_absent(field.type) || tag_of(field.type) != TAG_FUNCTION) return false;
      has_any = true;
    }
    type = next_type_up(vm, type);
  }
  return has_any;
}

// From now on a type's __gc is owed to the instance.
static void note_finaliser(VM *vm, Table *instance) {
  if (value_is_absent(method_find_operator(vm, value_object(instance), VM_NAME_GC))) return;
  if (vm->async.guarded) vm->async.guarded(vm, instance);
}

static bool cast_into(VM *vm, Table *made, Value type, const Table *from) {
  if (!copy_table(vm, made, from) || !fill_defaults(vm, made, type)) return false;
  made->type = from->type; // while its methods are asked for
  Check check = {.vm = vm};
  bool fits =
      run_check(&check, value_object(made), type) || raise_misfit(vm, &check, "TypeError", "");
  free_check(&check);
  if (value_is_null(from->type) || !is_trait(vm, type)) made->type = methods_of(type);
  heap_touch(vm->heap, (Obj *)made);
  if (fits) note_finaliser(vm, made);
  return fits;
}

Value conform_cast(VM *vm, Value type, Value value) {
  if (!is_type_like(type)) {
    (void)!vm_raise(vm, "TypeError", "cast() first argument must be a type, got %s",
                    vm_type_name(vm, type));
    return VALUE_ABSENT;
  }
  if (!value_is_table(value)) {
    (void)!vm_raise(vm, "TypeError", "cast() can only cast table values, got %s",
                    vm_type_name(vm, value));
    return VALUE_ABSENT;
  }
  heap_push_root(vm->heap, type);
  heap_push_root(vm->heap, value);
  Table *made = vm_table(vm);
  bool is_done = made != NULL;
  if (made) {
    heap_push_root(vm->heap, value_object(made));
    is_done = cast_into(vm, made, type, value_as_table(value));
    heap_pop_roots(vm->heap, 1);
  }
  heap_pop_roots(vm->heap, 2);
  return is_done ? value_object(made) : VALUE_ABSENT;
}

// --- isInstanceOf -------------------------------------------------------------------------------

static bool is_same_type(Value own, Value type) {
  if (own == type) return true;
  if (value_is_type(type) && as_type(type)->table) return own == value_object(as_type(type)->table);
  if (value_is_type(own) && as_type(own)->table) return type == value_object(as_type(own)->table);
  return false;
}

static bool has_type_in_chain(VM *vm, Value own, Value type) {
  for (uint32_t level = 0; level < PARENTS_MAX && is_type_like(own); level++) {
    if (is_same_type(own, type)) return true;
    own = parent_of(vm, own);
  }
  return false;
}

static bool has_all_fields(VM *vm, const Table *table, Value type) {
  uint32_t count = 0;
  for (uint32_t level = 0; level < PARENTS_MAX && is_type_like(type); level++) {
    uint32_t position = 0;
    Field field;
    for (; next_field(type, &position, &field); count++) {
      bool is_there = !value_is_absent(table_get_str(table, field.name));
      if (!is_there && !has_method(vm, table, &field)) return false;
    }
    type = next_type_up(vm, type);
  }
  return count > 0; // a type without fields has instances by name only
}

// An Error, or a table that could be one, is an instance of Error, and of the built-in type named like
// its kind.
static bool is_error_of(VM *vm, Value value, Value type) {
  if (tag_of(type) != TAG_ERROR || !value_is_type(type)) return false;
  const Str *name = as_type(type)->name;
  bool is_any_error = strcmp(name->bytes, "Error") == 0;
  if (value_is_kind(value, KIND_ERROR))
    return is_any_error || str_equal(((Error *)value_as_object(value))->kind, name);
  if (!has_all_fields(vm, value_as_table(value), type)) return false;
  Value kind = table_get_str(value_as_table(value), vm->names[VM_NAME_KIND]);
  return is_any_error || (value_is_str(kind) && str_equal(value_as_str(kind), name));
}

bool conform_is_instance(VM *vm, Value value, Value type) {
  if (value_is_type(type) && !has_fields(type)) return conform_shallow(vm, value, as_type(type));
  if (!is_type_like(type)) return false;
  if (value_is_kind(value, KIND_ERROR)) return is_error_of(vm, value, type);
  if (!value_is_table(value)) return false;
  if (has_type_in_chain(vm, value_as_table(value)->type, type)) return true;
  if (tag_of(type) == TAG_ERROR) return is_error_of(vm, value, type);
  if (tag_of(type) == TAG_STRUCT) return is_instance_of_struct(value, as_type(type));
  return has_all_fields(vm, value_as_table(value), type);
}

// --- Types applied to types ---------------------------------------------------------------------

static Str *applied_name(VM *vm, const TypeValue *type, const Value *args, uint32_t count) {
  Buffer name = {0};
  buffer_printf(&name, "%s(", type->name->bytes);
  for (uint32_t i = 0; i < count; i++)
    buffer_printf(&name, "%s%s", i ? ", " : "", type_text(args[i]));
  buffer_byte(&name, ')');
  Str *str = vm_str(vm, name.bytes, name.len);
  buffer_free(&name);
  return str;
}

// A user type's table stands for itself: the TypeValue made here refers to it.
static TypeValue *type_for(VM *vm, Value value) {
  if (value_is_type(value)) return (TypeValue *)value_as_object(value);
  Str *name = vm_text(vm, "Table");
  if (!name) return NULL;
  TypeValue *type = type_value_new(vm->heap, TAG_USER, name, 0, 0);
  if (!type)
    (void)!vm_raise_memory(vm);
  else
    type->table = value_as_table(value);
  return type;
}

static bool check_application(VM *vm, const TypeValue *type, const Value *args, uint32_t count) {
  static const uint8_t expected[] = {[TAG_LIST] = 1,    [TAG_TABLE] = 2,  [TAG_PROMISE] = 1,
                                     [TAG_CHANNEL] = 1, [TAG_RESULT] = 2, [TAG_OPTION] = 1};
  uint32_t tag = type->obj.extra;
  uint32_t wanted = tag < ARRAY_LEN(expected) ? expected[tag] : 0;
  if (wanted == 0)
    return vm_raise(vm, "TypeError", "the type %s takes no types", type->name->bytes);
  if (count != wanted)
    return vm_raise(vm, "TypeError", "the type %s takes %u type(s), got %u", type->name->bytes,
                    wanted, count);
  for (uint32_t i = 0; i < count; i++)
    if (!is_type_like(args[i]))
      return vm_raise(vm, "TypeError", "the type %s takes types, got %s", type->name->bytes,
                      vm_type_name(vm, args[i]));
  return true;
}

Value conform_apply_type(VM *vm, Value type, const Value *args, uint32_t count) {
  TypeValue *generic = (TypeValue *)value_as_object(type);
  if (!check_application(vm, generic, args, count)) return VALUE_ABSENT;
  Str *name = applied_name(vm, generic, args, count);
  if (!name) return VALUE_ABSENT;
  heap_push_root(vm->heap, value_object(name));
  TypeValue *applied = type_value_new(vm->heap, generic->obj.extra, name, count, 0);
  heap_pop_roots(vm->heap, 1);
  if (!applied) return vm_raise_memory(vm) ? VALUE_NULL : VALUE_ABSENT;
  heap_push_root(vm->heap, value_object(applied));
  bool is_done = true;
  for (uint32_t i = 0; i < count && is_done; i++) {
    applied->args[i] = type_for(vm, args[i]);
    is_done = applied->args[i] != NULL;
    heap_touch(vm->heap, (Obj *)applied);
  }
  applied->helpers = generic->helpers;
  heap_pop_roots(vm->heap, 1);
  return is_done ? value_object(applied) : VALUE_ABSENT;
}
