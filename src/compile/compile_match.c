// SPDX-License-Identifier: MIT
// compile_match.c - match, switch, and taking values apart
//
// An arm is a row of tests, each of which jumps to the next arm if it fails, with the names bound
// on the way. What a pattern looks into (an element, a field) is loaded into a register of its own;
// a name is then that register and costs nothing.
//
// The destructuring of let and for uses the same instructions without the tests: what is missing is
// null (luma.md 4.15).
#include "compile/compile_private.h"

#include <string.h>

static bool is_wildcard(const Node *pattern) {
  return pattern->kind == NODE_PATTERN_WILDCARD;
}

static uint32_t name_constant(FunctionState *fn, const Name *name) {
  return compile_short(fn, emit_string(&fn->emit, name->text, name->len));
}

// --- Tests ---------------------------------------------------------------------------------------

// A pattern that is being tested against what `reg` holds.
typedef struct Test {
  uint32_t reg;
  uint32_t fail;  // where to go if it does not match
  bool may_alias; // nobody else writes to the register
} Test;

static void test_pattern(FunctionState *fn, Node *pattern, const Test *test);

// A test instruction whose answer is needed for one jump only.
static void emit_test(FunctionState *fn, Opcode op, const Test *test, uint32_t operand) {
  uint32_t answer = regs_take(&fn->regs, 1);
  emit_abc(&fn->emit, op, answer, test->reg, operand);
  emit_jump(&fn->emit, OP_JUMP_UNLESS, answer, 0, test->fail);
  fn->regs.next = answer;
}

static void test_element(FunctionState *fn, Node *pattern, Opcode load, uint32_t operand,
                         const Test *whole) {
  if (is_wildcard(pattern)) return;
  Test test = {.reg = regs_take(&fn->regs, 1), .fail = whole->fail, .may_alias = true};
  fn->emit.span = pattern->span;
  emit_abc(&fn->emit, load, test.reg, whole->reg, operand);
  test_pattern(fn, pattern, &test);
}

static void test_list(FunctionState *fn, PatternListNode *node, const Test *test) {
  uint32_t count = compile_short(fn, node->items.count);
  emit_test(fn, node->has_rest ? OP_TEST_LIST_MIN : OP_TEST_LIST, test, count);
  for (uint32_t i = 0; i < node->items.count; i++)
    test_element(fn, node->items.items[i], OP_LIST_AT, i, test);
  if (node->rest) test_element(fn, node->rest, OP_LIST_REST, count, test);
}

static void test_table(FunctionState *fn, PatternTableNode *node, const Test *test) {
  if (node->field_count == 0) {
    uint32_t table = unit_types_simple(&fn->compiler->types, TAG_TABLE, "Table");
    emit_test(fn, OP_TEST_TYPE, test, compile_short(fn, table));
  }
  for (uint32_t i = 0; i < node->field_count; i++) {
    uint32_t key = name_constant(fn, node->fields[i].name);
    fn->emit.span = node->fields[i].span;
    emit_test(fn, OP_TEST_KEY, test, key);
    test_element(fn, node->fields[i].pattern, OP_KEY_AT, key, test);
  }
}

static uint32_t find_tag(const Name *name) {
  static const char *const TAGS[] = {"ok", "err", "some", "none"};
  for (uint32_t i = 0; i < ARRAY_LEN(TAGS); i++) {
    if (strcmp(name->text, TAGS[i]) == 0) return i;
  }
  return 0;
}

static void test_type(FunctionState *fn, PatternNameNode *node, const Test *test) {
  uint32_t mark = fn->regs.next;
  uint32_t type = regs_take(&fn->regs, 1);
  if (node->symbol)
    compile_variable_read(fn, node->symbol, type);
  else
    compile_load_builtin(fn, node->name->text, NULL, type);
  emit_test(fn, OP_TEST_INSTANCE, test, type);
  fn->regs.next = mark;
}

static void test_name(FunctionState *fn, PatternNameNode *node, const Test *test) {
  switch (node->meaning) {
  case PATTERN_TAG: emit_test(fn, OP_TEST_TAG, test, find_tag(node->name)); break;
  case PATTERN_TYPE: test_type(fn, node, test); break;
  case PATTERN_BINDS:
    if (node->symbol) compile_variable_bind(fn, node->symbol, test->reg, test->may_alias);
    break;
  }
}

// A range matches what lies in it (Vint). The answer for one jump.
static uint32_t test_within(FunctionState *fn, Node *range, uint32_t subject) {
  uint32_t answer = regs_take(&fn->regs, 1);
  uint32_t wanted = compile_expr_fresh(fn, range);
  emit_abc(&fn->emit, OP_CONTAINS, answer, subject, wanted);
  return answer;
}

// A literal is not asked for operator methods: the subject matches if it is that value.
static void test_value(FunctionState *fn, PatternValueNode *node, const Test *test) {
  Node *value = node->value;
  if (value->kind == NODE_NULL) {
    emit_jump(&fn->emit, OP_JUMP_NOT_NULL, test->reg, 0, test->fail);
    return;
  }
  uint32_t literal = compile_operator_literal(fn, value);
  if (literal != EMIT_NO_INDEX) {
    emit_jump(&fn->emit, OP_JUMP_NE_K, test->reg, literal, test->fail);
    return;
  }
  uint32_t mark = fn->regs.next;
  if (value->kind == NODE_RANGE) {
    emit_jump(&fn->emit, OP_JUMP_UNLESS, test_within(fn, value, test->reg), 0, test->fail);
    fn->regs.next = mark;
    return;
  }
  uint32_t wanted = compile_expr_operand(fn, value, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_jump(&fn->emit, OP_JUMP_EXACT_NE, test->reg, wanted, test->fail);
  fn->regs.next = mark;
}

// The depth of patterns is bounded by the parsers' limit on nesting.
static void test_pattern(FunctionState *fn, Node *pattern, const Test *test) {
  fn->emit.span = pattern->span;
  switch (pattern->kind) {
  case NODE_PATTERN_NAME: test_name(fn, (PatternNameNode *)pattern, test); break;
  case NODE_PATTERN_VALUE: test_value(fn, (PatternValueNode *)pattern, test); break;
  case NODE_PATTERN_LIST: test_list(fn, (PatternListNode *)pattern, test); break;
  case NODE_PATTERN_TABLE: test_table(fn, (PatternTableNode *)pattern, test); break;
  default: break; // `_`
  }
}

// --- match ---------------------------------------------------------------------------------------

// False: the pattern matches everything, so no later arm can be reached.
static bool compile_arm(FunctionState *fn, const MatchArm *arm, const Test *subject, Dest dest,
                        uint32_t end) {
  uint32_t mark = fn->regs.next;
  Test test = *subject;
  test.fail = emit_label(&fn->emit);
  test_pattern(fn, arm->pattern, &test);
  if (arm->guard) compile_operator_jump(fn, arm->guard, false, test.fail);
  compile_node(fn, arm->body, dest);
  fn->emit.span = arm->span;
  bool may_fail = emit_is_used(&fn->emit, test.fail);
  if (may_fail) emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
  emit_bind(&fn->emit, test.fail);
  fn->regs.next = mark;
  return may_fail;
}

// The subject stays in its variable's register only if that is never assigned: arms and guards run
// while it is still being looked at, and names may be bound to it.
static Test open_subject(FunctionState *fn, Node *subject) {
  const Symbol *symbol = subject->kind == NODE_NAME ? ((NameNode *)subject)->symbol : NULL;
  Test test = {.may_alias = true};
  bool stays = symbol && !symbol->is_reassigned && compile_variable_register(fn, symbol, &test.reg);
  if (!stays) test.reg = compile_expr_fresh(fn, subject);
  return test;
}

void compile_match(FunctionState *fn, MatchNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t end = emit_label(&fn->emit);
  Test subject = open_subject(fn, node->subject);
  bool may_fail = true;
  for (uint32_t i = 0; i < node->arm_count && may_fail; i++)
    may_fail = compile_arm(fn, &node->arms[i], &subject, dest, end);
  fn->emit.span = node->subject->span;
  bool is_null = node->is_statement || dest.kind == DEST_DROP;
  if (may_fail && is_null) compile_deliver_null(fn, dest);
  if (may_fail && !is_null) emit_end(&fn->emit, OP_NO_MATCH, subject.reg);
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
}

// --- switch --------------------------------------------------------------------------------------

// Goes to `label` if the subject equals the value, or if it does not.
static void test_case_value(FunctionState *fn, Node *value, uint32_t subject, bool when,
                            uint32_t label) {
  uint32_t mark = fn->regs.next;
  uint32_t literal = compile_operator_literal(fn, value);
  fn->emit.span = value->span;
  if (literal != EMIT_NO_INDEX) {
    emit_jump(&fn->emit, when ? OP_JUMP_EQ_K : OP_JUMP_NE_K, subject, literal, label);
    return;
  }
  if (value->kind == NODE_RANGE) {
    Opcode op = when ? OP_JUMP_IF : OP_JUMP_UNLESS;
    emit_jump(&fn->emit, op, test_within(fn, value, subject), 0, label);
    fn->regs.next = mark;
    return;
  }
  uint32_t wanted = compile_expr_operand(fn, value, NULL, NULL);
  fn->emit.span = value->span;
  emit_jump(&fn->emit, when ? OP_JUMP_EXACT_EQ : OP_JUMP_EXACT_NE, subject, wanted, label);
  fn->regs.next = mark;
}

// Goes to `body` at the first value that equals the subject, else to `next`.
static void test_values(FunctionState *fn, const SwitchCase *item, uint32_t subject, uint32_t body,
                        uint32_t next) {
  for (uint32_t i = 0; i < item->values.count; i++) {
    bool is_last = i + 1 == item->values.count;
    test_case_value(fn, item->values.items[i], subject, !is_last, is_last ? next : body);
  }
}

static void compile_case(FunctionState *fn, const SwitchCase *item, uint32_t subject, Dest dest,
                         uint32_t end) {
  uint32_t mark = fn->regs.next;
  uint32_t body = emit_label(&fn->emit);
  uint32_t next = emit_label(&fn->emit);
  test_values(fn, item, subject, body, next);
  emit_bind(&fn->emit, body);
  if (item->symbol) compile_variable_bind(fn, item->symbol, subject, true);
  if (item->guard) compile_operator_jump(fn, item->guard, false, next);
  compile_stmt_block(fn, item->body, dest);
  fn->emit.span = item->span;
  emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
  emit_bind(&fn->emit, next);
  fn->regs.next = mark;
}

void compile_match_switch(FunctionState *fn, SwitchNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t end = emit_label(&fn->emit);
  Test subject = open_subject(fn, node->subject);
  for (uint32_t i = 0; i < node->case_count; i++)
    compile_case(fn, &node->cases[i], subject.reg, dest, end);
  if (node->default_body)
    compile_stmt_block(fn, node->default_body, dest);
  else
    compile_deliver_null(fn, dest);
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
}

// --- let and for ---------------------------------------------------------------------------------

static void take_element(FunctionState *fn, Node *pattern, Opcode load, uint32_t operand,
                         uint32_t whole) {
  if (is_wildcard(pattern)) return;
  uint32_t reg = regs_take(&fn->regs, 1);
  fn->emit.span = pattern->span;
  emit_abc(&fn->emit, load, reg, whole, operand);
  compile_match_destructure(fn, pattern, reg, true);
}

// A register taken for one variable alone may be that variable, even if it is assigned later.
static void bind_name(FunctionState *fn, Symbol *symbol, uint32_t reg, bool may_alias) {
  bool is_own = may_alias && symbol->storage == STORAGE_REGISTER && !symbol->may_be_unset;
  if (is_own)
    compile_variable_place(fn, symbol, reg);
  else
    compile_variable_bind(fn, symbol, reg, false);
}

void compile_match_destructure(FunctionState *fn, Node *pattern, uint32_t reg, bool may_alias) {
  fn->emit.span = pattern->span;
  if (pattern->kind == NODE_PATTERN_NAME) {
    Symbol *symbol = ((PatternNameNode *)pattern)->symbol;
    if (symbol) bind_name(fn, symbol, reg, may_alias);
  } else if (pattern->kind == NODE_PATTERN_LIST) {
    PatternListNode *list = (PatternListNode *)pattern;
    uint32_t count = compile_short(fn, list->items.count);
    for (uint32_t i = 0; i < list->items.count; i++)
      take_element(fn, list->items.items[i], OP_LIST_AT, i, reg);
    if (list->rest) take_element(fn, list->rest, OP_LIST_REST, count, reg);
  } else if (pattern->kind == NODE_PATTERN_TABLE) {
    PatternTableNode *table = (PatternTableNode *)pattern;
    for (uint32_t i = 0; i < table->field_count; i++)
      take_element(fn, table->fields[i].pattern, OP_KEY_AT,
                   name_constant(fn, table->fields[i].name), reg);
  }
}
