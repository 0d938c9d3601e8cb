// SPDX-License-Identifier: MIT
// fiber.h - threads of execution inside the runtime
//
// A fiber is a small header and one register stack. Nothing ever points into the stack, so it grows
// by moving. A parked fiber costs its header, its stack (as large as its frames need) and its
// promise.
//
//   stack:  [callee][link] r0 r1 … rn  [callee][link] r0 …
//            first frame    ^base       the next frame overlaps the caller's window
//
// base[-2] is the callee (a Closure or a Native), base[-1] the link: the caller's next instruction
// (48 bits) and the distance between the two bases (16 bits). As a Value a link looks like a
// double, so the collector passes over it. The first frame's link leads nowhere: it says where the
// fiber was started.
//
// There may be a million fibers, so the header is 80 bytes, and each byte more would be rounded up to
// 96: what only some have, and what is needed for a while only, shares its place with something else.
//
// While a fiber runs its registers are the interpreter's; `base` and `ip` here are then out of
// date.
#ifndef FIBER_H
#define FIBER_H

#include "base/assertion.h"
#include "object/closure.h"
#include "object/error.h"
#include "object/list.h"

typedef struct VM VM;
typedef struct Fiber Fiber;
typedef struct Promise Promise;

// What a parked fiber waits for (for reports and for withdrawing).
typedef enum WaitKind {
  WAIT_NOTHING,
  WAIT_READY,   // in the ready queue
  WAIT_STARTER, // started another fiber and goes on as soon as that one parks or ends
  WAIT_AWAIT,   // `on` is the promise
  WAIT_SEND,    // `on` is the channel; `value` what it sends
  WAIT_RECEIVE, // `on` is the channel
  WAIT_TIMER,   // in the queue of sleepers, or its timer is in the timer queue (sched/timer.c)
  WAIT_IO,      // `on` is the promise or external of a request
  WAIT_SELECT,  // `on` is the selection
  WAIT_GATE,    // `on` is a lock, a semaphore … (sched/gate.h); `value` is the kind's own
  WAIT_TURN,    // has not begun: its group (`on`) runs as many fibers as it may
} WaitKind;

// What a wait record is part of.
typedef enum WaitOwner {
  OWNER_FIBER,
  OWNER_TICKET, // sched/ticket.h
  OWNER_CASE,   // one case of a select: sched/select.h
} WaitOwner;

// The wait record that every fiber has one of (C 1.9). `prev` and `next` link it into the queue of
// whatever it waits for, or into the ready queue. Only sched/wait.h links and unlinks.
typedef struct Waiter {
  struct Waiter *prev;
  struct Waiter *next;
  union {
    Obj *on;
    uintptr_t timer; // with WAIT_TIMER, of a fiber: the number of its timer
  };
  union {
    Value value;    // what is sent; on waking: what the wait yields, or the error
    int64_t due_ns; // with WAIT_TIMER, of a fiber: when it is woken
  };
  uint32_t own;        // the owner's: the size of a fiber's stack, the place of a case in its select
  uint8_t kind;        // WaitKind
  bool is_failed : 1;  // waking raises `value`
  bool is_cursor : 1;  // marking goes on here (wait_mark_piece)
  bool has_waited : 1; // the fiber has parked before
  uint8_t owner;       // WaitOwner
  union {
    uint8_t lane;  // while it is ready: in a shuffled ready queue (sched/policy.h)
    uint8_t epoch; // while a fiber is parked: when that began (sched/epoch.h)
  };
} Waiter;

typedef enum FiberState { FIBER_NEW, FIBER_RUNNING, FIBER_PARKED, FIBER_DONE } FiberState;

// What few fibers have beyond their header (vm/locals.h).
typedef struct FiberContext {
  Obj obj;
  Promise *promise; // the fiber's
  List *values; // of its own
  Obj *holds;   // the locks that it holds, chained (sched/lock.h)
} FiberContext;

struct Fiber {
  Obj obj;        // flags: FIBER_*; extra: number by creation
  Value *stack;   // raw block; NULL when it has ended
  const Instr *ip; // next instruction, while not running; when it has ended: fiber_started_at
  union {
    Promise *promise;      // what it settles at its end; NULL under `go`
    FiberContext *context; // with FIBER_HAS_CONTEXT
  };
  uint32_t base;   // of the top frame, while not running; 0: it has no frame
  uint32_t parent; // number of the fiber that started it; 0: the host
  Waiter wait;
};
_Static_assert(sizeof(Fiber) == 80, "a million of them");

#define FIBER_STATE_MASK 3
#define FIBER_MAIN       4 // the program's main fiber
#define FIBER_GO         8 // started by `go`: a failure is reported at once
#define FIBER_NATIVE_TOP                                                                           \
  16 // its top frame is a native's (it parked inside a native with a resume point)
#define FIBER_SETTLED                                                                              \
  32 // its registers are complete: when it goes on there is no value to deliver (it started an
     // async call, used up its budget or was interrupted)

// Cancellation (sched/cancel.c).
#define FIBER_CANCELLED 64  // raises the error in wait.on at its next suspension point
#define FIBER_DOOMED    128 // what it waits for is cancelled with it, and it goes when that has ended
#define FIBER_UNWINDING 256 // has been struck by the error, or will be when its turn comes
#define FIBER_BOUNDED   512 // waits in its cleanup: a timer says how long it may
#define FIBER_AT_LOOP   1024 // was interrupted before the first instruction of a loop's round: what is
                             // raised now belongs to that instruction, not to the one before

#define FIBER_HAS_CONTEXT 2048
#define FIBER_KEPT        4096 // some object refers to it as long as it likes: it is no other's spare
#define FIBER_STRANDED    8192 // nobody reaches what it waits for (sched/stranded.c)
#define FIBER_FINALISER   16384 // runs the __gc of an object (sched/finaliser.h)
#define FIBER_STARTED     32768 // its starter waits for it: see fiber_starter

// Behind the instruction that started it; NULL for main.
static inline const Instr *fiber_started_at(const Fiber *fiber) {
  return fiber->stack ? (const Instr *)(uintptr_t)(fiber->stack[1] & VALUE_PAYLOAD) : fiber->ip;
}
static inline void fiber_set_started_at(Fiber *fiber, const Instr *place) { // it has not ended
  fiber->stack[1] = (fiber->stack[1] & ~VALUE_PAYLOAD) | (uintptr_t)place;
}
static inline Promise *fiber_promise(const Fiber *fiber) {
  return fiber->obj.flags & FIBER_HAS_CONTEXT ? fiber->context->promise : fiber->promise;
}
void fiber_set_promise(VM *vm, Fiber *fiber, Promise *promise);
static inline uint32_t fiber_stack_size(const Fiber *fiber) { // slots
  return fiber->wait.own;
}
static inline void fiber_set_stack(Fiber *fiber, Value *stack, uint32_t size) {
  fiber->stack = stack;
  fiber->wait.own = size;
}
static inline FiberState fiber_state(const Fiber *fiber) {
  return (FiberState)(fiber->obj.flags & FIBER_STATE_MASK);
}
static inline void fiber_set_state(Fiber *fiber, FiberState state) {
  fiber->obj.flags = (uint16_t)((fiber->obj.flags & ~FIBER_STATE_MASK) | state);
}
static inline Fiber *fiber_of_waiter(Waiter *waiter) {
  return CONTAINER_OF(waiter, Fiber, wait);
}
// The fiber that goes on when this one first parks or ends (C 2.2); else NULL. All who wait so are in a
// list of the VM's by their wait records, in which the last comes first.
Fiber *fiber_find_starter(const VM *vm, const Fiber *fiber);
static inline Fiber *fiber_starter(const VM *vm, const Fiber *fiber) {
  return fiber->obj.flags & FIBER_STARTED ? fiber_find_starter(vm, fiber) : NULL;
}
// Takes the starter of a fiber with FIBER_STARTED off the list. It mostly is the first; the starter of one
// that was interrupted and waits for its turn again may be further down.
Fiber *fiber_take_starter(VM *vm, Fiber *fiber);

// A whole stack: they have an even number of slots, as the heap's blocks do.
static inline void fiber_clear(Value *stack, uint32_t size) {
  ASSERT(size % 2 == 0);
  for (Value *slot = stack; slot < stack + size; slot += 2) slot[0] = slot[1] = VALUE_NULL;
}

#define FIBER_STACK_MAX (16u * 1024 * 1024) // slots (128 MiB); beyond it: stack overflow (C 1.5)

void fiber_register(VM *vm); // its kind with the VM's heap
// A fiber that will call `callee` with `count` arguments (copied). Roots callee and args itself.
// NULL with the error left on the VM when memory is out. The frame's arity is not checked here.
Fiber *fiber_new(VM *vm, Value callee, const Value *args, uint32_t count) MUST_USE;
// The same where callee and args are roots already: in registers of the running fiber.
Fiber *fiber_new_rooted(VM *vm, Value callee, const Value *args, uint32_t count) MUST_USE;
// One that has neither a callee nor a frame yet, and so many slots or one more, all of them null.
Fiber *fiber_make(VM *vm, uint32_t slots) MUST_USE;
// Makes room for `needed` slots above `base`; moves the stack. False: stack overflow or no memory,
// raised.
bool fiber_grow(VM *vm, Fiber *fiber, uint32_t base, uint32_t needed) MUST_USE;
// Gives the stack back; the header lives as long as something refers to it.
void fiber_end(VM *vm, Fiber *fiber);
// The same for the running fiber, whose last function has returned. True: it may become a spare, once
// everybody who must know of the end does: then fiber_keep_spare.
bool fiber_end_as_spare(VM *vm, Fiber *fiber) MUST_USE;
void fiber_keep_spare(VM *vm, Fiber *fiber);

#endif
