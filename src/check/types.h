// SPDX-License-Identifier: MIT
// types.h - types as the checker and the compiler know them
//
// Types are interned in the compilation's arena: two structural types that are equal are the same
// pointer (functions with parameter names and user types excepted: those have identity or are
// compared by types_equal). User types and structs may be recursive: their fields are filled after
// they were made.
//
// Any is the dynamic type: it fits everything in both directions. Never is the type of what does
// not return. UNKNOWN_NAME is an Any that came from an unresolved type name (so that a call that
// asks what is expected can warn, luma.md 8.3).
#ifndef TYPES_H
#define TYPES_H

#include "base/buffer.h"
#include "tree/tree.h"

typedef enum TypeKind {
  TYPE_ANY,
  TYPE_UNKNOWN_NAME,
  TYPE_NEVER,
  TYPE_NULL,
  TYPE_BOOLEAN,
  TYPE_NUMBER,
  TYPE_STRING,
  TYPE_LIST,         // args[0]: element
  TYPE_TABLE,        // args[0], args[1]: key, value
  TYPE_FUNCTION,     // args: parameters; result
  TYPE_ANY_FUNCTION, // the bare words Function, func
  TYPE_PROMISE,      // args[0]: payload, itself never a promise
  TYPE_CHANNEL,      // args[0]: element
  TYPE_RESULT,       // args[0], args[1]
  TYPE_OPTION,       // args[0]
  TYPE_CASE,         // args[0]: what the function of this case of a select gives, never a promise
  TYPE_RECORD,       // fields: a table literal whose names are known
  TYPE_USER,         // fields, methods, parent: luma.md 3.6
  TYPE_ERROR,
  TYPE_RESPONSE,
  TYPE_GROUP,
  TYPE_LOCK,
  TYPE_SEMAPHORE,
  TYPE_WAIT_GROUP,
  TYPE_BROADCAST,   // args[0]: what is sent
  TYPE_FIBER_LOCAL, // args[0]: what it holds
  TYPE_TYPE,   // a type as a value; args[0]: which, if known
  TYPE_MODULE, // a built-in module: `name` is its owner in the decls
  TYPE_UNION,  // args: members
  TYPE_EXTERNAL,
  TYPE_VARIABLE, // T of a generic signature; `index`
  TYPE_INFER,    // element type still open: [] and friends; `args[0]` once known (see relate.h)
  TYPE_INTEGER,
  TYPE_FLOAT, // Vint
  TYPE_STRUCT,
  TYPE_ENUM,
  TYPE_POINTER,
  TYPE_RANGE,
  TYPE_CUSTOM_ERROR, // Vint
  TYPE_KIND_COUNT
} TypeKind;

typedef struct Type Type;

typedef struct TypeField {
  const Name *name;
  Type *type;
  bool is_optional; // a default exists: cast fills it
  bool is_method;
  Span span;
} TypeField;

struct Type {
  TypeKind kind;
  Type **args;
  uint32_t arg_count;
  Type *result;             // FUNCTION
  uint32_t required_count;  // FUNCTION: parameters without default
  bool has_rest;            // FUNCTION: the last parameter takes the remaining arguments
  bool is_async;            // FUNCTION: a literal that is async (for messages)
  const Name **param_names; // FUNCTION, may be NULL
  TypeField *fields;
  uint32_t field_count;
  Type *parent;       // USER
  bool has_unknown_parent; // USER: it has one of which nothing is known before the run
  const Name *name;   // USER, STRUCT, ENUM, MODULE, UNKNOWN_NAME, VARIABLE
  Symbol *symbol;     // USER, STRUCT: the variable that holds it
  uint32_t index;     // VARIABLE
  bool is_exported;   // other files may have it: check_export.c
  uint32_t identity;  // of what programs declare (types_user): its number, from 1
  bool has_letters;   // a VARIABLE is somewhere in it: a generic signature or a part of one
  int32_t unit_index; // (compiler) index among the unit's types, −1 before it has one
};

typedef struct Types {
  Arena *arena;
  NameTable *names;
  Type **interned;
  uint32_t count;
  uint32_t capacity;
  uint32_t user_count; // user types made so far
  Type *any, *never, *null, *boolean, *number, *string, *any_function, *error, *response, *integer,
      *float_;
  Dialect dialect; // whose notation types_text uses; types_init sets Luma's
} Types;

void types_init(Types *types, Arena *arena, NameTable *names);
void types_free(Types *types);

Type *types_simple(Types *types, TypeKind kind);
Type *types_of1(Types *types, TypeKind kind,
                Type *a); // LIST, PROMISE (flattened), CHANNEL, OPTION, TYPE
Type *types_of2(Types *types, TypeKind kind, Type *a, Type *b); // TABLE, RESULT
Type *types_union(Types *types, Type **members, uint32_t count);
Type *types_function(Types *types, Type **params, const Name **names, uint32_t count,
                     uint32_t required, bool has_rest, Type *result);
Type *types_record(Types *types, TypeField *fields, uint32_t count);
Type *types_user(Types *types, const Name *name, Symbol *symbol); // fields are filled later

Type *types_named(Types *types, TypeKind kind, const Name *name); // MODULE, UNKNOWN_NAME
Type *types_variable(Types *types, uint32_t index);               // the generic letter 'A' + index
Type *types_infer(Types *types); // a fresh INFER; bound by setting args[0]
// A list whose positions are known ([user, posts] of Promise.all, the [key, value] of a table):
// LIST of their join `element`, its fields are the positions.
Type *types_positions(Types *types, Type *element, Type **positions, uint32_t count);

// What an INFER stands for by now; anything else is itself.
static inline Type *types_prune(Type *type) {
  while (type && type->kind == TYPE_INFER && type->args[0]) type = type->args[0];
  return type;
}

bool types_equal(const Type *a, const Type *b);
const TypeField *types_find_field(const Type *type, const Name *name); // parents included
// Whether a user type may have more than its fields and its parents' say.
bool types_has_unknown_parent(const Type *type);
// As in messages: "List(Number)", "fn(String): Promise(User)", "{ok: User, err: Null}".
void types_print(Buffer *out, const Type *type, Dialect dialect);
const char *types_text(Types *types, const Type *type); // in the arena

static inline bool types_is_any(const Type *t) {
  return !t || t->kind == TYPE_ANY || t->kind == TYPE_UNKNOWN_NAME;
}

#endif
