// SPDX-License-Identifier: MIT
// call.c - calling any value: functions, natives, bound methods, types
//
// push_call makes one step: it gives a function its frame, or runs a native that needs none. A
// native with a resume point gets a frame, and drive runs it: natives that call natives go round in
// drive's loop, never deeper in C, since a program decides how long such a chain is.
//
// While arguments are being arranged nothing above the caller's frame is safe from the collector
// (frame.h). Windows lie within the caller's registers; what a bound method's receiver pushes
// beyond them is counted in vm->spill until the new frame covers it.
#include "vm/call.h"

#include "base/assertion.h"
#include "code/opcode.h"
#include "vm/arity.h"
#include "vm/border.h"
#include "vm/frame.h"
#include "vm/instance.h"
#include "vm/iterate.h"
#include "vm/profile.h"
#include "vm/start.h"
#include "vm/trace.h"
#include "vm/type_apply.h"

#include <string.h>

// --- Functions ----------------------------------------------------------------------------------

// The arity is right.
static bool give_frame(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  const Proto *proto = ((Closure *)value_as_object(fiber->stack[window]))->proto;
  uint32_t base = window + 2;
  uint32_t needed = count > proto->register_count ? count : proto->register_count;
  if (!fiber_grow(vm, fiber, base, needed)) return false;
  if (!arity_fill(vm, fiber, base, count, proto)) return false;
  fiber->stack[window + 1] = link;
  fiber->base = base;
  fiber->ip = proto->code;
  return true;
}

static Step enter_closure(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  const Closure *closure = (const Closure *)value_as_object(fiber->stack[window]);
  if (!arity_check(vm, closure->proto, count)) return STEP_FAILED;
  return give_frame(vm, fiber, window, count, link) ? STEP_ENTER : STEP_FAILED;
}

// --- Natives ------------------------------------------------------------------------------------

static bool check_native_arity(VM *vm, const Native *native, uint32_t count) {
  uint32_t max = native->max_args;
  if (max != UINT16_MAX) max += native->obj.extra & 1; // the expected type
  if (count >= native->min_args && count <= max) return true;
  uint32_t receiver = count > 0 ? native->obj.flags : 0; // nobody has written it as an argument
  if (native->max_args != UINT16_MAX) max = native->max_args - receiver;
  return arity_raise(vm, native->name, native->min_args - receiver, max, count - receiver);
}

static NativeStatus run_native(VM *vm, NativeFn run, NativeCall *call) {
  return LIKELY(!vm->profile) ? run(call) : profile_run_native(vm, run, call);
}

static Step run_plain_native(VM *vm, Fiber *fiber, uint32_t window, uint32_t count) {
  Native *native = (Native *)value_as_object(fiber->stack[window]);
  NativeCall call = {.vm = vm,
                     .args = fiber->stack + window + 2,
                     .arg_count = count,
                     .result = VALUE_NULL,
                     .answer = VALUE_NULL,
                     .row = native->row};
  switch (run_native(vm, native->row->run, &call)) {
  case NATIVE_DONE: fiber->stack[window] = call.result; return STEP_DONE;
  case NATIVE_PARKED: return STEP_PARKED;
  case NATIVE_FAILED: return STEP_FAILED;
  case NATIVE_CALL:
  case NATIVE_START: break;
  }
  UNREACHABLE(); // a native that calls back has a resume point
  return STEP_FAILED;
}

// Moves the arguments up to make room for the count and the slots (frame.h).
static Step push_native_frame(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  uint32_t slots = ((Native *)value_as_object(fiber->stack[window]))->row->slot_count;
  if (!fiber_grow(vm, fiber, window + 2, frame_native_size(slots, count))) return STEP_FAILED;
  Value *base = fiber->stack + window + 2;
  memmove(base + 1 + slots, base, count * sizeof(Value));
  base[-1] = link;
  base[0] = value_int(count);
  for (uint32_t i = 0; i < slots; i++) base[1 + i] = VALUE_NULL;
  fiber->base = window + 2;
  fiber->ip = &vm->resume_native;
  return STEP_NATIVE;
}

// There must be a function below that could receive what the native may wait for.
static bool runs_in_place(const Fiber *fiber, const Native *native, uint32_t count) {
  return native_runs_in_place(native, count) && fiber->base != 0;
}

static Step push_native(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  const Native *native = (const Native *)value_as_object(fiber->stack[window]);
  if (!check_native_arity(vm, native, count)) return STEP_FAILED;
  if (fiber->base == 0 || !native->is_plain) return push_native_frame(vm, fiber, window, count, link);
  return run_plain_native(vm, fiber, window, count);
}

// --- Other callees ------------------------------------------------------------------------------

// A bound method: its receiver becomes the first argument.
static bool unbind(VM *vm, Fiber *fiber, uint32_t window, uint32_t count) {
  if (!fiber_grow(vm, fiber, window + 2, count + 1)) return false;
  Value *at = fiber->stack + window;
  const Bound *bound = (const Bound *)value_as_object(at[0]);
  memmove(at + 3, at + 2, count * sizeof(Value));
  at[2] = bound->receiver;
  at[0] = bound->function;
  vm->spill++;
  return true;
}

static Step apply_type(VM *vm, Fiber *fiber, uint32_t window, uint32_t count) {
  Value *at = fiber->stack + window;
  Value applied = type_apply(vm, at[0], at + 2, count);
  if (value_is_absent(applied)) return STEP_FAILED;
  fiber->stack[window] = applied;
  return STEP_DONE;
}

static Step raise_not_callable(VM *vm, Value callee) {
  if (border_is_vint(vm))
    (void)!vm_raise(vm, "TypeError", "CALL on non-function: %s cannot be called",
                    vm_vint_name(vm, callee));
  else
    (void)!vm_raise(vm, "TypeError", "CALL on non-function: a %s cannot be called",
                    vm_type_name(vm, callee));
  return STEP_FAILED;
}

static bool takes(Value function, uint32_t count) {
  const Proto *proto = ((const Closure *)value_as_object(function))->proto;
  return count >= proto->required_count &&
         (count <= proto->param_count || (proto->obj.flags & PROTO_REST));
}

Value call_choose(const Overload *overload, uint32_t count) {
  for (uint32_t i = 0; i < overload->obj.extra; i++)
    if (takes(overload->functions[i], count)) return overload->functions[i];
  return VALUE_ABSENT;
}

bool call_overload(VM *vm, Value first, Value second, Value *out) {
  bool is_first = value_is_kind(first, KIND_CLOSURE) || value_is_kind(first, KIND_OVERLOAD);
  if (!is_first || !value_is_kind(second, KIND_CLOSURE))
    return vm_raise(vm, "TypeError", "only functions can have one name");
  Overload *made = closure_new_overload(vm->heap, first, second);
  if (!made) return vm_raise_memory(vm);
  *out = value_object(made);
  return true;
}

static bool choose(VM *vm, Value *callee, uint32_t count) {
  const Overload *overload = (const Overload *)value_as_object(*callee);
  Value chosen = call_choose(overload, count);
  if (value_is_absent(chosen)) {
    const Closure *first = (const Closure *)value_as_object(overload->functions[0]);
    return vm_raise(vm, "TypeError", "no function named '%s' takes %u argument%s",
                    first->proto->name->bytes, count, count == 1 ? "" : "s");
  }
  *callee = chosen;
  return true;
}

static Step push_callee(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  for (;;) {
    Value callee = fiber->stack[window];
    if (!value_is_object(callee)) return raise_not_callable(vm, callee);
    switch (value_as_object(callee)->kind) {
    case KIND_CLOSURE:
      // The first function of a fiber runs on it even if it is async.
      if ((value_as_object(callee)->flags & PROTO_ASYNC) && fiber->base != 0)
        return start_async(vm, fiber, window, count);
      return enter_closure(vm, fiber, window, count, link);
    case KIND_NATIVE: return push_native(vm, fiber, window, count, link);
    case KIND_OVERLOAD:
      if (!choose(vm, &fiber->stack[window], count)) return STEP_FAILED;
      break;
    case KIND_TYPE:
      // A struct makes an instance.
      if (value_is_null(((TypeValue *)value_as_object(callee))->maker))
        return apply_type(vm, fiber, window, count);
      if (instance_make(vm, callee, fiber->stack + window + 2, count, &fiber->stack[window]))
        return STEP_DONE;
      fiber->stack[window] = ((TypeValue *)value_as_object(callee))->maker;
      break;
    case KIND_BOUND:
      if (!unbind(vm, fiber, window, count++)) return STEP_FAILED;
      break;
    default: return raise_not_callable(vm, callee);
    }
  }
}

static Step push_call(VM *vm, Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  Step step = push_callee(vm, fiber, window, count, link);
  vm->spill = 0;
  return step;
}

// --- Natives with a frame -----------------------------------------------------------------------

static NativeStatus run_top_native(VM *vm, Fiber *fiber, bool is_fresh, Value answer,
                                   Value *result) {
  Value *base = fiber->stack + fiber->base;
  const NativeRow *row = frame_native_row(base);
  NativeCall call = {.vm = vm,
                     .args = frame_native_args(base),
                     .arg_count = frame_native_count(base),
                     .slots = base + 1,
                     .result = VALUE_NULL,
                     .answer = answer,
                     .row = row};
  NativeStatus status = NATIVE_DONE;
  if (is_fresh)
    status = run_native(vm, row->run, &call);
  else if (row->resume)
    status = run_native(vm, row->resume, &call);
  else
    call.result = answer; // what it waited for is its result
  *result = call.result;
  return status;
}

// A callback is mostly a plain function that gets what it takes: it needs no more than its frame.
static bool enter_plain(Fiber *fiber, uint32_t window, uint32_t count, Value link) {
  Value *at = fiber->stack + window;
  if (!value_is_kind(at[0], KIND_CLOSURE)) return false;
  const Closure *closure = (const Closure *)value_as_object(at[0]);
  const Proto *proto = closure->proto;
  if (closure->obj.flags & (PROTO_ASYNC | PROTO_REST) || proto->param_count != count) return false;
  if (window + 2 + proto->register_count > fiber_stack_size(fiber)) return false;
  at[1] = link;
  fiber->base = window + 2;
  fiber->ip = proto->code;
  return true;
}

// The top native has asked for a call. STEP_DONE: its answer is in *answer.
static Step push_callback(VM *vm, Fiber *fiber, Value *answer) {
  uint32_t window = fiber->base + frame_native_window(fiber->stack + fiber->base);
  fiber->stack[window - 1] = value_int(window + 2 - fiber->base);
  Value link = frame_link(&vm->resume_native, 0);
  if (LIKELY(enter_plain(fiber, window, vm->callback_count, link))) return STEP_ENTER;
  Step step = push_call(vm, fiber, window, vm->callback_count, link);
  if (step == STEP_DONE) *answer = fiber->stack[window];
  if (step == STEP_PARKED || step == STEP_SWITCH) fiber->obj.flags |= FIBER_NATIVE_TOP;
  return step;
}

// The top native has asked for a call on a fiber of its own.
static Step push_start(VM *vm, Fiber *fiber) {
  uint32_t window = fiber->base + frame_native_window(fiber->stack + fiber->base);
  Step step = start_async(vm, fiber, window, vm->callback_count);
  if (step != STEP_SWITCH) return step;
  fiber->obj.flags |= FIBER_NATIVE_TOP;
  fiber_set_started_at(vm->switch_to, trace_fiber_code(vm, fiber)); // not in the native
  return step;
}

// Writes what an instruction has waited for to where it belongs: the register that its operand a
// names. An iteration's next element may be its end instead; a select goes on at one of the jumps
// behind it.
static bool deliver(VM *vm, Fiber *fiber, Value value) {
  Value *base = fiber->stack + fiber->base;
  Instr i = fiber->ip[-1];
  switch (opcode_of(i)) {
  case OP_ITER: return iterate_begin_with(vm, base + opcode_a(i), value);
  case OP_ITER_NEXT:
    if (value_is_absent(value))
      fiber->ip += opcode_sc(i);
    else
      base[opcode_a(i)] = value;
    return true;
  case OP_ITER_NEXT_PAIR:
    if (value_is_absent(value))
      fiber->ip += opcode_sc(i);
    else
      iterate_deliver_pair(base + opcode_a(i), base + opcode_b(i), value);
    return true;
  case OP_SELECT: fiber->ip += vm->async.selected(vm, value, base + opcode_a(i)); return true;
  default: base[opcode_a(i)] = value; return true;
  }
}

// The top native is done: its frame goes. STEP_NATIVE: another native has called it.
static Step pop_native(VM *vm, Fiber *fiber, Value result) {
  const Instr *ip;
  uint32_t base = fiber->base;
  if (!frame_caller(&base, &ip, fiber->stack)) {
    fiber->stack[0] = result;
    return STEP_END;
  }
  fiber->base = base;
  fiber->ip = ip;
  if (ip == &vm->resume_native) return STEP_NATIVE;
  return deliver(vm, fiber, result) ? STEP_ENTER : STEP_FAILED;
}

// Runs the natives on top of the stack until a script's function is on top, or somebody waits.
static Step drive(VM *vm, Fiber *fiber, bool is_fresh, Value answer) {
  for (;;) {
    Value result;
    Step step = STEP_FAILED;
    switch (run_top_native(vm, fiber, is_fresh, answer, &result)) {
    case NATIVE_FAILED: return STEP_FAILED;
    case NATIVE_PARKED: fiber->obj.flags |= FIBER_NATIVE_TOP; return STEP_PARKED;
    case NATIVE_CALL:
      step = push_callback(vm, fiber, &answer);
      if (step != STEP_DONE && step != STEP_NATIVE) return step;
      is_fresh = step == STEP_NATIVE;
      break;
    case NATIVE_START: return push_start(vm, fiber);
    case NATIVE_DONE:
      step = pop_native(vm, fiber, result);
      if (step != STEP_NATIVE) return step;
      answer = result;
      is_fresh = false;
      break;
    }
  }
}

// --- Doors --------------------------------------------------------------------------------------

Step call_native(VM *vm, uint32_t a, uint32_t count) {
  Fiber *fiber = vm->running;
  const Value *stack = fiber->stack;
  Step step = run_plain_native(vm, fiber, fiber->base + a, count);
  return step == STEP_DONE && UNLIKELY(fiber->stack != stack) ? STEP_ENTER : step;
}

Step call_register(VM *vm, uint32_t a, uint32_t count) {
  Fiber *fiber = vm->running;
  const Value *stack = fiber->stack;
  Value callee = stack[fiber->base + a];
  if (value_is_kind(callee, KIND_CLOSURE) && (value_as_object(callee)->flags & PROTO_ASYNC))
    return start_call(vm, a, count);
  if (value_is_kind(callee, KIND_NATIVE) &&
      LIKELY(runs_in_place(fiber, (const Native *)value_as_object(callee), count)))
    return call_native(vm, a, count);
  Step step = push_call(vm, fiber, fiber->base + a, count, frame_link(fiber->ip, a + 2));
  switch (step) {
  case STEP_NATIVE: return drive(vm, fiber, true, VALUE_NULL);
  case STEP_DONE: return fiber->stack == stack ? STEP_DONE : STEP_ENTER;
  case STEP_SWITCH: fiber->obj.flags |= FIBER_SETTLED; return step;
  default: return step;
  }
}

Step call_go(VM *vm, uint32_t a, uint32_t count) {
  Fiber *fiber = vm->running;
  Value *at = fiber->stack + fiber->base + a;
  Fiber *started = fiber_new_rooted(vm, at[0], at + 2, count);
  if (!started) return STEP_FAILED;
  started->obj.flags |= FIBER_GO;
  at[0] = VALUE_NULL;
  vm->async.ready(vm, started);
  return STEP_DONE;
}

// A deferred call is its callee, its arguments and their number, in this order.
bool call_defer(VM *vm, const Value *window, uint32_t count) {
  ASSERT(value_is_list(window[1]));
  List *list = value_as_list(window[1]);
  if (!list_reserve(vm->heap, list, count + 2)) return vm_raise_memory(vm);
  Value *at = list->items + list->count;
  at[0] = window[0];
  memcpy(at + 1, window + 2, count * sizeof(Value));
  at[1 + count] = value_int(count);
  list->count += count + 2;
  heap_touch(vm->heap, (Obj *)list);
  return true;
}

// The compiler has made the window as wide as what is written; named arguments may need more.
Step call_deferred(VM *vm, uint32_t a, List *list) {
  Fiber *fiber = vm->running;
  const Value *stack = fiber->stack;
  uint32_t count = (uint32_t)value_as_int(list->items[list->count - 1]);
  if (!fiber_grow(vm, fiber, fiber->base + a + 2, count)) return STEP_FAILED;
  list->count -= count + 2;
  const Value *from = list->items + list->count;
  Value *window = fiber->stack + fiber->base + a;
  window[0] = from[0];
  memcpy(window + 2, from + 1, count * sizeof(Value));
  uint32_t registers = frame_size(fiber->stack + fiber->base);
  if (a + 2 + count > registers) vm->spill = a + 2 + count - registers;
  Step step = call_register(vm, a, count);
  return step == STEP_DONE && fiber->stack != stack ? STEP_ENTER : step;
}

Step call_for_instruction(VM *vm, Native *native, const Value slots[2], Value callee,
                          const Value *args, uint32_t count) {
  Fiber *fiber = vm->running;
  Value copies[2] = {VALUE_NULL, VALUE_NULL};
  for (uint32_t i = 0; i < count; i++) copies[i] = args[i]; // the stack may move
  uint32_t registers = frame_size(fiber->stack + fiber->base);
  uint32_t window = fiber->base + registers;
  uint32_t size = 2 + frame_native_size(2, 0);
  if (!fiber_grow(vm, fiber, window, size)) return STEP_FAILED;
  fiber->stack[window] = value_object(native);
  Value link = frame_link(fiber->ip, registers + 2);
  if (push_native_frame(vm, fiber, window, 0, link) != STEP_NATIVE) return STEP_FAILED;
  Value *base = fiber->stack + fiber->base;
  base[1] = slots[0];
  base[2] = slots[1];
  NativeCall call = {.vm = vm, .args = frame_native_args(base), .row = native->row};
  (void)native_call(&call, callee, copies, count);
  Value answer = VALUE_NULL;
  Step step = push_callback(vm, fiber, &answer);
  if (step == STEP_DONE) return drive(vm, fiber, false, answer);
  return step == STEP_NATIVE ? drive(vm, fiber, true, VALUE_NULL) : step;
}

Step call_answer_native(VM *vm, Fiber *fiber, Value answer) {
  return drive(vm, fiber, false, answer);
}

// --- Going on -----------------------------------------------------------------------------------

// A new fiber calls what it was made for: the callee is in stack[0], the count in stack[1].
static NOINLINE Step start_fiber(VM *vm, Fiber *fiber) {
  uint32_t count = frame_link_distance(fiber->stack[1]);
  Value link = frame_link(fiber_started_at(fiber), 0);
  if (LIKELY(enter_plain(fiber, 0, count, link))) return STEP_ENTER;
  Step step = push_call(vm, fiber, 0, count, link);
  if (step == STEP_NATIVE) return drive(vm, fiber, true, VALUE_NULL);
  return step == STEP_DONE ? STEP_END : step;
}

// An error without a trace came from outside (a request, a timer) and surfaces here; another one
// has crossed an await.
static Step raise_waited(VM *vm, Fiber *fiber, Value value) {
  if (value_is_kind(value, KIND_ERROR)) {
    Error *error = (Error *)value_as_object(value);
    heap_push_root(vm->heap, value);
    if (error->obj.flags & ERROR_HAS_TRACE) trace_add_await(vm, error, fiber);
    heap_pop_roots(vm->heap, 1);
  }
  (void)!vm_raise_value(vm, value);
  return STEP_FAILED;
}

// What it waited for was cancelled with it and has ended: now it goes itself, by that error if there
// is one.
static Step raise_doomed(VM *vm, Fiber *fiber, Value value, bool is_failed) {
  fiber->obj.flags = (uint16_t)((fiber->obj.flags & ~FIBER_DOOMED) | FIBER_UNWINDING);
  if (is_failed)
    (void)!raise_waited(vm, fiber, value);
  else
    (void)!vm_raise(vm, "Cancelled", "cancelled");
  value_as_object(vm->error)->flags |= ERROR_CANCELLED;
  return STEP_FAILED;
}

Step call_go_on(VM *vm, Fiber *fiber) {
  vm->running = fiber;
  vm_set_stack_limit(vm);
  bool is_new = fiber_state(fiber) == FIBER_NEW;
  uint32_t flags = fiber->obj.flags;
  fiber->obj.flags &= (uint16_t) ~(FIBER_NATIVE_TOP | FIBER_SETTLED | FIBER_AT_LOOP);
  fiber_set_state(fiber, FIBER_RUNNING);
  Value value = fiber->wait.value;
  bool is_failed = fiber->wait.is_failed;
  fiber->wait.value = VALUE_NULL;
  if (LIKELY(!(flags & FIBER_CANCELLED))) fiber->wait.on = NULL;
  fiber->wait.kind = WAIT_NOTHING;
  fiber->wait.is_failed = false;
  if (UNLIKELY(flags & FIBER_DOOMED)) return raise_doomed(vm, fiber, value, is_failed);
  if (is_failed) {
    if (flags & FIBER_AT_LOOP) fiber->ip++;
    return raise_waited(vm, fiber, value);
  }
  if (is_new) return start_fiber(vm, fiber);
  if (flags & FIBER_SETTLED) return STEP_ENTER;
  if (flags & FIBER_NATIVE_TOP) return drive(vm, fiber, false, value);
  return deliver(vm, fiber, value) ? STEP_ENTER : STEP_FAILED;
}
