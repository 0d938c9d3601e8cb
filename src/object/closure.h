// SPDX-License-Identifier: MIT
// closure.h - functions as objects, and what they capture
//
// A Proto is a function as loaded from a unit: code, constants, tables. A Closure is a Proto with
// what it captured: values, or Cells for variables that are assigned after capture. A Module holds
// the slots of a file's top level that functions use.
#ifndef CLOSURE_H
#define CLOSURE_H

#include "object/kinds.h"
#include "object/list.h"
#include "object/shape.h"

typedef uint64_t Instr;
struct ProtoData; // code/unit.h: names, lines, handlers; the heap only carries the pointer

typedef struct Cell {
  Obj obj;
  Value value;
} Cell;

// The cell of a variable with a written type that a pointer may change (vm/pointer.h).
typedef struct TypedCell {
  Cell cell;
  Obj *type;
} TypedCell;

// A pointer to a member: no variable, but a place in the table that its cell's value is.
typedef struct MemberCell {
  Cell cell;
  Str *name;
} MemberCell;

#define CELL_TYPED  1 // in obj.flags
#define CELL_MEMBER 2

typedef struct Module {
  Obj obj;
  uint32_t slot_count;
  Value *slots; // raw block; VALUE_ABSENT until set
  Value exports;
} Module;

// One inline cache: what an instruction has seen the last time, and where it found what it looked for. Filled by
// vm/cache.c; vm/cache.h says what the fields mean. What it refers to it refers to weakly: filling has no barrier,
// and what a minor collection finds dead is forgotten by vm/load.c.
typedef struct Cache {
  Str *name;
  union {
    Shape *own;
    const struct Proto *proto;
  };
  Shape *shape;
  Value type;
  const struct Table *table;
  Shape *methods;
  Value value;
  uint16_t index;
  uint16_t state;
  uint16_t fits_from, fits_span;
} Cache;

// What no table has, not even one without a shape.
#define CACHE_NO_SHAPE ((Shape *)(uintptr_t)1)

// What a function's instructions refer to lies in one block, so that the interpreter reaches all of
// it from the one pointer to the constants:
//
//   cache n−1 … cache 1  cache 0 | slots | constant 0  constant 1 …
//                                        ^ Proto.constants
typedef void ProtoTables;

typedef struct Proto {
  Obj obj; // flags: PROTO_*
  const Instr *code;
  Value *constants;        // within `tables`
  ProtoTables *tables;     // raw block
  struct Proto **children; // raw block
  Value *types; // Type objects of the unit, shared by all its prototypes; the unit marks them
  Module *module;
  Str *name; // "main" for a file, "fn" for an anonymous function
  const struct ProtoData *data;
  struct Closure *same;     // CLOSURE_SAME's; NULL: it has not been there yet
  void *unit;               // the LoadedUnit that owns `data` and `code` (vm/load.h)
  const Instr *typed_entry; // behind the leading checks of parameter types (CALL_TYPED)
  uint32_t constant_count;
  uint32_t cache_count;
  uint32_t child_count;
  uint32_t code_count;
  uint16_t register_count; // without the two link slots below base
  uint16_t param_count;    // without a rest parameter
  uint16_t plain_count;    // the same if a call with so many needs nothing but a frame, else
                           // PROTO_NOT_PLAIN: async functions and those with a rest parameter
  uint16_t required_count;
  uint16_t capture_count;
} Proto;

#define PROTO_NOT_PLAIN 0xFFFFu

#define PROTO_ASYNC 1  // calling it starts a fiber and gives a promise
#define PROTO_REST  2  // the register after the parameters gets a list of the remaining arguments
#define PROTO_STUB  4  // C 3.5
#define PROTO_SELF  8  // its first parameter is `self` (luma.md 4.13)
#define PROTO_LOOSE 16 // surplus arguments are dropped instead of being an error

static inline Cache *proto_cache(const Value *constants, uint32_t index) {
  return (Cache *)(uintptr_t)(constants - 1) - 1 - index;
}
// The slots of the function's module.
static inline Value *proto_slots(const Value *constants) {
  return (Value *)(uintptr_t)constants[-1];
}
static inline size_t proto_tables_size(uint32_t cache_count, uint32_t constant_count) {
  return cache_count * sizeof(Cache) + (1 + constant_count) * sizeof(Value);
}

typedef struct Closure {
  Obj obj; // flags: copy of the proto's; extra: number of captures
  Proto *proto;
  Value captures[];
} Closure;

typedef struct Bound {
  Obj obj;
  Value function;
  Value receiver;
} Bound;

// Functions of one name. A call takes the first that takes as many arguments.
typedef struct Overload {
  Obj obj; // extra: how many
  Value functions[];
} Overload;

static inline bool value_is_function(Value v) {
  if (!value_is_object(v)) return false;
  uint8_t kind = value_as_object(v)->kind;
  return kind == KIND_CLOSURE || kind == KIND_NATIVE || kind == KIND_BOUND || kind == KIND_OVERLOAD;
}

void closure_register(Heap *heap);
Cell *closure_new_cell(Heap *heap, Value value) MUST_USE; // `value` must be rooted
MemberCell *closure_new_member_cell(Heap *heap, Value table, Str *name) MUST_USE;
// What a pointer that is this cell points to; VALUE_ABSENT if it is not set, or no longer there.
Value closure_pointed_to(const Cell *cell);
TypedCell *closure_new_typed_cell(Heap *heap, Value value, Obj *type) MUST_USE;
Closure *closure_new(Heap *heap, Proto *proto) MUST_USE; // `proto` must be rooted; captures null
Module *closure_new_module(Heap *heap, uint32_t slot_count) MUST_USE;
// Makes it at least that large; its slots may move. `module` must be reachable. False: out of memory.
bool closure_grow_module(Heap *heap, Module *module, uint32_t slot_count) MUST_USE;
// What `first` holds, a function or an overload, and `second`. Both must be rooted.
Overload *closure_new_overload(Heap *heap, Value first, Value second) MUST_USE;
Bound *closure_new_bound(Heap *heap, Value function, Value receiver) MUST_USE;

#endif
