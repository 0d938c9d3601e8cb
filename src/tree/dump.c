// SPDX-License-Identifier: MIT
// dump.c - the tree as text, for tests
//
// Written in two passes: first everything on one line, then a layout that breaks the groups which
// do not fit. A group that fits stays whole, so a small statement is one line to compare in a test.
//
// The first pass recurses over the tree, whose height the parsers bound.
#include "tree/dump.h"

#include "base/number.h"
#include "base/vec.h"
#include "tree/fields.h"

#include <string.h>

#define DUMP_WIDTH 80

typedef VEC(uint32_t) OffsetVec;

static const char *const kind_names[NODE_COUNT] = {
#define NODE(kind, type, name) [NODE_##kind] = name,
#include "tree/nodes.def"
#undef NODE
};

// The exact operators print like the plain ones with a dot in front: they mean other arithmetic.
static const char *const operator_names[OPERATOR_COUNT] = {
    [OPERATOR_ADD] = "+",
    [OPERATOR_SUBTRACT] = "-",
    [OPERATOR_MULTIPLY] = "*",
    [OPERATOR_DIVIDE] = "/",
    [OPERATOR_REMAINDER] = "%",
    [OPERATOR_POWER] = "^",
    [OPERATOR_EQUAL] = "==",
    [OPERATOR_NOT_EQUAL] = "!=",
    [OPERATOR_LESS] = "<",
    [OPERATOR_LESS_EQUAL] = "<=",
    [OPERATOR_GREATER] = ">",
    [OPERATOR_GREATER_EQUAL] = ">=",
    [OPERATOR_HAS_KEY] = "has-key",
    [OPERATOR_NEGATE] = "-",
    [OPERATOR_NOT] = "!",
    [OPERATOR_EXACT_ADD] = ".+",
    [OPERATOR_EXACT_SUBTRACT] = ".-",
    [OPERATOR_EXACT_MULTIPLY] = ".*",
    [OPERATOR_EXACT_DIVIDE] = "./",
    [OPERATOR_EXACT_REMAINDER] = ".%",
    [OPERATOR_EXACT_POWER] = ".^",
    [OPERATOR_EXACT_EQUAL] = ".==",
    [OPERATOR_EXACT_NOT_EQUAL] = ".!=",
    [OPERATOR_EXACT_LESS] = ".<",
    [OPERATOR_EXACT_LESS_EQUAL] = ".<=",
    [OPERATOR_EXACT_GREATER] = ".>",
    [OPERATOR_EXACT_GREATER_EQUAL] = ".>=",
    [OPERATOR_CONTAINS] = "contains",
    [OPERATOR_EXACT_NEGATE] = ".-",
    [OPERATOR_EXACT_PLUS] = ".+",
};

// --- Pass one: everything on one line ------------------------------------------------------------

static void write_quoted(Buffer *out, const char *bytes, uint32_t len) {
  buffer_byte(out, '"');
  for (uint32_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '"' || c == '\\') {
      buffer_byte(out, '\\');
      buffer_byte(out, (char)c);
    } else if (c == '\n') {
      buffer_text(out, "\\n");
    } else if (c < ' ' || c == 0x7F) {
      buffer_printf(out, "\\x%02x", c);
    } else {
      buffer_byte(out, (char)c);
    }
  }
  buffer_byte(out, '"');
}

static bool is_plain_word(const Name *name) {
  for (uint32_t i = 0; i < name->len; i++) {
    char c = name->text[i];
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_letter && c != '_' && c != '.') return false;
  }
  return name->len > 0;
}

// Names from a table's quoted keys may be any text.
static void write_name(Buffer *out, const Name *name) {
  if (is_plain_word(name)) {
    buffer_append(out, name->text, name->len);
  } else {
    write_quoted(out, name->text, name->len);
  }
}

static void write_fields(Buffer *out, const void *owner, const Field *field);

static void write_node(Buffer *out, const Node *node) {
  buffer_byte(out, '(');
  buffer_text(out, kind_names[node->kind]);
  write_fields(out, node, fields_of(node->kind));
  buffer_byte(out, ')');
}

static void write_child(Buffer *out, const Node *child, const char *label) {
  if (!child) return;
  if (label) buffer_printf(out, " (%s", label);
  buffer_byte(out, ' ');
  write_node(out, child);
  if (label) buffer_byte(out, ')');
}

static bool is_unnamed(const void *element, const Field *first) {
  return first->kind == FIELD_NAME && !fields_pointer(element, first);
}

static void write_array(Buffer *out, const void *owner, const Field *field) {
  const char *element = fields_pointer(owner, field);
  uint32_t count = fields_count(owner, field);
  for (uint32_t i = 0; i < count; i++, element += field->element_size) {
    bool is_bare = field->is_bare_unnamed && is_unnamed(element, field->elements);
    if (!is_bare) buffer_printf(out, " (%s", field->label);
    write_fields(out, element, field->elements);
    if (!is_bare) buffer_byte(out, ')');
  }
}

static void write_optional_name(Buffer *out, const Name *name, const char *label) {
  if (!name) return;
  if (label) buffer_printf(out, " %s:", label);
  if (!label) buffer_byte(out, ' ');
  write_name(out, name);
}

static void write_number(Buffer *out, double number) {
  char text[NUMBER_TEXT_MAX];
  size_t len = number_print(number, NUMBER_LUMA, text);
  buffer_byte(out, ' ');
  buffer_append(out, text, len);
}

// Fields that are neither nodes nor names.
static void write_scalar(Buffer *out, const void *at, const void *owner, const Field *field) {
  switch (field->kind) {
  case FIELD_FLAG:
    if (*(const bool *)at) buffer_printf(out, " %s", field->label);
    return;
  case FIELD_OPERATOR: {
    Operator op = *(const Operator *)at;
    if (op < OPERATOR_COUNT) buffer_printf(out, " %s", operator_names[op]);
    return;
  }
  case FIELD_CHOICE: {
    unsigned choice;
    memcpy(&choice, at, sizeof choice); // every enum of the tree is as wide as an unsigned
    if (field->names[choice]) buffer_printf(out, " %s", field->names[choice]);
    return;
  }
  case FIELD_BOOLEAN: buffer_text(out, *(const bool *)at ? " true" : " false"); return;
  case FIELD_NUMBER: write_number(out, *(const double *)at); return;
  case FIELD_INTEGER: buffer_printf(out, " %lld", (long long)*(const int64_t *)at); return;
  case FIELD_STEP: buffer_printf(out, " %+d", *(const int *)at); return;
  case FIELD_COUNT: buffer_printf(out, " %u", *(const uint32_t *)at); return;
  case FIELD_TEXT:
    buffer_byte(out, ' ');
    write_quoted(out, fields_pointer(owner, field), fields_count(owner, field));
    return;
  default: return;
  }
}

static void write_fields(Buffer *out, const void *owner, const Field *field) {
  for (; field->kind != FIELD_END; field++) {
    const void *at = (const char *)owner + field->offset;
    if (field->kind == FIELD_NODE) {
      write_child(out, fields_node(owner, field), field->label);
    } else if (field->kind == FIELD_NODES) {
      const NodeList *list = at;
      for (uint32_t i = 0; i < list->count; i++) write_child(out, list->items[i], NULL);
    } else if (field->kind == FIELD_ARRAY) {
      write_array(out, owner, field);
    } else if (field->kind == FIELD_NAME) {
      write_optional_name(out, fields_pointer(owner, field), field->label);
    } else {
      write_scalar(out, at, owner, field);
    }
  }
}

// --- Pass two: lines -----------------------------------------------------------------------------

// Offset just behind the string literal that begins at `i`.
static size_t skip_quoted(const Buffer *flat, size_t i) {
  for (i++; i < flat->len && flat->bytes[i] != '"'; i++) {
    if (flat->bytes[i] == '\\') i++;
  }
  return i + 1;
}

// For each group, in the order of their opening brackets, the offset behind its closing one.
static OffsetVec find_ends(const Buffer *flat) {
  OffsetVec ends = {0}, open = {0};
  for (size_t i = 0; i < flat->len;) {
    char c = flat->bytes[i];
    if (c == '"') {
      i = skip_quoted(flat, i);
      continue;
    }
    i++;
    if (c == '(') {
      vec_push(&open, ends.count);
      vec_push(&ends, 0);
    } else if (c == ')') {
      ends.items[vec_pop(&open)] = (uint32_t)i;
    }
  }
  vec_free(&open);
  return ends;
}

static uint32_t count_groups(const Buffer *flat, size_t from, size_t to) {
  uint32_t groups = 0;
  for (size_t i = from; i < to;) {
    if (flat->bytes[i] == '"') {
      i = skip_quoted(flat, i);
      continue;
    }
    groups += flat->bytes[i++] == '(';
  }
  return groups;
}

static void lay_out(Buffer *out, const Buffer *flat, const OffsetVec *ends) {
  uint32_t depth = 0, group = 0;
  for (size_t i = 0; i < flat->len;) {
    char c = flat->bytes[i];
    if (c == '"') {
      size_t end = skip_quoted(flat, i);
      buffer_append(out, flat->bytes + i, end - i);
      i = end;
    } else if (c == '(') {
      size_t end = ends->items[group];
      if (depth * 2 + (end - i) <= DUMP_WIDTH) {
        buffer_append(out, flat->bytes + i, end - i);
        group += count_groups(flat, i, end);
        i = end;
        continue;
      }
      buffer_byte(out, c);
      depth++;
      group++;
      i++;
    } else if (c == ' ' && flat->bytes[i + 1] == '(') {
      buffer_byte(out, '\n');
      buffer_fill(out, ' ', depth * 2);
      i++;
    } else {
      if (c == ')') depth--;
      buffer_byte(out, c);
      i++;
    }
  }
}

void dump_tree(Buffer *out, const Node *node) {
  Buffer flat = {0};
  write_node(&flat, node);
  OffsetVec ends = find_ends(&flat);
  lay_out(out, &flat, &ends);
  buffer_byte(out, '\n');
  vec_free(&ends);
  buffer_free(&flat);
}
