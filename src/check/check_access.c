// SPDX-License-Identifier: MIT
// check_access.c - reading fields and indexes
//
// A table whose fields are known says so when one is missing; Table and Any answer null at run time
// (luma.md 4.14). In Vint only what surely fails is reported.
#include "check/check_private.h"

#include <string.h>

#define NAMES_MAX 256

// --- Built-in methods ----------------------------------------------------------------------------

// Under which name the rows of a kind's methods stand; NULL: the kind has none.
static const char *owner_of(const Type *type) {
  switch (type->kind) {
  case TYPE_LIST: return "List";
  case TYPE_STRING: return "String";
  case TYPE_NUMBER:
  case TYPE_INTEGER:
  case TYPE_FLOAT: return "Number";
  case TYPE_BOOLEAN: return "Boolean";
  case TYPE_CHANNEL: return "Channel";
  case TYPE_PROMISE: return "Promise";
  case TYPE_RESULT: return "Result";
  case TYPE_OPTION: return "Option";
  case TYPE_RESPONSE: return "Response";
  case TYPE_ERROR:
  case TYPE_CUSTOM_ERROR: return "Error";
  case TYPE_GROUP: return "Group";
  case TYPE_LOCK: return "Lock";
  case TYPE_SEMAPHORE: return "Semaphore";
  case TYPE_WAIT_GROUP: return "WaitGroup";
  case TYPE_BROADCAST: return "Broadcast";
  case TYPE_FIBER_LOCAL: return "FiberLocal";
  case TYPE_RANGE: return "Range";
  case TYPE_TABLE:
  case TYPE_RECORD:
  case TYPE_USER: return "Table";
  default: return NULL;
  }
}

// Types whose names are tables of functions too: "Promise" owns Promise.all, "Promise(T)" p.cancel,
// "Lock" owns Lock.new, "Lock()" lock.release.
static bool has_table(TypeKind kind) {
  switch (kind) {
  case TYPE_LIST:
  case TYPE_CHANNEL:
  case TYPE_PROMISE:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_LOCK:
  case TYPE_SEMAPHORE:
  case TYPE_WAIT_GROUP:
  case TYPE_BROADCAST:
  case TYPE_FIBER_LOCAL: return true;
  default: return false;
  }
}

bool check_access_is_method(const DeclRow *row, const Type *object) {
  return strchr(row->owner, '(') != NULL || !has_table(object->kind);
}

const DeclRow *check_access_method(Checker *c, const Type *object, const Name *name) {
  const char *owner = owner_of(object);
  if (!owner) return NULL;
  const DeclRow *row = decls_find(c->decls, c->program->dialect, owner, name->text);
  return row && check_access_is_method(row, object) ? row : NULL;
}

Type *check_access_bound(Checker *c, const DeclRow *row, const Type *object) {
  Type *function = check_symbol_row(c, row);
  Type *bindings[RELATE_LETTERS] = {0};
  relate_infer(&c->relate, decl_type_receiver(c->types, row), (Type *)object, bindings);
  return relate_substitute(&c->relate, function, bindings);
}

Type *check_access_static(Checker *c, const DeclRow *row, const Type *method) {
  uint32_t count = method->arg_count + 1;
  Type **params = arena_alloc(c->types->arena, count * sizeof(*params));
  params[0] = decl_type_receiver(c->types, row);
  for (uint32_t i = 1; i < count; i++) params[i] = method->args[i - 1];
  return types_function(c->types, params, NULL, count, method->required_count + 1, method->has_rest,
                        method->result);
}

static void suggest_members(Checker *c, Diag *diag, const char *owner, const Name *wanted) {
  if (!owner) return;
  const char *names[NAMES_MAX];
  uint32_t count = decls_names(c->decls, c->program->dialect, owner, names, NAMES_MAX);
  check_report_suggest(c, diag, wanted->text, names, count);
}

// --- Fields --------------------------------------------------------------------------------------

static Type *report_unknown_field(Checker *c, const FieldNode *node, const Type *object) {
  if (c->match_depth > 0) return c->types->any; // an arm's tag may say that it is there
  if (types_has_unknown_parent(object)) return c->types->any;
  Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_FIELD, node->name_span, node->name->text,
                          check_report_type(c, object));
  if (object->kind == TYPE_RESULT || object->kind == TYPE_OPTION) {
    const char *source = check_report_source(c, node->object);
    diag_help(c->diags, diag, "what it holds is in `%s.%s`", source,
              object->kind == TYPE_RESULT ? "ok" : "some");
  } else {
    check_report_fields(c, diag, object, node->name);
  }
  check_report_declared_type(c, diag, object);
  return c->types->any;
}

static Type *report_no_table(Checker *c, const FieldNode *node, const Type *object) {
  const char *text = check_report_type(c, object);
  if (object->kind == TYPE_PROMISE) {
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_MEMBER, node->name_span, text, node->name->text);
    const char *suffix = arena_printf(c->types->arena, ".%s", node->name->text);
    check_report_await_then(c, diag, node->object, suffix);
    return c->types->any;
  }
  Diag *diag = diag_error(c->diags, DIAG_MEMBER_ACCESS, node->name_span, text);
  if (owner_of(object))
    diag_note(c->diags, diag, (Span){0, 0}, "%s has no method `%s`", text, node->name->text);
  suggest_members(c, diag, owner_of(object), node->name);
  return c->types->any;
}

static Type *module_member(Checker *c, const FieldNode *node, const Type *module) {
  const DeclRow *row =
      decls_find(c->decls, c->program->dialect, module->name->text, node->name->text);
  if (row) return check_symbol_row(c, row);
  Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_MEMBER, node->name_span,
                          check_report_type(c, module), node->name->text);
  suggest_members(c, diag, module->name->text, node->name);
  return c->types->any;
}

// User.greet, Promise.all: a member of a type's own table.
static Type *type_member(Checker *c, const FieldNode *node, const Type *object) {
  const Type *named = object->args[0];
  const TypeField *field = named->kind == TYPE_USER ? types_find_field(named, node->name) : NULL;
  if (field) return check_user_type_member(c, field);
  const char *owner =
      node->object->kind == NODE_NAME ? ((const NameNode *)node->object)->name->text : "";
  const DeclRow *row = decls_find(c->decls, c->program->dialect, owner, node->name->text);
  if (!row) return c->types->any;
  Type *function = check_symbol_row(c, row);
  if (!check_access_is_method(row, named) || function->kind != TYPE_FUNCTION) return function;
  return check_access_static(c, row, function);
}

static Type *luma_field(Checker *c, const FieldNode *node, const Type *object) {
  const TypeField *field = types_find_field(object, node->name);
  if (field) return field->type;
  switch (object->kind) {
  case TYPE_TABLE: return object->args[1];
  case TYPE_MODULE: return module_member(c, node, object);
  case TYPE_TYPE: return type_member(c, node, object);
  case TYPE_UNION:
  case TYPE_EXTERNAL:
  case TYPE_NEVER: return c->types->any;
  default: break;
  }
  const DeclRow *row = check_access_method(c, object, node->name);
  if (row) return check_access_bound(c, row, object);
  if (node->name == c->names.into) return c->types->any_function;
  if (node->name == c->names.type && relate_is_table(object)) return c->types->any;
  if (relate_is_table(object)) return report_unknown_field(c, node, object);
  return report_no_table(c, node, object);
}

// A struct's field or method, an enum's member that is not there.
Type *check_access_no_member(Checker *c, const Type *type, const Name *name, Span span) {
  const char *what = type->kind == TYPE_ENUM ? "member" : "field or method";
  Diag *diag = diag_error(c->diags, DIAG_VINT_NO_MEMBER, span, check_report_type(c, type), what,
                          name->text);
  check_report_fields(c, diag, type, name);
  check_report_declared_type(c, diag, type);
  return c->types->any;
}

// Color.RED. The types of a member's values are known once the enum's own statement was checked.
static Type *enum_member(Checker *c, const FieldNode *node, const Type *type) {
  const TypeField *member = types_find_field(type, node->name);
  return member ? member->type : check_access_no_member(c, type, node->name, node->name_span);
}

static Type *vint_field(Checker *c, const FieldNode *node, const Type *object) {
  if (object->kind == TYPE_RECORD) { // what a file gives
    const TypeField *field = types_find_field(object, node->name);
    if (field) return field->type;
  }
  if (object->kind == TYPE_POINTER && object->args[0]->kind == TYPE_STRUCT)
    object = object->args[0];
  if (object->kind == TYPE_STRUCT) {
    const TypeField *field = types_find_field(object, node->name);
    return field ? field->type
                 : check_access_no_member(c, object, node->name, node->name_span);
  }
  if (object->kind == TYPE_TYPE && object->args[0]->kind == TYPE_ENUM)
    return enum_member(c, node, object->args[0]);
  if (object->kind == TYPE_CUSTOM_ERROR) {
    const TypeField *field = types_find_field(object, node->name);
    if (field) return field->type;
  }
  if (object->kind == TYPE_PROMISE) return report_no_table(c, node, object);
  if (object->kind == TYPE_MODULE) return module_member(c, node, object);
  return c->types->any;
}

Type *check_access_field(Checker *c, FieldNode *node, Type *object) {
  check_package_private(c, node->object, node->name, node->name_span);
  if (relate_is_open(object)) return c->types->any;
  return c->is_luma ? luma_field(c, node, object) : vint_field(c, node, object);
}

// --- Indexes -------------------------------------------------------------------------------------

static void report_promise(Checker *c, const Node *object, const Type *type) {
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_INDEX, object->span, check_report_type(c, type));
  check_report_await_then(c, diag, object, "[…]");
}

static Type *list_item(Checker *c, IndexNode *node, const Type *object) {
  Type *number = c->is_luma ? c->types->number : c->types->any;
  Type *index = check_expr(c, node->index, number);
  if (relate_fits(&c->relate, index, number, NULL)) return object->args[0];
  diag_error(c->diags, DIAG_LIST_INDEX, node->index->span, check_report_type(c, index));
  return c->types->any;
}

static Type *report_key(Checker *c, const Node *index, const char *wanted, const Type *got) {
  Diag *diag =
      diag_error(c->diags, DIAG_TABLE_INDEX, index->span, wanted, check_report_type(c, got));
  if (got->kind == TYPE_PROMISE) check_report_await(c, diag, index);
  return NULL;
}

static Type *table_item(Checker *c, IndexNode *node, const Type *object) {
  Type *key = object->args[0];
  Type *index = check_expr(c, node->index, key);
  if (relate_fits(&c->relate, index, key, NULL)) return object->args[1];
  report_key(c, node->index, check_report_type(c, key), index);
  return c->types->any;
}

// t["name"] of a table whose names are known.
static Type *record_item(Checker *c, IndexNode *node, const Type *object) {
  Type *index = check_expr(c, node->index, c->types->string);
  if (!relate_fits(&c->relate, index, c->types->string, NULL)) {
    report_key(c, node->index, "String", index);
    return c->types->any;
  }
  if (node->index->kind != NODE_STRING) return c->types->any;
  const StringNode *text = (const StringNode *)node->index;
  const Name *name = name_intern(c->types->names, text->bytes, text->len);
  const TypeField *field = types_find_field(object, name);
  bool is_value = field && object->kind != TYPE_TYPE;
  return is_value ? field->type : c->types->any;
}

// Where elements have a written type, the index has one too.
static void check_vint_key(Checker *c, const IndexNode *node, const Type *object, Type *index) {
  bool is_list = object->kind == TYPE_LIST;
  Type *wanted = is_list ? c->types->integer : object->args[0];
  bool may_be = index->kind == TYPE_NUMBER || index->kind == TYPE_RANGE || index->kind == TYPE_UNION;
  if (may_be || relate_is_open(object->args[is_list ? 0 : 1])) return;
  if (relate_fits(&c->relate, index, wanted, NULL)) return;
  Diag *diag = is_list ? diag_error(c->diags, DIAG_VINT_INDEX, node->index->span,
                                    check_report_type(c, index))
                       : diag_error(c->diags, DIAG_VINT_KEY, node->index->span,
                                    check_report_type(c, wanted), check_report_type(c, index));
  if (index->kind == TYPE_PROMISE) check_report_await(c, diag, node->index);
}

// Outside an array, and without a key, the answer is null: the type is what the element has if there
// is one, and what is stored under an annotation is checked again when the program runs (trust.h).
static Type *vint_item(Checker *c, IndexNode *node, Type *object) {
  Type *index = check_expr(c, node->index, NULL);
  switch (object->kind) {
  case TYPE_PROMISE: report_promise(c, node->object, object); return c->types->any;
  case TYPE_LIST: check_vint_key(c, node, object, index); return object->args[0];
  case TYPE_TABLE: check_vint_key(c, node, object, index); return object->args[1];
  case TYPE_STRING: return object;
  default: check_written_index(c, node->object, object); return c->types->any;
  }
}

Type *check_access_index(Checker *c, IndexNode *node, Type *object) {
  if (!c->is_luma) return vint_item(c, node, object);
  switch (object->kind) {
  case TYPE_LIST: return list_item(c, node, object);
  case TYPE_TABLE: return table_item(c, node, object);
  case TYPE_PROMISE:
    check_expr(c, node->index, NULL);
    report_promise(c, node->object, object);
    return c->types->any;
  default: break;
  }
  bool is_dynamic = relate_is_open(object) || object->kind == TYPE_UNION ||
                    object->kind == TYPE_EXTERNAL || object->kind == TYPE_NEVER;
  if (!is_dynamic && relate_is_table(object)) return record_item(c, node, object);
  check_expr(c, node->index, NULL);
  if (is_dynamic) return c->types->any;
  Diag *diag =
      diag_error(c->diags, DIAG_INDEX_OBJECT, node->object->span, check_report_type(c, object));
  if (object->kind == TYPE_STRING) {
    diag_help(c->diags, diag, "a part of a text: `%s:slice(0, 1)`",
              check_report_source(c, node->object));
  }
  return c->types->any;
}

Type *check_access_slice(Checker *c, SliceNode *node, Type *object) {
  if (node->from) check_expr(c, node->from, NULL);
  if (node->to) check_expr(c, node->to, NULL);
  if (object->kind == TYPE_PROMISE) report_promise(c, node->object, object);
  bool is_same = object->kind == TYPE_LIST || object->kind == TYPE_STRING;
  return is_same ? object : c->types->any;
}
