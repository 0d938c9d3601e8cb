// SPDX-License-Identifier: MIT
// profile.h - where a program's time goes: samples of stacks, as a tree
//
// A thread of its own (sched/sampler.h) reads now and then how much processor time the VM's thread has
// used since it last looked, and calls profile_tick. The time belongs to what was running then: a
// fiber, a native that it had called, the collector, or nobody (the scheduler and the event loop).
// The fiber's stack is taken by the VM's own thread right after the instruction that was running
// (vm/interp_watched.c), so a time is charged to the very line that used it, whatever the line does.
//
// The samples make one tree: a fiber's start, the functions that it was in with the lines from which
// they called each other, at the end a native or the collector. Of a stack deeper than
// PROFILE_DEPTH the lower part is left out.
#ifndef PROFILE_H
#define PROFILE_H

#include "base/buffer.h"
#include "base/vec.h"
#include "vm/native.h"

#define PROFILE_DEPTH 256

typedef enum ProfileKind {
  PROFILE_ALL,       // the root
  PROFILE_MAIN,      // the main fiber
  PROFILE_START,     // fibers that were started at `what`, an instruction
  PROFILE_DEEPER,    // frames that were left out
  PROFILE_FUNCTION,  // `what` is its Proto, `line` that of the call or of what it did itself
  PROFILE_NATIVE,    // `what` is its NativeRow
  PROFILE_COLLECTOR, // collecting, when what is below it asked for memory
  PROFILE_LOOP,      // the scheduler, timers, input and output
} ProfileKind;

typedef struct ProfileNode {
  ProfileKind kind;
  uint32_t line; // in the file of the function
  const void *what;
  const char *path;  // of a function's file
  uint64_t self_ns;  // processor time of its own, without that of its children
  uint32_t children; // the first, 0: none; indexes of `nodes`
  uint32_t next;     // sibling
} ProfileNode;

typedef struct Profile {
  VEC(ProfileNode) nodes; // [0] is the root
  uint64_t sample_count;
  uint64_t elapsed_ns; // of the run, by the clock on the wall
  // Since the last sample, written by the sampler's thread and taken by the VM's.
  uint64_t script_ns;
  uint64_t native_ns;
  uint64_t collector_ns;
  uint64_t loop_ns;
  const NativeRow *native;  // that native_ns belongs to
  const NativeRow *running; // now; NULL: no native
} Profile;

Profile *profile_new(void) MUST_USE; // NULL: out of memory
void profile_free(Profile *profile);

// From any thread: the VM's thread has used so much processor time since the last tick.
void profile_tick(VM *vm, uint64_t ns);
// The running fiber, whose state is saved: `ip` behind the instruction that the time belongs to.
void profile_take(VM *vm, Fiber *fiber);
// What nobody has taken is added; call it when the sampler is gone.
void profile_end(VM *vm);
// Runs a native with a note of it. For call.c.
NativeStatus profile_run_native(VM *vm, NativeFn run, NativeCall *call);

// "fetch", "fiber started at a.vint:12", "String.upper" …, without the line of a function.
void profile_print_name(VM *vm, const ProfileNode *node, Buffer *out);

#endif
