// SPDX-License-Identifier: MIT
// vm_test.c - the interpreter on units assembled by hand, with a scheduler of forty lines
//
// Every program runs three times: on a quiet heap, with a collection at every allocation, and
// (calls permitting) again in the same VM, so that inline caches are warm. The scheduler here knows
// only promises with one waiter and a ready queue; the real one is tested with its own folder.
#include "check.h"

#include "base/memory.h"
#include "base/vec.h"
#include "code/unit.h"
#include "vm/cast.h"
#include "vm/conform.h"
#include "vm/format.h"
#include "vm/interp.h"
#include "vm/load.h"
#include "vm/trace.h"

#include <stdlib.h>
#include <string.h>

// --- A scheduler --------------------------------------------------------------------------------

typedef struct TestPromise {
  Obj obj; // flags: 0 pending, 1 fulfilled, 2 rejected
  Value value;
  Fiber *waiter;
} TestPromise;

typedef struct TestSched {
  VEC(Fiber *) ready;
  uint32_t yields;
  uint32_t go_failures;
  Fiber *main;
  Value main_result;
} TestSched;

static TestSched *sched_of_test(VM *vm) {
  return vm_scheduler(vm);
}

static void trace_promise(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((TestPromise *)object)->value);
}

static Value take_ready(TestSched *sched) {
  if (sched->ready.count == 0) return VALUE_ABSENT;
  Fiber *first = sched->ready.items[0];
  memmove(sched->ready.items, sched->ready.items + 1, --sched->ready.count * sizeof(Fiber *));
  return value_object(first);
}

static void test_ready(VM *vm, Fiber *fiber) {
  vec_push(&sched_of_test(vm)->ready, fiber);
}

static void wake(VM *vm, Fiber *fiber, Value value, bool is_failed) {
  fiber->wait.is_failed = is_failed;
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, value);
  test_ready(vm, fiber);
}

static void settle(VM *vm, TestPromise *promise, uint16_t state, Value value) {
  promise->obj.flags = state;
  heap_store(vm_heap(vm), promise, &promise->value, value);
  if (promise->waiter) wake(vm, promise->waiter, value, state == 2);
  promise->waiter = NULL;
}

static TestPromise *new_promise(VM *vm) {
  TestPromise *promise = heap_new(vm_heap(vm), KIND_PROMISE, sizeof(TestPromise));
  promise->value = VALUE_NULL;
  return promise;
}

static WaitResult test_await(VM *vm, Fiber *fiber, Value value, Value *out) {
  if (!value_is_kind(value, KIND_PROMISE)) {
    vm_raise(vm, "TypeError", "await requires a Promise, got %s", vm_type_name(vm, value));
    return WAIT_FAILED;
  }
  TestPromise *promise = (TestPromise *)value_as_object(value);
  *out = promise->value;
  uint16_t state = promise->obj.flags & PROMISE_STATE_MASK;
  if (state == PROMISE_FULFILLED) return WAIT_DONE;
  if (state == PROMISE_REJECTED) {
    vm_raise_value(vm, promise->value);
    return WAIT_FAILED;
  }
  promise->waiter = fiber;
  fiber->wait.kind = WAIT_AWAIT;
  fiber_set_state(fiber, FIBER_PARKED);
  return WAIT_PARKED;
}

// No channels here: they are sched's matter, and its tests'.
static WaitResult test_receive(VM *vm, Fiber *fiber, Value channel, Value at_end, Value *out) {
  (void)vm, (void)fiber, (void)channel;
  *out = at_end;
  return WAIT_DONE;
}

static WaitResult test_send(VM *vm, Fiber *fiber, Value channel, Value value) {
  (void)vm, (void)fiber, (void)channel, (void)value;
  return WAIT_DONE;
}

static Value test_channel_new(VM *vm, Value capacity) {
  (void)vm, (void)capacity;
  return VALUE_NULL;
}

static Value test_promise_for(VM *vm, Fiber *fiber, uint32_t number) {
  (void)number;
  TestPromise *promise = new_promise(vm);
  fiber_set_promise(vm, fiber, (Promise *)promise);
  heap_touch(vm_heap(vm), (Obj *)fiber);
  return value_object(promise);
}

static void test_ended(VM *vm, Fiber *fiber, Value result) {
  if (fiber == sched_of_test(vm)->main)
    sched_of_test(vm)->main_result = result;
  else if (fiber_promise(fiber))
    settle(vm, (TestPromise *)fiber_promise(fiber), 1, result);
}

static void test_failed(VM *vm, Fiber *fiber) {
  Value error = vm_take_error(vm);
  if (fiber == sched_of_test(vm)->main)
    sched_of_test(vm)->main_result = error;
  else if (fiber_promise(fiber))
    settle(vm, (TestPromise *)fiber_promise(fiber), 2, error);
  else
    sched_of_test(vm)->go_failures++;
}

static Fiber *test_next(VM *vm, Fiber *fiber) {
  if (fiber->obj.flags & FIBER_STARTED) return fiber_take_starter(vm, fiber);
  Value next = take_ready(sched_of_test(vm));
  return value_is_absent(next) ? NULL : (Fiber *)value_as_object(next);
}

static bool test_yield(VM *vm, Fiber *fiber) {
  sched_of_test(vm)->yields++;
  fiber_set_state(fiber, FIBER_PARKED);
  wake(vm, fiber, VALUE_ABSENT, false);
  return true;
}

static bool test_leaves(VM *vm, Fiber *fiber) {
  return true;
}

static const AsyncOps ops = {.await = test_await,
                             .send = test_send,
                             .receive = test_receive,
                             .channel_new = test_channel_new,
                             .promise_for = test_promise_for,
                             .ready = test_ready,
                             .ended = test_ended,
                             .failed = test_failed,
                             .next = test_next,
                             .yield = test_yield,
                             .leaves = test_leaves};

static void mark_sched(Heap *heap, void *owner, bool minor) {
  (void)minor;
  TestSched *sched = owner;
  heap_mark(heap, (Obj *)sched->main);
  heap_mark_value(heap, sched->main_result);
}

// --- Assembling ---------------------------------------------------------------------------------

typedef struct Assembler {
  Unit *unit;
  ProtoData functions[16];
  Instruction code[16][96];
  Constant constants[16][24];
  const char *caches[16][16];
  uint32_t children[16][8];
  CaptureData captures[16][8];
  Handler handlers[16][4];
  LineEntry lines[16][96];
  TypeData types[8];
  uint32_t current;
} Assembler;

static const char *const param_names[] = {"a", "b", "c", "d", "e"};

// Begins the next function; function 0 is the top level.
static ProtoData *function(Assembler *as, const char *name, uint32_t params, uint32_t registers) {
  uint32_t index = as->unit->function_count++;
  as->current = index;
  ProtoData *data = &as->functions[index];
  *data = (ProtoData){.name = name,
                      .code = as->code[index],
                      .constants = as->constants[index],
                      .cache_names = as->caches[index],
                      .children = as->children[index],
                      .captures = as->captures[index],
                      .handlers = as->handlers[index],
                      .lines = as->lines[index],
                      .param_names = (const char **)(uintptr_t)param_names,
                      .register_count = (uint16_t)registers,
                      .param_count = (uint16_t)params,
                      .required_count = (uint16_t)params};
  return data;
}

static uint32_t emit(Assembler *as, Instruction i) {
  ProtoData *data = &as->functions[as->current];
  uint32_t pc = data->code_count++;
  data->code[pc] = i;
  data->lines[data->line_count++] = (LineEntry){pc, 100 * as->current + pc + 1, 1, 0, 0};
  return pc;
}

#define ABC(op, a, b, c) emit(as, opcode_abc(OP_##op, a, b, (uint32_t)(c)))
#define AX(op, a, x)     emit(as, opcode_ax(OP_##op, a, x))

static uint32_t constant(Assembler *as, Constant c) {
  ProtoData *data = &as->functions[as->current];
  data->constants[data->constant_count] = c;
  return data->constant_count++;
}
static uint32_t number(Assembler *as, double n) {
  return constant(as, (Constant){.kind = CONSTANT_NUMBER, .number = n});
}
static uint32_t text(Assembler *as, const char *t) {
  return constant(as, (Constant){.kind = CONSTANT_STRING, .text = t, .len = (uint32_t)strlen(t)});
}
static uint32_t builtin(Assembler *as, const char *name) {
  return constant(as, (Constant){.kind = CONSTANT_BUILTIN, .text = name});
}
static uint32_t integer(Assembler *as, int64_t n) {
  return constant(as, (Constant){.kind = CONSTANT_INTEGER, .integer = n});
}
static uint32_t shape(Assembler *as, const char **names, uint32_t count) {
  return constant(as, (Constant){.kind = CONSTANT_SHAPE, .names = names, .name_count = count});
}
static uint32_t cache(Assembler *as, const char *name) {
  ProtoData *data = &as->functions[as->current];
  data->cache_names[data->cache_count] = name;
  return data->cache_count++;
}
static uint32_t child(Assembler *as, uint32_t index) {
  ProtoData *data = &as->functions[as->current];
  data->children[data->child_count] = index;
  return data->child_count++;
}
static void capture(Assembler *as, CaptureFrom from, uint32_t index) {
  ProtoData *data = &as->functions[as->current];
  data->captures[data->capture_count++] = (CaptureData){(uint8_t)from, (uint16_t)index, "x"};
}
// A jump that was emitted at `at` leads to the next instruction.
static void land(Assembler *as, uint32_t at) {
  Instruction *i = &as->functions[as->current].code[at];
  int64_t distance = (int64_t)as->functions[as->current].code_count - at - 1;
  OpcodeFormat format = opcode_format(opcode_of(*i));
  bool is_wide = format == FORMAT_RXJ || format == FORMAT_XJ;
  if (is_wide)
    *i = opcode_ax(opcode_of(*i), opcode_a(*i), distance);
  else
    *i = opcode_abc(opcode_of(*i), opcode_a(*i), opcode_b(*i), (uint32_t)distance);
}
static int64_t back(Assembler *as, uint32_t to) {
  return (int64_t)to - as->functions[as->current].code_count - 1;
}

// --- Running ------------------------------------------------------------------------------------

typedef struct Machine {
  VM *vm;
  TestSched sched;
  Assembler as;
} Machine;

static void install_natives(VM *vm);

// NULL if the memory is not enough for a VM.
static Machine *machine_with(VMOptions options) {
  Machine *m = calloc(1, sizeof(Machine));
  m->vm = vm_new(&options);
  if (!m->vm) {
    free(m);
    return NULL;
  }
  m->sched.main_result = VALUE_NULL;
  vm_set_async(m->vm, &ops, &m->sched);
  heap_register(vm_heap(m->vm), KIND_PROMISE, &(KindDescriptor){"promise", trace_promise, NULL});
  heap_add_root(vm_heap(m->vm), mark_sched, &m->sched);
  install_natives(m->vm);
  m->as.unit = unit_new("test.luma");
  m->as.unit->functions = m->as.functions;
  m->as.unit->types = m->as.types;
  m->as.unit->module_names = (const char **)(uintptr_t)param_names;
  return m;
}

static Machine *machine_new(bool stress) {
  return machine_with((VMOptions){.gc_stress = stress, .seed = 1});
}

static void machine_free(Machine *m) {
  vm_free(m->vm);
  vec_free(&m->sched.ready);
  free(m);
}

static void run_closure(Machine *m, Closure *main) {
  m->sched.main = fiber_new(m->vm, value_object(main), NULL, 0);
  InterpResult result = interp_run(m->vm, m->sched.main);
  CHECK(result == INTERP_IDLE);
  CHECK(!vm_has_error(m->vm));
}

static char shown[20000];

// The result as text; an error as "KIND: MESSAGE".
static const char *show(Machine *m) {
  Buffer out = {0};
  format_value(m->vm, &out, m->sched.main_result, FORMAT_LUMA);
  snprintf(shown, sizeof(shown), "%s", out.bytes ? out.bytes : "");
  buffer_free(&out);
  return shown;
}

typedef void (*Build)(Assembler *as);

static void expect(Build build, const char *want) {
  for (int stress = 0; stress <= 1; stress++) {
    Machine *m = machine_new(stress);
    build(&m->as);
    Closure *main = load_unit(m->vm, m->as.unit);
    if (!main) {
      m->sched.main_result = vm_take_error(m->vm);
      CHECK_STR(show(m), "a unit that loads");
      machine_free(m);
      return;
    }
    vm_push_root(m->vm, value_object(main));
    run_closure(m, main);
    CHECK_STR(show(m), want);
    run_closure(m, main);
    CHECK_STR(show(m), want);
    vm_pop_roots(m->vm, 1);
    machine_free(m);
  }
}

static void expect_limited(Build build, size_t limit, const char *want) {
  for (int stress = 0; stress <= 1; stress++) {
    Machine *m = machine_with((VMOptions){.heap_limit = limit, .gc_stress = stress, .seed = 1});
    build(&m->as);
    run_closure(m, load_unit(m->vm, m->as.unit));
    CHECK_STR(show(m), want);
    machine_free(m);
  }
}

// --- Natives of the test ------------------------------------------------------------------------

static NativeStatus test_add(NativeCall *call) {
  return native_return(
      call, value_double(value_to_double(call->args[0]) + value_to_double(call->args[1])));
}

// map(list, f): slots: the result.
static NativeStatus map_next(NativeCall *call, List *result) {
  List *list = value_as_list(call->args[0]);
  if (result->count == list->count) return native_return(call, value_object(result));
  return native_call(call, call->args[1], &list->items[result->count], 1);
}

static NativeStatus test_map(NativeCall *call) {
  List *result = vm_list(call->vm, 0);
  if (!result) return NATIVE_FAILED;
  call->slots[0] = value_object(result);
  return map_next(call, result);
}

static NativeStatus test_map_resume(NativeCall *call) {
  List *result = value_as_list(call->slots[0]);
  if (!list_push(vm_heap(call->vm), result, call->answer)) return NATIVE_FAILED;
  return map_next(call, result);
}

// pause(v): parks, and yields v when its turn comes again.
static NativeStatus test_pause(NativeCall *call) {
  Fiber *fiber = vm_running(call->vm);
  fiber_set_state(fiber, FIBER_PARKED);
  wake(call->vm, fiber, call->args[0], false);
  return NATIVE_PARKED;
}

static NativeStatus test_fail(NativeCall *call) {
  vm_raise(call->vm, "ValueError", "fail was called");
  return NATIVE_FAILED;
}

// What a cancelled fiber is unwound by.
static NativeStatus test_cancel(NativeCall *call) {
  vm_raise(call->vm, "Cancelled", "stop");
  Value error = vm_take_error(call->vm);
  value_as_object(error)->flags |= ERROR_CANCELLED;
  vm_raise_value(call->vm, error);
  return NATIVE_FAILED;
}

static NativeStatus test_length(NativeCall *call) {
  return native_return(call, value_double(value_as_list(call->args[0])->count));
}

static const NativeRow rows[] = {
    {"", "add", "fn(a: Number, b: Number): Number", test_add, "", NULL, 0, NATIVE_BOTH},
    {"", "map", "fn(list: List(T), f: fn(T): U): List(U)", test_map, "", test_map_resume, 1,
     NATIVE_BOTH},
    {"", "pause", "fn(v: Any): Any", test_pause, "", NULL, 0, NATIVE_BOTH},
    {"", "fail", "fn(): Null", test_fail, "", NULL, 0, NATIVE_BOTH},
    {"", "cancel", "fn(): Null", test_cancel, "", NULL, 0, NATIVE_BOTH},
    {"", "optional", "fn(a: Number, b?: fn(x: Number, y?: Number): Null, c?: Any): Null", test_fail,
     "", NULL, 0, NATIVE_BOTH},
    {"", "many", "fn(values: Any...): Null", test_fail, "", NULL, 0, NATIVE_BOTH},
    {"List(T)", "length", "fn(): Number", test_length, "", NULL, 0, NATIVE_BOTH},
    {"List(T)", "map", "fn(f: fn(T): U): List(U)", test_map, "", test_map_resume, 1, NATIVE_BOTH},
};

static void install_natives(VM *vm) {
  for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
    Native *native = native_new(vm, &rows[i]);
    if (!native) continue; // too little memory is what one test is about
    if (rows[i].owner[0]) {
      if (!vm_set_method(vm, NATIVE_BOTH, "List", rows[i].name, value_object(native))) return;
      continue;
    }
    char name[64];
    snprintf(name, sizeof(name), "luma.%s", rows[i].name);
    vm_set_builtin(vm, name, value_object(native));
  }
}

static void check_arities(void) {
  static const struct {
    const char *name;
    int min, max;
  } wanted[] = {{"luma.add", 2, 2}, {"luma.optional", 1, 3}, {"luma.many", 0, UINT16_MAX}};
  Machine *m = machine_new(false);
  for (uint32_t i = 0; i < ARRAY_LEN(wanted); i++) {
    Native *native = (Native *)value_as_object(vm_get_builtin(m->vm, wanted[i].name));
    CHECK(native->min_args == wanted[i].min);
    CHECK(native->max_args == wanted[i].max);
  }
  unit_free(m->as.unit);
  machine_free(m);
}

// --- Programs -----------------------------------------------------------------------------------

static void fib_exact(Assembler *as) {
  function(as, "main", 0, 4);
  AX(CLOSURE, 0, child(as, 1));
  AX(INT, 2, 15);
  ABC(CALL, 0, 1, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "fib", 1, 6);
  uint32_t jump = ABC(JUMP_EXACT_NOT_LT_I, 0, 2, 0);
  ABC(RETURN, 0, 0, 0);
  land(as, jump);
  ABC(SELF, 1, 0, 0);
  ABC(EXACT_SUB_I, 3, 0, 1);
  ABC(CALL, 1, 1, 0);
  ABC(SELF, 2, 0, 0);
  ABC(EXACT_SUB_I, 4, 0, 2);
  ABC(CALL, 2, 1, 0);
  ABC(EXACT_ADD, 1, 1, 2);
  ABC(RETURN, 1, 0, 0);
}

static void fib_number(Assembler *as) {
  as->unit->module_slot_count = 1;
  function(as, "main", 0, 4);
  AX(CLOSURE, 0, child(as, 1));
  AX(MODULE_SET, 0, 0);
  AX(CONSTANT, 2, number(as, 15));
  ABC(CALL, 0, 1, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "fib", 1, 6);
  uint32_t two = number(as, 2), one = number(as, 1);
  uint32_t jump = ABC(JUMP_NOT_LT_NUM_K, 0, two, 0);
  ABC(RETURN, 0, 0, 0);
  land(as, jump);
  AX(MODULE_GET, 1, 0);
  ABC(SUB_NUM_K, 3, 0, one);
  ABC(CALL_TYPED, 1, 1, 0);
  AX(MODULE_GET, 2, 0);
  ABC(SUB_NUM_K, 4, 0, two);
  ABC(CALL_TYPED, 2, 1, 0);
  ABC(ADD_NUM, 1, 1, 2);
  ABC(RETURN, 1, 0, 0);
}

// A counter: its variable lives in a cell that two closures share.
static void counter(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, number(as, 0));
  ABC(CELL_NEW, 0, 0, 0);
  AX(CLOSURE, 1, child(as, 1));
  ABC(MOVE, 2, 1, 0);
  ABC(CALL, 2, 0, 0);
  ABC(MOVE, 2, 1, 0);
  ABC(CALL, 2, 0, 0);
  AX(CLOSURE, 2, child(as, 2));
  ABC(CALL, 2, 0, 0);
  ABC(RETURN, 2, 0, 0);
  function(as, "bump", 0, 2);
  capture(as, CAPTURE_REGISTER, 0);
  ABC(CAPTURE_GET, 0, 0, 0);
  ABC(ADD_NUM_K, 0, 0, number(as, 2.5));
  ABC(CAPTURE_SET, 0, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
  function(as, "get", 0, 1);
  capture(as, CAPTURE_REGISTER, 0);
  ABC(CAPTURE_GET, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
}

// The optional second parameter and the rest list: f(1), f(1, 2, 3, 4).
static void arguments(Assembler *as) {
  function(as, "main", 0, 16);
  AX(CLOSURE, 0, child(as, 1));
  AX(INT, 2, 1);
  ABC(CALL, 0, 1, 0);
  AX(CLOSURE, 1, child(as, 1));
  for (uint32_t i = 0; i < 4; i++) AX(INT, 3 + i, i + 1);
  ABC(CALL, 1, 4, 0);
  ABC(LIST, 0, 0, 2);
  ABC(RETURN, 0, 0, 0);
  ProtoData *f = function(as, "f", 2, 4);
  f->required_count = 1;
  f->has_rest = true;
  uint32_t jump = AX(JUMP_PRESENT, 1, 0);
  AX(INT, 1, 7);
  land(as, jump);
  ABC(LIST, 3, 0, 3);
  ABC(RETURN, 3, 0, 0);
}

static void wrong_arity(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 2, 4);
  ABC(RETURN_NULL, 0, 0, 0);
}

static void wrong_native_arity(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.add"));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
}

static void call_number(Assembler *as) {
  function(as, "main", 0, 8);
  AX(INT, 0, 3);
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
}

// A handler catches what a callee's callee throws, through a native that has called back.
static void handler(Assembler *as) {
  ProtoData *main = function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.map"));
  AX(INT, 2, 5);
  ABC(LIST, 2, 2, 1);
  AX(CLOSURE, 3, child(as, 1));
  ABC(CALL, 0, 2, 0);
  ABC(RETURN_NULL, 0, 0, 0);
  ABC(GET_MEMBER, 0, 4, cache(as, "message"));
  ABC(RETURN, 0, 0, 0);
  main->handlers[main->handler_count++] = (Handler){0, 5, 6, 4, false};
  function(as, "thrower", 1, 4);
  AX(CONSTANT, 1, text(as, "thrown"));
  ABC(THROW, 1, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
}

static void handle(Assembler *as, Handler handler) {
  ProtoData *data = &as->functions[as->current];
  data->handlers[data->handler_count++] = handler;
}

// A cancellation passes a catch by, stops at a cleanup, and goes on from there.
static void cancellation(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.cancel"));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0); // 3: the catch
  ABC(NULLS, 5, 1, 0);  // 4: the cleanup
  ABC(PASS_CANCELLED, 5, 0, 0);
  ABC(PASS_CANCELLED, 4, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
  handle(as, (Handler){0, 2, 3, 4, false});
  handle(as, (Handler){0, 2, 4, 4, true});
  handle(as, (Handler){4, 7, 3, 4, false});
}

// The first of two errors counts, and has the later one in its details.
static void kept_error(Assembler *as) {
  function(as, "main", 0, 8);
  ABC(NULLS, 5, 1, 0);
  AX(CONSTANT, 0, builtin(as, "luma.fail"));
  ABC(CALL, 0, 0, 0);
  ABC(KEEP_ERROR, 5, 4, 0); // 3
  AX(CONSTANT, 0, text(as, "later"));
  ABC(THROW, 0, 0, 0);
  ABC(KEEP_ERROR, 5, 4, 0); // 6
  ABC(GET_MEMBER, 6, 5, cache(as, "details"));
  ABC(GET_MEMBER, 5, 5, cache(as, "message"));
  ABC(LIST, 0, 5, 2);
  ABC(RETURN, 0, 0, 0);
  handle(as, (Handler){0, 3, 3, 4, true});
  handle(as, (Handler){4, 6, 6, 4, true});
}

// A cancellation counts whenever it comes.
static void kept_cancellation(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.fail"));
  ABC(CALL, 0, 0, 0);
  AX(CONSTANT, 0, builtin(as, "luma.cancel")); // 2
  ABC(CALL, 0, 0, 0);
  ABC(KEEP_ERROR, 5, 4, 0); // 4
  ABC(RETURN, 5, 0, 0);
  handle(as, (Handler){0, 2, 2, 5, true});
  handle(as, (Handler){2, 4, 4, 4, true});
}

// defer note(list, 1, 2, 3); defer note(list, 4); return list
static void deferred(Assembler *as) {
  function(as, "main", 0, 12);
  ABC(LIST, 0, 0, 0);
  ABC(LIST, 1, 0, 0);
  AX(CLOSURE, 2, child(as, 1));
  ABC(MOVE, 3, 1, 0);
  ABC(MOVE, 4, 0, 0);
  for (uint32_t i = 0; i < 3; i++) AX(INT, 5 + i, i + 1);
  ABC(DEFER, 2, 4, 0);
  AX(CLOSURE, 2, child(as, 1));
  ABC(MOVE, 3, 1, 0);
  AX(INT, 5, 4);
  ABC(DEFER, 2, 2, 0);
  uint32_t next = ABC(CALL_DEFERRED, 5, 1, 0);
  AX(LOOP, 0, back(as, next));
  land(as, next);
  ABC(RETURN, 0, 0, 0);
  ProtoData *note = function(as, "note", 4, 5);
  note->required_count = 2;
  ABC(LIST_PUSH, 0, 1, 0);
  uint32_t at = AX(JUMP_PRESENT, 3, 0);
  ABC(RETURN_NULL, 0, 0, 0);
  land(as, at);
  ABC(LIST_PUSH, 0, 3, 0);
  ABC(RETURN, 3, 0, 0);
}

static void uncaught(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.fail"));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
}

// map([1, 2, 3], fn(x) do x * 10 end), where x * 10 first parks.
static void map_parking(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.map"));
  for (uint32_t i = 0; i < 3; i++) AX(CONSTANT, 2 + i, number(as, i + 1));
  ABC(LIST, 2, 2, 3);
  AX(CLOSURE, 3, child(as, 1));
  ABC(CALL, 0, 2, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "ten", 1, 6);
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  ABC(MOVE, 3, 0, 0);
  ABC(CALL, 1, 1, 0);
  ABC(MUL_NUM_K, 1, 1, number(as, 10));
  ABC(RETURN, 1, 0, 0);
}

// map([[1], [2, 3]], a native) and the native parking itself: map(list, pause).
static void map_native(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.map"));
  for (uint32_t i = 0; i < 3; i++) AX(CONSTANT, 2 + i, number(as, i + 1));
  ABC(LIST, 2, 2, 3);
  AX(CONSTANT, 3, builtin(as, "luma.pause"));
  ABC(CALL, 0, 2, 0);
  ABC(RETURN, 0, 0, 0);
}

// xs:map(f) and xs.map(f) and let g = xs.map; g(f), where f is itself a bound native.
static void methods(Assembler *as) {
  function(as, "main", 0, 12);
  uint32_t map = cache(as, "map"), length = cache(as, "length");
  AX(CONSTANT, 0, number(as, 4));
  ABC(LIST, 0, 0, 1);
  ABC(LIST, 1, 0, 1); // [[4]]
  ABC(MOVE, 4, 1, 0);
  AX(CLOSURE, 5, child(as, 1));
  ABC(CALL_COLON, 2, 1, map); // [1]
  ABC(MOVE, 5, 2, 0);
  AX(CLOSURE, 6, child(as, 2));
  ABC(CALL_DOT, 3, 1, map); // [2]
  ABC(GET_FIELD, 4, 3, map);
  AX(CLOSURE, 6, child(as, 2));
  ABC(CALL, 4, 1, 0); // [3]
  ABC(MOVE, 7, 4, 0);
  ABC(CALL_METHOD, 5, 0, length); // 1
  ABC(LIST, 0, 2, 4);
  ABC(RETURN, 0, 0, 0);
  function(as, "length_of", 1, 6);
  ABC(MOVE, 3, 0, 0);
  ABC(CALL_DOT, 1, 0, cache(as, "length"));
  ABC(RETURN, 1, 0, 0);
  function(as, "increment", 1, 6);
  ABC(ADD_NUM_K, 0, 0, number(as, 1));
  ABC(RETURN, 0, 0, 0);
}

// f = fn() do f() + 0 end
static void recursion(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 0, 3);
  ABC(SELF, 0, 0, 0);
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
}

// Records with the same and other shapes through one field instruction, and a growing table.
static void records(Assembler *as) {
  static const char *xy[] = {"x", "y"};
  static const char *yx[] = {"y", "x"};
  function(as, "main", 0, 12);
  AX(CONSTANT, 0, number(as, 1));
  AX(CONSTANT, 1, number(as, 2));
  ABC(RECORD, 2, 0, shape(as, xy, 2));
  ABC(RECORD, 3, 0, shape(as, yx, 2));
  ABC(RECORD, 4, 0, shape(as, xy, 2));
  ABC(LIST, 5, 2, 3);
  ABC(LIST, 9, 0, 0);
  ABC(ITER, 6, 5, 0);
  uint32_t top = ABC(ITER_NEXT, 10, 6, 0);
  ABC(GET_FIELD, 11, 10, cache(as, "x"));
  ABC(LIST_PUSH, 9, 11, 0);
  ABC(SET_FIELD, 10, cache(as, "z"), 11);
  AX(LOOP, 0, back(as, top));
  land(as, top);
  ABC(LIST_PUSH, 9, 3, 0);
  ABC(GET_FIELD, 0, 2, cache(as, "nothing"));
  ABC(LIST_PUSH, 9, 0, 0);
  ABC(RETURN, 9, 0, 0);
}

// An async function that awaits what another one gives, which parks.
static void async_calls(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  AX(CONSTANT, 2, number(as, 20));
  ABC(CALL, 0, 1, 0);
  AX(CLOSURE, 1, child(as, 1));
  AX(CONSTANT, 3, number(as, 30));
  ABC(CALL, 1, 1, 0);
  ABC(AWAIT, 0, 0, 0);
  ABC(AWAIT, 1, 1, 0);
  ABC(LIST, 0, 0, 2);
  ABC(RETURN, 0, 0, 0);
  function(as, "outer", 1, 6)->is_async = true;
  AX(CLOSURE, 1, child(as, 2));
  ABC(MOVE, 3, 0, 0);
  ABC(CALL, 1, 1, 0);
  ABC(AWAIT_CALL, 1, 1, 0);
  ABC(ADD_NUM_K, 1, 1, number(as, 1));
  ABC(RETURN, 1, 0, 0);
  function(as, "inner", 1, 6)->is_async = true;
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  ABC(MOVE, 3, 0, 0);
  ABC(CALL, 1, 1, 0);
  ABC(RETURN, 1, 0, 0);
}

// The rejection of a fiber that failed after it parked crosses two awaits.
static void async_failure(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  ABC(AWAIT_CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "outer", 0, 6)->is_async = true;
  AX(CLOSURE, 1, child(as, 2));
  ABC(CALL, 1, 0, 0);
  ABC(AWAIT_CALL, 1, 1, 0);
  ABC(RETURN, 1, 0, 0);
  function(as, "inner", 0, 6)->is_async = true;
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  AX(INT, 3, 1);
  ABC(CALL, 1, 1, 0);
  AX(CONSTANT, 1, builtin(as, "luma.fail"));
  ABC(CALL, 1, 0, 0);
  ABC(RETURN, 1, 0, 0);
}

// The first call does not wait: its value comes without a promise. The second one's comes later.
static void async_at_once(Assembler *as) {
  function(as, "main", 0, 8);
  for (uint32_t i = 0; i < 2; i++) {
    AX(CLOSURE, 2, child(as, 1));
    AX(CONSTANT, 4, number(as, 10 + i));
    AX(BOOL, 5, i);
    ABC(CALL, 2, 2, 0);
    ABC(AWAIT_CALL, i, 2, 0);
  }
  ABC(LIST, 0, 0, 2);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 2, 6)->is_async = true;
  AX(JUMP_UNLESS, 1, 3);
  AX(CONSTANT, 2, builtin(as, "luma.pause"));
  ABC(MOVE, 4, 0, 0);
  ABC(CALL, 2, 1, 0);
  ABC(RETURN, 0, 0, 0);
}

// map(list, async fn) is a list of promises; each is awaited.
static void map_async(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CONSTANT, 0, builtin(as, "luma.map"));
  for (uint32_t i = 0; i < 2; i++) AX(CONSTANT, 2 + i, number(as, i + 1));
  ABC(LIST, 2, 2, 2);
  AX(CLOSURE, 3, child(as, 1));
  ABC(CALL, 0, 2, 0);
  AX(CONSTANT, 1, number(as, 0));
  AX(CONSTANT, 2, number(as, 1));
  ABC(GET_INDEX, 1, 0, 1);
  ABC(GET_INDEX, 2, 0, 2);
  ABC(AWAIT, 1, 1, 0);
  ABC(AWAIT, 2, 2, 0);
  ABC(LIST, 0, 1, 2);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 1, 6)->is_async = true;
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  ABC(MOVE, 3, 0, 0);
  ABC(CALL, 1, 1, 0);
  ABC(RETURN, 1, 0, 0);
}

// go f(list); go pause(1); go fail(): main pauses until they are done.
static void go(Assembler *as) {
  function(as, "main", 0, 8);
  ABC(LIST, 0, 0, 0);
  AX(CLOSURE, 1, child(as, 1));
  ABC(MOVE, 3, 0, 0);
  ABC(GO, 1, 1, 0);
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  AX(INT, 3, 1);
  ABC(GO, 1, 1, 0);
  AX(CONSTANT, 1, builtin(as, "luma.fail"));
  ABC(GO, 1, 0, 0);
  AX(INT, 1, 5); // go 5(): fails too
  ABC(GO, 1, 0, 0);
  AX(CONSTANT, 1, builtin(as, "luma.pause"));
  AX(INT, 3, 1);
  ABC(CALL, 1, 1, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 1, 6);
  AX(INT, 1, 42);
  ABC(LIST_PUSH, 0, 1, 0);
  ABC(RETURN_NULL, 0, 0, 0);
}

// Operator methods: { n, __add, __lt, __into } on both sides of operators, the method parking.
static void operators(Assembler *as) {
  static const char *keys[] = {"n", "__add", "__lt", "__eq", "__into"};
  function(as, "main", 0, 16);
  AX(CONSTANT, 0, number(as, 3));
  AX(CLOSURE, 1, child(as, 1));
  AX(CLOSURE, 2, child(as, 2));
  AX(CLOSURE, 3, child(as, 2));
  AX(CLOSURE, 4, child(as, 3));
  ABC(RECORD, 5, 0, shape(as, keys, 5));
  AX(CONSTANT, 6, number(as, 4));
  ABC(ADD, 7, 5, 6); // 7
  ABC(LT, 8, 5, 6);  // true: what __lt gives
  ABC(GT, 9, 6, 5);  // no __gt: 5 < 6 by __lt
  ABC(LE, 10, 5, 6); // not 6 < 5: numbers have no __lt
  ABC(RETURN, 0, 0, 0);
  as->functions[0].code_count -= 2; // without LE
  as->functions[0].line_count -= 2;
  ABC(EQ, 10, 5, 6);
  ABC(NE, 11, 5, 6);
  ABC(TEXT, 12, 5, 0);
  ABC(LIST, 0, 7, 6);
  ABC(RETURN, 0, 0, 0);
  function(as, "add", 2, 8);
  AX(CONSTANT, 2, builtin(as, "luma.pause"));
  ABC(GET_FIELD, 4, 0, cache(as, "n"));
  ABC(CALL, 2, 1, 0);
  ABC(ADD, 2, 2, 1);
  ABC(RETURN, 2, 0, 0);
  function(as, "yes", 2, 4);
  AX(INT, 2, 1); // truthy
  ABC(RETURN, 2, 0, 0);
  function(as, "into", 2, 4);
  AX(CONSTANT, 2, text(as, "three"));
  ABC(RETURN, 2, 0, 0);
}

// x:m(1), x.m(1) with `self`, on an instance made by cast, twice through the same instructions.
static void instances(Assembler *as) {
  static const char *point[] = {"x", "kind", "plus"};
  static const char *value[] = {"x"};
  function(as, "main", 0, 16);
  AX(CONSTANT, 0, builtin(as, "luma.Number"));
  AX(CONSTANT, 1, text(as, "point"));
  AX(CLOSURE, 2, child(as, 1));
  ABC(RECORD, 3, 0, shape(as, point, 3));
  AX(CONSTANT, 4, number(as, 5));
  ABC(RECORD, 4, 4, shape(as, value, 1));
  AX(CONSTANT, 5, builtin(as, "luma.cast"));
  ABC(MOVE, 7, 3, 0);
  ABC(MOVE, 8, 4, 0);
  ABC(CALL, 5, 2, 0);
  ABC(LIST, 6, 0, 0);
  AX(INT, 7, 0);
  uint32_t top = as->functions[0].code_count;
  ABC(MOVE, 10, 5, 0);
  AX(CONSTANT, 11, number(as, 1));
  ABC(CALL_COLON, 8, 1, cache(as, "plus"));
  ABC(LIST_PUSH, 6, 8, 0);
  ABC(MOVE, 10, 5, 0);
  AX(CONSTANT, 11, number(as, 2));
  ABC(CALL_DOT, 8, 1, cache(as, "plus"));
  ABC(LIST_PUSH, 6, 8, 0);
  ABC(EXACT_ADD_I, 7, 7, 1);
  ABC(JUMP_EXACT_LT_I, 7, 2, back(as, top));
  ABC(LIST_PUSH, 6, 5, 0);
  ABC(RETURN, 6, 0, 0);
  function(as, "plus", 2, 4)->has_self = true;
  ABC(GET_FIELD, 2, 0, cache(as, "x"));
  ABC(ADD, 2, 2, 1);
  ABC(RETURN, 2, 0, 0);
}

static void exact_numbers(Assembler *as) {
  function(as, "main", 0, 16);
  AX(CONSTANT, 0, integer(as, INT64_MAX));
  ABC(EXACT_SUB_I, 1, 0, 7);
  AX(INT, 2, 3);
  ABC(EXACT_POW, 3, 2, 2); // 27
  AX(INT, 4, 10);
  AX(INT, 5, 4);
  ABC(EXACT_DIV, 6, 4, 5); // 2.5
  ABC(EXACT_DIV, 7, 4, 2); // 3.33…
  ABC(EXACT_MOD, 8, 0, 4); // 7
  ABC(EXACT_NEG, 9, 4, 0);
  ABC(EXACT_MOD_I, 9, 9, 3); // −1
  ABC(EXACT_LT, 10, 1, 0);
  ABC(EXACT_EQ, 11, 1, 0);
  ABC(LIST, 0, 1, 11);
  ABC(RETURN, 0, 0, 0);
}

static void exact_overflow(Assembler *as) {
  function(as, "main", 0, 4);
  AX(CONSTANT, 0, integer(as, INT64_MAX));
  ABC(EXACT_ADD_I, 0, 0, 1);
  ABC(RETURN, 0, 0, 0);
}

static void exact_mixture(Assembler *as) {
  function(as, "main", 0, 4);
  AX(CONSTANT, 0, text(as, "n = "));
  ABC(EXACT_ADD_I, 0, 0, 1);
  ABC(RETURN, 0, 0, 0);
}

static void out_of_bounds(Assembler *as) {
  function(as, "main", 0, 8);
  AX(INT, 0, 1);
  AX(INT, 1, 7);
  ABC(LIST, 2, 0, 1);
  ABC(GET_INDEX, 0, 2, 1);
  ABC(RETURN, 0, 0, 0);
}

// Slices, negative indexes, membership, strings by character.
static void exact_indexes(Assembler *as) {
  function(as, "main", 0, 20);
  AX(CONSTANT, 0, text(as, "häus"));
  AX(INT, 1, 1);
  AX(INT, 2, -1);
  ABC(EXACT_GET_INDEX, 5, 0, 1); // ä
  ABC(SLICE, 6, 0, 1);           // äu
  ABC(SLICE_INCLUSIVE, 7, 0, 1); // äus
  ABC(LIST, 8, 5, 3);
  ABC(EXACT_GET_INDEX, 9, 8, 2); // äus
  AX(INT, 3, 30);
  ABC(EXACT_GET_INDEX, 10, 8, 3); // null
  ABC(CONTAINS, 11, 9, 8);        // true
  ABC(RANGE, 12, 1, 3);
  ABC(CONTAINS, 13, 2, 12); // false
  ABC(LIST, 0, 8, 6);
  ABC(RETURN, 0, 0, 0);
}

// for k, v in {a = 1, b = 2}; for v in 3..5; for i, c in "xy".
static void exact_loops(Assembler *as) {
  static const char *ab[] = {"a", "b"};
  function(as, "main", 0, 20);
  AX(INT, 0, 1);
  AX(INT, 1, 2);
  ABC(RECORD, 2, 0, shape(as, ab, 2));
  AX(INT, 0, 3);
  AX(INT, 1, 5);
  ABC(RANGE, 3, 0, 1);
  AX(CONSTANT, 4, text(as, "xy"));
  ABC(LIST, 5, 0, 0);
  for (uint32_t subject = 2; subject <= 4; subject++) {
    ABC(EXACT_ITER, 6, subject, 0);
    uint32_t top = ABC(ITER_NEXT_PAIR, 9, 6, 0);
    ABC(LIST_PUSH, 5, 9, 0);
    ABC(LIST_PUSH, 5, 10, 0);
    AX(LOOP, 0, back(as, top));
    land(as, top);
    ABC(EXACT_ITER, 6, subject, 0);
    top = ABC(ITER_NEXT, 9, 6, 0);
    ABC(LIST_PUSH, 5, 9, 0);
    AX(LOOP, 0, back(as, top));
    land(as, top);
  }
  ABC(RETURN, 5, 0, 0);
}

// for [k, v] in {a = 1, b = 2}: Luma's pairs.
static void table_loop(Assembler *as) {
  static const char *ab[] = {"a", "__b", "c"};
  function(as, "main", 0, 20);
  for (uint32_t i = 0; i < 3; i++) AX(CONSTANT, i, number(as, i));
  ABC(RECORD, 3, 0, shape(as, ab, 3));
  ABC(LIST, 5, 0, 0);
  ABC(ITER, 6, 3, 0);
  uint32_t top = ABC(ITER_NEXT, 9, 6, 0);
  ABC(LIST_PUSH, 5, 9, 0);
  AX(LOOP, 0, back(as, top));
  land(as, top);
  ABC(RETURN, 5, 0, 0);
}

// __iter may give a list, or a function that gives Options: 0, 1, then none.
static void iterators(Assembler *as) {
  static const char *iter[] = {"__iter"};
  function(as, "main", 0, 20);
  ABC(LIST, 5, 0, 0);
  for (uint32_t maker = 1; maker <= 2; maker++) {
    AX(CLOSURE, 0, child(as, maker));
    ABC(RECORD, 1, 0, shape(as, iter, 1));
    ABC(ITER, 6, 1, 0);
    uint32_t top = ABC(ITER_NEXT, 9, 6, 0);
    ABC(LIST_PUSH, 5, 9, 0);
    AX(LOOP, 0, back(as, top));
    land(as, top);
  }
  ABC(RETURN, 5, 0, 0);
  function(as, "list", 1, 6);
  AX(INT, 1, 7);
  ABC(LIST, 1, 1, 1);
  ABC(RETURN, 1, 0, 0);
  function(as, "function", 1, 6);
  AX(INT, 1, 0);
  ABC(CELL_NEW, 1, 1, 0);
  AX(CLOSURE, 2, child(as, 3));
  ABC(RETURN, 2, 0, 0);
  static const char *some[] = {"some", "none"};
  function(as, "next", 0, 6);
  capture(as, CAPTURE_REGISTER, 1);
  AX(CONSTANT, 3, builtin(as, "luma.pause"));
  ABC(CAPTURE_GET, 5, 0, 0);
  ABC(CALL, 3, 1, 0);
  ABC(MOVE, 0, 3, 0);
  ABC(EXACT_ADD_I, 1, 0, 1);
  ABC(CAPTURE_SET, 1, 0, 0);
  ABC(BOOL, 1, 0, 0);
  uint32_t jump = ABC(JUMP_EXACT_LT_I, 0, 2, 0);
  ABC(BOOL, 1, 1, 0);
  land(as, jump);
  ABC(RECORD, 0, 0, shape(as, some, 2));
  ABC(RETURN, 0, 0, 0);
}

static void number_loops(Assembler *as) {
  function(as, "main", 0, 20);
  AX(CONSTANT, 9, number(as, 0));
  AX(CONSTANT, 0, number(as, 0));
  AX(CONSTANT, 1, number(as, 1));
  AX(CONSTANT, 2, number(as, 0.25));
  uint32_t start = AX(FOR_NUM, 0, 0);
  ABC(ADD_NUM, 9, 9, 3);
  AX(FOR_NUM_NEXT, 0, back(as, start + 1));
  land(as, start);
  AX(INT, 10, 0);
  AX(CONSTANT, 0, integer(as, (INT64_C(1) << 47) - 3)); // leaves the small integers
  AX(CONSTANT, 1, integer(as, (INT64_C(1) << 47) + 3));
  AX(INT, 2, 2);
  start = AX(FOR_INT, 0, 0);
  ABC(EXACT_ADD, 10, 10, 3);
  AX(FOR_INT_NEXT, 0, back(as, start + 1));
  land(as, start);
  AX(INT, 0, 3);
  AX(INT, 1, 3);
  start = AX(FOR_INT, 0, 0);
  AX(INT, 10, 0);
  AX(FOR_INT_NEXT, 0, back(as, start + 1));
  land(as, start);
  ABC(LIST, 0, 9, 2);
  ABC(RETURN, 0, 0, 0);
}

static void patterns(Assembler *as) {
  static const char *result[] = {"ok", "err"};
  function(as, "main", 0, 20);
  AX(INT, 0, 1);
  ABC(NULLS, 1, 1, 0);
  ABC(RECORD, 2, 0, shape(as, result, 2)); // {ok = 1, err = null}
  ABC(TEST_TAG, 3, 2, 0);
  ABC(TEST_TAG, 4, 2, 1);
  ABC(LIST, 5, 0, 2);
  ABC(TEST_LIST, 6, 5, 2);
  ABC(TEST_LIST_MIN, 7, 5, 3);
  ABC(TEST_KEY, 8, 2, text(as, "err"));
  ABC(LIST_REST, 9, 5, 1);
  ABC(LIST_AT, 10, 5, 5);
  ABC(LIST, 0, 3, 8);
  ABC(RETURN, 0, 0, 0);
}

static void nested_print(Assembler *as) {
  function(as, "main", 0, 8);
  ABC(LIST, 0, 0, 0);
  ABC(LIST_PUSH, 0, 0, 0);
  AX(CONSTANT, 1, text(as, "a\"b"));
  ABC(LIST_PUSH, 0, 1, 0);
  AX(CLOSURE, 1, child(as, 1));
  ABC(LIST_PUSH, 0, 1, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "f", 2, 2);
  ABC(RETURN_NULL, 0, 0, 0);
}

static void unset_variable(Assembler *as) {
  function(as, "main", 0, 8);
  ABC(ABSENT, 0, 0, 0);
  AX(CHECK_SET, 0, text(as, "later"));
  ABC(RETURN, 0, 0, 0);
}

// A million settled awaits in a row: others get their turn in between.
static void chatty(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  AX(INT, 1, 0);
  uint32_t top = as->functions[0].code_count;
  ABC(AWAIT, 2, 0, 0);
  ABC(EXACT_ADD, 1, 1, 2);
  AX(CONSTANT, 3, integer(as, 10000));
  ABC(JUMP_EXACT_LT, 1, 3, back(as, top));
  ABC(RETURN, 1, 0, 0);
  function(as, "one", 0, 2)->is_async = true;
  AX(INT, 0, 1);
  ABC(RETURN, 0, 0, 0);
}

static void stub(Assembler *as) {
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "fetch", 0, 2)->is_stub = true;
  ABC(STUB, 0, 0, 0);
  ABC(RETURN_NULL, 0, 0, 0);
}

static void type_check(Assembler *as) {
  as->unit->type_count = 1;
  as->types[0] = (TypeData){.tag = TAG_NUMBER, .name = "Number", .parent = -1};
  function(as, "main", 0, 8);
  AX(INT, 0, 3);
  AX(CHECK_TYPE, 0, 0);
  AX(CONSTANT, 0, text(as, "x"));
  AX(CHECK_TYPE, 0, 0);
  ABC(RETURN, 0, 0, 0);
}

// --- Single checks ------------------------------------------------------------------------------

static NativeStatus test_cast(NativeCall *call) {
  Value made = cast_to(call->vm, call->args[0], call->args[1]);
  return value_is_absent(made) ? NATIVE_FAILED : native_return(call, made);
}

static const NativeRow cast_row = {
    "", "cast", "fn(type: Any, value: Any): Any", test_cast, "", NULL, 0, NATIVE_LUMA};

static void expect_instances(void) {
  for (int stress = 0; stress <= 1; stress++) {
    Machine *m = machine_new(stress);
    vm_set_builtin(m->vm, "luma.cast", value_object(native_new(m->vm, &cast_row)));
    Str *name = vm_text(m->vm, "Number");
    vm_push_root(m->vm, value_object(name));
    vm_set_builtin(m->vm, "luma.Number",
                   value_object(type_value_new(vm_heap(m->vm), TAG_NUMBER, name, 0, 0)));
    vm_pop_roots(m->vm, 1);
    instances(&m->as);
    Closure *main = load_unit(m->vm, m->as.unit);
    CHECK(main != NULL);
    run_closure(m, main);
    CHECK_STR(show(m), "[6, 7, 6, 7, {x: 5, kind: \"point\"}]");
    machine_free(m);
  }
}

// [{title}, {title = null}] as a List(Post): where it does not fit, and what becomes an instance.
static TypeValue *post_type(VM *vm) {
  Str *string = vm_text(vm, "String"), *post = vm_text(vm, "Post"), *title = vm_text(vm, "title");
  Heap *heap = vm_heap(vm);
  TypeValue *text_type = type_value_new(heap, TAG_STRING, string, 0, 0);
  TypeValue *type = type_value_new(heap, TAG_USER, post, 0, 1);
  type->fields[0] = (TypeValueField){title, text_type, false};
  TypeValue *list = type_value_new(heap, TAG_LIST, vm_text(vm, "List(Post)"), 1, 0);
  list->args[0] = type;
  return list;
}

static void expect_decode(void) {
  Machine *m = machine_new(false);
  VM *vm = m->vm;
  TypeValue *type = post_type(vm);
  List *list = vm_list(vm, 2);
  for (int i = 0; i < 2; i++) {
    Table *post = vm_table(vm);
    CHECK(vm_set_field(vm, post, "title", value_object(vm_text(vm, "a"))));
    CHECK(list_push(vm_heap(vm), list, value_object(post)));
  }
  CHECK(conform_decode(vm, value_object(list), value_object(type), "posts") == value_object(list));
  Table *second = value_as_table(list->items[1]);
  CHECK(second->type == value_object(type->args[0]));
  CHECK(conform_is_instance(vm, list->items[1], value_object(type->args[0])));
  CHECK(vm_set_field(vm, second, "title", VALUE_NULL));
  CHECK(value_is_absent(conform_decode(vm, value_object(list), value_object(type), "posts")));
  m->sched.main_result = vm_take_error(vm);
  CHECK_STR(show(m), "TypeError: posts[1].title: expected String, got Null");
  CHECK(list_push(vm_heap(vm), list, VALUE_TRUE));
  CHECK(vm_set_field(vm, second, "title", value_object(vm_text(vm, "b"))));
  Buffer path = {0};
  const char *found = "";
  CHECK(!conform_deep(vm, value_object(list), type, &path, &found));
  CHECK_STR(path.bytes, "[2]");
  CHECK_STR(found, "Boolean");
  buffer_free(&path);
  Value missing = cast_to(vm, value_object(type->args[0]), value_object(vm_table(vm)));
  CHECK(value_is_absent(missing));
  m->sched.main_result = vm_take_error(vm);
  CHECK_STR(show(m), "TypeError: title: field 'title' is missing, expected String");
  unit_free(m->as.unit);
  machine_free(m);
}

static uint32_t count_lines(const char *trace) {
  uint32_t lines = 0;
  for (; *trace; trace++) lines += *trace == '\n';
  return lines;
}

static const char *show_trace(Machine *m) {
  Buffer out = {0};
  trace_print(&out, (Error *)value_as_object(m->sched.main_result));
  snprintf(shown, sizeof(shown), "%s", out.bytes ? out.bytes : "");
  buffer_free(&out);
  return shown;
}

static void expect_traces(void) {
  Machine *m = machine_new(false);
  async_failure(&m->as);
  run_closure(m, load_unit(m->vm, m->as.unit));
  CHECK_STR(show_trace(m), "    at inner (test.luma:205:1)\n"
                           "    awaited at outer (test.luma:103:1)\n"
                           "    awaited at main (test.luma:3:1)\n");
  machine_free(m);

  m = machine_new(false);
  recursion(&m->as);
  run_closure(m, load_unit(m->vm, m->as.unit));
  CHECK(count_lines(show_trace(m)) == 65);
  CHECK(strstr(shown, "more\n") != NULL);
  CHECK(strstr(shown, "at main (test.luma:2:1)") != NULL);
  machine_free(m);
}

static void expect_interrupt(void) {
  Machine *m = machine_new(false);
  Assembler *as = &m->as;
  function(as, "main", 0, 8);
  AX(CLOSURE, 0, child(as, 1));
  ABC(CALL, 0, 0, 0);
  ABC(RETURN, 0, 0, 0);
  function(as, "five", 0, 2);
  AX(INT, 0, 5);
  ABC(RETURN, 0, 0, 0);
  Closure *main = load_unit(m->vm, as->unit);
  m->sched.main = fiber_new(m->vm, value_object(main), NULL, 0);
  vm_interrupt(m->vm);
  CHECK(interp_run(m->vm, m->sched.main) == INTERP_INTERRUPTED);
  CHECK(m->sched.ready.count == 1);
  CHECK(value_is_null(m->sched.main_result));
  Fiber *next = (Fiber *)value_as_object(take_ready(&m->sched));
  CHECK(interp_run(m->vm, next) == INTERP_IDLE);
  CHECK_STR(show(m), "5");
  machine_free(m);
}

static void expect_budget(void) {
  Machine *m = machine_new(false);
  chatty(&m->as);
  run_closure(m, load_unit(m->vm, m->as.unit));
  CHECK_STR(show(m), "10000");
  CHECK(m->sched.yields == 2);
  machine_free(m);
}

// Each limit of memory fails somewhere else; none may crash.
static void expect_little_memory(void) {
  static const Build builds[] = {map_parking, async_calls, async_at_once, records, operators, recursion};
  for (uint32_t b = 0; b < ARRAY_LEN(builds); b++) {
    for (size_t limit = 64 * 1024; limit < 512 * 1024; limit += 16 * 1024) {
      Machine *m = machine_with((VMOptions){.heap_limit = limit, .seed = 1});
      if (!m) continue;
      builds[b](&m->as);
      Closure *main = load_unit(m->vm, m->as.unit);
      if (main) {
        m->sched.main = fiber_new(m->vm, value_object(main), NULL, 0);
        if (m->sched.main) interp_run(m->vm, m->sched.main);
      }
      machine_free(m);
    }
  }
  CHECK(true);
}

static void expect_deep_print(void) {
  Machine *m = machine_new(false);
  List *outer = vm_list(m->vm, 1);
  vm_push_root(m->vm, value_object(outer));
  Value at = value_object(outer);
  for (int i = 0; i < 200000; i++) {
    List *inner = vm_list(m->vm, 1);
    if (!list_push(vm_heap(m->vm), value_as_list(at), value_object(inner))) break;
    at = value_object(inner);
  }
  Buffer out = {0};
  format_value(m->vm, &out, value_object(outer), FORMAT_LUMA);
  CHECK(out.len == 2 * 200001);
  buffer_free(&out);
  vm_pop_roots(m->vm, 1);
  unit_free(m->as.unit);
  machine_free(m);
}

int main(void) {
  check_arities();
  expect(fib_exact, "610");
  expect(fib_number, "610");
  expect(counter, "5");
  expect(arguments, "[[1, 7, []], [1, 2, [3, 4]]]");
  expect(wrong_arity, "TypeError: Arity mismatch in function 'f': expected 2 argument(s), got 0");
  expect(wrong_native_arity,
         "TypeError: Arity mismatch in function 'add': expected 2 argument(s), got 0");
  expect(call_number, "TypeError: CALL on non-function: a Number cannot be called");
  expect(handler, "thrown");
  expect(cancellation, "Cancelled: stop");
  expect(kept_error, "[\"fail was called\", [Error: later]]");
  expect(kept_cancellation, "Cancelled: stop");
  expect(deferred, "[4, 1, 3]");
  expect(uncaught, "ValueError: fail was called");
  expect(map_parking, "[10, 20, 30]");
  expect(map_native, "[1, 2, 3]");
  expect(methods, "[[1], [2], [3], 1]");
  expect_limited(recursion, 8 << 20, "StackOverflow: stack overflow");
  expect(records, "[1, 2, 1, {y: 1, x: 2, z: 2}, null]");
  expect(async_calls, "[21, 31]");
  expect(async_at_once, "[10, 11]");
  expect(async_failure, "ValueError: fail was called");
  expect(map_async, "[1, 2]");
  expect(go, "[42]");
  expect(operators, "[7, true, true, true, false, \"three\"]");
  expect_instances();
  expect(exact_numbers,
         "[9223372036854775800, 3, 27, 10, 4, 2.5, 3.3333333333333335, 7, -1, true, false]");
  expect(exact_overflow, "OverflowError: integer overflow");
  expect(exact_mixture, "TypeError: cannot compute string + int; string(x) makes a string of it");
  expect(out_of_bounds, "IndexError: List index out of bounds: index 7, length 1");
  expect(exact_indexes, "[[\"ä\", \"äu\", \"äus\"], \"äus\", null, true, 1..30, false]");
  expect(exact_loops, "[\"a\", 1, \"b\", 2, 1, 2, 3, 3, 4, 4, 5, 5, 3, 4, 5, "
                      "0, \"x\", 1, \"y\", \"x\", \"y\"]");
  expect(table_loop, "[[\"a\", 0], [\"c\", 2]]");
  expect(iterators, "[7, 0, 1]");
  expect(number_loops, "[1.5, 422212465065981]");
  expect(patterns, "[true, false, [1, null], true, false, true, [null], null]");
  expect(nested_print, "[..., \"a\\\"b\", <function f/2>]");
  expect(unset_variable, "ReferenceError: 'later' is used before it is set");
  expect(stub, "Panic: fetch is not implemented");
  expect(type_check, "TypeError: expected Number, got String");
  expect_decode();
  expect_traces();
  expect_interrupt();
  expect_budget();
  expect_deep_print();
  expect_little_memory();
  return check_done("vm");
}
