// SPDX-License-Identifier: MIT
// check_method.c - x.m(a), x:m(a) and Vint's x.m(a)
//
// luma.md 4.13. A dot calls what it finds: the object's own field without the object, a method
// found on the type with the object in front if its first parameter is `self` and an argument is
// missing, a built-in method always bound. A colon puts the object in front.
#include "check/check_private.h"

#include <string.h>

#define NAMES_MAX 256

// --- Messages ------------------------------------------------------------------------------------

static Type *report_promise(Checker *c, const MethodCallNode *node, const Type *object) {
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_MEMBER, node->name_span,
                          check_report_type(c, object), node->name->text);
  const char *mark = node->node.kind == NODE_COLON_CALL ? ":" : ".";
  check_report_await_then(c, diag, node->object,
                          arena_printf(c->types->arena, "%s%s(…)", mark, node->name->text));
  return c->types->any;
}

static const char *owner_name(const Type *object) {
  switch (object->kind) {
  case TYPE_LIST: return "List";
  case TYPE_STRING: return "String";
  case TYPE_CHANNEL: return "Channel";
  case TYPE_MODULE: return object->name->text;
  case TYPE_GROUP: return "Group";
  case TYPE_LOCK: return "Lock";
  case TYPE_SEMAPHORE: return "Semaphore";
  case TYPE_WAIT_GROUP: return "WaitGroup";
  case TYPE_BROADCAST: return "Broadcast";
  case TYPE_FIBER_LOCAL: return "FiberLocal";
  case TYPE_NUMBER: return "Number";
  default: return NULL;
  }
}

static void suggest_methods(Checker *c, Diag *diag, const Type *object, const Name *wanted) {
  const char *owner = owner_name(object);
  if (!owner) return;
  const char *names[NAMES_MAX];
  uint32_t count = decls_names(c->decls, c->program->dialect, owner, names, NAMES_MAX);
  check_report_suggest(c, diag, wanted->text, names, count);
}

static Type *report_missing(Checker *c, CallSite *site, const MethodCallNode *node,
                            const Type *object) {
  check_call_dynamic(c, site);
  if (object->kind == TYPE_PROMISE) return report_promise(c, node, object);
  const char *text = check_report_type(c, object);
  Diag *diag;
  if (object->kind == TYPE_MODULE) {
    diag = diag_error(c->diags, DIAG_UNKNOWN_MEMBER, node->name_span, text, node->name->text);
  } else if (relate_is_table(object)) {
    if (c->match_depth > 0 || types_has_unknown_parent(object)) return c->types->any;
    diag = diag_error(c->diags, DIAG_UNKNOWN_FIELD, node->name_span, node->name->text, text);
    check_report_fields(c, diag, object, node->name);
    if (object->kind == TYPE_TABLE)
      diag_help(c->diags, diag, "an entry is read and written as `%s[key]`", check_report_source(c, node->object));
  } else {
    diag = diag_error(c->diags, DIAG_MEMBER_ACCESS, node->name_span, text);
    diag_note(c->diags, diag, (Span){0, 0}, "%s has no method `%s`", text, node->name->text);
  }
  suggest_methods(c, diag, object, node->name);
  return c->types->any;
}

static Type *report_not_callable(Checker *c, CallSite *site, const Type *type) {
  check_call_dynamic(c, site);
  DiagCode code = type->kind == TYPE_PROMISE ? DIAG_PROMISE_CALL : DIAG_NOT_CALLABLE;
  diag_error(c->diags, code, site->callee_span, check_report_type(c, type));
  return c->types->any;
}

// --- Calling what was found ----------------------------------------------------------------------

static Type *call_value(Checker *c, CallSite *site, Type *type, Type *expected) {
  type = types_prune(type);
  if (type->kind == TYPE_FUNCTION) return check_call_function(c, site, type, expected);
  bool is_dynamic = relate_is_open(type) || type->kind == TYPE_ANY_FUNCTION ||
                    type->kind == TYPE_UNION || type->kind == TYPE_EXTERNAL;
  return is_dynamic ? check_call_dynamic(c, site) : report_not_callable(c, site, type);
}

static bool is_function_argument(const Argument *arg) {
  if (arg->value->kind == NODE_FUNCTION) return true;
  if (arg->value->kind != NODE_NAME) return false;
  return check_symbol_function(((const NameNode *)arg->value)->symbol) != NULL;
}

// Two orders of reduce's arguments are in use; the function is the function (luma.md 9.2).
// They are the last two parameters: `List.reduce` and `list.reduce` have the list in front of them.
static Type *in_written_order(Checker *c, const CallSite *site, Type *function) {
  bool is_reduce = c->is_luma && strcmp(site->row->name, "reduce") == 0;
  if (!is_reduce || function->kind != TYPE_FUNCTION || function->arg_count < 2) return function;
  uint32_t count = function->arg_count, at = count - 2;
  if (count > 3 || site->arg_count != count) return function;
  if (site->args[at].name || site->args[at + 1].name) return function;
  bool takes_function_first = function->args[at]->kind == TYPE_FUNCTION;
  bool gets_function_first = is_function_argument(&site->args[at]);
  if (takes_function_first == gets_function_first) return function;
  if (!gets_function_first && !is_function_argument(&site->args[at + 1])) return function;
  Type *swapped[3] = {function->args[0], function->args[1], function->args[count - 1]};
  swapped[at] = function->args[at + 1];
  swapped[at + 1] = function->args[at];
  return types_function(c->types, swapped, NULL, count, count, false, function->result);
}

static Type *call_row(Checker *c, CallSite *site, const DeclRow *row, Type *expected) {
  site->row = row;
  Type *result;
  if (check_special(c, site, expected, &result)) return result;
  bool asks = decls_wants_expected(row);
  Type *type = asks ? check_expected_row(c, site, expected) : check_symbol_row(c, row);
  return call_value(c, site, in_written_order(c, site, types_prune(type)), expected);
}

static Type *call_bound(Checker *c, CallSite *site, const DeclRow *row, const Type *object,
                        Type *expected) {
  site->row = row;
  Type *function = check_access_bound(c, row, object);
  return call_value(c, site, in_written_order(c, site, function), expected);
}

// The function without its first parameter, which the object fills.
static Type *without_first(Checker *c, const Type *function) {
  bool has_only_rest = function->has_rest && function->arg_count == 1;
  if (function->arg_count == 0 || has_only_rest) return (Type *)function;
  uint32_t required = function->required_count > 0 ? function->required_count - 1 : 0;
  Type *rest = types_function(
      c->types, function->args + 1, function->param_names ? function->param_names + 1 : NULL,
      function->arg_count - 1, required, function->has_rest, function->result);
  return rest;
}

static Type *call_with_receiver(Checker *c, CallSite *site, const MethodCallNode *node,
                                Type *object, const Type *function, Type *expected) {
  if (function->arg_count == 0) {
    check_call_dynamic(c, site);
    Diag *diag =
        diag_error(c->diags, DIAG_CALL_TOO_MANY, node->name_span, "0", site->arg_count + 1);
    diag_help(c->diags, diag, "`:` passes the object as first argument; without it: `%s.%s(…)`",
              check_report_source(c, node->object), node->name->text);
    return c->types->any;
  }
  Misfit why;
  if (!relate_fits(&c->relate, object, function->args[0], &why)) {
    Diag *diag = diag_error(c->diags, DIAG_CALL_ARGUMENT, node->object->span, 0u,
                            check_report_type(c, function->args[0]), check_report_type(c, object));
    diag_help(c->diags, diag, "`:` passes the object as first argument; without it: `%s.%s(…)`",
              check_report_source(c, node->object), node->name->text);
    check_report_reason(c, diag, node->object, function->args[0], object, &why);
    return check_call_dynamic(c, site);
  }
  return check_call_function(c, site, without_first(c, function), expected);
}

// A user type's function that is no default stands on the type: a method, or in a trait what some
// type has as a method.
static bool binds_self(Checker *c, const CallSite *site, const TypeField *field) {
  const Type *function = types_prune(field->type);
  bool is_method = !field->is_optional && function->kind == TYPE_FUNCTION;
  if (!is_method || function->arg_count == 0) return false;
  bool has_self = function->param_names && function->param_names[0] == c->names.self;
  return has_self && site->arg_count < function->required_count;
}

// A trait's signature without the object: `x:area()` passes it all the same.
static bool leaves_out_object(const CallSite *site, const TypeField *field, const Type *function) {
  bool is_signature = !field->is_method && !field->is_optional;
  return is_signature && function->kind == TYPE_FUNCTION && site->arg_count == function->arg_count;
}

static Type *call_field(Checker *c, CallSite *site, MethodCallNode *node, Type *object,
                        const TypeField *field, Type *expected) {
  Type *function = types_prune(field->type);
  site->declared_at = field->span;
  if (node->node.kind == NODE_COLON_CALL) {
    bool is_bound = object->kind == TYPE_USER && leaves_out_object(site, field, function);
    if (is_bound || function->kind != TYPE_FUNCTION) return call_value(c, site, function, expected);
    return call_with_receiver(c, site, node, object, function, expected);
  }
  node->is_own_field = object->kind == TYPE_RECORD;
  if (node->is_own_field || !binds_self(c, site, field))
    return call_value(c, site, function, expected);
  return call_with_receiver(c, site, node, object, function, expected);
}

// --- What the object has -------------------------------------------------------------------------

static Type *call_module(Checker *c, CallSite *site, MethodCallNode *node, Type *module,
                         Type *expected) {
  bool is_bound = node->node.kind == NODE_COLON_CALL;
  if (is_bound) return check_call_dynamic(c, site);
  node->is_own_field = true;
  const DeclRow *row =
      decls_find(c->decls, c->program->dialect, module->name->text, node->name->text);
  if (row) return call_row(c, site, row, expected);
  return report_missing(c, site, node, module);
}

static Type *report_no_static(Checker *c, CallSite *site, const MethodCallNode *node,
                              const char *owner) {
  check_call_dynamic(c, site);
  Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_MEMBER, node->name_span, owner, node->name->text);
  const char *names[NAMES_MAX];
  uint32_t count = decls_names(c->decls, c->program->dialect, owner, names, NAMES_MAX);
  check_report_suggest(c, diag, node->name->text, names, count);
  return c->types->any;
}

// `List.map(xs, f)`: what a row describes as a method, with the object as first argument.
static Type *call_static(Checker *c, CallSite *site, const DeclRow *row, Type *expected) {
  const Type *method = types_prune(check_symbol_row(c, row));
  site->row = row;
  if (method->kind != TYPE_FUNCTION) return check_call_dynamic(c, site);
  Type *function = check_access_static(c, row, method);
  return call_value(c, site, in_written_order(c, site, function), expected);
}

// Promise.all(…), User.greet(u): a function of the type's own table.
static Type *call_type_member(Checker *c, CallSite *site, MethodCallNode *node, Type *object,
                              Type *expected) {
  Type *named = object->args[0];
  node->is_own_field = node->node.kind == NODE_DOT_CALL;
  const TypeField *field = named->kind == TYPE_USER ? types_find_field(named, node->name) : NULL;
  if (field) {
    site->declared_at = field->span;
    return call_value(c, site, check_user_type_member(c, field), expected);
  }
  if (named->kind == TYPE_USER && named->parent && named->parent->kind == TYPE_USER) {
    return check_call_dynamic(c, site);
  }
  if (named->kind == TYPE_USER && node->name != c->names.into) {
    return report_missing(c, site, node, named);
  }
  if (node->object->kind != NODE_NAME) return check_call_dynamic(c, site);
  const char *owner = ((const NameNode *)node->object)->name->text;
  const DeclRow *row = decls_find(c->decls, c->program->dialect, owner, node->name->text);
  const char *any_name[1];
  bool has_members = decls_names(c->decls, c->program->dialect, owner, any_name, 1) > 0;
  if (!row && has_members && node->name != c->names.into) {
    return report_no_static(c, site, node, owner);
  }
  if (!row) return check_call_dynamic(c, site);
  return check_access_is_method(row, named) ? call_static(c, site, row, expected)
                                     : call_row(c, site, row, expected);
}

// r:unwrap_or(0): the function Result.unwrap_or, with the object as first argument. A Result is a plain
// table, so only where its type is known.
static const DeclRow *find_helper(Checker *c, const Type *object, const Name *name) {
  const char *owner = object->kind == TYPE_RESULT   ? "Result"
                      : object->kind == TYPE_OPTION ? "Option"
                                                    : NULL;
  const DeclRow *row = owner ? decls_find(c->decls, DIALECT_LUMA, owner, name->text) : NULL;
  const Type *function = row ? types_prune(check_symbol_row(c, row)) : NULL;
  bool takes_object = function && function->kind == TYPE_FUNCTION && function->arg_count > 0 &&
                      types_prune(function->args[0])->kind == object->kind;
  return takes_object ? row : NULL;
}

static Type *call_helper(Checker *c, CallSite *site, MethodCallNode *node, const DeclRow *row,
                         Type *object, Type *expected) {
  const Type *function = types_prune(check_symbol_row(c, row));
  Type *bindings[RELATE_LETTERS] = {0};
  relate_infer(&c->relate, function->args[0], object, bindings);
  Type *bound = relate_substitute(&c->relate, without_first(c, function), bindings);
  node->helper_of = row->owner;
  site->row = row;
  return check_call_function(c, site, bound, expected);
}

// A table may hold functions, unless its type says otherwise.
static bool may_hold_function(const Type *table) {
  switch (types_prune(table->args[1])->kind) {
  case TYPE_NUMBER:
  case TYPE_STRING:
  case TYPE_BOOLEAN:
  case TYPE_LIST:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_PROMISE:
  case TYPE_CHANNEL: return false;
  default: return true;
  }
}

static Type *call_luma(Checker *c, CallSite *site, MethodCallNode *node, Type *object,
                       Type *expected) {
  switch (object->kind) {
  case TYPE_MODULE: return call_module(c, site, node, object, expected);
  case TYPE_TYPE: return call_type_member(c, site, node, object, expected);
  case TYPE_UNION:
  case TYPE_EXTERNAL:
  case TYPE_NEVER: return check_call_dynamic(c, site);
  default: break;
  }
  const TypeField *field = types_find_field(object, node->name);
  if (field) return call_field(c, site, node, object, field, expected);
  const DeclRow *row = check_access_method(c, object, node->name);
  if (row) return call_bound(c, site, row, object, expected);
  row = find_helper(c, object, node->name);
  if (row) return call_helper(c, site, node, row, object, expected);
  bool is_dynamic = (object->kind == TYPE_TABLE && may_hold_function(object)) || node->name == c->names.into;
  return is_dynamic ? check_call_dynamic(c, site) : report_missing(c, site, node, object);
}

static Type *call_struct(Checker *c, CallSite *site, const TypeField *field, Type *expected) {
  site->declared_at = field->span;
  site->allows_surplus = true;
  const Type *type = types_prune(field->type);
  return type->kind == TYPE_FUNCTION ? check_call_function(c, site, field->type, expected)
                                     : check_call_dynamic(c, site);
}

static Type *call_vint(Checker *c, CallSite *site, MethodCallNode *node, Type *object,
                       Type *expected) {
  if (object->kind == TYPE_MODULE) return call_module(c, site, node, object, expected);
  const TypeField *offered = object->kind == TYPE_RECORD // what a file gives
                                 ? types_find_field(object, node->name)
                                 : NULL;
  if (offered) return call_struct(c, site, offered, expected);
  if (object->kind == TYPE_POINTER && object->args[0]->kind == TYPE_STRUCT)
    object = object->args[0];
  if (object->kind == TYPE_STRUCT) {
    const TypeField *field = types_find_field(object, node->name);
    if (field) return call_struct(c, site, field, expected);
    check_call_dynamic(c, site);
    return check_access_no_member(c, object, node->name, node->name_span);
  }
  bool is_send =
      object->kind == TYPE_CHANNEL && site->arg_count == 1 && strcmp(node->name->text, "send") == 0;
  if (is_send) {
    check_channel_sent(c, site->args[0].value, object);
    return c->types->null;
  }
  const DeclRow *row = check_access_method(c, object, node->name);
  if (row) return call_bound(c, site, row, object, expected);
  if (object->kind == TYPE_PROMISE) return report_missing(c, site, node, object);
  check_call_dynamic(c, site);
  check_written_method(c, node, object);
  return c->types->any;
}

Type *check_method(Checker *c, MethodCallNode *node, Type *object, Type *expected) {
  CallSite site = check_call_site(&node->node);
  check_package_private(c, node->object, node->name, node->name_span);
  if (relate_is_open(object)) return check_call_dynamic(c, &site);
  if (c->is_luma) return call_luma(c, &site, node, object, expected);
  return call_vint(c, &site, node, object, expected);
}
