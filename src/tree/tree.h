// SPDX-License-Identifier: MIT
// tree.h - the one tree that both parsers build
//
// Nodes live in the compilation's arena and are never freed singly. The parsers fill what the text
// says; the resolver then fills `symbol` and the function's captures, the checker `type` and the
// fields marked (checker). The compiler only reads.
//
// Every struct begins with a Node, so a Node * may be cast to the struct that its kind names
// (nodes.def).
#ifndef TREE_H
#define TREE_H

#include "base/name.h"
#include "source/source.h"

typedef struct Node Node;
typedef struct Symbol Symbol;
typedef struct FunctionNode FunctionNode;
struct Type; // check/types.h; the tree only carries it

typedef enum NodeKind {
#define NODE(kind, type, name) NODE_##kind,
#include "tree/nodes.def"
#undef NODE
  NODE_COUNT
} NodeKind;

struct Node {
  NodeKind kind;
  Span span;
  struct Type *type; // (checker) of an expression; for a written type what it means; else NULL
};

typedef struct NodeList {
  Node **items;
  uint32_t count;
} NodeList;

// --- Names and functions -------------------------------------------------------------------------

typedef enum SymbolStorage {
  STORAGE_REGISTER, // a register of its function, copied into closures that capture it
  STORAGE_CELL,     // a register that holds a heap cell: assigned after it was captured
  STORAGE_MODULE,   // a slot of the module: declared at top level and used by a function
  STORAGE_BUILTIN,  // provided by the runtime under its name
  STORAGE_MEMBER,   // a member of the Vint package `package`: read and written as its field
} SymbolStorage;

typedef enum SymbolKind {
  SYMBOL_LET,       // cannot be reassigned
  SYMBOL_VAR,       // can
  SYMBOL_PARAMETER, // can
  SYMBOL_LOOP,      // Luma: cannot, Vint: can; fresh in every iteration
  SYMBOL_FUNCTION,  // fn f / func f as a statement: set at its line, or see is_hoisted
  SYMBOL_PATTERN,   // bound by a match arm or a switch case
  SYMBOL_IMPORT,
  SYMBOL_TYPE, // struct, enum, alias, declared error (Vint)
  SYMBOL_BUILTIN,
} SymbolKind;

// One declared thing. Made by the resolver.
struct Symbol {
  const Name *name;
  SymbolKind kind;
  SymbolStorage storage;
  Span span;              // of the name where it is declared
  const Source *source;   // the file that declares it; NULL for built-ins
  Node *declaration;      // the DECLARE, parameter's function, FOR … ; NULL for built-ins
  FunctionNode *function; // whose registers hold it; NULL for built-ins
  uint32_t slot;          // STORAGE_MODULE: the module's slot
  bool is_constant;       // cannot be assigned (Luma let, loop and pattern names; Vint const)
  bool is_captured;       // some nested function uses it
  bool is_reassigned;     // assigned anywhere besides its declaration
  bool is_used;
  // A use can run before the declaration, or a closure that captures it is made before: it holds
  // VALUE_ABSENT from its block's start (a CELL is made there too) and reads must check.
  bool may_be_unset;
  // FUNCTION: its value is wanted above its line, so its closure is made at the block's start, in
  // written order with the others; all others are made at their line and may copy what is above.
  bool is_hoisted;
  // Vint: & was applied to it, so it lives in a cell; with STORAGE_MODULE the slot holds that cell.
  bool is_addressed;
  uint64_t overloads; // Vint: bit n is set if one of its functions has n parameters (63: or more)
  struct PackageNode *package; // MEMBER: whose; that node's symbol is what functions capture
  FunctionNode *self; // the function literal that initialises it, if never reassigned: inside that
                      // function the name means the running closure itself and is no capture
  struct Type *type;  // (checker)
  bool is_written;    // (checker) Vint: `type` follows from what the program has written as types
  struct Type *user_type; // (checker) Luma: the type that the table it holds declares, or NULL
  bool is_lasting; // of the top level of an input (Program.is_input): others may come that assign it
  int32_t reg;        // (compiler) register, -1 before it has one
  uint8_t trust;      // (compiler) compile/trust.h
  uint8_t trusted_kind; // (compiler) of a TypeKind, if `type` does not say it; 0: none
};

// Where it is declared, for a note to a place in `source`; {0, 0} if that is elsewhere.
static inline Span symbol_span_in(const Symbol *symbol, const Source *source) {
  return symbol->source == source ? symbol->span : (Span){0, 0};
}

typedef struct Param {
  const Name *name;
  Span span;
  Node *type;          // as written, or NULL
  Node *default_value; // or NULL
  bool is_rest;        // ...name: a list of the remaining arguments
  Symbol *symbol;      // (resolver)
} Param;

// One captured variable of a function. Where the enclosing function has it: in a register of its
// own (symbol->function == enclosing) or among its own captures, or it is the enclosing function
// itself (symbol->self == enclosing).
typedef struct Capture {
  Symbol *symbol;
} Capture;

typedef struct BlockNode {
  Node node;
  NodeList items;
} BlockNode;

struct FunctionNode {
  Node node;
  const Name *name; // from `fn f`, or the name it is bound to; NULL: anonymous
  Param *params;
  uint32_t param_count;
  Node *result_type; // as written, or NULL
  BlockNode *body;
  bool is_written_async; // Vint: `async func`
  bool has_await;        // (parser) `await` in this body outside nested functions; also `for await`
  bool is_async;         // (resolver) Vint: written; Luma: C 3.1
  bool is_stub;          // (checker) C 3.5
  bool is_body_empty;    // (parser) no statement between do and end
  bool is_main;          // the file's top level
  bool is_maker;         // (resolver) makes the instances of a struct: its parameters are the fields
  bool has_defer;        // (resolver) `defer` in this body outside nested functions
  FunctionNode *parent;  // (resolver)
  Capture *captures;     // (resolver)
  uint32_t capture_count;
  Node *this_struct;   // Vint: the STRUCT whose method this is, else NULL
  Symbol *this_symbol; // (resolver) `this` of such a method, else NULL
};

typedef enum Dialect { DIALECT_LUMA, DIALECT_VINT } Dialect;

// A parsed file. `dialect` chooses the table of built-in names; nothing else looks at it.
typedef struct Program {
  const Source *source;
  Arena *arena;
  NameTable *names;
  Dialect dialect;
  FunctionNode *main;
  uint32_t module_slot_count; // (resolver) its own
  Symbol **module_symbols;    // (resolver) by slot, from module_first_slot on
  const char *key;            // identity of the file among those that import each other, or NULL
  bool is_imported;           // not the file that the run began with
  bool is_cut;                // (parser) the first mistake is that the text ends where more must follow
  // A piece of a session (api/repl.h), as typed at a prompt: what earlier pieces declared is known,
  // and every name of its top level has a slot of the module that all pieces share.
  bool is_input;
  Symbol **earlier;           // of an input: what is known, each name once
  uint32_t earlier_count;
  uint32_t module_first_slot; // of an input: those below are taken
} Program;

// --- Expressions
// -----------------------------------------------------------------------------------

typedef struct BooleanNode {
  Node node;
  bool value;
} BooleanNode;

typedef struct NumberNode {
  Node node;
  double value;
} NumberNode;

typedef struct IntegerNode {
  Node node;
  int64_t value;
} IntegerNode;

typedef struct StringNode {
  Node node;
  const char *bytes; // escapes already resolved; may contain zero bytes
  uint32_t len;
} StringNode;

typedef struct NameNode {
  Node node;
  const Name *name;
  bool is_builtin; // Vint's ::name: reaches the built-in whatever is in scope
  Symbol *symbol;  // (resolver) NULL only after an error
} NameNode;

typedef struct InterpolationNode {
  Node node;
  NodeList parts; // STRING parts and expressions, in order
} InterpolationNode;

typedef struct ListNode {
  Node node;
  NodeList items;
} ListNode;

typedef struct TableEntry {
  const Name *name; // {k = v}, {name}, {"text" = v} (any text); NULL: `key` is an expression
  Node *key;
  Node *value;
  Node *type; // {k: T = v}, or NULL
  Span span;
} TableEntry;

typedef struct TableNode {
  Node node;
  TableEntry *entries;
  uint32_t count;
  struct Symbol *user_type; // (checker) the table declares this user type (luma.md 3.6), else NULL
  struct Type *instance_of;  // (checker) Error, where the place asks for one, else NULL
} TableNode;

typedef struct Argument {
  const Name *name; // name = value; NULL: positional
  Span span;
  Node *value;
} Argument;

typedef struct CallNode {
  Node node;
  Node *callee;
  Argument *args;
  uint32_t arg_count;
  // (checker) For each parameter of a statically known callee the index of the argument that fills
  // it, -1 for one that its default fills; NULL: arguments are passed as written.
  int32_t *order;
  uint32_t order_count;
  struct Type
      *expected; // (checker) C 3.9: the payload asked of a call whose row says it wants to know
} CallNode;

typedef struct MethodCallNode {
  Node node;
  Node *object;
  const Name *name;
  Span name_span;
  Argument *args;
  uint32_t arg_count;
  int32_t *order; // as in CallNode, without the receiver
  uint32_t order_count;
  struct Type *expected;
  // (checker) the object is a table whose own field is called: DOT_CALL is then FIELD and CALL.
  bool is_own_field;
  const char *helper_of; // (checker) "Result": the function of that name with the object as first argument
} MethodCallNode;

typedef struct FieldNode {
  Node node;
  Node *object;
  const Name *name;
  Span name_span;
} FieldNode;

typedef struct IndexNode {
  Node node;
  Node *object;
  Node *index;
} IndexNode;

typedef struct SliceNode {
  Node node;
  Node *object;
  Node *from;        // NULL: from the start
  Node *to;          // NULL: to the end
  bool is_inclusive; // s[a..b]: b belongs to it; a[x:y]: y does not
} SliceNode;

// BINARY and UNARY operators. The EXACT ones know 64-bit integers (Vint, D4); the others are IEEE
// arithmetic, string joining and Luma's operator methods.
typedef enum Operator {
  OPERATOR_ADD,
  OPERATOR_SUBTRACT,
  OPERATOR_MULTIPLY,
  OPERATOR_DIVIDE,
  OPERATOR_REMAINDER,
  OPERATOR_POWER,
  OPERATOR_EQUAL,
  OPERATOR_NOT_EQUAL,
  OPERATOR_LESS,
  OPERATOR_LESS_EQUAL,
  OPERATOR_GREATER,
  OPERATOR_GREATER_EQUAL,
  OPERATOR_HAS_KEY, // "k" in t
  OPERATOR_NEGATE,
  OPERATOR_NOT,
  OPERATOR_EXACT_ADD,
  OPERATOR_EXACT_SUBTRACT,
  OPERATOR_EXACT_MULTIPLY,
  OPERATOR_EXACT_DIVIDE,
  OPERATOR_EXACT_REMAINDER,
  OPERATOR_EXACT_POWER,
  OPERATOR_EXACT_EQUAL,
  OPERATOR_EXACT_NOT_EQUAL, // by value and type, structural for arrays and dicts
  OPERATOR_EXACT_LESS,
  OPERATOR_EXACT_LESS_EQUAL,
  OPERATOR_EXACT_GREATER,
  OPERATOR_EXACT_GREATER_EQUAL,
  OPERATOR_CONTAINS, // in: substring, element, key, within a range
  OPERATOR_EXACT_NEGATE,
  OPERATOR_EXACT_PLUS,
  OPERATOR_COUNT
} Operator;

typedef struct BinaryNode {
  Node node;
  Operator op;
  Span op_span;
  Node *left;
  Node *right;
} BinaryNode;

typedef struct UnaryNode {
  Node node;
  Operator op; // NEGATE, NOT, EXACT_NEGATE, EXACT_PLUS; unused by ADDRESS, DEREFERENCE, THROW
  Node *operand;
} UnaryNode;

typedef struct LogicNode {
  Node node;
  Node *left;
  Node *right;
} LogicNode;

typedef struct AwaitNode {
  Node node;
  Node *operand;
} AwaitNode;

// `else if` is an IF as else_branch; `else` a BLOCK. Branches may be single expressions nowhere.
typedef struct IfNode {
  Node node;
  Node *condition;
  BlockNode *then_branch;
  Node *else_branch; // IF, BLOCK or NULL
} IfNode;

typedef struct MatchArm {
  Span span;
  Node *pattern;
  Node *guard; // or NULL
  Node *body;  // BLOCK, or in Vint one expression
} MatchArm;

// First arm that matches, in order. Vint's `_` is tried last wherever it stands: its parser moves
// it.
typedef struct MatchNode {
  Node node;
  Node *subject;
  MatchArm *arms;
  uint32_t arm_count;
  bool is_statement; // Luma: value unused, so no match is null, not a panic. Vint: always true
} MatchNode;

typedef struct SwitchCase {
  Span span;
  NodeList values;     // matches if the subject equals one of them …
  const Name *binding; // … or `case name if guard`: binds the subject; NULL if not
  Span binding_span;
  Symbol *symbol; // (resolver) of the binding
  Node *guard;
  BlockNode *body;
} SwitchCase;

typedef struct SwitchNode {
  Node node;
  Node *subject;
  SwitchCase *cases; // without the default
  uint32_t case_count;
  BlockNode *default_body; // or NULL
} SwitchNode;

typedef struct RangeNode {
  Node node;
  Node *from;
  Node *to;
} RangeNode;

typedef struct CastNode {
  Node node;
  Node *operand;
  Node *target; // a written type
} CastNode;

typedef struct ChannelNode {
  Node node;
  Node *capacity; // NULL: unbuffered
} ChannelNode;

typedef struct StructLiteralNode {
  Node node;
  Node *callee; // NAME or MEMBER
  Argument *fields;
  uint32_t field_count;
} StructLiteralNode;

typedef enum DeclarativeKind {
  DECLARATIVE_TODO,
  DECLARATIVE_WARN,
  DECLARATIVE_INFO,
  DECLARATIVE_DEBUG,
  DECLARATIVE_NOTE,
  DECLARATIVE_SUCCESS,
  DECLARATIVE_TRACE,
  DECLARATIVE_LOG,
  DECLARATIVE_FATAL,
  DECLARATIVE_CRITICAL
} DeclarativeKind;

typedef struct DeclarativeNode {
  Node node;
  DeclarativeKind kind;
  Node *value;
} DeclarativeNode;

typedef struct ImportNode {
  Node node;
  Node *path; // IMPORT_CALL: an expression; IMPORT, INCLUDE: a STRING (a bare name as its text)
  Node *lock; // IMPORT_CALL: second argument, or NULL
  const Name *alias; // IMPORT: the name that is bound
  bool is_bare;      // IMPORT: written as a bare name
  Symbol *symbol;    // (resolver)
  // Set before the check by whoever reads files, if the path is written out:
  const char *module;   // the identity of the file (Program.key); NULL: not known before the run
  struct Type *exports; // what importing it gives; NULL: anything
} ImportNode;

typedef struct PackageNode {
  Node node;
  const Name *name;
  Span name_span;
  BlockNode *body;
  Symbol *symbol;
} PackageNode;

// --- Statements
// ------------------------------------------------------------------------------------

typedef struct DeclareNode {
  Node node;
  Node *pattern;      // PATTERN_NAME, PATTERN_WILDCARD; Luma also PATTERN_LIST and PATTERN_TABLE
  Node *type;         // as written, or NULL
  Node *value;        // FUNCTION for FUNCTION_DECLARE; NULL: Vint's `let x: T` (zero value)
  SymbolKind binding; // SYMBOL_LET, SYMBOL_VAR, SYMBOL_FUNCTION
  bool is_constant;   // Luma let, Vint const
  bool is_overload;   // (resolver) Vint: one more function of a name that is declared already
} DeclareNode;

typedef struct AssignNode {
  Node node;
  Node *target; // NAME, FIELD/MEMBER, INDEX/EXACT_INDEX, DEREFERENCE
  Operator op;  // OPERATOR_COUNT: plain =; else the compound's operator
  Node *value;
} AssignNode;

typedef struct IncrementNode {
  Node node;
  Node *target;
  int step; // +1, -1; as an expression it yields the old value
} IncrementNode;

typedef struct ReturnNode {
  Node node;
  Node *value; // or NULL
} ReturnNode;

typedef struct JumpNode {
  Node node;
  uint32_t depth; // how many loops, from 1
} JumpNode;

typedef struct WhileNode {
  Node node;
  Node *condition;
  BlockNode *body;
} WhileNode;

typedef struct ForNode {
  Node node;
  Node *pattern;
  Node *iterable;
  BlockNode *body;
} ForNode;

typedef struct EachNode {
  Node node;
  const Name *key; // first name of two, or NULL
  Span key_span;
  const Name *value;
  Span value_span;
  Node *iterable;
  BlockNode *body;
  Symbol *key_symbol; // (resolver)
  Symbol *value_symbol;
} EachNode;

typedef struct RepeatNode {
  Node node;
  const Name *variable; // `i` unless renamed
  Span variable_span;
  Node *count;
  BlockNode *body;
  Symbol *symbol;
} RepeatNode;

typedef struct ExpressionNode {
  Node node;
  Node *value;
} ExpressionNode;

// GO: `value` may be any expression; a call's callee and arguments are evaluated at once.
typedef struct GoNode {
  Node node;
  Node *value;
} GoNode;

typedef struct TryNode {
  Node node;
  BlockNode *body;
  const Name *error_name; // or NULL
  Span error_span;
  Symbol *symbol;
  BlockNode *catch_body;   // or NULL
  BlockNode *finally_body; // or NULL
} TryNode;

typedef enum SelectKind {
  SELECT_RECEIVE,
  SELECT_SEND,
  SELECT_AWAIT,
  SELECT_AFTER,
  SELECT_DEFAULT
} SelectKind;

typedef struct SelectCase {
  SelectKind kind;
  Span span;
  const Name *value_name; // v = receive(a); or NULL
  const Name *ok_name;    // v, ok = receive(a); or NULL
  Span value_span, ok_span;
  Symbol *value_symbol, *ok_symbol;
  Node *subject; // channel, promise or milliseconds
  Node *sent;    // SELECT_SEND
  BlockNode *body;
} SelectCase;

typedef struct SelectNode {
  Node node;
  SelectCase *cases;
  uint32_t case_count;
} SelectNode;

typedef struct StructField {
  const Name *name;
  Span span;
  Node *type;
  Node *default_value;
} StructField;

typedef struct StructNode {
  Node node;
  const Name *name;
  Span name_span;
  StructField *fields;
  uint32_t field_count;
  NodeList methods; // FUNCTION
  Symbol *symbol;
  // (resolver) The function that makes instances: its parameters are the fields, it has no body.
  // Default values are evaluated in it, at each creation; they do not see its parameters.
  FunctionNode *maker;
} StructNode;

typedef struct EnumMember {
  const Name *name;
  Span span;
  Node *value;
} EnumMember;

typedef struct EnumNode {
  Node node;
  const Name *name;
  Span name_span;
  EnumMember *members;
  uint32_t member_count;
  Symbol *symbol;
} EnumNode;

typedef struct TypeAliasNode {
  Node node;
  const Name *name;
  Span name_span;
  Node *target;
  Symbol *symbol;
} TypeAliasNode;

typedef struct ErrorDeclareNode {
  Node node;
  const Name *name;
  Span name_span;
  Param *params;
  uint32_t param_count;
  Symbol *symbol;
  FunctionNode *maker; // as in StructNode
} ErrorDeclareNode;

// --- Types as written
// ------------------------------------------------------------------------------

typedef struct TypeNameNode {
  Node node;
  const Name *name; // with a path all of it, `shapes.Shape`
  Node *path;       // Luma's `shapes.Shape` as the expression that it is, else NULL
  NodeList args;
  Symbol *symbol; // (resolver) the variable of that name that is in scope, or NULL
  Symbol *zero; // (resolver) the struct whose instance is the zero value wanted here, or NULL
} TypeNameNode;

typedef struct SignatureParam {
  const Name *name; // or NULL
  Node *type;
} SignatureParam;

typedef struct FunctionTypeNode {
  Node node;
  SignatureParam *params;
  uint32_t param_count;
  Node *result; // or NULL: Any
} FunctionTypeNode;

typedef struct TypeListNode {
  Node node;
  NodeList items;
} TypeListNode;

typedef struct TypeArrayNode {
  Node node;
  Node *element;
  Node *length; // [N]T, else NULL
} TypeArrayNode;

typedef struct TypeDictNode {
  Node node;
  Node *key;
  Node *value;
} TypeDictNode;

// --- Patterns
// --------------------------------------------------------------------------------------

typedef enum PatternMeaning {
  PATTERN_BINDS, // a variable
  PATTERN_TAG,   // Luma match arms: ok, err, some, none (set by the parser)
  PATTERN_TYPE,  // Luma match arms: a capitalised name of a type in scope (set by the resolver)
} PatternMeaning;

typedef struct PatternNameNode {
  Node node;
  const Name *name;
  PatternMeaning meaning;
  Symbol *symbol; // (resolver) the binding, or the type's variable
} PatternNameNode;

typedef struct PatternValueNode {
  Node node;
  Node *value;
} PatternValueNode;

typedef struct PatternListNode {
  Node node;
  NodeList items;
  bool has_rest; // ends in ...name or ...
  Node *rest;    // PATTERN_NAME or NULL
} PatternListNode;

typedef struct PatternField {
  const Name *name; // the key
  Span span;
  Node *pattern; // PATTERN_NAME of the same name if only the key is written
} PatternField;

typedef struct PatternTableNode {
  Node node;
  PatternField *fields;
  uint32_t field_count;
} PatternTableNode;

#endif
