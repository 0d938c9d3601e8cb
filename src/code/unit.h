// SPDX-License-Identifier: MIT
// unit.h - a compiled file as plain data
//
// A Unit is what the compiler makes and the VM loads; it knows no tree and no heap. Everything in
// it lives in its own arena. Function 0 is the file's top level.
#ifndef UNIT_H
#define UNIT_H

#include "base/arena.h"
#include "code/opcode.h"

typedef enum ConstantKind {
  CONSTANT_NULL,
  CONSTANT_FALSE,
  CONSTANT_TRUE,
  CONSTANT_NUMBER,  // a double
  CONSTANT_INTEGER, // an exact integer
  CONSTANT_STRING,
  CONSTANT_BUILTIN, // `text` is its full name: "luma.print", "luma.http.get", "vint.send"
  CONSTANT_SHAPE,   // `names` are a record's keys in order (for RECORD)
} ConstantKind;

typedef struct Constant {
  ConstantKind kind;
  double number;
  int64_t integer;
  const char *text; // STRING (may contain zero bytes), BUILTIN
  uint32_t len;
  const char **names; // SHAPE: zero-terminated
  uint32_t name_count;
} Constant;

// Where a closure finds what it captures, in the function that makes it.
typedef enum CaptureFrom { CAPTURE_REGISTER, CAPTURE_CAPTURE, CAPTURE_SELF } CaptureFrom;

typedef struct CaptureData {
  uint8_t from;
  uint16_t index;
  const char *name;
} CaptureData;

// While pc is in [start, end) an error goes to `target` with the error in register `reg`. Inner
// handlers come first. A cancellation goes to cleanups alone: nothing can catch it (C 5.3).
typedef struct Handler {
  uint32_t start;
  uint32_t end;
  uint32_t target;
  uint16_t reg;
  bool is_cleanup; // the target raises the error again when it is done
} Handler;

// From this pc on the place is line:column (from 1), until the next entry. In order of pc.
typedef struct LineEntry {
  uint32_t pc;
  uint32_t line;
  uint32_t column;
  uint32_t start; // byte offsets in the source, for excerpts
  uint32_t end;
} LineEntry;

// While pc is in [start, end) the variable `name` lives in register `reg` (or its cell does): for
// reports only.
typedef struct LocalData {
  uint32_t start;
  uint32_t end;
  uint16_t reg;
  const char *name;
} LocalData;

// What the CHECK_TYPE at pc is about, for its message: "variable 'x'".
typedef struct CheckData {
  uint32_t pc;
  const char *subject;
} CheckData;

typedef struct ProtoData {
  const char *name;
  Instruction *code;
  uint32_t code_count;
  Constant *constants;
  uint32_t constant_count;
  const char **cache_names; // the name that each inline cache looks up
  uint32_t cache_count;
  uint32_t *children; // functions of the unit, by index; CLOSURE's x counts in this list
  uint32_t child_count;
  CaptureData *captures;
  uint32_t capture_count;
  Handler *handlers;
  uint32_t handler_count;
  LineEntry *lines;
  uint32_t line_count;
  const char **param_names; // rest parameter last
  LocalData *locals;        // in order of `start`; parameters are not among them
  uint32_t local_count;
  CheckData *checks; // in order of pc; not every check has one
  uint32_t check_count;
  uint16_t register_count;
  uint16_t param_count; // without a rest parameter
  uint16_t required_count;
  bool is_async;
  bool has_rest;
  bool is_stub;
  bool is_method; // the first parameter is `this`, which no caller writes
  bool has_self; // the first parameter is named `self`
  bool is_loose; // surplus arguments are dropped
  uint32_t typed_entry; // pc behind the leading CHECK_TYPE of parameters, where CALL_TYPED enters
  uint32_t line; // where it begins
} ProtoData;

// The types that run-time checks, casts and decoding go by. Numbers, so that the heap can carry
// them.
typedef enum TypeTag {
  TAG_ANY,
  TAG_NULL,
  TAG_BOOLEAN,
  TAG_NUMBER,
  TAG_STRING,
  TAG_LIST,     // args: element
  TAG_TABLE,    // args: key, value
  TAG_FUNCTION, // args: parameters, then the result
  TAG_PROMISE,  // args: payload
  TAG_CHANNEL,  // args: element
  TAG_RESULT,   // args: ok, err
  TAG_OPTION,   // args: some
  TAG_RECORD,   // fields
  TAG_USER,     // a user type: name, fields, parent
  TAG_ERROR,
  TAG_RESPONSE,
  TAG_TYPE,
  TAG_EXTERNAL,
  TAG_GROUP,
  TAG_LOCK,
  TAG_SEMAPHORE,
  TAG_WAIT_GROUP,
  TAG_BROADCAST,   // args: what is sent
  TAG_FIBER_LOCAL, // args: what it holds
  TAG_UNION, // args: members
  TAG_INTEGER,
  TAG_FLOAT, // Vint's int… and float…
  TAG_POINTER,
  TAG_STRUCT,
  TAG_ENUM,
  TAG_NEVER,
  TAG_PACKAGE, // fields: the members that are constant or have a written type
  TAG_CUSTOM_ERROR, // one declared error
  TAG_RAISED,       // Vint's `error`: any declared error, and what the runtime raises
  TAG_SIZED_INTEGER, // int8, byte …: the name says the range
} TypeTag;

typedef struct TypeFieldData {
  const char *name;
  uint32_t type; // index into the unit's types
  bool is_optional;
  bool is_constant; // TAG_PACKAGE: set once
} TypeFieldData;

typedef struct TypeData {
  TypeTag tag;
  const char *name; // as shown to people
  uint32_t *args;
  uint32_t arg_count;
  TypeFieldData *fields;
  uint32_t field_count;
  int32_t parent;    // index, −1 if none
  uint32_t identity; // units of one compilation: the same number is the same type; 0: none
} TypeData;

// From this byte on the source is of the file `path` (Vint's include).
typedef struct UnitPart {
  uint32_t start;
  const char *path;
} UnitPart;

typedef struct Unit {
  Arena arena;
  const char *path;
  UnitPart *parts; // in order; none: it is all of `path`
  uint32_t part_count;
  ProtoData *functions;
  uint32_t function_count;
  TypeData *types;
  uint32_t type_count;
  const char **module_names; // by slot, from module_first_slot on
  uint32_t module_slot_count;
  uint32_t module_first_slot; // those below are of units that share the module, else 0
} Unit;

static inline uint32_t unit_slots_end(const Unit *unit) {
  return unit->module_first_slot + unit->module_slot_count;
}
// NULL: the slot is another unit's.
static inline const char *unit_slot_name(const Unit *unit, uint32_t slot) {
  if (slot < unit->module_first_slot || slot >= unit_slots_end(unit)) return NULL;
  return unit->module_names[slot - unit->module_first_slot];
}

Unit *unit_new(const char *path);
void unit_free(Unit *unit); // NULL is fine

// The file that the place is in.
const char *unit_path_of(const Unit *unit, const LineEntry *line);
// The entry that covers `pc`; NULL if the function has no lines.
const LineEntry *unit_find_line(const ProtoData *function, uint32_t pc);
// The variable that register `reg` holds at `pc`, a parameter included; NULL if it is none's.
// The subject of the check at `pc`; NULL if none is known.
const char *unit_find_check(const ProtoData *function, uint32_t pc);
const char *unit_find_local(const ProtoData *function, uint32_t pc, uint32_t reg);

#endif
