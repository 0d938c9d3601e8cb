// SPDX-License-Identifier: MIT
// lib_lock.c - locks and semaphores: what is held and given back
//
// Both have the same verbs. Luma's give promises where they may wait (C 3.6), Vint's park the fiber.
// `with` is the form that cannot forget to release: it holds while its function runs and releases
// however that ends, also by an error or a cancellation (NativeRow.unwind). In Luma it runs on a
// fiber of its own, which is what holds.
#include "lib/lib_private.h"
#include "sched/lock.h"
#include "sched/semaphore.h"

#include <string.h>

// --- The two kinds -------------------------------------------------------------------------------

static bool is_lock_row(const NativeRow *row) {
  return strncmp(row->owner, "Lock", 4) == 0;
}

// The receiver, of the kind that the row is about.
static bool take_receiver(NativeCall *call) {
  bool is_lock = is_lock_row(call->row);
  Value receiver = native_arg(call, 0);
  if (value_is_kind(receiver, is_lock ? KIND_LOCK : KIND_SEMAPHORE)) return true;
  return args_wrong(call, 0, is_lock ? "Lock" : "Semaphore");
}

static WaitResult acquire(VM *vm, Value gate) {
  Fiber *fiber = vm_running(vm);
  if (value_is_lock(gate)) return lock_acquire(vm, fiber, value_as_lock(gate));
  return semaphore_acquire(vm, fiber, value_as_semaphore(gate));
}

static bool release(VM *vm, Value gate) {
  if (value_is_lock(gate)) return lock_release(vm, vm_running(vm), value_as_lock(gate));
  return semaphore_release(vm, value_as_semaphore(gate));
}

// --- Making --------------------------------------------------------------------------------------

static NativeStatus new_lock(NativeCall *call) {
  Lock *lock = lock_new(call->vm);
  return lock ? native_return(call, value_object(lock)) : NATIVE_FAILED;
}

static NativeStatus new_semaphore(NativeCall *call) {
  int64_t total;
  if (!args_integer(call, 0, &total)) return NATIVE_FAILED;
  if (total < 1 || total > UINT32_MAX) {
    vm_raise(call->vm, "ValueError", "a semaphore has from 1 to %u permits, got %lld", UINT32_MAX,
             (long long)total);
    return NATIVE_FAILED;
  }
  Semaphore *semaphore = semaphore_new(call->vm, (uint32_t)total);
  return semaphore ? native_return(call, value_object(semaphore)) : NATIVE_FAILED;
}

// --- Acquire and release -------------------------------------------------------------------------

static NativeStatus luma_acquire(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  VM *vm = call->vm;
  Value gate = call->args[0];
  Fiber *fiber = vm_running(vm);
  return lib_return_promise(
      call, value_is_lock(gate) ? lock_acquire_promise(vm, fiber, value_as_lock(gate))
                                : semaphore_acquire_promise(vm, fiber, value_as_semaphore(gate)));
}

static NativeStatus vint_acquire(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  return lib_return_wait(acquire(call->vm, call->args[0]));
}

static NativeStatus try_acquire(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  Value gate = call->args[0];
  Fiber *fiber = vm_running(call->vm);
  bool is_taken;
  if (!value_is_lock(gate)) {
    is_taken = semaphore_try_acquire(call->vm, fiber, value_as_semaphore(gate));
  } else if (!lock_try_acquire(call->vm, fiber, value_as_lock(gate), &is_taken)) {
    return NATIVE_FAILED;
  }
  return native_return(call, value_bool(is_taken));
}

static NativeStatus release_here(NativeCall *call) {
  if (!take_receiver(call) || !release(call->vm, call->args[0])) return NATIVE_FAILED;
  return native_return(call, VALUE_NULL);
}

static NativeStatus is_held(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  return native_return(call, value_bool(value_as_lock(call->args[0])->holder != NULL));
}

static NativeStatus luma_free(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  return native_return(call, value_double(value_as_semaphore(call->args[0])->free));
}

static NativeStatus vint_free(NativeCall *call) {
  if (!take_receiver(call)) return NATIVE_FAILED;
  return native_return(call, value_int(value_as_semaphore(call->args[0])->free));
}

// --- with ----------------------------------------------------------------------------------------

enum { SLOT_PHASE }; // null: it holds nothing yet

#define PHASE_ASKED   value_int(1) // waits for its turn
#define PHASE_RUNS    value_int(2) // holds; the function runs
#define PHASE_AWAITED value_int(3) // holds; what the function gave is a promise that is awaited

static NativeStatus run_function(NativeCall *call) {
  call->slots[SLOT_PHASE] = PHASE_RUNS;
  return native_call(call, call->args[1], NULL, 0);
}

static NativeStatus with(NativeCall *call) {
  Value function;
  if (!take_receiver(call) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  WaitResult result = acquire(call->vm, call->args[0]);
  if (result == WAIT_DONE) return run_function(call);
  if (result == WAIT_PARKED) call->slots[SLOT_PHASE] = PHASE_ASKED;
  return lib_return_wait(result);
}

static NativeStatus end_with(NativeCall *call, Value answer) {
  vm_push_root(call->vm, answer);
  call->slots[SLOT_PHASE] = VALUE_NULL;
  bool is_released = release(call->vm, call->args[0]);
  vm_pop_roots(call->vm, 1);
  return is_released ? native_return(call, answer) : NATIVE_FAILED;
}

// An async function's promise ends before the lock is released, also when this fiber is cancelled.
static NativeStatus await_answer(NativeCall *call) {
  Value answer = call->answer;
  value_as_object(answer)->flags |= PROMISE_OWNED;
  call->slots[SLOT_PHASE] = PHASE_AWAITED;
  WaitResult result = promise_await_here(call->vm, value_as_promise(answer), &call->result);
  return result == WAIT_DONE ? end_with(call, call->result) : lib_return_wait(result);
}

static NativeStatus with_goes_on(NativeCall *call) {
  Value phase = call->slots[SLOT_PHASE];
  if (phase == PHASE_ASKED) return run_function(call);
  if (phase == PHASE_RUNS && value_is_promise(call->answer)) return await_answer(call);
  return end_with(call, call->answer);
}

// One that was struck in the moment of its turn (Ctrl-C) has the lock without knowing.
static void with_unwinds(NativeCall *call) {
  Value phase = call->slots[SLOT_PHASE], gate = call->args[0];
  bool has_turn = phase == PHASE_RUNS || phase == PHASE_AWAITED;
  if (value_is_null(phase)) return;
  bool holds = value_is_lock(gate) ? value_as_lock(gate)->holder == vm_running(call->vm) : has_turn;
  if (holds && !release(call->vm, gate)) (void)vm_take_error(call->vm);
}

static const NativeRow lock_with = {"Lock()", "with", "fn(f: Function): Any", with, "",
                                    with_goes_on, 1, NATIVE_VINT, .unwind = with_unwinds};
static const NativeRow semaphore_with = {"Semaphore()", "with", "fn(f: Function): Any", with, "",
                                         with_goes_on, 1, NATIVE_VINT, .unwind = with_unwinds};

static NativeStatus luma_with(NativeCall *call) {
  Value function;
  if (!take_receiver(call) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  bool is_lock = is_lock_row(call->row);
  Value native = is_lock ? lib_hidden_native(call->vm, &lock_with, "(Lock.with)")
                         : lib_hidden_native(call->vm, &semaphore_with, "(Semaphore.with)");
  if (value_is_absent(native)) return NATIVE_FAILED;
  native_call(call, native, call->args, 2);
  return NATIVE_START;
}

static NativeStatus with_started(NativeCall *call) {
  return native_return(call, call->answer);
}

// --- Rows ----------------------------------------------------------------------------------------

#define LOCK_DOC                                                                                   \
  "A lock: one fiber at a time has it. Those that wait get it in the order in which they came; it " \
  "is not reentrant."
#define SEMAPHORE_DOC                                                                              \
  "A semaphore with `permits` free permits. Those that wait get one in the order in which they came."
#define ACQUIRE_LOCK_DOC                                                                           \
  "Waits until this fiber has the lock. An error if it has it already, or if its holder waits for " \
  "this fiber."
#define ACQUIRE_PERMIT_DOC "Waits until this fiber has one of the permits."
#define RELEASE_LOCK_DOC                                                                           \
  "Gives the lock to who waits longest, or frees it. An error if this fiber does not hold it."
#define RELEASE_PERMIT_DOC                                                                         \
  "Gives a permit back, to who waits longest. An error if all permits are there."
#define TRY_DOC "Takes it if that is possible without waiting; says whether."
#define WITH_LOCK_DOC                                                                              \
  "Runs `f` while holding the lock and gives what it returns. Releases however `f` ends; what is "  \
  "async in it ends first."
#define WITH_PERMIT_DOC                                                                            \
  "Runs `f` while holding a permit and gives what it returns. Gives it back however `f` ends; what " \
  "is async in it ends first."
#define IS_HELD_DOC "Has anybody the lock?"
#define FREE_DOC    "How many permits are free."

static const NativeRow rows[] = {
    {"Lock", "", "Module", NULL, "Locks: one fiber at a time.", NULL, 0, NATIVE_LUMA},
    {"Lock", "new", "fn(): Lock", new_lock, LOCK_DOC, NULL, 0, NATIVE_LUMA},
    {"", "lock", "fn(): Lock", new_lock, LOCK_DOC, NULL, 0, NATIVE_VINT},
    {"Lock()", "acquire", "fn(): Promise(Null)", luma_acquire, ACQUIRE_LOCK_DOC, NULL, 0,
     NATIVE_LUMA},
    {"Lock()", "acquire", "fn(): Null", vint_acquire, ACQUIRE_LOCK_DOC, NULL, 0, NATIVE_VINT},
    {"Lock()", "try_acquire", "fn(): Boolean", try_acquire, TRY_DOC, NULL, 0, NATIVE_BOTH},
    {"Lock()", "release", "fn(): Null", release_here, RELEASE_LOCK_DOC, NULL, 0, NATIVE_BOTH},
    {"Lock()", "with", "fn(f: fn(): T): Promise(T)", luma_with, WITH_LOCK_DOC, with_started, 0,
     NATIVE_LUMA},
    {"Lock()", "with", "fn(f: Function): Any", with, WITH_LOCK_DOC, with_goes_on, 1, NATIVE_VINT,
     .unwind = with_unwinds},
    {"Lock()", "is_held", "fn(): Boolean", is_held, IS_HELD_DOC, NULL, 0, NATIVE_BOTH},
    {"Semaphore", "", "Module", NULL, "Semaphores: so many fibers at a time.", NULL, 0,
     NATIVE_LUMA},
    {"Semaphore", "new", "fn(permits: Number): Semaphore", new_semaphore, SEMAPHORE_DOC, NULL, 0,
     NATIVE_LUMA},
    {"", "semaphore", "fn(permits: Any): Semaphore", new_semaphore, SEMAPHORE_DOC, NULL, 0,
     NATIVE_VINT},
    {"Semaphore()", "acquire", "fn(): Promise(Null)", luma_acquire, ACQUIRE_PERMIT_DOC, NULL, 0,
     NATIVE_LUMA},
    {"Semaphore()", "acquire", "fn(): Null", vint_acquire, ACQUIRE_PERMIT_DOC, NULL, 0,
     NATIVE_VINT},
    {"Semaphore()", "try_acquire", "fn(): Boolean", try_acquire, TRY_DOC, NULL, 0, NATIVE_BOTH},
    {"Semaphore()", "release", "fn(): Null", release_here, RELEASE_PERMIT_DOC, NULL, 0,
     NATIVE_BOTH},
    {"Semaphore()", "with", "fn(f: fn(): T): Promise(T)", luma_with, WITH_PERMIT_DOC, with_started,
     0, NATIVE_LUMA},
    {"Semaphore()", "with", "fn(f: Function): Any", with, WITH_PERMIT_DOC, with_goes_on, 1,
     NATIVE_VINT, .unwind = with_unwinds},
    {"Semaphore()", "free", "fn(): Number", luma_free, FREE_DOC, NULL, 0, NATIVE_LUMA},
    {"Semaphore()", "free", "fn(): Integer", vint_free, FREE_DOC, NULL, 0, NATIVE_VINT},
};

LibModule lib_lock_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
