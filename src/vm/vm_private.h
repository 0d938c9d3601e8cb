// SPDX-License-Identifier: MIT
// vm_private.h - the VM's fields, for vm's own files and sched's hot paths
//
// The fields that the interpreter reads for every call or loop come first, so that they share a
// cache line. Everything a program can reach from here is marked by vm_mark in vm.c: a new field
// that holds an object needs its line there.
#ifndef VM_PRIVATE_H
#define VM_PRIVATE_H

#include "base/strmap.h"
#include "base/vec.h"
#include "vm/format.h"
#include "vm/vm.h"

#include <signal.h>

// How an operation that may call, wait or fail has ended, as the interpreter must know it.
typedef enum Step {
  STEP_FAILED, // an error is on the VM
  STEP_DONE,   // the result is in its place, the frame is the same: go on
  STEP_YIELD,  // the same, but it is the others' turn (C 1.2)
  STEP_ENTER,  // another frame is on top, or the stack has moved: load the fiber's state, go on
  STEP_PARKED, // the fiber waits: who runs now?
  STEP_SWITCH, // vm->switch_to runs now, the fiber goes on when that one parks or ends
  STEP_END,    // the fiber's first function has returned; its result is in stack[0]
  STEP_NATIVE, // (within call.c) a native's frame is on top and has not run yet
} Step;

// Operations that may go on without waiting, before the others get their turn (C 1.2).
#define VM_BUDGET 4096

// Names that the runtime itself looks up.
#define VM_NAMES(NAME)                                                                             \
  NAME(ADD, "__add")                                                                               \
  NAME(SUB, "__sub")                                                                               \
  NAME(MUL, "__mul")                                                                               \
  NAME(DIV, "__div")                                                                               \
  NAME(MOD, "__mod")                                                                               \
  NAME(POW, "__pow")                                                                               \
  NAME(NEG, "__neg")                                                                               \
  NAME(EQ, "__eq")                                                                                 \
  NAME(LT, "__lt")                                                                                 \
  NAME(LE, "__le")                                                                                 \
  NAME(GT, "__gt")                                                                                 \
  NAME(GE, "__ge")                                                                                 \
  NAME(INTO, "__into")                                                                             \
  NAME(ITER, "__iter")                                                                             \
  NAME(GC, "__gc")                                                                                 \
  NAME(PARENT, "__parent")                                                                         \
  NAME(TYPE, "__type")                                                                             \
  NAME(OK, "ok")                                                                                   \
  NAME(ERR, "err")                                                                                 \
  NAME(SOME, "some")                                                                               \
  NAME(NONE, "none")                                                                               \
  NAME(KIND, "kind")                                                                               \
  NAME(MESSAGE, "message")                                                                         \
  NAME(DETAILS, "details")                                                                         \
  NAME(ERRORS, "errors")                                                                           \
  NAME(VALUE, "value")

typedef enum VMName {
#define VM_NAME_ENUM(name, text) VM_NAME_##name,
  VM_NAMES(VM_NAME_ENUM)
#undef VM_NAME_ENUM
      VM_NAME_COUNT
} VMName;

// The method tables of one receiver ("List", "String" …), one a language.
typedef struct MethodTables {
  char *receiver;
  Table *luma; // NULL: no methods
  Table *vint;
} MethodTables;

// The code of one function, to find where an instruction pointer belongs.
typedef struct CodeRange {
  const Instr *start;
  const Instr *end;
  Proto *proto;
} CodeRange;

typedef struct LoadedUnit LoadedUnit; // load.c

// Fibers that lie one behind the other in memory: a fiber is as large as its cell.
typedef struct FiberRun {
  Fiber *first;
  uint32_t count;
} FiberRun;

struct VM {
  Heap *heap;      // these three are the VMFront
  void *scheduler;
  uint32_t promise_count;
  uint32_t budget;         // operations that may still go on without waiting
  Value *volatile stack_limit; // end of the running fiber's stack; NULL while interrupted, so that
                               // the check of a call notices both
  volatile sig_atomic_t interrupt_flag;
  bool profile_is_due; // the running fiber's stack is wanted (profile.h)
  Fiber *running;          // NULL between fibers
  Fiber *switch_to;        // for STEP_SWITCH
  Waiter *starters;        // of fibers that wait for the one they have started; the last first
  uint32_t spill;          // slots above the running fiber's top frame that hold arguments just now
  uint32_t callback_count; // arguments of the callback that a native has asked for
  struct Profile *profile; // NULL: nobody wants to know where the time goes
  Value error;             // VALUE_ABSENT: none is on its way

  StrTable *strings;
  Shape *root_shape;
  Str *names[VM_NAME_COUNT];
  Error *memory_error;
  Native *operator_native; // arith.c: finishes an operator after its method has returned
  Instr fiber_end;         // instructions that links lead to
  Instr resume_native;

  AsyncOps async;
  void *library;
  VMMakers makers;
  void *importer;
  void *print_hooks[KIND_COUNT]; // FormatHook by kind (format.c)
  Rng rng;
  uint32_t fiber_count; // made so far

  Fiber *spare_fibers; // have ended and may be started again (spare.h)
  uint32_t spare_count;
  VEC(FiberRun) young_fibers; // made since the last collection: roots of a minor one
  struct {                   // how far the collection under way has come (fiber.c)
    uint32_t run;            // in young_fibers
    uint32_t place;          // in that run
    void *page;
    bool is_over;          // all pages are done
    uint32_t last_reached; // fibers with a greater number were made since the walk began
  } walk;
  VEC(MethodTables) methods;
  StrMap builtin_indexes; // name → index + 1 into builtins
  VEC(Value) builtins;
  VEC(LoadedUnit *) units;
  VEC(TypeValue *) shared_types; // by TypeData.identity; NULL: no unit has needed it yet
  VEC(CodeRange) ranges; // sorted by start
};

_Static_assert(offsetof(VM, heap) == offsetof(VMFront, heap), "vm.h reads it");
_Static_assert(offsetof(VM, scheduler) == offsetof(VMFront, scheduler), "vm.h reads it");
_Static_assert(offsetof(VM, promise_count) == offsetof(VMFront, promise_count), "vm.h counts there");

// Ends the check of calls against the stack that belongs to the running fiber. An interrupt that
// comes between the two lines is seen by the second one, one that comes later writes NULL itself.
static inline void vm_set_stack_limit(VM *vm) {
  vm->stack_limit = vm->running ? vm->running->stack + fiber_stack_size(vm->running) : NULL;
  if (vm->interrupt_flag) vm->stack_limit = NULL;
}

// `starter`, which has made `fiber` and is in no queue, waits until that first parks or ends.
static inline void fiber_add_starter(VM *vm, Fiber *fiber, Fiber *starter) {
  fiber->obj.flags |= FIBER_STARTED;
  starter->wait.next = vm->starters;
  vm->starters = &starter->wait;
}

// The method `name` of a built-in kind, VALUE_ABSENT if there is none. Does not allocate.
Value vm_find_method(VM *vm, uint8_t language, Value receiver, Str *name);
// The same for a receiver that is named: "List", "String" …
Value vm_find_method_of(VM *vm, uint8_t language, const char *receiver, Str *name);

void load_mark(Heap *heap, VM *vm);         // what loaded units hold
void load_clear_caches(Heap *heap, VM *vm); // inline caches whose shape or type dies
void load_free_units(VM *vm);
void fiber_mark_roots(Heap *heap, VM *vm);

#endif
