// SPDX-License-Identifier: MIT
// check_table.c - list and table literals
//
// A table literal whose names are all written has a record type that remembers each field. What its
// place expects flows into the fields; whether the whole fits is for the place to say.
#include "check/check_private.h"

#include <string.h>

// Fewer entries are compared with each other, more go through a map.
#define FEW_ENTRIES 8

// --- Lists ---------------------------------------------------------------------------------------

static Type *expected_element(Type *expected) {
  expected = types_prune(expected);
  return expected && expected->kind == TYPE_LIST ? types_prune(expected->args[0]) : NULL;
}

static void report_mixed(Checker *c, const Node *item, const Type *a, const Type *b,
                         bool is_expected) {
  const char *wanted = check_report_type(c, a);
  const char *got = check_report_type(c, b);
  Diag *diag = c->is_luma
                   ? diag_error(c->diags, DIAG_LIST_MIXED, item->span, wanted, got)
                   : diag_error(c->diags, DIAG_ELEMENT_TYPE, item->span, wanted, wanted, got);
  if (b->kind == TYPE_PROMISE && relate_fits(&c->relate, b->args[0], a, NULL)) {
    check_report_await(c, diag, item);
  } else if (!is_expected) {
    diag_help(c->diags, diag, "for a list of different types say so: `let xs: List(Any) = […]`");
  }
}

// A place that is written as Any takes a list of anything; one that expects nothing does not say so.
static bool takes_anything(Type *expected) {
  expected = types_prune(expected);
  return expected && expected->kind == TYPE_ANY;
}

// Every item must be an `element`.
static Type *check_expected_list(Checker *c, ListNode *node, Type *element) {
  for (uint32_t i = 0; i < node->items.count; i++) {
    Node *item = node->items.items[i];
    Type *type = check_expr(c, item, element);
    Misfit why;
    if (!relate_fits(&c->relate, type, element, &why)) report_mixed(c, item, element, type, true);
  }
  return types_of1(c->types, TYPE_LIST, element);
}

Type *check_table_list(Checker *c, ListNode *node, Type *expected) {
  Type *element = expected_element(expected);
  bool is_element_known = element && element->kind != TYPE_INFER;
  if (!c->is_luma && !check_expr_expects(element)) element = c->types->any;
  if (is_element_known || !c->is_luma) return check_expected_list(c, node, element);
  if (node->items.count == 0) {
    return element ? expected : types_of1(c->types, TYPE_LIST, types_infer(c->types));
  }
  Type *joined = NULL;
  bool is_free = takes_anything(expected);
  for (uint32_t i = 0; i < node->items.count; i++) {
    Node *item = node->items.items[i];
    Type *type = check_expr(c, item, is_free ? c->types->any : NULL);
    Type *both = joined ? relate_join(&c->relate, joined, type) : type;
    if (!both && !is_free) report_mixed(c, item, joined, type, false);
    joined = both ? both : c->types->any;
  }
  return types_of1(c->types, TYPE_LIST, joined);
}

// --- Tables --------------------------------------------------------------------------------------

static void report_duplicate(Checker *c, const TableEntry *entry) {
  diag_error(c->diags, DIAG_DUPLICATE_KEY, entry->span, entry->name->text);
}

static bool is_written_before(const TableNode *node, uint32_t index) {
  for (uint32_t i = 0; i < index; i++) {
    if (node->entries[i].name == node->entries[index].name) return true;
  }
  return false;
}

void check_table_duplicates(Checker *c, const TableNode *node) {
  StrMap seen = {0};
  for (uint32_t i = 0; i < node->count; i++) {
    const Name *name = node->entries[i].name;
    if (!name) continue;
    bool is_again;
    if (node->count <= FEW_ENTRIES) {
      is_again = is_written_before(node, i);
    } else {
      is_again = strmap_get(&seen, name->text, name->len) != NULL;
      strmap_set(&seen, name->text, name->len, c);
    }
    if (is_again) report_duplicate(c, &node->entries[i]);
  }
  strmap_free(&seen);
}

// The table-like type that the place wants, the first of several.
static const Type *wanted_table(Type *expected) {
  expected = types_prune(expected);
  if (!expected) return NULL;
  if (expected->kind == TYPE_PROMISE) expected = types_prune(expected->args[0]);
  if (expected->kind != TYPE_UNION) return relate_is_table(expected) ? expected : NULL;
  for (uint32_t i = 0; i < expected->arg_count; i++) {
    const Type *member = types_prune(expected->args[i]);
    if (relate_is_table(member)) return member;
  }
  return NULL;
}

static Type *wanted_field(const Type *wanted, const Name *name) {
  if (wanted->kind == TYPE_TABLE) return wanted->args[1];
  const TypeField *field = types_find_field(wanted, name);
  return field ? field->type : NULL;
}

// Only types that somebody named say which fields there are. Extra ones in a literal are mistakes
// then, because nobody could read them.
static void check_extra_field(Checker *c, const Type *wanted, const TableEntry *entry) {
  bool is_named = wanted && (wanted->kind == TYPE_USER || wanted->kind == TYPE_RESPONSE);
  if (!is_named || strncmp(entry->name->text, "__", 2) == 0) return;
  if (types_find_field(wanted, entry->name)) return;
  Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_FIELD, entry->span, entry->name->text,
                          check_report_type(c, wanted));
  check_report_fields(c, diag, wanted, entry->name);
  check_report_declared_type(c, diag, wanted);
}

static Type *check_field_value(Checker *c, const Type *wanted, TableEntry *entry, Type *otherwise) {
  if (!entry->type) {
    Type *field = wanted ? wanted_field(wanted, entry->name) : otherwise;
    return check_expr(c, entry->value, field);
  }
  Type *declared = check_type_written(c, entry->type);
  Type *type = check_expr(c, entry->value, declared);
  Misfit why;
  if (relate_fits(&c->relate, type, declared, &why)) return declared;
  Diag *diag =
      diag_error(c->diags, DIAG_FIELD_TYPE, check_report_place(entry->value, &why),
                 entry->name->text, check_report_type(c, declared), check_report_type(c, type));
  check_report_reason(c, diag, entry->value, declared, type, &why);
  return declared;
}

static Type *check_record(Checker *c, TableNode *node, const Type *wanted, Type *otherwise) {
  TypeField *fields = arena_alloc(c->types->arena, node->count * sizeof(*fields));
  for (uint32_t i = 0; i < node->count; i++) {
    TableEntry *entry = &node->entries[i];
    check_extra_field(c, wanted, entry);
    Type *type = check_field_value(c, wanted, entry, otherwise);
    check_user_type_operator(c, entry->name, entry->value);
    fields[i] = (TypeField){.name = entry->name, .type = type, .span = entry->span};
  }
  return types_record(c->types, fields, node->count);
}

static void check_key(Checker *c, TableEntry *entry) {
  Type *key = check_expr(c, entry->key, NULL);
  bool is_key = relate_is_open(key) || key->kind == TYPE_STRING || key->kind == TYPE_NUMBER ||
                key->kind == TYPE_BOOLEAN;
  if (!is_key) {
    diag_error(c->diags, DIAG_TABLE_KEY, entry->key->span, check_report_type(c, key));
  }
}

// With a computed key nobody knows which names there are.
static Type *check_open_table(Checker *c, TableNode *node, const Type *wanted, Type *otherwise) {
  Type *joined = NULL;
  for (uint32_t i = 0; i < node->count; i++) {
    TableEntry *entry = &node->entries[i];
    if (entry->key) check_key(c, entry);
    Type *type = entry->name
                     ? check_field_value(c, wanted, entry, otherwise)
                     : check_expr(c, entry->value, wanted ? wanted_field(wanted, NULL) : otherwise);
    Type *both = joined ? relate_join(&c->relate, joined, type) : type;
    joined = both ? both : c->types->any;
  }
  return types_of2(c->types, TYPE_TABLE, NULL, joined);
}

static bool has_computed_key(const TableNode *node) {
  for (uint32_t i = 0; i < node->count; i++) {
    if (!node->entries[i].name) return true;
  }
  return false;
}

Type *check_table_literal(Checker *c, TableNode *node, Type *expected) {
  const Type *wanted = wanted_table(expected);
  if (node->count == 0) {
    bool is_table = wanted && wanted->kind == TYPE_TABLE;
    bool has_no_names = !wanted || wanted->kind == TYPE_MODULE || wanted->kind == TYPE_TYPE;
    if (is_table) return (Type *)wanted;
    if (has_no_names) return types_of2(c->types, TYPE_TABLE, NULL, NULL);
    return types_record(c->types, NULL, 0);
  }
  check_table_duplicates(c, node);
  Type *otherwise = takes_anything(expected) ? c->types->any : NULL;
  if (has_computed_key(node)) return check_open_table(c, node, wanted, otherwise);
  if (wanted && wanted->kind == TYPE_ERROR) node->instance_of = c->types->error;
  return check_record(c, node, wanted, otherwise);
}

// Vint's dicts are open: element types count only where they are written.
Type *check_table_dict(Checker *c, TableNode *node, Type *expected) {
  expected = types_prune(expected);
  bool is_typed = expected && expected->kind == TYPE_TABLE;
  Type *key = is_typed ? expected->args[0] : c->types->any;
  Type *value = is_typed ? expected->args[1] : c->types->any;
  for (uint32_t i = 0; i < node->count; i++) {
    TableEntry *entry = &node->entries[i];
    Type *key_type = entry->key ? check_expr(c, entry->key, key) : c->types->string;
    const Node *key_node = entry->key ? entry->key : entry->value;
    if (!relate_fits(&c->relate, key_type, key, NULL))
      report_mixed(c, key_node, key, key_type, true);
    Type *type = check_expr(c, entry->value, value);
    if (!relate_fits(&c->relate, type, value, NULL))
      report_mixed(c, entry->value, value, type, true);
  }
  return types_of2(c->types, TYPE_TABLE, key, value);
}
