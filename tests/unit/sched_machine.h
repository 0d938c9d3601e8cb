// SPDX-License-Identifier: MIT
// sched_machine.h - a VM with the real scheduler, for tests that drive it from C
//
// The program is one line that is assembled by hand: it calls the native `start`, which the test
// gives, and returns what that returned. Time is virtual. Whatever the scheduler reports is
// counted.
#ifndef SCHED_MACHINE_H
#define SCHED_MACHINE_H

#include "check.h"

#include "code/unit.h"
#include "sched/channel.h"
#include "sched/combine.h"
#include "sched/promise.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "sched/wait.h"
#include "vm/load.h"

#include <stdlib.h>

typedef struct SchedMachine {
  VM *vm;
  Sched *sched;
  uint32_t report_count;
  char report[200]; // the last one's message
  Instruction code[4];
  Constant constant;
  LineEntry line;
  ProtoData function;
} SchedMachine;

static inline void count_report(void *context, VM *vm, Error *error, const char *headline) {
  SchedMachine *m = context;
  m->report_count++;
  snprintf(m->report, sizeof(m->report), "%s", error->message->bytes);
}

static inline SchedMachine *machine_new(bool stress, Policy policy) {
  SchedMachine *m = calloc(1, sizeof(SchedMachine));
  m->vm = vm_new(&(VMOptions){.gc_stress = stress, .seed = 1});
  m->sched = sched_new(m->vm, &(SchedOptions){.virtual_time = true, .policy = policy});
  sched_set_report(m->sched, count_report, m);
  return m;
}

// In the order of wick.c: what the heap still finishes may ask the scheduler.
static inline void machine_free(SchedMachine *m) {
  vm_free(m->vm);
  sched_free(m->sched);
  free(m);
}

static inline Closure *assemble_main(SchedMachine *m) {
  m->constant = (Constant){.kind = CONSTANT_BUILTIN, .text = "luma.start"};
  m->code[0] = opcode_ax(OP_CONSTANT, 0, 0);
  m->code[1] = opcode_abc(OP_CALL, 0, 0, 0);
  m->code[2] = opcode_abc(OP_RETURN, 0, 0, 0);
  m->line = (LineEntry){0, 1, 1, 0, 0};
  m->function = (ProtoData){.name = "main",
                            .code = m->code,
                            .code_count = 3,
                            .constants = &m->constant,
                            .constant_count = 1,
                            .lines = &m->line,
                            .line_count = 1,
                            .register_count = 4};
  Unit *unit = unit_new("test.luma");
  unit->functions = &m->function;
  unit->function_count = 1;
  return load_unit(m->vm, unit);
}

// Makes the row's function a built-in of its name; it lives as long as the VM.
static inline Native *machine_add(SchedMachine *m, const NativeRow *row) {
  char name[64];
  Native *native = native_new(m->vm, row);
  snprintf(name, sizeof(name), "luma.%s", row->name);
  vm_set_builtin(m->vm, name, value_object(native));
  return native;
}

// Runs `start` on the main fiber, and everything that follows from it.
static inline SchedEnd machine_run(SchedMachine *m, const NativeRow *start) {
  machine_add(m, start);
  Closure *main = assemble_main(m);
  CHECK(main != NULL);
  if (!main) return SCHED_FAILED;
  vm_push_root(m->vm, value_object(main));
  SchedEnd end = sched_run(m->sched, main);
  vm_pop_roots(m->vm, 1);
  CHECK(!vm_has_error(m->vm));
  return end;
}

// A fiber that calls `native` with up to two arguments, at the end of the ready queue.
static inline Fiber *machine_spawn(VM *vm, Value native, const Value *args, uint32_t count,
                                   Promise *promise) {
  if (promise) vm_push_root(vm, value_object(promise));
  Fiber *fiber = fiber_new(vm, native, args, count);
  if (promise) vm_pop_roots(vm, 1);
  if (!fiber) return NULL;
  if (promise) {
    promise_give_fiber(vm, promise, fiber);
  } else {
    fiber->obj.flags |= FIBER_GO;
  }
  wait_ready(vm, fiber);
  return fiber;
}

#endif
