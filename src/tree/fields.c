// SPDX-License-Identifier: MIT
// fields.c - what the node structs of tree.h consist of, as data
//
// One table for each struct that nodes.def names. The order within a table is that of the source
// text; where the text allows several orders (a default case in the middle of a switch) it is the
// struct's.
#include "tree/fields.h"

#include <string.h>

#define AT(Type, field) (uint16_t) offsetof(Type, field)
#define CHILD(Type, field)                                                                         \
  { .kind = FIELD_NODE, .offset = AT(Type, field) }
#define PART(Type, field, text)                                                                    \
  { .kind = FIELD_NODE, .offset = AT(Type, field), .label = (text) }
#define NODES(Type, field)                                                                         \
  { .kind = FIELD_NODES, .offset = AT(Type, field) }
#define PLAIN(Type, what, field)                                                                   \
  { .kind = FIELD_##what, .offset = AT(Type, field) }
#define LABEL(Type, what, field, as)                                                               \
  { .kind = FIELD_##what, .offset = AT(Type, field), .label = (as) }
#define CHOICE(Type, field, words)                                                                 \
  { .kind = FIELD_CHOICE, .offset = AT(Type, field), .names = (words) }
#define ELEMENTS(Type, field, number, Element, text, bare)                                         \
  {                                                                                                \
    .kind = FIELD_ARRAY, .is_bare_unnamed = (bare), .offset = AT(Type, field),                     \
    .count_offset = AT(Type, number), .element_size = sizeof(Element), .label = (text),            \
    .elements = fields_##Element                                                                   \
  }
#define FIELDS(Type, ...) static const Field fields_##Type[] = {__VA_ARGS__, {.kind = FIELD_END}}

static const char *const words_of_declarative[] = {
    [DECLARATIVE_TODO] = "todo",   [DECLARATIVE_WARN] = "warn",
    [DECLARATIVE_INFO] = "info",   [DECLARATIVE_DEBUG] = "debug",
    [DECLARATIVE_NOTE] = "note",   [DECLARATIVE_SUCCESS] = "success",
    [DECLARATIVE_TRACE] = "trace", [DECLARATIVE_LOG] = "log",
    [DECLARATIVE_FATAL] = "fatal", [DECLARATIVE_CRITICAL] = "critical",
};
static const char *const words_of_select[] = {
    [SELECT_RECEIVE] = "receive", [SELECT_SEND] = "send",       [SELECT_AWAIT] = "await",
    [SELECT_AFTER] = "after",     [SELECT_DEFAULT] = "default",
};
static const char *const words_of_meaning[] = {
    [PATTERN_BINDS] = NULL,
    [PATTERN_TAG] = "tag",
    [PATTERN_TYPE] = "type",
};
static const char *const words_of_binding[] = {
    [SYMBOL_LET] = "let",       [SYMBOL_VAR] = "var",     [SYMBOL_PARAMETER] = "parameter",
    [SYMBOL_LOOP] = "loop",     [SYMBOL_FUNCTION] = NULL, [SYMBOL_PATTERN] = "pattern",
    [SYMBOL_IMPORT] = "import", [SYMBOL_TYPE] = "type",   [SYMBOL_BUILTIN] = "builtin",
};

// --- Elements of arrays --------------------------------------------------------------------------

FIELDS(Param, PLAIN(Param, NAME, name), LABEL(Param, FLAG, is_rest, "rest"),
       PART(Param, type, "type"), PART(Param, default_value, "default"));
FIELDS(Argument, PLAIN(Argument, NAME, name), CHILD(Argument, value));
FIELDS(TableEntry, PLAIN(TableEntry, NAME, name), PART(TableEntry, key, "key"),
       PART(TableEntry, type, "type"), CHILD(TableEntry, value));
FIELDS(MatchArm, CHILD(MatchArm, pattern), PART(MatchArm, guard, "guard"), CHILD(MatchArm, body));
FIELDS(SwitchCase, NODES(SwitchCase, values), LABEL(SwitchCase, NAME, binding, "binds"),
       PART(SwitchCase, guard, "guard"), CHILD(SwitchCase, body));
FIELDS(SelectCase, CHOICE(SelectCase, kind, words_of_select),
       LABEL(SelectCase, NAME, value_name, "binds"), LABEL(SelectCase, NAME, ok_name, "ok"),
       CHILD(SelectCase, subject), CHILD(SelectCase, sent), CHILD(SelectCase, body));
FIELDS(StructField, PLAIN(StructField, NAME, name), PART(StructField, type, "type"),
       PART(StructField, default_value, "default"));
FIELDS(EnumMember, PLAIN(EnumMember, NAME, name), CHILD(EnumMember, value));
FIELDS(SignatureParam, PLAIN(SignatureParam, NAME, name), CHILD(SignatureParam, type));
FIELDS(PatternField, PLAIN(PatternField, NAME, name), CHILD(PatternField, pattern));

// --- Expressions ---------------------------------------------------------------------------------

static const Field fields_Node[] = {{.kind = FIELD_END}};
FIELDS(BooleanNode, PLAIN(BooleanNode, BOOLEAN, value));
FIELDS(NumberNode, PLAIN(NumberNode, NUMBER, value));
FIELDS(IntegerNode, PLAIN(IntegerNode, INTEGER, value));
FIELDS(StringNode,
       {.kind = FIELD_TEXT, .offset = AT(StringNode, bytes), .count_offset = AT(StringNode, len)});
FIELDS(NameNode, PLAIN(NameNode, NAME, name), LABEL(NameNode, FLAG, is_builtin, "builtin"));
FIELDS(InterpolationNode, NODES(InterpolationNode, parts));
FIELDS(ListNode, NODES(ListNode, items));
FIELDS(TableNode, ELEMENTS(TableNode, entries, count, TableEntry, "entry", false));
FIELDS(FunctionNode, PLAIN(FunctionNode, NAME, name), LABEL(FunctionNode, FLAG, is_main, "main"),
       LABEL(FunctionNode, FLAG, is_written_async, "async"),
       LABEL(FunctionNode, FLAG, has_await, "awaits"),
       LABEL(FunctionNode, FLAG, is_body_empty, "empty"),
       ELEMENTS(FunctionNode, params, param_count, Param, "param", false),
       PART(FunctionNode, result_type, "result"), CHILD(FunctionNode, body));
FIELDS(BlockNode, NODES(BlockNode, items));
FIELDS(CallNode, CHILD(CallNode, callee),
       ELEMENTS(CallNode, args, arg_count, Argument, "named", true));
FIELDS(MethodCallNode, PLAIN(MethodCallNode, NAME, name), CHILD(MethodCallNode, object),
       ELEMENTS(MethodCallNode, args, arg_count, Argument, "named", true));
FIELDS(FieldNode, PLAIN(FieldNode, NAME, name), CHILD(FieldNode, object));
FIELDS(IndexNode, CHILD(IndexNode, object), CHILD(IndexNode, index));
FIELDS(SliceNode, LABEL(SliceNode, FLAG, is_inclusive, "inclusive"), CHILD(SliceNode, object),
       PART(SliceNode, from, "from"), PART(SliceNode, to, "to"));
FIELDS(BinaryNode, PLAIN(BinaryNode, OPERATOR, op), CHILD(BinaryNode, left),
       CHILD(BinaryNode, right));
FIELDS(UnaryNode, PLAIN(UnaryNode, OPERATOR, op), CHILD(UnaryNode, operand));
FIELDS(LogicNode, CHILD(LogicNode, left), CHILD(LogicNode, right));
FIELDS(AwaitNode, CHILD(AwaitNode, operand));
FIELDS(IfNode, CHILD(IfNode, condition), CHILD(IfNode, then_branch),
       PART(IfNode, else_branch, "else"));
FIELDS(MatchNode, LABEL(MatchNode, FLAG, is_statement, "statement"), CHILD(MatchNode, subject),
       ELEMENTS(MatchNode, arms, arm_count, MatchArm, "arm", false));
FIELDS(SwitchNode, CHILD(SwitchNode, subject),
       ELEMENTS(SwitchNode, cases, case_count, SwitchCase, "case", false),
       PART(SwitchNode, default_body, "default"));
FIELDS(RangeNode, CHILD(RangeNode, from), CHILD(RangeNode, to));
FIELDS(CastNode, CHILD(CastNode, operand), CHILD(CastNode, target));
FIELDS(ChannelNode, CHILD(ChannelNode, capacity));
FIELDS(StructLiteralNode, CHILD(StructLiteralNode, callee),
       ELEMENTS(StructLiteralNode, fields, field_count, Argument, "named", true));
FIELDS(DeclarativeNode, CHOICE(DeclarativeNode, kind, words_of_declarative),
       CHILD(DeclarativeNode, value));
FIELDS(ImportNode, PLAIN(ImportNode, NAME, alias), LABEL(ImportNode, FLAG, is_bare, "bare"),
       CHILD(ImportNode, path), PART(ImportNode, lock, "lock"));
FIELDS(PackageNode, PLAIN(PackageNode, NAME, name), CHILD(PackageNode, body));

// --- Statements ----------------------------------------------------------------------------------

FIELDS(DeclareNode, CHOICE(DeclareNode, binding, words_of_binding),
       LABEL(DeclareNode, FLAG, is_constant, "constant"), CHILD(DeclareNode, pattern),
       PART(DeclareNode, type, "type"), CHILD(DeclareNode, value));
FIELDS(AssignNode, PLAIN(AssignNode, OPERATOR, op), CHILD(AssignNode, target),
       CHILD(AssignNode, value));
FIELDS(IncrementNode, PLAIN(IncrementNode, STEP, step), CHILD(IncrementNode, target));
FIELDS(ReturnNode, CHILD(ReturnNode, value));
FIELDS(JumpNode, PLAIN(JumpNode, COUNT, depth));
FIELDS(WhileNode, CHILD(WhileNode, condition), CHILD(WhileNode, body));
// The condition of a do-while stands behind its body.
static const Field fields_do_while[] = {
    CHILD(WhileNode, body), CHILD(WhileNode, condition), {.kind = FIELD_END}};
FIELDS(ForNode, CHILD(ForNode, pattern), CHILD(ForNode, iterable), CHILD(ForNode, body));
FIELDS(EachNode, LABEL(EachNode, NAME, key, "key"), LABEL(EachNode, NAME, value, "value"),
       CHILD(EachNode, iterable), CHILD(EachNode, body));
FIELDS(RepeatNode, PLAIN(RepeatNode, NAME, variable), CHILD(RepeatNode, count),
       CHILD(RepeatNode, body));
FIELDS(ExpressionNode, CHILD(ExpressionNode, value));
FIELDS(GoNode, CHILD(GoNode, value));
FIELDS(TryNode, CHILD(TryNode, body), LABEL(TryNode, NAME, error_name, "error"),
       PART(TryNode, catch_body, "catch"), PART(TryNode, finally_body, "finally"));
FIELDS(SelectNode, ELEMENTS(SelectNode, cases, case_count, SelectCase, "case", false));
FIELDS(StructNode, PLAIN(StructNode, NAME, name),
       ELEMENTS(StructNode, fields, field_count, StructField, "field", false),
       NODES(StructNode, methods));
FIELDS(EnumNode, PLAIN(EnumNode, NAME, name),
       ELEMENTS(EnumNode, members, member_count, EnumMember, "member", false));
FIELDS(TypeAliasNode, PLAIN(TypeAliasNode, NAME, name), CHILD(TypeAliasNode, target));
FIELDS(ErrorDeclareNode, PLAIN(ErrorDeclareNode, NAME, name),
       ELEMENTS(ErrorDeclareNode, params, param_count, Param, "param", false));

// --- Types and patterns --------------------------------------------------------------------------

FIELDS(TypeNameNode, PLAIN(TypeNameNode, NAME, name), NODES(TypeNameNode, args));
FIELDS(FunctionTypeNode,
       ELEMENTS(FunctionTypeNode, params, param_count, SignatureParam, "param", true),
       PART(FunctionTypeNode, result, "result"));
FIELDS(TypeListNode, NODES(TypeListNode, items));
FIELDS(TypeArrayNode, PART(TypeArrayNode, length, "length"), CHILD(TypeArrayNode, element));
FIELDS(TypeDictNode, CHILD(TypeDictNode, key), CHILD(TypeDictNode, value));
FIELDS(PatternNameNode, PLAIN(PatternNameNode, NAME, name),
       CHOICE(PatternNameNode, meaning, words_of_meaning));
FIELDS(PatternValueNode, CHILD(PatternValueNode, value));
FIELDS(PatternListNode, NODES(PatternListNode, items),
       LABEL(PatternListNode, FLAG, has_rest, "rest"), CHILD(PatternListNode, rest));
FIELDS(PatternTableNode,
       ELEMENTS(PatternTableNode, fields, field_count, PatternField, "field", false));

static const Field *const fields_by_kind[NODE_COUNT] = {
#define NODE(kind, type, name) [NODE_##kind] = fields_##type,
#include "tree/nodes.def"
#undef NODE
};

const Field *fields_of(NodeKind kind) {
  return kind == NODE_DO_WHILE ? fields_do_while : fields_by_kind[kind];
}

// memcpy, because the field may be declared as a pointer to one of the special structs.
const void *fields_pointer(const void *owner, const Field *field) {
  const void *pointer;
  memcpy(&pointer, (const char *)owner + field->offset, sizeof pointer);
  return pointer;
}

Node *fields_node(const void *owner, const Field *field) {
  Node *node;
  memcpy(&node, (const char *)owner + field->offset, sizeof node);
  return node;
}

uint32_t fields_count(const void *owner, const Field *field) {
  uint32_t count;
  memcpy(&count, (const char *)owner + field->count_offset, sizeof count);
  return count;
}
