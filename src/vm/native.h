// SPDX-License-Identifier: MIT
// native.h - functions in C that scripts call
//
// A native gets a NativeCall: its arguments are registers of its own frame. It answers with a
// NativeStatus. It never calls the interpreter: one that needs a script function's answer fills the
// call's window and returns NATIVE_CALL; when that function has returned, the native's `resume`
// runs with the answer in call->answer. What it must remember between calls it keeps in its frame's
// slots
// (`slot_count` of them behind the arguments, null at first), so that the collector sees it and the
// fiber may park in between (C 1.6).
#ifndef NATIVE_H
#define NATIVE_H

#include "vm/fiber.h"

typedef enum NativeStatus {
  NATIVE_DONE,   // call->result is the value
  NATIVE_FAILED, // an error is on the VM
  NATIVE_PARKED, // the fiber waits; what the wait yields is the value of the call
                 // (or, in a native with `resume`, call->answer of the next resume)
  NATIVE_CALL,   // native_call was used: call that function, then resume
  NATIVE_START,  // the same as an async call, whatever the function is: it starts at once on a fiber
                 // of its own, and call->answer of the next resume is its promise
} NativeStatus;

typedef struct NativeCall {
  VM *vm;
  Value *args; // args[0 … arg_count); moves when the fiber's stack grows: read it afresh after
               // anything that runs script or parks
  uint32_t arg_count;
  Value *slots; // the frame's own slots
  Value result;
  Value answer; // in resume: what the called function returned
  const struct NativeRow *row;
} NativeCall;

typedef NativeStatus (*NativeFn)(NativeCall *call);

// One row a native, at the bottom of its module's file. The checker, the arity check, `wick help
// NAME` and the documentation read the same row.
typedef struct NativeRow {
  // "": global; "http": member of a module; "List(T)", "String": method, receiver first. A generic
  // type without its letters is a table of functions: "Promise" owns Promise.all.
  const char *owner;
  const char *name;
  const char *signature; // as in check/decls.h, without the receiver
  NativeFn run;          // NULL: not a function but a constant (`signature` is its type; see lib)
  const char *doc;       // one or two sentences
  NativeFn resume;       // NULL: never uses NATIVE_CALL
  uint8_t slot_count;
  uint8_t languages; // NATIVE_LUMA | NATIVE_VINT
  // What `run` does with one double, if that is a double and cannot fail: the interpreter then calls
  // this at once. NULL: nothing of the kind.
  double (*of_number)(double);
  // An error or a cancellation passes the native's frame, which ends with it: what it holds is given
  // back here. args and slots are as they were; must neither park nor run script, nor fail. NULL:
  // nothing to be done, as in most rows, which leave it out.
  void (*unwind)(NativeCall *call);
  // The quick way from one call of the function that is argument 1 to the next, if that is all there is to do: takes
  // the answer, puts the next arguments at next[0] …, and is true. False: nothing has happened, and `resume` gets the
  // answer; always so if the function does not take (`takes`) what there is to give. Must not allocate. NULL: none.
  bool (*again)(VM *vm, Value *slots, Value answer, uint32_t takes, Value *next);
  // What `run` mostly does, if that is a few instructions: with as many arguments as the signature allows, and without a
  // NativeCall. It neither waits nor calls script nor raises. False: nothing has happened, and `run` does it. NULL: none.
  bool (*at_once)(VM *vm, const Value *args, uint32_t count, Value *result);
} NativeRow;

#define NATIVE_LUMA 1
#define NATIVE_VINT 2
#define NATIVE_BOTH 3
#define NATIVE_HIDDEN 4 // the runtime's own affair: no trace shows it

typedef struct Native {
  Obj obj; // flags: 1 if the receiver is argument 0; extra: bit 0: wants the expected type as one more argument
  const NativeRow *row;
  double (*of_number)(double); // the row's
  bool (*at_once)(VM *vm, const Value *args, uint32_t count, Value *result); // the row's
  Str *name;
  uint16_t min_args; // read off the signature, receiver included
  uint16_t max_args; // UINT16_MAX: any number
  bool is_plain;     // needs no frame: the row has neither `resume` nor slots
} Native;

Native *native_new(VM *vm, const NativeRow *row) MUST_USE;
// Types whose bare names are tables of functions: Promise.all, Lock.new. Their receivers are written
// with parentheses: "Promise(T)", "Lock()".
bool native_is_table(const char *owner);

// The place of the parameter with that name, the receiver of a method counted; -1: there is none, or the
// native takes any number.
int native_find_parameter(const Native *native, const Str *name);

// Asks for `callee` to be called with `count` (≤ 4) arguments; return its result NATIVE_CALL.
NativeStatus native_call(NativeCall *call, Value callee, const Value *args, uint32_t count);

// Whether the running function awaits the call's value with its next instruction and nobody else sees
// it. Then the native is to park or fail instead of making a promise: what the wait yields is the value
// of the await. Only for natives without a frame of their own.
bool native_begins_await(NativeCall *call) MUST_USE;

// What most natives are: it needs no frame and takes as many arguments, the receiver counted.
static inline bool native_runs_in_place(const Native *native, uint32_t count) {
  return native->is_plain && count >= native->min_args && count <= native->max_args;
}
static inline NativeStatus native_return(NativeCall *call, Value result) {
  call->result = result;
  return NATIVE_DONE;
}
// Argument i, VALUE_ABSENT if it was not given.
static inline Value native_arg(const NativeCall *call, uint32_t i) {
  return i < call->arg_count ? call->args[i] : VALUE_ABSENT;
}

#endif
