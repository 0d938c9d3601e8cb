// SPDX-License-Identifier: MIT
// compile_text.c - interpolations and sums of strings
//
// `line + " " + string(n)` would make a string for each + and one of the number. So the parts are
// put into registers in a row, numbers as they are, and one instruction makes the string. Nobody
// can tell: each part is evaluated in its turn, and one that may be no string is checked at the
// moment at which it would have been added.
//
// What is longer than a batch is joined piece by piece.
#include "compile/compile_private.h"
#include "compile/fold.h"

typedef struct Text {
  uint32_t first;   // register
  uint32_t count;   // of parts in registers from `first` on
  uint32_t waiting; // of them, at the front, that must stay as they are: the left operand that is
                    // to be checked
} Text;

// How many operators of a sum are looked through, so that one of thousands is not looked through
// for each of them.
#define SUM_SEARCH_MAX 1000

// --- What is a sum of strings -------------------------------------------------------------------

static bool adds(const Node *node) {
  if (node->kind != NODE_BINARY) return false;
  Operator op = ((const BinaryNode *)node)->op;
  return op == OPERATOR_ADD || op == OPERATOR_EXACT_ADD;
}

// Whether what stands on the right makes a string of the sum.
static bool adds_string(const BinaryNode *node) {
  return node->op == OPERATOR_EXACT_ADD && trust_is_string(node->right);
}

static bool is_sum(const Node *node) {
  if (!adds(node)) return false;
  for (uint32_t i = 0; i < SUM_SEARCH_MAX; i++) {
    if (!adds(node)) return trust_is_string(node);
    if (adds_string((const BinaryNode *)node)) return true;
    node = ((const BinaryNode *)node)->left;
  }
  return false;
}

// Whether the node is more than one part, or one that needs no string of its own.
static bool is_worthwhile(const Node *node) {
  return node->kind == NODE_INTERPOLATION || trust_text_call(node) || is_sum(node);
}

bool compile_text_is_sum(const Node *node) {
  if (!is_sum(node)) return false;
  const BinaryNode *sum = (const BinaryNode *)node;
  return is_worthwhile(sum->left) || is_worthwhile(sum->right);
}

// Whether the first operand is a string, so that nothing is to be checked but operands that are
// added to one.
static bool begins_as_string(const Node *node) {
  while (adds(node)) node = ((const BinaryNode *)node)->left;
  return trust_is_string(node);
}

// --- Parts ---------------------------------------------------------------------------------------

static void join_parts(FunctionState *fn, Text *text) {
  uint32_t from = text->first + text->waiting;
  emit_abc(&fn->emit, OP_CONCAT, from, from, text->count - text->waiting);
  text->count = text->waiting + 1;
  fn->regs.next = from + 1;
}

static uint32_t take_part(FunctionState *fn, Text *text) {
  if (text->count == OPCODE_PARTS_MAX) join_parts(fn, text);
  text->count++;
  return regs_take(&fn->regs, 1);
}

static void convert_part(FunctionState *fn, Node *part, Opcode op, uint32_t reg) {
  uint32_t value = compile_expr_operand(fn, part, NULL, NULL);
  fn->emit.span = part->span;
  emit_abc(&fn->emit, op, reg, value, 0);
  fn->regs.next = reg + 1;
}

static void place_sum(FunctionState *fn, Text *text, Node *node);

static void place_interpolation(FunctionState *fn, Text *text, const InterpolationNode *node) {
  for (uint32_t i = 0; i < node->parts.count; i++) {
    Node *part = node->parts.items[i];
    uint32_t reg = take_part(fn, text);
    if (trust_is_string(part) || trust_is_number(part))
      compile_expr_to(fn, part, reg);
    else
      convert_part(fn, part, OP_TEXT, reg);
  }
}

// A sum's operand.
static void place_operand(FunctionState *fn, Text *text, Node *node) {
  const CallNode *call = trust_text_call(node);
  if (node->kind == NODE_INTERPOLATION && ((InterpolationNode *)node)->parts.count > 0)
    place_interpolation(fn, text, (InterpolationNode *)node);
  else if (is_sum(node) && begins_as_string(node))
    place_sum(fn, text, node);
  else if (call)
    convert_part(fn, call->args[0].value, OP_EXACT_TEXT, take_part(fn, text));
  else
    compile_expr_to(fn, node, take_part(fn, text));
}

// Behind what is in the text; `has_string`: that is known to be a string. If not, it is one part.
static void add_operand(FunctionState *fn, Text *text, Node *node, bool has_string, Span span) {
  if (!has_string) text->waiting = 1;
  place_operand(fn, text, node);
  if (!has_string) text->waiting = 0;
  fn->emit.span = span;
  bool is_exact = fn->compiler->is_vint;
  if (!has_string)
    emit_abc(&fn->emit, OP_EXACT_CHECK_PART, text->first, true, 0); // Luma's would have a method
  else if (!trust_is_string(node))
    emit_abc(&fn->emit, is_exact ? OP_EXACT_CHECK_PART : OP_CHECK_PART, fn->regs.next - 1, false,
             0);
}

// The operands hang on the left side; those on the right side are no deeper than the source's
// nesting. What is added before it comes to a string is a sum of something else.
static void place_sum(FunctionState *fn, Text *text, Node *node) {
  VEC(BinaryNode *) sums = {0};
  for (; adds(node); node = ((BinaryNode *)node)->left) vec_push(&sums, (BinaryNode *)node);
  bool has_string = trust_is_string(node);
  while (!has_string && !adds_string(vec_last(&sums))) node = &vec_pop(&sums)->node;
  place_operand(fn, text, node);
  while (sums.count > 0) {
    const BinaryNode *sum = vec_pop(&sums);
    add_operand(fn, text, sum->right, has_string, sum->op_span);
    has_string = true;
  }
  vec_free(&sums);
}

// --- Doors ---------------------------------------------------------------------------------------

static void finish(FunctionState *fn, const Text *text, Span span, uint32_t target) {
  fn->emit.span = span;
  emit_abc(&fn->emit, OP_CONCAT, target, text->first, text->count);
}

void compile_text_interpolation(FunctionState *fn, InterpolationNode *node, uint32_t target) {
  if (node->parts.count == 0) {
    compile_load_string(fn, "", 0, target);
    return;
  }
  Text text = {.first = fn->regs.next};
  place_interpolation(fn, &text, node);
  finish(fn, &text, node->node.span, target);
}

void compile_text_sum(FunctionState *fn, BinaryNode *node, uint32_t target) {
  Text text = {.first = fn->regs.next};
  place_sum(fn, &text, &node->node);
  finish(fn, &text, node->op_span, target);
}

bool compile_text_compound(FunctionState *fn, const AssignNode *node, uint32_t old,
                           uint32_t target) {
  bool is_text =
      (node->op == OPERATOR_ADD || node->op == OPERATOR_EXACT_ADD) && trust_is_string(node->value);
  if (!is_text || !is_worthwhile(node->value)) return false;
  bool has_string = trust_is_string(node->target);
  if (!has_string && node->op == OPERATOR_ADD) return false; // it may have a method
  uint32_t mark = fn->regs.next;
  Text text = {.first = mark};
  compile_move(fn, take_part(fn, &text), old);
  add_operand(fn, &text, node->value, has_string, node->node.span);
  finish(fn, &text, node->node.span, target);
  fn->regs.next = mark;
  return true;
}
